"""Rows on their way into the tables: numbered, kept until there are enough, written with their search index."""

from __future__ import annotations

import sqlite3
from collections import Counter
from functools import cache
from typing import Any

from db import fulltext
from db.schema import BASIC, BOOKKEEPING, layout

BATCH = 20_000
"""Rows kept before they are written."""


class RowBuffer:
    """Rows to be written inside the caller's transaction, in the order of their tables' columns.

    Row numbers are never used again, so that an address that names a row goes on meaning that row.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._next_ids: dict[str, int] = dict(
            tuple(r) for r in connection.execute('SELECT "表", "次の番号" FROM row_ids')
        )
        self._tables: dict[str, list[tuple[Any, ...]]] = {}
        self._kept = 0
        self._rows: dict[int, Counter[str]] = {}

    def new_id(self, table: str) -> int:
        """The number of the next row of a table."""
        row_id = self._next_ids.get(table, 1)
        self._next_ids[table] = row_id + 1
        return row_id

    def append(self, table: str, row: tuple[Any, ...], source_id: int | None = None) -> None:
        """Keep a row (of ``sheets``: its rowid first); it counts for a source where one is given."""
        rows = self._tables.get(table)
        if rows is None:
            rows = self._tables[table] = []
        rows.append(row)
        self._kept += 1
        if source_id is not None:
            counts = self._rows.get(source_id)
            if counts is None:
                counts = self._rows[source_id] = Counter()
            counts[table] += 1

    def write_if_full(self) -> None:
        """Write what is kept where it is much."""
        if self._kept > BATCH:
            self.write()

    def write(self) -> None:
        """Write what is kept."""
        for table, rows in self._tables.items():
            self.connection.executemany(_insert_sql(table), rows)
            if table in fulltext.INDEXED:
                columns = _physical(table)
                places = [0, *(columns.index(c) for c in fulltext.INDEXED[table])]
                fulltext.add_rows(self.connection, table, [[r[i] for i in places] for r in rows])
        self._tables.clear()
        self._kept = 0

    def rows_of(self, source_id: int) -> Counter[str]:
        """How many rows of each table were kept for a source."""
        return self._rows.get(source_id, Counter())

    def keep_ids(self) -> None:
        """Record which row numbers are used up."""
        self.connection.executemany(
            'INSERT INTO row_ids ("表", "次の番号") VALUES (?, ?)'
            ' ON CONFLICT ("表") DO UPDATE SET "次の番号" = excluded."次の番号"',
            self._next_ids.items(),
        )


@cache
def _physical(table: str) -> tuple[str, ...]:
    """Columns of a table in the order rows are kept; ``sheets`` begins with its rowid."""
    if table in BOOKKEEPING:
        return tuple(BOOKKEEPING[table])
    columns = layout(table).physical
    return ("rowid", *columns) if table == BASIC else columns


@cache
def _insert_sql(table: str) -> str:
    columns = _physical(table)
    names = ", ".join(f'"{c}"' for c in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'
