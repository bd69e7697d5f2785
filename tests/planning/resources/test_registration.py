"""Registration in rounds: what counts in time is what was known on the last day, against answers worked out by hand."""

from datetime import date, datetime

import pytest

from ea_repo.errors import NotFound
from ea_repo.planning.resources.registration_completeness import registration_completeness
from ea_repo.repository import Repository
from ea_repo.store import changesets
from ea_repo.store.operations import Update
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element

LICENCE = {"metric": "user", "quantity": 5, "used_quantity": 5, "licence_type": "perpetual", "yearly_cost": "1 IDR"}


def written_on(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T23:30:00+00:00")
    monkeypatch.setattr(changesets, "now", lambda: moment)


def test_what_was_registered_after_the_deadline_counts_in_the_score_but_not_in_time(
    sqlite_repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven items are required of a licence. The first tells six of them in time, the seventh later, as another comes."""
    written_on(monkeypatch, "2026-06-30")
    product = an_element("product", "SoftwareProduct", attributes={})
    first = an_element("first", "Licence", owner="a", attributes=LICENCE)
    sqlite_repository.changeset("t", "in time", [a_model(), an_agency("a"), product, first]).apply()
    written_on(monkeypatch, "2026-07-01")
    whole = {**LICENCE, "software": "gov:product"}
    sqlite_repository.changeset(
        "t", "late",
        [Update("gov:first", {"attributes": {"software": "gov:product"}}),
         an_element("second", "Licence", owner="a", attributes=whole)],
    ).apply()  # fmt: skip
    asked = {"deadline": date(2026, 6, 30), "type": ("Licence",)}
    with sqlite_repository.state(on=date(2026, 6, 30)) as state:
        (row,) = registration_completeness(state, **asked)  # type: ignore[arg-type]
        assert (row.days_left, row.score, row.score_in_time) == (0, 100.0, 100.0)
    with sqlite_repository.state(on=date(2026, 7, 2)) as state:
        (row,) = registration_completeness(state, **asked)  # type: ignore[arg-type]
        assert (row.uid, row.days_left, row.concepts, row.concepts_in_time) == ("gov:a", -2, 2, 1)
        assert (row.expected, row.recorded, row.score) == (14, 14, 100.0)
        assert row.score_in_time == 85.7  # six of seven
        assert not row.is_complete
        (row,) = registration_completeness(state, pass_percent=85.0, **asked)  # type: ignore[arg-type]
        assert row.is_complete
        (row,) = registration_completeness(state, type=("Licence",), deadline=date(2026, 6, 29))
        assert (row.concepts_in_time, row.score_in_time, row.is_complete) == (0, None, False)


def test_the_list_behind_names_each_resource_and_what_it_lacks(sqlite_repository: Repository) -> None:
    server = {"asset_number": "1", "acquired_on": "2020-01-01", "quantity": 1, "cpu_percent": 1, "memory_percent": 1}
    sqlite_repository.changeset(
        "t", "begin",
        [a_model(), an_agency("a"), a_system("s"), an_element("server", "Server", owner="a", attributes=server),
         a_relationship("r", "Serving", "server", "s")],
    ).apply()  # fmt: skip
    with sqlite_repository.state() as state:
        (row,) = registration_completeness(state, by="resource")
        # of ten items of a machine and four of a server
        assert (row.uid, row.expected, row.recorded, row.score) == ("gov:server", 14, 7, 50.0)
        assert set(row.missing) == {
            "acquisition_cost", "useful_life_years", "end_of_support", "yearly_cost", "ownership", "measured_on",
            "operating_system",
        }  # fmt: skip
        (agency,) = registration_completeness(state)
        assert (agency.uid, agency.score, agency.missing) == ("gov:a", 50.0, row.missing)


def test_a_round_that_is_none_is_refused_with_those_there_are(sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as state, pytest.raises(NotFound, match="there are 2026, 2027"):
        registration_completeness(state, round="1999")
