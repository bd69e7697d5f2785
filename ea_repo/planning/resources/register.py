"""Information resources as a state has them on a day: what every report of this folder begins with."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from ea_repo.clock import now
from ea_repo.metamodel.kinds import Money, MoneyKind
from ea_repo.planning.remembered import remembered
from ea_repo.store.labels import names_of
from ea_repo.store.query import Query
from ea_repo.store.records import Concept
from ea_repo.store.state import State

TRAIT = "information-resource"
SYSTEM = "ApplicationComponent"
LICENCE = "Licence"
_MONEY = MoneyKind()


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("resources.toml").read_text("utf-8"))


def rules(section: str) -> Any:
    """A section of `resources.toml`."""
    return _rules()[section]


@remembered
def on_a_day(state: State) -> State:
    """The state on its date; where none was asked for, on the day of today, so that what is gone is not counted."""
    return state if state.on is not None else state.at(on=now().date())


def day_of(state: State) -> date:
    """The date that a state on a day is read on."""
    return state.on or now().date()


def resource_types(state: State) -> frozenset[str]:
    known = state.metamodel
    return frozenset(each.name for each in known.elements() if known.has_trait(each.name, TRAIT))


def resources(
    state: State, type: Sequence[str] = (), model: Sequence[str] = (), owner: Sequence[str] = ()
) -> list[Concept]:
    """The resources that fit every condition, by uid. `NotFound` for a type, model or agency that is none."""
    return concepts(state, resource_types(state), type, model, owner)


def concepts(
    state: State, among: Iterable[str], type: Sequence[str] = (), model: Sequence[str] = (), owner: Sequence[str] = ()
) -> list[Concept]:
    """Concepts of exactly these types that fit every condition, by uid. O(concepts of these types)."""
    wanted = set(among)
    if type:
        wanted &= {each for name in type for each in state.metamodel.descendants(name)}
    models = {state.model(uid).uid for uid in model}
    owners = {each for uid in owner for each in state.sub_agencies(uid)}
    if not wanted:
        return []
    return [
        each
        for each in _of_types(state, tuple(sorted(wanted)))
        if each.type in wanted and (not models or each.model in models) and (not owner or each.owner in owners)
    ]


@remembered
def _of_types(state: State, types: tuple[str, ...]) -> Sequence[Concept]:
    return state.find_all(Query(types=types))


def names(state: State, uids: Iterable[str | None]) -> dict[str | None, str]:
    """The names of concepts, most often agencies; nothing is called by an empty text."""
    found: dict[str | None, str] = {None: ""}
    found.update(names_of(state, (each for each in uids if each is not None)))
    return found


def day(concept: Concept, name: str) -> date | None:
    """An attribute that is a date."""
    value = concept.attributes.get(name)
    return None if value is None else date.fromisoformat(value)


def money(concept: Concept, name: str) -> Money | None:
    """An attribute that is money, exact."""
    value = concept.attributes.get(name)
    return None if value is None else _MONEY.python(value)


def counted_money(found: Sequence[Concept], name: str) -> list[tuple[Concept, Money]]:
    """What each resource tells of an attribute, nothing counted twice.

    A software product and the licences to use it may both tell what the software costs. Where licences do, they count,
    each with its own agency, and the product does not.
    """
    told = [(each, value) for each in found if (value := money(each, name)) is not None]
    licensed = {each.attributes.get("software") for each, value in told if each.type == LICENCE and value.amount}
    return [(each, value) for each, value in told if each.uid not in licensed]
