"""Writes advances.json from the font files.

Run it after a font is exchanged: `python -m diagrams.fonts.tabulate`.
"""

import json
from itertools import groupby
from typing import Any

from fontTools.ttLib import TTFont

from diagrams.fonts import Font, folder, fonts


def table(font: Font) -> dict[str, Any]:
    """Widths as runs [first code point, last code point, advance], and the vertical measures."""
    with TTFont(font.path, lazy=True) as opened:
        widths = {code: opened["hmtx"].metrics[name][0] for code, name in opened.getBestCmap().items()}
        return {
            "units_per_em": opened["head"].unitsPerEm,
            "ascent": opened["hhea"].ascent,
            "descent": opened["hhea"].descent,
            "cap_height": opened["OS/2"].sCapHeight,
            "advances": _runs(widths),
        }


def _runs(widths: dict[int, int]) -> list[list[int]]:
    ordered = sorted(widths)
    consecutive = groupby(enumerate(ordered), key=lambda pair: (pair[1] - pair[0], widths[pair[1]]))
    found = []
    for (_, width), group in consecutive:
        codes = [code for _, code in group]
        found.append([codes[0], codes[-1], width])
    return found


def main() -> None:
    tables = {weight: table(font) for weight, font in fonts().items()}
    (folder() / "advances.json").write_text(json.dumps(tables, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
