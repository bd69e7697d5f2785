"""The pages themselves. Each reads a state and shows it; what the figures mean is the library's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import ChangesetId, OpenRepository, OpenState, Search, UidPath
from api.problems import pages as problem_pages
from api.web.site import language_of, render
from ea_repo.analysis.dependencies import dependencies
from ea_repo.analysis.impact import impact
from ea_repo.errors import NotFound, RepositoryError
from ea_repo.metamodel import Metamodel
from ea_repo.store import query as store_query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
#: How many of each sort a page about one concept shows.
_SHOWN = 25
_LARGEST_TYPES = 12
_CHANGES_SHOWN = 500


@router.get("/")
def start(request: Request, user: Reader, repository: OpenRepository, open_state: OpenState) -> Response:
    """What there is: models, the largest types, what was changed last."""
    with open_state() as state:
        models = [(model, sum(state.counts_by_type(model.uid).values())) for model in state.models()]
        counts = state.counts_by_type()
        views = len(state.views())
        metamodel, number = state.metamodel, state.number
    language = language_of(request)
    elements = {name: count for name, count in counts.items() if not metamodel.is_relationship(name)}
    largest = sorted(elements.items(), key=lambda item: (-item[1], item[0]))[:_LARGEST_TYPES]
    return render(
        request, "start.html", models=models, changeset=number, views=views,
        elements=sum(elements.values()), relationships=sum(counts.values()) - sum(elements.values()),
        types=[(name, plural(metamodel, name, language), count) for name, count in largest],
        changes=repository.changesets(limit=5).rows,
    )  # fmt: skip


async def _page_query(
    type_: Annotated[list[str], Query(alias="type")] = [],  # noqa: B006 - read only
    model: str = "",
    owner: str = "",
    q: Annotated[Search, Query()] = "",
    filter_: Annotated[str, Query(alias="filter")] = "",
    sort: str = "name",
    cursor: str = "",
) -> store_query.Query:
    """What a list page asks for: a form sends what was left empty, too."""
    return store_query.Query(
        types=tuple(filter(None, type_)), model=model or None, owner=owner or None, q=q or None,
        filter=filter_ or None, sort=sort, cursor=cursor or None,
    )  # fmt: skip


@router.get("/concepts")
def concepts(
    request: Request,
    user: Reader,
    open_state: OpenState,
    query: Annotated[store_query.Query, Depends(_page_query)],
) -> Response:
    """A list of elements, or of relationships where their type is asked for."""
    language = language_of(request)
    with open_state() as state:
        metamodel = state.metamodel
        only_relationships = bool(query.types) and all(metamodel.is_relationship(name) for name in query.types)
        query = replace(query, kind="relationship" if only_relationships else "element")
        page = state.find(replace(query, total=True))
        names = _names(state, [each for row in page.rows for each in (row.owner, row.source, row.target)])
        counts = state.counts_by_type()
        models = state.models()
    types = sorted((label(metamodel, name, language), name, count) for name, count in counts.items())
    return render(
        request, "list.html", page=page, asked=query, names=names, models=models, types=types,
        is_relationships=only_relationships, labels=_labels(metamodel, page.rows, language),
    )  # fmt: skip


@router.get("/search")
def search(request: Request, user: Reader, open_state: OpenState, q: Annotated[Search, Query()] = "") -> Response:
    """Words in everything, best first."""
    with open_state() as state:
        hits = state.search(q, limit=50) if q.strip() else []
        names = _names(state, [hit.concept.owner for hit in hits])
        labels = _labels(state.metamodel, [hit.concept for hit in hits], language_of(request))
    return render(request, "search.html", q=q, hits=hits, names=names, labels=labels)


@router.get("/concepts/{uid}")
def concept(request: Request, user: Reader, open_state: OpenState, uid: UidPath) -> Response:
    """One concept: what it says, what it is joined to, what depends on it, how it came to be so."""
    language = language_of(request)
    with open_state() as state:
        found = state.get(uid)
        joined = state.relationships(uid)
        ends = [each for row in joined for each in (row.source, row.target)]
        depending, needed = impact(state, uid), dependencies(state, uid)
        context: dict[str, Any] = {
            "concept": found,
            "ancestry": [
                (name, label(state.metamodel, name, language)) for name in state.metamodel.ancestry(found.type)
            ],
            "attributes": _attributes(state, found, language),
            "relationships": joined[: 4 * _SHOWN],
            "joined": len(joined),
            "others": {row.uid: _other_end(row, uid) for row in joined},
            "depending": list(depending[:_SHOWN]),
            "depending_count": len(depending),
            "needed": list(needed[:_SHOWN]),
            "needed_count": len(needed),
            "history": list(reversed(state.history(uid)))[:_SHOWN],
            "views": state.views_showing(uid)[:_SHOWN],
        }
        told = [found.owner, found.source, found.target, *ends[: 8 * _SHOWN]]
        context["names"] = _names(state, told)
        context["labels"] = {name: label(state.metamodel, name, language) for name in state.metamodel.types}
    return render(request, "concept.html", **context)


@router.get("/views")
def views(request: Request, user: Reader, open_state: OpenState, model: str | None = None) -> Response:
    """The stored views, by model."""
    with open_state() as state:
        found = state.views(model)
        models = {each.uid: each.name for each in state.models()}
    by_model = [(key, list(rows)) for key, rows in groupby(sorted(found, key=_by_model), key=lambda view: view.model)]
    return render(request, "views.html", by_model=by_model, models=models)


@router.get("/views/{uid}")
def view(request: Request, user: Reader, open_state: OpenState, uid: UidPath) -> Response:
    """One stored view, drawn."""
    with open_state() as state:
        found = state.view(uid)
    return render(request, "view.html", view=found)


@router.get("/changes")
def changes(
    request: Request,
    user: Reader,
    repository: OpenRepository,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """Changesets, newest first."""
    return render(request, "changes.html", page=repository.changesets(before=before, limit=50))


@router.get("/changes/{id}")
def change(request: Request, user: Reader, repository: OpenRepository, id: ChangesetId) -> Response:
    """One changeset: who, when, why, and what it changed."""
    found = repository.find_changeset(id)
    changed = [each for each in repository.difference(id).changes if each.action != "unchanged"]
    return render(
        request, "change.html", changeset=found, changes=changed[:_CHANGES_SHOWN], changed=len(changed)
    )  # fmt: skip


@router.get("/problems/{code}")
def problem(request: Request, code: str) -> Response:
    """What an error code means."""
    known = problem_pages()
    if code not in known:
        raise NotFound(f'there is no problem "{code}"', nearest=list(known))
    return render(request, "problem.html", problem=known[code], problems=list(known.values()))


def error_page(request: Request, error: RepositoryError, status: int) -> Response:
    """An error, for people."""
    return render(request, "error.html", status, error=error)


def label(metamodel: Metamodel, name: str, language: str) -> str:
    return str(metamodel.type(name).label.get(language) or name)


def plural(metamodel: Metamodel, name: str, language: str) -> str:
    """What several concepts of a type are called."""
    return str(metamodel.type(name).several.get(language) or name)


def _by_model(view: Any) -> tuple[str, str]:
    return view.model, view.name


def _names(state: State, uids: Sequence[str | None]) -> dict[str, str]:
    """What the concepts behind uids are called."""
    found = state.get_many(uid for uid in uids if uid is not None)
    return {uid: each.name or uid for uid, each in found.items()}


def _labels(metamodel: Metamodel, rows: Sequence[Concept], language: str) -> dict[str, str]:
    return {name: label(metamodel, name, language) for name in {row.type for row in rows}}


def _attributes(state: State, found: Concept, language: str) -> list[Mapping[str, Any]]:
    """What a concept's attributes say, for people: label, text, and the concepts that references name."""
    declared = state.metamodel.attributes(found.type)
    shown: list[Mapping[str, Any]] = []
    for name, value in found.attributes.items():
        attribute = declared.get(name)
        if attribute is None:  # said under an earlier metamodel, read in the past
            shown.append({"label": name, "help": "", "text": str(value), "uids": []})
            continue
        is_reference = attribute.kind.name == "reference"
        uids = (value if isinstance(value, list) else [value]) if is_reference else []
        shown.append(
            {
                "label": attribute.label.get(language) or name,
                "help": attribute.help.get(language),
                "text": attribute.text(value, language),
                "uids": list(_names(state, uids).items()),
            }
        )
    return shown


def _other_end(relationship: Concept, uid: str) -> str:
    return str(relationship.target if relationship.source == uid else relationship.source)
