"""How soon an impact of under 1,000 concepts comes over HTTP, with all its chains, against a bare route with the same bytes.

The repository has 30,000 elements and 90,000 relationships, and its graph is there, as after the first question. Asked for the
first time the answer is worked out; asked again of the same changeset it is remembered. Both are measured: a parameter that
changes nothing makes every first question another one.
"""

import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from benchmarks.bench_list_page import BARE, OURS, fetched, median_of_requests, served
from benchmarks.frame import Result, in_turns
from benchmarks.graph_store import fill
from ea_repo.analysis.condensation import condensed
from ea_repo.analysis.impact import impact
from ea_repo.analysis.reach_sizes import exact_sizes
from ea_repo.repository import open_repository

NODES, EDGES = 30_000, 90_000
ROUNDS = 5
_AGAINST = "a bare FastAPI route, same bytes"
#: The answers are the largest of fewer concepts than these, of one element in seven.
SIZES = (20, 1_000)


def run() -> Iterator[Result]:
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "nation.db")
        fill(Path(database), NODES, EDGES)
        with served(OURS, database) as ours:
            for size in SIZES:
                path, total = _nearly(database, size)
                ours.close()  # the server has, if it had to wait
                body = Path(folder) / "answer.json"
                body.write_bytes(fetched(ours, path))
                limits = count(total + 1)
                with served(BARE, str(body)) as bare:
                    first, again, baseline = in_turns(
                        lambda path=path, limits=limits: median_of_requests(
                            ours, lambda: f"{path}&limit={next(limits)}"
                        ),  # type: ignore[misc]
                        lambda path=path: median_of_requests(ours, path),  # type: ignore[misc]
                        lambda bare=bare: median_of_requests(bare, "/"),  # type: ignore[misc]
                        rounds=ROUNDS,
                    )
                name = f"impact of {total:,} over HTTP, {body.stat().st_size / 1_000:,.0f} kB"
                yield Result(f"{name}, asked again", again, baseline, _AGAINST, at_most=3)
                yield Result(f"{name}, asked first", first, baseline, _AGAINST)


def _nearly(database: str, size: int) -> tuple[str, int]:
    """The address of an answer of nearly that size, and its size."""
    with open_repository(database) as repository, repository.state() as state:
        sizes = exact_sizes(condensed(state.graph.dependents), np.arange(0, NODES, 7))
        row = 7 * int(np.argmax(np.where(sizes < size, sizes, 0)))
        total = len(impact(state, f"m:e{row}"))
    return f"/api/v1/analysis/impact?{urlencode({'uid': f'm:e{row}'})}", total
