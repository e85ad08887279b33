"""Take sources out of a database again: their rows, their part of shared sheets, sheets nobody else holds."""

from __future__ import annotations

import sqlite3

from db.store import SheetStore
from db.stored import delete_rows, delete_sheet, read_layers, settle_sources


def remove_sources(connection: sqlite3.Connection, source_ids: frozenset[int]) -> None:
    """Take sources out of every table; call it inside a transaction, and ``tie_projects`` after it.

    A sheet that sources of other forms hold is rebuilt without these; one that other files of the same form
    hold keeps what those gave.
    """
    if not source_ids:
        return
    marks = ", ".join(str(i) for i in sorted(source_ids))
    keys = [
        r[0]
        for r in connection.execute(
            f"SELECT DISTINCT sheet_key FROM sheet_parts WHERE source_id IN ({marks}) ORDER BY sheet_key"
        )
    ]
    store = SheetStore(connection)
    sharing: set[int] = set()
    for key in keys:
        parts = connection.execute(
            'SELECT source_id, "様式" FROM sheet_parts WHERE sheet_key = ?', (key,)
        ).fetchall()
        staying = {r["source_id"] for r in parts} - source_ids
        sharing |= staying
        if not staying:
            delete_sheet(connection, key)
        elif len({r["様式"] for r in parts}) > 1:
            layers = [layer.without(source_ids) for layer in read_layers(connection, key)]
            store.rebuild(key, [layer for layer in layers if layer.parts])
        else:
            store.rewrite_basic(key, parts[0]["様式"], source_ids)
    delete_rows(connection, f"source_id IN ({marks})", ())
    store.finish()
    settle_sources(connection, source_ids | sharing)
