"""The history of a record as its page tells it: who wrote which version when and why, and what it changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from ea_repo.publishing.site import Site
from ea_repo.store.records import Changeset, Property, Version

_TOLD = (
    "type", "name", "description", "specialization", "owner", "source", "target", "folder", "viewpoint", "kind",
    "valid_from", "valid_until", "attributes", "properties", "translations", "content",
)  # fmt: skip
_NAMES = {"owner", "source", "target"}
_LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs, as people read it; an empty text where nothing was, or is, said."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    changeset: Changeset
    changes: Sequence[FieldChange]


def rows(site: Site, versions: Sequence[Version]) -> list[Row]:
    """The versions, newest first; the first of them changed nothing, it began."""
    found = []
    for at, each in enumerate(versions):
        changes = list(_changes(site, _said(versions[at - 1].record), _said(each.record))) if at else []
        found.append(Row(each.record.version, each.changeset, changes))
    return found[::-1]


def changes(site: Site, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """How two images of a record differ."""
    return list(_changes(site, before, after))


def _said(record: Any) -> dict[str, Any]:
    return {each.name: getattr(record, each.name) for each in fields(record)}


def _changes(site: Site, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    types = str(before.get("type") or ""), str(after.get("type") or "")
    for name in _TOLD:
        was, became = before.get(name), after.get(name)
        if was == became:
            continue
        if name == "attributes":
            yield from _attribute_changes(site, types, was or {}, became or {})
        elif name == "translations":
            yield from _translation_changes(site, was or {}, became or {})
        elif name == "properties":
            yield FieldChange(site.word("properties"), _properties(was or ()), _properties(became or ()))
        elif name == "content":
            yield FieldChange(site.word("content"), "", site.word("redrawn"))
        else:
            label = site.word("title_field" if name == "name" else name)
            yield FieldChange(label, _text(site, name, was), _text(site, name, became))


def _attribute_changes(
    site: Site, types: tuple[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            label = attribute_label(site, types[1] or types[0], name)
            yield FieldChange(
                label, attribute_text(site, types[0], name, before.get(name)),
                attribute_text(site, types[1], name, after.get(name)),
            )  # fmt: skip


def _translation_changes(site: Site, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    for lang in dict.fromkeys((*before, *after)):
        was, became = before.get(lang) or {}, after.get(lang) or {}
        for name in dict.fromkeys((*was, *became)):
            if was.get(name) != became.get(name):
                label = f"{site.word('title_field') if name == 'name' else site.word('description')} ({lang})"
                yield FieldChange(label, str(was.get(name) or ""), str(became.get(name) or ""))


def attribute_label(site: Site, type_name: str, name: str) -> str:
    declared = site.metamodel.attributes(type_name).get(name) if type_name in site.metamodel.types else None
    return str(declared.label.get(site.language) or name) if declared else name


def attribute_text(site: Site, type_name: str, name: str, value: Any) -> str:
    """A value with its unit, references by name; plainly where the metamodel no longer knows the attribute."""
    if value is None:
        return ""
    declared = site.metamodel.attributes(type_name).get(name) if type_name in site.metamodel.types else None
    if declared is None:
        return str(value)
    if declared.kind.name == "reference":
        return ", ".join(site.link(uid).name for uid in (value if isinstance(value, list) else [value]))
    try:
        return declared.text(value, site.language)
    except (ValueError, TypeError, KeyError, AttributeError):  # written when the attribute was of another kind
        return str(value)


def _properties(values: Sequence[Any]) -> str:
    pairs = ((each.key, each.value) if isinstance(each, Property) else (each["key"], each["value"]) for each in values)
    return _short("\n".join(f"{key}: {value}" for key, value in pairs))


def _text(site: Site, name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _NAMES:
        return site.link(str(value)).name
    if name == "type":
        return site.label(str(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return _short(str(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()}…"


__all__ = ["FieldChange", "Row", "attribute_label", "attribute_text", "changes", "rows"]
