"""Values as classes with a colour each: what any picture that tells concepts apart by an attribute goes by.

Choices, answers of yes or no, references and texts are classes of their own; numbers, money and dates fall into a few
classes with round bounds, so that a legend can be read. Beside attributes there are the `KEYS`, which every concept has.
"""

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Any

from diagrams.concepts import LANGUAGES, name_of
from diagrams.drawing import Drawing, Node, Swatch, Words, said
from diagrams.notation import NO_SWATCH, phrase
from diagrams.round_numbers import MANY_DIGITS, MOST_CLASSES, number_in_words, round_bounds
from diagrams.text import ELLIPSIS
from ea_repo import clock
from ea_repo.errors import NotFound, Problem
from ea_repo.metamodel import Attribute
from ea_repo.store.records import Concept
from ea_repo.store.state import State

KEYS = ("life_cycle", "owner", "type", "model")
ColourBy = Annotated[
    str | None, "Colour by this attribute, or by life_cycle, owner, type or model; the legend says which is which."
]
_KINDS = tuple(f"c{number}" for number in range(1, 9))
#: From little to much: which of the five colours so many classes take.
_RAMPS: Mapping[int, tuple[str, ...]] = {
    1: ("s3",),
    2: ("s2", "s4"),
    3: ("s1", "s3", "s5"),
    4: ("s1", "s2", "s4", "s5"),
    5: ("s1", "s2", "s3", "s4", "s5"),
}
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Colouring:
    """`name` is what is told apart, `swatches` the classes in use in their order, `by_uid` the class of each concept.

    `values` says the value itself where the class is wider than it.
    """

    name: Words
    swatches: tuple[Swatch, ...]
    by_uid: Mapping[str, Swatch]
    values: Mapping[str, Words]

    def applied(self, node: Node) -> Node:
        """The node in the colour of its class, saying its value; one of no concept that was coloured stays as it is."""
        swatch = self.by_uid.get(node.uid or "")
        return node if swatch is None else replace(node, swatch=swatch, value=self.values.get(node.uid or "", ""))


def colouring(state: State, concepts: Iterable[Concept], by: str) -> Colouring:
    """The classes of an attribute's values among these concepts, or of one of the `KEYS`.

    A concept whose type does not declare the attribute has no class, one that says nothing the class of those.

    `NotFound` where no type of theirs declares the attribute; it names those that are declared.
    """
    found = list(concepts)
    if by == "life_cycle":
        return _life_cycle(state, found)
    if by in KEYS:
        return _of_key(state, found, by)
    attribute = _attribute(state, found, by)
    found = [each for each in found if by in state.metamodel.attributes(each.type)]
    values = {each.uid: each.attributes[by] for each in found if each.attributes.get(by) not in (None, [], "")}
    make = _CLASSES.get(attribute.kind.name, _of_words)
    if attribute.many and make is not _of_words and attribute.kind.name != "choice":
        make = _of_words
    swatches, by_uid, exact = make(state, attribute, values)
    return _whole(attribute.label, found, swatches, by_uid, exact)


def _whole(
    name: Words, found: Sequence[Concept], swatches: Sequence[Swatch], by_uid: Mapping[str, Swatch],
    exact: Mapping[str, Words],
) -> Colouring:  # fmt: skip
    """With a class for those that say nothing."""
    unsaid = Swatch(NO_SWATCH, phrase("not_recorded"))
    full = {each.uid: by_uid.get(each.uid, unsaid) for each in found}
    return Colouring(name, (*swatches, unsaid), full, exact)


Made = tuple[Sequence[Swatch], Mapping[str, Swatch], Mapping[str, Words]]


def _attribute(state: State, found: Sequence[Concept], by: str) -> Attribute:
    types = {each.type: None for each in found} or dict.fromkeys(state.metamodel.types)
    declared = {name: each for type_name in types for name, each in state.metamodel.attributes(type_name).items()}
    if by not in declared:
        expected = ", ".join((*KEYS, *sorted(declared)))
        detail = f'what is drawn has no attribute "{by}"'
        raise NotFound(f"{detail}; use one of {expected}", errors=[Problem("/colour", detail, "not-found", expected)])
    return declared[by]


# Classes of their own


def _of_choices(state: State, attribute: Attribute, values: Mapping[str, Any]) -> Made:
    labels = {each.name: each.label for each in attribute.values}
    order = list(labels)
    first = {uid: _first(value) for uid, value in values.items()}
    exact = {
        uid: _joined([labels[each] if each in labels else str(each) for each in value])
        for uid, value in values.items()
        if isinstance(value, list) and len(value) > 1
    }
    known = _facts()["value"].get(attribute.name, {})
    by_value = _few({each: labels.get(each, each) for each in order}, Counter(first.values()), known)
    return _told(by_value, first, exact)


def _of_yes_or_no(state: State, attribute: Attribute, values: Mapping[str, Any]) -> Made:
    labels = {True: phrase("yes"), False: phrase("no")}
    return _told({each: Swatch(colour, labels[each]) for each, colour in ((True, "c1"), (False, "c8"))}, values, {})


def _of_words(state: State, attribute: Attribute, values: Mapping[str, Any]) -> Made:
    """Texts and references: the most frequent, and the rest together."""
    first = {uid: str(_first(value)) for uid, value in values.items()}
    labels: dict[Any, Words] = {each: _short(each) for each in sorted(first.values())}
    if attribute.kind.name == "reference":
        labels |= {uid: name_of(each) for uid, each in state.get_many(sorted(set(first.values()))).items()}
    by_value = _few(labels, Counter(first.values()), {})
    exact = {uid: labels[each] for uid, each in first.items()}
    return _told(by_value, first, exact)


def _few(labels: Mapping[Any, Words], counts: Counter[Any], known: Mapping[str, str]) -> dict[Any, Swatch]:
    """A colour for each value in use; of too many the most frequent, and one for all others."""
    used = [each for each in labels if counts[each]]
    own = used
    if len(used) > len(_KINDS):
        most = {
            each for each, _ in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[: len(_KINDS) - 1]
        }
        own = [each for each in used if each in most]
    free = [each for each in _KINDS if each not in known.values()]
    found = {}
    for each in own:
        found[each] = Swatch(known.get(str(each)) or (free.pop(0) if free else NO_SWATCH), labels[each])
    if len(own) < len(used):
        rest = Swatch(_KINDS[-1], phrase("others", count=len(used) - len(own)))
        found |= dict.fromkeys((each for each in used if each not in found), rest)
    return found


def _told(by_value: Mapping[Any, Swatch], values: Mapping[str, Any], exact: Mapping[str, Words]) -> Made:
    swatches = list(dict.fromkeys(by_value.values()))
    return swatches, {uid: by_value[each] for uid, each in values.items() if each in by_value}, exact


# Classes with bounds


def _of_numbers(state: State, attribute: Attribute, values: Mapping[str, Any]) -> Made:
    unit = f" {attribute.unit}" if attribute.unit else ""
    return ranged({uid: float(each) for uid, each in values.items()}, lambda at: number_in_words(at, unit), whole=True)


def _of_money(state: State, attribute: Attribute, values: Mapping[str, Any]) -> Made:
    """In the currency that most are in; other amounts cannot be compared with these and are a class of their own."""
    currencies = Counter(each["currency"] for each in values.values())
    main = min(currencies, key=lambda each: (-currencies[each], each), default="")
    amounts = {uid: float(each["amount"]) for uid, each in values.items() if each["currency"] == main}
    swatches, by_uid, exact = ranged(amounts, lambda at: number_in_words(at, f" {main}"))
    others = {uid: each for uid, each in values.items() if uid not in amounts}
    if not others:
        return swatches, by_uid, exact
    apart = Swatch(_KINDS[-1], phrase("other_currency"))
    told = {uid: number_in_words(float(each["amount"]), f" {each['currency']}") for uid, each in others.items()}
    return [*swatches, apart], {**by_uid, **dict.fromkeys(others, apart)}, {**exact, **told}


def _of_dates(state: State, attribute: Attribute, values: Mapping[str, Any]) -> Made:
    years = {uid: float(str(each)[:4]) for uid, each in values.items()}
    swatches, by_uid, _ = ranged(years, lambda at: f"{at:.0f}", whole=True)
    return swatches, by_uid, {uid: str(each) for uid, each in values.items()}


def ranged(numbers: Mapping[str, float], tell: Callable[[float], Words], *, whole: bool = False) -> Made:
    """A class for each number of a few whole ones, else up to five with round bounds and about as many in each."""
    distinct = sorted(set(numbers.values()))
    exact = {uid: tell(each) for uid, each in numbers.items()}
    if len(distinct) <= MOST_CLASSES and (whole or len(distinct) <= 2):
        ramp = _RAMPS.get(len(distinct), ())
        each_its_own = {number: Swatch(colour, tell(number)) for number, colour in zip(distinct, ramp, strict=True)}
        return list(each_its_own.values()), {uid: each_its_own[each] for uid, each in numbers.items()}, exact
    bounds = round_bounds(sorted(numbers.values()), years=whole and all(1900 <= each <= 2200 for each in distinct))
    swatches = [
        Swatch(colour, label)
        for colour, label in zip(
            _RAMPS[len(bounds) + 1], _ranges(bounds, tell, _steps(distinct), distinct[0]), strict=True
        )
    ]
    by_uid = {uid: swatches[sum(each > bound for bound in bounds)] for uid, each in numbers.items()}
    return swatches, by_uid, exact


def _steps(numbers: Iterable[float]) -> bool:
    """Whether they go in steps of one that are told apart: whole, and not so large that they are rounded in words."""
    return all(float(each).is_integer() and abs(each) < MANY_DIGITS for each in numbers)


def _ranges(bounds: Sequence[float], tell: Callable[[float], Words], steps: bool, least: float) -> list[Words]:
    """Each number stands in one of them only. Whole ones go from the first to the last of a class: 3, 4 to 6."""
    return [
        _from_through(least, bounds[0], tell) if steps else phrase("up_to", bound=tell(bounds[0])),
        *(_from_through(low + 1, high, tell) if steps else _between(low, high, tell) for low, high in pairwise(bounds)),
        phrase("more_than", bound=tell(bounds[-1])),
    ]


def _between(low: float, high: float, tell: Callable[[float], Words]) -> Words:
    return phrase("between", low=tell(low), high=tell(high))


def _from_through(first: float, last: float, tell: Callable[[float], Words]) -> Words:
    return tell(last) if first == last else phrase("from_through", low=tell(first), high=tell(last))


# What every concept has


def _life_cycle(state: State, found: Sequence[Concept]) -> Colouring:
    """The phase that each is in on the state's date, or today."""
    day = state.on or clock.now().date()
    phases = _facts()["phase"]
    named = {each["attribute"] for each in phases}
    found = [each for each in found if named & state.metamodel.attributes(each.type).keys()]
    swatches = [Swatch(each["swatch"], each["label"]) for each in phases]
    by_uid = {}
    for concept in found:
        begun = [at for at, each in enumerate(phases) if _day(concept, each["attribute"], date.max) <= day]
        stated = [at for at, each in enumerate(phases) if concept.attributes.get(each["attribute"])]
        if begun:
            # The phase that began last; of two on one day the later in life.
            at = max(begun, key=lambda at: (_day(concept, phases[at]["attribute"], date.min), at))
            by_uid[concept.uid] = swatches[at]
        elif stated:
            by_uid[concept.uid] = swatches[0]
    return _whole(phrase("life_cycle_on", date=day.isoformat()), found, swatches, by_uid, {})


def _day(concept: Concept, attribute: str, without: date) -> date:
    said_here = concept.attributes.get(attribute)
    return date.fromisoformat(said_here) if said_here else without


def _of_key(state: State, found: Sequence[Concept], by: str) -> Colouring:
    values = {each.uid: str(getattr(each, by)) for each in found if getattr(each, by)}
    labels: dict[Any, Words]
    if by == "owner":
        labels = {uid: name_of(each) for uid, each in state.get_many(sorted(set(values.values()))).items()}
    elif by == "type":
        labels = {each: state.metamodel.type(each).label for each in sorted(set(values.values()))}
    else:
        labels = {each.uid: name_of(each) for each in state.models()}
    by_value = _few(labels, Counter(values.values()), {})
    swatches, by_uid, _ = _told(by_value, values, {})
    return _whole(
        phrase(f"colour_{by}"),
        found,
        swatches,
        by_uid,
        {uid: labels[each] for uid, each in values.items() if each in labels},
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE].rstrip() + ELLIPSIS


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) else value


def _joined(parts: Sequence[Words]) -> Words:
    return {lang: ", ".join(said(each, lang) for each in parts) for lang in LANGUAGES}


_CLASSES: Mapping[str, Callable[[State, Attribute, Mapping[str, Any]], Made]] = {
    "choice": _of_choices,
    "boolean": _of_yes_or_no,
    "integer": _of_numbers,
    "decimal": _of_numbers,
    "money": _of_money,
    "date": _of_dates,
}


def phase_facts() -> Sequence[Mapping[str, Any]]:
    """The phases of a life cycle in their order: the attribute that says when each begins, its swatch, its label."""
    found: Sequence[Mapping[str, Any]] = _facts()["phase"]
    return found


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads((files("diagrams") / "colouring.toml").read_text(encoding="utf-8"))


def coloured(state: State, drawing: Drawing, concepts: Iterable[Concept], by: str | None) -> Drawing:
    """The drawing with the boxes of these concepts in the colours of their classes; as it is where `by` is None."""
    if by is None:
        return drawing
    found = colouring(state, (each for each in concepts if each.kind == "element"), by)
    nodes = tuple(found.applied(node) for node in drawing.nodes)
    return replace(drawing, nodes=nodes, swatches=found.swatches, swatches_name=found.name)
