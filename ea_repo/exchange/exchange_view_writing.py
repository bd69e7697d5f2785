"""Views of the Model Exchange File Format on the way out. What the format cannot say goes into a property of the view."""

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ea_repo.exchange import safe_xml
from ea_repo.exchange.archi_bends import size_of
from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import BundleView
from ea_repo.exchange.exchange_texts import Texts
from ea_repo.exchange.exchange_views import ExchangeViews
from ea_repo.exchange.identifiers_xml import xml_id
from ea_repo.exchange.markers import DETAILS, SHIFT
from ea_repo.exchange.view_details import details_text, shift_back
from ea_repo.exchange.xml_writing import Tag, XmlText
from ea_repo.metamodel import Finding
from ea_repo.store.records import Property
from ea_repo.store.view_content import Connection, Node, Style, ViewContent

if TYPE_CHECKING:
    from ea_repo.exchange.exchange_writing import ExchangeWriter

_COLOUR = re.compile("#[0-9a-f]{6}")
_FONT_SIZE = re.compile(r"[1-9][0-9]*(\.[05])?")
_FONT_STYLES = frozenset({"plain", "underline"})
_ATTACHMENTS = ("sourceAttachment", "targetAttachment")
_NAMESPACE = "http://www.opengroup.org/xsd/archimate/3.0/"


class ExchangeViewWriter:
    """Makes the elements of views."""

    def __init__(self, writer: "ExchangeWriter") -> None:
        self.writer = writer
        self.findings: list[Finding] = []
        self._view = BundleView("", "")
        self._shift = (0, 0)

    def view(self, parent: Tag, view: BundleView) -> None:
        """Adds a view. It is read again at once, to know what of it the format did not say."""
        self._view = view
        content = view.content
        ids = {node.id for node, _ in content.walk()} | {line.id for line in content.connections}
        lines = [each for each in content.connections if each.source in ids and each.target in ids]
        self._shift = _shift(content)
        tag = parent.add("view", {
            "identifier": xml_id(self.writer.names.name("view", view.identifier)), "xsi:type": "Diagram",
            "viewpoint": view.viewpoint or None,
        })  # fmt: skip
        self.writer.texts(tag, "name", view.name, view.translations, needed=True)
        self.writer.texts(tag, "documentation", view.description, view.translations)
        described = len(tag.children)
        for node in content.nodes:
            self._node(tag, node)
        for line in lines:
            self._connection(tag, line)
        if len(lines) < len(content.connections):
            message = f'view "{view.name}": {len(content.connections) - len(lines)} lines without ends are left out'
            self.findings.append(Finding("dangling-connection", "note", message, view.identifier))
        properties = [*view.properties, *self._details(tag, replace(view, content=replace(content, connections=lines)))]
        section = Tag("holder")
        self.writer.properties(section, properties)
        tag.children[described:described] = section.children

    def _details(self, tag: Tag, view: BundleView) -> list[Property]:
        found = [Property(SHIFT, f"{self._shift[0]},{self._shift[1]}")] if self._shift != (0, 0) else []
        text = details_text(self._read_again(tag), view)
        return [*found, Property(DETAILS, text)] if text else found

    def _read_again(self, tag: Tag) -> BundleView:
        """The view as a reader finds it in the file."""
        root = Tag("model", {
            "xmlns": _NAMESPACE, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance", "xml:space": "preserve",
        })  # fmt: skip
        root.children.append(tag)
        parsed = safe_xml.parse(XmlText().document(root), "a view")
        assembly = Assembly("")
        texts = Texts(assembly)
        texts.begin(parsed)
        views = ExchangeViews(assembly, texts)
        views.read(parsed)
        drawing = assembly.drawings[0]
        drawing.view.content.connections.extend(line for line, _ in drawing.connections)
        for node, _ in drawing.nodes:  # as settled when the whole file is read
            if node.kind == "view" and node.view in (names := self._view_names) and node.text == names[node.view]:
                node.text = None
        shift_back(drawing.view.content, self._shift)
        return drawing.view

    @property
    def _view_names(self) -> dict[str, str]:
        return {view.identifier: view.name for view in self.writer.bundle.views}

    def _part(self, identifier: str) -> str:
        return xml_id(self.writer.names.part(self._view.identifier, identifier))

    def _node(self, parent: Tag, node: Node) -> None:
        width, height = size_of(node)
        if node.kind == "element":
            kind = "Element"
        else:
            kind = "Container" if node.nodes or node.kind in ("group", "container") else "Label"
        tag = parent.add("node", {
            "identifier": self._part(node.id), "xsi:type": kind,
            "elementRef": None if kind != "Element" else xml_id(node.concept or ""),
            "x": self._place(node.x, 0), "y": self._place(node.y, 1),
            "w": str(max(1, round(width))), "h": str(max(1, round(height))),
        })  # fmt: skip
        self._label(tag, node.text, node.style)
        if node.description:
            tag.add("documentation", text=node.description)
        self._style(tag, node.style)
        if node.view is not None:
            tag.add("viewRef", {"ref": xml_id(self.writer.names.name("view", node.view))})
        for child in node.nodes:
            self._node(tag, child)

    def _connection(self, parent: Tag, line: Connection) -> None:
        tag = parent.add("connection", {
            "identifier": self._part(line.id), "xsi:type": "Line" if line.relationship is None else "Relationship",
            "relationshipRef": None if line.relationship is None else xml_id(line.relationship),
            "source": self._part(line.source), "target": self._part(line.target),
        })  # fmt: skip
        self._label(tag, line.text, line.style)
        if line.description:
            tag.add("documentation", text=line.description)
        self._style(tag, line.style)
        self._attachment(tag, line.style, "sourceAttachment")
        for x, y in line.bend_points:
            tag.add("bendpoint", {"x": self._place(x, 0), "y": self._place(y, 1)})
        self._attachment(tag, line.style, "targetAttachment")

    def _attachment(self, tag: Tag, style: Style, name: str) -> None:
        x, comma, y = style.extra.get(name, "").partition(",")
        if comma and x.isdecimal() and y.isdecimal():
            tag.add(name, {"x": x, "y": y})

    def _label(self, tag: Tag, text: str | None, style: Style) -> None:
        if text is not None:
            tag.add("label", text=text)
            for key, said in style.extra.items():
                if key.startswith("label."):
                    tag.add("label", {"xml:lang": key.removeprefix("label.")}, said)

    def _place(self, value: float, axis: int) -> str:
        return str(max(0, round(value) + self._shift[axis]))

    def _style(self, parent: Tag, style: Style) -> None:
        tag = Tag("style")
        if style.line_width is not None and style.line_width > 0:
            tag.attributes["lineWidth"] = str(style.line_width)
        _colour(tag, "lineColor", style.line, style.line_alpha)
        _colour(tag, "fillColor", style.fill, style.fill_alpha)
        words = [word for word, is_so in (("bold", style.font_bold), ("italic", style.font_italic)) if is_so]
        words += [word for word in style.extra.get("font.style", "").split() if word in _FONT_STYLES]
        size = None if style.font_size is None else f"{style.font_size:g}"
        font = Tag("font", {
            "name": style.font_name, "size": size if size and _FONT_SIZE.fullmatch(size) else None,
            "style": " ".join(words) or None,
        })  # fmt: skip
        _colour(font, "color", style.font_color, None)
        if font.children or any(value is not None for value in font.attributes.values()):
            tag.children.append(font)
        if tag.children or tag.attributes:
            parent.children.append(tag)


def _colour(tag: Tag, name: str, colour: str | None, alpha: int | None) -> None:
    if colour is None or not _COLOUR.fullmatch(colour):
        return
    red, green, blue = (str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    percent = None if alpha is None else str(round(min(max(alpha, 0), 255) * 100 / 255))
    tag.add(name, {"r": red, "g": green, "b": blue, "a": percent})


def _shift(content: ViewContent) -> tuple[int, int]:
    """How far a view goes right and down so that nothing is at a negative place, which the format does not have."""
    points = [(node.x, node.y) for node, _ in content.walk()]
    points += [point for line in content.connections for point in line.bend_points]
    return (
        max((-round(x) for x, _ in points if x < 0), default=0),
        max((-round(y) for _, y in points if y < 0), default=0),
    )
