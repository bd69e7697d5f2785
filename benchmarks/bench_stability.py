"""How many boxes one line more or less moves in a drawing in columns, against what it moves where `dot` places the same boxes.

A box counts that moves by more than half its width, apart from what all move together, which is about a place in a column; and
one that moves far, by more than twice its width. Changed are the examples of the viewpoints on the sample government; for each,
twenty lines are taken away and twenty lead somewhere else.
"""

import math
import random
import shutil
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

import graphviz

import diagrams
from benchmarks.frame import Result
from diagrams import engines, layout
from diagrams.drawing import Drawing
from diagrams.geometry import Point
from diagrams.graphviz_json import numbers
from ea_repo.catalogue import entries
from ea_repo.repository import open_repository
from ea_repo.sample import load

CHANGES = 20
SECONDS = 60
_POINTS_PER_INCH = 72

Places = Mapping[str, Point]


def run() -> Iterator[Result]:
    if shutil.which("dot") is None:
        raise RuntimeError("this benchmark needs the dot program: install Graphviz")
    for name, drawing in _examples():
        sizes = layout.sizes(drawing, "en")
        own, dots = _own(drawing), _dots(drawing, sizes)
        pairs = [(_own(changed), _dots(changed, sizes)) for changed in _changes(drawing)]
        for what, widths in (("moved", 0.5), ("moved far", 2.0)):
            ours = statistics.mean(_moved(own, after, sizes, widths) for after, _ in pairs) * 100
            theirs = statistics.mean(_moved(dots, after, sizes, widths) for _, after in pairs) * 100
            yield Result(f"boxes {what}, {name}", ours, theirs, "dot places the boxes", unit="%")


def _examples() -> Iterator[tuple[str, Drawing]]:
    """The drawings in columns, without the frames that no line enters: what is in these has no line to change."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_repository(f"sqlite:///{folder}/sample.db", create=True) as repository,
    ):
        load(repository)
        with repository.state() as state:
            for name, entry in sorted(entries("viewpoint").items()):
                drawing = diagrams.draw(state, name, **entry.example)
                if isinstance(drawing, Drawing) and not drawing.placed and drawing.arrangement == "layers":
                    yield name, _joined(drawing)


def _joined(drawing: Drawing) -> Drawing:
    """Boxes and the lines between them."""
    names = {node.id for node in drawing.nodes}
    edges = tuple(edge for edge in drawing.edges if {edge.source, edge.target} <= names)
    ends = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = tuple(replace(node, cluster=None) for node in drawing.nodes if node.id in ends)
    return replace(drawing, nodes=nodes, edges=edges, clusters=())


def _changes(drawing: Drawing) -> Iterator[Drawing]:
    chance = random.Random(5)
    for _ in range(CHANGES):
        line = chance.choice(drawing.edges)
        other = chance.choice([node.id for node in drawing.nodes if node.id not in (line.source, line.target)])
        yield replace(drawing, edges=(*drawing.edges, replace(line, id="a new line", target=other)))
        gone = chance.choice(drawing.edges)
        yield replace(drawing, edges=tuple(edge for edge in drawing.edges if edge is not gone))


def _own(drawing: Drawing) -> Places:
    return {name: rect.centre for name, rect in layout.place(drawing, "en").nodes.items()}


def _dots(drawing: Drawing, sizes: Mapping[str, tuple[float, float]]) -> Places:
    graph = graphviz.Digraph(
        graph_attr={"rankdir": "LR", "ranksep": "0.95", "nodesep": "0.32", "newrank": "true"},
        node_attr={"shape": "box", "fixedsize": "true", "label": ""},
    )
    ranks: defaultdict[int, list[str]] = defaultdict(list)
    names = {node.id: f"n{number}" for number, node in enumerate(drawing.nodes)}
    for node in drawing.nodes:
        width, height = sizes[node.id]
        graph.node(names[node.id], width=f"{width / _POINTS_PER_INCH}", height=f"{height / _POINTS_PER_INCH}")
        if node.rank is not None:
            ranks[node.rank].append(names[node.id])
    for same in ranks.values():
        with graph.subgraph() as level:
            level.attr(rank="same")
            for each in same:
                level.node(each)
    for edge in drawing.edges:
        ends = names[edge.source], names[edge.target]
        graph.edge(*(ends[::-1] if edge.backward else ends))
    found = {each["name"]: each for each in engines.run(str(graph.source), seconds=SECONDS, name="dot")["objects"]}
    places: dict[str, Point] = {}
    for name, number in names.items():
        x, y = numbers(found[number]["pos"])
        places[name] = (x, -y)
    return places


def _moved(before: Places, after: Places, sizes: Mapping[str, tuple[float, float]], widths: float) -> float:
    """The share of boxes that moved by more than so many of their widths."""
    names = [name for name in before if name in after]
    steps = [(after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in names]
    right, down = (statistics.median(step[axis] for step in steps) for axis in (0, 1))
    far = [math.hypot(x - right, y - down) for x, y in steps]
    return sum(distance > sizes[name][0] * widths for name, distance in zip(names, far, strict=True)) / len(names)
