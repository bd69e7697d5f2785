"""NDJSON, GraphML, NumPy and RDF out: read back by what others read them with, and by our own import."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, RDFS, XSD, Graph, Literal, URIRef

from ea_repo.errors import InvalidInput
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export
from ea_repo.repository import Repository
from ea_repo.store.operations import Create
from tests.exchange.bags import ODD, eventful
from tests.factories import a_model, an_agency, uid

WHOLE = Selection(model="gov")


def written(repository: Repository, format: str, selection: Selection = WHOLE, **options: str) -> bytes:
    file = io.BytesIO()
    with repository.state() as state:
        export(state, format, file, selection, options=options)
    return file.getvalue()


def said(repository: Repository, model: str) -> dict[str, Any]:
    """What a model says, by identifier: nothing of keys, versions or numbers."""
    with repository.state() as state:
        found = {}
        for each in (*state.find_all(), *state.folders(), state.model(model)):
            if each.uid.partition(":")[0] == model:
                fields = {name: getattr(each, name) for name in each.__dataclass_fields__}
                kept = {
                    name: value for name, value in fields.items() if name not in ("uid", "model", "version", "written")
                }
                found[each.uid.partition(":")[2]] = json.loads(
                    json.dumps(kept, default=str, sort_keys=True).replace(f'"{model}:', '"own:')
                )
    return found


def test_a_model_comes_back_from_ndjson_as_it_was(repository: Repository, tmp_path: Path) -> None:
    eventful(repository)
    path = tmp_path / "gov.ndjson"
    path.write_bytes(written(repository, "ndjson"))
    import_file(repository, path, model="copy", author="t")
    copied = said(repository, "copy")
    original = said(repository, "gov")
    assert copied.pop("") == {**original.pop(""), "source_identifier": "gov"}
    assert copied == original
    assert import_file(repository, path, model="copy", author="t").changeset is None


def test_ndjson_of_a_selection_and_of_several_models(repository: Repository, tmp_path: Path) -> None:
    eventful(repository)
    repository.changeset("t", "t", [
        a_model("other"), Create("other:x", "Goal"), Create("other:r", "Association", {"source": "other:x", "target": uid("tax")}),
    ]).apply()  # fmt: skip
    everything = [json.loads(line) for line in written(repository, "ndjson", Selection()).splitlines()]
    assert {"other~x", "other~r", "gov~tax"} <= {each["identifier"] for each in everything}
    assert next(each for each in everything if each["identifier"] == "other~r")["target"] == "gov~tax"
    other = [json.loads(line) for line in written(repository, "ndjson", Selection(model="other")).splitlines()]
    assert [each["identifier"] for each in other] == ["other", "x", "r"]
    assert other[2]["target"] == "gov:tax"  # of the repository, as it is not in the file
    one = written(repository, "ndjson", Selection(uids=(uid("tax"), uid("pay")))).splitlines()
    assert {json.loads(line)["identifier"] for line in one} >= {"tax", "pay", "r"}


def test_graphml_is_read_by_networkx(repository: Repository) -> None:
    eventful(repository)
    graph = nx.read_graphml(io.BytesIO(written(repository, "graphml")), force_multigraph=True)
    with repository.state() as state:
        elements = {each.uid for each in state.find_all() if each.kind == "element"}
        edges = {each.uid: (each.source, each.target) for each in state.find_all() if each.kind == "relationship"}
        tax = state.get(uid("tax"))
    assert set(graph.nodes) == elements | {uid("r")}  # at which another relationship ends
    assert {key: (source, target) for source, target, key in graph.edges(keys=True)} == edges
    assert (graph.nodes[uid("tax")]["name"], graph.nodes[uid("tax")]["type"]) == (tax.name, "System")
    assert graph.nodes[uid("fin")]["name"] == ODD
    assert graph.nodes[uid("tax")]["valid_from"] == "2026-01-01"


def test_numpy_arrays_are_loaded_without_pickle_and_hold_the_same_graph(repository: Repository) -> None:
    eventful(repository)
    found = np.load(io.BytesIO(written(repository, "numpy-edges")), allow_pickle=False)
    graph = nx.read_graphml(io.BytesIO(written(repository, "graphml")), force_multigraph=True)
    uids = found["uids"].tolist()
    edges = {
        edge: (uids[source], uids[target])
        for edge, source, target in zip(found["edge_uids"].tolist(), found["source"], found["target"], strict=True)
    }
    assert set(uids) == set(graph.nodes)
    assert edges == {key: (source, target) for source, target, key in graph.edges(keys=True)}
    assert found["type_names"][found["types"][uids.index(uid("tax"))]] == "System"
    empty = np.load(io.BytesIO(written(repository, "numpy-edges", Selection(uids=()))), allow_pickle=False)
    assert (len(empty["uids"]), len(empty["source"])) == (0, 0)


def test_turtle_is_read_by_rdflib_and_says_every_concept(repository: Repository) -> None:
    eventful(repository)
    graph = Graph().parse(data=written(repository, "turtle"), format="turtle")

    def iri(sort: str, name: str) -> URIRef:
        return URIRef(f"urn:ea-repo:{sort}:{name}")

    tax = iri("record", "gov:tax")
    with repository.state() as state:
        concepts = state.find_all()
        stored = state.get(uid("tax"))
    for each in concepts:
        assert (iri("record", each.uid), RDF.type, iri("type", each.type)) in graph
        if each.source is not None and each.target is not None:
            assert (iri("record", each.source), iri("relation", each.type), iri("record", each.target)) in graph
    assert set(graph.objects(tax, RDFS.label)) == {Literal(stored.name), Literal("세금", lang="ko")}
    assert graph.value(tax, iri("property", "owner")) == iri("record", "gov:fin")
    assert graph.value(tax, iri("property", "criticality")) == Literal("vital")
    assert graph.value(tax, iri("property", "valid_from")) == Literal(date(2026, 1, 1), datatype=XSD.date)
    cost = graph.value(tax, iri("property", "yearly_cost"))
    assert float(str(graph.value(cost, iri("property", "amount")))) == 2.5
    assert (iri("type", "System"), RDFS.subClassOf, iri("type", "ApplicationComponent")) in graph
    assert (iri("record", "gov:fin"), RDFS.label, Literal(ODD)) in graph


def test_the_iris_begin_as_is_asked_and_never_change(sqlite_repository: Repository) -> None:
    sqlite_repository.changeset("t", "t", [a_model(), an_agency("과 <a>".replace(" ", "_"))]).apply()
    first = written(sqlite_repository, "turtle", base="https://data.example/ea/")
    graph = Graph().parse(data=first, format="turtle")
    records = {str(each) for each in graph.subjects() if "record" in str(each)}
    assert records == {"https://data.example/ea/record:gov", "https://data.example/ea/record:gov:%EA%B3%BC_%3Ca%3E"}
    assert written(sqlite_repository, "turtle", base="https://data.example/ea/") == first
    with pytest.raises(InvalidInput, match="does not begin an IRI"):
        written(sqlite_repository, "turtle", base="no iri> <x:")


TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12)
CONCEPTS = st.lists(
    st.tuples(TEXTS, TEXTS, st.dictionaries(st.sampled_from(["ko", "ar"]), TEXTS, max_size=2)), min_size=2, max_size=6
)
SMALL_DOSE = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))


@SMALL_DOSE
@given(found=CONCEPTS, joined=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=4))
def test_whatever_is_said_goes_through_ndjson_and_every_reader_of_others(
    sqlite_repository: Repository, tmp_path: Path, found: Any, joined: Any
) -> None:
    with sqlite_repository.state() as state:
        key = f"m{len(state.models())}"
    operations: list[Any] = [a_model(key)]
    for at, (name, description, translations) in enumerate(found):
        told = {
            "name": name,
            "description": description,
            "translations": {lang: {"name": text} for lang, text in translations.items()},
        }
        operations.append(Create(f"{key}:e{at}", "System", told))
    ends = [f"{key}:e{at}" for at in range(len(found))]
    for at, (source, target) in enumerate(joined):
        operations.append(
            Create(
                f"{key}:r{at}", "Association", {"source": ends[source % len(found)], "target": ends[target % len(ends)]}
            )
        )
        ends.append(f"{key}:r{at}")
    sqlite_repository.changeset("t", "t", operations).apply()
    selection = Selection(model=key)
    path = tmp_path / "x.ndjson"
    path.write_bytes(written(sqlite_repository, "ndjson", selection))
    import_file(sqlite_repository, path, model=f"{key}copy", author="t")
    original, copied = said(sqlite_repository, key), said(sqlite_repository, f"{key}copy")
    for each in (original, copied):
        each.pop("")
    assert [_normal(each) for each in copied.values()] == [_normal(each) for each in original.values()]
    Graph().parse(data=written(sqlite_repository, "turtle", selection), format="turtle")
    graph = nx.read_graphml(io.BytesIO(written(sqlite_repository, "graphml", selection)), force_multigraph=True)
    assert graph.number_of_edges() == len(joined)


def _normal(said: dict[str, Any]) -> dict[str, Any]:
    """An empty text says nothing."""
    return {name: value or None for name, value in said.items()}
