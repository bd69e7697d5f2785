"""Brings very many new records into the store as one changeset, in memory that hardly grows with their number.

Where a changeset works everything out before it writes, a load checks and writes as it reads, and judges names at the
end, when all is defined. Checks, rows and text index are those of every changeset. It takes new models only: nothing in
them was ever there, so there is nothing to compare, merge or supersede.
"""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine, update
from sqlalchemy.engine import URL

from ea_repo.metamodel import Finding
from ea_repo.store import changesets
from ea_repo.store.bulk import indexes_last, loading_engine
from ea_repo.store.changesets import Pending, refuse_findings
from ea_repo.store.difference import ACTIONS, COUNTED, Action, Difference
from ea_repo.store.engine import refresh_statistics, write_transaction
from ea_repo.store.judging import Lines, judged
from ea_repo.store.judging_apart import judged_apart
from ea_repo.store.loading import Loading, Progress, brings_new
from ea_repo.store.metamodel_in_force import metamodel_in_force
from ea_repo.store.records import Changeset
from ea_repo.store.tables import changeset


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, or with `dry_run` would do. `changeset` is None where nothing was written."""

    changeset: Changeset | None
    counts: Mapping[str, Mapping[Action, int]]
    findings: Sequence[Finding]
    lines: int
    seconds: float

    @property
    def number(self) -> int | None:
        return None if self.changeset is None else self.changeset.number


@dataclass(frozen=True, slots=True)
class Load:
    """A changeset of new models, to be applied while it is read."""

    url: URL
    reader: Engine
    author: str
    reason: str
    lines: Lines
    source: str = ""
    strict: bool = False  # refuse any finding
    is_apart: bool = False  # read and judge in a process of its own; the lines must be picklable

    def apply(self, progress: Progress | None = None, *, dry_run: bool = False) -> Loaded:
        """Loads in one transaction, committed before this returns.

        Raises `InvalidInput`, whose problems name the lines, or `Conflict`, and then nothing was written. O(lines).
        """
        begun = time.perf_counter()
        engine = loading_engine(self.url)
        try:
            with write_transaction(engine) as connection:
                loaded = self._load(connection, progress or (lambda lines, position: None), begun)
                if dry_run:
                    connection.rollback()
        finally:
            engine.dispose()
        if dry_run:
            return replace(loaded, changeset=None)
        self.reader.dispose()  # a SQLite connection reads the statistics once, when it begins
        return loaded

    def _load(self, connection: Connection, progress: Progress, begun: float) -> Loaded:
        number = changesets.last_number(connection) + 1
        pending = Pending(self.reader, self.reader, self.author, self.reason, (), self.source)
        pending.record(connection, number, Difference(()))
        loading = Loading(connection, metamodel_in_force(connection), number)
        batches = judged_apart if self.is_apart else judged
        with indexes_last(connection), closing(batches(self.lines, loading.metamodel)) as judged_batches:
            loading.read(judged_batches, progress)
            loading.judge(self.lines)
            loading.finish()
        findings = loading.findings()
        if self.strict:
            refuse_findings(findings)
        counts = {sort: dict.fromkeys(ACTIONS, 0) | {"created": loading.created[sort]} for sort in COUNTED}
        told = {"counts": counts, "findings": [finding.to_json() for finding in findings]}
        connection.execute(update(changeset).where(changeset.c.number == number).values(**told))
        refresh_statistics(connection)
        applied = changesets.find_number(connection, number)
        return Loaded(applied, counts, findings, loading.lines, time.perf_counter() - begun)


__all__ = ["Lines", "Load", "Loaded", "Progress", "brings_new"]
