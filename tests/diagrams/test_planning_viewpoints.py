"""Drawings of the projects: what they show is what is counted apart, in the sample's tables, by hand, or by another report."""

import csv
import math
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import diagrams
from diagrams.chart import Chart
from diagrams.charts.bars import Bars
from diagrams.charts.matrix import Matrix
from diagrams.charts.radar import Outline, Radar, Ring, Spoke
from diagrams.drawing import Swatch, said
from diagrams.marks import Shape
from ea_repo import sample
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.planning.index.index_ranking import index_ranking
from ea_repo.planning.index.index_score import index_score
from ea_repo.planning.index.rounds import assess
from ea_repo.planning.resources.running_cost import running_cost
from ea_repo.repository import Repository, open_repository
from ea_repo.store.state import State
from tests.diagrams.test_charts import HOSTILE, assert_sound, read
from tests.factories import a_model, an_agency, an_element

TODAY = date(2026, 11, 27)


@pytest.fixture(scope="module")
def state(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    path = tmp_path_factory.mktemp("planning") / "sample.db"
    shutil.copyfile(sqlite_template, path)
    with open_repository(str(path)) as repository:
        sample.load(repository)
        with repository.state() as opened:
            yield opened


def figure(state: State, viewpoint: str, **asked: Any) -> Any:
    chart = diagrams.draw(state, viewpoint, **asked)
    assert isinstance(chart, Chart)
    return chart.figure


def cells(matrix: Matrix) -> dict[tuple[str, str], str]:
    return {(each.row, each.column): said(each.text, "en") for each in matrix.cells}


def table(name: str) -> list[dict[str, str]]:
    text = files("ea_repo.sample").joinpath("data", f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_heat_map_has_the_scores_and_bands_of_the_ranking(state: State) -> None:
    matrix = figure(state, "index-heat-map", framework="spbe-2020")
    ranking = list(index_ranking(state, "spbe-2020"))
    assert [row.uid for row in matrix.rows] == [each.uid for each in ranking]
    assert [column.key for column in matrix.columns] == ["spbe-2020", *(f"A{at}" for at in range(1, 9))]
    found = cells(matrix)
    assert len(found) == 4 * 9
    by_row = {each.row: each for each in matrix.cells if each.column == "spbe-2020"}
    for each in ranking:
        assert float(found[each.uid, "spbe-2020"]) == round(each.score, 2)
        assert said(by_row[each.uid].swatch.label, "en").startswith(f"{each.band} (from ")
    # A2 of the Ministry of Finance: digits 11 to 14 of its row in the table, each weighing 2.5.
    digits = next(each["levels"] for each in table("indicator_levels") if each["agency"] == "MOF")
    assert float(found["finance:MOF", "A2"]) == round(sum(map(int, digits[10:14])) / 4, 2)
    only = figure(state, "index-heat-map", framework="spbe-2020", peers="municipality", depth=1)
    assert ([row.key for row in only.rows], len(only.columns)) == (["regions:LIN"], 5)


def test_the_radar_sets_an_agency_against_its_peers_and_the_target(state: State) -> None:
    radar = figure(state, "index-radar", agency="finance:MOF", framework="spbe-2020", target="Excellent")
    assert [spoke.key for spoke in radar.spokes] == [f"A{at}" for at in range(1, 9)]
    target, peers, own = radar.outlines
    scores = {each.code: each.score for each in index_score(state, "finance:MOF", "spbe-2020")}
    others = [
        {each.code: each.score for each in index_score(state, uid, "spbe-2020")}
        for uid in ("people:MOHA", "land:MLA")  # the other two ministries of that round
    ]
    for spoke in radar.spokes:
        mean = sum(each[spoke.key] or 0 for each in others) / 2
        assert own.shares[spoke.key] == pytest.approx(((scores[spoke.key] or 0) - 1) / 4, abs=1e-4)
        assert peers.shares[spoke.key] == pytest.approx((mean - 1) / 4, abs=1e-4)
        assert target.shares[spoke.key] == pytest.approx((4.2 - 1) / 4)
    # Left out, the target is the band above: the agency is good (3.43), very good begins at 3.5.
    assert said(figure(state, "index-radar", agency="finance:MOF", framework="spbe-2020").outlines[0].name, "en") == (
        "target 3.5"
    )
    with pytest.raises(InvalidInput, match="neither a score nor a band"):
        figure(state, "index-radar", agency="finance:MOF", target="superb")
    with pytest.raises(NotFound):
        figure(state, "index-radar", agency="finance:NOBODY")


def test_what_was_not_assessed_is_told_and_not_drawn(state: State, sqlite_repository: Repository) -> None:
    chart = diagrams.draw(state, "index-radar", agency="land:MOT")
    assert isinstance(chart, Chart)
    assert not chart.figure.marks("en")
    assert said(chart.notes[0], "en") == "It was not assessed by Digital government index 2026 in that round."
    sqlite_repository.changeset("t", "begin", [a_model(), an_agency("a")]).apply()
    with sqlite_repository.state() as empty:
        for viewpoint, asked in (("index-radar", {"agency": "gov:a"}), ("index-heat-map", {})):
            none = diagrams.draw(empty, viewpoint, **asked)
            assert said(none.notes[0], "en") == "Nobody was assessed by any index yet."


def test_frameworks_of_every_kind_are_drawn(sqlite_repository: Repository) -> None:
    """Measured values that are normalised over all, and a framework without bands."""
    countries = {"a": 10, "b": 20, "c": 40}
    sqlite_repository.changeset("t", "begin", [a_model(), *(an_agency(key) for key in countries)]).apply()
    with sqlite_repository.state() as state:
        from ea_repo.planning.index.rounds import framework

        codes = list(framework(state, "egdi").indicators)
    for key, value in countries.items():
        given = {code: value + at for at, code in enumerate(codes)}
        assess(sqlite_repository, f"gov:{key}", "egdi", 2024, given, author="un")
        levels = {"establish": 2, "manage": 3, "use": 1}
        assess(sqlite_repository, f"gov:{key}", "korea-ea-maturity", 2025, levels, author="t")
    with sqlite_repository.state() as state:
        found = cells(figure(state, "index-heat-map", framework="egdi"))
        assert {column for _, column in found} == {"egdi", "OSI", "TII", "HCI"}
        assert (found["gov:a", "OSI"], found["gov:b", "OSI"], found["gov:c", "OSI"]) == ("0.00", "0.33", "1.00")
        for viewpoint, asked in (("index-radar", {"agency": "gov:b"}), ("index-heat-map", {})):
            for code in ("egdi", "korea-ea-maturity"):
                assert_sound(read(diagrams.draw(state, viewpoint, framework=code, **asked)))  # type: ignore[arg-type]


OWN, OTHER = Swatch("c1", "own"), Swatch("c4", "other")


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 12])
@pytest.mark.parametrize("name", [HOSTILE[0], HOSTILE[2], HOSTILE[3], HOSTILE[7], ""])
def test_a_radar_holds_whatever_its_names_say(name: str, count: int) -> None:
    spokes = tuple(Spoke(f"{at}", f"{name} {at}", "3.2 · peers 2.9") for at in range(count))
    outlines = (
        Outline("target", {each.key: 0.7 for each in spokes}, OTHER, (2, 4)),
        Outline(name, {each.key: (at * 0.37) % 1 for at, each in enumerate(spokes)}, OWN, discs=True, uid="gov:a"),
    )
    rings = tuple(Ring(at / 4, f"{at + 1}") for at in range(5))
    chart = Chart(title="A radar", figure=Radar(spokes, rings, outlines), viewpoint="test")
    reading = read(chart)
    for thing in reading.things("label"):
        assert thing.box.within(reading.page)
    assert len(reading.things("node")) == count
    names = [thing for thing in reading.things("label") if thing.box.top < 10_000]
    for at, one in enumerate(names):
        assert not any(one.box.overlaps(other.box, slack=1.0) for other in names[at + 1 :])


def test_discs_of_a_radar_stand_as_far_out_as_their_scores_say() -> None:
    shares = {"a": 0.0, "b": 0.5, "c": 1.0, "d": 0.25}
    radar = Radar(tuple(Spoke(each, each) for each in shares), (), (Outline("own", shares, OWN, discs=True),))
    discs = [mark.rect.centre for mark in radar.marks("en") if isinstance(mark, Shape) and mark.role == "node"]
    far = [math.dist((0, 0), each) for each in discs]
    # The least of the scale is a small ring, from which distances grow evenly; the first spoke points up, the next right.
    assert far[1] - far[0] == pytest.approx((far[2] - far[0]) / 2)
    assert far[3] - far[0] == pytest.approx((far[2] - far[0]) / 4)
    assert discs[0][0] == pytest.approx(0)
    assert discs[0][1] < 0
    assert discs[1][0] > 0
    assert discs[1][1] == pytest.approx(0, abs=1e-9)


def test_the_calendar_counts_what_ends_in_each_year(state: State) -> None:
    """Support alone, of servers: counted again in the table."""
    matrix = figure(state, "end-of-life-calendar", rule="support", type=("Server",), today=TODAY)
    expected: Counter[str] = Counter()
    for each in table("servers"):
        here = not each["active_on"] or each["active_on"] <= TODAY.isoformat()
        gone = each["end_of_life_on"] and each["end_of_life_on"] <= TODAY.isoformat()
        if here and not gone:
            expected[_column(each["end_of_support"])] += 1
    found: Counter[str] = Counter()
    for (_, column), text in cells(matrix).items():
        found[column] += int(text)
    assert found == expected
    types = figure(state, "end-of-life-calendar", by="type", owner=("finance:MOF",), today=TODAY)
    assert {"Server", "DatabaseInstance"} <= {row.key for row in types.rows}


def _column(last: str) -> str:
    if not last:
        return "unknown"
    if last < TODAY.isoformat():
        return "over"
    return last[:4] if last < "2036" else "later"


def test_the_bars_of_running_cost_are_as_long_as_the_report_says(state: State) -> None:
    bars = figure(state, "running-cost")
    assert isinstance(bars, Bars)
    rows = {each.uid: each for each in running_cost(state, by="agency")}
    assert len(bars.bars) == len(rows)
    longest = max(each.total for each in rows.values())
    for bar in bars.bars:
        assert [piece.size for piece in bar.pieces] == pytest.approx([
            rows[bar.uid].own / longest, rows[bar.uid].allocated / longest, rows[bar.uid].unallocated / longest,
        ])  # fmt: skip
    sizes = [sum(piece.size for piece in bar.pieces) for bar in bars.bars]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == pytest.approx(1)
    few = diagrams.draw(state, "running-cost", limit=3)
    assert said(few.notes[0], "en").startswith(f"Shown are the 3 that cost most; {len(rows) - 3} more cost")


def test_documents_stand_in_the_year_in_which_they_are_due(sqlite_repository: Repository) -> None:
    """Two years active and three inactive from 1 January after creation: of 2021 they are due in 2027, of 2024 in 2030."""
    rule = {"active_years": 2, "inactive_years": 3, "trigger": "creation", "from_year_end": True}
    dated = {"d1": "2021-05-01", "d2": "2021-12-31", "d3": "2024-01-01", "d4": "2010-01-01", "h1": "2010-01-01"}
    series = {"d1": "files", "d2": "files", "d3": "files", "d4": "files", "h1": "court"}
    hold = {"legal_hold": True, "legal_hold_reason": "Case 7"}
    sqlite_repository.changeset(
        "t", "begin",
        [
            a_model(), an_agency("a"),
            an_element("files", "RecordSeries", owner="a", attributes={**rule, "disposition": "destroy"}),
            an_element("court", "RecordSeries", owner="a", attributes={**rule, "disposition": "permanent", **hold}),
            an_element("event", "RecordSeries", owner="a", attributes={"trigger": "event", "disposition": "destroy"}),
            an_element("paper", "RecordSeries", owner="a", attributes={
                **rule, "disposition": "destroy", "oldest_year": 2019, "newest_year": 2023,
            }),
            *(
                an_element(key, "Document", owner="a", attributes={"dated_on": day, "record_series": f"gov:{series[key]}"})
                for key, day in dated.items()
            ),
        ],
    ).apply()  # fmt: skip
    with sqlite_repository.state() as state:
        matrix = figure(state, "disposition-calendar", today=TODAY)
    assert cells(matrix) == {
        ("gov:files", "2027"): "2", ("gov:files", "2030"): "1", ("gov:files", "over"): "1", ("gov:files", "2032"): "→",
        ("gov:court", "over"): "1", ("gov:court", "2032"): "→",
        # Files of 2019 to 2023, each cut off at the end of its year and kept as long as the others.
        ("gov:paper", "over"): "2", ("gov:paper", "2027"): "1", ("gov:paper", "2028"): "1", ("gov:paper", "2029"): "1",
        ("gov:paper", "2032"): "→",
    }  # fmt: skip
    told = {(each.row, each.column): said(each.swatch.label, "en") for each in matrix.cells}
    assert told["gov:files", "2027"] == "destroy"
    assert told["gov:court", "over"] == "stopped by a legal hold"
    assert [row.key for row in matrix.rows] == ["gov:court", "gov:event", "gov:files", "gov:paper"]
