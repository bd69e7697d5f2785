"""A framework: what an index asks, how much each counts, on which scale, and what its score is called. Read from TOML.

One grammar for all: a tree of any depth whose leaves are indicators. An indicator has a level of a scale, or a measured
value; a node may be normalised over all agencies of a round (as in the UN's EGDI), so that a score can depend on the others'.
"""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, get_args

from ea_repo.errors import InvalidInput, Problem
from ea_repo.planning.index.proposal_rules import ProposalRule, read_rules

#: `z-score`: (value - mean) / standard deviation of the population; `min-max`: (value - least) / (most - least).
Normalisation = Literal["none", "z-score", "min-max"]
LANGUAGES = ("en", "id", "ko")
_MOST_NODES = 2_000
_MOST_DEPTH = 12
_FRACTION = re.compile(r"[0-9]{1,9}/[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a scale: its number, its names by language, and what it takes."""

    number: int
    name: Mapping[str, str]
    criterion: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Band:
    """What a score from `lowest` on is called, up to the next band's."""

    lowest: Fraction
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the tree. `weight` is its share among its siblings, in the framework's own numbers.

    An indicator has no parts: its `scale` is the levels that it may have, none for one that is measured. `external`: its
    score is published by somebody else. `evidence` is what each level asks for, by its number.
    """

    code: str
    name: Mapping[str, str]
    weight: Fraction
    parts: tuple["Node", ...] = ()
    scale: tuple[Level, ...] = ()
    normalisation: Normalisation = "none"
    external: bool = False
    evidence: Mapping[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def is_indicator(self) -> bool:
        return not self.parts

    def walk(self, depth: int = 0) -> Iterator[tuple[int, "Node"]]:
        """This node and all below it with their depth, each before its parts."""
        yield depth, self
        for part in self.parts:
            yield from part.walk(depth + 1)


@dataclass(frozen=True, slots=True)
class Framework:
    """`root` has the code of the framework and weighs 100 where its weights are percents. `rules` say, by indicator, which levels
    the repository can propose."""

    code: str
    name: Mapping[str, str]
    source: str
    valid_from: date | None
    valid_until: date | None
    bands: tuple[Band, ...]
    root: Node
    rules: Mapping[str, ProposalRule] = field(default_factory=dict)

    @property
    def indicators(self) -> dict[str, Node]:
        return {node.code: node for _, node in self.root.walk() if node.is_indicator}

    @property
    def is_relative(self) -> bool:
        """Whether a score depends on the others of its round."""
        return any(node.normalisation != "none" for _, node in self.root.walk())

    def band(self, score: Fraction | float) -> Band | None:
        """The band of an unrounded score: closed below, open above. None where it is below all."""
        return next((band for band in reversed(self.bands) if score >= band.lowest), None)


def said_in(texts: Mapping[str, str], language: str) -> str:
    """A text in a language, else in English, else in the first there is."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def read_framework(text: str, name: str = "the framework") -> Framework:
    """Reads a framework. `InvalidInput` lists everything that is wrong with it, each with its key.

    Weights of parts must add up to that of the whole, those at the top to 100.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"{name} is not TOML: {error}") from None
    except RecursionError:
        raise InvalidInput(f"{name} is nested too deep to be a framework") from None
    reader = _Reader()
    framework = reader.framework(said)
    if reader.problems or framework is None:
        more = f" (and {len(reader.problems) - 1} more)" if len(reader.problems) > 1 else ""
        raise InvalidInput(f"{name}: {reader.problems[0].detail}{more}", errors=reader.problems)
    return framework


class _Reader:
    """Makes the tree and gathers what is wrong with it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.scales: dict[str, tuple[Level, ...]] = {}
        self.codes: set[str] = set()

    def wrong(self, key: str, what: str, expected: str | None = None) -> None:
        self.problems.append(Problem(key, f"{key}: {what}", expected=expected))

    def framework(self, said: Mapping[str, Any]) -> Framework | None:
        self.known(
            "",
            said,
            {
                "code",
                "name",
                "source",
                "valid_from",
                "valid_until",
                "total",
                "scale",
                "band",
                "part",
                "normalise",
                "propose",
            },
        )
        code = self.text("code", said.get("code"))
        for index, scale in enumerate(self.tables("scale", said)):
            self._scale(f"scale[{index}]", scale)
        total = self.number("total", said.get("total", 100)) or Fraction(100)
        root = Node(
            code, self.texts("name", said.get("name")), total,
            tuple(self._parts("", said, "", 0)), (), self.normalisation("", said),
        )  # fmt: skip
        if not root.parts:
            self.wrong("part", "a framework has parts", "[[part]]")
        if root.parts:
            self._weights("part", root)
        bands = [self._band(f"band[{index}]", each) for index, each in enumerate(self.tables("band", said))]
        if [each.lowest for each in bands] != sorted({each.lowest for each in bands}):
            self.wrong("band", "the lowest scores of bands rise from one to the next")
        indicators = [node for _, node in root.walk() if node.is_indicator]
        levels = {node.code: [level.number for level in node.scale] for node in indicators}
        rules = read_rules(said.get("propose", {}), levels, self.wrong)
        if self.problems:
            return None
        return Framework(
            code, root.name, self.text("source", said.get("source", ""), required=False),
            self.day("valid_from", said), self.day("valid_until", said), tuple(bands), root, rules,
        )  # fmt: skip

    def _parts(self, place: str, said: Mapping[str, Any], scale: str, depth: int) -> Iterator[Node]:
        if depth > _MOST_DEPTH:
            self.wrong(place, f"a tree deeper than {_MOST_DEPTH} is not read")
            return
        for index, each in enumerate(self.tables("part", said, place)):
            yield self._node(f"{place}part[{index}]", each, scale, depth)

    def _node(self, place: str, said: Mapping[str, Any], scale: str, depth: int) -> Node:
        self.known(place, said, {"code", "name", "weight", "scale", "part", "external", "evidence", "normalise"})
        code = self.text(f"{place}.code", said.get("code"))
        if code in self.codes:
            self.wrong(f"{place}.code", f'"{code}" is there twice', "a code of its own")
        self.codes.add(code)
        if len(self.codes) == _MOST_NODES:
            self.wrong(place, f"a framework of more than {_MOST_NODES} parts is not read")
        scale = self.text(f"{place}.scale", said.get("scale", scale), required=False)
        weight = self.number(f"{place}.weight", said.get("weight"))
        node = Node(
            code, self.texts(f"{place}.name", said.get("name")), weight or Fraction(0),
            tuple(self._parts(f"{place}.", said, scale, depth + 1)), (), self.normalisation(place, said),
            bool(said.get("external", False)), self._evidence(f"{place}.evidence", said.get("evidence", {})),
        )  # fmt: skip
        if node.parts:
            self._weights(place, node)
            return node
        levels = self.scales.get(scale, ())
        if scale and not levels:
            self.wrong(f"{place}.scale", f'there is no scale "{scale}"', ", ".join(self.scales))
        return Node(
            node.code, node.name, node.weight, (), levels, node.normalisation, node.external, node.evidence
        )  # fmt: skip

    def _weights(self, place: str, node: Node) -> None:
        found = sum((part.weight for part in node.parts), Fraction(0))
        if found != node.weight:
            self.wrong(
                f"{place}.weight", f"the parts of {node.code} weigh {_shown(found)} together, not {_shown(node.weight)}",
                _shown(node.weight),
            )  # fmt: skip

    def _scale(self, place: str, said: Mapping[str, Any]) -> None:
        self.known(place, said, {"name", "level"})
        levels = []
        for index, each in enumerate(self.tables("level", said, f"{place}.")):
            at = f"{place}.level[{index}]"
            self.known(at, each, {"number", "name", "criterion"})
            number = each.get("number")
            if not isinstance(number, int) or isinstance(number, bool):
                self.wrong(f"{at}.number", f"{number!r} is not a whole number")
                continue
            criterion = self.texts(f"{at}.criterion", each["criterion"]) if "criterion" in each else {}
            levels.append(Level(number, self.texts(f"{at}.name", each.get("name")), criterion))
        numbers = [each.number for each in levels]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True:
            self.wrong(f"{place}.level", "the numbers of levels follow one another", "1, 2, 3, 4, 5")
        self.scales[self.text(f"{place}.name", said.get("name"))] = tuple(levels)

    def _band(self, place: str, said: Mapping[str, Any]) -> Band:
        self.known(place, said, {"lowest", "name"})
        lowest = self.number(f"{place}.lowest", said.get("lowest"), negative=True)
        return Band(lowest or Fraction(0), self.texts(f"{place}.name", said.get("name")))

    def _evidence(self, place: str, said: Any) -> dict[int, tuple[str, ...]]:
        if not isinstance(said, Mapping) or not all(
            str(level).isdecimal() and isinstance(each, list) for level, each in said.items()
        ):
            self.wrong(
                place, "evidence is a list of texts for each level", 'evidence = {3 = ["Approved architecture"]}'
            )
            return {}
        return {int(level): tuple(map(str, each)) for level, each in said.items()}

    def known(self, place: str, said: Mapping[str, Any], keys: set[str]) -> None:
        for key in said.keys() - keys:
            self.wrong(f"{place}.{key}".lstrip("."), "is not a key here", ", ".join(sorted(keys)))

    def tables(self, key: str, said: Mapping[str, Any], place: str = "") -> list[Mapping[str, Any]]:
        found = said.get(key, [])
        if isinstance(found, list) and all(isinstance(each, Mapping) for each in found):
            return found
        self.wrong(f"{place}{key}", "is not a list of tables", f"[[{key}]]")
        return []

    def text(self, place: str, value: Any, *, required: bool = True) -> str:
        if isinstance(value, str) and (value.strip() or not required):
            return value
        self.wrong(place, "is missing" if value is None else f"{value!r} is not a text", "a text")
        return ""

    def texts(self, place: str, value: Any) -> dict[str, str]:
        if isinstance(value, str) and value:
            return {"en": value}
        if (
            isinstance(value, Mapping)
            and value
            and set(value) <= set(LANGUAGES)
            and all(isinstance(each, str) for each in value.values())
        ):
            return dict(value)
        self.wrong(place, "is not a text in one or several languages", '{en = "Data", id = "Data", ko = "데이터"}')
        return {}

    def number(self, place: str, value: Any, *, negative: bool = False) -> Fraction | None:
        """Exact: 2.75 is 2.75, not the nearest binary fraction; thirds are written "1/3"."""
        found = _exact(value)
        if found is not None and (negative or found > 0):
            return found
        self.wrong(place, f"{value!r} is not a number{'' if negative else ' above 0'}")
        return None

    def day(self, key: str, said: Mapping[str, Any]) -> date | None:
        value = said.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.wrong(key, f"{value!r} is not a date", "2020-08-31")
        return None

    def normalisation(self, place: str, said: Mapping[str, Any]) -> Normalisation:
        value = said.get("normalise", "none")
        for known in get_args(Normalisation):
            if value == known:
                return known  # type: ignore[no-any-return]
        self.wrong(
            f"{place}.normalise".lstrip("."), f"{value!r} is no normalisation", ", ".join(get_args(Normalisation))
        )
        return "none"


def _exact(value: Any) -> Fraction | None:
    if isinstance(value, str) and _FRACTION.fullmatch(value):
        return Fraction(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return Fraction(Decimal(repr(value)))


def _shown(number: Fraction) -> str:
    return f"{float(number):g}"
