"""What is published, in memory: one pass over the repository instead of some questions for each of thousands of pages.

A `Register` is a state, so that every viewpoint and question takes it; it answers from memory what they ask most.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from ea_repo.publishing.scope import Scope
from ea_repo.store.integrity import drawn_concepts
from ea_repo.store.operations import RecordKind
from ea_repo.store.records import Changeset, Concept, Folder, Model, Version, View
from ea_repo.store.state import State


def _sharing(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """The same concepts, texts that many of them have kept once: uids, types, names and values of attributes."""
    known: dict[str, str] = {}
    share = known.setdefault
    nothing: dict[str, Any] = {}
    for each in concepts:
        said = {
            share(name, name): share(value, value) if isinstance(value, str) else value
            for name, value in each.attributes.items()
        }
        owner, source, target, folder = (
            None if uid is None else share(uid, uid) for uid in (each.owner, each.source, each.target, each.folder)
        )
        yield replace(
            each, uid=share(each.uid, each.uid), type=share(each.type, each.type), model=share(each.model, each.model),
            owner=owner, source=source, target=target, folder=folder,
            attributes=said or nothing, translations=each.translations or nothing,
        )  # fmt: skip


class Register(State):
    """All concepts and views of a state. `elements`, `views` and `models` are those that are published.

    Half a kilobyte for a relationship, one for an element.
    """

    def __init__(self, state: State, scope: Scope) -> None:
        self.__dict__.update(state.__dict__)  # the same connection, moment and graphs
        self.scope = scope
        self._concepts = {each.uid: each for each in _sharing(state.stream())}
        self._joined: defaultdict[str, list[Concept]] = defaultdict(list)
        for each in self._concepts.values():
            for end in dict.fromkeys((each.source, each.target)):
                if end is not None:
                    self._joined[end].append(each)
        self.elements: Mapping[str, Concept] = {
            uid: self._concepts[uid] for uid in sorted(scope.elements(state)) if uid in self._concepts
        }
        self._stored = {each.uid: each for each in state.views(content=True)}
        self._shown: defaultdict[str, list[View]] = defaultdict(list)
        for view in self._stored.values():
            for uid in drawn_concepts(view.content or {}):
                self._shown[uid].append(view)
        self.drawn: Mapping[str, View] = {
            uid: view for uid, view in self._stored.items() if scope.has_view(view, self.elements)
        }

    # What a state is asked most

    def get_many(self, uids: Iterable[str]) -> dict[str, Concept]:
        wanted = dict.fromkeys(uids)
        found = {uid: self._concepts[uid] for uid in wanted if uid in self._concepts}
        if len(found) < len(wanted):  # what does not hold on the date is there all the same
            found |= super().get_many(uid for uid in wanted if uid not in found)
        return found

    def relationships(self, uid: str, *, direction: str = "both", types: Sequence[str] = ()) -> list[Concept]:
        allowed = {name for each in types for name in self.metamodel.descendants(each)}
        return sorted(
            (
                each
                for each in self._joined.get(uid, ())
                if (not types or each.type in allowed)
                and (direction == "both" or (each.source if direction == "out" else each.target) == uid)
            ),
            key=lambda each: each.uid,
        )

    def view(self, uid: str) -> View:
        return self._stored[uid] if uid in self._stored else super().view(uid)

    def views(self, model: str | None = None, *, content: bool = False) -> list[View]:
        return [each for each in self._stored.values() if model is None or each.model == model]

    def views_showing(self, uid: str) -> list[View]:
        return self._shown.get(uid, [])

    # What pages ask

    def all_concepts(self) -> "Register":
        """For what walks through the graph. A page that is watched (`reading.py`) notes that it reads every concept."""
        return self

    def all_of_them(self) -> Iterable[Concept]:
        """Every concept, published or not."""
        return self._concepts.values()

    @cached_property
    def told(self) -> Mapping[str, Concept]:
        """The relationships with a page of their own: others end at them, or they have changed."""
        former = self._former["concept"]
        return {
            uid: each
            for uid, each in sorted(self._concepts.items())
            if each.kind == "relationship" and (uid in self._joined or uid in former) and self._is_joined(each)
        }

    def _is_joined(self, relationship: Concept) -> bool:
        """Whether an end is published, or an end of an end that is a relationship; these make no circles."""
        for end in (relationship.source, relationship.target):
            found = self._concepts.get(end or "")
            if found is not None and (
                found.uid in self.elements or (found.kind == "relationship" and self._is_joined(found))
            ):
                return True
        return False

    def concept(self, uid: str) -> Concept | None:
        """A concept, published or not; None where there is none, as for what a history names that is gone."""
        return self._concepts.get(uid)

    @cached_property
    def relationship_count(self) -> int:
        """How many relationships end at a published element."""
        ends = (each.uid for uid in self.elements for each in self._joined.get(uid, ()))
        return len(set(ends))

    @cached_property
    def catalogued(self) -> list[Model]:
        """The models of what is published."""
        used = {each.model for each in self.elements.values()} | {each.model for each in self.drawn.values()}
        return [
            each for each in self.models() if each.uid in used or (self.scope.is_whole or each.uid == self.scope.model)
        ]

    def published_model(self, key: str) -> Model | None:
        """A model of what is published; None for another."""
        return next((each for each in self.catalogued if each.uid == key), None)

    @cached_property
    def owned(self) -> Mapping[str, list[Concept]]:
        """What each agency owns itself."""
        found: defaultdict[str, list[Concept]] = defaultdict(list)
        for each in self.elements.values():
            if each.owner:
                found[each.owner].append(each)
        return found

    @cached_property
    def agencies(self) -> Mapping[str, Concept]:
        """The published elements that may own others."""
        owners = self.metamodel.owners
        return {uid: each for uid, each in self.elements.items() if each.type in owners}

    @cached_property
    def above(self) -> Mapping[str, str]:
        """The published agency of which each agency is a part."""
        found: dict[str, str] = {}
        for uid in self.agencies:
            for each in self._joined.get(uid, ()):
                whole = each.source or ""
                is_part = each.type in self.metamodel.whole_part and each.target == uid and whole in self.agencies
                if is_part and not self._is_below(whole, uid, found):
                    found[uid] = whole
                    break
        return found

    def _is_below(self, uid: str, other: str, above: Mapping[str, str]) -> bool:
        while uid in above and uid != other:
            uid = above[uid]
        return uid == other

    @cached_property
    def below(self) -> Mapping[str, list[str]]:
        """The agencies that are parts of each."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for part, whole in self.above.items():
            found[whole].append(part)
        return found

    def owns_any(self, uid: str) -> bool:
        """Whether an agency, or one below it, owns something."""
        return bool(self.owned.get(uid)) or any(self.owns_any(part) for part in self.below.get(uid, ()))

    @cached_property
    def by_type(self) -> Mapping[str, list[Concept]]:
        """The published elements of each type itself."""
        found: defaultdict[str, list[Concept]] = defaultdict(list)
        for each in self.elements.values():
            found[each.type].append(each)
        return found

    @property
    def listed_types(self) -> Container[str]:
        return self.by_type

    def named_by(self, uid: str) -> list[str]:
        """The published elements that name one in an attribute."""
        return self._references.get(uid, [])

    @cached_property
    def _references(self) -> Mapping[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for each in self.elements.values():
            if not each.attributes or each.type not in self.metamodel.types:
                continue
            declared = self.metamodel.attributes(each.type)
            for name, value in each.attributes.items():
                if name in declared and declared[name].kind.name == "reference":
                    for target in value if isinstance(value, list) else [value]:
                        found[str(target)].append(each.uid)
        return found

    def shown_by(self, view: View) -> list[str]:
        """The uids of what a view shows."""
        return sorted(drawn_concepts(view.content or {}))

    def folder_line(self, uid: str | None) -> list[str]:
        """The names of a folder and those around it, the outermost first."""
        found: list[str] = []
        seen: set[str] = set()
        while uid is not None and uid in self._folders and uid not in seen:
            seen.add(uid)
            found.append(self._folders[uid].name)
            uid = self._folders[uid].parent
        return found[::-1]

    @cached_property
    def _folders(self) -> Mapping[str, Folder]:
        return {each.uid: each for each in self.folders()}

    @cached_property
    def folders_of(self) -> Mapping[str, list[Folder]]:
        found: defaultdict[str, list[Folder]] = defaultdict(list)
        for each in self._folders.values():
            found[each.model].append(each)
        return found

    @cached_property
    def changesets(self) -> Mapping[int, Changeset]:
        """The changesets that the histories on the pages name, by number."""
        versions = (each for former in self._former.values() for many in former.values() for each in many)
        known = {each.changeset.number: each.changeset for each in versions}
        numbers = {each.written for each in self._concepts.values()} | {each.written for each in self._stored.values()}
        numbers |= {each.written for each in self.catalogued}
        return {
            number: known.get(number) or self.changeset(number)
            for number in sorted(numbers | {number for number in known if number is not None})
            if number <= self.number
        }

    def versions(self, uid: str, record: RecordKind = "concept") -> list[Version]:
        """Every version of a record, oldest first, as `history` gives them."""
        now = self.view(uid) if record == "view" else self.get(uid)
        if now.written not in self.changesets:  # a draft would write it, which is no history yet
            return self.history(uid, record)
        former = self._former[record].get(uid, [])
        return [*former, Version(now, self.changesets[now.written], None)]

    @cached_property
    def _former(self) -> Mapping[RecordKind, Mapping[str, list[Version]]]:
        return {"concept": self.former_versions("concept"), "view": self.former_versions("view")}
