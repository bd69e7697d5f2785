"""Archi's own file by small files: types, access kinds, specializations, relative positions, bend points, images."""

import io

import pytest

from ea_repo.exchange import read
from ea_repo.store.records import Property
from tests.exchange.files import (
    ARCHI_2,
    archi,
    archi_element,
    archi_relationship,
    archi_view,
    box,
    codes,
    concept,
    folder,
    read_bytes,
    view,
    zipped,
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("", "write"), ('accessType="1"', "read"), ('accessType="2"', "access"), ('accessType="3"', "read_write")],
)
def test_the_number_of_an_access_is_its_kind(written: str, expected: str) -> None:
    content = folder(
        "f",
        archi_element("a"),
        archi_element("b", "BusinessObject"),
        archi_relationship("r", "Access", "a", "b", written),
    )
    assert concept(read_bytes(archi(content)), "r").attributes == {"access_type": expected}


def test_strength_direction_and_kind_of_junction_are_attributes() -> None:
    bundle = read_bytes(
        archi(
            folder(
                "f",
                archi_element("a"), archi_element("j", "Junction", 'type="or"'), archi_element("k", "Junction"),
                archi_relationship("i", "Influence", "a", "a", 'strength="+"'),
                archi_relationship("d", "Association", "a", "a", 'directed="true"'),
            )
        )
    )  # fmt: skip
    said = {each.identifier: each.attributes for each in bundle.concepts}
    assert said == {
        "a": {}, "j": {"junction_type": "or"}, "k": {"junction_type": "and"}, "i": {"strength": "+"}, "d": {"directed": True}
    }  # fmt: skip


def test_a_specialization_is_found_wherever_it_is_defined() -> None:
    profile = '<profile name="Microservice" id="p1" conceptType="ApplicationComponent"/>'
    content = folder("f", archi_element("a", "ApplicationComponent", 'profiles="p1"'))
    for parts in ((profile, content), (content, profile)):
        bundle = read_bytes(archi(*parts))
        assert concept(bundle, "a").specialization == "Microservice"
        assert bundle.properties == [Property("Microservice", "ApplicationComponent", "specialization")]


def test_a_missing_specialization_is_said() -> None:
    bundle = read_bytes(archi(folder("f", archi_element("a", attributes='profiles="gone"'))))
    assert (concept(bundle, "a").specialization, codes(bundle)) == (None, ["missing-specialization"])


def test_texts_properties_and_folders_are_kept() -> None:
    inner = folder(
        "inner",
        archi_element(
            "a", inside='<documentation>One\r\ntwo</documentation><property key="" value="v"/><property key="k"/>'
        ),
    )
    bundle = read_bytes(
        archi(
            folder("outer", inner, attributes='type="business"'),
            "<purpose>Why</purpose>",
            '<property key="p" value="q"/>',
        )
    )
    found = concept(bundle, "a")
    assert (found.description, found.folder) == ("One\ntwo", "inner")  # XML reads every line end as one
    assert found.properties == [Property("", "v"), Property("k", "")]
    assert [(each.identifier, each.parent, each.type) for each in bundle.folders] == [
        ("outer", None, "business"),
        ("inner", "outer", None),
    ]
    assert (bundle.description, bundle.properties) == ("Why", [Property("p", "q")])


def test_a_box_in_a_box_is_placed_from_its_corner() -> None:
    inner = box("n2", "b", 10, 20, inside=box("n3", "c", 5, 5))
    drawn = archi_view(box("n1", "a", 100, 50, 400, 300, inner))
    bundle = read_bytes(archi(folder("f", archi_element("a"), archi_element("b"), archi_element("c"), drawn)))
    assert [(node.id, node.x, node.y) for node, _ in view(bundle).content.walk()] == [
        ("n1", 100, 50),
        ("n2", 110, 70),
        ("n3", 115, 75),
    ]


def test_bounds_without_x_or_y_are_at_nought_and_without_size_as_the_tool_likes() -> None:
    bare = (
        '<child xsi:type="archimate:DiagramObject" id="n" archimateElement="a"><bounds width="-1" height="-1"/></child>'
    )
    node = view(read_bytes(archi(folder("f", archi_element("a"), archi_view(bare))))).content.nodes[0]
    assert (node.x, node.y, node.width, node.height) == (0, 0, -1, -1)


def _bent(*bends: str) -> bytes:
    line = (
        '<sourceConnection xsi:type="archimate:Connection" id="c" source="n1" target="n2" archimateRelationship="r">'
        + "".join(bends)
        + "</sourceConnection>"
    )
    drawn = archi_view(box("n1", "a", 0, 0, 100, 50, line), box("n2", "b", 300, 200, 100, 50))
    return archi(
        folder("f", archi_element("a"), archi_element("b"), archi_relationship("r", "Association", "a", "b"), drawn)
    )


def test_a_bend_point_is_an_offset_from_the_centres_of_both_ends() -> None:
    # Centres are (50, 25) and (350, 225): both offsets name the point (200, 25).
    line = view(read_bytes(_bent('<bendpoint startX="150" endX="-150" endY="-200"/>'))).content.connections[0]
    assert (line.bend_points, line.style.extra) == ([(200, 25)], {})


def test_offsets_that_contradict_each_other_are_weighed_and_kept() -> None:
    # After the source was moved: (200, 25) from the start, (200, 125) from the end; half-way between, as Archi draws it.
    line = view(read_bytes(_bent('<bendpoint startX="150" endX="-150" endY="-100"/>'))).content.connections[0]
    assert (line.bend_points, line.style.extra) == ([(200, 75)], {"bend_offsets": "150,0,-150,-100"})


def test_a_line_may_end_on_a_line_and_bend_from_its_middle() -> None:
    second = '<sourceConnection id="d" source="n3" target="c"><bendpoint startX="0" startY="-50" endX="-250" endY="300"/></sourceConnection>'
    first = '<sourceConnection xsi:type="archimate:Connection" id="c" source="n1" target="n2" archimateRelationship="r" targetConnections="d"/>'
    note = f'<child xsi:type="archimate:Note" id="n3"><bounds x="-90" y="450" width="80" height="50"/>{second}<content>Why?</content></child>'
    drawn = archi_view(box("n1", "a", 0, 0, 100, 50, first), box("n2", "b", 300, 200, 100, 50), note)
    bundle = read_bytes(
        archi(
            folder("f", archi_element("a"), archi_element("b"), archi_relationship("r", "Association", "a", "b"), drawn)
        )
    )
    line = next(each for each in view(bundle).content.connections if each.id == "d")
    assert line.bend_points == [
        (-50, 425)
    ]  # 50 above the note (-50, 475), and so far from the line's middle (200, 125)
    assert codes(bundle) == []


def test_styles_are_read_and_what_only_archi_knows_is_kept() -> None:
    styled = box(
        "n", "a", 0, 0,
        attributes='fillColor="#FFAA00" lineColor="#000000" fontColor="#111111" alpha="100" textAlignment="1" textPosition="2" '
        'font="1|Segoe UI|9.75|3|WINDOWS|1|-13" type="1" targetConnections="x" iconVisible="2"',
        inside='<feature name="lineAlpha" value="50"/><feature name="labelExpression" value="${name}"/><feature name="gradient" value="0"/>',
    )  # fmt: skip
    node = view(read_bytes(archi(folder("f", archi_element("a"), archi_view(styled))))).content.to_json()["nodes"][0]
    assert node["figure"] == 1
    assert node["label_expression"] == "${name}"
    assert node["style"] == {
        "fill": "#ffaa00", "fill_alpha": 100, "line": "#000000", "line_alpha": 50, "font_name": "Segoe UI", "font_size": 9.75,
        "font_bold": True, "font_italic": True, "font_color": "#111111", "text_alignment": "left", "text_position": "bottom",
        "extra": {"iconVisible": "2", "feature.gradient": "0"},
    }  # fmt: skip


def test_notes_groups_stickies_and_references_to_views_are_boxes_of_their_kind() -> None:
    children = [
        '<child xsi:type="archimate:Group" id="g" name="G"><bounds x="0" y="0" width="400" height="140"/><documentation>d</documentation></child>',
        '<child xsi:type="archimate:Note" id="n"><bounds x="0" y="0" width="9" height="9"/><content>N</content></child>',
        '<child xsi:type="archimate:DiagramModelReference" id="w" model="v2"><bounds x="0" y="0" width="9" height="9"/></child>',
        '<child xsi:type="archimate:SketchModelSticky" id="s" name="Sticky"><bounds x="0" y="0" width="9" height="9"/><content>S</content></child>',
        '<child xsi:type="archimate:NobodyKnows" id="u"><bounds x="0" y="0" width="9" height="9"/></child>',
    ]
    bundle = read_bytes(archi(folder("f", archi_view(*children), archi_view(identifier="v2"))))
    nodes = {node.id: node for node, _ in view(bundle).content.walk()}
    assert {key: node.kind for key, node in nodes.items()} == {
        "g": "group",
        "n": "note",
        "w": "view",
        "s": "sticky",
        "u": "note",
    }
    assert (nodes["g"].text, nodes["g"].description, nodes["n"].text, nodes["w"].view, nodes["s"].text) == (
        "G",
        "d",
        "N",
        "v2",
        "S",
    )
    assert nodes["s"].style.extra == {"name": "Sticky"}
    assert (codes(bundle), nodes["u"].style.extra) == (["unknown-box"], {"type": "NobodyKnows"})


def test_a_zipped_model_brings_its_images_into_the_views_that_show_them() -> None:
    note = '<child xsi:type="archimate:Note" id="n" imagePath="images/a.png"><bounds x="0" y="0" width="9" height="9"/></child>'
    lost = '<child xsi:type="archimate:Note" id="m" imagePath="images/gone.png"><bounds x="0" y="0" width="9" height="9"/></child>'
    packed = zipped({"model.xml": archi(folder("f", archi_view(note, lost))), "images/a.png": b"\x89PNG"})
    bundle = read(io.BytesIO(packed), name="model.archimate")
    assert view(bundle).content.nodes[0].image == "images/a.png"
    assert view(bundle).content.extra["images"] == {"images/a.png": "data:image/png;base64,iVBORw=="}
    missing = bundle.findings[0]
    assert (missing.code, missing.file) == ("missing-image", "model.xml")


def test_archi_2_is_read_with_the_names_of_archimate_3() -> None:
    content = folder(
        "f",
        archi_element("a", "InfrastructureService"), archi_element("b", "Network"), archi_element("c", "OrJunction"),
        archi_relationship("r", "UsedBy", "a", "b"), archi_relationship("s", "Realisation", "a", "b"),
        archi_relationship("t", "Specialisation", "a", "a"),
    )  # fmt: skip
    bundle = read_bytes(archi(content, namespace=ARCHI_2))
    assert [each.type for each in bundle.concepts] == [
        "TechnologyService", "CommunicationNetwork", "Junction", "Serving", "Realization", "Specialization"
    ]  # fmt: skip
    assert concept(bundle, "c").attributes == {"junction_type": "or"}
    assert {finding.severity for finding in bundle.findings if finding.code == "renamed-type"} == {"note"}


def test_a_sketch_is_a_view_of_its_kind() -> None:
    sketch = '<element xsi:type="archimate:SketchModel" name="S" id="v" background="0"/>'
    found = view(read_bytes(archi(folder("f", sketch))))
    assert (found.kind, found.content.extra) == ("sketch", {"background": "0"})
