"""Who has each data set, and under what terms it is given and received."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import report
from ea_repo.planning.sharing.parameters import OfAgency, OfDataSet
from ea_repo.planning.sharing.register import Access, Exchange, Holding, Register, day, read
from ea_repo.store.state import State

Role = Literal["provides", "receives"] | Holding
_ORDER = ("authoritative", "collects", "derives", "writes", "copy", "reads", "provides", "receives")


@dataclass(frozen=True, slots=True)
class Holder:
    """One way in which a system of an agency takes part in a data set.

    `uid` is the relationship that says so. Who provides or receives is told with whom (`other_agency`), and the terms: of
    the exchange, where it is silent of its agreement or data set.
    """

    data_set: str
    data_set_name: str
    role: str
    agency: str | None
    agency_name: str
    system: str
    system_name: str
    other_agency: str | None
    other_agency_name: str
    agreement: str | None
    agreement_status: str | None
    expires_on: date | None
    legal_basis: tuple[str, ...]
    purpose: str | None
    fields: tuple[str, ...]
    mode: str | None
    frequency: str | None
    protocol: str | None
    through: str | None
    classification: str | None
    personal_data: bool
    service_level: str | None
    availability_percent: float | None
    uid: str


@report(example={"data_set": "people:D-PERSON"})
def data_set_holders(
    state: State,
    *,
    data_set: OfDataSet = None,
    agency: OfAgency = None,
    role: Annotated[Role | None, "Only who takes part in this way."] = None,
) -> Answer[Holder]:
    """Who holds, provides and receives each data set, with agreement, legal basis, purpose, protocol and protection.

    A row a relationship and role: an access says who is authoritative, collects, derives, keeps a copy, writes or reads; an
    exchange makes one agency provide and another receive. O(accesses + exchanges).
    """
    if data_set is not None:
        state.get(data_set)
    below = None if agency is None else state.sub_agencies(agency)
    register = read(state)
    taking_part = [
        each
        for each in _parts(register)
        if data_set in (None, each[0]) and role in (None, each[1]) and (below is None or each[2] in below)
    ]
    data_sets = register.data_sets
    taking_part.sort(key=lambda each: (data_sets[each[0]].name, each[0], _ORDER.index(each[1]), each[4].uid))
    return Answer(state, len(taking_part), lambda positions: _told(register, [taking_part[each] for each in positions]))


_Part = tuple[str, str, str | None, str, Access | Exchange]


def _parts(register: Register) -> Iterator[_Part]:
    for access in register.accesses:
        yield access.data_set, access.holding, access.agency, access.system, access
    for each in register.exchanges:
        if each.data_set is not None:
            yield each.data_set, "provides", each.provider, each.source, each
            yield each.data_set, "receives", each.receiver, each.target, each


def _told(register: Register, parts: list[_Part]) -> list[Holder]:
    """The rows of these, by name."""
    sides = {side for *_, each in parts if isinstance(each, Exchange) for side in (each.provider, each.receiver)}
    names = register.names({*sides, *(part[2] for part in parts), *(part[3] for part in parts)})
    return [
        _of_access(register, part, names)
        if isinstance(part, Access)
        else _of_exchange(register, part, role, system, names)
        for _, role, _, system, part in parts
    ]


def _of_access(register: Register, access: Access, names: Mapping[str | None, str]) -> Holder:
    data = register.data_sets[access.data_set]
    said = data.attributes
    return Holder(
        data.uid, data.name, access.holding, access.agency, names.get(access.agency, ""), access.system,
        names.get(access.system, ""), None, "", None, None, None, tuple(said.get("legal_basis") or ()), None, (), None, None,
        None, None, said.get("classification"), bool(said.get("personal_data")), None, None, access.uid,
    )  # fmt: skip


def _of_exchange(
    register: Register, exchange: Exchange, role: str, system: str, names: Mapping[str | None, str]
) -> Holder:
    data = register.data_sets[exchange.data_set or ""]
    terms = register.agreements[exchange.agreement].attributes if exchange.agreement else {}
    agency, other = exchange.provider, exchange.receiver
    if role == "receives":
        agency, other = other, agency
    return Holder(
        data.uid, data.name, role, agency, names.get(agency, ""), system, names.get(system, ""), other, names.get(other, ""),
        exchange.agreement, terms.get("status"), day(terms, "expires_on"), exchange.legal_basis, exchange.said("purpose"),
        tuple(exchange.said("fields") or ()), exchange.said("mode"), exchange.said("frequency"), exchange.said("protocol"),
        exchange.said("through"), exchange.classification, exchange.is_personal, exchange.service_level,
        exchange.said("availability_percent"), exchange.uid,
    )  # fmt: skip
