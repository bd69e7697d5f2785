"""Publishing a published model of 3,006 elements and 358 views in English, against `dot` on its DOT files one by one.

The DOT files are the drawings of the pages but for maps, as `ea-repo diagram export` writes them, each run as an architect's script would: a process for
each file, writing SVG. Ours makes the same drawings in light and dark with links and legends, the stored views as well,
and all pages, lists and the search. Again without a change, and of one changed element, for information. The model lies
beside the checkout; where it or `dot` is absent there is nothing to measure.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.frame import Result
from diagrams.drawing import Drawing
from diagrams.renderers import dot as dot_text
from ea_repo import open_repository
from ea_repo.exchange.importing import import_file
from ea_repo.publishing.pages import page_of
from ea_repo.publishing.publication import Published, publish
from ea_repo.publishing.register import Register
from ea_repo.publishing.scope import Scope
from ea_repo.store.operations import Update

MODEL = Path(__file__).parents[2] / "shared" / "corpus" / "gemma-grafico.tar.gz"


def run() -> Iterator[Result]:
    dot = shutil.which("dot")
    if not MODEL.exists() or dot is None:
        print(f"publish is not measured: {MODEL.name} is not beside the checkout, or there is no dot", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        database = str(folder / "gemma.db")
        with open_repository(database, create=True) as repository:
            import_file(repository, MODEL, model="gemma", author="bench")
        files = sources(database, folder / "dot")
        looped = one_by_one(dot, files)
        first = made(database, folder / "site")
        rates = f"{first.elements / first.seconds:,.0f} elements and {first.views / first.seconds:,.0f} views a second"
        against = f"dot on {len(files):,} files"
        yield Result(f"publish: {rates}", first.seconds, looped, against, unit="s", at_most=1)
        again = made(database, folder / "site")
        yield Result("publish again, nothing changed", again.seconds, first.seconds, "the first time", unit="s")
        with open_repository(database) as repository:
            with repository.state() as state:
                uid = state.views()[0].uid
            repository.changeset("bench", "rename", [Update(uid, {"name": "Renamed"}, record="view")]).apply()
        changed = made(database, folder / "site")
        what = f"publish again, one view renamed: {changed.written} files written"
        yield Result(what, changed.seconds, first.seconds, "the first time", unit="s")


def made(database: str, folder: Path) -> Published:
    with open_repository(database) as repository:
        return publish(repository, folder, languages=("en",))


def sources(database: str, folder: Path) -> list[Path]:
    """The DOT files of all drawings that dot could place."""
    folder.mkdir()
    found = []
    with open_repository(database) as repository, repository.state() as state:
        register = Register(state, Scope())
        for uid in register.elements:
            for drawn in page_of(register, uid, "element").drawn:
                drawing = drawn.drawing
                if isinstance(drawing, Drawing) and not drawing.placed and drawing.arrangement != "map":
                    found.append(folder / f"{len(found)}.dot")
                    found[-1].write_text(dot_text.write(drawing, None), "utf-8")
    return found


def one_by_one(dot: str, files: list[Path]) -> float:
    begun = time.perf_counter()
    for each in files:
        subprocess.run(
            [dot, "-Tsvg", "-o", str(each.with_suffix(".svg")), str(each)], check=True, stderr=subprocess.DEVNULL
        )
    return time.perf_counter() - begun
