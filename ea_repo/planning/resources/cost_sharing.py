"""Who bears what a resource costs a year: each system that stands on it a part, by a rule."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Annotated, Literal, NamedTuple

from ea_repo.metamodel.kinds import Money
from ea_repo.planning.remembered import remembered
from ea_repo.planning.resources.allocation import divided
from ea_repo.planning.resources.register import LICENCE, SYSTEM, concepts, counted_money, money, resources
from ea_repo.planning.resources.standing_on import systems_on
from ea_repo.store.records import Concept
from ea_repo.store.state import State

ShareRule = Literal["users", "evenly", "cost"]
AskedRule = Annotated[
    ShareRule,
    "How the systems on a resource share its cost: in proportion to their users, evenly, or in proportion to their own "
    "yearly cost in its currency.",
]
COST = "yearly_cost"


class Share(NamedTuple):
    """A part of the yearly cost of a resource; `system` is None for all of the cost of what no system stands on."""

    resource: Concept
    system: Concept | None
    weight: int | Fraction
    part: Money


class Costs(NamedTuple):
    """All costs of a year: those of systems themselves, and those of resources in their shares."""

    own: Mapping[str, Money]
    systems: Mapping[str, Concept]
    shares: Sequence[Share]


@remembered
def costs(state: State, rule: ShareRule) -> Costs:
    """Of everything that the state holds; filters come after, as what is shared is shared with all.

    O(resources x the systems that stand on each).
    """
    systems = {each.uid: each for each in concepts(state, state.metamodel.descendants(SYSTEM))}
    own = {uid: cost for uid, each in systems.items() if (cost := money(each, COST)) is not None}
    found = counted_money(resources(state), COST)
    asked = {each.attributes.get("software", each.uid) if each.type == LICENCE else each.uid for each, _ in found}
    standing = systems_on(state, asked)
    below = {
        owner: state.sub_agencies(owner) for owner in {each.owner for each, _ in found if each.type == LICENCE} if owner
    }
    weigh = _weights(systems, own, rule)
    shares = [
        share
        for each, cost in found
        for share in _shared(
            each,
            cost,
            _bearers(each, standing, systems, below.get(each.owner or "", frozenset())),
            weigh(cost.currency),
        )
    ]
    return Costs(own, systems, shares)


def _bearers(
    resource: Concept, standing: Mapping[str, Sequence[str]], systems: Mapping[str, Concept], below: frozenset[str]
) -> list[Concept]:
    """The systems that bear its cost. A licence's are those on its software that its agency or one below has, or else all."""
    about = resource.attributes.get("software", resource.uid) if resource.type == LICENCE else resource.uid
    found = [systems[uid] for uid in standing.get(about, ()) if uid in systems]
    own = [each for each in found if each.owner in below] if resource.type == LICENCE else []
    return own or found


def _shared(
    resource: Concept, cost: Money, bearers: Sequence[Concept], weight_of: Mapping[str, int | Fraction]
) -> Iterator[Share]:
    if not bearers:
        yield Share(resource, None, 1, cost)
        return
    weights = [weight_of[each.uid] for each in bearers]
    if not any(weights):
        weights = [1] * len(bearers)
    for bearer, weight, part in zip(bearers, weights, divided(cost.amount, weights), strict=True):
        yield Share(resource, bearer, weight, Money(part, cost.currency))


def _weights(
    systems: Mapping[str, Concept], own: Mapping[str, Money], rule: ShareRule
) -> Callable[[str], Mapping[str, int | Fraction]]:
    """What every system weighs where a cost of a currency is shared: worked out once, as each bears parts of many."""

    @cache
    def of_currency(currency: str) -> Mapping[str, int | Fraction]:
        if rule == "evenly":
            return dict.fromkeys(systems, 1)
        if rule == "users":
            return {uid: int(each.attributes.get("users", 0)) for uid, each in systems.items()}
        costing = {uid: Fraction(cost.amount) for uid, cost in own.items() if cost.currency == currency}
        return {**dict.fromkeys(systems, 0), **costing}

    return of_currency


def total(parts: Sequence[Money]) -> Decimal:
    """The sum of amounts of one currency."""
    return sum((each.amount for each in parts), Decimal())
