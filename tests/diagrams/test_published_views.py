"""Views that architects published: each is drawn, and nothing in it is cut, off the page or on top of each other."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import diagrams
from diagrams.drawing import Drawing
from diagrams.viewpoints.stored import drawing_of
from ea_repo.exchange import Bundle, read
from ea_repo.metamodel import standard
from ea_repo.store.records import Concept, View
from tests.diagrams.svg_reading import Area, Reading

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the published models are not beside the checkout")
MODELS = sorted(
    [*CORPUS.glob("*/model.archimate"), *CORPUS.glob("variants/**/*.archimate"), *CORPUS.glob("*/model.xml")]
)
GEMMA = CORPUS / "gemma-grafico.tar.gz"


@cache
def bundle_of(path: Path) -> Bundle:
    return read(path)


def drawings(path: Path, most: int | None = None) -> Iterator[Drawing]:
    """The views of a model, or so many of them spread over all."""
    bundle = bundle_of(path)
    concepts = {
        each.identifier: Concept(
            uid=each.identifier,
            kind="relationship" if each.source else "element",
            type=each.type,
            model="m",
            name=each.name,
            description=each.description,
            specialization=each.specialization,
            source=each.source,
            target=each.target,
            attributes=each.attributes,
            properties=each.properties,
            translations=each.translations,
        )
        for each in bundle.concepts
    }
    names = {view.identifier: view.name for view in bundle.views}
    step = max(len(bundle.views) // most, 1) if most else 1
    for each in bundle.views[::step]:
        view = View(each.identifier, "m", each.name, description=each.description, kind=each.kind)
        yield drawing_of(view, each.content, concepts, standard(), view_names=names)


def assert_sane(drawing: Drawing) -> None:
    reading = Reading(diagrams.render(drawing, "svg", embed_font=False))
    nodes, labels = reading.things("node"), reading.things("label")
    assert len(nodes) == len(drawing.nodes)
    for thing in (*nodes, *labels):
        assert thing.box.within(reading.page)
        for text, area in thing.texts:
            assert area.within(thing.box), (drawing.title, text, area, thing.box)
    for area in (*reading.drawn(), *(area for _, area in reading.page_texts())):
        assert area.within(reading.page), drawing.title
    assert_apart([label.box for label in labels])
    leaves = {node.id for node in drawing.nodes if not node.holds_others}
    boxes = [thing.box for node, thing in zip(drawing.nodes, nodes, strict=True) if node.id in leaves]
    for label in labels:
        assert not any(label.box.overlaps(box) for box in boxes), drawing.title


def assert_apart(areas: list[Area]) -> None:
    for at, area in enumerate(areas):
        assert not any(area.overlaps(other) for other in areas[at + 1 :])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: str(path.relative_to(CORPUS)))
def test_views_of_published_models_are_drawn_soundly(path: Path) -> None:
    for drawing in drawings(path, most=4):
        assert_sane(drawing)


def test_views_of_a_whole_countrys_model_are_drawn_soundly() -> None:
    for drawing in drawings(GEMMA, most=12):
        assert_sane(drawing)


@pytest.mark.soak
@pytest.mark.parametrize("path", [*MODELS, GEMMA], ids=lambda path: str(path.relative_to(CORPUS)))
def test_every_published_view_is_drawn_soundly(path: Path) -> None:
    for drawing in drawings(path):
        assert_sane(drawing)


def test_the_textbook_example_shows_its_relationships_as_the_standard_draws_them() -> None:
    (layered,) = (
        each for each in drawings(CORPUS / "archisurance" / "model.archimate") if each.title == "Layered View"
    )
    assert {edge.kind.notation for edge in layered.edges} == {"Serving", "Realization", "Assignment", "Triggering"}
    assert (len(layered.nodes), len(layered.edges)) == (37, 28)
    frames = [node for node in layered.nodes if node.kind.notation == "Group"]
    assert len(frames) == 7
    assert all(node.holds_others for node in frames)
