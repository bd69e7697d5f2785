"""What a benchmark gives back, how time is taken, and the table that is printed.

Only ratios are worth keeping: machines differ, and one machine differs from minute to minute. So both sides are
measured in turns, and the best of several rounds counts, which other work on the machine disturbs least.
"""

import gc
import re
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: how long ours took, how long what it is held `against`, and the most that the ratio may be.

    `at_most` 0.1 means at least ten times as fast; None, that the figure is for information.
    """

    name: str
    ours: float
    baseline: float
    against: str
    unit: str = "ms"
    at_most: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.baseline

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.ratio < self.at_most

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "ratio": self.ratio, "holds": self.holds}


def milliseconds(act: Act) -> float:
    """How long one run takes, without the collector stepping in."""
    gc.collect()
    gc.disable()
    try:
        begun = time.perf_counter()
        act()
        return (time.perf_counter() - begun) * 1_000
    finally:
        gc.enable()


def median_of(runs: int, act: Act) -> float:
    """The median of several runs, in milliseconds."""
    return statistics.median(milliseconds(act) for _ in range(runs))


def in_turns(*measures: Callable[[], float], rounds: int) -> list[float]:
    """The best of each measure over so many rounds, one after the other in each round."""
    taken = [[measure() for measure in measures] for _ in range(rounds)]
    return [min(column) for column in zip(*taken, strict=True)]


def peak_megabytes() -> float:
    """The most memory that this program has taken since it began, on Linux.

    `ru_maxrss` will not do: a process that is started by another begins with the peak of that one.
    """
    said = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    if said is None:
        raise OSError("/proc/self/status does not say VmHWM")
    return int(said[1]) / 1_024


def table(results: Iterable[Result]) -> str:
    """The results for people."""
    heads = ("benchmark", "ours", "against", "takes", "ratio", "bound", "")
    rows = [heads, *(_cells(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths).rstrip(), *lines[1:]])


def _cells(result: Result) -> tuple[str, ...]:
    bound = "" if result.at_most is None else f"under {_times(result.at_most)}"
    return (
        result.name,
        f"{result.ours:,.4g} {result.unit}",
        result.against,
        f"{result.baseline:,.4g} {result.unit}",
        _times(result.ratio),
        bound,
        "" if result.holds else "NOT HELD",
    )


def _times(ratio: float) -> str:
    """A ratio as people say it: 2.4, or 1/46 for what is faster."""
    return f"{ratio:.3g}" if ratio >= 1 or not ratio else f"1/{1 / ratio:.3g}"
