"""Types, attributes and traits, and the metamodel that holds them.

All are frozen values: a change of profile makes a new metamodel. How a text becomes one is `profile.py`.
"""

import difflib
import hashlib
import reprlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from ea_repo.errors import InvalidInput, NotFound, Problem
from ea_repo.metamodel.dependency import NO_RULE, Dependent, DependentRule
from ea_repo.metamodel.kinds import Kind, SqlType
from ea_repo.metamodel.names import with_article

TypeKind = Literal["element", "relationship"]
LANGUAGES = ("en", "id", "ko")


class Text(Mapping[str, str]):
    """A text in several languages; English stands in where one is missing."""

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str] | None = None) -> None:
        self._texts = dict(texts or {})

    def __getitem__(self, language: str) -> str:
        return self._texts[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._texts == other._texts

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._texts.items())))

    def __repr__(self) -> str:
        return f"Text({self._texts!r})"

    def get(self, language: str, default: Any = None) -> Any:
        """The text in a language, else in English, else the default (empty text)."""
        return self._texts.get(language) or self._texts.get("en") or default or ""


_NO_LABEL = Text()


@cache
def _units() -> Mapping[str, Text]:
    """What units are called, by the name that attributes give them."""
    said = tomllib.loads(files("ea_repo.metamodel").joinpath("units.toml").read_text("utf-8"))
    return {name: Text(labels) for name, labels in said.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """An allowed value."""

    name: str
    label: Text
    help: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a type says of its concepts: one declaration for checks, columns, schema, forms and reference."""

    name: str
    kind: Kind
    label: Text
    help: Text = field(default_factory=Text)
    unit: str | None = None
    values: tuple[Choice, ...] = ()
    target: str | None = None
    many: bool = False
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None

    @property
    def sql_type(self) -> SqlType:
        return self.kind.sql_type

    def parse(self, value: Any) -> Any:
        """The JSON form; `ValueError` ends a sentence that says what would be right."""
        if not self.many:
            return self.kind.parse(value, self)
        if not isinstance(value, list | tuple):
            raise ValueError("is not a list of values")
        return [self.kind.parse(each, self) for each in value]

    def python(self, value: Any) -> Any:
        """The typed value: a date, Decimal, Money, ...; a list of them where there may be many."""
        return [self.kind.python(each) for each in value] if self.many else self.kind.python(value)

    def text(self, value: Any, language: str = "en") -> str:
        """The value as people read it, with its unit."""
        many = value if self.many else [value]
        text = ", ".join(self.kind.text(each, self, language) for each in many)
        return f"{text} {_units().get(self.unit, _NO_LABEL).get(language, self.unit)}" if self.unit and text else text

    def json_schema(self, language: str = "en") -> dict[str, Any]:
        """JSON Schema 2020-12 of the JSON form, with the unit as `x-unit`."""
        schema = self.kind.json_schema(self, language)
        if self.many:
            schema = {"type": "array", "items": schema}
        described = {
            "title": self.label.get(language),
            "description": self.help.get(language),
            "x-unit": self.unit,
        }
        return {**{name: text for name, text in described.items() if text}, **schema}


@dataclass(frozen=True, slots=True)
class Trait:
    """Attributes that several types share. Code asks for traits, never for type names."""

    name: str
    label: Text
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class Type:
    """An element or relationship type.

    `attributes` and `traits` are its own, with what profiles add; inherited ones are the metamodel's to join.
    `layer`, `aspect` and `category` are those of what it refines.
    """

    name: str
    kind: TypeKind
    label: Text
    refines: str | None = None
    layer: str | None = None
    aspect: str | None = None
    category: str | None = None
    dependent: DependentRule | None = None
    plural: Text = field(default_factory=Text)
    help: Text = field(default_factory=Text)
    traits: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    profile: str = ""

    @property
    def several(self) -> Text:
        """What several of it are called: a language that says no plural has the label for that, rather than English."""
        return Text({**self.label, **self.plural})


@dataclass(frozen=True)
class Metamodel:
    """What may be said: the types in force, and the standard's rules between them.

    `types`, `traits`, `layers` and `aspects` are by name, in order of declaration. `permissions` holds, for a
    pair of ArchiMate concepts, the relationships the standard permits (see `rules.py`).
    """

    types: Mapping[str, Type]
    traits: Mapping[str, Trait]
    layers: Mapping[str, Text]
    aspects: Mapping[str, Text]
    permissions: Mapping[tuple[str, str], frozenset[str]]
    profile_text: str | None = None
    sources: tuple[str, ...] = ()  # the texts it was made of

    # An actor may own; agencies refine it. Wholes of agencies are joined to their parts by these.
    owner_base: str = "BusinessActor"
    whole_part: tuple[str, ...] = ("Composition", "Aggregation")

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Metamodel) and self.fingerprint == other.fingerprint

    @cached_property
    def fingerprint(self) -> str:
        """Equal for metamodels made of the same texts."""
        return hashlib.sha256("\0".join(self.sources).encode()).hexdigest()[:16]

    def type(self, name: str) -> Type:
        """A type by name; `NotFound` names the nearest."""
        found = self.types.get(name)
        if found is None:
            nearest = self._nearest(name)
            hint = f"; did you mean {', '.join(nearest)}?" if nearest else ""
            raise NotFound(f'there is no type "{name}"{hint}', nearest=nearest)
        return found

    def elements(self) -> tuple[Type, ...]:
        return tuple(each for each in self.types.values() if each.kind == "element")

    def relationships(self) -> tuple[Type, ...]:
        return tuple(each for each in self.types.values() if each.kind == "relationship")

    def is_relationship(self, name: str) -> bool:
        return self.type(name).kind == "relationship"

    def ancestry(self, name: str) -> tuple[str, ...]:
        """The type, what it refines, and so on to the standard's."""
        return self._ancestry[self.type(name).name]

    def descendants(self, name: str) -> frozenset[str]:
        """The type and all that refine it, directly or not."""
        return self._descendants[self.type(name).name]

    def base(self, name: str) -> str:
        """The ArchiMate type that a type is."""
        return self.ancestry(name)[-1]

    def attributes(self, name: str) -> Mapping[str, Attribute]:
        """All attributes of a type by name: those of what it refines, then of its traits, then its own."""
        return self._attributes[self.type(name).name]

    def has_trait(self, name: str, trait: str) -> bool:
        return any(trait in self.types[each].traits for each in self.ancestry(name))

    @cached_property
    def owners(self) -> frozenset[str]:
        """The types that may own a concept."""
        return self.descendants(self.owner_base)

    def dependent(self, relationship_type: str, attributes: Mapping[str, Any]) -> Dependent:
        """Which end depends on the other; the nearest rule in the type's ancestry decides."""
        rule = self._dependent_rules[relationship_type]
        return rule.of(attributes)

    def permitted(self, source_type: str, relationship_type: str, target_type: str) -> bool:
        """Whether the standard lets this relationship join these, each judged by the ArchiMate type it is."""
        return self.base(relationship_type) in self.permitted_between(source_type, target_type)

    def permitted_between(self, source_type: str, target_type: str) -> frozenset[str]:
        """The ArchiMate relationships that may join these two, either of which may itself be one."""
        return self.permissions.get((self.rule_name(source_type), self.rule_name(target_type)), frozenset())

    def rule_name(self, name: str) -> str:
        """The name under which the standard's table knows a type."""
        return "Relationship" if self.is_relationship(name) else self.base(name)

    def specialization(self, base: str, name: str) -> str | None:
        """The profile type that a specialization of an ArchiMate type means: by name, else by any label."""
        return self._specializations.get((base, name.strip().casefold()))

    def normalise(self, type_name: str, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """The attributes in their JSON form, those of None left out.

        `InvalidInput` has one problem for each wrong one, with the pointer /attributes/<name>.
        """
        required = self._required[type_name]
        if not attributes and not required:
            return {}
        declared = self._attributes[type_name]
        found: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, value in attributes.items():
            attribute = declared.get(name)
            if attribute is None:
                problems.append(self._unknown_attribute(type_name, str(name)))
            elif value is not None:
                try:
                    found[name] = attribute.parse(value)
                except ValueError as error:
                    problems.append(_problem(name, f"{name}: {_SHORT.repr(value)} {error}", "wrong-value"))
        for name in required:
            if attributes.get(name) in (None, [], ""):
                problems.append(_problem(name, f"{name} is required of {with_article(type_name)}", "required"))
        if problems:
            raise InvalidInput(problems[0].detail, errors=problems)
        return found

    def _unknown_attribute(self, type_name: str, name: str) -> Problem:
        declared = self._attributes[type_name]
        nearest = difflib.get_close_matches(name, declared, n=3)
        expected = ", ".join(nearest or declared) or "a property: this type declares no attributes"
        return _problem(name, f'{with_article(type_name)} has no attribute "{name}"', "unknown-attribute", expected)

    def _nearest(self, name: str) -> list[str]:
        known = {label.casefold(): each.name for each in self.types.values() for label in each.label.values()}
        known.update((each.casefold(), each) for each in self.types)
        nearest = difflib.get_close_matches(name.casefold(), known, n=3)
        return list(dict.fromkeys(known[each] for each in nearest))

    @cached_property
    def _ancestry(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in self.types:
            chain = [name]
            while (refined := self.types[chain[-1]].refines) is not None:
                chain.append(refined)
            found[name] = tuple(chain)
        return found

    @cached_property
    def _descendants(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {name: set() for name in self.types}
        for name, chain in self._ancestry.items():
            for ancestor in chain:
                found[ancestor].add(name)
        return {name: frozenset(below) for name, below in found.items()}

    @cached_property
    def _attributes(self) -> dict[str, dict[str, Attribute]]:
        found: dict[str, dict[str, Attribute]] = {}
        for name, chain in self._ancestry.items():
            joined: dict[str, Attribute] = {}
            for each in reversed(chain):
                for trait in self.types[each].traits:
                    joined.update((attribute.name, attribute) for attribute in self.traits[trait].attributes)
                joined.update((attribute.name, attribute) for attribute in self.types[each].attributes)
            found[name] = joined
        return found

    @cached_property
    def _required(self) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(each.name for each in attributes.values() if each.required)
            for name, attributes in self._attributes.items()
        }

    @cached_property
    def _dependent_rules(self) -> dict[str, DependentRule]:
        return {
            name: next((rule for each in chain if (rule := self.types[each].dependent) is not None), NO_RULE)
            for name, chain in self._ancestry.items()
        }

    @cached_property
    def _specializations(self) -> dict[tuple[str, str], str]:
        """Names before labels, and what is declared first before what comes later."""
        refined = [each for each in self.types.values() if each.refines is not None]
        found = {(self.base(each.name), each.name.casefold()): each.name for each in refined}
        for each in refined:
            for label in each.label.values():
                found.setdefault((self.base(each.name), label.casefold()), each.name)
        return found


#: A wrong value, as far as a sentence bears it.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 60


def _problem(name: str, detail: str, code: str, expected: str | None = None) -> Problem:
    # JSON Pointer (RFC 6901) has two signs of its own.
    return Problem(f"/attributes/{name.replace('~', '~0').replace('/', '~1')}", detail, code, expected)
