"""Reads what Graphviz writes as JSON: numbers, and splines as paths. Graphviz counts upwards, in points."""

from collections.abc import Callable, Mapping
from typing import Any

from diagrams.geometry import Path

#: Lays DOT text out by the program named (dot, neato ...) and gives Graphviz' JSON.
Run = Callable[[str, str], Mapping[str, Any]]


def numbers(text: str) -> tuple[float, ...]:
    """`12.5,40` as numbers."""
    return tuple(float(each) for each in text.rstrip("!").split(","))


def path_of(position: str, top: float) -> Path:
    """A spline as Graphviz writes it: a start, then three points for each piece."""
    points = [numbers(pair) for pair in position.partition(";")[0].split(" ") if pair[:1] not in "se"]
    flipped = [(x, top - y) for x, y in points]
    steps = tuple(tuple(flipped[at : at + 3]) for at in range(1, len(flipped) - 2, 3))
    return Path(flipped[0], steps)
