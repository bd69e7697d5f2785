"""A large file is read and judged in a process of its own: with the same outcome, the same errors, and nothing left behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bench_nation_import import TABLES
from benchmarks.nation import Nation, write_file
from ea_repo.errors import RepositoryError
from ea_repo.exchange import loading
from ea_repo.metamodel import Metamodel, standard
from ea_repo.repository import Repository, open_repository
from ea_repo.store.judging import Batch, judged
from ea_repo.store.judging_apart import judged_apart
from ea_repo.store.operations import Create
from tests.factories import a_model, a_relationship, a_system, an_agency


@dataclass
class Given:
    """Lines that are at hand."""

    operations: Sequence[Create]

    def __call__(self, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        yield from enumerate(self.operations, 1)


@dataclass
class Dying:
    """Lines whose reader is killed half-way."""

    count: int

    def __call__(self, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        for number in range(self.count):
            yield number, a_system(f"s{number}")
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Endless:
    """Lines without end; `path` is told the process that reads them."""

    path: str

    def __call__(self, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        Path(self.path).write_text(str(os.getpid()))
        yield 1, a_model()
        number = 2
        while True:
            yield number, a_system(f"s{number}")
            number += 1


def _rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        tables = {
            name: connection.execute(f"SELECT {columns} FROM {name}").fetchall() for name, columns in TABLES.items()
        }
        moments = [each[0] for each in connection.execute("PRAGMA table_info(changeset)") if each[1].endswith("_at")]
    tables["changeset"] = [
        tuple(value for place, value in enumerate(row) if place not in moments) for row in tables["changeset"]
    ]
    return tables


def test_the_same_rows_are_written_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "nation.ndjson"
    write_file(Nation(700), file)
    for name, from_bytes in (("apart", 0), ("together", 10**9)):
        monkeypatch.setattr(loading, "APART_BYTES", from_bytes)
        monkeypatch.setattr(loading, "processors", lambda: 2)
        with open_repository(str(tmp_path / f"{name}.db"), create=True) as repository:
            assert loading.load_large(repository, file, model="nation", author="tester", from_bytes=0) is not None
    apart, together = (_rows(tmp_path / f"{name}.db") for name in ("apart", "together"))
    assert len(apart["concept"]) == 2_800
    assert apart == together


_NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(["Tax", "세금", "Zollämter"])
_OPERATIONS = st.lists(
    st.builds(a_system, st.sampled_from("abc"), _NAMES, owner=st.sampled_from([None, "a", "z"]))
    | st.builds(an_agency, st.sampled_from("abz"), valid_from=st.sampled_from([None, "2020-02-29", "2021-02-29"]))
    | st.builds(a_relationship, st.sampled_from("rs"), st.sampled_from(["Serving", "Nonsense"]), st.just("a"), st.just("r"))
    | st.builds(a_model),
    min_size=1, max_size=30,
)  # fmt: skip


def _plain(batches: Iterator[Batch]) -> list[str]:
    return [repr(batch) for batch in batches]


@settings(deadline=None, max_examples=3)
@given(operations=_OPERATIONS)
def test_any_lines_are_judged_alike(operations: list[Create]) -> None:
    lines = Given(operations * 100)
    assert _plain(judged_apart(lines, standard())) == _plain(judged(lines, standard()))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (b'{"record":"element","identifier":"x","type":"Sys', "line 2501: column"),
        (b'{"record":"element","identifier":"x","type":"System","owner":"gone"}', 'line 2501: nation:x: owner names concept'),
        (b'{"record":"element","identifier":"agency-0","type":"System"}', 'line 2501: "nation:agency-0" exists already, on line'),
    ],
)  # fmt: skip
def test_what_is_wrong_half_way_is_told_as_ever(
    module_repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: bytes, said: str
) -> None:
    file = tmp_path / "nation.ndjson"
    write_file(Nation(700), file)
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:2_500], wrong, b"\n", *lines[2_500:]]))
    monkeypatch.setattr(loading, "processors", lambda: 2)
    told = []
    for from_bytes in (0, 10**9):
        monkeypatch.setattr(loading, "APART_BYTES", from_bytes)
        with pytest.raises(RepositoryError) as raised:
            loading.load_large(module_repository, file, model="nation", author="tester", from_bytes=0)
        told.append((type(raised.value), raised.value.detail, raised.value.errors))
    assert told[0] == told[1]
    assert said in told[0][1]
    assert module_repository.is_new_model("nation")


def test_a_reader_that_is_killed_is_an_error_and_nothing_is_written(module_repository: Repository) -> None:
    with pytest.raises(RepositoryError, match=r"was stopped \(exit code -9\)"):
        module_repository.load("tester", "load", Dying(5_000), is_apart=True).apply()
    assert module_repository.is_new_model("gov")


_PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # which is ignored where the tests run in the background
from ea_repo.repository import open_repository
from tests.exchange.test_judging_apart import Endless
with open_repository(sys.argv[1], create=True) as repository:
    repository.load("tester", "load", Endless(sys.argv[2]), is_apart=True).apply()
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_no_process_is_left_behind(tmp_path: Path, how: signal.Signals) -> None:
    told = tmp_path / "process"
    arguments = [sys.executable, "-c", _PROGRAM, str(tmp_path / "a.db"), str(told)]
    with subprocess.Popen(arguments, start_new_session=True, stderr=subprocess.DEVNULL) as process:
        _wait_until(lambda: told.exists() and told.read_text() != "")
        if how is signal.SIGINT:
            os.killpg(process.pid, how)  # as a terminal does
        else:
            process.kill()
        try:
            assert process.wait(60) != 0
        finally:
            process.kill()
    reader = Path("/proc") / told.read_text() / "cmdline"
    _wait_until(lambda: not reader.exists() or reader.read_bytes() == b"")  # a zombie is nobody's


def _wait_until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)
