"""Levels that the repository proposes, with the reasons, and what is missing for more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.planning.index.evidence import Evidence
from ea_repo.planning.index.framework import Level, said_in
from ea_repo.planning.index.parameters import FrameworkCode, Language, Year
from ea_repo.planning.index.proposing import Proposed, assessed_agencies, proposals, told
from ea_repo.planning.index.rounds import Given, levels
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.standing import called
from ea_repo.store.labels import ids_of
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.wording import Word, speaker


@dataclass(frozen=True, slots=True)
class Proposal:
    """A level that the facts in the repository bear out: none where not even the lowest is shown. `why` has the facts behind it,
    `missing` what the next level needs and is not shown, or that people judge it. `given` is the level that the agency has in the
    round so far, and at which stage. `behind` is the report with the list."""

    year: int
    uid: str
    name: str
    code: str
    indicator: str
    level: int | None
    level_name: str | None
    why: tuple[str, ...]
    next_level: int | None
    missing: tuple[str, ...]
    given: float | None
    stage: str | None
    behind: str


@report(example={"framework": "spbe-2020", "agency": ["finance:MOF"]})
def index_proposals(
    state: State,
    framework: FrameworkCode,
    *,
    agency: Annotated[tuple[str, ...], "The agency, with those below it; give several, or none for all."] = (),
    year: Year = None,
    language: Language = "en",
) -> Answer[Proposal]:
    """The levels that the repository can propose by what is registered, why, and what is missing for the next level.

    Only for indicators that facts in the repository bear on; the framework's own file says which facts a level needs. What an
    agency has includes what agencies below it have. A proposal is no level: somebody takes it as a self-assessment, or not.
    The round is the latest, this year's where there is none. O(concepts + relationships) for each fact, once for all agencies.
    """
    wanted = framework_of(state, framework)
    given = levels(state, wanted, year)
    year = year if year is not None else max(given, default=now().year)
    round_ = given.get(year, {})
    agencies = assessed_agencies(state, round_, agency)
    if not wanted.rules:
        return Answer.of(state, [])
    ids = ids_of(state, (each.uid for each in agencies))
    evidence = Evidence(state, year)
    word = speaker(__package__, language)
    asked = list(wanted.rules)
    order = [code for code in wanted.indicators if code in asked]
    made: dict[str, list[Proposed]] = {}

    def tell(positions: Sequence[int]) -> list[Proposal]:
        found = []
        for position in positions:
            who = agencies[position // len(order)]
            if who.uid not in made:
                made[who.uid] = proposals(evidence, wanted, ids[who.uid])
            each = made[who.uid][position % len(order)]
            found.append(
                _row(who, each, wanted.code, year, round_.get(who.uid, {}).get(each.indicator.code), word, language)
            )
        return found

    return Answer(state, len(agencies) * len(order), tell)


def _row(
    agency: Concept, each: Proposed, framework: str, year: int, given: Given | None, word: Word, language: str
) -> Proposal:
    missing = [told(met, word, language) for met in each.missing]
    if each.judged is not None:
        missing.append(_judged(each.judged, word, language))
    numbers = [level.number for level in each.indicator.scale]
    next_ = next((number for number in numbers if each.level is None or number > each.level.number), None)
    return Proposal(
        year, agency.uid, called(agency, language), each.indicator.code, said_in(each.indicator.name, language),
        None if each.level is None else each.level.number,
        None if each.level is None else said_in(each.level.name, language),
        tuple(told(met, word, language) for met in each.shown), next_, tuple(missing),
        None if given is None else float(given.level), None if given is None else given.stage,
        f"ea-repo report index-evidence {agency.uid} {framework} {each.indicator.code} --year {year}",
    )  # fmt: skip


def _judged(level: Level, word: Word, language: str) -> str:
    said = {"number": level.number, "level": said_in(level.name, language)}
    criterion = said_in(level.criterion, language).rstrip(".")
    return word("by_people_what", criterion=criterion, **said) if criterion else word("by_people", **said)
