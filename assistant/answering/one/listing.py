"""Sections of a sheet that are lists (支出先, 費目・使途, 歳出予算目, 過去の事業番号 …): one cell a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.cells import as_printed, value_text
from assistant.answering.data import marks, quoted
from assistant.answering.figures import YEARLY, text_sheets
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, project_name, quoted_text
from assistant.formatting import money
from assistant.query import FieldRef, Filter, Query, Years
from db.catalogue import CHOICE, COUNT, MONEY, RATE

LIMIT = 30
CARRIED_YEAR = "年度"
"""As ``Query.carried_over`` names a year taken from the turn before."""
TOLD_ALL = 3
"""So many rows at most are told with every column that was asked for."""

NAME: dict[str, tuple[str, ...]] = {
    "payees": ("支出先",),
    "payee_contracts": ("支出先",),
    "expenses": ("費目", "使途", "支出先"),
    "contracts": ("契約先",),
    "budget_items": ("目", "種別"),
    "blocks": ("ブロック", "ブロック名"),
    "flows": ("支出元", "支出先名"),
    "related": ("関連事業名",),
    "laws": ("法令名", "条", "項"),
    "plans": ("計画通知名",),
    "policies": ("政策", "施策"),
    "subsidies": ("補助対象",),
    "past_numbers": ("年度", "事業番号"),
    "indirect_costs": ("項目",),
    "reflections": ("会計区分", "会計"),
    "remarks": ("種類", "年度"),
    "outcomes": ("成果指標",),
    "outputs": ("活動指標",),
    "unit_costs": ("算出根拠",),
    "offices": ("府省庁", "局・庁", "課"),
}
"""Columns that say which row of the list one is looking at."""

AMOUNT: dict[str, str] = {
    "payees": "支出額",
    "payee_contracts": "金額",
    "expenses": "金額",
    "contracts": "契約額",
    "budget_items": "金額",
    "blocks": "合計支出額",
    "flows": "金額",
    "indirect_costs": "金額",
    "reflections": "反映額",
}
"""The figure of each row."""

BESIDE: dict[str, tuple[str, ...]] = {
    "payees": ("業務概要",),
    "expenses": ("使途",),
    "contracts": ("業務概要",),
    "related": ("事業番号", "関連性"),
    "subsidies": ("補助率", "補助上限等"),
}
"""Columns shown after the asked one, row by row."""

RECIPIENT = {"payees": "支出先", "payee_contracts": "支出先", "expenses": "支出先", "contracts": "契約先"}
"""The column of each list of recipients that names them."""

INSTEAD: dict[str, tuple[tuple[str, str], ...]] = {
    "payees.支出先": (("expenses", "支出先"), ("contracts", "契約先"), ("flows", "支出先名")),
    "payees.業務概要": (("expenses", "契約概要"), ("expenses", "使途")),
    "payees.支出額": (("expenses", "金額"),),
    "payees.法人番号": (("expenses", "法人番号"), ("contracts", "法人番号")),
    "payees.契約方式等": (("payee_contracts", "契約方式等"), ("contracts", "契約方式等")),
    "payees.入札者数": (("payee_contracts", "入札者数"), ("contracts", "入札者数")),
    "payees.落札率": (("payee_contracts", "落札率"), ("contracts", "落札率")),
    "payees.理由及び改善策": (("payee_contracts", "理由及び改善策"), ("contracts", "理由及び改善策")),
    "expenses.使途": (("payees", "業務概要"),),
    "expenses.契約概要": (("expenses", "使途"),),
    "related.関連事業名": (("related", "事業番号"),),
}
"""Where the same thing stands when the asked list is empty (not every file of a form need be loaded)."""


def read(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    """The asked columns of every row; another list that says the same where this one is empty."""
    ref = fields[0]
    taken, found = rows_or_instead(basis, query, ref)
    if found and taken == ref:
        return _tell(basis, query, ref.table, [f.column for f in fields], found)
    if found:
        result = _tell(basis, query, taken.table, [taken.column], found)
        asked = basis.data.catalogue.table(ref.table).label
        given = basis.data.catalogue.table(taken.table).label
        result.notes.append(f"「{asked}」に記載がないため「{given}」から")
        return result
    field = basis.data.catalogue.field(ref.table, ref.column)
    subject = project_name(basis.data, query.projects[0])
    keys = text_sheets(basis.data, query)
    years = [y for y in query.years.values if query.years.kind == "given"]
    when = f"{'・'.join(str(y) for y in years)}年度の" if years else ""
    if keys and basis.data.form_has(ref, keys):
        return Result("no_answer", [f"{subject}のシートには{when}{field.label}の記載がありません。"])
    return Result(
        "no_answer",
        [f"{subject}のシートの様式には{field.label}の欄がないか、読み込んだファイルに含まれていません。"],
    )


def rows_or_instead(basis: Basis, query: Query, ref: FieldRef) -> tuple[FieldRef, list[sqlite3.Row]]:
    """The rows that have the asked column, else those of another list that says the same, and which column it is."""
    for taken in (ref, *(FieldRef(table, column) for table, column in INSTEAD.get(ref.key, ()))):
        rows = rows_of(basis, query, taken.table, taken.column)
        if rows:
            return taken, rows
    if CARRIED_YEAR in query.carried_over and query.years.kind == "given":
        # the year was told of another figure: a list stands on the sheet of one year alone
        return rows_or_instead(basis, replace(query, years=Years("none")), ref)
    return ref, []


def rows_of(basis: Basis, query: Query, table: str, column: str) -> list[sqlite3.Row]:
    """Rows of the best sheet that has the column written, passing the query's conditions on this table."""
    known = basis.data.catalogue.table(table).columns
    given = query.years.values if query.years.kind == "given" else ()
    where, parameters = f"{quoted(column)} IS NOT NULL", list[object]()
    for f in (_of_list(f, table) for f in query.filters):
        if f.field.table == table and f.op != "!=":
            condition, values = _condition(f)
            where += f" AND {condition}"
            parameters += values
    order = f"{quoted(AMOUNT[table])} DESC, id" if table in ("payees", "contracts") else "id"
    if table == "payees":
        order = f"ブロック, 番号 IS NULL, 番号, {order}"
    for key in text_sheets(basis.data, query):
        rows = basis.data.rows(
            f"SELECT * FROM {quoted(table)} WHERE sheet_key = ? AND {where} ORDER BY {order}",
            [key, *parameters],
        )
        if given and "年度" in known and any(r["年度"] is not None for r in rows):
            rows = [r for r in rows if r["年度"] in given]
        elif given and not _reviews(basis, key, given):
            rows = []
        if rows:
            return rows
    return []


def _of_list(f: Filter, table: str) -> Filter:
    """A condition on who was paid holds in every list of recipients (「そこは何に使ったの」: 費目・使途 of that 支出先)."""
    if table in RECIPIENT and RECIPIENT.get(f.field.table) == f.field.column:
        return replace(f, field=FieldRef(table, RECIPIENT[table]))
    return f


def shown_rows(cells: Sequence[Cell]) -> tuple[Filter, ...]:
    """The rows of the list an answer begins with, in the order shown, each as a condition on its name."""
    table = cells[0].table if cells else None
    if table not in AMOUNT:
        return ()
    # recipients told from 費目・使途 are chosen by their name
    name = "支出先" if cells[0].column == "支出先" else NAME[table][0]
    names = [c.value if c.column == name else (c.group or {}).get(name) for c in cells if c.table == table]
    return tuple(Filter(FieldRef(table, name), "=", n) for n in dict.fromkeys(n for n in names if n))


def _reviews(basis: Basis, key: str, years: Sequence[int]) -> bool:
    """True where the lists of a sheet are about one of these years: the year before its 公開年度, or that year's sheet."""
    published = basis.data.sheet(key).published
    return any(published in (y, y + 1) for y in years)


def _condition(f: Filter) -> tuple[str, list[object]]:
    """One of several values where the condition has several; a figure above, below or between."""
    if f.op in ("<", "<=", ">", ">="):
        return f"{quoted(f.field.column)} {f.op} ?", [f.value]
    if f.op == "between" and isinstance(f.value, tuple):
        return f"{quoted(f.field.column)} BETWEEN ? AND ?", list(f.value)
    values = list(f.value) if isinstance(f.value, tuple) else [f.value]
    test = (
        f"instr({quoted(f.field.column)}, ?) > 0" if f.op == "contains" else f"{quoted(f.field.column)} = ?"
    )
    return f"({' OR '.join([test] * len(values))})", values


def _tell(basis: Basis, query: Query, table: str, columns: Sequence[str], rows: list[sqlite3.Row]) -> Result:
    subject = project_name(basis.data, query.projects[0])
    main = columns[0]
    if table == "expenses" and main == "支出先":
        return _recipients(basis, query, rows)
    shown = rows[:LIMIT]
    cells = _distinct(table, [row_cell(basis, table, r, main) for r in shown])
    count = len(cells)
    for column in (*columns[1:], *_others(table, main, columns)):
        cells += _distinct(table, [row_cell(basis, table, r, column) for r in shown if r[column] is not None])
    catalogue = basis.data.catalogue
    label = catalogue.table(table).label if table == "flows" else catalogue.field(table, main).label
    sentences = table in YEARLY
    told = join([quoted_text(c) if sentences else cell_told(c) for c in cells[: min(3, count)]])
    more = "など" if count > 3 else ""
    also = _also_told(basis, table, columns, cells[count:]) if count <= TOLD_ALL else ""
    sentence = f"{subject}の{label}は、{told}{more}{also}です。"
    sheet = basis.data.sheet(rows[0]["sheet_key"])
    if (not sheet.is_rs and len(query.projects[0].sheet_keys) > 1) or query.years.kind == "given":
        sentence = sentence[:-1] + f"（{sheet.published}年度公開のシート）。"
    keys = tuple(dict.fromkeys(r["sheet_key"] for r in rows))
    names = ", ".join(
        quoted(c)
        for c in dict.fromkeys(["id", "sheet_key", *_name_columns(basis, table), *columns, *_amount(table)])
    )
    ids = tuple(r["id"] for r in shown)
    statement = Statement(f"SELECT {names} FROM {quoted(table)} WHERE id IN ({marks(ids)})", ids)
    years = tuple(sorted({c.fiscal_year for c in cells if c.fiscal_year is not None}))
    result = Result(sentences=[sentence], cells=cells, statement=statement, years=years)
    if len(keys) == 1 and len(rows) > LIMIT:
        result.notes.append(f"先頭の{LIMIT}件")
    return result


def _also_told(basis: Basis, table: str, columns: Sequence[str], cells: Sequence[Cell]) -> str:
    """「、契約方式等は 随意契約（少額）」: further columns that were asked for and are short enough for a sentence."""
    out = ""
    for column in columns[1:]:
        field = basis.data.catalogue.field(table, column)
        own = [c.text for c in cells if c.column == column]
        if own and field.kind in (CHOICE, RATE, COUNT) and column not in NAME.get(table, ()):
            out += f"、{field.label}は {join(list(dict.fromkeys(map(one_line, own))))}"
    return out


def recipients(basis: Basis, rows: Sequence[sqlite3.Row]) -> list[tuple[Cell, float]]:
    """Recipients named in 費目・使途: each of a block once, with the sum of what it got for each 費目, and that sum."""
    totals: dict[tuple[object, object], list[sqlite3.Row]] = {}
    for row in rows:
        totals.setdefault((row["ブロック"], row["支出先"]), []).append(row)
    field = basis.data.catalogue.field("expenses", "金額")
    out = []
    for own in totals.values():
        info = basis.data.sheet(own[0]["sheet_key"])
        amounts = [r["金額"] for r in own if r["金額"] is not None]
        told = f" {money(sum(amounts), not info.is_rs)}" if amounts else ""
        cell = row_cell(basis, "expenses", own[0], "支出先")
        cell.text = f"{own[0]['支出先']}{told}"
        cell.group = {"ブロック": own[0]["ブロック"]} if own[0]["ブロック"] else None
        if len(amounts) > 1:
            cell.derived = f"{len(amounts)}行の{field.label}の合計"
        out.append((cell, sum(amounts)))
    return out


def recipients_statement(key: str, order: str = "min(id)") -> Statement:
    """The same sums for Datasette."""
    return Statement(
        "SELECT ブロック, 支出先, sum(金額) AS 金額 FROM expenses WHERE sheet_key = ? AND 支出先 IS NOT NULL"
        f" GROUP BY ブロック, 支出先 ORDER BY {order}",
        (key,),
    )


def _recipients(basis: Basis, query: Query, rows: list[sqlite3.Row]) -> Result:
    cells = [cell for cell, _ in recipients(basis, rows)][:LIMIT]
    subject = project_name(basis.data, query.projects[0])
    told = join([cell_told(c) for c in cells[:3]])
    sentence = f"{subject}の支出先は、{told}{'など' if len(cells) > 3 else ''}です。"
    return Result(sentences=[sentence], cells=cells, statement=recipients_statement(rows[0]["sheet_key"]))


def _others(table: str, main: str, columns: Sequence[str]) -> list[str]:
    """Columns shown after the asked one. A name is told with its amount, which then needs no cell of its own."""
    amount = [] if main in NAME.get(table, ()) else _amount(table)
    wanted = [*amount, *BESIDE.get(table, ())]
    names = [c for c in NAME.get(table, ())[:1] if c != main and c != "年度"]
    return [c for c in dict.fromkeys([*wanted, *names]) if c != main and c not in columns]


def _amount(table: str) -> list[str]:
    return [AMOUNT[table]] if table in AMOUNT else []


def _name_columns(basis: Basis, table: str) -> list[str]:
    return list(NAME.get(table, ()))


def row_cell(basis: Basis, table: str, row: sqlite3.Row, column: str) -> Cell:
    """The cell of one row; a name is told with its figure, a figure with its name, so that each can be read alone."""
    field = basis.data.catalogue.field(table, column)
    info = basis.data.sheet(row["sheet_key"])
    text = value_text(field, row, info)
    names = [c for c in NAME.get(table, ()) if c != column and row[c] is not None]
    group = {c: str(row[c]) for c in names if c != "年度"} or None
    amount = AMOUNT.get(table)
    if table == "flows" and column == "支出先名":
        text = " → ".join(t for t in (row["支出元"], text) if t)
    if amount and column in NAME[table] and row[amount] is not None:
        amount_field = basis.data.catalogue.field(table, amount)
        kind = f"{row['種別']} " if table == "budget_items" and row["種別"] else ""
        text = f"{text} {kind}{value_text(amount_field, row, info)}"
    elif table == "laws" and column == "法令名":
        article = "".join(f"第{row[c]}{c}" for c in ("条", "項") if row[c] is not None)
        text += f" {article}" if article else ""
    elif field.kind == MONEY and group:
        text = f"{' '.join(group.values())} {text}"
    cell = basis.cells.cell(table, row, column, text=text, group=group)
    if amount and column in NAME.get(table, ()) and cell.as_printed is None:
        cell.as_printed = as_printed(basis.data.catalogue.field(table, amount), row)
    return cell


def _distinct(table: str, cells: list[Cell]) -> list[Cell]:
    """Cells that tell different things: a text repeated on every row (成果指標 of each year) is shown once."""
    seen: set[tuple[object, object]] = set()
    out = []
    for c in cells:
        year = None if table in YEARLY else c.fiscal_year
        same = (c.text, year) if isinstance(c.value, str) else (c.text, c.row)
        if same not in seen:
            seen.add(same)
            out.append(c)
    return out


def cell_told(cell: Cell) -> str:
    return cell.text if len(cell.text) <= 60 else quoted_text(cell)
