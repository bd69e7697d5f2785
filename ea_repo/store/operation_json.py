"""Operations as JSON and back: how drafts are stored and how the API takes them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, get_args

from ea_repo.errors import InvalidInput, Problem
from ea_repo.store.operations import Create, Delete, Operation, RecordKind, Restore, Update

_KINDS: Mapping[str, type[Operation]] = {"create": Create, "update": Update, "delete": Delete, "restore": Restore}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


_CHECKS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "uid": (lambda value: isinstance(value, str), "text"),
    "type": (lambda value: isinstance(value, str), "text"),
    "fields": (lambda value: isinstance(value, Mapping), "an object"),
    "record": (lambda value: value in get_args(RecordKind), f"one of {', '.join(get_args(RecordKind))}"),
    "base_version": (lambda value: value is None or _is_number(value), "a version number or null"),
    "as_of": (_is_number, "a changeset number"),
    "cascade": (lambda value: isinstance(value, bool), "true or false"),
}


def to_json(operation: Operation) -> dict[str, Any]:
    """{"op": "create", "uid": ...} with what differs from the defaults."""
    found: dict[str, Any] = {"op": _NAMES[type(operation)]}
    for each in fields(operation):
        value = getattr(operation, each.name)
        if each.default is not MISSING and value == each.default:
            continue
        found[each.name] = _plain(value)
    return found


def from_json(items: Sequence[Any]) -> list[Operation]:
    """The operations; `InvalidInput` tells every place that is wrong, by JSON pointer."""
    problems: list[Problem] = []
    found = [_operation(item, f"/operations/{position}", problems) for position, item in enumerate(items)]
    if problems:
        raise InvalidInput(problems[0].detail, errors=problems)
    return [operation for operation in found if operation is not None]


def _operation(item: Any, pointer: str, problems: list[Problem]) -> Operation | None:
    name = item.get("op") if isinstance(item, Mapping) else None
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        problems.append(Problem(f"{pointer}/op", f'"op" must be one of {", ".join(_KINDS)}', "invalid"))
        return None
    known = {each.name: each for each in fields(kind)}
    before = len(problems)
    for key, value in item.items():
        if key == "op":
            continue
        if key not in known:
            detail = f'an operation "{name}" has no "{key}"; it has {", ".join(known)}'
            problems.append(Problem(f"{pointer}/{key}", detail))
        elif not _CHECKS[key][0](value):
            problems.append(Problem(f"{pointer}/{key}", f'"{key}" must be {_CHECKS[key][1]}'))
    for key, each in known.items():
        if key not in item and each.default is MISSING and each.default_factory is MISSING:
            problems.append(Problem(f"{pointer}/{key}", f'an operation "{name}" needs "{key}"'))
    if len(problems) > before:
        return None
    return kind(**{key: value for key, value in item.items() if key != "op"})


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {
            name: _plain(getattr(value, name))
            for name in value.__dataclass_fields__
            if getattr(value, name) is not None
        }
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
