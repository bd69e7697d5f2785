"""Sets of files as one thing: a folder, .zip, .tar or .tar.gz, written as they come and read one at a time.

Neither way needs memory that grows with the files. What is written appears under its name only when it is whole.
What is read is not trusted: paths that lead out, links, devices, files named twice and bombs are refused.
"""

import os
import re
import shutil
import stat
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, Protocol, cast

from ea_repo.errors import InvalidInput, MalformedRequest, NotFound, TooLarge
from ea_repo.exchange import archives

MAX_FILES = 100_000
#: A packed file may unpack to so much, or so many times its size: lines of JSON reach about 40 times.
_ALWAYS_UNPACKED = 64 * archives.MEGABYTE
_MOST_TIMES = 250
_CHUNK = 1024 * 1024
_DRIVE = re.compile("[A-Za-z]:")
_DAMAGE = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, NotImplementedError, ValueError, OSError,
)  # fmt: skip


class Sink(Protocol):
    """Where files are written, one after another."""

    def file(self, path: str) -> AbstractContextManager[BinaryIO]:
        """A new file at this path, open for writing."""


class Files:
    """The files of a container by path, each with its size as far as the container tells it."""

    def __init__(self, name: str, sizes: Mapping[str, int], open_one: Callable[[str], BinaryIO]) -> None:
        self.name = name
        self.sizes = sizes
        self._open = open_one

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """A file for reading. Raises `MalformedRequest` where the container is damaged there."""
        with self._told(path):
            file = self._open(path)
            try:
                yield file
            finally:
                file.close()

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except _DAMAGE as error:
            raise MalformedRequest(f"{self.name}: {path} is damaged or cut off ({error})", files=[path]) from None

    def below(self, folder: str) -> "Files":
        """The files in a folder, by their paths from there."""
        own = {path[len(folder) :]: size for path, size in self.sizes.items() if path.startswith(folder)}
        return Files(self.name, own, lambda path: self._open(folder + path))


# Writing


@contextmanager
def writing(target: Path, moment: datetime) -> Iterator[Sink]:
    """Writes a container; its form follows from the name: .zip, .tar, .tar.gz, else a folder. `moment` is told as the
    time of every file. Where the block raises, nothing is left behind.
    """
    if target.exists():
        raise InvalidInput(f"{target} exists already; name another file")
    if not target.absolute().parent.is_dir():
        raise InvalidInput(f"there is no folder {target.absolute().parent} to write {target.name} into")
    part = target.with_name(f".{target.name}.part")
    _remove(part)
    try:
        with _sink(target.name.lower(), part, moment) as sink:
            yield sink
        part.rename(target)
    except OSError as error:
        raise InvalidInput(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        _remove(part)


@contextmanager
def _sink(name: str, part: Path, moment: datetime) -> Iterator[Sink]:
    if name.endswith(".zip"):
        with zipfile.ZipFile(part, "x", zipfile.ZIP_DEFLATED) as packed:
            yield _ZipSink(packed, moment)
    elif name.endswith((".tar", ".tar.gz", ".tgz")):
        packing = "x:" if name.endswith(".tar") else "x:gz"
        with tarfile.open(part, cast(Any, packing), format=tarfile.PAX_FORMAT) as tar:
            yield _TarSink(tar, moment)
    else:
        part.mkdir()
        yield _FolderSink(part)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


class _FolderSink:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def file(self, path: str) -> Iterator[BinaryIO]:
        own = self.folder / path
        own.parent.mkdir(parents=True, exist_ok=True)
        with own.open("xb") as file:
            yield file


class _ZipSink:
    def __init__(self, packed: zipfile.ZipFile, moment: datetime) -> None:
        self.packed = packed
        self.moment = moment

    @contextmanager
    def file(self, path: str) -> Iterator[BinaryIO]:
        entry = zipfile.ZipInfo(path, self.moment.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = (stat.S_IFREG | 0o644) << 16
        with self.packed.open(entry, "w", force_zip64=True) as file:
            yield cast(BinaryIO, file)


class _TarSink:
    """A tar says the size of a file before the file, so each waits on the disk until it is whole."""

    def __init__(self, tar: tarfile.TarFile, moment: datetime) -> None:
        self.tar = tar
        self.moment = moment

    @contextmanager
    def file(self, path: str) -> Iterator[BinaryIO]:
        with tempfile.TemporaryFile() as file:
            yield cast(BinaryIO, file)
            entry = tarfile.TarInfo(path)
            entry.size = file.seek(0, os.SEEK_END)
            entry.mtime = int(self.moment.timestamp())
            file.seek(0)
            self.tar.addfile(entry, file)


# Reading


@contextmanager
def reading(source: Path) -> Iterator[Files]:
    """The files of a folder, .zip or .tar, told apart by content. Raises `NotFound`, `MalformedRequest`, `TooLarge`."""
    name = source.name or str(source)
    if source.is_dir():
        yield _folder(source, name)
        return
    if not source.is_file():
        raise NotFound(f'there is no file "{source}"')
    with source.open("rb") as file:
        head = file.read(512)
        file.seek(0)
        try:
            if archives.is_zip(head):
                opened: Any = zipfile.ZipFile(archives.BoundedReads(file, name))
                listed: Callable[[Any, str, int], Files] = _zip
            elif archives.is_tar(head):
                opened = tarfile.open(fileobj=file, mode="r:gz" if archives.is_gzip(head) else "r:")  # noqa: SIM115 - closed below
                listed = _tar
            else:
                raise MalformedRequest(f"{name} is neither a folder nor a .zip or .tar archive")
        except _DAMAGE as error:
            raise MalformedRequest(f"{name}: the archive is damaged or cut off ({error})") from None
        with opened:
            try:
                files = listed(opened, name, source.stat().st_size)
            except _DAMAGE as error:
                raise MalformedRequest(f"{name}: the archive is damaged or cut off ({error})") from None
            yield files


class _Paths:
    """Collects the paths of a container, each checked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sizes: dict[str, int] = {}
        self._alike: set[str] = set()

    def add(self, path: str, size: int) -> str:
        """The path in one notation."""
        parts = PurePosixPath(path).parts
        is_plain = "\\" not in path and "\0" not in path and not _DRIVE.match(path)
        if not parts or not is_plain or path.startswith("/") or ".." in parts:
            raise MalformedRequest(f"{self.name}: the path {path[:200]!r} leads out of the archive", files=[path[:200]])
        found = "/".join(parts)
        alike = unicodedata.normalize("NFC", found).casefold()  # one file on some systems
        if alike in self._alike:
            raise MalformedRequest(f"{self.name}: {found} is in it twice", files=[found])
        self._alike.add(alike)
        self.sizes[found] = size
        if len(self.sizes) > MAX_FILES:
            raise TooLarge(f"{self.name} holds more than {MAX_FILES:,} files")
        return found

    def refuse_special(self, path: str) -> None:
        raise MalformedRequest(f"{self.name}: {path} is a link or device, which is not read", files=[path])


def _folder(folder: Path, name: str) -> Files:
    paths = _Paths(name)
    for base, folders, files in os.walk(folder):
        for each in sorted((*folders, *files)):
            path = Path(base) / each
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                paths.refuse_special(inside)
            if path.is_file():
                paths.add(inside, path.stat().st_size)
    return Files(name, paths.sizes, lambda path: (folder / path).open("rb"))


def _zip(packed: zipfile.ZipFile, name: str, size: int) -> Files:
    paths, entries = _Paths(name), {}
    for entry in packed.infolist():
        if entry.is_dir():
            continue
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            paths.refuse_special(entry.filename)
        if entry.flag_bits & 1:
            raise MalformedRequest(f"{name}: {entry.filename} is encrypted", files=[entry.filename])
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise MalformedRequest(f"{name}: {entry.filename} is compressed in an unusual way", files=[entry.filename])
        _refuse_bomb(name, entry.filename, entry.file_size, entry.compress_size)
        entries[paths.add(entry.filename, entry.file_size)] = entry
    # What a zip unpacks beyond the size it declares, `zipfile` does not give out.
    return Files(name, paths.sizes, lambda path: cast(BinaryIO, packed.open(entries[path])))


def _tar(tar: tarfile.TarFile, name: str, size: int) -> Files:
    paths, entries, total = _Paths(name), {}, 0
    while (entry := tar.next()) is not None:
        if entry.isdir():
            continue
        if not entry.isfile() or entry.issparse():
            paths.refuse_special(entry.name)
        total += entry.size
        _refuse_bomb(name, entry.name, total, size)
        entries[paths.add(entry.name, entry.size)] = entry
    return Files(name, paths.sizes, lambda path: cast(BinaryIO, _extracted(tar, entries[path])))


def _extracted(tar: tarfile.TarFile, entry: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(entry)
    if file is None:
        raise MalformedRequest(f"{entry.name} is no file")
    return file


def _refuse_bomb(name: str, path: str, unpacked: int, packed: int) -> None:
    if unpacked > max(_ALWAYS_UNPACKED, _MOST_TIMES * packed):
        raise TooLarge(
            f"{name}: {path} unpacks to {unpacked:,} bytes from {packed:,}, which no archive of ours does", files=[path]
        )


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """A file's bytes, some at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk
