"""What a changeset promises: all or nothing, merge by field, refusal with the reason, undo."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from ea_repo.errors import Conflict, InUse, InvalidInput, NotFound, StaleVersion
from ea_repo.repository import Repository
from ea_repo.store import schema
from ea_repo.store.changesets import Applied
from ea_repo.store.operations import Create, Delete, Operation, Restore, Update
from ea_repo.store.query import Query
from ea_repo.store.write import Writer
from tests.factories import a_flow, a_folder, a_model, a_relationship, a_system, a_view, an_agency, an_element


def apply(repository: Repository, *operations: Operation) -> Applied:
    return repository.changeset("tester", "because", operations).apply()


def name_of(repository: Repository, uid: str) -> str:
    with repository.state() as state:
        return state.get(uid).name


@pytest.fixture
def government(repository: Repository) -> Repository:
    apply(
        repository,
        a_model(),
        an_agency("finance", "Ministry of Finance"),
        a_flow("f1", "tax", "treasury"),
        a_system("tax", "Tax", owner="finance"),
        a_system("treasury", "Treasury"),
    )
    return repository


def test_ends_may_be_named_before_they_are_created(government: Repository) -> None:
    with government.state() as state:
        flow = state.get("gov:f1")
        assert (flow.source, flow.target, flow.kind) == ("gov:tax", "gov:treasury", "relationship")
        assert state.get("gov:tax").owner == "gov:finance"


def test_one_wrong_operation_writes_nothing(government: Repository) -> None:
    with pytest.raises(InvalidInput) as caught:
        apply(government, Update("gov:tax", {"name": "New"}), a_flow("f2", "tax", "nowhere"))
    assert caught.value.errors[0].pointer == "/operations/1/fields/target"
    assert "gov:nowhere" in caught.value.errors[0].detail
    assert name_of(government, "gov:tax") == "Tax"


def test_all_problems_are_told_at_once(government: Repository) -> None:
    with pytest.raises(InvalidInput) as caught:
        apply(
            government,
            an_element("x", "Sistem"),
            a_system("y", valid_from="soon"),
            a_system("z", attributes={"criticality": "vitl"}),
            Create("no spaces", "System"),
        )
    assert [problem.pointer for problem in caught.value.errors] == [
        "/operations/3/uid",
        "/operations/0/type",
        "/operations/1/fields/valid_from",
        "/operations/2/fields/attributes/criticality",
    ]


def test_creating_what_exists_is_a_conflict(government: Repository) -> None:
    with pytest.raises(Conflict):
        apply(government, a_system("tax"))


def test_two_people_changing_different_fields_both_win(government: Repository) -> None:
    apply(government, Update("gov:tax", {"name": "Tax 2"}, base_version=1))
    apply(government, Update("gov:tax", {"description": "Collects"}, base_version=1))
    apply(government, Update("gov:tax", {"attributes": {"criticality": "vital"}}, base_version=1))
    with government.state() as state:
        tax = state.get("gov:tax")
    assert (tax.name, tax.description, tax.attributes, tax.version) == (
        "Tax 2",
        "Collects",
        {"criticality": "vital"},
        4,
    )


def test_the_same_field_changed_twice_shows_base_theirs_and_mine(government: Repository) -> None:
    apply(government, Update("gov:tax", {"name": "Theirs"}, base_version=1))
    with pytest.raises(StaleVersion) as caught:
        apply(government, Update("gov:tax", {"name": "Mine"}, base_version=1))
    assert caught.value.facts["conflicts"] == [{"field": "name", "base": "Tax", "theirs": "Theirs", "mine": "Mine"}]
    assert name_of(government, "gov:tax") == "Theirs"


def test_an_edit_that_changes_nothing_makes_no_changeset(government: Repository) -> None:
    applied = apply(government, Update("gov:tax", {"name": "Tax"}))
    assert not applied.changed
    assert applied.number == 1
    assert applied.difference.counts["element"]["unchanged"] == 1


def test_what_is_used_cannot_be_deleted(government: Repository) -> None:
    for uid, user in (("gov:finance", "gov:tax"), ("gov:treasury", "gov:f1")):
        with pytest.raises(InUse) as caught:
            apply(government, Delete(uid))
        assert [each["uid"] for each in caught.value.facts["users"]] == [user]


def test_what_is_used_can_go_together_with_its_users(government: Repository) -> None:
    apply(
        government, Delete("gov:treasury"), Delete("gov:f1"), Update("gov:tax", {"owner": None}), Delete("gov:finance")
    )
    with government.state() as state:
        assert [concept.uid for concept in state.find_all()] == ["gov:tax"]


def test_cascade_takes_relationships_to_any_depth_and_boxes_in_views(government: Repository) -> None:
    apply(
        government,
        a_relationship("a1", "Association", "finance", "f1"),
        a_relationship("a2", "Association", "finance", "a1"),
        a_view("overview", shows=("tax", "treasury")),
    )
    apply(government, Delete("gov:treasury", cascade=True))
    with government.state() as state:
        assert [concept.uid for concept in state.find_all()] == ["gov:finance", "gov:tax"]
        content = state.view("gov:overview").content
        assert content is not None
        assert [box["concept"] for box in content["nodes"]] == ["gov:tax"]


def test_a_model_goes_with_all_it_holds(government: Repository) -> None:
    apply(government, a_folder("top"), a_folder("below", parent="top"), a_view("v", shows=("tax",), folder="below"))
    with pytest.raises(InUse):
        apply(government, Delete("gov", record="model"))
    apply(government, Delete("gov", record="model", cascade=True))
    with government.state() as state:
        assert not state.models()
        assert not state.views()
        assert not state.folders()
        assert not state.find_all()


def test_a_deleted_record_comes_back_with_its_versions_going_on(government: Repository) -> None:
    apply(government, Delete("gov:f1"))
    apply(government, Delete("gov:treasury"))
    apply(government, Restore("gov:treasury", as_of=1))
    with government.state() as state:
        versions = state.history("gov:treasury")
        assert [(each.record.version, each.changeset.number, each.replaced) for each in versions] == [
            (1, 1, 3),
            (2, 4, None),
        ]


def test_a_missing_record_says_since_when_or_what_is_near(government: Repository) -> None:
    apply(government, Delete("gov:f1"))
    with government.state() as state:
        with pytest.raises(NotFound) as gone:
            state.get("gov:f1")
        with pytest.raises(NotFound) as misspelt:
            state.get("gov:tresury")
    assert gone.value.facts["gone_since"] == 2
    assert misspelt.value.facts["nearest"] == ["gov:treasury"]


def test_revert_leaves_what_later_changesets_did_elsewhere(government: Repository) -> None:
    apply(government, Update("gov:tax", {"name": "Renamed"}))
    apply(government, Update("gov:tax", {"description": "Later"}))
    government.revert(2, "tester").apply()
    with government.state() as state:
        tax = state.get("gov:tax")
    assert (tax.name, tax.description) == ("Tax", "Later")
    assert government.changeset_numbered(2).state == "reverted"


def test_revert_is_refused_where_the_same_field_was_changed_later(government: Repository) -> None:
    apply(government, Update("gov:tax", {"name": "Second"}))
    apply(government, Update("gov:tax", {"name": "Third"}))
    with pytest.raises(Conflict, match="changeset 3"):
        government.revert(2, "tester").apply()


def test_revert_is_refused_where_later_work_uses_what_it_created(government: Repository) -> None:
    apply(government, a_system("new"))
    apply(government, a_flow("f9", "tax", "new"))
    with pytest.raises(InUse) as caught:
        government.revert(2, "tester").apply()
    assert caught.value.facts["users"][0]["uid"] == "gov:f9"


def test_revert_is_refused_where_what_it_brings_back_names_what_is_gone(government: Repository) -> None:
    apply(government, Delete("gov:f1"))
    apply(government, Delete("gov:treasury"))
    with pytest.raises(
        Conflict, match=r'changeset 2 cannot be reverted .*target names concept "gov:treasury"'
    ) as caught:
        government.revert(2, "tester").apply()
    assert caught.value.errors[0].code == "dangling"
    with government.state() as state:
        assert state.latest == 3


def test_a_revert_can_be_reverted(government: Repository) -> None:
    apply(government, Update("gov:tax", {"name": "Renamed"}))
    government.revert(2, "tester").apply()
    government.revert(3, "tester").apply()
    assert name_of(government, "gov:tax") == "Renamed"
    assert government.changeset_numbered(2).state == "applied"
    with pytest.raises(Conflict, match="reverted already"):
        government.revert(3, "tester").apply()


def test_a_draft_is_previewed_and_applied_later_merging_with_what_came_between(government: Repository) -> None:
    pending = government.changeset("planner", "plan", [Update("gov:tax", {"description": "To be"}, base_version=1)])
    draft = pending.save()
    apply(government, Update("gov:tax", {"name": "Meanwhile"}))
    assert government.draft(draft.id).preview().changes[0].after == {"description": "To be"}
    applied = government.draft(draft.id).apply()
    assert (applied.number, government.find_changeset(draft.id).author) == (3, "planner")
    assert name_of(government, "gov:tax") == "Meanwhile"
    with pytest.raises(Conflict, match="applied"):
        government.draft(draft.id).apply()


def test_a_rejected_draft_stays_readable_and_unapplied(government: Repository) -> None:
    draft = government.changeset("planner", "plan", [Delete("gov:f1")]).save(submitted=True)
    assert government.draft(draft.id).reject().state == "rejected"
    with government.state() as state:
        assert state.get("gov:f1").version == 1


def test_preview_tells_what_apply_would_do_and_writes_nothing(government: Repository) -> None:
    difference = government.changeset("t", "r", [Update("gov:tax", {"name": "X"}), a_system("s")]).preview()
    assert difference.counts["element"] == {"created": 1, "changed": 1, "deleted": 0, "unchanged": 0}
    assert difference.changes[0].before == {"name": "Tax"}
    assert name_of(government, "gov:tax") == "Tax"


def test_the_difference_of_an_applied_changeset_is_read_from_history(government: Repository) -> None:
    applied = apply(
        government, Update("gov:tax", {"name": "X", "attributes": {"criticality": "vital"}}), Delete("gov:f1")
    )
    assert applied.changeset is not None
    found = government.difference(applied.changeset.id)
    by_uid = {change["uid"]: change for change in applied.difference.to_json()["changes"]}
    assert {change["uid"]: change for change in found.to_json()["changes"]} == by_uid
    assert by_uid["gov:tax"]["before"] == {"name": "Tax", "attributes": {"criticality": None}}


def test_a_relationship_the_standard_forbids_is_a_finding_kept_with_the_changeset(government: Repository) -> None:
    applied = apply(government, a_relationship("bad", "Composition", "tax", "finance"))
    assert applied.changeset is not None
    assert [finding["code"] for finding in applied.changeset.findings] == ["illegal-relationship"]


def test_an_owner_is_an_agency(government: Repository) -> None:
    with pytest.raises(InvalidInput, match="not an agency"):
        apply(government, Update("gov:tax", {"owner": "gov:treasury"}))


def test_a_folder_cannot_lie_inside_itself(government: Repository) -> None:
    apply(government, a_folder("a"), a_folder("b", parent="a"))
    with pytest.raises(InvalidInput, match="inside itself"):
        apply(government, Update("gov:a", {"parent": "gov:b"}, record="folder"))


def test_writers_at_the_same_time_lose_nothing(government: Repository) -> None:
    def add(number: int) -> int:
        return apply(
            government, Update("gov:tax", {"attributes": {"criticality": "vital"}}), a_system(f"n{number}")
        ).number

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(add, range(24)))
    assert sorted(numbers) == list(range(2, 26))
    with government.state() as state:
        assert state.counts_by_type()["System"] == 26


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_no_database_keeps_is_refused(government: Repository, text: str) -> None:
    with pytest.raises(InvalidInput, match="no database keeps"):
        apply(government, Update("gov:tax", {"name": text}))
    with pytest.raises(InvalidInput):
        apply(government, Update("gov:tax", {"properties": [{"key": "k", "value": text}]}))


def test_a_long_first_changeset_leaves_every_index_also_where_writing_it_fails(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [a_model(), *(a_system(f"s{number}") for number in range(1_200))]
    with monkeypatch.context() as patched:
        patched.setattr(Writer, "index", _fail)
        with pytest.raises(OSError, match="the disk is full"):
            apply(repository, *many)
    assert schema.check(repository.url) == []
    assert apply(repository, *many).number == 1
    assert schema.check(repository.url) == []
    with repository.state() as state:
        assert state.count(Query(types=("System",))) == 1_200


def _fail(*arguments: object) -> None:
    raise OSError("the disk is full")
