"""What differs between two files, two models, two moments, or a file and the repository: record by record, field by field.

Records are the same that have the same identifier. Where another tool gave new ones, `match="name"` also takes for the
same what has the same type and name, if only one on each side does; relationships by what they join, views by name.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ea_repo.errors import InvalidInput, NotFound
from ea_repo.exchange import sides
from ea_repo.exchange.reading import read
from ea_repo.exchange.sides import Key, Side
from ea_repo.store.difference import Change, Difference, change_of
from ea_repo.store.empty import empty_state
from ea_repo.store.fields import Image
from ea_repo.store.newer import changed_between
from ea_repo.store.operations import RecordKind
from ea_repo.store.state import State

if TYPE_CHECKING:
    from ea_repo.repository import Repository

Match = Literal["identifier", "name"]
PointKind = Literal["file", "model", "changeset", "date", "draft", "now"]
_TOLD_FIRST: tuple[RecordKind, ...] = ("concept", "view", "folder", "model", "profile")
_FILE_KEY = "file"
_KINDS_NAMED: tuple[PointKind, ...] = ("file", "model", "changeset", "date", "draft")


@dataclass(frozen=True, slots=True)
class Point:
    """One of the two things to compare: `value` is a path, a key, a number, a date as text; nothing for now."""

    kind: PointKind
    value: str = ""

    @property
    def title(self) -> str:
        if self.kind == "now":
            return "now"
        return Path(self.value).name if self.kind == "file" else f"{self.kind} {self.value}"


@dataclass(frozen=True, slots=True)
class Compared:
    """The two sides, and what differs from the first to the second."""

    before: Side
    after: Side
    difference: Difference

    @property
    def changes(self) -> list[Change]:
        return [change for change in self.difference.changes if change.action != "unchanged"]

    def to_json(self) -> dict[str, Any]:
        return {"before": self.before.title, "after": self.after.title, **self.difference.to_json()}


def point(text: str, *, files: bool = True) -> Point:
    """What somebody means by a word: a file that exists, `now`, a changeset's number, a date, else a model's key.

    `file:`, `model:`, `changeset:`, `date:`, `draft:` in front say it plainly. Without `files` nothing is taken for one.
    """
    for kind in _KINDS_NAMED if files else _KINDS_NAMED[1:]:
        if text.startswith(f"{kind}:"):
            return _checked(Point(kind, text[len(kind) + 1 :]))
    if text == "now":
        return Point("now")
    if files and Path(text).exists():
        return Point("file", text)
    if text.isascii() and text.isdigit():
        return _checked(Point("changeset", text))
    try:
        return Point("date", date.fromisoformat(text).isoformat())
    except ValueError:
        return Point("model", text)


def _checked(point: Point) -> Point:
    if point.kind in ("changeset", "draft") and not (point.value.isascii() and point.value.isdigit()):
        raise InvalidInput(f'"{point.value}" is not the number of a {point.kind}')
    if point.kind == "date":
        try:
            date.fromisoformat(point.value)
        except ValueError:
            raise NotFound(f'there is no day "{point.value}"; write it as 2028-01-31') from None
    return point


def compare(
    before: Point,
    after: Point,
    repository: "Repository | None" = None,
    *,
    model: str | None = None,
    match: Match = "identifier",
) -> Compared:
    """What differs from one to the other. `model` limits it to one; a file is compared with a model, so it is needed there.

    Raises `InvalidInput` where the two cannot be compared, and what reading a file or opening a state raises. O(records).
    """
    kinds = {before.kind, after.kind}
    with ExitStack() as stack:
        if kinds == {"file"}:
            state = stack.enter_context(empty_state())
            first, second = (_of_file(state, each, _FILE_KEY) for each in (before, after))
            first, second = (sides.without_model(each, _FILE_KEY) for each in (first, second))
            if not all(any(record == "folder" for record, _ in each.images) for each in (first, second)):
                # One says nothing of folders, so they are no difference.
                first, second = (sides.without_folders(each) for each in (first, second))
            second = sides.renamed(second, _same_paths(first, second))
        else:
            if repository is None:
                raise InvalidInput("only two files can be compared without a repository")
            first, second = _of_repository(stack, repository, before, after, model)
    second = sides.renamed(second, _prefixed(first, second))
    if match == "name":
        second = sides.renamed(second, _same_names(first, second))
    return Compared(first, second, Difference(list(_changes(first, second))))


def _of_repository(
    stack: ExitStack, repository: "Repository", before: Point, after: Point, model: str | None
) -> tuple[Side, Side]:
    points = (before, after)
    kinds = {each.kind for each in points}
    if kinds == {"model"}:
        state = stack.enter_context(repository.state())
        first, second = (
            sides.without_model(sides.of_state(state, each.title, state.model(each.value).uid), each.value)
            for each in points
        )
        return first, second
    if "file" in kinds:
        return _file_and_state(stack, repository, before, after, model)
    if "model" in kinds:  # that model now and at the other moment
        model = next(each.value for each in points if each.kind == "model")
    states = [stack.enter_context(_state(repository, each)) for each in points]
    if model is not None and all(model not in {each.uid for each in state.models()} for state in states):
        states[-1].model(model)  # says what is near
    uids = None
    if kinds <= {"changeset", "now", "model"}:
        low, high = sorted(state.number for state in states)
        uids = changed_between(states[0] if states[0].number == high else states[1], low, high)
    found = []
    for state, each in zip(states, points, strict=True):
        has_it = model is None or any(known.uid == model for known in state.models())
        found.append(
            sides.of_state(state, each.title, model, uids) if has_it else Side(each.title, {}, state.metamodel)
        )
    return found[0], found[1]


def _file_and_state(
    stack: ExitStack, repository: "Repository", before: Point, after: Point, model: str | None
) -> tuple[Side, Side]:
    other = before if after.kind == "file" else after
    key = other.value if other.kind == "model" else model
    if key is None:
        raise InvalidInput("a file is compared with a model; name it")
    state = stack.enter_context(_state(repository, Point("now") if other.kind == "model" else other))
    found = [
        _of_file(state, each, key) if each.kind == "file" else sides.of_state(state, each.title, state.model(key).uid)
        for each in (before, after)
    ]
    return found[0], found[1]


def _state(repository: "Repository", point: Point) -> State:
    if point.kind == "changeset":
        return repository.state(as_of=int(point.value))
    if point.kind == "date":
        return repository.state(on=date.fromisoformat(point.value))
    if point.kind == "draft":
        return repository.state(draft=int(point.value))
    return repository.state()


def _of_file(state: State, point: Point, model: str) -> Side:
    if not Path(point.value).exists():
        raise NotFound(f'there is no file "{point.value}"')
    return sides.of_file(state, point.title, read(point.value), model)


def _changes(before: Side, after: Side) -> Iterator[Change]:
    for record in _TOLD_FIRST:
        keys = {uid for kind, uid in (*before.images, *after.images) if kind == record}
        for uid in sorted(keys):
            yield change_of(record, uid, before.images.get((record, uid)), after.images.get((record, uid)))


# Other keys for the same

_PREFIX = "id-"  # exchange files must begin an identifier with a letter, so many tools write this before theirs


def _prefixed(before: Side, after: Side) -> dict[str, str]:
    """For each record of `after` that has no counterpart: the key that differs by the prefix only."""
    found = {}
    for record, uid in after.images.keys() - before.images.keys():
        model, colon, identifier = uid.rpartition(":")
        bare = identifier.removeprefix(_PREFIX)
        other = f"{model}{colon}{bare if bare != identifier else _PREFIX + identifier}"
        if (record, other) in before.images and (record, other) not in after.images:
            found[uid] = other
    return found


def _same_paths(before: Side, after: Side) -> dict[str, str]:
    """For each folder of `after` that has no counterpart: the one of the same path. Exchange files give folders no identifier."""

    def lone(side: Side, other: Side) -> dict[tuple[str, ...], list[str]]:
        found: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for record, uid in side.images:
            if record == "folder" and (record, uid) not in other.images:
                found[_path(side, uid)].append(uid)
        return found

    there = lone(before, after)
    return {
        uids[0]: there[path][0]
        for path, uids in lone(after, before).items()
        if len(uids) == len(there.get(path, ())) == 1
    }


def _path(side: Side, folder: str) -> tuple[str, ...]:
    found: list[str] = []
    uid: str | None = folder
    seen: set[str] = set()
    while uid is not None and uid not in seen and ("folder", uid) in side.images:
        seen.add(uid)
        image = side.images["folder", uid]
        found.append(image["name"])
        uid = image["parent"]
    return tuple(found)


def _same_names(before: Side, after: Side) -> dict[str, str]:
    """For each record of `after` that has no counterpart of its key: the key of the one that looks the same."""
    names = _same_paths(before, after)  # "Business" may be there twice, below the root and among the views
    matched = {("folder", uid) for pair in names.items() for uid in pair}
    left = {key: image for key, image in before.images.items() if key not in after.images and key not in matched}
    right = {key: image for key, image in after.images.items() if key not in before.images and key not in matched}
    for wanted, looks in (
        (lambda key, image: key[0] == "concept" and image["source"] is None, _element),
        (lambda key, image: key[0] == "folder", _named),
        (lambda key, image: key[0] == "view", _named),
        (lambda key, image: key[0] == "model", lambda key, image, names: "model"),
    ):
        names |= _pairs(left, right, wanted, looks, names)
    relationships: Callable[[Key, Image], bool] = lambda key, image: key[0] == "concept" and image["source"] is not None  # noqa: E731
    while new := _pairs(left, right, relationships, _relationship, names):  # those on relationships after these
        if new.items() <= names.items():
            break
        names |= new
    return names


Looks = Callable[[Key, Image, Mapping[str, str]], Hashable]


def _pairs(
    left: Mapping[Key, Image],
    right: Mapping[Key, Image],
    wanted: Callable[[Key, Image], bool],
    looks: Looks,
    names: Mapping[str, str],
) -> dict[str, str]:
    found: dict[Hashable, list[str]] = defaultdict(list)
    others: dict[Hashable, list[str]] = defaultdict(list)
    for key, image in left.items():
        if wanted(key, image):
            found[looks(key, image, {})].append(key[1])
    for key, image in right.items():
        if wanted(key, image):
            others[looks(key, image, names)].append(key[1])
    return {
        theirs[0]: found[look][0]
        for look, theirs in others.items()
        if look and len(theirs) == len(found.get(look, ())) == 1
    }


def _element(key: Key, image: Image, names: Mapping[str, str]) -> Hashable:
    return (image["type"], image["name"]) if image["name"] else None


def _named(key: Key, image: Image, names: Mapping[str, str]) -> Hashable:
    return image["name"] or None


def _relationship(key: Key, image: Image, names: Mapping[str, str]) -> Hashable:
    source, target = (names.get(image[end], image[end]) for end in ("source", "target"))
    return image["type"], source, target, image["name"]
