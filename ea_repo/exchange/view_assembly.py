"""Settles one stored view: boxes whose element is missing, lines without ends, repeated identifiers,
images.
"""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ea_repo.exchange.bundle import BundleConcept, BundleView
from ea_repo.exchange.grounding import FreshNames, grounded
from ea_repo.metamodel.finding import Finding, Severity
from ea_repo.store.view_content import Connection, Node

#: Larger images are named but not kept with the view.
MAX_IMAGE_BYTES = 1024 * 1024
_MEDIA = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".gif": "gif", ".bmp": "bmp", ".svg": "svg+xml"}


@dataclass(slots=True)
class Drawing:
    """A view as read: its boxes in order of the file, its lines not yet in the content, each with its line
    number.
    """

    view: BundleView
    nodes: list[tuple[Node, int | None]] = field(default_factory=list)
    connections: list[tuple[Connection, int | None]] = field(default_factory=list)
    file: str | None = None


def settle_view(
    drawing: Drawing,
    concepts: Mapping[str, BundleConcept],
    views: Mapping[str, BundleView],
    images: Mapping[str, bytes],
) -> list[Finding]:
    """Makes every name in the view resolve and puts the lines into its content; returns what had to be
    changed.
    """
    return [
        *_separate(drawing),
        *_settle_nodes(drawing, concepts, views),
        *_settle_connections(drawing, concepts),
        *_embed_images(drawing, images),
    ]


def _finding(drawing: Drawing, code: str, severity: Severity, message: str, line: int | None) -> Finding:
    view = drawing.view
    return Finding(code, severity, f'view "{view.name}": {message}', view.identifier, drawing.file, line or view.line)


def _separate(drawing: Drawing) -> Iterator[Finding]:
    seen: set[str] = set()
    fresh = FreshNames()
    parts: list[tuple[Node | Connection, int | None]] = [*drawing.nodes, *drawing.connections]
    for item, line in parts:
        if not item.id or item.id in seen:
            what = "box" if isinstance(item, Node) else "line"
            new = fresh.name(item.id or "without-id", seen)
            yield (
                _finding(
                    drawing, "duplicate-identifier", "warning",
                    f'the identifier "{item.id}" is used already; this {what} is kept as "{new}"', line,
                )
                if item.id
                else _finding(
                    drawing, "missing-identifier", "note", f"a {what} has no identifier; one is made up", line
                )
            )  # fmt: skip
            item.id = new
        seen.add(item.id)


def _settle_nodes(
    drawing: Drawing, concepts: Mapping[str, BundleConcept], views: Mapping[str, BundleView]
) -> Iterator[Finding]:
    for node, line in drawing.nodes:
        if node.kind == "element" and node.concept not in concepts:
            yield _missing(drawing, node, "element", node.concept, line)
        elif node.kind == "view" and node.view not in views:
            yield _missing(drawing, node, "view", node.view, line)
        elif node.kind == "view" and node.text == views[node.view or ""].name:
            node.text = None  # some writers repeat the name of the view, which would grow stale
        if (node.width <= 0 and node.width != -1) or (node.height <= 0 and node.height != -1):
            size = f"{node.width:g} by {node.height:g}"
            yield _finding(drawing, "odd-size", "note", f'the box "{node.id}" measures {size}', line)


def _missing(drawing: Drawing, node: Node, what: str, named: str | None, line: int | None) -> Finding:
    """Turns the box into a note that says what is missing, so that the drawing keeps its shape."""
    said = f'{what} "{named}"' if named else what
    node.kind, node.concept, node.view = "note", None, None
    node.text = node.text or f"({said} is missing)"
    why = f"shows the {said}, which is not in the file" if named else f"says no {what}"
    return _finding(drawing, f"missing-{what}", "warning", f'the box "{node.id}" {why}; it is kept as a note', line)


def _settle_connections(drawing: Drawing, concepts: Mapping[str, BundleConcept]) -> Iterator[Finding]:
    shown = {node.id: node.concept for node, _ in drawing.nodes}
    ends = [(connection.id, connection.source, connection.target) for connection, _ in drawing.connections]
    kept = grounded(shown, ends)
    shown.update((connection.id, connection.relationship) for connection, _ in drawing.connections)
    for connection, line in drawing.connections:
        if connection.id not in kept:
            yield _finding(
                drawing, "dangling-connection", "error",
                f'the line "{connection.id}" from "{connection.source}" to "{connection.target}" is left out '
                "because an end is not in the view", line,
            )  # fmt: skip
            continue
        drawing.view.content.connections.append(connection)
        if connection.relationship is None:
            continue
        relationship = concepts.get(connection.relationship)
        if relationship is None or relationship.source is None:
            yield _finding(
                drawing, "missing-relationship", "warning",
                f'the line "{connection.id}" shows "{connection.relationship}", a relationship that is missing; '
                "it is kept as a plain line", line,
            )  # fmt: skip
            connection.relationship = None
            continue
        source, target = shown[connection.source], shown[connection.target]
        if source != relationship.source or target != relationship.target:
            turned = (target, source) == (relationship.source, relationship.target)
            how = "the other way round" if turned else "between other boxes than it joins"
            yield _finding(
                drawing, "line-elsewhere", "note",
                f'the line "{connection.id}" draws the relationship "{relationship.identifier}" {how}', line,
            )  # fmt: skip


def _embed_images(drawing: Drawing, images: Mapping[str, bytes]) -> Iterator[Finding]:
    kept: dict[str, str] = {}
    for node, line in drawing.nodes:
        path = node.image
        if path is None or path in kept:
            continue
        data = images.get(path)
        if data is None:
            yield _finding(drawing, "missing-image", "warning", f'the image "{path}" is not in the file', line)
        elif len(data) > MAX_IMAGE_BYTES:
            size, most = len(data) // 1024, MAX_IMAGE_BYTES // 1024
            message = f'the image "{path}" has {size} kB and is not kept; the most is {most} kB'
            yield _finding(drawing, "large-image", "warning", message, line)
        else:
            media = _MEDIA.get(PurePosixPath(path).suffix.lower(), "png")
            kept[path] = f"data:image/{media};base64,{base64.b64encode(data).decode('ascii')}"
    if kept:
        drawing.view.content.extra["images"] = kept
