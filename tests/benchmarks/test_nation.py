"""The made-up nation: the same each time, as large as asked, believable, and within the standard."""

import gzip
import io
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

from benchmarks.nation import Nation, load, write, write_file
from benchmarks.nation_facts import SORTS, WIRINGS
from ea_repo import open_repository
from ea_repo.exchange.importing import import_file
from ea_repo.metamodel import standard

_ELEMENTS = 10_000


@pytest.fixture(scope="module")
def lines() -> list[dict[str, Any]]:
    return list(Nation(_ELEMENTS).lines())


@pytest.fixture(scope="module")
def elements(lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["identifier"]: line for line in lines if line["record"] == "element"}


@pytest.fixture(scope="module")
def relationships(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["record"] == "relationship"]


def _bytes(nation: Nation) -> bytes:
    file = io.BytesIO()
    write(nation, file)
    return file.getvalue()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    made = _bytes(Nation(2_000, seed=4))
    assert made == _bytes(Nation(2_000, seed=4))
    assert made != _bytes(Nation(2_000, seed=5))
    for name in ("one.ndjson.gz", "two.ndjson.gz"):
        write_file(Nation(2_000, seed=4), tmp_path / name)
    packed = (tmp_path / "one.ndjson.gz").read_bytes()
    assert packed == (tmp_path / "two.ndjson.gz").read_bytes()
    assert gzip.decompress(packed) == made


@pytest.mark.parametrize("elements", [200, 1_000, 10_000])
def test_there_are_as_many_elements_and_relationships_as_asked(elements: int) -> None:
    records = Counter(line["record"] for line in Nation(elements).lines())
    assert (records["element"], records["relationship"]) == (elements, 3 * elements)


def test_the_full_scale_has_600_agencies_and_30_000_systems() -> None:
    nation = Nation()
    assert (nation.sizes["agency"], nation.sizes["system"]) == (600, 30_000)
    assert sum(nation.sizes.values()) == 1_000_000
    assert sum(nation.wired) + 599 == 3_000_000
    assert sum(sort.share for sort in SORTS) == 1_000_000
    assert sum(wiring.share for wiring in WIRINGS) + 599 == 3_000_000


def test_a_nation_goes_straight_into_a_database(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'nation.db'}"
    assert load(Nation(500), database, "nation").counts["relationship"]["created"] == 1_500
    file = tmp_path / "nation.ndjson"
    write_file(Nation(500), file)
    with open_repository(database) as repository:
        assert import_file(repository, file, model="nation", author="tester").changeset is None


def test_too_small_a_nation_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 200"):
        list(Nation(20).lines())


def test_agencies_are_one_tree(relationships: list[dict[str, Any]], elements: dict[str, dict[str, Any]]) -> None:
    whole_of = {each["target"]: each["source"] for each in relationships if each["target"].startswith("agency-")}
    agencies = {identifier for identifier, each in elements.items() if each["type"] == "Agency"}
    assert agencies - whole_of.keys() == {"agency-0"}
    tree = nx.DiGraph([(whole, part) for part, whole in whole_of.items()])
    assert nx.is_arborescence(tree)
    assert max(degree for _, degree in tree.out_degree()) > 5


def test_every_relationship_is_permitted_and_every_attribute_is_what_its_type_has(
    lines: list[dict[str, Any]], elements: dict[str, dict[str, Any]]
) -> None:
    metamodel = standard()
    for line in lines:
        if line["record"] == "relationship":
            types = elements[line["source"]]["type"], line["type"], elements[line["target"]]["type"]
            assert metamodel.permitted(*types), types
            assert line["source"] != line["target"]
        if line["record"] in ("element", "relationship"):
            named = {name: value for name, value in line.get("attributes", {}).items() if not _is_link(line, name)}
            assert metamodel.normalise(line["type"], named) == named


def _is_link(line: dict[str, Any], name: str) -> bool:
    return standard().attributes(line["type"])[name].kind.name == "reference"


def test_references_and_owners_name_what_is_there(
    lines: list[dict[str, Any]], elements: dict[str, dict[str, Any]]
) -> None:
    metamodel = standard()
    for line in lines:
        if line["record"] == "element" and line["type"] != "Agency":
            assert elements[line["owner"]]["type"] == "Agency"
        for name, value in line.get("attributes", {}).items():
            if _is_link(line, name):
                target = metamodel.attributes(line["type"])[name].target
                for each in value if isinstance(value, list) else [value]:
                    assert elements[each]["type"] in metamodel.descendants(str(target))


def test_a_few_are_relied_on_by_very_many(relationships: list[dict[str, Any]]) -> None:
    degrees = Counter(each["source"] for each in relationships)
    ranked = [count for _, count in degrees.most_common()]
    mean = len(relationships) / _ELEMENTS
    assert ranked[0] > 50 * mean
    assert sum(ranked[: _ELEMENTS // 100]) > 0.2 * len(relationships)


def test_there_are_some_cycles_and_most_is_in_none(
    relationships: list[dict[str, Any]], elements: dict[str, dict[str, Any]]
) -> None:
    metamodel = standard()
    relying = nx.DiGraph()
    relying.add_nodes_from(elements)
    for each in relationships:
        side = str(metamodel.dependent(each["type"], each.get("attributes", {})))
        if side == "source":
            relying.add_edge(each["source"], each["target"])
        elif side == "target":
            relying.add_edge(each["target"], each["source"])
    knots = [knot for knot in nx.strongly_connected_components(relying) if len(knot) > 1]
    assert len(knots) > 3
    assert sum(map(len, knots)) < 0.05 * _ELEMENTS


def test_some_stand_in_for_each_other_and_some_end(lines: list[dict[str, Any]]) -> None:
    groups = Counter(line["target"] for line in lines if "redundancy_group" in line.get("attributes", {}))
    assert any(count > 1 for count in groups.values())
    for field in ("valid_from", "valid_until", "owner", "translations"):
        assert any(field in line for line in lines)
    said = {name for line in lines for name in line.get("attributes", {})}
    assert {"end_of_support", "criticality", "yearly_cost", "agreement", "redundancy_needed"} <= said
