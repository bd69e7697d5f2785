"""What is compared: all that a model, a moment of the repository, or a file says, as images by kind of record and key.

The key is the uid; where two models are compared, the identifier, so that `old:tax` and `new:tax` are one thing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ea_repo.exchange.bundle import Bundle
from ea_repo.exchange.comparison import plan
from ea_repo.exchange.plan import Terms
from ea_repo.exchange.profile_images import profile_image
from ea_repo.metamodel import Metamodel
from ea_repo.store.fields import FIELDS, Image, blank
from ea_repo.store.merge import patched
from ea_repo.store.metamodel_in_force import PROFILE_UID
from ea_repo.store.newer import plain_fields
from ea_repo.store.operations import Create, Delete, RecordKind, Update
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

Key = tuple[RecordKind, str]


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two. `metamodel` is that of its types."""

    title: str
    images: Mapping[Key, Image]
    metamodel: Metamodel


def of_state(
    state: State, title: str, model: str | None = None, uids: Mapping[RecordKind, set[str]] | None = None
) -> Side:
    """What a state says, or of it one model, or only the records of these uids."""
    found: dict[Key, Image] = {}
    concepts: Iterable[Concept]
    if uids is None:
        concepts = state.iterate(Query(model=model))
    else:
        concepts = state.get_many(sorted(uids.get("concept", ()))).values()
        concepts = (each for each in concepts if model in (None, each.model))
    for concept in concepts:
        found["concept", concept.uid] = _image("concept", concept)
    for each in state.models():
        if model in (None, each.uid):
            found["model", each.uid] = _image("model", each)
    if model is None and (profile := profile_image(state.metamodel)) is not None:
        found["profile", PROFILE_UID] = profile
    for folder in state.folders(model):
        found["folder", folder.uid] = _image("folder", folder)
    for listed in state.views(model):
        if uids is None or listed.uid in uids.get("view", ()):
            found["view", listed.uid] = _image("view", state.view(listed.uid))
    return Side(title, found, state.metamodel)


def of_file(state: State, title: str, bundle: Bundle, model: str) -> Side:
    """What the model would be once the file was imported: what no file can say stays as it is in the state."""
    exists = any(each.uid == model for each in state.models())
    found = dict(of_state(state, title, model).images) if exists else {}
    for operation in plan(state, bundle, Terms(model, "delete")).operations:
        key = (operation.record, operation.uid)
        if isinstance(operation, Create):
            typed = {"type": operation.type} if operation.record == "concept" else {}
            found[key] = {**blank(operation.record), **typed, **plain_fields(operation.fields)}
        elif isinstance(operation, Update):
            found[key] = patched(found[key], plain_fields(operation.fields))
        elif isinstance(operation, Delete):
            found.pop(key, None)
    return Side(title, found, state.metamodel)


def without_model(side: Side, model: str) -> Side:
    """The side with identifiers for the uids of a model, wherever they stand."""
    prefix = f"{model}:"

    def shorter(value: Any) -> Any:
        if isinstance(value, str):
            return value.removeprefix(prefix)
        if isinstance(value, dict):
            return {name: shorter(each) for name, each in value.items()}
        return [shorter(each) for each in value] if isinstance(value, list) else value

    return _rewritten(side, lambda uid: "" if uid == model else uid.removeprefix(prefix), shorter)


def without_folders(side: Side) -> Side:
    """The side without folders, and without saying what is in which."""
    found = {
        key: {**image, "folder": None} if "folder" in image else image
        for key, image in side.images.items()
        if key[0] != "folder"
    }
    return Side(side.title, found, side.metamodel)


def renamed(side: Side, names: Mapping[str, str]) -> Side:
    """The side with other keys for some, wherever they stand."""
    if not names:
        return side

    def other(value: Any) -> Any:
        if isinstance(value, str):
            return names.get(value, value)
        if isinstance(value, dict):
            return {name: other(each) for name, each in value.items()}
        return [other(each) for each in value] if isinstance(value, list) else value

    return _rewritten(side, lambda uid: names.get(uid, uid), other)


def _rewritten(side: Side, key: Any, value: Any) -> Side:
    found: dict[Key, Image] = {}
    for (record, uid), image in side.images.items():
        own = dict(image)
        if record == "profile":  # it names nothing that is renamed
            found[record, uid] = own
            continue
        for each in FIELDS[record]:
            if each.kind in ("link", "attributes", "content") and own[each.name]:
                own[each.name] = value(own[each.name])
        found[record, key(uid)] = own
    return Side(side.title, found, side.metamodel)


def _image(record: RecordKind, said: Any) -> Image:
    return dict(_values(record, said))


def _values(record: RecordKind, said: Any) -> Iterator[tuple[str, Any]]:
    for each in FIELDS[record]:
        value = getattr(said, each.name)
        if each.kind == "properties":
            value = [plain_fields({"each": found})["each"] for found in value]
        elif isinstance(value, date):
            value = value.isoformat()
        elif each.is_json:
            value = dict(value or {})
        yield each.name, value
