"""Breaks text into lines: between words, after ideographs, and inside words that are too long for a line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from diagrams.text import cleaned, clusters, width

#: Gives the width of the line with that number.
LineWidth = Callable[[int], float]
#: The widths of the first lines; the last of them is that of all lines that follow.
Widths = tuple[float, ...]
#: Which words may be broken inside: none; long ones at seams such as a hyphen; long ones anywhere; any.
Parting = Literal["none", "seams", "long", "any"]
HARDNESS: dict[Parting, int] = {"none": 0, "seams": 1, "long": 2, "any": 3}

#: A longer text reads as a paragraph, which nobody expects to be even.
_MOST_BALANCED = 5
#: Words up to this length are made small rather than parted.
_SHORT_WORD = 9
#: Fewer letters than this are not left behind on a line.
_LEAST_PIECE = 3
_VOWELS = frozenset("aeiouyáàâäãåéèêëíìîïóòôöõøúùûüýаеёиоуыэюяіїєαεηιουω")
#: Where a word that is too long may be parted: after these, and before a capital that follows a small letter.
_SEAMS = re.compile(r"(?<=[-/_.:,;&+)\]}@|\\])(?=\S)|(?<=[a-z0-9])(?=[A-Z])")
#: No line begins with these (the common part of the CJK rules).
_NO_LINE_START = frozenset("、。，．）」』】〉》！？：；)]}!?,.:;’”»…")


@dataclass(frozen=True, slots=True)
class Broken:
    """Lines, as full as may be. `parted` counts the words broken inside, `hardest` is the worst of it."""

    lines: tuple[str, ...]
    parted: int
    hardest: int


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Lines no wider than `room`."""
    return list(filled(cleaned(text), (room,), size, bold).lines)


def balanced(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """As `wrap`, in no more lines, but of lengths as equal as may be."""
    return list(evened(cleaned(text), (room,), size, bold))


# A name is broken again and again: for the size of its box, higher and lower in it, in the drawings of all neighbours.
@lru_cache(maxsize=16_384)
def filled(text: str, widths: Widths, size: float, bold: bool) -> Broken:
    """A clean text in lines of these widths, each filled before the next begins."""
    return _filled(text, widths, size, bold, 1.0)


@lru_cache(maxsize=16_384)
def evened(text: str, widths: Widths, size: float, bold: bool) -> tuple[str, ...]:
    """As `filled`, in no more lines, but of lengths as equal as may be."""
    first = filled(text, widths, size, bold)
    best = first.lines
    if len(best) == text.count("\n") + 1 or len(best) > _MOST_BALANCED:
        return best
    low, high = 0.4, 1.0
    for _ in range(5):
        middle = (low + high) / 2
        tried = _filled(text, widths, size, bold, middle)
        if len(tried.lines) <= len(best) and (tried.parted, tried.hardest) <= (first.parted, first.hardest):
            best, high = tried.lines, middle
        else:
            low = middle
    return best


def _filled(text: str, widths: Widths, size: float, bold: bool, share: float) -> Broken:
    last = len(widths) - 1
    filling = _Filling(size, bold, lambda number: widths[min(number, last)] * share)
    lines = filling.lines(text)
    return Broken(tuple(lines), filling.parted, filling.hardest)


def longest_word(text: str, size: float, bold: bool = False) -> float:
    """The width below which a word of the text would have to be broken."""
    return max((width(atom.text, size, bold) for atom in _atoms(cleaned(text).replace("\n", " "))), default=0)


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is not parted without need: a word, or a single ideograph. `spaced`: a space stands before it."""

    text: str
    spaced: bool


@lru_cache(maxsize=4096)
def _atoms(line: str) -> tuple[_Atom, ...]:
    found: list[_Atom] = []
    for word in line.split(" "):
        spaced = bool(found)
        for part in _parts_of(word):
            found.append(_Atom(part, spaced))
            spaced = False
    return tuple(found)


def _parts_of(word: str) -> Iterator[str]:
    held = ""
    for cluster in clusters(word):
        if held and cluster not in _NO_LINE_START and (_is_ideographic(cluster) or _is_ideographic(held[-1])):
            yield held
            held = ""
        held += cluster
    if held:
        yield held


def _is_ideographic(cluster: str) -> bool:
    """Ideographs and kana, which part anywhere. Hangul has spaces: it parts where a word is too long."""
    code = ord(cluster[0])
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF


class _Filling:
    """One run of greedy line filling; `room` gives the width of the line with that number."""

    def __init__(self, size: float, bold: bool, room: LineWidth) -> None:
        self.size, self.bold, self.room = size, bold, room
        self.parted = 0
        self.hardest = 0
        self._done: list[str] = []
        self._line = ""

    def lines(self, text: str) -> list[str]:
        for paragraph in text.split("\n"):
            for atom in _atoms(paragraph):
                self._add(atom)
            self._break()
        return self._done

    def _add(self, atom: _Atom) -> None:
        space = " " if atom.spaced and self._line else ""
        if self._fits(self._line + space + atom.text):
            self._line += space + atom.text
            return
        if self._line:
            self._break()
        if self._fits(atom.text):
            self._line = atom.text
            return
        self.parted += 1
        hardness = HARDNESS["any" if len(atom.text) <= _SHORT_WORD else "seams"]
        self.hardest = max(self.hardest, hardness)
        for piece in _SEAMS.split(atom.text):
            self._add_piece(piece)

    def _add_piece(self, piece: str) -> None:
        if self._fits(self._line + piece):
            self._line += piece
            return
        if self._line and width(piece, self.size, self.bold) <= self.room(len(self._done) + 1):
            self._break()
            self._line = piece
            return
        self.hardest = max(self.hardest, HARDNESS["long"])
        rest = list(clusters(piece))
        while rest:
            count = self._most(rest)
            if count == len(rest):
                self._line += "".join(rest)
                return
            if self._line and count < _LEAST_PIECE:
                self._break()
                continue
            taken, rest = rest[:count], rest[count:]
            hyphen = "-" if taken and _is_alphabetic(taken[-1]) and _is_alphabetic(rest[0]) else ""
            self._line += "".join(taken) + hyphen
            self._break()

    def _most(self, rest: list[str]) -> int:
        """How many characters go on this line, with a hyphen, back to where a syllable may begin."""
        free = self.room(len(self._done)) - width(self._line, self.size, self.bold)
        count = self._fitting(rest, free)
        if count == len(rest):
            return count
        count = self._fitting(rest, free - width("-", self.size, self.bold))
        if count == 0:
            return 0 if self._line else 1
        steps = (back for back in range(min(4, count - 2)) if _begins_syllable(rest, count - back))
        return count - next(steps, 0)

    def _fitting(self, rest: list[str], free: float) -> int:
        """How many of the characters are within that width."""
        for count, cluster in enumerate(rest):
            free -= width(cluster, self.size, self.bold)
            if free < 0:
                return count
        return len(rest)

    def _fits(self, line: str) -> bool:
        return width(line, self.size, self.bold) <= self.room(len(self._done))

    def _break(self) -> None:
        self._done.append(self._line)
        self._line = ""


def _is_alphabetic(character: str) -> bool:
    """Latin, Greek or Cyrillic: scripts whose words are parted with a hyphen."""
    return character.isalpha() and ord(character[0]) < 0x0530


def _begins_syllable(letters: list[str], at: int) -> bool:
    """A rough rule that holds in most languages: a consonant with a vowel after it, not right at the end."""
    if not 2 <= at <= len(letters) - 3:
        return False
    return letters[at].lower() not in _VOWELS and letters[at + 1].lower() in _VOWELS
