"""The reports of sharing against plain counting, on random nations."""

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.planning.sharing.data_set_holders import data_set_holders
from ea_repo.planning.sharing.once_only import once_only
from ea_repo.planning.sharing.sharing_candidates import sharing_candidates
from ea_repo.planning.sharing.sharing_chains import sharing_chains
from ea_repo.planning.sharing.sharing_matrix import sharing_matrix
from ea_repo.planning.sharing.sharing_plan import Planned, schedule, sharing_plan
from ea_repo.repository import open_repository
from ea_repo.store.state import State
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import uid
from tests.planning.sharing.nations import TODAY, Nation, nations

LEVELS = st.sampled_from((None, 1, 2))
DAYS = 90
_NUMBERS = count()


@contextmanager
def kept(nation: Nation, template: Path, folder: Path) -> Iterator[State]:
    path = folder / f"{next(_NUMBERS)}.db"
    shutil.copyfile(template, path)
    with open_repository(f"sqlite:///{path}") as repository:
        repository.changeset("t", "draw", list(nation.creating())).apply()
        with repository.state() as state:
            yield state


@settings(SMALL_DOSE, max_examples=40)
@given(nation=nations(), level=LEVELS, least=st.integers(1, 3))
def test_every_report_is_what_plain_counting_finds(
    nation: Nation, level: int | None, least: int, sqlite_template: Path, tmp_path: Path
) -> None:
    with kept(nation, sqlite_template, tmp_path) as state:
        check_holders(nation, state)
        check_matrix(nation, state, level)
        check_chains(nation, state, level, least)
        check_findings(nation, state, level)
        check_candidates(nation, state, level)
        check_plan(nation, state, level)


def sides(nation: Nation, each: dict[str, Any], level: int | None) -> tuple[str | None, str | None]:
    return nation.of_system(each["source"], level), nation.of_system(each["target"], level)


def check_holders(nation: Nation, state: State) -> None:
    wanted: Counter[Any] = Counter()
    for at, each in enumerate(nation.accesses):
        by_origin = {"collected": "collects", "derived": "derives", "received": "copy"}
        role = by_origin.get(each["origin"]) or {"write": "writes", "read": "reads"}[each["access_type"]]
        role = "authoritative" if each["authoritative"] else role
        wanted[uid(f"d{each['data']}"), role, nation.of_system(each["system"], None), uid(f"h{at}")] += 1
    for at, each in enumerate(nation.exchanges):
        if each["data_set"]:
            one, other = sides(nation, each, None)
            wanted[uid(each["data_set"]), "provides", one, uid(f"x{at}")] += 1
            wanted[uid(each["data_set"]), "receives", other, uid(f"x{at}")] += 1
    assert Counter((row.data_set, row.role, row.agency, row.uid) for row in data_set_holders(state)) == wanted


def check_matrix(nation: Nation, state: State, level: int | None) -> None:
    for within in (False, True):
        wanted = defaultdict(list)
        for at, each in enumerate(nation.exchanges):
            one, other = sides(nation, each, level)
            if within or one != other:
                wanted[one, other].append((uid(f"x{at}"), each))
        found = list(sharing_matrix(state, level=level, within=within))
        assert {(row.source, row.target): (row.exchanges, row.data_sets, row.without_agreement, row.shown_by)
                for row in found} == {
            pair: (
                len(cell), tuple(sorted({uid(each["data_set"]) for _, each in cell if each["data_set"]})),
                sum(each["agreement"] is None for _, each in cell), tuple(sorted(key for key, _ in cell)),
            )
            for pair, cell in wanted.items()
        }  # fmt: skip
        assert [row.exchanges for row in found] == sorted((row.exchanges for row in found), reverse=True)


def check_chains(nation: Nation, state: State, level: int | None, least: int) -> None:
    wanted = {}
    for data in range(len(nation.data)):
        graph: nx.DiGraph[int] = nx.DiGraph()
        for each in nation.exchanges:
            if each["data_set"] == f"d{data}":
                one, other = sides(nation, each, level)
                graph.add_edge(each["source"], each["target"], weight=int(one != other))
        said = [each for each in nation.accesses if each["data"] == data]
        begun = {each["system"] for each in said if each["authoritative"] or each["origin"] in ("collected", "derived")
                 or (each["origin"] is None and each["access_type"] == "write")}  # fmt: skip
        begun = begun or {one for one, _ in graph.edges} - {other for _, other in graph.edges}
        graph.add_nodes_from(begun)
        if begun:
            far = nx.multi_source_dijkstra_path_length(graph, begun)
            wanted |= {(uid(f"d{data}"), uid(f"s{system}")): hand for system, hand in far.items() if hand >= least}
    found = list(sharing_chains(state, hand=least, level=level))
    assert {(row.data_set, row.system): row.hand for row in found} == wanted
    assert len(found) == len(wanted)
    for row in found:
        used = [nation.exchanges[int(step.relationship.removeprefix(uid("x")))] for step in row.chain]
        assert {uid(each["data_set"]) for each in used} == {row.data_set}
        assert all(one["target"] == other["source"] for one, other in pairwise(used))
        assert uid(f"s{used[-1]['target']}") == row.system
        between = [each for each in used if len(set(sides(nation, each, level))) > 1]
        assert len(between) == row.hand
        assert row.through == tuple(sides(nation, each, level)[1] for each in between[:-1])
        said = [
            each["agreement"] and nation.agreements[int(each["agreement"][1:])]["onward_sharing"] for each in between
        ]
        assert row.onward_sharing is (False if False in said[:-1] else None if None in said[:-1] else True)


def check_findings(nation: Nation, state: State, level: int | None) -> None:
    found = list(once_only(state, day=TODAY, days=DAYS, level=level))
    assert len(found) == len({(row.code, row.uid, row.agencies) for row in found})
    by_code = defaultdict(set)
    for row in found:
        by_code[row.code].add(row.uid)
    for code, wanted in expected(nation, level).items():
        assert by_code.pop(code, set()) == {uid(each) for each in wanted}, code
    assert set(by_code) <= {"no-service-level", "beside-the-hub"}, "a code without a check of its own"
    assert {each for row in found for each in row.shown_by} <= set(
        state.get_many({e for r in found for e in r.shown_by})
    )


def expected(nation: Nation, level: int | None) -> dict[str, set[str]]:
    """What each kind of finding is about, by the plain words of its meaning."""
    found: dict[str, set[str]] = defaultdict(set)
    for at, data in enumerate(nation.data):
        key = f"d{at}"
        here = [each for each in nation.accesses if each["data"] == at]
        flows = [each for each in nation.exchanges if each["data_set"] == key]
        collecting = {nation.of_system(each["system"], level) for each in here if each["origin"] == "collected"}
        right = [nation.of_system(each["system"], level) for each in here if each["authoritative"]]
        getting = {sides(nation, each, level)[1] for each in flows if len(set(sides(nation, each, level))) > 1}
        if len(collecting) >= 2:
            found["collected-twice"].add(key)
        if (collecting & getting) - {None, *right}:
            found["receives-and-collects"].add(key)
        if len(right) != 1:
            found["several-authoritative-sources" if right else "no-authoritative-source"].add(key)
        keeping = {nation.of_system(each["system"], level) for each in here
                   if each["origin"] == "received" and not each["authoritative"]}  # fmt: skip
        keeping |= {sides(nation, each, level)[1] for each in flows if each["keeps_copy"]}
        if right and keeping - {None, *right}:
            found["copy-beside-source"].add(key)
        if data["personal_data"] and not data["impact_assessed_on"]:
            found["no-impact-assessment"].add(key)
    for at, each in enumerate(nation.exchanges):
        of_exchange(nation, f"x{at}", each, level, found)
    for at, each in enumerate(nation.agreements):
        end = each["expires_on"] and date.fromisoformat(each["expires_on"])
        under = [one for one in nation.exchanges if one["agreement"] == f"g{at}"]
        if each["status"] == "ended" or (end and end < TODAY):
            if any(not end or not one["last_used_on"] or one["last_used_on"] > end.isoformat() for one in under):
                found["expired-agreement"].add(f"g{at}")
        elif end and end - TODAY <= timedelta(DAYS):
            found["expiring-agreement"].add(f"g{at}")
    return found


def of_exchange(nation: Nation, key: str, each: dict[str, Any], level: int | None, found: dict[str, set[str]]) -> None:
    terms = each["agreement"] and nation.agreements[int(each["agreement"][1:])]
    one, other = sides(nation, each, level)
    of_data = bool(each["data_set"]) and nation.data[int(each["data_set"][1:])]["personal_data"]
    personal = of_data if each["personal_data"] is None else each["personal_data"]
    if terms is None and one != other:
        found["missing-agreement"].add(key)
    if terms and terms["status"] in ("draft", "suspended"):
        found["agreement-not-in-force"].add(key)
    if terms:
        gives = one is None or one == nation.agency(terms["provider"], level)
        gets = other is None or not terms["consumers"] or other in [nation.agency(x, level) for x in terms["consumers"]]
        if not (gives and gets):
            found["agreement-names-others"].add(key)
        if terms["retention_days"] == 0 and each["keeps_copy"]:
            found["copy-not-allowed"].add(key)
    if not each["legal_basis"]:
        found["missing-legal-basis"].add(key)
    if "gone" in each["legal_basis"]:
        found["repealed-legal-basis"].add(key)
    if personal and not (each["purpose"] or "").strip():
        found["personal-without-purpose"].add(key)
    if personal or each["classification"] == "closed":
        if each["protocol"] in ("manual", "file_transfer"):
            found["risky-protocol-protected"].add(key)
    elif each["protocol"] == "manual":
        found["risky-protocol"].add(key)
    if each["data_set"] and passes_on(nation, each):
        found["passed-on-against-agreement"].add(key)


def passes_on(nation: Nation, each: dict[str, Any]) -> bool:
    """Whether its source has the data only from somebody who forbade to give them to this target's owner."""
    for access in nation.accesses:
        own = access["authoritative"] or access["origin"] in ("collected", "derived")
        own = own or (access["origin"] is None and access["access_type"] == "write")
        if own and access["system"] == each["source"] and f"d{access['data']}" == each["data_set"]:
            return False
    owner, line = nation.owners[each["target"]], set()
    while owner is not None:
        line.add(owner)
        owner = nation.parents[owner]
    return any(
        before["data_set"] == each["data_set"]
        and before["target"] == each["source"]
        and before["source"] != each["target"]
        and before["agreement"]
        and nation.agreements[int(before["agreement"][1:])]["onward_sharing"] is False
        and not line & set(nation.agreements[int(before["agreement"][1:])]["consumers"])
        for before in nation.exchanges
    )


def candidates(nation: Nation, level: int | None) -> dict[tuple[str, str], tuple[str, int]]:
    """(data set, agency): kind, citizens."""
    found = {}
    for data in range(len(nation.data)):
        here = [(nation.of_system(each["system"], level), each) for each in nation.accesses if each["data"] == data]
        right = {agency for agency, each in here if each["authoritative"] and agency}
        getting = {sides(nation, each, level)[1] for each in nation.exchanges
                   if each["data_set"] == f"d{data}" and len(set(sides(nation, each, level))) > 1}  # fmt: skip
        for agency in {agency for agency, _ in here if agency} - right if right else ():
            own = [each for owner, each in here if owner == agency]
            collecting = [each for each in own if each["origin"] == "collected"]
            only_reads = all(each["origin"] is None and each["access_type"] == "read" for each in own)
            if collecting or (only_reads and agency not in getting):
                systems = {each["system"] for each in collecting or own}
                users = {service: many for system, service, many in nation.served if system in systems}
                kind = "collects" if collecting else "lacks"
                found[uid(f"d{data}"), agency] = kind, sum(users.values())
    return found


def check_candidates(nation: Nation, state: State, level: int | None) -> None:
    found = list(sharing_candidates(state, level=level))
    assert {(row.data_set, row.agency): (row.kind, row.citizens) for row in found} == candidates(nation, level)
    assert len(found) == len(candidates(nation, level))


def check_plan(nation: Nation, state: State, level: int | None) -> None:
    rows = list(sharing_plan(state, starts_on=TODAY, teams=2, weight_citizens=3, weight_effort=1, level=level))
    assert {(row.data_set, row.agency) for row in rows} == set(candidates(nation, level))
    most = max((row.citizens for row in rows), default=0) or 1
    longest = max((row.effort_days for row in rows), default=0) or 1
    for row in rows:
        assert row.effort_days == days_of(nation, row, level)
        assert sum(int(part.split()[-1]) for part in row.effort) == row.effort_days
        assert abs(row.score - (0.75 * row.citizens / most + 0.25 * (1 - row.effort_days / longest))) < 1e-4
    assert [row.score for row in rows] == sorted((row.score for row in rows), reverse=True)
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    assert [(row.team, row.starts_on, row.ends_on) for row in rows] == by_calendar(
        [row.effort_days for row in rows], TODAY, 2
    )


def days_of(nation: Nation, row: Planned, level: int | None) -> int:
    """The effort by the days that `sharing_plan.toml` has: connect 15, offer 30, agree 10, assess 15, stop 10, clean up 5."""
    data = int(row.data_set.removeprefix(uid("d")))
    flows = [(each, *sides(nation, each, level)) for each in nation.exchanges if each["data_set"] == f"d{data}"]
    between = [(each, one, other) for each, one, other in flows if one != other]
    offered = [(each, other) for each, one, other in between if one == row.source_agency]
    days = 0 if any(other == row.agency for _, _, other in between) else 15
    days += 0 if offered else 30
    days += 0 if any(other == row.agency and each["agreement"] for each, other in offered) else 10
    days += 15 if nation.data[data]["personal_data"] and not nation.data[data]["impact_assessed_on"] else 0
    if row.kind == "lacks":
        return days
    collecting = {each["system"] for each in nation.accesses if each["data"] == data and each["origin"] == "collected"
                  and nation.of_system(each["system"], level) == row.agency}  # fmt: skip
    return days + 10 + 5 * (len(collecting) - 1)


def by_calendar(days: list[int], first: date, teams: int) -> list[tuple[int, date, date]]:
    """The same, day by day: whoever is free takes the next and works on weekdays."""
    weekdays = [day for day in (first + timedelta(at) for at in range(4_000)) if day.weekday() < 5]
    until, slots = dict.fromkeys(range(1, teams + 1), 0), []
    for each in days:
        team = min(until, key=lambda number: (until[number], number))
        slots.append((team, weekdays[until[team]], weekdays[until[team] + each - 1]))
        until[team] += each
    return slots


@SMALL_DOSE
@given(
    days=st.lists(st.integers(1, 60), max_size=12),
    first=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    teams=st.integers(1, 4),
)
def test_work_is_dated_as_a_calendar_says(days: list[int], first: date, teams: int) -> None:
    assert schedule(days, first, teams) == by_calendar(days, first, teams)
