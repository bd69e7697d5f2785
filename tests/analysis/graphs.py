"""What a graph says, in a form that can be compared."""

from ea_repo.analysis.graph import Graph


def said(graph: Graph) -> object:
    """All that a graph says, without the positions of its type names."""
    sides = [
        sorted(
            (int(graph.ids[row]), int(graph.ids[other]), int(graph.relationship_ids[by]))
            for row in range(len(graph))
            for other, by in zip(
                side.neighbours[side.starts[row] : side.starts[row + 1]],
                side.relationships[side.starts[row] : side.starts[row + 1]],
                strict=True,
            )
        )
        for side in (graph.dependents, graph.dependencies)
    ]
    ends = [
        (int(graph.ids[one]), int(graph.ids[other])) for one, other in zip(graph.sources, graph.targets, strict=True)
    ]
    types = [graph.type_names[each] for each in (*graph.types, *graph.relationship_types)]
    ids = [each.tolist() for each in (graph.ids, graph.models, graph.owners, graph.relationship_ids)]
    return sides, ends, types, ids
