"""A small government, and answers worked out by hand.

ministry > tax-office (Composition)       tax-office owns `tax`, ministry owns `pay`, health owns `clinic`
server -Assignment-> host, host -Serving-> tax, tax -Flow-> pay, pay -Flow-> clinic, clinic -Flow-> tax
tax -Access (write)-> returns, clinic -Access (read)-> returns
agreement -Association (directed)-> exchange, where exchange is the flow from tax to pay
"""

from collections.abc import Iterator
from datetime import date

import pytest

from ea_repo.analysis.dependencies import dependencies
from ea_repo.analysis.impact import impact
from ea_repo.analysis.path import path
from ea_repo.analysis.reach import Reach
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.repository import Repository
from ea_repo.store.operations import Delete, Update
from ea_repo.store.state import State
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency, an_element


@pytest.fixture
def government(repository: Repository) -> Repository:
    operations = [
        a_model(),
        a_model("other", "Other"),
        an_agency("ministry"),
        an_agency("tax-office"),
        an_agency("health"),
        a_relationship("part", "Composition", "ministry", "tax-office"),
        an_element("server", "Node"),
        an_element("host", "SystemSoftware", valid_until="2027-12-31"),
        a_system("tax", "Tax Returns", owner="tax-office"),
        a_system("pay", "Payroll", owner="ministry"),
        an_element("other:clinic", "ApplicationComponent", "Clinic", owner="health"),
        an_element("returns", "DataSet"),
        an_element("agreement", "Contract"),
        a_relationship("runs", "Assignment", "server", "host"),
        a_relationship("hosts", "Serving", "host", "tax"),
        a_flow("exchange", "tax", "pay"),
        a_flow("salaries", "pay", "other:clinic"),
        a_flow("bills", "other:clinic", "tax"),
        a_relationship("writes", "Access", "tax", "returns", attributes={"access_type": "write"}),
        a_relationship("reads", "Access", "other:clinic", "returns", attributes={"access_type": "read"}),
        a_relationship("covers", "Association", "agreement", "exchange", attributes={"directed": True}),
    ]
    repository.changeset("tester", "begin", operations).apply()
    return repository


@pytest.fixture
def state(government: Repository) -> Iterator[State]:
    with government.state() as opened:
        yield opened


def told(answer: Reach) -> list[tuple[str, int]]:
    return [(each.uid, each.distance) for each in answer]


def test_impact_goes_through_what_serves_flows_and_writes(state: State) -> None:
    assert told(impact(state, "gov:server")) == [
        ("gov:host", 1),
        ("gov:tax", 2),
        ("gov:pay", 3),
        ("gov:returns", 3),
        ("gov:exchange", 3),
        ("other:clinic", 4),
        ("gov:agreement", 4),
    ]


def test_the_concept_asked_about_is_not_its_own_impact_on_a_cycle(state: State) -> None:
    found = dict(told(impact(state, "gov:tax")))
    assert found["gov:pay"] == 1
    assert found["other:clinic"] == 2
    assert "gov:tax" not in found


def test_a_chain_says_how_it_came_there(state: State) -> None:
    (clinic,) = [each for each in impact(state, "gov:host") if each.uid == "other:clinic"]
    assert [str(step) for step in clinic.chain] == [
        "gov:host -Serving- gov:tax",
        "gov:tax -Flow- gov:pay",
        "gov:pay -Flow- other:clinic",
    ]
    assert [step.relationship for step in clinic.chain] == ["gov:hosts", "gov:exchange", "gov:salaries"]
    assert (clinic.name, clinic.type, clinic.model, clinic.owner) == (
        "Clinic", "ApplicationComponent", "other", "gov:health"
    )  # fmt: skip


def test_an_agreement_depends_on_the_exchange_it_covers_and_so_on_its_ends(state: State) -> None:
    found = {each.uid: each for each in dependencies(state, "gov:agreement", depth=2)}
    assert {uid: each.distance for uid, each in found.items()} == {"gov:exchange": 1, "gov:tax": 2, "gov:pay": 2}
    assert [str(step) for step in found["gov:pay"].chain] == [
        "gov:agreement -Association- gov:exchange",
        "gov:exchange -Flow- gov:pay",
    ]


def test_a_relationship_that_is_an_end_of_none_depends_on_its_ends_all_the_same(state: State) -> None:
    found = dependencies(state, "gov:hosts")
    assert told(found) == [("gov:host", 1), ("gov:tax", 1), ("gov:server", 2), ("other:clinic", 2),
        ("gov:pay", 3), ("gov:returns", 3)]  # fmt: skip
    assert [str(step) for step in found[2].chain] == [
        "gov:hosts -Serving- gov:host",
        "gov:host -Assignment- gov:server",
    ]
    assert told(dependencies(state, "gov:hosts", depth=1)) == [("gov:host", 1), ("gov:tax", 1)]
    assert told(impact(state, "gov:hosts")) == []


def test_a_type_takes_its_refinements_along_and_does_not_stop_the_search(state: State) -> None:
    assert told(impact(state, "gov:server", type=("ApplicationComponent",))) == [
        ("gov:tax", 2), ("gov:pay", 3), ("other:clinic", 4)
    ]  # fmt: skip
    assert told(impact(state, "gov:server", type=("System", "DataObject"))) == [
        ("gov:tax", 2), ("gov:pay", 3), ("gov:returns", 3)
    ]  # fmt: skip


def test_an_owner_takes_its_sub_agencies_along(state: State) -> None:
    assert told(impact(state, "gov:server", owner=("gov:ministry",))) == [("gov:tax", 2), ("gov:pay", 3)]
    assert told(impact(state, "gov:server", owner=("gov:tax-office", "gov:health"))) == [
        ("gov:tax", 2), ("other:clinic", 4)
    ]  # fmt: skip


def test_conditions_hold_together(state: State) -> None:
    assert told(impact(state, "gov:server", model=("other",))) == [("other:clinic", 4)]
    assert told(impact(state, "gov:server", model=("other",), type=("System",))) == []


def test_what_no_longer_holds_carries_no_dependency(government: Repository) -> None:
    with government.state(on=date(2028, 1, 1)) as state:
        assert told(impact(state, "gov:server")) == []
        assert told(impact(state, "gov:host")) == []
        assert told(dependencies(state, "gov:hosts")) == []
        assert [uid for uid, _ in told(impact(state, "gov:pay"))] == ["other:clinic", "gov:exchange", "gov:tax",
            "gov:agreement", "gov:returns"]  # fmt: skip
    with government.state(on=date(2027, 12, 31)) as state:
        assert len(impact(state, "gov:server")) == 7


def test_the_past_answers_with_the_names_it_had(government: Repository) -> None:
    gone = [Delete("gov:hosts"), Update("gov:tax", {"name": "Taxes", "owner": None})]
    government.changeset("tester", "change", gone).apply()
    with government.state() as state:
        assert told(impact(state, "gov:server")) == [("gov:host", 1)]
    with government.state(as_of=1) as state:
        tax = impact(state, "gov:server")[1]
        assert (tax.uid, tax.name, tax.owner) == ("gov:tax", "Tax Returns", "gov:tax-office")
        assert tax.chain[-1].relationship == "gov:hosts"


def test_part_of_an_answer_is_told_like_part_of_a_list(state: State) -> None:
    answer = impact(state, "gov:server")
    whole = list(answer)
    assert len(answer) == len(whole) == 7
    assert answer[2:4] == whole[2:4]
    assert answer[-1] == whole[-1]
    assert answer[::-1] == whole[::-1]
    assert answer[7:] == []
    assert whole[3] in answer
    with pytest.raises(IndexError):
        answer[7]


def test_a_path_is_told_from_source_to_target_whichever_needs_the_other(state: State) -> None:
    (up,) = path(state, "gov:server", "gov:tax")
    assert (up.dependency, up.distance, up.through) == ("target depends on source", 2, ("gov:host",))
    assert [str(step) for step in up.chain] == ["gov:server -Assignment- gov:host", "gov:host -Serving- gov:tax"]
    (down,) = path(state, "gov:tax", "gov:server")
    assert (down.dependency, down.distance) == ("source depends on target", 2)
    assert [str(step) for step in down.chain] == ["gov:tax -Serving- gov:host", "gov:host -Assignment- gov:server"]


def test_a_path_on_a_cycle_has_two_directions(state: State) -> None:
    found = path(state, "gov:tax", "gov:pay")
    assert [(each.dependency, each.distance) for each in found] == [
        ("source depends on target", 2),
        ("target depends on source", 1),
    ]


def test_a_path_goes_through_what_fits_only(state: State) -> None:
    assert path(state, "gov:server", "gov:pay", type=("ApplicationComponent",)) == []
    (found,) = path(state, "gov:server", "gov:pay", type=("ApplicationComponent", "SystemSoftware"))
    assert found.through == ("gov:host", "gov:tax")
    assert path(state, "gov:server", "gov:pay", depth=2) == []


def test_a_path_may_begin_or_end_at_a_relationship(state: State) -> None:
    (found,) = path(state, "gov:hosts", "gov:server")
    assert [str(step) for step in found.chain] == ["gov:hosts -Serving- gov:host", "gov:host -Assignment- gov:server"]
    (turned,) = path(state, "gov:server", "gov:hosts")
    assert (turned.dependency, turned.through) == ("target depends on source", ("gov:host",))


def test_two_that_have_nothing_to_do_with_each_other_have_no_path(state: State) -> None:
    assert path(state, "gov:server", "gov:health") == []


@pytest.mark.parametrize("depth", [0, -1])
def test_a_depth_below_one_is_refused(state: State, depth: int) -> None:
    with pytest.raises(InvalidInput, match="use 1 or more"):
        impact(state, "gov:tax", depth=depth)
    with pytest.raises(InvalidInput, match="use 1 or more"):
        path(state, "gov:tax", "gov:pay", depth=depth)


def test_there_is_no_path_from_something_to_itself(state: State) -> None:
    assert path(state, "gov:tax", "gov:tax") == []


def test_an_unknown_name_is_told_with_what_is_near(state: State) -> None:
    with pytest.raises(NotFound, match="gov:server"):
        impact(state, "gov:servr")
    with pytest.raises(NotFound, match="gov:server"):
        path(state, "gov:tax", "gov:servr")
    with pytest.raises(NotFound, match="System"):
        impact(state, "gov:tax", type=("Sistem",))
    with pytest.raises(NotFound, match="ministr"):
        impact(state, "gov:tax", owner=("gov:minstry",))
    with pytest.raises(NotFound, match="othe"):
        impact(state, "gov:tax", model=("othr",))
