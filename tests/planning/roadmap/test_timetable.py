"""The roadmap of the sample by hand: dates, slack, what is critical, what slips."""

from datetime import date

import pytest

import diagrams
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.roadmap.conflicts import conflicts
from ea_repo.planning.roadmap.roadmap import roadmap
from ea_repo.planning.roadmap.slip import slip
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Update
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element


def an_initiative(name: str, begins: str | None, ends: str | None, **attributes: object) -> Create:
    said = {"starts_on": begins, "ends_on": ends, **attributes}
    return an_element(
        name, "Initiative", name, attributes={key: value for key, value in said.items() if value is not None}
    )


def test_the_sample_is_as_its_tables_say(sample_state: State) -> None:
    rows = {each.uid.partition(":")[2]: each for each in roadmap(sample_state)}
    assert len(rows) == 19
    permits = rows["I-REGPERMIT"]
    assert permits.introduces == ("centre:REGPERMIT",)
    assert set(permits.retires) == {"regions:LIN-PERMIT", "regions:KEN-PERMIT", "regions:BAT-PERMIT"}
    assert (permits.after, permits.goals, permits.plateau) == (
        ("roadmap:I-BIZREG",), ("roadmap:G-SHARED",), "roadmap:P-2028",
    )  # fmt: skip
    assert (permits.budget, permits.currency, permits.spent) == (16_800_000_000, "IDR", None)
    assert set(rows["I-BIZREG"].changes) == {"finance:LICENSING", "finance:TAXREG", "people:MANPOWER"}
    assert rows["I-BIZREG"].gaps == ("roadmap:GAP-BUSINESS",)


def test_slack_is_left_to_the_plateau_or_to_the_end_of_the_roadmap(sample_state: State) -> None:
    rows = {each.uid.partition(":")[2]: each for each in roadmap(sample_state)}
    # P-2028 is to be reached on 2028-06-30, which is the last day of I-REGPERMIT; it follows I-BIZREG the day after.
    # From the end of I-GOVID2, 2027-09-30, to I-CLOUD's start on 2027-10-04 are the 1st, 2nd and 3rd of October.
    assert rows["I-REGPERMIT"].slack_days == rows["I-BIZREG"].slack_days == rows["I-CLOUD"].slack_days == 0
    assert rows["I-GOVID2"].slack_days == 3
    assert rows["I-TAXCORE"].slack_days == 91  # April, May, June
    # I-REGREVENUE waits for I-REGPERMIT, and lasts 538 days: 2028-07-01 to 2029-12-20, 376 before the plateau.
    late = rows["I-REGREVENUE"]
    assert (late.starts_on, late.scheduled_start, late.scheduled_end) == (
        date(2028, 1, 10), date(2028, 7, 1), date(2029, 12, 20),
    )  # fmt: skip
    assert late.slack_days == 376
    assert {name for name, each in rows.items() if each.critical} == {
        "I-BIZREG", "I-REGPERMIT", "I-CLOUD", "I-ARCHITECTURE",
    }  # fmt: skip
    to_the_end = {each.uid.partition(":")[2]: each for each in roadmap(sample_state, until="roadmap")}
    assert [name for name, each in to_the_end.items() if each.critical] == ["I-ARCHITECTURE"]
    assert to_the_end["I-BIZREG"].slack_days == 376


def test_what_slips_is_told_with_dates_and_the_chain(sample_state: State) -> None:
    rows = slip(sample_state, "roadmap:I-BIZREG", days=90)
    assert [(each.uid, each.new_start, each.new_end, each.slips_days, each.late_days) for each in rows] == [
        ("roadmap:I-BIZREG", date(2026, 3, 1), date(2028, 1, 29), 90, 0),  # has begun, so takes longer
        ("roadmap:I-REGPERMIT", date(2028, 1, 30), date(2028, 9, 28), 90, 90),
        ("roadmap:I-REGREVENUE", date(2028, 9, 29), date(2030, 3, 20), 90, 0),
    ]
    assert [str(step) for step in rows[2].chain] == [
        "roadmap:I-BIZREG -Triggering- roadmap:I-REGPERMIT", "roadmap:I-REGPERMIT -Triggering- roadmap:I-REGREVENUE",
    ]  # fmt: skip
    # Three of ten days are slack before I-CLOUD; from its end to I-ROOMS on 2028-07-03 two more.
    assert [(each.uid, each.slips_days) for each in slip(sample_state, "roadmap:I-GOVID2", days=10)] == [
        ("roadmap:I-GOVID2", 10), ("roadmap:I-CLOUD", 7), ("roadmap:I-ROOMS", 5),
    ]  # fmt: skip


def test_only_the_initiatives_of_an_agency_are_told_but_all_count(sample_state: State) -> None:
    # TAX is below MOF. The timetable is that of all, so I-PAYROLL still waits for another agency's I-PERSONNEL.
    rows = {each.uid.partition(":")[2]: each for each in roadmap(sample_state, owner="finance:MOF")}
    assert rows.keys() == {"I-TAXCORE", "I-PAYROLL"}
    assert rows["I-PAYROLL"].after == ("roadmap:I-PERSONNEL",)
    assert rows["I-PAYROLL"].slack_days == 365
    assert len(roadmap(sample_state, model="finance")) == 0


def test_what_is_cancelled_has_begun_or_has_no_dates(sqlite_repository: Repository) -> None:
    operations = [
        a_model(),
        an_initiative("a", "2027-01-01", "2027-01-31"),
        an_initiative("undated", None, None),
        an_initiative("b", "2027-01-11", "2027-01-20"),
        an_initiative("gone", "2027-01-01", "2029-01-31", status="cancelled"),
        an_initiative("begun", "2027-01-05", "2027-01-08", status="running"),
        a_relationship("r1", "Triggering", "a", "undated"), a_relationship("r2", "Triggering", "undated", "b"),
        a_relationship("r3", "Triggering", "gone", "b"), a_relationship("r4", "Triggering", "a", "begun"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        rows = {each.uid.partition(":")[2]: each for each in roadmap(state)}
        # Through the one without dates b waits for a, and not for the one that is cancelled.
        assert (rows["b"].scheduled_start, rows["b"].scheduled_end) == (date(2027, 2, 1), date(2027, 2, 10))
        assert rows["begun"].scheduled_start == date(2027, 1, 5)
        assert rows["undated"].scheduled_start is rows["undated"].slack_days is rows["gone"].scheduled_start is None
        assert [each.uid for each in slip(state, "gov:a", days=1)] == ["gov:a", "gov:b"]
        with pytest.raises(InvalidInput, match="has no dates"):
            slip(state, "gov:undated")


def test_a_circle_of_initiatives_is_refused_with_its_name(sqlite_repository: Repository) -> None:
    operations = [
        a_model(), an_initiative("a", "2027-01-01", "2027-01-31"), an_initiative("b", "2027-01-01", "2027-01-31"),
        a_relationship("r1", "Triggering", "a", "b"), a_relationship("r2", "Triggering", "b", "a"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with (
        sqlite_repository.state() as state,
        pytest.raises(InvalidInput, match=r"in a circle: gov:[ab] -> gov:[ab] -> gov:[ab];"),
    ):
        roadmap(state)


def test_what_is_no_initiative_cannot_slip(sample_state: State) -> None:
    with pytest.raises(NotFound, match="not an initiative"):
        slip(sample_state, "finance:TAXCORE")
    with pytest.raises(NotFound):
        slip(sample_state, "roadmap:NOBODY")


def test_plans_of_a_draft_are_counted(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset(
        "t", "t", [a_model(), an_agency("x"), a_system("s"), an_initiative("a", "2027-01-01", "2027-01-31")]
    ).apply()
    draft = sqlite_repository.changeset(
        "t", "later", [Update("gov:a", {"attributes": {"ends_on": "2027-03-31"}})]
    ).save()
    with sqlite_repository.state(draft=draft.id) as state:
        assert roadmap(state)[0].scheduled_end == date(2027, 3, 31)


def test_days_beyond_the_calendar_are_refused_not_an_accident(sqlite_repository: Repository) -> None:
    operations = [
        a_model(), a_system("s", valid_until="9999-12-31"), an_initiative("a", "9990-01-01", "9999-12-31"),
        a_relationship("x", "Association", "a", "s", attributes={"effect": "retire"}),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        assert roadmap(state)[0].slack_days == 0
        assert [each.kind for each in conflicts(state)] == ["without-budget"]
        with pytest.raises(InvalidInput, match="after the year 9999"):
            slip(state, "gov:a", days=1)


@pytest.mark.parametrize("year", [2026, 2300, 8896, 9999])
def test_the_roadmap_is_drawn_however_far_the_day_is(sample_state: State, year: int) -> None:
    drawn = diagrams.render(diagrams.draw(sample_state, "roadmap", today=date(year, 1, 29)), "svg")
    assert b"Unified business register" in drawn
