"""Reads folders, .zip and .tar(.gz) as a mapping of paths to bytes, never writing to disk and never more than
is safe.

Refused with one sentence: bombs, paths that lead outside, links and devices, too many entries, encrypted
entries.
"""

import gzip
import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from ea_repo.errors import MalformedRequest, TooLarge

MEGABYTE = 1024 * 1024
MAX_ENTRIES = 200_000
MAX_ENTRY_BYTES = 64 * MEGABYTE
MAX_TOTAL_BYTES = 128 * MEGABYTE
#: What may be unpacked on the way, entries that are not wanted included.
MAX_PASSED_BYTES = 512 * MEGABYTE
#: Headers between two entries of a .tar, which `tarfile` reads whole.
_MAX_TAR_HEADERS = 2 * MEGABYTE
#: The directory at the end of a .zip is read whole by `zipfile`, so it is bounded before.
_MAX_ZIP_DIRECTORY = 16 * MEGABYTE
_CHUNK = 64 * 1024
_DRIVE = re.compile("[A-Za-z]:")

#: Decides by its path whether an entry is wanted; others are checked but not kept.
Wanted = Callable[[str], bool]


def is_zip(head: bytes) -> bool:
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")


def is_office(file: BinaryIO) -> bool:
    """Whether a .zip is a document of an office program, which is one file to whoever made it."""
    try:
        with zipfile.ZipFile(BoundedReads(file, "")) as archive:
            return "[Content_Types].xml" in archive.NameToInfo
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, TooLarge):
        return False  # whoever reads on will say what is wrong
    finally:
        file.seek(0)


def is_gzip(head: bytes) -> bool:
    return head[:2] == b"\x1f\x8b"


def is_tar(head: bytes) -> bool:
    return is_gzip(head) or head[257:262] == b"ustar"


def read_zip(file: BinaryIO, name: str, wanted: Wanted) -> dict[str, bytes]:
    """The wanted entries of a .zip by path, in order of path."""
    budget = _Budget(name)
    found = {}
    try:
        with zipfile.ZipFile(BoundedReads(file, name)) as archive:
            entries = archive.infolist()
            budget.count(len(entries))
            for entry in entries:
                path = budget.path(entry.filename)
                _refuse_special(entry.external_attr >> 16, path, name)
                if entry.flag_bits & 1:
                    raise MalformedRequest(f"{name}: {path} is encrypted; save the archive without a password")
                if entry.is_dir() or not wanted(path):
                    continue
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise MalformedRequest(f"{name}: {path} is compressed in an unusual way; use ordinary .zip")
                if path in found:
                    raise MalformedRequest(f"{name}: {path} is in it twice")
                with archive.open(entry) as stream:
                    found[path] = budget.read(stream, path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise MalformedRequest(f"{name}: the .zip archive is damaged or cut off ({error})") from None
    return dict(sorted(found.items()))


def read_tar(file: BinaryIO, name: str, wanted: Wanted) -> dict[str, bytes]:
    """The wanted entries of a .tar or .tar.gz by path, in order of path."""
    budget = _Budget(name)
    found = {}
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    unpacked: Any = gzip.GzipFile(fileobj=file) if packed else file
    try:
        archive: Any
        with tarfile.open(fileobj=_CountedStream(unpacked, budget), mode="r|") as archive:
            for entry in archive:
                budget.count(1)
                budget.allow(entry.size)
                path = budget.path(entry.name)
                if not (entry.isfile() or entry.isdir()):
                    raise MalformedRequest(f"{name}: {path} is a link or device, which a model never has")
                stream = archive.extractfile(entry) if entry.isfile() and wanted(path) else None
                if stream is None:
                    continue
                if path in found:
                    raise MalformedRequest(f"{name}: {path} is in it twice")
                found[path] = budget.read(stream, path)
                archive.members = []  # tarfile would remember every entry
    except (tarfile.TarError, zlib.error, gzip.BadGzipFile, EOFError, UnicodeError, OSError) as error:
        raise MalformedRequest(f"{name}: the .tar.gz archive is damaged or cut off ({error})") from None
    return dict(sorted(found.items()))


def unpacked(file: BinaryIO, name: str) -> bytes:
    """The content of a single file packed by gzip."""
    try:
        data = gzip.GzipFile(fileobj=file).read(MAX_TOTAL_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise MalformedRequest(f"{name}: the packed file is damaged or cut off ({error})") from None
    if len(data) > MAX_TOTAL_BYTES:
        raise TooLarge(f"{name} holds more than {MAX_TOTAL_BYTES // MEGABYTE} MB, the most that is unpacked")
    return data


def read_folder(folder: Path, wanted: Wanted) -> dict[str, bytes]:
    """The wanted files below a folder by their path from it, in order of path."""
    budget = _Budget(folder.name or str(folder))
    found = {}
    for path, inside in sorted(_walk(folder, folder, budget)):
        if wanted(inside):
            with path.open("rb") as stream:
                found[inside] = budget.read(stream, inside)
    return found


def _walk(folder: Path, root: Path, budget: "_Budget") -> Iterator[tuple[Path, str]]:
    for path in folder.iterdir():
        inside = path.relative_to(root).as_posix()
        if path.name.startswith("."):  # .git and the like are no part of the model
            continue
        budget.count(1)
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise MalformedRequest(f"{budget.name}: {inside} is a link or device, which a model never has")
        if path.is_dir():
            yield from _walk(path, root, budget)
        else:
            yield path, inside


def _refuse_special(mode: int, path: str, name: str) -> None:
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise MalformedRequest(f"{name}: {path} is a link or device, which a model never has")


@dataclass(slots=True)
class _Budget:
    """What may still be read of one archive."""

    name: str
    entries: int = 0
    total: int = 0
    passed: int = 0
    allowed: int = _MAX_TAR_HEADERS

    def count(self, entries: int) -> None:
        self.entries += entries
        if self.entries > MAX_ENTRIES:
            raise TooLarge(f"{self.name} holds more than {MAX_ENTRIES:,} files, which no model needs")

    def path(self, path: str) -> str:
        """The path in one notation; refused where it leads out of the archive."""
        parts = PurePosixPath(path.replace("\\", "/")).parts
        if parts and (parts[0].startswith("/") or _DRIVE.match(parts[0]) or ".." in parts or "\0" in path):
            raise MalformedRequest(f"{self.name}: the path {path[:200]!r} leads out of the archive")
        return "/".join(parts)

    def read(self, stream: IO[bytes], path: str) -> bytes:
        """All of an entry. The size that the archive declares is not trusted: it is counted while
        unpacking.
        """
        chunks = []
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            self.total += len(chunk)
            if size > MAX_ENTRY_BYTES or self.total > MAX_TOTAL_BYTES:
                most = MAX_ENTRY_BYTES if size > MAX_ENTRY_BYTES else MAX_TOTAL_BYTES
                raise TooLarge(f"{self.name}: {path} unpacks to more than {most // MEGABYTE} MB, which is not read")
            chunks.append(chunk)
        return b"".join(chunks)

    def allow(self, size: int) -> None:
        """Lets a stream unpack the entry that begins now, and the headers after it."""
        self.allowed = size + _MAX_TAR_HEADERS

    def skim(self, size: int) -> None:
        """Counts bytes that a stream unpacks, wanted or not."""
        self.passed += size
        self.allowed -= size
        if self.passed > MAX_PASSED_BYTES:
            raise TooLarge(f"{self.name} unpacks to more than {MAX_PASSED_BYTES // MEGABYTE} MB, which is not read")
        if self.allowed < 0:
            raise MalformedRequest(f"{self.name}: the names in it are longer than any system allows")


class _CountedStream(io.RawIOBase):
    """What a tar reader reads from: counts every byte that is unpacked, so that skipped entries cost a
    bounded time.
    """

    def __init__(self, stream: IO[bytes], budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._budget.skim(len(data))
        return data


class BoundedReads(io.BufferedIOBase):
    """A file of which no single read may be large: a .zip whose directory pretends to be huge stops here."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            size = _MAX_ZIP_DIRECTORY + 1
        data = self._file.read(min(size, _MAX_ZIP_DIRECTORY + 1))
        if len(data) > _MAX_ZIP_DIRECTORY:
            raise TooLarge(f"{self._name}: the .zip lists more than {_MAX_ZIP_DIRECTORY // MEGABYTE} MB of names")
        return data


def single_root(entries: Mapping[str, bytes], marker: str) -> str | None:
    """The folder (with a trailing slash, or empty) of the shallowest entry called `marker`."""
    folders = [path[: -len(marker)] for path in entries if path == marker or path.endswith(f"/{marker}")]
    return min(folders, key=lambda folder: (folder.count("/"), folder), default=None)
