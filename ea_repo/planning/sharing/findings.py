"""The checks of the once-only principle: computation over the register alone, one function a kind of question."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.planning.choices import choice
from ea_repo.planning.sharing.hands import handed_on
from ea_repo.planning.sharing.register import EXCHANGE, Exchange, Register, day

_ENDED, _NOT_YET = "ended", ("draft", "suspended")
_CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CutOffs:
    """What `once_only.toml` sets."""

    expiring_days: int
    many_receivers: int
    severity: Mapping[str, str]
    protocol: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding before it is told. `facts` fill its text; `severity` is its own where its code has none."""

    code: str
    uid: str
    data_set: str | None
    agencies: frozenset[str | None]
    shown_by: tuple[str, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    severity: str | None = None


@cache
def cut_offs() -> CutOffs:
    """What is set."""
    return CutOffs(**tomllib.loads((files(__package__) / "once_only.toml").read_text("utf-8")))


def severity_of(found: Found) -> str:
    return found.severity or cut_offs().severity[found.code]


def findings(register: Register, today: date, expiring_days: int) -> Iterator[Found]:
    """All findings, in no order that matters."""
    yield from _of_sources(register)
    yield from _of_copies(register)
    yield from _of_agreements(register, today, expiring_days)
    yield from _of_grounds(register, today)
    yield from _of_personal_data(register)
    yield from _passed_on(register)
    yield from _of_technology(register)


def _of_sources(register: Register) -> Iterator[Found]:
    """Who collects, and who is right by definition."""
    for uid in register.data_sets:
        accesses = register.accesses_by_data_set.get(uid, ())
        collecting = [each for each in accesses if each.is_collected]
        collectors = {each.agency for each in collecting}
        if len(collectors) > 1:
            shown = tuple(each.uid for each in collecting)
            yield Found("collected-twice", uid, uid, frozenset(collectors), shown, {"count": len(collectors)})
        authoritative = [each for each in accesses if each.is_authoritative]
        holders = frozenset(each.agency for each in authoritative)
        if not authoritative:
            shown = tuple(each.uid for each in accesses)
            yield Found("no-authoritative-source", uid, uid, frozenset(each.agency for each in accesses), shown)
        elif len(authoritative) > 1:
            shown, facts = tuple(each.uid for each in authoritative), {"count": len(authoritative)}
            yield Found("several-authoritative-sources", uid, uid, holders, shown, facts)
        received: dict[str | None, list[str]] = defaultdict(list)
        for exchange in register.exchanges_by_data_set.get(uid, ()):
            if exchange.is_between:
                received[exchange.receiver].append(exchange.uid)
        for agency in sorted((collectors & received.keys()) - holders - {None}, key=str):
            shown = (*(each.uid for each in collecting if each.agency == agency), *received[agency])
            yield Found("receives-and-collects", uid, uid, frozenset({agency}), shown)


def _of_copies(register: Register) -> Iterator[Found]:
    """Who keeps what another agency has authoritatively; a row an agency and data set."""
    for uid in register.data_sets:
        accesses = register.accesses_by_data_set.get(uid, ())
        exchanges = register.exchanges_by_data_set.get(uid, ())
        sources = [each for each in accesses if each.is_authoritative]
        copies: dict[str | None, list[str]] = defaultdict(list)
        for access in accesses:
            if access.holding == "copy":
                copies[access.agency].append(access.uid)
        for each in exchanges:
            if each.said("keeps_copy"):
                copies[each.receiver].append(each.uid)
        for agency, kept in copies.items():
            if sources and agency is not None and agency not in {each.agency for each in sources}:
                source = (each.uid for each in sources)
                yield Found("copy-beside-source", uid, uid, frozenset({agency}), (*source, *kept))
    for each in register.exchanges:
        terms = register.agreements[each.agreement].attributes if each.agreement else {}
        if each.said("keeps_copy") and terms.get("retention_days") == 0:
            shown = (each.agreement or "", each.uid)
            yield Found("copy-not-allowed", each.uid, each.data_set, frozenset({each.receiver}), shown)


def _of_agreements(register: Register, today: date, expiring_days: int) -> Iterator[Found]:
    for each in register.exchanges:
        if each.agreement is None:
            if each.is_between:
                yield _at("missing-agreement", each)
            continue
        concept = register.agreements[each.agreement]
        agreement = concept.attributes
        if agreement.get("status") in _NOT_YET:
            status = choice(register.state.metamodel, concept.type, "status", agreement["status"])
            yield _at("agreement-not-in-force", each, each.agreement, status=status)
        if _names_others(register, each, agreement):
            yield _at("agreement-names-others", each, each.agreement)
    for uid, concept in register.agreements.items():
        end = day(concept.attributes, "expires_on")
        under = register.exchanges_by_agreement.get(uid, ())
        agencies = frozenset(
            map(register.counted, (concept.attributes.get("provider"), *(concept.attributes.get("consumers") or ())))
        ) - {None}  # fmt: skip
        if (end is not None and end < today) or concept.attributes.get("status") == _ENDED:
            going_on = [each for each in under if end is None or each.last_used is None or each.last_used > end]
            if going_on:
                shown = (uid, *(each.uid for each in going_on))
                facts = {"end": end or "", "count": len(going_on)}
                yield Found("expired-agreement", uid, None, agencies, shown, facts)
        elif end is not None and end <= today + timedelta(days=expiring_days):
            shown = (uid, *(each.uid for each in under))
            yield Found("expiring-agreement", uid, None, agencies, shown, {"end": end, "days": (end - today).days})


def _names_others(register: Register, exchange: Exchange, agreement: Mapping[str, Any]) -> bool:
    """Whether the parties of an agreement are others than those that exchange, in so far as both are said."""
    provider, consumers = register.counted(agreement.get("provider")), agreement.get("consumers") or ()
    gives = provider in (None, exchange.provider) or exchange.provider is None
    gets = not consumers or exchange.receiver in {None, *map(register.counted, consumers)}
    return not (gives and gets)


def _of_grounds(register: Register, today: date) -> Iterator[Found]:
    for each in register.exchanges:
        if not each.legal_basis:
            yield _at("missing-legal-basis", each)
        rules = [uid for uid in each.legal_basis if uid in register.regulations]
        repealed = [
            uid for uid in rules if (end := day(register.regulations[uid].attributes, "repealed_on")) and end <= today
        ]
        if repealed:
            yield _at("repealed-legal-basis", each, *repealed)


def _of_personal_data(register: Register) -> Iterator[Found]:
    for each in register.exchanges:
        if each.is_personal and not (each.said("purpose") or "").strip():
            yield _at("personal-without-purpose", each)
    for uid, data in register.data_sets.items():
        if data.attributes.get("personal_data") and not data.attributes.get("impact_assessed_on"):
            accesses = register.accesses_by_data_set.get(uid, ())
            holders = frozenset(each.agency for each in accesses if each.is_authoritative)
            yield Found("no-impact-assessment", uid, uid, holders, (uid,))


def _passed_on(register: Register) -> Iterator[Found]:
    """Data given on to somebody that the agreement under which they came neither names nor allows to be given to."""
    for uid, exchanges in register.exchanges_by_data_set.items():
        forbidden: dict[str, list[str]] = defaultdict(list)
        given = {}
        for before, each in handed_on(register.accesses_by_data_set.get(uid, ()), exchanges):
            terms = register.agreements[before.agreement].attributes if before.agreement else {}
            named = terms.get("consumers") or ()
            if terms.get("onward_sharing") is False and not register.is_within(each.target_owner, named):
                forbidden[each.uid] += [before.agreement or "", before.uid]
                given[each.uid] = each
        for exchange, shown in forbidden.items():
            yield _at("passed-on-against-agreement", given[exchange], *dict.fromkeys(shown), first=False)


def _of_technology(register: Register) -> Iterator[Found]:
    has_hub = any(each.said("through") for each in register.exchanges)
    for each in register.exchanges:
        if has_hub and each.is_between and not each.said("through"):
            yield _at("beside-the-hub", each)
        risk = cut_offs().protocol.get(each.said("protocol") or "", {})
        is_protected = each.is_personal or each.classification == _CLOSED
        severity = risk.get("protected" if is_protected else "usual")
        if severity is not None:
            code = "risky-protocol-protected" if is_protected else "risky-protocol"
            protocol = choice(register.state.metamodel, EXCHANGE, "protocol", str(each.said("protocol")))
            yield _at(code, each, severity=severity, protocol=protocol)
    for uid, exchanges in register.exchanges_by_data_set.items():
        between = [each for each in exchanges if each.is_between]
        receivers = {each.receiver for each in between} - {None}
        silent = [each for each in between if not each.service_level and each.said("availability_percent") is None]
        if silent and len(receivers) >= cut_offs().many_receivers:
            agencies, shown = frozenset(each.provider for each in silent), tuple(each.uid for each in silent)
            yield Found("no-service-level", uid, uid, agencies, shown, {"count": len(receivers)})


def _at(
    code: str, exchange: Exchange, *others: str, first: bool = True, severity: str | None = None, **facts: Any
) -> Found:
    """A finding at an exchange, shown by it and others, the exchange first or last."""
    shown = (exchange.uid, *others) if first else (*others, exchange.uid)
    agencies = frozenset({exchange.provider, exchange.receiver}) - {None}
    return Found(code, exchange.uid, exchange.data_set, agencies, shown, facts, severity)
