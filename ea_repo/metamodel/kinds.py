"""The kinds of attribute values: one class a kind, which parses, types, shows and describes its values.

The JSON form is what the store keeps. `parse` takes JSON or text as people and files write it, and raises `ValueError`
with the end of a sentence ("is not a date; use 2028-01-31").
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

if TYPE_CHECKING:
    from ea_repo.metamodel.types import Attribute

SqlType = Literal["text", "integer", "decimal", "date", "boolean"]
_MOST_DIGITS = 15
_LARGEST_INTEGER = 2**53


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

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        """JSON Schema 2020-12 of the JSON form."""
        raise NotImplementedError


class TextKind(Kind):
    name = "text"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if not isinstance(value, str):
            raise ValueError("is not text")
        return storable(value)

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "string"}


class IntegerKind(Kind):
    name, sql_type = "integer", "integer"

    def parse(self, value: Any, attribute: "Attribute") -> int:
        if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,17}", value.strip()):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST_INTEGER:
            raise ValueError("is not a whole number; use digits only, such as 1200")
        return _within(value, attribute)

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return f"{value:,}"

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "integer", **_bounds(attribute)}


class DecimalKind(Kind):
    name, sql_type = "decimal", "decimal"

    def parse(self, value: Any, attribute: "Attribute") -> float:
        return _within(_number(value), attribute)

    def python(self, value: Any) -> Decimal:
        return Decimal(repr(value))

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return f"{value:,}"

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "number", **_bounds(attribute)}


class MoneyKind(Kind):
    """An amount and its ISO 4217 currency: {"amount": 1200.5, "currency": "IDR"}, or as text "1200.50 IDR"."""

    name, sql_type = "money", "decimal"

    def parse(self, value: Any, attribute: "Attribute") -> dict[str, Any]:
        hint = 'is not money; use {"amount": 1200.50, "currency": "IDR"} or 1200.50 IDR'
        if isinstance(value, str):
            amount, _, currency = value.strip().partition(" ")
            value = {"amount": amount, "currency": currency}
        if not isinstance(value, Mapping) or set(value) != {"amount", "currency"}:
            raise ValueError(hint)
        currency = value["currency"]
        if not isinstance(currency, str) or not re.fullmatch("[A-Z]{3}", currency):
            raise ValueError(hint)
        return {"amount": _within(_number(value["amount"]), attribute), "currency": currency}

    def python(self, value: Any) -> Money:
        return Money(Decimal(repr(value["amount"])), value["currency"])

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return f"{value['amount']:,} {value['currency']}"

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
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
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except (AttributeError, ValueError):
            raise ValueError("is not a date; use 2028-01-31") from None

    def python(self, value: Any) -> date:
        return date.fromisoformat(value)

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class ChoiceKind(Kind):
    name = "choice"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        for choice in attribute.values:
            if value == choice.name:
                return choice.name
        names = ", ".join(choice.name for choice in attribute.values)
        raise ValueError(f"is not a choice of {attribute.name}; use {names}")

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        labels = {choice.name: choice.label.get(language) for choice in attribute.values}
        return labels.get(value, str(value))

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"enum": [choice.name for choice in attribute.values]}


class BooleanKind(Kind):
    name, sql_type = "boolean", "boolean"

    def parse(self, value: Any, attribute: "Attribute") -> bool:
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.strip().lower(), value)
        if not isinstance(value, bool):
            raise ValueError("is neither true nor false")
        return value

    def text(self, value: Any, attribute: "Attribute", language: str) -> str:
        return _YES_NO.get(language, _YES_NO["en"])[0 if value else 1]

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "boolean"}


class UrlKind(Kind):
    name = "url"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s<>\"]+", value):
            raise ValueError("is not a web address; use https://...")
        return storable(value)

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "string", "format": "uri"}


class ReferenceKind(Kind):
    """The uid of a concept. Whether it exists and is of the right type is the store's to check."""

    name = "reference"

    def parse(self, value: Any, attribute: "Attribute") -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[^\s:]+:\S+", value):
            raise ValueError("is not the uid of a concept; use model:identifier")
        return storable(value)

    def json_schema(self, attribute: "Attribute") -> dict[str, Any]:
        return {"type": "string", "pattern": "^[^\\s:]+:\\S+$", "x-reference": attribute.target}


_YES_NO = {"en": ("yes", "no"), "id": ("ya", "tidak"), "ko": ("예", "아니요")}

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        TextKind(), IntegerKind(), DecimalKind(), MoneyKind(), DateKind(), ChoiceKind(), BooleanKind(), UrlKind(),
        ReferenceKind(),
    )
}  # fmt: skip


def storable(text: str) -> str:
    """The text, if every database keeps it."""
    if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
        raise ValueError("holds a character that no database keeps (NUL or half a surrogate pair)")
    return text


def _number(value: Any) -> float:
    try:
        exact = Decimal(value.strip() if isinstance(value, str) else repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        raise ValueError("is not a number; use digits and a decimal point, such as 1200.50") from None
    if isinstance(value, bool) or not exact.is_finite():
        raise ValueError("is not a number; use digits and a decimal point, such as 1200.50")
    if len(exact.normalize().as_tuple().digits) > _MOST_DIGITS or not math.isfinite(float(exact)):
        raise ValueError(f"has more than {_MOST_DIGITS} digits, which would not be kept exactly")
    return float(exact)


def _within(value: Any, attribute: "Attribute") -> Any:
    if attribute.minimum is not None and value < attribute.minimum:
        raise ValueError(f"is below the least, {attribute.minimum:g}")
    if attribute.maximum is not None and value > attribute.maximum:
        raise ValueError(f"is above the most, {attribute.maximum:g}")
    return value


def _bounds(attribute: "Attribute") -> dict[str, Any]:
    found = {"minimum": attribute.minimum, "maximum": attribute.maximum}
    return {name: bound for name, bound in found.items() if bound is not None}
