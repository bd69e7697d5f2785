"""The phases of a life cycle, and the days that bound what is bought: what time lines and colours go by."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from diagrams.colouring import phase_facts
from diagrams.drawing import Swatch
from ea_repo.store.records import Concept


@dataclass(frozen=True, slots=True)
class Phase:
    """From `begin` to `end`, both inclusive; None: open."""

    begin: date | None
    end: date | None
    swatch: Swatch


@dataclass(frozen=True, slots=True)
class Life:
    """`end_of_life` is the first day without it, `end_of_support` the last with the maker's help."""

    phases: tuple[Phase, ...]
    end_of_life: date | None = None
    end_of_support: date | None = None
    useful_until: date | None = None

    @property
    def days(self) -> list[date]:
        """Every day that is known of it."""
        bounds = [day for phase in self.phases for day in (phase.begin, phase.end)]
        return sorted(day for day in (*bounds, self.end_of_life, self.end_of_support, self.useful_until) if day)

    def next_change(self, today: date) -> date | None:
        """The first day from today on which something ends or changes."""
        return next((day for day in self.days if day >= today), None)


def swatches() -> tuple[Swatch, ...]:
    """Of the phases, in their order; of the end of life none, which is a day."""
    return tuple(Swatch(each["swatch"], each["label"]) for each in phase_facts()[:-1])


def life_of(concept: Concept) -> Life:
    """What its attributes say; a thing that was acquired is active from that day, unless they say otherwise.

    Without an end of life, the last day on which the concept itself holds is its last.
    """
    said = concept.attributes
    *phases, last = phase_facts()
    stated = [(day, at) for at, each in enumerate(phases) if (day := _day(said, each["attribute"]))]
    acquired = _day(said, "acquired_on")
    active = next((at for at, each in enumerate(phases) if each["attribute"] == "active_on"), 0)
    if not any(at == active for _, at in stated) and (begin := acquired or concept.valid_from):
        stated.append((begin, active))
    end_of_life = _day(said, last["attribute"])
    if end_of_life is None and concept.valid_until is not None:
        end_of_life = concept.valid_until + timedelta(days=1)
    stated.sort()
    found = []
    colours = swatches()
    for position, (begin, at) in enumerate(stated):
        after = stated[position + 1][0] if position + 1 < len(stated) else end_of_life
        if after is None or after > begin:
            found.append(Phase(begin, after - timedelta(days=1) if after else None, colours[at]))
    years = said.get("useful_life_years")
    useful = _years_on(acquired, years) if acquired and isinstance(years, int) else None
    return Life(tuple(found), end_of_life, _day(said, "end_of_support"), useful)


def _day(said: Mapping[str, Any], name: str) -> date | None:
    value = said.get(name)
    return date.fromisoformat(value) if isinstance(value, str) and value else None


def _years_on(begin: date, years: int) -> date:
    year = begin.year + years
    return date(year, begin.month, min(begin.day, 28)) if year <= date.max.year else date.max
