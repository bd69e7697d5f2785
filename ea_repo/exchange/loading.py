"""Imports a large file into a new model as it is read, so that neither file nor model need fit into memory."""

import gzip
import os
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from ea_repo.environment import processors
from ea_repo.errors import MalformedRequest
from ea_repo.exchange import archives
from ea_repo.exchange.format import LineReader
from ea_repo.exchange.reading import line_reader
from ea_repo.exchange.report import ImportReport, Progress
from ea_repo.metamodel import Metamodel
from ea_repo.store.difference import Difference
from ea_repo.store.operations import Create

if TYPE_CHECKING:
    from ea_repo.repository import Repository

#: From this size on, packed or not, a file is loaded as it is read.
LARGE_BYTES = 4_000_000
#: From this size on a process of its own, which takes half a second to start, reads it.
APART_BYTES = 16_000_000
_COUNTED = {"elements": "element", "relationships": "relationship", "views": "view"}


@dataclass
class FileLines:
    """The lines of a file, packed or not, as often as they are asked for. Can be pickled where the file is a path."""

    file: Path | BinaryIO
    called: str
    model: str
    reader: LineReader
    _opened: BinaryIO | None = None
    _read: int = 0

    @property
    def position(self) -> int:
        """How many bytes of the file were read."""
        return self._read if self._opened is None else self._opened.tell()

    def __call__(self, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        with ExitStack() as stack:
            file = self.file
            opened = stack.enter_context(file.open("rb")) if isinstance(file, Path) else file
            self._opened = opened
            opened.seek(0)
            is_packed = archives.is_gzip(opened.read(2))
            opened.seek(0)
            unpacked = cast(BinaryIO, gzip.GzipFile(fileobj=opened) if is_packed else opened)
            try:
                yield from self.reader.creates(unpacked, self.called, self.model, metamodel)
            except zlib.error as error:
                raise MalformedRequest(f"{self.called}: the file is damaged ({error})") from None
            finally:
                self._opened, self._read = None, opened.tell()


def load_large(
    repository: "Repository",
    path: str | Path | BinaryIO,
    *,
    model: str,
    author: str,
    reason: str | None = None,
    name: str | None = None,
    strict: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
    from_bytes: int | None = None,
) -> ImportReport | None:
    """Loads a file in a format that is read line by line into a new model; None where that is not what is asked.

    Raises what `Load.apply` raises, and then nothing was written. O(lines), in memory of some 60 bytes a line.
    """
    with ExitStack() as stack:
        if isinstance(path, str | Path):
            if not Path(path).is_file():
                return None
            file: BinaryIO = stack.enter_context(Path(path).open("rb"))
            called = name or Path(path).name
        else:
            file, called = path, name or "the file"
        size = file.seek(0, os.SEEK_END)
        found = line_reader(file) if size >= (LARGE_BYTES if from_bytes is None else from_bytes) else None
        if found is None or not repository.is_new_model(model):
            file.seek(0)
            return None
        format_name, reader = found

        lines = FileLines(Path(path).resolve() if isinstance(path, str | Path) else file, called, model, reader)
        is_apart = isinstance(lines.file, Path) and size >= APART_BYTES and processors() > 1
        load = repository.load(
            author, reason or f"Import {called}", lines, source=called, strict=strict, is_apart=is_apart
        )
        with repository.state() as state:
            planned = state.number
        loaded = load.apply(_told(progress, size), dry_run=dry_run)
    counts = {
        many: {"in_file": loaded.counts[one]["created"], "created": loaded.counts[one]["created"]}
        | dict.fromkeys(("changed", "unchanged", "deleted"), 0)
        for many, one in _COUNTED.items()
    }
    findings = loaded.findings
    return ImportReport(
        model, format_name, loaded.number, counts, findings, Difference((), findings), dry_run, loaded, planned
    )


def _told(progress: Progress | None, size: int) -> Callable[[int, int], None] | None:
    """Tells of lines read, how many there will be if they go on as they are, and so many a second."""
    if progress is None:
        return None
    begun = time.perf_counter()

    def told(lines: int, position: int) -> None:
        rate = lines / (time.perf_counter() - begun)
        progress(lines, round(lines * size / max(position, 1)), f"loading at {rate:,.0f} rows a second")

    return told
