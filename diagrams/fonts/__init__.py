"""The fonts that go with the package: file, version, licence, checksum, advance widths."""

import json
import tomllib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

Weight = Literal["regular", "bold"]

#: Asked for in this order by whoever shows an SVG; the first is embedded, the others serve scripts that it
#: lacks.
FAMILIES = ("Pretendard", "Noto Sans", "Noto Sans CJK KR", "Segoe UI", "Arial", "sans-serif")


@dataclass(frozen=True, slots=True)
class Font:
    name: str
    weight: Weight
    file: str
    version: str
    licence: str
    licence_file: str
    source: str
    sha256: str

    @property
    def path(self) -> Path:
        return folder() / self.file


@dataclass(frozen=True, slots=True)
class Metrics:
    """Measures in font units; `starts` and `runs` are the runs of equal width, in order of character."""

    units_per_em: int
    ascent: int
    descent: int
    cap_height: int
    starts: Sequence[int]
    runs: Sequence[Sequence[int]]

    def advance(self, code: int) -> int | None:
        """The width of a character; None where the font has no glyph for it."""
        at = bisect_right(self.starts, code) - 1
        if at < 0 or code > self.runs[at][1]:
            return None
        return self.runs[at][2]


def folder() -> Path:
    return Path(str(files(__name__)))


@cache
def fonts() -> Mapping[Weight, Font]:
    """The shipped fonts by weight."""
    table = tomllib.loads((folder() / "fonts.toml").read_text(encoding="utf-8"))
    found = [Font(**row) for row in table["font"]]
    return {font.weight: font for font in found}


def font_files() -> list[str]:
    return [str(font.path) for font in fonts().values()]


@cache
def metrics(weight: Weight) -> Metrics:
    """Read from the table beside the fonts: parsing a font for its widths would take longer than drawing."""
    table = json.loads((folder() / "advances.json").read_text(encoding="utf-8"))[weight]
    return Metrics(
        units_per_em=table["units_per_em"],
        ascent=table["ascent"],
        descent=table["descent"],
        cap_height=table["cap_height"],
        starts=[run[0] for run in table["advances"]],
        runs=table["advances"],
    )


@cache
def covers(character: str) -> bool:
    """Whether the shipped fonts have a glyph: Latin, Greek, Cyrillic, Hangul, kana; no ideographs."""
    return metrics("regular").advance(ord(character)) is not None
