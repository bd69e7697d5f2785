"""Makes the pages of elements and views, some at once: in this process, or in each of several."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from ea_repo.publishing import addresses
from ea_repo.publishing.manifest import put
from ea_repo.publishing.pages import Page, page_of, render
from ea_repo.publishing.pictures import Picture, Wanted, colours_in, kept_in, pictures
from ea_repo.publishing.register import Register
from ea_repo.publishing.scope import Scope
from ea_repo.publishing.site import Site
from ea_repo.repository import Repository


@dataclass(frozen=True, slots=True)
class Order:
    """What is published where: all that another process has to be told."""

    url: str
    number: int
    on: date | None
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
    is_view: bool

    @property
    def path(self) -> str:
        return addresses.view(self.uid) if self.is_view else addresses.element(self.uid)


@dataclass(slots=True)
class Made:
    """What came of some jobs. `characters` are all that they write, `colours` those of drawings."""

    files: set[str] = field(default_factory=set)
    written: int = 0
    drawings: int = 0
    reused: int = 0
    colours: set[str] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)


class Maker:
    """Holds what is published in memory and makes pages of it."""

    def __init__(self, order: Order, register: Register) -> None:
        self.order = order
        self.register = register
        self.sites = {each: Site(register, each, order.languages, order.title) for each in order.languages}

    @classmethod
    def opened(cls, order: Order) -> "Maker":
        """In a process of its own, at the same moment of the same repository."""
        state = Repository(order.url).state(on=order.on, as_of=order.number)
        return cls(order, Register(state, order.scope))

    def paths(self, job: Job) -> list[str]:
        return [f"{language}/{job.path}" for language in self.order.languages]

    def make(self, jobs: Sequence[Job]) -> Made:
        """Writes the pages, all drawings laid out together."""
        pages = [page_of(self.register, job.uid, job.is_view, draws=self.order.draws) for job in jobs]
        earlier = {path: self._earlier(path) for job in jobs for path in self.paths(job)}
        kept = {digest: markup for page in earlier.values() for digest, markup in kept_in(page).items()}
        wanted = [
            Wanted(each.drawing, language, partial(self.address, language, page.path))
            for language in self.order.languages
            for page in pages
            for each in page.drawn
        ]
        drawn = iter(pictures(wanted, kept, seconds=self.order.seconds))
        made = Made()
        for language in self.order.languages:
            for page in pages:
                self._write(made, language, page, [next(drawn) for _ in page.drawn])
        return made

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

    def _write(self, made: Made, language: str, page: Page, drawn: Sequence[Picture]) -> None:
        text = render(self.sites[language], page, drawn)
        path = f"{language}/{page.path}"
        made.files.add(path)
        made.written += put(self.order.folder, path, text.encode("utf-8", "replace"))
        made.drawings += sum(not each.reused for each in drawn)
        made.reused += sum(each.reused for each in drawn)
        made.characters |= set(text)
        for each in drawn:
            made.colours |= colours_in(each.markup)
