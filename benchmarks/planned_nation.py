"""The made-up nation with what its planners keep: reference models, a roadmap with budgets, use of resources, records, reviews.

    python -m benchmarks.nation --planned --elements 30000 --database sqlite:///nation.db

It is the nation of the same seed and size, and this besides: more is said of what is there (`MORE_FACTS`), there are more
sorts of elements, and more joins them. Shares are numbers at a million elements, as in `nation_facts.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from benchmarks.nation import Line, Nation, relationship
from benchmarks.nation_facts import SORTS, WIRINGS, Fact, Sort, Wiring
from ea_repo.planning.index.rounds import built_in

REFERENCE_MODELS = ("RAB", "RAL", "RAD", "RAA")
FRAMEWORK, ROUNDS = "spbe-2020", (2025, 2026)
_CATEGORIES_EACH, _PARTS = 1_200, 9
_FULL = 1_000_000
#: One category in so many is reserved for an application that all have in common.
_RESERVED_ONE_OF = 40

_PERCENT = tuple(
    Fact(f"{name}_percent", "choice", tuple(range(2, 100, 3)), 0.6) for name in ("cpu", "memory", "storage", "network")
)
_MEASURED = Fact("measured_on", "date", (2025, 2026), 0.7)
MORE_FACTS: Mapping[str, tuple[Fact, ...]] = {
    "server": (*_PERCENT[:2], _MEASURED),
    "storage": (*_PERCENT[2:3], _MEASURED),
    "device": (*_PERCENT[3:], _MEASURED),
    "centre": (Fact("racks_used", "choice", (5, 12, 20, 40, 58), 0.9), _MEASURED),
    "system": (
        Fact("business_value_score", "choice", (1, 2, 3, 4, 5), 0.7),
        Fact("cost_effectiveness_score", "choice", (1, 2, 3, 4, 5), 0.7),
    ),
    "data": (Fact("impact_assessed_on", "date", (2020, 2026), 0.3),),
    "agreement": (Fact("onward_sharing", "flag", (0.3,), 0.7), Fact("retention_days", "choice", (0, 30, 365), 0.7)),
}
_SPENT = Fact("spent", "money", (60_000, 1.2), 0.6)
_STATUS = ("proposed", "approved", "approved", "running", "running", "done", "postponed", "cancelled")
_DOMAINS = ("business_process", "service", "data", "application", "infrastructure", "security")

MORE_SORTS: tuple[Sort, ...] = (
    Sort("category", "ReferenceCategory", 0, "Category"),
    Sort("goal", "Goal", 60, "Goal", (Fact("target_value", "decimal", (50, 0.4)),)),
    Sort("plateau", "Plateau", 6, "Plateau"),
    Sort("gap", "Gap", 500, "Gap", (Fact("status", "choice", ("open", "planned", "closed", "postponed")),)),
    Sort("initiative", "Initiative", 6_000, "Initiative", (
        Fact("code", "code", ("I",)), Fact("starts_on", "date", (2024, 2027), 0.97), Fact("ends_on", "date", (2028, 2031), 0.97),
        Fact("status", "choice", _STATUS), Fact("priority", "choice", ("high", "medium", "low")),
        Fact("domain", "choice", _DOMAINS), Fact("budget", "money", (250_000, 1.4), 0.9), _SPENT,
        Fact("programme", "choice", ("governance", "management", "services", "infrastructure", "applications")),
        Fact("funding", "choice", ("central_budget", "regional_budget", "loan_or_grant"), 0.8),
    )),
    Sort("line", "BudgetLine", 20_000, "Budget line", (
        Fact("initiative", "reference", ("initiative",), 0.95), Fact("year", "choice", (2026, 2027, 2028, 2029, 2030)),
        Fact("amount", "money", (80_000, 1.2)), Fact("line_kind", "choice", (*["planned"] * 14, "ceiling")),
        Fact("funding", "choice", ("central_budget", "regional_budget", "loan_or_grant"), 0.8),
    )),
    Sort("licence", "Licence", 12_000, "Licence", (
        Fact("software", "reference", ("software",), 0.95), Fact("metric", "choice", ("user", "core", "server")),
        Fact("quantity", "integer", (80, 1.0)), Fact("used_quantity", "integer", (60, 1.0), 0.9),
        Fact("expires_on", "date", (2024, 2032), 0.6), Fact("yearly_cost", "money", (9_000, 1.3), 0.9),
    )),
    Sort("series", "RecordSeries", 5_000, "Record series", (
        Fact("code", "code", ("K",)), Fact("active_years", "choice", (1, 2, 5), 0.95),
        Fact("inactive_years", "choice", (1, 3, 5, 10), 0.95),
        Fact("trigger", "choice", ("creation", "creation", "closure", "expiry", "superseded", "event")),
        Fact("from_year_end", "flag", (0.5,)), Fact("disposition", "choice", ("destroy", "reappraise", "permanent"), 0.95),
        Fact("legal_hold", "flag", (0.04,)), Fact("authority", "code", ("Schedule ",), 0.9),
    )),
    Sort("kind", "DocumentType", 2_500, "Type of document", (Fact("code", "code", ("T",)),)),
    Sort("document", "Document", 60_000, "Document", (
        Fact("dated_on", "date", (2012, 2026)), Fact("closed_on", "date", (2014, 2026), 0.7),
        Fact("record_series", "reference", ("series",), 0.7), Fact("document_type", "reference", ("kind",), 0.6),
        Fact("attached_to", "references", ("contract",), 0.6), Fact("legal_hold", "flag", (0.01,)),
    )),
    Sort("review", "InvestmentReview", 2_000, "Investment review", (
        Fact("reviewed_system", "reference", ("system",)), Fact("candidates", "references", ("system",), 0.8),
        Fact("decision", "choice", ("proceed", "proceed", "link", "merge", "reuse", "stop")),
        Fact("reasons", "choice", ("Same function", "Other users", "Older technology")),
        Fact("performed_on", "date", (2023, 2026)), Fact("amount_saved", "money", (90_000, 1.1), 0.4),
    )),
    Sort("operating", "OperatingReview", 10_000, "Operating-performance review", (
        Fact("reviewed_system", "reference", ("system",)), Fact("performed_on", "date", (2023, 2026)),
        Fact("decision", "choice", ("keep", "keep", "enhance", "redevelop", "retire")),
        Fact("decision_by_scores", "choice", ("keep", "enhance", "redevelop", "retire")),
        Fact("business_value_score", "choice", (1, 2, 3, 4, 5)), Fact("value_cut_off", "choice", (3,)),
        Fact("cost_effectiveness_score", "choice", (1, 2, 3, 4, 5)), Fact("cost_cut_off", "choice", (3,)),
        Fact("running_cost", "money", (90_000, 1.1), 0.9),
    )),
)  # fmt: skip

_CHANGES, _RETIRES = (
    (Fact("effect", "choice", ("change",)),),
    (Fact("effect", "choice", ("retire",)),),
)
_AUTHORITATIVE = Fact("authoritative", "flag", (0.5,), 0.6)
MORE_WIRINGS: tuple[Wiring, ...] = (
    Wiring("Serving", "system", "process", 90_000, "target", near=0.7, facts=(
        Fact("extent", "choice", ("full", "full", "partial"), 0.7),
    )),
    Wiring("ClassifiedAs", "process", "category", 210_000, "target", near=1.0),
    Wiring("ClassifiedAs", "data", "category", 60_000, "target", near=1.0),
    Wiring("ClassifiedAs", "system", "category", 30_000, "target", near=1.0),
    Wiring("Realization", "initiative", "system", 5_000, "source"),
    Wiring("Association", "initiative", "system", 14_000, "source", facts=_CHANGES),
    Wiring("Association", "initiative", "system", 4_000, "source", facts=_RETIRES),
    Wiring("Realization", "initiative", "goal", 8_000, "target", near=0.3, skew=1),
    Wiring("Realization", "initiative", "plateau", 6_000, "target", near=0.2, skew=1),
    Wiring("Triggering", "initiative", "initiative", 5_000, "source", near=0.9),
    Wiring("Association", "initiative", "gap", 800, "target", near=0.3, skew=1),
    Wiring("Association", "gap", "plateau", 1_000, "target", near=0.2, skew=1),
    Wiring("Association", "gap", "system", 1_500, "target", near=0.2, skew=1),
    Wiring("Aggregation", "plateau", "system", 60_000, "source", near=0.1, skew=1),
    Wiring("Realization", "kind", "series", 2_500, "target", near=0.9),
    Wiring("Realization", "data", "series", 8_000, "target", near=0.9),
    Wiring("Access", "system", "kind", 3_000, "target", near=0.9, facts=(Fact("access_type", "choice", ("write",)),)),
    Wiring("Access", "system", "data", 90_000, "target", near=0.5, skew=2, facts=(
        Fact("access_type", "choice", ("read_write",)), Fact("origin", "choice", ("collected", "received", "received")),
    )),
)  # fmt: skip


@dataclass(frozen=True)
class PlannedNation(Nation):
    """A nation with what its planners keep."""

    @cached_property
    def sorts(self) -> Sequence[Sort]:
        known = (replace(each, facts=(*each.facts, *MORE_FACTS.get(each.name, ()))) for each in SORTS)
        return (*known, *MORE_SORTS)

    @cached_property
    def wirings(self) -> Sequence[Wiring]:
        return (*map(_more_said, WIRINGS), *MORE_WIRINGS)

    @cached_property
    def sizes(self) -> dict[str, int]:
        more = {each.name: max(4, round(each.share * self.elements / _FULL)) for each in MORE_SORTS}
        categories = max(_PARTS + 1, round(_CATEGORIES_EACH * (self.elements / _FULL) ** 0.5))
        return {**super().sizes, **more, "category": categories * len(REFERENCE_MODELS), "plateau": 6}

    @cached_property
    def wired(self) -> list[int]:
        return [*super().wired, *(max(4, round(each.share * self.elements / _FULL)) for each in MORE_WIRINGS)]

    def lines(self) -> Iterator[Line]:
        """The nation, then the trees of the reference models and the rounds of the index, an agency at a time."""
        dates = iter(f"{year}-06-30" for year in range(2026, 2032))
        for line in super().lines():
            if line.get("type") == "ReferenceCategory":
                line = self._category(line)
            elif line.get("type") == "Plateau":
                line["attributes"] = {"reached_on": next(dates)}
            if line["record"] == "element" and line["type"] in ("ReferenceCategory", "Plateau"):
                line.pop("valid_from", None), line.pop("valid_until", None)
            yield line
        yield from self._levels()
        each = self.sizes["category"] // len(REFERENCE_MODELS)
        for number in range(self.sizes["category"]):
            if place := number % each:
                above = number - place + (place - 1) // _PARTS
                yield relationship(f"c{number:07}", "Composition", f"category-{above}", f"category-{number}")

    def _category(self, line: Line) -> Line:
        number = int(line["identifier"].partition("-")[2])
        each = self.sizes["category"] // len(REFERENCE_MODELS)
        model, place = divmod(number, each)
        code = ".".join([REFERENCE_MODELS[model], *(f"{part:02}" for part in _way(place))])
        said: Line = {"code": code, "reference_model": REFERENCE_MODELS[model], "locked": place <= _PARTS}
        said |= {"reference_version": "2026", **({"depth": len(_way(place))} if place else {})}
        if number % _RESERVED_ONE_OF == _RESERVED_ONE_OF - 1:
            said |= {"reserved": True, "common_application": f"system-{number % self.sizes['system']}"}
        return {**line, "attributes": said}

    def _levels(self) -> Iterator[Line]:
        """Every agency's level in every indicator and round, spread evenly by number."""
        indicators = list(built_in()[FRAMEWORK].indicators)
        for agency in range(self.sizes["agency"]):
            for year in ROUNDS:
                for at, indicator in enumerate(indicators):
                    said = {"framework": FRAMEWORK, "indicator": indicator, "round_year": year,
                            "final_level": 1 + (agency + at + year) % 5, "final_by": "assessors"}  # fmt: skip
                    yield {
                        "record": "element", "identifier": f"level-{year}-{agency}-{indicator}", "type": "IndicatorLevel",
                        "name": f"Indicator {indicator}, {year}", "owner": f"agency-{agency}", "attributes": said,
                    }  # fmt: skip


def _way(place: int) -> list[int]:
    """The numbers of the parts from the root of a tree to this place of it."""
    found: list[int] = []
    while place:
        found.insert(0, (place - 1) % _PARTS + 1)
        place = (place - 1) // _PARTS
    return found


def _more_said(wiring: Wiring) -> Wiring:
    if any(fact.name == "origin" for fact in wiring.facts):
        return replace(wiring, facts=(*wiring.facts, _AUTHORITATIVE))
    if wiring.type == "DataExchange":
        more = Fact("purpose", "choice", ("Decide on an application", "Check a payment", "Statistics"), 0.6)
        return replace(wiring, facts=(*wiring.facts, more, Fact("keeps_copy", "flag", (0.2,), 0.6)))
    return wiring
