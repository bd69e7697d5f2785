"""How an agency came to where it is, across rounds and frameworks."""

from dataclasses import dataclass

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import Agency, Language, OfStage
from ea_repo.planning.index.rounds import frameworks, levels
from ea_repo.planning.index.standing import standings
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class TrendRow:
    """An agency's score in one round of one framework, and its rank `of` so many. Scores of different frameworks do not
    compare; bands and ranks do."""

    year: int
    framework: str
    name: str
    score: float
    band: str | None
    rank: int
    of: int


@report(example={"agency": "finance:MOF"})
def index_trend(
    state: State, agency: Agency, *, stage: OfStage = "latest", language: Language = "en"
) -> Answer[TrendRow]:
    """An agency's scores, bands and ranks in all rounds of all frameworks, the oldest first."""
    state.get(agency)
    rows = []
    for wanted in frameworks(state).values():
        for year, round_ in levels(state, wanted, stage=stage).items():
            found = standings(state, wanted, round_)
            for each in found:
                if each.agency.uid == agency:
                    band = wanted.band(each.total)
                    name = None if band is None else said_in(band.name, language)
                    rows.append(
                        TrendRow(
                            year, wanted.code, said_in(wanted.name, language), round(float(each.total), 4), name,
                            each.rank, len(found),
                        )
                    )  # fmt: skip
    return Answer.of(state, sorted(rows, key=lambda row: (row.year, row.framework)))
