"""Where in a TOML text each key stands: `tomllib` reads values but forgets lines.

Only lines are found here, never values: what TOML means is `tomllib`'s to say, and it has accepted the text.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

Path = tuple[str | int, ...]

# Strings may hold any sign, comments too: neither says where a table or value begins.
_OPAQUE = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_SIGNS = str.maketrans("\n[]{},=#", "\r_______")
_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([^=\s][^=]*?)\s*=")


def lines_of(text: str) -> dict[Path, int]:
    """The line of each table, key and item of a list, by path.

    ("type", 0) is the first [[type]], ("type", 0, "traits") a key of it, ("type", 0, "traits", 1) the second
    item of that.
    """
    found: dict[Path, int] = {(): 1}
    counts: dict[Path, int] = defaultdict(int)
    table: Path = ()
    for line, statement in _statements(_plain(text)):
        if header := _HEADER.match(statement):
            table = _opened(header, counts)
            found[table] = line
            found.setdefault(table[:-1], line)
        elif key := _KEY.match(statement):
            path = table
            for name in _names(key[1]):
                path = (*path, name)
                found.setdefault(path, line)
            for number, at in enumerate(_items(statement[key.end() :], line)):
                found[(*path, number)] = at
    return found


def line_at(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _plain(text: str) -> str:
    """The text without comments, and with strings that look like words; line breaks in strings are \\r."""
    return _OPAQUE.sub(
        lambda found: "" if found[0][0] == "#" else found[0].translate(_SIGNS), text.replace("\r\n", "\n")
    )


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Headers and `key = value`, each with the line where it begins; a value in brackets may take several."""
    line, at, depth, waiting = 1, 1, 0, ""
    for each in text.split("\n"):
        if not waiting.strip():
            at, waiting = line, ""
        waiting += f"{each}\n"
        line += 1 + each.count("\r")
        depth += sum((sign in "[{") - (sign in "]}") for sign in each)
        if depth == 0:
            yield at, waiting
            waiting = ""


def _items(value: str, line: int) -> Iterator[int]:
    """The lines where the items of a list begin; nothing where the value is no list."""
    if not value.lstrip().startswith("["):
        return
    depth, expected = 0, False
    for sign in value:
        if depth == 1 and expected and not sign.isspace() and sign not in ",]":
            yield line
            expected = False
        depth += (sign in "[{") - (sign in "]}")
        expected = expected or (depth == 1 and sign in "[,")
        line += sign in "\n\r"


def _opened(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """The path of a table header: arrays of tables are counted, those around it are at their latest."""
    *around, last = _names(header[2])
    path: Path = ()
    for name in around:
        path = (*path, name)
        if counts[path]:
            path = (*path, counts[path] - 1)
    path = (*path, last)
    if header[1] == "[[":
        counts[path] += 1
        return (*path, counts[path] - 1)
    return path


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]
