"""Time lines, roadmap, reference-model map and portfolio tell what the repository says, counted by hand."""

from collections.abc import Iterator
from datetime import date

import pytest

import diagrams
from diagrams.chart import Chart
from diagrams.charts.nested import Box, Nested
from diagrams.charts.scatter import Scatter
from diagrams.charts.timeline import Timeline
from diagrams.drawing import said
from diagrams.round_numbers import whole_percent
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.repository import Repository
from ea_repo.store.operations import Operation
from ea_repo.store.state import State
from tests.diagrams.svg_reading import Reading
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element

TODAY = date(2026, 11, 1)


def rupiah(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "IDR"}


def government() -> list[Operation]:
    """Systems in every phase, an initiative after another, and a reference model of two levels."""
    return [
        a_model(), an_agency("fin", "Finance"), an_agency("home", "Home Affairs"),
        a_system("old", "Old Core", owner="fin", attributes={
            "active_on": "2001-04-01", "phase_out_on": "2027-01-01", "end_of_life_on": "2028-01-01",
            "yearly_cost": rupiah(4_000), "business_value_score": 30, "cost_effectiveness_score": 20, "criticality": "vital",
        }),
        a_system("new", "New Core", owner="fin", attributes={
            "planned_on": "2026-01-01", "phase_in_on": "2027-01-01", "active_on": "2028-01-01",
            "yearly_cost": rupiah(1_000), "business_value_score": 90, "cost_effectiveness_score": 80, "criticality": "vital",
        }),
        a_system("people", "Register", owner="home", attributes={"active_on": "2016-11-01", "yearly_cost": rupiah(3_000)}),
        a_system("undated", "Undated", owner="home"),
        an_element("host", "Server", "Host", owner="home", attributes={
            "acquired_on": "2020-02-29", "useful_life_years": 5, "end_of_support": "2026-12-31",
        }),
        an_element("build", "Initiative", "Build it", owner="fin", attributes={
            "starts_on": "2026-01-05", "ends_on": "2027-12-31", "budget": rupiah(9_000_000), "progress_percent": 40,
            "status": "running", "programme": "applications",
        }),
        an_element("move", "Initiative", "Move", owner="fin", attributes={
            "starts_on": "2028-01-03", "ends_on": "2028-12-29", "status": "proposed", "budget": rupiah(1_000_000),
        }),
        an_element("idea", "Initiative", "An idea", owner="home"),
        an_element("then", "Plateau", "The year 2028", attributes={"reached_on": "2028-06-30"}),
        a_relationship("t1", "Triggering", "build", "move"), a_relationship("r1", "Realization", "build", "then"),
        an_element("brm", "ReferenceCategory", "Business", attributes={"code": "B"}),
        an_element("b2", "ReferenceCategory", "Justice", attributes={"code": "B2"}),
        an_element("b1", "ReferenceCategory", "Finance", attributes={"code": "B1"}),
        an_element("b11", "ReferenceCategory", "Taxes", attributes={"code": "B11"}),
        an_element("b12", "ReferenceCategory", "Budget", attributes={"code": "B12"}),
        a_relationship("c1", "Composition", "brm", "b1"), a_relationship("c2", "Composition", "brm", "b2"),
        a_relationship("c3", "Composition", "b1", "b11"), a_relationship("c4", "Composition", "b1", "b12"),
        an_element("collect", "BusinessFunction", "Collect"), an_element("assess", "BusinessFunction", "Assess"),
        a_relationship("k1", "ClassifiedAs", "collect", "b11"), a_relationship("k2", "ClassifiedAs", "assess", "b12"),
        a_relationship("k3", "ClassifiedAs", "people", "b12"),
        a_relationship("s1", "Serving", "old", "collect"), a_relationship("s2", "Serving", "new", "collect"),
    ]  # fmt: skip


@pytest.fixture
def state(sqlite_repository: Repository) -> Iterator[State]:
    sqlite_repository.changeset("test", "Fill", government()).apply()
    with sqlite_repository.state() as opened:
        yield opened


def notes(chart: Chart) -> str:
    return " ".join(said(note, "en") for note in chart.notes)


def timeline_of(chart: Chart) -> Timeline:
    assert isinstance(chart.figure, Timeline)
    return chart.figure


# Life cycles


def phases(chart: Chart, key: str) -> list[tuple[str, date | None, date | None]]:
    row = next(each for each in timeline_of(chart).rows if each.key == f"gov:{key}")
    return [(said(span.text, "en"), span.begin, span.end) for span in row.spans]


def test_each_phase_lasts_until_the_day_before_the_next(state: State) -> None:
    chart = diagrams.draw(state, "life-cycle-timeline", today=TODAY)
    assert phases(chart, "old") == [
        ("Active", date(2001, 4, 1), date(2026, 12, 31)), ("Phase-out", date(2027, 1, 1), date(2027, 12, 31)),
    ]  # fmt: skip
    assert phases(chart, "new") == [
        ("Planned", date(2026, 1, 1), date(2026, 12, 31)),
        ("Phase-in", date(2027, 1, 1), date(2027, 12, 31)),
        ("Active", date(2028, 1, 1), None),
    ]
    assert "1 has no dates" in notes(chart)
    (today,) = timeline_of(chart).moments
    assert today.day == TODAY


def test_what_is_bought_has_a_useful_life_and_the_makers_support(state: State) -> None:
    chart = diagrams.draw(state, "life-cycle-timeline", type=("Server",), today=TODAY)
    (row,) = timeline_of(chart).rows
    assert phases(chart, "host") == [("Active", date(2020, 2, 29), None)]
    assert {(said(sign.label, "en"), sign.day) for sign in row.signs} == {
        ("End of support", date(2026, 12, 31)), ("End of useful life", date(2025, 2, 28)),
    }  # fmt: skip


def test_of_too_many_rows_those_that_change_soonest_are_shown(state: State) -> None:
    chart = diagrams.draw(state, "life-cycle-timeline", today=TODAY, limit=2)
    assert {row.key for row in timeline_of(chart).rows} == {"gov:old", "gov:new"}
    assert "1 more are left out" in notes(chart)


def test_bars_stand_where_their_days_are(state: State) -> None:
    chart = diagrams.draw(state, "life-cycle-timeline", owner="gov:fin", today=TODAY)
    figure = timeline_of(chart)
    reading = Reading(diagrams.render(chart, "svg", embed_font=False))
    bars = [thing for thing in reading.things("node") if thing.uid == "gov:new"]
    planned, phase_in, active = sorted((bar.box.left, bar.box.right) for bar in bars)
    day = (phase_in[1] - planned[0]) / (date(2027, 12, 31) - date(2026, 1, 1)).days
    assert planned[1] == pytest.approx(planned[0] + 364 * day, abs=0.6)
    assert active[0] == pytest.approx(planned[0] + (date(2028, 1, 1) - date(2026, 1, 1)).days * day, abs=0.6)
    assert active[1] == pytest.approx(planned[0] + (figure.last - date(2026, 1, 1)).days * day, abs=0.6)


# Roadmap


def test_initiatives_have_their_time_budget_progress_and_order(state: State) -> None:
    chart = diagrams.draw(state, "roadmap", today=TODAY)
    figure = timeline_of(chart)
    assert [(row.key, said(row.detail, "en"), said(row.group, "en")) for row in figure.rows] == [
        ("gov:build", "9 million IDR · 40%", "Applications"), ("gov:move", "1 million IDR", "In no programme"),
    ]  # fmt: skip
    assert [(link.before, link.after) for link in figure.links] == [("gov:build", "gov:move")]
    assert {(said(moment.name, "en"), moment.day) for moment in figure.moments} == {
        ("Today 2026-11-01", TODAY), ("The year 2028", date(2028, 6, 30)),
    }  # fmt: skip
    assert "budget 10 million IDR" in said(chart.subtitle, "en")
    assert "1 has no dates" in notes(chart)


@pytest.mark.parametrize(
    ("group", "wanted"),
    [("owner", ["Finance", "Finance"]), ("plateau", ["The year 2028", "For no plateau"]), ("none", ["", ""])],
)
def test_initiatives_stand_under_what_was_asked(state: State, group: str, wanted: list[str]) -> None:
    figure = timeline_of(diagrams.draw(state, "roadmap", group=group, today=TODAY))
    assert [said(row.group, "en") for row in figure.rows] == wanted


# Reference-model map


def values(chart: Chart) -> dict[str, str]:
    """The value of each box, after its code."""
    assert isinstance(chart.figure, Nested)

    def walk(boxes: tuple[Box, ...]) -> Iterator[Box]:
        for box in boxes:
            yield box
            yield from walk(box.parts)

    return {
        box.key.removeprefix("gov:"): said(box.value, "en").rpartition(" · ")[2] for box in walk(chart.figure.boxes)
    }


@pytest.mark.parametrize(
    ("by", "wanted"),
    [
        ("count", {"b1": "3", "b11": "1", "b12": "2", "b2": "0"}),
        ("systems", {"b1": "3", "b11": "2", "b12": "1", "b2": "0"}),
        ("cost", {"b1": "8,000 IDR", "b11": "5,000 IDR", "b12": "3,000 IDR", "b2": "–"}),
        ("coverage", {"b1": "50%", "b11": "100%", "b12": "0%", "b2": "–"}),
    ],
)
def test_boxes_count_what_belongs_to_them_and_to_all_below(state: State, by: str, wanted: dict[str, str]) -> None:
    assert values(diagrams.draw(state, "reference-model-map", by=by)) == wanted


def test_functions_without_a_system_do_not_look_like_no_functions(state: State) -> None:
    chart = diagrams.draw(state, "reference-model-map", by="coverage")
    assert [said(entry.kind.label, "en") for entry in chart.legend] == ["none", "0%", "100%"]


def test_boxes_tell_the_average_age_on_the_date_asked_for(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("test", "Fill", government()).apply()
    with sqlite_repository.state(on=TODAY) as state:
        found = values(diagrams.draw(state, "reference-model-map", by="age"))
    assert found["b12"] == "10 years"


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 300, 0), (1, 300, 1), (2, 3, 67), (299, 300, 99), (3, 3, 100)]
)
def test_a_share_is_none_or_all_only_where_it_is(part: int, whole: int, percent: int) -> None:
    assert whole_percent(part, whole) == percent


def test_boxes_of_one_age_have_one_colour(sqlite_repository: Repository) -> None:
    """What a box says must be found in the legend: 8 years is not "over 8 years" because it is 8.3."""
    go_lives = [f"{2026 - years}-{month:02}-01" for years in range(1, 9) for month in (1, 5, 9)]
    operations: list[Operation] = [a_model()]
    for at, day in enumerate(go_lives):
        operations += [
            an_element(f"box{at}", "ReferenceCategory", f"Box {at}", attributes={"code": str(at)}),
            a_system(f"s{at}", attributes={"active_on": day}),
            a_relationship(f"r{at}", "ClassifiedAs", f"s{at}", f"box{at}"),
        ]
    sqlite_repository.changeset("test", "Fill", operations).apply()
    with sqlite_repository.state(on=TODAY) as state:
        figure = diagrams.draw(state, "reference-model-map", by="age").figure
    colours = {(said(box.value, "en").rpartition(" · ")[2], box.swatch) for box in figure.boxes}
    assert len({told for told, _ in colours}) == len(colours) >= 8


def test_a_map_begins_where_it_is_asked_to_and_goes_as_deep(state: State) -> None:
    assert set(values(diagrams.draw(state, "reference-model-map", level=1))) == {"b1", "b2"}
    assert set(values(diagrams.draw(state, "reference-model-map", root="gov:b1"))) == {"b11", "b12"}
    small = diagrams.draw(state, "reference-model-map", limit=2)
    assert set(values(small)) == {"b1", "b2"}
    assert "only 1 of the levels" in notes(small)
    with pytest.raises(NotFound):
        diagrams.draw(state, "reference-model-map", root="gov:nothing")
    with pytest.raises(InvalidInput, match="the tree is made of ReferenceCategory"):
        diagrams.draw(state, "reference-model-map", root="gov:old")


# Portfolio


def test_systems_stand_by_their_two_values_with_their_cost_as_size(state: State) -> None:
    chart = diagrams.draw(state, "portfolio")
    assert isinstance(chart.figure, Scatter)
    found = {bubble.key.removeprefix("gov:"): bubble for bubble in chart.figure.bubbles}
    assert set(found) == {"old", "new"}
    assert found["old"].size == pytest.approx(4 * found["new"].size)
    ticks = {said(tick.label, "en"): tick.at for tick in chart.figure.up.ticks}
    assert found["new"].y == pytest.approx(ticks["90"])
    assert found["old"].y == pytest.approx(ticks["30"])
    assert "2 have no value" in notes(chart)


def test_bubbles_on_one_spot_are_moved_apart(sqlite_repository: Repository) -> None:
    scores = {"business_value_score": 50, "cost_effectiveness_score": 50}
    many = [a_system(f"s{at}", f"System {at}", attributes=scores) for at in range(30)]
    sqlite_repository.changeset("test", "Fill", [a_model(), *many]).apply()
    with sqlite_repository.state() as state:
        reading = Reading(diagrams.render(diagrams.draw(state, "portfolio"), "svg", embed_font=False))
    boxes = [thing.box for thing in reading.things("node")]
    middles = [((box.left + box.right) / 2, (box.top + box.bottom) / 2) for box in boxes]
    radius = (boxes[0].right - boxes[0].left) / 2
    for at, (x, y) in enumerate(middles):
        assert all((x - a) ** 2 + (y - b) ** 2 >= (2 * radius - 1) ** 2 for a, b in middles[at + 1 :])
    written = " ".join(reading.text_of("label") + reading.text_of("node"))
    assert all(f"System {at}" in written for at in range(30))


def test_an_axis_must_be_a_measure(state: State) -> None:
    with pytest.raises(NotFound, match="has no attribute"):
        diagrams.draw(state, "portfolio", x="beauty")
    with pytest.raises(InvalidInput, match="not a number, amount, date or single choice"):
        diagrams.draw(state, "portfolio", x="developer")
    chart = diagrams.draw(state, "portfolio", x="criticality", y="active_on", size="users")
    assert isinstance(chart.figure, Scatter)
    assert next(said(tick.label, "en") for tick in chart.figure.across.ticks) == "Vital"


@pytest.mark.parametrize("name", ["life-cycle-timeline", "roadmap", "reference-model-map", "portfolio"])
def test_of_nothing_there_is_a_page_that_says_so(sqlite_repository: Repository, name: str) -> None:
    with sqlite_repository.state() as state:
        chart = diagrams.draw(state, name)
        assert "There is nothing of the kind" in notes(chart)
        assert diagrams.render(chart, "png").startswith(b"\x89PNG")
