"""What a database holds: its tables, years and ministries, looked up once and again when the file changes."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from db.schema import APPLICATION_ID


@dataclass(frozen=True)
class Holdings:
    """What one database of this program holds.

    tables       table name → number of rows
    filled       (table, column) of every column that has at least one value
    published    公開年度 of the sheets, oldest first
    years        years of the budget figures, oldest first
    settled      years with an 執行額, oldest first (the last is 最新の実績年度)
    ministries   府省庁 with their number of sheets, in 建制順 where known, else by number of sheets
    forms        様式 → number of sheets
    licences     利用条件 of the sources, without repetition
    """

    path: Path
    tables: Mapping[str, int]
    filled: frozenset[tuple[str, str]]
    published: tuple[int, ...]
    years: tuple[int, ...]
    settled: tuple[int, ...]
    ministries: Mapping[str, int]
    forms: Mapping[str, int]
    licences: tuple[str, ...]

    def has(self, table: str, *columns: str) -> bool:
        """True where the table has rows, and a value in each of the columns."""
        return bool(self.tables.get(table)) and all((table, c) in self.filled for c in columns)

    @property
    def latest_settled(self) -> int | None:
        """The latest year with an 執行額, None where no sheet has one."""
        return self.settled[-1] if self.settled else None


def holdings(path: str | Path | None) -> Holdings | None:
    """Holdings of a database file; None where it is no database of this program."""
    if path is None:
        return None
    file = Path(path)
    if not file.is_file():
        return None
    return _holdings(file, _state(file))


def version(path: Path) -> tuple[int, ...]:
    """Something that changes when the database does: what was worked out from it holds until then."""
    return _state(path)


def _state(file: Path) -> tuple[int, ...]:
    state = []
    for part in (file, file.with_name(file.name + "-wal")):
        if part.exists():
            stat = part.stat()
            state += [stat.st_mtime_ns, stat.st_size]
    return tuple(state)


@lru_cache(maxsize=8)
def _holdings(file: Path, _: tuple[int, ...]) -> Holdings | None:
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)
    try:
        if _first(connection, "PRAGMA application_id") != APPLICATION_ID:
            return None
        return _look(connection, file)
    except sqlite3.DatabaseError:
        # Not an SQLite file, or one that is being written: Datasette says so itself.
        return None
    finally:
        connection.close()


def _look(connection: sqlite3.Connection, file: Path) -> Holdings:
    names = [r[0] for r in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    tables = {n: _first(connection, f'SELECT count(*) FROM "{n}"') for n in names if not _shadow(n, names)}
    filled = set()
    for table, count in tables.items():
        if count and not table.endswith("_fts"):
            for column in [r[1] for r in connection.execute(f'PRAGMA table_info("{table}")')]:
                if _first(connection, f'SELECT 1 FROM "{table}" WHERE "{column}" IS NOT NULL LIMIT 1'):
                    filled.add((table, column))
    order = (
        "min(CAST(府省庁の建制順 AS INTEGER)) IS NULL, min(CAST(府省庁の建制順 AS INTEGER)), count(*) DESC"
    )
    return Holdings(
        path=file,
        tables=tables,
        filled=frozenset(filled),
        published=_years(connection, "SELECT DISTINCT 公開年度 FROM sheets"),
        years=_years(connection, "SELECT DISTINCT 年度 FROM budgets"),
        settled=_years(connection, "SELECT DISTINCT 年度 FROM budgets WHERE 執行額 IS NOT NULL"),
        ministries=_counts(
            connection, f"SELECT 府省庁, count(*) FROM sheets GROUP BY 府省庁 ORDER BY {order}"
        ),
        forms=_counts(connection, "SELECT 様式, count(*) FROM sheets GROUP BY 様式 ORDER BY 2 DESC"),
        licences=tuple(
            r[0]
            for r in connection.execute(
                "SELECT DISTINCT 利用条件 FROM sources WHERE 利用条件 <> '' ORDER BY 利用条件"
            )
        ),
    )


def _shadow(name: str, names: list[str]) -> bool:
    return any(name.startswith(f"{n}_") and n.endswith("_fts") for n in names)


def _first(connection: sqlite3.Connection, sql: str) -> Any:
    row = connection.execute(sql).fetchone()
    return row[0] if row else None


def _years(connection: sqlite3.Connection, sql: str) -> tuple[int, ...]:
    return tuple(sorted(r[0] for r in connection.execute(sql) if r[0] is not None))


def _counts(connection: sqlite3.Connection, sql: str) -> dict[str, int]:
    return {r[0]: r[1] for r in connection.execute(sql) if r[0] is not None}
