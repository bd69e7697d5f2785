"""A comparison as a drawing: what was added, removed and changed marked, with what it touches around it, faintly."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from diagrams.concepts import LANGUAGES, edge_of, node_of
from diagrams.drawing import Drawing, Edge, Node, Swatch, Words
from diagrams.notation import phrase
from ea_repo.exchange.comparing import Compared
from ea_repo.exchange.difference_page import spoken
from ea_repo.store.difference import Action, Change
from ea_repo.store.fields import Image, model_of
from ea_repo.store.records import Concept

MOST_SHOWN = 40
_FIRST: tuple[Action, ...] = ("created", "deleted", "changed", "unchanged")
_SWATCHES: Mapping[Action, Swatch] = {
    "created": Swatch("added", phrase("difference_added")),
    "changed": Swatch("changed", phrase("difference_changed")),
    "deleted": Swatch("removed", phrase("difference_removed"), dashed=True),
}


def drawing_of(compared: Compared, *, limit: int = MOST_SHOWN) -> Drawing:
    """The elements that differ, at most so many, the relationships among them and to their neighbours. O(differences)."""
    by_uid = {change.uid: change for change in compared.changes if change.record == "concept"}
    elements = [each for each in by_uid.values() if each.counted == "element"]
    relationships = [each for each in by_uid.values() if each.counted == "relationship"]
    touched = [end for each in relationships for end in _ends(each)]
    # First what is new or gone, then what changed, then what only stands at an end of something that differs.
    ranked = sorted(elements, key=lambda each: (_FIRST.index(each.action), each.type, each.name, each.uid))
    shown = dict.fromkeys([each.uid for each in ranked][:limit])
    for end in touched:
        if len(shown) < limit and _image(compared, end) is not None and _is_element(compared, end):
            shown.setdefault(end)
    nodes = [_node(compared, uid, by_uid.get(uid)) for uid in shown]
    edges = _edges(compared, by_uid, shown.keys())
    left = len(elements) - sum(uid in shown for uid in by_uid)
    notes = (phrase("difference_left", shown=len(elements) - left, count=len(elements)),) if left else ()
    return Drawing(
        title=phrase("difference_title", before=_title(compared.before.title), after=_title(compared.after.title)),
        nodes=tuple(nodes),
        edges=edges,
        subtitle=phrase(
            "difference_counts",
            **{action: sum(each.action == action for each in elements) for action in ("created", "changed", "deleted")},
        ),
        notes=notes,
        viewpoint="difference",
        direction="right",
        swatches=tuple(_SWATCHES.values()),
        swatches_name=phrase("difference_legend"),
    )


def _title(title: str) -> Words:
    return {lang: spoken(title, lang) for lang in LANGUAGES}


def _edges(compared: Compared, changes: Mapping[str, Change], shown: Collection[str]) -> tuple[Edge, ...]:
    """One line for all relationships of a type between two elements that differ alike."""
    found: dict[tuple[str, str, str, str], Edge] = {}
    for (record, uid), image in {**compared.before.images, **compared.after.images}.items():
        if record != "concept" or image["source"] not in shown or image["target"] not in shown:
            continue
        change = changes.get(uid)
        key = (image["source"], image["target"], image["type"], change.action if change else "unchanged")
        edge = _edge(compared, uid, image, change)
        known = found.get(key)
        found[key] = edge if known is None else replace(known, name="", uid=None, count=known.count + 1)
    return tuple(found.values())


def _ends(change: Change) -> list[str]:
    image = change.became or change.was or {}
    return [image["source"], image["target"]]


def _image(compared: Compared, uid: str) -> Image | None:
    return compared.after.images.get(("concept", uid)) or compared.before.images.get(("concept", uid))


def _is_element(compared: Compared, uid: str) -> bool:
    image = _image(compared, uid)
    return image is not None and image["source"] is None


def _node(compared: Compared, uid: str, change: Change | None) -> Node:
    image = _image(compared, uid) or {}
    node = node_of(_metamodel(compared, image), _concept(uid, image), emphasis="normal" if change else "faint")
    return node if change is None else replace(node, swatch=_SWATCHES[change.action])


def _edge(compared: Compared, uid: str, image: Image, change: Change | None) -> Edge:
    edge = edge_of(_metamodel(compared, image), _concept(uid, image))
    if change is None:
        return replace(edge, emphasis="faint")
    return replace(edge, swatch=_SWATCHES[change.action])


def _metamodel(compared: Compared, image: Image) -> Any:
    known = compared.after.metamodel
    return known if image["type"] in known.types else compared.before.metamodel


def _concept(uid: str, image: Image) -> Concept:
    fields = {name: value for name, value in image.items() if name != "properties"}
    for name in ("valid_from", "valid_until"):
        fields[name] = None if image[name] is None else date.fromisoformat(image[name])
    kind: Any = "element" if image["source"] is None else "relationship"
    return Concept(uid=uid, kind=kind, model=model_of(uid), **fields)
