"""Values as people write them in cells, each kind both ways: shown in a language, and read in any."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ea_repo.exchange.tabular.cells import Cell, fitting, joined, properties_in, split, text_of
from ea_repo.metamodel import Attribute
from ea_repo.metamodel.kinds import MOST_DIGITS
from ea_repo.metamodel.names import with_article
from ea_repo.metamodel.types import LANGUAGES

if TYPE_CHECKING:
    from ea_repo.exchange.tabular.columns import Column

#: Written in place of a language: values as programs keep them, names of choices, true and false, uids.
STABLE = "stable"

#: What Excel counts its days from, and the last that it knows.
FIRST_DAY = date(1899, 12, 30)
_LAST_SERIAL = 2_958_465
#: Excel takes 1900 for a leap year: dates before this one are off by a day, so they are written as text.
_FIRST_SAFE_DAY = date(1900, 3, 1)
#: Neither x nor o is here: to some a cross says yes, to others no.
_ALSO_YES = frozenset({"true", "1", "y", "✓", "benar"})
_ALSO_NO = frozenset({"false", "0", "n", "salah"})


#: Gives the name of a uid.
NameOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a cell needs: the language it was written in, and what references name.

    `resolve(text, target)` gives the uid; `ValueError` ends a sentence that says what is near.
    """

    language: str
    resolve: Callable[[str, str | None], str]


def shown_as(attribute: Attribute, language: str) -> Callable[[Any, NameOf], Cell]:
    """What makes cells of the values of an attribute, given in stored form."""
    show = _shown_as(attribute, language)
    if attribute.many and attribute.kind.name == "choice":
        # The same few lists of the same few choices, many times.
        told = lru_cache(maxsize=1024)(
            lambda values: fitting(joined([text_of(show(each, _nobody)) for each in values])) or None
        )
        return lambda value, name_of: told(tuple(value))
    if attribute.many:
        return lambda value, name_of: fitting(joined([text_of(show(each, name_of)) for each in value])) or None
    return show


def _shown_as(attribute: Attribute, language: str) -> Callable[[Any, NameOf], Cell]:
    match attribute.kind.name:
        case "choice" | "reference" if language == STABLE:
            return lambda value, name_of: str(value)
        case "boolean" if language == STABLE:
            return lambda value, name_of: "true" if value else "false"
        case "choice":
            labels = choices(attribute, language)
            return lambda value, name_of: labels.get(value, str(value))
        case "boolean":
            said = {each: attribute.kind.text(each, attribute, language) for each in (True, False)}
            return lambda value, name_of: said.get(value)
        case "date":
            return lambda value, name_of: _shown_day(value)
        case "reference":
            return lambda value, name_of: fitting(reference_text(value, name_of(value)))
        case "money":
            return lambda value, name_of: f"{text_of(value['amount'])} {value['currency']}"
        case "integer" | "decimal":
            return lambda value, name_of: value
        case _:
            return lambda value, name_of: fitting(value)


def _nobody(uid: str) -> None:
    """The name of a concept, where none is asked for."""


@lru_cache(maxsize=10_000)
def _shown_day(value: str) -> Cell:
    day = date.fromisoformat(value)
    return day if day >= _FIRST_SAFE_DAY else value


def reference_text(uid: str, name: str | None) -> str:
    """A reference as people read it and programs understand it: Tax [finance:tax]."""
    return f"{name} [{uid}]" if name else uid


def choices(attribute: Attribute, language: str) -> dict[str, str]:
    """What is shown for each choice: its label, or its name where the label says no more or is another's too."""
    labels = {choice.name: choice.label.get(language) for choice in attribute.values}
    said = list(labels.values())
    return {
        name: name if not label or label.casefold() == name.casefold() or said.count(label) > 1 else label
        for name, label in labels.items()
    }


def read_value(cell: Cell, column: "Column", reading: Reading) -> Any:
    """The value in stored form, None for an empty cell. `ValueError` ends a sentence."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    attribute = column.attribute
    if column.field == ("properties",):
        return properties_in(text_of(cell))
    if column.part == "currency":
        return text_of(cell).strip().upper()
    if column.part == "amount":
        return read_number(cell)
    if attribute.many:
        return [_read(each, attribute, reading) for each in split(text_of(cell))] or None
    return _read(cell, attribute, reading)


def _read(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    return _READS.get(attribute.kind.name, _text)(cell, attribute, reading)


def _text(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    return attribute.kind.parse(text_of(cell), attribute)


def _integer(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return attribute.kind.parse(cell, attribute)


def _decimal(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    return attribute.kind.parse(read_number(cell), attribute)


def read_number(cell: Cell) -> Any:
    """A number without the noise that binary arithmetic of a spreadsheet leaves behind."""
    if isinstance(cell, float) and math.isfinite(cell):
        return float(f"{cell:.{MOST_DIGITS}g}")
    return cell.strip() if isinstance(cell, str) else cell


def _date(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    if isinstance(cell, datetime):
        raise ValueError("has a time of day; use a date such as 2028-01-31")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return serial_day(cell).isoformat()
    return attribute.kind.parse(cell, attribute)


def serial_day(number: float) -> date:
    """The day that Excel means by a number. `ValueError` ends a sentence."""
    if not math.isfinite(number) or number != int(number) or not 1 <= number <= _LAST_SERIAL:
        raise ValueError("is not a date; use 2028-01-31")
    return FIRST_DAY + timedelta(days=int(number))


def _choice(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    text = text_of(cell).strip()
    found = choice_names(attribute).get(text.casefold())
    if found is None:
        listed = list(choices(attribute, reading.language).values())
        names = " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1] if listed else ""]))
        what = with_article(attribute.name.replace("_", " ").capitalize()).split(" ", 1)
        raise ValueError(f"is not {what[0]} {what[1].lower()}; use {names}")
    return found


def choice_names(attribute: Attribute) -> Mapping[str, str]:
    """The names of choices by all that is said for them: name or label in any language, small letters."""
    found = {
        label.casefold(): choice.name
        for language in reversed(LANGUAGES)
        for choice in reversed(attribute.values)
        if (label := choice.label.get(language))
    }
    return found | {choice.name.casefold(): choice.name for choice in attribute.values}


def _boolean(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    said = text_of(cell).strip().casefold()
    shown = {language: [attribute.kind.text(each, attribute, language) for each in (True, False)]
             for language in LANGUAGES}  # fmt: skip
    if said in _ALSO_YES or said in {yes.casefold() for yes, _ in shown.values()}:
        return True
    if said in _ALSO_NO or said in {no.casefold() for _, no in shown.values()}:
        return False
    yes, no = shown.get(reading.language, shown["en"])
    raise ValueError(f"is neither {yes} nor {no}")


def _reference(cell: Cell, attribute: Attribute, reading: Reading) -> Any:
    return reading.resolve(text_of(cell).strip(), attribute.target)


_READS: Mapping[str, Callable[[Cell, Attribute, Reading], Any]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "choice": _choice,
    "boolean": _boolean,
    "reference": _reference,
}
