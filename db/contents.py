"""What a database holds: forms, years, ministries, rows, and every source with its reconciliation."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from db.catalogue import catalogue
from db.opening import explained, open_database
from db.schema import BASIC
from db.stored import rows_of_source


def info(database: str | Path) -> dict[str, Any]:
    """What is loaded, as plain data.

    sheets, projects (counts); forms, years, ministries ({name: sheets}); tables ({name: {label, rows}});
    warnings, unplaced (counts); sources (list of dicts with the columns of table ``sources``).
    """
    with explained(database):
        connection = open_database(database)
        try:
            return {
                "database": str(database),
                "bytes": Path(database).stat().st_size,
                "sheets": _count(connection, BASIC),
                "projects": _count(connection, "projects"),
                "forms": _sheets_by(connection, "様式"),
                "years": _sheets_by(connection, "公開年度"),
                "ministries": _sheets_by(connection, "府省庁"),
                "tables": {
                    t.name: {"label": t.label, "rows": _count(connection, t.name)} for t in catalogue().tables
                },
                "warnings": _count(connection, "warnings"),
                "unplaced": _count(connection, "unplaced"),
                "sources": [_source(r) for r in connection.execute("SELECT * FROM sources ORDER BY id")],
            }
        finally:
            connection.close()


def unreconciled(connection: sqlite3.Connection) -> list[str]:
    """One Japanese line for every source whose counts do not add up, or whose rows are not in the tables."""
    found = []
    for source in connection.execute("SELECT * FROM sources ORDER BY id").fetchall():
        name, read = source["ファイル"], source["読んだ行"]
        parts = (source["収めた行"], source["併合した行"], source["未配置の行"])
        if read != sum(parts):
            shares = " + ".join(str(p) for p in parts)
            found.append(
                f"{name}: 読んだ行 {read} が 収めた行 + 併合した行 + 未配置の行({shares})と合いません"
            )
        recorded = json.loads(source["表の行数"] or "{}")
        actual = rows_of_source(connection, source["id"])
        if recorded != actual:
            found.append(f"{name}: 収めた行の記録 {recorded} が表の行 {actual} と合いません")
    return found


def _source(row: sqlite3.Row) -> dict[str, Any]:
    source = dict(row)
    source["表の行数"] = json.loads(source["表の行数"] or "{}")
    return source


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


def _sheets_by(connection: sqlite3.Connection, column: str) -> dict[str, int]:
    rows = connection.execute(
        f'SELECT "{column}", count(*) FROM sheets GROUP BY 1 ORDER BY min("府省庁の建制順" + 0), 1'
    )
    return {str(r[0]) if r[0] is not None else "(記載なし)": r[1] for r in rows}
