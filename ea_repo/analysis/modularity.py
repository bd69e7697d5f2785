"""Communities: parts of a graph with many edges inside and few between, found by raising the modularity.

The method of Louvain (Blondel and others, 2008) with whole arrays: in every round a random half of the nodes move at once,
each to the neighbouring community where it gains most, so that no two can chase each other for ever.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ea_repo.analysis.graph import Adjacency, Rows

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_SEED = 20_261_124
#: So many rounds that gain less than this, and a level is done.
_PATIENCE = 4
_LITTLE = 1e-4
_LEAST = 1e-9
#: Of fewer edges, both ways counted, the best of so many attempts.
_FEW, _ATTEMPTS = 100_000, 8


def communities_of(along: Adjacency) -> tuple[Rows, float]:
    """The community of each row, numbered from 0, and the modularity of all (Newman and Girvan, 2004; at most 1).

    Every edge counts in both directions, parallel ones each; what has no edge is a community of its own. The same graph
    gives the same communities: of few edges, the best of several attempts. O(edges) for each of some dozen rounds.
    """
    weights = _weights(along)
    total = float(weights.sum())
    random = np.random.default_rng(_SEED)
    attempts = (_attempt(weights, total, random) for _ in range(_ATTEMPTS if total < _FEW else 1))
    return max(attempts, key=lambda each: each[1])


def _attempt(weights: "csr_array[Any]", total: float, random: np.random.Generator) -> tuple[Rows, float]:
    """One partition, and its modularity."""
    found = np.arange(weights.shape[0], dtype=np.int32)
    while total:
        labels = _settled(weights, total, random)
        known, labels = np.unique(labels, return_inverse=True)
        found = labels.astype(np.int32).take(found)
        if len(known) == weights.shape[0]:
            break
        weights = _merged(weights, labels, len(known))
    return found, float(weights.trace() / total - np.square(_degrees(weights) / total).sum()) if total else 0.0


def _weights(along: Adjacency) -> "csr_array[Any]":
    """How many edges join each two rows, either way."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - half a second that other questions need not pay

    size = len(along.starts) - 1
    one_way = csr_array((np.ones(len(along.neighbours)), along.neighbours, along.starts), shape=(size, size))
    return csr_array(one_way + one_way.T)


def _merged(weights: "csr_array[Any]", labels: NDArray[np.intp], size: int) -> "csr_array[Any]":
    """The graph whose nodes are the communities."""
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415 - as above

    edges = weights.tocoo()
    pairs = (labels.take(edges.coords[0]), labels.take(edges.coords[1]))
    return csr_array(coo_array((edges.data, pairs), shape=(size, size)))


def _settled(weights: "csr_array[Any]", total: float, random: np.random.Generator) -> NDArray[np.intp]:
    """The best partition met while nodes move, until they gain little for some rounds."""
    size = weights.shape[0]
    degrees = _degrees(weights)
    own = weights.diagonal()
    between = weights.copy()
    between.setdiag(0)
    between.eliminate_zeros()
    sources = np.repeat(np.arange(size, dtype=between.indices.dtype), np.diff(between.indptr))

    def modularity(labels: NDArray[np.intp]) -> float:
        is_inside = labels.take(sources) == labels.take(between.indices)
        of_community = np.bincount(labels, degrees, minlength=1)
        return float((between.data @ is_inside + own.sum()) / total - np.square(of_community / total).sum())

    labels = np.arange(size)
    best, best_labels, waited = modularity(labels), labels, 0
    while waited < _PATIENCE:
        labels = _moved(between, degrees, labels, np.flatnonzero(random.random(size) < 0.5), total)
        now = modularity(labels)
        waited = 0 if now > best + _LITTLE else waited + 1
        if now > best + _LEAST:
            best, best_labels = now, labels
    return best_labels


def _moved(
    between: "csr_array[Any]",
    degrees: NDArray[np.float64],
    labels: NDArray[np.intp],
    active: NDArray[np.intp],
    total: float,
) -> NDArray[np.intp]:
    """The labels after every active node went where it gains most, the lowest number of several."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - as above

    some = between[active]
    joined = csr_array((some.data.copy(), labels.take(some.indices), some.indptr), shape=some.shape)
    joined.sum_duplicates()
    counts = np.diff(joined.indptr)
    moving = active[counts > 0]
    counts = counts[counts > 0]
    if not len(moving):
        return labels
    own, degree = np.repeat(labels.take(moving), counts), np.repeat(degrees.take(moving), counts)
    of_community = np.bincount(labels, degrees, minlength=len(labels))
    others = of_community.take(joined.indices) - np.where(joined.indices == own, degree, 0)
    gain = joined.data - degree * others / total
    begins = np.cumsum(counts) - counts
    best = np.maximum.reduceat(gain, begins)
    places = np.flatnonzero(gain >= np.repeat(best, counts))
    first = places.take(np.searchsorted(places, begins))
    stays = np.zeros(len(moving))
    here = np.flatnonzero(joined.indices == own)
    stays[np.searchsorted(begins, here, side="right") - 1] = joined.data.take(here)
    stays -= degrees.take(moving) * (of_community.take(labels.take(moving)) - degrees.take(moving)) / total
    better = best > stays + _LEAST
    found = labels.copy()
    found[moving[better]] = joined.indices.take(first[better])
    return found


def _degrees(weights: "csr_array[Any]") -> NDArray[np.float64]:
    return np.asarray(weights.sum(axis=1)).ravel()
