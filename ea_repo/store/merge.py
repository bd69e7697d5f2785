"""Three-way merge of one record by field. Pure: images in, image out.

`attributes` and `translations` are merged key by key, so that two people changing different attributes both win.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ea_repo.store.fields import PATCHED, Image


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """Both changed `field`, such as name, or attributes.criticality."""

    field: str
    base: Any
    theirs: Any
    mine: Any

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field, "base": self.base, "theirs": self.theirs, "mine": self.mine}


def patched(image: Image, patch: Mapping[str, Any]) -> Image:
    """The image with the fields of the patch; in attributes and translations a None takes the key away."""
    found = {**image, **patch}
    for name in PATCHED:
        if name in patch:
            joined = {**image[name], **patch[name]}
            if None in joined.values():
                joined = {key: value for key, value in joined.items() if value is not None}
            found[name] = joined
    return found


def conflicts(base: Image, theirs: Image, patch: Mapping[str, Any]) -> list[FieldConflict]:
    """The fields of the patch that somebody else changed since `base`. Empty: the patch may be laid over theirs.

    Also where both came to the same value: two programs that each counted up from 3 have both written 4, and one of
    them must be told.
    """
    found = []
    for name, key, mine in _flat(patch):
        was, now = _value(base, name, key), _value(theirs, name, key)
        if now != was:
            found.append(FieldConflict(name if key is None else f"{name}.{key}", was, now, mine))
    return found


def changed_fields(before: Image, after: Image) -> dict[str, Any]:
    """A patch that turns `before` into `after`: only what differs, removed keys as None."""
    patch: dict[str, Any] = {}
    for name, value in after.items():
        was = before.get(name)
        if value == was:
            continue
        if name in PATCHED:
            keys = {**was, **value} if was else value
            patch[name] = {key: value.get(key) for key in keys if (was or {}).get(key) != value.get(key)}
        else:
            patch[name] = value
    return patch


def _flat(patch: Mapping[str, Any]) -> Iterator[tuple[str, str | None, Any]]:
    for name, value in patch.items():
        if name in PATCHED:
            yield from ((name, key, each) for key, each in value.items())
        else:
            yield name, None, value


def _value(image: Image, name: str, key: str | None) -> Any:
    return image[name] if key is None else image[name].get(key)
