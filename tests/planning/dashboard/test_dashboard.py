"""Dashboards: ten figures a project, each with a list behind it; the sample's figures counted again from its tables."""

import csv
from collections.abc import Iterator
from dataclasses import fields
from importlib.resources import files
from typing import Any, get_args, get_type_hints

import pytest

from api.catalogue import _row_type
from ea_repo import sample
from ea_repo.catalogue import entry
from ea_repo.planning.dashboard.dashboard import Project, _figures, dashboard
from ea_repo.planning.index.rounds import assess, built_in
from ea_repo.repository import Repository
from ea_repo.store.state import State
from ea_repo.told import in_language
from tests.factories import a_model, an_agency, an_element

PROJECTS = get_args(Project)


def table(name: str) -> list[dict[str, str]]:
    text = files("ea_repo.sample").joinpath("data", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.fixture(scope="module")
def state(module_repository: Repository) -> Iterator[State]:
    sample.load(module_repository)
    with module_repository.state() as opened:
        yield opened


@pytest.mark.parametrize("project", PROJECTS)
def test_there_are_ten_figures_each_named_and_defined(project: str) -> None:
    own = [each for each in _figures() if each["project"] == project]
    assert len(own) == len({each["code"] for each in own}) == 10
    for each in own:
        for texts in (each["name"], each["definition"], *([each["empty"]] if "empty" in each else [])):
            assert texts.keys() == {"en", "id", "ko"}
            assert len({*texts.values()}) >= 2  # some names are the same word in two languages
        assert all(text.endswith(".") for text in each["definition"].values())


@pytest.mark.parametrize("figure", _figures(), ids=lambda each: f"{each['project']} {each['code']}")
def test_a_figure_is_measured_over_what_its_report_says(figure: dict[str, Any]) -> None:
    behind = entry("report", figure["report"])
    known = {each.name for each in fields(_row_type(get_type_hints(behind.subject)["return"]))}
    asked = {each.name for each in behind.parameters}
    assert {*figure.get("where", {}), *figure.get("of", {}), figure.get("field", "")} <= {*known, ""}
    assert {*figure.get("arguments", {}), figure.get("scope", "")} <= {*asked, ""}
    assert ("scope" in figure) != (figure.get("agency_field") in known)


@pytest.mark.parametrize("project", PROJECTS)
def test_an_empty_repository_has_nothing_to_measure(project: Any, sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as empty:
        found = list(dashboard(empty, project=project))
    assert len(found) == 10
    assert {each.value for each in found} <= {0, None}
    assert {each.why_empty for each in found if each.value is None} <= {"there are no rows to measure"}


def test_the_figures_of_the_nation_are_those_of_the_tables(state: State) -> None:
    roadmap = {each.code: each for each in dashboard(state, project="roadmap")}
    initiatives = table("initiatives")
    assert roadmap["initiatives"].value == len(initiatives)
    assert roadmap["running"].value == sum(each["status"] == "running" for each in initiatives)
    assert roadmap["budget"].value == pytest.approx(sum(float(each["budget"] or 0) for each in initiatives) * 1_000_000)
    assert roadmap["budget"].unit == "IDR"
    informatization = {each.code: each for each in dashboard(state, project="informatization")}
    assert informatization["functions"].value == len(table("functions"))
    supported = informatization["functions"].value - (informatization["without-system"].value or 0)
    assert informatization["informatization-rate"].value == pytest.approx(
        100 * supported / len(table("functions")), abs=0.01
    )
    records = {each.code: each for each in dashboard(state, project="records")}
    assert records["series"].value == len(table("record_series"))
    index = {each.code: each for each in dashboard(state, project="index")}
    assert index["assessed"].value == sum(each["framework"] == "pemdi-2026" for each in table("indicator_levels"))


def test_a_figure_says_why_it_is_empty_and_no_other_does(state: State, sqlite_repository: Repository) -> None:
    found = [*dashboard(state), *dashboard(state, agency="finance:MOF")]
    assert all((each.value is None) == (each.why_empty is not None) for each in found)
    (gain,) = [each for each in dashboard(state, project="index") if each.code == "gain"]
    assert (gain.value, gain.of) == (None, 6)
    assert in_language(gain.why_empty, "ko").startswith("같은 지수 체계로 이전 회차에 참여한 기관이 없음")
    rounds = {(each["agency"], each["framework"], each["round_year"]) for each in table("indicator_levels")}
    assert {year for _, framework, year in rounds if framework == "pemdi-2026"} == {"2026"}  # so it is true
    made = [a_model(), an_agency("a"), an_element("s", "Server", owner="a")]
    sqlite_repository.changeset("t", "t", made).apply()
    for year, level in ((2025, 2), (2026, 4)):
        levels = dict.fromkeys(built_in()["spbe-2020"].indicators, level)
        assess(sqlite_repository, "gov:a", "spbe-2020", year, levels, author="t")
    with sqlite_repository.state() as other:
        (gain,) = [each for each in dashboard(other, project="index") if each.code == "gain"]
    assert (gain.value, gain.why_empty) == (2.0, None)


def test_the_figures_of_an_agency_are_of_it_and_those_below(state: State) -> None:
    below = {"MOF", "TREA", "TAX", "CUST"}
    found = {each.code: each for each in dashboard(state, project="roadmap", agency="finance:MOF", language="ko")}
    assert found["initiatives"].value == sum(each["owner"] in below for each in table("initiatives"))
    assert found["initiatives"].name == "이행과제"
    assert found["initiatives"].definition == "상태와 관계없이 로드맵의 모든 과제."
    assert "--owner finance:MOF" in found["running"].behind
    assert found["running"].behind.endswith("(rows with status: running)")
    assessed = next(iter(dashboard(state, project="index", agency="finance:MOF")))
    assert assessed.value == 1
    assert assessed.behind == "ea-repo report index-ranking pemdi-2026 (rows with uid: finance:MOF or below it)"


def test_the_command_behind_a_figure_lists_as_many_rows_as_it_was_measured_over(state: State) -> None:
    """The command is typed apart here: its words are the report's name, what it requires in order, and options."""
    asked: dict[str, int] = {}
    for figure in [*dashboard(state), *dashboard(state, agency="finance:MOF")]:
        command, _, counted = figure.behind.partition(" (rows with ")
        if "or below it" in counted:
            continue  # the command lists the nation's, of which the agency's count
        if command not in asked:
            _, _, name, *words = command.split()
            report = entry("report", name)
            needed = iter(each.name for each in report.parameters if each.required)
            given: dict[str, Any] = {}
            while words:
                word = words.pop(0)
                key, value = (
                    (word[2:].replace("-", "_"), words.pop(0)) if word.startswith("--") else (next(needed), word)
                )
                is_many = getattr(next(p for p in report.parameters if p.name == key).annotation, "__origin__", None)
                given[key] = (value,) if is_many is tuple else value
            asked[command] = len(report.subject(state, **given))
        assert figure.of == asked[command], command
    assert len(asked) >= 30
