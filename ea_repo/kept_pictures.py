"""Pictures that were made, as files beside the database: what is asked again of the same state comes from there.

The folder is a cache and may be deleted at any time. Every file holds the whole key of its picture, which names the state
by the fingerprint of its changeset, and a checksum of both; a file that is damaged, or of something else, is not believed.
Only Python's own modules are imported here, few of them: reading a picture must cost less than making one.
"""

import os
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from ea_repo import __version__
from ea_repo.environment import program, variable

if TYPE_CHECKING:
    from logging import Logger

MOST_BYTES = 128 * 1024 * 1024
_MAGIC = b"ea-repo picture 1\n"
#: The checksum of all that follows, and the length of the key.
_LEAD = struct.Struct("<32sI")
_PACKAGES = ("ea_repo", "diagrams")


class KeptPictures:
    """The pictures in one folder, the latest used up to so many bytes."""

    def __init__(self, folder: str, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self._most = most_bytes

    def get(self, key: str) -> bytes | None:
        """The picture of that key; None where there is none that can be believed."""
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                written = file.read()
        except FileNotFoundError:
            return None
        except OSError as problem:
            _log().info("the kept picture %s cannot be read: %s", path, problem.strerror)
            return None
        picture = _read(written, key.encode())
        if picture is None:
            _log().warning("the kept picture %s is damaged or of something else; it is made anew", path)
            return None
        with suppress(OSError):  # of another user: then it counts as older than it is
            os.utime(path)
        return picture

    def put(self, key: str, picture: bytes) -> None:
        """Keeps a picture, and drops those that were not used for longest. What cannot be written is told in the log."""
        from tempfile import mkstemp

        try:
            os.makedirs(self.folder, exist_ok=True)
            handle, name = mkstemp(dir=self.folder, prefix=".")
            try:
                with open(handle, "wb") as file:
                    file.write(_written(key.encode(), picture))
                os.replace(name, self._path(key))
            except BaseException:
                with suppress(FileNotFoundError):
                    os.unlink(name)
                raise
            self._drop()
        except OSError as problem:
            _log().info("the picture cannot be kept in %s: %s", self.folder, problem.strerror)

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, sha256(key.encode()).hexdigest()[:40])

    def _drop(self) -> None:
        with os.scandir(self.folder) as found:
            files = sorted(
                ((each.stat(), each.path) for each in found if each.is_file()), key=lambda it: it[0].st_mtime
            )
        held = sum(stat.st_size for stat, _ in files)
        for stat, path in files[:-1]:
            if held <= self._most:
                break
            with suppress(FileNotFoundError):  # another process drops as well
                os.unlink(path)
            held -= stat.st_size


def key_of(identity: str, day: str, *asked: Any) -> str:
    """The key of a picture: the fingerprint of its state, the day, as some show what is over, and all that was asked.

    What was asked is anything whose `repr` says all of it. This installation of the program is part of the key.
    """
    return repr((_program(), identity, day, *asked))


def _log() -> "Logger":
    from logging import getLogger  # takes as long as all the rest here, and is hardly ever wanted

    return getLogger(__name__)


def _written(key: bytes, picture: bytes) -> bytes:
    body = key + picture
    return _MAGIC + _LEAD.pack(sha256(body).digest(), len(key)) + body


def _read(written: bytes, key: bytes) -> bytes | None:
    begin = len(_MAGIC) + _LEAD.size
    if not written.startswith(_MAGIC) or len(written) < begin + len(key):
        return None
    checksum, length = _LEAD.unpack(written[len(_MAGIC) : begin])
    body = written[begin:]
    if sha256(body).digest() != checksum or body[:length] != key:
        return None
    return body[length:]


@cache
def _program() -> str:
    """A fingerprint of what draws: another version, a changed source, another Graphviz or library draw anew. 3 ms."""
    seen: list[Any] = [__version__, sys.version, _seen(program("dot")), _seen(variable("dot"))]
    beside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for package in _PACKAGES:
        seen += _files(os.path.join(beside, package))
    # Installing anything changes its folder.
    seen += [_seen(folder) for folder in sys.path if folder.endswith(("site-packages", "dist-packages"))]
    return sha256(repr(seen).encode()).hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as found:
        for each in sorted(found, key=lambda it: it.name):
            if each.name.startswith((".", "__pycache__")):
                continue
            if each.is_dir():
                yield from _files(each.path)
            else:
                yield _seen(each.path)


def _seen(path: str) -> tuple[str, int, int]:
    try:
        stat = os.stat(path)
    except OSError:
        return path, 0, 0
    return path, stat.st_size, stat.st_mtime_ns
