"""Pictures that were made, as files beside the database: what is asked again of the same state comes from there.

The folder is a cache and may be deleted at any time. Every file holds the whole key of its picture, which names the state
by the fingerprint of its changeset, and a checksum of both; a file that is damaged, or of something else, is not believed.
Hardly anything is imported here: reading a picture must cost less than making one.
"""

import os
import sys
from zlib import adler32, crc32

from ea_repo import __version__
from ea_repo.environment import program, variable
from ea_repo.whole_file import write_whole

TYPE_CHECKING = False  # that of `typing` takes as long to load as all the rest here
if TYPE_CHECKING:
    from logging import Logger

MOST_BYTES = 128 * 1024 * 1024
#: Then the checksum of all that follows, and the length of the key, four bytes each.
_MAGIC = b"ea-repo picture 2\n"
_BEGIN = len(_MAGIC) + 8
_PACKAGES = ("ea_repo", "diagrams")
_INSTALLED = ("site-packages", "dist-packages")

_this_program: str = ""


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
        try:
            os.utime(path)
        except OSError:  # of another user: then it counts as older than it is
            pass
        return picture

    def put(self, key: str, picture: bytes) -> None:
        """Keeps a picture, and drops those that were not used for longest. What cannot be written is told in the log."""
        try:
            os.makedirs(self.folder, exist_ok=True)
            write_whole(self._path(key), _written(key.encode(), picture))
            self._drop()
        except OSError as problem:
            _log().info("the picture cannot be kept in %s: %s", self.folder, problem.strerror)

    def _path(self, key: str) -> str:
        """Where a picture stands. Two keys with one place are told apart by what is read there."""
        told = key.encode()
        return os.path.join(self.folder, f"{crc32(told):08x}{adler32(told):08x}")

    def _drop(self) -> None:
        with os.scandir(self.folder) as found:
            files = sorted(
                ((each.stat(), each.path) for each in found if each.is_file()), key=lambda it: it[0].st_mtime
            )
        held = sum(stat.st_size for stat, _ in files)
        for stat, path in files[:-1]:
            if held <= self._most:
                break
            try:
                os.unlink(path)
            except FileNotFoundError:  # another process drops as well
                pass
            held -= stat.st_size


def key_of(identity: str, day: str, *asked: object) -> str:
    """The key of a picture: the fingerprint of its state, the day, as some show what is over, and all that was asked.

    What was asked is anything whose `repr` says all of it. This installation of the program is part of the key.
    """
    return repr((_program(), identity, day, *asked))


def _log() -> "Logger":
    from logging import getLogger  # takes longer than all the rest here, and is hardly ever wanted

    return getLogger(__name__)


def _written(key: bytes, picture: bytes) -> bytes:
    body = key + picture
    return _MAGIC + crc32(body).to_bytes(4, "big") + len(key).to_bytes(4, "big") + body


def _read(written: bytes, key: bytes) -> bytes | None:
    if not written.startswith(_MAGIC) or len(written) < _BEGIN + len(key):
        return None
    checksum, length = (int.from_bytes(written[at : at + 4], "big") for at in (len(_MAGIC), len(_MAGIC) + 4))
    body = written[_BEGIN:]
    if crc32(body) != checksum or body[:length] != key:
        return None
    return body[length:]


def _program() -> str:
    """A fingerprint of what draws: another version, a changed source, another Graphviz or library draw anew. 3 ms at first."""
    global _this_program
    if not _this_program:
        seen = [__version__, sys.version, _seen(program("dot")), _seen(variable("dot"))]
        # Installing anything changes its folder.
        seen += [_seen(folder) for folder in sys.path if folder.endswith(_INSTALLED)]
        beside = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        if not beside.endswith(_INSTALLED):  # sources that somebody works on
            for package in _PACKAGES:
                _look_through(os.path.join(beside, package), seen)
        told = "\n".join(seen).encode()
        _this_program = f"{crc32(told):08x}{adler32(told):08x}"
    return _this_program


def _look_through(folder: str, seen: list[str]) -> None:
    with os.scandir(folder) as found:
        for each in sorted(found, key=lambda it: it.name):
            if each.name.startswith((".", "__pycache__")):
                continue
            if each.is_dir():
                _look_through(each.path, seen)
            else:
                seen.append(_seen(each.path))


def _seen(path: str) -> str:
    try:
        stat = os.stat(path)
    except OSError:
        return path
    return f"{path} {stat.st_size} {stat.st_mtime_ns}"
