"""Levels that the repository proposes: for each indicator the highest whose every need is met, with all below it met as well."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ea_repo.errors import InvalidInput
from ea_repo.planning.index.evidence import Count, Evidence, called
from ea_repo.planning.index.framework import Framework, Level, Node, said_in
from ea_repo.planning.index.proposal_rules import Need, facts
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State
from ea_repo.wording import Word

AGENCY = "Agency"
#: Whom nobody assesses, unless they are named or were assessed: units of others, and suppliers.
_NOT_ASSESSED = ("unit", "supplier")


@dataclass(frozen=True, slots=True)
class Met:
    """A need, and what the repository shows."""

    need: Need
    count: Count

    @property
    def is_met(self) -> bool:
        return self.need.is_met(self.count.found, self.count.whole)


@dataclass(frozen=True, slots=True)
class Proposed:
    """`level` is None where not even the lowest is shown. `shown` is what all levels up to it need, of each fact the
    most; `missing` what the next needs
    and is not shown; `judged` is the next level where people judge it."""

    indicator: Node
    level: Level | None
    shown: tuple[Met, ...]
    missing: tuple[Met, ...]
    judged: Level | None


def proposals(evidence: Evidence, framework: Framework, agency: int) -> list[Proposed]:
    """One for each indicator that has a rule, in the tree's order. `agency` is an id."""
    return [
        _proposed(evidence, node, framework, agency)
        for code, node in framework.indicators.items()
        if code in framework.rules
    ]


def _proposed(evidence: Evidence, node: Node, framework: Framework, agency: int) -> Proposed:
    scale = {level.number: level for level in node.scale}
    reached: Level | None = None
    shown: list[Met] = []
    for number, needs in framework.rules[node.code].needs.items():
        found = [Met(need, evidence.count(need.fact, agency)) for need in needs]
        missing = tuple(each for each in found if not each.is_met)
        if missing:
            return Proposed(node, reached, tuple(shown), missing, None)
        again = {met.need.fact for met in found}
        reached, shown = scale[number], [*(met for met in shown if met.need.fact not in again), *found]
    return Proposed(node, reached, tuple(shown), (), None if reached is None else scale.get(reached.number + 1))


def assessed_agencies(state: State, assessed: Iterable[str], named: Sequence[str] = ()) -> list[Concept]:
    """The agencies named; without any, those assessed and all that may be, by name. `NotFound` for one that is none."""
    if named:
        found = [state.get(uid) for uid in dict.fromkeys(named)]
        actors = {type for name in state.metamodel.owners for type in state.metamodel.descendants(name)}
        for each in found:
            if each.type not in actors:
                raise InvalidInput(f'"{each.uid}" is a {each.type}; only an agency is assessed')
        return found
    may_be = [
        each
        for each in state.iterate(Query(types=(AGENCY,)))
        if each.attributes.get("agency_kind") not in _NOT_ASSESSED and each.attributes.get("level") != "external"
    ]
    known = {each.uid: each for each in [*may_be, *state.get_many(assessed).values()]}
    return sorted(known.values(), key=lambda each: (each.name, each.uid))


def told(met: Met, word: Word, language: str) -> str:
    """A need and what there is, for people."""
    name, found, whole = called(met.need.fact, language), met.count.found, met.count.whole
    if met.need.share is not None:
        return word("shared", name=name, found=found, whole=whole, share=f"{float(met.need.share * 100):g}")
    fact = facts()[met.need.fact]
    if not fact.groups and not fact.groups_by:
        return word("counted", name=name, found=found, least=met.need.least)
    text = word("grouped", name=name, found=found, whole=whole, least=met.need.least)
    if not met.count.lacking:
        return text
    return f"{text} ({word('lacking', groups=', '.join(said_in(each, language) for each in met.count.lacking))})"
