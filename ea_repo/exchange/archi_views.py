"""The views of Archi's models: boxes relative to the box they stand in, bend points relative to the ends of
the line.
"""

import json
from functools import lru_cache
from typing import Any, Literal

from ea_repo.exchange.archi_bends import Offsets, absolute_bends
from ea_repo.exchange.archi_features import KINDS, PREFIX, TRANSLATIONS, translations_of, with_kinds
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import BundleView
from ea_repo.exchange.coordinates import LARGEST, number
from ea_repo.exchange.file_names import own_name
from ea_repo.exchange.safe_xml import XSI_TYPE, Element
from ea_repo.exchange.view_assembly import Drawing
from ea_repo.store.records import Property
from ea_repo.store.view_content import Connection, Node, NodeKind, Style

NODE_KINDS: dict[str, NodeKind] = {
    "DiagramObject": "element",
    "DiagramModelArchimateObject": "element",
    "Group": "group",
    "DiagramModelGroup": "group",
    "Note": "note",
    "DiagramModelNote": "note",
    "DiagramModelReference": "view",
    "DiagramModelImage": "image",
    "SketchModelSticky": "sticky",
    "SketchModelActor": "actor",
    "CanvasModelSticky": "sticky",
    "CanvasModelBlock": "container",
    "CanvasModelImage": "image",
}
TEXT_ALIGNMENTS: dict[str, Literal["left", "center", "right"]] = {"1": "left", "2": "center", "4": "right"}
TEXT_POSITIONS: dict[str, Literal["top", "middle", "bottom"]] = {"0": "top", "1": "middle", "2": "bottom"}
_BOLD, _ITALIC = 1, 2
_CONNECTION_TYPES = ("", "Connection", "DiagramModelConnection", "DiagramModelArchimateConnection")

Attributes = dict[str, str]


class ViewReader:
    """Reads one view at a time into a `Drawing`."""

    def __init__(self, assembly: Assembly) -> None:
        self.assembly = assembly
        self.drawing = Drawing(BundleView("", ""))
        self.offsets: list[tuple[Connection, list[Offsets]]] = []
        self._styles: dict[tuple[object, ...], Style] = {}  # by all that says how a box or line looks

    def read(self, element: Element, kind: str, folder: str | None, file: str | None) -> Drawing:
        attributes = dict(element.items())
        attributes.pop(XSI_TYPE, None)
        view = BundleView(
            own_name("view", attributes.pop("id", "")), attributes.pop("name", ""),
            attributes.pop("documentation", None), attributes.pop("viewpoint", None), kind, folder, line=element.sourceline,
        )  # fmt: skip
        self.drawing = drawing = Drawing(view, file=file)
        self.offsets = []
        extra: dict[str, str] = attributes
        kinds = ""
        for child in element:
            match child.tag:
                case "child" | "children":
                    view.content.nodes.append(self._node(child, 0, 0))
                case "documentation":
                    view.description = child.text
                case "property" | "properties":
                    view.properties.append(Property(child.get("key", ""), child.get("value", "")))
                case "feature" | "features" if child.get("name") == TRANSLATIONS:
                    view.translations = translations_of(child.get("value", ""))
                case "feature" | "features" if child.get("name") == KINDS:
                    kinds = child.get("value", "")
                case "feature" | "features":
                    _add_feature(extra, child)
                case _:
                    extra[child.tag] = child.text or ""
        view.properties = with_kinds(view.properties, kinds) if kinds else view.properties
        view.content.extra.update(extra)
        absolute_bends(drawing, self.offsets)
        return drawing

    def _node(self, element: Element, left: float, top: float) -> Node:
        attributes = dict(element.items())
        take = attributes.pop
        take("targetConnections", None)  # said by the lines themselves
        written = take(XSI_TYPE, "").rpartition(":")[2]
        extra: dict[str, str] = {}
        kind = NODE_KINDS.get(written)
        if kind is None:
            kind, extra["type"] = "note", written
            self._finding(element, "unknown-box", f'a box of unknown type "{written}" is kept as a note')
        node = Node(
            self._part(take("id", "")), kind, left, top, -1, -1, take("archimateElement", None),
            _own_view(take("model", None)), image=take("imagePath", None), description=take("documentation", None),
        )  # fmt: skip
        self.drawing.nodes.append((node, element.sourceline))
        if (figure := take("type", None)) is not None:
            node.figure = int(self._number(element, figure))
        content = take("content", None)
        pending = []
        for child in element:
            match child.tag:
                case "bounds":
                    self._bounds(node, child, left, top)
                case "sourceConnection" | "sourceConnections":
                    self._connection(child)
                case "child" | "children":
                    pending.append(child)
                case "archimateElement":
                    node.concept = child.get("href", "").rpartition("#")[2]
                case "referencedModel":
                    node.view = _own_view(child.get("href", "").rpartition("#")[2])
                case "content":
                    content = child.text
                case "documentation":
                    node.description = child.text
                case _:
                    self._detail(child, extra)
        name = take("name", None)
        node.text = name if content is None else content
        if content is not None and name is not None:
            extra["name"] = name
        if extra:
            node.label_expression = extra.pop("feature.labelExpression", None)
        if attributes or extra:
            node.style = self._style(element, attributes, extra, is_box=True)
        if pending:  # after its own bounds: what stands in a box is placed from the box's corner
            node.nodes = [self._node(child, node.x, node.y) for child in pending]
        return node

    def _bounds(self, node: Node, bounds: Element, left: float, top: float) -> None:
        get = bounds.get
        try:  # as nearly all are
            x, y = int(get("x", "0")), int(get("y", "0"))
            width, height = int(get("width", "-1")), int(get("height", "-1"))
        except ValueError:
            pass
        else:
            fits = -LARGEST <= x <= LARGEST and -LARGEST <= y <= LARGEST
            if fits and -LARGEST <= width <= LARGEST and -LARGEST <= height <= LARGEST:
                node.x, node.y, node.width, node.height = left + x, top + y, width, height
                return
        node.x = left + self._number(bounds, bounds.get("x"))
        node.y = top + self._number(bounds, bounds.get("y"))
        node.width = self._number(bounds, bounds.get("width"), -1)
        node.height = self._number(bounds, bounds.get("height"), -1)

    def _connection(self, element: Element) -> None:
        attributes = dict(element.items())
        take = attributes.pop
        take("targetConnections", None)
        written = take(XSI_TYPE, "").rpartition(":")[2]
        connection = Connection(
            self._part(take("id", "")), self._part(take("source", "")), self._part(take("target", "")),
            take("archimateRelationship", None) or take("relationship", None), take("name", None),
            description=take("documentation", None),
        )  # fmt: skip
        extra = {} if written in _CONNECTION_TYPES else {"xsi:type": written}
        self.drawing.connections.append((connection, element.sourceline))
        offsets: list[Offsets] = []
        for child in element if len(element) else ():
            match child.tag:
                case "bendpoint" | "bendpoints":
                    get = child.get
                    offsets.append((
                        self._number(child, get("startX")), self._number(child, get("startY")),
                        self._number(child, get("endX")), self._number(child, get("endY")),
                    ))  # fmt: skip
                case "archimateRelationship":
                    connection.relationship = child.get("href", "").rpartition("#")[2]
                case "sourceConnection" | "sourceConnections":
                    self._connection(child)
                case "documentation":
                    connection.description = child.text
                case _:
                    self._detail(child, extra)
        if offsets:
            self.offsets.append((connection, offsets))
        if attributes or extra:
            connection.style = self._style(element, attributes, extra, is_box=False)

    def _detail(self, child: Element, extra: dict[str, str]) -> None:
        """What few boxes have. Kept in `extra`, in the spelling of Archi's own file."""
        match child.tag:
            case "feature" | "features":
                _add_feature(extra, child)
            case "property" | "properties":
                said = json.loads(extra.get("properties", "[]"))
                said.append([child.get("key", ""), child.get("value", "")])
                extra["properties"] = json.dumps(said, ensure_ascii=False)
                self.assembly.holds["properties"] += 1
            case _:
                extra[child.tag] = child.text or ""

    def _style(self, element: Element, attributes: Attributes, extra: dict[str, str], *, is_box: bool) -> Style:
        """How a box or line looks: by the attributes that are left, and what was found in it."""
        key = (is_box, len(attributes), *attributes.items(), *extra.items())
        style = self._styles.get(key)
        if style is None:
            before = len(self.assembly.bundle.findings)
            style = self._read_style(element, attributes, extra, is_box)
            if len(self.assembly.bundle.findings) == before:  # or the next that looks so would have no finding
                self._styles[key] = style
        return style

    def _read_style(self, element: Element, attributes: Attributes, extra: dict[str, str], is_box: bool) -> Style:
        take = attributes.pop
        said: dict[str, Any] = {
            "fill": _colour(take("fillColor", None)),
            "line": _colour(take("lineColor", None)),
            "font_color": _colour(take("fontColor", None)),
        }
        if (font := take("font", None)) is not None:
            said |= zip(("font_name", "font_size", "font_bold", "font_italic"), parse_font(font), strict=True)
        if (alpha := take("alpha", None)) is not None:
            said["fill_alpha"] = int(self._number(element, alpha, 255))
        if (width := take("lineWidth", None)) is not None:
            said["line_width"] = int(self._number(element, width, 1))
        if (line_alpha := extra.pop("feature.lineAlpha", None)) is not None:
            said["line_alpha"] = int(self._number(element, line_alpha, 255))
        if (alignment := take("textAlignment", None)) is not None:
            said["text_alignment"] = TEXT_ALIGNMENTS.get(alignment)
        extra.update(attributes)
        if is_box and (position := extra.pop("textPosition", None)):
            said["text_position"] = TEXT_POSITIONS.get(position)
        return Style(**said, extra=extra)

    def _number(self, element: Element, text: str | None, default: float = 0) -> float:
        try:
            return number(text, default)
        except ValueError as error:
            self._finding(element, "not-a-number", str(error))
            return default

    def _part(self, written: str) -> str:
        return own_name(self.drawing.view.identifier, written) if written.startswith(PREFIX) else written

    def _finding(self, element: Element, code: str, message: str) -> None:
        view = self.drawing.view
        self.assembly.finding(
            code, "warning", f'view "{view.name}": {message}',
            uid=view.identifier, file=self.drawing.file, line=element.sourceline,
        )  # fmt: skip


def _add_feature(extra: dict[str, str], element: Element) -> None:
    """One of ours says what another tool gave the view."""
    name = element.get("name", "")
    key = name.removeprefix(PREFIX) if name.startswith(PREFIX) else f"feature.{name}"
    extra[key] = element.get("value", "")


def _own_view(written: str | None) -> str | None:
    return None if written is None else own_name("view", written)


def _colour(written: str | None) -> str | None:
    return written.lower() if written else None


@lru_cache(maxsize=1024)
def parse_font(written: str) -> tuple[str | None, float | None, bool, bool]:
    """Name, size, bold, italic of `1|Segoe UI|9.0|1|WINDOWS|...`."""
    parts = written.split("|")
    if len(parts) < 4:
        return None, None, False, False
    try:
        size, bits = number(parts[2]), int(parts[3])
    except ValueError:
        return parts[1] or None, None, False, False
    return parts[1] or None, size, bool(bits & _BOLD), bool(bits & _ITALIC)
