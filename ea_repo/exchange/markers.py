"""What ArchiMate files have no field for, said by properties of stable keys, so that it comes back on import.

An attribute goes by its own name. All else goes by `ea-repo.` and a name: who owns a concept, when it holds, what it is
where its specialization does not say so, and where it lives if not in the model of the file.
"""

import json
from collections.abc import Iterator, Sequence

from ea_repo.exchange.bundle import Bundle, BundleConcept
from ea_repo.store.records import Property

PREFIX = "ea-repo."
UID = f"{PREFIX}uid"  # the concept or view lives in another model, under this uid
PROXY = f"{PREFIX}proxy-of"  # the same, and it is there only to be reached
CUT = f"{PREFIX}cut"  # the view shows only what was selected
SEVERAL = f"{PREFIX}several-models"  # of the model: the file is of several
TYPE = f"{PREFIX}type"
SPECIALIZATION = f"{PREFIX}specialization"  # in formats that have no field for it
PROPERTY = f"{PREFIX}property"  # a property of a kind that the format has no field for, as JSON
#: Kinds of properties that are no data types.
OTHER_KINDS = frozenset({"feature", "specialization", "metadata"})
FOLDERS = f"{PREFIX}folders"  # of the model: kinds and properties of folders, as JSON
DETAILS = f"{PREFIX}details"  # of a view: see view_details.py
SHIFT = f"{PREFIX}shift"  # of a view: how far it was moved so that nothing is at a negative place
OWNER = f"{PREFIX}owner"
VALID_FROM = f"{PREFIX}valid_from"
VALID_UNTIL = f"{PREFIX}valid_until"
#: Before the name of an attribute, where its own name would not be understood.
ATTRIBUTE = f"{PREFIX}attribute."


def without_kinds(properties: Sequence[Property], kinds: frozenset[str]) -> list[Property]:
    """The properties, those of these kinds wrapped so that a format without kinds carries them."""
    return [wrapped(each) if each.kind in kinds else each for each in properties]


def wrapped(said: Property) -> Property:
    """A property that the format cannot say, in one that it can."""
    return Property(PROPERTY, json.dumps([said.key, said.value, said.kind, said.lang], ensure_ascii=False))


def _unwrapped(properties: list[Property]) -> list[Property]:
    return [_original(each) if each.key == PROPERTY else each for each in properties]


def _original(wrapped: Property) -> Property:
    try:
        found = json.loads(wrapped.value)
    except (ValueError, RecursionError):
        return wrapped
    fits = isinstance(found, list) and len(found) == 4 and all(part is None or isinstance(part, str) for part in found)
    return Property(*found) if fits and None not in found[:2] else wrapped


def place_markers(uid: str | None, *, is_proxy: bool = False, is_cut: bool = False) -> Iterator[Property]:
    """Where a record lives."""
    if uid is not None:
        yield Property(PROXY if is_proxy else UID, uid)
    if is_cut:
        yield Property(CUT, "true")


def recover_places(bundle: Bundle) -> None:
    """Takes the marks of where records live out of the properties that a file says, in place."""
    bundle.is_of_several = any(each.key == SEVERAL for each in bundle.properties)
    bundle.properties = [each for each in _unwrapped(bundle.properties) if each.key != SEVERAL]
    for folder in bundle.folders:
        folder.properties = _unwrapped(folder.properties)
    for concept in bundle.concepts:
        if concept.properties and any(each.key.startswith(PREFIX) for each in concept.properties):
            concept.properties = _unmarked(_unwrapped(concept.properties), concept)
    for view in bundle.views:
        view.properties = _unwrapped(view.properties)
        for said in view.properties:
            if said.key == UID:
                view.uid = said.value
            elif said.key == CUT:
                view.is_cut = True
        if view.uid is not None or view.is_cut:
            view.properties = [each for each in view.properties if each.key not in (UID, CUT)]


def _unmarked(properties: list[Property], concept: BundleConcept) -> list[Property]:
    """The properties without those marks, which go into the concept; a specialization that stands among them, too."""
    rest = []
    for said in properties:
        if said.key in (UID, PROXY) and said.kind is None:
            concept.uid, concept.is_proxy = said.value, said.key == PROXY
        elif said.key == SPECIALIZATION and said.kind is None and concept.specialization is None:
            concept.specialization = said.value
        else:
            rest.append(said)
    return rest


def recover_folders(bundle: Bundle) -> None:
    """Takes what the model says of the kinds and properties of its folders to the folders, in place."""
    said = next((each.value for each in bundle.properties if each.key == FOLDERS), None)
    if said is None:
        return
    bundle.properties = [each for each in bundle.properties if each.key != FOLDERS]
    try:
        details = json.loads(said)
    except (ValueError, RecursionError):
        return
    for folder in bundle.folders:
        found = details.get(folder.identifier) if isinstance(details, dict) else None
        if isinstance(found, dict):
            folder.type = found["type"] if isinstance(found.get("type"), str) else None
            rows = found.get("properties", ())
            folder.properties = [_original(Property(PROPERTY, json.dumps(row))) for row in rows]
