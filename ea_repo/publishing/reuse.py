"""What the pages of an earlier publication were made of, kept beside the database: what says the same is not made again.

Not in the folder itself, which others may read: it names what a page looked at and does not show. Never by time: for each
page it names what was read (`reading.py`) with one digest of what it said, and a digest of each
file. A page stands as it is where both are the same now. What made the pages (the program, the metamodel, languages,
title) is the `base`; with another base, or a record that is damaged, everything is made anew.
"""

import gzip
import json
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from ea_repo.publishing.reading import Digests

_FORMAT = "ea-repo reuse 1"
_PROGRAM = ("ea_repo", "diagrams")


@dataclass(frozen=True, slots=True)
class Record:
    """One page in all languages: what it read, digests of that and of its files, and what they need of what all share.

    For the pages about the whole there is one, too; it reads nothing that is named.
    """

    files: Mapping[str, str]
    drawings: int
    colours: Collection[str]
    characters: Collection[str]
    reads: Collection[str] = ()
    of: str = ""

    def is_intact(self, folder: Path) -> bool:
        """Whether all files are there as they were written."""
        return all(digest_of(folder / path) == digest for path, digest in self.files.items())


@dataclass(slots=True)
class Reuse:
    """The records by the path of the page; `whole` with the `moment` that the pages about the whole are of."""

    base: str
    pages: dict[str, Record] = field(default_factory=dict)
    whole: Record | None = None
    moment: str = ""
    summary: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: bytes | None, base: str) -> "Reuse":
        """From what was kept of the publication; empty where that is nothing, or of another base."""
        try:
            said = json.loads(gzip.decompress(kept or b""))
            if said["format"] == _FORMAT and said["base"] == base:
                keys = said["keys"]
                pages = {path: _record(each, keys) for path, each in said["pages"].items()}
                return cls(base, pages, said["whole"] and _record(said["whole"], keys), said["moment"], said["summary"])
        except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError, IndexError, AttributeError):
            pass  # nothing, or nothing of this program's: only time is lost
        return cls(base)

    def standing(self, folder: Path, paths: Iterable[str], digests: Digests) -> dict[str, Record]:
        """The pages, of these, that would be made as they are."""
        return {
            path: record
            for path in paths
            if (record := self.pages.get(path)) is not None
            and digests.of(record.reads) == record.of
            and record.is_intact(folder)
        }

    def stands_whole(self, folder: Path, moment: str) -> bool:
        """Whether nothing at all would be made otherwise than it stands."""
        if self.whole is None or self.moment != moment:
            return False
        return all(each.is_intact(folder) for each in (self.whole, *self.pages.values()))

    def to_bytes(self) -> bytes:
        """What is to be kept; the same records give the same bytes."""
        keys = sorted({key for each in self.pages.values() for key in each.reads})
        numbers = {key: at for at, key in enumerate(keys)}
        said = {
            "format": _FORMAT, "base": self.base, "moment": self.moment, "summary": self.summary, "keys": keys,
            "whole": None if self.whole is None else _said(self.whole, numbers),
            "pages": {path: _said(each, numbers) for path, each in sorted(self.pages.items())},
        }  # fmt: skip
        text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
        return gzip.compress(text.encode(), 6, mtime=0)


def kept_as(folder: Path) -> str:
    """By which key the record of the publication in a folder is kept."""
    return repr(("publication", str(folder.absolute())))


def digest_of(file: Path) -> str:
    """Of the content of a file; empty where there is none."""
    try:
        return digest(file.read_bytes())
    except OSError:
        return ""


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:24]


def base_of(*made_by: Any) -> str:
    """What every page depends on: the program itself, and whatever else is given."""
    return sha256(repr((program(), *made_by)).encode("utf-8", "surrogatepass")).hexdigest()[:24]


@cache
def program() -> str:
    """A digest of all files of the program that read, draw and write: another version makes everything anew."""
    found = sha256()
    for package in _PROGRAM:
        folder = Path(str(files(package)))
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                found.update(f"{path.relative_to(folder)} ".encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:24]


def _said(record: Record, numbers: Mapping[str, int]) -> Sequence[Any]:
    return (
        record.files, record.drawings, sorted(record.colours), "".join(sorted(record.characters)),
        sorted(numbers[key] for key in record.reads), record.of,
    )  # fmt: skip


def _record(said: Any, keys: Sequence[str]) -> Record:
    written, drawings, colours, characters, reads, of = said
    return Record(
        dict(written), int(drawings), frozenset(colours), frozenset(characters), [keys[at] for at in reads], of
    )
