"""Colours as `#rrggbb`: checked, mixed, compared. Which colour means what is `notation` and its palettes.

A *pair* stands for two of them, one of a light page and one of a dark: a custom property of CSS with both in its name.
"""

import colorsys
import re
from collections.abc import Iterable
from functools import lru_cache

_LONG = re.compile(r"#[0-9a-fA-F]{6}")
_SHORT = re.compile(r"#[0-9a-fA-F]{3}")


_PAIR = re.compile(r"var\(--([0-9a-f]{6})([0-9a-f]{6})\)")


def paired(light: str, dark: str) -> str:
    """A colour that a page shows as the one or the other; the colour itself where both are the same."""
    return light if light == dark else f"var(--{light[1:]}{dark[1:]})"


def sides(colour: str) -> tuple[str, str]:
    """What a colour, or a pair, is in light and in dark."""
    found = _PAIR.fullmatch(colour)
    return (colour, colour) if found is None else (f"#{found[1]}", f"#{found[2]}")


def colour(text: str | None) -> str | None:
    """A colour that somebody wrote, in lower-case long form; None for anything that is not one."""
    if text is None:
        return None
    text = text.strip()
    if _LONG.fullmatch(text):
        return text.lower()
    if _SHORT.fullmatch(text):
        return "#" + "".join(each * 2 for each in text[1:].lower())
    return None


def mixed(first: str, second: str, share: float) -> str:
    """`share` of the second colour in the first."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return _hex(round(a + (b - a) * share) for a, b in pairs)


def grey(text: str, darkest: int = 0) -> str:
    """The grey of equal lightness, lifted so that the darkest input becomes `darkest`."""
    red, green, blue = _channels(text)
    level = 0.299 * red + 0.587 * green + 0.114 * blue
    value = round(darkest + level * (255 - darkest) / 255)
    return _hex((value, value, value))


@lru_cache(maxsize=4096)
def for_dark(text: str) -> str:
    """The colour for a dark page: its hue, quieter, and the lighter it was the darker."""
    red, green, blue = (each / 255 for each in _channels(text))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    channels = colorsys.hls_to_rgb(hue, 0.13 + (1 - lightness) * 0.3, saturation * 0.6)
    return _hex(round(each * 255) for each in channels)


@lru_cache(maxsize=4096)
def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2: 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(fill: str, wanted: str | None, *others: str, least: float = 4.5) -> str:
    """The wanted colour if it can be read on the fill, else the other that reads best."""
    if wanted is not None and contrast(fill, wanted) >= least:
        return wanted
    return max(others, key=lambda each: contrast(fill, each))


def _luminance(text: str) -> float:
    shares = [each / 255 for each in _channels(text)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(text: str) -> tuple[int, int, int]:
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def _hex(channels: Iterable[int]) -> str:
    return "#" + "".join(f"{each:02x}" for each in channels)
