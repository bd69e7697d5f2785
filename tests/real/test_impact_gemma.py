"""Impact in GEMMA, the reference architecture of Dutch municipalities, against networkx on its raw files.

Nothing of the project reads the files for the expected answer: plain ElementTree and the rules of ArchiMate 3.2 do.
"""

import json
import random
import shutil
import tarfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from ea_repo.analysis.dependencies import dependencies
from ea_repo.analysis.impact import impact
from ea_repo.cli.main import main
from ea_repo.exchange.importing import import_file
from ea_repo.repository import Repository, open_repository

ARCHIVE = Path(__file__).parents[2] / ".." / "shared" / "corpus" / "gemma-grafico.tar.gz"
pytestmark = pytest.mark.skipif(not ARCHIVE.exists(), reason=f"{ARCHIVE} is not here")

#: Which end needs the other; Archi's numbers for kinds of access are write, read, unspecified, read and write.
SOURCE_NEEDS_TARGET = {"Aggregation", "Composition", "Specialization"}
TARGET_NEEDS_SOURCE = {"Assignment", "Realization", "Serving", "Triggering", "Flow"}
ACCESS_NEEDS = {"0": "t", "1": "s", "2": "s", "3": "st"}


@pytest.fixture(scope="module")
def needs() -> "nx.MultiDiGraph[str]":
    """From every concept to what it needs, keyed by relationship, of the raw files."""
    elements, relationships = set(), {}
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            content = archive.extractfile(member) if member.name.endswith(".xml") else None
            if content is None or member.name.endswith("/folder.xml"):
                continue
            root = ElementTree.fromstring(content.read())
            name = root.tag.rpartition("}")[2]
            if name.endswith("Relationship"):
                relationships[root.attrib["id"]] = (name.removesuffix("Relationship"), root)
            elif not name.endswith("Model"):
                elements.add(root.attrib["id"])
    assert (len(elements), len(relationships)) == (3_006, 6_257)
    return graph_of(elements, relationships)


def graph_of(elements: set[str], relationships: dict[str, tuple[str, ElementTree.Element]]) -> "nx.MultiDiGraph[str]":
    found: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    found.add_nodes_from(elements)
    ends = {key: (end(root, "source"), end(root, "target")) for key, (_, root) in relationships.items()}
    attached = {each for pair in ends.values() for each in pair} & relationships.keys()
    for key, (name, root) in relationships.items():
        source, target = ends[key]
        needing = needing_ends(name, root)
        if "s" in needing:
            found.add_edge(source, target, key=key)
        if "t" in needing:
            found.add_edge(target, source, key=key)
        if key in attached:
            found.add_edge(key, source, key=key)
            found.add_edge(key, target, key=key)
    return found


def end(root: ElementTree.Element, name: str) -> str:
    found = root.find(name)
    assert found is not None
    return found.attrib["href"].rpartition("#")[2]


def needing_ends(name: str, root: ElementTree.Element) -> str:
    if name == "Access":
        return ACCESS_NEEDS[root.get("accessType", "0")]
    if name == "Association":
        return "s" if root.get("directed") == "true" else ""
    return ("s" if name in SOURCE_NEEDS_TARGET else "") + ("t" if name in TARGET_NEEDS_SOURCE else "")


@pytest.fixture(scope="module")
def asked(needs: "nx.MultiDiGraph[str]") -> list[str]:
    """The five concepts that most need directly, and five others that something needs."""
    in_order = sorted(needs, key=lambda key: (-needs.in_degree(key), key))
    needed = sorted(key for key in needs if needs.in_degree(key) > 0)
    return in_order[:5] + random.Random(3).sample(needed, 5)


@pytest.fixture(scope="module")
def gemma(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    path = tmp_path_factory.mktemp("gemma") / "gemma.db"
    shutil.copyfile(sqlite_template, path)
    with open_repository(str(path)) as repository:
        import_file(repository, ARCHIVE, model="gemma", author="tester")
        yield repository


def distances(graph: "nx.MultiDiGraph[str]", key: str, depth: int | None = None) -> dict[str, int]:
    far = nx.single_source_shortest_path_length(graph, key, cutoff=depth)
    return {f"gemma:{other}": distance for other, distance in far.items() if other != key}


@pytest.mark.parametrize("depth", [None, 1, 2])
def test_impact_equals_what_networkx_finds_in_the_raw_files(
    gemma: Repository, needs: "nx.MultiDiGraph[str]", asked: list[str], depth: int | None
) -> None:
    needed_by = needs.reverse()
    assert sum(len(distances(needed_by, key)) for key in asked) > 1_000
    with gemma.state() as state:
        for key in asked:
            found = impact(state, f"gemma:{key}", depth=depth)
            assert {each.uid: each.distance for each in found} == distances(needed_by, key, depth)
            needed = dependencies(state, f"gemma:{key}", depth=depth)
            assert {each.uid: each.distance for each in needed} == distances(needs, key, depth)


def test_every_chain_is_made_of_relationships_of_the_raw_files(
    gemma: Repository, needs: "nx.MultiDiGraph[str]", asked: list[str]
) -> None:
    with gemma.state() as state:
        for each in impact(state, f"gemma:{asked[0]}"):
            steps = [
                tuple(uid.removeprefix("gemma:") for uid in (step.from_uid, step.to_uid, step.relationship))
                for step in each.chain
            ]
            assert all(needs.has_edge(further, nearer, key=by) for nearer, further, by in steps)
            assert all(one[1] == other[0] for one, other in pairwise(steps))
            assert (steps[0][0], f"gemma:{steps[-1][1]}", len(steps)) == (asked[0], each.uid, each.distance)


def test_the_command_prints_the_same_as_json(
    gemma: Repository, needs: "nx.MultiDiGraph[str]", asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    for key in asked:
        assert main(["--database", f"sqlite:///{gemma.url.database}", "impact", f"gemma:{key}", "--json"]) == 0
        found = {each["uid"]: each["distance"] for each in json.loads(capsys.readouterr().out)["items"]}
        assert found == distances(needs.reverse(), key)
