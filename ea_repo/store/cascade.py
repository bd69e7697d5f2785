"""Deleting with all that hangs on it: relationships of a concept, its boxes in stored views, the content of a model."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from ea_repo.store.integrity import drawn_concepts, users
from ea_repo.store.operations import RecordKind
from ea_repo.store.resolve import Resolver
from ea_repo.store.tables import CURRENT


def cascade(resolver: Resolver, record: RecordKind, uids: Iterable[str]) -> None:
    """Takes the content of deleted models away, then relationships (to any depth) and view boxes of deleted concepts."""
    if record == "model":
        _empty_models(resolver, list(uids))
    pending = [uid for uid, draft in resolver.drafts["concept"].items() if draft.after is None and draft.before]
    while pending:
        pending = _detach(resolver, pending)


def _empty_models(resolver: Resolver, keys: list[str]) -> None:
    for key in keys:
        before = resolver.draft("model", key).before
        if before is None:
            continue
        content: tuple[RecordKind, ...] = ("view", "concept", "folder")
        for record in content:
            table = CURRENT[record]
            found = resolver.connection.execute(select(table.c.uid).where(table.c.model_id == before.id))
            resolver.take_away(record, [uid for (uid,) in found])


def _detach(resolver: Resolver, uids: list[str]) -> list[str]:
    """Deletes relationships at these concepts and their boxes; returns the relationships deleted."""
    ids = {before.id: uid for uid in uids if (before := resolver.draft("concept", uid).before)}
    relationships, views = set(), set()
    for kind, user, name, _ in users(resolver.connection, "concept", list(ids)):
        if name in ("source", "target"):
            relationships.add(user)
        elif kind == "view":
            views.add(user)
    taken = resolver.take_away("concept", sorted(relationships))
    for uid in sorted(views):
        _undraw(resolver, uid, set(ids.values()))
    return taken


def _undraw(resolver: Resolver, uid: str, gone: set[str]) -> None:
    draft = resolver.draft("view", uid)
    if draft.after is None or not drawn_concepts(draft.after["content"]) & gone:
        return
    draft.touched |= {"content"}
    draft.pointer = draft.pointer or "/cascade"
    draft.after = {**draft.after, "content": without_concepts(draft.after["content"], gone)}


def without_concepts(content: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
    """A view's content without the boxes and lines of these concepts. What was nested in a box moves to the box around it."""
    kept: set[str] = set()

    def boxes(nodes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for node in nodes:
            inside = boxes(node.get("nodes", ()))
            if node.get("concept") in gone:
                found.extend(inside)
            else:
                kept.add(node["id"])
                found.append({**node, "nodes": inside} if inside else dict(node))
        return found

    nodes = boxes(content.get("nodes", ()))
    lines = [line for line in content.get("connections", ()) if line.get("relationship") not in gone]
    while True:  # a line may end at a line
        ends = kept | {line["id"] for line in lines}
        left = [line for line in lines if line["source"] in ends and line["target"] in ends]
        if len(left) == len(lines):
            return {**content, "nodes": nodes, "connections": left}
        lines = left
