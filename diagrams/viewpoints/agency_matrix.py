"""Agency matrix: which agency sends data to which, or depends on which, and how much; as a matrix or a circle."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from diagrams.agencies import NOBODY
from diagrams.chart import Chart, Figure
from diagrams.charts.chord import Arc, Chord, Tie
from diagrams.charts.matrix import Cell, Heading, Matrix
from diagrams.colouring import ranged
from diagrams.concepts import joined, moment_of, name_of, tooltip
from diagrams.drawing import Swatch, Words
from diagrams.notation import NO_SWATCH, phrase
from diagrams.round_numbers import number_in_words
from ea_repo.analysis.agency_tree import Level
from ea_repo.analysis.dependency_matrix import dependency_matrix
from ea_repo.analysis.owner_flows import OwnerFlow, flows_between_owners, lines_of_owners
from ea_repo.catalogue import viewpoint
from ea_repo.store.state import State

_MOST_IN_MATRIX, _MOST_IN_CHORD = 40, 24
#: Of a nation's dependencies between owners only the largest are looked at.
_MOST_PAIRS = 4_000
_REST = "rest"


@viewpoint(example={"level": 2})
def agency_matrix(
    state: State,
    *,
    of: Annotated[
        Literal["exchanges", "dependencies"], "Data flows between their systems, or every kind of dependency."
    ] = "exchanges",
    shape: Annotated[Literal["matrix", "chord"], "A matrix, or a circle with a line for each pair."] = "matrix",
    level: Level = None,
    owner: Annotated[tuple[str, ...], "Only pairs of which one is of these agencies or those below them."] = (),
    limit: Annotated[
        int | None, "The most agencies; left out, 40 in a matrix and 24 in a circle.", range(2, 201)
    ] = None,
) -> Chart:
    """Which agency sends data to which, or depends on which, and how much."""
    lines = lines_of_owners(state)
    pairs = _asked(_pairs(state, of, level), lines, owner)
    most = max(limit or (_MOST_IN_MATRIX if shape == "matrix" else _MOST_IN_CHORD), 2)
    weights: Counter[str] = Counter()
    for pair in pairs:
        weights.update({pair.source or NOBODY: pair.count})
        weights.update({pair.target or NOBODY: pair.count if pair.source != pair.target else 0})
    chosen = sorted(weights, key=lambda uid: (-weights[uid], uid))[:most]
    known = _Known(state, chosen, lines)
    figure, left = _matrix if shape == "matrix" else _chord, len(weights) - len(chosen)
    key = "agencies_gathered" if shape == "matrix" else "agencies_omitted"
    notes = [phrase(key, shown=len(chosen), count=left)] if left else []
    if not pairs:
        notes = [phrase("nothing_found")]
    total = sum(pair.count for pair in pairs)
    counted = phrase("flows_count" if of == "exchanges" else "dependencies_count", count=total)
    levels = [phrase("on_level", level=level)] if level else []
    only = [known.asked(owner)] if owner else []
    return Chart(
        title=phrase(f"agency_matrix_{of}"),
        figure=figure(known, pairs, of, left),
        subtitle=joined([phrase("agencies_count", count=len(weights)), counted, *only, *levels, *moment_of(state)]),
        notes=tuple(notes),
        viewpoint="agency-matrix",
        swatches_name=phrase(f"how_many_{of}"),
    )


def _pairs(state: State, of: str, level: int | None) -> list[OwnerFlow]:
    if of == "exchanges":
        return flows_between_owners(state, level)
    rows = dependency_matrix(state, by="owner", level=level)[:_MOST_PAIRS]
    return [OwnerFlow(row.source, row.target, row.dependencies, ()) for row in rows]


def _asked(pairs: Sequence[OwnerFlow], lines: Mapping[str, tuple[str, ...]], owner: tuple[str, ...]) -> list[OwnerFlow]:
    if not owner:
        return list(pairs)
    below = {uid for uid, line in lines.items() if set(owner).intersection(line)} | set(owner)
    return [pair for pair in pairs if pair.source in below or pair.target in below]


class _Known:
    """The agencies that are shown, in the order of the agency tree."""

    def __init__(self, state: State, chosen: Sequence[str], lines: Mapping[str, tuple[str, ...]]) -> None:
        self.state, self.chosen, self.lines = state, chosen, lines
        above = {each for uid in chosen for each in lines.get(uid, ())}
        self.agencies = state.get_many(sorted({*chosen, *above} - {NOBODY}))
        self.order = sorted(chosen, key=self._place)

    def _place(self, uid: str) -> tuple[bool, bool, list[str], str]:
        """Ministries with their parts, then the agencies that stand by themselves."""
        names = [self.agencies[each].name for each in self.lines.get(uid, (uid,)) if each in self.agencies]
        return uid == NOBODY, self._ministry_uid(uid) is None, names, uid

    def name(self, uid: str) -> Words:
        return name_of(self.agencies[uid]) if uid in self.agencies else phrase("no_owner")

    def asked(self, owners: Sequence[str]) -> Words:
        return joined([name_of(self.state.get(uid)) for uid in owners], ", ")

    def heading(self, uid: str) -> Heading:
        if uid not in self.agencies:
            return Heading(uid, self.name(uid))
        agency = self.agencies[uid]
        return Heading(
            uid, name_of(agency), uid, agency.type, tooltip(self.state.metamodel, agency), self._ministry(uid)
        )

    def _ministry(self, uid: str) -> Words:
        if not any(self._ministry_uid(each) for each in self.order):
            return ""
        found = self._ministry_uid(uid)
        return name_of(self.agencies[found]) if found else phrase("other_agencies")

    def _ministry_uid(self, uid: str) -> str | None:
        """The one below the top of the tree, where several of those shown stand below it."""
        top = self.lines.get(uid, ())[1:2]
        with_it = [each for each in self.chosen if self.lines.get(each, ())[1:2] == top]
        return top[0] if top and top[0] in self.agencies and len(with_it) > 1 else None


def _counts(known: _Known, pairs: Sequence[OwnerFlow]) -> dict[tuple[str, str], OwnerFlow]:
    """By pair of what is shown; what is not shown stands together."""
    shown = set(known.order)
    found: defaultdict[tuple[str, str], list[OwnerFlow]] = defaultdict(list)
    for pair in pairs:
        ends = (pair.source or NOBODY, pair.target or NOBODY)
        found[ends[0] if ends[0] in shown else _REST, ends[1] if ends[1] in shown else _REST].append(pair)
    return {
        ends: OwnerFlow(
            *ends, sum(pair.count for pair in each), tuple(name for pair in each for name in pair.names)[:12]
        )
        for ends, each in found.items()
    }


def _classes(counts: Mapping[tuple[str, str], OwnerFlow]) -> tuple[tuple[Swatch, ...], dict[tuple[str, str], Swatch]]:
    numbers = {f"{one} {other}": float(each.count) for (one, other), each in counts.items() if one != other}
    swatches, by_key, _ = ranged(numbers, number_in_words, whole=True) if numbers else ((), {}, {})
    inside = Swatch(NO_SWATCH, phrase("within"))
    found = {(one, other): by_key.get(f"{one} {other}", inside) for one, other in counts}
    return (*swatches, inside), found


def _matrix(known: _Known, pairs: Sequence[OwnerFlow], of: str, left: int) -> Figure:
    counts = _counts(known, pairs)
    swatches, by_pair = _classes(counts)
    heads = [known.heading(uid) for uid in known.order]
    if left:
        heads.append(Heading(_REST, phrase("more_agencies", count=left)))
    names = {head.key: head.name for head in heads}
    cells = [
        Cell(
            one, other, by_pair[one, other], number_in_words(each.count),
            joined([phrase("pair", source=names[one], target=names[other]), number_in_words(each.count), *each.names], "\n"),
        )
        for (one, other), each in sorted(counts.items())
    ]  # fmt: skip
    titles = ("sender", "receiver") if of == "exchanges" else ("dependent", "depended")
    return Matrix(tuple(heads), tuple(heads), tuple(cells), phrase(titles[0]), phrase(titles[1]), swatches)


def _chord(known: _Known, pairs: Sequence[OwnerFlow], of: str, left: int) -> Figure:
    counts = {ends: each for ends, each in _counts(known, pairs).items() if _REST not in ends}
    swatches, by_pair = _classes(counts)
    heads = [known.heading(uid) for uid in known.order]
    names = {head.key: head.name for head in heads}
    arcs = tuple(Arc(head.key, head.name, head.uid, head.type, head.tooltip) for head in heads)
    ties = tuple(
        Tie(
            one, other, each.count, by_pair[one, other],
            joined([phrase("pair", source=names[one], target=names[other]), number_in_words(each.count), *each.names], "\n"),
        )
        for (one, other), each in sorted(counts.items()) if one != other
    )  # fmt: skip
    return Chord(arcs, ties, tuple(swatches[:-1]))
