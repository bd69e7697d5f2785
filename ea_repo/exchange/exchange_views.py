"""Views of the Model Exchange File Format: boxes at absolute positions, styles, labels, references to
views.
"""

import re
from dataclasses import replace
from typing import Any

from ea_repo.exchange.assembly import Assembly
from ea_repo.exchange.bundle import BundleView
from ea_repo.exchange.coordinates import hex_colour, number
from ea_repo.exchange.exchange_texts import Texts, Translations
from ea_repo.exchange.file_names import own_name
from ea_repo.exchange.identifiers_xml import from_xml_id
from ea_repo.exchange.markers import DETAILS, SHIFT
from ea_repo.exchange.safe_xml import XSI_TYPE, Element, local_name
from ea_repo.exchange.view_assembly import Drawing
from ea_repo.exchange.view_details import apply_details, shift_back
from ea_repo.store.view_content import Connection, Node, NodeKind, Style

_SHIFT = re.compile("([0-9]{1,8}),([0-9]{1,8})")
_VIEW_ATTRIBUTES = frozenset({"identifier", "viewpoint", "viewpointRef", XSI_TYPE})


class ExchangeViews:
    """Reads the `<views>` of a file into an assembly."""

    def __init__(self, assembly: Assembly, texts: Texts) -> None:
        self.assembly = assembly
        self.texts = texts
        self.drawing = Drawing(BundleView("", ""))
        self._viewpoints: dict[str, str] = {}
        self._styles: dict[tuple[object, ...], Style] = {}  # by all that a file says of one

    def read(self, section: Element) -> None:
        """Version 3 puts views into `<diagrams>`, the older one straight into `<views>`."""
        for child in section:
            if local_name(child.tag) == "viewpoints":
                self._read_viewpoints(child)
        for child in section:
            match local_name(child.tag):
                case "diagrams":
                    for view in child:
                        self._view(view)
                case "view":
                    self._view(child)

    def _read_viewpoints(self, section: Element) -> None:
        for viewpoint in section:
            name = self.texts.name_of(viewpoint, {}) or viewpoint.get("identifier", "")
            self._viewpoints[viewpoint.get("identifier", "")] = name
            message = f'of the viewpoint "{name}" only the name is kept, with the views that use it'
            self.assembly.finding("viewpoint-definition", "note", message, line=viewpoint.sourceline)

    def _view(self, element: Element) -> None:
        view = BundleView(own_name("view", from_xml_id(element.get("identifier", ""))), "", line=element.sourceline)
        reference = element.get("viewpointRef")
        view.viewpoint = element.get("viewpoint") or (self._viewpoints.get(reference, reference) if reference else None)
        view.name = self.texts.name_of(element, view.translations) or ""
        view.description = self.texts.documentation_of(element, view.translations)
        view.content.extra.update({k: v for k, v in element.items() if k not in _VIEW_ATTRIBUTES})
        self.drawing = Drawing(view)
        for child in element:
            match local_name(child.tag):
                case "node":
                    view.content.nodes.append(self._node(child))
                case "connection":
                    self._connection(child)
                case "properties":
                    view.properties.extend(self.texts.properties(child, view.identifier))
        if any(each.key in (DETAILS, SHIFT) for each in view.properties):
            self._details(view)
        self.assembly.add_view(self.drawing)

    def _details(self, view: BundleView) -> None:
        """What a file of ours says of a view beyond what the format can."""
        said = {each.key: each.value for each in view.properties}
        view.properties = [each for each in view.properties if each.key not in (DETAILS, SHIFT)]
        content = view.content
        content.connections = [line for line, _ in self.drawing.connections]
        shift = _SHIFT.fullmatch(said.get(SHIFT, ""))
        if shift is not None:
            shift_back(content, (int(shift[1]), int(shift[2])))
        lines = {line.id: number for line, number in self.drawing.connections}
        numbers = {node.id: number for node, number in self.drawing.nodes}
        apply_details(view, said.get(DETAILS, ""))
        self.drawing.nodes = [(node, numbers.get(node.id)) for node, _ in view.content.walk()]
        self.drawing.connections = [(line, lines.get(line.id)) for line in view.content.connections]
        view.content.connections = []

    def _part(self, written: str) -> str:
        return own_name(self.drawing.view.identifier, from_xml_id(written))

    def _node(self, element: Element) -> Node:
        attributes = dict(element.items())
        take = attributes.pop
        written = take(XSI_TYPE, "").rpartition(":")[2]
        shown = take("elementRef", None) or take("elementref", None)
        node = Node(
            self._part(take("identifier", "")), "note",
            self._number(element, take("x", None)), self._number(element, take("y", None)),
            self._number(element, take("w", None), -1), self._number(element, take("h", None), -1),
            None if shown is None else from_xml_id(shown),
        )  # fmt: skip
        self.drawing.nodes.append((node, element.sourceline))
        extra: dict[str, str] = {}
        for child in element:
            match local_name(child.tag):
                case "node":
                    node.nodes.append(self._node(child))
                case "style":
                    node.style = self._style(child)
                case "label":
                    node.text = self._label(child, extra, node.text)
                case "documentation":
                    node.description = child.text
                case "viewRef":
                    node.view = own_name("view", from_xml_id(child.get("ref", ""))) or None
        node.kind = self._kind(node, written)
        if attributes or extra:
            node.style = replace(node.style, extra={**node.style.extra, **extra, **attributes})
        return node

    @staticmethod
    def _kind(node: Node, written: str) -> NodeKind:
        if written == "Element" or (not written and node.concept is not None):
            return "element"
        if node.view is not None:
            return "view"
        if written == "Container" or (not written and node.nodes):
            return "group"
        return "note"

    def _label(self, element: Element, extra: dict[str, str], first: str | None) -> str:
        """The first label is the text; other languages are kept beside it."""
        translations: Translations = {}
        text = self.texts.text_of(element, translations)
        if first is None:
            return text
        for language in translations:
            extra[f"label.{language}"] = text
        return first

    def _connection(self, element: Element) -> None:
        attributes = dict(element.items())
        take = attributes.pop
        take(XSI_TYPE, None)  # said by whether it shows a relationship
        connection = Connection(
            self._part(take("identifier", "")), self._part(take("source", "")), self._part(take("target", "")),
            from_xml_id(take("relationshipRef", "") or take("relationshipref", "")) or None,
        )  # fmt: skip
        self.drawing.connections.append((connection, element.sourceline))
        extra: dict[str, str] = {}
        for child in element:
            match local_name(child.tag):
                case "bendpoint":
                    x, y = self._number(child, child.get("x")), self._number(child, child.get("y"))
                    connection.bend_points.append((x, y))
                case "style":
                    connection.style = self._style(child)
                case "label":
                    connection.text = self._label(child, extra, connection.text)
                case "documentation":
                    connection.description = child.text
                case "sourceAttachment" | "targetAttachment":
                    extra[local_name(child.tag)] = f"{child.get('x', '')},{child.get('y', '')}"
        if attributes or extra:
            connection.style = replace(connection.style, extra={**connection.style.extra, **extra, **attributes})

    def _style(self, element: Element) -> Style:
        """How a box or line looks. Most look like another, and are told by what the file says, unread."""
        key = tuple([(each.tag, len(each), *each.items()) for each in element.iter()])
        style = self._styles.get(key)
        if style is None:
            before = len(self.assembly.bundle.findings)
            style = self._read_style(element)
            if len(self.assembly.bundle.findings) == before:  # or the next that looks so would have no finding
                self._styles[key] = style
        return style

    def _read_style(self, element: Element) -> Style:
        said: dict[str, Any] = {}
        if (width := element.get("lineWidth")) is not None:
            said["line_width"] = int(self._number(element, width, 1))
        for child in element:
            match local_name(child.tag):
                case "fillColor":
                    said["fill"], said["fill_alpha"] = self._colour(child)
                case "lineColor":
                    said["line"], said["line_alpha"] = self._colour(child)
                case "font":
                    said |= self._font(child)
        return Style(**said)

    def _font(self, element: Element) -> dict[str, Any]:
        said: dict[str, Any] = {"font_name": element.get("name")}
        if (size := element.get("size")) is not None:
            said["font_size"] = self._number(element, size, 9)
        words = element.get("style", "").replace("|", " ").split()
        said["font_bold"], said["font_italic"] = "bold" in words, "italic" in words
        if others := [word for word in words if word not in ("bold", "italic", "plain")]:
            said["extra"] = {"font.style": " ".join(others)}
        for child in element:
            if local_name(child.tag) == "color":
                said["font_color"], _ = self._colour(child)
        return said

    def _colour(self, element: Element) -> tuple[str | None, int | None]:
        """A colour and its opacity: a percentage in the file, 0 to 255 here."""
        try:
            colour = hex_colour(element.get("r"), element.get("g"), element.get("b"))
        except ValueError as error:
            self._finding(element, "not-a-colour", str(error))
            return None, None
        alpha = element.get("a")
        if alpha is None:
            return colour, None
        return colour, round(min(max(self._number(element, alpha, 100), 0), 100) * 255 / 100)

    def _number(self, element: Element, text: str | None, default: float = 0) -> float:
        try:
            return number(text, default)
        except ValueError as error:
            self._finding(element, "not-a-number", str(error))
            return default

    def _finding(self, element: Element, code: str, message: str) -> None:
        view = self.drawing.view
        self.assembly.finding(
            code, "warning", f'view "{view.name}": {message}', uid=view.identifier, line=element.sourceline
        )
