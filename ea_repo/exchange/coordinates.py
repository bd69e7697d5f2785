"""Numbers as drawings write them: whole where they are whole, and never one that no drawing could hold."""

from collections.abc import Sequence

LARGEST = 10_000_000

Point = tuple[float, float]


def number(text: str | None, default: float = 0) -> float:
    """A coordinate or size, `default` where nothing is said. `ValueError` says in a sentence what is
    wrong.
    """
    if text is None:
        return default
    try:
        found: float = int(text) if len(text) < 12 else float(text)
    except ValueError:
        try:
            found = float(text)
        except ValueError:
            raise ValueError(f'"{text[:40]}" is not a number') from None
    if not -LARGEST <= found <= LARGEST:  # which also finds NaN
        raise ValueError(f'"{text[:40]}" is beyond any drawing')
    return int(found) if found == int(found) else found


def middle(points: Sequence[Point]) -> Point:
    """Where a line that ends on a line touches it: its middle point, or the middle of its middle piece."""
    half = len(points) // 2
    if len(points) % 2:
        return points[half]
    (x1, y1), (x2, y2) = points[half - 1], points[half]
    return ((x1 + x2) / 2, (y1 + y2) / 2)


def hex_colour(red: str | None, green: str | None, blue: str | None) -> str:
    """`#rrggbb` from three numbers of 0 to 255. `ValueError` where they are not."""
    parts = [int(part or "") for part in (red, green, blue)]
    if not all(0 <= part <= 255 for part in parts):
        raise ValueError("a colour has three numbers from 0 to 255")
    return "#{:02x}{:02x}{:02x}".format(*parts)
