"""Writes a file whole or not at all: beside its place first, then in it. Only `os` and `stat` are imported.

What is no file with a place, such as a pipe or a device, is written to as it stands.
"""

import os
import stat

TYPE_CHECKING = False  # that of `typing` takes as long to load as all the rest here
if TYPE_CHECKING:
    from types import TracebackType
    from typing import BinaryIO

#: What leads to a file that this process has open already, on its own or by its number in the folder after it.
_OPEN = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_OPEN_FOLDERS = ("/dev/fd", "/proc/self/fd")


class WholeFile:
    """A file to write in a `with`: it takes the place of the path at the end, and vanishes on an error.

    A symbolic link stays one, and permissions stay as they are. Raises OSError.
    """

    def __init__(self, path: str) -> None:
        self._target = os.path.realpath(path)
        folder, name = os.path.split(self._target)
        # A broken-off run leaves no more than one: the number of a process is used again.
        self._beside = os.path.join(folder, f".{name[:200]}.{os.getpid()}.new")
        try:
            self._mode: int | None = stat.S_IMODE(os.stat(self._target).st_mode)
        except FileNotFoundError:
            self._mode = None

    def __enter__(self) -> "BinaryIO":
        if os.path.isdir(self._target):
            raise IsADirectoryError(21, os.strerror(21), self._target)
        if self._mode is not None and not os.access(self._target, os.W_OK):  # renaming would not ask
            raise PermissionError(13, os.strerror(13), self._target)
        self._file = open(self._beside, "wb")
        return self._file

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: "TracebackType | None") -> None:
        try:
            self._file.close()
            if kind is None:
                if self._mode is not None:
                    os.chmod(self._beside, self._mode)
                os.replace(self._beside, self._target)
        finally:
            try:
                os.unlink(self._beside)
            except FileNotFoundError:
                pass


def is_stream(path: str) -> bool:
    """Whether the path leads to a pipe, a device or something else that another file must not take the place of."""
    if _number(path) is not None:
        return True
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def opened_stream(path: str) -> "BinaryIO":
    """A stream to write to. What this process has open goes on where it is. Raises OSError."""
    number = _number(path)
    return open(path if number is None else os.dup(number), "wb")


def write_whole(path: str, content: bytes) -> None:
    """Puts the content in the place of that path; until it is written to its end, what was there stays.

    To a stream it is written as it stands. Raises OSError.
    """
    with opened_stream(path) if is_stream(path) else WholeFile(path) as file:
        file.write(content)


def _number(path: str) -> int | None:
    """The number of an open file of this process, where the path names one."""
    folder, name = os.path.split(path)
    if folder in _OPEN_FOLDERS and name.isdecimal():
        return int(name)
    return _OPEN.get(path)
