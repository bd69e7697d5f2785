"""How completely each agency has registered its resources, in rounds with a deadline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from ea_repo.analysis.agency_tree import Level
from ea_repo.analysis.answer import Answer
from ea_repo.analysis.completeness import Completeness, judged
from ea_repo.analysis.filters import OfModels, OfOwners, OfTypes, chosen
from ea_repo.catalogue import report
from ea_repo.errors import NotFound
from ea_repo.planning.resources.register import day_of, names, on_a_day, rules
from ea_repo.store.state import State

_RULES = rules("registration")


@dataclass(frozen=True, slots=True)
class Registration:
    """Of `expected` items about `concepts` resources so many are `recorded`: `score` percent; `missing`, what lacks most first.

    A row is an agency with all it owns (no uid: what nobody owns), or one resource. `days_left` to the deadline, negative
    after it. By agency, `concepts_in_time` and `score_in_time` are those of the deadline once it is over, else of now;
    `is_complete` says whether that reached what is to be reached.
    """

    round: str
    deadline: date
    days_left: int
    uid: str | None
    name: str
    type: str | None
    owner: str | None
    agency: str
    concepts: int
    expected: int
    recorded: int
    score: float
    concepts_in_time: int | None
    score_in_time: float | None
    is_complete: bool
    missing: tuple[str, ...]


@report(example={"level": 2})
def registration_completeness(
    state: State,
    *,
    round: Annotated[
        str | None, "The round by its name in resources.toml; left out, the one whose deadline comes next, or the last."
    ] = None,
    deadline: Annotated[date | None, "Another last day than the round's."] = None,
    by: Annotated[
        Literal["agency", "resource"], "A score for each agency, or the list behind it: what lacks something."
    ] = "agency",
    pass_percent: Annotated[float, "The score to be reached.", (0.0, 100.0)] = _RULES["pass_percent"],
    level: Level = None,
    type: OfTypes = (),
    model: OfModels = (),
    owner: OfOwners = (),
) -> Answer[Registration]:
    """How completely each agency registered its resources by the deadline of a round, and since; the least complete first.

    The items required of each type stand in `resources.toml`. After the deadline the score in time is that of the repository
    as it was known at the end of that day (UTC): what was registered later counts in the score only. O(nodes) for each item.
    """
    state = on_a_day(state)
    today = day_of(state)
    name, last = _round(today, round)
    last = deadline or last
    required = _RULES["required"]
    mask = chosen(state, type, model, owner)
    found = judged(state, required, "agency" if by == "agency" else "concept", level, mask)
    in_time: dict[str | None, Completeness] | None = None
    if by == "agency" and today > last:
        past = state if state.draft is None else state.draft.base
        past = past.at(on=state.on, as_of=past.number_by(last))
        in_time = {each.uid: each for each in _agencies_then(past, required, level, type, model, owner)}
    known = names(state, {each.owner for each in found})

    def told(positions: Sequence[int]) -> list[Registration]:
        return [_row(found[at]) for at in positions]

    def _row(each: Completeness) -> Registration:
        then = each if in_time is None else in_time.get(each.uid)
        counted = None if then is None else then.score
        concepts_then = None if by == "resource" else 0 if then is None else then.concepts
        return Registration(
            name, last, (last - today).days, each.uid, each.name, each.type, each.owner,
            known.get(each.owner, ""), each.concepts, each.expected, each.recorded, each.score,
            concepts_then, None if by == "resource" else counted, counted is not None and counted >= pass_percent, each.missing,
        )  # fmt: skip

    return Answer(state, len(found), told)


def _agencies_then(
    past: State, required: Sequence[dict[str, Any]], level: int | None,
    type: Sequence[str], model: Sequence[str], owner: Sequence[str],
) -> Sequence[Completeness]:  # fmt: skip
    """The agencies of a past state; none where what is asked for was not there yet."""
    try:
        return judged(past, required, "agency", level, chosen(past, type, model, owner))
    except NotFound:
        return []


def _round(today: date, name: str | None) -> tuple[str, date]:
    """A round by its name; the one that is open on a day, or the last that was. `NotFound` names those that exist."""
    rounds = {each["name"]: each["deadline"] for each in _RULES["round"]}
    if name is None:
        name = next((each for each, last in rounds.items() if today <= last), list(rounds)[-1])
    if name not in rounds:
        raise NotFound(f'there is no round "{name}"; there are {", ".join(rounds)}', nearest=list(rounds))
    return name, rounds[name]
