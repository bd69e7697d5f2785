"""Writes a state, or what is selected of it, in any format that can be written: to a path, whole or not at all, or a file."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ea_repo import catalogue
from ea_repo.collector import paused_collector
from ea_repo.errors import InvalidInput, NotAllowed, UnknownFormat
from ea_repo.exchange.export import Export
from ea_repo.exchange.format import ZIP, Writer
from ea_repo.exchange.selection import Selection
from ea_repo.metamodel import Finding
from ea_repo.store.state import State
from ea_repo.whole_file import WholeFile, is_stream, opened_stream


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `findings` say what the format cannot carry, and what was left out."""

    format: str
    media_type: str
    findings: Sequence[Finding]


def export(
    state: State,
    format: str,
    file: str | Path | BinaryIO,
    selection: Selection = Selection(),
    *,
    language: str = "en",
    options: Mapping[str, str] | None = None,
) -> Written:
    """Writes what is selected in the format of that name. A path is written whole or not at all.

    A path without a suffix is a folder, where the format is made of several files: what is in it and was not written
    stays, but for files of the folders that the format writes. Raises `UnknownFormat`, and `NotFound` for a selection
    of something that is not there.
    """
    found = writer(format)
    wanted = Export(state, selection, language, _known(format, found, options or {}))
    with paused_collector():
        if not isinstance(file, str | Path):
            findings = found.write(wanted, file)
        elif _is_folder(Path(file), found):
            findings = _write_folder(wanted, found, Path(file))
        else:
            with _replacing(Path(file)) as opened:
                findings = found.write(wanted, opened)
    return Written(format, found.media_type, tuple(findings))


def options_of(found: Writer) -> Mapping[str, str]:
    """What may be said of how a format is written: help by name."""
    known: Mapping[str, str] = getattr(found, "options", {})
    return known


def _known(format: str, found: Writer, options: Mapping[str, str]) -> Mapping[str, str]:
    known = options_of(found)
    if unknown := sorted(options.keys() - known.keys()):
        raise InvalidInput(f'{format} has no option "{unknown[0]}"; it has {", ".join(known) or "none"}')
    return options


def writers() -> Mapping[str, Writer]:
    """The formats that can be written, by name."""
    return {
        name: entry.subject for name, entry in catalogue.entries("format").items() if isinstance(entry.subject, Writer)
    }


def writer(format: str) -> Writer:
    """The writer of that name; `UnknownFormat` says which there are."""
    known = writers()
    if format not in known:
        raise UnknownFormat(f'"{format}" cannot be written; use one of {", ".join(known)}', formats=list(known))
    return known[format]


def format_of(path: Path) -> str:
    """The format that a file's name asks for by its end; `UnknownFormat` where none or several could be meant."""
    ends = {name: each for name, each in writers().items() if path.name.lower().endswith(each.suffix)}
    # ".ndjson.gz" says more than ".gz".
    longest = max((len(each.suffix) for each in ends.values()), default=0)
    meant = [name for name, each in ends.items() if len(each.suffix) == longest]
    if len(meant) == 1:
        return meant[0]
    said = f"could be {' or '.join(meant)}" if meant else "says no format"
    raise UnknownFormat(
        f"{path.name} {said}; name the format: {', '.join(meant or writers())}", formats=meant or list(writers())
    )


def _is_folder(path: Path, found: Writer) -> bool:
    if path.is_dir() and found.media_type != ZIP:
        raise InvalidInput(
            f"{path} is a folder, and this format is one file; name a file such as {path}/model{found.suffix}"
        )
    return found.media_type == ZIP and (path.is_dir() or not (path.suffix or is_stream(str(path))))


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """A file beside the path, which takes its place at the end and vanishes on an error; a pipe or a device gets what was
    written when it is whole."""
    name = str(path)
    try:
        if not is_stream(name):
            with WholeFile(name) as opened:
                yield opened
            return
        with tempfile.TemporaryFile() as held:  # formats go back and forth in it, which a pipe cannot
            yield cast(BinaryIO, held)
            with opened_stream(name) as stream:
                copied(cast(BinaryIO, held), stream)
    except BrokenPipeError:  # who reads has enough
        raise
    except PermissionError as error:
        raise NotAllowed(f"{path} may not be written; name another file") from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}; name another file") from error


def _write_folder(wanted: Export, found: Writer, folder: Path) -> Sequence[Finding]:
    """Files that are the same stay untouched, so that whoever watches them sees only what changed."""
    with tempfile.TemporaryFile() as packed:
        findings = found.write(wanted, packed)
        with zipfile.ZipFile(packed) as archive:
            names = [each for each in archive.namelist() if not each.endswith("/")]
            _remove_others(folder, names)
            for name in names:
                path, content = folder / name, archive.read(name)
                if path.is_file() and path.read_bytes() == content:
                    continue
                path.parent.mkdir(parents=True, exist_ok=True)
                with _replacing(path) as opened:
                    opened.write(content)
    return findings


def _remove_others(folder: Path, names: Sequence[str]) -> None:
    """Removes what an earlier export left in the folders that are written now."""
    written = set(names)
    for top in {name.partition("/")[0] for name in names if "/" in name}:
        for path in sorted((folder / top).rglob("*"), reverse=True):
            if path.is_file() and path.relative_to(folder).as_posix() not in written:
                path.unlink()
            elif path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def copied(opened: BinaryIO, file: BinaryIO) -> None:
    """All of one file into another, a piece at a time."""
    opened.seek(0)
    shutil.copyfileobj(opened, file, 1024 * 1024)
