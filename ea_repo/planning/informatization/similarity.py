"""How alike things are that are known by tokens of several features. Pure computation over sparse arrays.

The score is the weighted Jaccard index (Ruzicka): of what either has, the share that both have,
sum min(a, b) / sum max(a, b). A token of a feature weighs its rarity, log(1 + things / things that have it), and the tokens
of one feature of one thing weigh as much together as the feature does. So a thing with a long text does not drown its
functions, and a feature of which neither says anything does not count.

`joined` finds all pairs from a score on, exactly, without comparing all: two things so alike must share a token among the
rarest of each (prefix filter: Chaudhuri, Ganti, Kaushik 2006; weighted as Xiao, Wang, Lin, Yu 2008).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]
#: Candidates are made and verified in parts, which bounds memory.
_ROWS_AT_ONCE, _PAIRS_AT_ONCE = 1_000, 100_000
#: Where things are parted by how much they say: 1 is something of every feature.
_BANDS = (0.4, 0.6, 0.75, 0.85, 0.95)
#: Sums of floats: what misses the score by less than this is verified rather than lost.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Two things each, `one` before `other`, by their rows, with the score."""

    one: Numbers
    other: Numbers
    scores: Weights

    def best(self, size: int, top: int) -> list[list[int]]:
        """For each of `size` things, the `top` most similar among the pairs, best first, then by row."""
        at = np.concatenate([self.one, self.other])
        to = np.concatenate([self.other, self.one])
        order = np.lexsort((to, -np.concatenate([self.scores, self.scores]), at))
        at, to = at[order], to[order]
        starts = np.searchsorted(at, np.arange(size + 1))
        return [to[begin : min(begin + top, end)].tolist() for begin, end in pairwise(starts)]


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """A row for each thing, a column for each token, the rarest first; `features` and `tokens` say what a column is."""

    matrix: Any
    features: NDArray[np.int8]
    tokens: NDArray[Any]
    names: tuple[str, ...]

    @classmethod
    def of(cls, size: int, having: Mapping[str, tuple[Numbers, Numbers]], weights: Mapping[str, float]) -> "Profiles":
        """Of (row, token) pairs of each feature, repetitions allowed. Tokens are numbers, each feature's its own. O(pairs)."""
        names = tuple(name for name in having if weights.get(name, 0) > 0)
        total = sum(weights[name] for name in names) or 1.0
        parts = [_weighed(size, *having[name], weights[name] / total) for name in names]
        tokens = [part[0] for part in parts]
        bases = np.cumsum([0, *(len(each) for each in tokens)])
        rows = np.concatenate([part[1] for part in parts] or [np.zeros(0, np.int64)])
        columns = np.concatenate(
            [part[2] + base for part, base in zip(parts, bases, strict=False)] or [np.zeros(0, np.int64)]
        )
        values = np.concatenate([part[3] for part in parts] or [np.zeros(0)])
        width = int(bases[-1])
        order = np.argsort(np.bincount(columns, minlength=width), kind="stable")
        place = np.empty(width, np.int64)
        place[order] = np.arange(width)
        matrix = csr_array((values, (rows, place[columns])), shape=(size, max(width, 1)))
        matrix.sort_indices()
        features = np.repeat(np.arange(len(names), dtype=np.int8), [len(each) for each in tokens])
        named = np.concatenate([*tokens, np.zeros(0, np.int64)])
        return cls(matrix, features[order], named[order], names)

    def __len__(self) -> int:
        return int(self.matrix.shape[0])

    @property
    def sizes(self) -> Weights:
        """The weight of all that each thing has: 1 where it says something of every feature."""
        found: Weights = np.asarray(self.matrix.sum(axis=1)).ravel()
        return found

    def against_all(self, row: int) -> Weights:
        """The score of every thing with that one; 1 with itself where it says anything. O(tokens of all)."""
        matrix = self.matrix
        own = np.zeros(matrix.shape[1])
        part = slice(matrix.indptr[row], matrix.indptr[row + 1])
        own[matrix.indices[part]] = matrix.data[part]
        shared = np.zeros(len(matrix.data) + 1)
        np.cumsum(np.minimum(matrix.data, own.take(matrix.indices)), out=shared[1:])
        common = shared[matrix.indptr[1:]] - shared[matrix.indptr[:-1]]
        sizes = self.sizes
        return _ratio(common, sizes + sizes[row] - common)

    def scores(self, one: Numbers, other: Numbers) -> Weights:
        """The score of each pair of rows. O(tokens of the pairs)."""
        sizes, found = self.sizes, np.zeros(len(one))
        for begin in range(0, len(one), _PAIRS_AT_ONCE):
            part = slice(begin, begin + _PAIRS_AT_ONCE)
            common = self.matrix[one[part]].minimum(self.matrix[other[part]]).sum(axis=1)
            common = np.asarray(common).ravel()
            found[part] = _ratio(common, sizes[one[part]] + sizes[other[part]] - common)
        return found

    def joined(self, least: float) -> Pairs:
        """Every pair with at least that score, above 0; exact. Near-linear where things have tokens of their own."""
        sizes, bands = self.sizes, self._bands()
        parts = [np.zeros((2, 0), np.int64)]
        for at, band in enumerate(bands):
            for partners in bands[at:]:
                # What must be shared is the more, the more the partners have: so those of like size are joined apart.
                own = self._prefixes(least, band, float(sizes[partners].min()))
                turned = self._prefixes(least, partners, float(sizes[band].min())).T.tocsr()
                parts += [np.stack(self._candidates(least, own, turned, band, partners))]
        one, other = np.concatenate(parts, axis=1)
        scores = self.scores(one, other)
        kept = (scores >= least) & (scores > 0)
        return Pairs(one[kept], other[kept], scores[kept])

    def _bands(self) -> list[Numbers]:
        """The rows of things that say anything, parted by how much they say."""
        sizes = self.sizes
        places = np.searchsorted(_BANDS, sizes, "right")
        found = (np.flatnonzero((places == at) & (sizes > 0)) for at in range(len(_BANDS) + 1))
        return [rows for rows in found if len(rows)]

    def _candidates(
        self, least: float, own: Any, turned: Any, band: Numbers, partners: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Pairs, each once, that share a token of both prefixes and are not too different in size."""
        sizes = self.sizes
        ones, others = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for begin in range(0, len(band), _ROWS_AT_ONCE):
            block = (own[begin : begin + _ROWS_AT_ONCE] @ turned).tocoo()
            one, other = band[block.coords[0] + begin], partners[block.coords[1]]
            # Shared weight is at most the smaller of both, and the union at least the larger.
            smaller, larger = np.minimum(sizes[one], sizes[other]), np.maximum(sizes[one], sizes[other])
            mask = (smaller >= least * larger - _SLACK) & ((one < other) if band is partners else True)
            ones.append(np.minimum(one, other)[mask])
            others.append(np.maximum(one, other)[mask])
        return np.concatenate(ones), np.concatenate(others)

    def by_feature(self, one: int, other: int) -> dict[str, tuple[float | None, list[int]]]:
        """For each feature the score of two things in it alone, None where neither says anything of it, and the tokens that
        both have, those of most weight first. O(tokens of the two).
        """
        found: dict[str, tuple[float | None, list[int]]] = {}
        matrix = self.matrix
        spans = [slice(matrix.indptr[row], matrix.indptr[row + 1]) for row in (one, other)]
        having = np.unique(np.concatenate([matrix.indices[span] for span in spans]))
        a, b = (
            np.bincount(np.searchsorted(having, matrix.indices[span]), matrix.data[span], minlength=len(having))
            for span in spans
        )
        least, most = np.minimum(a, b), np.maximum(a, b)
        features = self.features[having]
        for at, name in enumerate(self.names):
            columns = np.flatnonzero((features == at) & (most > 0))
            both = columns[least[columns] > 0]
            both = both[np.argsort(-least[both], kind="stable")]
            share = float(least[columns].sum() / most[columns].sum()) if len(columns) else None
            found[name] = (share, self.tokens[having[both]].tolist())
        return found

    def _prefixes(self, least: float, rows: Numbers, smallest: float) -> Any:
        """The rarest tokens of these things: those after them weigh less than what it must share with any partner that is
        so alike. A score is shared / (one + other - shared), so shared >= least / (1 + least) (one + other); and a partner
        has at least `least` of what the thing has.
        """
        matrix = self.matrix[rows]
        lengths = np.diff(matrix.indptr)
        before = np.cumsum(matrix.data) - matrix.data
        starts = np.append(before, 0.0)[np.minimum(matrix.indptr[:-1], len(before))]
        sizes = self.sizes[rows]
        needed = least / (1 + least) * (sizes + np.maximum(least * sizes, smallest))
        left = np.repeat(sizes + starts, lengths) - before  # this token and all after it
        mask = left >= np.repeat(needed, lengths) - _SLACK
        indptr = np.concatenate([[0], np.cumsum(mask)])[matrix.indptr]
        return csr_array((np.ones(int(mask.sum()), np.int32), matrix.indices[mask], indptr), shape=matrix.shape)


def clustered(pairs: Pairs, size: int) -> list[list[int]]:
    """Groups of two and more in which every two are a pair; the largest first, then by the first row.

    Pairs are taken strongest first, and two groups become one if all across are pairs (complete linkage). So no chain of
    look-alikes joins what is not alike. O(pairs x members).
    """
    known = set(zip(pairs.one.tolist(), pairs.other.tolist(), strict=True))
    group_of: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    order = np.lexsort((pairs.other, pairs.one, -pairs.scores))
    for one, other in zip(pairs.one[order].tolist(), pairs.other[order].tolist(), strict=True):
        left, right = group_of.get(one, one), group_of.get(other, other)
        if left == right:
            continue
        both = members.get(left, [left]), members.get(right, [right])
        if all((min(a, b), max(a, b)) in known for a in both[0] for b in both[1]):
            members[left] = [*both[0], *both[1]]
            members.pop(right, None)
            group_of.update(dict.fromkeys(members[left], left))
    return sorted((sorted(each) for each in members.values()), key=lambda each: (-len(each), each[0]))


def _weighed(size: int, rows: Numbers, tokens: Numbers, weight: float) -> tuple[Numbers, Numbers, Numbers, Weights]:
    """The tokens, and of each pair once: row, place of the token, weight."""
    named, columns = np.unique(tokens, return_inverse=True)
    width = max(len(named), 1)
    keys = np.sort(rows * width + columns)  # many times as fast as the hashing of np.unique
    rows, columns = np.divmod(keys[np.flatnonzero(np.diff(keys, prepend=-1))], width)
    rarity = np.log1p(size / np.maximum(np.bincount(columns, minlength=len(named)), 1))
    values = rarity[columns] if len(columns) else np.zeros(0)
    sums = np.bincount(rows, values, minlength=size)
    return named, rows, columns, weight * values / sums[rows]


def _ratio(part: Weights, whole: Weights) -> Weights:
    found: Weights = np.divide(part, whole, out=np.zeros(len(part)), where=whole > _SLACK)
    return np.minimum(found, 1.0)
