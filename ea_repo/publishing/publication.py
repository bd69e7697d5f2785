"""Publishing: what there is to write is planned, made by several processes, and written where it differs."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from diagrams.options import SECONDS
from ea_repo.errors import InvalidInput
from ea_repo.publishing import assets, search_index
from ea_repo.publishing.lists import Whole, sheets
from ea_repo.publishing.making import Job, Made, Maker, Order
from ea_repo.publishing.manifest import NAME, Manifest, put
from ea_repo.publishing.pictures import colour_rules, colours_in
from ea_repo.publishing.register import Register
from ea_repo.publishing.scope import Scope
from ea_repo.publishing.site import Site
from ea_repo.publishing.whole import whole_of
from ea_repo.repository import Repository
from ea_repo.wording import LANGUAGES, speaker

#: `progress(done, total, doing)`, in pages.
Progress = Callable[[int, int, str], None]
#: So many pages are laid out in one run of Graphviz, and go to a process at once.
_TOGETHER = 24
#: Fewer pages than this are made before another process has started.
_WORTH_A_PROCESS = 150


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to. `pages` are in all languages together; `drawings_made` were laid out or drawn anew."""

    folder: str
    changeset: int
    languages: Sequence[str]
    elements: int
    views: int
    pages: int
    files: int
    written: int
    removed: int
    drawings_made: int
    drawings_reused: int
    bytes: int
    seconds: float
    left_out: Sequence[str] = ()


@dataclass(slots=True)
class _Written:
    """What has been made so far."""

    folder: Path
    files: set[str] = field(default_factory=set)
    written: int = 0
    pages: int = 0
    drawings: int = 0
    reused: int = 0
    colours: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)

    def put(self, path: str, text: str) -> None:
        self.files.add(path)
        self.written += put(self.folder, path, text.encode("utf-8", "replace"))

    def add(self, made: Made) -> None:
        self.files |= made.files
        self.written += made.written
        self.pages += len(made.files)
        self.drawings += made.drawings
        self.reused += made.reused
        self.colours |= made.colours
        self.characters |= made.characters


def publish(
    repository: Repository,
    folder: Path,
    *,
    model: str | None = None,
    owner: str | None = None,
    languages: Sequence[str] = LANGUAGES,
    title: str = "",
    on: date | None = None,
    as_of: int | None = None,
    drawings: bool = True,
    seconds: float = SECONDS,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Published:
    """Writes the site into `folder`, which is new, empty, or an earlier publication.

    `title` stands on every page (None: the words of the service). `seconds` is how long the layout of one drawing may
    take. `processes` share the work; None: as many as there are processors. `Conflict` where the folder holds anything
    else. An interrupted run is finished by the next; what has not changed is neither drawn nor written again.
    """
    begun = time.monotonic()
    _check(languages, seconds, processes)
    manifest = Manifest.of(folder)
    scope = Scope(model, owner)
    with repository.state(on=on, as_of=as_of) as state:
        register = Register(state, scope)
        order = Order(
            url=repository.url.render_as_string(hide_password=False), number=state.number, on=on, scope=scope,
            languages=tuple(dict.fromkeys(languages)), title=title, folder=folder, draws=drawings, seconds=seconds,
        )  # fmt: skip
        maker = Maker(order, register)
        jobs = [Job(uid, False) for uid in register.elements] + [Job(uid, True) for uid in register.drawn]
        manifest.begin(path for job in jobs for path in maker.paths(job))
        done = _Written(folder)
        tell = progress or _silent
        with _making(maker, jobs, processes) as several:
            # The whole is looked into while other processes are at the pages.
            whole = whole_of(repository, register, maker)
            for made in several:
                done.add(made)
                tell(done.pages, len(jobs) * len(order.languages), "publishing")
        _write_whole(maker, whole, done, manifest)
        facts = {"changeset": register.number, "languages": list(order.languages)}
        removed = manifest.finish(done.files, facts)
    return Published(
        folder=str(folder), changeset=order.number, languages=order.languages, elements=len(register.elements),
        views=len(register.drawn), pages=done.pages, files=len(done.files) + 1, written=done.written, removed=removed,
        drawings_made=done.drawings, drawings_reused=done.reused,
        bytes=sum((folder / path).stat().st_size for path in [*done.files, NAME]),
        seconds=round(time.monotonic() - begun, 2), left_out=list(whole.left_out),
    )  # fmt: skip


def _check(languages: Sequence[str], seconds: float, processes: int | None) -> None:
    unknown = [each for each in languages if each not in LANGUAGES]
    if unknown or not languages:
        raise InvalidInput(f'there is no language "{", ".join(unknown)}"; use some of {", ".join(LANGUAGES)}')
    if not 0 < seconds <= 3_600:
        raise InvalidInput(f"{seconds:g} s for a drawing is out of range; use more than 0, at most 3600")
    if processes is not None and not 1 <= processes <= 256:
        raise InvalidInput(f"{processes} processes are out of range; use 1 to 256")


def _silent(done: int, total: int, doing: str) -> None:
    return None


@contextmanager
def _making(maker: Maker, jobs: Sequence[Job], processes: int | None) -> Iterator[Iterator[Made]]:
    """The pages of elements and views, as they come."""
    together = [jobs[at : at + _TOGETHER] for at in range(0, len(jobs), _TOGETHER)]
    wanted = processes or _processors()
    count = min(wanted, len(together), 1 + len(jobs) // _WORTH_A_PROCESS)
    if count <= 1:
        yield (maker.make(some) for some in together)
        return
    # A new process, not a copy of this one: threads of the database's driver do not survive being copied.
    with ProcessPoolExecutor(count, get_context("spawn"), initializer=_start, initargs=(maker.order,)) as pool:
        pending = [pool.submit(_make, some) for some in together]
        try:
            yield (each.result() for each in as_completed(pending))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


#: Of a process of its own: what `_start` made there.
_maker: list[Maker] = []


def _start(order: Order) -> None:
    _maker.append(Maker.opened(order))


def _make(jobs: Sequence[Job]) -> Made:
    return _maker[0].make(jobs)


def _write_whole(maker: Maker, whole: Whole, done: _Written, manifest: Manifest) -> None:
    """The lists, the pages about the whole, the search, and what all pages share."""
    order, register = maker.order, maker.register
    sites = [maker.sites[language] for language in order.languages]
    planned = list(sheets(sites[0], whole))
    index = list(search_index.scripts(register))
    shared = [*(path for path, _ in index), *assets.PATHS]
    manifest.begin([*done.files, *shared, *(f"{lang}/{each.path}" for lang in order.languages for each in planned)])
    for site in sites:
        for sheet in planned:
            text = site.render(sheet.template, sheet.path, **sheet.context(site))
            done.put(f"{site.language}/{sheet.path}", text)
            done.characters |= set(text)
            done.pages += 1
    for shown in (each for one in whole.pictures for each in one.markup.values()):
        done.drawings, done.reused = done.drawings + (not shown.reused), done.reused + shown.reused
        done.colours |= colours_in(shown.markup)
    for path, text in [*index, ("index.html", _door(sites))]:
        done.put(path, text)
        done.characters |= set(text) if path == "index.html" else set()
    for path, content in assets.shared(done.characters, order.folder):
        done.put(path, content)
    done.put("assets/colours.css", colour_rules(done.colours))


def _door(sites: Sequence[Site]) -> str:
    """The page at the root: the choice of a language."""
    names = [(each.language, speaker("ea_repo.publishing", each.language)("language_name")) for each in sites]
    return sites[0].render("door.html", "index.html", names=names)


__all__ = ["LANGUAGES", "Progress", "Published", "publish"]
