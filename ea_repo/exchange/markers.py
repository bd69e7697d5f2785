"""What ArchiMate files have no field for, said by properties of stable keys, so that it comes back on import.

An attribute goes by its own name. All else goes by `ea-repo.` and a name: who owns a concept, when it holds, what it is
where its specialization does not say so, and where it lives if not in the model of the file.
"""

from collections.abc import Iterator

from ea_repo.exchange.bundle import Bundle, BundleConcept
from ea_repo.store.records import Property

PREFIX = "ea-repo."
UID = f"{PREFIX}uid"  # the concept or view lives in another model, under this uid
PROXY = f"{PREFIX}proxy-of"  # the same, and it is there only to be reached
CUT = f"{PREFIX}cut"  # the view shows only what was selected
TYPE = f"{PREFIX}type"
SPECIALIZATION = f"{PREFIX}specialization"  # in formats that have no field for it
OWNER = f"{PREFIX}owner"
VALID_FROM = f"{PREFIX}valid_from"
VALID_UNTIL = f"{PREFIX}valid_until"
#: Before the name of an attribute, where its own name would not be understood.
ATTRIBUTE = f"{PREFIX}attribute."


def place_markers(uid: str | None, *, is_proxy: bool = False, is_cut: bool = False) -> Iterator[Property]:
    """Where a record lives."""
    if uid is not None:
        yield Property(PROXY if is_proxy else UID, uid)
    if is_cut:
        yield Property(CUT, "true")


def recover_places(bundle: Bundle) -> None:
    """Takes the marks of where records live out of the properties that a file says, in place."""
    for concept in bundle.concepts:
        if concept.properties and (kept := _unmarked(concept)) is not None:
            concept.properties = kept
    for view in bundle.views:
        for said in view.properties:
            if said.key == UID:
                view.uid = said.value
            elif said.key == CUT:
                view.is_cut = True
        if view.uid is not None or view.is_cut:
            view.properties = [each for each in view.properties if each.key not in (UID, CUT)]


def _unmarked(concept: BundleConcept) -> list[Property] | None:
    """The properties without those marks; None where there are none of them."""
    for said in concept.properties:
        if said.key in (UID, PROXY):
            concept.uid, concept.is_proxy = said.value, said.key == PROXY
            return [each for each in concept.properties if each.key not in (UID, PROXY)]
    return None
