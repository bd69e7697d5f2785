"""A comparison as a drawing: what was added, removed and changed marked, with what it touches around it, faintly."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from diagrams.changes import ORDER, SWATCHES, Change, counted, drawn_lines, gathered, marked, notes_of
from diagrams.concepts import LANGUAGES, edge_of, joined, node_of
from diagrams.drawing import Drawing, Edge, Node, Words
from diagrams.notation import phrase
from ea_repo.exchange.comparing import Compared
from ea_repo.exchange.difference_page import spoken
from ea_repo.store.difference import Action
from ea_repo.store.difference import Change as FieldChange
from ea_repo.store.fields import Image, model_of
from ea_repo.store.records import Concept

MOST_SHOWN = 40
_CHANGES: Mapping[Action, Change] = {
    "created": "added", "deleted": "removed", "changed": "changed", "unchanged": "unchanged",
}  # fmt: skip


def drawing_of(compared: Compared, *, limit: int = MOST_SHOWN) -> Drawing:
    """The elements that differ, at most so many, the relationships among them and to their neighbours. O(differences)."""
    by_uid = {change.uid: change for change in compared.changes if change.record == "concept"}
    elements = [each for each in by_uid.values() if each.counted == "element"]
    relationships = [each for each in by_uid.values() if each.counted == "relationship"]
    touched = [end for each in relationships for end in _ends(each)]
    # First what is gone or new, then what changed, then what only stands at an end of something that differs.
    ranked = sorted(elements, key=lambda each: (ORDER.index(_CHANGES[each.action]), each.type, each.name, each.uid))
    shown = dict.fromkeys([each.uid for each in ranked][:limit])
    rest = ranked[limit:]
    for end in touched:
        if len(shown) < limit and _image(compared, end) is not None and _is_element(compared, end):
            shown.setdefault(end)
    lines, left_out = drawn_lines(_lines(compared, by_uid, shown.keys()))
    metamodel = compared.after.metamodel
    return Drawing(
        title=phrase("difference_title", before=_title(compared.before.title), after=_title(compared.after.title)),
        nodes=(
            *(_node(compared, uid, by_uid.get(uid)) for uid in shown),
            *gathered(metamodel, ((_CHANGES[each.action], each.type) for each in rest if each.type in metamodel.types)),
        ),
        edges=tuple(lines),
        subtitle=joined(counted(_CHANGES[each.action] for each in elements)),
        notes=(*notes_of(len(elements) - len(rest), len(rest)), *left_out),
        viewpoint="difference",
        swatches=tuple(SWATCHES.values()),
        swatches_name=phrase("change"),
    )


def _title(title: str) -> Words:
    return {lang: spoken(title, lang) for lang in LANGUAGES}


def _lines(
    compared: Compared, changes: Mapping[str, FieldChange], shown: Collection[str]
) -> Iterator[tuple[Change, Edge]]:
    """One line for all relationships of a type between two elements that differ alike."""
    found: set[tuple[str, str, str, Change]] = set()
    for (record, uid), image in {**compared.before.images, **compared.after.images}.items():
        if record != "concept" or image["source"] not in shown or image["target"] not in shown:
            continue
        change = _CHANGES[changes[uid].action] if uid in changes else "unchanged"
        key = (image["source"], image["target"], image["type"], change)
        if key not in found:
            found.add(key)
            yield change, edge_of(_metamodel(compared, image), _concept(uid, image))


def _ends(change: FieldChange) -> list[str]:
    image = change.became or change.was or {}
    return [image["source"], image["target"]]


def _image(compared: Compared, uid: str) -> Image | None:
    return compared.after.images.get(("concept", uid)) or compared.before.images.get(("concept", uid))


def _is_element(compared: Compared, uid: str) -> bool:
    image = _image(compared, uid)
    return image is not None and image["source"] is None


def _node(compared: Compared, uid: str, change: FieldChange | None) -> Node:
    image = _image(compared, uid) or {}
    node = node_of(_metamodel(compared, image), _concept(uid, image))
    return marked(node, _CHANGES[change.action] if change is not None else "unchanged")


def _metamodel(compared: Compared, image: Image) -> Any:
    known = compared.after.metamodel
    return known if image["type"] in known.types else compared.before.metamodel


def _concept(uid: str, image: Image) -> Concept:
    fields = {name: value for name, value in image.items() if name != "properties"}
    for name in ("valid_from", "valid_until"):
        fields[name] = None if image[name] is None else date.fromisoformat(image[name])
    kind: Any = "element" if image["source"] is None else "relationship"
    return Concept(uid=uid, kind=kind, model=model_of(uid), **fields)
