"""What answers a query in a state: pages, lists, counts and searches."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from ea_repo.store import concept_rows, images, search
from ea_repo.store.by_words import ByWords
from ea_repo.store.conditions import AFTER_ID, AFTER_VALUE, Ids, conditions, ids_in, page_statement
from ea_repo.store.query import Query, read_cursor, write_cursor
from ea_repo.store.records import Concept, Hit, Page


class ByQuery(ByWords):
    """Concepts by conditions."""

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


# Made once, as that of a key.
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
