"""The Model Exchange File Format, both versions, by small files."""

import pytest

from ea_repo.store.records import Property
from tests.exchange.files import (
    EXCHANGE_2,
    codes,
    concept,
    diagrams,
    element,
    elements,
    exchange,
    read_bytes,
    relationship,
    relationships,
    view,
)


def test_an_element_has_its_type_name_documentation_and_line() -> None:
    bundle = read_bytes(
        exchange(elements(element("a", "BusinessRole", "Clerk", "<documentation>Files things</documentation>")))
    )
    found = concept(bundle, "a")
    assert (found.type, found.name, found.description, found.line) == ("BusinessRole", "Clerk", "Files things", 5)
    assert (bundle.format, bundle.identifier, bundle.name) == ("archimate-exchange", "id-model", "Model")


@pytest.mark.parametrize(
    ("type_name", "written", "expected"),
    [
        ("Access", 'accessType="Read"', {"access_type": "read"}),
        ("Access", 'accessType="ReadWrite"', {"access_type": "read_write"}),
        ("Access", 'accessType="Access"', {"access_type": "access"}),
        ("Access", "", {}),
        ("Influence", 'modifier="++"', {"strength": "++"}),
        ("Association", 'isDirected="true"', {"directed": True}),
        ("Association", 'isDirected="false"', {}),
    ],
)
def test_a_relationship_keeps_what_its_type_says_of_itself(
    type_name: str, written: str, expected: dict[str, object]
) -> None:
    bundle = read_bytes(
        exchange(elements(element("a"), element("b")), relationships(relationship("r", type_name, "a", "b", written)))
    )
    assert concept(bundle, "r").attributes == expected


@pytest.mark.parametrize(("written", "kind"), [("AndJunction", "and"), ("OrJunction", "or")])
def test_a_junction_says_which_kind_it_is(written: str, kind: str) -> None:
    found = concept(read_bytes(exchange(elements(element("j", written)))), "j")
    assert (found.type, found.attributes) == ("Junction", {"junction_type": kind})


def test_a_text_in_the_models_language_needs_no_translation() -> None:
    assert concept(read_bytes(exchange(elements(element("a")))), "a").translations == {}


def test_texts_in_several_languages_are_all_kept_and_the_models_language_is_the_name() -> None:
    named = (
        '<element identifier="a" xsi:type="Goal"><name xml:lang="nl">Doel</name><name xml:lang="en">Goal</name>'
        "</element>"
    )
    found = concept(read_bytes(exchange(elements(named))), "a")
    assert found.name == "Goal"
    assert found.translations == {"nl": {"name": "Doel"}, "en": {"name": "Goal"}}


def test_a_single_text_in_another_language_keeps_its_language() -> None:
    found = concept(
        read_bytes(
            exchange(elements('<element identifier="a" xsi:type="Goal"><name xml:lang="nl">Doel</name></element>'))
        ),
        "a",
    )
    assert (found.name, found.translations) == ("Doel", {"nl": {"name": "Doel"}})


def test_white_space_that_a_writer_put_around_a_name_is_not_part_of_it() -> None:
    bundle = read_bytes(exchange(elements(element("a", name="\n      Clerk\n    "), element("b", name="  Clerk "))))
    assert [each.name for each in bundle.concepts] == ["Clerk", "  Clerk "]


def test_properties_keep_order_repetition_empty_values_and_types() -> None:
    definitions = (
        "<propertyDefinitions>"
        '<propertyDefinition identifier="p1" type="string"><name>Owner</name></propertyDefinition>'
        '<propertyDefinition identifier="p2" type="number"><name>Cost</name></propertyDefinition>'
        "</propertyDefinitions>"
    )
    said = (
        '<properties><property propertyDefinitionRef="p2"><value>5</value></property>'
        '<property propertyDefinitionRef="p1"><value>x</value></property>'
        '<property propertyDefinitionRef="p1"><value></value></property></properties>'
    )
    found = concept(read_bytes(exchange(elements(element("a", inside=said)), definitions)), "a")
    assert found.properties == [Property("Cost", "5", "number"), Property("Owner", "x"), Property("Owner", "")]


def test_an_undefined_property_is_kept_under_its_reference_and_said() -> None:
    said = '<properties><property propertyDefinitionRef="gone"><value>x</value></property></properties>'
    bundle = read_bytes(exchange(elements(element("a", inside=said))))
    assert concept(bundle, "a").properties == [Property("gone", "x")]
    assert codes(bundle) == ["undefined-property"]


def test_metadata_is_kept_with_the_model() -> None:
    metadata = '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><schema>Dublin Core</schema><dc:creator>X</dc:creator></metadata>'
    bundle = read_bytes(exchange(metadata, elements(element("a"))))
    assert bundle.properties == [Property("schema", "Dublin Core", "metadata"), Property("dc:creator", "X", "metadata")]


def test_folders_hold_what_they_list_and_keep_their_identity_by_path() -> None:
    organizations = (
        "<organizations><item><label>Business</label><item><label>Actors</label>"
        '<item identifierRef="a"/></item><item identifierRef="r"/></item></organizations>'
    )
    parts = (
        elements(element("a"), element("b")),
        relationships(relationship("r", "Association", "a", "b")),
        organizations,
    )
    one, again = read_bytes(exchange(*parts)), read_bytes(exchange(*reversed(parts)))
    business, actors = one.folders
    assert [(each.name, each.parent) for each in one.folders] == [("Business", None), ("Actors", business.identifier)]
    assert (concept(one, "a").folder, concept(one, "r").folder, concept(one, "b").folder) == (
        actors.identifier,
        business.identifier,
        None,
    )
    assert [each.identifier for each in again.folders] == [business.identifier, actors.identifier]


def test_an_item_with_a_reference_and_items_of_its_own_loses_none() -> None:
    organizations = '<organizations><item><label>F</label><item identifierRef="a"><item identifierRef="b"/></item></item></organizations>'
    bundle = read_bytes(exchange(elements(element("a"), element("b")), organizations))
    assert {each.folder for each in bundle.concepts} == {bundle.folders[0].identifier}
    assert codes(bundle) == ["item-with-items"]


def test_a_view_keeps_positions_sizes_colours_fonts_and_bend_points() -> None:
    drawn = """
    <view identifier="v" xsi:type="Diagram" viewpoint="Layered"><name xml:lang="en">Overview</name>
      <node identifier="n1" xsi:type="Element" elementRef="a" x="10" y="-20" w="120" h="55">
        <style lineWidth="2"><fillColor r="255" g="0" b="16" a="50"/><lineColor r="0" g="0" b="0"/>
          <font name="Arial" size="9.5" style="bold italic underline"><color r="1" g="2" b="3"/></font></style>
        <node identifier="n2" xsi:type="Element" elementRef="b" x="20" y="30" w="60" h="20"/>
      </node>
      <node identifier="n3" xsi:type="Container" x="200" y="0" w="400" h="140"><label xml:lang="en">Group</label></node>
      <node identifier="n4" xsi:type="Label" x="0" y="300" w="100" h="40"><label>Look here</label></node>
      <connection identifier="c1" xsi:type="Relationship" relationshipRef="r" source="n1" target="n2">
        <bendpoint x="70" y="90"/><bendpoint x="71.5" y="95"/></connection>
      <connection identifier="c2" xsi:type="Line" source="n4" target="c1"><label>see</label></connection>
    </view>"""
    parts = (
        elements(element("a"), element("b")),
        relationships(relationship("r", "Composition", "a", "b")),
        diagrams(drawn),
    )
    content = view(read_bytes(exchange(*parts))).content.to_json()
    outer, group, note = content["nodes"]
    assert outer["style"] == {
        "fill": "#ff0010", "fill_alpha": 128, "line": "#000000", "line_width": 2, "font_name": "Arial", "font_size": 9.5,
        "font_bold": True, "font_italic": True, "font_color": "#010203", "extra": {"font.style": "underline"},
    }  # fmt: skip
    assert (outer["x"], outer["y"], outer["nodes"][0]["concept"]) == (10, -20, "b")
    assert (group["kind"], group["text"], note["kind"], note["text"]) == ("group", "Group", "note", "Look here")
    first, second = content["connections"]
    assert (first["relationship"], first["bend_points"]) == ("r", [[70, 90], [71.5, 95]])
    assert (second["source"], second["target"], second["text"], "relationship" in second) == ("n4", "c1", "see", False)


def test_a_label_that_refers_to_a_view_is_a_reference_without_the_views_name() -> None:
    drawn = [
        '<view identifier="v" xsi:type="Diagram"><name xml:lang="en">V</name>'
        '<node identifier="n" xsi:type="Label" x="0" y="0" w="9" h="9"><label>W</label><viewRef ref="w"/></node></view>',
        '<view identifier="w" xsi:type="Diagram"><name xml:lang="en">W</name></view>',
    ]
    node = view(read_bytes(exchange(diagrams(*drawn)))).content.nodes[0]
    assert (node.kind, node.view, node.text) == ("view", "w", None)


def test_the_older_version_reads_alike() -> None:
    older = exchange(
        '<name xml:lang="en">Old</name>',
        '<elements><element identifier="a" xsi:type="InfrastructureService"><label xml:lang="en">Mail</label>'
        '<properties><property identifierref="p"><value>x</value></property></properties></element>'
        '<element identifier="b" xsi:type="BusinessProcess"><label>Post</label></element></elements>',
        '<relationships><relationship identifier="r" xsi:type="UsedByRelationship" source="a" target="b"/></relationships>',
        '<organization><item><label>F</label><item identifierref="a"/></item></organization>',
        '<propertydefs><propertydef identifier="p" name="Note" type="string"/></propertydefs>',
        '<views><view identifier="v" viewpoint="Layered"><label>V</label>'
        '<node identifier="n" elementref="a" x="1" y="2" w="3" h="4"/><node identifier="g" x="0" y="0" w="9" h="9">'
        '<label>Group</label><node identifier="m" elementref="b" x="1" y="2" w="3" h="4"/></node>'
        '<connection identifier="c" relationshipref="r" source="n" target="m"/></view></views>',
        namespace=EXCHANGE_2,
    )
    bundle = read_bytes(older)
    assert [(each.type, each.name) for each in bundle.concepts] == [
        ("TechnologyService", "Mail"), ("BusinessProcess", "Post"), ("Serving", "")
    ]  # fmt: skip
    assert concept(bundle, "a").properties == [Property("Note", "x")]
    assert [(node.kind, node.concept) for node, _ in view(bundle).content.walk()] == [
        ("element", "a"), ("group", None), ("element", "b")
    ]  # fmt: skip
    assert view(bundle).content.connections[0].relationship == "r"
    assert codes(bundle) == ["renamed-type", "renamed-type"]
