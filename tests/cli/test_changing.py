"""import, changes, metamodel, token: what they write, and what they say about it."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run

CORPUS = Path(__file__).parents[2].parent / "shared" / "corpus"

EXCHANGE = """<?xml version="1.0" encoding="UTF-8"?>
<model xmlns="http://www.opengroup.org/xsd/archimate/3.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
       identifier="m1">
  <name xml:lang="en">Small</name>
  <elements>
    <element identifier="a" xsi:type="BusinessActor"><name xml:lang="en">{actor}</name></element>
    <element identifier="b" xsi:type="ApplicationComponent"><name xml:lang="en">Component</name></element>
  </elements>
  <relationships>
    <relationship identifier="r" source="b" target="a" xsi:type="Serving"/>
  </relationships>
</model>
"""
PROFILE = """
[profile]
name = "mine"

[[type]]
name = "Counter"
refines = "BusinessActor"
label = {en = "Counter", ko = "창구"}
attribute = [{name = "desks", kind = "integer", label = {en = "Desks"}}]
"""


@pytest.fixture
def model_file(tmp_path: Path) -> Path:
    path = tmp_path / "small.xml"
    path.write_text(EXCHANGE.format(actor="Actor"), encoding="utf-8")
    return path


@pytest.fixture
def profile_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(PROFILE, encoding="utf-8")
    return path


def test_an_import_says_how_many_it_found_created_and_left_alone(run: Run, model_file: Path) -> None:
    first = run("import", str(model_file), "--model", "small", "--json").json
    assert (first["model"], first["changeset"]) == ("small", 3)
    assert {name: first["elements"][name] for name in ("in_file", "created", "changed", "unchanged")} == {
        "in_file": 2, "created": 2, "changed": 0, "unchanged": 0,
    }  # fmt: skip
    assert (first["relationships"]["in_file"], first["views"]["in_file"]) == (1, 0)
    second = run("import", str(model_file), "--model", "small", "--json").json
    assert (second["changeset"], second["elements"]["unchanged"]) == (None, 2)


def test_an_import_in_words(run: Run, model_file: Path) -> None:
    ran = run("import", str(model_file), "--model", "small", "--author", "ann", "--reason", "yearly delivery")
    assert "elements: 2 in the file; 2 created" in ran.out
    assert ran.lines[-1] == "written as changeset 3"
    assert run("import", str(model_file), "--model", "small").lines[-1] == "nothing has changed since the last import"
    newest = run("changes", "list", "--json").json["items"][0]
    assert (newest["author"], newest["reason"]) == ("ann", "yearly delivery")


def test_a_dry_run_writes_nothing(run: Run, model_file: Path) -> None:
    ran = run("import", str(model_file), "--model", "small", "--dry-run")
    assert ran.lines[-1] == "dry run: nothing was written"
    assert run("show", "small").code == 3


def test_a_changed_file_updates(run: Run, model_file: Path) -> None:
    run("import", str(model_file), "--model", "small")
    model_file.write_text(EXCHANGE.format(actor="Renamed"), encoding="utf-8")
    again = run("import", str(model_file), "--model", "small", "--json").json
    assert (again["elements"]["changed"], again["elements"]["unchanged"]) == (1, 1)
    assert run("show", "small:a", "--json").json["name"] == "Renamed"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"<model", 4), (b"\x00\x01\x02rubbish", 4), (b"", 4), (b"hello", 4)],
)
def test_a_bad_file_is_told_in_one_line_and_changes_nothing(
    run: Run, tmp_path: Path, content: bytes, code: int
) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(content)
    ran = run("import", str(path), "--model", "small")
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
    assert len(run("changes", "list", "--json").json["items"]) == 2


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    ran = run("import", "missing.xml", "--model", "small")
    assert ran.code in (3, 4)
    assert "missing.xml" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of published models is not here")
def test_a_published_model_is_imported(run: Run) -> None:
    report = run("import", str(CORPUS / "archisurance" / "model.archimate"), "--model", "insurance", "--json").json
    assert [report[sort]["created"] for sort in ("elements", "relationships", "views")] == [120, 176, 17]


def test_changesets_are_listed_newest_first(run: Run) -> None:
    found = run("changes", "list", "--json").json
    assert [(each["number"], each["reason"]) for each in found["items"]] == [(2, "corrected"), (1, "first survey")]
    assert [each["number"] for each in run("changes", "list", "--limit", "1", "--json").json["items"]] == [2]
    assert "first survey" in run("changes", "list").out


def test_a_changeset_is_shown_field_by_field(run: Run) -> None:
    ran = run("changes", "show", "2")
    assert "architect: corrected" in ran.lines[0]
    assert ran.lines[-1].split() == ["changed", "gov:ledger", "System", "name", "Ledger", "General", "Ledger"]
    document = run("changes", "show", "2", "--json").json
    assert document["changes"][0]["before"] == {"name": "Ledger"}
    assert run("changes", "show", "9").code == 3


def test_a_changeset_is_undone_by_another(run: Run) -> None:
    assert run("changes", "revert", "2", "--dry-run", "--json").json["changeset"] is None
    assert run("show", "gov:ledger", "--json").json["name"] == "General Ledger"
    assert run("changes", "revert", "2", "--reason", "was right").lines[0] == "changeset 3 undoes changeset 2:"
    assert run("show", "gov:ledger", "--json").json["name"] == "Ledger"


def test_undoing_is_refused_where_later_work_depends_on_it(run: Run) -> None:
    ran = run("changes", "revert", "1")
    assert ran.code == 5
    assert ran.err.startswith("error: ")


def test_types_are_listed_and_shown(run: Run) -> None:
    rows = {each["name"]: each for each in run("metamodel", "show", "--json").json["items"]}
    assert rows["System"]["refines"] == "ApplicationComponent"
    system = run("metamodel", "show", "System", "--json").json
    criticality = next(each for each in system["attributes"] if each["name"] == "criticality")
    assert criticality["values"] == ["vital", "important", "ordinary"]
    assert "ApplicationComponent > System" in run("metamodel", "show", "System").lines[0]
    assert run("metamodel", "show", "Sytem").code == 3


def test_the_built_in_types_need_no_repository(run: Run, tmp_path: Path) -> None:
    nowhere = ["--database", str(tmp_path / "none.db")]
    assert run(*nowhere, "metamodel", "show", "System").code == 7
    assert run(*nowhere, "metamodel", "show", "System", "--built-in").code == 0


def test_a_profile_is_checked_and_applied(run: Run, profile_file: Path) -> None:
    assert run("metamodel", "check", str(profile_file)).lines == ["mine.toml fits; it adds Counter"]
    assert run("list", "Counter").code == 3
    assert run("metamodel", "apply", str(profile_file), "--dry-run").lines == ["dry run: nothing was written"]
    assert run("metamodel", "apply", str(profile_file)).lines == ["in force by changeset 3"]
    assert run("list", "Counter").code == 0
    assert run("metamodel", "apply", str(profile_file)).lines == ["nothing differs"]


def test_the_reference_and_the_stub_are_written(run: Run, profile_file: Path, tmp_path: Path) -> None:
    run("metamodel", "apply", str(profile_file))
    page, stub = tmp_path / "page.md", tmp_path / "classes.pyi"
    assert run("metamodel", "reference", "-o", str(page), "--in-force").err == f"wrote {page}\n"
    assert "Counter" in page.read_text(encoding="utf-8")
    assert run("metamodel", "stub", "-o", str(stub)).code == 0
    assert "class System(ApplicationComponent):" in stub.read_text(encoding="utf-8")
    assert "Counter" not in stub.read_text(encoding="utf-8")
    in_force = run("metamodel", "stub", "--in-force", "-o", "-").out
    assert "class Counter(BusinessActor):\n    desks: _orm.Mapped[int | None]\n" in in_force


def test_a_wrong_profile_is_told_by_line(run: Run, profile_file: Path) -> None:
    profile_file.write_text(PROFILE.replace('"integer"', '"intger"'), encoding="utf-8")
    for command in ("check", "apply"):
        ran = run("metamodel", command, str(profile_file))
        assert ran.code == 4
        assert "line 9" in ran.err
        assert "integer" in ran.err


def test_a_profile_that_is_not_there_or_not_text_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
    assert run("metamodel", "check", str(tmp_path / "binary.toml")).code == 4
    assert run("metamodel", "check", str(tmp_path / "none.toml")).code == 3


def test_a_token_is_shown_once_and_can_be_revoked(run: Run) -> None:
    secret = run("token", "create", "bot", "--scope", "write", "--expires", "2099-12-31").out.strip()
    assert secret.startswith("ear_")
    listed = run("token", "list", "--json")
    assert secret not in listed.out
    (token,) = listed.json["items"]
    assert (token["name"], token["scopes"], token["live"]) == ("bot", ["write"], True)
    assert token["expires_at"].startswith("2099-12-31")
    assert run("token", "revoke", "bot").code == 0
    assert run("token", "list", "--json").json["items"][0]["live"] is False


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["create", "bot", "--scope", "all"], 4),
        (["create", "two words"], 4),
        (["create", "bot", "--expires", "1999-01-01"], 4),
        (["revoke", "nobody"], 3),
    ],
)
def test_a_wrong_token_is_refused_in_one_line(run: Run, arguments: list[str], code: int) -> None:
    ran = run("token", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (code, "", 1)
