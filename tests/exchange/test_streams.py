"""Writing to a pipe, a device or what the process has open: it is written to, and nothing takes its place."""

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from ea_repo.cli.main import main
from ea_repo.errors import InvalidInput
from ea_repo.exchange.export import Export
from ea_repo.exchange.selection import Selection
from ea_repo.exchange.writing import export, writer
from ea_repo.repository import Repository
from ea_repo.whole_file import write_whole
from tests.exchange.governments import changes
from tests.factories import MODEL, a_model, a_relationship, a_system

ONLY = Selection(model=MODEL)


@pytest.fixture
def repository(sqlite_repository: Repository) -> Repository:
    records = [a_model(), a_system("tax"), a_system("pay"), a_relationship("serves", "Serving", "tax", "pay")]
    sqlite_repository.changeset("t", "begin", records).apply()
    return sqlite_repository


@contextmanager
def read_from(fifo: Path) -> Iterator[list[bytes]]:
    """What comes out of a named pipe, once the block is left."""
    os.mkfifo(fifo)
    came: list[bytes] = []
    reader = Thread(target=lambda: came.append(fifo.read_bytes()), daemon=True)
    reader.start()
    yield came
    reader.join(10)
    assert not reader.is_alive()


@pytest.mark.parametrize("format", ["archi", "ndjson", "archi-csv", "xlsx"])
def test_an_export_goes_through_a_named_pipe_and_leaves_it_there(
    repository: Repository, format: str, tmp_path: Path
) -> None:
    fifo = tmp_path / "pipe"  # without an end: it is no folder all the same
    with repository.state() as state, read_from(fifo) as came:
        export(state, format, fifo, ONLY)
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []
    assert changes(repository, came[0], MODEL) == []


def test_of_an_export_that_fails_nothing_comes_out_of_the_pipe(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifo = tmp_path / "pipe"

    def fails(_: object, wanted: Export, file: io.BytesIO) -> None:
        file.write(b"half of it")
        raise InvalidInput("no more")

    monkeypatch.setattr(type(writer("archi")), "write", fails)
    with repository.state() as state, read_from(fifo) as came:
        with pytest.raises(InvalidInput, match="no more"):
            export(state, "archi", fifo, ONLY)
        os.close(os.open(fifo, os.O_WRONLY))  # the reader would wait
    assert came == [b""]


def test_a_picture_goes_through_a_pipe_that_a_link_leads_to(tmp_path: Path) -> None:
    link = tmp_path / "link.svg"
    link.symlink_to("pipe")
    with read_from(tmp_path / "pipe") as came:
        write_whole(str(link), b"content")
    assert came == [b"content"]
    assert link.is_symlink()
    assert stat.S_ISFIFO(link.stat().st_mode)


def test_what_is_written_to_the_empty_device_is_gone_and_the_device_is_not(repository: Repository) -> None:
    with repository.state() as state:
        export(state, "archi", "/dev/null", ONLY)
        export(state, "coarchi", "/dev/null", ONLY)
    write_whole("/dev/null", b"content")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_standard_output_by_its_name_goes_on_where_it_is(
    repository: Repository, name: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    os.write(1, b"before\n")
    url = repository.url.render_as_string(hide_password=False)
    assert main(["--database", url, "export", "archi", "--model", MODEL, "-o", name]) == 0
    os.write(1, b"after\n")
    written = capfdbinary.readouterr().out
    assert written.startswith(b"before\n<?xml")
    assert written.endswith(b">\nafter\n")


def test_an_export_keeps_a_link_and_what_may_be_done_with_the_file(repository: Repository, tmp_path: Path) -> None:
    real, link = tmp_path / "real.xml", tmp_path / "link.xml"
    real.write_bytes(b"what was there")
    real.chmod(0o640)
    link.symlink_to(real)
    with repository.state() as state:
        export(state, "archi", link, ONLY)
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"<?xml")
    assert real.stat().st_mode & 0o777 == 0o640
