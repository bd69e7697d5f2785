"""What a concept of a file means in the metamodel in force: a profile's type, and properties that are its
attributes.

Deterministic, so that the same file means the same every time it is read.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ea_repo.exchange.bundle import BundleConcept
from ea_repo.exchange.markers import ATTRIBUTE, OWNER, PREFIX, TYPE, VALID_FROM, VALID_UNTIL
from ea_repo.metamodel import Attribute, Finding, Metamodel
from ea_repo.store.records import Property

#: Attributes that formats say in fields of their own; where such a field is absent the attribute is, too.
NATIVE_ATTRIBUTES = ("access_type", "strength", "directed", "junction_type")
_MARKED_FIELDS = {OWNER: "owner", VALID_FROM: "valid_from", VALID_UNTIL: "valid_until", TYPE: TYPE}


@dataclass(slots=True)
class Meant:
    """A concept as the repository will keep it."""

    type: str
    specialization: str | None
    attributes: Mapping[str, Any]
    properties: list[Property]
    owner: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None


@dataclass(slots=True)
class Meanings:
    """Reads concepts by one metamodel. `target_of` gives the uid and type of what a reference names, if it
    exists.
    """

    metamodel: Metamodel
    target_of: Callable[[str], tuple[str, str] | None]
    findings: list[Finding] = field(default_factory=list)
    _attributes: dict[str, Mapping[str, Attribute]] = field(default_factory=dict)

    def of(self, concept: BundleConcept) -> Meant:
        """The type, attributes and remaining properties of a concept. A finding says what could not be taken
        over.
        """
        if (concept.specialization is None and not concept.properties) or concept.type not in self.metamodel.types:
            return Meant(concept.type, None, concept.attributes, concept.properties)
        marked: dict[str, str] = {}
        if any(each.key.startswith(PREFIX) for each in concept.properties):
            concept, marked = self._unmarked(concept)
        type_name = _refined(self.metamodel, concept, marked.pop(TYPE, None))
        declared = self._declared(type_name)
        attributes, properties = dict(concept.attributes), concept.properties
        if declared and properties:
            attributes, properties = self._split(concept, declared)
        if type_name != concept.type and (lacking := self._lacking(declared, attributes)):
            self._finding(
                concept, "missing-attribute",
                f"{concept.specialization or type_name} needs {lacking}, which the file lacks; kept as {concept.type}",
            )  # fmt: skip
            return Meant(concept.type, concept.specialization, dict(concept.attributes), concept.properties, **marked)
        # Its own name needs no saying twice; a label in another language is kept as the file has it.
        specialization = None if concept.specialization == type_name else concept.specialization
        return Meant(type_name, specialization, attributes, properties, **marked)

    def _unmarked(self, concept: BundleConcept) -> tuple[BundleConcept, dict[str, str]]:
        """The concept without the marks among its properties that can be understood, and what those say."""
        marked: dict[str, str] = {}
        rest = []
        for each in concept.properties:
            field = _MARKED_FIELDS.get(each.key)
            try:
                if field is None or field in marked:
                    rest.append(each)
                elif field == "owner":
                    marked[field] = self._owner(each.value)
                elif field == TYPE:
                    marked[field] = each.value
                else:
                    marked[field] = date.fromisoformat(each.value).isoformat()
            except ValueError as error:
                self._finding(concept, "unfit-value", f'the property {each.key}="{each.value[:80]}" {error}')
                rest.append(each)
        return replace(concept, properties=rest), marked

    def _owner(self, text: str) -> str:
        target = self.target_of(text)
        if target is None:
            raise ValueError("names nothing that is there; it stays a property")
        uid, type_name = target
        if type_name not in self.metamodel.owners:
            raise ValueError(f"names a {type_name}, which owns nothing; it stays a property")
        return uid

    def _declared(self, type_name: str) -> Mapping[str, Attribute]:
        found = self._attributes.get(type_name)
        if found is None:
            found = self._attributes[type_name] = self.metamodel.attributes(type_name)
        return found

    def _split(
        self, concept: BundleConcept, declared: Mapping[str, Attribute]
    ) -> tuple[dict[str, Any], list[Property]]:
        """The properties that are attributes, and the rest in its order."""
        times = Counter(each.key for each in concept.properties)
        attributes, rest = dict(concept.attributes), []
        marked = {each.key.removeprefix(ATTRIBUTE) for each in concept.properties if each.key.startswith(ATTRIBUTE)}
        for each in concept.properties:
            name = each.key.removeprefix(ATTRIBUTE)
            attribute = declared.get(name)
            is_other = name == each.key and (name in marked or not each.value.strip())
            if attribute is None or name in concept.attributes or each.lang or is_other:
                rest.append(each)
                continue
            if times[each.key] > 1 and not attribute.many:
                rest.append(each)
                continue
            try:
                value = self._value(attribute, each.value)
            except ValueError as error:
                self._finding(concept, "unfit-value", f'the property {each.key}="{each.value[:80]}" {error}')
                rest.append(each)
                continue
            attributes[name] = [*attributes.get(name, ()), *value] if attribute.many else value
        return attributes, rest

    def _value(self, attribute: Attribute, text: str) -> Any:
        if attribute.kind.name != "reference":
            return attribute.parse([text] if attribute.many else text)
        target = self.target_of(text)
        if target is None:
            raise ValueError("names nothing that is there; it stays a property")
        uid, type_name = target
        if attribute.target and type_name not in self.metamodel.descendants(attribute.target):
            raise ValueError(f"names a {type_name}, not a {attribute.target}; it stays a property")
        return [uid] if attribute.many else uid

    @staticmethod
    def _lacking(declared: Mapping[str, Attribute], attributes: Mapping[str, Any]) -> str:
        return ", ".join(name for name, each in declared.items() if each.required and name not in attributes)

    def _finding(self, concept: BundleConcept, code: str, message: str) -> None:
        self.findings.append(Finding(code, "note", message, concept.identifier, concept.file, concept.line))


def refined_type(metamodel: Metamodel, concept: BundleConcept) -> str:
    """The type that a concept of a file will have if nothing is lacking."""
    return _refined(metamodel, concept, next((each.value for each in concept.properties if each.key == TYPE), None))


def _refined(metamodel: Metamodel, concept: BundleConcept, named: str | None) -> str:
    """The type that a mark or the specialization names, where it refines the one that the file says."""
    if named is not None and named in metamodel.types and metamodel.base(named) == concept.type:
        return named
    if concept.specialization is None:
        return concept.type
    return metamodel.specialization(concept.type, concept.specialization) or concept.type
