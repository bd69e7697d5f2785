"""Drawing to a Mermaid flowchart, which Git servers and wikis draw. Mermaid lays it out."""

import json
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from diagrams import text
from diagrams.chart import Picture
from diagrams.drawing import PLAIN, Cluster, Drawing, Edge, Node, said, shown_value
from diagrams.nesting import Item, Nesting
from diagrams.notation import Paint, figure, paint_of
from diagrams.options import Options
from diagrams.renderers import graph_of
from ea_repo.catalogue import picture_format

#: What Mermaid could take for syntax, Markdown, HTML or an icon; inside a word a hyphen or full stop is none of it.
_SIGNS = re.compile(r"[!-+./:-@\[-`{-~-]")
_LONGEST = 2_000  # characters of one label: all of them together must stay below Mermaid's 50,000


@picture_format(name="mermaid")
class Mermaid:
    """Text that wikis and Git servers draw as a flowchart; the type stands in words, as Mermaid has no ArchiMate."""

    media_type = "text/vnd.mermaid"
    suffixes = ("mmd", "mermaid")
    graphs_only = True

    def write(self, picture: Picture, options: Options) -> bytes:
        drawing = graph_of(picture, "mermaid")
        return ("\n".join(_Writer(drawing, options).lines()) + "\n").encode()


class _Writer:
    def __init__(self, drawing: Drawing, options: Options) -> None:
        self._drawing, self._options = drawing, options
        self._nesting = Nesting(drawing)
        self._styles = _styles()

    def lines(self) -> Iterator[str]:
        if self._options.header:
            yield from self._title()
        yield "flowchart LR" if self._drawing.direction == "right" else "flowchart TB"
        yield from self._content(None, 1)
        yield from self._notes()
        for edge in self._nesting.drawn:
            yield from self._edge(edge)
        yield from self._classes()
        yield from self._links()

    def _title(self) -> Iterator[str]:
        parts = [text.cleaned(said(each, self._options.lang)) for each in (self._drawing.title, self._drawing.subtitle)]
        title = " · ".join(part for part in parts if part).replace("\n", " ")
        # A directive is looked for everywhere, even in a title.
        title = title.replace("%%", "% %")[:_LONGEST]
        if title:
            yield from ("---", f"title: {json.dumps(title, ensure_ascii=False)}", "---")

    def _content(self, within: str | None, depth: int) -> Iterator[str]:
        indent = "  " * depth
        for item in self._nesting.children(within):
            name = self._nesting.names[item.id]
            if isinstance(item, Cluster) or self._nesting.children(item.id):
                yield f'{indent}subgraph {name} ["{self._label(item)}"]'
                yield from self._content(item.id, depth + 1)
                if not self._nesting.children(item.id):
                    yield f'{indent}  {name}x[" "]'
                yield f"{indent}end"
            else:
                before, after = self._styles["shape"].get(figure(item.kind.notation).outline, ("[", "]"))
                yield f'{indent}{name}{before}"{self._label(item)}"{after}'

    def _label(self, item: Item) -> str:
        lang = self._options.lang
        parts = [said(item.name, lang), said(item.detail, lang)]
        if isinstance(item, Node):
            if figure(item.kind.notation).outline in ("dot", "ring"):
                return " "
            kind = said(item.stereotype, lang) or said(item.kind.label, lang)
            parts = [f"«{kind}»" if kind else "", *parts, said(shown_value(item), lang)]
        return "<br/>".join(escaped(part) for part in parts if text.cleaned(part)) or " "

    def _notes(self) -> Iterator[str]:
        for at, note in enumerate(self._drawing.notes):
            yield f'  note{at}>"{escaped(said(note, self._options.lang))}"]'

    def _edge(self, edge: Edge) -> Iterator[str]:
        names = self._nesting.names
        source, target = names[edge.source], names[edge.target]
        style = self._style(edge)
        label = escaped(_line_label(edge, self._options.lang))
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

    def _style(self, edge: Edge) -> Mapping[str, Any]:
        notation = edge.kind.notation
        found = self._styles["line"].get(notation) or self._styles["line"]["Connection"]
        if notation == "Access":
            found = self._styles["access"].get(edge.access, found)
        elif edge.directed:
            found = self._styles["directed"].get(notation, found)
        return dict(found)

    def _classes(self) -> Iterator[str]:
        theme = self._options.theme
        members: defaultdict[tuple[str, Paint], list[str]] = defaultdict(list)
        for item in self._nesting.walk():
            if isinstance(item, Node):
                layer = figure(item.kind.notation).layer if item.swatch is None else "value"
                members[layer, paint_of(replace(item, look=PLAIN), theme)].append(self._nesting.names[item.id])
        for at, ((layer, colours), names) in enumerate(members.items()):
            yield f"  classDef {layer}{at} fill:{colours.fill},stroke:{colours.line},color:{colours.text}"
            yield f"  class {','.join(names)} {layer}{at}"
        focus = [self._nesting.names[each.id] for each in self._drawing.nodes if each.emphasis == "focus"]
        if focus:
            yield "  classDef focus stroke-width:3px"
            yield f"  class {','.join(focus)} focus"

    def _links(self) -> Iterator[str]:
        links = self._options.links
        for item in self._nesting.walk() if links is not None else ():
            address = links(item.uid) if links is not None and item.uid else ""
            if address:
                yield f'  click {self._nesting.names[item.id]} href "{_address(address)}"'


def escaped(words: str) -> str:
    """A text as Mermaid shows it: every sign by its number, line breaks as breaks."""
    shown = text.cleaned(words)
    if len(shown) > _LONGEST:
        shown = shown[:_LONGEST].rstrip() + text.ELLIPSIS
    numbered = _SIGNS.sub(_numbered, shown)
    return numbered.replace("\n", "<br/>")


def _numbered(match: re.Match[str]) -> str:
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


@cache
def _styles() -> Mapping[str, Any]:
    return tomllib.loads((files("diagrams.renderers") / "mermaid.toml").read_text(encoding="utf-8"))
