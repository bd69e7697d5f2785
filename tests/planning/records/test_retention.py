"""Retention and what is due: against dates and lists worked out by hand, and an independent count of days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.planning.records.disposition_due import disposition_due, standing
from ea_repo.planning.records.holdings import series_years
from ea_repo.planning.records.record_register import record_register
from ea_repo.planning.records.retention import Rule, periods
from ea_repo.repository import Repository
from ea_repo.sample import load
from ea_repo.store.operations import Create
from ea_repo.store.records import Concept
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_model, a_relationship, an_agency, an_element
from tests.sample.government import NOW, government, troubles


@pytest.mark.parametrize(
    ("active", "inactive", "year_end", "trigger", "inactive_on", "due_on"),
    [
        (2, 3, False, "2020-05-10", "2022-05-10", "2025-05-10"),
        # Completed in 2020, kept five years: from 1 January 2021 to 31 December 2025.
        (2, 3, True, "2020-05-10", "2023-01-01", "2026-01-01"),
        (2, 3, True, "2020-01-01", "2023-01-01", "2026-01-01"),
        (2, 3, True, "2020-12-31", "2023-01-01", "2026-01-01"),
        (1, 3, False, "2020-02-29", "2021-02-28", "2024-02-29"),
        (0, 0, False, "2020-05-10", "2020-05-10", "2020-05-10"),
        (0, 0, True, "2020-05-10", "2021-01-01", "2021-01-01"),
        (5, 95, True, "1999-07-01", "2005-01-01", "2100-01-01"),
        (200, 200, False, "9900-07-01", "9999-12-31", "9999-12-31"),
    ],
)
def test_periods_worked_out_by_hand(
    active: int, inactive: int, year_end: bool, trigger: str, inactive_on: str, due_on: str
) -> None:
    found = periods(Rule(active, inactive, year_end, "destroy"), date.fromisoformat(trigger))
    assert found is not None
    assert (found.inactive_on.isoformat(), found.due_on.isoformat()) == (inactive_on, due_on)


@pytest.mark.parametrize(
    ("rule", "trigger"),
    [
        (Rule(None, 3, False, "destroy"), date(2020, 1, 1)),
        (Rule(3, None, False, "destroy"), date(2020, 1, 1)),
        (Rule(3, 3, False, "destroy"), None),
    ],
)
def test_without_years_or_trigger_nothing_is_due(rule: Rule, trigger: date | None) -> None:
    assert periods(rule, trigger) is None


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_periods_have_the_length_that_counting_days_gives(start: date, active: int, inactive: int, end: bool) -> None:
    found = periods(Rule(active, inactive, end, "destroy"), start)
    assert found is not None
    assert found.begins_on <= found.inactive_on <= found.due_on
    for day, years in ((found.inactive_on, active), (found.due_on, active + inactive)):
        # A year has 365.2425 days; a run of them is never more than two days from that.
        assert abs((day - found.begins_on) / timedelta(days=1) - years * 365.2425) < 2
    assert (found.begins_on - start).days <= 366
    assert not end or (found.begins_on.month, found.begins_on.day, found.begins_on.year) == (1, 1, start.year + 1)


@pytest.mark.parametrize(
    ("disposition", "condition", "outcome"),
    [
        ("destroy", None, "destroy"), ("destroy", " ", "destroy"), ("destroy", "Except contracts", "reappraise"),
        ("permanent", "If signed", "reappraise"), ("permanent", None, "permanent"), (None, None, "reappraise"),
    ],
)  # fmt: skip
def test_only_an_unconditional_disposition_stands(disposition: str | None, condition: str | None, outcome: str) -> None:
    assert Rule(1, 1, False, disposition, condition).outcome == outcome  # type: ignore[arg-type]


def a_document(identifier: str, series: str | None = None, **said: object) -> Create:
    attributes = {**said, **({} if series is None else {"record_series": f"gov:{series}"})}
    return an_element(identifier, "Document", owner="a", attributes=attributes)


def a_series(identifier: str, **said: object) -> Create:
    usual = {"active_years": 1, "inactive_years": 1, "trigger": "creation", "disposition": "destroy"}
    return an_element(identifier, "RecordSeries", owner="a", attributes={**usual, **said})


def kept(repository: Repository) -> None:
    """On 1 November 2026: what each document is called says what should become of it."""
    contract = an_element("contract", "SharingAgreement", attributes={"provider": "gov:a", "expires_on": "2024-06-30"})
    repository.changeset(
        "t", "keep",
        [
            a_model(), an_agency("a"), contract, an_element("form", "DocumentType"),
            a_series("letters"),
            a_series("files", trigger="closure", from_year_end=True),
            a_series("contracts", trigger="expiry", disposition="permanent"),
            a_series("conditional", disposition_condition="Except drafts"),
            a_series("stopped", legal_hold=True, legal_hold_reason="Court", legal_hold_until="2027-12-31"),
            a_series("released", legal_hold=True, legal_hold_until="2026-10-31"),
            a_relationship("fills", "Realization", "form", "letters"),
            a_document("due-destroy", "letters", dated_on="2024-11-01"),
            a_document("kept-a-day", "letters", dated_on="2024-11-02"),
            a_document("due-by-form", None, dated_on="2020-01-01", document_type="gov:form"),
            a_document("held-itself", "letters", dated_on="2020-01-01", legal_hold=True),
            a_document("held-by-series", "stopped", dated_on="2020-01-01"),
            a_document("due-released", "released", dated_on="2020-01-01"),
            a_document("waiting-open", "files", dated_on="2000-01-01"),
            a_document("due-closed", "files", closed_on="2023-06-01"),
            a_document("kept-closed", "files", closed_on="2024-01-01"),
            a_document("due-permanent", "contracts", attached_to=["gov:contract"]),
            a_document("due-reappraise", "conditional", dated_on="2020-01-01"),
            a_document("waiting-no-series", None, dated_on="1990-01-01"),
            a_document("gone", "letters", dated_on="2020-01-01", disposed_on="2023-01-01"),
        ],
    ).apply()  # fmt: skip


def test_what_is_due_and_what_is_held_by_a_day(sqlite_repository: Repository) -> None:
    kept(sqlite_repository)
    with sqlite_repository.state(on=date(2026, 11, 1)) as state:
        rows = {row.uid.removeprefix("gov:"): row for row in disposition_due(state)}
        assert {uid: uid.split("-")[0] for uid in rows} == {uid: row.standing for uid, row in rows.items()}
        assert "gone" not in rows
        assert rows["due-permanent"].outcome == "permanent"
        assert rows["due-permanent"].due_on == date(2026, 6, 30)
        assert rows["due-reappraise"].outcome == "reappraise"
        assert rows["due-destroy"].outcome == rows["due-by-form"].outcome == "destroy"
        assert rows["due-closed"].due_on == date(2026, 1, 1)
        assert rows["held-by-series"].hold == "stopped: Court (until 2027-12-31)"
        # The hold ends before 2028, and so does what is kept.
        later = {row.uid.removeprefix("gov:"): row.standing for row in disposition_due(state, by_date=date(2028, 1, 1))}
        assert later["held-by-series"] == later["kept-a-day"] == later["kept-closed"] == "due"
        assert later["held-itself"] == "held"
        series = {(row.uid, row.standing): row for row in disposition_due(state, by="series")}
        assert series["gov:letters", "due"].uids == ("gov:due-by-form", "gov:due-destroy")
        assert series["gov:letters", "held"].documents == 1
        assert sum(row.documents for row in series.values()) == len(rows) - 1  # one is in no series


def test_the_register_of_the_sample_is_that_of_its_tables(sqlite_repository: Repository) -> None:
    load(sqlite_repository)
    found = government()
    with sqlite_repository.state(on=date.fromisoformat(NOW)) as state:
        rows = {row.uid: row for row in record_register(state)}
        assert rows.keys() == set(found.of("RecordSeries"))
        held = {uid for each in troubles() if each.kind == "legal-hold" for uid in each.uids}
        assert {uid for uid, row in rows.items() if row.hold} == held
        assert {uid for uid, row in rows.items() if "authority" in row.missing} == {"centre:R-COMPLAINT"}
        assert [row.uid for row in record_register(state, incomplete=True)] == ["centre:R-COMPLAINT"]
        vital = rows["people:R-VITAL"]
        assert (vital.active_years, vital.inactive_years, vital.outcome, vital.vital) == (5, 95, "permanent", True)
        assert vital.functions == ("Births, deaths and marriages",)
        assert "Civil Registration" in vital.systems
        assert {"Birth certificate", "Death certificate"} <= set(vital.document_types)
        assert rows["finance:R-PAYMENT"].outcome == "reappraise"  # except vouchers of capital projects


def test_an_empty_repository_has_neither_series_nor_anything_due(sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as state:
        assert list(record_register(state)) == list(disposition_due(state)) == []


@SMALL_DOSE
@given(
    st.integers(1990, 2026), st.none() | st.integers(1990, 2030), st.integers(0, 20), st.integers(0, 20), st.booleans(),
    st.booleans(), st.dates(date(2000, 1, 1), date(2050, 12, 31)),
)  # fmt: skip
def test_each_year_of_files_is_due_when_counting_by_hand_says(
    oldest: int, newest: int | None, active: int, inactive: int, from_year_end: bool, is_held: bool, by: date
) -> None:
    said = {
        "active_years": active, "inactive_years": inactive, "from_year_end": from_year_end, "trigger": "closure",
        "disposition": "destroy", "oldest_year": oldest, "legal_hold": is_held,
    }  # fmt: skip
    series = Concept(
        "gov:s",
        "element",
        "RecordSeries",
        "gov",
        "Files",
        attributes=said | ({"newest_year": newest} if newest else {}),
    )
    found = {each.year: each for each in series_years([series], by)}
    assert set(found) == {year for year in range(1990, 2051) if oldest <= year <= min(newest or by.year, by.year)}
    for year, each in found.items():
        # Cut off on 31 December; counted from the day after, or from that day itself.
        due = date(year + 1 + active + inactive, 1, 1) if from_year_end else date(year + active + inactive, 12, 31)
        assert each.periods is not None
        assert each.periods.due_on == due
        assert standing(each, by) == ("kept" if due > by else "held" if is_held else "due")


def test_the_years_of_files_stand_in_the_list_beside_documents(sqlite_repository: Repository) -> None:
    operations = [
        a_model(), an_agency("a"), a_series("paper", oldest_year=2020, newest_year=2025),
        a_series("none"), a_document("one", "paper", dated_on="2020-05-05"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "keep", operations).apply()
    with sqlite_repository.state(on=date(2026, 11, 1)) as state:
        # A year active and a year inactive: files of 2023 are due on 31 December 2025.
        rows = [(row.name, row.standing, row.file_years, row.documents) for row in disposition_due(state)]
        assert rows == [
            ("one", "due", (), 1),
            *((f"paper, {year}", "due", (year,), 0) for year in (2020, 2021, 2022, 2023)),
            *((f"paper, {year}", "kept", (year,), 0) for year in (2024, 2025)),
        ]
        by_series = [
            (row.uid, row.standing, row.file_years, row.documents) for row in disposition_due(state, by="series")
        ]
        assert by_series == [
            ("gov:paper", "due", (2020, 2021, 2022, 2023), 1), ("gov:none", "waiting", (), 0),
            ("gov:paper", "kept", (2024, 2025), 0),
        ]  # fmt: skip
