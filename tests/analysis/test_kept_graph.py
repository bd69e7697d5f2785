"""The graph in a file: opened by the next process, brought up to date, and never believed where it is not right."""

import json
import logging
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ea_repo.analysis.graph import Graph
from ea_repo.analysis.kept_graph import KeptGraph
from ea_repo.analysis.snapshots import Snapshots, take
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Update
from ea_repo.store.state import State
from tests.analysis.graphs import said
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency

PROFILE = """[profile]
name = "ours"
version = "1"

[[type]]
name = "Gateway"
refines = "System"
label.en = "Gateway"
"""


@pytest.fixture
def begun(repository: Repository) -> Repository:
    systems = [a_system(f"s{number}", owner="office") for number in range(30)]
    flows = [a_flow(f"f{number}", f"s{number}", f"s{number + 1}") for number in range(29)]
    on_flow = a_relationship("on-f", "Association", "s4", "f1", attributes={"directed": True})
    operations = [a_model(), an_agency("office"), *systems, *flows, on_flow]
    repository.changeset("tester", "begin", operations).apply()
    return repository


class Taking:
    """Makes graphs and notes from which changeset each set out, None from all rows."""

    def __init__(self) -> None:
        self.begun: list[int | None] = []

    def __call__(self, state: State, before: Graph | None, number: int) -> Graph:
        self.begun.append(None if before is None else number)
        return take(state, before, number)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept.graph"


def asked(repository: Repository, path: Path) -> tuple[Graph, list[int | None]]:
    """The graph as a new process finds it, and how it was made: not at all where the file was just right."""
    taking = Taking()
    with repository.state() as state:
        graph = Snapshots(taking, path=path, worth_keeping=1).graph(state)
        assert said(graph) == said(take(state))
    return graph, taking.begun


def test_the_next_process_finds_the_graph_in_the_file(begun: Repository, path: Path) -> None:
    assert asked(begun, path)[1] == [None]
    graph, made = asked(begun, path)
    assert made == []
    assert not graph.ids.flags.owndata
    assert not graph.dependents.neighbours.flags.writeable


def test_what_changed_since_is_applied_to_what_the_file_says(begun: Repository, path: Path) -> None:
    asked(begun, path)
    number = begun.changeset("tester", "more", [a_system("more"), a_flow("g", "s9", "more")]).apply().number
    assert asked(begun, path)[1] == [number - 1]


def test_the_file_is_written_anew_when_many_changesets_followed(
    begun: Repository, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ea_repo.analysis.snapshots.MOST_BEHIND", 2)
    asked(begun, path)
    for name in ("A", "B"):
        begun.changeset("tester", "rename", [Update("gov:s1", {"name": name})]).apply()
    assert asked(begun, path)[1] == [1]
    assert asked(begun, path)[1] == []


def test_a_small_graph_is_not_kept(begun: Repository, path: Path) -> None:
    with begun.state() as state:
        Snapshots(path=path).graph(state)
    assert not path.exists()


def test_a_past_state_does_not_replace_the_file(begun: Repository, path: Path) -> None:
    asked(begun, path)
    begun.changeset("tester", "rename", [Update("gov:s1", {"name": "A"})]).apply()
    kept = path.read_bytes()
    with begun.state(as_of=0) as state:
        assert len(Snapshots(path=path, worth_keeping=1).graph(state)) == 0
    assert path.read_bytes() == kept


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux tells what a process has mapped")
def test_two_processes_map_the_same_pages(begun: Repository, path: Path) -> None:
    asked(begun, path)
    graph, _ = asked(begun, path)
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if line.endswith(str(path))]
    assert mapped
    assert all(" r--s " in line for line in mapped)  # read only, shared
    assert len(graph) == 32


def test_a_file_flipped_anywhere_is_made_anew(begun: Repository, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    asked(begun, path)
    good = path.read_bytes()
    chance = random.Random(1)
    used = [place for place in range(len(good)) if good[place] or place % 7 == 0]
    believed = 0
    for place in chance.sample(used, 60):
        path.write_bytes(good[:place] + bytes([good[place] ^ (1 << chance.randrange(8))]) + good[place + 1 :])
        with caplog.at_level(logging.WARNING):
            believed += asked(begun, path)[1] == []  # `asked` holds the answer to be right; padding may be flipped
    assert believed < 10
    assert "made anew" in caplog.text


def test_a_file_cut_anywhere_is_made_anew(begun: Repository, path: Path) -> None:
    asked(begun, path)
    good = path.read_bytes()
    for length in (0, 1, 15, 20, 40, 200, len(good) // 2, len(good) - 65):
        path.write_bytes(good[:length])
        assert asked(begun, path)[1] == [None], length


def test_rubbish_and_a_later_version_are_made_anew(begun: Repository, path: Path) -> None:
    asked(begun, path)
    good = path.read_bytes()
    for content in (b"rubbish" * 1000, good.replace(b"ea-repo graph 1", b"ea-repo graph 2", 1)):
        path.write_bytes(content)
        assert asked(begun, path)[1] == [None]
        assert path.read_bytes() == good


def test_the_file_of_another_database_or_of_another_past_is_made_anew(
    begun: Repository, path: Path, tmp_path: Path
) -> None:
    with open_repository(str(tmp_path / "other.db"), create=True) as other:
        other.changeset("tester", "begin", [a_model(), a_system("x")]).apply()
        asked(other, path)
        assert asked(begun, path)[1] == [None]
        assert asked(other, path)[1] == [None]


def test_the_file_of_another_metamodel_is_made_anew(begun: Repository, path: Path) -> None:
    asked(begun, path)
    begun.apply_profile(PROFILE, "tester").apply()
    assert asked(begun, path)[1] == [None]


def test_a_folder_that_cannot_be_written_is_told_and_the_answer_is_right(
    begun: Repository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        assert asked(begun, tmp_path / "taken" / "kept.graph")[1] == [None]
    assert "cannot be kept" in caplog.text


def test_nothing_half_written_is_left(begun: Repository, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(graph: Graph, stamp: object) -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ea_repo.analysis.kept_graph._written", failing)
    assert asked(begun, path)[1] == [None]
    assert list(path.parent.glob("*graph*")) == []


def test_a_file_beside_the_database_serves_a_new_process(sqlite_url: str) -> None:
    with open_repository(sqlite_url) as repository:
        many = [a_model(), *(a_system(f"s{number}") for number in range(20_001)), a_flow("f", "s1", "s2")]
        repository.changeset("tester", "begin", many).apply()
        with repository.state() as state:
            assert len(state.graph) == 20_001
    file = Path(sqlite_url.removeprefix("sqlite:///") + ".graph")
    assert file.exists()
    program = (
        "import sys, json; from ea_repo import open_repository; from ea_repo.analysis.impact import impact\n"
        "with open_repository(sys.argv[1]) as repository, repository.state() as state:\n"
        "    found = [each.uid for each in impact(state, 'gov:s1')]\n"
        "    print(json.dumps([found, bool(state.graph.ids.flags.owndata)]))"
    )
    said_there = subprocess.run([sys.executable, "-c", program, sqlite_url], capture_output=True, text=True, check=True)
    assert json.loads(said_there.stdout) == [["gov:s2"], False]


def test_a_graph_written_and_opened_is_the_same(begun: Repository, path: Path) -> None:
    with begun.state() as state:
        graph = take(state)
        KeptGraph(path).write(graph, state)
        number, opened = KeptGraph(path).opened(state)
        assert opened is not None
        assert (number, said(opened)) == (state.number, said(graph))
        assert [(name, array.dtype, array.tolist()) for name, array in opened.arrays()] == [
            (name, array.dtype, array.tolist()) for name, array in graph.arrays()
        ]
