"""Makes the pages of elements and views, some at once: in this process, or in each of several."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, cast

from ea_repo.collector import paused_collector
from ea_repo.errors import Conflict
from ea_repo.publishing import addresses
from ea_repo.publishing.assets import beyond_ascii
from ea_repo.publishing.manifest import put
from ea_repo.publishing.pages import Kind, Page, page_of, render
from ea_repo.publishing.pictures import Picture, Wanted, colours_in, kept_in, pictures
from ea_repo.publishing.reading import CONCEPTS, Digests, Reading
from ea_repo.publishing.register import Register
from ea_repo.publishing.reuse import Record, digest, packed
from ea_repo.publishing.scope import Scope
from ea_repo.publishing.site import Site
from ea_repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Order:
    """What is published where: all that another process has to be told."""

    url: str
    number: int
    on: date | None
    draft: int | None
    concepts: str  # a digest of all concepts of a draft, which may change meanwhile
    scope: Scope
    languages: tuple[str, ...]
    title: str
    folder: Path
    draws: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Job:
    """A page to make."""

    uid: str
    kind: Kind
    #: Whether drawings may be taken from the page that is there; not from one that somebody else changed.
    is_intact: bool = True

    @property
    def path(self) -> str:
        return _PATHS[self.kind](self.uid)


_PATHS = {"element": addresses.element, "relationship": addresses.relationship, "view": addresses.view}


@dataclass(frozen=True, slots=True)
class MadePage:
    """What came of one job, but for the digest of what it read: how many of its files were `written`, and of its drawings
    `reused`.
    """

    path: str
    record: Record
    written: int
    reused: int


#: The pages that came of some jobs.
Made = list[MadePage]


@dataclass(slots=True)
class _Making:
    """A page while it is made."""

    files: dict[str, str] = field(default_factory=dict)
    written: int = 0
    drawings: int = 0
    reused: int = 0
    colours: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)

    def made(self, path: str) -> MadePage:
        colours, characters = " ".join(sorted(self.colours)), "".join(sorted(self.characters))
        return MadePage(
            path, Record(self.files, self.drawings, colours, characters, packed(self.reads)), self.written, self.reused
        )


class Maker:
    """Holds what is published in memory and makes pages of it."""

    def __init__(self, order: Order, register: Register) -> None:
        self.order = order
        self.register = register
        self.reading = Reading(register)
        self.sites = self._sites(register)
        self._page_sites = self._sites(self.reading)

    @classmethod
    @paused_collector()
    def opened(cls, order: Order) -> "Maker":
        """In a process of its own, at the same moment of the same repository."""
        repository = Repository(order.url)
        if order.draft is None:
            return cls(order, Register(repository.state(on=order.on, as_of=order.number), order.scope))
        register = Register(repository.state(on=order.on, draft=order.draft), order.scope)
        if register.number != order.number or Digests(register).one(CONCEPTS) != order.concepts:
            raise Conflict("the draft, or what it is laid over, was changed while it was published; publish it again")
        return cls(order, register)

    def _sites(self, register: Any) -> Mapping[str, Site]:
        languages = self.order.languages
        return {each: Site(register, each, languages, self.order.title, self.order.draft) for each in languages}

    def paths(self, job: Job) -> list[str]:
        return [f"{language}/{job.path}" for language in self.order.languages]

    @paused_collector()  # which would walk the register again and again
    def make(self, jobs: Sequence[Job]) -> Made:
        """Writes the pages, all drawings laid out together."""
        making = {job.path: _Making() for job in jobs}
        pages = []
        for job in jobs:
            self.reading.keys = making[job.path].reads
            pages.append(page_of(cast(Register, self.reading), job.uid, job.kind, draws=self.order.draws))
        self.reading.keys = set()
        earlier = {path: self._earlier(path) for job in jobs if job.is_intact for path in self.paths(job)}
        kept = {digest: markup for page in earlier.values() for digest, markup in kept_in(page).items()}
        wanted = [
            Wanted(each.drawing, language, partial(self.address, language, page.path))
            for language in self.order.languages
            for page in pages
            for each in page.drawn
        ]
        drawn = iter(pictures(wanted, kept, seconds=self.order.seconds))
        for language in self.order.languages:
            for page in pages:
                self._write(making[page.path], language, page, [next(drawn) for _ in page.drawn])
        return [each.made(path) for path, each in making.items()]

    def address(self, language: str, page: str, uid: str) -> str:
        """What leads from a page to the page of what is drawn; empty where there is none."""
        # A line of a drawing is no link: it has no name that a screen reader could say, and its ends are links.
        concept = self.register.concept(uid)
        if concept is not None and concept.kind == "relationship":
            return ""
        path = self.sites[language].path(uid)
        return f"{addresses.to_root(page)}{path}" if path and path != page else ""

    def _earlier(self, path: str) -> str:
        file = self.order.folder / path
        return file.read_text("utf-8", "replace") if file.is_file() else ""

    def _write(self, making: _Making, language: str, page: Page, drawn: Sequence[Picture]) -> None:
        self.reading.keys = making.reads
        text = render(self._page_sites[language], page, drawn)
        path, content = f"{language}/{page.path}", text.encode("utf-8", "replace")
        making.files[path] = digest(content)
        making.written += put(self.order.folder, path, content)
        making.drawings += len(drawn)
        making.reused += sum(each.reused for each in drawn)
        making.characters |= beyond_ascii(text)
        for each in drawn:
            making.colours |= colours_in(each.markup)
