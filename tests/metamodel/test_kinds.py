"""Kinds of values: what they take, what they keep, and that nothing but a sentence comes of what they refuse."""

import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.metamodel import Attribute, Choice, Money, Text, standard
from ea_repo.metamodel.kinds import KINDS

LEVELS = (
    Choice("high", Text({"en": "High", "id": "Tinggi", "ko": "높음"})),
    Choice("low", Text({"en": "Low"})),
)


def an_attribute(kind: str, **said: Any) -> Attribute:
    values = LEVELS if kind == "choice" else ()
    target = "System" if kind == "reference" else None
    label = Text({"en": "Trial"})
    return replace(Attribute("trial", KINDS[kind], label, values=values, target=target), **said)


ATTRIBUTES = [an_attribute(kind, many=many) for kind in KINDS for many in (False, True)]

ANYTHING = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text(), st.binary(), st.dates(),
        st.datetimes(), st.sampled_from(["high", "low", "1200.50 IDR", "2028-01-31", "kemenkeu:SAKTI", "1e5", " 7 "]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.text(), inner, max_size=3),
        st.fixed_dictionaries({"amount": inner, "currency": st.one_of(inner, st.just("IDR"))}),
    ),
    max_leaves=5,
)  # fmt: skip

DIGITS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12)
RIGHT = {
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    "integer": st.integers(-(2**53), 2**53),
    "decimal": DIGITS,
    "money": st.builds(Money, DIGITS, st.sampled_from(["IDR", "KRW", "USD"])),
    "date": st.dates(),
    "choice": st.sampled_from(["high", "low"]),
    "boolean": st.booleans(),
    "url": st.sampled_from(["https://example.org/a?b=c", "http://[::1]:8000/안내"]),
    "reference": st.sampled_from(["kemenkeu:SAKTI", "m:id-1:2"]),
}


@pytest.mark.parametrize(
    ("kind", "given_value", "kept"),
    [
        ("text", " as it is ", " as it is "),
        ("integer", "  -12 ", -12),
        ("integer", 2**53, 9007199254740992),
        ("decimal", 3, 3.0),
        ("decimal", "1e3", 1000.0),
        ("decimal", ".5", 0.5),
        ("decimal", "-0", 0.0),
        ("decimal", 123456789012345, 123456789012345.0),
        ("decimal", 0.1, 0.1),
        ("money", "1200.50 IDR", {"amount": 1200.5, "currency": "IDR"}),
        ("money", {"currency": "KRW", "amount": "7"}, {"amount": 7.0, "currency": "KRW"}),
        ("money", Money(Decimal("0.10"), "USD"), {"amount": 0.1, "currency": "USD"}),
        ("date", "2024-02-29", "2024-02-29"),
        ("date", date(987, 6, 5), "0987-06-05"),
        ("date", datetime(2028, 1, 31, 23, 59), "2028-01-31"),
        ("choice", "high", "high"),
        ("boolean", "TRUE", True),
        ("boolean", False, False),
        ("url", "https://example.org/", "https://example.org/"),
        ("reference", "kemenkeu:SAKTI", "kemenkeu:SAKTI"),
    ],
)
def test_a_right_value_is_kept_in_its_json_form(kind: str, given_value: Any, kept: Any) -> None:
    found = an_attribute(kind).parse(given_value)
    assert (found, type(found)) == (kept, type(kept))
    assert repr(found) == repr(kept)  # tells 0.0 from -0.0


@pytest.mark.parametrize(
    ("kind", "given_value", "sentence"),
    [
        ("text", 5, "is not text"),
        ("text", "a\0b", "holds a character that no database keeps (NUL or half a surrogate pair)"),
        ("text", "\ud800", "holds a character that no database keeps (NUL or half a surrogate pair)"),
        ("integer", "1.5", "is not a whole number; use digits only, such as 1200"),
        ("integer", True, "is not a whole number; use digits only, such as 1200"),
        ("integer", "１２", "is not a whole number; use digits only, such as 1200"),
        ("integer", 2**53 + 1, "is more than is kept exactly; 9007199254740992 is the most"),
        ("decimal", "1,200", "is not a number; use digits and a decimal point, such as 1200.50"),
        ("decimal", float("nan"), "is not a number; use digits and a decimal point, such as 1200.50"),
        ("decimal", (0, (1,), 2), "is not a number; use digits and a decimal point, such as 1200.50"),
        ("decimal", 1234567890123456, "has more than 15 digits or is too large or too small to be kept exactly"),
        ("decimal", "1e400", "has more than 15 digits or is too large or too small to be kept exactly"),
        ("decimal", Decimal("1e-1000000"), "has more than 15 digits or is too large or too small to be kept exactly"),
        ("money", "1200.50", 'is not money; use {"amount": 1200.50, "currency": "IDR"} or 1200.50 IDR'),
        ("money", {"amount": 1, "currency": "idr"}, 'is not money; use {"amount": 1200.50, "currency": "IDR"} or 1200.50 IDR'),
        ("date", "31-01-2028", "is not a date; use 2028-01-31"),
        ("date", "20280131", "is not a date; use 2028-01-31"),
        ("date", "2023-02-29", "is not a day of the calendar; use one such as 2028-01-31"),
        ("choice", "hihg", "is not a choice of trial; use high, low"),
        ("choice", ["high"], "is not a choice of trial; use high, low"),
        ("boolean", "yes", "is neither true nor false"),
        ("boolean", 1, "is neither true nor false"),
        ("url", "javascript:alert(1)", "is not a web address; use https://..."),
        ("reference", "SAKTI", "is not the uid of a concept; use model:identifier"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_what_would_be_right(kind: str, given_value: Any, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole sentence is compared
        an_attribute(kind).parse(given_value)
    assert str(refused.value) == sentence


def test_bounds_hold_at_both_ends() -> None:
    share = an_attribute("decimal", minimum=0, maximum=100)
    assert [share.parse(each) for each in (0, 100)] == [0.0, 100.0]
    with pytest.raises(ValueError, match=r"^is too small; 0 is the least$"):
        share.parse(-0.5)
    with pytest.raises(ValueError, match=r"^is too large; 100 is the most$"):
        share.parse("100.01")
    with pytest.raises(ValueError, match=r"^is too small; 0 is the least$"):
        an_attribute("money", minimum=0).parse("-1 IDR")


def test_a_list_takes_lists_only_and_checks_each_value() -> None:
    dates = an_attribute("date", many=True)
    assert dates.parse(("2028-01-31", date(2027, 1, 1))) == ["2028-01-31", "2027-01-01"]
    assert dates.python(["2028-01-31"]) == [date(2028, 1, 31)]
    with pytest.raises(ValueError, match="is not a list of values"):
        dates.parse("2028-01-31")
    with pytest.raises(ValueError, match="is not a date"):
        dates.parse(["2028-01-31", 5])


@pytest.mark.parametrize(
    ("kind", "kept", "english", "indonesian", "korean"),
    [
        ("integer", 1234567, "1,234,567", "1.234.567", "1,234,567"),
        ("decimal", 1234.5, "1,234.5", "1.234,5", "1,234.5"),
        ("decimal", 1e22, *["10,000,000,000,000,000,000,000", "10.000.000.000.000.000.000.000"],
         "10,000,000,000,000,000,000,000"),
        ("decimal", 2.0, "2", "2", "2"),
        ("money", {"amount": -1200.5, "currency": "IDR"}, "-1,200.5 IDR", "-1.200,5 IDR", "-1,200.5 IDR"),
        ("choice", "high", "High", "Tinggi", "높음"),
        ("choice", "low", "Low", "Low", "Low"),
        ("boolean", True, "yes", "ya", "예"),
        ("boolean", False, "no", "tidak", "아니요"),
        ("date", "2028-01-31", "2028-01-31", "2028-01-31", "2028-01-31"),
    ],
)  # fmt: skip
def test_people_read_values_in_their_language(kind: str, kept: Any, english: str, indonesian: str, korean: str) -> None:
    attribute = an_attribute(kind)
    assert [attribute.text(kept, each) for each in ("en", "id", "ko")] == [english, indonesian, korean]
    assert an_attribute(kind, many=True).text([kept, kept]) == f"{english}, {english}"


@settings(max_examples=400)
@given(attribute=st.sampled_from(ATTRIBUTES), value=ANYTHING)
def test_whatever_comes_is_kept_or_refused_with_a_sentence(attribute: Attribute, value: Any) -> None:
    try:
        kept = attribute.parse(value)
    except ValueError as refused:
        sentence = str(refused)
    else:
        sentence = "is kept"
        assert_kept(attribute, kept)
    assert sentence.split()[0] in ("is", "has", "holds")


def assert_kept(attribute: Attribute, kept: Any) -> None:
    assert json.loads(json.dumps(kept)) == kept
    assert attribute.parse(kept) == kept
    assert attribute.parse(attribute.python(kept)) == kept
    assert all(isinstance(attribute.text(kept, each), str) for each in ("en", "id", "ko", "fr"))
    assert jsonschema_rs.is_valid(attribute.json_schema(), kept)


@settings(max_examples=200)
@given(attribute=st.sampled_from(ATTRIBUTES), data=st.data())
def test_a_right_value_comes_back_from_its_json_form(attribute: Attribute, data: st.DataObject) -> None:
    strategy: st.SearchStrategy[Any] = RIGHT[attribute.kind.name]
    value = data.draw(st.lists(strategy, max_size=3) if attribute.many else strategy)
    kept = json.loads(json.dumps(attribute.parse(value)))
    assert attribute.python(kept) == value


def test_every_kind_says_how_it_is_kept_in_sql() -> None:
    assert {name: kind.sql_type for name, kind in KINDS.items()} == {
        "text": "text", "integer": "integer", "decimal": "decimal", "money": "decimal", "date": "date",
        "choice": "text", "boolean": "boolean", "url": "text", "reference": "text",
    }  # fmt: skip


def test_a_number_is_read_with_its_unit_in_the_readers_language() -> None:
    hours = an_attribute("decimal", unit="hours")
    assert [hours.text(1_234.5, language) for language in ("en", "id", "ko")] == [
        "1,234.5 hours",
        "1.234,5 jam",
        "1,234.5 시간",
    ]
    assert an_attribute("integer", unit="teaspoons", many=True).text([3, 4], "id") == "3, 4 teaspoons"
    assert an_attribute("integer", unit="hours", many=True).text([]) == ""


def test_every_unit_of_the_government_profile_is_said_in_three_languages() -> None:
    """Those that are signs are the same everywhere."""
    types = standard().types.values()
    said = {each.unit for type_ in types for each in type_.attributes if each.unit}
    assert len(said) > 10
    spoken = {unit for unit in said if unit.islower()}
    attributes = [an_attribute("integer", unit=unit) for unit in sorted(spoken)]
    unsaid = [each.unit for each in attributes if len({each.text(7, language) for language in ("en", "ko")}) == 1]
    assert unsaid == ["gigabytes", "percent", "terabytes"]
