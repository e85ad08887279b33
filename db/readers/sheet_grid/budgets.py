"""予算額・執行額 by year, and the 歳出予算目 with 主な増減理由."""

from __future__ import annotations

import re

from db.fiscal_years import parse_year
from db.readers import form_labels as labels
from db.readers.form_labels import INITIAL, REQUEST, YearHeader
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box
from db.readers.sheet_grid.values import RowBuilder, Sum, written_text

_BOTH_YEARS = re.compile(r"((?:平成|令和)(?:\d+|元))(?:年度)?・.*年度予算内訳")
_YEAR_SHOWN = re.compile(r"※?((?:平成|令和)(?:\d+|元))年度実績を記入")
_RATES = ("執行率", "当初予算＋補正予算に対する執行額の割合")


def year_columns(ctx: Context, boxes: list[Box]) -> list[tuple[Box, YearHeader]]:
    """The boxes of a header row that are years, from left to right."""
    out = []
    for b in boxes:
        head = labels.year_header(b.text, ctx.year)
        if head is not None and not b.hidden:
            out.append((b, head))
    return sorted(out, key=lambda pair: pair[0].x0)


def guess_year(ctx: Context) -> int | None:
    """公開年度 where the title does not say it.

    The year before the one requested, the first of 「平成30・31年度予算内訳」, or the year after the one whose
    figures the drawing shows (「※平成29年度実績を記入」).
    """
    texts = [b.folded for b in ctx.grid.boxes if not b.hidden]
    for b in ctx.grid.boxes:
        head = labels.year_header(b.text, None)
        if head is not None and head.kind == REQUEST and head.year is not None:
            return head.year - 1
    for pattern, later in ((_BOTH_YEARS, 0), (_YEAR_SHOWN, 1)):
        for text in texts:
            m = pattern.match(text)
            if m is not None and (year := parse_year(m.group(1) + "年度")) is not None:
                return year + later
    return None


def read_budgets(ctx: Context) -> None:
    """Rows of table ``budgets``: one a year; the requested year's row holds 要求額 alone."""
    known = labels.budget_rows()
    for first in ctx.grid.find(lambda b: known.get(b.key) == "当初予算" and not b.placed):
        header = _header_above(ctx, first)
        if header:
            _read_years(ctx, first, header)


def _header_above(ctx: Context, first: Box) -> list[tuple[Box, YearHeader]]:
    """The nearest row above 当初予算 that holds years right of it."""
    above = [
        b
        for b in ctx.grid.between(first.y0 - 6 * ctx.grid.row, first.y0 + ctx.grid.slack)
        if b.x0 >= first.x1 - ctx.grid.slack
    ]
    columns = year_columns(ctx, above)
    if not columns:
        return []
    nearest = max((b for b, _ in columns), key=lambda b: b.y0)
    return [(b, h) for b, h in columns if b.same_rows(nearest)]


def _read_years(ctx: Context, first: Box, header: list[tuple[Box, YearHeader]]) -> None:
    known = labels.budget_rows()
    left = header[0][0].x0
    rows: list[tuple[str, Box]] = []
    unit = _money_unit(ctx, first, header[0][0])
    end = first.y1
    for b in ctx.grid.between(first.y0 - ctx.grid.slack, ctx.grid.bottom, -1e9, left):
        if b.hidden or b.empty or b.x1 > left + ctx.grid.slack or b.y0 < first.y0 - ctx.grid.slack:
            continue
        column = known.get(b.key)
        if column is not None and b.cx >= first.x0:
            if b.y0 > end + 3 * ctx.grid.row or column in {c for c, _ in rows}:
                break
            rows.append((column, b))
            end = b.y1
            b.placed = True
        elif b.x0 >= first.x1 - ctx.grid.slack or b.key in labels.BUDGET_GROUP_LABELS:
            continue
        elif b.key in labels.BUDGET_ITEM_HEADERS or (
            labels.is_label(b.text) and b.y0 >= end - ctx.grid.slack
        ):
            break
    for head_box, head in header:
        head_box.placed = True
        _read_year(ctx, head_box, head, rows, unit)


def _money_unit(ctx: Context, first: Box, header: Box) -> int:
    """The unit named left of the table or in its corner: （単位:百万円）."""
    corner = ctx.grid.between(header.y0 - ctx.grid.slack, first.y1, -1e9, header.x0)
    for b in [*ctx.grid.left_of(first), *corner]:
        if "単位" in b.text:
            return labels.money_unit(b.text)
    return labels.money_unit("")


def _read_year(ctx: Context, head_box: Box, head: YearHeader, rows: list[tuple[str, Box]], unit: int) -> None:
    row = RowBuilder()
    if head.year is None:
        return
    row.values["年度"] = head.year
    cells = {column: ctx.grid.cross(head_box, label) for column, label in rows}
    if head.kind == REQUEST:
        total = cells.get("計")
        source = total if total is not None and not total.blank else cells.get("当初予算")
        for cell in cells.values():
            written_text(cell)
        row.money("要求額", source, unit)
    else:
        for column, cell in cells.items():
            if column not in _RATES:
                row.money(column, cell, unit)
        for column in _RATES:
            row.rate(column, cells.get(column), _expected_rate(row, column))
    if len(row.values) > 1 or row.printed:
        ctx.add("budgets", row.row())


def _expected_rate(row: RowBuilder, column: str) -> float | None:
    """The rate the amounts give, to tell a fraction from a percentage."""
    spent, total = row.values.get("執行額"), row.values.get("計")
    if column != "執行率":
        parts = [row.values.get("当初予算"), row.values.get("補正予算")]
        total = sum(p for p in parts if isinstance(p, int))
    if not isinstance(spent, int) or not isinstance(total, int) or not total:
        return None
    return 100 * spent / total


def read_budget_items(ctx: Context) -> None:
    """Rows of table ``budget_items`` and the comment 主な増減理由."""
    for head in ctx.grid.find(lambda b: b.key in labels.BUDGET_ITEM_HEADERS and not b.placed):
        beside = ctx.grid.right_of(head)
        years = year_columns(ctx, beside)
        reason = next((b for b in beside if b.key in labels.CHANGE_REASON), None)
        if not years and reason is None:
            continue
        head.placed = True
        _read_items(ctx, head, years, reason)


def _read_items(ctx: Context, head: Box, years: list[tuple[Box, YearHeader]], reason: Box | None) -> None:
    grid = ctx.grid
    unit = _money_unit(ctx, head, years[0][0] if years else head)
    totals = {b: Sum() for b, _ in years}
    end = head.y1
    for b, _ in years:
        b.placed = True
    for name in grid.between(head.y1 - grid.slack, grid.bottom, head.x0 - grid.slack, head.x1 + grid.slack):
        if name.hidden:
            continue
        if name.y0 > end + 3 * grid.row or (
            not name.empty and labels.is_label(name.text) and name.key not in labels.TOTAL
        ):
            break
        end = max(end, name.y1)
        is_total = name.key in labels.TOTAL
        for column_box, column in years:
            row = RowBuilder()
            cell = grid.cross(column_box, name)
            amount = row.money("金額", cell, unit)
            if is_total:
                if (
                    amount is not None
                    and cell is not None
                    and not totals[column_box].meets(amount, cell, unit)
                ):
                    _flag_total(ctx, column, sum(totals[column_box].parts), amount, cell)
                continue
            if written_text(name) is None or not (row.values or row.printed):
                continue
            if amount is not None and cell is not None:
                totals[column_box].add(amount, cell, unit)
            kind = REQUEST if column.kind == REQUEST else INITIAL
            row.values = {"年度": column.year, "種別": kind, **_item_names(name.text), **row.values}
            ctx.add("budget_items", row.row())
        if is_total:
            name.placed = True
            break
        if not years and (text := written_text(name)) is not None:
            ctx.add("budget_items", RowBuilder({**_item_names(text)}, {}, name.locator).row())
    if reason is not None:
        _read_reason(ctx, reason, end)


def _item_names(text: str) -> dict[str, str]:
    """項 and 目 of 「（項）…（目）…」 (forms from 2022), else the 目 alone."""
    m = re.fullmatch(r"\s*[（(]項[)）]\s*(.+?)\s*[（(]目[)）]\s*(.+?)\s*", text, re.DOTALL)
    return {"項": m.group(1), "目": m.group(2)} if m else {"目": text.strip()}


def _flag_total(ctx: Context, column: YearHeader, parts: int, total: int, cell: Box) -> None:
    what = f"歳出予算目の計 {total:,}円が内訳の合計 {parts:,}円と一致しません（{column.year}年度）"
    ctx.flag(cell.locator, what, "budget_items", "金額")


def _read_reason(ctx: Context, reason: Box, end: float) -> None:
    reason.placed = True
    parts, where = [], ""
    for b in ctx.grid.between(reason.y1 - ctx.grid.slack, end + ctx.grid.slack, reason.x0, reason.x1):
        text = None if b.hidden or labels.is_label(b.text) else written_text(b)
        if text is not None:
            parts.append(text)
            where = where or b.locator
    if parts:
        row = RowBuilder({"項目": "主な増減理由", "本文": "\n".join(parts)}, {}, where)
        ctx.add("comments", row.row())
