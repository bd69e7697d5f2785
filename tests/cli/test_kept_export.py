"""A picture that was exported before comes from beside the database, and only where it would be made the same again."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diagrams import engines
from ea_repo import clock
from ea_repo.cli.kept_export import Export, asked
from ea_repo.cli.main import main
from ea_repo.kept_pictures import KeptPictures
from ea_repo.repository import open_repository
from ea_repo.store.glance import identity_of_file, stamp_of_file
from ea_repo.store.operations import Update
from tests.cli.loading import run_apart
from tests.factories import uid

Words = Callable[[Path], list[str]]


@pytest.fixture
def words(government: str) -> Words:
    """The command line that draws the neighbourhood of the tax system."""
    return lambda file: ["-d", government, "diagram", "export", "context", uid("tax"), "-o", str(file)]


def kept(words: list[str]) -> Export:
    found = asked(words)
    assert found is not None
    return found


def rested(file: Path) -> None:
    """Lets the file be as old as one that nobody wrote to for a while."""
    a_while_ago = file.stat().st_mtime_ns - 60_000_000_000
    os.utime(file, ns=(a_while_ago, a_while_ago))


def folder_of(government: str) -> Path:
    return Path(f"{government.removeprefix('sqlite:///')}.pictures")


def test_asked_again_it_is_the_same_picture_and_hardly_anything_is_loaded(words: Words, tmp_path: Path) -> None:
    assert main(words(tmp_path / "first.svg")) == 0
    _, said, loaded = run_apart(words(tmp_path / "second.svg"))
    assert (tmp_path / "second.svg").read_bytes() == (tmp_path / "first.svg").read_bytes()
    assert said == f"wrote {tmp_path / 'second.svg'}\n"
    assert not {"sqlalchemy", "typer", "pydantic", "diagrams"} & loaded


def test_a_database_that_was_left_alone_is_not_even_opened(government: str, words: Words, tmp_path: Path) -> None:
    file = Path(government.removeprefix("sqlite:///"))
    rested(file)
    assert main(words(tmp_path / "first.svg")) == 0
    _, _, loaded = run_apart(words(tmp_path / "second.svg"))
    assert (tmp_path / "second.svg").read_bytes() == (tmp_path / "first.svg").read_bytes()
    assert not {"sqlite3", "typing", "pathlib", "hashlib", "datetime"} & loaded


def test_the_stamp_of_a_file_is_given_only_while_nothing_can_be_on_its_way(government: str) -> None:
    file = Path(government.removeprefix("sqlite:///"))
    assert stamp_of_file(str(file), clock.nanoseconds()) == ""  # written to just now
    rested(file)
    at_rest = stamp_of_file(str(file), clock.nanoseconds())
    assert at_rest
    with open_repository(government) as repository:
        repository.changeset("architect", "rename", [Update(uid("tax"), {"name": "Taxes"})]).apply()
        assert stamp_of_file(str(file), clock.nanoseconds()) == ""  # it stands in the file beside
    rested(file)
    assert stamp_of_file(str(file), clock.nanoseconds()) not in ("", at_rest)
    assert stamp_of_file(str(file) + ".none", clock.nanoseconds()) == ""


def test_a_change_is_seen_by_whoever_asks_right_after_it(government: str, words: Words, tmp_path: Path) -> None:
    rested(Path(government.removeprefix("sqlite:///")))
    assert main(words(tmp_path / "first.svg")) == 0
    for number in range(3):
        assert kept(words(tmp_path / "second.svg")).write_again()
        with open_repository(government) as repository:
            repository.changeset("architect", "rename", [Update(uid("tax"), {"name": f"Taxes {number}"})]).apply()
            assert not kept(words(tmp_path / "second.svg")).write_again()
        assert not kept(words(tmp_path / "second.svg")).write_again()
        assert main(words(tmp_path / "first.svg")) == 0


def test_a_picture_takes_the_place_of_what_is_there_whole_or_not_at_all(
    words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link = tmp_path / "real.svg", tmp_path / "link.svg"
    real.write_bytes(b"what was there")
    real.chmod(0o640)
    link.symlink_to(real)

    def no_space(_: str, __: str) -> None:
        raise OSError(28, "no space left")

    with monkeypatch.context() as failing:
        failing.setattr(os, "replace", no_space)
        assert main(words(link)) == 4
    assert real.read_bytes() == b"what was there"
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    for _ in range(2):  # made, then kept
        assert main(words(link)) == 0
        assert link.is_symlink()
        assert real.read_bytes().startswith(b"<svg")
        assert real.stat().st_mode & 0o777 == 0o640
        real.write_bytes(b"something else")


@pytest.mark.parametrize(
    "change", ["a changeset", "a day", "a language", "another format", "an option", "a settings file"]
)
def test_what_may_change_the_picture_has_it_made_anew(
    change: str, government: str, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words(tmp_path / "first.svg")) == 0
    again = words(tmp_path / "second.svg")
    assert kept(again).write_again()
    if change == "a changeset":
        with open_repository(government) as repository:
            repository.changeset("architect", "rename", [Update(uid("tax"), {"name": "Taxes"})]).apply()
    elif change == "a day":
        monkeypatch.setattr(clock, "_stopped_at", datetime(2031, 1, 1, tzinfo=UTC))
    elif change == "a language":
        monkeypatch.setenv("EA_REPO_LANGUAGE", "ko")
    elif change == "another format":
        again = words(tmp_path / "second.dot")
    elif change == "an option":
        again += ["--theme", "dark"]
    else:
        (tmp_path / "ea-repo.toml").write_text('language = "ko"\n')
    assert not kept(again).write_again()


def test_another_database_in_the_same_place_does_not_get_the_pictures_of_the_first(
    government: str, words: Words, tmp_path: Path
) -> None:
    assert main(words(tmp_path / "first.svg")) == 0
    file = Path(government.removeprefix("sqlite:///"))
    for each in file.parent.glob(f"{file.name}*"):
        if each.is_file():
            each.unlink()
    assert not kept(words(tmp_path / "second.svg")).write_again()
    with open_repository(government, create=True) as repository:
        repository.changeset("architect", "first survey", []).apply()
    assert not kept(words(tmp_path / "second.svg")).write_again()


@pytest.mark.parametrize("damage", ["cut short", "a byte changed", "that of another picture", "empty", "no picture"])
def test_a_file_that_cannot_be_believed_is_not(damage: str, government: str, words: Words, tmp_path: Path) -> None:
    assert main(words(tmp_path / "first.svg")) == 0
    (file,) = folder_of(government).iterdir()
    written = file.read_bytes()
    if damage == "that of another picture":
        assert main([*words(tmp_path / "other.svg"), "--theme", "dark"]) == 0
        (other,) = [each for each in folder_of(government).iterdir() if each != file]
        written = other.read_bytes()
    else:
        written = {
            "cut short": written[:-7], "a byte changed": written[:-9] + b"!" + written[-8:], "empty": b"",
            "no picture": b"<svg/>",
        }[damage]  # fmt: skip
    file.write_bytes(written)
    again = words(tmp_path / "second.svg")
    assert not kept(again).write_again()
    assert main(again) == 0
    assert (tmp_path / "second.svg").read_bytes() == (tmp_path / "first.svg").read_bytes()
    assert kept(again).write_again()


def test_a_drawing_that_the_engine_failed_on_is_not_kept(
    government: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise engines.EngineFailed("out of order")

    engines.engine()
    monkeypatch.setattr(engines, "_run", failing)
    before = engines.failures()
    landscape = ["-d", government, "diagram", "export", "landscape", "-o", str(tmp_path / "first.svg")]
    assert main(landscape) == 0
    assert engines.failures() == before + 1
    assert not folder_of(government).exists()


@pytest.mark.parametrize(
    "more", [["--draft", "1"], ["--draft=1"], ["-o", "other.svg"], ["--help"], ["--all", "book.toml"], ["--"]]
)
def test_what_is_not_plain_is_left_to_the_command(more: list[str], words: Words, tmp_path: Path) -> None:
    assert asked([*words(tmp_path / "a.svg"), *more]) is None


def test_standard_output_two_databases_and_other_databases_are_left_to_the_command() -> None:
    words = ["diagram", "export", "context", "a:b", "-o"]
    assert asked([*words, "-"]) is None
    assert asked(["-d", "a.db", "-d", "b.db", *words, "a.svg"]) is None
    assert asked(["-d", "postgresql://host/name", *words, "a.svg"]) is None
    assert asked(["-d", "sqlite:///a.db?mode=ro", *words, "a.svg"]) is None
    assert asked(["list", "diagram", "export", "-o", "a.svg"]) is None


@pytest.mark.parametrize("written", [["-o", "a.svg"], ["-oa.svg"], ["--output", "a.svg"], ["--output=a.svg"]])
@pytest.mark.parametrize("named", [["-d", "a.db"], ["-da.db"], ["--database", "a.db"], ["--database=a.db"]])
def test_options_are_read_however_they_are_written(named: list[str], written: list[str]) -> None:
    found = kept([*named, "diagram", "export", "context", *written, "a:b"])
    assert (found.database, found.output, found.words) == ("a.db", "a.svg", ("context", "a:b"))


def test_the_glance_at_the_file_says_what_the_state_says(government: str, tmp_path: Path) -> None:
    file = government.removeprefix("sqlite:///")
    with open_repository(government) as repository, repository.state() as state:
        assert identity_of_file(file) == state.history_identity
    (tmp_path / "other.db").write_bytes(b"not a database")
    assert identity_of_file(str(tmp_path / "other.db")) == ""
    assert identity_of_file(str(tmp_path / "none.db")) == ""
    assert not (tmp_path / "none.db").exists()


def test_what_was_not_used_for_longest_is_dropped(tmp_path: Path) -> None:
    pictures = KeptPictures(str(tmp_path), most_bytes=2_500)
    for number, name in enumerate(("first", "second")):
        pictures.put(name, b"x" * 1_000)
        os.utime(pictures._path(name), (number, number))
    assert pictures.get("first") == b"x" * 1_000  # and so it is the latest used
    pictures.put("third", b"y" * 1_000)
    assert [pictures.get(name) is not None for name in ("first", "second", "third")] == [True, False, True]
