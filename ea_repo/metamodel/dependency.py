"""Which end of a relationship depends on the other: what stops when the other one does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

#: The end that depends on the other.
Dependent = Literal["source", "target", "both", "none"]
ENDS: tuple[Dependent, ...] = ("source", "target", "both", "none")


@dataclass(frozen=True, slots=True)
class DependentRule:
    """One end always, or by the value of an attribute: readers depend on data, and data on its writers."""

    default: Dependent
    attribute: str | None = None
    by_value: Mapping[str, Dependent] = field(default_factory=dict, hash=False)

    def of(self, attributes: Mapping[str, Any]) -> Dependent:
        """The end that depends, in a relationship with these attribute values in JSON form."""
        if self.attribute is None:
            return self.default
        value = attributes.get(self.attribute)
        if isinstance(value, bool):
            value = "true" if value else "false"
        return self.by_value.get(value, self.default) if isinstance(value, str) else self.default

    def cases(self) -> Mapping[str, Dependent]:
        """Every case by what is said: "" for the default, "access_type = read" for a value."""
        return {
            "": self.default,
            **{f"{self.attribute} = {value}": end for value, end in self.by_value.items()},
        }


#: For a type that says nothing, and whose ancestors say nothing.
NO_RULE = DependentRule("none")
