"""Random small nations that share data, and the operations that make them. What should be found is counted from these facts
alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from ea_repo.store.operations import Create
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element, uid

TODAY = date(2026, 11, 1)
_MAYBE = st.sampled_from((None, True, False))


@dataclass(frozen=True)
class Nation:
    """Agencies with what each is part of (by position, None for a top), systems with owners; the rest as dictionaries."""

    parents: tuple[int | None, ...]
    owners: tuple[int | None, ...]
    data: tuple[dict[str, Any], ...]
    accesses: tuple[dict[str, Any], ...]
    agreements: tuple[dict[str, Any], ...]
    exchanges: tuple[dict[str, Any], ...]
    served: tuple[tuple[int, int, int], ...]  # system, service, users of the service

    def agency(self, owner: int | None, level: int | None) -> str | None:
        if owner is None:
            return None
        line = [owner]
        while (above := self.parents[line[0]]) is not None:
            line.insert(0, above)
        return uid(f"a{line[-1] if level is None or level > len(line) else line[level - 1]}")

    def of_system(self, system: int, level: int | None) -> str | None:
        return self.agency(self.owners[system], level)

    def creating(self) -> Iterator[Create]:
        yield a_model()
        yield an_element("rule", "Regulation")
        yield an_element("gone", "Regulation", attributes={"repealed_on": "2025-01-01"})
        for at, parent in enumerate(self.parents):
            yield an_agency(f"a{at}")
            if parent is not None:
                yield a_relationship(f"a{parent}.contains.a{at}", "Composition", f"a{parent}", f"a{at}")
        for at, owner in enumerate(self.owners):
            yield a_system(f"s{at}", **({} if owner is None else {"owner": f"a{owner}"}))
        for at, said in enumerate(self.data):
            yield an_element(f"d{at}", "DataSet", attributes=known(said))
        for at, said in enumerate(self.agreements):
            ends = {
                "provider": uid(f"a{said['provider']}"),
                "consumers": [uid(f"a{each}") for each in said["consumers"]],
            }
            yield an_element(f"g{at}", "SharingAgreement", attributes=known({**said, **ends}))
        for at, said in enumerate(self.accesses):
            attributes = known({name: said[name] for name in ("access_type", "origin", "authoritative")})
            yield a_relationship(f"h{at}", "Access", f"s{said['system']}", f"d{said['data']}", attributes=attributes)
        for at, said in enumerate(self.exchanges):
            attributes = known({name: value for name, value in said.items() if name not in ("source", "target")})
            for name in ("data_set", "agreement"):
                if name in attributes:
                    attributes[name] = uid(attributes[name])
            if "through" in attributes:
                attributes["through"] = uid("s0")
            if "legal_basis" in attributes:
                attributes["legal_basis"] = [uid(each) for each in attributes["legal_basis"]]
            yield a_relationship(
                f"x{at}", "DataExchange", f"s{said['source']}", f"s{said['target']}", attributes=attributes
            )
        for service, users in {(service, users) for _, service, users in self.served}:
            yield an_element(f"v{service}", "PublicService", attributes={"users_per_year": users})
        for system, service in {(system, service) for system, service, _ in self.served}:
            yield a_relationship(f"s{system}.v{service}", "Serving", f"s{system}", f"v{service}")


def known(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, [])}


@st.composite
def nations(draw: st.DrawFn) -> Nation:
    parents = [None, *(draw(st.sampled_from((None, *range(at)))) for at in range(1, draw(st.integers(2, 5))))]
    agency = st.integers(0, len(parents) - 1)
    owners = draw(st.lists(st.one_of(agency, agency, agency, st.none()), min_size=3, max_size=6))
    system = st.integers(0, len(owners) - 1)
    data = draw(st.lists(st.fixed_dictionaries({"personal_data": _MAYBE, "impact_assessed_on": st.sampled_from(
        (None, "2024-01-01"))}), min_size=1, max_size=2))  # fmt: skip
    on = st.one_of(st.none(), st.integers(-200, 200).map(lambda days: (TODAY + timedelta(days)).isoformat()))
    agreements = draw(st.lists(st.fixed_dictionaries({
        "provider": agency, "consumers": st.lists(agency, max_size=2, unique=True), "expires_on": on,
        "status": st.sampled_from((None, "active", "active", "draft", "suspended", "ended")),
        "onward_sharing": _MAYBE, "retention_days": st.sampled_from((None, 0, 30)),
    }), max_size=3))  # fmt: skip
    accesses = draw(st.lists(st.fixed_dictionaries({
        "system": system, "data": st.integers(0, len(data) - 1), "access_type": st.sampled_from(("read", "write")),
        "origin": st.sampled_from((None, "collected", "collected", "derived", "received")), "authoritative": _MAYBE,
    }), min_size=4, max_size=9))  # fmt: skip
    exchanges = draw(st.lists(st.fixed_dictionaries({
        "source": system, "target": system, "data_set": st.sampled_from((None, *(f"d{at}" for at in range(len(data))))),
        "agreement": st.sampled_from((None, *(f"g{at}" for at in range(len(agreements))))),
        "legal_basis": st.sampled_from(([], ["rule"], ["gone"], ["rule", "gone"])), "personal_data": _MAYBE,
        "purpose": st.sampled_from((None, " ", "pay benefits")), "keeps_copy": _MAYBE, "last_used_on": on,
        "through": st.sampled_from((None, True)), "protocol": st.sampled_from((None, "rest", "manual", "file_transfer")),
        "classification": st.sampled_from((None, "open", "closed")), "service_level": st.sampled_from((None, "2 s")),
    }), min_size=2, max_size=8))  # fmt: skip
    users = draw(st.lists(st.integers(0, 1_000), min_size=3, max_size=3))
    served = draw(st.lists(st.tuples(system, st.integers(0, 2)), max_size=6, unique=True))
    return Nation(
        tuple(parents), tuple(owners), tuple(data), tuple(accesses), tuple(agreements), tuple(exchanges),
        tuple((each, service, users[service]) for each, service in served),
    )  # fmt: skip
