"""The dependency graph in a file, mapped into memory: a new process answers at once, and all on a machine share pages.

The file is a cache. Its header names the changeset and metamodel it was made of and has a checksum of itself and of
every array, so that a damaged file, one of another database, of a past that was restored, of another version of this
program or of another kind of machine is told from a good one, and made anew. It may be deleted at any time.
"""

import json
import logging
import mmap
import os
import struct
import sys
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Graph
from ea_repo.store.changesets import identity
from ea_repo.store.state import State

log = logging.getLogger(__name__)

_MAGIC = b"ea-repo graph 1\n"
#: Length and checksum of the header that follows.
_LEAD = struct.Struct("<QI")
_ALIGNED = 64
_MOST_HEADER = 1 << 24


class DamagedError(Exception):
    """Why a file is not to be believed, as a sentence."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a graph was made of. `changeset` is a fingerprint of the changeset of that number and of the first."""

    number: int
    changeset: str
    metamodel: str

    @classmethod
    def of(cls, state: State) -> "Stamp":
        return cls(state.number, identity(state.connection, state.number), state.metamodel.fingerprint)


class KeptGraph:
    """One file. `number` is that of the changeset the file was last seen to be of, None before that."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number: int | None = None

    def opened(self, state: State) -> tuple[int, Graph | None]:
        """The graph in the file and its changeset's number; (0, None) where there is none that fits the state.

        O(bytes of the file), once through it for the checksums.
        """
        try:
            with self.path.open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            stamp, graph = _read(mapped, state)
        except FileNotFoundError:
            return 0, None
        except (DamagedError, OSError, ValueError) as problem:  # ValueError: an empty file cannot be mapped
            log.warning("the kept graph %s is not used, but made anew: %s", self.path, problem)
            return 0, None
        self.number = stamp.number
        return stamp.number, graph

    def write(self, graph: Graph, state: State) -> None:
        """Puts the graph of a state in the place of what is in the file. What cannot be written is told in the log."""
        stamp = Stamp.of(state)
        self.number = stamp.number
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self.path.parent, prefix=f".{self.path.name}-", delete=False) as file:
                try:
                    file.writelines(_written(graph, stamp))
                    file.close()
                    os.replace(file.name, self.path)  # noqa: PTH105 - a name, not a path
                except BaseException:
                    with suppress(FileNotFoundError):
                        os.unlink(file.name)  # noqa: PTH108
                    raise
        except OSError as problem:
            log.warning("the dependency graph cannot be kept in %s: %s", self.path, problem.strerror)


def _written(graph: Graph, stamp: Stamp) -> Iterator[bytes | memoryview]:
    """The parts of a file."""
    described, offset = [], 0
    arrays = [(name, np.ascontiguousarray(array)) for name, array in graph.arrays()]
    for name, array in arrays:
        described.append(
            {
                "name": name,
                "type": array.dtype.str,
                "length": len(array),
                "offset": offset,
                "checksum": _checksum(array),
            }
        )
        offset += array.nbytes + _padding(array.nbytes)
    header = json.dumps({**asdict(stamp), "types": graph.type_names, "arrays": described}).encode()
    header += b" " * _padding(len(_MAGIC) + _LEAD.size + len(header))
    yield _MAGIC + _LEAD.pack(len(header), zlib.crc32(header)) + header
    for _, array in arrays:
        yield array.data.cast("B")
        yield bytes(_padding(array.nbytes))


def _read(mapped: mmap.mmap, state: State) -> tuple[Stamp, Graph]:
    header, begin = _header(mapped)
    stamp = Stamp(header["number"], header["changeset"], header["metamodel"])
    if stamp.metamodel != state.metamodel.fingerprint:
        raise DamagedError("it is of another metamodel")
    if stamp.changeset != identity(state.connection, stamp.number):
        raise DamagedError("it is of another database, or of a changeset that is not there")
    arrays = {each["name"]: _array(mapped, begin, each) for each in header["arrays"]}
    return stamp, Graph.of_arrays(tuple(header["types"]), arrays)


def _header(mapped: mmap.mmap) -> tuple[dict[str, Any], int]:
    begin = len(_MAGIC) + _LEAD.size
    if mapped[: len(_MAGIC)] != _MAGIC or len(mapped) < begin:
        raise DamagedError("it is not a graph of this version of ea-repo")
    length, checksum = _LEAD.unpack(mapped[len(_MAGIC) : begin])
    text = mapped[begin : begin + length] if length <= _MOST_HEADER else b""
    if len(text) != length or zlib.crc32(text) != checksum:
        raise DamagedError("its header is damaged")
    header: dict[str, Any] = json.loads(text)
    return header, begin + length


def _array(mapped: mmap.mmap, begin: int, described: dict[str, Any]) -> NDArray[Any]:
    kind, length, start = np.dtype(described["type"]), described["length"], begin + described["offset"]
    if kind.byteorder not in ("=", "|", "<" if sys.byteorder == "little" else ">"):
        raise DamagedError("it is of another kind of machine")
    if start + length * kind.itemsize > len(mapped):
        raise DamagedError("it is cut short")
    if not length:
        return np.zeros(0, kind)
    array: NDArray[Any] = np.frombuffer(mapped, kind, length, start)
    if _checksum(array) != described["checksum"]:
        raise DamagedError(f"its {described['name']} are damaged")
    return array


def _checksum(array: NDArray[Any]) -> int:
    return zlib.crc32(array.data.cast("B")) if len(array) else 0


def _padding(size: int) -> int:
    return -size % _ALIGNED


__all__ = ["KeptGraph", "Stamp"]
