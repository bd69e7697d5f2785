"""Bend points of Archi: offsets from the centres of both ends, made into points of the view."""

from ea_repo.exchange.coordinates import Point, middle
from ea_repo.exchange.view_assembly import Drawing
from ea_repo.store.view_content import Connection, Node

#: startX, startY from the centre of the source; endX, endY from the centre of the target.
Offsets = tuple[float, float, float, float]

#: What Archi draws for a size of -1.
_DEFAULT_SIZES = {"group": (400, 140), "note": (185, 80), "sticky": (135, 70), "actor": (60, 90)}
_DEFAULT_SIZE = (120, 55)


def absolute_bends(drawing: Drawing, offsets: list[tuple[Connection, list[Offsets]]]) -> None:
    """Gives each line its bend points. Where the two offsets of a point contradict each other they are kept
    in `extra`.
    """
    if not offsets:
        return
    ends = _Ends(drawing)
    for connection, pairs in offsets:
        start, end = ends.point(connection.source), ends.point(connection.target)
        if start is None or end is None:
            continue  # an end is not in the view: the line will be left out, and that is said
        exact = True
        for index, (start_x, start_y, end_x, end_y) in enumerate(pairs, start=1):
            from_start = (start[0] + start_x, start[1] + start_y)
            from_end = (end[0] + end_x, end[1] + end_y)
            if from_start == from_end:
                connection.bend_points.append(from_start)
                continue
            # Draw2D weighs the two by how far along the line the point is.
            weight = index / (len(pairs) + 1)
            x = from_start[0] * (1 - weight) + from_end[0] * weight
            y = from_start[1] * (1 - weight) + from_end[1] * weight
            connection.bend_points.append((int(x), int(y)))
            exact = False
        if not exact:
            connection.style.extra["bend_offsets"] = ";".join(",".join(f"{each:g}" for each in pair) for pair in pairs)


class _Ends:
    """Centres of boxes, and middles of lines that lines end on."""

    def __init__(self, drawing: Drawing) -> None:
        self._points: dict[str, Point | None] = {node.id: _centre(node) for node, _ in drawing.nodes}
        self._lines = {connection.id: connection for connection, _ in drawing.connections}

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


def _centre(node: Node) -> Point:
    usual = _DEFAULT_SIZES.get(node.kind, _DEFAULT_SIZE)
    width = usual[0] if node.width == -1 else node.width
    height = usual[1] if node.height == -1 else node.height
    return (node.x + width // 2, node.y + height // 2)
