"""The rows of one list of a project put in order by a figure of theirs, or its recipients by what they got in all."""

from __future__ import annotations

import sqlite3

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.one import listing
from assistant.answering.one.listing import AMOUNT, BESIDE, NAME, cell_told, row_cell
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, project_name
from assistant.query import FieldRef, Query
from db.catalogue import RATE

SHOWN = 3
"""Rows shown of a list put in order, where fewer are asked for."""
PAID = FieldRef("payees", "支出額")


def ranked(basis: Basis, query: Query) -> Result:
    """The rows of one list of a project by a figure of theirs (「一番お金をもらったのは」「落札率が低い契約は」)."""
    ref = query.fields[0]
    taken, found = listing.rows_or_instead(basis, query, ref)
    table, column = taken.table, taken.column
    rows = [r for r in found if isinstance(r[column], int | float)]
    if not rows:
        return listing.read(basis, query, (ref,))
    if ref == PAID and table == "expenses":
        return _recipients(basis, query, rows)
    low = query.order == "asc"
    rows.sort(key=lambda r: r[column], reverse=not low)
    shown = rows[: max(query.limit or 1, SHOWN)]
    name = NAME[table][0]
    asked = [f.column for f in query.fields[1:] if f.column in basis.data.catalogue.table(table).columns]
    columns = [
        *asked,
        name,
        *([column] if column != AMOUNT[table] else []),
        AMOUNT[table],
        *BESIDE.get(table, ()),
    ]
    cells = [row_cell(basis, table, r, c) for r in shown for c in dict.fromkeys(columns) if r[c] is not None]
    best = [row_cell(basis, table, r, column) for r in shown[: query.limit or 1]]
    field = basis.data.catalogue.field(table, column)
    extreme = ("低い" if low else "高い") if field.kind == RATE else ("小さい" if low else "大きい")
    subject = project_name(basis.data, query.projects[0])
    what = basis.data.catalogue.field(table, name).label
    many = f"{extreme}順に" if len(best) > 1 else ""
    sentence = f"{subject}の{what}で{field.label}が最も{extreme}のは{many}、{join([_ranked_text(r, name, c) for r, c in zip(shown, best, strict=False)])}です。"
    first = [
        row_cell(basis, table, shown[0], c) for c in asked if c not in NAME[table] and shown[0][c] is not None
    ]
    if first:
        sentence += f"{join([f'{c.label}は {cell_told(c)}' for c in first])} です。"
    unwritten = [c for c in asked if shown[0][c] is None]
    if unwritten:
        labels = join([basis.data.catalogue.field(table, c).label for c in unwritten])
        sentence += f"{labels}の記載はありません。"
    ids = tuple(r["id"] for r in shown)
    statement = Statement(
        f"SELECT id, sheet_key, {quoted(name)}, {quoted(column)} FROM {quoted(table)} WHERE id IN ({marks(ids)})"
        f" ORDER BY {quoted(column)} {'ASC' if low else 'DESC'}",
        ids,
    )
    return Result(sentences=[sentence], cells=cells, statement=statement)


def _ranked_text(row: sqlite3.Row, name: str, cell: Cell) -> str:
    return cell.text if str(row[name]) in cell.text else f"{row[name]} {cell.text}"


def _recipients(basis: Basis, query: Query, rows: list[sqlite3.Row]) -> Result:
    """Where only 費目・使途 say who was paid: recipients by the sum of what each got."""
    low = query.order == "asc"
    every = listing.recipients(basis, [r for r in rows if r["支出先"] is not None])
    every.sort(key=lambda x: x[1], reverse=not low)
    shown = every[: max(query.limit or 1, SHOWN)]
    best = shown[: query.limit or 1]
    asked = [f.column for f in query.fields[1:] if f.column in ("法人番号", "使途", "費目", "契約概要")]
    cells: list[Cell] = []
    further: list[Cell] = []
    for cell, total in shown:
        cells.append(cell)
        own = [r for r in rows if (r["ブロック"], r["支出先"]) == _of(cell, rows)]
        amount = row_cell(basis, "expenses", own[0], "金額")
        amount.value, amount.text, amount.derived = total, cell.text, cell.derived
        amount.as_printed = amount.as_printed if len(own) == 1 else None
        amount.group = {"支出先": str(cell.value)}
        cells.append(amount)
        for column in asked:
            made = [row_cell(basis, "expenses", r, column) for r in own if r[column] is not None]
            seen = {c.text: c for c in made}
            cells += seen.values()
            further += seen.values() if cell is shown[0][0] else ()
    extreme = "小さい" if low else "大きい"
    subject = project_name(basis.data, query.projects[0])
    many = f"{extreme}順に" if len(best) > 1 else ""
    sentence = (
        f"{subject}の支出先で金額の合計が最も{extreme}のは{many}、{join([c.text for c, _ in best])}です。"
    )
    if further:
        sentence += f"{join([f'{c.label}は {cell_told(c)}' for c in further])} です。"
    elif asked:
        labels = join([basis.data.catalogue.field("expenses", c).label for c in asked])
        sentence += f"{labels}の記載はありません。"
    statement = listing.recipients_statement(rows[0]["sheet_key"], f"sum(金額) {'ASC' if low else 'DESC'}")
    result = Result(sentences=[sentence], cells=cells, statement=statement)
    given = basis.data.catalogue.table("expenses").label
    result.notes.append(f"「{basis.data.catalogue.table('payees').label}」に記載がないため「{given}」から")
    return result


def _of(cell: Cell, rows: list[sqlite3.Row]) -> tuple[object, object]:
    """Block and name of the recipient a cell is of."""
    row = next(r for r in rows if r["id"] == cell.row)
    return row["ブロック"], row["支出先"]
