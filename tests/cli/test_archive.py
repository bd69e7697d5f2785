"""ea-repo archive: written, verified, restored."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run, runner


def test_an_archive_is_written_verified_and_restored(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(tmp_path / "all.zip")
    written = run("archive", "write", path, "--json").json
    assert (written["changeset"], written["rows"]["concept"], written["rows"]["view"]) == (2, 11, 1)
    verified = run("archive", "verify", path, "--fingerprint", written["fingerprint"])
    assert verified.lines[0] == f"{path} is whole: up to changeset 2, schema {written['schema']}"
    assert run("archive", "verify", path, "--fingerprint", "0" * 64).code == 4
    assert run("archive", "restore", path).code == 5
    elsewhere = runner(f"sqlite:///{tmp_path / 'new.db'}", capsys)
    assert elsewhere("archive", "restore", path).code == 0
    assert elsewhere("show", "gov:ledger", "--json").json == run("show", "gov:ledger", "--json").json


def test_a_damaged_archive_is_refused_by_the_name_of_the_file(run: Run, tmp_path: Path) -> None:
    run("archive", "write", str(tmp_path / "all"))
    damaged = tmp_path / "all" / "data" / "concept.ndjson"
    damaged.write_bytes(damaged.read_bytes().replace(b"Ledger", b"ledger", 1))
    ran = run("archive", "verify", str(tmp_path / "all"))
    assert (ran.code, ran.out) == (4, "")
    assert ran.err == "error: all: data/concept.ndjson is damaged or was altered: it is not what the manifest says\n"
    assert run("archive", "verify", str(tmp_path / "all"), "--json").json["files"] == ["data/concept.ndjson"]
