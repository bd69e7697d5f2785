"""An answer as a networkx graph and as GraphML."""

from io import BytesIO

import networkx as nx

from ea_repo.analysis.answer import Answer
from ea_repo.analysis.impact import impact
from ea_repo.analysis.path import path
from ea_repo.repository import Repository
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency


def begun(repository: Repository) -> None:
    operations = [
        a_model(), an_agency("office"), a_system("a", "Alpha", owner="office"), a_system("b"), a_system("c"),
        a_flow("f", "a", "b"), a_flow("g", "b", "c"), a_flow("back", "c", "b"), a_system("apart"),
        a_relationship("also", "Serving", "a", "b"),
    ]  # fmt: skip
    repository.changeset("tester", "begin", operations).apply()


def test_an_answer_is_the_graph_among_all_that_it_names(repository: Repository) -> None:
    begun(repository)
    with repository.state() as state:
        found = impact(state, "gov:a").to_networkx()
    assert set(found.edges(keys=True)) == {
        ("gov:b", "gov:a", "gov:f"), ("gov:b", "gov:a", "gov:also"), ("gov:c", "gov:b", "gov:g"),
        ("gov:b", "gov:c", "gov:back"),
    }  # fmt: skip
    assert found.nodes["gov:a"] == {"name": "Alpha", "type": "System", "model": "gov", "owner": "gov:office"}
    assert found.nodes["gov:c"]["distance"] == 2
    assert found.edges["gov:b", "gov:a", "gov:also"] == {"type": "Serving"}
    assert set(nx.descendants(found, "gov:c")) == {"gov:a", "gov:b"}


def test_graphml_reads_back_as_the_same_graph(repository: Repository) -> None:
    begun(repository)
    with repository.state() as state:
        answer = path(state, "gov:c", "gov:a")
        there = answer.to_networkx()
        back = nx.read_graphml(BytesIO(answer.to_graphml().encode()), force_multigraph=True)
    assert dict(back.nodes(data=True)) == dict(there.nodes(data=True))
    assert sorted((one, other, data["type"]) for one, other, data in back.edges(data=True)) == sorted(
        (one, other, data["type"]) for one, other, data in there.edges(data=True)
    )


def test_an_answer_is_used_like_a_list(repository: Repository) -> None:
    with repository.state() as state:
        answer = Answer.of(state, ["a", "b", "c"])
        assert (len(answer), answer[1], answer[-1], answer[1:]) == (3, "b", "c", ["b", "c"])
        assert (answer == ["a", "b", "c"], answer == ["a"], list(answer)) == (True, False, ["a", "b", "c"])
