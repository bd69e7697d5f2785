"""Derived relationships: against every pairwise composition to a fixpoint, and by hand."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ea_repo.analysis.derived import Derived, derived
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.repository import Repository
from tests.factories import a_model, a_relationship, an_element

NUMBERS = count()
#: The standard's order, weakest first, written here once more.
STRUCTURAL = ("Realization", "Assignment", "Aggregation", "Composition")
#: Between two application components the standard permits these; access and assignment it does not.
TYPES = ("Realization", "Aggregation", "Composition", "Serving", "Flow", "Triggering", "Specialization")
Links = set[tuple[int, str, int]]


def composed(one: tuple[int, str, int], other: tuple[int, str, int]) -> Links:
    """What the rules make of two relationships, in whichever way they meet."""
    (a, s, b), (c, t, d) = one, other
    found: Links = set()
    if b == c and s == t and s in ("Specialization", "Triggering"):
        found.add((a, s, d))
    if b == c and s in STRUCTURAL and t in STRUCTURAL:
        found.add((a, STRUCTURAL[min(STRUCTURAL.index(s), STRUCTURAL.index(t))], d))
    if s in STRUCTURAL and t in ("Serving", "Flow"):
        found |= {(a, t, d)} if b == c else set()
        found |= {(c, t, a)} if b == d else set()
    return found


def closed(links: Links) -> Links:
    found = set(links)
    while more := {new for one in found for other in found for new in composed(one, other)} - found:
        found |= more
    return found


LINKS = st.sets(
    st.tuples(st.integers(0, 4), st.sampled_from(TYPES), st.integers(0, 4)).filter(lambda link: link[0] != link[2]),
    max_size=7,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(links=LINKS)
def test_what_is_derived_is_every_composition_of_two_to_a_fixpoint(module_repository: Repository, links: Links) -> None:
    model = f"derived{next(NUMBERS)}"
    operations = [a_model(model), *(an_element(f"{model}:{each}", "ApplicationComponent") for each in range(5))]
    operations += [
        a_relationship(f"{model}:r{at}", name, f"{model}:{one}", f"{model}:{other}")
        for at, (one, name, other) in enumerate(sorted(links))
    ]
    module_repository.changeset("tester", "draw", operations).apply()
    wanted = {each for each in closed(links) - links if each[0] != each[2]}
    with module_repository.state() as state:
        permitted = state.metamodel.permitted_between("ApplicationComponent", "ApplicationComponent")
        wanted = {each for each in wanted if each[1] in permitted}
        for asked in range(5):
            rows = list(derived(state, f"{model}:{asked}", depth=1_000))
            found = {(int(row.source[-1]), row.type, int(row.target[-1])) for row in rows}
            assert found == {each for each in wanted if asked in (each[0], each[2])}
            assert len(found) == len(rows)
            for row in rows:
                assert row.chain[0].from_uid == row.source
                assert row.chain[-1].to_uid == row.target
                assert all(one.to_uid == other.from_uid for one, other in zip(row.chain, row.chain[1:], strict=False))


@pytest.fixture
def office(repository: Repository) -> Repository:
    """clerk -Assignment-> handling -Realization-> permits -Serving-> building, of which works is the whole."""
    operations = [
        a_model(),
        an_element("clerk", "BusinessActor"),
        an_element("handling", "BusinessProcess"),
        an_element("permits", "BusinessService"),
        an_element("building", "BusinessProcess"),
        an_element("works", "BusinessProcess"),
        a_relationship("does", "Assignment", "clerk", "handling"),
        a_relationship("gives", "Realization", "handling", "permits"),
        a_relationship("serves", "Serving", "permits", "building"),
        a_relationship("part", "Composition", "works", "building"),
    ]
    repository.changeset("tester", "begin", operations).apply()
    return repository


def told(rows: "list[Derived]") -> list[tuple[str, str, str, int]]:
    return [(row.source[4:], row.type, row.target[4:], row.distance) for row in rows]


def test_who_does_a_process_realizes_its_service_and_serves_whom_it_serves_and_their_wholes(office: Repository) -> None:
    # Assignment then realization: the weaker, realization. Then serving, lifted at its source; then at its target.
    with office.state() as state:
        assert told(list(derived(state, "gov:clerk"))) == [
            ("clerk", "Realization", "permits", 2),
            ("clerk", "Serving", "building", 3),
            ("clerk", "Serving", "works", 4),
        ]
        assert [str(step) for step in derived(state, "gov:clerk")[2].chain] == [
            "gov:clerk -Assignment- gov:handling",
            "gov:handling -Realization- gov:permits",
            "gov:permits -Serving- gov:building",
            "gov:building -Composition- gov:works",
        ]


def test_the_whole_is_told_as_target_and_the_depth_and_the_other_end_bound_the_answer(office: Repository) -> None:
    with office.state() as state:
        serving_works = [("permits", "Serving", "works", 2), ("handling", "Serving", "works", 3)]
        assert told(list(derived(state, "gov:works", depth=3))) == serving_works
        assert told(list(derived(state, "gov:works", to="gov:clerk"))) == [("clerk", "Serving", "works", 4)]
        assert list(derived(state, "gov:works", direction="from")) == []


def test_a_relationship_has_nothing_derived_and_an_unknown_uid_or_a_depth_of_one_is_refused(office: Repository) -> None:
    with office.state() as state:
        assert list(derived(state, "gov:serves")) == []
        with pytest.raises(NotFound):
            derived(state, "gov:nobody")
        with pytest.raises(InvalidInput):
            derived(state, "gov:clerk", depth=1)


def test_nothing_is_derived_through_a_domain_foreign_to_both_ends(repository: Repository) -> None:
    # From implementation to motivation: by way of a deliverable, itself of implementation; not by way of the core.
    operations = [
        a_model(),
        an_element("work", "WorkPackage"),
        an_element("plan", "Deliverable"),
        an_element("register", "ApplicationComponent"),
        an_element("once", "Requirement"),
        an_element("safe", "Requirement"),
        a_relationship("writes", "Realization", "work", "plan"),
        a_relationship("meets", "Realization", "plan", "once"),
        a_relationship("builds", "Realization", "work", "register"),
        a_relationship("keeps", "Realization", "register", "safe"),
    ]
    repository.changeset("tester", "begin", operations).apply()
    with repository.state() as state:
        assert told(list(derived(state, "gov:work"))) == [("work", "Realization", "once", 2)]
