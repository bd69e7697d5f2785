"""Opens a file, archive or folder and reads it in the format that its content shows."""

import gzip
import os
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ea_repo import catalogue
from ea_repo.errors import MalformedRequest, NotFound, TooLarge, UnknownFormat
from ea_repo.exchange import archives, safe_xml
from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.format import LineReader, Planner, Reader, Source

_WANTED_SUFFIXES = frozenset({".xml", ".csv", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".svg"})


def read(path_or_file: str | Path | BinaryIO, *, name: str | None = None) -> Bundle:
    """The content of a model file, `.zip` / `.tar.gz` archive or folder. `name` is what findings call it.

    Raises `UnknownFormat` where no format recognises it, `MalformedRequest` and `TooLarge` where it cannot be
    read;
    each in one sentence with the line where there is one.
    """
    source = open_source(path_or_file, name)
    format_name, found = recognised(source)
    if isinstance(found, Reader):
        return found.read(source)
    raise UnknownFormat(f"{source.name} is {format_name}, which holds edits and no model by itself", formats=formats())


def recognised(source: Source) -> tuple[str, Reader | Planner]:
    """The name and the format that recognises a source; `UnknownFormat` says which there are."""
    for name, entry in catalogue.entries("format").items():
        if isinstance(entry.subject, Reader | Planner) and entry.subject.recognises(source):
            return name, entry.subject
    raise UnknownFormat(_unknown(source), formats=formats())


def formats() -> list[str]:
    """The names of the formats that can be read."""
    return [name for name, entry in catalogue.entries("format").items() if isinstance(entry.subject, Reader | Planner)]


def open_source(path_or_file: str | Path | BinaryIO, name: str | None = None) -> Source:
    """What is to be read, unpacked in memory where it is an archive."""
    if not isinstance(path_or_file, str | Path):
        return _source_of(path_or_file, name or _name_of(path_or_file))
    path = Path(path_or_file)
    called = name or path.name or str(path)
    if path.is_dir():
        return Source(called, entries=archives.read_folder(path, _wanted))
    if not path.is_file():
        raise NotFound(f'there is no file "{path}"')
    with path.open("rb") as file:
        return _source_of(file, called)


def _source_of(file: BinaryIO, name: str) -> Source:
    file.seek(0)
    head = file.read(512)
    file.seek(0)
    if archives.is_zip(head) and not archives.is_office(file):
        return Source(name, entries=archives.read_zip(file, name, _wanted))
    if archives.is_gzip(head) and line_reader(file) is not None:
        return Source(name, data=archives.unpacked(file, name))
    if archives.is_tar(head):
        return Source(name, entries=archives.read_tar(file, name, _wanted))
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > safe_xml.MAX_BYTES:
        raise TooLarge(f"{name} is larger than {safe_xml.MAX_BYTES // safe_xml.MEGABYTE} MB, the most that is read")
    data = file.read()
    if not data or data.isspace():
        raise MalformedRequest(f"{name} is empty")
    return Source(name, data=data)


def line_reader(file: BinaryIO) -> tuple[str, LineReader] | None:
    """The name and reader of the format that this file, packed or not, can be read in line by line; None if in none."""
    file.seek(0)
    is_packed = archives.is_gzip(file.read(2))
    file.seek(0)
    try:
        head = (gzip.GzipFile(fileobj=file) if is_packed else file).read(512)
    except (OSError, EOFError, zlib.error):
        head = b""  # whoever reads on will say what is wrong
    file.seek(0)
    for name, entry in catalogue.entries("format").items():
        if isinstance(entry.subject, LineReader) and entry.subject.begins(head):
            return name, entry.subject
    return None


def _wanted(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _WANTED_SUFFIXES


def _name_of(file: BinaryIO) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) else "the file"


def _unknown(source: Source) -> str:
    known = ", ".join(formats())
    if source.entries is not None:
        return (
            f"{source.name} holds no model: neither a model.xml of Archi nor a coArchi folder with its "
            f"folder.xml (formats read: {known})"
        )
    if source.root is not None:
        outermost = safe_xml.local_name(source.root.tag)
        return f"{source.name} is XML, but its outermost element <{outermost}> is not a model's (formats read: {known})"
    return (
        f"{source.name} is in none of the formats that are read ({known}); a table of another shape needs a mapping: "
        f"ea-repo map suggest {source.name}"
    )
