"""Reference-model map: a coded tree as nested boxes, coloured by how much is in each: number, systems, cost, age, cover."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from diagrams.chart import Chart
from diagrams.charts.nested import Box, Nested
from diagrams.colouring import ranged
from diagrams.concepts import joined, moment_of, name_of, plural, tooltip
from diagrams.drawing import Swatch, Words
from diagrams.filters import filters
from diagrams.life_cycle import life_of
from diagrams.notation import NO_SWATCH, phrase
from diagrams.round_numbers import number_in_words, percent_in_words, whole_percent
from diagrams.subjects import FUNCTIONS, SYSTEMS, first_of
from diagrams.trees import Tree, tree_of
from ea_repo import clock
from ea_repo.analysis.coverage import support
from ea_repo.catalogue import viewpoint
from ea_repo.errors import InvalidInput, Problem
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

MOST_SHOWN = 180
_TREES = ("ReferenceCategory", "Capability", "BusinessFunction", "Grouping")
#: What joins an element to the box that it belongs to; it is their source.
_BELONGING = ("ClassifiedAs", "Serving", "Realization", "Assignment")
By = Literal["count", "systems", "cost", "coverage", "age"]


@viewpoint(example={"root": "reference:BRM", "by": "systems"})
def reference_model_map(
    state: State,
    *,
    root: Annotated[str | None, "Only what is below this category, capability or function."] = None,
    by: Annotated[
        By,
        "What colours a box: how much belongs to it, how many systems support it, what these cost a year, the share of "
        "its functions that have a system, or how old its systems are on average.",
    ] = "count",
    level: Annotated[int, "How many levels of boxes.", range(1, 7)] = 2,
    type: Annotated[
        tuple[str, ...], "What the tree is made of; left out, reference categories, else capabilities."
    ] = (),
    model: Annotated[str | None, "Only what is in this model."] = None,
    limit: Annotated[int, "The most boxes; above it fewer levels are shown.", range(1, 1_001)] = MOST_SHOWN,
) -> Chart:
    """A reference model or another tree as nested boxes, coloured by number, systems, cost, coverage or age."""
    types = type or first_of(state, _TREES)
    tree = tree_of(state, types, model)
    tops = _tops(state, tree, root)
    shown = level
    while shown > 1 and sum(1 for top in tops for _ in tree.leaves(top, shown - 1)) > limit:
        shown -= 1
    kept, left = _kept(tree, tops, shown, limit)
    facts = _facts(state, tree, tops, by)
    values = {uid: facts.value(tree, uid) for top in kept for uid in _drawn(tree, top, shown)}
    leaves = {uid: values[uid] for top in kept for uid in tree.leaves(top, shown - 1)}
    swatches, by_uid = _swatches(leaves, facts)
    boxes = tuple(_box(state, tree, top, shown, values, by_uid, facts) for top in kept)
    notes: list[Words] = [phrase("fewer_levels", level=shown)] if shown < level else []
    notes += [phrase("boxes_left_out", count=left)] if left else []
    notes += [] if tops else [phrase("nothing_found")]
    named = [name_of(tree.concepts[root])] if root else []
    return Chart(
        title=joined(named) if named else _title(state, types),
        figure=Nested(boxes, swatches),
        subtitle=joined([
            phrase("boxes_count", count=len(leaves)), phrase("map_members", count=len(facts.all_members)),
            *filters(state, model=model, type=type), *moment_of(state),
        ]),
        notes=tuple(notes),
        viewpoint="reference-model-map",
        swatches_name=phrase(f"map_by_{by}"),
    )  # fmt: skip


def _title(state: State, types: tuple[str, ...]) -> Words:
    if len(types) != 1:
        return phrase("reference_map_title")
    return phrase("map_of", names=plural(state.metamodel, types[0], 2))


def _tops(state: State, tree: Tree, root: str | None) -> tuple[str, ...]:
    """What the outermost boxes are: the parts of the root, or of all that have parts."""
    if root is not None:
        if root not in tree.concepts:
            found = state.get(root)
            detail = f"{root} is a {found.type}, and the tree is made of {', '.join(sorted({each.type for each in tree.concepts.values()})) or 'nothing'}"
            raise InvalidInput(detail, errors=[Problem("/root", detail, expected="an element of that type")])
        return tree.parts.get(root, (root,))
    if len(tree.roots) == 1:
        return tree.parts.get(tree.roots[0], tree.roots)
    with_parts = tuple(uid for uid in tree.roots if uid in tree.parts)
    return with_parts or tree.roots


def _kept(tree: Tree, tops: tuple[str, ...], level: int, limit: int) -> tuple[tuple[str, ...], int]:
    """The outermost boxes that there is room for, and how many are left out."""
    found, used = list[str](), 0
    for top in tops:
        used += sum(1 for _ in tree.leaves(top, level - 1))
        if found and used > limit:
            break
        found.append(top)
    return tuple(found), len(tops) - len(found)


def _drawn(tree: Tree, uid: str, level: int) -> Iterable[str]:
    yield uid
    if level > 1:
        for part in tree.parts.get(uid, ()):
            yield from _drawn(tree, part, level - 1)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What belongs to each box by itself, and how a number is made of what belongs to it and to all below."""

    by: By
    members: Mapping[str, frozenset[str]]
    systems: Mapping[str, frozenset[str]]  # of each box by itself
    functions: frozenset[str]
    supported: frozenset[str]
    amounts: Mapping[str, float]  # of a system: cost, or years
    unit: str
    all_members: frozenset[str]

    def value(self, tree: Tree, uid: str) -> float | None:
        """None where there is nothing to tell. Shares and years are whole, as they are written."""
        below = list(tree.below(uid))
        members = frozenset().union(*(self.members.get(each, frozenset()) for each in below))
        systems = frozenset().union(*(self.systems.get(each, frozenset()) for each in below))
        if self.by == "count":
            return float(len(members))
        if self.by == "systems":
            return float(len(systems))
        if self.by == "coverage":
            functions = (members | set(below)) & self.functions
            return whole_percent(len(functions & self.supported), len(functions)) if functions else None
        told = [self.amounts[each] for each in sorted(systems | members) if each in self.amounts]
        if not told:
            return None
        return sum(told) if self.by == "cost" else float(round(sum(told) / len(told)))

    def words(self, value: float) -> Words:
        if self.by == "coverage":
            return percent_in_words(value)
        if self.by == "age":
            return phrase("years", count=round(value))
        return number_in_words(value, f" {self.unit}" if self.unit else "")


def _facts(state: State, tree: Tree, tops: tuple[str, ...], by: By) -> _Facts:
    within = {uid for top in tops for uid in tree.below(top)}
    members: dict[str, set[str]] = {}
    for each in state.iterate(Query(types=_known(state, _BELONGING), kind="relationship")):
        if each.target in within and each.source and each.source not in tree.concepts:
            members.setdefault(each.target, set()).add(each.source)
    all_members = frozenset(uid for each in members.values() for uid in each)
    concepts = state.get_many(sorted(all_members))
    function_types = {each for name in FUNCTIONS for each in _descendants(state, name)}
    functions = {uid for uid, each in {**concepts, **tree.concepts}.items() if each.type in function_types} & (
        all_members | within
    )
    supporting: dict[str, set[str]] = {}
    if by != "count":
        types = first_of(state, SYSTEMS)
        systems = {each.uid: each for each in state.iterate(Query(types=types, kind="element"))} if types else {}
        for pair in support(state, systems, functions):
            supporting.setdefault(pair.function, set()).add(pair.system)
        own = {
            box: frozenset(
                {uid for uid in (*members.get(box, ()), box) if uid in systems}
                | {system for uid in (*members.get(box, ()), box) for system in supporting.get(uid, ())}
            )
            for box in within
        }
        concepts |= {uid: systems[uid] for each in own.values() for uid in each}
    else:
        own = {}
    amounts, unit = _amounts(state, concepts, by)
    kept = {box: frozenset(each) for box, each in members.items()}
    return _Facts(by, kept, own, frozenset(functions), frozenset(supporting), amounts, unit, all_members)


def _known(state: State, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name in state.metamodel.types)


def _descendants(state: State, name: str) -> Iterable[str]:
    return state.metamodel.descendants(name) if name in state.metamodel.types else ()


def _amounts(state: State, concepts: Mapping[str, Concept], by: By) -> tuple[Mapping[str, float], str]:
    """Of each system what it costs a year, in the currency that most are in, or how many years it has been there."""
    if by == "age":
        now = state.on or clock.now().date()
        begun = {uid: life.phases[0].begin for uid, each in concepts.items() if (life := life_of(each)).phases}
        return {uid: _years(begin, now) for uid, begin in begun.items() if begin is not None and begin <= now}, ""
    if by != "cost":
        return {}, ""
    costs = {
        uid: cost for uid, each in concepts.items() if isinstance(cost := each.attributes.get("yearly_cost"), Mapping)
    }
    currencies = sorted(str(each["currency"]) for each in costs.values())
    main = max(currencies, key=currencies.count, default="")
    return {uid: float(each["amount"]) for uid, each in costs.items() if each["currency"] == main}, main


def _years(begin: date, now: date) -> float:
    return (now - begin).days / 365.25


def _swatches(leaves: Mapping[str, float | None], facts: _Facts) -> tuple[tuple[Swatch, ...], Mapping[str, Swatch]]:
    """Classes of the numbers; nothing at all is a class of its own."""
    numbers = {uid: value for uid, value in leaves.items() if value or (value == 0 and facts.by == "age")}
    tell: Callable[[float], Words] = facts.words
    made, by_uid, _ = ranged(numbers, tell, whole=facts.by != "cost") if numbers else ((), {}, {})
    nothing = Swatch(NO_SWATCH, phrase("none_there"), dashed=True)
    # Functions of which none has a system are a gap; no functions at all are none.
    gap = Swatch("c4", facts.words(0.0)) if facts.by == "coverage" else nothing
    found = {uid: by_uid.get(uid, nothing if value is None else gap) for uid, value in leaves.items()}
    return (nothing, *([gap] if gap is not nothing else []), *made), found


def _box(
    state: State, tree: Tree, uid: str, level: int, values: Mapping[str, float | None],
    by_uid: Mapping[str, Swatch], facts: _Facts,
) -> Box:  # fmt: skip
    concept = tree.concepts[uid]
    parts = tree.parts.get(uid, ()) if level > 1 else ()
    value = values[uid]
    code = str(concept.attributes.get("code") or "")
    said: list[Words] = [code, facts.words(value) if value is not None else "–"]
    tip = joined([tooltip(state.metamodel, concept), joined([phrase(f"map_by_{facts.by}"), said[1]], ": ")], "\n")
    return Box(
        uid, name_of(concept), joined(said), None if parts else by_uid[uid],
        tuple(_box(state, tree, part, level - 1, values, by_uid, facts) for part in parts), uid, concept.type, tip,
    )  # fmt: skip
