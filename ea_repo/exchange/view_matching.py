"""Which boxes and lines of a view are which of its other state, where a program gave them new identifiers."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from ea_repo.store.view_content import nodes_in

Part = Mapping[str, Any]
Pairs = Sequence[tuple[Part | None, Part | None]]
#: What says where a part stands and what belongs to it, by identifiers that may be new.
_NAMING = ("id", "nodes", "source", "target")


def view_change(was: Mapping[str, Any], became: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """How many boxes and lines of a view were added, removed, or changed in place, size or look.

    A box is the one with its identifier, or else one that shows the same, in the order of their places; a line likewise,
    between the same. New identifiers alone are no change. O(n log n).
    """
    boxes = _matched(list(nodes_in(was)), list(nodes_in(became)), _shown)
    now = {before["id"]: after["id"] for before, after in boxes if before and after}
    lines_before, lines_after = was.get("connections", ()), became.get("connections", ())
    lines = _matched(
        [{**each, **{end: now.get(each[end], each[end]) for end in ("source", "target")}} for each in lines_before],
        list(lines_after),
        _joined,
    )
    return {"boxes": _counted(boxes, _looks), "lines": _counted(lines, _looks_between)}


def _matched(before: Sequence[Part], after: Sequence[Part], key: Callable[[Part], Hashable]) -> Pairs:
    """Every part once, with the one that it became: None for one that was not there, or is not."""
    known = {each["id"]: each for each in after}
    same = [(each, known[each["id"]]) for each in before if each["id"] in known]
    kept = {each["id"] for each, _ in same}
    left: defaultdict[Hashable, tuple[list[Part], list[Part]]] = defaultdict(lambda: ([], []))
    for side, parts in enumerate((before, after)):
        for each in parts:
            if each["id"] not in kept:
                left[key(each)][side].append(each)
    pairs: list[tuple[Part | None, Part | None]] = [*same]
    for olds, news in left.values():
        olds.sort(key=_place)
        news.sort(key=_place)
        count = min(len(olds), len(news))
        pairs += zip(olds[:count], news[:count], strict=True)
        pairs += [(each, None) for each in olds[count:]]
        pairs += [(None, each) for each in news[count:]]
    return pairs


def _counted(pairs: Pairs, looks: Callable[[Part], Mapping[str, Any]]) -> dict[str, int]:
    return {
        "created": sum(before is None for before, _ in pairs),
        "changed": sum(bool(before and after and looks(before) != looks(after)) for before, after in pairs),
        "deleted": sum(after is None for _, after in pairs),
    }


def _shown(box: Part) -> Hashable:
    """What a box shows: a concept, another view, or a text."""
    for name in ("concept", "view"):
        if box.get(name):
            return name, box[name]
    return box.get("kind"), box.get("text")


def _joined(line: Part) -> Hashable:
    return line.get("relationship"), line["source"], line["target"]


def _place(part: Part) -> tuple[float, float]:
    return float(part.get("x") or 0), float(part.get("y") or 0)


def _looks(part: Part) -> Mapping[str, Any]:
    return {name: value for name, value in part.items() if name not in _NAMING}


def _looks_between(line: Part) -> Mapping[str, Any]:
    return {**_looks(line), "source": line["source"], "target": line["target"]}
