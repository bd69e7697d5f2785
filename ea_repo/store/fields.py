"""The fields of each kind of record: one entry a field drives checking, reading, writing, comparing and merging.

An *image* is what a record says, as a dict of its fields in JSON form: dates as ISO text, other records by uid.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from ea_repo.store.operations import RecordKind
from ea_repo.store.records import Property

Image = dict[str, Any]
#: Writes JSON as both engines keep it. Made once: `json.dumps` makes one a call when it is given options.
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
# What `ENCODER.encode` makes anew for every value, at more than half of its time; None without the C extension.
_PIECES = json.encoder.c_make_encoder and json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None,
    ENCODER.default,
    json.encoder.encode_basestring,
    None,
    ":",
    ",",
    False,
    False,
    False,
)
FieldKind = Literal["text", "name", "date", "integer", "properties", "translations", "attributes", "content", "link"]

MODEL_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
IDENTIFIER = re.compile(r"[^\s/?#\x00-\x1f\x7f]{1,300}")
# Nearly all uids: settled in one step.
_PLAIN_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}:[A-Za-z0-9._-]{1,300}")
MODEL_KEY_HINT = "letters, digits, dots, dashes and underscores, such as kemenkeu"
UID_HINT = "model:identifier, such as kemenkeu:SAKTI"


@dataclass(frozen=True, slots=True)
class Field:
    """`column` is where it is kept; `to` the kind of record that a link names; `default` its value when nothing is said."""

    name: str
    kind: FieldKind
    default: Any = None
    to: RecordKind | None = None
    required: bool = False

    @property
    def column(self) -> str:
        return f"{self.name}_id" if self.kind == "link" else self.name

    @property
    def is_json(self) -> bool:
        return self.kind in ("properties", "translations", "attributes", "content")


_DESCRIBED = (
    Field("name", "name", ""),
    Field("description", "text"),
    Field("properties", "properties", []),
    Field("translations", "translations", {}),
)
_FOLDER = Field("folder", "link", to="folder")

FIELDS: Mapping[RecordKind, tuple[Field, ...]] = {
    "profile": (Field("text", "name", required=True),),
    "model": (*_DESCRIBED, Field("source_identifier", "text")),
    "folder": (
        *_DESCRIBED,
        Field("parent", "link", to="folder"),
        Field("type", "text"),
        Field("position", "integer", 0),
    ),
    "concept": (
        Field("type", "name", required=True),
        *_DESCRIBED,
        Field("specialization", "text"),
        Field("owner", "link", to="concept"),
        Field("source", "link", to="concept"),
        Field("target", "link", to="concept"),
        _FOLDER,
        Field("attributes", "attributes", {}),
        Field("valid_from", "date"),
        Field("valid_until", "date"),
    ),
    "view": (
        *_DESCRIBED,
        _FOLDER,
        Field("viewpoint", "text"),
        Field("kind", "name", "archimate"),
        Field("content", "content", {}),
    ),
}
BY_NAME: Mapping[RecordKind, Mapping[str, Field]] = {
    record: {field.name: field for field in fields} for record, fields in FIELDS.items()
}
LINKS: Mapping[RecordKind, tuple[Field, ...]] = {
    record: tuple(field for field in fields if field.kind == "link") for record, fields in FIELDS.items()
}
#: Fields whose value is text of any sort; what a link names is looked for later.
TEXTS: Mapping[RecordKind, frozenset[str]] = {
    record: frozenset(field.name for field in fields if field.kind in ("text", "name", "link"))
    for record, fields in FIELDS.items()
}
#: Fields that are merged and compared key by key.
PATCHED = ("attributes", "translations")
_BLANK: Mapping[RecordKind, Image] = {
    record: {field.name: field.default for field in fields} for record, fields in FIELDS.items()
}


def blank(record: RecordKind) -> Image:
    """The image of a record of which nothing is said yet. Its values are shared: replace them, do not change them."""
    return _BLANK[record]


def model_of(uid: str) -> str:
    """The key of the model that a uid belongs to."""
    return uid.partition(":")[0]


def check_uid(record: RecordKind, uid: object) -> str | None:
    """What is wrong with a uid, as a sentence; None if nothing."""
    if not isinstance(uid, str):
        return "is not text"
    if record == "concept" and _PLAIN_UID.fullmatch(uid):
        return None
    if record == "profile":
        return None if uid == "custom" else 'the profile\'s uid is "custom"'
    key, colon, identifier = uid.partition(":")
    if not MODEL_KEY.fullmatch(key):
        return f'"{key}" is not a model key; use {MODEL_KEY_HINT}'
    if record == "model":
        return f"a model's uid has no colon; use {MODEL_KEY_HINT}" if colon else None
    if not IDENTIFIER.fullmatch(identifier) or not _storable(identifier):
        return f"is not {UID_HINT} (no spaces, slashes, ? or #, at most 300 characters)"
    return None


def check(field: Field, value: Any) -> Any:
    """The value in its stored form. `ValueError` says in a sentence what would be right.

    Attributes are not checked here: their meaning is the metamodel's.
    """
    if value is None:
        if field.kind in ("text", "date", "link") and not field.required:
            return None
        raise ValueError("may not be empty" if field.required else "may be left out, but not null")
    return _CHECKS[field.kind](value)


def _storable(text: str) -> bool:
    # PostgreSQL keeps no NUL.
    return "\0" not in text and (text.isascii() or _is_whole(text))


def _is_whole(text: str) -> bool:
    """Whether the text has no half of a surrogate pair, which cannot be written in UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("is not text")
    if not _storable(value):
        raise ValueError("holds a character that no database keeps (NUL or half a surrogate pair)")
    return value


def _date(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return _day(value)
    except (TypeError, ValueError):
        raise ValueError("is not a date; write it as 2028-01-31") from None


@lru_cache(maxsize=16_384)
def _day(text: str) -> str:
    """A day in its stored form: in a register the same ones come again and again."""
    return date.fromisoformat(text).isoformat()


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise ValueError("is not a whole number below 2,147,483,648")
    return value


def _properties(value: Any) -> list[dict[str, str]]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError('is not a list of properties such as {"key": "Colour", "value": "red"}')
    return [_property(each) for each in value]


def _property(value: Any) -> dict[str, str]:
    if isinstance(value, Property):
        found = {"key": value.key, "value": value.value, "kind": value.kind, "lang": value.lang}
    elif isinstance(value, Mapping) and {"key", "value"} <= set(value) <= {"key", "value", "kind", "lang"}:
        found = dict(value)
    else:
        raise ValueError('holds something that is not a property such as {"key": "Colour", "value": "red"}')
    return {name: _text(text) for name, text in found.items() if text is not None or name in ("key", "value")}


def _translations(value: Any) -> dict[str, dict[str, str] | None]:
    if not isinstance(value, Mapping):
        raise ValueError('is not translations such as {"id": {"name": "Pajak"}}')
    found: dict[str, dict[str, str] | None] = {}
    for language, fields in value.items():
        if fields is None:  # in a patch: this language goes
            found[_text(language)] = None
        elif isinstance(fields, Mapping):
            found[_text(language)] = {_text(name): _text(text) for name, text in fields.items()}
        else:
            raise ValueError('holds a language that is not such as {"name": "Pajak"}')
    return found


def _are_texts(names: Mapping[Any, Any]) -> bool:
    return set(map(type, names)) <= {str} or all(isinstance(name, str) for name in names)


def _attributes(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not _are_texts(value):
        raise ValueError('is not attributes such as {"criticality": "vital"}')
    return dict(value)


def encoded(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """A checked value as JSON text, as both engines keep it."""
    return "".join(_PIECES(value, 0)) if _PIECES else ENCODER.encode(value)


class Content(dict[str, Any]):
    """A view's content, checked. It is large, so its JSON and what it draws are worked out once. Not to be changed."""

    __slots__ = ("drawn", "text")

    def __init__(self, content: Mapping[str, Any], text: str) -> None:
        super().__init__(content)
        self.text = text
        self.drawn: frozenset[str] | None = None


def _content(value: Any) -> Content:
    if not isinstance(value, Mapping):
        raise ValueError("is not a view's content")
    try:
        text = encoded(value)
    except (TypeError, ValueError, RecursionError):
        text = "\\u0000"
    if "\\u0000" in text or not (text.isascii() or _is_whole(text)):
        raise ValueError("holds something that JSON cannot say, or no database keeps")
    return Content(value, text)


def _link(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is not {UID_HINT}")
    return value


_CHECKS: Mapping[FieldKind, Callable[[Any], Any]] = {
    "text": _text,
    "name": _text,
    "date": _date,
    "integer": _integer,
    "properties": _properties,
    "translations": _translations,
    "attributes": _attributes,
    "content": _content,
    "link": _link,
}
