"""Every fault of a profile is told with its line, its key and what would be right, and all faults at once."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.errors import InvalidInput
from ea_repo.metamodel import merge, standard

HEAD = '[profile]\nname = "trial"\n'  # the text of a case begins on line 3


def faults_of(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidInput) as refused:
        merge(standard(), text)
    for each in refused.value.errors:
        place, _, _ = each.pointer.partition(" ")
        assert each.detail.startswith(place.replace(":", ", line ") + ": ")
    return [(each.pointer, each.code, each.detail.partition(": ")[2]) for each in refused.value.errors]


CASES = {
    "an unknown table": (
        '[[typ]]\nname = "Office"\nrefines = "BusinessActor"\nlabel = {en = "Office"}',
        [("profile.toml:3 typ", "unknown-key", 'a profile has no "typ"; use type')],
    ),
    "an unknown key that looks like one": (
        '[[type]]\nname = "Office"\nrefine = "BusinessActor"\nlabel = {en = "Office"}',
        [("profile.toml:5 refine", "unknown-key", '[[type]] has no "refine"; use refines')],
    ),
    "an unknown key that looks like none": (
        '[[extend]]\ntype = "Agency"\ncolour = "red"',
        [("profile.toml:5 colour", "unknown-key", '[[extend]] has no "colour"; use type, traits, attribute')],
    ),
    "a missing key": (
        '[[type]]\nname = "Office"\nlabel = {en = "Office"}',
        [("profile.toml:3 type", "missing-key",
          '"Office" does not say what it refines; use refines = "BusinessActor" or another type')],
    ),
    "a bad name of a type": (
        '[[type]]\nname = "field office"\nrefines = "BusinessActor"\nlabel = {en = "Office"}',
        [("profile.toml:4 name", "bad-name", '"field office" cannot be the name of [[type]]; '
          "use a capital, then letters and digits, such as DataSet")],
    ),
    "a name that means every concept": (
        '[[type]]\nname = "Element"\nrefines = "BusinessActor"\nlabel = {en = "Office"}',
        [("profile.toml:4 name", "reserved-name", '"Element" has a meaning of its own; use another name')],
    ),
    "a type of the standard": (
        '[[type]]\nname = "BusinessActor"\nrefines = "Stakeholder"\nlabel = {en = "Actor"}',
        [("profile.toml:4 name", "built-in", '"BusinessActor" is a type of archimate, which cannot be changed; '
          'use [[extend]] with type = "BusinessActor" to add attributes, or another name')],
    ),
    "a type of the government profile in other letters": (
        '[[type]]\nname = "DATASET"\nrefines = "DataObject"\nlabel = {en = "Data"}',
        [("profile.toml:4 name", "built-in", '"DataSet" is a type of government, which cannot be changed; '
          'use [[extend]] with type = "DataSet" to add attributes, or another name')],
    ),
    "a type declared twice": (
        '[[type]]\nname = "Office"\nrefines = "BusinessActor"\nlabel = {en = "Office"}\n\n'
        '[[type]]\nname = "Office"\nrefines = "BusinessRole"\nlabel = {en = "Office"}',
        [("profile.toml:9 name", "duplicate", 'there is a type "Office" already; use another name')],
    ),
    "an unknown type to refine": (
        '[[type]]\nname = "Office"\nrefines = "BusinesActor"\nlabel = {en = "Office"}',
        [("profile.toml:5 refines", "unknown-type",
          'there is no type "BusinesActor"; use BusinessActor, BusinessFunction, BusinessObject')],
    ),
    "types that refine each other, and one below them": (
        '[[type]]\nname = "A"\nrefines = "B"\nlabel = {en = "A"}\n'
        '[[type]]\nname = "B"\nrefines = "A"\nlabel = {en = "B"}\n'
        '[[type]]\nname = "C"\nrefines = "A"\nlabel = {en = "C"}',
        [("profile.toml:5 refines", "cycle", "A refines B refines A: a circle; use a type outside of it"),
         ("profile.toml:9 refines", "cycle", "B refines A refines B: a circle; use a type outside of it")],
    ),
    "a type that refines itself": (
        '[[type]]\nname = "A"\nrefines = "A"\nlabel = {en = "A"}',
        [("profile.toml:5 refines", "cycle", "A refines A: a circle; use a type outside of it")],
    ),
    "an element that refines a relationship": (
        '[[type]]\nname = "Feed"\nkind = "element"\nrefines = "Flow"\nlabel = {en = "Feed"}',
        [("profile.toml:5 kind", "mismatch",
          '"Feed" refines Flow, whose kind is relationship, not element; use no kind here')],
    ),
    "another layer than that of the type refined": (
        '[[type]]\nname = "Office"\nrefines = "BusinessActor"\nlayer = "technology"\nlabel = {en = "Office"}',
        [("profile.toml:6 layer", "mismatch",
          '"Office" refines BusinessActor, whose layer is business, not technology; use no layer here')],
    ),
    "no English label": (
        '[[type]]\nname = "Office"\nrefines = "BusinessActor"\nlabel.id = "Kantor"',
        [("profile.toml:6 label", "missing-label", '"label" says nothing in English; use label = {en = "..."}')],
    ),
    "an empty label": (
        '[[type]]\nname = "Office"\nrefines = "BusinessActor"\nlabel.en = "Office"\nlabel.ko = " "',
        [("profile.toml:7 label.ko", "invalid", '"label" in "ko" is " "; use text in quotes')],
    ),
    "an unknown kind": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "floors"\nkind = "intger"\nlabel = {en = "Floors"}',
        [("profile.toml:7 kind", "unknown-kind", 'there is no kind "intger"; use integer')],
    ),
    "a bad name of an attribute": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "Floors"\nkind = "integer"\nlabel = {en = "F"}',
        [("profile.toml:6 name", "bad-name", '"Floors" cannot be the name of [[attribute]]; '
          "use small letters, digits and _, such as yearly_cost")],
    ),
    "an attribute named as a field": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "owner"\nkind = "text"\nlabel = {en = "Owner"}',
        [("profile.toml:6 name", "reserved-name",
          '"owner" is a field of every concept or a word of filters; use a longer name, such as owner_of_it')],
    ),
    "an attribute that is there already": (
        '[[extend]]\ntype = "System"\n[[extend.attribute]]\nname = "criticality"\nkind = "text"\nlabel = {en = "C"}',
        [("profile.toml:6 name", "duplicate", 'System has an attribute "criticality" already; use another name')],
    ),
    "a choice without values": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "size"\nkind = "choice"\nlabel = {en = "Size"}',
        [("profile.toml:7 kind", "missing-values", "a choice says what to choose from; "
          'use values = [{name = "high", label = {en = "High"}}]')],
    ),
    "values of a kind that has none, one of them twice and one without a label": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "size"\nkind = "text"\nlabel = {en = "Size"}\n'
        'values = [\n  {name = "big", label = {en = "Big"}},\n  {name = "big", label = {en = "Big"}}, # again\n'
        '  {name = "small"},\n]',
        [("profile.toml:9 values", "mismatch", 'a text has no values; use kind = "choice"'),
         ("profile.toml:11 values", "duplicate", 'the value "big" is there already; use each value once'),
         ("profile.toml:12 values", "missing-key", '"label" is missing here; use label = {en = "..."}')],
    ),
    "a reference without a target, and a target of something else": (
        '[[extend]]\ntype = "Agency"\nattribute = [\n {name = "seat", kind = "reference", label = {en = "Seat"}},\n'
        ' {name = "size", kind = "text", target = "System", label = {en = "Size"}},\n]',
        [("profile.toml:6 kind", "missing-target",
          'a reference says the type it leads to; use target = "System"'),
         ("profile.toml:7 target", "mismatch", 'a text leads nowhere; use kind = "reference"')],
    ),
    "a reference to an unknown type": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "seat"\nkind = "reference"\nlabel = {en = "Seat"}\n'
        'target = "Locaton"',
        [("profile.toml:9 target", "unknown-type", 'there is no type "Locaton"; use Location, Association')],
    ),
    "bounds that exclude everything, and bounds of a text": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "share"\nkind = "decimal"\nlabel = {en = "Share"}\n'
        'minimum = 100\nmaximum = 0\n[[extend.attribute]]\nname = "note"\nkind = "text"\nlabel = {en = "N"}\nmaximum = 5',
        [("profile.toml:9 minimum", "invalid", "the minimum 100 is above the maximum 0; use a smaller one"),
         ("profile.toml:15 maximum", "mismatch", "a text has no maximum; use it with integer, decimal, money")],
    ),
    "an inherited attribute of another kind": (
        '[[type]]\nname = "Portal"\nrefines = "System"\nlabel = {en = "Portal"}\n'
        '[[type.attribute]]\nname = "users"\nkind = "text"\nlabel = {en = "Users"}',
        [("profile.toml:7 attribute", "mismatch",
          '"users" of Portal is a text, and a integer in System; use the same, or another name')],
    ),
    "an inherited choice with a value more": (
        '[[type]]\nname = "Portal"\nrefines = "System"\nlabel = {en = "Portal"}\n'
        '[[type.attribute]]\nname = "criticality"\nkind = "choice"\nlabel = {en = "C"}\n'
        'values = [{name = "vital", label = {en = "V"}}, {name = "dire", label = {en = "D"}}]',
        [("profile.toml:7 attribute", "mismatch",
          '"criticality" of Portal may be dire, which it may not in System; use the same, or another name')],
    ),
    "an attribute of a general type that a special one has with another kind": (
        '[[extend]]\ntype = "ApplicationComponent"\n'
        '[[extend.attribute]]\nname = "users"\nkind = "text"\nlabel = {en = "Users"}',
        [("profile.toml:5 attribute", "mismatch",
          '"users" of System is a integer, and a text in ApplicationComponent; use the same, or another name')],
    ),
    "an unknown trait": (
        '[[extend]]\ntype = "Agency"\ntraits = [\n  "budget",\n  "life-cicle",\n]',
        [("profile.toml:7 traits", "unknown-trait", 'there is no trait "life-cicle"; use life-cycle')],
    ),
    "a trait that is there already": (
        '[[trait]]\nname = "life-cycle"\nlabel = {en = "Life"}',
        [("profile.toml:4 name", "duplicate", 'there is a trait "life-cycle" already; use another name')],
    ),
    "a layer of one's own": (
        '[[layer]]\nname = "legal"\nlabel = {en = "Legal"}',
        [("profile.toml:3 layer", "built-in", "only the standard has [[layer]]; use one of strategy, business, "
          "application, technology, physical, motivation, implementation, composite")],
    ),
    "a rule that names no end, of an element": (
        '[[type]]\nname = "Feed"\nrefines = "Flow"\nlabel = {en = "Feed"}\ndependent = "sorce"\n'
        '[[type]]\nname = "Office"\nrefines = "BusinessActor"\nlabel = {en = "Office"}\ndependent = "source"',
        [("profile.toml:7 dependent", "unknown-end", 'there is no end "sorce"; use source'),
         ("profile.toml:12 dependent", "mismatch",
          "only a relationship has an end that depends; use it in a relationship type")],
    ),
    "a rule by a value that cannot be, and by an attribute that is not there": (
        '[[type]]\nname = "Peek"\nrefines = "Access"\nlabel = {en = "Peek"}\n'
        'dependent = {attribute = "access_type", default = "none", raed = "source"}\n'
        '[[type]]\nname = "Feed"\nrefines = "Flow"\nlabel = {en = "Feed"}\n'
        'dependent = {attribute = "direction", default = "none", both_ways = "both"}',
        [("profile.toml:7 dependent", "unknown-value", 'there is no value "raed"; use read'),
         ("profile.toml:12 dependent", "unknown-attribute",
          '"direction" is not a choice or boolean of Feed; use an attribute that it has')],
    ),
    "values of the wrong shape": (
        '[[type]]\nname = 5\nrefines = "BusinessActor"\nlabel = "Office"\ntraits = "budget"\n'
        '[[extend]]\ntype = "Agency"\nattribute = {name = "x"}',
        [("profile.toml:4 name", "bad-name",
          "5 cannot be the name of [[type]]; use a capital, then letters and digits, such as DataSet"),
         ("profile.toml:6 label", "wrong-shape",
          '"label" is "Office"; use texts by language, such as label = {en = "Agency"}'),
         ("profile.toml:7 traits", "wrong-shape", '"traits" is "budget"; use a list of names, such as ["life-cycle"]'),
         ("profile.toml:10 attribute", "wrong-shape", "\"attribute\" is {'name': 'x'}; "
          "use tables in double brackets, such as [[type.attribute]]")],
    ),
    "flags and numbers of the wrong shape": (
        '[[extend]]\ntype = "Agency"\n[[extend.attribute]]\nname = "share"\nkind = "decimal"\nlabel = {en = "Share"}\n'
        'many = "yes"\nminimum = true\nmaximum = inf',
        [("profile.toml:9 many", "wrong-shape", '"many" is "yes"; use true or false'),
         ("profile.toml:10 minimum", "wrong-shape", '"minimum" is True; use a number, such as 100'),
         ("profile.toml:11 maximum", "wrong-shape", '"maximum" is inf; use a number, such as 100')],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "faults"), CASES.values(), ids=CASES)
def test_a_fault_is_told_with_line_key_and_what_would_be_right(text: str, faults: list[tuple[str, str, str]]) -> None:
    assert faults_of(HEAD + text) == faults


def test_a_slip_in_a_type_hides_none_of_the_faults_inside_it() -> None:
    text = """
[[type]]
nmae = "Office"
refines = "BusinessActer"
label = {id = "Kantor"}
traits = ["cost", "life-cicle"]

[[type.attribute]]
name = "floor plan"
kind = "intger"
label = {en = "Floors"}

[[type.attribute]]
name = "size"
kind = "choice"
label.en = "Size"
"""
    assert [(pointer, code) for pointer, code, _ in faults_of(HEAD + text)] == [
        ("profile.toml:5 nmae", "unknown-key"),
        ("profile.toml:6 refines", "unknown-type"),
        ("profile.toml:7 label", "missing-label"),
        ("profile.toml:8 traits", "unknown-trait"),
        ("profile.toml:11 name", "bad-name"),
        ("profile.toml:12 kind", "unknown-kind"),
        ("profile.toml:17 kind", "missing-values"),
    ]


def test_the_first_fault_and_their_number_are_the_sentence() -> None:
    with pytest.raises(InvalidInput) as refused:
        merge(standard(), f'{HEAD}[[extned]]\n[[typ]]\nrefines = "Agency"\n', source="ours.toml")
    assert refused.value.detail == 'ours.toml, line 3: a profile has no "extned"; use extend (and 4 more)'


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [("profile.toml:1", "missing-key", '"profile" is missing here; use [profile] with name = "..."')]),
        ("[profile]\n", [("profile.toml:1 profile", "missing-key", '"name" is missing here; use name = "..."')]),
        (
            '[profile]\nname = "government"',
            [("profile.toml:2 profile.name", "duplicate",
              'there is a profile "government" already; use a name of your own')],
        ),
        ('[profile]\nname = "trial', [("profile.toml:2", "not-toml", "this is not TOML: Illegal character '\\n'")]),
        ("[profile]\nname = 1\nname = 2\n", [("profile.toml:3", "not-toml", "this is not TOML: Cannot overwrite a value")]),
    ],
)  # fmt: skip
def test_a_text_that_is_hardly_a_profile(text: str, faults: list[tuple[str, str, str]]) -> None:
    found = faults_of(text if text.endswith("\n") or not text else f"{text}\n")
    assert [(pointer, code) for pointer, code, _ in found] == [each[:2] for each in faults]
    assert all(said.startswith(expected) for (_, _, said), (_, _, expected) in zip(found, faults, strict=True))


def test_refinements_may_be_deep_but_not_endless() -> None:
    def chain(length: int) -> str:
        names = ["BusinessActor", *(f"Level{number}" for number in range(length))]
        types = [
            f'[[type]]\nname = "{name}"\nrefines = "{parent}"\nlabel = {{en = "Level"}}'
            for parent, name in pairwise(names)
        ]
        return HEAD + "\n".join(reversed(types))  # the order of the text does not matter

    assert len(merge(standard(), chain(19)).ancestry("Level18")) == 20
    assert {code for _, code, _ in faults_of(chain(1000))} == {"too-deep"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x = " + "[" * 100_000, "nested too deep"),
        ("x = " + "9" * 5_000, "not TOML"),
        ("# " + "x" * 500_000, "too many for a profile"),
        ("\0", "not TOML"),
    ],
)
def test_hostile_texts_are_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        merge(standard(), text)


def test_a_text_saved_by_a_windows_editor_is_read() -> None:
    text = '\ufeff[profile]\r\nname = "trial"\r\n[[type]]\r\nname = "Office"\r\nrefines = "BusinessActor"\r\nlabel = {en = "O"}\r\n'
    assert merge(standard(), text).base("Office") == "BusinessActor"
    assert faults_of(text.replace("refines", "refine"))[0][0] == "profile.toml:5 refine"


def test_of_very_many_faults_the_first_ones_are_told() -> None:
    text = HEAD + "".join(f'[[extend]]\ntype = "Agenci{number}"\n' for number in range(10_000))
    found = faults_of(text)
    assert [pointer for pointer, _, _ in found] == [f"profile.toml:{4 + 2 * number} type" for number in range(200)]


KEYS = [
    "profile",
    "type",
    "trait",
    "extend",
    "attribute",
    "name",
    "kind",
    "label",
    "en",
    "values",
    "dependent",
    "many",
    "x",
]
VALUES = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["System", "Flow", "choice"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)  # fmt: skip


def toml_of(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml_of(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml_of(inner) for inner in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = "".join(f"\\U{ord(each):08x}" if not each.isalnum() else each for each in value)
        return f'"{escaped}"'
    return repr(value)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5))
def test_whatever_a_text_says_it_is_merged_or_refused_with_places(said: dict[str, object]) -> None:
    text = "\n".join(f"{key} = {toml_of(value)}" for key, value in said.items())
    try:
        merge(standard(), text)
    except InvalidInput as refused:
        lines = text.count("\n") + 1
        for each in refused.errors:
            line = int(each.pointer.removeprefix("profile.toml:").partition(" ")[0])
            assert 1 <= line <= lines
