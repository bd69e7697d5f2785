"""The command line itself: help, wrong usage, errors, exit codes. What a command may not load is `test_loading.py`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ea_repo.cli import listing, main, root
from ea_repo.errors import Busy, Conflict, InvalidInput, NotFound, Problem, RepositoryError, SchemaOutOfDate


def subprocess_run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ea_repo.cli.main", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def test_without_arguments_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main([]) == 0
    assert "Usage: ea-repo" in capsys.readouterr().out


def test_the_summaries_read_from_the_sources_are_those_of_the_catalogue() -> None:
    from ea_repo.catalogue import entries

    known = listing.summaries()
    asked = {name: entry.summary for name, entry in entries("question").items()}
    assert {name: known[name] for name in known if name not in listing.command_modules()} == asked


def test_every_command_loads_and_says_in_its_help_what_the_listing_says() -> None:
    for name, summary in listing.summaries().items():
        assert (root.load(name).help or "").partition("\n")[0] == summary, name


def test_every_command_stands_in_exactly_one_section() -> None:
    names = [name for _, section in listing.sections() for name in section]
    assert sorted(names) == sorted(listing.summaries())


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["lst"], "error: No such command 'lst'. Did you mean 'list'?; see ea-repo --help"),
        (["show"], "error: Missing argument 'UID'; see ea-repo show --help"),
        (["list", "--limit", "x"], "--limit"),
        (["list", "--on", "2028"], '"2028" is not a date; write it as 2028-01-31'),
        (["list", "--json", "--csv"], "exclude each other"),
        (["version", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(
    arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(arguments) == 2
    told = capsys.readouterr()
    text = told.out if "--json" in arguments else told.err
    assert line in text
    assert "--json" in arguments or text.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInput("x"), 4),
        (NotFound("x"), 3),
        (Conflict("x"), 5),
        (SchemaOutOfDate("x"), 7),
        (Busy("x"), 75),
    ],
)
def test_errors_of_the_library_give_their_exit_code_and_one_line(
    error: RepositoryError, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(error, [], monkeypatch) == code
    assert capsys.readouterr().err == "error: x\n"


def test_several_problems_are_told_each_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [Problem("3:7", "is not a type", expected="System"), Problem("9:1", "is twice")]
    assert failing(InvalidInput("2 things are wrong", errors=places), [], monkeypatch) == 4
    assert capsys.readouterr().err == (
        "error: 2 things are wrong\n  3:7: is not a type (expected: System)\n  9:1: is twice\n"
    )


def test_json_prints_the_problem_document(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    error = NotFound("there is no x", nearest=["y"])
    assert failing(error, ["--json"], monkeypatch) == 3
    assert json.loads(capsys.readouterr().out) == {
        "type": "/problems/not-found",
        "title": "Not found",
        "status": 404,
        "detail": "there is no x",
        "code": "not-found",
        "nearest": ["y"],
    }


def test_names_with_control_characters_cannot_write_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(NotFound('there is no "\x1b[31mred\n"'), [], monkeypatch)
    assert "\x1b" not in capsys.readouterr().err


def test_a_defect_is_one_line_with_a_file_that_has_the_story(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(ZeroDivisionError("by zero"), [], monkeypatch) == 70
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    story = Path(told.strip().rpartition(" ")[2])
    assert "ZeroDivisionError: by zero" in story.read_text(encoding="utf-8")
    story.unlink()


def test_an_interrupted_command_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(KeyboardInterrupt(), [], monkeypatch) == 130
    assert capsys.readouterr().err == "error: interrupted\n"


def failing(error: BaseException, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a command that raises the error."""

    class Command:
        def main(self, **_: object) -> None:
            raise error

    monkeypatch.setattr("ea_repo.cli.words.command_of", lambda _: Command())
    return main.main(arguments)


def test_the_installed_program_exits_with_the_code() -> None:
    assert subprocess_run("version").returncode == 0
    assert subprocess_run("nonsense").returncode == 2


def test_a_reader_that_leaves_early_is_no_error() -> None:
    program = f"{sys.executable} -m ea_repo.cli.main --help | head -n 1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {program}"], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_what_is_piped_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    environment = {
        "PATH": "",
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
    }
    done = subprocess_run("show", "기관", "--database", str(tmp_path / "x.db"), env=environment)
    assert "기관" in done.stderr or done.returncode == 2
