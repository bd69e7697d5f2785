"""What a stored view shows: a tree of nodes and connections between them, as every ArchiMate tool keeps it.

Coordinates are absolute, in pixels from the view's top left, as in the Model Exchange Format; readers of formats with
relative coordinates convert. Concepts are named by uid. Nothing here draws.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Literal

NodeKind = Literal["element", "group", "note", "view", "image", "label", "sticky", "actor", "container"]


#: Gives the name under which something is known elsewhere.
Naming = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Style:
    """Colours are `#rrggbb`; alphas 0-255; None means the notation's default. `extra` keeps what only the tool of origin reads.

    Boxes and lines that look alike may share one.
    """

    fill: str | None = None
    fill_alpha: int | None = None
    line: str | None = None
    line_alpha: int | None = None
    line_width: int | None = None
    font_name: str | None = None
    font_size: float | None = None
    font_bold: bool = False
    font_italic: bool = False
    font_color: str | None = None
    text_alignment: Literal["left", "center", "right"] | None = None
    text_position: Literal["top", "middle", "bottom"] | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


#: Of what says nothing of its looks, as most do.
PLAIN = Style()


@dataclass(slots=True)
class Node:
    """A box. `concept` for kind element, `view` (uid) for a reference to a view; `text` for notes, groups and labels.

    `figure` is the alternative shape an Archi model chose (its `type` attribute), `image` a path in the model's archive.
    """

    id: str
    kind: NodeKind
    x: float
    y: float
    width: float  # -1: the tool's default size
    height: float
    concept: str | None = None
    view: str | None = None
    text: str | None = None
    label_expression: str | None = None
    figure: int = 0
    image: str | None = None
    description: str | None = None
    style: Style = PLAIN
    nodes: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Connection:
    """A line between two nodes or connections (`source`, `target` are their ids). `relationship` is None for a plain line."""

    id: str
    source: str
    target: str
    relationship: str | None = None
    text: str | None = None
    bend_points: list[tuple[float, float]] = field(default_factory=list)
    description: str | None = None
    style: Style = PLAIN


@dataclass(slots=True)
class ViewContent:
    nodes: list[Node] = field(default_factory=list)
    connections: list[Connection] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)  # router type, background: what only the tool of origin reads

    def walk(self) -> Iterator[tuple[Node, Node | None]]:
        """Every node with the node it is nested in, parents first."""
        pending: list[tuple[Node, Node | None]] = [(node, None) for node in reversed(self.nodes)]
        while pending:
            node, parent = pending.pop()
            yield node, parent
            pending.extend((child, node) for child in reversed(node.nodes))

    def concepts(self) -> set[str]:
        """The uids of all concepts drawn."""
        drawn = {node.concept for node, _ in self.walk()} | {line.relationship for line in self.connections}
        return {uid for uid in drawn if uid is not None}

    def to_json(self, concept: Naming | None = None, view: Naming | None = None) -> dict[str, Any]:
        """Defaults are left out, so that equal content gives equal JSON and stored views stay small.

        What is shown is called what `concept` and `view` call it; as it is called here where they are not given.
        """
        concept, view = concept or _as_it_is, view or _as_it_is
        styles: dict[int, dict[str, Any]] = {id(PLAIN): {}}
        found: dict[str, Any] = {
            "nodes": [_node_json(node, concept, view, styles) for node in self.nodes],
            "connections": [_connection_json(line, concept, styles) for line in self.connections],
        }
        return {**found, "extra": self.extra} if self.extra else found

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "ViewContent":
        return cls(
            nodes=[_node(each) for each in found.get("nodes", ())],
            connections=[_connection(each) for each in found.get("connections", ())],
            extra=dict(found.get("extra", {})),
        )


_STYLE_NAMES = tuple(Style.__slots__)
_style_values = attrgetter(*_STYLE_NAMES)
_PLAIN_STYLE: tuple[Any, ...] = _style_values(PLAIN)


def _as_it_is(name: str) -> str:
    return name


def _style_json(style: Style, known: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """What a style says. `known` are those told before, by `id`, as many boxes share one."""
    found = known.get(id(style))
    if found is None:
        values = zip(_STYLE_NAMES, _style_values(style), _PLAIN_STYLE, strict=True)
        found = known[id(style)] = {name: value for name, value, default in values if value != default}
    return found


def _node_json(node: Node, concept: Naming, view: Naming, styles: dict[int, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": node.id, "kind": node.kind, "x": node.x, "y": node.y, "width": node.width, "height": node.height
    }  # fmt: skip
    if node.concept is not None:
        found["concept"] = concept(node.concept)
    if node.view is not None:
        found["view"] = view(node.view)
    if node.text is not None:
        found["text"] = node.text
    if node.label_expression is not None:
        found["label_expression"] = node.label_expression
    if node.figure:
        found["figure"] = node.figure
    if node.image is not None:
        found["image"] = node.image
    if node.description is not None:
        found["description"] = node.description
    if style := _style_json(node.style, styles):
        found["style"] = style
    if node.nodes:
        found["nodes"] = [_node_json(child, concept, view, styles) for child in node.nodes]
    return found


def _connection_json(line: Connection, relationship: Naming, styles: dict[int, dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": line.id, "source": line.source, "target": line.target}
    if line.relationship is not None:
        found["relationship"] = relationship(line.relationship)
    if line.text is not None:
        found["text"] = line.text
    if line.bend_points:
        found["bend_points"] = [list(point) for point in line.bend_points]
    if line.description is not None:
        found["description"] = line.description
    if style := _style_json(line.style, styles):
        found["style"] = style
    return found


def _node(found: Mapping[str, Any]) -> Node:
    plain = {name: value for name, value in found.items() if name not in ("style", "nodes")}
    return Node(
        **plain,
        style=Style(**found["style"]) if "style" in found else PLAIN,
        nodes=[_node(child) for child in found.get("nodes", ())],
    )


def _connection(found: Mapping[str, Any]) -> Connection:
    plain = {name: value for name, value in found.items() if name not in ("style", "bend_points")}
    points = [(point[0], point[1]) for point in found.get("bend_points", ())]
    return Connection(**plain, bend_points=points, style=Style(**found["style"]) if "style" in found else PLAIN)


def nodes_in(content: Mapping[str, Any]) -> Iterator[Any]:
    """Every box of a content in its JSON form, each before those inside it."""
    pending = list(reversed(content.get("nodes", ())))
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.get("nodes", ())))
