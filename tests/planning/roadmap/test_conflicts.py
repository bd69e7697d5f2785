"""Conflicts: the troubles that the sample's README lists, and quarters against every day of random initiatives."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ea_repo.planning.roadmap.conflicts import conflicts, quarters
from ea_repo.repository import Repository
from ea_repo.store.state import State
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_model, a_relationship, a_system, an_element
from tests.planning.roadmap.test_timetable import an_initiative
from tests.sample.government import NOW, troubles

SPANS = st.tuples(st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 400)).map(
    lambda said: (said[0], said[0] + timedelta(days=said[1]))
)


def test_the_troubles_of_the_sample_are_found(sample_state: State) -> None:
    rows = conflicts(sample_state, today=NOW)
    of = {kind: [each for each in rows if each.kind == kind] for kind in {each.kind for each in rows}}
    listed = {each.kind: each for each in troubles()}

    tax = listed["retired-before-replacement"]
    assert [(each.initiatives, each.days) for each in of["retired-before-replacement"]] == [((tax.about,), 185)]
    assert of["retired-before-replacement"][0].concerns == "finance:TAXLEGACY" in tax.uids
    portal = listed["closed-but-running"]
    assert [(each.initiatives, each.concerns) for each in of["closed-but-running"]] == [((portal.about,), *portal.uids)]
    assert {each.initiatives[0] for each in of["starts-too-early"]} == listed["starts-too-early"].uids
    assert {each.initiatives[0] for each in of["without-budget"]} == listed["initiative-without-budget"].uids
    assert of.keys() == {
        "retired-before-replacement", "closed-but-running", "starts-too-early", "without-budget", "same-thing",
    }  # fmt: skip


def test_who_changes_the_same_thing_in_the_sample_by_hand(sample_state: State) -> None:
    """From the columns changes and retires: what stands in two rows, and of these the ones with a common quarter."""
    rows = [each for each in conflicts(sample_state, today=NOW) if each.kind == "same-thing"]
    assert {(each.concerns, *(uid.partition(":")[2] for uid in each.initiatives)) for each in rows} == {
        ("finance:TAXREG", "I-BIZREG", "I-TAXCORE"), ("centre:GOVID", "I-AUDIT", "I-GOVID2"),
        ("people:POPREG", "I-ADDRESS", "I-AUDIT"), ("people:POPREG", "I-ADDRESS", "I-POPDB"),
        ("people:POPREG", "I-AUDIT", "I-POPDB"), ("finance:TREASURY", "I-AUDIT", "I-PAYROLL"),
        # I-ADDRESS ends in January 2028, in which I-REGREVENUE begins. I-PERSONNEL ends the year before I-PAYROLL.
        ("regions:LIN-PTAX", "I-ADDRESS", "I-REGREVENUE"), ("regions:KEN-PTAX", "I-ADDRESS", "I-REGREVENUE"),
    }  # fmt: skip
    registers = next(each for each in rows if each.concerns == "finance:TAXREG")
    assert (registers.first, registers.last) == (date(2026, 1, 1), date(2027, 12, 31))
    assert registers.explanation.endswith("in 2026-Q1 to 2027-Q4")


@SMALL_DOSE
@given(SPANS, SPANS)
def test_quarters_in_common_are_those_that_days_of_both_lie_in(
    one: tuple[date, date], other: tuple[date, date]
) -> None:
    def day_by_day(first: date, last: date) -> set[tuple[int, int]]:
        days = (first + timedelta(days=at) for at in range((last - first).days + 1))
        return {(day.year, 1 + (day.month > 3) + (day.month > 6) + (day.month > 9)) for day in days}

    common = set(quarters(*one)) & set(quarters(*other))
    assert {(each // 4, each % 4 + 1) for each in common} == day_by_day(*one) & day_by_day(*other)


def test_circles_late_ends_money_and_dates_are_told(sqlite_repository: Repository) -> None:
    idr = {"amount": 10, "currency": "IDR"}
    operations = [
        a_model(), a_system("s"),
        an_initiative("a", "2027-01-01", "2027-01-31", budget=idr, spent={"amount": 12, "currency": "IDR"}),
        an_initiative("b", "2027-01-01", "2027-03-31", budget=idr),
        an_initiative("c", "2027-05-01", "2027-04-30", budget=idr),
        an_initiative("off", "2027-01-01", "2027-03-31", status="cancelled"),
        a_relationship("r1", "Triggering", "a", "b"), a_relationship("r2", "Triggering", "b", "a"),
        a_relationship("x1", "Association", "off", "s", attributes={"effect": "change"}),
        a_relationship("x2", "Association", "a", "s", attributes={"effect": "change"}),
        a_relationship("x3", "Association", "s", "b", attributes={"effect": "retire"}),  # whichever way it points
        a_relationship("p", "Realization", "b", "p28"),
    ]  # fmt: skip
    operations.append(an_element("p28", "Plateau", attributes={"reached_on": "2027-03-01"}))
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        found = {(each.kind, each.initiatives, each.days, each.amount) for each in conflicts(state)}
    assert found == {
        ("same-thing", ("gov:a", "gov:b"), None, None),
        ("circle", ("gov:a", "gov:b"), None, None),
        ("starts-too-early", ("gov:a", "gov:b"), 90, None), ("starts-too-early", ("gov:b", "gov:a"), 31, None),
        ("after-plateau", ("gov:b",), 30, None),
        ("over-budget", ("gov:a",), None, 2),
        ("without-dates", ("gov:c",), None, None),
    }  # fmt: skip


def test_a_system_retired_before_another_initiative_replaces_it_is_told_with_both(
    sqlite_repository: Repository,
) -> None:
    operations = [
        a_model(), an_element("f", "BusinessFunction"), an_element("g", "BusinessFunction"), an_element("gap", "Gap"),
        *(a_system(name) for name in ("old", "new", "other", "twin", "aged", "fresh")),
        an_initiative("off", "2027-01-01", "2027-03-31"), an_initiative("build", "2027-01-01", "2027-12-31"),
        an_initiative("later", "2027-01-01", "2028-06-30"),
        *(a_relationship(f"s-{system}", "Serving", system, of) for system, of in
          (("old", "f"), ("new", "f"), ("other", "g"), ("fresh", "g"), ("twin", "g"))),
        *(a_relationship(f"x-{each}", "Association", "off", each, attributes={"effect": "retire"})
          for each in ("old", "other", "aged")),
        a_relationship("i-new", "Realization", "build", "new"),
        a_relationship("i-fresh", "Realization", "later", "fresh"),
        a_relationship("c-off", "Association", "off", "gap"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        found = [each for each in conflicts(state) if each.kind == "retired-before-replacement"]
    # "other" is missed by nobody, as its twin goes on supporting the same; nothing replaces what is aged.
    assert [(each.concerns, each.initiatives, each.days) for each in found] == [
        ("gov:old", ("gov:off", "gov:build"), 274)
    ]
    assert "which gov:build introduces" in found[0].explanation
    sqlite_repository.changeset("t", "t", [a_relationship("c-later", "Association", "later", "gap")]).apply()
    with sqlite_repository.state() as state:
        found = [each for each in conflicts(state) if each.kind == "retired-before-replacement"]
    assert {each.concerns: each.initiatives[1] for each in found} == {
        "gov:old": "gov:build", "gov:other": "gov:later", "gov:aged": "gov:later",
    }  # fmt: skip
