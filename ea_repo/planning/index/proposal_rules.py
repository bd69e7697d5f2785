"""What each level of an indicator needs the repository to show: facts, counted or as a share. Read from TOML, knows no repository.

The facts stand in `facts.toml`; the levels that they bear on stand under `propose` in the framework's own file.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

Wrong = Callable[[str, str, str | None], None]
_SHARE = re.compile(r"(100|[1-9][0-9]?)%")


@dataclass(frozen=True, slots=True)
class Group:
    """One of several things of which each is there or not."""

    name: Mapping[str, str]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """What is counted, as the top of `facts.toml` explains."""

    code: str
    name: Mapping[str, str]
    types: tuple[str, ...]
    among: str | None = None
    filter: str | None = None
    joined: str | None = None
    by: tuple[str, ...] = ()
    supported_by: str | None = None
    stands_on: str | None = None
    groups: tuple[Group, ...] = ()
    groups_by: str | None = None
    both_ends: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """How much of a fact: at least so many, or at least such a share of what the fact is asked about, which is not nothing."""

    fact: str
    least: int | None
    share: Fraction | None = None

    def is_met(self, found: int, whole: int) -> bool:
        if self.share is not None:
            return whole > 0 and found >= self.share * whole
        return found >= (self.least or 0)


@dataclass(frozen=True, slots=True)
class ProposalRule:
    """For each level what it needs besides all that lower ones need; levels follow one another."""

    needs: Mapping[int, tuple[Need, ...]] = field(default_factory=dict)

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(need.fact for needs in self.needs.values() for need in needs)


@cache
def facts() -> Mapping[str, Fact]:
    """All facts by code."""
    said = tomllib.loads(files(__package__).joinpath("facts.toml").read_text("utf-8"))
    return {code: _fact(code, each) for code, each in said.items()}


def read_rules(said: Any, levels: Mapping[str, Iterable[int]], wrong: Wrong) -> dict[str, ProposalRule]:
    """The rules under `propose`, by indicator; `levels` are those of each indicator. Faults go to `wrong` with key and remedy."""
    if not isinstance(said, Mapping):
        wrong("propose", "is not a table", "[propose.11]")
        return {}
    found = {}
    for indicator, each in said.items():
        place = f"propose.{indicator}"
        if indicator not in levels:
            wrong(place, f'there is no indicator "{indicator}"', ", ".join(list(levels)[:20]))
        elif not isinstance(each, Mapping):
            wrong(place, "is not a table of levels", "1 = {systems = 1}")
        else:
            found[indicator] = ProposalRule(_levels(place, each, list(levels[indicator]), wrong))
    return found


def _levels(place: str, said: Mapping[str, Any], scale: list[int], wrong: Wrong) -> dict[int, tuple[Need, ...]]:
    if list(said) != [str(number) for number in scale[: len(said)]] or not said:
        wrong(place, "levels begin with the lowest and follow one another", ", ".join(map(str, scale)))
        return {}
    found = {}
    for level, needs in said.items():
        if not isinstance(needs, Mapping) or not needs:
            wrong(f"{place}.{level}", "is not a table of facts", "{systems = 1}")
            continue
        found[int(level)] = tuple(
            need for fact, wanted in needs.items() if (need := _need(f"{place}.{level}.{fact}", fact, wanted, wrong))
        )
    return found


def _need(place: str, fact: str, wanted: Any, wrong: Wrong) -> Need | None:
    if fact not in facts():
        wrong(place, f'there is no fact "{fact}"', ", ".join(facts()))
        return None
    if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 0:
        return Need(fact, wanted)
    share = _SHARE.fullmatch(wanted) if isinstance(wanted, str) else None
    if share is None:
        wrong(place, f"{wanted!r} is neither a number above 0 nor a share", '3, or "50%"')
        return None
    return Need(fact, None, Fraction(int(share[1]), 100))


def _fact(code: str, said: Mapping[str, Any]) -> Fact:
    lists = {name: tuple(said[name]) for name in ("types", "by") if name in said}
    groups = tuple(Group(each["name"], tuple(each["types"])) for each in said.get("groups", ()))
    return Fact(code, **{**said, **lists, "groups": groups})
