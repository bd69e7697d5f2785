"""What is wrong in a model that can be read: kept where it can be, left out where not, and always said with its line."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.exchange import Bundle
from tests.exchange.files import (
    archi,
    archi_element,
    archi_relationship,
    codes,
    concept,
    diagrams,
    element,
    elements,
    exchange,
    folder,
    read_bytes,
    relationship,
    relationships,
    view,
)

GOOD = [element("a"), element("b", "BusinessRole")]


def _lines(bundle: Bundle, code: str) -> list[int | None]:
    return [finding.line for finding in bundle.findings if finding.code == code]


def test_a_relationship_without_an_end_is_left_out_and_said_with_its_line() -> None:
    bundle = read_bytes(exchange(elements(*GOOD), relationships(relationship("r", "Serving", "a", "gone"))))
    assert [each.identifier for each in bundle.concepts] == ["a", "b"]
    (finding,) = bundle.findings
    assert (finding.code, finding.severity, finding.uid, finding.line) == ("dangling-end", "error", "r", 9)
    assert 'target "gone" is not in the file' in finding.message
    assert bundle.holds["relationships"] == 1


def test_what_rests_on_a_relationship_that_is_left_out_is_left_out_too() -> None:
    rows = [
        relationship("on-on", "Association", "a", "on"), relationship("on", "Association", "a", "r"), relationship("r", "Serving", "a", "gone")
    ]  # fmt: skip
    bundle = read_bytes(exchange(elements(*GOOD), relationships(*rows)))
    assert [each.identifier for each in bundle.concepts] == ["a", "b"]
    assert codes(bundle) == ["dangling-end"] * 3


def test_relationships_that_rest_only_on_each_other_are_left_out() -> None:
    rows = [
        relationship("r", "Association", "a", "s"),
        relationship("s", "Association", "r", "b"),
        relationship("t", "Flow", "t", "a"),
    ]
    bundle = read_bytes(exchange(elements(*GOOD), relationships(*rows)))
    assert (len(bundle.concepts), codes(bundle)) == (2, ["dangling-end"] * 3)


def test_a_relationship_may_rest_on_a_relationship_defined_later() -> None:
    rows = [relationship("on", "Association", "a", "r"), relationship("r", "Association", "a", "b")]
    bundle = read_bytes(exchange(relationships(*rows), elements(*GOOD)))
    assert ([each.identifier for each in bundle.concepts], bundle.findings) == (["a", "b", "on", "r"], [])


def test_a_repeated_entry_is_left_out_and_a_different_one_gets_an_identifier_of_its_own() -> None:
    rows = [element("a", name="One"), element("a", name="One"), element("a", name="Two"), element("a", "Goal", "Three")]
    bundle = read_bytes(exchange(elements(*rows), relationships(relationship("r", "Association", "a", "a~2"))))
    assert [(each.identifier, each.name) for each in bundle.concepts if each.type != "Association"] == [
        ("a", "One"), ("a~2", "Two"), ("a~3", "Three")
    ]  # fmt: skip
    assert _lines(bundle, "duplicate-identifier") == [6, 7, 8]
    assert bundle.holds["elements"] == 4


def test_an_element_and_a_relationship_may_not_share_an_identifier() -> None:
    bundle = read_bytes(exchange(elements(*GOOD), relationships(relationship("a", "Association", "a", "b"))))
    assert concept(bundle, "a~2").type == "Association"


def test_an_unknown_type_is_kept_as_one_that_says_less() -> None:
    bundle = read_bytes(
        exchange(
            elements(element("a", "Microservice"), element("b")), relationships(relationship("r", "Likes", "a", "b"))
        )
    )
    kept = [(each.type, each.specialization) for each in bundle.concepts]
    assert kept == [("Grouping", "Microservice"), ("BusinessActor", None), ("Association", "Likes")]
    assert [(finding.code, finding.severity) for finding in bundle.findings] == [("unknown-type", "warning")] * 2


def test_an_object_without_identifier_is_kept_under_one_made_up() -> None:
    bundle = read_bytes(exchange(elements('<element xsi:type="Goal"><name>G</name></element>', element("b"))))
    assert [each.name for each in bundle.concepts] == ["G", "b"]
    assert codes(bundle) == ["missing-identifier"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([element("a", name=" "), element("b")], "unnamed-element"),
        ([element("a", name="caf\ufffd"), element("b")], "broken-text"),
    ],
)
def test_what_is_seldom_meant_is_a_note(rows: list[str], code: str) -> None:
    bundle = read_bytes(exchange(elements(*rows)))
    assert [(finding.code, finding.severity) for finding in bundle.findings] == [(code, "note")]


def test_a_relationship_to_itself_and_one_said_twice_are_notes() -> None:
    rows = [
        relationship("r", "Flow", "a", "b"),
        relationship("s", "Flow", "a", "b"),
        relationship("t", "Flow", "a", "a"),
    ]
    bundle = read_bytes(exchange(elements(*GOOD), relationships(*rows)))
    assert codes(bundle) == ["repeated-relationship", "self-relationship"]
    assert len(bundle.concepts) == 5


def test_a_box_of_what_is_missing_becomes_a_note_and_its_line_stays() -> None:
    drawn = """<view identifier="v" xsi:type="Diagram"><name>V</name>
      <node identifier="n1" xsi:type="Element" elementRef="a" x="0" y="0" w="9" h="9"/>
      <node identifier="n2" xsi:type="Element" elementRef="gone" x="0" y="0" w="9" h="9"/>
      <node identifier="n3" xsi:type="Element" x="0" y="0" w="9" h="0"/>
      <connection identifier="c1" xsi:type="Relationship" relationshipRef="lost" source="n1" target="n2"/>
      <connection identifier="c2" xsi:type="Line" source="n1" target="nowhere"/>
      <connection identifier="c3" xsi:type="Line" source="n1" target="c2"/></view>"""
    bundle = read_bytes(exchange(elements(element("a")), diagrams(drawn)))
    content = view(bundle).content
    assert [(node.kind, node.concept, node.text) for node in content.nodes] == [
        ("element", "a", None), ("note", None, '(element "gone" is missing)'), ("note", None, "(element is missing)")
    ]  # fmt: skip
    assert [(line.id, line.relationship) for line in content.connections] == [("c1", None)]
    assert [(finding.code, finding.line) for finding in bundle.findings] == [
        ("missing-element", 10), ("missing-element", 11), ("odd-size", 11), ("missing-relationship", 12),
        ("dangling-connection", 13), ("dangling-connection", 14),
    ]  # fmt: skip
    assert (bundle.holds["nodes"], bundle.holds["connections"]) == (3, 3)


def test_a_line_drawn_the_other_way_round_is_a_note() -> None:
    drawn = """<view identifier="v" xsi:type="Diagram"><name>V</name>
      <node identifier="n1" xsi:type="Element" elementRef="a" x="0" y="0" w="9" h="9"/>
      <node identifier="n2" xsi:type="Element" elementRef="b" x="0" y="0" w="9" h="9"/>
      <connection identifier="c1" xsi:type="Relationship" relationshipRef="r" source="n2" target="n1"/></view>"""
    bundle = read_bytes(exchange(elements(*GOOD), relationships(relationship("r", "Flow", "a", "b")), diagrams(drawn)))
    assert codes(bundle) == ["line-elsewhere"]
    assert view(bundle).content.connections[0].relationship == "r"


def test_repeated_identifiers_of_boxes_and_views_get_their_own() -> None:
    boxes = '<node identifier="n" xsi:type="Element" elementRef="a" x="0" y="0" w="9" h="9"/>' * 2
    drawn = f'<view identifier="v" xsi:type="Diagram"><name>V</name>{boxes}</view>'
    bundle = read_bytes(exchange(elements(element("a")), diagrams(drawn, drawn)))
    assert [each.identifier for each in bundle.views] == ["v", "v~2"]
    assert [node.id for node in bundle.views[0].content.nodes] == ["n", "n~2"]


def test_a_folder_item_that_leads_nowhere_and_one_listed_twice_are_said() -> None:
    organizations = (
        "<organizations><item><label>One</label><item identifierRef='a'/><item identifierRef='gone'/></item>"
        "<item><item identifierRef='a'/></item></organizations>"
    )
    bundle = read_bytes(exchange(elements(element("a")), organizations))
    assert concept(bundle, "a").folder == bundle.folders[0].identifier
    assert codes(bundle) == ["dangling-item", "two-folders", "unnamed-folder"]


# Order. The same definitions in any order mean the same model.

_SECTIONS = [
    elements(element("a"), element("b", "BusinessRole"), element("c", "BusinessProcess")),
    relationships(
        relationship("on", "Association", "c", "r"), relationship("r", "Assignment", "a", "b"), relationship("bad", "Flow", "a", "x")
    ),
    "<propertyDefinitions><propertyDefinition identifier='p' type='string'><name>P</name></propertyDefinition></propertyDefinitions>",
    "<properties><property propertyDefinitionRef='p'><value>1</value></property></properties>",
    "<organizations><item><label>F</label><item identifierRef='a'/><item identifierRef='on'/><item identifierRef='v'/></item></organizations>",
    diagrams(
        "<view identifier='v' xsi:type='Diagram'><name>V</name>"
        "<connection identifier='k' xsi:type='Relationship' relationshipRef='r' source='n1' target='n2'/>"
        "<node identifier='n1' xsi:type='Element' elementRef='a' x='0' y='0' w='9' h='9'/>"
        "<node identifier='n2' xsi:type='Element' elementRef='b' x='0' y='0' w='9' h='9'/></view>"
    ),
]  # fmt: skip


def _meaning(bundle: Bundle) -> object:
    concepts = {
        each.identifier: (each.type, each.name, each.source, each.target, each.folder, each.attributes, each.properties)
        for each in bundle.concepts
    }
    views = {each.identifier: (each.folder, each.content.to_json()) for each in bundle.views}
    folders = {each.identifier: (each.name, each.parent) for each in bundle.folders}
    return (
        concepts,
        views,
        folders,
        bundle.properties,
        sorted((found.code, found.uid or "") for found in bundle.findings),
    )


@given(st.permutations(_SECTIONS))
def test_sections_may_come_in_any_order(sections: list[str]) -> None:
    assert _meaning(read_bytes(exchange('<name xml:lang="en">M</name>', *sections))) == _meaning(
        read_bytes(exchange('<name xml:lang="en">M</name>', *_SECTIONS))
    )


@given(st.randoms(use_true_random=False), st.integers(0, 12))
def test_objects_of_archi_may_come_in_any_order(chance: random.Random, ends: int) -> None:
    """Relationships over elements and over one another, some on nothing: which survive does not depend on the order."""
    names = [f"e{number}" for number in range(3)] + [f"r{number}" for number in range(ends)] + ["gone"]
    objects = [archi_element(f"e{number}") for number in range(3)]
    objects += [
        archi_relationship(f"r{number}", "Association", chance.choice(names), chance.choice(names))
        for number in range(ends)
    ]
    expected = _meaning(read_bytes(archi(folder("f", *objects))))
    chance.shuffle(objects)
    found = _meaning(read_bytes(archi(folder("f", *objects))))
    assert found[0] == expected[0]  # type: ignore[index]


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), max_size=16))
def test_what_survives_is_what_a_repeated_sweep_finds(ends: list[tuple[int, int]]) -> None:
    """Against the plainest method: throw out relationships with a missing end until nothing changes, from below."""
    names = ["a", "b", *(f"r{number}" for number in range(len(ends)))]
    rows = [
        (
            f"r{number}",
            names[source] if source < len(names) else "gone",
            names[target] if target < len(names) else "gone",
        )
        for number, (source, target) in enumerate(ends)
    ]
    standing = {"a", "b"}
    for _ in rows:
        standing |= {identifier for identifier, source, target in rows if {source, target} <= standing}
    objects = [archi_relationship(identifier, "Association", source, target) for identifier, source, target in rows]
    bundle = read_bytes(archi(folder("f", archi_element("a"), archi_element("b"), *objects)))
    assert {each.identifier for each in bundle.concepts} == standing
