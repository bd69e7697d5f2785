"""Who stands where in a round."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import FrameworkCode, Language, OfStage, Year
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import last_round, levels
from ea_repo.planning.index.standing import called, mean, standings
from ea_repo.store.state import State

_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Ranked:
    """An agency's score and band, its rank among all and among its peers (of its kind), how far it is from their mean, and
    what it gained since the round before; None where it was in none by the same framework."""

    year: int
    rank: int
    uid: str
    name: str
    score: float
    band: str | None
    peers: str | None
    rank_among_peers: int
    peers_mean: float
    above_peers_mean: float
    gain: float | None
    missing: int


@report(example={"framework": "spbe-2020"})
def index_ranking(
    state: State,
    framework: FrameworkCode,
    *,
    year: Year = None,
    stage: OfStage = "latest",
    peers: Annotated[str | None, "Only agencies of this kind, such as ministry."] = None,
    language: Language = "en",
) -> Answer[Ranked]:
    """Every agency of a round, the best first: score, band, rank, comparison with peers of the same kind, gain on last round.

    Agencies with the same score share a rank. O(agencies x indicators).
    """
    wanted = framework_of(state, framework)
    year, round_ = last_round(state, wanted, year, stage)
    found = standings(state, wanted, round_)
    before = levels(state, wanted, stage=stage)
    earlier = max((each for each in before if each < year), default=None)
    past = (
        {} if earlier is None else {each.agency.uid: each.total for each in standings(state, wanted, before[earlier])}
    )
    rows = []
    for each in found:
        alike = [other for other in found if other.peers == each.peers]
        average = mean(other.total for other in alike) or 0.0
        band, uid = wanted.band(each.total), each.agency.uid
        if peers is not None and each.peers != peers:
            continue
        rows.append(
            Ranked(
                year, each.rank, uid, called(each.agency, language), round(float(each.total), _SHOWN),
                None if band is None else said_in(band.name, language), each.peers,
                1 + sum(other.total > each.total for other in alike), round(average, _SHOWN),
                round(float(each.total) - average, _SHOWN),
                round(float(each.total - past[uid]), _SHOWN) if uid in past else None, each.missing,
            )
        )  # fmt: skip
    return Answer.of(state, rows)
