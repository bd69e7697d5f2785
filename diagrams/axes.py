"""An attribute's values along an axis: where each stands, and which round values are written beside it."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from diagrams.charts.scatter import Axis, Tick
from diagrams.drawing import Words
from diagrams.round_numbers import number_in_words
from ea_repo.errors import InvalidInput, Problem
from ea_repo.metamodel import Attribute
from ea_repo.store.records import Concept

NUMERIC = ("integer", "decimal", "money", "date", "choice", "boolean")
#: With amounts that far apart, each step of the axis is ten times the one before.
_FAR_APART = 200
_MARGIN = 0.04


@dataclass(frozen=True, slots=True)
class Measured:
    """`shares` say where each concept stands on the axis (0 to 1), `words` what its value is, `numbers` how much."""

    axis: Axis
    shares: Mapping[str, float]
    words: Mapping[str, Words]
    numbers: Mapping[str, float]


def measured(attribute: Attribute, concepts: Iterable[Concept], shown: Collection[str] | None = None) -> Measured:
    """The axis of an attribute for those that have a value; it spans those of the uids that are shown, and the middle of all.

    `InvalidInput` for an attribute that is no measure.
    """
    values = {
        each.uid: each.attributes[attribute.name]
        for each in concepts
        if each.attributes.get(attribute.name) not in (None, "", [])
    }
    kind = attribute.kind.name
    if kind not in NUMERIC or attribute.many:
        detail = f'"{attribute.name}" is not a number, amount, date or single choice'
        raise InvalidInput(detail, errors=[Problem("/x", detail, expected=", ".join(NUMERIC))])
    if kind in ("choice", "boolean"):
        return _of_choices(attribute, values)
    if kind == "date":
        days = {uid: date.fromisoformat(str(each)).toordinal() / 365.25 for uid, each in values.items()}
        return _of_numbers(attribute.label, days, {uid: str(each) for uid, each in values.items()}, _year, shown)
    unit = f" {attribute.unit}" if attribute.unit else ""
    if kind == "money":
        currencies = Counter(each["currency"] for each in values.values())
        main = min(currencies, key=lambda each: (-currencies[each], each), default="")
        numbers = {uid: float(each["amount"]) for uid, each in values.items() if each["currency"] == main}
        unit = f" {main}"
    else:
        numbers = {uid: float(each) for uid, each in values.items()}
    words = {uid: number_in_words(each, unit) for uid, each in numbers.items()}
    beside = unit if kind == "money" else ""
    return _of_numbers(attribute.label, numbers, words, lambda at: number_in_words(at, beside), shown)


def _year(at: float) -> Words:
    return str(date.fromordinal(max(round(at * 365.25), 1)).year)


def _of_choices(attribute: Attribute, values: Mapping[str, Any]) -> Measured:
    labels: dict[Any, Words] = {each.name: each.label for each in attribute.values} or {False: "−", True: "✓"}
    order = list(labels)
    places = {each: (at + 0.5) / len(order) for at, each in enumerate(order)}
    shares = {uid: places[each] for uid, each in values.items() if each in places}
    ticks = tuple(Tick(places[each], labels[each]) for each in order)
    return Measured(Axis(attribute.label, ticks), shares, {uid: labels[values[uid]] for uid in shares}, shares)


def _of_numbers(
    title: Words,
    numbers: Mapping[str, float],
    words: Mapping[str, Words],
    tell: Callable[[float], Words],
    shown: Collection[str] | None,
) -> Measured:
    if not numbers:
        return Measured(Axis(title, ()), {}, {}, {})
    spanned = [each for uid, each in numbers.items() if shown is None or uid in shown]
    spanned.append(median(numbers.values()))
    low, high = min(spanned), max(spanned)
    if low > 0 and high / low > _FAR_APART:
        return _logarithmic(title, numbers, words, tell, low, high)
    step = _step((high - low) or abs(high) or 1.0)
    first, last = math.floor(low / step) * step, math.ceil(high / step) * step
    if last == first:
        last = first + step
    margin = (last - first) * _MARGIN

    def share(value: float) -> float:
        return (value - first + margin) / (last - first + 2 * margin)

    count = round((last - first) / step)
    ticks = tuple(Tick(share(first + at * step), tell(first + at * step)) for at in range(count + 1))
    shares = {uid: share(each) for uid, each in numbers.items()}
    return Measured(Axis(title, ticks, share(median(numbers.values()))), shares, words, numbers)


def _logarithmic(
    title: Words,
    numbers: Mapping[str, float],
    words: Mapping[str, Words],
    tell: Callable[[float], Words],
    low: float,
    high: float,
) -> Measured:
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    margin = (last - first) * _MARGIN

    def share(value: float) -> float:
        return (math.log10(value) - first + margin) / (last - first + 2 * margin)

    ticks = tuple(Tick(share(10.0**at), tell(10.0**at)) for at in range(first, last + 1))
    shares = {uid: share(each) for uid, each in numbers.items()}
    return Measured(Axis(title, ticks, share(median(numbers.values()))), shares, words, numbers)


def _step(span: float) -> float:
    """A round step (1, 2 or 5 times a power of ten) of which about eight make the span."""
    rough = span / 8
    power = 10.0 ** math.floor(math.log10(rough))
    return next(each * power for each in (1, 2, 5, 10) if each * power >= rough)
