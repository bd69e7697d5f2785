"""GraphML of a selection, for Gephi, yEd, Cytoscape and networkx: nodes and edges with what is said of them.

    node  type, name, owner, model, and each attribute of text, number or yes and no
    edge  the same; its id is the relationship's uid

A relationship that others end at is a node as well, joined to its two ends by its own edge.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from ea_repo.catalogue import file_format
from ea_repo.exchange.export import Export
from ea_repo.exchange.graph_rows import graph_rows
from ea_repo.exchange.losses import left_out
from ea_repo.metamodel import Finding
from ea_repo.store.records import Concept

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
_FIELDS = ("type", "name", "description", "owner", "model")
#: What no XML 1.0 can say.
_UNSAYABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_KINDS: tuple[tuple[type, str], ...] = ((bool, "boolean"), (int, "long"), (float, "double"), (str, "string"))


@file_format(name="graphml")
class GraphMl:
    """A graph of nodes and edges (.graphml), for tools that draw or analyse networks; out only."""

    media_type = "application/graphml+xml"
    suffix = ".graphml"

    def write(self, export: Export, file: BinaryIO) -> Sequence[Finding]:
        found = graph_rows(export)
        keys: dict[tuple[str, str], str] = {}
        for each in (*found.nodes, *found.edges):
            for name, value in _said(each):
                keys.setdefault((name, _kind(value)), f"k{len(keys)}")
        file.write(_HEAD.encode())
        for (name, kind), key in keys.items():
            told = f'<key id="{key}" for="all" attr.name={quoteattr(name)} attr.type="{kind}"/>\n'
            file.write(told.encode())
        file.write(b'<graph edgedefault="directed">\n')
        for node in found.nodes:
            file.write(f"<node id={_quoted(node.uid)}>{_data(node, keys)}</node>\n".encode())
        for edge in found.edges:
            ends = f"source={_quoted(edge.source or '')} target={_quoted(edge.target or '')}"
            file.write(f"<edge id={_quoted(edge.uid)} {ends}>{_data(edge, keys)}</edge>\n".encode())
        file.write(b"</graph>\n</graphml>\n")
        return [*left_out(export, "GraphML"), *found.findings()]


def _said(concept: Concept) -> Iterator[tuple[str, Any]]:
    for name in _FIELDS:
        value = getattr(concept, name)
        if value:
            yield name, value
    for name in ("valid_from", "valid_until"):
        value = getattr(concept, name)
        if value is not None:
            yield name, value.isoformat()
    for name, value in concept.attributes.items():
        if name in _FIELDS:
            name = f"attribute_{name}"
        if isinstance(value, list):
            value = "; ".join(map(str, value))
        elif isinstance(value, dict):
            value = " ".join(str(each) for each in value.values())
        if isinstance(value, bool | int | float | str):
            yield name, value


def _kind(value: Any) -> str:
    return next(kind for type_, kind in _KINDS if isinstance(value, type_))


def _data(concept: Concept, keys: dict[tuple[str, str], str]) -> str:
    return "".join(
        f'<data key="{keys[name, _kind(value)]}">{escape(_sayable(_text(value)))}</data>'
        for name, value in _said(concept)
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quoted(text: str) -> str:
    return quoteattr(_sayable(text))


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub("\ufffd", text)
