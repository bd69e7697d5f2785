"""What would bring an agency into a band at least cost."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import Agency, FrameworkCode, Language, OfStage, Year
from ea_repo.planning.index.parts import score_to_reach
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import last_round
from ea_repo.planning.index.scoring import score
from ea_repo.planning.index.what_if import cheapest_rises
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class RiseRow:
    """An indicator to raise, what that costs, and the agency's score once it and those above in the list are raised."""

    code: str
    name: str
    from_level: int
    to_level: int
    cost: int
    score_then: float
    band_then: str | None


@report(example={"agency": "finance:MOF", "framework": "spbe-2020", "target": "4.2"})
def index_what_if(
    state: State,
    agency: Agency,
    framework: FrameworkCode,
    target: Annotated[str, "The score to reach, such as 3.5, or the name of a band in any language."],
    *,
    cost: Annotated[
        tuple[str, ...], "What one level of an indicator costs, such as 14=5; 1 where nothing is said."
    ] = (),
    year: Year = None,
    stage: OfStage = "latest",
    language: Language = "en",
) -> Answer[RiseRow]:
    """The cheapest set of level rises by which an agency reaches a score or band; none where it is there already.

    Exact: no other set costs less. Refused where even the highest levels do not reach it.
    """
    wanted = framework_of(state, framework)
    state.get(agency)
    year, given = last_round(state, wanted, year, stage)
    if agency not in given:
        raise NotFound(f'"{agency}" was not assessed by {wanted.code} in {year}', uid=agency, nearest=sorted(given)[:5])
    reach = score_to_reach(wanted, target)
    levels = {code: found.level for code, found in given[agency].items()}
    whole = {
        code: int(level) for code, level in levels.items()
    }  # an external score between two levels counts as the lower
    rises = cheapest_rises(wanted, whole, reach, _costs(cost))
    if rises is None:
        raise InvalidInput(f"even the highest levels of {wanted.code} do not reach {float(reach):g}")
    rows = []
    for rise in rises:
        levels[rise.indicator] = Fraction(rise.to_level)
        now = score(wanted, {agency: levels})[agency].scores[wanted.root.code]
        band = wanted.band(now)
        rows.append(
            RiseRow(
                rise.indicator, said_in(wanted.indicators[rise.indicator].name, language), rise.from_level, rise.to_level,
                rise.cost, round(float(now), 4), None if band is None else said_in(band.name, language),
            )
        )  # fmt: skip
    return Answer.of(state, rows)


def _costs(said: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for each in said:
        code, _, number = each.partition("=")
        if not number.isascii() or not number.isdecimal():
            raise InvalidInput(f'"{each}" is not a cost; write it as 14=5')
        found[code] = int(number)
    return found
