"""Brings very many new records into the store as one changeset, in memory that hardly grows with their number.

Where a changeset works everything out before it writes, a load checks and writes as it reads, and judges names at the
end, when all is defined. Checks, rows and text index are those of every changeset. It takes new models only: nothing in
them was ever there, so there is nothing to compare, merge or supersede.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from sqlalchemy import Connection, Engine, select, update
from sqlalchemy.engine import URL

from ea_repo.errors import Conflict, InvalidInput
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.metamodel.rules import check_relationship
from ea_repo.store import changesets, images
from ea_repo.store.bulk import CopyingWriter, indexes_last, loading_engine
from ea_repo.store.changesets import Pending, refuse_findings
from ea_repo.store.difference import ACTIONS, COUNTED, Action, Difference
from ea_repo.store.engine import refresh_statistics, write_transaction
from ea_repo.store.fields import model_of
from ea_repo.store.images import Identity
from ea_repo.store.integrity import check_folder_cycles, check_names
from ea_repo.store.load_register import Register
from ea_repo.store.metamodel_in_force import metamodel_in_force
from ea_repo.store.operations import Create, RecordKind
from ea_repo.store.records import Changeset
from ea_repo.store.resolve import Draft, Resolved, Resolver, error_of
from ea_repo.store.tables import CURRENT, HISTORY, changeset
from ea_repo.store.write import Writer

#: (line, what it creates), read anew at each call: what is wrong is told from a second reading.
Lines = Callable[[], Iterable[tuple[int, Create]]]
#: Told how many lines are read.
Progress = Callable[[int], None]

_BATCH = 20_000
_MOST_PROBLEMS = 1_000
_MOST_FINDINGS = 10_000
_MOST_REMEMBERED = 200_000


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

    def apply(self, progress: Progress | None = None, *, dry_run: bool = False) -> Loaded:
        """Loads in one transaction, committed before this returns.

        Raises `InvalidInput`, whose problems name the lines, or `Conflict`, and then nothing was written. O(lines).
        """
        begun = time.perf_counter()
        engine = loading_engine(self.url)
        try:
            with write_transaction(engine) as connection:
                loaded = self._load(connection, progress or (lambda lines: None), begun)
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
        loading = _Loading(connection, metamodel_in_force(connection), number)
        with indexes_last(connection):
            loading.read(self.lines(), progress)
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


class _Loading:
    """One load at work."""

    def __init__(self, connection: Connection, metamodel: Metamodel, number: int) -> None:
        self.connection = connection
        self.metamodel = metamodel
        self.resolver = Resolver(connection, metamodel)
        self.register = Register(metamodel, self.resolver.references)
        is_copied = connection.dialect.name == "postgresql"
        resolved = Resolved([], {"model": {}, "folder": {}, "concept": {}}, Difference(()), metamodel)
        self.writer = (CopyingWriter if is_copied else Writer)(connection, resolved, number, self.resolver.references)
        self.first_ids = {record: self.writer.highest_id(record) + 1 for record in ("model", "folder", "concept")}
        self.created: Counter[str] = Counter()
        self.lines = 0
        self.all_there = True
        self._is_new: dict[str, bool] = {}  # by model
        self._first_lines: dict[tuple[RecordKind, str], str] = {}  # where a model or folder is first named
        self._stored: dict[str, Identity] = {}

    def read(self, lines: Iterable[tuple[int, Create]], progress: Progress) -> None:
        """Checks each record by itself and writes it, as long as nothing is wrong."""
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        rest = iter(lines)
        while batch := list(islice(rest, _BATCH)):
            self.lines += len(batch)
            made = [self.resolver.made(f"line {line}", operation) for line, operation in batch]
            for draft in made:
                if draft.record in ("model", "folder"):
                    self._keep(draft)
                elif draft.record != "concept":
                    self.resolver.problem(draft.pointer, f"a load brings in no {draft.record}")
            concepts = [draft for draft in made if draft.record == "concept" and draft.after is not None]
            if not self.resolver.problems:
                self._take(concepts)
            if len(self.resolver.problems) >= _MOST_PROBLEMS:
                break
            progress(self.lines)
        self._raise_problems()

    def _keep(self, draft: Draft) -> None:
        """Models and folders are few: they stay in memory until all is read."""
        known = self.resolver.drafts[draft.record]
        key = model_of(draft.uid)
        if draft.uid in known:
            self._exists(draft, known[draft.uid].pointer)
        elif not self._model_is_new(key):
            self._refuse_model(draft, key)
        else:
            known[draft.uid] = draft
            self.created[draft.record] += 1

    def _take(self, concepts: Sequence[Draft]) -> None:
        """Gives ids to the concepts and all they name, and writes their rows."""
        named = [uid for draft in concepts for uid in self._named(draft)]
        is_new = self._is_new_by_uid(named)
        numbers = self.register.number(uid for uid in named if is_new[model_of(uid)])
        stored = self._identities([uid for uid in named if not is_new[model_of(uid)]])
        for draft in concepts:
            if draft.uid not in numbers:
                self._refuse_model(draft, model_of(draft.uid))
        if self.resolver.problems:
            return
        self._define(concepts, numbers)
        self.all_there &= self.register.name(concepts, numbers, stored)
        self._name_models_and_folders(concepts)
        if self.all_there and not self.resolver.problems:
            first = self.first_ids["concept"]
            ids = {uid: first + number for uid, number in numbers.items()}
            self.writer.new_ids["concept"] = ids | {uid: found.id for uid, found in stored.items()}
            self.writer.write_batch("concept", concepts, {})
            self.writer.versions.clear()

    def _named(self, draft: Draft) -> Iterator[str]:
        image = draft.after
        assert image is not None  # noqa: S101 - drafts without an image were left out
        yield draft.uid
        for field in ("source", "target", "owner"):
            if image[field] is not None:
                yield image[field]
        for _, _, uid in self.resolver.references(image):
            yield uid

    def _is_new_by_uid(self, uids: Iterable[str]) -> dict[str, bool]:
        return {key: self._model_is_new(key) for key in {model_of(uid) for uid in uids}}

    def _model_is_new(self, key: str) -> bool:
        found = self._is_new.get(key)
        if found is None:
            found = self._is_new[key] = brings_new(self.connection, key)
        return found

    def _refuse_model(self, draft: Draft, key: str) -> None:
        detail = f'{draft.uid}: the model "{key}" is or was there already; a load brings in new models only'
        self.resolver.problem(f"{draft.pointer}/uid", detail, "exists")

    def _exists(self, draft: Draft, where: str) -> None:
        self.resolver.problem(f"{draft.pointer}/uid", f'"{draft.uid}" exists already, on {where}', "exists")

    def _identities(self, uids: Sequence[str]) -> dict[str, Identity]:
        """What stored concepts of other models are, remembered from batch to batch."""
        wanted = set(uids)
        if len(self._stored) > _MOST_REMEMBERED:
            self._stored.clear()
        unknown = wanted - self._stored.keys()
        if unknown:
            self._stored |= images.identities(self.connection, "concept", sorted(unknown))
        return {uid: self._stored[uid] for uid in wanted & self._stored.keys()}

    def _define(self, concepts: Sequence[Draft], numbers: dict[str, int]) -> None:
        lines = [int(draft.pointer[5:]) for draft in concepts]
        images_ = [draft.after or {} for draft in concepts]
        earlier = self.register.define(
            [numbers[draft.uid] for draft in concepts], lines, [image["type"] for image in images_]
        )
        for position, line in earlier.items():
            self._exists(concepts[position], f"line {line}")
        elements = sum(image["source"] is None for image in images_)
        self.created["element"] += elements
        self.created["relationship"] += len(concepts) - elements

    def _name_models_and_folders(self, concepts: Sequence[Draft]) -> None:
        named: dict[tuple[RecordKind, str], str] = {}
        for draft in concepts:
            folder = _link(draft, "folder")
            if folder is not None:
                named.setdefault(("folder", folder), draft.pointer)
            named.setdefault(("model", model_of(draft.uid)), draft.pointer)
        for (record, uid), pointer in named.items():
            self._first_lines.setdefault((record, uid), pointer)
            self._give_id(record, uid)

    def _give_id(self, record: RecordKind, uid: str) -> None:
        ids = self.writer.new_ids[record]
        if uid in ids:
            return
        if record == "folder" and not self._model_is_new(model_of(uid)):
            found = images.identities(self.connection, "folder", [uid])
            if uid in found:
                ids[uid] = found[uid].id
            else:
                self.all_there = False
            return
        ids[uid] = self.first_ids[record]
        self.first_ids[record] += 1

    def judge(self, lines: Lines) -> None:
        """Raises the problems of names, now that all is defined."""
        for record in ("model", "folder"):
            for draft in self.resolver.drafts[record].values():
                self._give_id(record, draft.uid)
        folders = list(self.resolver.drafts["folder"].values())
        wrong = {line for (record, uid), line in self._first_lines.items() if not self._is_there(record, uid)}
        wrong |= {f"line {line}" for line in self.register.wrong_lines()}
        for draft in folders:
            parent = _link(draft, "parent")
            if not (
                self._is_there("model", model_of(draft.uid)) and (parent is None or self._is_there("folder", parent))
            ):
                wrong.add(draft.pointer)
        if wrong:
            self._explain(lines, sorted(wrong, key=lambda line: int(line[5:])))
        for draft in folders:
            draft.touched.add("parent")
        check_folder_cycles(self.resolver, folders)
        self._raise_problems()

    def _is_there(self, record: RecordKind, uid: str) -> bool:
        if uid in self.resolver.drafts[record]:
            return True
        return not self._model_is_new(model_of(uid)) and bool(images.identities(self.connection, record, [uid]))

    def _explain(self, lines: Lines, wrong: Sequence[str]) -> None:
        """Reads the wrong lines once more and says of each what any changeset would."""
        told = {int(line[5:]) for line in wrong[:_MOST_PROBLEMS]}
        for line, operation in lines():
            if line not in told:
                continue
            draft = self.resolver.made(f"line {line}", operation)
            if draft.after is None:
                continue
            named = list(self._named(draft)) if draft.record == "concept" else []
            is_new = self._is_new_by_uid(named)
            new = [uid for uid in named if is_new[model_of(uid)]]
            concepts = self.register.identities(new) | self._identities([uid for uid in named if uid not in new])
            links = (_link(draft, "folder"), _link(draft, "parent"))
            folders = {uid: Identity(0) for uid in links if uid is not None and self._is_there("folder", uid)}
            key = model_of(draft.uid)
            models = {key: Identity(0)} if self._is_there("model", key) else {}
            check_names(self.resolver, draft, draft.after, {"model": models, "folder": folders, "concept": concepts})
            told.remove(line)
            if not told:
                return

    def _raise_problems(self) -> None:
        problems = self.resolver.problems[:_MOST_PROBLEMS]
        if not problems:
            return
        placed = [replace(each, detail=f"{each.pointer.partition('/')[0]}: {each.detail}") for each in problems]
        error = error_of(placed)
        if isinstance(error, Conflict):
            raise error
        raise InvalidInput(error.detail, errors=error.errors)

    def finish(self) -> None:
        """Writes what was kept until the end."""
        for record in ("model", "folder"):
            drafts = list(self.resolver.drafts[record].values())
            if drafts:
                self.writer.write_batch(record, drafts, {})
        if isinstance(self.writer, CopyingWriter):
            self.writer.finish()

    def findings(self) -> list[Finding]:
        """What the standard says of the relationships, in the order of lines; the first ten thousand of them."""
        wrong = sorted((self.register.line_of(number), number, types) for number, *types in self.register.unpermitted())
        first = self.first_ids["concept"]
        told = wrong[:_MOST_FINDINGS]
        uids = images.uids_by_id(self.connection, "concept", [first + number for _, number, _ in told])
        found = [
            check_relationship(self.metamodel, uids[first + number], *types, line=line) for line, number, types in told
        ]
        findings = [finding for finding in found if finding is not None]
        if len(wrong) > len(told):
            findings.append(
                Finding("more-findings", "warning", f"{len(wrong) - len(told):,} more relationships are not permitted")
            )
        return findings


def _link(draft: Draft, field: str) -> str | None:
    found = None if draft.after is None else draft.after.get(field)
    return None if found is None else str(found)


def brings_new(connection: Connection, model: str) -> bool:
    """Whether there never was such a model, so that nothing in it has an id or a past."""
    queries = (
        select(table.c.id).where(table.c.uid == model).limit(1) for table in (CURRENT["model"], HISTORY["model"])
    )
    return all(connection.execute(query).first() is None for query in queries)
