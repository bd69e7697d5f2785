"""What a file format is, and what it reads from. A format is one module, entered in the catalogue by
`@file_format`.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import BinaryIO, Protocol, runtime_checkable

from ea_repo.exchange import safe_xml
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.export import Export
from ea_repo.exchange.plan import Plan, Terms
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.store.operations import Create
from ea_repo.store.state import State

ZIP = "application/zip"


class Source:
    """The file, archive or folder being read. A plain file has `data`; an archive or folder has `entries` by
    path.
    """

    def __init__(self, name: str, *, data: bytes = b"", entries: Mapping[str, bytes] | None = None) -> None:
        self.name = name
        self.data = data
        self.entries = entries

    @cached_property
    def root(self) -> safe_xml.Element | None:
        """The root of a plain XML file, parsed once; None for anything else. Raises `MalformedRequest`."""
        if self.entries is not None or not looks_like_xml(self.data[:512]):
            return None
        return safe_xml.parse(self.data, self.name)


@runtime_checkable
class Reader(Protocol):
    """A format that can be read."""

    def recognises(self, source: Source) -> bool:
        """Whether the source is in this format, judged by its content."""

    def read(self, source: Source) -> Bundle:
        """Everything in it. Raises `MalformedRequest` where it cannot be read."""


@runtime_checkable
class Planner(Protocol):
    """A format whose files say edits: what to change depends on what the repository had when the file was made."""

    def recognises(self, source: Source) -> bool:
        """Whether the source is in this format, judged by its content."""

    def plan(self, state: State, source: Source, terms: Terms) -> Plan:
        """The edits as operations; new concepts go into the model. Raises what `read` raises."""


@runtime_checkable
class LineReader(Protocol):
    """A format that can be read line by line, however large the file."""

    def begins(self, head: bytes) -> bool:
        """Whether a file that begins so is in this format."""

    def creates(self, file: BinaryIO, name: str, model: str, metamodel: Metamodel) -> Iterator[tuple[int, Create]]:
        """Each line's number and what it creates in the model. Raises `MalformedRequest` where it cannot be read."""


@runtime_checkable
class Writer(Protocol):
    """A format that can be written. One whose `media_type` is `ZIP` can be written as a folder, too."""

    media_type: str
    suffix: str  # of its files, with the dot: ".xml"

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        """Writes all that is selected; returns what of it the format cannot carry. The file need not be seekable."""


def looks_like_xml(head: bytes) -> bool:
    """Whether a file that begins so is meant as XML, in any encoding that is read."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return text[:1] == b"<" or head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:4] == b"\0<\0?"
