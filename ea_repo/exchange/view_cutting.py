"""Cuts a stored view to the concepts that are there, and names what it shows as a file does."""

from collections.abc import Callable, Collection

from ea_repo.exchange.grounding import grounded
from ea_repo.store.view_content import Node, ViewContent


def cut(content: ViewContent, concepts: Collection[str], views: Collection[str]) -> bool:
    """Takes out the boxes and lines of what is not in `concepts`; whether there were any.

    What stands in a box that goes stays, in the box around it. A reference to a view that is not there becomes a note.
    """
    before = sum(1 for _ in content.walk()), len(content.connections)
    content.nodes = _kept(content.nodes, concepts)
    for node, _ in content.walk():
        if node.kind == "view" and node.view not in views:
            node.kind, node.text, node.view = "note", node.text or node.view, None
            before = -1, -1
    boxes = {node.id for node, _ in content.walk()}
    lines = [each for each in content.connections if each.relationship is None or each.relationship in concepts]
    standing = grounded(boxes, [(each.id, each.source, each.target) for each in lines])
    content.connections = [each for each in lines if each.id in standing]
    return before != (len(boxes), len(content.connections))


def _kept(nodes: list[Node], concepts: Collection[str]) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        node.nodes = _kept(node.nodes, concepts)
        if node.concept is None or node.concept in concepts:
            kept.append(node)
        else:
            kept.extend(node.nodes)
    return kept


def with_identifiers(content: ViewContent, identifier: Callable[[str], str]) -> None:
    """Names concepts and views by the identifiers of a file, in place."""
    for node, _ in content.walk():
        if node.concept is not None:
            node.concept = identifier(node.concept)
        if node.view is not None:
            node.view = identifier(node.view)
    for line in content.connections:
        if line.relationship is not None:
            line.relationship = identifier(line.relationship)
