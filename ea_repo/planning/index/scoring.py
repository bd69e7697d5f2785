"""Scores of a framework: from levels and values to every node of the tree, for all agencies of a round at once.

Exact where the framework is: levels and weights are fractions, and rounding is for whoever shows a score. Only a standard
deviation makes a number inexact.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ea_repo.planning.index.framework import Framework, Node

Number = Fraction | float
#: For each agency, the level or value of each indicator that it has one of.
Levels = Mapping[str, Mapping[str, Number]]


@dataclass(frozen=True, slots=True)
class Scored:
    """The scores of one agency by the code of each node, and how many indicators had no level."""

    scores: Mapping[str, Number]
    missing: int


def score(framework: Framework, levels: Levels) -> dict[str, Scored]:
    """Every agency's scores. O(agencies x nodes).

    A node is the weighted mean of its parts. An indicator without a level counts as the lowest of its scale, as nothing was
    shown; one that is measured has no lowest, so what needs it has no score.
    """
    agencies = list(levels)
    found: dict[str, dict[str, Number]] = {agency: {} for agency in agencies}
    _score_node(framework.root, levels, found)
    codes = set(framework.indicators)
    return {agency: Scored(scores, len(codes - levels[agency].keys())) for agency, scores in found.items()}


def _score_node(node: Node, levels: Levels, found: dict[str, dict[str, Number]]) -> None:
    for part in node.parts:
        _score_node(part, levels, found)
    values: dict[str, Number] = {}
    for agency, scores in found.items():
        value = _own(node, levels[agency], scores)
        if value is not None:
            values[agency] = value
    for agency, value in _normalised(node, values).items():
        found[agency][node.code] = value


def _own(node: Node, levels: Mapping[str, Number], scores: Mapping[str, Number]) -> Number | None:
    if node.is_indicator:
        if node.code in levels:
            return levels[node.code]
        return Fraction(node.scale[0].number) if node.scale else None
    if any(part.code not in scores for part in node.parts):
        return None
    return _weighted([(part.weight, scores[part.code]) for part in node.parts])


def _weighted(parts: Sequence[tuple[Fraction, Number]]) -> Number:
    whole = sum((weight for weight, _ in parts), Fraction(0))
    if all(isinstance(value, Fraction) for _, value in parts):
        return sum((weight * value for weight, value in parts), Fraction(0)) / whole
    return math.fsum(float(weight) * float(value) for weight, value in parts) / float(whole)


def _normalised(node: Node, values: Mapping[str, Number]) -> Mapping[str, Number]:
    """The values as the node says. Where all are alike there is nothing to tell apart: all are 0."""
    if node.normalisation == "none" or not values:
        return values
    if node.normalisation == "min-max":
        least, most = min(values.values()), max(values.values())
        width = most - least
        return {agency: (value - least) / width if width else Fraction(0) for agency, value in values.items()}
    numbers = [float(value) for value in values.values()]
    mean = math.fsum(numbers) / len(numbers)
    deviation = math.sqrt(math.fsum((each - mean) ** 2 for each in numbers) / len(numbers))
    return {agency: (float(value) - mean) / deviation if deviation else 0.0 for agency, value in values.items()}
