"""Runs a query of integers and gives its columns as an array: by the driver, as rows of objects would take ten times as long."""

from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select

from ea_repo.store.sorted_ids import Integers

# PostgreSQL's binary COPY: 19 bytes of header, rows of a count and (length, value) pairs, two bytes of trailer.
_COPY_HEADER = 19
_COPY_TRAILER = 2


def read_all(connection: Connection, query: Select[Any]) -> Integers:
    """The columns of a query of 64-bit integers without NULL, rows by ascending second column. For very many rows."""
    statement = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
    width = len(query.selected_columns)
    cursor = connection.connection.cursor()
    try:
        if connection.dialect.name == "postgresql":
            rows = _copied(cursor, statement, width)
        else:
            rows = np.fromiter(chain.from_iterable(cursor.execute(statement)), np.int64).reshape(-1, width)
    finally:
        cursor.close()
    return _by_id(rows)


def read_few(connection: Connection, query: Select[Any]) -> Integers:
    """The same for few rows, with bound values."""
    rows = [tuple(row) for row in connection.execute(query)]
    return _by_id(np.array(rows, np.int64).reshape(-1, len(query.selected_columns)))


def _copied(cursor: Any, statement: str, width: int) -> Integers:
    # The compiled text doubles percent signs for values that are bound beside it; COPY has none.
    with cursor.copy(f"COPY ({statement.replace('%%', '%')}) TO STDOUT (FORMAT BINARY)") as copy:
        content = bytearray()  # not joined at the end: each row comes as an object of its own
        for piece in copy:
            content += piece
    row = np.dtype([("count", ">i2"), ("fields", [("length", ">i4"), ("value", ">i8")], (width,))])
    count = (len(content) - _COPY_HEADER - _COPY_TRAILER) // row.itemsize
    return np.frombuffer(content, row, count, _COPY_HEADER)["fields"]["value"].astype(np.int64)


def _by_id(rows: Integers) -> Integers:
    columns = np.ascontiguousarray(rows.T)
    ids = columns[1]
    return columns if np.all(ids[1:] > ids[:-1]) else columns[:, np.argsort(ids)]
