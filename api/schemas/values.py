"""Values of a body: what a uid, a day, a line of text or a map of attributes looks like."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
)

MODEL_KEY_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"
#: Space is written out: what \s means differs between languages.
_SPACE = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
UID_PATTERN = rf"^[A-Za-z0-9][A-Za-z0-9._-]{{0,99}}:[^/?#{_SPACE}]{{1,300}}$"
ATTRIBUTE_PATTERN = "^[a-z][a-z0-9_]*$"
TYPE_PATTERN = "^[A-Z][A-Za-z0-9]{0,99}$"
#: No database keeps NUL.
TEXT_PATTERN = r"^[^\x00]*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> str:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("is not a date; write it as 2028-01-31")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError(f"{value} is not a day of the calendar") from None


def whole(value: Any) -> Any:
    """JSON knows one kind of number, so 3.0 is a whole one."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
#: A day as the library takes it.
DayDate = Annotated[
    date,
    BeforeValidator(lambda value: date.fromisoformat(_day(value))),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Text = Annotated[str, StringConstraints(pattern=TEXT_PATTERN)]
Line = Annotated[str, StringConstraints(pattern=rf"^[^{_SPACE}][^\x00-\x1f\x7f-\x9f]*$", max_length=500)]
ModelKey = Annotated[str, StringConstraints(pattern=MODEL_KEY_PATTERN)]
Uid = Annotated[str, StringConstraints(pattern=UID_PATTERN), Field(description="model:identifier")]
TypeName = Annotated[str, StringConstraints(pattern=TYPE_PATTERN), Field(description="A type of the metamodel.")]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Keys:
    """Says in the document what the keys of an object look like: all of them, not only those that match."""

    pattern: str

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        if "patternProperties" in found:
            found["additionalProperties"] = found.pop("patternProperties")[self.pattern]
        return {**found, "propertyNames": {"pattern": self.pattern}}


Keyed = Annotated[dict[Text, Value], _Keys(TEXT_PATTERN)]
Attributes = Annotated[
    dict[str, JsonValue],
    _Keys(ATTRIBUTE_PATTERN),
    Field(
        description='Values of attributes that the type declares, such as {"criticality": "vital"}; '
        "`/metamodel/types/{name}/schema` is their schema.",
    ),
]
Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(whole)]
ChangesetNumber = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(whole)]


class Body(BaseModel):
    """Something sent here: nothing is converted, and nothing unknown is passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


def example(**fields: Any) -> ConfigDict:
    """One whole body, for the document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})
