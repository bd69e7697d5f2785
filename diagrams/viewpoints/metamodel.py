"""Metamodel: types, what refines what, and which relationships may join them or do."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from diagrams.concepts import LANGUAGES, joined, moment_of, plural
from diagrams.drawing import Drawing, Edge, Kind, Node, Words, said
from diagrams.notation import phrase
from diagrams.relating import joined_types
from ea_repo.catalogue import viewpoint
from ea_repo.metamodel import Metamodel
from ea_repo.store.state import State

MOST_SHOWN = 12
#: Allowed between almost everything, and so telling nothing.
_ALWAYS = "Association"
_MOST_NAMED = 3
_MOST_LINES = 40


@viewpoint(name="metamodel", example={"type": ("PublicService", "System", "DataSet", "Server", "Agency")})
def metamodel(
    state: State,
    *,
    type: Annotated[tuple[str, ...], "The types to draw; left out, those of which there are most elements."] = (),
    relationships: Annotated[
        Literal["used", "allowed"],
        "Those that are recorded between elements of these types, with how many, or all that the standard allows.",
    ] = "used",
    refinements: Annotated[bool, "Also the types that these refine."] = True,
    limit: Annotated[int, "The most types chosen where none are asked for.", range(1, 101)] = MOST_SHOWN,
) -> Drawing:
    """Types, what refines what, and which relationships are or may be between them."""
    known = state.metamodel
    counts = state.counts_by_type()
    chosen = [known.type(name).name for name in dict.fromkeys(type)]
    in_use = sorted(
        (each.name for each in known.elements() if counts.get(each.name)), key=lambda name: (-counts[name], name)
    )
    if not type:
        chosen = in_use[: max(limit, 1)]
    above = _refined(known, chosen) if refinements else []
    nodes = [_node(known, name, counts) for name in (*chosen, *above)]
    if relationships == "used":
        lines, notes = _used(state, chosen)
    else:
        lines, notes = _allowed(known, chosen), [phrase("without_associations")]
    if not type and len(in_use) > len(chosen):
        notes.append(phrase("top_types", shown=len(chosen), count=len(in_use)))
    if not nodes:
        notes = [phrase("no_types")]
    if len(lines) > _MOST_LINES:
        notes.append(phrase("strongest_lines", shown=_MOST_LINES, count=len(lines)))
        lines = lines[:_MOST_LINES]
    key = "metamodel_used" if relationships == "used" else "metamodel_allowed"
    return Drawing(
        title=phrase(key),
        nodes=tuple(nodes),
        edges=(*_specializations(known, [*chosen, *above]), *lines),
        subtitle=joined([phrase("types_count", count=len(chosen)), *moment_of(state)]),
        notes=tuple(notes),
        viewpoint="metamodel",
    )


def _refined(known: Metamodel, chosen: Sequence[str]) -> list[str]:
    found = dict.fromkeys(each for name in chosen for each in known.ancestry(name)[1:])
    return [name for name in found if name not in chosen]


def _node(known: Metamodel, name: str, counts: Mapping[str, int]) -> Node:
    declared = known.type(name)
    detail = phrase("elements_count", count=counts[name]) if counts.get(name) else ""
    attributes = known.attributes(name)
    told = {
        lang: "\n".join([said(declared.label, lang), name, *(each.label.get(lang) for each in attributes.values())])
        for lang in LANGUAGES
    }
    base = known.base(name)
    # A type is drawn by its own name; in guillemets stands what it refines.
    refined = known.type(declared.refines).label if declared.refines else ""
    return Node(
        id=name, name=declared.label, kind=Kind(base, base, known.type(base).label), stereotype=refined, detail=detail,
        tooltip=told,
    )  # fmt: skip


def _specializations(known: Metamodel, drawn: Sequence[str]) -> list[Edge]:
    kind = Kind("Specialization", "Specialization", known.type("Specialization").label)
    return [
        Edge(f"{name} refines", name, refined, kind, backward=True)
        for name in drawn
        if (refined := known.type(name).refines) in drawn and refined is not None
    ]


def _used(state: State, chosen: Sequence[str]) -> tuple[list[Edge], list[Words]]:
    """A line for each relationship type between two types, with how many there are."""
    known = state.metamodel
    counts = joined_types(state)
    edges = []
    for (source, relationship, target), count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if source in chosen and target in chosen:
            base = known.base(relationship)
            label = known.type(relationship).label
            edges.append(
                Edge(
                    f"{source} {relationship} {target}", source, target, Kind(base, relationship, label),
                    name=phrase("named_count", name=label, count=f"{count:,}"),
                    tooltip=phrase("counted", count=count, name=plural(known, relationship, count)),
                )
            )  # fmt: skip
    return edges, []


def _allowed(known: Metamodel, chosen: Sequence[str]) -> list[Edge]:
    """A line for all relationships that may lead from one type to another, with their names."""
    together: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for source in chosen:
        for target in chosen:
            allowed = known.permitted_between(source, target) - {_ALWAYS, "Specialization"}
            together[source, target] = [each.name for each in known.relationships() if each.name in allowed]
    edges = []
    for (source, target), names in together.items():
        if not names:
            continue
        labels = [known.type(name).label for name in names]
        kind = (
            Kind(names[0], names[0], labels[0]) if len(names) == 1 else Kind("SeveralDirected", "", phrase("several"))
        )
        told = (
            labels
            if len(labels) <= _MOST_NAMED
            else [*labels[:_MOST_NAMED], phrase("more", count=len(labels) - _MOST_NAMED)]
        )
        edges.append(
            Edge(f"{source} to {target}", source, target, kind, name=joined(told, ", "), tooltip=joined(labels, "\n"))
        )
    return edges
