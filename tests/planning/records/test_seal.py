"""Seals: the same state gives the same bytes, one flipped byte is found and named, and so is a history that was altered."""

import json
import shutil
from datetime import date
from pathlib import Path

import bagit as reference
import pytest
from sqlalchemy import create_engine, text

from ea_repo.cli.main import main
from ea_repo.errors import Conflict, InvalidInput, MalformedRequest
from ea_repo.exchange import whole_archive
from ea_repo.planning.records import seal
from ea_repo.repository import Repository, open_repository
from ea_repo.store.engine import parse_url
from ea_repo.store.operations import Update
from tests.factories import a_flow, a_folder, a_model, a_system, a_view, an_agency

OLD = date(2020, 1, 1)


def begun(repository: Repository) -> Repository:
    repository.changeset(
        "sari", "Begin",
        [a_model(), an_agency("a"), a_folder("f"), a_system("s", "Tax", owner="a", valid_until="2021-12-31"),
         a_system("t", "Ä 세금"), a_flow("x", "s", "t"), a_view("v", shows=("gov:s",))],
    ).apply()  # fmt: skip
    return repository


def sealed(repository: Repository, path: Path, on: date | None = None, as_of: int | None = None) -> seal.Seal:
    with repository.state(on=on, as_of=as_of) as state:
        return seal.write(state, path)


def test_a_seal_is_a_valid_bag_that_tells_what_it_is_of(repository: Repository, tmp_path: Path) -> None:
    made = sealed(begun(repository), tmp_path / "seal")
    assert made.records == {"models": 1, "folders": 1, "concepts": 4, "views": 1}
    assert (made.changeset, made.author, made.reason, made.on) == (1, "sari", "Begin", None)
    reference.Bag(str(tmp_path / "seal")).validate()
    assert seal.verify(tmp_path / "seal", fingerprint=made.fingerprint) == made
    assert seal.changes(repository, tmp_path / "seal") == []
    lines = [json.loads(line) for line in (tmp_path / "seal/data/concepts.ndjson").read_text("utf-8").splitlines()]
    assert [each["uid"] for each in lines] == ["gov:a", "gov:s", "gov:t", "gov:x"]
    assert lines[2]["name"] == "Ä 세금"


def test_later_work_leaves_the_sealed_past_as_it_was(repository: Repository, tmp_path: Path) -> None:
    sealed(begun(repository), tmp_path / "early.zip")
    repository.changeset("t", "later", [Update("gov:s", {"name": "Taxes"}), a_system("u")]).apply()
    assert seal.changes(repository, tmp_path / "early.zip") == []
    sealed(repository, tmp_path / "again.zip", as_of=1)
    with_again = [seal.verify(tmp_path / name) for name in ("early.zip", "again.zip")]
    assert with_again[0].records == with_again[1].records
    assert with_again[0].history == with_again[1].history


def test_a_seal_of_a_date_holds_what_held_then(repository: Repository, tmp_path: Path) -> None:
    begun(repository)
    assert sealed(repository, tmp_path / "old", on=OLD).records["concepts"] == 4
    new = sealed(repository, tmp_path / "new", on=date(2026, 1, 1))
    assert (new.records["concepts"], new.on) == (2, "2026-01-01")
    assert seal.changes(repository, tmp_path / "new") == []


@pytest.mark.parametrize("name", ["concepts.ndjson", "models.ndjson", "views.ndjson", "seal.json"])
def test_one_flipped_byte_is_found_and_named(sqlite_repository: Repository, tmp_path: Path, name: str) -> None:
    sealed(begun(sqlite_repository), tmp_path / "seal")
    path = tmp_path / "seal" / "data" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(MalformedRequest, match=f"data/{name}"):
        seal.verify(tmp_path / "seal")


def test_a_seal_made_anew_with_care_is_found_by_its_fingerprint(sqlite_repository: Repository, tmp_path: Path) -> None:
    made = sealed(begun(sqlite_repository), tmp_path / "seal")
    shutil.copytree(tmp_path / "seal", tmp_path / "forged")
    path = tmp_path / "forged" / "data" / "concepts.ndjson"
    path.write_text(path.read_text("utf-8").replace("Tax", "Tox"), "utf-8")
    forged = reference.Bag(str(tmp_path / "forged"))
    forged.save(manifests=True)
    assert seal.verify(tmp_path / "forged").changeset == 1
    with pytest.raises(MalformedRequest, match="the seal was altered"):
        seal.verify(tmp_path / "forged", fingerprint=made.fingerprint)
    assert seal.changes(sqlite_repository, tmp_path / "forged") == [seal.Change("concepts", "gov:s", "altered")]


def test_a_past_that_somebody_altered_in_the_database_is_named(repository: Repository, tmp_path: Path) -> None:
    sealed(begun(repository), tmp_path / "seal.zip")
    engine = create_engine(parse_url(repository.url.render_as_string(hide_password=False)))
    with engine.begin() as connection:
        connection.execute(text("UPDATE concept SET name = 'Nothing' WHERE uid = 'gov:t'"))
    engine.dispose()
    assert seal.changes(repository, tmp_path / "seal.zip") == [seal.Change("concepts", "gov:t", "altered")]


def test_a_restored_archive_still_has_what_was_sealed_and_another_repository_has_not(
    sqlite_repository: Repository, tmp_path: Path
) -> None:
    sealed(begun(sqlite_repository), tmp_path / "seal.zip")
    whole_archive.write(sqlite_repository, tmp_path / "all.zip")
    whole_archive.restore(tmp_path / "all.zip", str(tmp_path / "restored.db"))
    with open_repository(str(tmp_path / "restored.db")) as restored:
        assert seal.changes(restored, tmp_path / "seal.zip") == []
    with open_repository(str(tmp_path / "other.db"), create=True) as other:
        begun(other)
        with pytest.raises(InvalidInput, match="another than the one that was sealed"):
            seal.changes(other, tmp_path / "seal.zip")


def test_what_may_change_or_is_not_there_is_not_sealed(sqlite_repository: Repository, tmp_path: Path) -> None:
    with sqlite_repository.state() as state, pytest.raises(Conflict, match="nothing to seal"):
        seal.write(state, tmp_path / "seal.zip")
    assert not (tmp_path / "seal.zip").exists()


def test_the_command_seals_and_verifies(
    sqlite_repository: Repository, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    begun(sqlite_repository)
    database = ["-d", f"sqlite:///{sqlite_repository.url.database}"]
    assert main([*database, "seal", "write", "s.zip", "--json"]) == 0
    fingerprint = json.loads(capsys.readouterr().out)["fingerprint"]
    assert main([*database, "seal", "verify", "s.zip", "--fingerprint", fingerprint, "--repository"]) == 0
    assert "the repository still has just that" in capsys.readouterr().out
    assert main([*database, "seal", "verify", "s.zip", "--fingerprint", "0" * 64]) == 4
