"""A draft laid over the present shows what applying it would make, and leaves no trace, on both engines."""

from dataclasses import fields
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from ea_repo.analysis.impact import impact
from ea_repo.errors import Conflict, InvalidInput, NotFound
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.state import State
from tests.analysis.architectures import DAYS, Architecture, architectures, later
from tests.analysis.graphs import said
from tests.analysis.test_questions import stored
from tests.factories import a_flow, a_folder, a_model, a_system, a_view, an_agency

PLAN: list[Operation] = [
    a_system("new", "Payments"),
    a_flow("to-new", "t", "new"),
    Update("gov:s", {"name": "Tax in the cloud", "valid_until": "2027-06-30"}),
    Delete("gov:f"),
    Create("gov:plans", record="folder", fields={"name": "Plans"}),
    Update("gov:t", {"folder": "gov:plans"}),
    Update("gov", {"name": "Whole government"}, record="model"),
    a_view("w", shows=("new", "t")),
]


@pytest.fixture
def begun(repository: Repository) -> Repository:
    operations = [
        a_model(), a_folder("top"), an_agency("a"), a_system("s", "Tax", owner="a"), a_system("t", "Treasury"),
        a_flow("f", "s", "t"), a_view("v", shows=("s",)),
    ]  # fmt: skip
    repository.changeset("tester", "begin", operations).apply()
    return repository


def seen(state: State) -> dict[str, Any]:
    """Everything that a state answers."""
    concepts = {concept.uid: concept for concept in state.find_all()}
    return {
        "concepts": concepts,
        "models": state.models(),
        "folders": state.folders(),
        "views": [state.view(view.uid) for view in state.views()],
        "found": {
            word: [hit.concept.uid for hit in state.search(word)] for word in ("tax", "cloud", "pay", "treasury")
        },
        "listed": [concept.uid for concept in state.find(Query(q="tax")).rows],
        "users": {uid: sorted(state.users_of(uid)) for uid in concepts},
        "types": state.counts_by_type(),
        "graph": said(state.graph),
        "impact": [each.uid for each in impact(state, "gov:s")],
        "owned": [concept.uid for concept in state.find(Query(owner="gov:a")).rows],
    }


@pytest.mark.parametrize("on", [None, date(2027, 1, 1), date(2028, 1, 1)])
def test_a_draft_shows_what_applying_it_makes(begun: Repository, on: date | None) -> None:
    with begun.state(on=on) as state:
        before = seen(state)
    draft = begun.changeset("tester", "plan", PLAN).save()
    with begun.state(on=on, draft=draft.id) as state:
        planned = seen(state)
        assert (state.number, state.draft and state.draft.id) == (1, draft.id)
        assert state.draft is not None
        assert seen(state.draft.base) == before
    with begun.state(on=on) as state:
        assert seen(state) == before
    begun.draft(draft.id).apply()
    with begun.state(on=on) as state:
        assert planned == seen(state)
    assert planned != before


def test_a_draft_has_no_history_of_its_own(begun: Repository) -> None:
    draft = begun.changeset("tester", "plan", [*PLAN]).save()
    with begun.state() as state:
        before = state.history("gov:s")
    with begun.state(draft=draft.id) as state:
        assert state.get("gov:s").version > before[-1].record.version
        assert state.history("gov:s") == before
        assert state.history("gov:new") == []
        with pytest.raises(NotFound):
            state.history("gov:nowhere")


def test_a_draft_may_change_the_metamodel(begun: Repository) -> None:
    profile = '[profile]\nname = "ours"\nversion = "1"\n[[type]]\nname = "Gateway"\nrefines = "System"\nlabel.en = "Gateway"\n'
    draft = begun.apply_profile(profile, "tester").save()
    with begun.state(draft=draft.id) as state:
        assert "Gateway" in state.metamodel.types
        assert [each.uid for each in impact(state, "gov:s")] == ["gov:t"]
    assert "Gateway" not in begun.metamodel.types


def test_nobody_waits_for_a_draft_that_is_looked_at(begun: Repository) -> None:
    draft = begun.changeset("tester", "plan", PLAN).save()
    with begun.state(draft=draft.id) as state:
        begun.changeset("tester", "meanwhile", [Update("gov:s", {"description": "Edited meanwhile"})]).apply()
        assert state.get("gov:s").description is None
        assert state.get("gov:s").name == "Tax in the cloud"
    with begun.state(draft=draft.id) as state:  # and then it merges by field
        assert (state.get("gov:s").description, state.get("gov:s").name) == ("Edited meanwhile", "Tax in the cloud")


def test_the_database_refuses_to_write_where_a_draft_is_laid(begun: Repository) -> None:
    draft = begun.changeset("tester", "plan", PLAN).save()
    with begun.state(draft=draft.id) as state, pytest.raises(DBAPIError):
        state.connection.exec_driver_sql("DELETE FROM model_history")


def test_what_cannot_be_laid_over_is_refused_with_the_reason(begun: Repository) -> None:
    draft = begun.changeset("tester", "plan", PLAN).save()
    with pytest.raises(Conflict, match="leave as_of out"):
        begun.state(draft=draft.id, as_of=1)
    with begun.state(draft=draft.id) as state, pytest.raises(InvalidInput, match="no past"):
        state.at(on=None, as_of=0)
    begun.changeset("tester", "first", [Delete("gov:f"), Delete("gov:t")]).apply()
    with pytest.raises((Conflict, NotFound), match="gov:f"):
        begun.state(draft=draft.id)
    begun.draft(draft.id).reject()
    with pytest.raises(Conflict, match="is rejected; only a draft or submitted one"):
        begun.state(draft=draft.id)
    with pytest.raises(NotFound):
        begun.state(draft=99)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data(), drawn=architectures(), on=st.sampled_from((None, *DAYS)))
def test_the_graph_with_any_draft_is_the_graph_after_it(
    module_repository: Repository, data: Any, drawn: Architecture, on: date | None
) -> None:
    architecture, _ = stored(module_repository, drawn)
    changes = list(architecture.becoming(data.draw(later(architecture))))
    draft = module_repository.changeset("tester", "plan", changes).save()
    with module_repository.state(on=on, draft=draft.id) as state:
        planned = said(state.graph)
        concepts = {concept.uid: concept for concept in state.find_all()}
    applied = module_repository.draft(draft.id).apply()
    assert applied.changed
    with module_repository.state(on=on) as state:
        assert planned == said(state.graph)
        for concept in state.find_all():
            for field in fields(concept):
                assert getattr(concepts[concept.uid], field.name) == getattr(concept, field.name)
