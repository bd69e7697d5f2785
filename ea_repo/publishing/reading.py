"""What a page reads of the register, noted while it is made: as long as all of it says the same, the page does.

A `Reading` stands before the register and notes a key for everything that is asked of it. Whatever it does not know is
passed on and noted as `EVERYTHING`, so that a page which comes to read something new is made too often, never too seldom.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from ea_repo.publishing.register import Register
from ea_repo.store.operations import RecordKind
from ea_repo.store.records import Concept, Model, Version, View

CONCEPTS, EVERYTHING = "concepts", "everything"
#: What hardly any page reads but that of the record itself.
_OWN = frozenset({"concept-history", "view-history", "named", "shown", "owned"})


class Reading:
    """The register as a page sees it; `keys` is what was read since it was set."""

    #: Of when drawings are is said once by the site, and left out of them: their titles shall not ask for it.
    number = 0
    draft = None

    def __init__(self, register: Register) -> None:
        self._register = register
        self.keys: set[str] = set()
        self.metamodel, self.on, self.scope = register.metamodel, register.on, register.scope
        self.elements: Mapping[str, Concept] = _Noted(self, "concept", register.elements)
        self.told: Mapping[str, Concept] = _Noted(self, "concept", register.told)
        self.drawn: Mapping[str, View] = _Noted(self, "view", register.drawn)
        self.agencies: Mapping[str, Concept] = _Noted(self, "concept", register.agencies)
        self.owned: Mapping[str, list[Concept]] = _Noted(self, "owned", register.owned)
        self.above: Mapping[str, str] = _Noted(self, "agencies", register.above, alike=True)
        self.below: Mapping[str, list[str]] = _Noted(self, "agencies", register.below, alike=True)

    def __getattr__(self, name: str) -> Any:
        self.keys.add(EVERYTHING)
        return getattr(self._register, name)

    def note(self, kind: str, uid: str = "") -> None:
        self.keys.add(f"{kind} {uid}" if uid else kind)

    def all_concepts(self) -> Register:
        """For what walks through the graph: it may read every concept, and reads nothing else."""
        self.note(CONCEPTS)
        return self._register

    def concept(self, uid: str) -> Concept | None:
        self.note("concept", uid)
        return self._register.concept(uid)

    def get(self, uid: str) -> Concept:
        return self.get_many([uid]).get(uid) or self._missing(uid)

    def _missing(self, uid: str) -> Concept:
        self.note(EVERYTHING)  # the error names what is near
        return self._register.get(uid)

    def get_many(self, uids: Iterable[str]) -> dict[str, Concept]:
        wanted = list(uids)
        for uid in wanted:
            self.note("concept", uid)
        return self._register.get_many(wanted)

    def relationships(self, uid: str, *, direction: str = "both", types: Sequence[str] = ()) -> list[Concept]:
        self.note("joined", uid)
        return self._register.relationships(uid, direction=direction, types=types)

    def view(self, uid: str) -> View:
        self.note("view", uid)
        return self._register.view(uid)

    def views(self, model: str | None = None) -> list[View]:
        self.note("views")
        return [replace(each, content=None) for each in self._register.views(model)]

    def views_showing(self, uid: str) -> list[View]:
        self.note("shown", uid)
        return [replace(each, content=None) for each in self._register.views_showing(uid)]

    def shown_by(self, view: View) -> list[str]:
        return self._register.shown_by(view)

    def versions(self, uid: str, record: RecordKind = "concept") -> list[Version]:
        self.note(f"{record}-history", uid)
        return self._register.versions(uid, record)

    def owns_any(self, uid: str) -> bool:
        self.note("agencies")
        return self._register.owns_any(uid)

    def named_by(self, uid: str) -> list[str]:
        self.note("named", uid)
        return self._register.named_by(uid)

    def folder_line(self, uid: str | None) -> list[str]:
        self.note("folder", uid or "")
        return self._register.folder_line(uid)

    def published_model(self, key: str) -> Model | None:
        self.note("model", key)
        return self._register.published_model(key)

    @property
    def listed_types(self) -> Any:
        self.note("types")
        return self._register.listed_types


class _Noted(Mapping[str, Any]):
    """A mapping of the register; `alike` where one key stands for all of it."""

    def __init__(self, reading: Reading, kind: str, inner: Mapping[str, Any], *, alike: bool = False) -> None:
        self._reading, self._kind, self._inner, self._alike = reading, kind, inner, alike

    def __getitem__(self, uid: str) -> Any:
        self._reading.note(self._kind, "" if self._alike else uid)
        if uid not in self._inner:  # some are made to grow where they are asked
            raise KeyError(uid)
        return self._inner[uid]

    def __iter__(self) -> Iterator[str]:
        self._reading.note(EVERYTHING)
        return iter(self._inner)

    def __len__(self) -> int:
        self._reading.note(EVERYTHING)
        return len(self._inner)


class Digests:
    """What each key says now, as a digest. What many pages read is worked out once, and kept as small as may be."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._known: defaultdict[str, dict[str, int]] = defaultdict(dict)

    def of(self, keys: Iterable[str]) -> str:
        """One digest of all these."""
        found = sha256()
        for key in sorted(keys):
            found.update(f"{key} {self.one(key)}\n".encode("utf-8", "surrogatepass"))
        return found.hexdigest()[:24]

    def one(self, key: str) -> str:
        kind, _, uid = key.partition(" ")
        known = self._known[kind].get(uid)
        if known is not None:
            return f"{known:024x}"
        said = sha256()
        for part in _TOLD[kind](self._register, uid):
            said.update(repr(part).encode("utf-8", "surrogatepass"))
        found = said.hexdigest()[:24]
        if kind not in _OWN:
            concept = self._register.concept(uid)
            self._known[kind][concept.uid if concept is not None else uid] = int(found, 16)
        return found


def _concept(register: Register, uid: str) -> Iterator[Any]:
    yield register.concept(uid) or register.get_many([uid]).get(uid)
    yield uid in register.elements, uid in register.told


def _view(register: Register, uid: str) -> Iterator[Any]:
    yield uid in register.drawn and register.view(uid)


def _shown(register: Register, uid: str) -> Iterator[Any]:
    yield from _listed(register, register.views_showing(uid))


def _listed(register: Register, views: Iterable[View]) -> Iterator[Any]:
    return (replace(each, content={"drawn": each.uid in register.drawn}) for each in views)


def _agencies(register: Register, _: str) -> Iterator[Any]:
    yield sorted(register.agencies), sorted(register.owned), sorted(register.above.items())


def _concepts(register: Register, _: str) -> Iterator[Any]:
    yield from register.all_of_them()
    yield list(register.elements)


def _everything(register: Register, _: str) -> Iterator[Any]:
    yield register.history_identity, register.number, None if register.draft is None else register.draft.id
    if register.draft is not None:
        yield from _concepts(register, "")
        yield from register.views()
        yield from register.catalogued
        yield from register.folders()


_TOLD: Mapping[str, Callable[[Register, str], Iterable[Any]]] = {
    "concept": _concept,
    "joined": lambda register, uid: register.relationships(uid),
    "view": _view,
    "views": lambda register, _: _listed(register, register.views()),
    "shown": _shown,
    "concept-history": lambda register, uid: register.versions(uid),
    "view-history": lambda register, uid: register.versions(uid, "view"),
    "owned": lambda register, uid: register.owned.get(uid, ()),
    "agencies": _agencies,
    "named": lambda register, uid: register.named_by(uid),
    "folder": lambda register, uid: register.folder_line(uid or None),
    "model": lambda register, key: (register.published_model(key),),
    "types": lambda register, _: sorted(register.by_type),
    CONCEPTS: _concepts,
    EVERYTHING: _everything,
}
