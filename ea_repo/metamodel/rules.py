"""The standard's rules of who may be joined to whom (ArchiMate 3.2, appendix B).

Breaking one is a finding, not an error: real models do, and an architect decides.
"""

import tomllib
from functools import cache
from importlib.resources import files

from ea_repo.metamodel.finding import Finding
from ea_repo.metamodel.types import Metamodel

Permissions = dict[tuple[str, str], frozenset[str]]


@cache
def permissions() -> Permissions:
    """The relationships permitted from one ArchiMate concept to another; absent pairs permit none.

    "Relationship" stands for an end that is a relationship itself.
    """
    table = tomllib.loads(files("ea_repo.metamodel").joinpath("permitted.toml").read_text("utf-8"))
    letters = table["letters"]
    sets = {code: frozenset(letters[letter] for letter in said) for code, said in table["sets"].items()}
    return {
        (source, target): sets[code]
        for source, codes in table["rows"].items()
        for target, code in zip(table["concepts"], codes, strict=True)
    }


def check_relationship(
    metamodel: Metamodel,
    uid: str,
    source_type: str,
    relationship_type: str,
    target_type: str,
    *,
    file: str | None = None,
    line: int | None = None,
) -> Finding | None:
    """The finding for a relationship that the standard does not permit between these; None where it does."""
    if metamodel.permitted(source_type, relationship_type, target_type):
        return None
    return Finding(
        "illegal-relationship",
        "warning",
        _sentence(metamodel, source_type, relationship_type, target_type),
        uid,
        file,
        line,
    )


def _sentence(metamodel: Metamodel, source: str, relationship: str, target: str) -> str:
    wrong = f"{_a(relationship)} may not lead from {_a(source)} to {_a(target)}"
    instead = metamodel.permitted_between(source, target)
    if instead:
        return f"{wrong}; the standard permits {', '.join(sorted(instead))}"
    back = metamodel.permitted_between(target, source)
    other_way = f"; the other way it permits {', '.join(sorted(back))}" if back else ""
    return f"{wrong}; the standard permits nothing there{other_way}"


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
