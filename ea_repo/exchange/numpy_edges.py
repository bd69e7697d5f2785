"""A selection as NumPy arrays (.npz), for whoever computes with it: `numpy.load(path)`, nothing pickled.

    uids, names, types   of every node: text, text, and the position in `type_names`
    source, target       of every edge: the positions of its ends among the nodes
    edge_uids, edge_types
    type_names           the types that occur, in alphabetical order

A relationship that others end at is a node as well. `scipy.sparse.coo_array((ones, (source, target)))` is the matrix.
"""

import io
from collections.abc import Iterable, Sequence
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ea_repo.catalogue import file_format
from ea_repo.exchange.export import Export
from ea_repo.exchange.graph_rows import graph_rows
from ea_repo.exchange.losses import left_out
from ea_repo.metamodel import Finding


@file_format(name="numpy-edges")
class NumpyEdges:
    """An edge list of NumPy arrays (.npz), for computing with; out only."""

    media_type = "application/octet-stream"
    suffix = ".npz"

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        found = graph_rows(export)
        type_names = sorted({each.type for each in (*found.nodes, *found.edges)})
        types = {name: at for at, name in enumerate(type_names)}
        at = {each.uid: position for position, each in enumerate(found.nodes)}
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            uids=_texts(each.uid for each in found.nodes),
            names=_texts(each.name for each in found.nodes),
            types=np.array([types[each.type] for each in found.nodes], np.int32),
            source=np.array([at[each.source or ""] for each in found.edges], np.int64),
            target=np.array([at[each.target or ""] for each in found.edges], np.int64),
            edge_uids=_texts(each.uid for each in found.edges),
            edge_types=np.array([types[each.type] for each in found.edges], np.int32),
            type_names=_texts(type_names),
        )
        file.write(packed.getvalue())
        return [*left_out(export, "an edge list"), *found.findings()]


def _texts(found: Iterable[str]) -> NDArray[np.str_]:
    return np.array(list(found), np.str_)
