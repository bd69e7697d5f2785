"""Every viewpoint of the catalogue, named nowhere here: on the sample, on GEMMA, on a made-up ministry, and under attack.

No text stands outside its shape, no name on a box or on another name, and nothing outside the page.
"""

import shutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import diagrams
from benchmarks import nation
from diagrams.chart import Chart, Picture
from diagrams.drawing import said
from ea_repo import sample
from ea_repo.catalogue import Entry, entries
from ea_repo.exchange.importing import import_file
from ea_repo.metamodel import standard
from ea_repo.repository import Repository, open_repository
from ea_repo.store.labels import labels
from ea_repo.store.operations import Create
from ea_repo.store.state import State
from tests.diagrams.svg_reading import SVG, Reading, Thing

ARCHIVE = Path(__file__).parents[2] / ".." / "shared" / "corpus" / "gemma-grafico.tar.gz"
VIEWPOINTS = sorted(entries("viewpoint"))
MINISTRY = 10_000
HOSTILE = (
    '"><script>alert(1)</script>',
    '"]; x [label="',
    "x" * 5_000,
    "word " * 1_000,
    "🙂👩‍👩‍👧 emoji",
    "نظام السكان الوطني",
    "국가행정정보공동이용시스템 통합관리센터",
    "&lt; ]]> 'quoted'",
)


@cache
def example_types() -> Mapping[str, str]:
    """The type of everything in the sample."""
    return {
        each.uid: each.type for each in sample.operations() if isinstance(each, Create) and each.record == "concept"
    }


def render(picture: Picture, **options: Any) -> Reading:
    return Reading(diagrams.render(picture, "svg", embed_font=False, **options))


def assert_sound(picture: Picture, reading: Reading) -> None:
    nodes, names, frames = reading.things("node"), reading.things("label"), reading.things("cluster")
    for thing in (*nodes, *names, *frames):
        assert thing.box.within(reading.page), thing.uid
        for text, area in thing.texts:
            assert area.within(thing.box), (text, area, thing.box)
    for area in reading.drawn():
        assert area.within(reading.page)
    for text, area in reading.page_texts():
        assert area.within(reading.page), text
    assert_apart(reading.page_texts())
    for thing in (*nodes, *frames):
        assert_apart(thing.texts)
    if isinstance(picture, Chart):
        assert_apart([each for thing in (*nodes, *names, *frames) for each in thing.texts])
        for name in names:
            assert not any(name.box.overlaps(node.box, slack=1.0) for node in nodes), name.texts
    elif not picture.placed:
        assert_boxes_apart(nodes)
        assert_names_free(nodes, names, frames)
    assert not list(reading.root.iter(f"{SVG}script"))


def assert_apart(texts: Any) -> None:
    found = sorted(texts, key=lambda each: each[1].top)
    for at, (text, area) in enumerate(found):
        for other, beside in found[at + 1 :]:
            if beside.top > area.bottom:
                break
            assert not area.overlaps(beside, slack=1.0), (text, other)


def assert_boxes_apart(nodes: list[Thing]) -> None:
    found = sorted(nodes, key=lambda each: each.box.left)
    for at, node in enumerate(found):
        for other in found[at + 1 :]:
            if other.box.left > node.box.right:
                break
            assert not node.box.overlaps(other.box), (node.uid, other.uid)


def assert_names_free(nodes: list[Thing], names: list[Thing], frames: list[Thing]) -> None:
    for at, name in enumerate(names):
        assert not any(name.box.overlaps(other.box) for other in names[at + 1 :])
        assert not any(name.box.overlaps(node.box) for node in nodes)
        for frame in frames:
            assert not any(name.box.overlaps(area) for _, area in frame.texts)


def _opened(template: Path, folder: Path) -> Repository:
    path = folder / "repository.db"
    shutil.copyfile(template, path)
    return open_repository(str(path))


@pytest.fixture(scope="module")
def hostile(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """The sample, everything in it called what an attacker would call it."""
    operations = [
        Create(
            each.uid, each.type, {**each.fields, "name": HOSTILE[at % len(HOSTILE)], "translations": {}}, each.record
        )
        if isinstance(each, Create) and each.record == "concept" and "source" not in each.fields
        else each
        for at, each in enumerate(sample.operations())
    ]
    with _opened(sqlite_template, tmp_path_factory.mktemp("hostile")) as repository:
        repository.changeset("test", "Attack", operations).apply()
        with repository.state() as state:
            yield state


@pytest.fixture(scope="module")
def gemma(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    if not ARCHIVE.exists():
        pytest.skip(f"the corpus is not there: {ARCHIVE}")
    with _opened(sqlite_template, tmp_path_factory.mktemp("gemma")) as repository:
        import_file(repository, ARCHIVE, model="gemma", author="tester")
        with repository.state() as state:
            yield state


@pytest.fixture(scope="module")
def ministry(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    path = tmp_path_factory.mktemp("ministry") / "ministry.db"
    shutil.copyfile(sqlite_template, path)
    nation.load(nation.Nation(MINISTRY), f"sqlite:///{path}", "ministry")
    with open_repository(str(path)) as repository, repository.state() as state:
        yield state


def arguments(entry: Entry, state: State) -> dict[str, Any]:
    """What the viewpoint must be asked about, found in any repository: what has most relationships of such a type."""
    found: dict[str, Any] = {}
    for each in entry.parameters:
        if each.required:
            example = entry.example[each.name]
            first = example[0] if isinstance(example, tuple | list) else example
            uid = _most_related(state, first)
            found[each.name] = (uid,) if isinstance(example, tuple | list) else uid
    return found


def _most_related(state: State, example: str) -> str:
    known = example_types().get(example)
    if known is None:
        views = state.views()
        if not views:
            pytest.skip("there is no stored view here")
        return views[0].uid
    graph = state.graph
    for wanted in (known, standard().base(known)):
        of_type = np.flatnonzero(graph.of_types(state.metamodel.descendants(wanted)))
        if len(of_type):
            degrees = np.bincount(np.concatenate((graph.sources, graph.targets)), minlength=len(graph))
            row = int(of_type[np.argmax(degrees[of_type])])
            return labels(state, [int(graph.ids[row])])[int(graph.ids[row])].uid
    pytest.skip(f"there is no {known} here")


@pytest.mark.parametrize("name", VIEWPOINTS)
@pytest.mark.xdist_group("viewpoints on the sample")
def test_its_example_is_sound_and_says_something(name: str, government: State) -> None:
    entry = entries("viewpoint")[name]
    picture = diagrams.draw(government, name, **entry.example)
    reading = render(picture)
    assert_sound(picture, reading)
    assert len(reading.things("node")) >= 2


@pytest.mark.parametrize("name", VIEWPOINTS)
@pytest.mark.xdist_group("viewpoints on the sample")
def test_its_own_words_are_there_in_three_languages(name: str, government: State) -> None:
    """In Korean nothing of the drawing's own is left in English, and no two languages say the same."""
    entry = entries("viewpoint")[name]
    picture = diagrams.draw(government, name, **entry.example)
    said = {lang: render(picture, lang=lang) for lang in ("en", "id", "ko")}
    assert_sound(picture, said["ko"])
    written = {lang: " ".join(text for text, _ in reading.page_texts()) for lang, reading in said.items()}
    assert len(set(written.values())) == 3


@pytest.mark.parametrize("name", ["difference", "critical-path", "view"])
@pytest.mark.xdist_group("viewpoints on the sample")
def test_a_line_that_stands_for_itself_is_not_said_to_stand_for_several(name: str, government: State) -> None:
    """Lines may be heavy for another reason: what changed, or what is on the longest chain."""
    picture = diagrams.draw(government, name, **entries("viewpoint")[name].example)
    written = " ".join(text for text, _ in render(picture).page_texts())
    assert "thicker" not in written


#: A filter, what the sample has of it, and how that is called. A metamodel drawing shows the types it was asked for.
FILTERS = {"owner": ("finance:MOF", "재무부"), "model": ("finance", "재정·경제"), "type": ("System", "정보시스템")}
NARROWED = [
    (name, each.name)
    for name in VIEWPOINTS
    for each in entries("viewpoint")[name].parameters
    if each.name in FILTERS and not each.required and name != "metamodel"
]


@pytest.mark.parametrize(("name", "narrowed"), NARROWED)
@pytest.mark.xdist_group("viewpoints on the sample")
def test_what_it_was_narrowed_to_is_told(name: str, narrowed: str, government: State) -> None:
    entry = entries("viewpoint")[name]
    value, called = FILTERS[narrowed]
    parameter = next(each for each in entry.parameters if each.name == narrowed)
    example = {key: each for key, each in entry.example.items() if key not in (*FILTERS, "root")}
    picture = diagrams.draw(
        government, name, **example, **{narrowed: value if parameter.annotation is str else (value,)}
    )
    assert called in f"{said(picture.title, 'ko')} {said(picture.subtitle, 'ko')}"


@pytest.mark.parametrize("name", VIEWPOINTS)
@pytest.mark.xdist_group("viewpoints on hostile names")
def test_hostile_names_are_text_and_stay_in_their_place(name: str, hostile: State) -> None:
    entry = entries("viewpoint")[name]
    picture = diagrams.draw(hostile, name, **entry.example)
    assert_sound(picture, render(picture))


@pytest.mark.parametrize("name", VIEWPOINTS)
@pytest.mark.xdist_group("viewpoints on gemma")
def test_a_published_model_can_be_drawn(name: str, gemma: State) -> None:
    picture = diagrams.draw(gemma, name, **arguments(entries("viewpoint")[name], gemma))
    assert_sound(picture, render(picture))


@pytest.mark.parametrize("name", VIEWPOINTS)
@pytest.mark.xdist_group("viewpoints on a ministry")
def test_what_is_far_too_large_is_summarised(name: str, ministry: State) -> None:
    """Ten thousand elements: a picture that can still be read, and that says what it leaves out."""
    picture = diagrams.draw(ministry, name, **arguments(entries("viewpoint")[name], ministry))
    reading = render(picture)
    assert_sound(picture, reading)
    assert len(reading.things("node")) <= 1_000


@pytest.mark.parametrize("name", VIEWPOINTS)
def test_in_an_empty_repository_there_is_an_answer(name: str, sqlite_repository: Repository) -> None:
    """What asks for no concept draws an empty page that says so; what does refuses, as there is none."""
    entry = entries("viewpoint")[name]
    if any(each.required for each in entry.parameters):
        pytest.skip("it asks about something, and there is nothing")
    with sqlite_repository.state() as state:
        picture = diagrams.draw(state, name)
        assert_sound(picture, render(picture))
