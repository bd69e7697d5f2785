"""Gathers what the pages about the whole show: changesets, reports, pictures by every viewpoint that draws the whole."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any

from ea_repo.catalogue import Entry, entries
from ea_repo.errors import RepositoryError
from ea_repo.publishing import addresses
from ea_repo.publishing.making import Maker
from ea_repo.publishing.overviews import MOST_CHANGES, Whole, WholePicture
from ea_repo.publishing.pages import is_empty
from ea_repo.publishing.pictures import Wanted, kept_in, pictures
from ea_repo.publishing.register import Register
from ea_repo.publishing.reports import Report, reports
from ea_repo.repository import Repository
from ea_repo.store.difference import Change
from ea_repo.store.records import Changeset


def whole_of(repository: Repository, register: Register, maker: Maker) -> Whole:
    """Everything that is not about one element or view."""
    answered = list(reports(register, maker.order.languages))
    left_out = [each for each in answered if isinstance(each, str)]
    drawn: list[WholePicture] = []
    for name, made in _pictures(register, maker) if maker.order.draws else ():
        if isinstance(made, WholePicture):
            drawn.append(made)
        else:
            left_out.append(f"{name}: {made}")
    return Whole(
        changes=list(_changes(repository, register)),
        reports=[each for each in answered if isinstance(each, Report)],
        pictures=drawn,
        left_out=left_out,
        seconds=maker.order.seconds,
    )


def _changes(repository: Repository, register: Register) -> Iterator[tuple[Changeset, Sequence[Change], int]]:
    """The changesets that touched something published, newest first, each with what of it is published."""
    if register.draft is not None:
        draft = repository.find_changeset(register.draft.id)
        yield draft, *_told(register, repository.changes(draft.id))
    before: int | None = None
    while True:
        page = repository.changesets(before=before, limit=200, states=("applied", "reverted"))
        for each in page.rows:
            if each.number is None or each.number > register.number:
                continue
            told, total = _told(register, repository.changes(each.id))
            if total or register.scope.is_whole:
                yield each, told, total
        if page.next is None:
            return
        before = int(page.next)


def _told(register: Register, changes: Iterable[Change]) -> tuple[list[Change], int]:
    """The changes that a page tells, and how many there are in all."""
    told, total = [], 0
    for each in changes:
        if each.action != "unchanged" and _is_published(register, each):
            total += 1
            if total <= MOST_CHANGES:
                told.append(each)
    return told, total


def _is_published(register: Register, change: Change) -> bool:
    """Whether a change is about what is published: others' changes are not told."""
    scope = register.scope
    if scope.is_whole:
        return True
    if scope.model is not None and change.uid.partition(":")[0] != scope.model:
        return False
    if scope.owner is None:
        return True
    image = change.became or change.was or {}
    ends = {change.uid, image.get("source"), image.get("target"), image.get("owner")}
    return any(uid in register.elements or uid in register.drawn for uid in ends)


def _pictures(register: Register, maker: Maker) -> Iterator[tuple[str, WholePicture | str]]:
    """A picture by each viewpoint of the catalogue that needs not be told what to draw."""
    for name, entry in entries("viewpoint").items():
        if any(each.required for each in entry.parameters):
            continue
        path = addresses.picture(name)
        try:
            drawing = entry.subject(register, **_arguments(entry, register))
            if is_empty(drawing):
                continue
            wanted = [Wanted(drawing, lang, partial(maker.address, lang, path)) for lang in maker.order.languages]
            made = pictures(wanted, _kept(maker, path), seconds=maker.order.seconds)
        except RepositoryError as error:
            yield name, error.detail
            continue
        yield name, WholePicture(
            name, {lang: _title(entry, lang) for lang in maker.order.languages},
            dict(zip(maker.order.languages, made, strict=True)),
        )  # fmt: skip


def _kept(maker: Maker, path: str) -> dict[str, str]:
    kept: dict[str, str] = {}
    for lang in maker.order.languages:
        file = maker.order.folder / lang / path
        kept |= kept_in(file.read_text("utf-8", "replace")) if file.is_file() else {}
    return kept


def _arguments(entry: Entry, register: Register) -> Mapping[str, Any]:
    asked = {each.name: each.annotation for each in entry.parameters}
    scope = register.scope
    told = {"model": scope.model, "owner": scope.owner}
    return {
        name: value if asked[name] is str else (value,)
        for name, value in told.items()
        if value is not None and name in asked
    }


def _title(entry: Entry, lang: str) -> str:
    titles = _titles().get(entry.name, {})
    return str(titles.get(lang) or titles.get("en") or entry.name.replace("-", " ").capitalize())


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = tomllib.loads(
        files("ea_repo.publishing").joinpath("reports.toml").read_text("utf-8")
    )["viewpoint"]
    return found
