"""Who could be given what it now collects, or lacks: computation over the register alone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ea_repo.planning.sharing.register import Access, Register

#: It collects the data itself, or reads them and nobody gives them to it.
Kind = Literal["collects", "lacks"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agency that collects, or lacks, a data set that another has authoritatively. `source` is the first by uid where
    several are authoritative. `received` are exchanges that bring it the data already."""

    kind: Kind
    data_set: str
    agency: str
    systems: tuple[str, ...]
    source: Access
    received: tuple[str, ...]
    shown_by: tuple[str, ...]


def candidates(register: Register) -> Iterator[Candidate]:
    """All of them, in no order that matters. Sources and systems that nobody owns are nobody's, and left out."""
    for data_set in register.data_sets:
        by_agency: dict[str, list[Access]] = defaultdict(list)
        for access in register.accesses_by_data_set.get(data_set, ()):
            if access.agency is not None:
                by_agency[access.agency].append(access)
        sources = sorted(
            (each for accesses in by_agency.values() for each in accesses if each.is_authoritative), key=lambda each: each.uid
        )  # fmt: skip
        received: dict[str | None, list[str]] = defaultdict(list)
        for each in register.exchanges_by_data_set.get(data_set, ()):
            if each.is_between:
                received[each.receiver].append(each.uid)
        for agency, accesses in by_agency.items():
            if not sources or any(each.is_authoritative for each in accesses):
                continue
            collecting = [each for each in accesses if each.is_collected]
            has_it = received.get(agency) or any(each.holding != "reads" for each in accesses)
            if collecting or not has_it:
                chosen = sorted(collecting or accesses, key=lambda each: each.uid)
                yield Candidate(
                    "collects" if collecting else "lacks", data_set, agency,
                    tuple(sorted({each.system for each in chosen})), sources[0], tuple(sorted(received.get(agency, ()))),
                    tuple(each.uid for each in chosen),
                )  # fmt: skip
