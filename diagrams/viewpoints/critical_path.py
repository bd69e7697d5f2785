"""Critical path: initiatives, which of them must wait for which, and the chain that decides when all is done."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from itertools import pairwise
from typing import Annotated

from diagrams.concepts import edge_of, joined, moment_of, node_of, owners_of
from diagrams.drawing import Cluster, Drawing, Edge, Kind, Node, Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.round_numbers import number_in_words
from ea_repo.catalogue import viewpoint
from ea_repo.planning.roadmap.longest_chain import Schedule, Task, schedule
from ea_repo.planning.roadmap.plan import dependency
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
_LONGEST = Swatch("c4", phrase("on_longest_chain"))
_SLACK = Swatch("c3", phrase("has_slack"))
_ALONE = Swatch("none", phrase("waits_for_none"))
_TOO_EARLY = Swatch("removed", phrase("too_early"))


@viewpoint(example={"model": "roadmap"})
def critical_path(
    state: State,
    *,
    owner: Annotated[str | None, "Only initiatives of this agency and those below it."] = None,
    model: Annotated[str | None, "Only initiatives of this model."] = None,
    limit: Annotated[
        int, "The most initiatives drawn; those on the longest chain and with least slack come first.", range(2, 1_001)
    ] = MOST_SHOWN,
) -> Drawing:
    """Initiatives, which of them must wait for which, and the longest chain of them."""
    plan = schedule(state, owner=owner, model=model)
    shown = _shown(plan, max(limit, 2))
    owners = owners_of(state, (plan.tasks[uid].concept for uid in shown))
    joined_up = {end for each in plan.precedes for end in (each.source, each.target)}
    steps = _steps(plan, shown)
    nodes = [
        replace(_node(state, plan, uid, owners, alone=uid not in joined_up), rank=steps.get(uid))
        for uid in sorted(shown)
    ]
    alone = [node for node in nodes if node.cluster is not None]
    clusters = [Cluster(_FRAME, phrase("without_dependencies"), Kind("Frame"))] if alone else []
    edges = [_edge(state, plan, each) for each in plan.precedes if each.source in shown and each.target in shown]
    notes: list[Words] = []
    if not plan.tasks:
        notes.append(phrase("no_initiatives"))
    if len(shown) < len(plan.tasks):
        notes.append(phrase("top_initiatives", shown=len(shown), count=len(plan.tasks)))
    if plan.closing:
        notes.append(phrase("circles_left_out", count=len(plan.closing)))
    notes += _how_they_wait(each for each in plan.precedes if each.source in shown and each.target in shown)
    return Drawing(
        title=phrase("critical_path_title"),
        nodes=tuple(nodes),
        edges=tuple(edges),
        clusters=tuple(clusters),
        subtitle=joined(
            [
                *filters(state, owner=owner, model=model),
                phrase("initiatives_count", count=len(plan.tasks)),
                *_chain(plan),
                *moment_of(state),
            ]
        ),
        notes=tuple(notes),
        viewpoint="critical-path",
        swatches=(_LONGEST, _SLACK, _ALONE, _TOO_EARLY),
        swatches_name=phrase("schedule"),
    )


_FRAME = "alone"


def _shown(plan: Schedule, limit: int) -> frozenset[str]:
    joined_up = {end for each in plan.precedes for end in (each.source, each.target)}
    order = sorted(
        plan.tasks, key=lambda uid: (uid not in plan.longest, uid not in joined_up, plan.tasks[uid].slack, uid)
    )
    return frozenset(order[:limit])


def _steps(plan: Schedule, shown: frozenset[str]) -> dict[str, int]:
    """How many of those shown each must wait for one after the other, so that no line runs back in time."""
    before: dict[str, set[str]] = {}
    for each in plan.precedes:
        if each.source in shown and each.target in shown:
            before.setdefault(each.target, set()).add(each.source)
            before.setdefault(each.source, set())
    found: dict[str, int] = {}
    for uid in TopologicalSorter(before).static_order():
        found[uid] = max((found[other] + 1 for other in before[uid]), default=0)
    return found


def _chain(plan: Schedule) -> list[Words]:
    if not plan.longest:
        return []
    return [phrase("longest_chain", count=len(plan.longest), days=number_in_words(plan.days))]


def _node(state: State, plan: Schedule, uid: str, owners: dict[str, Concept], *, alone: bool) -> Node:
    task = plan.tasks[uid]
    node = node_of(state.metamodel, task.concept, owners=owners, cluster=_FRAME if alone else None)
    detail = joined([node.detail, _dates(task)], "\n")
    if alone:
        return replace(node, detail=detail, swatch=_ALONE, value=_days(task))
    if uid in plan.longest:
        return replace(
            node, detail=detail, swatch=_LONGEST, value=joined([_LONGEST.label, _days(task)], ": "), emphasis="focus"
        )
    return replace(
        node,
        detail=detail,
        swatch=_SLACK,
        value=phrase("slack_of", count=number_in_words(task.slack), days=number_in_words(task.days)),
    )


def _dates(task: Task) -> Words:
    begins, ends = (each.isoformat() if each else "?" for each in (task.begins, task.ends))
    return f"{begins} – {ends}" if task.begins or task.ends else phrase("no_dates")


def _days(task: Task) -> Words:
    return phrase("days", count=task.days if task.days == 1 else number_in_words(task.days))


def _edge(state: State, plan: Schedule, relationship: Concept) -> Edge:
    """How one waits for the other, where not for its end; what begins or ends before the other lets it says so."""
    edge = edge_of(state.metamodel, relationship)
    if (how := dependency(relationship).short) != "FS":
        edge = replace(edge, name=how)
    on_chain = _follow(plan.longest, relationship)
    if plan.too_early(relationship):
        return replace(
            edge,
            name=joined([how, _TOO_EARLY.label], ": ") if how != "FS" else _TOO_EARLY.label,
            swatch=_TOO_EARLY,
            emphasis="focus" if on_chain else "normal",
        )
    return replace(edge, emphasis="focus" if on_chain else "normal")


def _how_they_wait(drawn: Iterable[Concept]) -> Iterator[Words]:
    """What the letters at the lines mean: only those that are there."""
    found = [dependency(each) for each in drawn]
    for kind in sorted({each.kind for each in found} - {"finish_to_start"}):
        yield phrase(f"waits_{kind}")
    if any(each.lag_days for each in found):
        yield phrase("waits_lag")


def _follow(longest: Sequence[str], relationship: Concept) -> bool:
    return (relationship.source, relationship.target) in set(pairwise(longest))
