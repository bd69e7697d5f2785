"""Publishing: what there is to write is planned, made by several processes, and written where it differs.

What the last publication into the folder would be made of again is left as it stands (`reuse.py`).
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from diagrams.options import SECONDS
from ea_repo.clock import now
from ea_repo.errors import InvalidInput
from ea_repo.publishing.making import Job, Maker, Order
from ea_repo.publishing.manifest import NAME, Manifest
from ea_repo.publishing.overviews import Whole
from ea_repo.publishing.processes import making
from ea_repo.publishing.reading import CONCEPTS, Digests
from ea_repo.publishing.register import Register
from ea_repo.publishing.reuse import Record, Reuse, base_of, kept_as, unpacked
from ea_repo.publishing.scope import Scope
from ea_repo.publishing.whole import whole_of
from ea_repo.publishing.written import Written, write_whole
from ea_repo.repository import Repository
from ea_repo.wording import LANGUAGES

#: `progress(done, total, doing)`, in pages.
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication came to. `pages` are in all languages together, `pages_standing` those of them that were left as
    they were; `drawings_made` were laid out or drawn anew.
    """

    folder: str
    changeset: int
    languages: Sequence[str]
    elements: int
    views: int
    pages: int
    pages_standing: int
    files: int
    written: int
    removed: int
    drawings_made: int
    drawings_reused: int
    bytes: int
    seconds: float
    left_out: Sequence[str] = ()
    draft: int | None = None


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
    draft: int | None = None,
    drawings: bool = True,
    seconds: float = SECONDS,
    processes: int | None = None,
    progress: Progress | None = None,
) -> Published:
    """Writes the site into `folder`, which is new, empty, or an earlier publication.

    `title` stands on every page (None: the words of the service). `seconds` is how long the layout of one drawing may
    take. `processes` share the work; None: as many as there are processors. `Conflict` where the folder holds anything
    else. An interrupted run is finished by the next; what has not changed is neither drawn nor written again. `draft` is
    the id of a draft to publish as if it were applied; `Conflict` where it changes meanwhile.
    """
    begun = time.monotonic()
    _check(languages, seconds, processes)
    manifest = Manifest.of(folder)
    scope = Scope(model, owner)
    with repository.state(on=on, as_of=as_of, draft=draft) as state:
        languages = tuple(dict.fromkeys(languages))
        base = base_of(state.metamodel.fingerprint, scope, languages, title, drawings, seconds, on, draft)
        reuse = Reuse.of(repository.pictures.get(kept_as(folder)), base)
        moment = f"{state.history_identity} {now().date()}" if draft is None else ""
        if manifest.is_complete and moment and reuse.stands_whole(folder, moment):
            return _standing(reuse, folder, state.number, languages, begun)
        register = Register(state, scope)
        digests = Digests(register)
        order = Order(
            url=repository.url.render_as_string(hide_password=False), number=state.number, on=on, draft=draft,
            concepts="" if draft is None else digests.one(CONCEPTS), scope=scope, languages=languages, title=title,
            folder=folder, draws=drawings, seconds=seconds,
        )  # fmt: skip
        run = _Run(repository, Maker(order, register), digests, manifest, reuse, Written(folder))
        left = run.leave_standing()
        whole = run.make(left, processes, progress or _silent)
        return run.finish(whole, moment, begun)


@dataclass(slots=True)
class _Run:
    """One publication: what stands already is left, the rest is made, and what came of it is kept and told."""

    repository: Repository
    maker: Maker
    digests: Digests
    manifest: Manifest
    reuse: Reuse
    done: Written
    pages: dict[str, Record] = field(default_factory=dict)

    @property
    def register(self) -> Register:
        return self.maker.register

    @property
    def folder(self) -> Path:
        return self.maker.order.folder

    def leave_standing(self) -> list[Job]:
        """Leaves the pages that would be made as they are; the others are what there is to do."""
        jobs = _jobs(self.register)
        self.pages = self.reuse.standing(self.folder, (job.path for job in jobs), self.digests)
        self.manifest.begin(path for job in jobs for path in self.maker.paths(job))
        for record in self.pages.values():
            self.done.leave(record)
        return [replace(job, is_intact=self._is_intact(job)) for job in jobs if job.path not in self.pages]

    def _is_intact(self, job: Job) -> bool:
        record = self.reuse.pages.get(job.path)
        return record is None or record.is_intact(self.folder)

    def make(self, left: Sequence[Job], processes: int | None, tell: Progress) -> Whole:
        """Makes the pages, and meanwhile looks into what there is to say of the whole."""
        total = (len(self.pages) + len(left)) * len(self.maker.order.languages)
        with making(self.maker, left, processes) as several:
            whole = whole_of(self.repository, self.register, self.maker)
            for made in several:
                for page in made:
                    self.done.add(page)
                    of = self.digests.of(unpacked(page.record.reads))
                    self.pages[page.path] = replace(page.record, of=of)
                tell(self.done.pages, total, "publishing")
        return whole

    def finish(self, whole: Whole, moment: str, begun: float) -> Published:
        """Writes what is about the whole, removes what is no more, and keeps for the next time what all was made of."""
        order, done = self.maker.order, self.done
        is_intact = self.reuse.whole is None or self.reuse.whole.is_intact(self.folder)
        shared = write_whole(self.maker, whole, done, self.manifest, is_intact)
        summary = {"elements": len(self.register.elements), "views": len(self.register.drawn), "pages": done.pages}
        facts = {"changeset": self.register.number, "languages": list(order.languages)}
        removed = self.manifest.finish(done.files, facts)
        said = {**summary, "left_out": list(whole.left_out)}
        reuse = Reuse(self.reuse.base, self.pages, shared, moment, said)
        self.repository.pictures.put(kept_as(self.folder), reuse.to_bytes())
        return Published(
            folder=str(self.folder), changeset=order.number, draft=order.draft, languages=order.languages, **summary,
            pages_standing=done.standing, files=len(done.files) + 1, written=done.written, removed=removed,
            drawings_made=done.drawings, drawings_reused=done.reused, bytes=_size(self.folder, done.files),
            seconds=round(time.monotonic() - begun, 2), left_out=list(whole.left_out),
        )  # fmt: skip


def _jobs(register: Register) -> list[Job]:
    return [
        *(Job(uid, "element") for uid in register.elements),
        *(Job(uid, "relationship") for uid in register.told),
        *(Job(uid, "view") for uid in register.drawn),
    ]


def _standing(reuse: Reuse, folder: Path, number: int, languages: Sequence[str], begun: float) -> Published:
    """What there is to say where nothing has changed since."""
    records = [*reuse.pages.values(), *filter(None, [reuse.whole])]
    files = {path for each in records for path in each.files}
    return Published(
        folder=str(folder), changeset=number, languages=languages, **reuse.summary, pages_standing=reuse.summary["pages"],
        files=len(files) + 1, written=0, removed=0, drawings_made=0, drawings_reused=sum(each.drawings for each in records),
        bytes=_size(folder, files), seconds=round(time.monotonic() - begun, 2),
    )  # fmt: skip


def _size(folder: Path, files: Iterable[str]) -> int:
    return sum((folder / path).stat().st_size for path in [*files, NAME])


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


__all__ = ["LANGUAGES", "Progress", "Published", "publish"]
