"""What all pages share: templates, words in the reader's language, addresses that keep the moment that is read."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.accepting import language_of as accepted_language
from api.encoding import VERSION
from ea_repo.wording import speaker

#: Query parameters that a reader keeps from page to page.
_KEPT = ("on", "as_of", "draft", "lang")


def render(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page."""
    language = language_of(request)
    html = _templates().get_template(template).render(
        **context, word=speaker("api.web", language), lang=language, link=_linker(request), version=VERSION, number=_number,
        kept=[(name, value) for name in _KEPT if (value := request.query_params.get(name))],
        query=request.query_params, path=request.url.path,
    )  # fmt: skip
    return HTMLResponse(html, status, headers={"Vary": "Accept-Language"})


def language_of(request: Request) -> str:
    """As the address says, else the first that the browser names and we have, else the service's."""
    return accepted_language(request, "lang", request.app.state.settings.language)


class _Link:
    """Makes addresses: `link("/concepts/", uid)`, `link("/concepts", type="System")`, keeping the moment read."""

    def __init__(self, kept: Mapping[str, str]) -> None:
        self._kept = kept

    def __call__(self, path: str, below: str = "", /, **query: Any) -> str:
        said = {name: value for name, value in {**self._kept, **query}.items() if value not in (None, "")}
        address = path + quote(below, safe=":")
        return f"{address}?{urlencode(said, doseq=True)}" if said else address


def _linker(request: Request) -> _Link:
    return _Link({name: value for name in _KEPT if (value := request.query_params.get(name))})


def _number(value: int) -> str:
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _moment(value: datetime | date | None) -> str:
    if value is None:
        return ""
    return value.strftime("%Y-%m-%d %H:%M") if isinstance(value, datetime) else value.isoformat()


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = _moment
    return made
