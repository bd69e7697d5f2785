"""What the pages of an earlier publication were made of, kept beside the database: what says the same is not made again.

Not in the folder itself, which others may read: it names what a page looked at and does not show. Never by time: for each
page it names what was read (`reading.py`) with one digest of what it said, and a digest of each
file. A page stands as it is where both are the same now. What made the pages (the program, the metamodel, languages,
title) is the `base`; with another base, or a record that is damaged, everything is made anew.
"""

import gzip
import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any

from ea_repo.publishing.reading import Digests

_FORMAT = "ea-repo reuse 2"
_PROGRAM = ("ea_repo", "diagrams")


@dataclass(frozen=True, slots=True)
class Record:
    """One page in all languages: digests of its files, what they need of what all share, what it `reads`, `packed`, and a
    digest `of` what that said. Small, as there are very many. For the pages about the whole there is one, which reads
    nothing that is named.
    """

    files: Mapping[str, str]
    drawings: int
    colours: str  # of its drawings, with spaces between
    characters: str  # beyond ASCII
    reads: bytes = b""
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
            with gzip.open(BytesIO(kept or b""), "rt", encoding="ascii") as lines:
                said = json.loads(next(lines))
                if said["format"] == _FORMAT and said["base"] == base:
                    pages = {str(path): _record(rest) for path, *rest in map(json.loads, lines)}
                    if len(pages) == said["pages"]:
                        whole = said["whole"] and _record(said["whole"])
                        return cls(base, pages, whole, said["moment"], said["summary"])
        except (OSError, EOFError, StopIteration, zlib.error, ValueError, TypeError, KeyError, AttributeError):
            pass  # nothing, or nothing of this program's: only time is lost
        return cls(base)

    def standing(self, folder: Path, paths: Iterable[str], digests: Digests) -> dict[str, Record]:
        """The pages, of these, that would be made as they are."""
        return {
            path: record
            for path in paths
            if (record := self.pages.get(path)) is not None
            and digests.of(unpacked(record.reads)) == record.of
            and record.is_intact(folder)
        }

    def stands_whole(self, folder: Path, moment: str) -> bool:
        """Whether nothing at all would be made otherwise than it stands."""
        if self.whole is None or self.moment != moment:
            return False
        return all(each.is_intact(folder) for each in (self.whole, *self.pages.values()))

    def to_bytes(self) -> bytes:
        """What is to be kept; the same records give the same bytes."""
        head = {
            "format": _FORMAT, "base": self.base, "moment": self.moment, "summary": self.summary, "pages": len(self.pages),
            "whole": None if self.whole is None else _said(self.whole),
        }  # fmt: skip
        kept = BytesIO()
        with gzip.GzipFile(fileobj=kept, mode="wb", compresslevel=6, mtime=0) as lines:
            for each in chain([head], ((path, *_said(record)) for path, record in sorted(self.pages.items()))):
                lines.write(json.dumps(each, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
        return kept.getvalue()


def packed(keys: Iterable[str]) -> bytes:
    """What a page read, as it is kept; the same keys give the same bytes."""
    return zlib.compress(json.dumps(sorted(keys), separators=(",", ":")).encode(), 6)


def unpacked(reads: bytes) -> list[str]:
    found: list[str] = json.loads(zlib.decompress(reads)) if reads else []
    return found


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


def _said(record: Record) -> Sequence[Any]:
    reads = b64encode(record.reads).decode()
    return record.files, record.drawings, record.colours, record.characters, reads, record.of


def _record(said: Any) -> Record:
    written, drawings, colours, characters, reads, of = said
    return Record(dict(written), int(drawings), str(colours), str(characters), b64decode(reads), str(of))
