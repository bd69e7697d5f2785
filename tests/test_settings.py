"""Settings: where a value comes from, and how a wrong one is told."""

import os
from pathlib import Path

import pytest

from ea_repo.errors import InvalidInput
from ea_repo.settings import masked, read_settings, shown


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("EA_REPO_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_any_setting_the_database_is_a_file_in_the_current_folder() -> None:
    found = read_settings()
    assert found.database_url == "sqlite:///ea-repo.db"
    assert (found.read_urls, found.dot, found.allowed_hosts, found.language) == ((), None, (), "en")


def test_the_file_in_the_current_folder_is_read(empty_folder: Path) -> None:
    (empty_folder / "ea-repo.toml").write_text('language = "ko"\nallowed_hosts = ["ea.go.kr"]\n')
    found = read_settings()
    assert (found.language, found.allowed_hosts) == ("ko", ("ea.go.kr",))


def test_a_variable_wins_over_the_file(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / "ea-repo.toml").write_text('language = "ko"\nauthor = "File"\n')
    monkeypatch.setenv("EA_REPO_LANGUAGE", "id")
    found = read_settings()
    assert (found.language, found.author) == ("id", "File")


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_LANGUAGE", "")
    assert read_settings().language == "en"


def test_another_file_can_be_named(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / "other.toml").write_text("upload_megabytes = 7")
    monkeypatch.setenv("EA_REPO_CONFIG", "other.toml")
    assert read_settings().upload_bytes == 7_000_000


def test_a_named_file_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_CONFIG", "missing.toml")
    with pytest.raises(InvalidInput, match=r"EA_REPO_CONFIG names missing\.toml"):
        read_settings()


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("data/ea.db", "sqlite:///data/ea.db"),
        ("/srv/ea.db", "sqlite:////srv/ea.db"),
        ("sqlite:////srv/ea.db", "sqlite:////srv/ea.db"),
        ("postgres://u@h/ea", "postgresql+psycopg://u@h/ea"),
        ("postgresql://u@h/ea", "postgresql+psycopg://u@h/ea"),
        ("postgresql+psycopg://u@h/ea", "postgresql+psycopg://u@h/ea"),
    ],
)
def test_database_addresses_are_understood_as_people_write_them(
    given: str, read: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EA_REPO_DATABASE_URL", given)
    assert read_settings().database_url == read


@pytest.mark.parametrize("address", ["mysql://u:secret@h/ea", "sqlite:///", "sqlite://", "http://x"])
def test_another_database_is_refused_with_what_would_be_right(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_DATABASE_URL", address)
    with pytest.raises(InvalidInput, match=r"EA_REPO_DATABASE_URL: .*is not a database address; write") as told:
        read_settings()
    assert "secret" not in told.value.detail


def test_standbys_are_a_list_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_READ_URLS", "postgres://one/ea, postgres://two/ea")
    assert read_settings().read_urls == ("postgresql+psycopg://one/ea", "postgresql+psycopg://two/ea")


def test_a_sqlite_standby_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_READ_URLS", "other.db")
    with pytest.raises(InvalidInput, match="EA_REPO_READ_URLS: only PostgreSQL has standbys"):
        read_settings()


def test_all_wrong_settings_are_told_at_once_each_with_its_place(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (empty_folder / "ea-repo.toml").write_text('databse_url = "x.db"\nupload_megabytes = 0\n')
    monkeypatch.setenv("EA_REPO_LANGUAGE", "de")
    monkeypatch.setenv("EA_REPO_AUTOR", "me")
    with pytest.raises(InvalidInput) as told:
        read_settings()
    assert {(each.pointer, each.code) for each in told.value.errors} == {
        ("EA_REPO_AUTOR", "unknown-setting"),
        ("ea-repo.toml: databse_url", "unknown-setting"),
        ("EA_REPO_LANGUAGE", "bad-setting"),
        ("ea-repo.toml: upload_megabytes", "bad-setting"),
    }
    assert {each.expected for each in told.value.errors} >= {"EA_REPO_AUTHOR", "database_url"}


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("upload_megabytes = true", "should be a whole number from 1 to 10,000"),
        ("upload_megabytes = 7.5", "should be a whole number from 1 to 10,000"),
        ("upload_megabytes = 10001", "should be a whole number from 1 to 10,000"),
        ("allowed_hosts = [1]", "should be a list of texts, or texts separated by commas"),
        ("dot = 3", "should be text"),
        ('author = ""', "should be text"),
        ('language = "de"', "should be one of en, id, ko"),
    ],
)
def test_a_value_of_another_kind_is_told_with_what_would_be_right(empty_folder: Path, line: str, hint: str) -> None:
    (empty_folder / "ea-repo.toml").write_text(line)
    with pytest.raises(InvalidInput, match=rf"ea-repo\.toml: {line.split()[0]}: {hint}"):
        read_settings()


def test_a_file_that_is_not_toml_is_told_with_its_line(empty_folder: Path) -> None:
    (empty_folder / "ea-repo.toml").write_text('language = "ko"\nauthor =\n')
    with pytest.raises(InvalidInput, match=r"ea-repo\.toml is not TOML in UTF-8: .*line 2"):
        read_settings()


def test_settings_are_shown_with_their_source_and_without_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EA_REPO_DATABASE_URL", "postgresql://ea:s3cr3t@db/ea")
    by_name = {each.name: each for each in shown(read_settings())}
    assert by_name["database_url"].value == "postgresql+psycopg://ea:***@db/ea"
    assert by_name["database_url"].source == "EA_REPO_DATABASE_URL"
    assert by_name["language"].source == "default"


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://u:p:q@h/d",
        "postgresql://u:p/q@h/d",
        "postgresql://u:p@q@h/d",
        "postgresql://:p@h/d",
        "postgresql://h/d?user=u&password=pq",
    ],
)
def test_no_part_of_a_password_is_shown_however_it_is_written(text: str) -> None:
    shown_text = masked(text)
    assert "***" in shown_text
    assert not any(part in shown_text for part in ("p:q", "p/q", "p@q", ":p@", "=pq"))
