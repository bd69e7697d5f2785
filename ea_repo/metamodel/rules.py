"""The standard's rules of who may be joined to whom (ArchiMate 3.2, appendix B). Breaking one is a finding, not an error."""

import tomllib
from functools import cache
from importlib.resources import files

from ea_repo.metamodel.finding import Finding
from ea_repo.metamodel.types import Metamodel

Permissions = dict[tuple[str, str], frozenset[str]]


@cache
def permissions() -> Permissions:
    """The relationships permitted from one ArchiMate concept to another; absent pairs permit none."""
    table = tomllib.loads(files("ea_repo.metamodel").joinpath("permitted.toml").read_text("utf-8"))
    names = {code: frozenset(table["letters"][letter] for letter in letters) for code, letters in table["sets"].items()}
    return {
        (source, target): names[code]
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
    pair = (metamodel.rule_name(source_type), metamodel.rule_name(target_type))
    allowed = sorted(metamodel.permissions.get(pair, ()))
    instead = ", ".join(allowed) if allowed else "no relationship"
    return Finding(
        "illegal-relationship",
        "warning",
        f"a {relationship_type} may not lead from a {source_type} to a {target_type}; the standard permits {instead}",
        uid,
        file,
        line,
    )
