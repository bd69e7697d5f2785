"""Which parts of a framework are compared side by side, and what a score to be reached is called."""

from fractions import Fraction

from ea_repo.errors import InvalidInput
from ea_repo.planning.index.framework import Framework, Node, said_in

_MOST_SIDE_BY_SIDE = 12


def parts_at(framework: Framework, depth: int) -> list[Node]:
    """The parts on one level of the tree, 1 the uppermost; a branch that ends higher up is there with its last part."""
    return [node for at, node in framework.root.walk() if at == depth or (node.is_indicator and at < depth)]


def usual_depth(framework: Framework) -> int:
    """The deepest level with so few parts that they are read side by side. Where scores are normalised, the uppermost, as those
    below it are on no common scale."""
    depth = 1
    while not framework.is_relative:
        below = parts_at(framework, depth + 1)
        if len(below) > _MOST_SIDE_BY_SIDE or below == parts_at(framework, depth):
            break
        depth += 1
    return depth


def score_to_reach(framework: Framework, said: str) -> Fraction:
    """A score, or the lowest of a band called so in any language. `InvalidInput` for what is neither."""
    for band in framework.bands:
        if said.casefold() in {name.casefold() for name in band.name.values()}:
            return band.lowest
    try:
        return Fraction(said)
    except (ValueError, ZeroDivisionError):
        known = ", ".join(said_in(band.name, "en") for band in framework.bands)
        raise InvalidInput(f'"{said}" is neither a score nor a band of {framework.code}; bands are {known}') from None
