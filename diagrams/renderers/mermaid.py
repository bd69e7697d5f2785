"""Drawing to a Mermaid flowchart, which Git servers and wikis draw. Mermaid lays it out."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from diagrams import text
from diagrams.chart import Picture
from diagrams.drawing import PLAIN, Cluster, Drawing, Edge, Node, said
from diagrams.nesting import Item
from diagrams.notation import Paint, figure, paint_of
from diagrams.options import Options
from diagrams.renderers import graph_of
from diagrams.renderers.text_graph import LONGEST, TextGraph, cut, is_joint, numbered
from ea_repo.catalogue import picture_format


@picture_format(name="mermaid")
class Mermaid:
    """Text that wikis and Git servers draw as a flowchart; the type stands in words, as Mermaid has no ArchiMate."""

    media_type = "text/vnd.mermaid"
    suffixes = ("mmd", "mermaid")
    graphs_only = True

    def write(self, picture: Picture, options: Options) -> bytes:
        drawing = graph_of(picture, "mermaid")
        return ("\n".join(_Writer(drawing, options).lines()) + "\n").encode()


class _Writer(TextGraph):
    def __init__(self, drawing: Drawing, options: Options) -> None:
        super().__init__(drawing, options, "mermaid.toml")

    def lines(self) -> Iterator[str]:
        yield from self._title()
        yield "flowchart LR" if self.drawing.arrangement == "layers" else "flowchart TB"
        yield from self._lacking()
        yield from self._content(None, 1)
        for at, note in enumerate(self.notes()):
            yield f'  note{at}>"{escaped(note)}"]'
        for edge in self.nesting.drawn:
            yield from self._edge(edge)
        yield from self._classes()
        yield from self._links()

    def _title(self) -> Iterator[str]:
        title = " · ".join(text.cleaned(part) for part in self.heading()).replace("\n", " ")
        # A directive is looked for everywhere, even in a title.
        title = title.replace("%%", "% %")[:LONGEST]
        if title:
            yield from ("---", f"title: {json.dumps(title, ensure_ascii=False)}", "---")

    def _lacking(self) -> Iterator[str]:
        """What of this drawing a flowchart has no sign for; a comment, as whoever edits the text reads it."""
        used = {edge.kind.notation for edge in self.drawing.edges}
        for notation, words in self.styles["lacking"].items():
            if notation in used:
                yield f"  %% {notation}: {words}"

    def _content(self, within: str | None, depth: int) -> Iterator[str]:
        indent = "  " * depth
        for item in self.nesting.children(within):
            name = self.nesting.names[item.id]
            if isinstance(item, Cluster) or self.nesting.children(item.id):
                yield f'{indent}subgraph {name} ["{self._label(item)}"]'
                yield from self._content(item.id, depth + 1)
                if not self.nesting.children(item.id):
                    yield f'{indent}  {name}x[" "]'
                yield f"{indent}end"
            else:
                before, after = self.styles["shape"].get(figure(item.kind.notation).outline, ("[", "]"))
                yield f'{indent}{name}{before}"{self._label(item)}"{after}'

    def _label(self, item: Item) -> str:
        parts = [] if is_joint(item) else self.said(item, types=True)
        return "<br/>".join(escaped(part) for part in parts) or " "

    def _edge(self, edge: Edge) -> Iterator[str]:
        names = self.nesting.names
        source, target = names[edge.source], names[edge.target]
        style = self.line(edge)
        label = escaped(_line_label(edge, self.options.lang))
        middle = f'|"{label}"|' if label else ""
        joint = names.get(edge.id)
        if joint is not None:
            yield f'  {joint}((" "))'
            plain = "-.-" if "." in style["arrow"] else "---"
            first, second = (plain, style["arrow"]) if not style.get("backward") else (style["arrow"], plain)
            ends = [(source, first, joint, ""), (joint, second, target, middle)]
        else:
            ends = [(source, style["arrow"], target, middle)]
        for start, arrow, end, words in ends:
            if style.get("backward") and arrow == style["arrow"]:
                start, end = end, start
            yield f"  {start} {arrow}{words} {end}"

    def _classes(self) -> Iterator[str]:
        theme = self.options.theme
        members: defaultdict[tuple[str, Paint], list[str]] = defaultdict(list)
        for item in self.nesting.walk():
            if isinstance(item, Node):
                layer = figure(item.kind.notation).layer if item.swatch is None else "value"
                members[layer, paint_of(replace(item, look=PLAIN), theme)].append(self.nesting.names[item.id])
        for at, ((layer, colours), names) in enumerate(members.items()):
            yield f"  classDef {layer}{at} fill:{colours.fill},stroke:{colours.line},color:{colours.text}"
            yield f"  class {','.join(names)} {layer}{at}"
        focus = [self.nesting.names[each.id] for each in self.drawing.nodes if each.emphasis == "focus"]
        if focus:
            yield "  classDef focus stroke-width:3px"
            yield f"  class {','.join(focus)} focus"

    def _links(self) -> Iterator[str]:
        links = self.options.links
        for item in self.nesting.walk() if links is not None else ():
            address = links(item.uid) if links is not None and item.uid else ""
            if address:
                yield f'  click {self.nesting.names[item.id]} href "{_address(address)}"'


def escaped(words: str) -> str:
    """A text as Mermaid shows it: every sign by its number, line breaks as breaks."""
    return numbered(cut(words), _numbered).replace("\n", "<br/>")


def _numbered(match: re.Match[str]) -> str:
    """Inside a word a hyphen or full stop is no syntax."""
    sign = match[0]
    inside_word = match.start() > 0 and sign in "-." and match.string[match.start() - 1].isalnum()
    follows = match.string[match.end() : match.end() + 1]
    return sign if inside_word and follows.isalpha() else f"#{ord(sign)};"


def _address(address: str) -> str:
    """An address that ends no quoted text: what is not usual in one is percent-encoded."""
    return re.sub(r"[^A-Za-z0-9:/?#\[\]@!$&()*+,;=._~%-]", lambda match: _percent(match[0]), address)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _line_label(edge: Edge, lang: str) -> str:
    """The name and the type, as a flowchart has too few arrows to tell the types apart."""
    parts: Sequence[str] = [said(edge.name, lang), said(edge.kind.label, lang)]
    name, kind = (text.cleaned(each) for each in parts)
    if edge.access in ("read", "write", "read_write"):
        kind = f"{kind}: {edge.access.replace('_', ' + ')}"
    return f"{name} ({kind})" if name and kind else name or kind
