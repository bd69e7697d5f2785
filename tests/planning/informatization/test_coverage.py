"""Coverage against a count by hand on random architectures and on the sample's own records."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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
#: Functions by what they are counted under; None for those that stand nowhere.
Groups = Mapping[str | None, set[str]]


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


@dataclass(frozen=True)
class Architecture:
    """A random one, by numbers; what is counted here goes one by one through sets."""

    parents: list[int]
    owners: list[int]
    classes: set[tuple[int, int]]
    serving: set[tuple[int, int, bool]]
    offering: set[tuple[int, int]]

    @property
    def agency_above(self) -> dict[str, str]:
        return {f"a{at}": f"a{(at - 1) // 2}" for at in range(1, AGENCIES)}

    @property
    def category_above(self) -> dict[str, str]:
        return {f"c{at}": f"c{self.parents[at] % at}" for at in range(1, CATEGORIES) if self.parents[at] % 3}

    @property
    def owner(self) -> dict[str, str]:
        return {f"f{at}": f"a{each % AGENCIES}" for at, each in enumerate(self.owners) if each % 5}

    def operations(self, key: str) -> list[Operation]:
        def owner_of(function: str) -> str | None:
            return f"{key}:{self.owner[function]}" if function in self.owner else None

        categories = range(CATEGORIES)
        functions = (f"f{at}" for at in range(FUNCTIONS))
        return [
            a_model(key),
            *(an_agency(f"{key}:a{at}") for at in range(AGENCIES)),
            *(an_element(f"{key}:c{at}", "ReferenceCategory", attributes={"code": f"C{at}"}) for at in categories),
            *(an_element(f"{key}:{each}", "BusinessFunction", owner=owner_of(each)) for each in functions),
            *(a_system(f"{key}:s{at}") for at in range(SYSTEMS)),
            *(an_element(f"{key}:v{one}-{other}", "ApplicationService") for one, other in self.offering),
            *(
                a_relationship(f"{key}:r{number}", kind, f"{key}:{one}", f"{key}:{other}", attributes=said)
                for number, (kind, one, other, said) in enumerate(self._links())
            ),
        ]

    def _links(self) -> Iterator[tuple[str, str, str, dict[str, str]]]:
        for part, whole in (self.category_above | self.agency_above).items():
            yield "Composition", whole, part, {}
        for one, other in self.classes:
            yield "ClassifiedAs", f"f{one}", f"c{other}", {}
        for one, other in self.offering:
            yield "Realization", f"s{one}", f"v{one}-{other}", {}
            yield "Serving", f"v{one}-{other}", f"f{other}", {}
        for one, other, partial in self.serving:
            yield "Serving", f"s{one}", f"f{other}", {"extent": "partial" if partial else "full"}

    def extents(self) -> Mapping[str, dict[str, str]]:
        """Of each function, how far which system supports it."""
        found: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for one, other, partial in sorted(self.serving):
            if found[f"f{other}"].get(f"s{one}") != "full":
                found[f"f{other}"][f"s{one}"] = "partial" if partial else "full"
        serves_directly = {one for one, _, _ in self.serving}
        for one, other in self.offering:
            if one not in serves_directly:  # else the nearer functions are what it supports
                found[f"f{other}"][f"s{one}"] = "through"
        return found

    def by_category(self) -> Groups:
        found: defaultdict[str | None, set[str]] = defaultdict(set)
        for one, other in self.classes:
            for each in line(f"c{other}", self.category_above):
                found[each].add(f"f{one}")
        found[None] = {f"f{at}" for at in range(FUNCTIONS)} - {f"f{one}" for one, _ in self.classes}
        return {each: some for each, some in found.items() if some}

    def by_agency(self, level: int | None) -> Groups:
        found: defaultdict[str | None, set[str]] = defaultdict(set)
        for at in range(FUNCTIONS):
            way = line(self.owner[f"f{at}"], self.agency_above) if f"f{at}" in self.owner else [None]
            found[way[0] if level is None or len(way) <= level else way[len(way) - level]].add(f"f{at}")
        return found

    def figures(self, functions: set[str]) -> tuple[int, int, int, int, int]:
        found = [self.extents()[each] for each in functions]
        part = sum(bool(each) and set(each.values()) == {"partial"} for each in found)
        some = sum(bool(each) for each in found)
        return len(found), some, len(found) - some, sum(len(each) > 1 for each in found), part


def line(node: str, up: dict[str, str]) -> list[str]:
    return [node, *(line(up[node], up) if node in up else [])]


def short(uid: str | None) -> str | None:
    return uid and uid.partition(":")[2]


ARCHITECTURES = st.builds(
    Architecture,
    parents=st.lists(numbers, min_size=CATEGORIES, max_size=CATEGORIES),
    owners=st.lists(numbers, min_size=FUNCTIONS, max_size=FUNCTIONS),
    classes=st.sets(st.tuples(st.integers(0, FUNCTIONS - 1), st.integers(0, CATEGORIES - 1)), max_size=10),
    serving=st.sets(st.tuples(st.integers(0, SYSTEMS - 1), st.integers(0, FUNCTIONS - 1), st.booleans()), max_size=12),
    offering=st.sets(st.tuples(st.integers(0, SYSTEMS - 1), st.integers(0, FUNCTIONS - 1)), max_size=4),
)


@SMALL_DOSE
@given(made=ARCHITECTURES)
def test_counts_and_roll_ups_are_those_of_counting_one_by_one(many: Repository, made: Architecture) -> None:
    key = f"m{next(NUMBERS)}"
    many.changeset("t", "t", made.operations(key)).apply()
    expected = made.by_category()
    with many.state() as state:
        rows = {short(each.category): each for each in coverage(state, model=(key,))}
        assert {name: _told(row) for name, row in rows.items()} == {
            name: made.figures(some) for name, some in expected.items()
        }
        for name, row in rows.items():
            assert row.informatization_rate == round(100 * row.with_system / row.functions, 2)
            assert name is None or row.depth == len(line(name, made.category_above)) - 1
        for level in (None, 1, 2):
            rolled = made.by_agency(level)
            assert {
                short(row.agency): _told(row) for row in coverage(state, by="agency", level=level, model=(key,))
            } == {agency: made.figures(some) for agency, some in rolled.items()}
            both = coverage(state, by="both", level=level, model=(key,))
            assert {(short(row.category), short(row.agency)): _told(row) for row in both} == {
                (one, other): made.figures(some & mine)
                for one, some in expected.items()
                for other, mine in rolled.items()
                if some & mine
            }


@SMALL_DOSE
@given(made=ARCHITECTURES)
def test_the_list_behind_each_figure_has_as_many_functions_as_it_says(many: Repository, made: Architecture) -> None:
    key, extents = f"m{next(NUMBERS)}", made.extents()
    many.changeset("t", "t", made.operations(key)).apply()
    with many.state() as state:
        listed = {short(row.uid): row for row in function_coverage(state, model=(key,))}
        assert {uid: dict(zip(map(short, row.systems), row.extents, strict=True)) for uid, row in listed.items()} == {
            f"f{at}": extents[f"f{at}"] for at in range(FUNCTIONS)
        }
        for row in coverage(state, model=(key,)):
            if row.category is not None:
                assert row.functions == len(function_coverage(state, model=(key,), category=row.category))
                assert row.without_system == len(functions_without_system(state, model=(key,), category=row.category))
                assert row.with_several == len(
                    functions_with_several_systems(state, model=(key,), category=row.category)
                )


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
