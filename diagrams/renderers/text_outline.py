"""Picture to plain text: what stands in what, and what is related to what. For terminals, and for reading aloud."""

from collections.abc import Iterator

from diagrams.chart import Chart, Picture
from diagrams.drawing import Drawing, Edge, Node, Words, said, shown_value
from diagrams.marks import Shape
from diagrams.nesting import Item, Nesting
from diagrams.options import Options
from diagrams.text import cleaned
from ea_repo.catalogue import picture_format


@picture_format(name="text")
class Text:
    """Words only: titles, boxes in their frames, lines from each box, notes. For terminals and for reading aloud."""

    media_type = "text/plain; charset=utf-8"
    suffixes = ("txt",)
    graphs_only = False

    def write(self, picture: Picture, options: Options) -> bytes:
        lines = list(_heading(picture, options))
        lines += _chart(picture, options.lang) if isinstance(picture, Chart) else _drawing(picture, options.lang)
        notes = [_line(note, options.lang) for note in picture.notes]
        return "\n".join([*lines, *(["", *notes] if any(notes) else []), ""]).encode()


def _heading(picture: Picture, options: Options) -> Iterator[str]:
    if not options.header:
        return
    title, subtitle = (_line(each, options.lang) for each in (picture.title, picture.subtitle))
    yield from (title, "=" * len(title), *([subtitle] if subtitle else []), "")


def _drawing(drawing: Drawing, lang: str) -> Iterator[str]:
    nesting = Nesting(drawing)
    lines: dict[str, list[str]] = {}
    for edge in nesting.drawn:
        lines.setdefault(edge.source, []).append(_edge(edge, nesting, lang))
    yield from _content(nesting, None, 0, lines, lang)
    yield from (text for name, texts in lines.items() if name not in nesting.items for text in texts)


def _content(nesting: Nesting, within: str | None, depth: int, lines: dict[str, list[str]], lang: str) -> Iterator[str]:
    indent = "  " * depth
    for item in nesting.children(within):
        yield f"{indent}- {_name(item, lang)}"
        yield from (f"{indent}    {line}" for line in lines.get(item.id, ()))
        yield from _content(nesting, item.id, depth + 1, lines, lang)


def _name(item: Item, lang: str) -> str:
    name = _line(item.name, lang) or "–"
    if not isinstance(item, Node):
        return f"{name}:"
    kind = _line(item.stereotype, lang) or _line(item.kind.label, lang)
    more = [each for each in (kind, _line(item.detail, lang), _line(shown_value(item), lang)) if each]
    return f"{name} ({', '.join(more)})" if more else name


def _edge(edge: Edge, nesting: Nesting, lang: str) -> str:
    target = nesting.items.get(edge.target)
    end = (_line(target.name, lang) if target is not None else "") or "–"
    kind, name = _line(edge.kind.label, lang), _line(edge.name, lang)
    if edge.access in ("read", "write", "read_write"):
        kind = f"{kind}: {edge.access.replace('_', ' and ')}"
    said_of_it = f"{kind}: {name}" if kind and name else kind or name
    return f"→ {end}" + (f" ({said_of_it})" if said_of_it else "")


def _chart(chart: Chart, lang: str) -> Iterator[str]:
    seen: set[str] = set()
    for mark in chart.figure.marks(lang):
        if isinstance(mark, Shape):
            words = _line(mark.tooltip, lang) or " ".join(each.text for each in mark.texts)
            if words and words not in seen:
                seen.add(words)
                yield f"- {words}"


def _line(words: Words, lang: str) -> str:
    return ", ".join(part for part in cleaned(said(words, lang)).split("\n") if part)
