"""Which agencies collect, or lack, what another already has authoritatively."""

from dataclasses import dataclass
from typing import Annotated

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.sharing.candidates import Kind, candidates
from ea_repo.planning.sharing.parameters import USUAL_LEVEL, Level, OfAgency, OfDataSet
from ea_repo.planning.sharing.register import read
from ea_repo.planning.sharing.served import citizens_served
from ea_repo.store.state import State


@dataclass(frozen=True, slots=True)
class SharingCandidate:
    """An agency that could get a data set from `source_agency` instead. `systems` collect or read it; `citizens` is how many use
    their services in a year; `received` are exchanges that already bring the data, so that only the collecting has to stop."""

    data_set: str
    data_set_name: str
    kind: str
    agency: str
    agency_name: str
    systems: tuple[str, ...]
    source_agency: str
    source_agency_name: str
    source_system: str
    received: tuple[str, ...]
    citizens: int
    services: tuple[str, ...]
    shown_by: tuple[str, ...]


@report(example={})
def sharing_candidates(
    state: State,
    *,
    kind: Annotated[
        Kind | None, "collects: it asks citizens itself; lacks: it reads them, but nobody gives them."
    ] = None,
    data_set: OfDataSet = None,
    agency: OfAgency = None,
    level: Level = USUAL_LEVEL,
) -> Answer[SharingCandidate]:
    """Which agency collects, or needs and does not get, a data set that another has authoritatively; most citizens first.

    A row an agency and data set. Citizens are the users a year of the distinct services that the agency's systems directly
    serve. O(accesses + exchanges).
    """
    if data_set is not None:
        state.get(data_set)
    below = None if agency is None else state.sub_agencies(agency)
    register = read(state, level)
    wanted = None if below is None else {register.counted(each) for each in below}
    found = [
        each
        for each in candidates(register)
        if kind in (None, each.kind) and data_set in (None, each.data_set) and (wanted is None or each.agency in wanted)
    ]
    served = citizens_served(state, {system for each in found for system in each.systems})
    names = register.names({side for each in found for side in (each.agency, each.source.agency)})
    rows = []
    for each in found:
        services = {service: users for system in each.systems for service, users in served.get(system, {}).items()}
        rows.append(
            SharingCandidate(
                each.data_set, register.data_sets[each.data_set].name, each.kind, each.agency, names.get(each.agency, ""),
                each.systems, each.source.agency or "", names.get(each.source.agency, ""), each.source.system, each.received,
                sum(services.values()), tuple(sorted(services)), each.shown_by,
            )
        )  # fmt: skip
    rows.sort(key=lambda row: (-row.citizens, row.kind, row.data_set, row.agency))
    return Answer.of(state, rows)
