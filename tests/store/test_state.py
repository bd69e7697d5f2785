"""Reading: lists, filters, search, both clocks. Expected answers are worked out by hand or in plain Python."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ea_repo.errors import InvalidInput
from ea_repo.repository import Repository
from ea_repo.store import search
from ea_repo.store.operations import Delete, Update
from ea_repo.store.query import Query
from tests.factories import a_flow, a_model, a_relationship, a_system, an_agency, an_element


@pytest.fixture
def government(repository: Repository) -> Repository:
    operations = [
        a_model(),
        a_model("other", "Other"),
        an_agency("ministry", "Ministry of Finance", translations={"ko": {"name": "재정경제행정기관"}}),
        an_agency("tax-office", "Tax Office"),
        an_agency("health", "Ministry of Health"),
        a_relationship("part", "Composition", "ministry", "tax-office"),
        a_system("tax", "Tax Returns", owner="tax-office", attributes={"criticality": "vital"}),
        a_system(
            "pay", "Payroll_100%", owner="ministry", attributes={"criticality": "ordinary"}, valid_from="2028-01-01"
        ),
        a_system("clinic", "Clínica Records", owner="health", description="for tax too", valid_until="2027-12-31"),
        a_flow("f1", "tax", "pay"),
        an_element("other:x", "ApplicationComponent", "Old tax tool"),
    ]
    repository.changeset("tester", "begin", operations).apply()
    return repository


def uids(repository: Repository, query: Query, **moment: object) -> list[str]:
    with repository.state(**moment) as state:  # type: ignore[arg-type]
        return [concept.uid for concept in state.iterate(query)]


def test_a_type_includes_its_refinements(government: Repository) -> None:
    found = uids(government, Query(types=("ApplicationComponent",)))
    assert found == ["gov:clinic", "gov:pay", "gov:tax", "other:x"]


def test_an_owner_includes_its_sub_agencies(government: Repository) -> None:
    assert uids(government, Query(owner="gov:ministry", kind="element")) == ["gov:pay", "gov:tax"]
    assert uids(government, Query(owner="gov:tax-office", kind="element")) == ["gov:tax"]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("criticality eq 'vital'", ["gov:tax"]),
        ("criticality ne 'vital'", ["gov:pay"]),
        ("criticality in ('vital','ordinary')", ["gov:pay", "gov:tax"]),
        ("criticality eq null", ["gov:clinic"]),
        ("contains(name,'TAX')", ["gov:tax"]),
        ("contains(name,'_100%')", ["gov:pay"]),
        ("contains(name,'%')", ["gov:pay"]),
        ("startswith(name,'clí')", ["gov:clinic"]),
        ("contains(name,'CLÍNICA')", ["gov:clinic"]),
        ("valid_from ge 2027-06-01", ["gov:pay"]),
        ("valid_until lt '2028-01-01'", ["gov:clinic"]),
        ("not (criticality eq 'vital')", ["gov:clinic", "gov:pay"]),
        ("name eq 'Tax Returns' or name eq 'Payroll_100%'", ["gov:pay", "gov:tax"]),
        ("length(name) gt 12", ["gov:clinic"]),
        ("tolower(name) eq 'tax returns'", ["gov:tax"]),
        ("version eq 1 and type eq 'System' and not contains(name,'a')", []),
    ],
)
def test_filters(government: Repository, expression: str, expected: list[str]) -> None:
    assert uids(government, Query(types=("System",), filter=expression)) == expected


def test_a_long_filter_is_answered_and_a_deep_one_refused_before_the_database_is(government: Repository) -> None:
    with government.state() as state:
        for bearable in ("name eq 'a'" + " or name eq 'a'" * 130, "not " * 18 + "(name eq 'a')"):
            state.find(Query(filter=bearable))
        for deep in ("not " * 50 + "(name eq 'a')", "tolower(" * 50 + "name" + ")" * 50 + " eq 'a'"):
            with pytest.raises(InvalidInput, match="one in another; use at most 20"):
                state.find(Query(filter=deep))


@pytest.mark.parametrize(
    "expression",
    ["'text'", "criticality", "nosuch eq 1", "name gt 5", "criticality eq", "name eq 'a' or", "1 eq 1", "x" * 3000,
     " and ".join(["(name eq 'a' or type eq 'b')"] * 70), "contains(name)", "name eq 'a\0'", "valid_from eq 'soon'", "version eq 1e999",
     f"version eq {10**30}", "((((", "name/part eq 'a'", "foo(name) eq 1", "name add 1 eq 2"],
)  # fmt: skip
def test_a_wrong_filter_is_told(government: Repository, expression: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        uids(government, Query(types=("System",), filter=expression))
    assert caught.value.errors[0].pointer == "/filter"


@pytest.mark.parametrize("sort", ["uid", "-uid", "name", "-name", "type", "-written"])
def test_pages_join_up_to_the_whole_list(government: Repository, sort: str) -> None:
    with government.state() as state:
        whole = state.find(Query(sort=sort, limit=1000, total=True))
        paged, query = [], Query(sort=sort, limit=2)
        while True:
            page = state.find(query)
            paged.extend(page.rows)
            if page.next is None:
                break
            query = query.after(page.next)
    assert [concept.uid for concept in paged] == [concept.uid for concept in whole.rows]
    assert whole.total == len(paged) == 9
    keys = [getattr(concept, sort.removeprefix("-")) for concept in paged]
    assert keys == sorted(keys, reverse=sort.startswith("-"))


def test_a_date_shows_what_holds_on_it(government: Repository) -> None:
    systems = Query(types=("System",))
    assert uids(government, systems, on=date(2027, 12, 31)) == ["gov:clinic", "gov:tax"]
    assert uids(government, systems, on=date(2028, 1, 1)) == ["gov:pay", "gov:tax"]
    flows = Query(types=("Flow",))
    assert uids(government, flows, on=date(2027, 12, 31)) == []
    assert uids(government, flows, on=date(2028, 1, 1)) == ["gov:f1"]


def test_the_past_is_read_by_every_question(government: Repository) -> None:
    government.changeset("t", "r", [Update("gov:tax", {"name": "Levies"}), Delete("gov:f1")]).apply()
    assert uids(government, Query(q="levies")) == ["gov:tax"]
    assert uids(government, Query(q="returns")) == []
    assert uids(government, Query(q="returns"), as_of=1) == ["gov:tax"]
    with government.state(as_of=1) as state:
        assert [hit.concept.name for hit in state.search("returns")] == ["Tax Returns"]
        assert [relationship.uid for relationship in state.relationships("gov:tax")] == ["gov:f1"]
        assert state.counts_by_type()["Flow"] == 1
        assert len(state.history("gov:tax")) == 1
    with government.state(as_of=0) as state:
        assert state.find(Query(total=True)).total == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tax", ["gov:tax-office", "gov:tax", "other:x", "gov:clinic"]),
        ("clinica", ["gov:clinic"]),
        ("CLÍN", ["gov:clinic"]),
        ("행정기관", ["gov:ministry"]),
        ("기관", ["gov:ministry"]),
        ("경제행정", ["gov:ministry"]),
        ("관기", []),
        ("tax office", ["gov:tax-office"]),
        ("vital", ["gov:tax"]),
        ("", []),
        ("%", []),
        ('" NOT tax* OR', []),
    ],
)
def test_search_finds_words_beginnings_and_parts_of_korean_words(
    government: Repository, words: str, expected: list[str]
) -> None:
    with government.state() as state:
        assert [hit.concept.uid for hit in state.search(words)] == expected


def test_what_says_nothing_is_found_by_its_identifier(repository: Repository) -> None:
    operations = [a_model(), a_system("a", "Tax"), a_system("b", "Customs"), a_flow("id-77", "a", "b")]
    repository.changeset("t", "begin", operations).apply()
    repository.changeset("t", "name", [Update("gov:a", {"description": "gives to id-77"})]).apply()
    for as_of in (None, 1):
        with repository.state(as_of=as_of) as state:
            for words in ("id-77", " gov:id-77 "):
                assert [hit.concept.uid for hit in state.search(words)][:1] == ["gov:id-77"]
            assert state.find(Query(q="id-77", kind="relationship")).rows[0].uid == "gov:id-77"
            assert [hit.concept.uid for hit in state.search("id-7")] == ([] if as_of else ["gov:a"])


WORDS = st.text(st.sampled_from("taxTÁ 기관행정é-_1'\"&|!*:()"), max_size=12)


@settings(max_examples=40, deadline=None)
@given(names=st.lists(WORDS, min_size=1, max_size=6), query=WORDS)
def test_the_index_answers_as_the_definition_does(search_repository: Repository, names: list[str], query: str) -> None:
    repository = search_repository
    with repository.state() as state:
        known = {concept.uid: concept for concept in state.find_all()}
    operations = [
        Update(f"gov:s{number}", {"name": name}) if f"gov:s{number}" in known else a_system(f"s{number}", name)
        for number, name in enumerate(names)
    ]
    repository.changeset("t", "names", operations).apply()
    with repository.state() as state:
        found = {concept.uid for concept in state.find(Query(q=query, limit=1000)).rows}
        expected = {
            concept.uid
            for concept in state.find_all()
            if search.matches(query, (" ".join(search.tokens(concept.name)), concept.uid.partition(":")[2]))
        }
    assert found == expected


@pytest.fixture(scope="module")
def search_repository(module_repository: Repository) -> Repository:
    """One database for all examples of the property test."""
    repository = module_repository
    repository.changeset("t", "begin", [a_model()]).apply()
    return repository
