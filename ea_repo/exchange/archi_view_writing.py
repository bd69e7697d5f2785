"""The views of Archi's models on the way out: boxes relative to the box around them, lines where they begin."""

import json
from collections.abc import Mapping

from ea_repo.exchange.archi_bends import offsets
from ea_repo.exchange.archi_features import PREFIX
from ea_repo.exchange.archi_views import TEXT_ALIGNMENTS, TEXT_POSITIONS
from ea_repo.exchange.archi_writing import ArchiWriter
from ea_repo.exchange.bundle import BundleView
from ea_repo.exchange.xml_writing import Tag
from ea_repo.metamodel import Finding
from ea_repo.store.view_content import Connection, Node, Style

#: The types of boxes by kind, in Archi's own file and in coArchi's, then those that differ by the kind of view.
_TYPES: Mapping[str, tuple[str, str]] = {
    "element": ("DiagramObject", "DiagramModelArchimateObject"),
    "group": ("Group", "DiagramModelGroup"),
    "note": ("Note", "DiagramModelNote"),
    "label": ("Note", "DiagramModelNote"),
    "view": ("DiagramModelReference", "DiagramModelReference"),
    "image": ("DiagramModelImage", "DiagramModelImage"),
    "sticky": ("SketchModelSticky", "SketchModelSticky"),
    "actor": ("SketchModelActor", "SketchModelActor"),
    "container": ("CanvasModelBlock", "CanvasModelBlock"),
}
_ON_CANVAS = {"sticky": "CanvasModelSticky", "image": "CanvasModelImage"}
_WITH_CONTENT = frozenset({"note", "label", "sticky"})
#: Attributes and texts of boxes, lines and views that Archi knows. Anything else would keep it from opening the file.
_ATTRIBUTES = frozenset({
    "borderType", "borderColor", "textPosition", "imagePosition", "locked", "type", "connectionRouterType",
    "background", "textAlignment", "alpha", "gradient", "iconVisible",
})  # fmt: skip
_TEXTS = frozenset({"notes", "hintContent", "content"})
_ALIGNMENTS: Mapping[str, str] = {word: number for number, word in TEXT_ALIGNMENTS.items()}
_POSITIONS: Mapping[str, str] = {word: number for number, word in TEXT_POSITIONS.items()}
_FEATURE = "feature."
#: What of `extra` is said otherwise.
_ELSEWHERE = frozenset({"images", "name", "properties", "bend_offsets", "xsi:type"})
_USUAL_FONT_SIZE = 9.0


class ArchiViewWriter:
    """Makes the elements of views. `findings` tell what had to be rounded or left out."""

    def __init__(self, writer: ArchiWriter) -> None:
        self.writer = writer
        self.spelling = writer.spelling
        self.findings: list[Finding] = []
        self._view = BundleView("", "")
        self._leaving: dict[str, list[Connection]] = {}
        self._reaching: dict[str, list[str]] = {}
        self._offsets: dict[str, list[tuple[int, int, int, int]]] = {}
        self._rounded = 0

    def view(self, view: BundleView, tag_name: str) -> Tag:
        self._view, self._rounded = view, 0
        content = view.content
        ids = {node.id for node, _ in content.walk()} | {line.id for line in content.connections}
        lines = [each for each in content.connections if each.source in ids and each.target in ids]
        self._leaving, self._reaching = {}, {}
        for line in lines:
            self._leaving.setdefault(line.source, []).append(line)
            self._reaching.setdefault(line.target, []).append(self._part(line.id))
        self._offsets = offsets(content)
        tag = Tag(tag_name, {"name": view.name, "id": self.writer.names.name("view", view.identifier)})
        tag.attributes["viewpoint"] = view.viewpoint
        self.spelling.text(tag, "documentation", view.description)
        self._extra(tag, {key: value for key, value in content.extra.items() if isinstance(value, str)})
        for node in content.nodes:
            self._node(tag, node, 0, 0)
        self.writer.properties(tag, view.properties, view.translations)
        if len(lines) < len(content.connections):
            self._finding(
                "dangling-connection", f"{len(content.connections) - len(lines)} lines without ends are left out"
            )
        if self._rounded:
            self._finding("rounded", f"{self._rounded} positions or sizes are rounded: Archi has whole pixels only")
        return tag

    def _finding(self, code: str, message: str) -> None:
        self.findings.append(Finding(code, "note", f'view "{self._view.name}": {message}', self._view.identifier))

    def _part(self, identifier: str) -> str:
        return self.writer.names.part(self._view.identifier, identifier)

    def _type(self, node: Node) -> str:
        kept = node.style.extra.get("type")
        if kept is not None and node.kind == "note":
            return kept
        if self._view.kind == "canvas" and node.kind in _ON_CANVAS:
            return _ON_CANVAS[node.kind]
        return _TYPES[node.kind][self.spelling.is_folders]

    def _node(self, parent: Tag, node: Node, left: float, top: float) -> None:
        style, spelling = node.style, self.spelling
        tag = parent.add(
            spelling.tag("child"), {"xsi:type": f"archimate:{self._type(node)}", "id": self._part(node.id)}
        )
        has_content = node.kind in _WITH_CONTENT or "name" in style.extra
        tag.attributes["name"] = style.extra.get("name") if has_content else node.text
        tag.attributes["targetConnections"] = " ".join(self._reaching.get(node.id, ())) or None
        self._style(tag, style)
        tag.attributes["textPosition"] = _POSITIONS.get(style.text_position or "")
        tag.attributes["type"] = str(node.figure) if node.figure else None
        tag.attributes["imagePath"] = node.image
        extra = {key: value for key, value in style.extra.items() if not (key == "type" and node.kind == "note")}
        if node.label_expression is not None:
            extra["feature.labelExpression"] = node.label_expression
        self._extra(tag, extra)
        for line in self._leaving.get(node.id, ()):
            self._connection(tag, line)
        tag.add("bounds", {
            "x": self._whole(node.x - left), "y": self._whole(node.y - top),
            "width": self._whole(node.width), "height": self._whole(node.height),
        })  # fmt: skip
        if node.concept is not None:
            type_name = self.writer.types.get(node.concept, "")
            spelling.refer(tag, "archimateElement", "archimateElement", type_name, node.concept)
        if node.view is not None:
            type_name = self.writer.view_types.get(node.view, "ArchimateDiagramModel")
            spelling.refer(tag, "model", "referencedModel", type_name, self.writer.names.name("view", node.view))
        for child in node.nodes:
            self._node(tag, child, node.x, node.y)
        if has_content:
            spelling.text(tag, "content", node.text)
        spelling.text(tag, "documentation", node.description)
        self._own_properties(tag, style)

    def _connection(self, parent: Tag, line: Connection) -> None:
        style, spelling = line.style, self.spelling
        usual = "Connection"
        if spelling.is_folders:
            usual = "DiagramModelConnection" if line.relationship is None else "DiagramModelArchimateConnection"
        type_name = style.extra.get("xsi:type", usual)
        tag = parent.add(spelling.tag("sourceConnection"), {
            "xsi:type": f"archimate:{type_name}", "id": self._part(line.id), "name": line.text,
            "targetConnections": " ".join(self._reaching.get(line.id, ())) or None,
        })  # fmt: skip
        self._style(tag, style)
        tag.attributes |= {"source": self._part(line.source), "target": self._part(line.target)}
        self._extra(tag, style.extra)
        if line.relationship is not None:
            related = self.writer.types.get(line.relationship, "")
            spelling.refer(tag, "archimateRelationship", "archimateRelationship", related, line.relationship)
        for other in self._leaving.get(line.id, ()):
            self._connection(tag, other)
        for start_x, start_y, end_x, end_y in self._offsets.get(line.id, ()):
            names = {"startX": start_x, "startY": start_y, "endX": end_x, "endY": end_y}
            tag.add(spelling.tag("bendpoint"), {name: str(value) for name, value in names.items() if value})
        spelling.text(tag, "documentation", line.description)
        self._own_properties(tag, style)

    def _style(self, tag: Tag, style: Style) -> None:
        attributes = tag.attributes
        if style.font_name or style.font_size is not None or style.font_bold or style.font_italic:
            size = repr(_USUAL_FONT_SIZE if style.font_size is None else float(style.font_size))
            name = (style.font_name or "").replace("|", " ")
            attributes["font"] = f"1|{name}|{size}|{int(style.font_bold) + 2 * int(style.font_italic)}|"
        attributes["fontColor"] = style.font_color
        attributes["textAlignment"] = _ALIGNMENTS.get(style.text_alignment or "")
        attributes["lineColor"], attributes["fillColor"] = style.line, style.fill
        attributes["lineWidth"] = None if style.line_width is None else str(style.line_width)
        attributes["alpha"] = None if style.fill_alpha is None else str(style.fill_alpha)
        if style.line_alpha is not None:
            self.writer.feature(tag, "lineAlpha", str(style.line_alpha))

    def _extra(self, tag: Tag, extra: Mapping[str, str]) -> None:
        """What only Archi reads in its place, what only others read in features."""
        for key, value in extra.items():
            if key in _ELSEWHERE:
                continue
            if key.startswith(_FEATURE):
                self.writer.feature(tag, key.removeprefix(_FEATURE), value)
            elif key in _TEXTS:
                self.spelling.text(tag, key, value)
            elif key in _ATTRIBUTES:
                tag.attributes[key] = value
            else:
                self.writer.feature(tag, f"{PREFIX}{key}", value)

    def _own_properties(self, tag: Tag, style: Style) -> None:
        for key, value in json.loads(style.extra.get("properties", "[]")):
            tag.add(self.spelling.tag("property"), {"key": key, "value": value})

    def _whole(self, value: float) -> str:
        whole = round(value)
        self._rounded += whole != value
        return str(whole)
