"""What of a view a format cannot say, as a patch that its reader lays over what it read.

The patch holds for each field what a reader finds in the file and what was meant. It is applied only where the file still
says the same, so that whatever another tool changed stands.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ea_repo.exchange.bundle import BundleView
from ea_repo.store.view_content import ViewContent, nodes_in

#: Not a value: the field is not there.
_ABSENT = None
_WHOLE = ""


def details_text(read: BundleView, meant: BundleView) -> str:
    """The patch as JSON, empty where the file says all."""
    found: dict[str, dict[str, list[Any]]] = {}
    was, becomes = _flat(read), _flat(meant)
    for name in becomes:
        fields = {
            field: [was.get(name, {}).get(field, _ABSENT), becomes[name].get(field, _ABSENT)]
            for field in sorted({*was.get(name, {}), *becomes[name]})
            if was.get(name, {}).get(field, _ABSENT) != becomes[name].get(field, _ABSENT)
        }
        if fields:
            found[name] = fields
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else ""


def apply_details(view: BundleView, text: str) -> None:
    """Lays a patch over a view, in place. A text that is no patch changes nothing."""
    try:
        patch = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(patch, dict):
        return
    content = view.content.to_json()
    parts: dict[str, dict[str, Any]] = {node["id"]: node for node in nodes_in(content)}
    parts |= {line["id"]: line for line in content["connections"]}
    for part in parts.values():  # those that look alike share what says so
        if "style" in part:
            part["style"] = {**part["style"], "extra": dict(part["style"].get("extra", {}))}
    for name, fields in patch.items():
        target = parts.get(name) if name != _WHOLE else None
        for field, pair in fields.items() if isinstance(fields, dict) else ():
            if not isinstance(pair, list) or len(pair) != 2:
                continue
            if name == _WHOLE:
                _apply_whole(view, content, field, *pair)
            elif target is not None:
                _apply(target, field, *pair)
    try:
        view.content = ViewContent.from_json(content)
    except (TypeError, AttributeError, KeyError, IndexError):
        return  # not a patch of ours


def _apply_whole(view: BundleView, content: dict[str, Any], field: str, read: Any, meant: Any) -> None:
    if field == "kind" and view.kind == read and isinstance(meant, str):
        view.kind = meant
    elif field.startswith("extra."):
        _apply(content, field, read, meant)


def _apply(target: dict[str, Any], field: str, read: Any, meant: Any) -> None:
    *path, last = _path(field)
    for step in path:
        target = target.setdefault(step, {})
        if not isinstance(target, dict):
            return
    if target.get(last, _ABSENT) != read:
        return
    if meant is _ABSENT:
        target.pop(last, None)
    else:
        target[last] = meant


def _path(field: str) -> list[str]:
    """`style.extra.font.style` -> style, extra, `font.style`: keys of extra may have dots."""
    if field.startswith("style.extra."):
        return ["style", "extra", field.removeprefix("style.extra.")]
    if field.startswith("extra."):
        return ["extra", field.removeprefix("extra.")]
    return field.split(".", 1)


def _flat(view: BundleView) -> dict[str, dict[str, Any]]:
    """Each part of a view by its id, and the view itself, with their fields in one level."""
    content = view.content.to_json()
    whole = {"kind": view.kind, **{f"extra.{key}": value for key, value in content.get("extra", {}).items()}}
    found = {_WHOLE: whole}
    for part in (*nodes_in(content), *content["connections"]):
        found[part["id"]] = dict(_fields(part))
    return found


def _fields(part: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if name == "style":
            for key, said in value.items():
                if key == "extra":
                    yield from ((f"style.extra.{each}", text) for each, text in said.items())
                else:
                    yield f"style.{key}", said
        elif name not in ("id", "nodes"):
            yield name, value


def shift_back(content: ViewContent, shift: tuple[int, int]) -> None:
    """Moves everything back to where it was, in place."""
    right, down = shift
    if not right and not down:
        return
    for node, _ in content.walk():
        node.x, node.y = node.x - right, node.y - down
    for line in content.connections:
        line.bend_points = [(x - right, y - down) for x, y in line.bend_points]
