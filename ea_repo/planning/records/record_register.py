"""The register of record series with their retention schedule."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

import numpy as np

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.joins import Joins, joined, mask_of, rows_of, uids_of
from ea_repo.catalogue import report
from ea_repo.clock import now
from ea_repo.planning.records.holdings import hold_of, holdings, rule_of, series_in
from ea_repo.planning.records.retention import Disposition
from ea_repo.store.attribute_values import attribute_values
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.told import term


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A record series: its schedule, whose function makes it, which systems hold it, what it rests on, and what is missing.

    `disposition` is what the schedule says, `outcome` what it comes to: with a condition, re-appraise. `hold` says why
    nothing may be disposed of. `documents` are those kept here.
    """

    uid: str
    code: str | None
    name: str
    owner: str | None
    agency: str
    series_kind: str | None
    active_years: int | None
    inactive_years: int | None
    trigger: str | None
    from_year_end: bool
    disposition: Disposition | None
    condition: str | None
    outcome: Disposition
    vital: bool
    classification: str | None
    authority: str | None
    legal_basis: tuple[str, ...]
    functions: tuple[str, ...]
    systems: tuple[str, ...]
    document_types: tuple[str, ...]
    documents: int
    hold: str | None
    missing: tuple[str, ...]


_REQUIRED = ("code", "active_years", "inactive_years", "trigger", "disposition", "authority", "legal_basis")
_WRITING = ("write", "read_write")


@report(example={})
def record_register(
    state: State,
    *,
    owner: Annotated[str | None, "Only series of this agency or an agency below it."] = None,
    incomplete: Annotated[bool, "Only series of which something is missing."] = False,
) -> Answer[SeriesRow]:
    """Every record series with its retention schedule, function, holding systems, legal basis and hold, by code.

    The functions are those that write it; the systems those that keep a data set, or make a document type, that fills it.
    O(series and their relationships).
    """
    today = state.on or now().date()
    series = series_in(state, owner)
    counted = Counter(each.series.uid for each in holdings(state, today) if each.series is not None)
    fillers = _sources(state, "Realization", series)
    writers = _writers(state, {*series, *(uid for some in fillers.values() for uid in some)})
    around = {uid for each in series for uid in (*writers.get(each, ()), *fillers.get(each, ()))}
    around |= {uid for each in tuple(around) for uid in writers.get(each, ())}
    known = state.get_many({*around, *(each.owner for each in series.values() if each.owner is not None)})

    def named(uids: object, kind: str) -> tuple[str, ...]:
        wanted = state.metamodel.descendants(kind)
        found = [known[uid] for uid in uids if uid in known and known[uid].type in wanted]  # type: ignore[attr-defined]
        return tuple(sorted({each.name for each in found}))

    rows = []
    for uid, each in series.items():
        fills = fillers.get(uid, ())
        row = _row(each, today, counted[uid], "" if each.owner not in known else known[each.owner].name,
                   named(writers.get(uid, ()), "BusinessFunction"),
                   named([writer for filler in fills for writer in writers.get(filler, ())], "ApplicationComponent"),
                   named(fills, "DocumentType"))  # fmt: skip
        if row.missing or not incomplete:
            rows.append(row)
    return Answer.of(state, sorted(rows, key=lambda row: (row.code or "~", row.uid)))


def _row(
    each: Concept, today: date, documents: int, agency: str,
    functions: tuple[str, ...], systems: tuple[str, ...], types: tuple[str, ...],
) -> SeriesRow:  # fmt: skip
    said, rule = each.attributes, rule_of(each)
    missing = [name for name in _REQUIRED if said.get(name) in (None, "", [])]
    missing += [name for name, found in (("function", functions), ("owner", each.owner)) if not found]
    return SeriesRow(
        each.uid, said.get("code"), each.name, each.owner, agency, said.get("series_kind"),
        rule.active_years, rule.inactive_years, said.get("trigger"), rule.from_year_end, rule.disposition,
        rule.condition, rule.outcome, bool(said.get("is_vital")), said.get("classification"), said.get("authority"),
        tuple(said.get("legal_basis", ())), functions, systems, types, documents, hold_of(each, today), tuple(map(term, missing)),
    )  # fmt: skip


def _sources(state: State, type_name: str, targets: Iterable[str]) -> dict[str, list[str]]:
    """For each of these the sources of the relationships of a type that lead to it."""
    return _by_target(state, joined(state, (type_name,), targets=mask_of(state, rows_of(state, targets))))


def _writers(state: State, targets: Iterable[str]) -> dict[str, list[str]]:
    """For each of these what writes it."""
    found = joined(state, ("Access",), targets=mask_of(state, rows_of(state, targets)))
    ids = state.graph.relationship_ids[found.by].tolist()
    said = attribute_values(state, ("access_type",), ("Access",), ids=ids)["access_type"] if ids else {}
    writes = np.array([said.get(id_) in _WRITING for id_ in ids], bool)
    return _by_target(state, Joins(*(each[writes] for each in found)))


def _by_target(state: State, found: Joins) -> dict[str, list[str]]:
    by: dict[str, list[str]] = {}
    for source, target in zip(*uids_of(state, found.sources, found.targets), strict=True):
        by.setdefault(target, []).append(source)
    return by
