"""A repository of any size written as raw rows: what a graph is read from, without the wait.

Systems that serve each other, owned by agencies; the last hundredth are public services.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from benchmarks.synthetic import layered
from ea_repo import open_repository

AGENCIES = 600
SERVICES = 100  # one in so many is one
CONCEPT = (
    "INSERT INTO concept (id, uid, kind, type, model_id, owner_id, source_id, target_id, name, attributes, properties,"
    " translations, version, written) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, '{}', '[]', '{}', 1, 1)"
)


def fill(path: Path, nodes: int, edges: int) -> None:
    """Elements 1 to `nodes`, then relationships by which the source depends on the target; all of changeset 1."""
    open_repository(str(path), create=True).close()
    made = layered(nodes, edges)
    database = sqlite3.connect(path)
    with database:
        now = "2026-01-01 00:00:00.000000"
        database.execute(
            "INSERT INTO changeset (id, number, state, author, reason, source, counts, findings, created_at, applied_at)"
            " VALUES (1, 1, 'applied', 'bench', 'fill', '', '{}', '[]', ?, ?)",
            (now, now),
        )
        database.execute(
            "INSERT INTO model (id, uid, name, properties, translations, version, written) VALUES (1, 'm', 'M', '[]', '{}', 1, 1)"
        )
        database.executemany(CONCEPT, _elements(nodes))
        database.executemany(CONCEPT, _relationships(nodes, made.dependents.tolist(), made.needed.tolist()))
    database.execute("ANALYZE")
    database.close()


def _elements(nodes: int) -> Iterator[tuple[object, ...]]:
    """Agencies stand in the middle, so that owners are neither the first nor the last layer."""
    agencies = range(nodes // 2, nodes // 2 + min(AGENCIES, nodes // 10))
    for row in range(nodes):
        is_service = row >= nodes - nodes // SERVICES
        kind = "Agency" if row in agencies else "PublicService" if is_service else "System"
        owner = agencies[row * len(agencies) // nodes] + 1
        yield row + 1, f"m:e{row}", "element", kind, owner, None, None, f"{kind} {row}"


def _relationships(nodes: int, dependents: list[int], needed: list[int]) -> Iterator[tuple[object, ...]]:
    for number, (one, other) in enumerate(zip(dependents, needed, strict=True)):
        yield nodes + number + 1, f"m:r{number}", "relationship", "Serving", None, other + 1, one + 1, ""
