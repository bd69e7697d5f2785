"""What the graph viewpoints choose and say, on a government small enough to be worked out by hand."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import diagrams
from diagrams import tree_layout
from diagrams.drawing import Drawing, Edge, Kind, Node, said
from diagrams.relating import pairs_through, reached_through
from ea_repo.analysis.outage import outage
from ea_repo.planning.roadmap.longest_chain import Schedule, Task, _ordered, _weighed
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from tests.diagrams.svg_reading import Reading
from tests.factories import a_model, a_relationship, a_system, an_agency, an_element


def government() -> list[Operation]:
    """Two ministries; a register that others copy, one of them from a copy; a chain from a site up to a service."""
    write = {"access_type": "write", "origin": "collected", "authoritative": True}
    return [
        a_model(),
        an_agency("gov", "Government"), an_agency("fin", "Finance"), an_agency("home", "Home"), an_agency("tax", "Tax"),
        a_relationship("w1", "Composition", "gov", "fin"), a_relationship("w2", "Composition", "gov", "home"),
        a_relationship("w3", "Composition", "fin", "tax"),
        a_system("reg", "Register", owner="home"), a_system("copy", "Copy", owner="fin"),
        a_system("third", "Third", owner="tax"), a_system("own", "Own list", owner="tax"),
        a_system("reader", "Reader", owner="home"),
        an_element("people", "DataSet", "People", owner="home"),
        a_relationship("a1", "Access", "reg", "people", attributes=write),
        a_relationship("a2", "Access", "own", "people", attributes={**write, "authoritative": False}),
        a_relationship("a3", "Access", "reader", "people", attributes={"access_type": "read"}),
        a_relationship("x1", "DataExchange", "reg", "copy", name="Copy", attributes={"data_set": "gov:people"}),
        a_relationship("x2", "DataExchange", "copy", "third", attributes={"data_set": "gov:people"}),
        a_relationship("x3", "DataExchange", "reg", "reader"),
        an_element("site", "DataCentre", "Site", owner="home"), an_element("srv", "Server", "Server", owner="home"),
        an_element("db", "DatabaseInstance", "Database", owner="home"), an_element("net", "Network", "Network"),
        a_relationship("i1", "Serving", "site", "srv"), a_relationship("i2", "Assignment", "srv", "db"),
        a_relationship("i3", "Serving", "db", "reg"), a_relationship("i4", "Serving", "net", "reg"),
        an_element("fun", "BusinessFunction", "Function"), an_element("pay", "PublicService", "Pay", owner="home"),
        a_relationship("s1", "Serving", "reg", "fun"), a_relationship("s2", "Realization", "fun", "pay"),
        an_element("cert", "PublicService", "Certificate", owner="home"), a_relationship("s3", "Serving", "reg", "cert"),
    ]  # fmt: skip


@pytest.fixture
def filled(sqlite_repository: Repository) -> Repository:
    sqlite_repository.changeset("test", "Fill", government()).apply()
    return sqlite_repository


@pytest.fixture
def state(filled: Repository) -> Iterator[State]:
    with filled.state() as opened:
        yield opened


def ranks(drawing: Drawing) -> dict[str, int | None]:
    return {said(node.name, "en"): node.rank for node in drawing.nodes}


def values(drawing: Drawing) -> dict[str, str]:
    """By name of the box, what its colour says."""
    return {said(node.name, "en"): said(node.swatch.label, "en") for node in drawing.nodes if node.swatch}


def lines(drawing: Drawing) -> set[tuple[str, str]]:
    return {(edge.source.removeprefix("gov:"), edge.target.removeprefix("gov:")) for edge in drawing.edges}


# Layers and deployment


def test_a_system_stands_between_its_services_and_what_it_runs_on(state: State) -> None:
    drawing = diagrams.draw(state, "layered", uid="gov:reg")
    assert ranks(drawing) == {
        "Pay": 0,
        "Certificate": 0,
        "Register": 2,
        "Database": 3,
        "Server": 4,
        "Site": 5,
        "Network": 5,
    }
    assert [said(name, "en") for name in drawing.rank_names.values()] == [
        "Services", "Systems", "Databases and software", "Servers and devices", "Sites and networks",
    ]  # fmt: skip
    # The service behind a function is joined through what is not drawn; flows are another picture.
    assert lines(drawing) == {
        ("pay", "reg"), ("reg", "cert"), ("db", "reg"), ("srv", "db"), ("site", "srv"), ("net", "reg"),
    }  # fmt: skip


@pytest.mark.parametrize("uid", ["gov:pay", "gov:home", "gov:site", "gov:db"])
def test_from_wherever_it_is_asked_the_same_stack_is_found(state: State, uid: str) -> None:
    found = ranks(diagrams.draw(state, "layered", uid=uid))
    assert {"Register", "Database", "Server", "Site"} <= found.keys()


def test_deployment_frames_what_stands_in_a_site(state: State) -> None:
    drawing = diagrams.draw(state, "deployment", uid="gov:reg")
    (frame,) = drawing.clusters
    assert (frame.uid, {said(node.name, "en") for node in drawing.nodes if node.cluster == frame.id}) == (
        "gov:site", {"Server"},
    )  # fmt: skip
    assert "Site" not in ranks(drawing)
    assert said(diagrams.draw(state, "deployment", uid="gov:site").title, "en") == "What runs on Site"


def test_without_an_element_each_site_says_whose_systems_run_there(state: State) -> None:
    drawing = diagrams.draw(state, "deployment")
    assert [(said(node.name, "en"), said(node.detail, "en")) for node in drawing.nodes] == [("Home", "1 system")]


# Data


def test_sharing_tells_source_copies_second_hand_and_who_collects_once_more(state: State) -> None:
    drawing = diagrams.draw(state, "sharing", uid="gov:people")
    assert values(drawing) == {
        "Register": "Source", "Own list": "Collects it too", "Copy": "From a source", "Third": "Second hand",
        "Reader": "Uses it",
    }  # fmt: skip
    assert ranks(drawing) == {"People": 0, "Register": 1, "Own list": 1, "Copy": 2, "Reader": 2, "Third": 3}


def test_who_hands_on_what_he_is_not_known_to_have_is_told_apart(sqlite_repository: Repository) -> None:
    operations = [
        a_model(), an_element("people", "DataSet"), a_system("a"), a_system("b"),
        a_relationship("x", "DataExchange", "a", "b", attributes={"data_set": "gov:people"}),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        found = values(diagrams.draw(state, "sharing", uid="gov:people"))
    assert found == {"a": "Gives it, origin not recorded", "b": "Second hand"}


def test_data_flow_of_an_agency_has_givers_left_and_receivers_right(state: State) -> None:
    drawing = diagrams.draw(state, "data-flow", uid="gov:fin")
    # Tax is below Finance: the flow from Copy to Third stays inside.
    assert ranks(drawing) == {"Home": 0, "Copy": 1, "Third": 1}
    assert {said(edge.name, "en") for edge in drawing.edges} == {"People"}
    only = diagrams.draw(state, "data-flow", data="gov:people")
    assert lines(only) == {("reg", "copy"), ("copy", "third")}
    agencies = diagrams.draw(state, "data-flow", by="agency")
    assert lines(agencies) == {("home", "fin"), ("fin", "tax")}


# Outage


def test_an_outage_draws_what_the_question_answers_round_by_round(state: State) -> None:
    drawing = diagrams.draw(state, "outage", uid=("gov:site",))
    answer = {each.uid: each for each in outage(state, ("gov:site",))}
    drawn = {node.uid: node for node in drawing.nodes if node.uid != "gov:site"}
    assert drawn.keys() == answer.keys()
    assert {uid: node.rank for uid, node in drawn.items()} == {uid: each.round for uid, each in answer.items()}
    words = {"stops": "Stops", "degrades": "Degraded", "hit": "Hit, carries on"}
    assert {uid: said(node.swatch.label, "en") for uid, node in drawn.items() if node.swatch} == {
        uid: words[each.effect] for uid, each in answer.items()
    }


# Agencies


def test_the_tree_joins_each_agency_to_the_one_above(state: State) -> None:
    drawing = diagrams.draw(state, "agency-tree")
    assert lines(drawing) == {("gov", "fin"), ("gov", "home"), ("fin", "tax")}
    detail = {said(node.name, "en"): said(node.detail, "en") for node in drawing.nodes}
    assert detail == {"Government": "", "Finance": "1 system", "Home": "2 systems", "Tax": "2 systems"}
    top = diagrams.draw(state, "agency-tree", uid="gov:fin")
    assert set(ranks(top)) == {"Finance", "Tax"}
    flat = diagrams.draw(state, "agency-tree", depth=1)
    assert {said(node.name, "en"): said(node.detail, "en") for node in flat.nodes}[
        "Finance"
    ] == "1 system · 1 agency below"
    assert said(flat.notes[0], "en").startswith("3 of 4 agencies")


def test_what_stands_below_one_top_stands_side_by_side_where_others_need_more_room(
    sqlite_repository: Repository,
) -> None:
    agencies = [an_agency(name) for name in ("top", "left", "right", *(f"alone{at}" for at in range(20)))]
    parts = [a_relationship(f"has-{name}", "Composition", "top", name) for name in ("left", "right")]
    sqlite_repository.changeset("t", "t", [a_model(), *agencies, *parts]).apply()
    with sqlite_repository.state() as state:
        reading = Reading(diagrams.render(diagrams.draw(state, "agency-tree"), "svg", embed_font=False))
    boxes = {thing.uid: thing.box for thing in reading.things("node")}
    assert boxes["gov:left"].top == boxes["gov:right"].top > boxes["gov:top"].bottom


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_no_line_of_a_tree_runs_through_a_box(parents: list[int]) -> None:
    """Any tree, any forest, circles too: boxes apart, every line at right angles and only at its own two boxes."""
    kind = Kind("BusinessActor")
    nodes = tuple(Node(f"n{at}", "x" * at, kind) for at in range(len(parents)))
    edges = tuple(
        Edge(f"e{at}", f"n{parent}", f"n{at}", Kind("Composition"))
        for at, parent in enumerate(parents)
        if parent < len(parents) and parent != at
    )
    sizes = {node.id: (120.0 + at % 5 * 12, 50.0 + at % 3 * 15) for at, node in enumerate(nodes)}
    placed = tree_layout.place(Drawing("t", nodes, edges), sizes)
    rects = list(placed.nodes.items())
    assert len(rects) == len(nodes)
    for at, (_, rect) in enumerate(rects):
        assert not any(rect.overlaps(other) for _, other in rects[at + 1 :])
    ends = {edge.id: (edge.source, edge.target) for edge in edges}
    for name, path in placed.edges.items():
        corners = [path.start, *(step[-1] for step in path.steps)]
        for (x1, y1), (x2, y2) in pairwise(corners):
            assert abs(x1 - x2) < 0.01 or abs(y1 - y2) < 0.01
            for box, rect in rects:
                inner = rect.grow(-1)
                crosses = (
                    min(x1, x2) < inner.right
                    and max(x1, x2) > inner.x
                    and min(y1, y2) < inner.bottom
                    and max(y1, y2) > inner.y
                )
                assert not crosses or box in ends[name]


# Critical path


def test_the_longest_chain_of_initiatives_and_the_slack_of_others(sqlite_repository: Repository) -> None:
    def initiative(name: str, begins: str, ends: str) -> Create:
        return an_element(name, "Initiative", name, attributes={"starts_on": begins, "ends_on": ends})

    operations = [
        a_model(),
        initiative("a", "2026-01-01", "2026-01-10"), initiative("b", "2026-01-11", "2026-01-30"),
        initiative("c", "2026-01-05", "2026-01-09"), initiative("d", "2026-02-01", "2026-02-10"),
        initiative("alone", "2026-01-01", "2027-01-01"),
        a_relationship("ab", "Triggering", "a", "b"), a_relationship("ac", "Triggering", "a", "c"),
        a_relationship("bd", "Triggering", "b", "d"), a_relationship("cd", "Triggering", "c", "d"),
        a_relationship("da", "Triggering", "d", "a"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "critical-path")
    # a 10 + b 20 + d 10 days; through c it is 25, which leaves 15. d before a would close a circle.
    assert values(drawing) == {
        "a": "Longest chain", "b": "Longest chain", "d": "Longest chain", "c": "Has slack", "alone": "No dependencies",
    }  # fmt: skip
    assert {said(node.value, "en") for node in drawing.nodes} == {
        "Longest chain: 10 days", "Longest chain: 20 days", "5 days, slack 15 days", "366 days",
    }  # fmt: skip
    assert "3 of them and takes 40 days" in said(drawing.subtitle, "en")
    assert said(drawing.notes[0], "en") == "1 dependency closes a circle and is left out."
    early = {edge.uid: said(edge.name, "en") for edge in drawing.edges if edge.swatch}
    assert early == {"gov:ac": "begins too early"}
    # What only a line shows is a line in the legend, not a box.
    shown = {said(entry.kind.label, "en"): entry.shape for entry in drawing.legend if entry.swatch}
    assert shown == {
        "Longest chain": "swatch",
        "Has slack": "swatch",
        "No dependencies": "swatch",
        "begins too early": "edge",
    }


def test_the_letters_at_a_line_are_explained_where_they_stand(sqlite_repository: Repository) -> None:
    waiting = {"dependency_kind": "finish_to_finish", "lag_days": 5}
    operations = [
        a_model(),
        *(an_element(name, "Initiative", name) for name in "abc"),
        a_relationship("ab", "Triggering", "a", "b"),
        a_relationship("bc", "Triggering", "b", "c", attributes=waiting),
    ]
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "critical-path")
    assert {edge.uid: said(edge.name, "en") for edge in drawing.edges} == {"gov:ab": "", "gov:bc": "FF+5"}
    assert [said(note, "en").partition(":")[0] for note in drawing.notes] == ["FF", "+5, -5"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(1, 50), min_size=2, max_size=9),
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=20),
)
def test_the_longest_chain_is_the_one_networkx_finds(days: list[int], pairs: list[tuple[int, int]]) -> None:
    first = date(2026, 1, 1).toordinal()
    tasks = {
        f"t{at}": Task(_concept(f"t{at}"), date.fromordinal(first), date.fromordinal(first + length - 1))
        for at, length in enumerate(days)
    }
    lines_ = [
        _concept(f"r{at}", f"t{one}", f"t{other}")
        for at, (one, other) in enumerate(pairs)
        if one < other < len(days)  # without circles
    ]
    order, kept, closing = _ordered(tasks, lines_)
    assert not closing
    found: Schedule = _weighed(tasks, order, kept, closing)
    graph = nx.DiGraph()
    for line in lines_:
        graph.add_edge(line.source, line.target, days=tasks[line.target or ""].days)
    longest = 0
    for source in graph:
        for target in graph:
            for way in nx.all_simple_paths(graph, source, target):
                longest = max(longest, sum(tasks[uid].days for uid in way))
    assert found.days == longest
    joined = set(graph)
    for uid in joined:
        through = [
            sum(tasks[each].days for each in way)
            for source in graph
            for target in graph
            for way in nx.all_simple_paths(graph, source, target)
            if uid in way
        ]
        assert found.tasks[uid].slack == longest - max(through)


def _concept(uid: str, source: str | None = None, target: str | None = None) -> Concept:
    kind = "element" if source is None else "relationship"
    return Concept(uid, kind, "Initiative", "gov", uid, source=source, target=target)  # type: ignore[arg-type]


# Metamodel


def test_the_metamodel_counts_what_is_recorded_between_types(state: State) -> None:
    drawing = diagrams.draw(state, "metamodel", type=("System", "DataSet", "PublicService"))
    elements = {each.uid: each for each in state.find_all()}
    counted = Counter(
        (elements[each.source].type, each.type, elements[each.target].type)
        for each in elements.values()
        if each.source and each.target
    )
    drawn = {edge.id: said(edge.name, "en") for edge in drawing.edges if not edge.id.endswith(" refines")}
    assert drawn == {
        "System Access DataSet": f"Access · {counted['System', 'Access', 'DataSet']}",
        "System DataExchange System": f"Data exchange · {counted['System', 'DataExchange', 'System']}",
        "System Serving PublicService": f"Serving · {counted['System', 'Serving', 'PublicService']}",
    }
    assert {edge.target for edge in drawing.edges if edge.id.endswith(" refines")} == {
        "ApplicationComponent", "DataObject", "BusinessService",
    }  # fmt: skip


def test_the_metamodel_tells_what_the_standard_allows(state: State) -> None:
    drawing = diagrams.draw(state, "metamodel", type=("System", "DataSet"), relationships="allowed", refinements=False)
    told = {(edge.source, edge.target): said(edge.tooltip, "en").split("\n") for edge in drawing.edges}
    assert told["System", "DataSet"] == ["Access"]
    assert ("DataSet", "System") not in told
    for (source, target), names in told.items():
        assert all(state.metamodel.permitted(source, name, target) for name in names)


# Difference


def test_a_difference_marks_what_is_added_removed_and_changed(filled: Repository) -> None:
    filled.changeset("t", "t", [
        Delete("gov:x2"), Update("gov:copy", {"name": "Copied", "attributes": {"criticality": "vital"}}),
        a_system("new", "New", owner="fin"), a_relationship("f", "DataExchange", "copy", "new"),
        Delete("gov:a2"), Delete("gov:own"),
    ]).apply()  # fmt: skip
    with filled.state() as state:
        drawing = diagrams.draw(state, "difference", from_as_of=1)
    assert values(drawing) == {
        "New": "+ Added", "Own list": "− Removed", "Copied": "± Changed", "Third": "Itself unchanged",
        "People": "Itself unchanged",
    }  # fmt: skip
    (copied,) = (node for node in drawing.nodes if node.uid == "gov:copy")
    assert said(copied.value, "en") == "± Changed: name, Criticality"
    (gone,) = (node for node in drawing.nodes if node.uid == "gov:own")
    assert gone.swatch is not None
    assert gone.swatch.dashed
    signs = {edge.uid: said(edge.name, "en") for edge in drawing.edges}
    assert signs == {"gov:x2": "−", "gov:f": "+", "gov:a2": "−"}
    assert "from changeset 1 to changeset 2" in said(drawing.subtitle, "en")


def test_a_difference_by_date_and_by_draft(filled: Repository) -> None:
    filled.changeset("t", "t", [a_system("late", "Late", owner="fin", valid_from="2028-01-01")]).apply()
    with filled.state(on=date(2029, 1, 1)) as state:
        drawing = diagrams.draw(state, "difference", from_on=date(2027, 1, 1))
    assert values(drawing) == {"Late": "+ Added"}
    assert "from 2027-01-01 to 2029-01-01" in said(drawing.subtitle, "en")
    draft = filled.changeset("t", "t", [Update("gov:reg", {"name": "Renamed"})]).save()
    with filled.state(draft=draft.id) as state:
        drawing = diagrams.draw(state, "difference")
    assert values(drawing) == {"Renamed": "± Changed"}
    assert f"from the present to draft {draft.id}" in said(drawing.subtitle, "en")


def test_without_any_difference_the_drawing_says_so(state: State) -> None:
    drawing = diagrams.draw(state, "difference", from_as_of=state.number)
    assert (drawing.nodes, [said(note, "en") for note in drawing.notes]) == ((), ["Nothing changes."])


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_what_many_lead_to_at_once_is_what_each_leads_to_alone(state: State, data: st.DataObject) -> None:
    names = sorted(each.uid for each in state.iterate(Query(kind="element")))
    kinds = st.lists(
        st.sampled_from(["System", "Server", "BusinessFunction", "DataCentre", "DatabaseInstance"]), max_size=3
    )
    wanted = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=6))
    side = data.draw(st.sampled_from(["dependents", "dependencies"]))
    through, types = data.draw(kinds), data.draw(kinds)
    alone = {(uid, other) for uid in wanted for other in reached_through(state, [uid], side, through, types)[1]}
    assert set(pairs_through(state, wanted, side, through, types)) == alone
