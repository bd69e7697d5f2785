"""A picture that is a part of a page: drawn once, and in light and in dark what an export in that theme is.

It differs from an export only in what programs read that take a single drawing apart, and in the role, since a page's
drawing holds links. `in_one` takes these out of the export; all else has to be the same, byte for byte.
"""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import diagrams
from diagrams import layout
from diagrams.chart import Picture
from diagrams.drawing import Drawing, Look, Swatch
from diagrams.notation import Theme
from diagrams.options import Options
from diagrams.placed import Placed
from diagrams.renderers.svg import document
from ea_repo.catalogue import entries
from ea_repo.store.state import State
from tests.diagrams.drawings import a_drawing, a_node, an_edge, drawings, stored_drawings
from tests.diagrams.test_published_views import CORPUS, GEMMA
from tests.diagrams.test_published_views import drawings as published

THEMES: tuple[Theme, Theme] = ("light", "dark")
_PAIR = re.compile(r"var\(--([0-9a-f]{6})([0-9a-f]{6})\)")
_FOR_PROGRAMS = re.compile(r' (?:data-box="[^"]*"|id="d[0-9a-f]{8}-[a-z]-[^"]*"|target="_top"|xmlns="[^"]*")')


def address(uid: str) -> str:
    return f"#{uid}"


def in_one(picture: Picture, theme: Theme, placed: Placed | None) -> str:
    """An export in a theme, without what a page has no use for."""
    exported = document(picture, Options(theme=theme, links=address), placed=placed).svg
    exported = exported.replace(f'role="img" class="drawing {theme}"', 'role="group" class="drawing"', 1)
    return _FOR_PROGRAMS.sub("", exported)


def assert_both(picture: Picture) -> None:
    placed = layout.place(picture, "en") if isinstance(picture, Drawing) else None
    inline = document(picture, Options(links=address), placed=placed, inline=True).svg
    for side, theme in enumerate(THEMES, 1):
        assert _PAIR.sub(lambda pair, side=side: f"#{pair[side]}", inline) == in_one(picture, theme, placed)


@pytest.mark.parametrize(
    "name",
    sorted(name for name, each in entries("viewpoint").items() if not any(it.required for it in each.parameters)),
)
def test_every_viewpoint_is_the_same_in_light_and_in_dark(government: State, name: str) -> None:
    assert_both(diagrams.draw(government, name))


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the published models are not beside the checkout")
@pytest.mark.parametrize("path", [CORPUS / "archisurance" / "model.archimate", GEMMA], ids=["archisurance", "gemma"])
def test_views_that_architects_coloured_are_the_same_in_light_and_in_dark(path: Path) -> None:
    for drawing in published(path, most=12):
        assert_both(drawing)


@settings(max_examples=15)
@given(st.one_of(stored_drawings(), drawings(most_nodes=3)))
def test_any_drawing_is_the_same_in_light_and_in_dark(drawing: Drawing) -> None:
    assert_both(drawing)


COLOURS = st.one_of(st.none(), st.integers(0, 0xFFFFFF).map("#{:06x}".format))


@settings(max_examples=30)
@given(COLOURS, COLOURS, COLOURS, st.floats(0, 1), st.sampled_from(["normal", "focus", "faint"]))
def test_whatever_an_author_chose_to_colour(
    fill: str | None, line: str | None, text: str | None, opacity: float, emphasis: str
) -> None:
    look = Look(fill=fill, line=line, text=text, fill_opacity=opacity)
    nodes = [
        a_node("a", "BusinessProcess", look=look, emphasis=emphasis),
        a_node("b", "Device", alternative=True, look=look, emphasis=emphasis),
        a_node("c", swatch=Swatch("c1", "one", dashed=True), emphasis=emphasis),
    ]
    lines = [an_edge("ab", "a", "b", name="its name", look=look), an_edge("bc", "b", "c", swatch=Swatch("none", "no"))]
    assert_both(a_drawing(nodes, lines, arrangement="tree"))
