"""Values of the library as bytes for the wire: JSON without a model in between, CSV, and the headers of a page."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any, NamedTuple, get_type_hints
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from pydantic_core import to_json

from ea_repo.analysis.chains import Step
from ea_repo.exchange import row_workbook
from ea_repo.store.changesets import Applied
from ea_repo.store.records import Changeset, Concept, Page, Version, View
from ea_repo.store.state import State

JSON = "application/json"
CSV = "text/csv"
GRAPHML = "application/graphml+xml"
XLSX = row_workbook.MEDIA_TYPE
CONCEPT_FIELDS: tuple[str, ...] = tuple(Concept.__dataclass_fields__)
#: What a CSV shows where nothing else is asked for; attributes come after.
_CSV_FIELDS = (
    "uid",
    "type",
    "name",
    "description",
    "owner",
    "source",
    "target",
    "valid_from",
    "valid_until",
    "version",
)
API = "/api/v1"
VERSION = version("ea-repo")
#: So many characters of chains are kept while an answer is encoded, for chains that go on from them.
_MOST_HELD = 16_000_000
_CHAIN = tuple[Step, ...]


def json_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Any value of the library as JSON: dataclasses, dates, mappings, sequences of these."""
    return Response(to_json(value), status, headers, JSON)


def answer_json(rows: Sequence[Any], total: int, changeset: int) -> bytes:
    """The rows of an answer as JSON. A step that many chains share is encoded once, and so is the beginning they share."""
    chains = _Chains()
    layouts = {each: _Layout.of(each) for each in set(map(type, rows))}
    if len(layouts) == 1:
        items = layouts[type(rows[0])].json(rows, chains)
    else:
        items = [item for row in rows for item in layouts[type(row)].json([row], chains)] or [""]
    # Said with the first and the last row, as every copy of a long answer takes its time.
    items[0] = f'{{"items":[{items[0]}'
    items[-1] += f'],"total":{total},"changeset":{changeset}}}'
    return ",".join(items).encode()


class _Layout(NamedTuple):
    """How the rows of a class become JSON: the text around the values of their fields, and which of these are chains."""

    template: str
    are_chains: Mapping[str, bool]

    @classmethod
    @cache
    def of(cls, row: type) -> "_Layout":
        names = [each.name for each in fields(row)] if is_dataclass(row) else []
        said = get_type_hints(row) if names else {}
        are_chains = {name: said[name] == _CHAIN for name in names}
        around = ",".join(f'"{name}":[%s]' if is_chain else f'"{name}":%s' for name, is_chain in are_chains.items())
        return cls(f"{{{around}}}", are_chains)

    def json(self, rows: Sequence[Any], chains: "_Chains") -> list[str]:
        """Each of the rows. A field of all of them at a time, as most are of one type there."""
        if not any(self.are_chains.values()):
            return [to_json(row).decode() for row in rows]
        columns = []
        for name, is_chain in self.are_chains.items():
            values = list(map(attrgetter(name), rows))
            columns.append(list(map(chains.steps, values)) if is_chain else _column(values))
        return [self.template % told for told in zip(*columns, strict=True)]


def _column(values: Sequence[Any]) -> Iterable[str]:
    types = set(map(type, values))
    if types == {str}:
        return map(quoted, values)
    return map(str, values) if types == {int} else map(_plain, values)


def _plain(value: Any) -> str:
    return quoted(value) if type(value) is str else "null" if value is None else to_json(value).decode()


class _Chains:
    """Chains as JSON. Those of an answer mostly go on from one another, by the very same steps: each is then the one that
    was told before, and its own last step."""

    def __init__(self) -> None:
        self._steps: dict[int, str] = {}  # by identity: who asks holds all rows meanwhile
        self._told: dict[int, tuple[tuple[Step, ...], str]] = {}  # by the identity of the last step
        self._held = 0

    def steps(self, chain: tuple[Step, ...]) -> str:
        """The steps of a chain. O(steps), of which all but the last are one copy where the chain before was told."""
        if not chain:
            return ""
        before = self._told.get(id(chain[-2])) if len(chain) > 1 else None
        if before is not None and before[0] == chain[:-1]:
            told = f"{before[1]},{self._step(chain[-1])}"
        else:
            told = ",".join(map(self._step, chain))
        if self._held < _MOST_HELD:
            self._told[id(chain[-1])] = chain, told
            self._held += len(told)
        return told

    def _step(self, step: Step) -> str:
        found = self._steps.get(id(step))
        if found is None:
            found = self._steps[id(step)] = (
                f'{{"relationship":{quoted(step.relationship)},"type":{quoted(step.type)},'
                f'"from_uid":{quoted(step.from_uid)},"to_uid":{quoted(step.to_uid)}}}'
            )
        return found


def version_tag(version: int) -> str:
    """The ETag of one version of a record."""
    return f'"{version}"'


def list_tag(state: State) -> str:
    """The ETag of anything read from a state: the same address answers the same until the next changeset."""
    draft = "" if state.draft is None else f"-draft-{state.draft.id}"
    return f'W/"{state.number}{draft}-{VERSION}"'


def not_modified(request: Request, tag: str) -> Response | None:
    """The answer 304 where the asker has this version already."""
    known = request.headers.get("if-none-match")
    if known is None or tag.removeprefix("W/") not in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return None
    return Response(status_code=304, headers={"ETag": tag})


def page_response(request: Request, page: Page[str], number: int, tag: str) -> Response:
    """A page of concepts that are JSON already, with the address of the next page."""
    total = "null" if page.total is None else page.total
    following = "null" if page.next is None else f'"{page.next}"'
    body = f'{{"items":[{",".join(page.rows)}],"next":{following},"total":{total},"changeset":{number}}}'
    return Response(body, 200, _page_headers(request, page, tag), JSON)


def chosen_response(
    request: Request, page: Page[Concept], fields: Sequence[str] | None, number: int, tag: str
) -> Response:
    """A page of concepts as CSV, or as JSON with some of their fields."""
    headers = _page_headers(request, page, tag)
    if wants_csv(request):
        if page.total is not None:
            headers["Total-Count"] = str(page.total)
        return Response(concepts_csv(page.rows, fields), 200, headers, f"{CSV}; charset=utf-8")
    rows = [_selected(concept, fields or CONCEPT_FIELDS) for concept in page.rows]
    return json_response({"items": rows, "next": page.next, "total": page.total, "changeset": number}, 200, headers)


def wants_csv(request: Request) -> bool:
    """Whether the asker prefers CSV."""
    return _prefers(request, CSV)


def wants_graphml(request: Request) -> bool:
    """Whether the asker prefers GraphML."""
    return _prefers(request, GRAPHML)


def wants_xlsx(request: Request) -> bool:
    """Whether the asker prefers a workbook."""
    return _prefers(request, XLSX)


def _prefers(request: Request, media_type: str) -> bool:
    """Whether the asker names a type, and nothing before it that JSON or CSV would satisfy."""
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept", "").split(",")]
    at = accepted.index(media_type) if media_type in accepted else None
    return at is not None and not {JSON, CSV, "*/*", "application/*", "text/*"} & set(accepted[:at])


def concepts_csv(concepts: Sequence[Concept], fields: Sequence[str] | None) -> str:
    """A header and a row for each concept: its fields, then a column for each attribute that any of them has."""
    said = sorted({name for concept in concepts for name in concept.attributes})
    columns = [*_CSV_FIELDS, *said] if fields is None else [name for name in fields if name != "attributes"]
    if fields is not None and "attributes" in fields:
        columns += said
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(_value(concept, name)) for name in columns] for concept in concepts)
    return text.getvalue()


def rows_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """A header and a row for each mapping, columns in order of first appearance."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return text.getvalue()


def record_json(record: Any, more: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a record, and more beside them."""
    return {**_fields(record), **more}


def drawing_of(view: View) -> str:
    """Where a stored view is drawn."""
    return f"{API}/diagrams/view.svg?{urlencode({'uid': view.uid})}"


def view_row(view: View) -> dict[str, Any]:
    """A stored view in a list: without its content."""
    found = record_json(view, {"drawing": drawing_of(view)})
    del found["content"]
    return found


def changeset_row(changeset: Changeset) -> dict[str, Any]:
    """A changeset in a list: its findings counted."""
    return {**_fields(changeset), "findings": len(changeset.findings)}


def history_json(versions: Iterable[Version]) -> list[dict[str, Any]]:
    return [
        {
            "version": each.record.version,
            "replaced": each.replaced,
            "changeset": changeset_row(each.changeset),
            "record": _fields(each.record),
        }
        for each in versions
    ]


def applied_json(applied: Applied) -> dict[str, Any]:
    return {
        "number": applied.number,
        "changed": applied.changed,
        "changeset": applied.changeset,
        "versions": [
            {"record": record, "uid": uid, "version": version}
            for (record, uid), version in sorted(applied.versions.items())
        ],
        "difference": applied.difference.to_json(),
    }


def address(collection: str, uid: str) -> str:
    """Where a record is read."""
    return f"{API}/{collection}/{quote(uid, safe=':')}"


def _fields(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _selected(concept: Concept, fields: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in fields:
        if name in CONCEPT_FIELDS:
            found[name] = getattr(concept, name)
        elif name in concept.attributes:
            found.setdefault("attributes", {})[name] = concept.attributes[name]
    return found


def _value(concept: Concept, name: str) -> Any:
    return getattr(concept, name) if name in CONCEPT_FIELDS else concept.attributes.get(name)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping) and value.keys() == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else to_json(value).decode().strip('"')


def _page_headers(request: Request, page: Page[Any], tag: str) -> dict[str, str]:
    headers = {"ETag": tag, "Vary": "Accept"}
    if page.next is not None:
        kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
        address = f"{request.scope['path']}?{urlencode([*kept, ('cursor', page.next)])}"
        headers["Link"] = f'<{address}>; rel="next"'
    return headers
