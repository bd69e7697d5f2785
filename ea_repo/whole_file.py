"""Writes a file whole or not at all: beside its place first, then in it. Only `os` is imported."""

import os
import stat


def write_whole(path: str, content: bytes) -> None:
    """Puts the content in the place of that path; until it is written to its end, what was there stays.

    A symbolic link stays one, and permissions stay as they are. What is no regular file, such as a device, is written to
    as it stands. Raises OSError.
    """
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        with open(target, "wb") as file:
            file.write(content)
        return
    if mode is not None and not os.access(target, os.W_OK):  # renaming would not ask
        raise PermissionError(13, os.strerror(13), target)
    folder, name = os.path.split(target)
    # A broken-off run leaves no more than one: the number of a process is used again.
    beside = os.path.join(folder, f".{name[:200]}.{os.getpid()}.new")
    try:
        with open(beside, "wb") as file:
            file.write(content)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, target)
    except BaseException:
        try:
            os.unlink(beside)
        except FileNotFoundError:
            pass
        raise
