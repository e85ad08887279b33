"""What stands in the database: read a sheet back, delete rows with their index, keep the sources' counts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence, Set

from db import fulltext
from db.catalogue import catalogue
from db.merging import Layer, Part, shared_columns
from db.schema import BASIC, LOCATOR, PRINTED, layout, section_names
from db.sheet import Flag, Row, Scalar, Unplaced

READ, CHECKED, COMPARED, MERGED = "読み取り", "検査", "照合", "併合"
"""``warnings.種類``: noted by the reader, found by a check of a row, found by comparing rows of a sheet with one
another, found in merging two sources."""

_NOTES = ("warnings", "unplaced", "layer_rows", "cell_sources")


def row_tables() -> tuple[str, ...]:
    """Every table whose rows belong to a source, except ``sheets`` and ``sheet_parts``."""
    return (*section_names(), *_NOTES)


def remaining_parts(parts: Sequence[Part], gone: Set[int]) -> list[Part]:
    """The parts without some sources.

    Databases of before each file's own shared columns were kept have them with one file alone: there they pass
    on to a part that stays.
    """
    staying = [p for p in parts if p.source_id not in gone]
    if staying and not any("公開年度" in p.row.values for p in staying):
        for part in parts:
            for column in shared_columns() & part.row.values.keys():
                staying[0].row.values.setdefault(column, part.row.values[column])
    return staying


def read_layers(connection: sqlite3.Connection, key: str) -> list[Layer]:
    """Everything the sources of each form say about a sheet, as the readers gave it."""
    forms = [
        r[0]
        for r in connection.execute('SELECT DISTINCT "様式" FROM sheet_parts WHERE sheet_key = ?', (key,))
    ]
    if len(forms) == 1:
        return [_read_live(connection, key, forms[0])]
    layers = [Layer(form, read_parts(connection, key, form)) for form in forms]
    by_source = {p.source_id: layer for layer in layers for p in layer.parts}
    for row in connection.execute(
        'SELECT source_id, "表", "内容" FROM layer_rows WHERE sheet_key = ? ORDER BY id', (key,)
    ):
        content = json.loads(row["内容"])
        by_source[row["source_id"]].rows.setdefault(row["表"], []).append(
            Row(content["v"], content["l"], content["p"], content["c"], row["source_id"])
        )
    for source_id, layer in by_source.items():
        layer.unplaced += _unplaced(connection, key, source_id)
        layer.flags += _flags(connection, key, source_id)
    return layers


def read_parts(connection: sqlite3.Connection, key: str, form: str) -> list[Part]:
    """What each source of a form contributed to the basic row of a sheet."""
    live = connection.execute("SELECT * FROM sheets WHERE sheet_key = ?", (key,)).fetchone()
    live_values, live_printed = _values(BASIC, live)
    parts = []
    for row in connection.execute(
        'SELECT p.source_id, p."値", p."記載", p."位置", p."列の位置", s."部分" FROM sheet_parts p'
        ' JOIN sources s ON s.id = p.source_id WHERE p.sheet_key = ? AND p."様式" = ?',
        (key, form),
    ):
        said = None if row["値"] is None else json.loads(row["値"])
        if isinstance(said, dict):
            values, printed = said, json.loads(row["記載"] or "{}")
        else:
            columns = live_values.keys() | live_printed.keys() if said is None else said
            values = {c: live_values[c] for c in columns if c in live_values}
            printed = {c: live_printed[c] for c in columns if c in live_printed}
        source_id = row["source_id"]
        places = json.loads(row["列の位置"] or "{}")
        said = Row(values, row["位置"] or "", printed, source=source_id, places=places)
        parts.append(Part(source_id, said, row["部分"] or ""))
    return parts


def delete_rows(connection: sqlite3.Connection, where: str, parameters: Sequence[object]) -> None:
    """Delete rows of every table but ``sheets``, ``sheet_parts`` that fulfil a condition, and index entries."""
    for table in row_tables():
        if table in fulltext.INDEXED:
            fulltext.remove_rows(connection, table, where, parameters)
        connection.execute(f'DELETE FROM "{table}" WHERE {where}', parameters)


def delete_sheet(connection: sqlite3.Connection, key: str) -> None:
    """Delete a sheet's basic row, its index entry and the record of its parts."""
    fulltext.remove_rows(connection, BASIC, "sheet_key = ?", (key,))
    connection.execute("DELETE FROM sheets WHERE sheet_key = ?", (key,))
    connection.execute("DELETE FROM sheet_parts WHERE sheet_key = ?", (key,))


def delete_basic_passages(connection: sqlite3.Connection, key: str) -> None:
    """Delete what was copied or found from a sheet's basic row."""
    where, parameters = 'sheet_key = ? AND "元の表" = ?', (key, BASIC)
    fulltext.remove_rows(connection, "comments", where, parameters)
    connection.execute(f"DELETE FROM comments WHERE {where}", parameters)
    connection.execute('DELETE FROM cell_sources WHERE sheet_key = ? AND "表" = ?', (key, BASIC))
    connection.execute(
        'DELETE FROM warnings WHERE sheet_key = ? AND "表" = ? AND "種類" <> ?', (key, BASIC, READ)
    )


def delete_comparisons(connection: sqlite3.Connection, key: str) -> None:
    """Delete what comparing the rows of a sheet with one another found."""
    connection.execute('DELETE FROM warnings WHERE sheet_key = ? AND "種類" = ?', (key, COMPARED))


def read_rows(
    connection: sqlite3.Connection, key: str, table: str, condition: str = ""
) -> list[tuple[int, Row]]:
    """The rows of a section of a sheet as they stand in the table, with their ids; sources are ``sources.id``."""
    found = []
    for stored in connection.execute(
        f'SELECT * FROM "{table}" WHERE sheet_key = ?{condition} ORDER BY id', (key,)
    ):
        values, printed = _values(table, stored)
        row = Row(values, stored[LOCATOR] or "", printed, source=stored["source_id"])
        found.append((stored["id"], row))
    return found


def rows_of_source(connection: sqlite3.Connection, source_id: int) -> dict[str, int]:
    """How many rows of each table are from a source, counted in the tables."""
    counts = {}
    for table in (*section_names(), "unplaced", "layer_rows"):
        count = connection.execute(
            f'SELECT count(*) FROM "{table}" WHERE source_id = ?', (source_id,)
        ).fetchone()[0]
        if count:
            counts[table] = count
    return dict(sorted(counts.items()))


def settle_sources(connection: sqlite3.Connection, source_ids: Iterable[int]) -> None:
    """Bring the counts of sources up to date after rows of theirs were replaced; drop those that hold nothing."""
    for source_id in source_ids:
        sheets = connection.execute(
            "SELECT count(*) FROM sheet_parts WHERE source_id = ?", (source_id,)
        ).fetchone()[0]
        if not sheets:
            connection.execute("DELETE FROM sources WHERE id = ?", (source_id,))
            continue
        counts = json.dumps(rows_of_source(connection, source_id), ensure_ascii=False, separators=(",", ":"))
        connection.execute(
            'UPDATE sources SET "シート数" = ?, "表の行数" = ? WHERE id = ?', (sheets, counts, source_id)
        )


def _read_live(connection: sqlite3.Connection, key: str, form: str) -> Layer:
    layer = Layer(form, read_parts(connection, key, form))
    for table in section_names():
        condition = ' AND "元の表" IS NULL' if table == "comments" else ""
        if found := read_rows(connection, key, table, condition):
            layer.rows[table] = [row for _, row in found]
    for part in layer.parts:
        layer.unplaced += _unplaced(connection, key, part.source_id)
        layer.flags += _flags(connection, key, part.source_id)
    return layer


def _values(table: str, row: sqlite3.Row) -> tuple[dict[str, Scalar], dict[str, str]]:
    derived = {f.column for f in catalogue().table(table).fields if f.derived}
    values = {c: row[c] for c in layout(table).columns if c not in derived and row[c] is not None}
    return values, json.loads(row[PRINTED] or "{}")


def _unplaced(connection: sqlite3.Connection, key: str, source_id: int) -> list[Unplaced]:
    found = connection.execute(
        'SELECT "本文", "位置" FROM unplaced WHERE sheet_key = ? AND source_id = ? ORDER BY id',
        (key, source_id),
    )
    return [Unplaced(r["本文"], r["位置"] or "", source_id) for r in found]


def _flags(connection: sqlite3.Connection, key: str, source_id: int) -> list[Flag]:
    found = connection.execute(
        'SELECT * FROM warnings WHERE sheet_key = ? AND source_id = ? AND "種類" = ? ORDER BY id',
        (key, source_id, READ),
    )
    return [Flag(r["場所"] or "", r["内容"], r["表"] or "", r["列"] or "", source_id) for r in found]
