"""What part of the whole rows of one project's list are: 「執行額に占める人件費の割合は」「A社は全体の何割」."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import differences
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.figures import rows_by_year, sheet_keys, written
from assistant.answering.one import listing
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, project_name
from assistant.formatting import money
from assistant.query import FieldRef, Query

TWICE = "別のブロックを経て支払われた額は重なることがあります。"
_SPENT, _BUDGET = "執行額", "計"


def is_asked(query: Query) -> bool:
    """Whether the part is asked that rows of one project's list are of the whole."""
    table = query.fields[0].table if query.fields else ""
    return query.share and len(query.projects) == 1 and table in listing.AMOUNT


def part(basis: Basis, query: Query) -> Result:
    """The rows' amount, the whole it is set against, and the part in %; the rows alone where no whole is written."""
    table = query.fields[0].table
    amount = listing.AMOUNT[table]
    taken, rows = listing.rows_or_instead(basis, query, FieldRef(table, amount))
    rows = [r for r in rows if isinstance(r[taken.column], int | float)]
    if not rows:
        return listing.read(basis, query, query.fields)
    if taken.table == "budget_items":
        rows = [r for r in rows if (r["年度"], r["種別"]) == _column_of(rows, query)]
        whole = _whole_column(basis, rows[0])
    else:
        # the lists of a sheet are of the year before it was published
        year = basis.data.sheet(rows[0]["sheet_key"]).published - 1
        if query.years.kind == "given" and year not in query.years.values:
            subject = project_name(basis.data, query.projects[0])
            table_label = basis.data.catalogue.table(taken.table).label
            return Result("no_answer", [f"{subject}の{table_label}の記載があるのは{year}年度だけです。"])
        whole = _whole_budget(basis, query, year)
    total = sum(r[taken.column] for r in rows)
    cells = [listing.row_cell(basis, taken.table, r, taken.column) for r in rows]
    share = None
    if whole is not None:
        share = differences.part(replace(cells[0], value=total), whole, f"{whole.label}に占める割合")
    if whole is None or share is None:
        return listing.read(basis, query, query.fields)
    subject = project_name(basis.data, query.projects[0])
    name = listing.NAME[taken.table][0]
    called = join([f"「{x}」" for x in dict.fromkeys(one_line(str(_said(r, query, name))) for r in rows)])
    in_millions = not basis.data.sheet(rows[0]["sheet_key"]).is_rs
    sentence = f"{subject}の{called}は {money(total, in_millions)} で、{whole.fiscal_year}年度の{whole.label} {whole.text} の {share.text} です。"
    sentences = [sentence]
    if "ブロック" in rows[0].keys() and len({r["ブロック"] for r in rows}) > 1:  # noqa: SIM118 - a Row iterates over values
        sentences.append(TWICE)
    ids = tuple(r["id"] for r in rows)
    statement = Statement(
        f"SELECT id, sheet_key, {quoted(name)}, {quoted(taken.column)} FROM {quoted(taken.table)} WHERE id IN ({marks(ids)})",
        ids,
    )
    years = (whole.fiscal_year,) if whole.fiscal_year is not None else ()
    return Result(sentences=sentences, cells=[share, *cells, whole], statement=statement, years=years)


def _said(row: sqlite3.Row, query: Query, name: str) -> object:
    """What the row is called by: the column the question named it by."""
    column = next((f.field.column for f in query.filters if f.field.column in row.keys()), name)  # noqa: SIM118
    return row[column] or row[name]


def _column_of(rows: Sequence[sqlite3.Row], query: Query) -> tuple[int, str]:
    """The year and kind (当初予算, 要求) of a budget's line that is meant: the asked one, else the newest 当初予算."""
    asked = any(f.column == "要求額" for f in query.fields)
    order = sorted({(r["年度"], r["種別"]) for r in rows}, key=lambda c: ((c[1] == "要求") == asked, c[0]))
    return order[-1]


def _whole_column(basis: Basis, row: sqlite3.Row) -> Cell | None:
    """All lines of the budget in the column of one of them, added up."""
    same = basis.data.rows(
        "SELECT * FROM budget_items WHERE sheet_key = ? AND 年度 = ? AND 種別 = ? AND 金額 IS NOT NULL",
        (row["sheet_key"], row["年度"], row["種別"]),
    )
    total = sum(r["金額"] for r in same)
    first = basis.cells.cell("budget_items", same[0], "金額")
    in_millions = not basis.data.sheet(row["sheet_key"]).is_rs
    return Cell(
        label=f"{row['種別']}の合計",
        value=total,
        text=money(total, in_millions),
        sheet=first.sheet,
        fiscal_year=row["年度"],
        unit="円",
        derived=f"{len(same)}行の合計",
        source=first.source,
        url=first.url,
    )


def _whole_budget(basis: Basis, query: Query, year: int) -> Cell | None:
    """What was spent in the year (or its budget, where that is named) that the sheet's lists are of."""
    column = _BUDGET if FieldRef("budgets", _BUDGET) in query.fields else _SPENT
    keys = sheet_keys(basis.data, query)
    by_year = rows_by_year(basis.data, "budgets", keys, [column]) if keys else {}
    found = written(by_year.get(year), column)
    return basis.cells.cell("budgets", found[-1], column) if found else None
