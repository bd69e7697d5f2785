"""Text in pixels: what of it can be shown, and how wide that is in the shipped font.

Every engine and every renderer uses these measures, so that a label that fits here fits everywhere. Breaking
it into lines is `wrapping`, setting it into a shape `fitting`.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from diagrams import fonts

LINE_HEIGHT = 1.28  # of the font's size
ELLIPSIS = "…"
#: Of a character that the shipped font lacks, in em: an ideograph fills the square, as does the box for nothing known.
_UNKNOWN_EM = 1.0
#: Vowel signs and tones of a script that the font lacks: nothing in a font of that script, a box of its own in none.
_UNKNOWN_SIGN_EM = 0.6
_SIGNS = range(0x0590, 0x1AB0)
#: Around what runs from right to left (UAX #9). Isolates would do the same, but widespread fonts lack them.
_RIGHT_TO_LEFT, _END = "\u202b", "\u202c"
_SPACES = re.compile("[ \t\u2000-\u200a\u3000]+")
#: Marks that take no room, and those that turn the direction of all that follows them.
_NOT_SEEN = frozenset("\ufeff\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOT_SHOWN = frozenset({"Cc", "Cs", "Cn", "Co", "Zl", "Zp"})


@lru_cache(maxsize=8192)
def cleaned(text: str) -> str:
    """Composed (NFC), one space between words, line breaks kept, nothing that XML or a reader cannot show."""
    if text.isascii() and _is_clean(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u00ad", "")
    kept = "".join(each for each in unicodedata.normalize("NFC", text) if each == "\n" or _shown(each))
    lines = (_SPACES.sub(" ", line).strip() for line in kept.split("\n"))
    return "\n".join(lines).strip("\n")


def _is_clean(text: str) -> bool:
    """Whether nothing of an ASCII text has to change; most texts are so, and all lines of most tooltips."""
    lines = "\n" in text
    printable = (text.replace("\n", "") if lines else text).isprintable()
    spaced = "  " in text or (lines and (" \n" in text or "\n " in text))
    return printable and not spaced and text == text.strip()


def _shown(character: str) -> bool:
    return character == "\t" or (unicodedata.category(character) not in _NOT_SHOWN and character not in _NOT_SEEN)


@cache
def _em(character: str, weight: fonts.Weight) -> float:
    known = fonts.metrics(weight)
    advance = known.advance(ord(character))
    if advance is not None:
        return advance / known.units_per_em
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return _UNKNOWN_SIGN_EM if ord(character) in _SIGNS else 0.0
    return _UNKNOWN_EM


def directed(line: str) -> str:
    """A line as it is to be written: one that begins in a script from right to left runs that way as a whole.

    A picture has no direction of its own, so numbers, brackets and Latin words in it would stand in the wrong order.
    """
    if line.isascii():
        return line
    kinds = [unicodedata.bidirectional(character) for character in line]
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    mixed = any(kind not in ("R", "AL", "NSM", "WS") for kind in kinds)
    return f"{_RIGHT_TO_LEFT}{line}{_END}" if first != "L" and mixed else line


@lru_cache(maxsize=65536)
def _ems(text: str, bold: bool) -> float:
    weight: fonts.Weight = "bold" if bold else "regular"
    return sum(_em(character, weight) for character in text)


def width(text: str, size: float, bold: bool = False) -> float:
    """The advance width of one line."""
    return _ems(text, bold) * size


@lru_cache(maxsize=16_384)
def uncovered(text: str) -> str:
    """The characters of a text for which the package carries no glyph, each once."""
    return "".join(dict.fromkeys(each for each in text if not each.isspace() and not fonts.covers(each)))


def shortened(text: str, room: float, size: float, bold: bool = False) -> str:
    """One line, cut with an ellipsis where it would be wider than the room."""
    text = cleaned(text).replace("\n", " ")
    if width(text, size, bold) <= room:
        return text
    parts = list(clusters(text))
    while parts and width("".join(parts).rstrip() + ELLIPSIS, size, bold) > room:
        parts.pop()
    return "".join(parts).rstrip() + ELLIPSIS


def clusters(text: str) -> Iterator[str]:
    """Characters with what combines with them, so that no accent is parted from its letter."""
    held = ""
    for character in text:
        joins = unicodedata.category(character) in {"Mn", "Me", "Mc", "Cf"} or held.endswith("\u200d")
        if held and not joins:
            yield held
            held = ""
        held += character
    if held:
        yield held


def baseline_in(size: float) -> float:
    """From the top of a line to its baseline: capitals stand in the middle of the line."""
    known = fonts.metrics("regular")
    return size * (LINE_HEIGHT + known.cap_height / known.units_per_em) / 2
