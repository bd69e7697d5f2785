"""Which frameworks there are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.index.framework import said_in
from ea_repo.planning.index.parameters import Language
from ea_repo.planning.index.rounds import LEVEL, frameworks
from ea_repo.store.query import Query
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """A framework: how many indicators it has, which bands, when it held, and how many agencies were assessed by it when."""

    framework: str
    name: str
    source: str
    valid_from: date | None
    valid_until: date | None
    indicators: int
    bands: tuple[str, ...]
    rounds: tuple[str, ...]


@report(example={})
def index_frameworks(state: State, *, language: Language = "en") -> Answer[FrameworkRow]:
    """The frameworks that agencies can be assessed by, those that come with the program and those loaded, by code."""
    assessed = Counter(
        (each.attributes["framework"], each.attributes["round_year"], each.owner)
        for each in state.iterate(Query(types=(LEVEL,)))
    )
    agencies = Counter((code, year) for code, year, _ in assessed)
    rows = [
        FrameworkRow(
            each.code, said_in(each.name, language), each.source, each.valid_from, each.valid_until, len(each.indicators),
            tuple(f"{said_in(band.name, language)} from {float(band.lowest):g}" for band in each.bands),
            tuple(f"{year}: {count}" for (code, year), count in sorted(agencies.items()) if code == each.code),
        )
        for each in frameworks(state).values()
    ]  # fmt: skip
    return Answer.of(state, rows)
