"""Every report on an empty repository, on a made-up nation with all that planners keep, and on one agency of it.

Totals of some are counted again here from the nation's own lines, without the graph, a query or a report.
"""

import contextlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.every_report import arguments_of, one_agency
from benchmarks.nation import Line, load
from benchmarks.planned_nation import PlannedNation
from ea_repo import open_repository
from ea_repo.catalogue import entries, entry
from ea_repo.cli.output import fields_of, json_text
from ea_repo.errors import NotFound
from ea_repo.repository import Repository
from ea_repo.store.state import State

TODAY = date(2026, 10, 1)
REPORTS = sorted(entries("report"))


@pytest.fixture(scope="module")
def nation() -> PlannedNation:
    return PlannedNation(1_500)


@pytest.fixture(scope="module")
def lines(nation: PlannedNation) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in nation.lines():
        found[line.get("type", line["record"])].append({"attributes": {}, **line})
    return found


@pytest.fixture(scope="module")
def state(nation: PlannedNation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    path: Path = tmp_path_factory.mktemp("nation") / "nation.db"
    load(nation, f"sqlite:///{path}", "nation")
    with open_repository(str(path)) as repository, repository.state(on=TODAY) as opened:
        yield opened


def rows_of(state: State, name: str, **asked: Any) -> list[Any]:
    found = entry("report", name)
    return list(found.subject(state, **{**arguments_of(found), **asked}))


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_answers_on_the_nation_and_on_one_agency_of_it(state: State, name: str) -> None:
    of_all = rows_of(state, name)
    assert of_all or name in {"duplicate-clusters", "duplicate-pairs"}  # nothing is planted in so small a nation
    assert json.loads(json_text({"items": [fields_of(row) for row in of_all]}))
    if one := one_agency(entry("report", name)):
        of_one = rows_of(state, name, **one)
        assert {type(row) for row in of_one} <= {type(row) for row in of_all}
        if name not in {"dashboard", "duplicate-clusters"}:
            assert len(of_one) <= len(of_all)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_answers_on_an_empty_repository(name: str, sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as empty:
        if any(each.required for each in entry("report", name).parameters):  # it is about something, which is not there
            with contextlib.suppress(NotFound):
                assert rows_of(empty, name) == []
        elif name == "index-frameworks":
            assert len(rows_of(empty, name)) == 4  # those that come with the program
        elif name == "dashboard":
            assert {row.value for row in rows_of(empty, name)} <= {0, None}
        elif name == "investment-reviews":
            assert [(row.reviews, row.amount_saved) for row in rows_of(empty, name)] == [(0, 0)]
        else:
            assert rows_of(empty, name) == []


def holds(line: Line) -> bool:
    return bool(line.get("valid_from", "") <= TODAY.isoformat() <= line.get("valid_until", "9999"))


def amount(line: Line, name: str) -> float:
    found: float = line["attributes"].get(name, {}).get("amount", 0)
    return found


def test_the_roadmap_costs_what_its_lines_and_budgets_say(lines: Mapping[str, list[Line]], state: State) -> None:
    planned: dict[str, float] = defaultdict(float)
    for each in filter(holds, lines["BudgetLine"]):
        said = each["attributes"]
        if said["line_kind"] == "planned" and "initiative" in said:
            planned[said["initiative"]] += amount(each, "amount")
    whole = 0.0
    for each in filter(holds, lines["Initiative"]):
        if each["attributes"]["status"] not in ("cancelled", "postponed"):
            whole += planned.get(each["identifier"], amount(each, "budget"))
    assert sum(row.amount for row in rows_of(state, "roadmap-budget")) == pytest.approx(whole)
    assert len(rows_of(state, "roadmap")) == sum(map(holds, lines["Initiative"]))


def test_the_matrix_of_sharing_counts_every_exchange_once(lines: Mapping[str, list[Line]], state: State) -> None:
    systems = {each["identifier"] for each in filter(holds, lines["System"])}
    exchanges = [each for each in filter(holds, lines["DataExchange"]) if {each["source"], each["target"]} <= systems]
    owner = {each["identifier"]: each["owner"] for each in lines["System"]}
    pairs = Counter((f"nation:{owner[each['source']]}", f"nation:{owner[each['target']]}") for each in exchanges)
    found = {(row.source, row.target): row.exchanges for row in rows_of(state, "sharing-matrix")}
    assert found == {pair: count for pair, count in pairs.items() if pair[0] != pair[1]}


def test_running_cost_sums_to_all_that_systems_and_resources_say(lines: Mapping[str, list[Line]], state: State) -> None:
    counted = ("System", "Server", "StorageDevice", "NetworkDevice", "DatabaseInstance", "DataCentre", "Licence")
    whole = sum(amount(each, "yearly_cost") for name in counted for each in filter(holds, lines[name]))
    for by in ("system", "agency"):
        assert sum(row.total for row in rows_of(state, "running-cost", by=by)) == pytest.approx(whole)


def test_coverage_counts_what_walking_from_system_to_function_finds(
    lines: Mapping[str, list[Line]], state: State
) -> None:
    there = {
        each["identifier"]: each["type"] for some in lines.values() for each in some if "type" in each and holds(each)
    }
    out: dict[str, set[str]] = defaultdict(set)
    for name in ("Serving", "Realization", "Assignment"):
        for each in filter(holds, lines[name]):
            if each["source"] in there and each["target"] in there:
                out[each["source"]].add(each["target"])
    supported: Counter[str] = Counter()
    for system in (uid for uid, kind in there.items() if kind == "System"):
        reached, hit = {system}, set[str]()
        for _ in range(3):
            reached = {end for at in reached for end in out[at]}
            hit = {each for each in reached if there[each] == "BusinessProcess"}
            if hit:
                break
            reached = {each for each in reached if there[each] != "System"}
        supported.update(hit)
    rows = rows_of(state, "coverage", by="agency")
    functions = sum(kind == "BusinessProcess" for kind in there.values())
    assert sum(row.functions for row in rows) == functions == len(rows_of(state, "function-coverage", category=None))
    assert sum(row.with_system for row in rows) == len(supported)
    assert sum(row.with_several for row in rows) == sum(count > 1 for count in supported.values())


def test_every_document_stands_in_one_row_of_what_is_due(lines: Mapping[str, list[Line]], state: State) -> None:
    documents = {f"nation:{each['identifier']}" for each in filter(holds, lines["Document"])}
    assert sorted(row.uid for row in rows_of(state, "disposition-due", by="document")) == sorted(documents)
    by_series = rows_of(state, "disposition-due", by="series")
    with_series = [uid for row in by_series for uid in row.uids]
    assert len(with_series) == len(set(with_series)) <= len(documents)
    series = sum(map(holds, lines["RecordSeries"]))
    assert len(rows_of(state, "record-register")) == len({row.series for row in by_series}) == series


def test_what_reviews_saved_and_levels_gave_is_that_of_the_lines(lines: Mapping[str, list[Line]], state: State) -> None:
    reviews = list(filter(holds, lines["InvestmentReview"]))
    rows = rows_of(state, "investment-reviews")
    assert (len(rows) - 1, rows[-1].review) == (len(reviews), None)
    assert rows[-1].amount_saved == pytest.approx(sum(amount(each, "amount_saved") for each in reviews))
    agencies = {each["owner"] for each in lines["IndicatorLevel"]}
    assert {row.uid for row in rows_of(state, "index-ranking")} == {f"nation:{each}" for each in agencies}


def test_a_figure_of_the_dashboard_is_the_list_behind_it(state: State) -> None:
    figures = {(row.project, row.code): row.value for row in rows_of(state, "dashboard")}
    assert figures["roadmap", "initiatives"] == len(rows_of(state, "roadmap"))
    assert figures["informatization", "functions"] == len(rows_of(state, "function-coverage", category=None))
    assert figures["records", "series"] == len(rows_of(state, "record-register"))
