"""Judges the lines of a load in a process of its own, so that reading and writing share two processors.

A program started plainly rather than by `multiprocessing`, which would run the script of whoever imports once more. It is
told what to do on its standard input and gives back batches on its standard output, pickled: both ends are ours. It ends
with whoever started it, as nobody reads what it writes then.
"""

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Generator
from typing import IO, Any

from ea_repo.errors import RepositoryError
from ea_repo.metamodel import Metamodel
from ea_repo.store.judging import Batch, Lines, judged
from ea_repo.store.metamodel_in_force import with_profile

_PROGRAM = "import sys; sys.path[:] = {path!r}; from ea_repo.store.judging_apart import serve; serve()"
_SIZE_BYTES = 8
#: Room for a batch between the two, so that one is read while the other writes.
_PIPE_BYTES = 1 << 20


def judged_apart(lines: Lines, metamodel: Metamodel) -> Generator[Batch, None, None]:
    """As `judged`, of lines that can be pickled. Raises what is raised there, and `RepositoryError` where that process was killed.

    The process ends when the generator is closed.
    """
    process = subprocess.Popen(  # noqa: S603 - this Python, with a program of ours
        [sys.executable, "-c", _PROGRAM.format(path=sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pipesize=_PIPE_BYTES,
    )
    with process:
        try:
            yield from _asked(process, (lines, metamodel.profile_text))
        except (EOFError, BrokenPipeError):
            process.kill()
            raise RepositoryError(
                f"the process that reads the file was stopped (exit code {process.wait()}); nothing was imported, import it again"
            ) from None
        finally:
            process.kill()


def _asked(process: "subprocess.Popen[bytes]", question: object) -> Generator[Batch, None, None]:
    """The batches that the process answers with. `EOFError` where it ends before it is done."""
    if process.stdin is None or process.stdout is None:
        raise EOFError
    _send(process.stdin, question)
    while (found := _received(process.stdout)) is not None:
        if isinstance(found, BaseException):
            raise found
        yield found


def serve() -> None:
    """What the process does: answers one question. Not to be called elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asked is interrupted too, and ends this
    gc.disable()  # what is made of a line is in no circle
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # so that nothing printed gets among the batches
    try:
        lines, profile = _received(sys.stdin.buffer)
        try:
            for batch in judged(lines, with_profile(profile)):
                _send(out, batch)
        except BrokenPipeError:
            raise
        except Exception as error:  # noqa: BLE001 - raised again where it is received
            _send(out, error)
        else:
            _send(out, None)
    except (EOFError, BrokenPipeError):
        os._exit(1)  # whoever asked is gone


def _send(file: IO[bytes], what: object) -> None:
    data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    file.write(len(data).to_bytes(_SIZE_BYTES, "little"))
    file.write(data)
    file.flush()


def _received(file: IO[bytes]) -> Any:
    size = int.from_bytes(_exactly(file, _SIZE_BYTES), "little")
    return pickle.loads(_exactly(file, size))  # noqa: S301 - made by ourselves


def _exactly(file: IO[bytes], size: int) -> bytes:
    found = file.read(size)
    if len(found) < size:
        raise EOFError
    return found
