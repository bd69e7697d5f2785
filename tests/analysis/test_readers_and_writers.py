"""Eight readers ask while four writers apply changesets: every answer is exact for the changeset that it names."""

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import networkx as nx
from fastapi.testclient import TestClient

from api.app import create_app
from ea_repo.analysis.impact import impact
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Delete
from tests.factories import a_flow, a_model, a_system

SYSTEMS = [f"gov:s{number}" for number in range(12)]
CHANGES, ASKED = 12, 25
#: The latest changeset before, the one named in the answer, the latest after, and what was reached.
Seen = tuple[int, int, int, str, frozenset[str]]


def latest(repository: Repository) -> int:
    with repository.state() as state:
        return state.number


def reading(repository: Repository, ask: Callable[[str], tuple[int, frozenset[str]]], seed: int) -> list[Seen]:
    chance, seen = random.Random(seed), []
    for _ in range(ASKED):
        uid = chance.choice(SYSTEMS)
        before = latest(repository)
        number, reached = ask(uid)
        seen.append((before, number, latest(repository), uid, reached))
    return seen


def by_library(repository: Repository) -> Callable[[str], tuple[int, frozenset[str]]]:
    def ask(uid: str) -> tuple[int, frozenset[str]]:
        with repository.state() as state:
            return state.number, frozenset(each.uid for each in impact(state, uid))

    return ask


def by_service(client: TestClient) -> Callable[[str], tuple[int, frozenset[str]]]:
    def ask(uid: str) -> tuple[int, frozenset[str]]:
        answer = client.get("/api/v1/analysis/impact", params={"uid": uid}).json()
        return answer["changeset"], frozenset(each["uid"] for each in answer["items"])

    return ask


def writing(url: str, name: str, written: dict[int, tuple[str, tuple[str, str] | None]], lock: threading.Lock) -> None:
    """Adds flows and takes some away again; notes under its number what each changeset did."""
    chance, own = random.Random(name), list[str]()
    with open_repository(url) as repository:
        for turn in range(CHANGES):
            if own and chance.random() < 0.4:
                uid, ends = own.pop(chance.randrange(len(own))), None
                operation = Delete(uid)
            else:
                uid, ends = f"gov:{name}-{turn}", tuple(chance.sample(SYSTEMS, 2))
                operation = a_flow(uid, *ends)
                own.append(uid)
            number = repository.changeset(name, "change", [operation]).apply().number
            with lock:
                written[number] = (uid, ends)


def test_every_answer_is_exact_for_the_changeset_it_names(database_url: str) -> None:
    with open_repository(database_url) as repository:
        first = repository.changeset("t", "begin", [a_model(), *map(a_system, SYSTEMS)]).apply().number
        written: dict[int, tuple[str, tuple[str, str] | None]] = {}
        with TestClient(create_app(repository), base_url="http://127.0.0.1") as client, ThreadPoolExecutor(12) as pool:
            lock = threading.Lock()
            writers = [pool.submit(writing, database_url, f"w{each}", written, lock) for each in range(4)]
            asks = [by_library(repository)] * 4 + [by_service(client)] * 4
            readers = [pool.submit(reading, repository, ask, seed) for seed, ask in enumerate(asks)]
            for writer in writers:
                writer.result()
            seen = [each for reader in readers for each in reader.result()]
    assert len(written) == 4 * CHANGES
    known = replayed(first, written)
    assert len({number for _, number, *_ in seen}) > 5
    for before, number, after, uid, reached in seen:
        assert before <= number <= after
        assert reached == nx.descendants(known[number], uid)


def replayed(first: int, written: dict[int, tuple[str, tuple[str, str] | None]]) -> dict[int, "nx.MultiDiGraph[str]"]:
    """What depends on what after each changeset, from what the writers noted."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_nodes_from(SYSTEMS)
    found = {first: graph}
    for number in range(first + 1, first + 1 + len(written)):
        uid, ends = written[number]
        graph = graph.copy()
        if ends is None:
            graph.remove_edges_from([(one, other, key) for one, other, key in graph.edges(keys=True) if key == uid])
        else:
            graph.add_edge(*ends, key=uid)  # the target of a flow depends on its source
        found[number] = graph
    return found


def test_a_reader_who_began_before_a_change_does_not_see_it_in_a_graph_kept_for_another(database_url: str) -> None:
    with open_repository(database_url) as repository:
        repository.changeset("t", "begin", [a_model(), *map(a_system, SYSTEMS)]).apply()
        with repository.state() as early:
            repository.changeset("t", "change", [a_flow("gov:f", SYSTEMS[0], SYSTEMS[1])]).apply()
            with repository.state() as late:
                assert [each.uid for each in impact(late, SYSTEMS[0])] == [SYSTEMS[1]]
            assert list(impact(early, SYSTEMS[0])) == []
            assert early.graph is not late.graph
