"""Reads metamodels in TOML and merges them: standard, government profile and a customer's, in one grammar.

Every fault of a text is told at once, with its line, the key and what would be right.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ea_repo.errors import InvalidInput, Problem
from ea_repo.metamodel import consistency
from ea_repo.metamodel.declarations import declare
from ea_repo.metamodel.faults import Faults
from ea_repo.metamodel.grammar import checked
from ea_repo.metamodel.types import Metamodel

#: Far more than anybody writes by hand; what is larger is not a profile.
MOST_CHARACTERS = 500_000


def read(text: str, source: str, permissions: Mapping[tuple[str, str], frozenset[str]]) -> Metamodel:
    """The metamodel that a text declares by itself: the standard's way in."""
    return _merged(Metamodel({}, {}, {}, {}, permissions), text, source)


def merge(metamodel: Metamodel, text: str, source: str = "profile.toml", *, custom: bool = True) -> Metamodel:
    """The metamodel with a profile over it; a custom one is remembered as its `profile_text`.

    `InvalidInput` has one problem for each fault, in order of line, with the pointer `profile.toml:LINE key`.
    """
    merged = _merged(metamodel, text, source)
    return replace(merged, profile_text=text) if custom else merged


def _merged(base: Metamodel, text: str, source: str) -> Metamodel:
    faults = Faults(text, source)
    found = declare(base, checked(faults, _tables(text, source)), faults)
    merged = replace(
        base,
        types=found.types,
        traits=found.traits,
        layers=found.layers,
        aspects=found.aspects,
        sources=(*base.sources, text),
    )
    consistency.check(found, base, merged)
    faults.tell()
    return merged


def _tables(text: str, source: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(
            f"{source} has {len(text):,} characters, too many for a profile; {MOST_CHARACTERS:,} at most"
        )
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError:
        raise InvalidInput(f"{source} is nested too deep to be a profile") from None
    except ValueError as error:  # TOMLDecodeError, and numbers of thousands of digits
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        detail = f"{source}, line {line}: this is not TOML: {str(error).partition(' (at')[0]}"
        raise InvalidInput(detail, errors=[Problem(f"{source}:{line}", detail, "not-toml")]) from None
