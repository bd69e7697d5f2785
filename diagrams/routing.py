"""Lines led around boxes that stand where they are: Graphviz is asked for them by `nop2`, which moves nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphviz

from diagrams.geometry import Path, Rect
from diagrams.graphviz_json import numbers, path_of

PROGRAM = "nop2"
_POINTS_PER_INCH = 72.0
_POINT = 1.0  # how wide a point is to Graphviz
_BOX = {"shape": "box", "fixedsize": "true", "label": ""}


@dataclass(frozen=True, slots=True)
class Routing:
    """What is asked of Graphviz: `boxes` by id, what else is in the way, and lines by id with the boxes at their ends."""

    boxes: Mapping[str, Rect]
    obstacles: tuple[Rect, ...]
    lines: Mapping[str, tuple[str, str]]

    def source(self) -> str:
        """The question as DOT; empty where no line is to be led."""
        if not self.lines:
            return ""
        graph = graphviz.Digraph(
            graph_attr={"splines": "true", "esep": "+5", "sep": "+8"}, node_attr=_BOX, edge_attr={"dir": "none"}
        )
        names = self._names()
        for name, rect in self.boxes.items():
            _pin(graph, names[name], rect)
        for number, rect in enumerate(self.obstacles):
            _pin(graph, f"h{number}", rect)
        for number, (source, target) in enumerate(self.lines.values()):
            graph.edge(names[source], names[target], id=f"e{number}")
        return str(graph.source)

    def read(self, found: Mapping[str, Any]) -> dict[str, Path]:
        """The lines in Graphviz' answer to `source`."""
        right, down = self._shift(found)
        ids = {f"e{number}": name for number, name in enumerate(self.lines)}
        return {
            ids[row["id"]]: path_of(row["pos"], 0.0).moved(right, down)
            for row in found.get("edges", ())
            if row.get("id") in ids and "pos" in row
        }

    def _names(self) -> dict[str, str]:
        return {name: f"n{number}" for number, name in enumerate(self.boxes)}

    def _shift(self, found: Mapping[str, Any]) -> tuple[float, float]:
        """Graphviz moves the whole to the origin: by how much it must be moved back."""
        positions = {each["name"]: numbers(each["pos"]) for each in found["objects"]}
        name, rect = next(iter(self.boxes.items()))
        x, y = positions[self._names()[name]]
        return rect.centre[0] - x, rect.centre[1] + y


def _pin(graph: Any, name: str, rect: Rect) -> None:
    x, y = rect.centre
    graph.node(name, pos=f"{x:.2f},{-y:.2f}", width=_inches(rect.width), height=_inches(rect.height))


def _inches(pixels: float) -> str:
    return f"{max(pixels, _POINT) / _POINTS_PER_INCH:.4f}"
