"""BagIt (RFC 8493): files kept with their SHA-256, so that whoever opens them later knows that they are whole.

A bag is a folder with `bagit.txt`, the payload below `data/`, a manifest of the payload, `bag-info.txt` about it, and a
manifest of these. It is written and read as a folder, .zip or .tar, in memory that does not grow with it. What is kept
in it is its user's affair: the whole repository, a transfer to an archive, a sealed view of the register.

The fingerprint of a bag is the SHA-256 of its tag manifest: whoever notes it elsewhere also finds out whether a bag was
altered by somebody who made new manifests.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from ea_repo.clock import now
from ea_repo.errors import InvalidInput, MalformedRequest, TooLarge
from ea_repo.exchange import containers
from ea_repo.exchange.archives import MEGABYTE
from ea_repo.exchange.containers import Files, Sink, chunks

DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
PAYLOAD = "data/"
#: The bag's own folder in a packed one.
ROOT = "bag/"
MEDIA = (".zip", ".tar", ".tar.gz", ".tgz")

_DECLARED = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_VERSION = re.compile(r"BagIt-Version: (0\.97|1\.0)\r?\nTag-File-Character-Encoding: UTF-8(\r?\n)?")
_LINE = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(.+)")
#: What another program may have added in other digests; it lists nothing that ours do not.
_OTHER_TAG_MANIFEST = re.compile(r"tagmanifest-[a-z0-9]+\.txt")
_LABEL = re.compile(r"([^:\s][^:]*?)\s*:\s?(.*)")
_MOST_TAG_BYTES = 32 * MEGABYTE
_ESCAPES = {"%": "%25", "\n": "%0A", "\r": "%0D"}
#: (bytes read, of how many)
Progress = Callable[[int, int], None]


class BagWriter:
    """Takes the payload of a bag, file by file."""

    def __init__(self, sink: Sink, root: str) -> None:
        self._sink = sink
        self._root = root
        self.digests: dict[str, str] = {}
        self.octets = 0
        self.fingerprint = ""

    @contextmanager
    def add(self, path: str) -> Iterator[BinaryIO]:
        """A new payload file, open for writing; `path` is below `data/`."""
        if PAYLOAD + path in self.digests:
            raise InvalidInput(f"{path} is in the bag already")
        with self._file(PAYLOAD + path) as counted:
            yield cast(BinaryIO, counted)
        self.octets += counted.size
        self.digests[PAYLOAD + path] = counted.digest.hexdigest()

    @contextmanager
    def _file(self, path: str) -> Iterator["_Counted"]:
        with self._sink.file(self._root + path) as file:
            yield _Counted(file)

    def finish(self, info: Mapping[str, str]) -> None:
        """Writes what tells of the payload."""
        described = {
            **info,
            "Bagging-Date": info.get("Bagging-Date", now().date().isoformat()),
            "Payload-Oxum": f"{self.octets}.{len(self.digests)}",
        }
        texts = {
            DECLARATION: _DECLARED,
            INFO: "".join(f"{label}: {' '.join(value.split())}\n" for label, value in described.items()),
            MANIFEST: _manifest(self.digests),
        }
        tags = {}
        for path, text in texts.items():
            tags[path] = self._write(path, text)
        self.fingerprint = self._write(TAG_MANIFEST, _manifest(tags))

    def _write(self, path: str, text: str) -> str:
        with self._file(path) as file:
            file.write(text.encode())
        return file.digest.hexdigest()


class _Counted(io.RawIOBase):
    """A file of which everything written is counted and digested."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.digest.update(data)
        self.size += len(data)
        self._file.write(data)
        return len(data)


@contextmanager
def writing(target: Path, info: Mapping[str, str]) -> Iterator[BagWriter]:
    """A new bag at a path; its form follows from the name (.zip, .tar, .tar.gz, else a folder). `info` becomes
    `bag-info.txt`; what the block adds to it is told, too. Nothing is left behind where the block raises.
    """
    is_packed = target.name.lower().endswith(MEDIA)
    with containers.writing(target, now()) as sink:
        bag = BagWriter(sink, ROOT if is_packed else "")
        yield bag
        bag.finish(info)


class Bag:
    """A bag that is read. Everything in it is known by name; `verify` reads and compares it all."""

    def __init__(self, files: Files) -> None:
        self.files = _own_folder(files)
        self.name = files.name
        declared, _ = self._tag(DECLARATION)
        if not _VERSION.fullmatch(declared):
            raise self._wrong(DECLARATION, "does not declare a bag of BagIt 1.0 in UTF-8")
        tags, self.fingerprint = self._manifest(TAG_MANIFEST)
        self._tags = {TAG_MANIFEST: self.fingerprint}
        for path in (DECLARATION, INFO, MANIFEST):
            self._compare(path, self._tag(path)[1], tags.get(path))
        self._tags |= tags
        self.payload, _ = self._manifest(MANIFEST)
        self.info = _info(self._tag(INFO)[0])
        self._check_complete()

    def verify(self, progress: Progress | None = None) -> None:
        """Reads all of it. Raises `MalformedRequest` naming every file that is not as it was bagged."""
        total, done = sum(self.files.sizes.values()), 0
        wrong: list[str] = []
        for path, digest in {**self._tags, **self.payload}.items():
            found = hashlib.sha256()
            try:
                with self.files.open(path) as file:
                    for chunk in chunks(file):
                        found.update(chunk)
                        done += len(chunk)
                        if progress:
                            progress(done, total)
            except MalformedRequest:  # the container itself says that it is damaged
                wrong.append(path)
                continue
            if found.hexdigest() != digest:
                wrong.append(path)
        if wrong:
            raise self._altered(wrong)

    @contextmanager
    def open(self, path: str) -> Iterator[BinaryIO]:
        """A payload file by its path below `data/`. When its end was read it is compared with the manifest."""
        own = PAYLOAD + path
        if own not in self.payload:
            raise self._wrong(own, "is missing")
        with self.files.open(own) as file:
            digested = _Digested(file)
            yield cast(BinaryIO, io.BufferedReader(digested, MEGABYTE))
            for _ in chunks(cast(BinaryIO, digested)):
                pass
            self._compare(own, digested.digest.hexdigest(), self.payload[own])

    def _tag(self, path: str) -> tuple[str, str]:
        """The text of a tag file, and its digest."""
        if path not in self.files.sizes:
            raise self._wrong(path, "is missing")
        with self.files.open(path) as file:
            data = file.read(_MOST_TAG_BYTES + 1)
        if len(data) > _MOST_TAG_BYTES:
            raise TooLarge(f"{self.name}: {path} is larger than {_MOST_TAG_BYTES // MEGABYTE} MB", files=[path])
        try:
            return data.decode(), hashlib.sha256(data).hexdigest()
        except UnicodeDecodeError:
            raise self._wrong(path, "is damaged: it is not UTF-8") from None

    def _manifest(self, path: str) -> tuple[dict[str, str], str]:
        text, digest = self._tag(path)
        found: dict[str, str] = {}
        for line in text.split("\n"):
            if not line.strip():
                continue
            match = _LINE.fullmatch(line.rstrip("\r"))
            name = _unescaped(match[2]) if match else ""
            if match is None or name in found or (path == MANIFEST and not name.startswith(PAYLOAD)):
                raise self._wrong(path, f"is damaged: {line[:120]!r} is no line of a manifest")
            found[name] = match[1].lower()
        return found, digest

    def _check_complete(self) -> None:
        """Every file is listed, and every listed one there."""
        there = set(self.files.sizes)
        listed = {*self._tags, *self.payload}
        if missing := sorted(listed - there):
            raise self._wrong(missing[0], "is missing", missing)
        if "fetch.txt" in there:
            raise self._wrong("fetch.txt", "names files that are elsewhere, which are not fetched")
        if foreign := sorted(each for each in there - listed if not _OTHER_TAG_MANIFEST.fullmatch(each)):
            raise self._wrong(foreign[0], "is in no manifest", foreign)
        octets, _, count = self.info.get("Payload-Oxum", "").partition(".")
        sizes = [self.files.sizes[path] for path in self.payload]
        if octets and (octets, count) != (str(sum(sizes)), str(len(sizes))):
            raise self._wrong(INFO, f"tells of a payload of {octets} bytes; there are {sum(sizes)}")

    def _compare(self, path: str, found: str, wanted: str | None) -> None:
        if wanted is None:
            raise self._wrong(path, f"is not listed in {TAG_MANIFEST}")
        if found != wanted:
            raise self._altered([path])

    def _altered(self, paths: list[str]) -> MalformedRequest:
        more = f" (and {len(paths) - 1} more)" if len(paths) > 1 else ""
        return MalformedRequest(
            f"{self.name}: {paths[0]} is damaged or was altered: it is not what the manifest says{more}", files=paths
        )

    def _wrong(self, path: str, what: str, paths: list[str] | None = None) -> MalformedRequest:
        return MalformedRequest(f"{self.name}: {path} {what}", files=paths or [path])


class _Digested(io.RawIOBase):
    """A file of which everything read is digested."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


@contextmanager
def reading(source: Path) -> Iterator[Bag]:
    """A bag in a folder, .zip or .tar. Raises `MalformedRequest` where it is none or not complete."""
    with containers.reading(source) as files:
        yield Bag(files)


def _own_folder(files: Files) -> Files:
    """The files of the bag by their paths in it: packed, a bag stands in one folder."""
    if DECLARATION in files.sizes:
        return files
    roots = {path.partition("/")[0] for path in files.sizes}
    if len(roots) != 1 or f"{min(roots)}/{DECLARATION}" not in files.sizes:
        raise MalformedRequest(f"{files.name} is no bag: it has no {DECLARATION}", files=[DECLARATION])
    return files.below(f"{min(roots)}/")


def _info(text: str) -> dict[str, str]:
    found = {}
    for line in text.split("\n"):
        if match := _LABEL.fullmatch(line.rstrip("\r")):
            found[match[1]] = match[2]
    return found


def _manifest(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {_escaped(path)}\n" for path, digest in sorted(digests.items()))


def _escaped(path: str) -> str:
    return re.sub(r"[%\r\n]", lambda found: _ESCAPES[found[0]], path)


def _unescaped(path: str) -> str:
    for sign, escape in reversed(_ESCAPES.items()):
        path = path.replace(escape, sign).replace(escape.lower(), sign)
    return path
