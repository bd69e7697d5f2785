"""The SQLAlchemy classes: queries as people write them, on both engines, and two metamodels side by side."""

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from ea_repo.errors import NotAllowed
from ea_repo.metamodel import Metamodel, Money, merge, standard
from ea_repo.repository import Repository
from ea_repo.store import class_building, class_stub
from ea_repo.store.classes import Classes, ReadSession, classes_of
from tests.factories import a_flow, a_model, a_relationship, an_element

PROFILE = """
[profile]
name = "trial"

[[type]]
name = "Office"
refines = "BusinessActor"
label = {en = "Office"}

[[type]]
name = "Software"
refines = "ApplicationComponent"
label = {en = "Software"}
attribute = [
    {name = "importance", kind = "choice", label = {en = "Importance"}, values = [
        {name = "vital", label = {en = "Vital"}},
        {name = "ordinary", label = {en = "Ordinary"}},
    ]},
    {name = "people", kind = "integer", label = {en = "People"}},
    {name = "load", kind = "decimal", label = {en = "Load"}, unit = "percent"},
    {name = "begun", kind = "date", label = {en = "Begun"}},
    {name = "shared", kind = "boolean", label = {en = "Shared"}},
    {name = "cost", kind = "money", label = {en = "Cost"}},
    {name = "languages", kind = "text", label = {en = "Languages"}, many = true},
    {name = "fees", kind = "money", label = {en = "Fees"}, many = true},
    {name = "version", kind = "text", label = {en = "Version"}},
]

[[type]]
name = "Portal"
refines = "Software"
label = {en = "Portal"}
attribute = [{name = "address", kind = "url", label = {en = "Address"}}]

[[type]]
name = "Crowd"
refines = "BusinessActor"
label = {en = "Crowd"}
attribute = [{name = "people", kind = "text", label = {en = "People, in words"}}]

[[type]]
name = "Feed"
refines = "Flow"
label = {en = "Feed"}
attribute = [{name = "per_day", kind = "integer", label = {en = "Per day"}}]
"""

TAX = {
    "importance": "vital", "people": 1200, "load": 62.5, "begun": "2019-04-01", "shared": True,
    "cost": {"amount": 1500000000.5, "currency": "IDR"}, "languages": ["한국어", "Indonesia"],
    "fees": [{"amount": 5, "currency": "IDR"}], "version": "3.1",
}  # fmt: skip
PAY = {
    "importance": "ordinary", "people": 90, "load": 0.1, "begun": "2024-12-31", "shared": False,
    "cost": {"amount": 900, "currency": "USD"}, "languages": ["English"],
}  # fmt: skip


@pytest.fixture(scope="module")
def trial(module_repository: Repository) -> Repository:
    repository = module_repository
    repository.apply_profile(PROFILE, "tester").apply()
    operations = [
        a_model(),
        an_element("office", "Office", "Tax Office"),
        an_element("tax", "Software", "Tax Returns", owner="office", attributes=TAX),
        an_element("pay", "Portal", "Payroll", attributes=PAY),
        an_element("old", "ApplicationComponent", "Old tool"),
        an_element("bare", "Software", "Bare"),
        an_element("crowd", "Crowd", "Crowd", attributes={"people": "very many"}),
        a_relationship("feed", "Feed", "tax", "pay", attributes={"per_day": 24}),
        a_flow("flow", "old", "tax"),
        a_relationship("about", "Association", "office", "feed"),
    ]
    repository.changeset("tester", "begin", operations).apply()
    return repository


@pytest.fixture
def session(trial: Repository) -> Iterator[ReadSession]:
    with trial.session() as found:
        yield found


def uids(session: ReadSession, statement: Any) -> list[str]:
    return sorted(concept.uid.partition(":")[2] for concept in session.scalars(statement))


def test_a_type_is_found_with_its_refinements(session: ReadSession) -> None:
    classes = session.classes
    assert uids(session, select(classes.ApplicationComponent)) == ["bare", "old", "pay", "tax"]
    assert uids(session, select(classes.Software)) == ["bare", "pay", "tax"]
    assert uids(session, select(classes.Portal)) == ["pay"]


def test_concept_element_and_relationship_are_what_every_type_is(session: ReadSession) -> None:
    classes = session.classes
    assert uids(session, select(classes.Relationship)) == ["about", "feed", "flow"]
    assert uids(session, select(classes.Element)) == ["bare", "crowd", "office", "old", "pay", "tax"]
    assert len(uids(session, select(classes.Concept))) == 9


def test_rows_come_as_objects_of_their_own_type(session: ReadSession) -> None:
    found = session.scalars(select(session.classes.Concept)).all()
    assert {type(each).__name__ for each in found} == {
        "Office", "Crowd", "Software", "Portal", "ApplicationComponent", "Feed", "Flow", "Association",
    }  # fmt: skip


CONDITIONS: list[tuple[str, Any, list[str]]] = [
    ("choice", lambda s: s.importance == "vital", ["tax"]),
    ("choice in", lambda s: s.importance.in_(["vital", "ordinary"]), ["pay", "tax"]),
    ("not said", lambda s: s.importance.is_(None), ["bare"]),
    ("integer, not as text", lambda s: s.people < 100, ["pay"]),
    ("integer between", lambda s: s.people.between(1000, 1200), ["tax"]),
    ("decimal", lambda s: s.load == Decimal("0.1"), ["pay"]),
    ("decimal against a float", lambda s: s.load > 0.1, ["tax"]),
    ("date", lambda s: s.begun < date(2024, 1, 1), ["tax"]),
    ("the very date", lambda s: s.begun == date(2024, 12, 31), ["pay"]),
    ("boolean", lambda s: s.shared == True, ["tax"]),  # noqa: E712
    ("boolean as it stands", lambda s: s.shared, ["tax"]),
    ("boolean is false", lambda s: s.shared.is_(False), ["pay"]),
    ("money by its amount", lambda s: s.cost > 1000, ["tax"]),
    ("money amount", lambda s: s.cost.amount == Decimal("1500000000.5"), ["tax"]),
    ("money currency", lambda s: s.cost.currency == "USD", ["pay"]),
    ("one of many", lambda s: s.languages.contains("한국어"), ["tax"]),
    ("not one of many", lambda s: ~s.languages.contains("한국어"), ["bare", "pay"]),
    ("one money of many", lambda s: s.fees.contains(Money(Decimal(5), "IDR")._asdict()), ["tax"]),
    ("many not said", lambda s: s.languages.is_(None), ["bare"]),
    ("like", lambda s: s.importance.like("vit%"), ["tax"]),
    ("arithmetic", lambda s: s.people * 2 > 2000, ["tax"]),
    ("a field every concept has", lambda s: s.name == "Bare", ["bare"]),
    ("an attribute named as a field", lambda s: s.version == "3.1", ["tax"]),
]


def test_attributes_are_compared_by_their_kind(session: ReadSession) -> None:
    software = session.classes.Software
    found = {name: uids(session, select(software).where(condition(software))) for name, condition, _ in CONDITIONS}
    assert found == {name: expected for name, _, expected in CONDITIONS}


def test_the_same_question_with_another_value_has_another_answer(session: ReadSession) -> None:
    software = session.classes.Software
    found = [
        uids(session, select(software).where(software.languages.contains(language)))
        for language in ("English", "Indonesia", "none")
    ]
    assert found == [["pay"], ["tax"], []]


def test_attributes_are_read_as_typed_values(session: ReadSession) -> None:
    software = session.classes.Software
    tax = session.scalars(select(software).where(software.importance == "vital")).one()
    assert (tax.people, tax.load, tax.begun, tax.shared) == (1200, Decimal("62.5"), date(2019, 4, 1), True)
    assert tax.cost == Money(Decimal("1500000000.5"), "IDR")
    assert (tax.languages, tax.version) == (["한국어", "Indonesia"], "3.1")
    bare = session.scalars(select(software).where(software.importance.is_(None))).one()
    assert (bare.people, bare.cost, bare.languages) == (None, None, None)


def test_attributes_can_be_selected_alone_and_stay_within_their_type(session: ReadSession) -> None:
    software = session.classes.Software
    rows = session.execute(
        select(
            software.people, software.load, software.begun, software.shared, software.cost.amount, software.languages
        )
        .where(software.people.is_not(None))
        .order_by(software.people)
    ).all()
    assert [tuple(row) for row in rows] == [
        (90, Decimal("0.1"), date(2024, 12, 31), False, Decimal(900), ["English"]),
        (1200, Decimal("62.5"), date(2019, 4, 1), True, Decimal("1500000000.5"), ["한국어", "Indonesia"]),
    ]
    assert sorted(session.scalars(select(func.count(software.uid)))) == [3]
    assert len(session.scalars(select(software.importance)).all()) == 3


def test_attributes_are_summed_and_grouped(session: ReadSession) -> None:
    software = session.classes.Software
    grouped = session.execute(
        select(software.importance, func.sum(software.people))
        .group_by(software.importance)
        .order_by(software.importance)
    ).all()
    assert {row[0]: row[1] for row in grouped} == {"ordinary": 90, "vital": 1200, None: None}


def test_owner_source_and_target_are_followed(session: ReadSession) -> None:
    classes = session.classes
    tax = session.scalars(select(classes.Software).where(classes.Software.uid == "gov:tax")).one()
    assert (type(tax.owner).__name__, tax.owner.name) == ("Office", "Tax Office")
    feed = session.scalars(select(classes.Feed)).one()
    assert (feed.source is tax, feed.target.name, feed.per_day) == (True, "Payroll", 24)


def test_a_relationship_may_end_at_a_relationship(session: ReadSession) -> None:
    about = session.scalars(select(session.classes.Association)).one()
    assert type(about.target).__name__ == "Feed"


def test_conditions_on_the_ends_of_relationships(session: ReadSession) -> None:
    classes = session.classes
    source = aliased(classes.Software)
    joined = select(classes.Flow).join(classes.Flow.source.of_type(source)).where(source.importance == "vital")
    assert uids(session, joined) == ["feed"]
    assert uids(session, select(classes.Flow).where(classes.Flow.target.has(name="Tax Returns"))) == ["flow"]
    owned = select(classes.Software).where(classes.Software.owner.has(classes.Office.name == "Tax Office"))
    assert uids(session, owned) == ["tax"]


def test_an_index_on_an_attribute_is_used(trial: Repository) -> None:
    software = trial.classes.Software
    with trial.session() as session:
        statement = select(software.uid).where(software.importance == "vital")
        sql = str(statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
    assert "'$.importance'" in sql or "->>'importance'" in sql
    engine = trial._writer
    expression = sql.partition("WHERE ")[2].partition(" = ")[0]
    with engine.begin() as connection:
        connection.execute(text(f"CREATE INDEX trial_importance ON concept (({expression.replace('concept.', '')}))"))
        connection.execute(text("SET enable_seqscan = off" if engine.dialect.name == "postgresql" else "SELECT 1"))
        explain = "EXPLAIN " if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN "
        plan = " ".join(
            str(row)
            for row in connection.execute(text(explain + sql.replace(" AND concept.type", " AND '' || concept.type")))
        )
    assert "trial_importance" in plan


def test_a_session_refuses_to_write(trial: Repository) -> None:
    with trial.session() as session:
        tax = session.scalars(select(session.classes.Software).where(session.classes.Software.uid == "gov:tax")).one()
        tax.name = "Changed"
        with pytest.raises(NotAllowed, match=r"only reads; write with repository\.changeset"):
            session.flush()
    with trial.session() as session:
        session.add(trial.classes.Software(id=99, uid="gov:new", name="New"))
        with pytest.raises(NotAllowed):
            session.commit()


def test_the_database_refuses_what_goes_past_the_session(trial: Repository) -> None:
    with trial.session() as session, pytest.raises(DBAPIError):
        session.execute(text("UPDATE concept SET name = 'x'"))


def test_two_metamodels_live_side_by_side(trial: Repository) -> None:
    other = merge(standard(), PROFILE.replace('name = "people", kind = "integer"', 'name = "people", kind = "text"'))
    first, second = trial.classes, classes_of(other)
    assert first.Software is not second.Software
    with trial.session() as session:
        assert uids(session, select(first.Software).where(first.Software.people == 90)) == ["pay"]
        assert uids(session, select(second.ApplicationComponent)) == ["bare", "old", "pay", "tax"]


def test_classes_of_the_same_metamodel_are_the_same_classes() -> None:
    one, two = merge(standard(), PROFILE), merge(standard(), PROFILE)
    assert classes_of(one).Software is classes_of(two).Software


def test_classes_that_nobody_uses_are_collected() -> None:
    made = [_made_and_dropped(number) for number in range(class_building.MOST_KEPT + 2)]
    gc.collect()
    assert sum(each() is not None for each in made) <= class_building.MOST_KEPT


def test_holding_one_class_keeps_its_set() -> None:
    metamodel = _numbered(100)
    held = classes_of(metamodel).Software
    for number in range(class_building.MOST_KEPT + 1):
        _made_and_dropped(200 + number)
    gc.collect()
    assert classes_of(metamodel).Software is held


def _numbered(number: int) -> Metamodel:
    return merge(standard(), f"# {number}\n{PROFILE}")


def _made_and_dropped(number: int) -> "weakref.ref[Any]":
    return weakref.ref(classes_of(_numbered(number)).Software)


def test_a_misspelt_type_is_told_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match="did you mean ApplicationComponent"):
        _ = classes_of(standard()).ApplicatonComponent


def test_the_built_in_types_can_be_imported_by_name() -> None:
    from ea_repo.store.classes import ApplicationComponent

    assert ApplicationComponent is classes_of(standard())["ApplicationComponent"]


def test_the_stub_is_current() -> None:
    kept = Path(class_stub.__file__).with_name("classes.pyi").read_text(encoding="utf-8")
    assert kept == class_stub.stub(standard()), "not current; run: make docs"


def test_the_stub_names_what_the_classes_have() -> None:
    written = class_stub.stub(standard())
    classes: Classes = classes_of(standard())
    assert all(f"\nclass {name}(" in written or f"\nclass {name}:" in written for name in classes)
    mapped = {each.key for each in classes.Concept.__mapper__.attrs}
    assert all(f"    {name}: _orm.Mapped" in written for name in mapped)


SNIPPET = """
from sqlalchemy import select

from ea_repo.repository import Repository
from ea_repo.store.classes import System

def find(repository: Repository) -> list[System]:
    system = repository.classes.System
    with repository.session() as session:
        return list(session.scalars(select(system).where(system.{attribute} == "vital", system.users > 5)))
"""


def test_mypy_finds_a_misspelt_attribute(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text(SNIPPET.format(attribute="criticality"))
    wrong.write_text(SNIPPET.format(attribute="critcality"))
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "--no-error-summary"]
    done = subprocess.run([*command, str(right), str(wrong)], capture_output=True, text=True, check=False)
    assert [line.rpartition("/")[2] for line in done.stdout.splitlines() if "error" in line] == [
        'wrong.py:10: error: "type[System]" has no attribute "critcality"  [attr-defined]'
    ]
