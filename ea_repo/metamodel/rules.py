"""The standard's rules of who may be joined to whom (ArchiMate 3.2, appendix B).

Breaking one is a finding, not an error: real models do, and an architect decides.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.metamodel.finding import Finding
from ea_repo.metamodel.names import with_article
from ea_repo.metamodel.types import Metamodel

Permissions = dict[tuple[str, str], frozenset[str]]


@cache
def permissions() -> Permissions:
    """The relationships permitted from one ArchiMate concept to another; absent pairs permit none.

    "Relationship" stands for an end that is a relationship itself.
    """
    table = _table()
    sets = {code: frozenset(table["letters"][each] for each in said) for code, said in table["sets"].items()}
    return {
        (source, target): sets[code]
        for source, codes in table["rows"].items()
        for target, code in zip(table["concepts"], codes, strict=True)
    }


def letters() -> Mapping[str, str]:
    """The letter by which the standard abbreviates each relationship, by its name."""
    return {name: letter for letter, name in _table()["letters"].items()}


def _table() -> dict[str, Any]:
    return tomllib.loads(files("ea_repo.metamodel").joinpath("permitted.toml").read_text("utf-8"))


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
    wrong = f"{with_article(relationship)} may not lead from {with_article(source)} to {with_article(target)}"
    instead = ", ".join(sorted(metamodel.permitted_between(source, target))) or "nothing"
    turned = metamodel.permitted(target, relationship, source)
    return f"{wrong}; the standard permits {instead} there{', and this one the other way round' * turned}"
