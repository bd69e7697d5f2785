"""A stored view as its author drew it: positions, nesting, bend points, notes, groups, colours, fonts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from diagrams import embedded_images
from diagrams.colours import colour
from diagrams.concepts import joined, kind_of, line_name, moment_of, name_of, tooltip
from diagrams.drawing import Drawing, Edge, Kind, Look, Node, Words
from diagrams.geometry import Rect
from diagrams.label_expressions import Related, Subject, evaluate
from diagrams.notation import phrase, words
from ea_repo.catalogue import viewpoint
from ea_repo.metamodel import Metamodel
from ea_repo.store.records import Concept, View
from ea_repo.store.state import State
from ea_repo.store.view_content import Connection, Style, ViewContent
from ea_repo.store.view_content import Node as StoredNode

#: What modelling tools give a box whose size a file leaves open.
_SIZES: Mapping[str, tuple[float, float]] = {
    "element": (120, 55),
    "group": (400, 140),
    "note": (185, 80),
    "sticky": (135, 70),
    "actor": (50, 100),
    "image": (200, 150),
}
_JUNCTION_SIZE = (15.0, 15.0)
#: Twice the usual box.
_LARGE_AREA = 13_000.0
_MOST_COMPARED = 3_000  # boxes, each with each
_LARGEST, _FARTHEST = 20_000.0, 100_000.0
_PIXELS_PER_POINT = 96 / 72
_NOTATIONS: Mapping[str, str] = {
    "group": "Group",
    "note": "Note",
    "view": "ViewReference",
    "image": "Picture",
    "label": "Label",
    "sticky": "Sticky",
    "actor": "BusinessActor",
    "container": "Frame",
}
#: borderType of a note: a folded corner, a plain rectangle, none.
_NOTES = {"0": "Note", "1": "NotePlain", "2": "NoteBare"}
_ALWAYS_FIGURE = frozenset({"actor"})
_MANHATTAN = "2"


@viewpoint(name="view", example={"uid": "shared:V-IDENTITY"})
def view(state: State, uid: Annotated[str, "The stored view to draw."]) -> Drawing:
    """A stored ArchiMate view at its own positions."""
    found = state.view(uid)
    content = ViewContent.from_json(found.content or {})
    concepts = state.get_many(content.concepts())
    shown = {node.view for node, _ in content.walk() if node.view}
    names = {each.uid: name_of(each) for each in state.views()} if shown else {}
    return drawing_of(
        found,
        content,
        concepts,
        state.metamodel,
        view_names=names,
        related=_related(state),
        subtitle=moment_of(state),
    )


def _related(state: State) -> Related:
    def find(uid: str, relationship: str, end: str) -> Concept | None:
        direction = "in" if end == "source" else "out"
        for each in state.relationships(uid, direction=direction, types=(relationship,)):
            other = each.source if end == "source" else each.target
            return state.get(other) if other else None
        return None

    return find


def drawing_of(
    found: View,
    content: ViewContent,
    concepts: Mapping[str, Concept],
    metamodel: Metamodel,
    *,
    view_names: Mapping[str, Words] | None = None,
    related: Related | None = None,
    subtitle: list[Words] | None = None,
) -> Drawing:
    """The drawing of a view's content; concepts that are not among those given are drawn as missing."""
    reader = _Reader(found, content, concepts, metamodel, view_names or {}, related)
    nodes = _grounded(reader.node(node, parent) for node, parent in content.walk())
    inside = _nesting(content)
    edges = tuple(reader.edge(line) for line in content.connections if not _implied(line, inside))
    return Drawing(
        title=name_of(found),
        nodes=nodes,
        edges=edges,
        subtitle=joined(subtitle or []),
        description=found.description or "",
        viewpoint="view",
        orthogonal=str(content.extra.get("connectionRouterType", "")) == _MANHATTAN,
    )


def _grounded(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Large boxes on which others were laid without being nested count as holding them."""
    found = list(nodes)
    if len(found) > _MOST_COMPARED:
        return tuple(found)
    for at, node in enumerate(found):
        place = node.place
        if node.holds_others or place is None or place.width * place.height < _LARGE_AREA:
            continue
        if any(other.place is not None and other.place.overlaps(place) for other in found[at + 1 :]):
            found[at] = replace(node, holds_others=True)
    return tuple(found)


def _nesting(content: ViewContent) -> set[tuple[str, str]]:
    return {(parent.id, node.id) for node, parent in content.walk() if parent is not None}


def _implied(line: Connection, inside: set[tuple[str, str]]) -> bool:
    """A relationship between a box and a box nested in it is said by the nesting; tools do not draw it."""
    if line.relationship is None or line.bend_points:
        return False
    return (line.source, line.target) in inside or (line.target, line.source) in inside


@dataclass(slots=True)
class _Reader:
    view: View
    content: ViewContent
    concepts: Mapping[str, Concept]
    metamodel: Metamodel
    view_names: Mapping[str, Words]
    related: Related | None
    subjects: dict[str, Subject] = field(default_factory=dict)

    def node(self, stored: StoredNode, parent: StoredNode | None) -> Node:
        concept = self.concepts.get(stored.concept or "")
        kind = self._kind(stored, concept)
        return Node(
            id=stored.id,
            name=self._name(stored, parent, concept),
            kind=kind,
            uid=stored.concept if concept is not None else stored.view,
            stereotype=concept.specialization or "" if concept is not None else "",
            tooltip=tooltip(self.metamodel, concept) if concept is not None else stored.text or "",
            place=_place(stored, kind),
            alternative=stored.figure == 1 or stored.kind in _ALWAYS_FIGURE,
            holds_others=bool(stored.nodes),
            icon=stored.style.extra.get("feature.iconVisible") != "2",
            image=self._image(stored),
            look=_look(stored.style, on_page=kind.notation in ("Label", "NoteBare")),
        )

    def edge(self, line: Connection) -> Edge:
        relationship = self.concepts.get(line.relationship or "")
        if relationship is None:
            kind = Kind("NoteConnection" if self._is_note(line) else "Connection")
            return Edge(
                line.id, line.source, line.target, kind, name=line.text or "", tooltip=line.text or "",
                bend_points=_bends(line), look=_look(line.style, on_page=True),
            )  # fmt: skip
        return Edge(
            id=line.id,
            source=line.source,
            target=line.target,
            kind=kind_of(self.metamodel, relationship),
            name=self._line_name(line, relationship),
            uid=relationship.uid,
            tooltip=tooltip(self.metamodel, relationship),
            access=str(relationship.attributes.get("access_type") or ""),
            directed=bool(relationship.attributes.get("directed")),
            bend_points=_bends(line),
            look=_look(line.style, on_page=True),
        )

    def _kind(self, stored: StoredNode, concept: Concept | None) -> Kind:
        if concept is not None:
            return kind_of(self.metamodel, concept)
        if stored.kind == "element":
            return Kind("Unknown", "", words("missing"))
        if stored.kind == "note":
            return Kind(_NOTES.get(stored.style.extra.get("borderType", ""), "Note"))
        return Kind(_NOTATIONS.get(stored.kind, "Unknown"))

    def _name(self, stored: StoredNode, parent: StoredNode | None, concept: Concept | None) -> Words:
        above = self.subjects.get(parent.id) if parent is not None else None
        label = self.metamodel.type(concept.type).label.get("en") if concept is not None else ""
        subject = Subject(concept, label, stored.text or "", above, self._view_fields(), self.related)
        self.subjects[stored.id] = subject
        if stored.style.extra.get("feature.nameVisible") == "false":
            return ""
        if stored.label_expression and (text := evaluate(stored.label_expression, subject)).strip():
            return text
        if concept is not None:
            return name_of(concept)
        if stored.view is not None:
            return self.view_names.get(stored.view) or phrase("view_reference")
        return stored.text or (words("missing") if stored.kind == "element" else "")

    def _view_fields(self) -> dict[str, str]:
        return {
            "name": self.view.name,
            "documentation": self.view.description or "",
            "viewpoint": self.view.viewpoint or "",
        }

    def _line_name(self, line: Connection, relationship: Concept) -> Words:
        hidden = line.style.extra.get("feature.nameVisible") == "false"
        expression = line.style.extra.get("feature.labelExpression")
        if expression:
            text = evaluate(expression, Subject(relationship, view=self._view_fields(), related=self.related))
            return text if text.strip() else ""
        return "" if hidden else line_name(relationship)

    def _is_note(self, line: Connection) -> bool:
        kinds = {node.id: node.kind for node, _ in self.content.walk() if node.id in (line.source, line.target)}
        return "note" in kinds.values()

    def _image(self, stored: StoredNode) -> str | None:
        return embedded_images.safe(self.content.extra.get("images", {}).get(stored.image or ""))


def _place(stored: StoredNode, kind: Kind) -> Rect:
    """The stored rectangle; the tool's default where a size is missing, bounds where a file is absurd."""
    width, height = _SIZES.get(stored.kind, _SIZES["element"])
    if kind.notation in ("Junction", "OrJunction"):
        width, height = _JUNCTION_SIZE
    if stored.width > 0:
        width = min(stored.width, _LARGEST)
    if stored.height > 0:
        height = min(stored.height, _LARGEST)
    return Rect(_bounded(stored.x), _bounded(stored.y), width, height)


def _bounded(value: float) -> float:
    return min(max(value, -_FARTHEST), _FARTHEST)


def _bends(line: Connection) -> tuple[tuple[float, float], ...]:
    return tuple((_bounded(x), _bounded(y)) for x, y in line.bend_points)


def _look(style: Style, *, on_page: bool = False) -> Look:
    """The author's choices, checked: what is no colour or no sensible size counts as not chosen."""
    size = style.font_size * _PIXELS_PER_POINT if style.font_size and 4 <= style.font_size <= 72 else None
    width = float(style.line_width) if style.line_width and 1 < style.line_width <= 10 else None
    return Look(
        fill=colour(style.fill),
        fill_opacity=_share(style.fill_alpha) if not on_page else 1.0,
        line=colour(style.line),
        line_opacity=_share(style.line_alpha),
        line_width=width,
        text=colour(style.font_color),
        size=size,
        bold=style.font_bold,
        italic=style.font_italic,
        align=style.text_alignment,
        position=style.text_position,
    )


def _share(alpha: int | None) -> float:
    return 1.0 if alpha is None else min(max(alpha, 0), 255) / 255
