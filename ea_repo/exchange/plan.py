"""What importing a file would do, and on which terms: the one way from operations to a plan, for every format.

A format says what it would write, what the model has and the file has not, and how old the file is. What becomes of
records that are missing and of newer work is decided here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ea_repo.errors import Conflict, NotFound
from ea_repo.metamodel import Finding
from ea_repo.store.newer import NewerWork, newer_work, without
from ea_repo.store.operations import Delete, Operation, RecordKind
from ea_repo.store.records import Concept
from ea_repo.store.state import State

#: What happens to records of the model that the file does not have.
Missing = Literal["keep", "delete"]
#: What holds where a field was changed here after the file was made, and the file says otherwise.
Conflicts = Literal["file", "keep", "refuse"]
#: Where the file says a field of a concept: for programs, and for people. None where it does not say.
PlaceOf = Callable[[str, str], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file goes into the model of that key.

    `conflicts` None is what suits the format: the file wins where it tells a whole model; an edited table is refused.
    `base` is the changeset at which the file was exported. None: what the file says, else the last import of the model.
    """

    model: str
    missing: Missing = "keep"
    conflicts: Conflicts | None = None
    base: int | None = None

    def checked(self, state: State) -> "Terms":
        """The same; `NotFound` where no file can be of `base`."""
        if self.base is not None and self.base > state.number:
            raise NotFound(f"there is no changeset {self.base} that a file can be of; the latest is {state.number}")
        return self


@dataclass(frozen=True, slots=True)
class Missed:
    """A record of the model that the file does not have."""

    record: RecordKind
    uid: str
    type: str
    name: str

    @classmethod
    def concept(cls, found: Concept) -> "Missed":
        return cls("concept", found.uid, found.type, found.name)

    def to_json(self) -> dict[str, str]:
        return {"record": self.record, "uid": self.uid, "type": self.type, "name": self.name}


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing would do. `counts` tells for elements, relationships and views how many the file holds
    and so on.
    """

    operations: Sequence[Operation]
    counts: Mapping[str, Mapping[str, int]]
    findings: Sequence[Finding]
    place: PlaceOf = lambda uid, field: None
    missing: Sequence[Missed] = ()  # what the model has and the file has not
    conflicts: Sequence[NewerWork] = ()  # where the file says otherwise than newer work
    base: int | None = None  # the changeset that the file is as old as
    number: int = 0  # the changeset it was compared with
    holds: Conflicts = "file"  # what becomes of conflicts

    def refuse(self) -> None:
        """Raises `Conflict` where somebody has to decide first."""
        if self.holds != "refuse" or not self.conflicts:
            return
        first, others = self.conflicts[0], len(self.conflicts) - 1
        done = f"changed {first.field}" if first.field else f"{first.theirs} it"
        raise Conflict(
            f'{first.place}{": " if first.place else ""}"{first.uid}": somebody else {done} since this was exported'
            + (f" (and {others} more)" if others else "")
            + "; say which holds: conflicts file or keep",
            conflicts=[each.to_json() for each in self.conflicts],
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """The operations that remain on the terms, and what is to be told."""

    operations: list[Operation]
    conflicts: list[NewerWork]


def settled(
    state: State,
    terms: Terms,
    operations: Sequence[Operation],
    deletions: Iterable[Delete] = (),
    *,
    base: int | None,
    place: PlaceOf = lambda uid, field: None,
) -> Settled:
    """What a file that is as old as the changeset `base` writes on these terms. O(operations + changed since)."""
    found = [*operations, *deletions] if terms.missing == "delete" else list(operations)
    newer = [] if base is None else newer_work(state, base, found)
    if terms.conflicts == "keep":
        found = without(found, newer)
    return Settled(found, [placed(each, place) for each in newer])


def placed(newer: NewerWork, place: PlaceOf) -> NewerWork:
    """With where the file says it, in words, if that is known."""
    where = place(newer.uid, (newer.field or "").rpartition(".")[2])
    return newer if where is None else replace(newer, place=where[1])
