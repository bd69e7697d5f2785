"""The gallery shows each viewpoint of the catalogue as it draws now."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from diagrams import Picture
from ea_repo.catalogue import entries
from ea_repo.cli import gallery

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / gallery.FOLDER
VIEWPOINTS = sorted(entries("viewpoint"))
#: What a checkout can bear.
_MOST_BYTES = 2_000_000

pytestmark = pytest.mark.xdist_group("gallery")


@pytest.fixture(scope="module")
def drawn() -> Iterator[Mapping[str, Picture]]:
    with gallery.sample_state() as state:
        yield {entry.name: picture for entry, picture in gallery.pictures(state)}


@pytest.mark.parametrize("name", VIEWPOINTS)
def test_the_picture_is_current(drawn: Mapping[str, Picture], name: str) -> None:
    kept = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert gallery.without_font(kept) == gallery.without_font(gallery.svg(drawn[name])), "not current; run: make docs"


def test_the_page_is_current_and_shows_every_viewpoint(drawn: Mapping[str, Picture]) -> None:
    page = (ROOT / gallery.PAGE).read_text(encoding="utf-8")
    assert page == gallery.page(drawn), "not current; run: make docs"
    shown = re.findall(r"\]\(images/gallery/([\w-]+)\.svg\)", page)
    assert sorted(shown) == VIEWPOINTS == sorted(file.stem for file in FOLDER.iterdir())


def test_the_pictures_are_small_and_bring_their_font() -> None:
    documents = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.svg")}
    assert sum(len(each.encode()) for each in documents.values()) < _MOST_BYTES
    assert [name for name, each in documents.items() if "@font-face" not in each] == []
