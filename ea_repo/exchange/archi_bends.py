"""Bend points of Archi: offsets from the centres of both ends, made into points of the view."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from ea_repo.exchange.coordinates import Point, middle
from ea_repo.exchange.view_assembly import Drawing
from ea_repo.store.view_content import Connection, Node, ViewContent

#: startX, startY from the centre of the source; endX, endY from the centre of the target.
Offsets = tuple[float, float, float, float]
WholeOffsets = tuple[int, int, int, int]

#: What Archi draws for a size of -1.
_DEFAULT_SIZES = {"group": (400, 140), "note": (185, 80), "sticky": (135, 70), "actor": (60, 90)}
_DEFAULT_SIZE = (120, 55)


def absolute_bends(drawing: Drawing, offsets: list[tuple[Connection, list[Offsets]]]) -> None:
    """Gives each line its bend points. Where the two offsets of a point contradict each other they are kept
    in `extra`.
    """
    if not offsets:
        return
    ends = _Ends((node for node, _ in drawing.nodes), (line for line, _ in drawing.connections))
    for connection, pairs in _ends_first((line for line, _ in drawing.connections), offsets):
        start, end = ends.point(connection.source), ends.point(connection.target)
        if start is None or end is None:
            continue  # an end is not in the view: the line will be left out, and that is said
        exact = True
        for index, pair in enumerate(pairs, start=1):
            point, agreed = _point(pair, index / (len(pairs) + 1), start, end)
            connection.bend_points.append(point)
            exact = exact and agreed
        if not exact:
            said = ";".join(",".join(f"{each:g}" for each in pair) for pair in pairs)
            connection.style = replace(connection.style, extra={**connection.style.extra, "bend_offsets": said})


def _ends_first(
    lines: Iterable[Connection], found: list[tuple[Connection, list[Offsets]]]
) -> Iterator[tuple[Connection, list[Offsets]]]:
    """The lines in an order in which one that others end on comes before them: its bends say where they end."""
    waiting = {connection.id: connection for connection in lines}
    bent = {connection.id: pairs for connection, pairs in found}
    for connection, _ in found:
        chain = [connection.id] if connection.id in waiting else []
        while chain:
            each = waiting[chain[-1]]
            before = next((end for end in (each.source, each.target) if end in waiting and end not in chain), None)
            if before is not None:
                chain.append(before)
                continue
            del waiting[chain.pop()]
            if each.id in bent:
                yield each, bent[each.id]


def offsets(content: ViewContent) -> dict[str, list[WholeOffsets]]:
    """The offsets of the bend points of each line that has any: those it was read with where they still fit."""
    bent = [line for line in content.connections if line.bend_points]
    if not bent:
        return {}
    ends = _Ends((node for node, _ in content.walk()), content.connections)
    found = {}
    for line in bent:
        start, end = ends.point(line.source), ends.point(line.target)
        if start is not None and end is not None:
            found[line.id] = _kept(line, start, end) or [_whole(point, start, end) for point in line.bend_points]
    return found


def _kept(line: Connection, start: Point, end: Point) -> list[WholeOffsets] | None:
    """The contradicting offsets that a line was read with, where they still give its bend points."""
    written = line.style.extra.get("bend_offsets")
    if written is None:
        return None
    try:
        pairs = [tuple(round(float(part)) for part in pair.split(",")) for pair in written.split(";")]
    except (ValueError, OverflowError):
        return None
    if any(len(pair) != 4 for pair in pairs):
        return None
    read = [_point(pair, index / (len(pairs) + 1), start, end)[0] for index, pair in enumerate(pairs, 1)]  # type: ignore[arg-type]
    return pairs if read == list(line.bend_points) else None  # type: ignore[return-value]


def _whole(point: Point, start: Point, end: Point) -> WholeOffsets:
    """Whole numbers; where a half is in the way, away from zero, as readers cut fractions off."""
    return (
        _away(point[0] - start[0], point[0]), _away(point[1] - start[1], point[1]),
        _away(point[0] - end[0], point[0]), _away(point[1] - end[1], point[1]),
    )  # fmt: skip


def _away(offset: float, place: float) -> int:
    return math.ceil(offset) if place >= 0 else math.floor(offset)


def _point(pair: Offsets, weight: float, start: Point, end: Point) -> tuple[Point, bool]:
    """The point that two offsets mean, and whether they agree on it."""
    from_start = (start[0] + pair[0], start[1] + pair[1])
    from_end = (end[0] + pair[2], end[1] + pair[3])
    if abs(from_start[0] - from_end[0]) < 1 and abs(from_start[1] - from_end[1]) < 1:
        # The middle of a line may lie between pixels, its offsets do not.
        return (_whole_of(from_start[0], from_end[0]), _whole_of(from_start[1], from_end[1])), True
    # Draw2D weighs the two by how far along the line the point is.
    x = from_start[0] * (1 - weight) + from_end[0] * weight
    y = from_start[1] * (1 - weight) + from_end[1] * weight
    return (int(x), int(y)), False


def _whole_of(one: float, other: float) -> float:
    """Of two places that mean the same the one on a pixel; between pixels, the nearer to zero, as `_away` expects."""
    return next((int(place) for place in (one, other) if place == int(place)), int(one))


class _Ends:
    """Centres of boxes, and middles of lines that lines end on."""

    def __init__(self, nodes: Iterable[Node], connections: Iterable[Connection]) -> None:
        self._points: dict[str, Point | None] = {node.id: _centre(node) for node in nodes}
        self._lines = {connection.id: connection for connection in connections}

    def point(self, identifier: str) -> Point | None:
        if identifier in self._points:
            return self._points[identifier]
        line = self._lines.get(identifier)
        if line is None:
            return None
        self._points[identifier] = None  # a line that ends on itself has no middle
        source, target = self.point(line.source), self.point(line.target)
        if source is not None and target is not None:
            self._points[identifier] = middle([source, *line.bend_points, target])
        return self._points[identifier]


def size_of(node: Node) -> tuple[float, float]:
    """Width and height as drawn."""
    usual = _DEFAULT_SIZES.get(node.kind, _DEFAULT_SIZE)
    return usual[0] if node.width == -1 else node.width, usual[1] if node.height == -1 else node.height


def _centre(node: Node) -> Point:
    width, height = size_of(node)
    return (node.x + width // 2, node.y + height // 2)
