"""What formats share that are text and laid out by others: what stands in a box, which line is meant, signs as numbers."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from diagrams import text
from diagrams.drawing import Drawing, Edge, Node, said, shown_value
from diagrams.nesting import Item, Nesting
from diagrams.notation import figure
from diagrams.options import Options

#: What such a format could take for syntax, markup, HTML, a function, a file to include or an icon.
SIGNS = re.compile(r"[!-+./:-@\[-`{-~-]")
#: Characters of one label: all of them together must stay below Mermaid's 50,000.
LONGEST = 2_000


class TextGraph:
    """A drawing to be told in the words of a format, whose styles are a data file beside its module."""

    def __init__(self, drawing: Drawing, options: Options, styles: str) -> None:
        self.drawing, self.options = drawing, options
        self.nesting = Nesting(drawing)
        self.styles = _styles(styles)

    def said(self, item: Item, *, types: bool) -> list[str]:
        """The lines in a box; with `types` every type by its name, else only what refines one."""
        lang = self.options.lang
        parts = [said(item.name, lang), said(item.detail, lang)]
        if isinstance(item, Node):
            named = types or item.kind.refined
            kind = said(item.stereotype, lang) or (said(item.kind.label, lang) if named else "")
            parts = [f"«{kind}»" if kind else "", *parts, said(shown_value(item), lang)]
        return [part for part in parts if text.cleaned(part)]

    def heading(self) -> list[str]:
        """Title and subtitle."""
        parts = [said(each, self.options.lang) for each in (self.drawing.title, self.drawing.subtitle)]
        return [part for part in parts if text.cleaned(part)] if self.options.header else []

    def notes(self) -> Iterator[str]:
        for note in self.drawing.notes:
            yield said(note, self.options.lang)

    def line(self, edge: Edge) -> Any:
        """How the format draws this kind of relationship."""
        notation = edge.kind.notation
        found = self.styles["line"].get(notation) or self.styles["line"]["Connection"]
        if notation == "Access":
            return self.styles["access"].get(edge.access, found)
        return self.styles["directed"].get(notation, found) if edge.directed else found


def is_joint(item: Item) -> bool:
    """Whether it is a dot or a ring, which have no name."""
    return isinstance(item, Node) and figure(item.kind.notation).outline in ("dot", "ring")


def cut(words: str) -> str:
    """A text as it can be shown, no longer than a label may be."""
    shown = text.cleaned(words)
    return shown if len(shown) <= LONGEST else shown[:LONGEST].rstrip() + text.ELLIPSIS


def numbered(words: str, number: Callable[[re.Match[str]], str]) -> str:
    """The text with every sign written by its number."""
    return SIGNS.sub(number, words)


@cache
def _styles(name: str) -> Mapping[str, Any]:
    return tomllib.loads((files("diagrams.renderers") / name).read_text(encoding="utf-8"))
