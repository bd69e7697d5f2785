"""What a concept of a file means in the metamodel in force: a profile's type, and properties that are its
attributes.

Deterministic, so that the same file means the same every time it is read.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ea_repo.exchange.bundle import BundleConcept
from ea_repo.metamodel import Attribute, Finding, Metamodel
from ea_repo.store.records import Property

#: Attributes that formats say in fields of their own; where such a field is absent the attribute is, too.
NATIVE_ATTRIBUTES = ("access_type", "strength", "directed", "junction_type")


@dataclass(slots=True)
class Meant:
    """A concept as the repository will keep it."""

    type: str
    specialization: str | None
    attributes: Mapping[str, Any]
    properties: list[Property]


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
        profile_type = None
        if concept.specialization is not None:
            profile_type = self.metamodel.specialization(concept.type, concept.specialization)
        type_name = profile_type or concept.type
        declared = self._declared(type_name)
        attributes, properties = dict(concept.attributes), concept.properties
        if declared and properties:
            attributes, properties = self._split(concept, declared)
        if profile_type is not None and (lacking := self._lacking(declared, attributes)):
            self._finding(
                concept, "missing-attribute",
                f"{concept.specialization} needs {lacking}, which the file lacks; kept as {concept.type}",
            )  # fmt: skip
            return Meant(concept.type, concept.specialization, dict(concept.attributes), concept.properties)
        # Its own name needs no saying twice; a label in another language is kept as the file has it.
        specialization = None if concept.specialization == profile_type else concept.specialization
        return Meant(type_name, specialization, attributes, properties)

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
        for each in concept.properties:
            attribute = declared.get(each.key)
            if attribute is None or each.key in concept.attributes or each.lang or not each.value.strip():
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
            attributes[each.key] = [*attributes.get(each.key, ()), *value] if attribute.many else value
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
