"""From the type name that a file writes to a type of the metamodel."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ea_repo.metamodel import standard

#: What an unknown type becomes: the one that says least.
UNKNOWN_ELEMENT = "Grouping"
UNKNOWN_RELATIONSHIP = "Association"


class Meaning(NamedTuple):
    """`code` and `message` of the finding to make, where the name was not the type's own."""

    type: str
    specialization: str | None = None
    code: str | None = None
    message: str | None = None


@cache
def element_meaning(written: str) -> Meaning:
    """The element type that a file means by `written`."""
    if written in _known("element"):
        return Meaning(written)
    return _legacy("element", written) or _unknown(written, "element", UNKNOWN_ELEMENT)


@cache
def relationship_meaning(written: str) -> Meaning:
    """The relationship type that a file means by `written`, with or without the ending `Relationship`."""
    name = written.removesuffix("Relationship")
    if name in _known("relationship"):
        return Meaning(name)
    return _legacy("relationship", name) or _unknown(written, "relationship", UNKNOWN_RELATIONSHIP)


def is_relationship_name(written: str) -> bool:
    return written.endswith("Relationship") or written in _known("relationship")


def _legacy(kind: str, name: str) -> Meaning | None:
    table = _table()
    meant = table[kind].get(name)
    if meant is None:
        return None
    if name in table["silent"]["names"]:
        return Meaning(meant)
    return Meaning(meant, None, "renamed-type", f'the type "{name}" is called {meant} since ArchiMate 3')


def _unknown(written: str, kind: str, kept_as: str) -> Meaning:
    said = f'"{written}" is no {kind} type of ArchiMate' if written else f"the {kind} says no type"
    return Meaning(
        kept_as, written or None, "unknown-type", f"{said}; it is kept as {kept_as}, specialization {written}"
    )


@cache
def _known(kind: str) -> frozenset[str]:
    """Types of the standard itself: files never write those of a profile, which are specializations to
    them.
    """
    return frozenset(each.name for each in standard().types.values() if each.kind == kind and each.refines is None)


@cache
def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("ea_repo.exchange").joinpath("legacy_types.toml").read_text("utf-8"))
