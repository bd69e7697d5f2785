"""A selection as a graph for other tools: nodes and edges, in order of uid.

A relationship that another one ends at is a node as well, as in our own graph: no graph format has lines that end at lines.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ea_repo.exchange.export import Export
from ea_repo.metamodel import Finding
from ea_repo.store.records import Concept


@dataclass(frozen=True, slots=True)
class GraphRows:
    """`nodes` and `edges` of what is selected; an edge whose end is not in it is left out, and counted."""

    nodes: list[Concept]
    edges: list[Concept]
    left_out: int

    def findings(self) -> Iterator[Finding]:
        if self.left_out:
            message = f"relationships that lead out of what is selected: {self.left_out:,} left out"
            yield Finding("leads-out", "note", message)


def graph_rows(export: Export) -> GraphRows:
    """O(selected), all in memory."""
    nodes = {each.uid: each for each in export.elements()}
    relationships = {each.uid: each for each in export.relationships()}
    kept = dict.fromkeys(relationships)
    while True:  # without those that end at what is not there, and so on
        standing = nodes.keys() | kept.keys()
        lost = [uid for uid in kept if {relationships[uid].source, relationships[uid].target} - standing]
        if not lost:
            break
        for uid in lost:
            del kept[uid]
    edges = [relationships[uid] for uid in kept]
    ends = {end for each in edges for end in (each.source or "", each.target or "")} & kept.keys()
    return GraphRows(
        [*nodes.values(), *(relationships[uid] for uid in sorted(ends))], edges, len(relationships) - len(edges)
    )
