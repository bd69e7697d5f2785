"""Agencies by parts of a framework: where a government is strong and where weak."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import FrameworkCode, Language, OfStage, Year
from ea_repo.planning.index.parts import parts_at
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.planning.index.rounds import last_round
from ea_repo.planning.index.standing import called, mean, standings
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class HeatCell:
    """An agency's score in one part, and the mean of all agencies of the round in it."""

    year: int
    uid: str
    name: str
    code: str
    part: str
    score: float | None
    mean: float | None


@report(example={"framework": "spbe-2020"})
def index_heat_map(
    state: State,
    framework: FrameworkCode,
    *,
    year: Year = None,
    depth: Annotated[int, "Down to which level of the tree: 1 the uppermost parts.", range(1, 13)] = 1,
    stage: OfStage = "latest",
    language: Language = "en",
) -> Answer[HeatCell]:
    """Every agency's score in every part on one level of the tree, the best agency first; for a map or a radar.

    A branch that ends higher up is there with its last part.
    """
    wanted = framework_of(state, framework)
    year, round_ = last_round(state, wanted, year, stage)
    found = standings(state, wanted, round_)
    parts = parts_at(wanted, depth)
    means = {node.code: mean(each.scores[node.code] for each in found if node.code in each.scores) for node in parts}
    rows = [
        HeatCell(
            year, each.agency.uid, called(each.agency, language), node.code, said_in(node.name, language),
            round(float(each.scores[node.code]), 4) if node.code in each.scores else None, _rounded(means[node.code]),
        )
        for each in found for node in parts
    ]  # fmt: skip
    return Answer.of(state, rows)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
