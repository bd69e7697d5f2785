"""The grammar of a profile: which tables and keys there are, and what their values must look like.

`checked` leaves out what is wrong, having told it, so that one reading finds every fault of a text.
"""

import difflib
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ea_repo.metamodel.faults import Faults
from ea_repo.metamodel.names import PATTERNS, NameOf
from ea_repo.metamodel.places import Path
from ea_repo.metamodel.types import Text

#: The keys of each table, and the shape of their values.
_KEYS: Mapping[str, Mapping[str, str]] = {
    "": {"profile": "table", "layer": "tables", "aspect": "tables", "trait": "tables", "type": "tables",
         "extend": "tables"},
    "profile": {"name": "name", "version": "text", "label": "labels", "help": "labels"},
    "layer": {"name": "name", "label": "labels"},
    "aspect": {"name": "name", "label": "labels"},
    "trait": {"name": "name", "label": "labels", "help": "labels", "attribute": "tables"},
    "type": {"name": "name", "kind": "text", "refines": "text", "layer": "text", "aspect": "text",
             "category": "text", "dependent": "rule", "label": "labels", "plural": "labels", "help": "labels",
             "traits": "texts", "attribute": "tables"},
    "extend": {"type": "text", "traits": "texts", "attribute": "tables"},
    "attribute": {"name": "name", "kind": "text", "label": "labels", "help": "labels", "unit": "text",
                  "values": "tables", "target": "text", "many": "boolean", "required": "boolean",
                  "minimum": "number", "maximum": "number"},
    "values": {"name": "name", "label": "labels", "help": "labels"},
}  # fmt: skip
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "": ("profile",), "profile": ("name",), "layer": ("name", "label"), "aspect": ("name", "label"),
    "trait": ("name", "label"), "type": ("name", "label"), "extend": ("type",),
    "attribute": ("name", "kind", "label"), "values": ("name", "label"),
}  # fmt: skip
_EXAMPLES: Mapping[str, str] = {
    "profile": '[profile] with name = "..."',
    "label": 'label = {en = "..."}',
    "kind": 'kind = "text" or another kind',
    "type": 'type = "BusinessFunction" or another type',
    "attribute": "tables in double brackets, such as [[type.attribute]]",
    "values": 'a list, such as [{name = "high", label = {en = "High"}}]',
}
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_WRONG = object()


@dataclass(frozen=True, slots=True)
class Said:
    """One table of a profile, without what is wrong in it, and where it stands."""

    path: Path
    values: Mapping[str, Any]

    def get(self, key: str, default: Any = None) -> Any:
        return self.values.get(key, default)

    def at(self, key: str) -> Path:
        return (*self.path, key)

    def tables(self, key: str) -> tuple["Said", ...]:
        found: tuple[Said, ...] = self.values.get(key, ())
        return found

    def text(self, key: str) -> Text:
        return Text(self.values.get(key))


def checked(faults: Faults, table: Mapping[str, Any], kind: str = "", path: Path = ()) -> Said:
    """The table with its known keys of the right shape; whatever else it says is a fault."""
    known = _KEYS[kind]
    values: dict[str, Any] = {}
    for key, value in table.items():
        meant = key if key in known else _meant(faults, kind, key, path)
        if meant is None or (meant != key and meant in table):
            continue
        found = _SHAPES[known[meant]](faults, kind, meant, value, (*path, key))
        if found is not _WRONG:
            values[meant] = found
    for key in _NEEDED.get(kind, ()):
        if key not in table and key not in values:
            faults.add(path, f'"{key}" is missing here', _EXAMPLES.get(key, f'{key} = "..."'), "missing-key")
    return Said(path, values)


def _meant(faults: Faults, kind: str, key: str, path: Path) -> str | None:
    """The key that an unknown one looks like. Read as if it stood there, one slip does not look like two."""
    known = _KEYS[kind]
    nearest = difflib.get_close_matches(key, known, n=1)
    said = f'{_called(kind)} has no "{key}"'
    faults.add((*path, key), said, nearest[0] if nearest else ", ".join(known), "unknown-key")
    return nearest[0] if nearest else None


def _called(kind: str) -> str:
    return {"": "a profile", "profile": "[profile]", "values": "a value"}.get(kind, f"[[{kind}]]")


def _table(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    if isinstance(value, dict):
        return checked(faults, value, key, path)
    return _refused(faults, key, value, path, f'a table, such as [{key}] with name = "..."')


def _tables(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    hint = _EXAMPLES.get(key, f"tables in double brackets, such as [[{key}]]")
    if not isinstance(value, list):
        return _refused(faults, key, value, path, hint)
    found = []
    for number, each in enumerate(value):
        if isinstance(each, dict):
            found.append(checked(faults, each, key, (*path, number)))
        else:
            _refused(faults, key, each, (*path, number), hint)
    return tuple(found)


def _name(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    pattern, hint = PATTERNS[cast("NameOf", kind)]
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    faults.add(path, f"{_shown(value)} cannot be the name of {_called(kind)}", hint, "bad-name")
    return _WRONG


def _text(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    if isinstance(value, str) and _is_text(value):
        return value
    return _refused(faults, key, value, path, 'text in quotes, such as "Agency"')


def _texts(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return _refused(faults, key, value, path, 'a list of names, such as ["life-cycle"]')


def _labels(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    if not isinstance(value, dict):
        return _refused(faults, key, value, path, f'texts by language, such as {key} = {{en = "Agency"}}')
    for language, text in value.items():
        if not _LANGUAGE.fullmatch(language):
            faults.add((*path, language), f'"{language}" is not the code of a language', "en, id, ko or the like")
        if not isinstance(text, str) or not _is_text(text):
            faults.add((*path, language), f'"{key}" in "{language}" is {_shown(text)}', "text in quotes")
    if "en" not in value:
        faults.add(path, f'"{key}" says nothing in English', f'{key} = {{en = "..."}}', "missing-label")
    return {language: text for language, text in value.items() if isinstance(text, str)}


def _boolean(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    return value if isinstance(value, bool) else _refused(faults, key, value, path, "true or false")


def _number(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    return _refused(faults, key, value, path, "a number, such as 100")


def _rule(faults: Faults, kind: str, key: str, value: Any, path: Path) -> Any:
    ends = list(value.values()) if isinstance(value, dict) else [value]
    if all(isinstance(each, str) for each in ends):
        return value
    hint = 'source, target, both, none, or {attribute = "access_type", default = "none", read = "source"}'
    return _refused(faults, key, value, path, hint)


_SHAPES: Mapping[str, Callable[[Faults, str, str, Any, Path], Any]] = {
    "table": _table,
    "tables": _tables,
    "name": _name,
    "text": _text,
    "texts": _texts,
    "labels": _labels,
    "boolean": _boolean,
    "number": _number,
    "rule": _rule,
}


def _refused(faults: Faults, key: str, value: Any, path: Path, expected: str) -> Any:
    faults.add(path, f'"{key}" is {_shown(value)}', expected, "wrong-shape")
    return _WRONG


def _is_text(value: str) -> bool:
    return bool(value.strip()) and _CONTROL.search(value) is None


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
