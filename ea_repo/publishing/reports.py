"""Reports: every question and report of the catalogue that can answer without being told more, as a table.

Nothing is entered here: what another module or distribution brings is a report of the next publication.
Titles are in `reports.toml`.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.catalogue import Entry, entries
from ea_repo.errors import RepositoryError
from ea_repo.exchange.row_words import RowWords, summary
from ea_repo.publishing.register import Register
from ea_repo.publishing.scope import Scope
from ea_repo.publishing.site import Link, Site

_MOST_ROWS = 500
_CALLED = frozenset({"type", "severity"})
#: Said by the linked name of their row, or too long for a table.
_NOT_SHOWN = frozenset({"name", "source_name", "target_name", "chain", "chains"})


@dataclass(frozen=True, slots=True)
class Report:
    """The first rows of an answer, told, by language. `total` is how many there are."""

    name: str
    rows: Mapping[str, Sequence[Any]]
    total: int
    command: str

    def title(self, site: Site) -> str:
        titles = _settings().get(self.name, {}).get("title", {})
        return str(titles.get(site.language) or titles.get("en") or self.name.replace("-", " ").capitalize())

    def summary(self, site: Site) -> str:
        """What it answers, in the language of the site."""
        return summary(_known()[self.name], site.language)

    def shown(self, site: Site) -> Mapping[str, Any]:
        """What the template gets."""
        rows = self.rows[site.language]
        columns = [each.name for each in fields(rows[0]) if not _is_told(site, each.name, rows)] if rows else []
        words = RowWords(site.metamodel, site.language)
        kept = [name for name in columns if any(_cell(site, name, getattr(row, name)) for row in rows)]
        return {
            "title": self.title(site),
            "summary": self.summary(site),
            "columns": [(_heading(site, name), _is_number(rows, name)) for name in kept],
            "rows": [[_cell(site, name, _worded(words, name, getattr(row, name))) for name in kept] for row in rows],
            "total": self.total,
            "command": self.command,
        }


def reports(register: Register, languages: Sequence[str]) -> Iterator[Report | str]:
    """The reports, and a sentence for each question that could not answer."""
    known = _known()
    project = ""
    order = [*(name for name in _settings() if name in known), *(name for name in known if name not in _settings())]
    for name in order:
        entry = known[name]
        if any(each.required for each in entry.parameters) or _settings().get(name, {}).get("left_out"):
            continue
        if entry.subject.__module__.rpartition(".")[0] != project:
            register.kept.clear()  # what one project's reports share is of no use to the next, and can be large
            project = entry.subject.__module__.rpartition(".")[0]
        try:
            rows, total = _rows(entry, register, languages)
        except RepositoryError as error:
            yield f"{name}: {error.detail}"
            continue
        command = f"ea-repo {name}" if entry.kind == "question" else f"ea-repo report {name}"
        yield Report(name, rows, total, command)
    register.kept.clear()


def _rows(entry: Entry, register: Register, languages: Sequence[str]) -> tuple[Mapping[str, Sequence[Any]], int]:
    """The first rows by language, and how many there are. What says its texts in a language is asked in each."""
    arguments = _arguments(entry, register.scope)
    if not any(each.name == "language" for each in entry.parameters):
        answer = entry.subject(register, **arguments)
        return dict.fromkeys(languages, answer[:_MOST_ROWS]), len(answer)
    answers = {each: entry.subject(register, **arguments, language=each) for each in languages}
    return {each: answer[:_MOST_ROWS] for each, answer in answers.items()}, len(answers[languages[0]])


def _arguments(entry: Entry, scope: Scope) -> Mapping[str, Any]:
    """What a question is told: what its settings say, and the scope where it can be held to one."""
    asked = {each.name: each.annotation for each in entry.parameters}
    told: dict[str, Any] = dict(_settings().get(entry.name, {}).get("arguments", {}))
    for name, value in (("model", scope.model), ("owner", scope.owner)):
        if value is not None and name in asked:
            told[name] = value if asked[name] is str else (value,)
    return told


@cache
def _known() -> Mapping[str, Entry]:
    return {**entries("question"), **entries("report")}


@cache
def _settings() -> Mapping[str, Mapping[str, Any]]:
    found: Mapping[str, Mapping[str, Any]] = tomllib.loads(
        files("ea_repo.publishing").joinpath("reports.toml").read_text("utf-8")
    )["question"]
    return found


def _is_told(site: Site, name: str, rows: Sequence[Any]) -> bool:
    """Whether a column says nothing that another does not: `agency_name` is what the link of `agency` says."""
    if name in _NOT_SHOWN:
        return True
    named = name.removesuffix("_name")
    if named == name or not hasattr(rows[0], named):
        return False
    values = {getattr(row, named) for row in rows} - {None, ""}
    return bool(values) and all(isinstance(each, str) and site.register.concept(each) is not None for each in values)


def _heading(site: Site, name: str) -> str:
    return site.word("name") if name == "uid" else site.heading(name)


def _is_number(rows: Sequence[Any], name: str) -> bool:
    return all(isinstance(getattr(row, name), int | float) for row in rows)


def _worded(words: RowWords, name: str, value: Any) -> Any:
    """A value in the language of the site; types and severities are called by the site itself."""
    return value if name in _CALLED else words.cell(name, value)


def _number(site: Site, value: float) -> str:
    """Four digits of a share or score; amounts of money in whole, as the language groups them."""
    if abs(value) < 10_000:
        return f"{value:.4g}"
    grouped = f"{value:,.0f}"
    return grouped.replace(",", ".") if site.language == "id" else grouped


def _cell(site: Site, name: str, value: Any) -> list[Link]:
    """A cell as a list of names, each linked where it is that of something with a page."""
    if value is None:
        return []
    if isinstance(value, tuple | list):
        return [link for each in value if isinstance(each, str | int) for link in _cell(site, name, each)]
    if isinstance(value, bool):
        return [Link("✓" if value else "–", "")]
    if isinstance(value, float):
        return [Link(_number(site, value), "")]
    if isinstance(value, str) and site.register.concept(value) is not None:
        return [site.link(value)]
    if name == "type":
        return [Link(site.label(str(value)), "")]
    if name == "severity":
        return [Link(site.heading(f"severity_{value}"), "")]
    if isinstance(value, str | int | date | datetime | Decimal):
        return [Link(str(value), "")] if value != "" else []
    return []
