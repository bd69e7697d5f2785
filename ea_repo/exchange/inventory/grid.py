"""The table of an inventory as rows of named cells, whatever file it is in: CSV, a sheet of a workbook, or JSON."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ea_repo.errors import InvalidInput, MalformedRequest
from ea_repo.exchange.format import Source
from ea_repo.exchange.inventory.mapping import TableForm
from ea_repo.exchange.tabular import xlsx
from ea_repo.exchange.tabular.cells import Cell, Place, letters, plain, text_of
from ea_repo.exchange.tabular.csv_text import decoded, delimiter_of, rows_of

#: Where a header is looked for.
_HEADER_WITHIN = 20
_SAMPLE = 50
_MOST_DEPTH, _MOST_COLUMNS = 20, 2_000
Line = tuple[int, Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Grid:
    """`rows` are place and cells by column. `described` says how it was read: sheet, encoding, header row."""

    columns: tuple[str, ...]
    rows: list[tuple[Place, dict[str, Cell]]]
    header: tuple[int, ...] = ()
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    path: str | None = None  # in JSON, to the list


def read_grid(source: Source, form: TableForm) -> Grid:
    """The table. `MalformedRequest` where there is none, `InvalidInput` where the mapping names what is not there."""
    if source.entries is not None:
        raise MalformedRequest(f"{source.name} is an archive or folder; an inventory is one .csv, .xlsx or .json file")
    if xlsx.is_workbook(source.data):
        return _of_workbook(source, form)
    text, encoding = decoded(source.data, source.name, form.encoding)
    if form.rows is not None or text.lstrip()[:1] in ("[", "{"):
        return _of_json(text, source.name, form)
    sample = text[: 64 * 1024]
    delimiter = form.delimiter or delimiter_of(sample)
    if len(delimiter) != 1:
        raise InvalidInput(f'"{delimiter}" cannot separate cells; use one sign, such as ;')
    lines: list[Line] = [(line, [plain(cell) for cell in row]) for line, row in rows_of(text, source.name, delimiter)]
    at = _header_of([row for _, row in lines], [number for number, _ in lines], form, source.name)
    return _grid(lines, at, None, encoding=encoding, delimiter=delimiter)


def _of_workbook(source: Source, form: TableForm) -> Grid:
    sheets = [each for each in xlsx.read_workbook(source.data, source.name) if each.rows]
    if form.sheet is not None:
        wanted = form.sheet.strip().casefold()
        chosen = [each for each in sheets if each.name.strip().casefold() == wanted]
        if not chosen:
            names = ", ".join(each.name for each in sheets)
            raise InvalidInput(
                f'{source.name} has no sheet "{form.sheet}"; it has {names or "none with anything in it"}'
            )
    else:
        chosen = [each for each in sheets if not each.is_hidden]
    problem: InvalidInput | MalformedRequest = MalformedRequest(
        f"{source.name} has no table: no sheet has a header and rows"
    )
    slight: Grid | None = None  # a note that looks like a header, or a header with nothing below
    for sheet in chosen:
        lines: list[Line] = list(enumerate(_filled(sheet), 1))
        try:
            at = _header_of([row for _, row in lines], [number for number, _ in lines], form, source.name)
        except (InvalidInput, MalformedRequest) as error:
            problem = error
            continue
        grid = _grid(lines, at, sheet.name)
        if grid.rows and len(grid.columns) > 1:
            return grid
        slight = slight or grid
    if slight is None:
        raise problem
    return slight


def _filled(sheet: xlsx.Sheet) -> list[Sequence[Cell]]:
    """The rows, every cell of a merged range with what its first says, near the top where headers are."""
    rows: list[list[Cell]] = [list(row) for row in sheet.rows]
    for (top, left), (bottom, right) in sheet.merged:
        if top > _HEADER_WITHIN or top >= len(rows) or left >= len(rows[top]):
            continue
        for row in range(top, min(bottom, _HEADER_WITHIN, len(rows) - 1) + 1):
            for column in range(left, min(right, len(rows[row]) - 1) + 1):
                rows[row][column] = rows[top][left]
    return list(rows)


def _of_json(text: str, name: str, form: TableForm) -> Grid:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise MalformedRequest(f"{name}{where}: this is not JSON") from None
    path = form.rows if form.rows is not None else _only_list(found)
    for key in path.split(".") if path else ():
        if not isinstance(found, dict) or key not in found:
            known = ", ".join(list(found)[:10]) if isinstance(found, dict) else "a list"
            raise InvalidInput(f'{name} has no "{key}" where the mapping looks for rows; there is {known}')
        found = found[key]
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise MalformedRequest(f'{name} is no list of objects; say where it is by rows = "..." under [table]')
    columns: dict[str, None] = {}
    items = []
    for item in found:
        cells = dict(_flat(item, ""))
        columns |= dict.fromkeys(cells)
        items.append(cells)
        if len(columns) > _MOST_COLUMNS:
            raise MalformedRequest(
                f"{name}: its objects have more than {_MOST_COLUMNS:,} different keys, which is no table"
            )
    names = {column: column for column in columns}
    rows = [(Place(None, number, names, "item"), cells) for number, cells in enumerate(items, 1)]
    return Grid(tuple(columns), [(place, cells) for place, cells in rows if any(map(_says, cells.values()))], path=path)


def _only_list(found: Any, depth: int = 3) -> str | None:
    """The path to the longest list of objects, where the file is no list itself."""
    best: tuple[int, str] | None = None
    for key, value in found.items() if isinstance(found, dict) else ():
        length, path = 0, key
        if isinstance(value, list) and value and isinstance(value[0], dict):
            length = len(value)
        elif isinstance(value, dict) and depth and (inside := _only_list(value, depth - 1)):
            path = f"{key}.{inside}"
            length = len(_at(value, inside))
        if length and "." not in key and (best is None or length > best[0]):
            best = (length, path)
    return None if best is None else best[1]


def _at(found: Any, path: str) -> Any:
    for key in path.split("."):
        found = found[key]
    return found


def _flat(item: dict[str, Any], around: str, depth: int = 0) -> Iterator[tuple[str, Cell]]:
    for key, value in item.items():
        name = f"{around}{key}"
        if isinstance(value, dict) and depth < _MOST_DEPTH:
            yield from _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, list | dict):
            texts = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in value]
            yield name, plain("; ".join(texts))
        else:
            yield name, plain(value)


def _says(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _header_of(rows: Sequence[Sequence[Cell]], numbers: Sequence[int], form: TableForm, name: str) -> list[int]:
    """The positions of the header's rows."""
    if form.header:
        found = [numbers.index(number) for number in form.header if number in numbers]
        if len(found) < len(form.header):
            raise InvalidInput(f"{name} has nothing in row {form.header[-1]}, where the mapping says the header is")
        return found
    counts = [sum(map(_says, row)) for row in rows[:_SAMPLE]]
    most = max(counts, default=0)
    for at, row in enumerate(rows[:_HEADER_WITHIN]):
        texts = [cell.strip() for cell in row if isinstance(cell, str) and cell.strip()]
        if len(texts) == counts[at] and len(texts) >= max(2, 0.6 * most) and len(set(texts)) == len(texts):
            return [at]
    if most == 1 and rows:  # one column only
        return [0]
    raise MalformedRequest(f"{name} has no row that looks like a header; say which by header = ... under [table]")


def _grid(lines: Sequence[Line], at: Sequence[int], sheet: str | None, **how: Any) -> Grid:
    names = _names([lines[each][1] for each in at])
    where = {name: letters(number) if sheet is not None else name for number, name in enumerate(names) if name}
    rows = []
    for number, row in lines[max(at) + 1 :]:
        cells = {name: row[position] if position < len(row) else None for position, name in enumerate(names) if name}
        if any(map(_says, cells.values())):
            rows.append((Place(sheet, number, where), cells))
    return Grid(tuple(where), rows, tuple(lines[each][0] for each in at), sheet, **how)


def _names(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """The name of each column: of a header in several rows, those from above, too. No two alike."""
    width = max(map(len, rows))
    found: list[str] = []
    around = [""] * len(rows)
    for position in range(width):
        parts = []
        for level, row in enumerate(rows):
            text = " ".join(text_of(row[position]).split()) if position < len(row) else ""
            is_last = level == len(rows) - 1
            if (
                not text
                and not is_last
                and any(position < len(below) and _says(below[position]) for below in rows[level + 1 :])
            ):
                text = around[level]  # merged cells, where the file does not say so
            around[level] = text
            if text and text not in parts:
                parts.append(text)
        name = " / ".join(parts)
        number = 1
        while name and (name if number == 1 else f"{name} ({number})") in found:
            number += 1
        found.append(name if number == 1 else f"{name} ({number})")
    return found
