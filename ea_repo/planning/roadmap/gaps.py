"""The report `roadmap-gaps`: what differs between two plateaus, and which initiative brings it about."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.joins import joined, uids_of
from ea_repo.catalogue import report
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.roadmap.plan import GAP, PLATEAU, Initiative, day_of, plan
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

What = Literal["appears", "disappears", "changes", "gap"]
Filled = Literal["filled", "late", "unfilled"]
_HOLDS = ("Aggregation", "Composition")


@dataclass(frozen=True, slots=True)
class GapRow:
    """An element that differs between the plateaus, or a gap that the register describes.

    `filled` by initiatives that end in time, `late` where all that would fill it end after the second plateau's day.
    `gaps` are those between the plateaus that are about the element, `status` what the register says of the gap.
    """

    what: What
    uid: str
    name: str
    type: str
    owner: str | None
    filled: Filled
    initiatives: tuple[str, ...]
    gaps: tuple[str, ...]
    status: str | None


@report(name="roadmap-gaps", example={"from_plateau": "roadmap:P-2026", "to_plateau": "roadmap:P-2030"})
def gaps(
    state: State,
    from_plateau: Annotated[str, "The plateau that is there first."],
    to_plateau: Annotated[str, "The plateau that is to be reached."],
    *,
    unfilled: Annotated[bool, "Only what no initiative fills in time."] = False,
) -> Answer[GapRow]:
    """What appears, disappears and changes between two plateaus, and each gap between them, with what fills it.

    What appears is filled by an initiative that introduces or changes it, what disappears by one that retires it, what is
    in both and changed by one that changes it; each also by one that closes a gap about it. Only initiatives count that
    end after the first plateau's day and are neither cancelled nor postponed.
    """
    found = _Between(state, from_plateau, to_plateau)
    rows = [row for row in found.rows() if not unfilled or row.filled != "filled"]
    return Answer.of(state, rows)


class _Between:
    """Two plateaus, with what they hold and what happens in between."""

    def __init__(self, state: State, first: str, second: str) -> None:
        self._state = state
        self._from, self._to = (_plateau(state, uid) for uid in (first, second))
        self._since, self._until = (day_of(each, "reached_on") for each in (self._from, self._to))
        if self._since is not None and self._until is not None and self._until <= self._since:
            raise InvalidInput(
                f'"{second}" is to be reached on {self._until}, not after "{first}"; ask the other way round'
            )
        self._plan = plan(state)
        self._initiatives = [
            each for _, each in sorted(self._plan.initiatives.items())
            if each.counts and not (self._since and each.ends and each.ends <= self._since)
        ]  # fmt: skip
        self._gaps = dict(self._gaps_between())
        self._closing: defaultdict[str, list[Initiative]] = defaultdict(list)
        for each in self._initiatives:
            for gap in each.gaps:
                self._closing[gap].append(each)

    def rows(self) -> Iterator[GapRow]:
        before, after = _held(self._state, self._from.uid), _held(self._state, self._to.uid)
        about: defaultdict[str, list[str]] = defaultdict(list)
        for gap, things in self._gaps.items():
            for uid in things:
                about[uid].append(gap)
        introducing, changing, retiring = (self._by(name) for name in ("introduces", "changes", "retires"))
        both = {uid for uid in before & after if changing[uid] or about[uid]}
        known = self._state.get_many({*(before ^ after), *both, *self._gaps})
        cases: list[tuple[What, set[str], Sequence[Mapping[str, list[Initiative]]]]] = [
            ("appears", after - before, (introducing, changing)),
            ("disappears", before - after, (retiring,)),
            ("changes", both, (changing,)),
        ]
        for what, uids, ways in cases:
            for uid in sorted(uids & known.keys()):
                by = [each for way in ways for each in way.get(uid, ())]
                by += [each for gap in about[uid] for each in self._closing[gap]]
                yield self._row(what, known[uid], by, about[uid])
        for uid in self._gaps:
            yield self._row("gap", known[uid], self._closing[uid], ())

    def _by(self, does: str) -> defaultdict[str, list[Initiative]]:
        found: defaultdict[str, list[Initiative]] = defaultdict(list)
        for each in self._initiatives:
            for uid in getattr(each, does):
                found[uid].append(each)
        return found

    def _row(self, what: What, thing: Concept, by: Sequence[Initiative], about: Sequence[str]) -> GapRow:
        in_time = [each for each in by if not (self._until and each.ends and each.ends > self._until)]
        return GapRow(
            what, thing.uid, thing.name, thing.type, thing.owner,
            "filled" if in_time else "late" if by else "unfilled",
            tuple(dict.fromkeys(each.uid for each in by)), tuple(about),
            thing.attributes.get("status") if what == "gap" else None,
        )  # fmt: skip

    def _gaps_between(self) -> Iterator[tuple[str, list[str]]]:
        """The gaps that open and close between the two days, and what each is about."""
        if GAP not in self._state.metamodel.types:
            return
        days: dict[str, date | None] = {}
        for plateau in self._state.iterate(Query(types=(PLATEAU,))):
            days[plateau.uid] = day_of(plateau, "reached_on")
        for gap, others in _joined_to_gaps(self._state).items():
            at = [uid for uid in others if uid in days]
            if at and all(self._lies_between(uid, days[uid]) for uid in at):
                yield gap, [uid for uid in others if uid not in days and uid not in self._plan.initiatives]

    def _lies_between(self, uid: str, day: date | None) -> bool:
        if uid in (self._from.uid, self._to.uid):
            return True
        return (
            day is not None and self._since is not None and self._until is not None and self._since < day < self._until
        )


def _plateau(state: State, uid: str) -> Concept:
    found = state.get(uid)
    if found.type not in state.metamodel.descendants(PLATEAU):
        raise NotFound(f'"{uid}" is a {found.type}, not a plateau', uid=uid, nearest=[])
    return found


def _held(state: State, plateau: str) -> set[str]:
    return {each.target for each in state.relationships(plateau, direction="out", types=_HOLDS) if each.target}


def _joined_to_gaps(state: State) -> dict[str, list[str]]:
    """What each gap is associated with, either way round, as first written."""
    is_gap = state.graph.of_types(state.metamodel.descendants(GAP))
    out, back = (joined(state, ("Association",), **{side: is_gap}) for side in ("sources", "targets"))
    found = sorted(
        (by, gap, other)
        for each, (gaps, others) in ((out, uids_of(state, out.sources, out.targets)),
                                     (back, uids_of(state, back.targets, back.sources)))
        for by, gap, other in zip(each.by.tolist(), gaps, others, strict=True)
        if gap != other
    )  # fmt: skip
    joined_to: dict[str, list[str]] = {}
    for _, gap, other in found:
        joined_to.setdefault(gap, []).append(other)
    return joined_to
