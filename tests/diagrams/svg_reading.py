"""Reads an SVG back as geometry, by other means than the writer: text measured in the font file, paths walked."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

from fontTools.ttLib import TTFont
from lxml import etree

from diagrams.fonts import fonts

SVG = "{http://www.w3.org/2000/svg}"
_STEP = re.compile(r"([MLHVCQAZmlhvcqaz])|(-?\d*\.?\d+(?:e-?\d+)?)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "A": 7, "Z": 0}


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float

    def within(self, other: "Area", slack: float = 0.75) -> bool:
        return (
            self.left >= other.left - slack
            and self.top >= other.top - slack
            and self.right <= other.right + slack
            and self.bottom <= other.bottom + slack
        )

    def overlaps(self, other: "Area", slack: float = 0.5) -> bool:
        return (
            self.left < other.right - slack
            and other.left < self.right - slack
            and self.top < other.bottom - slack
            and other.top < self.bottom - slack
        )

    def moved(self, x: float, y: float) -> "Area":
        return Area(self.left + x, self.top + y, self.right + x, self.bottom + y)


@dataclass(frozen=True)
class Thing:
    """A node, cluster or label: its box and the texts in it, in the page's coordinates."""

    role: str
    uid: str | None
    box: Area
    texts: tuple[tuple[str, Area], ...]
    element: Any


class Reading:
    """An SVG as its reader sees it."""

    def __init__(self, svg: bytes) -> None:
        self.root = etree.parse(BytesIO(svg)).getroot()
        self.page = Area(0, 0, float(self.root.get("width")), float(self.root.get("height")))
        content = next(each for each in self.root.iter(f"{SVG}g") if each.get("class") == "content")
        x, y = re.findall(r"-?[\d.]+", content.get("transform"))
        self.shift = (float(x), float(y))
        self.content = content

    def things(self, role: str) -> list[Thing]:
        found = []
        for element in self.content.iter(f"{SVG}g"):
            if (element.get("class") or "").split(" ")[0] != role:
                continue
            x, y, width, height = (float(each) for each in element.get("data-box").split(" "))
            box = Area(x, y, x + width, y + height).moved(*self.shift)
            texts = tuple((text, area.moved(*self.shift)) for text, area in _texts(element))
            found.append(Thing(role, element.get("data-uid"), box, texts, element))
        return found

    def page_texts(self) -> list[tuple[str, Area]]:
        """What stands around the drawing: title, notes, legend."""
        return [
            (text, area)
            for element, text, area in _text_elements(self.root)
            if all(each.get("class") != "content" for each in element.iterancestors())
        ]

    def drawn(self) -> Iterator[Area]:
        """The bounds of every path of the drawing itself, icons apart."""
        for path in self.content.iter(f"{SVG}path"):
            if path.getparent().get("class") != "icon":
                yield _bounds(path.get("d")).moved(*self.shift)

    def text_of(self, role: str) -> list[str]:
        return [text for thing in self.things(role) for text, _ in thing.texts]


def _texts(element: Any) -> list[tuple[str, Area]]:
    return [(text, area) for _, text, area in _text_elements(element)]


def _text_elements(root: Any) -> Iterator[tuple[Any, str, Area]]:
    for element in root.iter(f"{SVG}text"):
        size, text = float(element.get("font-size")), element.text or ""
        width = measured(text, size, element.get("font-weight") == "700")
        x, y = float(element.get("x")), float(element.get("y"))
        left = x - width * {"middle": 0.5, "end": 1.0}.get(element.get("text-anchor", "start"), 0.0)
        # Capitals rise 0.71 of the size above the line, tails fall 0.2 below it.
        if (element.get("transform") or "").startswith("rotate(-90 "):  # read upwards
            yield element, text, Area(x - 0.72 * size, y - width, x + 0.2 * size, y)
        else:
            yield element, text, Area(left, y - 0.72 * size, left + width, y + 0.2 * size)


#: A curve is read in so many pieces.
_PIECES = 40


@cache
def _font(bold: bool) -> tuple[dict[int, str], Any, int]:
    font: Any = TTFont(BytesIO(fonts()["bold" if bold else "regular"].path.read_bytes()), lazy=True)
    return font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm


def measured(text: str, size: float, bold: bool) -> float:
    """The width in the font file; of what it lacks marks take no room, and the rest the box that stands for it."""
    names, metrics, units = _font(bold)
    shown = [each for each in text if ord(each) in names or unicodedata.category(each) not in ("Mn", "Me", "Cf")]
    return sum(metrics[names.get(ord(each), ".notdef")][0] for each in shown) * size / units


def _bounds(data: str) -> Area:
    xs: list[float] = []
    ys: list[float] = []
    x = y = 0.0
    for letter, numbers in _commands(data):
        begin = (x, y)
        x, y = _end(letter, numbers, x, y)
        if letter == "Z":
            continue
        points = [(x, y)]
        if letter in "CQ":  # a curve may keep well within its control points
            corners = [begin, *zip(numbers[::2], numbers[1::2], strict=True)]
            points = [_on_curve(corners, step / _PIECES) for step in range(1, _PIECES + 1)]
        xs += [each[0] for each in points]
        ys += [each[1] for each in points]
    return Area(min(xs), min(ys), max(xs), max(ys))


def _on_curve(corners: list[tuple[float, float]], share: float) -> tuple[float, float]:
    """De Casteljau's construction: a point of a Bezier curve."""
    while len(corners) > 1:
        corners = [(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share) for (x1, y1), (x2, y2) in pairwise(corners)]
    return corners[0]


def _end(letter: str, numbers: list[float], x: float, y: float) -> tuple[float, float]:
    if letter == "H":
        return numbers[0], y
    if letter == "V":
        return x, numbers[0]
    if letter == "a":
        return x + numbers[-2], y + numbers[-1]
    return (numbers[-2], numbers[-1]) if numbers else (x, y)


def _commands(data: str) -> Iterator[tuple[str, list[float]]]:
    letter, numbers = "", []
    for name, number in _STEP.findall(data):
        if name:
            if letter == "Z":
                yield letter, []
            letter, numbers = name, []
            continue
        numbers.append(float(number))
        if len(numbers) == _TAKES[letter.upper()]:
            yield letter, numbers
            numbers = []
