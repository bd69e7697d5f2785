"""What the repository says about sharing, read once: data sets, who has them how, exchanges, agreements, whose all that is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal, NamedTuple

from ea_repo.analysis.owner_flows import lines_of_owners
from ea_repo.planning.remembered import remembered
from ea_repo.store.labels import names_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

DATA_SET, EXCHANGE, AGREEMENT, REGULATION = "DataSet", "DataExchange", "SharingAgreement", "Regulation"
_ACCESS = "Access"
_WRITES = ("write", "read_write")
#: How somebody has a data set, by one access.
Holding = Literal["authoritative", "collects", "derives", "copy", "writes", "reads"]
#: What makes somebody a source: the data begin there.
ORIGINAL: frozenset[Holding] = frozenset({"authoritative", "collects", "derives", "writes"})


@dataclass(frozen=True, slots=True)
class Access:
    """One system (or whatever else accesses) that has one data set. `agency` is a uid, None for nobody."""

    uid: str
    data_set: str
    system: str
    agency: str | None
    holding: Holding
    is_collected: bool
    is_authoritative: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """One system that gives another data. What it does not say itself is taken from its agreement and its data set."""

    uid: str
    name: str
    source: str
    target: str
    provider: str | None
    receiver: str | None
    target_owner: str | None  # the very one, whatever the level
    data_set: str | None
    agreement: str | None
    legal_basis: tuple[str, ...]
    is_personal: bool
    classification: str | None
    service_level: str | None
    attributes: Mapping[str, Any]

    @property
    def is_between(self) -> bool:
        """Whether different agencies take part. What nobody owns is nobody's: it is no agency of its own."""
        return self.provider != self.receiver

    def said(self, name: str) -> Any:
        return self.attributes.get(name)

    @property
    def last_used(self) -> date | None:
        return day(self.attributes, "last_used_on")


@dataclass(frozen=True)
class Register:
    """All of it, by uid. Agencies are those of the level asked for."""

    state: State
    level: int | None
    data_sets: Mapping[str, Concept]
    agreements: Mapping[str, Concept]
    regulations: Mapping[str, Concept]
    lines: Mapping[str, Sequence[str]]  # of agencies, from the top of the tree to each
    accesses: Sequence[Access]
    exchanges: Sequence[Exchange]

    @cached_property
    def accesses_by_data_set(self) -> Mapping[str, Sequence[Access]]:
        found: dict[str, list[Access]] = defaultdict(list)
        for each in self.accesses:
            found[each.data_set].append(each)
        return found

    @cached_property
    def exchanges_by_data_set(self) -> Mapping[str, Sequence[Exchange]]:
        found: dict[str, list[Exchange]] = defaultdict(list)
        for each in self.exchanges:
            if each.data_set is not None:
                found[each.data_set].append(each)
        return found

    @cached_property
    def exchanges_by_agreement(self) -> Mapping[str, Sequence[Exchange]]:
        found: dict[str, list[Exchange]] = defaultdict(list)
        for each in self.exchanges:
            if each.agreement is not None:
                found[each.agreement].append(each)
        return found

    def counted(self, agency: str | None) -> str | None:
        """What an agency counts as on the level of this register."""
        return None if agency is None else counted_as(self.lines.get(agency, (agency,)), self.level)

    def is_within(self, agency: str | None, wholes: Iterable[str]) -> bool:
        """Whether an agency is one of these or belongs to one."""
        return agency is not None and not set(wholes).isdisjoint(self.lines.get(agency, (agency,)))

    def names(self, uids: Iterable[str | None]) -> Mapping[str | None, str]:
        """What these are called, and others that were asked about."""
        known = self._named
        known.update(names_of(self.state, sorted({each for each in uids if each is not None} - known.keys())))
        return known

    @cached_property
    def _named(self) -> dict[str | None, str]:
        return {None: ""}


@remembered
def read(state: State, level: int | None = None, *, running_on: date | None = None) -> Register:
    """The register. With `running_on`, without the exchanges whose life ended before that day. O(accesses + exchanges)."""
    if running_on is not None:
        whole = read(state, level)
        return replace(whole, exchanges=[each for each in whole.exchanges if not _is_over(each, running_on)])
    found = _recorded(state)
    lines = found.lines
    agency_of = {
        uid: None if owner is None else counted_as(lines.get(owner, (owner,)), level)
        for uid, owner in found.owner_of.items()
    }
    return Register(
        state=state,
        level=level,
        data_sets=found.data_sets,
        agreements=found.agreements,
        regulations=_all(state, REGULATION),
        lines=lines,
        accesses=[_access(each, agency_of) for each in found.accesses],
        exchanges=[
            _exchange(each, found.owner_of, agency_of, found.data_sets, found.agreements) for each in found.exchanges
        ],
    )


class _Recorded(NamedTuple):
    """What is the same on every level and day."""

    data_sets: Mapping[str, Concept]
    agreements: Mapping[str, Concept]
    accesses: Sequence[Concept]
    exchanges: Sequence[Concept]
    owner_of: Mapping[str, str | None]
    lines: Mapping[str, Sequence[str]]


@remembered
def _recorded(state: State) -> _Recorded:
    data_sets = _all(state, DATA_SET)
    accesses = [
        each
        for each in state.find_all(Query(types=(_ACCESS,)))
        if each.target in data_sets and each.source is not None
    ] if data_sets else []  # fmt: skip
    exchanges = [
        each
        for each in state.find_all(Query(types=(EXCHANGE,)))
        if each.source is not None and each.target is not None
    ]  # fmt: skip
    ends = {each.source for each in accesses}
    ends |= {end for each in exchanges for end in (each.source, each.target)}
    owner_of = owners(state, (end for end in ends if end is not None))
    return _Recorded(data_sets, _all(state, AGREEMENT), accesses, exchanges, owner_of, lines_of_owners(state))


def owners(state: State, uids: Iterable[str]) -> dict[str, str | None]:
    """For each concept whose it is; an agency is its own."""
    actors = {name for each in state.metamodel.owners for name in state.metamodel.descendants(each)}
    known = state.get_many(sorted(set(uids)))
    return {uid: uid if each.type in actors else each.owner for uid, each in known.items()}


def counted_as(line: Sequence[str], level: int | None) -> str:
    """What an agency counts as on a level, of the line from the top of the tree to it."""
    return line[-1 if level is None else min(level, len(line)) - 1]


def day(attributes: Mapping[str, Any], name: str) -> date | None:
    """A date among attributes."""
    found = attributes.get(name)
    return None if found is None else date.fromisoformat(found)


def _all(state: State, type_name: str) -> dict[str, Concept]:
    return {each.uid: each for each in state.find_all(Query(types=(type_name,)))}


def _is_over(exchange: Exchange, running_on: date) -> bool:
    end = day(exchange.attributes, "end_of_life_on")
    return end is not None and end < running_on


def _access(found: Concept, agency_of: Mapping[str, str | None]) -> Access:
    system = found.source or ""
    return Access(
        found.uid, found.target or "", system, agency_of.get(system), _holding(found),
        found.attributes.get("origin") == "collected", found.attributes.get("authoritative") is True,
    )  # fmt: skip


def _holding(found: Concept) -> Holding:
    origin = found.attributes.get("origin")
    if found.attributes.get("authoritative") is True:
        return "authoritative"
    if origin == "collected":
        return "collects"
    if origin == "derived":
        return "derives"
    if origin == "received":
        return "copy"
    return "writes" if found.attributes.get("access_type") in _WRITES else "reads"


def _exchange(
    found: Concept,
    owner_of: Mapping[str, str | None],
    agency_of: Mapping[str, str | None],
    data_sets: Mapping[str, Concept],
    agreements: Mapping[str, Concept],
) -> Exchange:
    own = found.attributes
    data_set = data_sets.get(own.get("data_set") or "")
    agreement = agreements.get(own.get("agreement") or "")
    of_data = data_set.attributes if data_set else {}
    of_agreement = agreement.attributes if agreement else {}
    source, target = found.source or "", found.target or ""
    personal = own.get("personal_data")
    return Exchange(
        uid=found.uid,
        name=found.name,
        source=source,
        target=target,
        provider=agency_of.get(source),
        receiver=agency_of.get(target),
        target_owner=owner_of.get(target),
        data_set=data_set.uid if data_set else None,
        agreement=agreement.uid if agreement else None,
        legal_basis=tuple(own.get("legal_basis") or of_agreement.get("legal_basis") or ()),
        is_personal=bool(of_data.get("personal_data") if personal is None else personal),
        classification=own.get("classification") or of_data.get("classification"),
        service_level=own.get("service_level") or of_agreement.get("service_level"),
        attributes=own,
    )
