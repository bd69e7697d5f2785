"""A load gives what an ordinary changeset of the same records gives, tells what is wrong by line, or writes nothing."""

import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ea_repo.errors import Conflict, InUse, InvalidInput, RepositoryError
from ea_repo.metamodel import Metamodel
from ea_repo.repository import Repository, open_repository
from ea_repo.store import operation_json, schema
from ea_repo.store.judging import Lines
from ea_repo.store.load import Loaded
from ea_repo.store.operations import Create, Delete, Update
from ea_repo.store.query import Query
from tests.conftest import FreshDatabase
from tests.factories import a_folder, a_model, a_relationship, a_system, an_agency, an_element

_TREE = [
    a_model(),
    a_folder("top"),
    a_folder("sub", parent="top"),
    an_agency("finance", folder="sub"),
    a_system("tax", "Tax filing", owner="finance", attributes={"criticality": "vital", "operator": "gov:finance"}),
    a_system("portal", description="Where citizens file", valid_from="2020-01-01", valid_until="2030-12-31"),
    a_relationship("serves", "Serving", "tax", "portal"),
    a_relationship("about", "Association", "finance", "serves", properties=[{"key": "Colour", "value": "red"}]),
]  # fmt: skip


def numbered(operations: Sequence[Create]) -> Lines:
    def lines(metamodel: Metamodel) -> Iterable[tuple[int, Create]]:
        return enumerate(operations, 1)

    return lines


def loaded(repository: Repository, operations: Sequence[Create], **options: Any) -> Loaded:
    dry_run = options.pop("dry_run", False)
    return repository.load("tester", "load", numbered(operations), **options).apply(dry_run=dry_run)


def content(repository: Repository) -> dict[str, Any]:
    """Everything that the repository says now."""
    with repository.state() as state:
        return {
            "number": state.number,
            "models": sorted(map(repr, state.models())),
            "folders": sorted(repr(each) for model in state.models() for each in state.folders(model.uid)),
            "concepts": sorted(map(repr, state.iterate(Query()))),
            "counts": dict(repository.changeset_numbered(state.number).counts) if state.number else {},
            "found": sorted(hit.concept.uid for hit in state.search("tax", limit=1_000)),
            "graph": sorted((each.source, each.target) for each in state.iterate(Query()) if each.kind == "relationship"),
        }  # fmt: skip


def raised_by(repository: Repository, operations: Sequence[Create], **options: Any) -> RepositoryError:
    before = content(repository)
    with pytest.raises(RepositoryError) as raised:
        loaded(repository, operations, **options)
    assert content(repository) == before
    assert _is_sound(repository)
    return raised.value


def _is_sound(repository: Repository) -> bool:
    return schema.check(repository.url) == []


def test_a_load_gives_what_a_changeset_gives(fresh_database: FreshDatabase) -> None:
    with open_repository(fresh_database()) as one, open_repository(fresh_database()) as other:
        done = loaded(one, _TREE)
        other.changeset("tester", "load", _TREE).apply()
        assert content(one) == content(other)
        assert (done.number, done.lines, done.counts["relationship"]["created"]) == (1, len(_TREE), 2)
        assert _is_sound(one)


def test_names_may_be_used_before_they_are_defined(fresh_database: FreshDatabase) -> None:
    with open_repository(fresh_database()) as one, open_repository(fresh_database()) as other:
        loaded(one, _TREE[::-1])
        other.changeset("tester", "load", _TREE).apply()
        assert content(one) == content(other)


def test_indexes_are_all_there_afterwards_and_a_second_model_goes_on(repository: Repository) -> None:
    loaded(repository, _TREE)
    more = [
        a_model("second"),
        Create("second:x", "System", {"name": "X", "owner": "gov:finance"}),
        Create("second:r", "Serving", {"source": "gov:tax", "target": "second:x"}),
        Create("second:bad", "Access", {"source": "gov:tax", "target": "second:x"}),
    ]
    done = loaded(repository, more)
    assert _is_sound(repository)
    assert done.number == 2
    assert [(each.code, each.uid, each.line) for each in done.findings] == [("illegal-relationship", "second:bad", 4)]
    with repository.state() as state:
        assert state.get("second:r").source == "gov:tax"
        assert state.get("second:x").owner == "gov:finance"


def test_a_load_is_reverted_like_any_changeset_and_refused_where_it_is_in_use(repository: Repository) -> None:
    loaded(repository, _TREE)
    repository.changeset(
        "tester", "use", [a_model("user"), Create("user:r", "Serving", {"source": "gov:tax", "target": "gov:portal"})]
    ).apply()
    with pytest.raises(InUse):
        repository.revert(1, "tester").apply()
    repository.revert(2, "tester").apply()
    repository.revert(1, "tester").apply()
    with repository.state() as state:
        assert list(state.iterate(Query())) == []
    with repository.state(as_of=1) as state:
        assert state.get("gov:tax").name == "Tax filing"


def test_what_is_loaded_can_be_changed_and_keeps_its_history(repository: Repository) -> None:
    loaded(repository, _TREE)
    repository.changeset("tester", "rename", [Update("gov:tax", {"name": "Levies"}, base_version=1)]).apply()
    with repository.state() as state:
        assert [version.record.name for version in state.history("gov:tax")] == ["Tax filing", "Levies"]


_AGENCY, _MODEL = an_agency("a"), a_model()


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ([_MODEL, _AGENCY, _AGENCY], 3, '"gov:a" exists already, on line 2'),
        ([_MODEL, a_folder("f"), a_folder("f")], 3, '"gov:f" exists already, on line 2'),
        ([_AGENCY], 1, 'there is no model "gov"'),
        ([_MODEL, an_element("x", "Nonsense")], 2, 'there is no type "Nonsense"'),
        ([_MODEL, a_system("s", attributes={"criticality": "very"})], 2, "criticality"),
        ([_MODEL, a_system("s", attributes={"colour": "red"})], 2, 'has no attribute "colour"'),
        ([_MODEL, a_system("s", colour="red")], 2, 'has no field "colour"'),
        ([_MODEL, a_system("s", valid_from="soon")], 2, "is not a date"),
        ([_MODEL, a_system("s", valid_from="2030-01-01", valid_until="2029-01-01")], 2, "valid_until is before"),
        ([_MODEL, a_system("s", owner="gone")], 2, 'owner names concept "gov:gone", which does not exist'),
        ([_MODEL, a_system("o"), a_system("s", owner="o")], 3, "not an agency or other actor"),
        ([_MODEL, a_system("s", folder="gone")], 2, 'folder names folder "gov:gone"'),
        ([_MODEL, _AGENCY, a_relationship("r", "Flow", "a", "gone")], 3, 'target names concept "gov:gone"'),
        ([_MODEL, _AGENCY, a_relationship("r", "Flow", "other:gone", "a")], 3, 'source names concept "other:gone"'),
        ([_MODEL, an_element("r", "Flow")], 2, "source: a relationship needs one"),
        ([_MODEL, _AGENCY, a_system("s", source="gov:a", target="gov:a")], 3, "source: an element has none"),
        ([_MODEL, a_system("s", attributes={"operator": "gov:gone"})], 2, 'operator names "gov:gone"'),
        ([_MODEL, a_system("t"), a_system("s", attributes={"operator": "gov:t"})], 3, "it must be a BusinessActor"),
        ([_MODEL, a_folder("f", parent="gone")], 2, 'parent names folder "gov:gone"'),
        ([_MODEL, a_folder("f", parent="g"), a_folder("g", parent="f")], 2, "would lie inside itself"),
        ([_MODEL, Create("gov:a b", "System")], 2, "uid 'gov:a b'"),
        ([_MODEL, Create("custom", record="profile", fields={"text": "x"})], 2, "a load brings in no profile"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_written(
    module_repository: Repository, wrong: list[Create], line: int, said: str
) -> None:
    error = raised_by(module_repository, wrong)
    assert error.detail.startswith(f"line {line}: ")
    assert said in error.detail
    assert error.errors[0].pointer.startswith(f"line {line}/")


def test_every_wrong_line_is_told(module_repository: Repository) -> None:
    wrong = [_MODEL, *(a_system(f"s{number}", owner="gone") for number in range(3))]
    error = raised_by(module_repository, wrong)
    assert [problem.pointer.partition("/")[0] for problem in error.errors] == ["line 2", "line 3", "line 4"]
    assert isinstance(error, InvalidInput)


def test_a_model_that_is_or_was_there_is_refused(repository: Repository) -> None:
    loaded(repository, _TREE)
    assert isinstance(raised_by(repository, [a_model(), a_system("new")]), Conflict)
    repository.changeset("tester", "clear", [Delete("gov", cascade=True, record="model")]).apply()
    assert "is or was there already" in raised_by(repository, [a_model()]).detail


def test_a_dry_run_tells_and_writes_nothing(repository: Repository) -> None:
    done = loaded(repository, _TREE, dry_run=True)
    assert (done.number, done.counts["element"]["created"]) == (None, 3)
    assert content(repository)["number"] == 0
    assert _is_sound(repository)


def test_strict_refuses_findings_with_their_line(repository: Repository) -> None:
    wrong = [*_TREE, a_relationship("bad", "Access", "tax", "portal")]
    assert "line 9: " in raised_by(repository, wrong, strict=True).detail


def test_a_reader_that_fails_half_way_leaves_nothing(repository: Repository) -> None:
    def lines(metamodel: Metamodel) -> Iterable[tuple[int, Create]]:
        yield from enumerate(_TREE, 1)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk is gone"):
        repository.load("tester", "load", lines).apply()
    assert content(repository)["number"] == 0
    assert _is_sound(repository)


_BASE = ("b0", "b1", "b2", "b3")
_TYPES = st.sampled_from(["System", "System", "Agency", "Server", "DataSet", "Nonsense"])
_NEW = st.sampled_from([f"n{number}" for number in range(8)])
_NAMED = st.sampled_from([*_BASE, *_BASE, "n0", "n1", "other:gone"])
_ELEMENTS = st.builds(
    lambda name, type_name, owner, words, begins, attributes: an_element(
        name, type_name, words, attributes=attributes,
        **({"owner": owner} if owner else {}), **({"valid_from": begins} if begins else {}),
    ),
    _NEW, _TYPES, st.sampled_from([None, "b0", "b0", "b1", "n0"]), st.sampled_from(["", "Tax", "세금 tax", "Zollämter"]),
    st.sampled_from([None, None, "2020-02-29", "2021-02-29"]),
    st.sampled_from([{}, {}, {"operator": "gov:b0"}, {"operator": "gov:b1"}]),
)  # fmt: skip
_RELATIONSHIPS = st.builds(
    a_relationship, _NEW, st.sampled_from(["Serving", "Access", "Composition", "DataExchange"]), _NAMED, _NAMED
)
_OPERATIONS = st.lists(_ELEMENTS | _RELATIONSHIPS, max_size=6, unique_by=lambda operation: operation.uid)
_keys = itertools.count()


def _outcome(repository: Repository, operations: Sequence[Create], act: Any) -> tuple[str, Any]:
    """What became of these in a model of their own, its key written as gov again."""
    key = f"m{next(_keys)}"
    moved = operation_json.from_json(
        json.loads(json.dumps([operation_json.to_json(each) for each in operations]).replace('"gov', f'"{key}'))
    )
    try:
        act(moved)
    except RepositoryError as error:
        return type(error).__name__, len(error.errors)
    with repository.state() as state:
        written = repository.changeset_numbered(state.number)
        found = state.search("tax", model=key, limit=1_000)
        said = (
            [replace(each, written=0) for each in state.iterate(Query(model=key))],
            sorted(hit.concept.uid for hit in found),
            sorted((each["code"], each["uid"], each["message"]) for each in written.findings),
            written.counts,
        )
    return "written", repr(said).replace(key, "gov")


def _check_alike(repository: Repository, operations: Sequence[Create]) -> None:
    base = [a_model(), an_agency("b0"), *(a_system(name) for name in _BASE[1:])]
    made = [*operations, *base]
    ours = _outcome(repository, made, lambda moved: loaded(repository, moved))
    assert ours == _outcome(repository, made, lambda moved: repository.changeset("tester", "load", moved).apply())


_SETTINGS = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@settings(_SETTINGS, max_examples=100)
@given(operations=_OPERATIONS)
def test_any_records_are_taken_or_refused_alike(module_repository: Repository, operations: list[Create]) -> None:
    _check_alike(module_repository, operations)


@pytest.mark.soak
@settings(_SETTINGS, max_examples=2_000)
@given(operations=_OPERATIONS)
def test_any_records_are_taken_or_refused_alike_at_length(
    module_repository: Repository, operations: list[Create]
) -> None:
    _check_alike(module_repository, operations)
