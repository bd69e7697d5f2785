"""A first mapping for an inventory, from its headers and the values below them. A person looks it over and completes it."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from ea_repo.exchange.format import Source
from ea_repo.exchange.inventory.grid import Grid, read_grid
from ea_repo.exchange.inventory.mapping import TableForm
from ea_repo.exchange.inventory.table_guesses import quoted, says_nothing, table_lines, usual_words
from ea_repo.exchange.tabular.cells import Cell, text_of
from ea_repo.exchange.tabular.columns import Column, columns_of
from ea_repo.exchange.tabular.values import choice_names, choices
from ea_repo.metamodel import Metamodel
from ea_repo.metamodel.types import LANGUAGES

#: How alike a header and a label must be, of 1.
_ALIKE = 0.84
#: What most inventories are of, where nothing in the headers says.
_USUAL = "System"
_USUAL_OWNER = "Agency"
_SAMPLED, _MOST_VALUES = 2_000, 25
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class _Match:
    header: str
    column: Column
    likeness: float


def suggest(source: Source, metamodel: Metamodel, type_name: str | None = None) -> str:
    """A mapping as TOML, with a comment wherever something was guessed or is left to decide."""
    grid = read_grid(source, TableForm())
    chosen = metamodel.type(type_name).name if type_name is not None else _likeliest(grid, metamodel)
    matches = {each.header: each for each in _matches(grid, metamodel, chosen)}
    lines = [
        f"# A first mapping of {source.name}: {len(grid.rows):,} rows. Look it over, complete it, then try it:",
        f"#   ea-repo import {source.name} --map THIS.toml --model KEY --dry-run",
        "",
        *table_lines(grid),
        "",
        "[[concept]]",
        f"type = {quoted(chosen)}" + ("" if type_name else "  # the type whose columns are most like these headers"),
        *_identity(matches, grid),
        "",
        "[concept.fields]",
    ]
    for header in grid.columns:
        match = matches.get(header)
        if match is not None and match.column.key not in ("uid", "name"):
            lines += _field(match, grid)
    left = [header for header in grid.columns if header not in matches]
    if left:
        lines += ["", "# What these mean is not known. As they are, they become properties:"]
        at = lines.index("[concept.fields]") - 1
        lines[at:at] = [f"properties = [{', '.join(map(quoted, left))}]"]
        lines += [f"#   {header}: {_examples(grid, header)}" for header in left]
    for match in matches.values():
        lines += _named_things(match, metamodel)
    return "\n".join(lines) + "\n"


def _identity(matches: Mapping[str, _Match], grid: Grid) -> Iterator[str]:
    keys = {match.column.key: header for header, match in matches.items()}
    identifier = keys.get("uid") or keys.get("code")
    if identifier is not None:
        values = [text_of(row.get(identifier)).strip().casefold() for _, row in grid.rows]
        filled = [value for value in values if value]
        twice = len(filled) - len(set(filled))
        lacking = len(values) - len(filled)
        remarks = [f"{twice} repeated"] * bool(twice) + [f"{lacking} empty"] * bool(lacking)
        yield f"identifier = {quoted(identifier)}" + (f"  # {', '.join(remarks)}" if remarks else "")
    else:
        yield '# identifier = "..."  # a column that is different in every row; without one, the name'
    if "name" in keys:
        yield f"name = {quoted(keys['name'])}"
    else:
        yield f'# name = "..."  # one of {", ".join(grid.columns[:8])}'


def _field(match: _Match, grid: Grid) -> Iterator[str]:
    column, key = match.column, match.column.key
    name = key if re.fullmatch(r"[A-Za-z0-9_]+", key) else quoted(key)
    guessed = "" if match.likeness > 0.99 else f"  # guessed: {column.label('en')}"
    if column.kind == "choice" and column.part is None:
        yield from _choice(match, grid, name)
    elif column.part == "amount":
        yield f'{name} = {{column = {quoted(match.header)}, currency = "IDR"}}  # whichever currency it is'
    elif column.kind == "reference":
        yield f"{name} = {quoted(match.header)}{guessed or '  # by identifier, code or name'}"
    else:
        yield f"{name} = {quoted(match.header)}{guessed}"


def _named_things(match: _Match, metamodel: Metamodel) -> Iterator[str]:
    """How to make what a column of references names: at first the repository seldom has it."""
    target = match.column.attribute.target
    if match.column.kind != "reference" or target is None or metamodel.is_relationship(target):
        return
    usual = _USUAL_OWNER if _USUAL_OWNER in metamodel.descendants(target) else target
    yield ""
    yield f"# {quoted(match.header)} names things that the repository must have. To make them of this table, too:"
    yield "# [[concept]]"
    yield f"# type = {quoted(usual)}"
    yield f"# name = {quoted(match.header)}"


def _choice(match: _Match, grid: Grid, name: str) -> Iterator[str]:
    """A choice with what its values mean; those not known are left to be filled in."""
    attribute = match.column.attribute
    known = choice_names(attribute)
    counted = Counter(text.strip() for _, row in grid.rows if (text := text_of(row.get(match.header))).strip())
    pairs = []
    for value, _ in counted.most_common(_MOST_VALUES):
        meant = known.get(value.casefold())
        if meant is None:
            pairs.append(f'{quoted(value)} = ""')
        elif meant != value:
            pairs.append(f"{quoted(value)} = {quoted(meant)}")
    values = f", values = {{{', '.join(pairs)}}}" if pairs else ""
    yield (
        f'# one of {", ".join(choices(attribute, "stable"))}; "" says nothing'
        if pairs
        else f"# {match.column.label('en')}"
    )
    yield f"{name} = {{column = {quoted(match.header)}{values}}}"


def _examples(grid: Grid, header: str) -> str:
    said = dict.fromkeys(" ".join(text_of(row.get(header)).split())[:40] for _, row in grid.rows[:_SAMPLED])
    return "; ".join([each for each in said if each][:3]) or "(empty)"


def _likeliest(grid: Grid, metamodel: Metamodel) -> str:
    """The element type with most columns like the headers; of equals the one declared first that has attributes."""
    scores = {}
    for type_ in metamodel.elements():
        if metamodel.attributes(type_.name):
            found = _matches(grid, metamodel, type_.name)
            words = {
                each for label in (*type_.label.values(), *type_.plural.values(), type_.name) for each in _words(label)
            }
            said = sum(any(word in words for word in _words(header)) for header in grid.columns)
            own = [each.likeness for each in found if each.column.field[0] == "attributes"]
            scores[type_.name] = sum(own) + 0.7 * min(said, 2)
    best = max(scores, key=lambda name: scores[name], default=_USUAL)
    return best if scores.get(best, 0) >= 0.9 or _USUAL not in metamodel.types else _USUAL


def _matches(grid: Grid, metamodel: Metamodel, type_name: str) -> list[_Match]:
    """Which header is which column, each column once, the most alike first."""
    columns = [each for each in columns_of(metamodel, type_name) if each.key not in ("properties", "specialization")]
    found = []
    for header in grid.columns:
        for column in columns:
            likeness = _likeness(header, column, grid)
            if likeness >= _ALIKE:
                found.append(_Match(header, column, likeness))
    chosen: dict[str, _Match] = {}
    for match in sorted(found, key=lambda each: (-each.likeness, grid.columns.index(each.header))):
        if match.header not in chosen and match.column not in [each.column for each in chosen.values()]:
            chosen[match.header] = match
    return list(chosen.values())


def _likeness(header: str, column: Column, grid: Grid) -> float:
    wanted = " ".join(_words(header))
    labels = {column.key.replace("_", " "), *(column.attribute.label.get(language) for language in LANGUAGES)}
    names = {" ".join(_words(label)) for label in labels if column.part != "currency"} | {column.key.casefold()}
    if wanted in names:
        best = 1.0
    elif wanted in {" ".join(_words(each)) for each in usual_words().get(column.key, ())}:
        best = 0.98
    else:
        best = max((difflib.SequenceMatcher(None, wanted, name).ratio() for name in names if name), default=0.0)
        best = best * 0.97 if len(wanted) > 3 else 0.0
    return best if best < _ALIKE or _fits(grid, header, column) else 0.0


def _fits(grid: Grid, header: str, column: Column) -> bool:
    """Whether the values below a header could be of the column's kind."""
    cells: list[Cell] = [row.get(header) for _, row in grid.rows[:200]]
    filled = [cell for cell in cells if cell is not None and not says_nothing(cell)]
    if not filled:
        return True
    if column.kind == "date":
        return (
            sum(isinstance(cell, date | datetime) or bool(re.search(r"\d", text_of(cell))) for cell in filled)
            > len(filled) / 2
        )
    if column.kind in ("integer", "decimal"):
        return sum(bool(re.search(r"\d", text_of(cell))) for cell in filled) > len(filled) / 2
    if column.kind == "url":
        return any(text_of(cell).startswith("http") for cell in filled)
    if column.key == "name":
        return len({text_of(cell) for cell in filled}) > len(filled) / 3
    return True


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(re.sub(r"([a-z])([A-Z])", r"\1 \2", text.replace("_", " ")).casefold()))
