"""Divides an amount of money by weights, so that the parts are exact to the cent and their sum is the amount."""

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
    whole, total = int(amount / unit), sum(weights)
    due = [Fraction(whole) * each / total if total else Fraction(whole, len(weights)) for each in weights]
    units = [int(each) for each in due]
    most_lost = sorted(range(len(due)), key=lambda at: (units[at] - due[at], at))
    for at in most_lost[: whole - sum(units)]:
        units[at] += 1
    return [each * unit for each in units]
