"""What the questions about the whole take as filters, and how they explain themselves: a government worked out by hand.

server -> host -> tax, pay, clinic; tax -> portal (an arrow leads to what depends). The host is what most stands on.
"""

from collections.abc import Iterator

import pytest

from ea_repo.analysis.blast_radius import blast_radius
from ea_repo.analysis.criticality_rank import criticality_rank
from ea_repo.analysis.derived import derived
from ea_repo.analysis.outage import outage
from ea_repo.analysis.propagated_criticality import propagated_criticality
from ea_repo.errors import InvalidInput
from ea_repo.repository import Repository
from ea_repo.store.state import State
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element


@pytest.fixture
def state(sqlite_repository: Repository) -> Iterator[State]:
    operations = [
        a_model(), an_agency("office"), an_element("server", "Node"), an_element("host", "SystemSoftware"),
        a_system("tax", owner="office"), a_system("pay"), a_system("clinic"),
        a_system("portal", attributes={"criticality": "vital"}),
        a_relationship("runs", "Assignment", "server", "host"),
        *(a_relationship(f"hosts-{key}", "Serving", "host", key) for key in ("tax", "pay", "clinic")),
        a_relationship("files", "Serving", "tax", "portal"),
    ]  # fmt: skip
    sqlite_repository.changeset("tester", "begin", operations).apply()
    with sqlite_repository.state() as opened:
        yield opened


def test_an_outage_is_told_to_a_depth(state: State) -> None:
    everything = [(each.uid, each.round) for each in outage(state, ("gov:server",))]
    assert everything == [("gov:host", 1), ("gov:tax", 2), ("gov:pay", 2), ("gov:clinic", 2), ("gov:portal", 3)]
    for depth in (1, 2, 3, 4):
        told = [(each.uid, each.round) for each in outage(state, ("gov:server",), depth=depth)]
        assert told == [each for each in everything if each[1] <= depth]
    with pytest.raises(InvalidInput, match="use 1 or more"):
        outage(state, ("gov:server",), depth=0)


def test_a_radius_leads_on_to_the_neighbour_that_reaches_most(state: State) -> None:
    found = {each.uid: each for each in blast_radius(state)}
    assert {uid: each.size for uid, each in found.items() if each.size} == {
        "gov:server": 5, "gov:host": 4, "gov:tax": 1
    }  # fmt: skip
    chains = {uid: [str(step) for step in each.chain] for uid, each in found.items()}
    assert chains["gov:server"] == ["gov:server -Assignment- gov:host"]
    assert chains["gov:host"] == ["gov:host -Serving- gov:tax"]
    assert chains["gov:portal"] == []
    (needs,) = blast_radius(state, direction="dependencies", top=1)
    assert (needs.uid, needs.size) == ("gov:portal", 3)
    assert [str(step) for step in needs.chain] == ["gov:portal -Serving- gov:tax"]


def test_a_rank_tells_who_gives_most_weight_in_either_direction(state: State) -> None:
    down = list(criticality_rank(state))
    assert down[0].uid == "gov:server"
    assert [str(step) for step in down[0].chain] == ["gov:server -Assignment- gov:host"]
    (host,) = [each for each in down if each.uid == "gov:host"]
    assert [str(step) for step in host.chain] == ["gov:host -Serving- gov:tax"]  # which has the portal's weight, too
    up = list(criticality_rank(state, direction="dependencies"))
    assert up[0].uid == "gov:portal"
    assert [str(step) for step in up[0].chain] == ["gov:portal -Serving- gov:tax"]
    through = [
        criticality_rank(state, method="betweenness", direction=each)[0] for each in ("dependents", "dependencies")
    ]
    assert [each.uid for each in through] == ["gov:host", "gov:host"]
    assert through[0].score == through[1].score


def test_criticality_is_handed_on_to_a_depth(state: State) -> None:
    assert [(each.uid, each.propagated) for each in propagated_criticality(state)] == [("gov:tax", "vital")]
    assert [each.uid for each in propagated_criticality(state, depth=1)] == ["gov:tax"]
    with pytest.raises(InvalidInput, match="use 1 or more"):
        propagated_criticality(state, depth=0)


def test_conditions_choose_the_other_ends_of_what_is_derived(state: State) -> None:
    everything = {each.target for each in derived(state, "gov:server")}
    assert {"gov:tax", "gov:pay", "gov:clinic"} <= everything
    assert {each.target for each in derived(state, "gov:server", owner=("gov:office",))} == {"gov:tax"}
    assert {each.target for each in derived(state, "gov:server", type=("Agency",))} == set()
    assert {each.target for each in derived(state, "gov:server", model=("gov",))} == everything
