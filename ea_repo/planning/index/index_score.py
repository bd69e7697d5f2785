"""An agency's score at every level of the tree."""

from dataclasses import dataclass

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.errors import NotFound
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import Agency, FrameworkCode, Language, OfStage, Year
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import last_round
from ea_repo.planning.index.scoring import score
from ea_repo.store.state import State

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class NodeScore:
    """A part of the framework: `weight` percent of the whole, its score (rounded here only), and for an indicator who gave
    the level, at which stage and when, and the concept that says so. `missing` counts indicators without a level below."""

    depth: int
    code: str
    name: str
    weight_percent: float
    score: float | None
    band: str | None
    missing: int
    stage: str | None
    by: str | None
    on: str | None
    uid: str | None


@report(example={"agency": "finance:MOF", "framework": "spbe-2020"})
def index_score(
    state: State,
    agency: Agency,
    framework: FrameworkCode,
    *,
    year: Year = None,
    stage: OfStage = "latest",
    language: Language = "en",
) -> Answer[NodeScore]:
    """An agency's score in a round at every level of the tree, each indicator with who gave its level and when.

    Computed from unrounded scores: a part is the weighted mean of its parts. An indicator without a level counts as the
    lowest. O(agencies x indicators) for a framework that compares agencies, else O(indicators).
    """
    wanted = framework_of(state, framework)
    state.get(agency)
    year, given = last_round(state, wanted, year, stage)
    if agency not in given:
        raise NotFound(f'"{agency}" was not assessed by {wanted.code} in {year}', uid=agency, nearest=sorted(given)[:5])
    scored = score(wanted, {each: {code: found.level for code, found in said.items()} for each, said in given.items()})
    own, scores = given[agency], scored[agency].scores
    rows = []
    for depth, node in wanted.root.walk():
        found, value = own.get(node.code), scores.get(node.code)
        band = None if value is None or depth else wanted.band(value)
        rows.append(
            NodeScore(
                depth, node.code, said_in(node.name, language), float(node.weight / wanted.root.weight * 100),
                None if value is None else round(float(value), _SHOWN), None if band is None else said_in(band.name, language),
                sum(1 for _, each in node.walk() if each.is_indicator and each.code not in own),
                *((found.stage, found.by, found.on, found.uid) if found else (None, None, None, None)),
            )
        )  # fmt: skip
    return Answer.of(state, rows)
