"""Reference models loaded from files: what becomes of the tree, of locks, of agencies' own categories, and of usages."""

from pathlib import Path

import pytest

from ea_repo.cli.main import main
from ea_repo.errors import InvalidInput, MalformedRequest, RepositoryError
from ea_repo.planning.informatization.coverage import coverage
from ea_repo.planning.informatization.reference_file import categories, mapping
from ea_repo.planning.informatization.reference_loading import LoadedModels, load_reference_models
from ea_repo.planning.informatization.reference_models import reference_models
from ea_repo.repository import Repository
from ea_repo.store.operations import Create, Delete, Operation, Update
from ea_repo.store.query import Query
from tests.factories import a_model, a_relationship, a_system, an_element

SHARED = Path(__file__).resolve().parents[4] / "shared" / "reference"
FIRST = """code,name_en,name_id
RAB.01,Economy,Ekonomi
RAB.01.01,Trade,Perdagangan
RAB.01.02,Tourism,Pariwisata
RAB.02,Health,Kesehatan
"""
#: Trade moves below Health, Tourism is renamed and becomes one with Economy.
SECOND = """code,name_en,name_id
RAB.01,Economy and tourism,Ekonomi
RAB.02,Health,Kesehatan
RAB.02.01,Trade,Perdagangan
"""
MOVES = {"RAB.01.01": "RAB.02.01", "RAB.01.02": "RAB.01"}


def loaded(repository: Repository, text: str, **given: object) -> LoadedModels:
    asked = {"codes": ["RAB"], "model": "national", "author": "sari", **given}
    return load_reference_models(repository, text.encode(), **asked)  # type: ignore[arg-type]


def tree(repository: Repository) -> dict[str, tuple[str, str | None]]:
    """Name and the code above, by code."""
    with repository.state() as state:
        found = {each.uid: each for each in state.iterate(Query(types=("ReferenceCategory",)))}
        above = {each.target: each.source for each in state.iterate(Query(types=("Composition",)))}
    codes = {uid: str(each.attributes["code"]) for uid, each in found.items()}
    return {codes[uid]: (each.name, codes.get(str(above.get(uid)))) for uid, each in found.items()}


def usages(repository: Repository) -> set[tuple[str, str]]:
    with repository.state() as state:
        found = list(state.iterate(Query(types=("ClassifiedAs",), kind="relationship")))
        assert len(found) == len({(each.source, each.target) for each in found})
        return {(str(each.source), str(each.target)) for each in found}


@pytest.fixture
def used(sqlite_repository: Repository) -> Repository:
    """The first version, locked to its second level, with usages and an agency's own category."""
    loaded(sqlite_repository, FIRST, version="2023", locked_to=2)
    own = {"attributes": {"code": "RAB.01.01.01", "reference_model": "RAB"}}
    sqlite_repository.changeset("agency", "Use it", [
        a_model(),
        an_element("f", "BusinessFunction"), a_system("s"),
        Create("national:own", "ReferenceCategory", {"name": "Markets", **own}),
        Create("national:below", "Composition", {"source": "national:RAB.01.01", "target": "national:own"}),
        a_relationship("c1", "ClassifiedAs", "f", "national:RAB.01.01"),
        a_relationship("c2", "ClassifiedAs", "f", "national:RAB.01.02"),
        a_relationship("c3", "ClassifiedAs", "f", "national:RAB.01"),
        a_relationship("c4", "ClassifiedAs", "s", "national:own"),
    ]).apply()  # fmt: skip
    return sqlite_repository


def test_a_tree_is_made_of_the_codes_and_loading_it_again_changes_nothing(repository: Repository) -> None:
    first = loaded(repository, FIRST, locked_to=1, name="Business")
    assert (first.created, first.updated) == (5, 0)
    assert tree(repository) == {
        "RAB": ("Business", None), "RAB.01": ("Economy", "RAB"), "RAB.01.01": ("Trade", "RAB.01"),
        "RAB.01.02": ("Tourism", "RAB.01"), "RAB.02": ("Health", "RAB"),
    }  # fmt: skip
    again = loaded(repository, FIRST, name="Business")
    assert again == LoadedModels(None, 0, 0, 0, 0, ())
    with repository.state() as state:
        assert state.get("national:RAB.01").attributes["locked"] is True
        assert state.get("national:RAB.01.01").attributes["locked"] is False
        assert state.get("national:RAB.01").translations == {"id": {"name": "Ekonomi"}}


def test_what_is_not_locked_is_brought_up_to_date_and_what_is_is_not(sqlite_repository: Repository) -> None:
    loaded(sqlite_repository, FIRST, locked_to=1)
    assert loaded(sqlite_repository, FIRST.replace("Tourism", "Travel")).updated == 1
    before = tree(sqlite_repository)
    with pytest.raises(InvalidInput, match=r"RAB\.02: fixed nationally"):
        loaded(sqlite_repository, FIRST.replace("Health,", "Health care,").replace("Tourism", "Cruises"))
    with pytest.raises(InvalidInput, match="fixed nationally"):
        loaded(sqlite_repository, FIRST.replace("RAB.02,Health,Kesehatan\n", ""))
    assert tree(sqlite_repository) == before
    assert loaded(sqlite_repository, FIRST.replace("Health,", "Health care,"), version="2").updated == 5


def test_a_version_carries_over_what_was_classified_and_what_agencies_added(used: Repository) -> None:
    looked = loaded(used, SECOND, version="2026", locked_to=2, mapping=MOVES, dry_run=True)
    assert "RAB.02.01" not in tree(used)
    done = loaded(used, SECOND, version="2026", locked_to=2, mapping=MOVES)
    assert (done.created, done.deleted, done.carried, done.kept) == (1, 2, 2, ())
    assert (looked.created, looked.deleted, looked.carried) == (1, 2, 2)
    assert tree(used) == {
        "RAB": ("RAB", None), "RAB.01": ("Economy and tourism", "RAB"), "RAB.02": ("Health", "RAB"),
        "RAB.02.01": ("Trade", "RAB.02"), "RAB.01.01.01": ("Markets", "RAB.02.01"),
    }  # fmt: skip
    assert usages(used) == {
        ("gov:f", "national:RAB.02.01"), ("gov:f", "national:RAB.01"), ("gov:s", "national:own"),
    }  # fmt: skip
    with used.state() as state:
        assert {each.category: each.functions for each in coverage(state)}["national:RAB.02"] == 1


def test_what_is_in_use_and_mapped_to_nothing_is_kept_and_told(used: Repository) -> None:
    done = loaded(used, SECOND, version="2026", locked_to=2)
    assert set(done.kept) == {"RAB.01.01", "RAB.01.02"}
    assert ("gov:f", "national:RAB.01.02") in usages(used)


@pytest.mark.parametrize("moves", [{"RAB.09": "RAB.01"}, {"RAB.01.01": "RAB.77"}])
def test_a_mapping_from_or_to_nothing_is_refused(used: Repository, moves: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=r"RAB\.(09|77)"):
        loaded(used, SECOND, version="2026", mapping=moves)


def test_a_locked_category_edited_by_hand_is_found(used: Repository) -> None:
    with used.state() as state:
        assert [each.faults for each in reference_models(state)] == [()]
    used.changeset("budi", "Rename", [Update("national:RAB.02", {"name": "Mine"})]).apply()
    with used.state() as state:
        (row,) = reference_models(state)
    assert (row.code, row.versions, row.categories, row.locked, row.classifications) == ("RAB", ("2023",), 6, 5, 4)
    assert row.faults == ("RAB.02 is fixed nationally, but budi changed it in changeset 3",)


def test_other_countries_codes_make_trees_too() -> None:
    korea = "code,name_ko,parent,reserved\nA,행정,,\nA01,인사,A,true\nB,재정,,false\n"
    found = {
        each.code: (each.parent, each.depth, each.name, each.reserved) for each in categories(korea.encode(), "BRM")
    }
    assert found == {
        "BRM": (None, 0, "BRM", None), "A": ("BRM", 1, "행정", False), "B": ("BRM", 1, "재정", False),
        "A01": ("A", 2, "인사", True),
    }  # fmt: skip
    federal = "code;name\n101;Defense\n101-001;Doctrine\n1010;Other\n"
    assert {each.code: each.parent for each in categories(federal.encode(), "FEAF")} == {
        "FEAF": None, "101": "FEAF", "101-001": "101", "1010": "FEAF",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no rows"),
        ("name\nX\n", 'no column "code"'),
        ("code,name\nA,One\nA,Two\n", "A is there twice"),
        ("code,name\nA,\n", "A has no name"),
        ("code,name,parent\nA,One,B\nB,Two,A\n", "in a circle"),
        ("code,name,parent\nA,One,Z\n", 'below "Z"'),
        ("code,name,reserved\nA,One,perhaps\n", "reserved is"),
        ("code,name\n" + ".".join("A" * 12) + ",Deep\n" + "".join(f"{'.'.join('A' * n)},x\n" for n in range(1, 12)), "more than 9"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_the_reason(text: str, told: str) -> None:
    with pytest.raises(RepositoryError, match=told):
        categories(text.encode(), "M")


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(MalformedRequest, match="UTF-8"):
        categories(b"\xff\xfe\x00", "M")
    assert mapping(b"old,new\nA,B\n") == {"A": "B"}
    with pytest.raises(InvalidInput, match="mapped to no code"):
        mapping(b"old,new\nA,\n")


def test_the_published_indonesian_models_load_side_by_side_by_command(
    sqlite_repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published reference models are not here")
    database = ["-d", f"sqlite:///{Path(str(sqlite_repository.url.database))}"]
    counts = {}
    for name, codes in (("model-rab", ["RAB"]), ("model-ral", ["RAL"]), ("models-raa-rai-rak", ["RAA", "RAI", "RAK"])):
        file = SHARED / f"reference-{name}.csv"
        asked = ["reference-model", "load", str(file), "--model", "national", "--locked-to", "2"]
        assert main([*database, *asked, *(part for code in codes for part in ("--code", code))]) == 0
        for line in file.read_text("utf-8").splitlines()[1:]:
            counts[line[:3]] = counts.get(line[:3], 1) + 1
    capsys.readouterr()
    with sqlite_repository.state() as state:
        assert {each.code: each.categories for each in reference_models(state)} == counts
        assert all(each.locked == each.categories and not each.faults for each in reference_models(state))


def test_what_was_done_by_hand_to_locked_categories_is_told(sqlite_repository: Repository) -> None:
    table = b"code,name\nA,All\nA.1,One\nA.2,Two\nA.3,Three\nA.4,Four\n"
    load_reference_models(sqlite_repository, table, codes=["A"], model="m", author="board", locked_to=1)
    by_hand: list[Operation] = [
        Update("m:A.1", {"name": "Uno"}),
        Update("m:A.2", {"attributes": {"locked": False}}),
        Delete("m:A.3", cascade=True),
        Update("m:A.contains.A.4", {"source": "m:A.1"}),
    ]
    for each in by_hand:
        sqlite_repository.changeset("sari", "by hand", [each]).apply()
    with sqlite_repository.state() as state:
        (found,) = reference_models(state)
    fixed = "is fixed nationally, but sari"
    assert sorted(found.faults) == [
        f"A.1 {fixed} changed it in changeset 2", f"A.2 {fixed} unlocked it in changeset 3",
        f"A.3 {fixed} deleted it in changeset 4", f"A.4 {fixed} moved it in changeset 5",
    ]  # fmt: skip
