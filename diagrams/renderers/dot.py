"""Drawing to DOT text that Graphviz reads, for those who want to lay out themselves."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import graphviz

from diagrams import boxes, layout, text, wrapping
from diagrams.chart import Picture
from diagrams.drawing import PLAIN, Cluster, Drawing, Edge, Node, said, shown_value
from diagrams.notation import Theme, figure, line_colour, line_style, paint_of, palette
from diagrams.options import Options
from diagrams.placed import Placed, line_label
from diagrams.renderers import graph_of
from ea_repo.catalogue import picture_format

_SHAPES = {
    "rounded": "box",
    "pill": "box",
    "cut": "octagon",
    "dot": "circle",
    "ring": "circle",
    "note": "note",
}
_ENDS = {
    "": "none",
    "arrow": "vee",
    "half-arrow": "lvee",
    "arrow-solid": "normal",
    "triangle": "onormal",
    "diamond": "odiamond",
    "diamond-solid": "diamond",
    "ball": "dot",
}


@picture_format(name="dot")
class Dot:
    """Text for Graphviz, which lays it out anew; a stored view keeps its places."""

    media_type = "text/vnd.graphviz"
    suffixes = ("dot", "gv")
    graphs_only = True

    def write(self, picture: Picture, options: Options) -> bytes:
        drawing = graph_of(picture, "dot")
        placed = layout.place(drawing, options.lang) if drawing.placed else None
        return write(drawing, placed, theme=options.theme, lang=options.lang).encode()


def write(drawing: Drawing, placed: Placed | None, *, theme: Theme = "light", lang: str = "en") -> str:
    """With positions (a stored view) the boxes are pinned, for `neato -n2`; without them dot arranges."""
    colours = palette(theme)
    around = [said(words, lang) for words in (drawing.title, drawing.subtitle, *drawing.notes)]
    graph = graphviz.Digraph(
        "drawing",
        graph_attr={
            "label": _escaped("\n".join(each for each in around if each)),
            "labelloc": "t",
            "fontname": "Pretendard",
            "bgcolor": colours.page,
            "fontcolor": colours.ink,
            "rankdir": "LR" if drawing.arrangement == "layers" else "TB",
            "compound": "true",
            "splines": "true",
        },
        node_attr={"fontname": "Pretendard", "fontsize": "10", "style": "filled"},
        edge_attr={"fontname": "Pretendard", "fontsize": "9", "dir": "both"},
    )
    writer = _Writer(drawing, placed, theme, lang)
    writer.content(graph, None)
    for edge in drawing.edges:
        writer.edge(graph, edge)
    return str(graph.source)


class _Writer:
    def __init__(self, drawing: Drawing, placed: Placed | None, theme: Theme, lang: str) -> None:
        self._placed, self._theme, self._lang = placed, theme, lang
        self._inside: defaultdict[str | None, list[Node]] = defaultdict(list)
        for node in drawing.nodes:
            self._inside[node.cluster].append(node)
        self._below: defaultdict[str | None, list[Cluster]] = defaultdict(list)
        for cluster in drawing.clusters:
            self._below[cluster.cluster].append(cluster)
        self._names = {node.id: f"n{at}" for at, node in enumerate(drawing.nodes)}
        ends = {end for edge in drawing.edges for end in (edge.source, edge.target)}
        self._joints = {edge.id: f"j{at}" for at, edge in enumerate(drawing.edges) if edge.id in ends}

    def content(self, graph: Any, cluster: str | None) -> None:
        for node in self._inside.get(cluster, ()):
            graph.node(self._names[node.id], **self._node(node))
        for at, child in enumerate(self._below.get(cluster, ())):
            with graph.subgraph(name=f"cluster_{cluster or 'top'}_{at}") as inner:
                inner.attr(label=_escaped(said(child.name, self._lang)), style="rounded")
                self.content(inner, child.id)

    def edge(self, graph: Any, edge: Edge) -> None:
        source, target = (self._names.get(end) or self._joints.get(end) for end in (edge.source, edge.target))
        if source is None or target is None:
            return
        style = line_style(edge)
        colour = line_colour(edge.look, self._theme, edge.swatch)
        attributes = {
            "label": _escaped("\n".join(line_label(edge, self._lang).lines)),
            "color": colour,
            "fontcolor": palette(self._theme).ink,
            "style": "solid" if not style.dashes else "dotted" if style.dashes[0] < 3 else "dashed",
        }
        joint = self._joints.get(edge.id)
        if joint is None:
            graph.edge(source, target, arrowtail=_ENDS[style.source], arrowhead=_ENDS[style.target], **attributes)
            return
        graph.node(joint, "", shape="point", width="0.03")
        graph.edge(source, joint, arrowtail=_ENDS[style.source], arrowhead="none", **attributes)
        graph.edge(
            joint,
            target,
            arrowtail="none",
            arrowhead=_ENDS[style.target],
            color=colour,
            style=attributes["style"],
        )

    def _node(self, node: Node) -> Mapping[str, str]:
        look = figure(node.kind.notation)
        colours = paint_of(node if self._placed else replace(node, look=PLAIN), self._theme)
        shape = _SHAPES.get(look.outline, "box")
        found = {
            "label": _escaped("\n".join(self._lines(node))) if shape != "circle" else "",
            "shape": shape,
            "style": "filled,rounded" if look.outline in ("rounded", "pill") else "filled",
            "fillcolor": colours.line if look.outline == "dot" else colours.fill,
            "color": colours.line,
            "fontcolor": colours.text,
            "tooltip": _escaped(said(node.tooltip, self._lang) or said(node.name, self._lang)),
        }
        rect = self._placed.nodes.get(node.id) if self._placed else None
        if rect is not None:
            x, y = rect.centre
            found |= {
                "pos": f"{x:.1f},{-y:.1f}!",
                "width": f"{rect.width / 72:.3f}",
                "height": f"{rect.height / 72:.3f}",
            }
            found["fixedsize"] = "true"
        elif shape == "circle":
            found |= {"width": "0.2", "fixedsize": "true"}
        return found

    def _lines(self, node: Node) -> Sequence[str]:
        lines = wrapping.wrap(said(node.name, self._lang), 150, boxes.NAME_SIZE)
        if node.kind.refined and said(node.kind.label, self._lang):
            lines = [f"«{said(node.kind.label, self._lang)}»", *lines]
        small = (said(each, self._lang) for each in (node.detail, shown_value(node)))
        return [*lines, *(each for each in small if each)]


def _escaped(words: str) -> str:
    """DOT gives a backslash a meaning of its own, of which a line break remains, and takes <...> for markup."""
    plain: str = graphviz.nohtml(text.cleaned(words).replace("\\", "\\\\").replace("\n", "\\n"))
    return plain
