"""What agencies were given in the rounds of an index: read from the repository, and written into it with who and when."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from ea_repo.clock import now
from ea_repo.errors import InvalidInput, NotFound, Problem
from ea_repo.planning.index.framework import Framework, Node, read_framework
from ea_repo.planning.remembered import remembered
from ea_repo.repository import Repository
from ea_repo.store.changesets import Applied
from ea_repo.store.operations import Create, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

FRAMEWORK, LEVEL = "IndexFramework", "IndicatorLevel"
#: How far an assessment has come; `latest` takes of each indicator what came last.
Stage = Literal["self", "review", "final"]
EvidenceState = Literal["draft", "submitted", "revise", "accepted"]
WantedStage = Literal["self", "review", "final", "latest"]
_STAGES: Sequence[Stage] = ("final", "review", "self")
_UNIDENTIFIABLE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Given:
    """A level that an agency has in a round: at which stage, by whom and when, and the concept that says so."""

    level: Fraction
    stage: Stage
    by: str | None
    on: str | None
    uid: str


#: agency -> indicator -> what it was given
Round = Mapping[str, Mapping[str, Given]]


@cache
def built_in() -> Mapping[str, Framework]:
    """The frameworks that come with the program, by code."""
    folder = files("ea_repo.planning.index").joinpath("frameworks")
    found = [
        read_framework(each.read_text("utf-8"), each.name) for each in folder.iterdir() if each.name.endswith(".toml")
    ]
    return {each.code: each for each in sorted(found, key=lambda each: each.code)}


def frameworks(state: State) -> dict[str, Framework]:
    """All frameworks by code: a government's own, kept in the repository, stand before those built in."""
    own = [read_framework(each.attributes["definition"], each.uid) for each in state.iterate(Query(types=(FRAMEWORK,)))]
    return dict(sorted({**built_in(), **{each.code: each for each in own}}.items()))


def framework(state: State, code: str) -> Framework:
    """`NotFound` names those that exist."""
    known = frameworks(state)
    if code not in known:
        raise NotFound(f'there is no framework "{code}"; there are {", ".join(known)}', nearest=list(known))
    return known[code]


def levels(
    state: State, wanted: Framework, year: int | None = None, *, owner: str | None = None, stage: WantedStage = "latest"
) -> dict[int, dict[str, dict[str, Given]]]:
    """What was given by year, agency and indicator. `InvalidInput` names a concept whose level is not of the scale."""
    found: dict[int, dict[str, dict[str, Given]]] = {}
    indicators = wanted.indicators
    if (
        owner is None
    ):  # of all agencies, who asks once asks again: for the round before, another framework, another part
        recorded: Iterable[Concept] = _recorded(state).get(wanted.code, ())
    else:
        recorded = state.iterate(Query(types=(LEVEL,), owner=owner, filter=_filter(wanted.code, year)))
    for each in recorded:
        node = indicators.get(each.attributes["indicator"])
        given = _given(each, stage)
        if node is None or given is None or each.owner is None or year not in (None, each.attributes["round_year"]):
            continue
        if (wrong := _wrong_level(node, given.level)) is not None:
            raise InvalidInput(f"{each.uid}: {wrong}", uid=each.uid)
        found.setdefault(each.attributes["round_year"], {}).setdefault(each.owner, {})[node.code] = given
    return dict(sorted(found.items()))


@remembered
def _recorded(state: State) -> Mapping[str, Sequence[Concept]]:
    """Every level that is recorded, by the code of its framework, and in the order of uids."""
    found: dict[str, list[Concept]] = {}
    for each in state.iterate(Query(types=(LEVEL,))):
        if {"framework", "indicator", "round_year"} <= each.attributes.keys():
            found.setdefault(each.attributes["framework"], []).append(each)
    return found


def last_round(state: State, wanted: Framework, year: int | None, stage: WantedStage = "latest") -> tuple[int, Round]:
    """The round of a year, or the latest that there is. `NotFound` where nobody was assessed."""
    found = levels(state, wanted, year, stage=stage)
    if not found:
        when = "" if year is None else f" in {year}"
        raise NotFound(
            f"nobody was assessed by {wanted.code}{when}; record levels first: ea-repo index assess", nearest=[]
        )
    return max(found.items())


def latest_framework(state: State) -> str | None:
    """The framework of the latest round; of several, the one in force last. None where nobody was assessed. O(levels)."""
    years = {
        code: max(each.attributes["round_year"] for each in said if each.owner is not None)
        for code, said in _recorded(state).items()
        if any(each.owner is not None for each in said)
    }
    known = frameworks(state)
    rounds = [
        (year, known[code].valid_from.isoformat() if known[code].valid_from else "", code)  # type: ignore[union-attr]
        for code, year in years.items()
        if code in known
    ]
    return max(rounds)[2] if rounds else None


def assess(
    repository: Repository,
    agency: str,
    code: str,
    year: int,
    given: Mapping[str, Any],
    *,
    author: str,
    stage: Stage = "self",
    model: str | None = None,
    evidence: Mapping[str, Sequence[str]] | None = None,
    notes: Mapping[str, str] | None = None,
    reason: str = "",
) -> Applied:
    """Records an agency's levels in a round, with who and when; those of other indicators and stages stay.

    `given` is by indicator, `evidence` uids and `notes` texts by indicator; `model` is where new ones go, the agency's own if left out.
    `InvalidInput` lists every indicator that is none and every level that is not of its scale; then nothing is written.
    """
    with repository.state() as state:
        wanted = framework(state, code)
        state.get(agency)
        values = _checked(wanted, given)
        known = levels_of(state, code, year, agency)
    today = now().date().isoformat()
    home = model or agency.partition(":")[0]
    operations: list[Operation] = []
    for indicator, level in values.items():
        said: dict[str, Any] = {f"{stage}_level": level, f"{stage}_by": author, f"{stage}_on": today}
        if evidence and indicator in evidence:
            said |= {"evidence": list(evidence[indicator]), **evidence_state("submitted", author)}
        if notes and indicator in notes:
            said["note"] = notes[indicator]
        if indicator in known:
            operations.append(Update(known[indicator].uid, {"attributes": said}))
            continue
        name = f"{wanted.indicators[indicator].name['en']} {year}"
        said |= {"framework": code, "indicator": indicator, "round_year": year}
        uid = f"{home}:" + _UNIDENTIFIABLE.sub("-", f"level-{code}-{year}-{agency.replace(':', '.')}-{indicator}")
        operations.append(Create(uid, LEVEL, {"name": name, "owner": agency, "attributes": said}))
    return repository.changeset(author, reason or f"Assess {agency} by {code} for {year} ({stage})", operations).apply()


def judge_evidence(
    repository: Repository,
    agency: str,
    code: str,
    year: int,
    states: Mapping[str, EvidenceState],
    *,
    author: str,
    reason: str = "",
) -> Applied:
    """Records what a reviewer says of the evidence, by indicator, with who and when. Levels stay.

    `InvalidInput` lists every indicator for which there is no evidence in that round; then nothing is written.
    """
    with repository.state() as state:
        framework(state, code)
        state.get(agency)
        known = levels_of(state, code, year, agency)
    without = [each for each in states if each not in known or not known[each].attributes.get("evidence")]
    if without:
        problems = [
            Problem(f"/states/{each}", f'there is no evidence for indicator "{each}" of {code} in {year}')
            for each in without
        ]
        raise InvalidInput(f"there is no evidence for {', '.join(without)} of {code} in {year}", errors=problems)
    operations: list[Operation] = [
        Update(known[indicator].uid, {"attributes": evidence_state(each, author)}) for indicator, each in states.items()
    ]
    said = reason or f"Judge the evidence of {agency} by {code} for {year}"
    return repository.changeset(author, said, operations).apply()


def evidence_state(state: EvidenceState, author: str) -> dict[str, str]:
    """Attributes that say how far the evidence has come, by whom and when."""
    return {"evidence_state": state, "evidence_by": author, "evidence_on": now().date().isoformat()}


def load_framework(repository: Repository, text: str, *, model: str, author: str, reason: str = "") -> Applied:
    """Keeps a framework of a government's own, or its new version. Raises as `read_framework`."""
    found = read_framework(text)
    uid = f"{model}:framework-{_UNIDENTIFIABLE.sub('-', found.code)}"
    fields = {"name": found.name.get("en") or found.code, "attributes": {"definition": text}}
    with repository.state() as state:
        is_known = bool(state.get_many([uid]))
    operation = Update(uid, fields) if is_known else Create(uid, FRAMEWORK, fields)
    return repository.changeset(author, reason or f"Load the framework {found.code}", [operation]).apply()


def levels_of(state: State, code: str, year: int, agency: str) -> dict[str, Concept]:
    """The concepts that say an agency's levels in a round, by indicator."""
    said = _filter(code, year)
    rows = state.iterate(Query(types=(LEVEL,), owner=agency, filter=said))
    return {each.attributes["indicator"]: each for each in rows if each.owner == agency}


def _filter(code: str, year: int | None) -> str:
    quoted = code.replace("'", "''")
    return f"framework eq '{quoted}'" + ("" if year is None else f" and round_year eq {year}")


def _given(concept: Concept, stage: WantedStage) -> Given | None:
    said = concept.attributes
    for each in _STAGES if stage == "latest" else (stage,):
        if (level := said.get(f"{each}_level")) is not None:
            return Given(Fraction(str(level)), each, said.get(f"{each}_by"), said.get(f"{each}_on"), concept.uid)
    return None


def _checked(wanted: Framework, given: Mapping[str, Any]) -> dict[str, Any]:
    problems, found = [], {}
    for indicator, level in given.items():
        node = wanted.indicators.get(indicator)
        if node is None:
            known = ", ".join(wanted.indicators)
            problems.append(
                Problem(f"/levels/{indicator}", f'{wanted.code} has no indicator "{indicator}"', expected=known)
            )
        elif isinstance(level, bool) or not isinstance(level, int | float):
            problems.append(Problem(f"/levels/{indicator}", f"{indicator}: {level!r} is not a number"))
        elif (wrong := _wrong_level(node, Fraction(str(level)))) is not None:
            problems.append(Problem(f"/levels/{indicator}", f"{indicator}: {wrong}"))
        else:
            found[indicator] = level
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise InvalidInput(problems[0].detail + more, errors=problems)
    return found


def _wrong_level(node: Node, level: Fraction) -> str | None:
    """External scores may lie between two levels, those of an assessor not."""
    if not node.scale:
        return None
    least, most = node.scale[0].number, node.scale[-1].number
    if not least <= level <= most:
        return f"{float(level):g} is no level of {node.code}; use {least} to {most}"
    if level.denominator != 1 and not node.external:
        return f"{float(level):g} lies between two levels of {node.code}; use a whole number"
    return None
