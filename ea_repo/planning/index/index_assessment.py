"""The sheet of an assessment: every stage of every indicator with who and when, its evidence, and what the next level asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.planning.index.framework import Node, said_in
from ea_repo.planning.index.parameters import Agency, FrameworkCode, Language, Year
from ea_repo.planning.index.rounds import Stage, levels, levels_of
from ea_repo.planning.index.rounds import framework as framework_of
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """An indicator: the level by the agency itself, reviewed, and final, each with who and when; its evidence and how far that has
    come, by whom and when. `next_level` is the one above the last given, and `asks` what that takes, as far as the framework says."""

    code: str
    name: str
    weight_percent: float
    self_level: float | None
    self_by: str | None
    self_on: str | None
    review_level: float | None
    review_by: str | None
    review_on: str | None
    final_level: float | None
    final_by: str | None
    final_on: str | None
    evidence: tuple[str, ...]
    evidence_state: str | None
    evidence_by: str | None
    evidence_on: str | None
    note: str | None
    next_level: int | None
    asks: tuple[str, ...]
    uid: str | None


@report(example={"agency": "finance:MOF", "framework": "pemdi-2026"})
def index_assessment(
    state: State, agency: Agency, framework: FrameworkCode, *, year: Year = None, language: Language = "en"
) -> Answer[AssessmentRow]:
    """The sheet of an agency's assessment: each indicator with all stages, evidence, and what the next level asks for.

    Indicators that nobody gave a level are there, so the sheet of an agency that was not assessed is empty but complete. The
    round is the agency's latest, this year's where there is none. O(indicators).
    """
    wanted = framework_of(state, framework)
    state.get(agency)
    if year is None:
        year = max(levels(state, wanted, owner=agency), default=now().year)
    known = levels_of(state, framework, year, agency)
    rows = []
    for code, node in wanted.indicators.items():
        said: Mapping[str, Any] = known[code].attributes if code in known else {}
        given = next((said[f"{each}_level"] for each in ("final", "review", "self") if f"{each}_level" in said), None)
        next_, asks = _next(node, None if given is None else float(given), language)
        rows.append(
            AssessmentRow(
                code, said_in(node.name, language), float(node.weight / wanted.root.weight * 100),
                *_stage(said, "self"), *_stage(said, "review"), *_stage(said, "final"),
                tuple(said.get("evidence", ())), said.get("evidence_state"), said.get("evidence_by"),
                said.get("evidence_on"), said.get("note"), next_, asks, known[code].uid if code in known else None,
            )
        )  # fmt: skip
    return Answer.of(state, rows)


def _stage(said: Mapping[str, Any], stage: Stage) -> tuple[float | None, str | None, str | None]:
    """Level, by whom and when."""
    return said.get(f"{stage}_level"), said.get(f"{stage}_by"), said.get(f"{stage}_on")


def _next(node: Node, given: float | None, language: str) -> tuple[int | None, tuple[str, ...]]:
    """The level above, and its criterion and evidence items."""
    above = next((level for level in node.scale if given is None or level.number > given), None)
    if above is None:
        return None, ()
    criterion = said_in(above.criterion, language)
    return above.number, (*([criterion] if criterion else []), *node.evidence.get(above.number, ()))
