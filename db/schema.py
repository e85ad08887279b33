"""The tables of the database: one per table of the catalogue, and the book-keeping around them.

Catalogue tables hold the catalogue's columns and, beside them, ``sheet_key``, ``source_id``, ``位置`` (where
the row stands in its source) and ``記載`` (JSON object: column → what is printed, where it differs).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from db.catalogue import Table, catalogue

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x52565348
"""「RVSH」: written to ``PRAGMA application_id`` so that a database of this program is recognised."""

BASIC = "sheets"
LOCATOR, PRINTED = "位置", "記載"

BOOKKEEPING: dict[str, dict[str, type]] = {
    "projects": {
        "id": int,
        "事業名": str,
        "府省庁": str,
        "最初の年度": int,
        "最後の年度": int,
        "シート数": int,
    },
    "project_ties": {
        "id": int,
        "project_id": int,
        "sheet_key": str,
        "規則": str,
        "確度": float,
        "根拠": str,
    },
    "sources": {
        "id": int,
        "ファイル": str,
        "様式": str,
        "部分": str,
        "sha256": str,
        "読込日時": str,
        "基準日": str,
        "利用条件": str,
        "シート数": int,
        "読んだ行": int,
        "収めた行": int,
        "併合した行": int,
        "未配置の行": int,
        "表の行数": str,
    },
    "warnings": {
        "id": int,
        "sheet_key": str,
        "種類": str,
        "表": str,
        "行": str,
        "列": str,
        "場所": str,
        "内容": str,
        "source_id": int,
    },
    "unplaced": {"id": int, "sheet_key": str, "本文": str, "位置": str, "source_id": int},
    "sheet_parts": {
        "sheet_key": str,
        "source_id": int,
        "様式": str,
        "値": str,
        "記載": str,
        "位置": str,
        "列の位置": str,
    },
    "layer_rows": {"id": int, "sheet_key": str, "source_id": int, "様式": str, "表": str, "内容": str},
    "cell_sources": {
        "id": int,
        "sheet_key": str,
        "表": str,
        "行": str,
        "列": str,
        "source_id": int,
        "位置": str,
    },
    "row_ids": {"表": str, "次の番号": int},
}
"""Tables that are not in the catalogue, with the Python types of their columns."""

PRIMARY_KEYS: dict[str, str | tuple[str, str]] = {
    BASIC: "sheet_key",
    "sheet_parts": ("sheet_key", "source_id"),
    "row_ids": "表",
}
"""Where the primary key is not ``id``."""

INDEXES: dict[str, tuple[tuple[str, ...], ...]] = {
    BASIC: (("公開年度",), ("府省庁",), ("予算事業ID",), ("事業番号",), ("project_id",), ("source_id",)),
    "budgets": (("年度",),),
    "payees": (("支出先",), ("法人番号",)),
    "payee_contracts": (("支出先",), ("法人番号",)),
    "expenses": (("支出先",), ("法人番号",)),
    "contracts": (("契約先",), ("法人番号",)),
    "evaluations": (("項目",),),
    "comments": (("項目",), ("元の表", "元の行")),
    "cell_sources": (("表", "行"),),
    "project_ties": (("sheet_key",), ("project_id",)),
    "sheet_parts": (("source_id",),),
    "sources": (("sha256",),),
}
"""Columns that questions look rows up by, besides sheet_key and source_id of every table."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one catalogue table are written: its columns in order and their types."""

    table: str
    columns: tuple[str, ...]
    """Catalogue columns in order."""
    position: dict[str, int]
    """Column → index among ``columns``."""
    numeric: frozenset[str]
    """Columns that take numbers only."""
    whole: frozenset[str]
    """Columns that take whole numbers only."""
    physical: tuple[str, ...]
    """All columns of the SQLite table, in the order rows are written."""
    passages: tuple[str, ...]
    """Columns whose text is copied into ``comments``."""


@cache
def layout(name: str) -> Layout:
    """Layout of a catalogue table; KeyError where the catalogue has none of that name."""
    table = catalogue().table(name)
    before = ("sheet_key", "project_id") if name == BASIC else ("id", "sheet_key")
    return Layout(
        table=name,
        columns=table.columns,
        position={c: i for i, c in enumerate(table.columns)},
        numeric=frozenset(f.column for f in table.fields if f.sql_type != "TEXT"),
        whole=frozenset(f.column for f in table.fields if f.sql_type == "INTEGER"),
        physical=(*before, *table.columns, "source_id", LOCATOR, PRINTED),
        passages=tuple(f.column for f in table.fields if f.passage and name != "comments"),
    )


@cache
def section_names() -> tuple[str, ...]:
    """Names of the catalogue tables other than ``sheets``."""
    return tuple(t.name for t in catalogue().tables if t.name != BASIC)


@cache
def all_columns() -> frozenset[tuple[str, str]]:
    """(table, column) of everything ``create_tables`` makes."""
    tables = {**BOOKKEEPING, **{t.name: _columns(t) for t in catalogue().tables}}
    return frozenset((name, column) for name, columns in tables.items() for column in columns)


def create_tables(database: Database) -> None:
    """Create every table and index that is missing; add columns the catalogue has gained."""
    for name, columns in BOOKKEEPING.items():
        _create(database, name, columns, _bookkeeping_keys(name))
    for table in catalogue().tables:
        _create(database, table.name, _columns(table), _keys(table.name))
    for name in (*BOOKKEEPING, BASIC, *section_names()):
        _index(database, name)


def _columns(table: Table) -> dict[str, type]:
    types = {"INTEGER": int, "REAL": float, "TEXT": str}
    fields = {f.column: types[f.sql_type] for f in table.fields}
    before: dict[str, type] = {"sheet_key": str, "project_id": int}
    if table.name != BASIC:
        before = {"id": int, "sheet_key": str}
    return {**before, **fields, "source_id": int, LOCATOR: str, PRINTED: str}


def _keys(name: str) -> list[tuple[str, str, str]]:
    own = ("project_id", "projects", "id") if name == BASIC else ("sheet_key", BASIC, "sheet_key")
    return [own, ("source_id", "sources", "id")]


def _bookkeeping_keys(name: str) -> list[tuple[str, str, str]]:
    keys = {
        "sheet_key": ("sheet_key", BASIC, "sheet_key"),
        "source_id": ("source_id", "sources", "id"),
        "project_id": ("project_id", "projects", "id"),
    }
    return [keys[c] for c in BOOKKEEPING[name] if c in keys]


def _create(
    database: Database, name: str, columns: dict[str, type], foreign_keys: list[tuple[str, str, str]]
) -> None:
    table = database.table(name)
    if table.exists():
        known = table.columns_dict
        for column, kind in columns.items():
            if column not in known:
                table.add_column(column, kind)
        return
    types = {int: "INTEGER", float: "REAL", str: "TEXT"}
    key = PRIMARY_KEYS.get(name, "id")
    lines = [
        f'"{c}" {types[t]}' + (" PRIMARY KEY" + " NOT NULL" * (t is str) if c == key else "")
        for c, t in columns.items()
    ]
    if isinstance(key, tuple):
        lines.append(f"PRIMARY KEY ({', '.join(key)})")
    lines += [f'FOREIGN KEY ("{c}") REFERENCES "{t}"("{k}")' for c, t, k in foreign_keys]
    options = "STRICT, WITHOUT ROWID" if isinstance(key, tuple) else "STRICT"
    database.execute(f'CREATE TABLE "{name}" ({", ".join(lines)}) {options}')


def _index(database: Database, name: str) -> None:
    wanted = list(INDEXES.get(name, ()))
    columns = database.table(name).columns_dict
    if name != BASIC and PRIMARY_KEYS.get(name, "id") == "id":
        wanted += [(c,) for c in ("sheet_key", "source_id") if c in columns and (c,) not in wanted]
    for index in wanted:
        database.table(name).create_index(index, if_not_exists=True)
