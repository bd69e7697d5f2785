"""A load at work: takes each batch as it was judged (`judging.py`), gives ids at the first mention of a uid, writes rows.

Names are judged once all is read, since a file may use what it defines later. Nothing here commits.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from ea_repo.errors import Conflict, InvalidInput
from ea_repo.metamodel import Finding, Metamodel
from ea_repo.metamodel.rules import check_relationship
from ea_repo.store import images
from ea_repo.store.bulk import CopyingWriter
from ea_repo.store.difference import Difference
from ea_repo.store.fields import Image, model_of
from ea_repo.store.images import Identity
from ea_repo.store.integrity import check_folder_cycles, check_names
from ea_repo.store.judging import ENDS, NOWHERE, Batch, Concepts, Lines, Places
from ea_repo.store.load_register import NOTHING, Register
from ea_repo.store.making import Draft
from ea_repo.store.numbering import Integers
from ea_repo.store.operations import RecordKind
from ea_repo.store.resolve import Resolved, Resolver, error_of
from ea_repo.store.tables import CURRENT, HISTORY
from ea_repo.store.write import Writer, columns_of

#: Told how many lines are read, and how many bytes of the file, 0 where that is not known.
Progress = Callable[[int, int], None]

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

    def read(self, batches: Iterable[Batch], progress: Progress) -> None:
        """Gives ids to what was judged and writes it, as long as nothing is wrong."""
        if self.connection.dialect.name == "postgresql":
            self.connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for batch in batches:
            self.lines += batch.lines
            self.resolver.problems += batch.problems
            for draft in batch.drafts:
                self._keep(draft)
            if not self.resolver.problems and batch.concepts is not None:
                self._take(batch.concepts)
            if len(self.resolver.problems) >= _MOST_PROBLEMS:
                break
            progress(self.lines, batch.position)
        self._raise_problems()

    def _keep(self, draft: Draft) -> None:
        """Models and folders are few: they stay in memory until all is read."""
        known = self.resolver.drafts[draft.record]
        key = model_of(draft.uid)
        if draft.uid in known:
            self._exists(draft.pointer, draft.uid, known[draft.uid].pointer)
        elif not self._model_is_new(key):
            self._refuse_model(draft.pointer, draft.uid)
        else:
            known[draft.uid] = draft
            self.created[draft.record] += 1

    def _take(self, concepts: Concepts) -> None:
        """Gives ids to the concepts and all they name, and writes their rows."""
        is_new = np.array([self._model_is_new(key) for key in concepts.models], bool)
        self._refuse_models(concepts)
        if self.resolver.problems:
            return
        ends, ids = self._numbered(concepts, is_new[concepts.model_places])
        types = self.register.types_of(concepts.values["type"])
        self._define(concepts, types, ends[concepts.uids])
        self.all_there &= self.register.name(concepts, types, ends)
        self._name_models_and_folders(concepts)
        if self.all_there and not self.resolver.problems:
            self._write(concepts, ids)

    def _numbered(self, concepts: Concepts, is_new: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """The end (see `Register`) that each name stands for, and its id."""
        named = concepts.named
        if is_new.all():
            given = self.register.give(named)
            return given, given + self.first_ids["concept"]
        ends, ids = np.full((2, len(named)), NOTHING, np.int64)
        given = self.register.give([uid for uid, new in zip(named, is_new.tolist(), strict=True) if new])
        ends[is_new], ids[is_new] = given, given + self.first_ids["concept"]
        old = np.flatnonzero(~is_new).tolist()
        stored = self._identities([named[place] for place in old])
        for place in old:
            if (found := stored.get(named[place])) is not None:
                ends[place], ids[place] = self.register.end_of(found), found.id
        return ends, ids

    def _write(self, concepts: Concepts, ids: Integers) -> None:
        named, uids = concepts.named, concepts.uids
        own = ids[uids].tolist()
        id_at = [*ids.tolist(), None]  # what is nowhere is the last
        models = [self.writer.new_ids["model"].get(key) for key in concepts.models]
        folders = [*(self.writer.new_ids["folder"][uid] for uid in concepts.folders), None]
        columns: dict[str, Iterable[Any]] = {
            "id": own,
            "uid": map(named.__getitem__, uids.tolist()),
            "model_id": map(models.__getitem__, concepts.model_places[uids].tolist()),
            "kind": np.where(concepts.ends["source"] == NOWHERE, "element", "relationship").tolist(),
            **concepts.values,
            **{f"{end}_id": map(id_at.__getitem__, concepts.ends[end].tolist()) for end in ENDS},
            "folder_id": map(folders.__getitem__, concepts.folder_places.tolist()),
            "version": repeat(1),
            "written": repeat(self.writer.number),
        }
        names = columns_of("concept")
        self.writer.insert("concept", names, list(zip(*(columns[name] for name in names), strict=False)))
        referred = map(id_at.__getitem__, concepts.referred.tolist())
        self.writer.refer(
            [
                (own[place], attribute, position, id_)
                for (place, attribute, position), id_ in zip(concepts.references, referred, strict=True)
            ]
        )
        self.writer.index((own[place], names, body) for place, names, body in concepts.documents)

    def _model_is_new(self, key: str) -> bool:
        found = self._is_new.get(key)
        if found is None:
            found = self._is_new[key] = brings_new(self.connection, key)
        return found

    def _refuse_models(self, concepts: Concepts) -> None:
        """Tells of every concept of a model that is or was there."""
        old = {key for key in concepts.own_models if not self._model_is_new(key)}
        if old:
            for place, line in zip(concepts.uids.tolist(), concepts.lines, strict=True):
                uid = concepts.named[place]
                if model_of(uid) in old:
                    self._refuse_model(f"line {line}", uid)

    def _refuse_model(self, where: str, uid: str) -> None:
        detail = f'{uid}: the model "{model_of(uid)}" is or was there already; a load brings in new models only'
        self.resolver.problem(f"{where}/uid", detail, "exists")

    def _exists(self, where: str, uid: str, first: str) -> None:
        self.resolver.problem(f"{where}/uid", f'"{uid}" exists already, on {first}', "exists")

    def _identities(self, uids: Sequence[str]) -> dict[str, Identity]:
        """What stored concepts of other models are, remembered from batch to batch."""
        wanted = set(uids)
        if len(self._stored) > _MOST_REMEMBERED:
            self._stored.clear()
        unknown = wanted - self._stored.keys()
        if unknown:
            self._stored |= images.identities(self.connection, "concept", sorted(unknown))
        return {uid: self._stored[uid] for uid in wanted & self._stored.keys()}

    def _define(self, concepts: Concepts, types: Places, numbers: Integers) -> None:
        for position, line in self.register.define(numbers, concepts.lines, types).items():
            uid = concepts.named[concepts.uids[position]]
            self._exists(f"line {concepts.lines[position]}", uid, f"line {line}")
        relationships = int((concepts.ends["source"] != NOWHERE).sum())
        self.created["element"] += len(concepts.lines) - relationships
        self.created["relationship"] += relationships

    def _name_models_and_folders(self, concepts: Concepts) -> None:
        for key, line in concepts.own_models.items():
            self._name(("model", key), line)
        for uid, line in concepts.folders.items():
            self._name(("folder", uid), line)

    def _name(self, named: tuple[RecordKind, str], line: int) -> None:
        self._first_lines.setdefault(named, f"line {line}")
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
            named = self._named(draft.uid, draft.after) if draft.record == "concept" else []
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

    def _named(self, uid: str, image: Image) -> list[str]:
        """The uid of a concept, and all that it names."""
        ends = (image[end] for end in ENDS if image[end] is not None)
        return [uid, *ends, *(named for *_, named in self.resolver.references(image))]

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
