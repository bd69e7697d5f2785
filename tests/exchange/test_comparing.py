"""What differs between files, models, moments, and a file and the repository; as page and as drawing."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from diagrams.differences import drawing_of
from ea_repo.errors import InvalidInput, NotFound
from ea_repo.exchange.comparing import Compared, Point, compare, point
from ea_repo.exchange.difference_page import page, view_texts
from ea_repo.exchange.importing import import_file
from ea_repo.exchange.view_matching import view_change
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Delete, Update
from tests.exchange.bags import eventful
from tests.exchange.files import (
    archi,
    archi_element,
    archi_relationship,
    archi_view,
    box,
    element,
    elements,
    exchange,
    folder,
)
from tests.factories import a_flow, a_model, a_system, an_agency, uid

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"


def told(compared: Compared) -> dict[str, tuple[str, dict[str, Any], dict[str, Any]]]:
    return {
        each.uid: (each.action, each.before, each.after) for each in compared.changes if each.action == "changed"
    } | {each.uid: (each.action, {}, {}) for each in compared.changes if each.action != "changed"}


def file_at(place: Path, data: bytes) -> Point:
    place.write_bytes(data)
    return Point("file", str(place))


def a_file(names: dict[str, str], *, x: int = 10) -> bytes:
    rows = [archi_element(each).replace(f'name="{each}"', f'name="{name}"') for each, name in names.items()]
    return archi(
        folder("business", *rows, attributes='type="business"'),
        folder("relations", archi_relationship("r", "Association", *list(names)[:2])),
        folder("views", archi_view(box("n1", next(iter(names)), x, 20))),
    )


def test_two_files_differ_by_what_was_added_removed_and_changed_by_field(tmp_path: Path) -> None:
    first = file_at(tmp_path / "one.archimate", a_file({"a": "A", "b": "B", "c": "C"}))
    second = file_at(tmp_path / "two.archimate", a_file({"a": "A", "b": "B2", "d": "D"}, x=40))
    compared = compare(first, second)
    content = told(compared).pop("v")
    assert content[0] == "changed"
    assert view_change(content[1]["content"], content[2]["content"]) == {
        "boxes": {"created": 0, "changed": 1, "deleted": 0}, "lines": {"created": 0, "changed": 0, "deleted": 0},
    }  # fmt: skip
    assert {key: value for key, value in told(compared).items() if key != "v"} == {
        "b": ("changed", {"name": "B"}, {"name": "B2"}),
        "c": ("deleted", {}, {}),
        "d": ("created", {}, {}),
    }
    assert not compare(first, first).changes


def test_boxes_and_lines_with_new_identifiers_are_those_that_show_the_same() -> None:
    def view(prefix: str, *boxes: tuple[str, int], lines: tuple[tuple[str, int, int], ...]) -> dict[str, Any]:
        nodes = [
            {"id": f"{prefix}{at}", "kind": "element", "concept": concept, "x": x, "y": 0, "width": 9, "height": 9}
            for at, (concept, x) in enumerate(boxes)
        ]
        connections = [
            {"id": f"{prefix}l{at}", "relationship": name, "source": f"{prefix}{one}", "target": f"{prefix}{other}"}
            for at, (name, one, other) in enumerate(lines)
        ]
        return {"nodes": nodes[::-1] if prefix == "new" else nodes, "connections": connections}

    was = view("old", ("m:a", 10), ("m:b", 50), ("m:a", 90), lines=(("m:r", 0, 1), ("m:s", 1, 2)))
    nothing = {"created": 0, "changed": 0, "deleted": 0}
    same = view("new", ("m:a", 10), ("m:b", 50), ("m:a", 90), lines=(("m:r", 0, 1), ("m:s", 1, 2)))
    assert view_change(was, same) == {"boxes": nothing, "lines": nothing}
    assert view_texts(was, same) == ("", "only identifiers and order")
    moved = view("new", ("m:a", 10), ("m:b", 60), ("m:c", 90), lines=(("m:r", 0, 1), ("m:s", 1, 0)))
    assert view_change(was, moved) == {
        "boxes": {"created": 1, "changed": 1, "deleted": 1},
        "lines": {"created": 1, "changed": 0, "deleted": 1},
    }
    assert view_texts(was, moved, "ko") == ("", "+1 상자, ~1 상자, −1 상자, +1 선, −1 선")


def test_a_file_without_folders_and_with_prefixed_identifiers_is_the_same_model(tmp_path: Path) -> None:
    """Exchange files begin identifiers with a letter, and need no folders."""
    archi_file = archi(
        folder("business", archi_element("1a"), attributes='type="business"'), attributes='name="Model" id="m"'
    )
    exchange_file = exchange(elements(element("id-1a", name="1a")), attributes='identifier="m"')
    compared = compare(file_at(tmp_path / "a.archimate", archi_file), file_at(tmp_path / "b.xml", exchange_file))
    assert [each.uid for each in compared.changes if each.record != "model"] == []


def test_models_with_other_identifiers_are_matched_by_type_and_name_where_that_is_asked(repository: Repository) -> None:
    def model(key: str, prefix: str, more: str) -> list[Any]:
        return [
            Create(key, record="model", fields={"name": "Same"}),
            *(Create(f"{key}:{prefix}{each}", "Goal", {"name": each}) for each in ("one", "two", "twin", more)),
            Create(f"{key}:{prefix}twin2", "Goal", {"name": "twin"}),
            Create(f"{key}:{prefix}r", "Association", {"source": f"{key}:{prefix}one", "target": f"{key}:{prefix}two"}),
            Create(f"{key}:{prefix}rr", "Association", {"source": f"{key}:{prefix}one", "target": f"{key}:{prefix}r"}),
        ]

    repository.changeset("t", "t", [*model("old", "o-", "gone"), *model("new", "n-", "fresh")]).apply()
    points = Point("model", "old"), Point("model", "new")
    assert Counter(each.action for each in compare(*points, repository).changes) == {"created": 7, "deleted": 7}
    found = compare(*points, repository, match="name")
    # The twins cannot be told apart, so they are not taken for the same.
    assert {(each.uid, each.action) for each in found.changes} == {
        ("o-gone", "deleted"), ("n-fresh", "created"), ("o-twin", "deleted"), ("o-twin2", "deleted"),
        ("n-twin", "created"), ("n-twin2", "created"),
    }  # fmt: skip


def test_folders_that_have_one_name_are_matched_by_their_path_where_names_are_asked_for(repository: Repository) -> None:
    def model(key: str, prefix: str) -> list[Any]:
        paths = {"views": None, "business": None, "apart": "views"}
        return [
            Create(key, record="model", fields={"name": "Same"}),
            *(Create(f"{key}:{prefix}{each}", record="folder", fields={
                "name": "Views" if each == "views" else "Business", "parent": f"{key}:{prefix}{parent}" if parent else None}) for each, parent in paths.items()),
            Create(f"{key}:{prefix}goal", "Goal", {"name": "Goal", "folder": f"{key}:{prefix}business"}),
        ]  # fmt: skip

    repository.changeset("t", "t", [*model("old", "o-"), *model("new", "n-")]).apply()
    assert not compare(Point("model", "old"), Point("model", "new"), repository, match="name").changes


def test_a_page_calls_fields_what_people_call_them(repository: Repository) -> None:
    repository.changeset("t", "t", [a_model(), a_system("tax", attributes={"criticality": "vital"})]).apply()
    edit = {
        "valid_from": "2027-01-01",
        "attributes": {"criticality": "ordinary"},
        "translations": {"ko": {"name": "세금"}},
    }
    repository.changeset("t", "t", [Update(uid("tax"), edit)]).apply()
    compared = compare(Point("changeset", "1"), Point("now"), repository)
    for language, said in (
        ("en", ["criticality", "translations: ko", "valid from"]),
        ("id", ["Tingkat kekritisan", "Berlaku sejak"]),
        ("ko", ["중요도", "시행일"]),
    ):
        fields = etree.HTML(page(compared, language)).xpath("//details//td[1]/text()")
        assert set(map(str.casefold, said)) <= set(map(str.casefold, fields)), fields


def test_two_changesets_differ_as_reading_all_of_both_says(repository: Repository) -> None:
    eventful(repository)
    for low, high in ((0, 7), (1, 2), (2, 5), (5, 3), (3, 7)):
        found = compare(Point("changeset", str(low)), Point("changeset", str(high)), repository)
        with repository.state(as_of=low) as before, repository.state(as_of=high) as after:
            was = {each.uid: each for each in before.find_all()}
            now = {each.uid: each for each in after.find_all()}
        expected = {
            **dict.fromkeys(now.keys() - was.keys(), "created"),
            **dict.fromkeys(was.keys() - now.keys(), "deleted"),
            **{each: "changed" for each in was.keys() & now.keys() if _said(was[each]) != _said(now[each])},
        }
        assert {each.uid: each.action for each in found.changes if each.record == "concept"} == expected


def _said(concept: Any) -> dict[str, Any]:
    return {name: getattr(concept, name) for name in concept.__dataclass_fields__ if name not in ("version", "written")}


def test_two_dates_a_draft_and_one_model_then_and_now(repository: Repository) -> None:
    repository.changeset("t", "t", [
        a_model(), an_agency("fin"), a_system("old", valid_until="2027-12-31"), a_system("new", valid_from="2028-01-01"),
        a_flow("f", "old", "fin"), a_model("other"),
    ]).apply()  # fmt: skip
    dates = compare(Point("date", "2027-06-01"), Point("date", "2028-06-01"), repository)
    assert {each.uid: each.action for each in dates.changes} == {
        uid("old"): "deleted", uid("f"): "deleted", uid("new"): "created",
    }  # fmt: skip
    draft = repository.changeset("t", "plan", [Update(uid("fin"), {"name": "Renamed"}), Delete(uid("f"))]).save()
    planned = compare(Point("now"), Point("draft", str(draft.id)), repository)
    assert {each.uid: each.action for each in planned.changes} == {uid("fin"): "changed", uid("f"): "deleted"}
    repository.changeset("t", "t", [a_system("later"), Create("other:x", "Goal")]).apply()
    then = compare(Point("changeset", "1"), Point("model", "gov"), repository)
    assert [each.uid for each in then.changes] == [uid("later")]


def test_a_file_against_the_repository_differs_as_its_import_would_change_it(
    repository: Repository, tmp_path: Path
) -> None:
    place = tmp_path / "m.archimate"
    place.write_bytes(a_file({"a": "A", "b": "B", "c": "C"}))
    import_file(repository, place, model="m", author="t")
    repository.changeset("t", "t", [Update("m:a", {"name": "Here", "valid_from": "2027-01-01"})]).apply()
    found = compare(Point("model", "m"), file_at(place, a_file({"a": "A", "b": "B", "d": "D"})), repository)
    assert told(found) == {
        "m:a": ("changed", {"name": "Here"}, {"name": "A"}),  # the date is nothing that the file says
        "m:c": ("deleted", {}, {}),
        "m:d": ("created", {}, {}),
    }
    back = compare(Point("file", str(place)), Point("now"), repository, model="m")
    assert {each.uid: each.action for each in back.changes} == {"m:a": "changed", "m:c": "created", "m:d": "deleted"}


def test_what_cannot_be_compared_is_said(sqlite_repository: Repository, tmp_path: Path) -> None:
    place = file_at(tmp_path / "m.archimate", a_file({"a": "A", "b": "B"}))
    for points, words in (((place, Point("now")), "name it"), ((Point("model", "x"), Point("now")), "no model")):
        with pytest.raises((InvalidInput, NotFound), match=words):
            compare(*points, sqlite_repository)
    with pytest.raises(NotFound, match="no file"):
        compare(place, Point("file", str(tmp_path / "none")))
    with pytest.raises(InvalidInput, match="without a repository"):
        compare(place, Point("now"))
    with pytest.raises(InvalidInput, match="number of a changeset"):
        point("changeset:x")
    with pytest.raises(NotFound, match="no day"):
        point("date:2028-02-30")


def test_what_a_word_means_is_told_from_its_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("7").touch()
    words = ("7", "8", "2028-01-31", "now", "finance", "changeset:7", "model:now", "draft:3")
    assert [(point(word).kind, point(word).value) for word in words] == [
        ("file", "7"), ("changeset", "8"), ("date", "2028-01-31"), ("now", ""), ("model", "finance"), ("changeset", "7"),
        ("model", "now"), ("draft", "3"),
    ]  # fmt: skip
    assert point("7", files=False).kind == "changeset"
    assert point("file:7", files=False).kind == "model"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real models is not here")
def test_two_releases_of_a_published_model_differ_as_their_xml_says() -> None:
    """Counted by lxml alone: identifiers that only one of the two files has."""
    old, new = (CORPUS / "variants" / "vera" / f"vera-{each}.oef.xml" for each in ("3.2.1", "4.0"))
    counts = compare(Point("file", str(old)), Point("file", str(new))).difference.counts
    for tag, sort in (("element", "element"), ("relationship", "relationship"), ("view", "view")):
        before, after = (
            {each.get("identifier") for each in etree.parse(path).iter(f"{{*}}{tag}")} - {None} for path in (old, new)
        )
        assert (counts[sort]["created"], counts[sort]["deleted"]) == (len(after - before), len(before - after))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real models is not here")
def test_one_model_in_two_formats_does_not_differ() -> None:
    place = CORPUS / "variants" / "gemma-slice"
    points = (Point("file", str(place / each)) for each in ("gemma-slice.archimate", "gemma-slice-grafico.zip"))
    assert compare(*points).changes == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real models is not here")
def test_folders_of_exchange_files_which_have_no_identifiers_are_the_same_by_their_path() -> None:
    place = CORPUS / "archisurance"
    compared = compare(*(Point("file", str(place / each)) for each in ("model.archimate", "model.xml")))
    moved = [each.uid for each in compared.changes if each.record == "concept" and "folder" in each.after]
    assert moved == []
    assert compared.difference.counts["folder"]["created"] == 0


NAMES = st.dictionaries(st.sampled_from("abcdef"), st.text("xyz<&\"'é급", min_size=1, max_size=4), min_size=2)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=NAMES, second=NAMES)
def test_a_difference_turned_round_is_the_other_way(sqlite_repository: Repository, first: Any, second: Any) -> None:
    def model(key: str, names: dict[str, str]) -> list[Any]:
        return [
            Create(key, record="model"),
            *(Create(f"{key}:{each}", "Goal", {"name": name}) for each, name in names.items()),
        ]

    with sqlite_repository.state() as state:
        at = len(state.models())
    one, two = f"one{at}", f"two{at}"
    sqlite_repository.changeset("t", "t", [*model(one, first), *model(two, second)]).apply()
    there = compare(Point("model", one), Point("model", two), sqlite_repository)
    back = compare(Point("model", two), Point("model", one), sqlite_repository)
    turned = {"created": "deleted", "deleted": "created", "changed": "changed"}
    assert {(each.uid, turned[each.action]) for each in there.changes} == {
        (each.uid, each.action) for each in back.changes
    }
    assert {each.uid for each in there.changes} == {
        each for each in {*first, *second} if first.get(each) != second.get(each)
    }


def test_the_page_escapes_what_comes_from_files_and_loads_nothing(tmp_path: Path) -> None:
    nasty = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;onload=x"
    compared = compare(
        file_at(tmp_path / "<b>.archimate", a_file({"a": "A", "b": "B"})),
        file_at(tmp_path / "two.archimate", a_file({"a": nasty, "b": "B"})),
    )
    for language in ("en", "id", "ko"):
        text = page(compared, language)
        assert "<script" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "&lt;b&gt;.archimate" in text
        assert not re.search(r"(src|href)=|url\(|@import", text)


def test_the_drawing_marks_each_thing_as_what_happened_to_it(tmp_path: Path) -> None:
    first = file_at(tmp_path / "one.archimate", a_file({"a": "A", "b": "B", "c": "C"}))
    second = file_at(tmp_path / "two.archimate", a_file({"a": "A", "b": "B2", "d": "D"}))
    drawing = drawing_of(compare(first, second))
    marks = {node.id: node.swatch and node.swatch.colour for node in drawing.nodes}
    assert marks == {"b": "changed", "c": "removed", "d": "added"}
    assert [node.swatch.dashed for node in drawing.nodes if node.swatch and node.id == "c"] == [True]
    few = drawing_of(compare(first, second), limit=2)
    assert {node.id for node in few.nodes} == {"c", "d", "many changed"}
    assert few.notes


PROFILE = """
[profile]
name = "ours"

[[extend]]
type = "System"
[[extend.attribute]]
name = "cost_centre"
kind = "text"
label = {en = "Cost centre"}
"""


def test_a_profile_put_in_force_and_changed_is_told_by_type_and_attribute(
    sqlite_repository: Repository, tmp_path: Path
) -> None:
    first = sqlite_repository.changeset(
        "t", "Profile", [Create("custom", record="profile", fields={"text": PROFILE})]
    ).apply()
    other = PROFILE.replace('kind = "text"', 'kind = "integer"')
    sqlite_repository.changeset("t", "Profile", [Update("custom", {"text": other}, record="profile")]).apply()
    (created,) = compare(point("0"), point("1"), sqlite_repository).changes
    assert (created.record, created.action) == ("profile", "created")
    assert created.after == {"System.cost_centre": {"kind": "text", "label": {"en": "Cost centre"}}}
    (changed,) = compare(point(str(first.number)), point("now"), sqlite_repository).changes
    assert [each["System.cost_centre"]["kind"] for each in (changed.before, changed.after)] == ["text", "integer"]
    assert "System.cost_centre" in page(compare(point("0"), point("2"), sqlite_repository), "en")
    assert not drawing_of(compare(point("0"), point("2"), sqlite_repository)).nodes
