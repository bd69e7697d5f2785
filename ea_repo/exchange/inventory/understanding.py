"""What a cell of an inventory means: numbers and dates as people write them, translated values, several in one cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from ea_repo.exchange.inventory.grammar import Rule, Value
from ea_repo.exchange.inventory.mapping import TableForm
from ea_repo.exchange.tabular.cells import Cell, split, text_of
from ea_repo.exchange.tabular.columns import Column
from ea_repo.exchange.tabular.values import Reading, read_number, serial_day
from ea_repo.exchange.tabular.words import words
from ea_repo.metamodel import Attribute

#: A currency before, a currency or a plain unit behind. Words such as "about" or "million" change the number: not understood.
_NUMBER = re.compile(
    r"(?:[A-Z]{3}|Rp\.?|[$€£₩])?\s*(?P<minus>[-(]?)\s*(?:[A-Z]{3}|Rp\.?|[$€£₩])?\s*\+?"
    r"(?P<digits>\d[\d.,' \u00a0\u202f]*)\)?\s*(?:%|[A-Z]{3}|[€₩]|원|명|개|건|대|,-)?"
)
_CURRENCY = re.compile(r"(?<![A-Za-z])([A-Z]{3})(?![A-Za-z])")
_SYMBOLS: Mapping[str, str] = {"Rp": "IDR", "₩": "KRW", "€": "EUR", "£": "GBP"}
_DATES = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y.%m.%d.",
    "%Y%m%d",
    "%Y년 %m월 %d일",
    "%d %B %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%B %d, %Y",
)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")
_WORD = re.compile(r"[^\W\d_]+")


def cleaned(cell: Cell, empty: frozenset[str]) -> Cell:
    """The cell without blanks around it; what says nothing is None."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\u00a0", " ").strip()
    return None if not text or text.casefold() in empty else text


def holds(rule: Rule, cells: Mapping[str, Cell], column: str) -> bool:
    """Whether a row is meant by a rule."""
    text = text_of(cells.get(column)).strip()
    if rule.empty is not None:
        return rule.empty is (not text)
    if rule.matches is not None:
        return rule.matches.fullmatch(text) is not None
    return text.casefold() in {each.strip().casefold() for each in rule.equals or ()}


def parts(cell: Cell, value: Value, column: Column) -> list[Cell]:
    """The values that stand in one cell, each translated where the mapping says how."""
    if cell is None:
        return []
    said: Sequence[Cell] = [cell]
    if value.split is not None:
        said = [each.strip() for each in text_of(cell).split(value.split) if each.strip()]
    elif column.attribute.many:
        said = list(split(text_of(cell)))
    return [each for found in said for each in _translated(found, value)]


def _translated(cell: Cell, value: Value) -> Iterator[Cell]:
    key = " ".join(text_of(cell).split()).casefold()
    if key not in value.values:
        yield cell
        return
    meant = value.values[key]
    yield from (each for each in (meant if isinstance(meant, list) else [meant]) if each not in (None, ""))


def understood(cell: Cell, value: Value, column: Column, form: TableForm, reading: Reading) -> Any:
    """One value in stored form. `ValueError` ends a sentence."""
    kind = column.kind
    attribute = column.attribute
    if kind in ("integer", "decimal") and isinstance(cell, str):
        cell = number(cell, value.thousands or form.thousands, value.decimal or form.decimal, whole=kind == "integer")
    if kind == "date":
        return attribute.kind.parse(_day(cell, (*value.dates, *form.dates)), attribute)
    if column.part == "amount":
        return read_number(cell)
    if column.part == "currency":
        return text_of(cell).strip().upper()
    one = Column(column.key, column.field, _single(column))
    return one.read(cell, reading)


def _single(column: Column) -> Attribute:
    return replace(column.attribute, many=False) if column.attribute.many else column.attribute


def currency_in(cell: Cell) -> str | None:
    """The currency that a text names beside its amount."""
    if not isinstance(cell, str):
        return None
    found = _CURRENCY.search(cell)
    return found[1] if found else next((code for sign, code in _SYMBOLS.items() if sign in cell), None)


def number(text: str, thousands: str | None, decimal: str | None, *, whole: bool = False) -> str:
    """A number as programs write it. `ValueError` where it is none, or could be two."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise ValueError("is not a number")
    digits = re.sub(r"[' \u00a0\u202f]", "", found["digits"])
    points = [sign for sign in digits if sign in ".,"]
    if decimal is None and thousands is not None:
        decimal = "," if thousands == "." else "."
    if decimal is None:
        decimal = _decimal_of(digits, points, whole)
    others = {".", ","} - {decimal}
    for sign in others:
        digits = digits.replace(sign, "")
    digits = digits.replace(decimal, ".")
    if digits.count(".") > 1:
        raise ValueError("is not a number")
    return ("-" if found["minus"] else "") + digits.rstrip(".")


def _decimal_of(digits: str, points: list[str], whole: bool) -> str:
    kinds = set(points)
    if len(kinds) == 2:
        return points[-1]
    if not kinds:
        return "."
    (sign,) = kinds
    other = "," if sign == "." else "."
    if len(points) > 1:
        return other
    behind = len(digits) - digits.index(sign) - 1
    if behind != 3:
        return sign
    if whole:
        return other
    plain_digits = digits.replace(sign, "")
    raise ValueError(f"could be {plain_digits} or {digits.replace(sign, '.')}; say thousands or decimal in the mapping")


def _day(cell: Cell, formats: Sequence[str]) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return serial_day(cell).isoformat()
    text = _TIME.sub("", text_of(cell).strip())
    for form in (*formats, *_DATES):
        for said in dict.fromkeys((text, _in_english(text))):
            try:
                return datetime.strptime(said, form).date().isoformat()  # noqa: DTZ007 - a day
            except (ValueError, re.error):
                continue
    raise ValueError('is not a date that is understood; say its form in the mapping, such as dates = ["%d/%m/%Y"]')


def _in_english(text: str) -> str:
    """Names of months in English, where they are Indonesian."""
    months: Mapping[str, str] = words()["month"]
    return _WORD.sub(lambda found: months.get(found[0].casefold(), found[0]), text)
