"""Divides an amount of money by weights, so that the parts are exact to the cent and their sum is the amount."""

import math
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

_CENT = Decimal("0.01")


def divided(amount: Decimal, weights: Sequence[Fraction | int]) -> list[Decimal]:
    """The part of each weight; evenly where all weigh nothing. Sums to the amount.

    By the largest remainder: each has at least what is due to it rounded down to a cent (or to the finest digit of the
    amount), and the cents that are left go to those who lost most, the first of equals. `ValueError` for an amount or
    weight below nothing, or for no weights. O(n log n).
    """
    if amount < 0 or any(each < 0 for each in weights) or not weights:
        raise ValueError("an amount of at least nothing is divided by weights of at least nothing")
    exponent = amount.as_tuple().exponent
    unit = min(_CENT, Decimal(1).scaleb(exponent)) if isinstance(exponent, int) else _CENT
    whole = int(amount / unit)
    counts = _counts(weights) if any(weights) else [1] * len(weights)
    total = sum(counts)
    units = [whole * each // total for each in counts]
    lost = [whole * each % total for each in counts]
    # Sorting keeps the order of equals, also from the largest.
    for at in sorted(range(len(counts)), key=lost.__getitem__, reverse=True)[: whole - sum(units)]:
        units[at] += 1
    return [each * unit for each in units]


def _counts(weights: Sequence[Fraction | int]) -> list[int]:
    """Whole numbers that are to each other as the weights: many times as fast to divide by as fractions."""
    if all(type(each) is int for each in weights):
        return [int(each) for each in weights]
    common = math.lcm(*(each.denominator for each in weights))
    return [int(each * common) for each in weights]
