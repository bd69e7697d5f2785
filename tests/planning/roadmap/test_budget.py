"""The money of the roadmap: splits against fractions, day by day; the sample by hand; lines, sources, ceilings."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo.errors import Conflict, InvalidInput
from ea_repo.planning.roadmap.budget import budget
from ea_repo.planning.roadmap.budgets import by_year, split
from ea_repo.planning.roadmap.conflicts import conflicts
from ea_repo.repository import Repository
from ea_repo.store.operations import Create
from ea_repo.store.state import State
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_model, a_relationship, an_agency, an_element

MILLION = 1_000_000
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
AMOUNTS = st.decimals(0, 10**12, places=2)


def idr(amount: float) -> dict[str, object]:
    return {"amount": amount, "currency": "IDR"}


@SMALL_DOSE
@given(AMOUNTS, DAYS, st.integers(0, 3_000))
def test_an_amount_spread_over_days_is_what_counting_every_day_gives(amount: Decimal, first: date, more: int) -> None:
    days = [first + timedelta(days=at) for at in range(more + 1)]
    counted = Counter(day.year for day in days)
    found = by_year(amount, (first, days[-1]))
    assert sum(found.values()) == amount
    assert found.keys() == counted.keys()
    for year, part in found.items():
        assert abs(Fraction(part) - Fraction(amount) * counted[year] / len(days)) <= Fraction(1, 100)


@SMALL_DOSE
@given(AMOUNTS, st.lists(st.integers(1, 400), min_size=1, max_size=9))
def test_parts_are_the_whole_exactly(amount: Decimal, shares: list[int]) -> None:
    parts = split(amount, shares)
    assert sum(parts) == amount
    for part, share in zip(parts, shares, strict=True):
        assert abs(Fraction(part) - Fraction(amount) * share / sum(shares)) <= Fraction(1, 100)


def test_the_years_of_the_sample_by_hand(sample_state: State) -> None:
    """In millions, from the column yearly_budget of the table of initiatives."""
    rows = {each.year: each for each in budget(sample_state)}
    assert {year: each.amount / MILLION for year, each in rows.items()} == {
        2021: 300,  # I-OLDPORTAL
        2025: 42_000,  # I-TAXCORE
        2026: 86_000 + 14_500 + 1_900 + 3_100 + 2_900 + 1_900 + 5_200 + 900 + 2_700 + 700,
        2027: 78_000 + 17_000 + 3_800 + 7_500 + 12_000 + 4_100 + 3_600 + 5_700 + 6_200 + 8_800 + 900 + 2_700 + 800,
        2028: 32_000 + 13_000 + 14_400 + 46_000 + 700 + 28_600 + 5_600 + 6_700 + 12_800 + 800 + 800,
        2029: 10_000 + 19_600 + 800,
        2030: 8_800 + 800,
    }
    assert len(rows[2029].initiatives) == 3


def test_by_whatever_it_is_told_apart_the_sum_is_the_same(sample_state: State) -> None:
    whole = sum(each.amount for each in budget(sample_state))
    for by in ("agency", "programme", "domain", "goal", "funding", "initiative"):
        assert sum(each.amount for each in budget(sample_state, by=by)) == whole  # type: ignore[arg-type]
    loans = [each for each in budget(sample_state, by="funding") if each.group == "loan_or_grant"]
    assert [(each.year, each.amount / MILLION) for each in loans] == [(2027, 8_000), (2028, 32_000)]  # I-CLOUD's lines
    # I-BIZREG serves two goals, I-HUBFIRST one, I-PERSONNEL two.
    once = next(each for each in budget(sample_state, by="goal") if (each.year, each.group) == (2026, "roadmap:G-ONCE"))
    assert once.amount / MILLION == 14_500 / 2 + 3_100 + 2_900 / 2


def test_an_agency_is_told_with_what_is_below_it(sample_state: State) -> None:
    rows = {(each.year, each.group): each for each in budget(sample_state, by="agency")}
    home = rows[2027, "people:MOHA"]  # CIVR is below it
    assert (home.amount / MILLION, home.below / MILLION) == (3_600, 6_200)


def government() -> list[Create]:
    def line(name: str, **said: object) -> Create:
        owner = {"owner": said.pop("owner")} if "owner" in said else {}
        return an_element(name, "BudgetLine", attributes=said, **owner)

    def initiative(name: str, owner: str, **said: object) -> Create:
        return an_element(name, "Initiative", owner=owner, attributes=said)

    dates = {"starts_on": "2027-12-01", "ends_on": "2028-01-09"}  # 31 days and 9
    return [
        a_model(), an_agency("top"), an_agency("low"), a_relationship("c", "Composition", "top", "low"),
        initiative("lines", "low", **dates, budget=idr(100), yearly_budget=[idr(7)], funding="fund"),
        line("l1", initiative="gov:lines", year=2027, amount=idr(60), funding="loan_or_grant"),
        line("l2", initiative="gov:lines", year=2027, amount=idr(30)),
        line("l3", initiative="gov:lines", year=2029, amount=idr(20), funding="own_revenue"),
        initiative("even", "top", **dates, budget=idr(100)),
        initiative("dollars", "top", **dates, yearly_budget=[{"amount": 5, "currency": "USD"}]),
        initiative("undated", "top", budget=idr(11)),
        initiative("off", "top", **dates, budget=idr(1_000), status="cancelled"),
        initiative("later", "top", **dates, budget=idr(1_000), status="postponed"),
        line("cap", owner="top", line_kind="ceiling", year=2027, amount=idr(150)),
    ]  # fmt: skip


def test_lines_come_before_years_and_years_before_days(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", government()).apply()
    with sqlite_repository.state() as state:
        by_initiative = {
            (each.group, each.year): (each.amount, each.evenly, each.currency)
            for each in budget(state, by="initiative")
        }
        assert by_initiative == {
            ("gov:lines", 2027): (90, 0, "IDR"), ("gov:lines", 2029): (20, 0, "IDR"),
            ("gov:even", 2027): (77.5, 77.5, "IDR"), ("gov:even", 2028): (22.5, 22.5, "IDR"),
            ("gov:dollars", 2027): (5, 0, "USD"), ("gov:undated", None): (11, 11, "IDR"),
        }  # fmt: skip
        sources = {(each.group, each.year): each.amount for each in budget(state, by="funding", owner="gov:low")}
        assert sources == {("loan_or_grant", 2027): 60, ("fund", 2027): 30, ("own_revenue", 2029): 20}


def test_a_ceiling_of_the_register_counts_what_is_below(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", government()).apply()
    with sqlite_repository.state() as state:
        row = next(
            each for each in budget(state, by="agency")
            if (each.group, each.year, each.currency) == ("gov:top", 2027, "IDR")
        )  # fmt: skip
        assert (row.amount, row.below, row.ceiling, row.over) == (77.5, 90, 150, 17.5)
        over = [each for each in conflicts(state, ceiling=("2027=167.5", "2029=19")) if each.kind == "over-ceiling"]
        assert [(each.concerns, each.first, each.amount, each.initiatives) for each in over] == [
            (None, date(2029, 1, 1), 1, ("gov:lines",)),  # 167.5 in 2027 is not over
            ("gov:top", date(2027, 1, 1), 17.5, ("gov:even", "gov:lines")),
        ]
        differs = [each for each in conflicts(state) if each.kind == "budget-differs"]
        assert [(each.initiatives, each.amount) for each in differs] == [(("gov:lines",), 10)]


@pytest.mark.parametrize("said", ["", "2027", "2027=", "27=5", "2027=1e", "2027=5 rupiah", "/2027=5"])
def test_a_ceiling_that_cannot_be_read_is_refused(sample_state: State, said: str) -> None:
    with pytest.raises(InvalidInput, match="is not a ceiling; write"):
        budget(sample_state, ceiling=(said,))


def test_a_ceiling_of_all_is_not_one_of_an_agency(sample_state: State) -> None:
    with pytest.raises(Conflict, match="name the agency before it"):
        budget(sample_state, by="agency", ceiling=("2027=5",))
