"""Every trouble that the sample's README lists is in the data, and where it says all, there is no other."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import networkx
import pytest

from tests.sample.government import NOW, SERVICES, Government, Trouble, government, troubles

LISTED = troubles()
Finder = Callable[[Government], set[str]]


@pytest.mark.parametrize("trouble", LISTED, ids=lambda each: f"{each.kind} {each.about or min(each.uids)}")
def test_what_the_readme_lists_is_there(trouble: Trouble) -> None:
    found = FINDERS[trouble.kind]
    if trouble.about is not None:
        assert trouble.uids <= RELATED[trouble.kind](government(), trouble.about)
    elif trouble.is_all:
        everything = set().union(*(each.uids for each in LISTED if each.kind == trouble.kind))
        assert found(government()) == everything
    else:
        assert trouble.uids <= found(government())


def test_the_readme_lists_all_that_the_sample_promises() -> None:
    assert {each.kind for each in LISTED} == set(FINDERS)


def _where(uids: Iterable[str], holds: Callable[[str], Any]) -> set[str]:
    return {uid for uid in uids if holds(uid)}


def _shared_functions(found: Government) -> dict[str, set[str]]:
    """Systems that serve a function which systems of another owner serve too, by function."""
    return {
        function: systems
        for function, systems in found.systems_of.items()
        if found.type(function) not in SERVICES and len({found.owner(each) for each in systems} - {None}) > 1
    }


def _several_systems(found: Government) -> dict[str, set[str]]:
    shared = _shared_functions(found)
    return {
        function: systems
        for function, systems in found.systems_of.items()
        if function not in shared and len(systems) > 1 and found.type(function) not in SERVICES
    }


def _all_of(by_function: dict[str, set[str]]) -> set[str]:
    return set().union(*by_function.values())


def _reserved(found: Government) -> set[str]:
    designated = {uid: found.said(uid, "common_application") for uid in found.of("ReferenceCategory")
                  if found.said(uid, "reserved")}  # fmt: skip
    return {
        system
        for system in found.of("System")
        for category in found.categories_of.get(system, set()) & designated.keys()
        if designated[category] != system
    }


def _cycles(found: Government) -> set[str]:
    groups = networkx.strongly_connected_components(found.dependents)
    return set().union(*(group for group in groups if len(group) > 1))


def _most_services_stand_on(found: Government) -> set[str]:
    services = set(found.of(*SERVICES))
    # A server of a redundancy group is not alone: the others stand in for it.
    grouped = {found.source(each) for each in found.links("Serving") if found.said(each, "redundancy_group")}
    return {
        uid
        for uid in {*found.resources, *found.of("System")} - grouped
        if uid in found.dependents and 2 * len(services & networkx.descendants(found.dependents, uid)) > len(services)
    }


def _past_support(found: Government) -> set[str]:
    return _where(found.resources, lambda uid: (found.said(uid, "end_of_support") or NOW) < NOW)


def _past_life(found: Government) -> set[str]:
    def is_old(uid: str) -> bool:
        acquired = date.fromisoformat(found.said(uid, "acquired_on"))
        years = acquired.year + found.said(uid, "useful_life_years")
        return acquired.replace(year=years, day=min(acquired.day, 28)).isoformat() < NOW

    return _where(found.resources, is_old)


def _overloaded(found: Government) -> set[str]:
    def is_full(uid: str) -> bool:
        return (found.said(uid, "cpu_percent") or 0) >= 85 or (found.said(uid, "memory_percent") or 0) >= 92

    return _where(found.of("Server"), is_full)


def _idle(found: Government) -> set[str]:
    other = {found.source(each) for each in found.links("Serving") if found.said(each, "environment") != "production"}
    return {
        uid
        for uid in set(found.of("Server")) - other
        if found.said(uid, "cpu_percent") is not None
        and found.said(uid, "cpu_percent") < 10
        and found.said(uid, "memory_percent") < 30
    }


def _ended(found: Government, type_name: str, before: str = NOW, after: str = "") -> set[str]:
    return _where(found.of(type_name), lambda uid: after <= (found.said(uid, "expires_on") or before) < before)


def _overused(found: Government) -> set[str]:
    return _where(found.of("Licence"), lambda uid: found.said(uid, "used_quantity") > found.said(uid, "quantity"))


def _flowing_under(found: Government, states: Iterable[str]) -> set[str]:
    return {
        uid
        for uid in found.of("DataExchange")
        if found.said(uid, "agreement") and found.said(found.said(uid, "agreement"), "status") in states
    }


def _expired_agreements(found: Government) -> set[str]:
    """Agreements past their end under which data was sent since."""
    return {
        found.said(uid, "agreement")
        for uid in found.of("DataExchange")
        if found.said(uid, "agreement")
        and found.said(found.said(uid, "agreement"), "expires_on") is not None
        and found.said(found.said(uid, "agreement"), "expires_on") < min(NOW, found.said(uid, "last_used_on"))
    }


def _without_agreement(found: Government) -> set[str]:
    exchanges = found.of("DataExchange")
    return _where(exchanges, lambda uid: found.between_divisions(uid) and not found.said(uid, "agreement"))


def _repealed(found: Government) -> set[str]:
    rules = _where(found.of("Regulation"), lambda uid: found.said(uid, "repealed_on"))
    return _where(found.of("DataExchange"), lambda uid: rules & set(found.said(uid, "legal_basis") or ()))


def _second_hand(found: Government) -> set[str]:
    """Exchanges that pass on what came under an agreement which forbids that."""
    bound = {
        (found.target(uid), found.said(uid, "data_set"))
        for uid in found.of("DataExchange")
        if found.said(uid, "agreement") and found.said(found.said(uid, "agreement"), "onward_sharing") is False
    }
    own = {(found.source(uid), found.target(uid)) for uid in found.links("Access") if found.said(uid, "origin")}
    return _where(
        found.of("DataExchange"),
        lambda uid: (found.source(uid), found.said(uid, "data_set")) in bound - own,
    )


def _beside_the_hub(found: Government) -> set[str]:
    exchanges = found.of("DataExchange")
    return _where(exchanges, lambda uid: found.between_divisions(uid) and not found.said(uid, "through"))


def _collected_twice(found: Government) -> set[str]:
    collectors = defaultdict(set)
    for uid in found.links("Access", target=["DataSet"]):
        if found.said(uid, "origin") == "collected":
            collectors[found.target(uid)].add(found.division(found.source(uid)))
    return _where(collectors, lambda uid: len(collectors[uid]) > 1)


def _sources(found: Government) -> Counter[str]:
    return Counter(found.target(uid) for uid in found.links("Access") if found.said(uid, "authoritative"))


def _not_assessed(found: Government) -> set[str]:
    data_sets = found.of("DataSet")
    return _where(data_sets, lambda uid: found.said(uid, "personal_data") and not found.said(uid, "impact_assessed_on"))


def _replacements_too_late(found: Government, initiative: str) -> set[str]:
    old = _where(found.effects(initiative, "retire") & set(found.of("System")),
                 lambda uid: found.said(uid, "end_of_life_on"))  # fmt: skip
    new = {found.target(each) for each in found.links("Realization", target=["System"])
           if found.source(each) == initiative}  # fmt: skip
    return {
        uid
        for one in old
        for other in new
        if found.said(one, "end_of_life_on") < found.said(other, "active_on")
        for uid in (one, other)
    }


def _still_running(found: Government, initiative: str) -> set[str]:
    done = found.said(initiative, "status") == "done"
    return _where(found.effects(initiative, "retire"), lambda uid: done and not found.said(uid, "end_of_life_on"))


def _of_all_initiatives(find: Callable[[Government, str], set[str]]) -> Finder:
    return lambda found: set().union(*(find(found, uid) for uid in found.of("Initiative")))


def _too_early(found: Government) -> set[str]:
    return {
        found.target(each)
        for each in found.links("Triggering", source=["Initiative"])
        if found.said(each, "dependency_kind") is None  # waits for the other's end
        and found.said(found.target(each), "starts_on") <= found.said(found.source(each), "ends_on")
    }


def _left_open(found: Government) -> set[str]:
    closed = {found.target(each) for each in found.links("Association", source=["Initiative"], target=["Gap"])}
    return set(found.of("Gap")) - closed


#: What each line with something before its colon is about.
RELATED: dict[str, Callable[[Government, str], set[str]]] = {
    "duplicate-systems": lambda found, function: _shared_functions(found)[function],
    "function-with-several": lambda found, function: _several_systems(found)[function],
    "retired-before-replacement": _replacements_too_late,
    "closed-but-running": _still_running,
}

#: How each kind of trouble is found by counting.
FINDERS: dict[str, Finder] = {
    "duplicate-systems": lambda found: _all_of(_shared_functions(found)),
    "reserved-field": _reserved,
    "function-with-several": lambda found: _all_of(_several_systems(found)),
    "function-without-system": lambda found: _where(
        found.of("BusinessFunction"), lambda uid: uid not in found.systems_of
    ),
    "service-without-system": lambda found: _where(found.of(*SERVICES), lambda uid: uid not in found.systems_of),
    "unclassified-function": lambda found: _where(
        found.of("BusinessFunction"), lambda uid: uid not in found.categories_of
    ),
    "no-owner": lambda found: _where(found.of("System"), lambda uid: found.owner(uid) is None),
    "cycle": _cycles,
    "single-point-of-failure": _most_services_stand_on,
    "expired-support": _past_support,
    "past-useful-life": _past_life,
    "overloaded": _overloaded,
    "over-provisioned": _idle,
    "licence-overused": _overused,
    "licence-ended": lambda found: _ended(found, "Licence"),
    "contract-ended": lambda found: _ended(found, "SupplyContract"),
    "expired-agreement": _expired_agreements,
    "expiring-agreement": lambda found: _ended(found, "SharingAgreement", before="2027-03-01", after=NOW),
    "agreement-not-in-force": lambda found: _flowing_under(found, ("draft", "suspended")),
    "missing-agreement": _without_agreement,
    "missing-legal-basis": lambda found: _where(
        found.of("DataExchange"), lambda uid: not found.said(uid, "legal_basis")
    ),
    "missing-purpose": lambda found: _where(
        found.of("DataExchange"), lambda uid: found.said(uid, "personal_data") and not found.said(uid, "purpose")
    ),
    "repealed-legal-basis": _repealed,
    "second-hand-data": _second_hand,
    "beside-the-hub": _beside_the_hub,
    "collected-twice": _collected_twice,
    "no-authoritative-source": lambda found: _where(found.of("DataSet"), lambda uid: _sources(found)[uid] == 0),
    "two-authoritative-sources": lambda found: _where(found.of("DataSet"), lambda uid: _sources(found)[uid] > 1),
    "no-impact-assessment": _not_assessed,
    "failed-audit": lambda found: _where(
        found.of("System"), lambda uid: found.said(uid, "last_audit_result") == "failed"
    ),
    "retired-before-replacement": _of_all_initiatives(_replacements_too_late),
    "closed-but-running": _of_all_initiatives(_still_running),
    "starts-too-early": _too_early,
    "initiative-without-budget": lambda found: _where(
        found.of("Initiative"), lambda uid: not found.said(uid, "budget")
    ),
    "gap-without-initiative": _left_open,
    "series-without-authority": lambda found: _where(
        found.of("RecordSeries"), lambda uid: not found.said(uid, "authority")
    ),
    "legal-hold": lambda found: _where(found.of("RecordSeries"), lambda uid: found.said(uid, "legal_hold")),
}
