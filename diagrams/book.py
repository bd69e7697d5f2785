"""A book of diagrams: a TOML file that says which there are, how they are drawn and what their files are called.

    title = "The systems of the Ministry of Finance"
    formats = ["svg", "pdf"]          # of every diagram that does not say its own
    options = {theme = "print"}       # of every diagram

    [[diagram]]
    viewpoint = "landscape"
    title = "Our systems"             # in place of the drawing's own
    file = "systems"                  # without ending; the viewpoint and its number where it is not said
    options = {owner = "finance:MOF", width = 1600}

Every fault of a book is told at once, with its line and key.
"""

import io
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args, get_origin

import diagrams
from diagrams.chart import Picture
from diagrams.options import Options, offered
from ea_repo.catalogue import Parameter, entries
from ea_repo.errors import InvalidInput, Problem, RepositoryError
from ea_repo.metamodel.faults import Faults
from ea_repo.store.state import State

MOST_DIAGRAMS = 500
_MOST_CHARACTERS = 500_000
_FILE = re.compile(r"[\w][\w. -]{0,119}")
_KEYS = ("viewpoint", "title", "file", "formats", "options")
_BOOK_KEYS = ("title", "formats", "options", "diagram")
_AT_ONCE = 4  # layouts run in processes of their own


@dataclass(frozen=True, slots=True)
class Leaf:
    """One diagram of a book: `arguments` are its viewpoint's, `options` how it is wanted as a file."""

    viewpoint: str
    file: str
    title: str = ""
    formats: tuple[str, ...] = ("svg",)
    arguments: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Book:
    title: str
    leaves: tuple[Leaf, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


def read(text: str, source: str = "book.toml") -> Book:
    """The book that a text declares. `InvalidInput` has a problem for each fault, with the pointer `source:LINE key`."""
    tables = _tables(text, source)
    faults = Faults(text, source)
    _known(faults, (), tables, _BOOK_KEYS)
    rows = tables.get("diagram", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        faults.add(("diagram",), "a book has a table for each diagram", '[[diagram]] with viewpoint = "context"')
        rows = []
    if len(rows) > MOST_DIAGRAMS:
        faults.add(("diagram",), f"{len(rows)} diagrams are too many for a book", f"{MOST_DIAGRAMS} at most")
        rows = []
    formats = _formats(faults, (), tables.get("formats", ["svg"]))
    options, _ = _options(faults, (), tables.get("options", {}), ())
    leaves = [_leaf(faults, ("diagram", at), row, formats, options) for at, row in enumerate(rows)]
    _twice(faults, leaves)
    title = _text(faults, (), tables, "title")
    faults.tell()
    return Book(title or "Diagrams", tuple(leaf for leaf in leaves if leaf is not None), options)


def pictures(state: State, book: Book) -> list[Picture]:
    """The drawings and charts of a book, in its order. An error says which diagram it comes from."""
    found = []
    for leaf in book.leaves:
        try:
            picture = diagrams.draw(state, leaf.viewpoint, **leaf.arguments)
        except RepositoryError as error:
            raise type(error)(f"{leaf.file}: {error}") from error
        found.append(replace(picture, title=leaf.title) if leaf.title else picture)
    return found


def files(book: Book, drawn: Sequence[Picture], lang: str) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file, several made at a time."""
    wanted = [
        (leaf, picture, format) for leaf, picture in zip(book.leaves, drawn, strict=True) for format in leaf.formats
    ]

    def made(each: tuple[Leaf, Picture, str]) -> tuple[str, bytes]:
        leaf, picture, format = each
        name = f"{leaf.file}.{diagrams.picture_format(format).suffixes[0]}"
        return name, diagrams.render(picture, format, lang=lang, **leaf.options)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(made, wanted)


def archive(book: Book, drawn: Sequence[Picture], lang: str) -> bytes:
    """The files in one zip; equal books of equal states give equal bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files(book, drawn, lang):
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def bound(book: Book, drawn: Sequence[Picture], lang: str) -> bytes:
    """One PDF with a page and a bookmark for each diagram."""
    options = [Options.of({**leaf.options, "lang": lang}) for leaf in book.leaves]
    return diagrams.bind(list(zip(drawn, options, strict=True)), book.title)


def _tables(text: str, source: str) -> dict[str, Any]:
    if len(text) > _MOST_CHARACTERS:
        raise InvalidInput(f"{source} has {len(text):,} characters, too many for a book; {_MOST_CHARACTERS:,} at most")
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise InvalidInput(f"{source} is nested too deep to be a book") from None
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        detail = f"{source}, line {line}: this is not TOML: {str(error).partition(' (at')[0]}"
        raise InvalidInput(detail, errors=[Problem(f"{source}:{line}", detail, "not-toml")]) from None


def _known(faults: Faults, path: tuple[str | int, ...], table: Mapping[str, Any], keys: Sequence[str]) -> None:
    for key in table:
        if key not in keys:
            faults.unknown((*path, key), "key", key, keys)


def _text(faults: Faults, path: tuple[str | int, ...], table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if isinstance(value, str):
        return value
    faults.add((*path, key), f"{key} is not a text", f'{key} = "..."')
    return ""


def _leaf(
    faults: Faults, path: tuple[str | int, ...], row: Mapping[str, Any], formats: tuple[str, ...],
    options: Mapping[str, Any],
) -> Leaf | None:  # fmt: skip
    _known(faults, path, row, _KEYS)
    viewpoints = entries("viewpoint")
    name = _text(faults, path, row, "viewpoint")
    if name not in viewpoints:
        if name:
            faults.unknown((*path, "viewpoint"), "viewpoint", name, list(viewpoints))
        else:
            faults.add((*path, "viewpoint"), "the viewpoint is not said", f"one of {', '.join(viewpoints)}")
        return None
    parameters = viewpoints[name].parameters
    own, arguments = _options(faults, path, row.get("options", {}), parameters)
    for each in parameters:
        if each.required and each.name not in row.get("options", {}):
            faults.add((*path, "options"), f"{name} needs {each.name}", f'options = {{{each.name} = "..."}}')
    file = _text(faults, path, row, "file") or f"{int(path[-1]) + 1:02}-{name}"
    if not _FILE.fullmatch(file):
        faults.add(
            (*path, "file"), f'"{file}" is no name of a file', "letters, digits, hyphens, without folder or ending"
        )
    chosen = _formats(faults, path, row["formats"]) if "formats" in row else formats
    return Leaf(name, file, _text(faults, path, row, "title"), chosen, arguments, {**options, **own})


def _formats(faults: Faults, path: tuple[str | int, ...], value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        faults.add((*path, "formats"), "formats is not a list of formats", 'formats = ["svg", "pdf"]')
        return ()
    for each in value:
        if each not in diagrams.formats():
            faults.unknown((*path, "formats"), "format", each, diagrams.formats())
    return tuple(value)


def _options(
    faults: Faults, path: tuple[str | int, ...], given: Any, parameters: Sequence[Parameter]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of the file, and arguments of the viewpoint."""
    found: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    if not isinstance(given, dict):
        faults.add((*path, "options"), "options is not a table", 'options = {theme = "print"}')
        return found
    of_file, of_viewpoint = ({each.name: each for each in some} for some in (offered(), parameters))
    for name, value in given.items():
        place = (*path, "options", name)
        parameter = of_viewpoint.get(name) or of_file.get(name)
        if parameter is None:
            faults.unknown(place, "option", name, [*of_viewpoint, *of_file])
        elif (wrong := _wrong(parameter, value)) is not None:
            faults.add(place, f"{name} cannot be {value!r}", wrong)
        else:
            several = isinstance(value, list)
            found[1 if name in of_viewpoint else 0][name] = tuple(value) if several else value
    try:
        Options.of(found[0])
    except InvalidInput as error:
        faults.add((*path, "options"), str(error))
    return found


def _wrong(parameter: Parameter, value: Any) -> str | None:
    """What a value should have been; None where it is right."""
    annotation = parameter.annotation
    if get_origin(annotation) is tuple:
        right = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return None if right else 'a list of texts, such as ["System"]'
    if get_origin(annotation) is Literal:
        known = [str(each) for each in get_args(annotation)]
        return None if value in get_args(annotation) else f"one of {', '.join(known)}"
    if annotation in (int, float):
        kinds = (int,) if annotation is int else (int, float)
        right = isinstance(value, kinds) and not isinstance(value, bool)
        if parameter.minimum is None or parameter.maximum is None:
            return None if right else "a number"
        within = right and parameter.minimum <= value <= parameter.maximum
        return None if within else f"a number from {parameter.minimum:g} to {parameter.maximum:g}"
    kinds_of = {bool: "true or false", str: "a text", date: "a date, such as 2028-01-31"}
    right = type(value) is annotation
    return None if right or annotation not in kinds_of else kinds_of[annotation]


def _twice(faults: Faults, leaves: Sequence[Leaf | None]) -> None:
    seen: set[str] = set()
    for at, leaf in enumerate(leaves):
        if leaf is not None and leaf.file.casefold() in seen:
            faults.add(("diagram", at, "file"), f'there are two files "{leaf.file}"', "another name")
        if leaf is not None:
            seen.add(leaf.file.casefold())
