"""Portfolio: systems, or anything else, by two attributes as axes, a third as size and a fourth as colour."""

from collections.abc import Collection, Mapping
from typing import Annotated

from diagrams.axes import NUMERIC, Measured, measured
from diagrams.chart import Chart
from diagrams.charts.scatter import Axis, Bubble, Scatter, median_line
from diagrams.colouring import ColourBy, Colouring, colouring
from diagrams.concepts import joined, kind_of, moment_of, name_of, owners_of, tooltip, type_names
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.notation import phrase
from diagrams.subjects import SYSTEMS, counted, first_of
from ea_repo.catalogue import viewpoint
from ea_repo.errors import NotFound, Problem
from ea_repo.metamodel import Attribute
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 60
#: What stands where nothing was asked for: the first of these that any has a value of.
_ACROSS = ("cost_effectiveness_score", "users", "yearly_cost")
_UP = ("business_value_score", "development_cost", "recovery_time_hours")
_SIZES = ("yearly_cost", "acquisition_cost", "quantity")


@viewpoint(example={"colour": "criticality"})
def portfolio(
    state: State,
    *,
    x: Annotated[
        str | None, "The attribute across: a number, amount, date or choice; left out, cost effectiveness."
    ] = None,
    y: Annotated[str | None, "The attribute upwards; left out, business value."] = None,
    size: Annotated[str | None, "The attribute that says how large a bubble is; left out, yearly cost."] = None,
    colour: ColourBy = None,
    owner: Annotated[str | None, "Only what this agency and those below it own."] = None,
    type: Annotated[tuple[str, ...], "What to show; left out, systems."] = (),
    model: Annotated[str | None, "Only what is in this model."] = None,
    limit: Annotated[int, "The most bubbles; of more, the largest.", range(1, 301)] = MOST_SHOWN,
) -> Chart:
    """Systems by two attributes as axes, with a third as size and a fourth as colour."""
    types = type or first_of(state, SYSTEMS)
    query = Query(types=types, kind="element", owner=owner, model=model)
    concepts = {each.uid: each for each in state.iterate(query)} if types else {}
    declared = _declared(state, types)
    across = _axis(declared, x, _ACROSS, "x", concepts)
    up = _axis(declared, y, _UP, "y", concepts)
    sizes = _axis(declared, size, _SIZES, "size", concepts)
    if across is None or up is None:
        return _nothing(state, types)
    placed = [uid for uid in concepts if uid in across.shares and uid in up.shares]
    areas = _areas(sizes, placed)
    chosen = sorted(placed, key=lambda uid: (-areas[uid], uid))[: max(limit, 1)]
    some = len(chosen) < len(placed)
    if some:
        across = _axis(declared, x, _ACROSS, "x", concepts, chosen) or across
        up = _axis(declared, y, _UP, "y", concepts, chosen) or up
    by = colour or ("criticality" if "criticality" in declared else "owner")
    coloured = colouring(state, [concepts[uid] for uid in chosen], by)
    owners = owners_of(state, [concepts[uid] for uid in chosen])
    bubbles = tuple(_bubble(state, concepts[uid], owners, across, up, sizes, areas[uid], coloured) for uid in chosen)
    half = phrase("median_of_all", count=len(placed)) if some else phrase("median")
    lines = (median_line(half),) if across.axis.middle or up.axis.middle else ()
    of = filters(state, owner=owner, model=model)
    largest = [phrase("size_is", name=sizes.axis.title)] if sizes is not None else []
    return Chart(
        title=phrase("portfolio_title", y=up.axis.title, x=across.axis.title),
        figure=Scatter(bubbles, across.axis, up.axis, coloured.swatches, lines),
        subtitle=joined([
            *of, counted(state, types, len(concepts)), *largest, *moment_of(state),
        ]),
        notes=tuple(_notes(len(concepts), len(placed), len(chosen))),
        viewpoint="portfolio",
        swatches_name=coloured.name,
    )  # fmt: skip


def _declared(state: State, types: tuple[str, ...]) -> Mapping[str, Attribute]:
    return {name: each for type_name in types for name, each in state.metamodel.attributes(type_name).items()}


def _axis(
    declared: Mapping[str, Attribute], wanted: str | None, usual: tuple[str, ...], name: str,
    concepts: Mapping[str, Concept], shown: Collection[str] | None = None,
) -> Measured | None:  # fmt: skip
    """The attribute asked for, or the usual one where the types have it; it spans what is shown."""
    if wanted is None:
        found = (measured(declared[each], concepts.values(), shown) for each in usual if each in declared)
        return next((each for each in found if each.shares), None)
    if wanted not in declared:
        expected = ", ".join(sorted(key for key, each in declared.items() if each.kind.name in NUMERIC))
        detail = f'what is shown has no attribute "{wanted}"'
        raise NotFound(f"{detail}; use one of {expected}", errors=[Problem(f"/{name}", detail, "not-found", expected)])
    return measured(declared[wanted], concepts.values(), shown)


def _areas(sizes: Measured | None, placed: list[str]) -> dict[str, float]:
    """The share of the largest; where nothing is known, none, and the bubble has the least size."""
    if sizes is None:
        return dict.fromkeys(placed, 0.25)
    most = max((sizes.numbers.get(uid, 0.0) for uid in placed), default=0.0)
    return {uid: sizes.numbers.get(uid, 0.0) / (most or 1.0) for uid in placed}


def _bubble(
    state: State, concept: Concept, owners: Mapping[str, Concept], across: Measured, up: Measured,
    sizes: Measured | None, area: float, coloured: Colouring,
) -> Bubble:  # fmt: skip
    uid, told = concept.uid, [across, up, *([sizes] if sizes is not None else [])]
    facts: list[Words] = [joined([each.axis.title, each.words[uid]], ": ") for each in told if uid in each.words]
    swatch: Swatch = coloured.by_uid[uid]
    facts.append(joined([coloured.name, swatch.label], ": "))
    tip = joined([tooltip(state.metamodel, concept, owners.get(concept.owner or "")), *facts], "\n")
    return Bubble(
        uid, name_of(concept), across.shares[uid], up.shares[uid], area, swatch, uid,
        kind_of(state.metamodel, concept).type, tip,
    )  # fmt: skip


def _notes(count: int, placed: int, shown: int) -> list[Words]:
    found = [phrase("largest_bubbles", shown=shown, rest=placed - shown)] if placed > shown else []
    found += [phrase("not_measured", count=count - placed)] if count > placed else []
    found += [phrase("moved_apart")] if shown > 1 else []
    return found or ([] if count else [phrase("nothing_found")])


def _nothing(state: State, types: tuple[str, ...]) -> Chart:
    """These types have no attributes that could be axes by default."""
    from_types = [phrase("only_types", names=type_names(state.metamodel, types))] if types else []
    return Chart(
        title=phrase("portfolio_plain"),
        figure=Scatter((), Axis("", ()), Axis("", ())),
        subtitle=joined([*from_types, *moment_of(state)]),
        notes=(phrase("no_axes"),) if types else (phrase("nothing_found"),),
        viewpoint="portfolio",
    )
