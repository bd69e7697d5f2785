"""Charts in draw.io: every box, bar, bubble, line and text is a cell at the place that it has in the SVG."""

from collections import Counter
from typing import Any, get_type_hints

import pytest

import diagrams
from diagrams.chart import Chart
from ea_repo.catalogue import entries
from ea_repo.store.state import State
from tests.diagrams.svg_reading import SVG, Reading
from tests.diagrams.test_charts import HOSTILE, a_matrix
from tests.diagrams.test_editable_formats import MxCell, read_drawio, shown, squeezed

#: Every chart of the catalogue as its example, and what other figures there are.
CHARTS: dict[str, dict[str, Any]] = {
    name: dict(entry.example)
    for name, entry in entries("viewpoint").items()
    if get_type_hints(entry.subject)["return"] is Chart
} | {"agency-matrix as a circle": {"shape": "chord"}}


def areas(cells: dict[str, MxCell]) -> list[tuple[str, tuple[float, ...]]]:
    """The text and the place of each area, in the order in which they are drawn."""
    return [
        (squeezed(shown(cell.label)), tuple(float(cell.geometry.get(each)) for each in ("x", "y", "width", "height")))
        for cell in cells.values()
        if cell.kind == "vertex" and cell.parent == "1"
    ]


def drawn_in_svg(reading: Reading) -> list[tuple[str, tuple[float, ...]]]:
    found = []
    for element in reading.content.iter(f"{SVG}g"):
        if element.get("data-box"):
            x, y, width, height = (float(each) for each in element.get("data-box").split(" "))
            words = squeezed("".join(each.text or "" for each in element.iter(f"{SVG}text")))
            found.append((words, (x + reading.shift[0], y + reading.shift[1], width, height)))
    return found


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_in_drawio_has_every_mark_where_the_svg_has_it(name: str, government: State) -> None:
    chart = diagrams.draw(government, name.split(" ")[0], **CHARTS[name])
    assert isinstance(chart, Chart)
    cells, (width, height) = read_drawio(diagrams.render(chart, "drawio"))
    reading = Reading(diagrams.render(chart, "svg", embed_font=False))
    expected = drawn_in_svg(reading)
    found = areas(cells)
    assert len(found) == len(expected) >= 10
    for (words, place), (svg_words, svg_place) in zip(found, expected, strict=True):
        assert words == svg_words
        assert place == pytest.approx(svg_place, abs=0.11)
    for _, (x, y, wide, high) in found:
        assert min(x, y) >= -0.1
        assert x + wide <= width + 1
        assert y + high <= height + 1
    lines = [cell for cell in cells.values() if cell.kind == "edge" and cell.parent == "1"]
    strokes = [each for each in reading.content.iter(f"{SVG}path") if each.get("fill") == "none"]
    assert len(lines) == len(strokes)
    assert Counter(cell.style["strokeColor"] for cell in lines) == Counter(each.get("stroke") for each in strokes)
    around = [squeezed(shown(cell.label)) for cell in cells.values() if cell.parent == "around" and cell.label]
    for text, _ in reading.page_texts():
        assert squeezed(text) in around


def test_the_charts_of_the_catalogue_are_those_that_are_tried() -> None:
    assert {"crud-matrix", "life-cycle-timeline", "portfolio", "reference-model-map", "roadmap"} < CHARTS.keys()


def test_columns_are_read_upwards_and_bars_have_their_colour(government: State) -> None:
    cells, _ = read_drawio(diagrams.render(a_matrix(["Tax", "Customs"]), "drawio"))
    upward = [cell for cell in cells.values() if cell.style.get("horizontal") == "0"]
    assert [shown(cell.label) for cell in upward] == ["Tax", "Customs"]
    (many,) = {cell.style["fillColor"] for cell in cells.values() if shown(cell.label) == "0" and cell.kind == "vertex"}
    legend = [cell.style["fillColor"] for cell in cells.values() if cell.id.startswith("legend-")]
    assert many in legend
    tax = next(cell for cell in cells.values() if cell.values.get("uid") == "gov:0")
    assert (tax.values["type"], tax.values["tooltip"]) == ("System", "Tax")


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_only_text_in_a_chart_in_drawio(name: str) -> None:
    chart = a_matrix([name, "Tax", f"{name} Register"])
    cells, _ = read_drawio(diagrams.render(chart, "drawio", links=lambda uid: f"/x?{uid}"))
    for cell in cells.values():
        shown(cell.label)
        shown(cell.values.get("tooltip", ""))
        assert "placeholders" not in cell.values
