"""Breaks text into lines: between words, after ideographs, and inside words that are too long for a line."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from diagrams.text import cleaned, clusters, width

#: Gives the width of the line with that number.
LineWidth = Callable[[int], float]
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


def wrap(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """Lines no wider than `room`."""
    return Wrapping(size, bold).lines(cleaned(text), lambda _: room)


def balanced(text: str, room: float, size: float, bold: bool = False) -> list[str]:
    """As `wrap`, in no more lines, but of lengths as equal as may be."""
    return balanced_in(text, lambda _: room, size, bold)


def balanced_in(text: str, room: LineWidth, size: float, bold: bool) -> list[str]:
    """As `balanced`, for lines whose room differs."""
    text = cleaned(text)
    first = Wrapping(size, bold)
    best = first.lines(text, room)
    if len(best) == text.count("\n") + 1 or len(best) > _MOST_BALANCED:
        return best
    low, high = 0.4, 1.0
    for _ in range(5):
        middle = (low + high) / 2
        tried = Wrapping(size, bold)
        lines = tried.lines(text, lambda number, share=middle: room(number) * share)  # type: ignore[misc]
        if len(lines) <= len(best) and (tried.parted, tried.hardest) <= (first.parted, first.hardest):
            best, high = lines, middle
        else:
            low = middle
    return best


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


class Wrapping:
    """One run of greedy line filling.

    `parted` counts the words broken inside, `hardest` is the worst of it.
    """

    def __init__(self, size: float, bold: bool) -> None:
        self.size, self.bold = size, bold
        self.parted = 0
        self.hardest = 0
        self._done: list[str] = []
        self._line = ""

    def lines(self, text: str, room: LineWidth) -> list[str]:
        """`text` is clean; `room` gives the width of the line with that number."""
        for paragraph in text.split("\n"):
            for atom in _atoms(paragraph):
                self._add(atom, room)
            self._break()
        return self._done

    def _add(self, atom: _Atom, room: LineWidth) -> None:
        space = " " if atom.spaced and self._line else ""
        if self._fits(self._line + space + atom.text, room):
            self._line += space + atom.text
            return
        if self._line:
            self._break()
        if self._fits(atom.text, room):
            self._line = atom.text
            return
        self.parted += 1
        hardness = HARDNESS["any" if len(atom.text) <= _SHORT_WORD else "seams"]
        self.hardest = max(self.hardest, hardness)
        for piece in _SEAMS.split(atom.text):
            self._add_piece(piece, room)

    def _add_piece(self, piece: str, room: LineWidth) -> None:
        if self._fits(self._line + piece, room):
            self._line += piece
            return
        if self._line and width(piece, self.size, self.bold) <= room(len(self._done) + 1):
            self._break()
            self._line = piece
            return
        self.hardest = max(self.hardest, HARDNESS["long"])
        rest = list(clusters(piece))
        while rest:
            count = self._most(rest, room)
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

    def _most(self, rest: list[str], room: LineWidth) -> int:
        """How many characters go on this line, with a hyphen, back to where a syllable may begin."""
        free = room(len(self._done)) - width(self._line, self.size, self.bold)
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

    def _fits(self, line: str, room: LineWidth) -> bool:
        return width(line, self.size, self.bold) <= room(len(self._done))

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
