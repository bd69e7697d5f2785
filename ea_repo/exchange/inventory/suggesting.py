"""A first mapping for an inventory, from its headers and the values below them. A person looks it over and completes it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from ea_repo.exchange.format import Source
from ea_repo.exchange.inventory.grid import Grid, read_grid
from ea_repo.exchange.inventory.header_matches import Match, named_matches, words
from ea_repo.exchange.inventory.mapping import TableForm
from ea_repo.exchange.inventory.table_guesses import quoted, table_lines, words_of_ends
from ea_repo.exchange.inventory.type_guesses import Guess, guesses
from ea_repo.exchange.slugs import slug
from ea_repo.exchange.tabular.cells import text_of
from ea_repo.exchange.tabular.references import References
from ea_repo.exchange.tabular.values import choice_names, choices
from ea_repo.metamodel import Metamodel
from ea_repo.store.state import State

_USUAL_OWNER = "Agency"
_SAMPLED, _MOST_VALUES = 2_000, 25
_SURE = 0.99


def suggest(source: Source, metamodel: Metamodel, type_name: str | None = None, state: State | None = None) -> str:
    """A mapping as TOML, with a comment wherever something was guessed or is left to decide.

    What a column of references names and the `state` has not (without one: all of it) is made of the table as well.
    """
    grid = read_grid(source, TableForm())
    found = guesses(grid, source.name, metamodel)
    if type_name is not None:
        found = [Guess(metamodel.type(type_name).name, "")]
    lines = [
        f"# A first mapping of {source.name}: {len(grid.rows):,} rows. Look it over, complete it, then try it:",
        f"#   ea-repo import {source.name} --map THIS.toml --model KEY --dry-run",
        "",
        *table_lines(grid),
    ]
    for guess in found:
        is_relationship = metamodel.is_relationship(guess.type)
        lines += [
            "",
            *(_relationship(guess, grid, metamodel) if is_relationship else _concept(guess, grid, metamodel, state)),
        ]
    return "\n".join(lines) + "\n"


def _concept(guess: Guess, grid: Grid, metamodel: Metamodel, state: State | None) -> Iterator[str]:
    meant = {each.header: each for each in named_matches(grid, metamodel, guess.type)}
    left = [header for header in grid.columns if header not in meant and header != guess.column]
    named = [
        _Named(match, meant, grid, metamodel, state) for match in meant.values() if _names_things(match, metamodel)
    ]
    yield "[[concept]]"
    yield from _type_lines(guess)
    yield from _identity(meant, grid)
    if left:
        yield f"properties = [{', '.join(map(quoted, left))}]"
    yield ""
    yield "[concept.fields]"
    made = {each.match.header: each.type for each in named if each.is_new}
    for header in grid.columns:
        match = meant.get(header)
        if match is not None and match.column.key not in ("uid", "name"):
            yield from _field(match, grid, made.get(header))
    yield from _not_known(left, grid)
    for each in named:
        yield from each.lines()


def _relationship(guess: Guess, grid: Grid, metamodel: Metamodel) -> Iterator[str]:
    meant = {each.header: each for each in named_matches(grid, metamodel, guess.type)}
    ends = {end: _end(end, grid) for end in ("source", "target")}
    yield "[[relationship]]"
    yield from _type_lines(guess)
    yield from (line for line in _identity(meant, grid) if not line.startswith("#"))
    for end, header in ends.items():
        if header is None:
            yield f'{end} = {{column = "..."}}  # which column says its {end}'
        else:
            yield f"{end} = {{column = {quoted(header)}}}  # by identifier, code or name"
    fields = [each for header, each in meant.items() if each.column.key not in ("uid", "name", "source", "target") and header not in ends.values()]  # fmt: skip
    yield ""
    yield "[relationship.fields]"
    for match in fields:
        yield from _field(match, grid, None)


def _end(end: str, grid: Grid) -> str | None:
    said = words_of_ends()[end]
    return next((header for header in grid.columns if any(word in said for word in words(header))), None)


def _type_lines(guess: Guess) -> Iterator[str]:
    yield f"type = {quoted(guess.type)}" + (f"  # {guess.why}" if guess.why else "")
    if guess.column is not None:
        yield f"when = {{column = {quoted(guess.column)}, equals = [{', '.join(map(quoted, guess.values))}]}}"


def _identity(meant: Mapping[str, Match], grid: Grid) -> Iterator[str]:
    keys = {match.column.key: match for match in meant.values()}
    identifier = keys.get("uid") or keys.get("code")
    if identifier is not None:
        values = [value.casefold() for value in _texts(grid, identifier.header, len(grid.rows))]
        filled = [value for value in values if value]
        twice = len(filled) - len(set(filled))
        lacking = len(values) - len(filled)
        remarks = [f"{twice} repeated"] * bool(twice) + [f"{lacking} empty"] * bool(lacking)
        yield f"identifier = {quoted(identifier.header)}" + (f"  # {', '.join(remarks)}" if remarks else "")
    else:
        yield '# identifier = "..."  # a column that is different in every row; without one, the name'
    if "name" in keys:
        is_sure = keys["name"].likeness > _SURE - 0.05
        yield f"name = {quoted(keys['name'].header)}" + (
            "" if is_sure else "  # guessed: short texts, nearly all different"
        )
    else:
        yield f'name = "..."  # one of {", ".join(grid.columns[:8])}'


def _field(match: Match, grid: Grid, made: str | None) -> Iterator[str]:
    """The line of a field. `made`: the type of the concepts that are made of the same column."""
    column, key = match.column, match.column.key
    name = key if re.fullmatch(r"[A-Za-z0-9_]+", key) else quoted(key)
    guessed = "" if match.likeness > _SURE else f"  # guessed: {column.label('en')}"
    if column.kind == "choice" and column.part is None:
        yield from _choice(match, grid, name)
    elif column.part == "amount":
        yield f'{name} = {{column = {quoted(match.header)}, currency = "IDR"}}  # whichever currency it is'
    elif column.kind == "reference" and made is not None:
        yield f"{name} = {{column = {quoted(match.header)}, of = {quoted(made)}}}{guessed}"
    elif column.kind == "reference":
        yield f"{name} = {quoted(match.header)}{guessed or '  # by identifier, code or name'}"
    else:
        yield f"{name} = {quoted(match.header)}{guessed}"


def _not_known(left: list[str], grid: Grid) -> Iterator[str]:
    if left:
        yield ""
        yield "# What these mean is not known. As they are, they become properties:"
        yield from (f"#   {header}: {_examples(grid, header)}" for header in left)


def _names_things(match: Match, metamodel: Metamodel) -> bool:
    target = match.column.attribute.target
    return match.column.kind == "reference" and target is not None and not metamodel.is_relationship(target)


class _Named:
    """What a column of references names: at first the repository seldom has it."""

    def __init__(
        self, match: Match, meant: Mapping[str, Match], grid: Grid, metamodel: Metamodel, state: State | None
    ) -> None:
        self.match = match
        target = match.column.attribute.target or ""
        self.type = _USUAL_OWNER if _USUAL_OWNER in metamodel.descendants(target) else target
        self.texts = [text for text in dict.fromkeys(_texts(grid, match.header)) if text]
        self.known = 0 if state is None else sum(map(_resolves(state, target), self.texts))
        self.is_new = bool(self.texts) and not self.known
        own = {slug(text) for each in meant.values() if each.column.key in ("uid", "name", "code") for text in _texts(grid, each.header)}  # fmt: skip
        self.is_taken = any(slug(text) in own for text in self.texts)

    def lines(self) -> Iterator[str]:
        """How to make it; as a comment where the repository has some of it already."""
        if self.known == len(self.texts):
            return
        header = quoted(self.match.header)
        prefix = f'prefix = "{self.type.casefold()}-"  # other things have the same names'
        block = ["[[concept]]", f"type = {quoted(self.type)}", f"name = {header}", *([prefix] if self.is_taken else [])]
        yield ""
        if self.is_new:
            yield f"# What {header} names is not there yet; this makes it. Take it out where it comes from elsewhere."
            yield from block
        else:
            yield f"# Of what {header} names, {self.known} of {len(self.texts)} are there. To make them of this table, too:"
            yield from (f"# {line}" for line in block)


def _resolves(state: State, target: str) -> Callable[[str], bool]:
    references = References(state, "-", code="code")

    def resolves(text: str) -> bool:
        try:
            references.resolve(text, target)
        except ValueError:
            return False
        return True

    return resolves


def _texts(grid: Grid, header: str, most: int = _SAMPLED) -> list[str]:
    return [text_of(row.get(header)).strip() for _, row in grid.rows[:most]]


def _choice(match: Match, grid: Grid, name: str) -> Iterator[str]:
    """A choice with what its values mean; those not known are left to be filled in."""
    attribute = match.column.attribute
    known = choice_names(attribute)
    counted = Counter(text for text in _texts(grid, match.header, len(grid.rows)) if text)
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
    said = dict.fromkeys(" ".join(text.split())[:40] for text in _texts(grid, header))
    return "; ".join([each for each in said if each][:3]) or "(empty)"
