"""Questions, reports and viewpoints of the catalogue as endpoints: one mechanism, so a new entry needs nothing here."""

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache, partial
from hashlib import sha256
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, create_model

import diagrams
from api.accepting import language_of
from api.access import Reader
from api.dependencies import CurrentSettings, DateQuery, OpenRepository, OpenState
from api.encoding import (
    API,
    CSV,
    GRAPHML,
    JSON,
    XLSX,
    answer_json,
    json_response,
    list_tag,
    not_modified,
    rows_csv,
    wants_csv,
    wants_graphml,
    wants_xlsx,
)
from api.receiving import BINARY
from api.remembered import Remembered
from api.routes import READS, new_router, problems
from api.schemas.values import TEXT_PATTERN
from diagrams.engines import failures
from diagrams.options import offered
from ea_repo import catalogue
from ea_repo.analysis.answer import Answer
from ea_repo.catalogue import Entry, EntryKind, Parameter
from ea_repo.clock import now
from ea_repo.exchange import row_workbook
from ea_repo.exchange.row_words import summary
from ea_repo.kept_pictures import KeptPictures, key_of
from ea_repo.store.state import State
from ea_repo.told import row_in

#: What the rows of a question may be cut to.
MOST_ROWS = 100_000
_LARGEST = 1_000_000
_BOUNDED = 1_000

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="How many rows at most.")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="How many rows to pass over.")]
Language = Annotated[Literal["en", "id", "ko"] | None, Query(description="Language of labels. None: the service's.")]


#: Of sentences in rows, and of all that a workbook says.
_LANGUAGE = Parameter(
    "language", Literal["en", "id", "ko"], "Language of sentences; left out, the first accepted, else the service's.",
    default=None, optional=True,
)  # fmt: skip


class ParameterAnswer(BaseModel):
    name: str
    help: str
    required: bool
    many: bool


class EntryAnswer(BaseModel):
    name: str
    summary: str
    address: str
    parameters: list[ParameterAnswer]


class EntryList(BaseModel):
    items: list[EntryAnswer]


@cache
def analysis_router() -> APIRouter:
    """`/analysis` lists the questions, `/analysis/{question}` asks one."""
    router = new_router("analysis")
    _add_list(router, "question", "/analysis", "The questions that can be asked", "/analysis/{name}")
    for entry in catalogue.entries("question").values():
        _add_question(router, entry, "/analysis")
    return router


@cache
def planning_router() -> APIRouter:
    """`/planning` lists the reports, `/planning/{report}` gives one."""
    router = new_router("planning")
    _add_list(router, "report", "/planning", "The reports there are", "/planning/{name}")
    for entry in catalogue.entries("report").values():
        _add_question(router, entry, "/planning")
    return router


@cache
def diagrams_router() -> APIRouter:
    """`/diagrams` lists the viewpoints, `/diagrams/{viewpoint}.{format}` draws by one."""
    router = new_router("diagrams")
    _add_list(router, "viewpoint", "/diagrams", "The viewpoints to draw by", "/diagrams/{name}.svg")
    for entry in catalogue.entries("viewpoint").values():
        _add_viewpoint(router, entry)
    return router


def _add_list(router: APIRouter, kind: EntryKind, path: str, summary: str, address: str) -> None:
    @router.get(path, name=f"list_{kind}s", summary=summary, response_model=EntryList, responses=problems(*READS))
    def list_entries(request: Request, user: Reader, settings: CurrentSettings) -> Response:
        language = language_of(request, "language", settings.language)
        items = [_described(entry, address, language) for entry in catalogue.entries(kind).values()]
        answer = json_response({"items": items})
        answer.headers["Vary"] = "Accept-Language"
        return answer


def _add_question(router: APIRouter, entry: Entry, folder: str) -> None:
    has_language = any(each.name == "language" for each in entry.parameters)
    asked = entry.parameters if has_language else (_LANGUAGE, *entry.parameters)

    def ask(
        request: Request, user: Reader, settings: CurrentSettings, open_state: OpenState, limit: Limit = 1_000,
        offset: Offset = 0, **given: Any,
    ) -> Response:  # fmt: skip
        media_type = _media_type(request)
        language = language_of(request, "language", settings.language)
        if has_language:
            given["language"] = language
        with open_state() as state:
            tag = _day_tag(state) if language == "en" else f'{_day_tag(state)[:-1]}-{language}"'
            if same := not_modified(request, tag):
                return same

            def made() -> bytes:
                answer: Answer[Any] = entry.subject(state, **_values(entry.parameters, given))
                if media_type == GRAPHML:
                    return answer.to_graphml().encode()
                rows = list(answer[offset : offset + limit])
                if media_type == CSV:
                    return rows_csv([_flat(row_in(row, language)) for row in rows]).encode()
                if media_type == XLSX:
                    return row_workbook.write(rows, entry, state, given, language)
                return answer_json([row_in(row, language) for row in rows], len(answer), state.number)

            # What a draft holds may change while its number stays.
            key = (request.url.path, request.url.query, media_type, language, tag)
            body = made() if state.draft is not None else _remembered(request).get(key, made)
        said = f"{media_type}; charset=utf-8" if media_type == CSV else media_type
        return Response(body, 200, {"ETag": tag, "Vary": "Accept, Accept-Language"}, said)

    _sign(ask, asked, entry.name)
    router.get(
        f"{folder}/{entry.name}",
        name=f"{'report_' if entry.kind == 'report' else ''}{entry.name.replace('-', '_')}",
        summary=entry.summary,
        description=inspect.getdoc(entry.subject),
        response_model=_answer_model(entry),
        responses={
            200: {"content": {**{each: {"schema": {"type": "string"}} for each in (CSV, GRAPHML)}, XLSX: BINARY}},
            **problems(304, *READS),
        },
    )(ask)


def _add_viewpoint(router: APIRouter, entry: Entry) -> None:
    options = offered()
    known = [
        name for name in diagrams.formats() if not _draws_charts(entry) or not diagrams.picture_format(name).graphs_only
    ]
    named = Annotated[str, Path(json_schema_extra={"enum": known})]

    def draw(
        request: Request,
        user: Reader,
        settings: CurrentSettings,
        repository: OpenRepository,
        open_state: OpenState,
        format: named,
        lang: Language = None,
        **given: Any,
    ) -> Response:
        chosen = {"lang": lang or settings.language, **_values(options, given)}
        arguments = _values(entry.parameters, given)
        with open_state() as state:
            tag = _picture_tag(state, entry.name, format, arguments, chosen)
            if same := not_modified(request, tag):
                return same

            def made() -> bytes:
                return diagrams.render(diagrams.draw(state, entry.name, **arguments), format, links=page_of, **chosen)

            # What a draft holds may change while its number stays.
            kept = partial(_kept, repository.pictures, state, tag, made)
            picture = made() if state.draft is not None else _remembered(request).get((tag, state.on), kept)
        return Response(picture, 200, {"ETag": tag}, diagrams.picture_format(format).media_type)

    _sign(draw, (*options, *entry.parameters), entry.name)
    media_types = [diagrams.picture_format(name).media_type for name in known]
    router.get(
        f"/diagrams/{entry.name}.{{format}}",
        name=f"draw_{entry.name.replace('-', '_')}",
        summary=f"Draw: {entry.summary}",
        description=inspect.getdoc(entry.subject),
        response_class=Response,
        responses={
            200: {"description": "The picture.", "content": dict.fromkeys(media_types, BINARY)},
            **problems(304, 415, 501, *READS),
        },
    )(draw)


def _remembered(request: Request) -> Remembered:
    """What this service made already; the routers are shared by all that one process runs."""
    remembered: Remembered = request.app.state.remembered_answers
    return remembered


def _draws_charts(entry: Entry) -> bool:
    """Whether what a viewpoint makes is no graph, which some formats are for alone."""
    return typing.get_type_hints(entry.subject).get("return") is diagrams.Chart


def _media_type(request: Request) -> str:
    """What the asker prefers of what there is."""
    for wants, media_type in ((wants_graphml, GRAPHML), (wants_csv, CSV), (wants_xlsx, XLSX)):
        if wants(request):
            return media_type
    return JSON


def _day_tag(state: State) -> str:
    """The ETag of an answer: the state's and the day, as some answers tell what is over by today."""
    return f'{list_tag(state)[:-1]}-{now().date()}"'


def _picture_tag(state: State, viewpoint: str, format: str, *options: Mapping[str, Any]) -> str:
    """The ETag of a picture: the state's, the day, as some drawings show what is over, and everything that was asked."""
    asked = repr((viewpoint, format, state.on, now().date(), [sorted(each.items()) for each in options]))
    return f'{list_tag(state)[:-1]}-{sha256(asked.encode()).hexdigest()[:16]}"'


def _kept(pictures: KeptPictures, state: State, tag: str, make: Callable[[], bytes]) -> bytes:
    """The picture that another worker, or an earlier run of the service, kept; else made, and kept if it is as it should be."""
    identity = state.history_identity
    key = key_of(identity, str(now().date()), "served", tag, str(state.on))
    found = pictures.get(key) if identity else None
    if found is None:
        failed = failures()
        found = make()
        if identity and failures() == failed:
            pictures.put(key, found)
    return found


def page_of(uid: str) -> str:
    """Where people read about a concept."""
    return f"/concepts/{quote(uid, safe=':')}"


def _sign(function: Callable[..., Response], parameters: Sequence[Parameter], name: str) -> None:
    """Gives an endpoint the parameters of its entry of that name, in place of `**given`."""
    signature = inspect.signature(function)
    own = [each for each in signature.parameters.values() if each.kind is not inspect.Parameter.VAR_KEYWORD]
    names = [*(each.name for each in own), *(each.name for each in parameters)]
    if clash := {each for each in names if names.count(each) > 1}:
        raise ValueError(f"{name}: there are several parameters called {', '.join(sorted(clash))}")
    asked = [_parameter(each) for each in parameters]
    function.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *asked)]
    )


def _parameter(parameter: Parameter) -> inspect.Parameter:
    annotation, many = _plain(parameter.annotation)
    checks: dict[str, Any] = {"description": parameter.help}
    if annotation is str:
        checks |= {"pattern": parameter.pattern or TEXT_PATTERN, "max_length": _BOUNDED}
    elif annotation is float:
        checks |= {"ge": parameter.minimum, "le": parameter.maximum}
    elif annotation is int:
        checks |= {"ge": parameter.minimum, "le": parameter.maximum or _LARGEST}
    elif annotation is date:
        annotation = DateQuery
    declared: Any = Annotated[annotation, Query(**checks)]
    default = parameter.default
    if many:
        declared = Annotated[list[declared], Query(max_length=100)]
        default = default if parameter.required else list(default or ())
    elif parameter.optional:
        declared = Annotated[annotation | None, Query(**checks)]
    return inspect.Parameter(parameter.name, inspect.Parameter.KEYWORD_ONLY, annotation=declared, default=default)


def _plain(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (tuple, list):
        return typing.get_args(annotation)[0], True
    return annotation, False


def _values(parameters: Sequence[Parameter], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        each.name: tuple(given[each.name]) if _plain(each.annotation)[1] else given[each.name] for each in parameters
    }


def _answer_model(entry: Entry) -> type[BaseModel]:
    row = _row_type(typing.get_type_hints(entry.subject).get("return"))
    name = "".join(part.capitalize() for part in entry.name.split("-"))
    return create_model(f"{name}Answer", items=(list[row], ...), total=(int, ...), changeset=(int, ...))  # type: ignore[valid-type]


def _row_type(annotation: Any) -> Any:
    """The dataclass that the rows of an answer are, for the document."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next((found for part in typing.get_args(annotation) if (found := _row_type(part)) is not Any), Any)
    if is_dataclass(annotation):
        return annotation
    arguments = [*typing.get_args(annotation), *_sequence_of(annotation)]
    return next((each for each in arguments if is_dataclass(each)), Any)


def _sequence_of(annotation: Any) -> Iterator[Any]:
    """What a class that is a `Sequence[Row]` holds."""
    for base in getattr(annotation, "__orig_bases__", ()):
        yield from typing.get_args(base)


def _flat(row: Any) -> dict[str, Any]:
    """A row for CSV: a chain becomes one cell."""
    return {each.name: _cell(getattr(row, each.name)) for each in fields(row)}


def _cell(value: Any) -> Any:
    return " ".join(map(str, value)) if isinstance(value, tuple | list) else value


def _described(entry: Entry, address: str, language: str) -> dict[str, Any]:
    return {
        "name": entry.name,
        "summary": summary(entry, language),
        "address": API + address.format(name=entry.name),
        "parameters": [
            {"name": each.name, "help": each.help, "required": each.required, "many": _plain(each.annotation)[1]}
            for each in entry.parameters
        ],
    }
