"""Operations sum, average and count about one project: its years added once each, or the rows of one of its lists."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.figures import YEARLY
from assistant.answering.one import figure_lookup, listing
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, project_name
from assistant.formatting import fiscal_years, money, number, rate
from assistant.query import FieldRef, Query, Years
from db.catalogue import MONEY, NUMERIC_KINDS, RATE

SPENT = FieldRef("budgets", "執行額")
RECIPIENT = FieldRef("payees", "支出先")


def totals(basis: Basis, query: Query) -> Result:
    """What a project's figure comes to over the years asked for, or how many rows its list has.

    Each year is taken from the one sheet that reviews it, so that no year is added twice.
    """
    listed = next((f for f in query.fields if f.table in listing.AMOUNT), None)
    if query.operation == "count":
        return _rows(basis, query, listed or next(iter(query.fields), RECIPIENT))
    figures = [f for f in query.fields if _is_yearly_figure(basis, f)]
    if not figures and listed is not None:
        return _rows(basis, query, FieldRef(listed.table, listing.AMOUNT[listed.table]))
    return _years(basis, query, figures[0] if figures else SPENT)


def of_several(basis: Basis, query: Query) -> Result:
    """「合わせるといくら」 of projects set side by side: the same figure of each, added up (a rate: averaged)."""
    ref = next((f for f in query.fields if _is_yearly_figure(basis, f)), SPENT)
    field = basis.data.catalogue.field(ref.table, ref.column)
    own: list[Cell] = []
    for project in query.projects:
        found = figure_lookup.read(basis, replace(query, projects=(project,)), (ref,))
        main = [c for c in found.cells if c.column == ref.column and c.value is not None and not c.group]
        if found.status != "answered" or not main:
            return found
        own += {c.fiscal_year: c for c in reversed(main)}.values()
    averaged = query.operation == "average" or field.kind == RATE
    value = sum(c.value for c in own) / (len(own) if averaged else 1)
    label = f"{field.label}の{'平均' if averaged else '合計'}"
    if field.kind == MONEY:
        text, unit = money(value, all("百万円" in c.text for c in own)), "円"
        value = round(value)
    else:
        text, unit = (rate(value), "%") if field.kind == RATE else (number(value), own[0].unit or "")
    years = tuple(sorted({c.fiscal_year for c in own if c.fiscal_year is not None}))
    total = Cell(
        label=label,
        value=value,
        text=text,
        unit=unit,
        fiscal_year=years[0] if len(years) == 1 else None,
        derived=f"{len(query.projects)}事業の{label}",
        table=ref.table,
        column=ref.column,
    )
    names = join([project_name(basis.data, p) for p in query.projects], "と")
    sentence = f"{names}の{fiscal_years(years)}の{label}は {text} です。"
    ids = tuple(c.row for c in own)
    statement = _of_rows(ref, label, averaged, ids)
    return Result(sentences=[sentence], cells=[total, *own], statement=statement, years=years)


def _of_rows(ref: FieldRef, label: str, averaged: bool, ids: tuple[int | None, ...]) -> Statement:
    """The sum or the average of a column over the rows with these ids."""
    return Statement(
        f"SELECT {'avg' if averaged else 'sum'}({quoted(ref.column)}) AS {quoted(label)} FROM {quoted(ref.table)}"
        f" WHERE id IN ({marks(ids)})",
        ids,
    )


def _is_yearly_figure(basis: Basis, ref: FieldRef) -> bool:
    return ref.table in YEARLY and basis.data.catalogue.field(ref.table, ref.column).kind in NUMERIC_KINDS


def _years(basis: Basis, query: Query, ref: FieldRef) -> Result:
    years = query.years
    if years.kind not in ("given", "all") and years.count == 1:
        years = Years("all")
    found = figure_lookup.read(basis, replace(query, years=years), (ref,))
    own = [c for c in found.cells if c.column == ref.column and isinstance(c.value, int | float)]
    main: dict[int, Cell] = {}
    for cell in own:
        if cell.fiscal_year is not None and not cell.group:
            main.setdefault(cell.fiscal_year, cell)
    if found.status != "answered" or not main:
        # several indicators of one year do not add up
        return found
    field = basis.data.catalogue.field(ref.table, ref.column)
    averaged = query.operation == "average" or field.kind == RATE
    unit: str | None
    value = sum(c.value for c in main.values()) / (len(main) if averaged else 1)
    taken = tuple(sorted(main))
    label = f"{field.label}の{'平均' if averaged else '合計'}"
    if field.kind == MONEY:
        in_millions = all("百万円" in c.text for c in main.values())
        text, unit, value = money(value, in_millions), "円", round(value)
    elif field.kind == RATE:
        text, unit, value = rate(value), "%", round(value, 4)
    else:
        text, unit = number(round(value, 4)), next(iter(main.values())).unit
    total = Cell(
        label=label,
        value=value,
        text=text,
        unit=unit,
        fiscal_year=taken[0] if len(taken) == 1 else None,
        derived=f"{label}（{fiscal_years(taken)}、{len(taken)}年度分）",
        table=ref.table,
        column=ref.column,
        flags=list(dict.fromkeys(flag for c in main.values() for flag in c.flags)),
    )
    subject = project_name(basis.data, query.projects[0])
    sentence = (
        f"{subject}の{fiscal_years(taken)}の{label}は {text} です（{len(taken)}年度分、各年度1回ずつ）。"
    )
    ids = tuple(c.row for c in main.values())
    statement = _of_rows(ref, label, averaged, ids)
    return Result(
        sentences=[sentence, *found.sentences[1:]],
        cells=[total, *main.values()],
        statement=statement,
        years=taken,
    )


def _rows(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """The rows of one list on the sheet of the year asked for: how many there are, or what they add up to."""
    taken, rows = listing.rows_or_instead(basis, query, ref)
    table = taken.table
    if not rows:
        return listing.read(basis, query, (ref,))
    subject = project_name(basis.data, query.projects[0])
    name = next(iter(listing.NAME.get(table, (ref.column,))))
    if table == "expenses" and (ref.table == "payees" or ref.column == "支出先"):
        name = "支出先"
    sheet = basis.data.sheet(rows[0]["sheet_key"])
    where = f"{sheet.published}年度公開のシートの"
    catalogue = basis.data.catalogue
    amount = listing.AMOUNT.get(table)
    distinct = {r[name] for r in rows if r[name] is not None}
    cells = [listing.row_cell(basis, table, r, name) for r in rows[: listing.LIMIT] if r[name] is not None]
    label = catalogue.field(table, name).label
    ids = tuple(r["id"] for r in rows)
    if query.operation == "count" or amount is None:
        total = f"count(DISTINCT {quoted(name)})"
        head = Cell(
            label=f"{label}の数",
            value=len(distinct),
            text=f"{len(distinct)}件",
            unit="件",
            derived=f"「{label}」に書かれた異なる名称の数",
            table=table,
            column=name,
        )
        told = join([str(n) for n in list(dict.fromkeys(r[name] for r in rows if r[name]))[:3]])
        more = "など" if len(distinct) > 3 else ""
        sentence = f"{subject}の{where}{label}は {head.text} で、{told}{more}です。"
    else:
        value = sum(r[amount] for r in rows if r[amount] is not None)
        what = catalogue.field(table, amount).label
        total = f"sum({quoted(amount)})"
        head = Cell(
            label=f"{what}の合計",
            value=value,
            text=money(value, not sheet.is_rs),
            unit="円",
            derived=f"{len(rows)}行の{what}の合計",
            table=table,
            column=amount,
        )
        twice = "。別のブロックを経て支払われた額は重なることがあります" if table in listing.RECIPIENT else ""
        sentence = f"{subject}の{where}{what}の合計は {head.text} です（{len(rows)}行の合計{twice}）。"
    statement = Statement(
        f"SELECT {total} AS {quoted(head.label)} FROM {quoted(table)} WHERE id IN ({marks(ids)})", ids
    )
    return Result(sentences=[sentence], cells=[head, *cells], statement=statement)
