"""How agencies stand in a round: score, band and rank of each, and of whom they are peers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ea_repo.planning.index.framework import Framework
from ea_repo.planning.index.rounds import Round
from ea_repo.planning.index.scoring import Number, score
from ea_repo.store.records import Concept
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class Standing:
    """`rank` counts from 1; agencies of one score share it. `peers` is the kind of agency that it is compared with."""

    agency: Concept
    scores: dict[str, Number]
    total: Number
    missing: int
    rank: int
    peers: str | None


def standings(state: State, framework: Framework, round_: Round) -> list[Standing]:
    """The agencies of a round that have a score, the best first, then by name."""
    scored = score(
        framework, {each: {code: given.level for code, given in said.items()} for each, said in round_.items()}
    )
    known = state.get_many(round_)
    totals = {
        uid: found.scores[framework.root.code] for uid, found in scored.items() if framework.root.code in found.scores
    }
    ordered = sorted((uid for uid in totals if uid in known), key=lambda uid: (-totals[uid], known[uid].name, uid))
    ranks = _ranks(totals[uid] for uid in ordered)
    return [
        Standing(
            known[uid], dict(scored[uid].scores), totals[uid], scored[uid].missing, rank, peers_of(known[uid].attributes)
        )
        for uid, rank in zip(ordered, ranks, strict=True)
    ]  # fmt: skip


def peers_of(attributes: Any) -> str | None:
    """Agencies of one kind are peers, or of one level of government where no kind is said."""
    found = attributes.get("agency_kind") or attributes.get("level")
    return None if found is None else str(found)


def called(concept: Concept, language: str) -> str:
    """The name in a language, else as it stands."""
    return str(concept.translations.get(language, {}).get("name") or concept.name)


def mean(values: Iterable[Number]) -> float | None:
    found = [float(each) for each in values]
    return sum(found) / len(found) if found else None


def _ranks(totals: Iterable[Number]) -> list[int]:
    ranks: list[int] = []
    last: Number | None = None
    for place, total in enumerate(totals, start=1):
        ranks.append(ranks[-1] if total == last else place)
        last = total
    return ranks
