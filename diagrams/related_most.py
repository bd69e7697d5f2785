"""Which of some elements are related to each other more than to others: the communities that a summary can be by."""

from collections.abc import Iterable, Sequence

import numpy as np

from ea_repo.analysis.graph import Adjacency
from ea_repo.analysis.modularity import communities_of


def communities(elements: Iterable[str], lines: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The number of the community of each element, given by uid; `lines` join two of them. O(elements + lines)."""
    rows = {uid: at for at, uid in enumerate(sorted(elements))}
    ends = np.array([(rows[source], rows[target]) for source, target in lines], np.int32).reshape(-1, 2)
    of_row, _ = communities_of(Adjacency.of(len(rows), ends[:, 0], ends[:, 1], np.arange(len(lines), dtype=np.int32)))
    return {uid: int(of_row[row]) for uid, row in rows.items()}
