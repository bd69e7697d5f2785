"""In which order candidates for sharing are taken up, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.errors import InvalidInput
from ea_repo.planning.sharing.parameters import USUAL_LEVEL, Level, OfAgency, day_of
from ea_repo.planning.sharing.register import Register, read
from ea_repo.planning.sharing.rule import Rule, rule
from ea_repo.planning.sharing.sharing_candidates import SharingCandidate, sharing_candidates
from ea_repo.store.state import State
from ea_repo.told import Told, told

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Planned:
    """A candidate in its place. `effort` says of which parts `effort_days`, working days, are made; `score` is
    `citizens_share` and `effort_spared` (each 0 to 1) by their weights. Dates are inclusive."""

    rank: int
    score: float
    data_set: str
    data_set_name: str
    kind: str
    agency: str
    agency_name: str
    source_agency: str
    source_agency_name: str
    citizens: int
    citizens_share: float
    effort_days: int
    effort: tuple[str, ...]
    effort_spared: float
    team: int
    starts_on: date
    ends_on: date
    shown_by: tuple[str, ...]


@report(example={"starts_on": date(2027, 1, 4)})
def sharing_plan(
    state: State,
    *,
    starts_on: Annotated[date | None, "The first day of work; left out, that of the state, else today."] = None,
    teams: Annotated[
        int | None, "How many candidates are worked on at a time; left out, as set.", range(1, 1_001)
    ] = None,
    weight_citizens: Annotated[float | None, "Weight of the citizens served; left out, as set.", (0.0, 1_000.0)] = None,
    weight_effort: Annotated[float | None, "Weight of the effort spared; left out, as set.", (0.0, 1_000.0)] = None,
    agency: OfAgency = None,
    level: Level = USUAL_LEVEL,
) -> Answer[Planned]:
    """The candidates for sharing ranked by citizens served and effort, with dates.

    Score = weight_citizens x citizens / most citizens + weight_effort x (1 - days / most days), weights made to sum to 1.
    With both 0 nothing is weighed: every score is 0, and the fewest days come first. Days are the sum of the parts that apply: connect (nothing brings it the data yet), offer (the source gives them to nobody yet),
    agreement (none of both for this data set), impact_assessment (personal data never assessed), stop_collecting and clean_up
    (each further system). `sharing_plan.toml` sets them. Ties: fewer days, then uids. The team that is free first takes the
    next; weekends are no working days.
    """
    set_ = rule()
    weights = _weights(
        set_.citizens if weight_citizens is None else weight_citizens,
        set_.effort if weight_effort is None else weight_effort,
    )
    found = list(sharing_candidates(state, agency=agency, level=level))
    register = read(state, level)
    efforts = [effort_of(each, register, set_) for each in found]
    days = [sum(each.values()) for each in efforts]
    most_citizens = max((each.citizens for each in found), default=0) or 1
    most_days = max(days, default=0) or 1
    shares = [(each.citizens / most_citizens, 1 - own / most_days) for each, own in zip(found, days, strict=True)]
    scores = [weights[0] * one + weights[1] * other for one, other in shares]
    order = sorted(
        range(len(found)),
        key=lambda at: (-round(scores[at], 9), days[at], found[at].data_set, found[at].agency, found[at].kind),
    )
    slots = schedule([days[at] for at in order], day_of(state, starts_on), teams or set_.teams)
    rows = []
    for rank, (at, slot) in enumerate(zip(order, slots, strict=True), start=1):
        each = found[at]
        rows.append(
            Planned(
                rank, round(scores[at], _SHOWN), each.data_set, each.data_set_name, each.kind, each.agency, each.agency_name,
                each.source_agency, each.source_agency_name, each.citizens, round(shares[at][0], _SHOWN), days[at],
                tuple(_part(part, own) for part, own in efforts[at].items()), round(shares[at][1], _SHOWN), *slot, each.shown_by,
            )
        )  # fmt: skip
    return Answer.of(state, rows)


def _part(name: str, days: int) -> Told:
    return told("ea_repo.planning", "part_of_effort", what=told("ea_repo.planning", name), days=days)


def effort_of(candidate: SharingCandidate, register: Register, set_: Rule) -> dict[str, int]:
    """The parts of the effort that apply, with their working days."""
    exchanges = register.exchanges_by_data_set.get(candidate.data_set, ())
    given = [each for each in exchanges if each.provider == candidate.source_agency and each.is_between]
    agreed = any(each.receiver == candidate.agency and each.agreement for each in given)
    said = register.data_sets[candidate.data_set].attributes
    collects = candidate.kind == "collects"
    applies: Mapping[str, int] = {
        "connect": not candidate.received,
        "offer": not given,
        "agreement": not agreed,
        "impact_assessment": bool(said.get("personal_data")) and not said.get("impact_assessed_on"),
        "stop_collecting": collects,
        "clean_up": len(candidate.systems) - 1 if collects else 0,
    }
    return {part: set_.days[part] * times for part, times in applies.items() if times}


def schedule(days: Sequence[int], first: date, teams: int) -> list[tuple[int, date, date]]:
    """(team, first day, last day) of each piece of work, taken in order by the team that is free first."""
    free = [0] * teams  # working days since the first
    begin = np.busday_offset(first, 0, roll="forward")
    slots = []
    for each in days:
        team = free.index(min(free))
        start, free[team] = free[team], free[team] + each
        last = max(start, free[team] - 1)
        slots.append((team + 1, *(np.busday_offset(begin, at).astype(date) for at in (start, last))))
    return slots


def _weights(citizens: float, effort: float) -> tuple[float, float]:
    if not (0 <= citizens < float("inf") and 0 <= effort < float("inf")):
        raise InvalidInput("the weights of citizens and effort must be 0 or more")
    whole = citizens + effort
    return (citizens / whole, effort / whole) if whole else (0.0, 0.0)
