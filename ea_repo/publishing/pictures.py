"""Drawings as parts of a page: one SVG that follows the page's light or dark, with its shapes as links.

A page holds its drawings itself, so that links, tooltips and the search of the browser work from a file and without
JavaScript. The digest of what a drawing was made of stands beside it: as long as that is the same, the next publication
takes the drawing from the page that is there instead of laying it out again.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from diagrams import layout
from diagrams.drawing import Cluster, Drawing, Edge, Node, Words
from diagrams.options import SECONDS, Options
from diagrams.placed import Placed
from diagrams.renderers import svg

Address = Callable[[str], str]
Thing = TypeVar("Thing", Node, Edge, Cluster)

_VARIABLE = re.compile(r"var\(--([0-9a-f]{12})\)")
_KEPT = re.compile(r'<div class="picture" data-of="([0-9a-f]{24})">(.*?)</div>', re.DOTALL)
_WIDTH = re.compile(r'<svg width="([0-9.]+)"')
_WIDE = 700  # pixels, from which a narrow screen scrolls instead of making the text too small to be read


@dataclass(frozen=True, slots=True)
class Wanted:
    """A drawing for a page in one language; `address` leads from there to a uid, or is empty."""

    drawing: Any
    lang: str
    address: Address


@dataclass(frozen=True, slots=True)
class Picture:
    """What stands on a page. `digest` tells what it was made of, `reused` that it was taken from the page before."""

    digest: str
    markup: str
    reused: bool = False


def kept_in(page: str) -> dict[str, str]:
    """The drawings of a page by their digests."""
    return dict(_KEPT.findall(page))


def pictures(wanted: Sequence[Wanted], kept: Mapping[str, str], *, seconds: float = SECONDS) -> list[Picture]:
    """The drawings, those that are `kept` as they are, all others laid out together."""
    plain = [replace(each, drawing=_plain(each.drawing)) for each in wanted]
    digests = [_digest(each, seconds) for each in plain]
    fresh = [at for at, digest in enumerate(digests) if digest not in kept]
    made = dict(zip(fresh, _made([plain[at] for at in fresh], seconds), strict=True))
    return [
        Picture(digest, made[at] if at in made else kept[digest], at not in made) for at, digest in enumerate(digests)
    ]


def colour_rules(variables: set[str]) -> str:
    """The style sheet that gives the colours of drawings their light and dark values."""
    ordered = sorted(variables)
    light = "".join(f"--{each}:#{each[:6]};" for each in ordered)
    dark = "".join(f"--{each}:#{each[6:]};" for each in ordered)
    return (
        f":root{{{light}}}\n"
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}\n'
        f'@media screen{{:root[data-theme="dark"]{{{dark}}}}}\n'
    )


def colours_in(markup: str) -> set[str]:
    """The colour variables that a page uses."""
    return set(_VARIABLE.findall(markup))


def _plain(drawing: Any) -> Any:
    """The drawing without what changes though it does not: of when it is, which the site says once; and descriptions,
    which stand on the page of each shape."""
    if not isinstance(drawing, Drawing):
        return replace(drawing, subtitle="")
    return replace(
        drawing, subtitle="", description="", nodes=_shortened(drawing.nodes), edges=_shortened(drawing.edges),
        clusters=_shortened(drawing.clusters),
    )  # fmt: skip


def _shortened(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
    return tuple(replace(each, tooltip=_short(each.tooltip, each.uid)) if each.uid else each for each in things)


def _short(tooltip: Words, uid: str) -> Words:
    """A tooltip up to its uid."""
    if isinstance(tooltip, str):
        before, found, _ = tooltip.partition(f"\n{uid}\n")
        return f"{before}\n{uid}" if found else tooltip
    return {lang: str(_short(said, uid)) for lang, said in tooltip.items()}


def _digest(wanted: Wanted, seconds: float) -> str:
    uids = sorted({each.uid for each in getattr(wanted.drawing, "nodes", ()) if each.uid})
    led = [wanted.address(uid) for uid in uids]
    made_of = repr((_program(), wanted.lang, seconds, led, wanted.drawing))
    return sha256(made_of.encode("utf-8", "surrogatepass")).hexdigest()[:24]


@cache
def _program() -> str:
    """A digest of what draws: another version of it draws everything anew."""
    found = sha256()
    for folder in (Path(str(files("diagrams"))), Path(str(files("ea_repo.publishing")))):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".toml", ".json") and path.is_file():
                found.update(path.read_bytes())
    return found.hexdigest()[:24]


def _made(wanted: Sequence[Wanted], seconds: float) -> list[str]:
    graphs = [at for at, each in enumerate(wanted) if isinstance(each.drawing, Drawing)]
    laid = layout.place_many([(wanted[at].drawing, wanted[at].lang) for at in graphs], seconds=seconds)
    placed = dict(zip(graphs, laid, strict=True))
    return [_drawn(each, placed.get(at), seconds) for at, each in enumerate(wanted)]


def _drawn(wanted: Wanted, placed: Placed | None, seconds: float) -> str:
    options = Options(lang=wanted.lang, links=wanted.address, header=False, seconds=seconds)
    markup = svg.document(wanted.drawing, options, placed=placed, inline=True).svg.strip()
    return markup.replace('class="drawing"', 'class="drawing wide"', 1) if _is_wide(markup) else markup


def _is_wide(markup: str) -> bool:
    width = _WIDTH.match(markup)
    return width is not None and float(width[1]) > _WIDE
