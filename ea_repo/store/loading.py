"""A load at work: checks each record as it comes, gives ids at the first mention of a uid, writes rows in batches.

Names are judged once all is read, since a file may use what it defines later. Nothing here commits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice

from sqlalchemy import Connection, select

from ea_repo.errors import Conflict, InvalidInput
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.metamodel.rules import check_relationship
from ea_repo.store import images
from ea_repo.store.bulk import CopyingWriter
from ea_repo.store.difference import Difference
from ea_repo.store.fields import model_of
from ea_repo.store.images import Identity
from ea_repo.store.integrity import check_folder_cycles, check_names
from ea_repo.store.load_register import Mentions, Register
from ea_repo.store.operations import Create, RecordKind
from ea_repo.store.resolve import Draft, Resolved, Resolver, error_of
from ea_repo.store.tables import CURRENT, HISTORY
from ea_repo.store.write import Writer

#: (line, what it creates), by the metamodel in force, read anew at each call: what is wrong is told from a second reading.
Lines = Callable[[Metamodel], Iterable[tuple[int, Create]]]
#: Told how many lines are read.
Progress = Callable[[int], None]

_BATCH = 2_000  # so that what is made of a batch is still in the processor's cache when it is written
_MOST_PROBLEMS = 1_000
_MOST_FINDINGS = 10_000
_MOST_REMEMBERED = 200_000


def brings_new(connection: Connection, model: str) -> bool:
    """Whether there never was such a model, so that nothing in it has an id or a past."""
    queries = (
        select(table.c.id).where(table.c.uid == model).limit(1) for table in (CURRENT["model"], HISTORY["model"])
    )
    return all(connection.execute(query).first() is None for query in queries)


class Loading:
    """One load, inside the transaction of `connection`."""

    def __init__(self, connection: Connection, metamodel: Metamodel, number: int) -> None:
        self.connection = connection
        self.metamodel = metamodel
        self.resolver = Resolver(connection, metamodel)
        self.register = Register(metamodel)
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
                    self.resolver.problem(f"{draft.pointer}/record", f"a load brings in no {draft.record}")
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
        mentions = Mentions(concepts, self.resolver.references)
        named = mentions.named()
        old = {key for key in {model_of(uid) for uid in named} if not self._model_is_new(key)}
        stored = self._identities([uid for uid in named if model_of(uid) in old]) if old else {}
        different = [uid for uid in named if model_of(uid) not in old] if old else named
        for draft in concepts if old else ():
            if model_of(draft.uid) in old:
                self._refuse_model(draft, model_of(draft.uid))
        if self.resolver.problems:
            return
        given = self.register.give(different)
        ends = dict(zip(different, given.tolist(), strict=True))
        self._define(concepts, mentions, ends)
        self.all_there &= self.register.name(mentions, ends, stored)
        self._name_models_and_folders(concepts)
        if self.all_there and not self.resolver.problems:
            ids = dict(zip(different, (given + self.first_ids["concept"]).tolist(), strict=True))
            self.writer.new_ids["concept"] = ids | {uid: found.id for uid, found in stored.items()}
            self.writer.write_batch("concept", concepts, {})
            self.writer.versions.clear()

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

    def _define(self, concepts: Sequence[Draft], mentions: Mentions, numbers: dict[str, int]) -> None:
        lines = [int(draft.pointer[5:]) for draft in concepts]
        earlier = self.register.define([numbers[uid] for uid in mentions.uids], lines, mentions.types)
        for position, line in earlier.items():
            self._exists(concepts[position], f"line {line}")
        self.created["element"] += len(concepts) - len(mentions.relationships)
        self.created["relationship"] += len(mentions.relationships)

    def _name_models_and_folders(self, concepts: Sequence[Draft]) -> None:
        known = self._first_lines
        folder, key = None, None
        for draft in concepts:
            if (own := model_of(draft.uid)) != key:
                key = own
                self._name(("model", key), draft)
            if draft.after is not None and draft.after["folder"] != folder:
                folder = draft.after["folder"]
                if folder is not None and ("folder", folder) not in known:
                    self._name(("folder", folder), draft)

    def _name(self, named: tuple[RecordKind, str], draft: Draft) -> None:
        self._first_lines.setdefault(named, draft.pointer)
        self._give_id(*named)

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
            draft.touched |= {"parent"}
        check_folder_cycles(self.resolver, folders)
        self._raise_problems()

    def _is_there(self, record: RecordKind, uid: str) -> bool:
        if uid in self.resolver.drafts[record]:
            return True
        return not self._model_is_new(model_of(uid)) and bool(images.identities(self.connection, record, [uid]))

    def _explain(self, lines: Lines, wrong: Sequence[str]) -> None:
        """Reads the wrong lines once more and says of each what any changeset would."""
        told = {int(line[5:]) for line in wrong[:_MOST_PROBLEMS]}
        for line, operation in lines(self.metamodel):
            if line not in told:
                continue
            draft = self.resolver.made(f"line {line}", operation)
            if draft.after is None:
                continue
            named = Mentions([draft], self.resolver.references).named() if draft.record == "concept" else []
            old = [uid for uid in named if not self._model_is_new(model_of(uid))]
            concepts = self._identities(old) | self.register.identities([uid for uid in named if uid not in old])
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
