"""The smallest set of relationships without which nothing depends on itself: a minimum feedback arc set.

A relationship that is taken away takes along every edge it makes and, where it is a node itself, all edges at that node.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

#: One thing, what it depends on, and by which relationship.
Edge = tuple[int, int, int]

#: The exact search is tried on so many edges at most, and given up after so many steps.
_MOST_EDGES, _MOST_STEPS = 400, 3_000
#: A heuristic set is made smaller as long as trying each of it costs no more edges than this.
_MOST_TRIED = 5_000_000


@dataclass(frozen=True, slots=True)
class Feedback:
    """The relationships to take away. `exact`: no smaller set does; else it is a set of which none can be left out."""

    relationships: tuple[int, ...]
    exact: bool


class _TooLongError(Exception):
    """The exact search would take too long."""


def feedback(edges: Sequence[Edge], node_of: Mapping[int, int]) -> Feedback:
    """The smallest set for these edges. `node_of` has the node that a relationship is, where it is one.

    Exact for up to 400 edges if it is found in 3,000 steps, by cutting the shortest circle at each of its relationships
    in turn, with sets of growing size. Else the order of Eades, Lin and Smyth (1993), and of what leads against it all
    that is not needed left out.
    """
    if len(edges) <= _MOST_EDGES:
        try:
            return _exact(edges, node_of)
        except _TooLongError:
            pass
    return _heuristic(edges, node_of)


def shortest_circle(edges: Iterable[Edge]) -> list[Edge]:
    """The edges of a shortest circle, the first found from the smallest node; empty where there is none."""
    after: dict[int, list[Edge]] = defaultdict(list)
    for edge in sorted(edges):
        after[edge[0]].append(edge)
    best: list[Edge] = []
    for start in sorted(after):
        found = _circle_from(start, after, len(best) or None)
        if found and (not best or len(found) < len(best)):
            best = found
            if len(best) == 1:
                break
    return best


def _circle_from(start: int, after: Mapping[int, list[Edge]], shorter_than: int | None) -> list[Edge]:
    came: dict[int, Edge] = {}
    distance, pending = {start: 0}, deque([start])
    while pending:
        node = pending.popleft()
        if shorter_than is not None and distance[node] + 1 >= shorter_than:
            return []
        for edge in after.get(node, ()):
            if edge[1] == start:
                way = [edge]
                while way[-1][0] != start:
                    way.append(came[way[-1][0]])
                return way[::-1]
            if edge[1] not in distance:
                distance[edge[1]], came[edge[1]] = distance[node] + 1, edge
                pending.append(edge[1])
    return []


def without(edges: Iterable[Edge], relationship: int, node_of: Mapping[int, int]) -> list[Edge]:
    """The edges that stay when a relationship goes."""
    node = node_of.get(relationship)
    return [edge for edge in edges if edge[2] != relationship and node not in edge[:2]]


def _exact(edges: Sequence[Edge], node_of: Mapping[int, int]) -> Feedback:
    steps = 0
    of_node = {node: relationship for relationship, node in node_of.items()}

    def candidates(circle: Sequence[Edge]) -> Iterable[int]:
        """Each relationship that makes an edge of the circle, or is a node on it."""
        nodes = (of_node[edge[0]] for edge in circle if edge[0] in of_node)
        return dict.fromkeys((*(edge[2] for edge in circle), *nodes))

    def cut(rest: Sequence[Edge], most: int) -> tuple[int, ...] | None:
        nonlocal steps
        steps += 1
        if steps > _MOST_STEPS:
            raise _TooLongError
        circle = shortest_circle(rest)
        if not circle:
            return ()
        if most == 0:
            return None
        for relationship in candidates(circle):
            found = cut(without(rest, relationship, node_of), most - 1)
            if found is not None:
                return (relationship, *found)
        return None

    most = 0
    while (found := cut(edges, most)) is None:
        most += 1
    return Feedback(tuple(sorted(found)), exact=True)


def _heuristic(edges: Sequence[Edge], node_of: Mapping[int, int]) -> Feedback:
    place = {node: at for at, node in enumerate(_order(edges))}
    chosen = sorted({by for one, other, by in edges if place[one] >= place[other]})
    if len(chosen) * len(edges) <= _MOST_TRIED:
        for relationship in chosen[:]:
            rest = list(edges)
            others = [each for each in chosen if each != relationship]
            gone, nodes = set(others), {node_of[each] for each in others if each in node_of}
            rest = [edge for edge in edges if edge[2] not in gone and not nodes & set(edge[:2])]
            if _is_free(rest):
                chosen = others
    return Feedback(tuple(chosen), exact=False)


def _order(edges: Sequence[Edge]) -> list[int]:
    """Eades, Lin and Smyth: sinks to the end, sources to the front, else what leads out most beyond what leads in."""
    out: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    into: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    nodes = sorted({node for edge in edges for node in edge[:2]})
    for one, other, _ in edges:
        if one != other:
            out[one][other] += 1
            into[other][one] += 1
    left, right, alive = list[int](), list[int](), dict.fromkeys(nodes)
    surplus = {node: sum(out[node].values()) - sum(into[node].values()) for node in nodes}
    buckets: dict[int, dict[int, None]] = defaultdict(dict)
    for node in nodes:
        buckets[surplus[node]][node] = None

    def take(node: int) -> None:
        del alive[node], buckets[surplus[node]][node]
        for there, back, sign in ((out, into, 1), (into, out, -1)):
            for other, count in there[node].items():
                del back[other][node]
                del buckets[surplus[other]][other]
                surplus[other] += sign * count
                buckets[surplus[other]][other] = None
                if not out[other] or not into[other]:
                    ready.append(other)

    ready = deque(node for node in nodes if not out[node] or not into[node])
    while alive:
        while ready:
            node = ready.popleft()
            if node in alive:
                (right if not out[node] else left).append(node)
                take(node)
        if alive:
            most = max(value for value, members in buckets.items() if members)
            node = next(iter(buckets[most]))
            left.append(node)
            take(node)
    return left + right[::-1]


def _is_free(edges: Sequence[Edge]) -> bool:
    """Whether there is no circle (Kahn, 1962)."""
    waiting: dict[int, int] = defaultdict(int)
    after: dict[int, list[int]] = defaultdict(list)
    for one, other, _ in edges:
        waiting[other] += 1
        after[one].append(other)
    ready = [node for node in after if not waiting[node]]
    done = 0
    while ready:
        node = ready.pop()
        for other in after[node]:
            done += 1
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    return done == len(edges)
