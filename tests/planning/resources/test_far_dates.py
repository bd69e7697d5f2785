"""Reports asked about a day in thousands of years answer, and do not count beyond what numbers hold."""

from datetime import date

from ea_repo import sample
from ea_repo.planning.resources.replacement_budget import replacement_budget
from ea_repo.repository import Repository


def test_prices_are_not_grown_through_thousands_of_years(sqlite_repository: Repository) -> None:
    sample.load(sqlite_repository)
    with sqlite_repository.state(on=date(2027, 1, 1)) as state:
        near = sum(row.amount or 0 for row in replacement_budget(state, years=28, price_growth_percent=19.9))
    assert near > 0
    with sqlite_repository.state(on=date(4608, 8, 9)) as state:
        assert all(
            row.amount is None or row.amount >= 0 for row in replacement_budget(state, price_growth_percent=100.0)
        )
