"""Where in a TOML text each key stands: `tomllib` reads values but forgets lines.

Only lines are found here, never values; what TOML means is `tomllib`'s to say.
"""

import re
from collections import defaultdict

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*(?:\.[^=]*)?=""")
_STRING_ENDS = ('"""', "'''")

Path = tuple[str | int, ...]


def lines_of(text: str) -> dict[Path, int]:
    """The line of each table and key, by path: ("type", 0) the first [[type]], ("type", 0, "name") its name."""
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = defaultdict(int)
    table: Path = ()
    inside: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if inside is not None:
            inside = None if inside in line else inside
            continue
        if header := _HEADER.match(line):
            table = _open(header, counts)
            found[table] = number
        elif key := _KEY.match(line):
            found.setdefault((*table, key[1].strip("\"'")), number)
            inside = next((end for end in _STRING_ENDS if line.count(end) % 2), None)
    return found


def line_at(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _open(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a table header: arrays of tables are counted, those around it are at their latest."""
    is_array = header[1] == "[["
    path: Path = ()
    names = [name.strip().strip("\"'") for name in header[2].split(".")]
    for position, name in enumerate(names):
        path = (*path, name)
        if is_array and position == len(names) - 1:
            counts[path] += 1
            return (*path, counts[path] - 1)
        if counts[path]:
            path = (*path, counts[path] - 1)
    return path
