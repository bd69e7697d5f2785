"""Numbers in words and in classes: bounds that are as round as the numbers allow, and large numbers as people say them."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Literal

from babel.numbers import format_compact_decimal, format_decimal

from diagrams.concepts import LANGUAGES
from diagrams.drawing import Words

MOST_CLASSES = 5
#: From so much on numbers are told in words, and rounded.
MANY_DIGITS = 10_000
#: Below this a power of ten is no longer a number of its own.
_SMALLEST = 1e-300
_LONG_RUN = re.compile(r"\d{4,}")
#: Large numbers in words; Korean writes them short.
_COMPACT: Mapping[str, Literal["short", "long"]] = {"en": "long", "id": "long", "ko": "short"}


def round_bounds(ascending: Sequence[float], *, years: bool = False) -> list[float]:
    """Up to four round numbers that part these into classes of about as many each; none of the classes is empty.

    As round as leaves at least four classes, else as many as there can be.
    """
    tried = [_bounds(ascending, rounded) for rounded in ([round] if years else _ROUNDED)]
    enough = next((bounds for bounds in tried if len(bounds) >= MOST_CLASSES - 2), None)
    return enough or max(tried, key=len) or [ascending[0]]


def _bounds(ascending: Sequence[float], rounded: Callable[[float], float]) -> list[float]:
    found: list[float] = []
    for step in range(1, MOST_CLASSES):
        bound = float(rounded(ascending[min(len(ascending) * step // MOST_CLASSES, len(ascending) - 1)]))
        low = found[-1] if found else -math.inf
        if any(low < each <= bound for each in ascending) and ascending[-1] > bound:
            found.append(bound)
    return found


def _to_one_two_five(number: float) -> float:
    if abs(number) < _SMALLEST:
        return 0.0
    power = 10.0 ** math.floor(math.log10(abs(number)))
    share = abs(number) / power
    nearest = min((1, 2, 5, 10), key=lambda each: abs(math.log(share / each)))
    return math.copysign(nearest * power, number)


_ROUNDED: tuple[Callable[[float], float], ...] = (
    _to_one_two_five,
    lambda number: float(f"{number:.0e}"),
    lambda number: float(f"{number:.1e}"),
    lambda number: float(f"{number:.3e}"),
)


def number_in_words(number: float, unit: str = "") -> Words:
    """As people say it in each language: 4.4 billion, 4,4 miliar, 44억. `unit` follows as it is written."""
    found = {}
    for lang in LANGUAGES:
        if abs(number) >= MANY_DIGITS:
            plain = format_compact_decimal(number, format_type=_COMPACT[lang], locale=lang, fraction_digits=1)
            plain = _LONG_RUN.sub(partial(_grouped, lang), plain)
        else:
            plain = format_decimal(round(number, 2), locale=lang)
        found[lang] = f"{plain}{unit}"
    return found


def _grouped(lang: str, digits: re.Match[str]) -> str:
    """Babel writes 9008.7억; people write 9,008.7억."""
    return str(format_decimal(int(digits[0]), locale=lang))


def score_in_words(number: float) -> Words:
    """With two decimals, always: scores stand below one another."""
    return {lang: str(format_decimal(number, "0.00", locale=lang)) for lang in LANGUAGES}


def percent_in_words(number: float) -> Words:
    """Of a hundred: 12.5%, 12,5%."""
    return number_in_words(round(number, 1), "%")


def whole_percent(part: int, whole: int) -> float:
    """A whole number; 0 and 100 only where it is none or all."""
    return float(min(max(round(100 * part / whole), int(part > 0)), 100 - int(part < whole)))


def round_steps(most: float, about: int = 5) -> list[float]:
    """0 and round numbers in even steps up to a number above 0; about so many steps."""
    step = _to_one_two_five(most / about)
    return [at * step for at in range(int(most / step) + 1)]
