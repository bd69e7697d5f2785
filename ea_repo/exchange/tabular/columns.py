"""The columns of a type: one list for workbook, plain table and mapping, made from the metamodel in force."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from operator import attrgetter
from typing import Any, Literal

from ea_repo.exchange.tabular.cells import Cell, fitting, property_lines
from ea_repo.exchange.tabular.values import NameOf, Reading, read_value, shown_as
from ea_repo.exchange.tabular.words import word, words
from ea_repo.metamodel import Attribute, Metamodel, Text
from ea_repo.metamodel.kinds import KINDS
from ea_repo.metamodel.types import LANGUAGES
from ea_repo.store.records import Concept

Part = Literal["amount", "currency"]
#: The field of a concept that a column says: ("name",), ("attributes", "users"), ("translations", "id", "name").
Field = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `key` never changes; label and help are for people. `part` is the half of an amount of money."""

    key: str
    field: Field
    attribute: Attribute
    part: Part | None = None

    def label(self, language: str) -> str:
        """What stands above it, with the unit."""
        label: str = self.attribute.label.get(language)
        if self.part == "currency":
            return f"{label}: {word('currency', 'label', language)}"
        unit = self.attribute.unit
        if unit:
            label = f"{label} ({Text(words()['unit'].get(unit)).get(language, unit)})"
        return label

    def help(self, language: str) -> str:
        """What whoever fills it in should know; empty where there is nothing to say."""
        if self.part == "currency":
            return word("currency", "help", language)
        said = [self.attribute.help.get(language)]
        said += [word("many", "help", language)] if self.attribute.many else []
        said += [word("required", "help", language)] if self.attribute.required else []
        return " ".join(each for each in said if each)

    @property
    def kind(self) -> str:
        """The kind of its cells: that of the attribute, of an amount a decimal."""
        return {"amount": "decimal", "currency": "text"}.get(self.part or "", self.attribute.kind.name)

    def value(self, concept: Concept) -> Any:
        """What the concept says in it, in stored form; None for nothing."""
        first = self.field[0]
        if first == "attributes":
            found = concept.attributes.get(self.field[1])
            return found[self.part] if self.part and found is not None else found
        if first == "translations":
            return concept.translations.get(self.field[1], {}).get(self.field[2])
        found = getattr(concept, first)
        return found.isoformat() if isinstance(found, date) else found

    def shown_in(self, language: str) -> Callable[[Concept, NameOf], Cell]:
        """What gives the cell of a concept. Made once for a column: a large table asks it a million times."""
        if self.field == ("properties",):
            return lambda concept, name_of: fitting(property_lines(concept.properties)) if concept.properties else None
        show = None if self.part or self.field == ("type",) else shown_as(self.attribute, language)
        value_of = self._getter()
        if show is None:
            return lambda concept, name_of: value_of(concept)
        if self.kind == "text" and not self.attribute.many:
            return lambda concept, name_of: fitting(value) if (value := value_of(concept)) else None
        return lambda concept, name_of: None if (value := value_of(concept)) is None else show(value, name_of)

    def _getter(self) -> Callable[[Concept], Any]:
        """As `value`, made for this column."""
        if self.field[0] == "attributes" and self.part is None:
            name = self.field[1]
            return lambda concept: concept.attributes.get(name)
        is_plain = len(self.field) == 1 and self.attribute.kind.name != "date"
        return attrgetter(self.field[0]) if is_plain else self.value

    def read(self, cell: Cell, reading: Reading) -> Any:
        """The value that a cell says, in stored form; None for an empty one. `ValueError` ends a sentence."""
        return read_value(cell, self, reading)


def columns_of(metamodel: Metamodel, type_name: str, languages: tuple[str, ...] = ()) -> list[Column]:
    """The columns of a type: what all have, its attributes in the profile's order, and the rest.

    `languages` are those that names and descriptions are said in beside their own.
    """
    is_relationship = metamodel.is_relationship(type_name)
    ends = [_of_all("source", "reference"), _of_all("target", "reference")] if is_relationship else []
    described = [_of_all("name"), _of_all("description")]
    found = [_of_all("uid")]
    found += [*ends, *described] if is_relationship else described
    found += [_of_all("owner", "reference", metamodel.owner_base)]
    found += [_of_all("valid_from", "date"), _of_all("valid_until", "date")]
    for attribute in metamodel.attributes(type_name).values():
        found += _of_attribute(attribute)
    for language in languages:
        found += [_translated(field, language) for field in ("name", "description")]
    return [*found, _of_all("specialization"), _of_all("properties")]


def type_column() -> Column:
    """The column that says the type of each row, where a table has rows of several."""
    return _of_all("type")


def version_column() -> Column:
    """The column that says which version of the concept a row was made from."""
    return _of_all("version", "integer")


def _of_attribute(attribute: Attribute) -> list[Column]:
    field = ("attributes", attribute.name)
    if attribute.kind.name != "money" or attribute.many:
        return [Column(attribute.name, field, attribute)]
    return [
        Column(attribute.name, field, attribute, "amount"),
        Column(f"{attribute.name}.currency", field, attribute, "currency"),
    ]


@cache
def _of_all(key: str, kind: str = "text", target: str | None = None) -> Column:
    said = words()["column"][key]
    attribute = Attribute(
        key, KINDS[kind], Text(said["label"]), Text(said.get("help")), target=target,
        required=key in ("source", "target"),
    )  # fmt: skip
    return Column(key, (key,), attribute)


@cache
def _translated(field: str, language: str) -> Column:
    label = words()["column"][field]["label"]
    called = Text(words()["language"].get(language))
    labels = {each: f"{label[each]} ({called.get(each, language)})" for each in LANGUAGES}
    attribute = Attribute(f"{field}.{language}", KINDS["text"], Text(labels))
    return Column(f"{field}.{language}", ("translations", language, field), attribute)


def referred(concept: Concept) -> Iterator[str]:
    """Every uid that the cells of a concept may show the name of."""
    for uid in (concept.owner, concept.source, concept.target):
        if uid is not None:
            yield uid
    for value in concept.attributes.values():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and ":" in text and " " not in text:
                yield text
