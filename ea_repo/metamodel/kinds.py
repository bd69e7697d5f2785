"""The kinds of attribute values: one class a kind, which parses, types, shows and describes its values.

The JSON form is what the store keeps. `parse` takes JSON, Python values, or text as people write it, and
raises `ValueError` with the end of a sentence ("is not a date; use 2028-01-31").
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from ea_repo.metamodel.names import ANY_CONCEPT

if TYPE_CHECKING:
    from ea_repo.metamodel.types import Attribute

SqlType = Literal["text", "integer", "decimal", "date", "boolean"]

# What JSON readers everywhere, SQLite and PostgreSQL keep exactly.
MOST_DIGITS = 15
LARGEST_INTEGER = 2**53

_INTEGER = re.compile("[+-]?[0-9]{1,17}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CURRENCY = re.compile("[A-Z]{3}")
_URL = re.compile(r"https?://[^\s<>\"]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_UID = re.compile(r"[^\s:]+:\S+")

# Digits are counted before anything is rounded away.
_EXACT = Context(prec=10_000, Emin=-999_999, Emax=999_999, traps=[])

#: Between thousands, and before decimals.
_SEPARATORS: Mapping[str, tuple[str, str]] = {"en": (",", "."), "id": (".", ","), "ko": (",", ".")}
_YES_NO: Mapping[str, tuple[str, str]] = {"en": ("yes", "no"), "id": ("ya", "tidak"), "ko": ("예", "아니요")}


class Money(NamedTuple):
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Kind:
    """How the values of an attribute are written, kept and shown."""

    name: ClassVar[str]
    sql_type: ClassVar[SqlType] = "text"

    def parse(self, value: Any, attribute: "Attribute") -> Any:
        """The JSON form of a value."""
        raise NotImplementedError

    def python(self, value: Any) -> Any:
        """The typed value of a JSON form."""
        return value

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        """The value as people read it."""
        return str(value)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        """JSON Schema 2020-12 of the JSON form."""
        raise NotImplementedError


class TextKind(Kind):
    name = "text"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if not isinstance(value, str):
            raise ValueError("is not text")
        return storable(value)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {"type": "string"}


class IntegerKind(Kind):
    name, sql_type = "integer", "integer"

    def parse(self, value: Any, attribute: "Attribute") -> int:
        if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("is not a whole number; use digits only, such as 1200")
        if abs(value) > LARGEST_INTEGER:
            raise ValueError(f"is more than is kept exactly; {LARGEST_INTEGER} is the most")
        _check_bounds(value, attribute)
        return int(value)

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return _grouped(Decimal(value), language)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        least = {"minimum": -LARGEST_INTEGER, "maximum": LARGEST_INTEGER}
        return {"type": "integer", **least, **_bounds(attribute)}


class DecimalKind(Kind):
    name, sql_type = "decimal", "decimal"

    def parse(self, value: Any, attribute: "Attribute") -> float:
        number = _number(value)
        _check_bounds(number, attribute)
        return number

    def python(self, value: Any) -> Decimal:
        return Decimal(repr(value))

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return _grouped(Decimal(repr(value)), language)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {"type": "number", **_bounds(attribute)}


class MoneyKind(Kind):
    """An amount and an ISO 4217 currency: {"amount": 1200.5, "currency": "IDR"}, or as text 1200.50 IDR."""

    name, sql_type = "money", "decimal"

    def parse(self, value: Any, attribute: "Attribute") -> dict[str, Any]:
        hint = 'is not money; use {"amount": 1200.50, "currency": "IDR"} or 1200.50 IDR'
        if isinstance(value, Money):
            value = value._asdict()
        if isinstance(value, str):
            number, _, unit = value.strip().partition(" ")
            value = {"amount": number, "currency": unit.strip()}
        if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
            raise ValueError(hint)
        currency = value["currency"]
        if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
            raise ValueError(hint)
        amount = _number(value["amount"])
        _check_bounds(amount, attribute)
        return {"amount": amount, "currency": currency}

    def python(self, value: Any) -> Money:
        return Money(Decimal(repr(value["amount"])), value["currency"])

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return f"{_grouped(Decimal(repr(value['amount'])), language)} {value['currency']}"

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {
            "type": "object",
            "properties": {
                "amount": {"type": "number", **_bounds(attribute)},
                "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        }


class DateKind(Kind):
    name, sql_type = "date", "date"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if isinstance(value, date):
            return value.isoformat()[:10]
        text = value.strip() if isinstance(value, str) else ""
        if not _DATE.fullmatch(text):
            raise ValueError("is not a date; use 2028-01-31")
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValueError("is not a day of the calendar; use one such as 2028-01-31") from None

    def python(self, value: Any) -> date:
        return date.fromisoformat(value)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class ChoiceKind(Kind):
    name = "choice"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if isinstance(value, str):
            for choice in attribute.values:
                if value == choice.name:
                    return choice.name
        names = ", ".join(choice.name for choice in attribute.values)
        raise ValueError(f"is not a choice of {attribute.name}; use {names}")

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        labels: dict[Any, str] = {choice.name: choice.label.get(language) for choice in attribute.values}
        return labels.get(value, str(value))

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        named = [{"const": choice.name, "title": choice.label.get(language)} for choice in attribute.values]
        return {"type": "string", "oneOf": named}


class BooleanKind(Kind):
    name, sql_type = "boolean", "boolean"

    def parse(self, value: Any, attribute: "Attribute") -> bool:
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.strip().lower(), value)
        if not isinstance(value, bool):
            raise ValueError("is neither true nor false")
        return bool(value)

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return _YES_NO.get(language, _YES_NO["en"])[0 if value else 1]

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {"type": "boolean"}


class UrlKind(Kind):
    name = "url"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if not isinstance(value, str) or not _URL.fullmatch(value):
            raise ValueError("is not a web address; use https://...")
        return storable(value)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {"type": "string", "format": "uri"}


class ReferenceKind(Kind):
    """The uid of a concept. Whether it exists and is of the right type is the store's to check."""

    name = "reference"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if not isinstance(value, str) or not _UID.fullmatch(value):
            raise ValueError("is not the uid of a concept; use model:identifier")
        return storable(value)

    def json_schema(self, attribute: "Attribute", language: str) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[^\\s:]+:\\S+$", "x-reference": attribute.target or ANY_CONCEPT}


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        TextKind(),
        IntegerKind(),
        DecimalKind(),
        MoneyKind(),
        DateKind(),
        ChoiceKind(),
        BooleanKind(),
        UrlKind(),
        ReferenceKind(),
    )
}


def storable(text: str) -> str:
    """The text, if every database keeps it."""
    if "\0" in text or (not text.isascii() and _LONE_SURROGATE.search(text)):
        raise ValueError("holds a character that no database keeps (NUL or half a surrogate pair)")
    return text


def _number(value: Any) -> float:
    """The float nearest to a number, which must be the number again when written with 15 digits."""
    if type(value) is float and math.isfinite(value) and float(f"{value:.{MOST_DIGITS}g}") == value:
        return value + 0.0  # no minus before zero; nearly every number comes this way
    hint = "is not a number; use digits and a decimal point, such as 1200.50"
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError(hint)
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        raise ValueError(hint)
    exact = Decimal(repr(value) if isinstance(value, float) else value)
    if not exact.is_finite():
        raise ValueError(hint)
    if len(exact.normalize(_EXACT).as_tuple().digits) > MOST_DIGITS or Decimal(repr(float(exact))) != exact:
        raise ValueError(f"has more than {MOST_DIGITS} digits or is too large or too small to be kept exactly")
    return float(exact) + 0.0


def _check_bounds(value: float, attribute: "Attribute") -> None:
    if attribute.minimum is not None and value < attribute.minimum:
        raise ValueError(f"is too small; {_bound(attribute.minimum)} is the least")
    if attribute.maximum is not None and value > attribute.maximum:
        raise ValueError(f"is too large; {_bound(attribute.maximum)} is the most")


def _bound(value: float) -> str:
    return f"{Decimal(repr(value)):f}"


def _bounds(attribute: "Attribute") -> dict[str, Any]:
    found = {"minimum": attribute.minimum, "maximum": attribute.maximum}
    return {name: bound for name, bound in found.items() if bound is not None}


def _grouped(value: Decimal, language: str) -> str:
    thousands, decimals = _SEPARATORS.get(language, _SEPARATORS["en"])
    whole, _, fraction = f"{value:,f}".partition(".")
    fraction = fraction.rstrip("0")
    return whole.replace(",", thousands) + (f"{decimals}{fraction}" if fraction else "")
