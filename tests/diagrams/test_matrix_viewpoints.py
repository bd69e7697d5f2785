"""The matrices tell what the repository says: counted by hand, rolled up where they would be too large."""

from collections.abc import Iterator

import pytest

import diagrams
from diagrams.chart import Chart
from diagrams.charts.chord import Chord
from diagrams.charts.matrix import Matrix
from diagrams.drawing import said
from ea_repo.repository import Repository
from ea_repo.store.operations import Operation
from ea_repo.store.state import State
from tests.diagrams.svg_reading import Reading
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element


def government() -> list[Operation]:
    """Two ministries and an office; functions that two systems, one, part of one, or none support; data kept twice."""
    full, part = {"attributes": {"extent": "full"}}, {"attributes": {"extent": "partial"}}
    collected = {"access_type": "write", "origin": "collected"}
    return [
        a_model(), an_agency("gov", "Government"), an_agency("fin", "Finance"), an_agency("tax", "Tax Office"),
        an_agency("home", "Home Affairs"),
        a_relationship("w1", "Composition", "gov", "fin"), a_relationship("w2", "Composition", "fin", "tax"),
        a_relationship("w3", "Composition", "gov", "home"),
        a_system("old", "Old Core", owner="tax"), a_system("new", "New Core", owner="tax"),
        a_system("people", "Register", owner="home"), a_system("idle", "Idle", owner="home"),
        an_element("collect", "BusinessFunction", "Collect tax", owner="tax"),
        an_element("audit", "BusinessFunction", "Audit", owner="tax"),
        an_element("census", "BusinessFunction", "Count people", owner="home"),
        an_element("guard", "BusinessFunction", "Guard", owner="home"),
        an_element("lookup", "ApplicationService", "Look up"),
        a_relationship("s1", "Serving", "old", "collect", **full), a_relationship("s2", "Serving", "new", "collect", **full),
        a_relationship("s3", "Serving", "new", "audit", **part),
        a_relationship("s4", "Realization", "people", "lookup"), a_relationship("s5", "Serving", "lookup", "census"),
        an_element("persons", "DataSet", "Persons", owner="home"), an_element("debts", "DataSet", "Debts", owner="tax"),
        an_element("unused", "DataSet", "Unused", owner="tax"),
        a_relationship("a1", "Access", "people", "persons", attributes={**collected, "authoritative": True}),
        a_relationship("a2", "Access", "old", "persons", attributes={**collected, "authoritative": False}),
        a_relationship("a3", "Access", "old", "debts", attributes={"access_type": "read_write"}),
        a_relationship("a4", "Access", "new", "debts", attributes={"access_type": "read"}),
        a_relationship("f1", "Flow", "people", "old", name="Names"), a_relationship("f2", "Flow", "people", "new"),
        a_relationship("f3", "Flow", "old", "new"), a_relationship("f4", "Flow", "new", "people"),
    ]  # fmt: skip


@pytest.fixture
def state(sqlite_repository: Repository) -> Iterator[State]:
    sqlite_repository.changeset("test", "Fill", government()).apply()
    with sqlite_repository.state() as opened:
        yield opened


def matrix_of(chart: Chart) -> Matrix:
    assert isinstance(chart.figure, Matrix)
    return chart.figure


def cells(chart: Chart) -> dict[tuple[str, str], str]:
    matrix = matrix_of(chart)
    return {(short(cell.row), short(cell.column)): said(cell.text, "en") for cell in matrix.cells}


def short(key: str) -> str:
    return key.removeprefix("gov:")


def flags(chart: Chart) -> dict[str, str]:
    matrix = matrix_of(chart)
    return {short(head.key): head.sign for head in (*matrix.rows, *matrix.columns) if head.flag is not None}


def notes(chart: Chart) -> str:
    return " ".join(said(note, "en") for note in chart.notes)


def test_functions_and_systems_meet_in_full_in_part_or_through_a_service(state: State) -> None:
    chart = diagrams.draw(state, "function-system-matrix")
    assert cells(chart) == {
        ("collect", "old"): "●", ("collect", "new"): "●", ("audit", "new"): "○", ("census", "people"): "→",
    }  # fmt: skip
    assert flags(chart) == {"collect": "2×", "guard": "!"}
    assert said(chart.subtitle, "en").startswith(
        "4 functions · 3 systems · 1 without a system · 1 with several · as of changeset 1"
    )


def test_only_gaps_and_doubles_can_be_asked_for(state: State) -> None:
    chart = diagrams.draw(state, "function-system-matrix", only_gaps=True)
    assert {short(head.key) for head in matrix_of(chart).rows} == {"collect", "guard"}


def test_of_too_many_functions_the_agencies_stand_for_theirs_and_it_says_so(state: State) -> None:
    chart = diagrams.draw(state, "function-system-matrix", limit=2)
    assert cells(chart) == {("tax", "tax"): "3", ("home", "home"): "1"}
    assert "each agency stands for what it owns" in notes(chart)


def test_who_creates_updates_and_reads_which_data(state: State) -> None:
    chart = diagrams.draw(state, "crud-matrix")
    assert cells(chart) == {
        ("people", "persons"): "C", ("old", "persons"): "C", ("old", "debts"): "U", ("new", "debts"): "R",
    }  # fmt: skip
    assert flags(chart) == {"persons": "!"}
    assert "1 data set is left out" in notes(chart)
    written = [
        text
        for thing in Reading(diagrams.render(chart, "svg", embed_font=False)).things("node")
        for text, _ in thing.texts
    ]
    assert sorted(written) == ["!", "C", "C", "R", "U"]


def test_agencies_exchange_what_their_systems_exchange(state: State) -> None:
    chart = diagrams.draw(state, "agency-matrix")
    assert cells(chart) == {("home", "tax"): "2", ("tax", "home"): "1", ("tax", "tax"): "1"}
    above = diagrams.draw(state, "agency-matrix", level=2)
    assert cells(above) == {("home", "fin"): "2", ("fin", "home"): "1", ("fin", "fin"): "1"}
    assert "Names" in said(matrix_of(chart).cells[0].tooltip, "en")


def test_agencies_depend_as_the_dependency_matrix_says(state: State) -> None:
    chart = diagrams.draw(state, "agency-matrix", of="dependencies")
    from ea_repo.analysis.dependency_matrix import dependency_matrix

    wanted = {
        (short(row.source or "nobody"), short(row.target or "nobody")): str(row.dependencies)
        for row in dependency_matrix(state)
    }
    assert cells(chart) == wanted


def test_a_circle_has_a_line_for_each_pair_of_different_agencies(state: State) -> None:
    figure = diagrams.draw(state, "agency-matrix", shape="chord").figure
    assert isinstance(figure, Chord)
    assert {(short(tie.source), short(tie.target), tie.count) for tie in figure.ties} == {
        ("home", "tax", 2), ("tax", "home", 1),
    }  # fmt: skip


def test_agencies_beyond_the_limit_stand_together(sqlite_repository: Repository) -> None:
    many = [an_agency(f"a{at}") for at in range(6)]
    systems = [a_system(f"s{at}", owner=f"a{at}") for at in range(6)]
    flows = [a_relationship(f"f{at}", "Flow", "s0", f"s{at}") for at in range(1, 6)]
    sqlite_repository.changeset("t", "t", [a_model(), *many, *systems, *flows]).apply()
    with sqlite_repository.state() as state:
        chart = diagrams.draw(state, "agency-matrix", limit=3)
    assert cells(chart) == {("a0", "a1"): "1", ("a0", "a2"): "1", ("a0", "rest"): "3"}
    assert "3 others stand together" in notes(chart)


@pytest.mark.parametrize("name", ["agency-matrix", "function-system-matrix", "crud-matrix"])
def test_of_nothing_there_is_a_page_that_says_so(sqlite_repository: Repository, name: str) -> None:
    with sqlite_repository.state() as state:
        chart = diagrams.draw(state, name)
        assert "There is nothing of the kind" in notes(chart)
        assert diagrams.render(chart, "png").startswith(b"\x89PNG")
