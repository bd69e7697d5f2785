"""The life, use and budget of resources: against dates worked out by hand and against counting in the sample's tables."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from ea_repo.metamodel.kinds import Money
from ea_repo.planning.calendar_dates import after_months, after_years
from ea_repo.planning.resources.capacity import capacity, judged
from ea_repo.planning.resources.end_of_support import end_of_support
from ea_repo.planning.resources.licence_balance import licence_balance
from ea_repo.planning.resources.life_cycle import life_of
from ea_repo.planning.resources.replacement_budget import replacement_budget, replacements
from ea_repo.planning.resources.resource_register import resource_register
from ea_repo.planning.resources.system_review import decided, system_review
from ea_repo.repository import Repository, open_repository
from ea_repo.sample import load
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from tests.factories import a_model, an_agency, an_element
from tests.sample.government import NOW, government, troubles

TODAY = date.fromisoformat(NOW)


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """The sample as it stands on its own day."""
    with open_repository(str(tmp_path_factory.mktemp("sample") / "sample.db"), create=True) as repository:
        load(repository)
        with repository.state(on=TODAY) as state:
            yield state


def a_server(**said: object) -> Concept:
    return Concept("gov:s", "element", "Server", "gov", "Server", attributes=said)


def of_trouble(kind: str) -> set[str]:
    return {uid for each in troubles() if each.kind == kind for uid in each.uids}


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2020-02-29", 4, "2024-02-29"),
        ("2020-02-29", 5, "2025-02-28"),
        ("2019-12-31", 1, "2020-12-31"),
        ("9990-05-01", 100, "9999-12-31"),
    ],
)
def test_a_useful_life_ends_on_the_same_day_of_the_year(start: str, years: int, end: str) -> None:
    assert after_years(date.fromisoformat(start), years) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-03-31", -4, "2025-11-30"),
        ("0001-01-01", -12, "0001-01-01"),
        ("9999-12-31", 0, "9999-12-31"),
        ("9999-12-31", 5, "9999-12-31"),
    ],
)
def test_months_are_counted_by_the_calendar(start: str, months: int, end: str) -> None:
    assert after_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("said", "standing"),
    [
        ({"acquired_on": "2020-11-01", "useful_life_years": 6}, "over"),  # its last day was yesterday
        ({"acquired_on": "2020-11-02", "useful_life_years": 6}, "ending"),
        ({"acquired_on": "2024-01-01", "useful_life_years": 6, "end_of_support": "2026-11-01"}, "ending"),
        ({"acquired_on": "2024-01-01", "useful_life_years": 6, "end_of_support": "2026-10-31"}, "over"),
        ({"acquired_on": "2021-11-01", "useful_life_years": 6}, "ending"),  # in just twelve months
        ({"acquired_on": "2021-11-02", "useful_life_years": 6}, "in_life"),
        ({"acquired_on": "2020-11-02"}, "ending"),  # six years are usual for a server
        ({"acquired_on": "2026-11-02", "useful_life_years": 6}, "planned"),
        ({"useful_life_years": 6}, "unknown"),
    ],
)
def test_the_standing_of_a_resource_changes_on_its_day(said: dict[str, object], standing: str) -> None:
    assert life_of(a_server(**said)).standing(TODAY, 12) == standing


def test_the_register_knows_every_resource_that_holds_and_what_is_past_its_life(now: State) -> None:
    rows = {row.uid: row for row in resource_register(now)}
    found = government()

    def holds(uid: str) -> bool:
        said = found.concepts[uid].fields
        return said.get("valid_from", NOW) <= NOW <= said.get("valid_until", NOW)

    assert rows.keys() == {uid for uid in found.resources if holds(uid)}
    for uid, row in rows.items():
        acquired, years = found.said(uid, "acquired_on"), found.said(uid, "useful_life_years")
        is_old = f"{int(acquired[:4]) + years}{acquired[4:]}" <= NOW
        support = found.said(uid, "end_of_support")
        assert (row.standing == "over") == (acquired <= NOW and (is_old or (support is not None and support < NOW))), (
            uid
        )
    assert of_trouble("past-useful-life") | of_trouble("expired-support") <= {
        row.uid for row in resource_register(now, standing="over")
    }


def test_one_resource_has_the_figures_worked_out_by_hand(now: State) -> None:
    (row,) = [row for row in resource_register(now) if row.uid == "shared:SRV-GOVID"]
    # 15 January 2018 to 1 November 2026: 3212 days of 365.2425; six years ended on 15 January 2024, 1021 days ago.
    assert (row.age_years, row.years_left, row.life_ends_on) == (8.8, -2.8, date(2024, 1, 15))
    assert (row.acquisition_cost, row.yearly_cost, row.currency) == (2_100_000_000, 170_000_000, "IDR")
    assert (row.standing, row.agency, row.usual_life) == ("over", "Directorate of Shared Infrastructure", False)


def test_the_calendar_of_support_counts_each_resource_in_its_year(now: State) -> None:
    rows = list(end_of_support(now, by="year"))
    counted = Counter(row.end_of_support.year for row in resource_register(now) if row.end_of_support is not None)
    assert {int(row.period): row.resources for row in rows} == counted
    assert all(len(row.uids) == len(row.names) == row.resources for row in rows)
    assert sum(row.ended for row in rows) == sum(
        row.end_of_support is not None and row.end_of_support < TODAY for row in resource_register(now)
    )
    (month,) = [row for row in end_of_support(now, type=("Server",)) if row.period == "2025-02"]
    assert set(month.uids) == {"shared:SRV-SIGN", "finance:SRV-CUST1", "finance:SRV-CUST2"}
    assert [row.period for row in end_of_support(now, by="year", from_year=2031)] == ["2031", "2032"]


def test_the_systems_that_stand_on_what_loses_support_are_found_through_technology_only(now: State) -> None:
    (month,) = [row for row in end_of_support(now, type=("Server",)) if row.period == "2026-12"]
    # Both groups of hosts, and those of tests, carry the cloud platform, whose systems the table of software names.
    assert set(month.uids) == {"shared:SRV-CLOUD1", "shared:SRV-CLOUD2", "shared:SRV-CLOUD-TEST"}
    found = government()
    on_platform = {found.target(each) for each in found.links("Serving") if found.source(each) == "shared:SW-CLOUD"}
    assert month.systems == len([uid for uid in on_platform if found.concepts[uid].fields.get("valid_until", NOW) >= NOW
                                 and found.concepts[uid].fields.get("valid_from", NOW) <= NOW])  # fmt: skip


def test_over_and_under_used_servers_are_those_put_into_the_sample(now: State) -> None:
    rows = list(capacity(now, type=("Server",), storage_over=100.0, network_over=100.0))
    assert {row.uid for row in rows if row.verdict == "over"} == of_trouble("overloaded")
    assert {row.uid for row in rows if row.verdict == "under"} == of_trouble("over-provisioned")
    assert "shared:SRV-PAY2" in {row.uid for row in rows if row.verdict == "standby"}


@pytest.mark.parametrize(
    ("used", "verdict", "because"),
    [
        ({"cpu": 85.0, "memory": 10.0}, "over", ("cpu 85 >= 85",)),
        ({"cpu": 84.9, "memory": 91.9}, "fitting", ()),
        ({"cpu": 9.9, "memory": 29.9}, "under", ("cpu 9.9 < 10", "memory 29.9 < 30")),
        ({"cpu": 9.9, "memory": 30.0}, "fitting", ()),
        ({"cpu": 0.0}, "under", ("cpu 0 < 10",)),
        ({"storage": 1.0}, "fitting", ()),
    ],
)
def test_capacity_is_judged_at_its_cut_offs(used: dict[str, float], verdict: str, because: tuple[str, ...]) -> None:
    assert judged(used, {"cpu": 85.0, "memory": 92.0}, {"cpu": 10.0, "memory": 30.0}) == (verdict, because)


PRICE = Money(Decimal(100), "IDR")


@pytest.mark.parametrize(
    ("said", "years", "growth", "expected"),
    [
        ({"acquired_on": "2024-03-01", "useful_life_years": 3}, 7, 0, [(2027, False, 100), (2030, False, 100)]),
        ({"acquired_on": "2012-03-01", "useful_life_years": 6}, 8, 0, [(2026, True, 100), (2032, False, 100)]),
        ({"acquired_on": "2026-03-01", "useful_life_years": 2}, 3, 10, [(2028, False, 121)]),
        ({"acquired_on": "2024-03-01", "useful_life_years": 3, "end_of_life_on": "2027-12-31"}, 5, 0, []),
        ({"acquired_on": "2024-03-01", "useful_life_years": 3, "phase_out_on": "2028-01-01"}, 5, 0, [(2027, False, 100)]),
        ({"acquired_on": "2027-03-01", "useful_life_years": 1}, 5, 0, []),
        ({"acquired_on": "2024-03-01", "useful_life_years": 9, "end_of_support": "2026-12-31"}, 5, 0, [(2027, False, 100)]),
    ],
)  # fmt: skip
def test_replacements_worked_out_by_hand(
    said: dict[str, object], years: int, growth: float, expected: list[tuple[int, bool, int]]
) -> None:
    found = replacements(a_server(**said), PRICE, TODAY, years, "earlier", growth)
    assert [(each.year, each.overdue, each.price.amount if each.price else None) for each in found] == expected


def test_the_budget_of_the_agencies_sums_to_that_of_the_years_and_of_the_list(now: State) -> None:
    by_year: dict[tuple[int, str | None], float] = {}
    for by in ("agency", "year", "resource"):
        sums: dict[tuple[int, str | None], float] = defaultdict(float)
        for row in replacement_budget(now, by=by):  # type: ignore[arg-type]
            sums[row.year, row.currency] += row.amount
        by_year = by_year or sums
        assert sums == by_year
    found = government()
    due = {row.uids[0]: row for row in replacement_budget(now, by="resource")}
    assert "finance:MF-TAX" not in due  # leased
    assert "finance:SW-ORA19" not in due  # its licences count
    assert due["shared:SRV-CLOUD1"].year == 2026  # six years from January 2020
    assert due["shared:SRV-CLOUD1"].amount == found.said("shared:SRV-CLOUD1", "acquisition_cost")["amount"]


def test_licences_used_beyond_and_after_what_is_entitled_are_those_put_into_the_sample(now: State) -> None:
    rows = {row.uid: row for row in licence_balance(now)}
    assert {uid for uid, row in rows.items() if row.balance == "over"} == of_trouble("licence-overused")
    assert {uid for uid, row in rows.items() if row.balance == "ended"} == of_trouble("licence-ended")
    assert (rows["people:LIC-ORA-NHI"].entitled, rows["people:LIC-ORA-NHI"].left) == (40, -12)
    # 12 of 24 unused of what costs 760 million a year
    assert (rows["centre:LIC-MSSQL-DGA"].balance, rows["centre:LIC-MSSQL-DGA"].unused_cost) == ("under", 380_000_000)
    (oracle,) = [row for row in licence_balance(now, by="software") if row.uid == "finance:SW-ORA19"]
    assert (oracle.entitled, oracle.used, oracle.left, oracle.owner) == (104, 116, -12, None)


@pytest.mark.parametrize(
    ("value", "effect", "decision"),
    [
        (60, 60, "keep"),
        (59.9, 60, "enhance"),
        (60, 59.9, "redevelop"),
        (0, 0, "retire"),
        (None, 90, "not_scored"),
        (90, None, "not_scored"),
    ],
)
def test_a_review_decides_at_its_cut_offs(value: float | None, effect: float | None, decision: str) -> None:
    said, because = decided(value, effect, 60, 60)
    assert said == decision
    assert because


def test_the_review_of_the_sample_is_that_of_its_scores(now: State) -> None:
    found = government()
    rows = {row.uid: row for row in system_review(now, value_cut_off=50, cost_cut_off=70)}
    for uid, row in rows.items():
        value, effect = (found.said(uid, f"{name}_score") for name in ("business_value", "cost_effectiveness"))
        if (found.said(uid, "go_live") or "") > "2023-11-01":
            assert row.decision == "too_young"
        elif value is None or effect is None:
            assert row.decision == "not_scored"
        else:
            table = {(1, 1): "keep", (1, 0): "redevelop", (0, 1): "enhance", (0, 0): "retire"}
            assert row.decision == table[value >= 50, effect >= 70]
    assert {"keep", "retire"} <= {row.decision for row in rows.values()}


def test_what_is_over_today_is_not_counted_where_no_date_is_asked_for(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset(
        "t", "begin",
        [
            a_model(), an_agency("a"),
            an_element("gone", "Server", owner="a", valid_until="2001-01-01"), an_element("here", "Server", owner="a"),
        ],
    ).apply()  # fmt: skip
    with sqlite_repository.state() as state:
        assert [row.uid for row in resource_register(state)] == ["gov:here"]
