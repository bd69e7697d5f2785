"""Types, attributes and traits, and the metamodel that holds them. Frozen values: a change of profile makes a new one."""

import difflib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ea_repo.errors import InvalidInput, NotFound, Problem
from ea_repo.metamodel.kinds import Kind, SqlType

TypeKind = Literal["element", "relationship"]
Dependent = Literal["source", "target", "both", "none"]
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


@dataclass(frozen=True, slots=True)
class Choice:
    """An allowed value."""

    name: str
    label: Text
    help: Text = field(default_factory=Text)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What a type says of its concepts: one declaration drives checking, columns, schema, forms and reference."""

    name: str
    kind: Kind
    label: Text
    help: Text = field(default_factory=Text)
    unit: str | None = None
    values: tuple[Choice, ...] = ()
    target: str | None = None
    many: bool = False
    required: bool = False
    indexed: bool = False
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
        """The value as people read it."""
        if self.many:
            return ", ".join(self.kind.text(each, self, language) for each in value)
        return self.kind.text(value, self, language)

    def json_schema(self) -> dict[str, Any]:
        """JSON Schema 2020-12 of the JSON form, with the unit as `x-unit`."""
        schema = self.kind.json_schema(self)
        if self.many:
            schema = {"type": "array", "items": schema}
        described = {"title": self.label.get("en"), "description": self.help.get("en"), "x-unit": self.unit}
        return {**schema, **{name: text for name, text in described.items() if text}}


@dataclass(frozen=True, slots=True)
class Trait:
    """Attributes that several types share. Code asks for traits, never for type names."""

    name: str
    label: Text
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class DependentRule:
    """Which end of a relationship depends on the other; by the value of an attribute, where one is named."""

    default: Dependent
    attribute: str | None = None
    by_value: Mapping[str, Dependent] = field(default_factory=dict)

    def of(self, attributes: Mapping[str, Any]) -> Dependent:
        if self.attribute is None:
            return self.default
        value = attributes.get(self.attribute)
        if isinstance(value, bool):
            value = "true" if value else "false"
        return self.by_value.get(value, self.default) if isinstance(value, str) else self.default


@dataclass(frozen=True, slots=True)
class Type:
    """An element or relationship type. `attributes` and `traits` are its own; inherited ones are the metamodel's to join."""

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


@dataclass(frozen=True)
class Metamodel:
    """What may be said: the types in force, and the standard's rules between them.

    `types`, `traits`, `layers` and `aspects` are by name, in order of declaration. `permissions` holds, for a pair of
    ArchiMate concepts, the relationships the standard permits (see `rules.py`).
    """

    types: Mapping[str, Type]
    traits: Mapping[str, Trait]
    layers: Mapping[str, Text]
    aspects: Mapping[str, Text]
    permissions: Mapping[tuple[str, str], frozenset[str]]
    profile_text: str | None = None
    sources: tuple[str, ...] = ()  # the texts it was made of

    #: An actor may own; agencies refine it. Wholes of agencies are joined to their parts by these.
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
        """All attributes of a type: those of what it refines first, then of its traits, then its own."""
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
        """Whether the standard lets this relationship join these. An end that is a relationship has a row of its own."""
        found = self.permissions.get((self.rule_name(source_type), self.rule_name(target_type)), frozenset())
        return self.base(relationship_type) in found

    def rule_name(self, name: str) -> str:
        """The name under which the standard's table knows a type."""
        return "Relationship" if self.is_relationship(name) else self.base(name)

    def specialization(self, base: str, name: str) -> str | None:
        """The profile type of an ArchiMate type that a file's specialization means, by name or by any label."""
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
        problems = []
        for name, value in attributes.items():
            if value is None:
                continue
            try:
                found[name] = declared[name].parse(value)
            except KeyError:
                problems.append(self._unknown_attribute(type_name, name))
            except ValueError as error:
                problems.append(Problem(f"/attributes/{name}", f"{name}: {_shown(value)} {error}"))
        for name in required:
            if found.get(name) in (None, [], ""):
                problems.append(Problem(f"/attributes/{name}", f"{name} is required", "required"))
        if problems:
            raise InvalidInput(problems[0].detail, errors=problems)
        return found

    def _unknown_attribute(self, type_name: str, name: str) -> Problem:
        declared = self._attributes[type_name]
        nearest = difflib.get_close_matches(name, declared, n=3)
        expected = ", ".join(nearest or declared) or "a property: this type declares no attributes"
        return Problem(f"/attributes/{name}", f'a {type_name} has no attribute "{name}"', "unknown-attribute", expected)

    def _nearest(self, name: str) -> list[str]:
        folded = {each.casefold(): each for each in self.types}
        labels = {label.casefold(): each.name for each in self.types.values() for label in each.label.values()}
        known = {**labels, **folded}
        return list(dict.fromkeys(known[each] for each in difflib.get_close_matches(name.casefold(), known, n=3)))

    @cached_property
    def _ancestry(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name in self.types:
            chain, at = [], name
            while at is not None:
                chain.append(at)
                at = self.types[at].refines  # type: ignore[assignment]
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
        none = DependentRule("none")
        return {
            name: next((rule for each in chain if (rule := self.types[each].dependent) is not None), none)
            for name, chain in self._ancestry.items()
        }

    @cached_property
    def _specializations(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for each in self.types.values():
            if each.refines is not None:
                for text in (*reversed([*each.label.values()]), each.name):
                    found[self.base(each.name), text.casefold()] = each.name
        return found


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
