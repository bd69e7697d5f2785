"""Loading the sample government into a repository, on both engines."""

from datetime import date

import pytest

from ea_repo.errors import Conflict
from ea_repo.repository import Repository
from ea_repo.sample import load, loaded
from ea_repo.store.operations import Create
from ea_repo.store.query import Query


def test_loading_makes_one_changeset_without_findings_and_loading_again_none(repository: Repository) -> None:
    assert loaded(repository) is None
    number = load(repository, author="tester")
    assert (number, load(repository), loaded(repository)) == (1, 1, 1)
    assert list(repository.changeset_numbered(number).findings) == []
    with repository.state() as state:
        assert state.number == 1
        tax = state.get("finance:TAXREG")
        assert (tax.name, tax.owner, tax.attributes["criticality"]) == ("Taxpayer Register", "finance:TAX", "vital")
        assert tax.translations["ko"]["name"] == "납세자 등록시스템"


def test_reading_another_date_shows_the_landscape_of_that_day(repository: Repository) -> None:
    load(repository)
    asked = {"finance:TAXLEGACY", "finance:TAXCORE", "centre:PORTAL"}
    seen = {}
    for day in (date(2013, 1, 1), date(2027, 6, 29), date(2027, 6, 30), date(2028, 1, 1)):
        with repository.state(on=day) as state:
            seen[day] = asked & {each.uid for each in state.iterate(Query(types=("System",)))}
    assert list(seen.values()) == [
        {"finance:TAXLEGACY"},
        {"finance:TAXLEGACY", "centre:PORTAL"},
        {"centre:PORTAL"},
        {"finance:TAXCORE", "centre:PORTAL"},
    ]


def test_it_does_not_mix_with_models_of_the_same_name(repository: Repository) -> None:
    own = Create("centre", record="model", fields={"name": "Our own"})
    repository.changeset("tester", "Own model", [own]).apply()
    with pytest.raises(Conflict, match="there already: centre"):
        load(repository)
