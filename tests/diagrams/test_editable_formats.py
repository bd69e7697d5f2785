"""draw.io, Mermaid and PlantUML as independent readers see them: everything is there, and names are only text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import lxml.html
import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

import diagrams
from diagrams import text
from diagrams.drawing import Drawing, Swatch, said
from diagrams.geometry import Rect
from diagrams.notation import is_known
from diagrams.renderers.drawio_drawing import shape_of
from tests.diagrams.drawings import (
    ELEMENTS,
    RELATIONSHIPS,
    a_cluster,
    a_drawing,
    a_kind,
    a_node,
    an_edge,
    drawings,
    stored_drawings,
)

SMALL_DOSE = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"]; x [label="',
    '"] --> evil["',
    "%%{init: {'theme': 'dark'}}%%",
    "end\nsubgraph x",
    "n1 --> n2; click n0 href \"javascript:alert(1)\"",
    "#quot;#59; &lt;b&gt; &amp;",
    "`**bold** _it_` 1. list - item",
    "fa:fa-user :::focus",
    "@enduml\n!include /etc/passwd",
    "%getenv(\"HOME\") !$x = 1 $sprite <$archimate/goal>",
    "<img:/etc/passwd> <&heart> [[http://evil]] ~**x** ''comment'' /' x '/",
    "a\\nb \\ <U+0041> ]]> ${x} %name%",
    "سجل السكان الوطني",
    "👩‍💻 🙂 e\u0301",
    "a\u0000b\u0008\u202ec\u2028d",
    "x" * 5_000,
]  # fmt: skip


def hostile(words: str) -> Drawing:
    nodes = [
        a_node("a", name=words, tooltip=words, uid=words, detail=words, stereotype=words),
        a_node("b", "Goal", words, cluster="c"),
        a_node("j", "Junction", words),
    ]
    edges = [
        an_edge("1", "a", "b", name=words, tooltip=words, uid=words),
        an_edge("2", "j", "1", "Association", name=words),
    ]
    clusters = (a_cluster("c", words, detail=words, tooltip=words),)
    return a_drawing(nodes, edges, clusters=clusters, title=words, subtitle=words, notes=(words,))


def squeezed(words: str) -> str:
    """What is compared: shown characters without spaces and breaks, which formats set as they like."""
    return re.sub(r"\s+", "", text.cleaned(words))


# draw.io


@dataclass
class MxCell:
    """A cell of mxGraph as its own documentation describes it."""

    id: str
    parent: str | None
    label: str
    style: dict[str, str]
    kind: str  # vertex | edge | group
    ends: tuple[str | None, str | None]
    geometry: Any
    values: dict[str, str]


def read_drawio(written: bytes) -> tuple[dict[str, MxCell], tuple[float, float]]:
    root = etree.fromstring(written, etree.XMLParser(resolve_entities=False))
    assert root.tag == "mxfile"
    (model,) = root.findall("diagram/mxGraphModel")
    cells: dict[str, MxCell] = {}
    for element in model.find("root"):
        wrapped = element.tag == "UserObject"
        cell = element.find("mxCell") if wrapped else element
        found = MxCell(
            id=element.get("id"),
            parent=cell.get("parent"),
            label=element.get("label") if wrapped else cell.get("value", ""),
            style=dict(each.split("=", 1) for each in cell.get("style", "").split(";") if "=" in each),
            kind="vertex" if cell.get("vertex") else "edge" if cell.get("edge") else "group",
            ends=(cell.get("source"), cell.get("target")),
            geometry=cell.find("mxGeometry"),
            values=dict(element.attrib) if wrapped else {},
        )
        assert found.id not in cells, f"{found.id} twice"
        cells[found.id] = found
    return cells, (float(model.get("pageWidth")), float(model.get("pageHeight")))


def shown(label: str) -> str:
    """The text of a label that is HTML; markup beyond breaks, bold and small is a defect."""
    if not label.strip():
        return ""
    parsed = lxml.html.fragment_fromstring(label, create_parent="div")
    assert {each.tag for each in parsed.iter()} <= {"div", "br", "b", "small"}
    for each in parsed.iter("br"):
        each.tail = "\n" + (each.tail or "")
    return parsed.text_content()


def corner(cells: dict[str, MxCell], cell: MxCell) -> tuple[float, float]:
    x, y = float(cell.geometry.get("x")), float(cell.geometry.get("y"))
    parent = cells[cell.parent or ""]
    if parent.kind == "vertex":
        x, y = x + corner(cells, parent)[0], y + corner(cells, parent)[1]
    return x, y


def assert_sound(drawing: Drawing, written: bytes) -> dict[str, MxCell]:
    cells, (width, height) = read_drawio(written)
    assert cells["0"].parent is None
    content = [cell for cell in cells.values() if cell.values]
    for cell in cells.values():
        assert cell.id == "0" or cell.parent in cells
        for end in cell.ends:
            assert end is None or cells[end].kind == "vertex"
    boxes = [cell for cell in content if cell.kind == "vertex"]
    assert len(boxes) == len(drawing.nodes) + len(drawing.clusters)
    for cell in boxes:
        x, y = corner(cells, cell)
        wide, high = float(cell.geometry.get("width")), float(cell.geometry.get("height"))
        assert min(x, y) > -0.1
        assert x + wide <= width + 0.2
        assert y + high <= height + 0.2
        parent = cells[cell.parent or ""]
        if parent.kind == "vertex":
            assert parent.style["container"] == "1"
            assert float(cell.geometry.get("x")) >= -0.2
            assert float(cell.geometry.get("y")) >= -0.2
            assert float(cell.geometry.get("x")) + wide <= float(parent.geometry.get("width")) + 0.2
            assert float(cell.geometry.get("y")) + high <= float(parent.geometry.get("height")) + 0.2
    labels = [squeezed(shown(cell.label)) for cell in boxes]
    for item in (*drawing.nodes, *drawing.clusters):
        if item.kind.notation not in ("Junction", "OrJunction"):
            assert any(squeezed(said(item.name, "en")) in label for label in labels)
    return cells


@SMALL_DOSE
@given(drawings())
def test_a_drawio_file_holds_every_box_and_line_where_it_was_placed(drawing: Drawing) -> None:
    written = diagrams.render(drawing, "drawio", seconds=0.001)
    cells = assert_sound(drawing, written)
    lines = [cell for cell in cells.values() if cell.kind == "edge" and cell.values]
    assert len(lines) == len(drawing.edges)
    assert all(None not in cell.ends for cell in lines)


@SMALL_DOSE
@given(stored_drawings())
def test_a_drawio_file_of_a_stored_view_keeps_the_sizes(drawing: Drawing) -> None:
    cells = assert_sound(drawing, diagrams.render(drawing, "drawio"))
    boxes = [cell.geometry for cell in cells.values() if cell.values and cell.kind == "vertex"]
    sizes = [float(box.get(side)) for box in boxes for side in ("width", "height")]
    places = [node.place for node in drawing.nodes if node.place is not None]
    assert sizes == pytest.approx([each for place in places for each in (place.width, place.height)], abs=0.06)


def test_boxes_on_a_box_of_a_stored_view_become_its_children() -> None:
    nodes = [
        a_node("outer", "Grouping", "Outer", place=Rect(10, 10, 400, 300), holds_others=True),
        a_node("middle", "System", "Middle", place=Rect(30, 60, 300, 200), holds_others=True),
        a_node("inner", "System", "Inner", place=Rect(50, 100, 120, 55)),
        a_node("beside", "System", "Beside", place=Rect(500, 10, 120, 55)),
    ]
    cells = assert_sound(a_drawing(nodes), diagrams.render(a_drawing(nodes), "drawio"))
    by_name = {shown(cell.label).split("\n")[-1]: cell for cell in cells.values() if cell.values}
    assert by_name["Inner"].parent == by_name["Middle"].id
    assert by_name["Middle"].parent == by_name["Outer"].id
    assert by_name["Beside"].parent == "1"
    assert (by_name["Inner"].geometry.get("x"), by_name["Inner"].geometry.get("y")) == ("20.0", "40.0")


@pytest.mark.parametrize("words", HOSTILE)
def test_names_are_only_text_in_drawio(words: str) -> None:
    drawing = hostile(words)
    written = diagrams.render(drawing, "drawio", seconds=0.001, links=lambda uid: f"/x?{uid}")
    cells = assert_sound(drawing, written)
    for cell in cells.values():
        shown(cell.label)
        shown(cell.values.get("tooltip", ""))
        assert "placeholders" not in cell.values


def test_every_element_has_a_shape_and_every_line_its_ends_in_drawio() -> None:
    assert is_known("Unknown")
    plain = [name for name in ELEMENTS if shape_of(diagrams.notation.figure(a_kind(name).notation)) == "rounded=0"]
    assert plain == []
    # The ends and strokes of draw.io's own ArchiMate 3 palette, with the sign at the source where ArchiMate has it.
    expected = {
        "Composition": ("diamondThin", "1", "none", None),
        "Aggregation": ("diamondThin", "0", "none", None),
        "Assignment": ("oval", "1", "block", None),
        "Realization": ("none", "0", "block", "1"),
        "Serving": ("none", "0", "open", None),
        "Access": ("none", "0", "none", "1"),
        "Influence": ("none", "0", "open", "1"),
        "Association": ("none", "0", "none", None),
        "Triggering": ("none", "0", "block", None),
        "Flow": ("none", "0", "block", "1"),
        "Specialization": ("none", "0", "block", None),
    }
    assert set(expected) == set(RELATIONSHIPS)
    nodes = [a_node("a", place=Rect(0, 0, 120, 55)), a_node("b", place=Rect(300, 0, 120, 55))]
    for name, wanted in expected.items():
        written = diagrams.render(a_drawing(nodes, [an_edge("1", "a", "b", name)]), "drawio")
        (line,) = (cell for cell in read_drawio(written)[0].values() if cell.kind == "edge" and cell.values)
        style = line.style
        found = (style["startArrow"], style["startFill"], style["endArrow"], style.get("dashed"))
        assert found == wanted, name


# Mermaid

MERMAID_LINE = re.compile(
    r'(?P<subgraph>subgraph (?P<group>\w+) \["(?P<heading>[^"]*)"\])'
    r"|(?P<end>end)"
    r'|(?P<edge>(?P<source>\w+) (?P<arrow><?(?:--[->o]|-\.-(?:>)?|==>))(?:\|"(?P<words>[^"]*)"\|)? (?P<target>\w+))'
    r'|(?P<node>(?P<name>\w+)(?:\[\[|\[|\(\[|\(\(|\(|\{\{|>)"(?P<label>[^"]*)"(?:\]\]|\]\)|\]|\)\)|\)|\}\}))'
    r"|(?P<class>(?:classDef \w+ [\w:,#-]+|class [\w,]+ \w+))"
    r'|(?P<click>click \w+ href "[^"]*")'
)


@dataclass
class Read:
    nodes: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)
    inside: dict[str, str | None] = field(default_factory=dict)


def decoded(label: str) -> str:
    """A label as Mermaid shows it: numbers of characters become characters, <br/> breaks; any other < is a defect."""
    assert "<" not in label.replace("<br/>", "")
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label.replace("<br/>", "\n"))


def read_mermaid(written: bytes) -> Read:
    lines = written.decode().split("\n")
    if lines[0] == "---":
        assert lines[1].startswith('title: "')
        assert lines[2] == "---"
        assert "%%" not in lines[1]
        lines = lines[3:]
    assert lines[0] in ("flowchart TB", "flowchart LR")
    found, open_groups = Read(), list[str]()
    for line in lines[1:]:
        if not line or line.startswith("  %% "):  # a comment, which Mermaid skips; a directive begins with %%{
            continue
        match = MERMAID_LINE.fullmatch(line.strip())
        assert match, line
        within = open_groups[-1] if open_groups else None
        if match["subgraph"]:
            found.groups[match["group"]] = decoded(match["heading"])
            found.inside[match["group"]] = within
            open_groups.append(match["group"])
        elif match["end"]:
            open_groups.pop()
        elif match["edge"]:
            found.edges.append((match["source"], match["target"], decoded(match["words"] or "")))
        elif match["node"]:
            assert match["name"] not in found.nodes
            found.nodes[match["name"]] = decoded(match["label"])
            found.inside[match["name"]] = within
    assert not open_groups
    for source, target, _ in found.edges:
        assert {source, target} <= {*found.nodes, *found.groups}
    return found


# PlantUML

PLANTUML_LINE = re.compile(
    r"(?P<node>(?:archimate (?:#\w+ )|rectangle |card |circle )"
    r'"(?P<label>[^"]*)" as (?P<name>\w+)(?: #\w+)?(?: <<[\w-]+>>)?(?P<open> \{)?)'
    r"|(?P<close>\})"
    r"|(?P<edge>(?P<source>\w+) [*o@<]?[-.~]\[#\w+\][-.~](?:>>|>|\|>|\\\\)? (?P<target>\w+)(?: : (?P<words>.*))?)"
    r"|(?P<title>title (?P<heading>.*))|(?P<caption>caption .*)"
    r"|(?P<setting>skinparam \w+ #?\w+|left to right direction)"
)


def unnumbered(label: str) -> str:
    """A label as PlantUML shows it. No sign that it might take for more than text stands in it."""
    plain = re.sub(r"<U\+[0-9A-F]{4}>", "", label.replace("\\n", ""))
    assert not set(plain) & set("<>[]{}~*/%!$\\\"'`#@&|^=+()")
    return re.sub(r"<U\+([0-9A-F]{4})>", lambda match: chr(int(match[1], 16)), label.replace("\\n", "\n"))


def read_plantuml(written: bytes) -> Read:
    lines = written.decode().rstrip("\n").split("\n")
    assert (lines[0], lines[-1]) == ("@startuml", "@enduml")
    found, depth = Read(), 0
    for line in lines[1:-1]:
        match = PLANTUML_LINE.fullmatch(line.strip())
        assert match, line
        depth += bool(match["open"]) - bool(match["close"])
        if match["node"]:
            assert match["name"] not in found.nodes
            found.nodes[match["name"]] = unnumbered(match["label"])
        elif match["edge"]:
            found.edges.append((match["source"], match["target"], unnumbered(match["words"] or "")))
    assert depth == 0
    for source, target, _ in found.edges:
        assert {source, target} <= set(found.nodes)
    return found


READERS = {"mermaid": read_mermaid, "plantuml": read_plantuml}


def names_of(found: Read) -> Iterator[str]:
    yield from (squeezed(label) for label in (*found.nodes.values(), *found.groups.values()))


def expected_names(drawing: Drawing) -> Iterator[str]:
    for item in (*drawing.nodes, *drawing.clusters):
        if item.kind.notation not in ("Junction", "OrJunction"):
            yield squeezed(text.cleaned(said(item.name, "en"))[:1_900])


@pytest.mark.parametrize("format", READERS)
@SMALL_DOSE
@given(drawing=drawings())
def test_every_box_and_line_is_in_the_text(format: str, drawing: Drawing) -> None:
    found = READERS[format](diagrams.render(drawing, format))
    labels = list(names_of(found))
    for name in expected_names(drawing):
        assert any(name.replace("-", "") in label.replace("-", "") for label in labels), name
    joints = {edge.id for edge in drawing.edges} & {end for e in drawing.edges for end in (e.source, e.target)}
    assert len(found.edges) == len(drawing.edges) + len(joints)


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("words", HOSTILE)
def test_names_are_only_text_in_mermaid_and_plantuml(format: str, words: str) -> None:
    drawing = hostile(words)
    found = READERS[format](diagrams.render(drawing, format, links=lambda uid: f"/x?{uid}"))
    labels = list(names_of(found))
    for name in expected_names(drawing):
        assert any(name.replace("-", "") in label.replace("-", "") for label in labels)
    assert len(found.edges) == 3


@pytest.mark.parametrize(
    ("access", "ends"), [("read", ("n1", "n0")), ("write", ("n0", "n1")), ("read_write", ("n0", "n1"))]
)
def test_an_arrow_of_mermaid_points_where_the_data_goes(access: str, ends: tuple[str, str]) -> None:
    drawing = a_drawing([a_node("a"), a_node("b")], [an_edge("1", "a", "b", "Access", access=access)])
    written = diagrams.render(drawing, "mermaid")
    (edge,) = read_mermaid(written).edges
    assert edge[:2] == ends
    assert unescape(edge[2]).startswith("Access: ")


def test_mermaid_says_which_line_ends_it_lacks_and_only_those_that_are_used() -> None:
    nodes = [a_node("a"), a_node("b")]
    comments = {
        kind: re.findall(
            r"%% (\w+):", diagrams.render(a_drawing(nodes, [an_edge("1", "a", "b", kind)]), "mermaid").decode()
        )
        for kind in ("Composition", "Aggregation", "Serving")
    }
    assert comments == {"Composition": ["Composition"], "Aggregation": ["Aggregation"], "Serving": []}


def test_dot_says_values_details_and_what_was_left_out() -> None:
    node = a_node("a", name="Tax", detail="Ministry of Finance", swatch=Swatch("c1", "vital"), value="very vital")
    written = diagrams.render(a_drawing([node], notes=("12 more are left out.",)), "dot").decode()
    assert "Tax\\nMinistry of Finance\\nvery vital" in written
    assert "12 more are left out." in written
