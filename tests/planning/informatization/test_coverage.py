"""Coverage against a count by hand on random architectures and on the sample's own records."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ea_repo import sample
from ea_repo.planning.informatization.coverage import coverage
from ea_repo.planning.informatization.function_coverage import (
    function_coverage,
    functions_with_several_systems,
    functions_without_system,
)
from ea_repo.repository import Repository, open_repository
from ea_repo.store.operations import Operation
from ea_repo.store.state import State
from tests.analysis.test_questions import SMALL_DOSE
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element
from tests.sample.government import government

NUMBERS = count()
AGENCIES, CATEGORIES, FUNCTIONS, SYSTEMS = 4, 6, 6, 5
numbers = st.integers(0, 99)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    with open_repository(str(tmp_path_factory.mktemp("coverage") / "many.db"), create=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    with open_repository(str(tmp_path_factory.mktemp("sample") / "sample.db"), create=True) as opened:
        sample.load(opened)
        with opened.state() as found:
            yield found


@SMALL_DOSE
@given(
    parents=st.lists(numbers, min_size=CATEGORIES, max_size=CATEGORIES),
    owners=st.lists(numbers, min_size=FUNCTIONS, max_size=FUNCTIONS),
    classes=st.sets(st.tuples(st.integers(0, FUNCTIONS - 1), st.integers(0, CATEGORIES - 1)), max_size=10),
    serving=st.sets(st.tuples(st.integers(0, SYSTEMS - 1), st.integers(0, FUNCTIONS - 1), st.booleans()), max_size=12),
    offering=st.sets(st.tuples(st.integers(0, SYSTEMS - 1), st.integers(0, FUNCTIONS - 1)), max_size=4),
)
def test_counts_and_roll_ups_are_those_of_counting_one_by_one(
    many: Repository,
    parents: list[int],
    owners: list[int],
    classes: set[tuple[int, int]],
    serving: set[tuple[int, int, bool]],
    offering: set[tuple[int, int]],
) -> None:
    key = f"m{next(NUMBERS)}"
    rel = (f"{key}:r{number}" for number in count())
    agency_above = {f"a{at}": f"a{(at - 1) // 2}" for at in range(1, AGENCIES)}
    above = {f"c{at}": f"c{parents[at] % at}" for at in range(1, CATEGORIES) if parents[at] % 3}
    owner = {f"f{at}": f"a{each % AGENCIES}" for at, each in enumerate(owners) if each % 5}
    made: list[Operation] = [
        a_model(key),
        *(an_agency(f"{key}:a{at}") for at in range(AGENCIES)),
        *(an_element(f"{key}:c{at}", "ReferenceCategory", attributes={"code": f"C{at}"}) for at in range(CATEGORIES)),
        *(
            an_element(f"{key}:f{at}", "BusinessFunction", owner=f"{key}:{owner[f'f{at}']}" if f"f{at}" in owner else None)
            for at in range(FUNCTIONS)
        ),
        *(a_system(f"{key}:s{at}") for at in range(SYSTEMS)),
        *(an_element(f"{key}:v{one}-{other}", "ApplicationService") for one, other in offering),
    ]  # fmt: skip
    links = [("Composition", whole, part) for part, whole in (above | agency_above).items()]
    links += [("ClassifiedAs", f"f{one}", f"c{other}") for one, other in classes]
    links += [("Realization", f"s{one}", f"v{one}-{other}") for one, other in offering]
    links += [("Serving", f"v{one}-{other}", f"f{other}") for one, other in offering]
    made += [a_relationship(next(rel), kind, f"{key}:{one}", f"{key}:{other}") for kind, one, other in links]
    made += [
        a_relationship(
            next(rel), "Serving", f"{key}:s{one}", f"{key}:f{other}",
            attributes={"extent": "partial" if partial else "full"},
        )
        for one, other, partial in serving
    ]  # fmt: skip
    many.changeset("t", "t", made).apply()

    extents: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for one, other, partial in sorted(serving):
        if extents[f"f{other}"].get(f"s{one}") != "full":
            extents[f"f{other}"][f"s{one}"] = "partial" if partial else "full"
    serves_directly = {one for one, _, _ in serving}
    for one, other in offering:
        if one not in serves_directly:  # else the nearer functions are what it supports
            extents[f"f{other}"][f"s{one}"] = "through"

    def line(node: str, up: dict[str, str]) -> list[str]:
        return [node, *(line(up[node], up) if node in up else [])]

    under: defaultdict[str | None, set[str]] = defaultdict(set)
    for one, other in classes:
        for each in line(f"c{other}", above):
            under[each].add(f"f{one}")
    classified = {f"f{one}" for one, _ in classes}
    under[None] = {f"f{at}" for at in range(FUNCTIONS)} - classified

    def figures(functions: set[str]) -> tuple[int, int, int, int, int]:
        found = [extents[each] for each in functions]
        part = sum(bool(each) and set(each.values()) == {"partial"} for each in found)
        some = sum(bool(each) for each in found)
        return len(found), some, len(found) - some, sum(len(each) > 1 for each in found), part

    def short(uid: str | None) -> str | None:
        return uid and uid.partition(":")[2]

    with many.state() as state:
        by_category = {short(each.category): each for each in coverage(state, model=(key,))}
        expected = {each: figures(some) for each, some in under.items() if some}
        assert {name: _told(row) for name, row in by_category.items()} == expected
        assert all(each.informatization_rate == round(100 * each.with_system / each.functions, 2)
                   for each in by_category.values())  # fmt: skip
        assert {name: each.depth for name, each in by_category.items() if name} == {
            name: len(line(name, above)) - 1 for name in expected if name
        }
        for level in (None, 1, 2):
            rolled: defaultdict[str | None, set[str]] = defaultdict(set)
            for at in range(FUNCTIONS):
                way = line(owner[f"f{at}"], agency_above) if f"f{at}" in owner else [None]
                rolled[way[0] if level is None or len(way) <= level else way[len(way) - level]].add(f"f{at}")
            rows = coverage(state, by="agency", level=level, model=(key,))
            assert {short(row.agency): _told(row) for row in rows} == {
                each: figures(some) for each, some in rolled.items()
            }
            both = coverage(state, by="both", level=level, model=(key,))
            assert {(short(row.category), short(row.agency)): _told(row) for row in both} == {
                (one, other): figures(some & mine)
                for one, some in under.items() for other, mine in rolled.items() if some & mine
            }  # fmt: skip
        listed = {short(row.uid): row for row in function_coverage(state, model=(key,))}
        assert {uid: dict(zip(map(short, row.systems), row.extents, strict=True)) for uid, row in listed.items()} == {
            f"f{at}": extents[f"f{at}"] for at in range(FUNCTIONS)
        }
        for name, row in by_category.items():
            if name is not None:  # the lists behind each figure
                of = {"model": (key,), "category": f"{key}:{name}"}
                assert row.functions == len(function_coverage(state, **of))
                assert row.without_system == len(functions_without_system(state, **of))
                assert row.with_several == len(functions_with_several_systems(state, **of))


def test_the_sample_has_the_gaps_that_it_promises(state: State) -> None:
    assert {each.uid for each in functions_without_system(state)} == {
        "centre:F-PROTOCOL", "finance:F-CONSUMER", "people:F-HERITAGE",
    }  # fmt: skip
    assert [each.stated for each in functions_without_system(state)] == ["no", "no", "no"]
    several = {each.uid: each for each in functions_with_several_systems(state)}
    assert several["land:F-VEHICLE"].agencies == 1
    assert {"finance:LICENSING", "regions:LIN-PERMIT"} <= set(several["finance:F-BUSINESS"].systems)
    assert several["finance:F-BUSINESS"].agencies > 3


def test_the_roots_of_the_sample_are_what_its_records_say(state: State) -> None:
    functions = government().of("BusinessFunction")
    top = next(each for each in coverage(state, reference_model="BRM", depth=0))
    nowhere = next(each for each in coverage(state) if each.category is None)
    assert top.code == "BRM"
    assert (top.functions, nowhere.functions) == (len(functions) - 2, 2)  # the README names the two in no category
    served = {government().concepts[each].fields["target"] for each in government().links("Serving", source=["System"])}
    assert top.with_system + nowhere.with_system == len(served & set(functions))
    tree = nx.DiGraph(
        (government().concepts[each].fields["source"], government().concepts[each].fields["target"])
        for each in government().links("Composition", source=["ReferenceCategory"])
    )
    below = {"reference:BRM.02", *nx.descendants(tree, "reference:BRM.02")}
    row = next(each for each in coverage(state) if each.category == "reference:BRM.02")
    assert row.functions == sum(bool(government().categories_of.get(each, set()) & below) for each in functions)


def _told(row) -> tuple[int, int, int, int, int]:  # type: ignore[no-untyped-def]
    return row.functions, row.with_system, row.without_system, row.with_several, row.in_part_only
