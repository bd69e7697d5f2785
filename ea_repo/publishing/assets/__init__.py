"""What all pages share: style, scripts, icon, and the font, once for the whole site and cut to what the site writes."""

import re
from collections.abc import Iterator
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from diagrams import embedding, fonts

_COPIED = ("style.css", "site.js", "search.js", "icon.svg")
#: Style sheets that hold the font: from a file, browsers load no font into a page. Korean is large and apart.
FONT, KOREAN_FONT = "assets/font.css", "assets/font-ko.css"
PATHS = (*(f"assets/{name}" for name in _COPIED), FONT, KOREAN_FONT, "assets/colours.css", "index.html")
#: What the choice of languages on every page says.
_NAME_OF_KOREAN = "한국어"
_HANGUL = re.compile("[\uac00-\ud7a3]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ASCII = frozenset(map(chr, range(0x20, 0x7F)))


def has_korean(text: str) -> bool:
    return _HANGUL.search(text) is not None


def beyond_ascii(text: str) -> set[str]:
    """The characters for which `shared` has to be told of a text; most of a page is ASCII."""
    return set(_BEYOND_ASCII.findall(text))


def shared(characters: set[str], earlier: Path | None) -> Iterator[tuple[str, str]]:
    """(path, text) of every shared file, with a font for ASCII and the `characters`.

    Its first line says what it was made of: that of the `earlier` publication is taken where it is the same.
    """
    for name in _COPIED:
        yield f"assets/{name}", files(__name__).joinpath(name).read_text("utf-8")
    korean = {each for each in characters if _HANGUL.match(each)}
    yield FONT, _font(FONT, (characters - korean) | _ASCII | set(_NAME_OF_KOREAN), earlier)
    if korean - set(_NAME_OF_KOREAN):
        yield KOREAN_FONT, _font(KOREAN_FONT, korean, earlier)


def _font(path: str, characters: set[str], earlier: Path | None) -> str:
    written = "".join(sorted(each for each in characters if fonts.covers(each)))
    known = [font.sha256 for font in fonts.fonts().values()]
    mark = f"/* {sha256(repr((known, written)).encode()).hexdigest()[:24]} */\n"
    there = earlier / path if earlier is not None else None
    if there is not None and there.is_file() and (text := there.read_text("utf-8")).startswith(mark):
        return text
    weights: tuple[fonts.Weight, fonts.Weight] = ("regular", "bold")
    ranges = ",".join(f"U+{ord(each):X}" for each in _NAME_OF_KOREAN) if path == FONT else "U+AC00-D7A3"
    rules = []
    for weight in weights:
        if path == FONT:  # the three syllables apart, or a page in Korean would take them from here only
            rules.append(embedding.face(weight, [written.translate(dict.fromkeys(map(ord, _NAME_OF_KOREAN)))]))
            written_here = _NAME_OF_KOREAN
        else:
            written_here = written
        rules.append(f"{embedding.face(weight, [written_here])[:-1]};unicode-range:{ranges}}}")
    return mark + "\n".join(rules) + "\n"
