"""How the table of an inventory seems to be written, for a first mapping: texts that say nothing, rows of totals, numbers, dates."""

import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.exchange.inventory.grid import Grid
from ea_repo.exchange.tabular.cells import Cell

_SAMPLED, _MOST_TEXTS = 2_000, 10
_DAY_FIRST = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})")
#: Numbers in which a sign can only separate thousands: twice, or before the other sign.
_THOUSANDS: Mapping[str, re.Pattern[str]] = {
    ".": re.compile(r"\D*\d{1,3}(\.\d{3})+(\.\d{3}|,\d+)\D*"),
    ",": re.compile(r"\D*\d{1,3}(,\d{3})+(,\d{3}|\.\d+)\D*"),
}


def table_lines(grid: Grid) -> Iterator[str]:
    """The lines of [table]; what could not be told is left as a comment."""
    yield "[table]"
    if grid.sheet is not None:
        yield f"sheet = {quoted(grid.sheet)}"
    if grid.path is not None:
        yield f"rows = {quoted(grid.path)}"
    if grid.header:
        yield f"header = {grid.header[0]}"
    if grid.delimiter is not None:
        yield f"delimiter = {quoted(grid.delimiter)}"
    if grid.encoding is not None:
        yield f"encoding = {quoted(grid.encoding)}"
    texts = [cell.strip() for _, row in grid.rows[:_SAMPLED] for cell in row.values() if isinstance(cell, str)]
    yield from _empty(texts)
    yield from _skip(grid)
    yield from _thousands(texts)
    yield from _dates(texts)


def says_nothing(cell: Cell) -> bool:
    """Whether a cell has one of the texts that people write where they have nothing to say."""
    return isinstance(cell, str) and cell.strip().casefold() in _facts()["table"]["nothing"]


def _empty(texts: list[str]) -> Iterator[str]:
    found = [text for text, _ in Counter(filter(says_nothing, texts)).most_common(_MOST_TEXTS)]
    if found:
        yield f"empty = [{', '.join(map(quoted, found))}]  # texts that say nothing"
    else:
        yield '# empty = ["-", "n/a"]                           # texts that say nothing'


def _skip(grid: Grid) -> Iterator[str]:
    """Rows of totals: they have the word in a cell of their own, and little else."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for _, row in grid.rows:
        for column, cell in row.items():
            if isinstance(cell, str) and cell.strip().rstrip(":").casefold() in _facts()["table"]["total"]:
                found[column][cell.strip()] = None
    rules = [
        f"{{column = {quoted(column)}, equals = [{', '.join(map(quoted, list(said)[:_MOST_TEXTS]))}]}}"
        for column, said in found.items()
    ]
    if rules:
        yield f"skip = [{', '.join(rules)}]  # rows to leave out"
    else:
        yield '# skip = [{column = "...", matches = "Total*"}]  # rows to leave out'


def _thousands(texts: list[str]) -> Iterator[str]:
    found = [sign for sign, pattern in _THOUSANDS.items() if any(pattern.fullmatch(text[:60]) for text in texts)]
    if len(found) == 1:
        yield f"thousands = {quoted(found[0])}"
    else:
        yield '# thousands = "."                                # in numbers such as 1.250.000'


def _dates(texts: list[str]) -> Iterator[str]:
    days = [match for text in texts if (match := _DAY_FIRST.fullmatch(text))]
    if not days:
        return
    sign = Counter(match[2] for match in days).most_common(1)[0][0]
    is_sure = any(int(match[1]) > 12 or int(match[3]) > 12 for match in days)
    day_first = any(int(match[1]) > 12 for match in days) or not any(int(match[3]) > 12 for match in days)
    said = f"%d{sign}%m{sign}%Y" if day_first else f"%m{sign}%d{sign}%Y"
    yield f"dates = [{quoted(said)}]" + ("" if is_sure else "  # or month first? no date tells")


def usual_words() -> Mapping[str, list[str]]:
    """Words that headers use, by key of the column."""
    found: dict[str, list[str]] = _facts()["words"]
    return found


def words_of_types() -> Mapping[str, list[str]]:
    """What titles call things, by type."""
    found: dict[str, list[str]] = _facts()["types"]
    return found


def words_of_ends() -> Mapping[str, list[str]]:
    """Words that headers use for the two ends of a relationship: `source` and `target`."""
    found: dict[str, list[str]] = _facts()["ends"]
    return found


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads(files("ea_repo.exchange.inventory").joinpath("synonyms.toml").read_text("utf-8"))


def quoted(text: str) -> str:
    """A text as TOML."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
