"""A state: everything as it was known at one changeset, optionally as it holds on one date. It only reads.

All questions, pictures, pages and exports take a State first, so time travel is solved here for all of them. The
connection underneath sees one moment of the database and is refused every write by it.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from types import TracebackType
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from ea_repo.errors import InvalidInput, NotFound
from ea_repo.metamodel import Metamodel
from ea_repo.store import changesets, concept_rows, images, integrity, search
from ea_repo.store.conditions import AFTER_ID, AFTER_VALUE, Ids, Moment, conditions, ids_in, page_statement
from ea_repo.store.fields import Image, model_of
from ea_repo.store.metamodel_in_force import metamodel_in_force
from ea_repo.store.operations import RecordKind
from ea_repo.store.overlay import Overlay
from ea_repo.store.query import Query, read_cursor, write_cursor
from ea_repo.store.records import Changeset, Concept, Folder, Hit, Model, Page, Property, Version, View
from ea_repo.store.search import CANDIDATES

_CLASSES: dict[RecordKind, Callable[..., Any]] = {"model": Model, "folder": Folder, "concept": Concept, "view": View}


class GraphLoader(Protocol):
    """What gives a state its dependency graph; the store does not know the analysis."""

    def graph(self, state: "State") -> Any: ...


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A draft that is laid over a state. `base` is the same state without it."""

    id: int
    base: "State"
    overlay: Overlay


class State:
    """Use it as a context manager: `with repository.state(on=date(2028, 1, 1)) as state`.

    `number` is the changeset it reads as of; `on` the date it reads on, None for no matter when. `latest` is the last
    changeset that its transaction sees at all, `draft` which draft is laid over it.
    """

    def __init__(
        self,
        connection: Connection,
        metamodel: Metamodel,
        *,
        number: int,
        latest: int,
        on: date | None,
        graphs: GraphLoader,
        draft: Laid | None = None,
    ) -> None:
        self.connection = connection
        self.metamodel = metamodel
        self.number = number
        self.latest = latest
        self.on = on
        self.draft = draft
        #: What readers keep of it as long as it is open, by whatever they name it (`ea_repo.planning.remembered`).
        self.kept: dict[Any, Any] = {}
        self._graphs = graphs

    def __enter__(self) -> "State":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.kept.clear()
        self.connection.close()
        if self.draft is not None:
            self.draft.base.close()

    def at(self, *, on: date | None, as_of: int | None = None) -> "State":
        """Another moment, read through this state's transaction and of use as long as it is: None keeps its number."""
        if as_of is None or as_of == self.number:
            number, metamodel = self.number, self.metamodel
        elif 0 <= as_of < self.number:
            number, metamodel = as_of, metamodel_in_force(self.connection, as_of)
        else:
            raise NotFound(f"there is no changeset {as_of}; the latest is {self.number}", latest=self.number)
        if number < self.latest and self.draft is not None:
            raise InvalidInput("a draft is laid over the present; it has no past")
        return State(
            self.connection, metamodel, number=number, latest=self.latest, on=on, graphs=self._graphs, draft=self.draft
        )

    @property
    def is_past(self) -> bool:
        """Whether there were later changesets when it was opened."""
        return self.number < self.latest

    @property
    def as_of(self) -> int | None:
        """The changeset number where it lies in the past, None for the present."""
        return self.number if self.is_past else None

    @cached_property
    def graph(self) -> Any:
        """The dependency graph of this state (`ea_repo.analysis.graph.Graph`), built or taken from those kept."""
        return self._graphs.graph(self)

    def table(self, record: RecordKind) -> Any:
        """A FROM clause with this state's rows of a kind of record, for the modules of the store."""
        return images.moment(record, self.as_of)

    # Concepts

    def get(self, uid: str) -> Concept:
        """One concept; `NotFound` names the nearest uids. `on` does not hide it."""
        found = self.get_many([uid])
        if uid not in found:
            raise self._not_found("concept", uid)
        return found[uid]

    def get_many(self, uids: Iterable[str]) -> dict[str, Concept]:
        """The concepts that exist among these, by uid."""
        table, statement = concept_rows.selected(self.as_of)
        rows: list[Any] = []
        for chunk in images.chunks(dict.fromkeys(uids)):
            rows.extend(self.connection.execute(statement.where(table.c.uid.in_(chunk))))
        return {concept.uid: concept for concept in concept_rows.concepts(rows)}

    def find(self, query: Query) -> Page[Concept]:
        """One page of the concepts that answer the query. O(page) with an index that fits, else O(concepts)."""
        rows, cursor, total = self._page(query, as_text=False)
        return Page(concept_rows.concepts(rows), cursor, total)

    def find_json(self, query: Query) -> Page[str]:
        """The same page, each concept as a JSON object with the fields of a `Concept`."""
        rows, cursor, total = self._page(query, as_text=True)
        return Page(concept_rows.json_texts(rows), cursor, total)

    def iterate(self, query: Query) -> Iterator[Concept]:
        """All concepts that answer the query, page by page."""
        page = self.find(replace(query, limit=1_000))
        yield from page.rows
        while page.next is not None:
            page = self.find(replace(query, limit=1_000, cursor=page.next))
            yield from page.rows

    def iterate_rows(self, query: Query) -> Iterator[Sequence[Any]]:
        """All concepts that answer the query in order of uid, as the rows that `concept_rows.selected_as_text` selects:
        links as uids, JSON and dates as text. One statement, flat in memory: for writing out very many.
        """
        table, statement = concept_rows.selected_as_text(self.as_of, self._dialect)
        found = statement.where(*self._conditions(query, table)).order_by(table.c.uid)
        for rows in self.connection.execute(found.execution_options(yield_per=2_000)).partitions():
            yield from rows

    def find_all(self, query: Query | None = None) -> list[Concept]:
        """Every concept that answers the query, or every concept."""
        return list(self.stream(query))

    def stream(self, query: Query | None = None) -> Iterator[Concept]:
        """As `find_all`, while they are read. One statement: pages would look for where each begins."""
        query = query or Query()
        table, statement = concept_rows.selected(self.as_of)
        key = table.c[query.sort_field]
        order = (key.desc(), table.c.id.desc()) if query.is_descending else (key, table.c.id)
        chosen = statement.where(*self._conditions(query, table)).order_by(*order)
        read = self.connection.execute(chosen.execution_options(yield_per=2_000))
        for rows in read.partitions():
            yield from concept_rows.concepts(rows)

    def ids_with_owners(self, query: Query) -> list[tuple[int, int, str]]:
        """The id, the owner's id (0 for none) and the type of each concept that answers the query, by id. One statement."""
        table = self.table("concept")
        columns = (table.c.id, func.coalesce(table.c.owner_id, 0), table.c.type)
        chosen = select(*columns).where(*self._conditions(query, table)).order_by(table.c.id)
        return [(id_, owner, type_) for id_, owner, type_ in self.connection.execute(chosen).all()]

    def count(self, query: Query) -> int:
        table = self.table("concept")
        counted = select(func.count()).select_from(table).where(*self._conditions(query, table))
        return int(self.connection.execute(counted).scalar_one())

    def counts_by_type(self, model: str | None = None) -> dict[str, int]:
        """How many concepts of each type there are (refinements not added to what they refine)."""
        table = self.table("concept")
        conditions = self._conditions(Query(model=model), table)
        counted = select(table.c.type, func.count()).where(*conditions).group_by(table.c.type)
        return {row[0]: row[1] for row in self.connection.execute(counted.order_by(table.c.type))}

    def relationships(self, uid: str, *, direction: str = "both", types: Sequence[str] = ()) -> list[Concept]:
        """The relationships at a concept, by uid: "out" those from it, "in" those to it."""
        table, statement = concept_rows.selected(self.as_of)
        id_ = self._id("concept", uid)
        ends = {"out": [table.c.source_id], "in": [table.c.target_id]}.get(
            direction, [table.c.source_id, table.c.target_id]
        )
        conditions = self._conditions(Query(types=tuple(types), kind="relationship"), table)
        found = statement.where(or_(*(end == id_ for end in ends)), *conditions).order_by(table.c.uid)
        return concept_rows.concepts(self.connection.execute(found).all())

    def history(self, uid: str, record: RecordKind = "concept") -> list[Version]:
        """Every version known by this state, oldest first, each with the changeset that wrote it. A draft wrote none."""
        if self.draft is not None:
            return self._history_without_draft(self.draft.base, uid, record)
        stored = [each for each in images.all_versions(self.connection, record, uid) if each.written <= self.number]
        if not stored:
            raise self._not_found(record, uid)
        return [
            Version(
                _record(record, each.uid, each.image, each.version, each.written),
                changesets.find_number(self.connection, each.written),
                each.replaced if each.replaced is not None and each.replaced <= self.number else None,
            )
            for each in stored
        ]

    def changeset(self, number: int) -> Changeset:
        """An applied changeset by its number."""
        return changesets.find_number(self.connection, number)

    @property
    def history_identity(self) -> str:
        """A fingerprint of the changeset that it reads as of: no two databases, nor two pasts, have the same."""
        return changesets.identity(self.connection, self.number)

    def number_by(self, day: date) -> int:
        """The number of the last changeset that this state knows which was applied by the end of a day (UTC), or 0."""
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
        return min(self.number, changesets.last_number_before(self.connection, end))

    def former_versions(self, record: RecordKind = "concept") -> dict[str, list[Version]]:
        """Every superseded version that this state knows of all records of a kind, by uid, oldest first.

        The version that holds is the record itself. O(versions superseded): nothing after a first import.
        """
        known: dict[int, Changeset] = {}
        found: dict[str, list[Version]] = {}
        for each in images.superseded(self.connection, record, self.number):
            if each.written not in known:
                known[each.written] = changesets.find_number(self.connection, each.written)
            value = _record(record, each.uid, each.image, each.version, each.written)
            found.setdefault(each.uid, []).append(Version(value, known[each.written], each.replaced))
        return found

    def _history_without_draft(self, base: "State", uid: str, record: RecordKind) -> list[Version]:
        try:
            return base.history(uid, record)
        except NotFound:
            self._one(record, uid)  # raises where the draft does not create it
            return []

    def search(self, words: str, *, types: Sequence[str] = (), model: str | None = None, limit: int = 20) -> list[Hit]:
        """Concepts that have every word, best first: names before texts, the same on both engines.

        Of very many answers the best thousand by the engine's own rank are weighed. In the past O(concepts).
        """
        table, statement = concept_rows.selected(self.as_of)
        ids = self._matches(words)
        conditions = [
            ids_in(table.c.id, ids, self._dialect),
            *self._conditions(Query(types=tuple(types), model=model), table),
        ]
        concepts = concept_rows.concepts(self.connection.execute(statement.where(*conditions)).all())
        hits = [Hit(concept, search.score(words, _names(concept))) for concept in concepts]
        return sorted(hits, key=lambda hit: (-hit.score, hit.concept.name, hit.concept.uid))[:limit]

    def users_of(self, uid: str) -> list[tuple[RecordKind, str, str]]:
        """(kind of record, uid, field) of everything that uses a concept now."""
        id_ = self._id("concept", uid)
        return [(kind, user, name) for kind, user, name, _ in integrity.users(self.connection, "concept", [id_])]

    def sub_agencies(self, uid: str) -> frozenset[str]:
        """The agency and all below it: wholes to parts among actors. O(agencies reached)."""
        ids = self._sub_agency_ids(uid)
        return frozenset(images.uids_by_id(self.connection, "concept", ids).values())

    # Models, folders, views

    def models(self) -> list[Model]:
        table = self.table("model")
        rows = self.connection.execute(select(table).order_by(table.c.uid)).all()
        return [self._made("model", row) for row in rows]

    def model(self, uid: str) -> Model:
        return self._one("model", uid)  # type: ignore[no-any-return]

    def folders(self, model: str | None = None) -> list[Folder]:
        return self._in_model("folder", model, "position")

    def folder(self, uid: str) -> Folder:
        return self._one("folder", uid)  # type: ignore[no-any-return]

    def views(self, model: str | None = None, *, content: bool = False) -> list[View]:
        """Stored views, with their content only where that is asked for."""
        found = self._in_model("view", model, "name")
        return found if content else [replace(view, content=None) for view in found]

    def view(self, uid: str) -> View:
        """A stored view with its content."""
        return self._one("view", uid)  # type: ignore[no-any-return]

    def views_showing(self, uid: str) -> list[View]:
        """Stored views (without content) that show a concept."""
        if self.is_past:
            shown = [view for view in self._in_model("view", None, "name")
                     if uid in integrity.drawn_concepts(view.content or {})]  # fmt: skip
            return [replace(view, content=None) for view in shown]
        uids = [user for kind, user, _ in self.users_of(uid) if kind == "view"]
        return [replace(self.view(user), content=None) for user in uids]

    # How

    @property
    def _dialect(self) -> str:
        return self.connection.dialect.name

    def _page(self, query: Query, *, as_text: bool) -> tuple[Sequence[Any], str | None, int | None]:
        """The rows of a page, the cursor of the next, and how many there are in all where that was asked."""
        ids, after, total = self._ids(query), read_cursor(query), None
        alike = replace(query, cursor=None, total=False) if query.cursor or query.total else query
        table, statement = page_statement(self._moment, alike, ids, is_first=after is None, as_text=as_text)
        if query.total:
            counted = select(func.count()).select_from(table).where(*conditions(self._moment, query, ids, table))
            total = self.connection.execute(counted).scalar_one()
        bound = {} if after is None else dict(zip((AFTER_VALUE, AFTER_ID), after, strict=True))
        rows = self.connection.execute(statement, bound).all()
        if len(rows) <= query.limit:
            return rows, None, total
        last: Any = rows[query.limit - 1]
        return rows[: query.limit], write_cursor(query, getattr(last, query.sort_field), last.id), total

    @cached_property
    def _moment(self) -> Moment:
        return Moment(self.metamodel, self.as_of, self.on, self._dialect)

    def _conditions(self, query: Query, table: Any) -> list[ColumnElement[bool]]:
        return conditions(self._moment, query, self._ids(query), table)

    def _ids(self, query: Query) -> Ids:
        """What the names in a query stand for; `NotFound` for one that stands for nothing."""
        matches = None
        if query.q is not None:
            matches = self._matches(query.q, None)
        return Ids(
            None if query.model is None else self._id("model", query.model),
            None if query.folder is None else self._id("folder", query.folder),
            None if query.owner is None else tuple(self._sub_agency_ids(query.owner)),
            None if matches is None else tuple(matches),
        )

    def _sub_agency_ids(self, uid: str) -> list[int]:
        edges = {name for whole in self.metamodel.whole_part for name in self.metamodel.descendants(whole)}
        parts = _parts_of(self.as_of, tuple(sorted(edges)), tuple(sorted(self.metamodel.owners)))
        known = {self._id("concept", uid)}
        pending = known
        while pending:
            below: set[int] = set()
            for chunk in images.chunks(pending):
                below.update(self.connection.execute(parts, {"wholes": chunk}).scalars())
            pending = below - known
            known |= pending
        return sorted(known)

    def _matches(self, words: str, limit: int | None = CANDIDATES) -> list[int]:
        """The ids of concepts that have every word, the likeliest first; without a limit, of all."""
        if self.is_past:
            found = self._past_matches(words)
        else:
            found = search.candidates(self.connection, words, limit)
        if self.draft is not None:
            changed = self.draft.overlay.changed
            found = [*(id_ for id_ in found if id_ not in changed), *self.draft.overlay.matching(words)]
        return list(dict.fromkeys((*self._identified(words), *found)))

    def _identified(self, words: str) -> list[int]:
        """The ids of the concepts with this very uid or, in any model, identifier."""
        name = words.strip()
        if not name.isprintable() or len(name.split()) != 1:
            return []
        table = self.table("concept")
        uids = [name] if ":" in name else [f"{model.uid}:{name}" for model in self.models()]
        found: list[int] = []
        for chunk in images.chunks(uids):
            found.extend(self.connection.execute(select(table.c.id).where(table.c.uid.in_(chunk))).scalars())
        return sorted(found)

    def _past_matches(self, words: str) -> list[int]:
        table = self.table("concept")
        columns = ("id", "uid", "name", "description", "specialization", "attributes", "properties", "translations")
        rows = self.connection.execute(select(*(table.c[name] for name in columns)))
        return [row.id for row in rows if search.matches(words, search.document(row.uid, dict(row._mapping)))]

    def _id(self, record: RecordKind, uid: str) -> int:
        found = self.connection.execute(_id_of(record, self.as_of), {"wanted": uid}).scalar()
        if found is None:
            raise self._not_found(record, uid)
        return int(found)

    def _one(self, record: RecordKind, uid: str) -> Any:
        table = self.table(record)
        row = self.connection.execute(select(table).where(table.c.uid == uid)).first()
        if row is None:
            raise self._not_found(record, uid)
        return self._made(record, row)

    def _in_model(self, record: RecordKind, model: str | None, order: str) -> list[Any]:
        table = self.table(record)
        query = select(table).order_by(table.c[order], table.c.uid)
        if model is not None:
            query = query.where(table.c.model_id == self._id("model", model))
        rows = self.connection.execute(query).all()
        names = images.linked_uids(self.connection, record, rows)
        return [_record(record, row.uid, images.image_of(record, row, names), row.version, row.written) for row in rows]

    def _made(self, record: RecordKind, row: Any) -> Any:
        names = images.linked_uids(self.connection, record, [row])
        image = images.image_of(record, row, names)
        return _record(record, row.uid, image, row.version, row.written)

    def _not_found(self, record: RecordKind, uid: str) -> NotFound:
        """The error, with uids that look alike and since when it is gone."""
        past = images.all_versions(self.connection, record, uid)
        since = [each.replaced for each in past if each.replaced is not None and each.replaced <= self.number]
        if since:
            return NotFound(f'{record} "{uid}" was deleted by changeset {max(since)}', uid=uid, gone_since=max(since))
        nearest = self._nearest(record, uid)
        hint = f"; did you mean {', '.join(nearest)}?" if nearest else ""
        return NotFound(f'there is no {record} "{uid}"{hint}', uid=uid, nearest=nearest)

    def _nearest(self, record: RecordKind, uid: str) -> list[str]:
        table = self.table(record)
        tail = search.fold(uid.partition(":")[2] or uid)[:3]
        if "\0" in tail or not tail:
            return []
        alike = select(table.c.uid).where(func.lower(table.c.uid).contains(tail, autoescape=True)).limit(2_000)
        return difflib.get_close_matches(uid, [row[0] for row in self.connection.execute(alike)], n=3, cutoff=0.6)


# Statements that many lists begin with: made once, they need not be built and analysed for each.
@lru_cache(maxsize=64)
def _id_of(record: RecordKind, as_of: int | None) -> Any:
    table = images.moment(record, as_of)
    return select(table.c.id).where(table.c.uid == bindparam("wanted"))


@lru_cache(maxsize=64)
def _parts_of(as_of: int | None, edges: tuple[str, ...], actors: tuple[str, ...]) -> Any:
    """The ids of the actors that are parts of `wholes`."""
    edge = images.moment("concept", as_of)
    part = edge.alias("part")
    return (
        select(part.c.id)
        .join(edge, edge.c.target_id == part.c.id)
        .where(
            edge.c.source_id.in_(bindparam("wholes", expanding=True)),
            edge.c.type.in_(edges),
            part.c.type.in_(actors),
        )
    )


def _names(concept: Concept) -> list[str]:
    return [concept.name, *(fields["name"] for fields in concept.translations.values() if "name" in fields)]


def _properties(stored: Sequence[dict[str, str]]) -> tuple[Property, ...]:
    return tuple(Property(**each) for each in stored)


def _record(record: RecordKind, uid: str, image: Image, version: int, written: int) -> Any:
    """The frozen value of an image."""
    fields = {**image, "properties": _properties(image["properties"])}
    if record != "model":
        fields["model"] = model_of(uid)
    if record == "concept":
        fields["kind"] = "element" if image["source"] is None else "relationship"
        for name in ("valid_from", "valid_until"):
            fields[name] = None if image[name] is None else date.fromisoformat(image[name])
    return _CLASSES[record](uid=uid, version=version, written=written, **fields)
