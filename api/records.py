"""Reading and writing one record of any kind: what models, folders, elements, relationships and views have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Response

from api.access import User
from api.dependencies import version_in
from api.encoding import address, history_json, json_response, record_json, version_tag
from api.problems import in_body
from api.schemas.values import Body
from ea_repo.errors import NotFound
from ea_repo.repository import Repository
from ea_repo.store.fields import model_of
from ea_repo.store.operations import Create, Delete, Operation, RecordKind, Update
from ea_repo.store.records import Concept, ConceptKind
from ea_repo.store.state import State

OpenState = Callable[[], State]


@dataclass(frozen=True, slots=True)
class Collection:
    """`find` raises `NotFound`; `more` is what an answer has beside the record's own fields."""

    name: str
    record: RecordKind
    find: Callable[[State, str], Any]
    more: Callable[[State, Any], dict[str, Any]] = lambda state, record: {}

    def shown(self, state: State, found: Any, *, is_new: bool = False) -> Response:
        """One record as an answer; a new one with its address."""
        location = {"Location": address(self.name, found.uid)} if is_new else {}
        headers = {"ETag": version_tag(found.version), **location}
        return json_response(record_json(found, self.more(state, found)), 201 if is_new else 200, headers)

    def history(self, state: State, uid: str) -> Response:
        return json_response({"items": history_json(state.history(uid, self.record))})

    def create(self, repository: Repository, user: User, body: Body, reason: str | None) -> Response:
        fields = body.model_dump(exclude_unset=True)
        uid = fields.pop("uid")
        type_name = fields.pop("type", "") if self.record == "concept" else ""
        self._require(repository, uid, fields)
        operation = Create(uid, type_name, fields, record=self.record)
        _write(repository, user, reason or f"Create {uid}", operation)
        with repository.state() as state:
            return self.shown(state, self.find(state, uid), is_new=True)

    def change(
        self, repository: Repository, user: User, uid: str, if_match: str, body: Body, reason: str | None
    ) -> Response:
        """Merged by field into what is stored; `StaleVersion` where somebody else changed the same field."""
        base_version = self._base(repository, uid, if_match)
        operation = Update(uid, body.model_dump(exclude_unset=True), base_version, record=self.record)
        _write(repository, user, reason or f"Change {uid}", operation)
        with repository.state() as state:
            return self.shown(state, self.find(state, uid))

    def delete(
        self, repository: Repository, user: User, uid: str, if_match: str, reason: str | None, *, cascade: bool
    ) -> Response:
        base_version = self._base(repository, uid, if_match)
        operation = Delete(uid, base_version, cascade, record=self.record)
        _write(repository, user, reason or f"Delete {uid}", operation)
        return Response(status_code=204)

    def _require(self, repository: Repository, uid: str, fields: Mapping[str, Any]) -> None:
        """What does not exist is told before what else is wrong, with the nearest that does."""
        if self.record == "model":
            return
        with repository.state() as state:
            state.model(model_of(uid))
            for end in ("source", "target"):
                if end in fields:
                    state.get(fields[end])

    def _base(self, repository: Repository, uid: str, if_match: str) -> int:
        """The version a change is made from, once it is known that there is something to change."""
        with repository.state() as state:
            self.find(state, uid)
        return version_in(if_match)


def concept_of(kind: ConceptKind) -> Callable[[State, str], Concept]:
    """Finds concepts of one kind only: an address names either an element or a relationship."""

    def find(state: State, uid: str) -> Concept:
        found = state.get(uid)
        if found.kind != kind:
            raise NotFound(f'"{uid}" is no {kind}; read {address(f"{found.kind}s", uid)}', nearest=[uid])
        return found

    return find


def _write(repository: Repository, user: User, reason: str, operation: Operation) -> None:
    with in_body():
        repository.changeset(user.name, reason, [operation]).apply()
