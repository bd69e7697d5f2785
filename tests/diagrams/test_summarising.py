"""Summaries of drawings: every element and every relationship counts once, and the picture says what its boxes are."""

import re
from collections import Counter
from datetime import date
from itertools import cycle
from typing import Any, get_args

import networkx as nx
import pytest

import diagrams
from diagrams.drawing import Drawing, said
from diagrams.summarising import By, strongest
from ea_repo.catalogue import entries
from ea_repo.repository import Repository
from ea_repo.store.operations import Create
from ea_repo.store.query import Query
from ea_repo.store.state import State
from tests.diagrams.drawings import an_edge

SUMMARISED = sorted(
    name for name, each in entries("viewpoint").items() if any(p.name == "collapse" for p in each.parameters)
)


def told(drawing: Any) -> dict[str, Counter[str]]:
    """How many of which type each box says it stands for."""
    found = {}
    for node in drawing.nodes:
        lines = said(node.detail, "en").split("\n") if node.detail else [said(node.name, "en")]
        found[node.id] = Counter(
            {match[2]: int(match[1]) for line in lines if (match := re.match(r"(\d+) × (.+)", line))}
        )
    return found


def test_by_agency_each_box_counts_what_the_agency_owns(government: State) -> None:
    drawing = diagrams.draw(government, "selection", type=("System", "DataSet"), collapse="agency", limit=1_000)
    owned = Counter(each.owner or "nobody" for each in government.iterate(Query(types=("System", "DataSet"))))
    assert {
        node.id: counts.total() for node, counts in zip(drawing.nodes, told(drawing).values(), strict=True)
    } == owned
    between: Counter[tuple[str, str]] = Counter()
    owner = {each.uid: each.owner or "nobody" for each in government.iterate(Query(types=("System", "DataSet")))}
    for line in government.iterate(Query(kind="relationship")):
        ends = owner.get(line.source or ""), owner.get(line.target or "")
        if all(ends) and ends[0] != ends[1]:
            between[ends] += 1  # type: ignore[index]
    drawn = {(edge.source, edge.target): edge.count for edge in drawing.edges}
    assert all(drawn[pair] == between[pair] for pair in drawn)
    assert len(drawn) == min(len(between), 60)


def test_of_more_groups_than_there_is_room_for_the_lightest_stand_in_one_box(government: State) -> None:
    whole = diagrams.draw(government, "selection", collapse="type", limit=1_000)
    few = diagrams.draw(government, "selection", collapse="type", limit=5)
    assert len(few.nodes) == 6
    rest = len(whole.nodes) - 5
    assert f"{rest} more" in [said(node.name, "en") for node in few.nodes]
    notes = " ".join(said(note, "en") for note in few.notes)
    assert f"The 5 of {len(whole.nodes)} boxes that stand for most are shown; the other {rest} stand in one." in notes
    types = {each.uid: each.type for each in government.iterate(Query(kind="element"))}
    weights = Counter(types.values())
    for line in government.iterate(Query(kind="relationship")):
        if line.source in types and line.target in types:
            weights.update({types[line.source], types[line.target]})
    assert {node.id for node in few.nodes if node.kind.notation != "Summary"} == {
        name for name, _ in weights.most_common(5)
    }


def test_many_of_a_type_are_called_as_the_language_does(government: State) -> None:
    """ArchiMate's own types have a plural in English only."""
    drawing = diagrams.draw(government, "selection", collapse="type", limit=1_000)
    called = {lang: {said(node.name, lang) for node in drawing.nodes} for lang in ("en", "id", "ko")}
    assert {"51 × Business functions", "51 × Systems"} & called["en"]
    assert "51 × Fungsi Bisnis" in called["id"]
    assert not [name for name in called["ko"] if "usiness" in name]


def test_communities_are_the_parts_with_few_lines_between_them(sqlite_repository: Repository) -> None:
    """Two rings of friends and one line between them: networkx finds the same two. What has no line is in neither."""
    graph = nx.barbell_graph(5, 0)
    operations = [Create("m", record="model", fields={"name": "M"})]
    operations += [Create(f"m:{at}", "System", {"name": f"System {at}"}) for at in graph.nodes]
    operations += [Create(f"m:alone{at}", "System", {"name": f"Alone {at}"}) for at in range(3)]
    operations += [
        Create(f"m:{one}-{other}", "Flow", {"source": f"m:{one}", "target": f"m:{other}"}) for one, other in graph.edges
    ]
    sqlite_repository.changeset("test", "Rings", operations).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "landscape", collapse="community")
    expected = nx.community.louvain_communities(graph, seed=1)
    assert sorted(len(each) for each in expected) == [5, 5]
    assert sorted(said(node.detail, "en") for node in drawing.nodes) == ["3 × Systems", "5 × Systems", "5 × Systems"]
    assert [edge.count for edge in drawing.edges] == [1]
    names = {said(node.name, "en") for node in drawing.nodes}
    assert names == {"System 4 and 4 more", "System 5 and 4 more", "Without relationships"}


@pytest.mark.parametrize(("name", "by"), list(zip(SUMMARISED, cycle(get_args(By)), strict=False)))
def test_every_viewpoint_of_boxes_and_lines_can_be_summarised(name: str, by: str, government: State) -> None:
    """What is asked about keeps its own box; the picture says what the others stand for; each box has a line or is said."""
    entry = entries("viewpoint")[name]
    drawing = diagrams.draw(government, name, **{**entry.example, "collapse": by})
    assert isinstance(drawing, Drawing)
    assert 1 <= len(drawing.nodes) <= 26
    assert len(drawing.edges) <= 60
    assert "ach box stands for" in " ".join(said(note, "en") for note in drawing.notes)
    plain = diagrams.draw(government, name, **entry.example)
    focus = {node.uid for node in plain.nodes if node.emphasis == "focus"}
    assert focus == {node.uid for node in drawing.nodes if node.emphasis == "focus"}


@pytest.mark.parametrize("by", get_args(By))
@pytest.mark.parametrize(
    ("name", "asked"),
    [("difference", {"from_on": date(2024, 1, 1)}), ("sharing", {"uid": "people:D-PERSON"})],
)
def test_the_boxes_of_a_summary_say_together_what_the_subtitle_says_of_all(
    name: str, asked: dict[str, Any], by: str, government: State
) -> None:
    """Changes and roles: "+ Added: 3" of each box."""
    drawing = diagrams.draw(government, name, **asked, collapse=by, limit=3)
    assert isinstance(drawing, Drawing)
    in_boxes: Counter[str] = Counter()
    for node in drawing.nodes:
        for label, count in re.findall(r"^(.+): (\d+)$", said(node.detail, "en"), re.MULTILINE):
            in_boxes[label] += int(count)
    in_all = {
        label: int(count) for label, count in re.findall(r"([^\s·\d][^:·]*): (\d+)", said(drawing.subtitle, "en"))
    }
    assert in_all
    assert dict(in_boxes) == in_all


def test_of_too_many_lines_the_strongest_are_drawn_and_none_that_alone_holds_a_box() -> None:
    edges = [an_edge(f"{at}", "hub", f"n{at % 4}", count=100 + at) for at in range(12)]
    edges.append(an_edge("last", "hub", "lonely", count=1))
    kept, notes = strongest(edges, 6)
    assert len(kept) == 6
    assert {"n0", "n1", "n2", "n3", "lonely"} == {edge.target for edge in kept}
    assert [said(note, "en") for note in notes] == ["Of 13 lines the 6 that stand for most are drawn."]
    assert strongest(edges, 13) == (edges, ())
