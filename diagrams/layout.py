"""Drawing to positions: boxes are measured here and arranged, simply where Graphviz takes long with the lines."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diagrams import boxes, engines, layered_layout, simple_layout, stored_layout, tree_layout
from diagrams.drawing import Drawing
from diagrams.notation import phrase
from diagrams.options import SECONDS
from diagrams.placed import Placed, with_labels
from diagrams.routing import PROGRAM
from ea_repo.errors import TimedOut


def place(drawing: Drawing, lang: str, *, engine: str | None = None, seconds: float = SECONDS) -> Placed:
    """Positions for everything. A stored view keeps its own; a note says where Graphviz took too long."""
    if drawing.placed:
        return with_labels(drawing, stored_layout.place(drawing), lang)
    if engine is not None:
        engines.engine(engine)  # not every drawing needs it, but what was asked for should be there
    measured = sizes(drawing, lang)
    if drawing.arrangement == "tree":
        return with_labels(drawing, tree_layout.place(drawing, measured), lang)
    allowed = _Allowance(seconds, engine)
    try:
        if drawing.arrangement == "map":
            from diagrams import map_layout  # noqa: PLC0415 - it calculates with NumPy, which other drawings do without

            return with_labels(drawing, map_layout.place(drawing, measured, lang, allowed.run), lang)
        return with_labels(drawing, layered_layout.place(drawing, measured, lang, allowed.run), lang)
    except TimedOut:
        note = phrase("simple_layout", seconds=f"{seconds:g}")
    except engines.EngineFailed:
        note = phrase("engine_failed")
    return with_labels(drawing, simple_layout.place(drawing, measured, lang, (note,)), lang)


def place_many(wanted: Sequence[tuple[Drawing, str]], *, seconds: float = SECONDS) -> list[Placed]:
    """Positions as `place` gives them for (drawing, language) pairs, `seconds` for each.

    The lines of layered drawings are led together in one process, and once where languages differ in no size.
    """
    plans = {
        at: layered_layout.Plan.of(drawing, sizes(drawing, lang), lang)
        for at, (drawing, lang) in enumerate(wanted)
        if not drawing.placed and drawing.arrangement == "layers"
    }
    sources = {at: plan.source() for at, plan in plans.items()}
    asked = [source for source in dict.fromkeys(sources.values()) if source]
    laid = dict(zip(asked, engines.run_many(asked, program=PROGRAM, seconds=seconds), strict=True))
    laid[""] = {}
    found = []
    for at, (drawing, lang) in enumerate(wanted):
        answer = laid[sources[at]] if at in sources else None
        if answer is None:  # or one of them took all the time there is: then each is laid out alone
            found.append(place(drawing, lang, seconds=seconds))
        else:
            found.append(with_labels(drawing, plans[at].read(answer), lang))
    return found


def sizes(drawing: Drawing, lang: str) -> dict[str, tuple[float, float]]:
    """What each box needs; in a drawing of layers those of a layer are equally wide."""
    found = {node.id: boxes.size(node, lang) for node in drawing.nodes}
    widest: defaultdict[int, float] = defaultdict(float)
    for node in drawing.nodes:
        if node.rank is not None:
            widest[node.rank] = max(widest[node.rank], found[node.id][0])
    layered = {node.id: node.rank for node in drawing.nodes if node.rank is not None}
    return {name: (widest[layered[name]] if name in layered else size[0], size[1]) for name, size in found.items()}


@dataclass(slots=True)
class _Allowance:
    """The time that all runs for a drawing may take together."""

    seconds: float
    engine: str | None

    def run(self, source: str, program: str) -> Mapping[str, Any]:
        began = time.monotonic()
        try:
            return engines.run(source, program=program, seconds=max(self.seconds, 0.001), name=self.engine)
        finally:
            self.seconds -= time.monotonic() - began
