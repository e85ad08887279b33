"""The tables that run by year: アウトカム, アウトプット, 単位当たりコスト, 政策評価's 測定指標 and the KPIs.

All five are built alike: a header row with what is measured, 単位 and the years; under it, for each
indicator, a row of 実績, of 目標 and so on, each with its own unit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from db.fiscal_years import parse_year
from db.readers import form_labels as labels
from db.readers.form_labels import (
    EXPECTED,
    FINAL_TARGET,
    MID_TARGET,
    START,
    TARGET_YEAR,
    Indicators,
    YearHeader,
)
from db.readers.sheet_grid.basic import below_label, beside_label
from db.readers.sheet_grid.budgets import year_columns
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box
from db.readers.sheet_grid.values import RowBuilder, plain_number, split_brackets, written_text

_TARGET_KINDS = (MID_TARGET, FINAL_TARGET, TARGET_YEAR, START)
_PERIODS = ("短期", "中期", "長期", "初期")


@dataclass
class _Table:
    """A header row that was found: its 単位 box, the years, the names left of 単位, and what it is."""

    unit: Box
    years: list[tuple[Box, YearHeader]]
    names: list[Box]
    kind: Indicators
    bottom: float = 0.0
    groups: list[_Group] = field(default_factory=list)


@dataclass
class _Group:
    """One indicator: its names and its rows."""

    names: dict[str, Box]
    rows: dict[str, Box]


def read_indicators(ctx: Context) -> None:
    """Rows of ``outcomes``, ``outputs``, ``unit_costs``, ``policies`` and ``reform_kpis``."""
    tables = [t for unit in ctx.grid.find(lambda b: b.key in labels.UNIT) if (t := _table(ctx, unit))]
    for i, table in enumerate(tables):
        later = [t.unit.y0 for t in tables if t.unit.y0 > table.unit.y1 - ctx.grid.slack]
        table.bottom = min(later, default=ctx.grid.bottom + 1)
        _find_groups(ctx, table)
        before = i and tables[i - 1].groups and tables[i - 1].groups[-1].rows
        bottom_of_before = max(b.y1 for b in before.values()) if before else -1.0
        _emit(ctx, table, _section_words(ctx, table, bottom_of_before))
    _read_unit_cost_of_old_form(ctx)
    _read_data_sources(ctx, tables)
    _read_unmeasured(ctx)


def _table(ctx: Context, unit: Box) -> _Table | None:
    grid = ctx.grid
    in_rows = grid.beside(unit)
    years = year_columns(ctx, [b for b in in_rows if b.x0 >= unit.x1 - grid.slack])
    if not years:
        return None
    left = [
        b
        for b in in_rows
        if b.x1 <= unit.x0 + grid.slack
        and not b.hidden
        and not b.empty
        and b.y1 - b.y0 <= (unit.y1 - unit.y0) * 1.6
    ]
    for kind in labels.indicator_tables():
        names = [b for b in left if _name_column(kind, b) is not None]
        if names:
            return _Table(unit, years, sorted(names, key=lambda b: b.x0), kind)
    kind_by_rows = _kind_of_rows(ctx, unit)
    if kind_by_rows is None or not left:
        return None
    ctx.flag(
        unit.locator,
        f"見出し「{left[-1].text.strip()}」は知らない書き方です。行の名から{kind_by_rows.table}と読みました",
    )
    return _Table(unit, years, [max(left, key=lambda b: b.x0)], kind_by_rows)


def _name_column(kind: Indicators, box: Box) -> str | None:
    if kind.table == "reform_kpis" and not re.search(r"kpi", box.key):
        return None
    column = kind.names.get(box.key)
    if column is None and kind.table == "reform_kpis" and box.key.startswith("kpi"):
        column = "KPI"
    return column


def _kind_of_rows(ctx: Context, unit: Box) -> Indicators | None:
    """The table whose row labels stand under a header nobody knows."""
    under = {b.key for b in ctx.grid.between(unit.y1, unit.y1 + 6 * ctx.grid.row, -1e9, unit.x0)}
    for kind in labels.indicator_tables():
        if kind.table != "policies" and len(under & set(kind.rows)) >= 2:
            return kind
    return None


def _find_groups(ctx: Context, table: _Table) -> None:
    """The indicators under a header: a new one begins where a row's label comes again."""
    grid, kind = ctx.grid, table.kind
    left = table.names[0].x0
    end = max(table.unit.y1, *(b.y1 for b in table.names))
    group: _Group | None = None
    for b in grid.between(end - grid.slack, table.bottom, left + grid.slack, table.unit.x1):
        column = kind.rows.get(b.key)
        if column is None or b.hidden or b.x1 > table.unit.x0 + grid.slack or b.x0 < left + grid.slack:
            continue
        if b.y0 > end + 2.5 * grid.row:
            break
        end = max(end, b.y1)
        b.placed = True
        names = _names_at(ctx, table, b)
        if group is None or column in group.rows or _other_names(group.names, names):
            group = _Group(names, {})
            table.groups.append(group)
        else:
            group.names.update({c: n for c, n in names.items() if c not in group.names})
        group.rows[column] = b


def _names_at(ctx: Context, table: _Table, row: Box) -> dict[str, Box]:
    out: dict[str, Box] = {}
    for head in table.names:
        cell = ctx.grid.cross(head, row)
        column = _name_column(table.kind, head) or next(iter(table.kind.names.values()))
        if cell is not None and cell is not row and not cell.empty and cell is not head:
            out[column] = cell
    return out


def _other_names(old: dict[str, Box], new: dict[str, Box]) -> bool:
    return any(c in old and old[c] is not b and not b.blank for c, b in new.items())


def _section_words(ctx: Context, table: _Table, top: float) -> str:
    """短期・中期・長期, where the label left of the table or a heading just above says so."""
    around = [
        *ctx.grid.left_of(table.unit),
        *ctx.grid.between(max(top, table.unit.y0 - 4 * ctx.grid.row), table.unit.y0),
    ]
    for b in around:
        if "アウトカム" in b.text:
            for word in _PERIODS:
                if word in b.text:
                    return word
    return ""


def _emit(ctx: Context, table: _Table, period: str) -> None:
    for head in (table.unit, *table.names, *(b for b, _ in table.years)):
        head.placed = True
    years = [(b, _with_target_year(ctx, table, b, head)) for b, head in table.years]
    for group in table.groups:
        _emit_group(ctx, table, group, years, period)


def _with_target_year(ctx: Context, table: _Table, box: Box, head: YearHeader) -> YearHeader:
    """The year of 中間目標 and 目標最終年度, printed in a cell of its own under the head (「35」「年度」)."""
    if head.kind not in _TARGET_KINDS:
        return head
    bottom = max(table.unit.y1, box.y1)
    for b in ctx.grid.between(box.y1 - ctx.grid.slack, bottom + ctx.grid.slack, box.x0, box.x1):
        if b is box or b.y0 < box.y1 - ctx.grid.slack:
            continue
        b.placed = b.placed or bool(re.fullmatch(r"[\s\-‐－\d元年度平成令和]*", b.folded))
        m = re.search(r"(平成|令和)?(\d{1,4}|元)", b.folded)
        if m and head.year is None:
            head = YearHeader(parse_year(m.group(0) + "年度", ctx.year), head.kind)
    return head


def _emit_group(
    ctx: Context, table: _Table, group: _Group, years: list[tuple[Box, YearHeader]], period: str
) -> None:
    grid, name = ctx.grid, table.kind.table
    shared = RowBuilder()
    for column, box in group.names.items():
        shared.text(column, box)
    units = {c: written_text(grid.cross(table.unit, b)) for c, b in group.rows.items()}
    main = next((c for c in group.rows if c not in ("達成度", "計算式")), None)
    if main and units.get(main):
        shared.values["単位"] = units[main]
    if name == "unit_costs" and units.get("計算式"):
        shared.values["計算式の単位"] = units["計算式"]
    if name == "outcomes" and period:
        shared.values["期間"] = period
    if name == "reform_kpis":
        tier = next((w for w in labels.TIER_WORDS for b in table.names if w in b.text), None)
        if tier:
            shared.values["階層"] = tier
    written = False
    for head_box, head in years:
        row = RowBuilder()
        for column, label in group.rows.items():
            into = _column_under(head, column, group)
            _put_measure(ctx, row, into, grid.cross(head_box, label), units.get(column) or "")
        if not row.values and not row.printed:
            continue
        written = True
        row.values = {**shared.values, "年度": head.year, **row.values}
        if head.kind:
            row.values["年度の種別"] = head.kind
        if head.kind == EXPECTED and name == "outputs":
            row.values["年度の種別"] = EXPECTED
        ctx.add(name, row.row())
    if not written and shared.values.keys() - {"単位", "計算式の単位", "期間", "階層"}:
        ctx.add(name, shared.row())


def _column_under(head: YearHeader, column: str, group: _Group) -> str:
    """Forms to 2014 have no row for targets: what stands under 「目標値（26年度）」 is one all the same."""
    if head.kind in (MID_TARGET, FINAL_TARGET, TARGET_YEAR) and column in ("成果実績", "実績値"):
        return column if "目標値" in group.rows else "目標値"
    if head.kind == EXPECTED and column == "活動実績" and "当初見込み" not in group.rows:
        return "当初見込み"
    return column


def _put_measure(ctx: Context, row: RowBuilder, column: str, cell: Box | None, unit: str) -> None:
    if column == "計算式":
        row.text(column, cell)
    elif column == "達成度":
        row.rate(column, cell, _achievement(row))
    elif column == "活動実績" and cell is not None and split_brackets(cell.text)[1] is not None:
        _put_actual_and_expected(row, cell, unit)
    else:
        row.number(column, cell, unit)


def _achievement(row: RowBuilder) -> float | None:
    actual, target = row.values.get("成果実績"), row.values.get("目標値")
    if isinstance(actual, int | float) and isinstance(target, int | float) and target:
        return 100 * actual / target
    return None


def _put_actual_and_expected(row: RowBuilder, cell: Box, unit: str) -> None:
    """「10（12）」 of older forms: 活動実績 with 当初見込み in brackets under it."""
    actual, expected = split_brackets(cell.text)
    row.number("活動実績", Box(actual, cell.x0, cell.y0, cell.x1, cell.y1, cell.locator), unit)
    if expected:
        row.number("当初見込み", Box(expected, cell.x0, cell.y0, cell.x1, cell.y1, cell.locator), unit)
    cell.placed = True


def _read_unit_cost_of_old_form(ctx: Context) -> None:
    """Forms to 2014 print one cost with its unit, and 算出根拠 beside it, without years."""
    for label in ctx.grid.find(lambda b: labels.label_key(b.text) == "単位当たりコスト" and not b.placed):
        boxes = beside_label(ctx.grid, label)
        basis = [
            b
            for b in ctx.grid.right_of(label)
            if b.key in ("算出根拠", "算出方法") and not b.placed and not b.hidden
        ]
        if not boxes or not basis:
            continue
        row = RowBuilder()
        text = written_text(boxes[0])
        row.locator = boxes[0].locator
        if text is not None:
            m = re.match(r"\s*([-+▲△]?[\d,.，．０-９]+)\s*[（(]?\s*([^（()）]*)[）)]?\s*$", text)
            n = plain_number(m.group(1)) if m else None
            if m and n is not None:
                row.values["単位当たりコスト"] = int(n) if n == n.to_integral_value() else float(n)
                if m.group(2).strip():
                    row.values["単位"] = m.group(2).strip()
            row.printed["単位当たりコスト"] = text
        for b in beside_label(ctx.grid, basis[0])[:1]:
            row.text("算出根拠", b)
        label.placed = basis[0].placed = True
        if row.values:
            ctx.add("unit_costs", row.row())


def _read_data_sources(ctx: Context, tables: list[_Table]) -> None:
    """根拠として用いた統計・データ名 belongs to the table above it."""
    for label in ctx.grid.find(lambda b: labels.is_data_source(b.text)):
        label.placed = True
        boxes = beside_label(ctx.grid, label)
        texts = [t for b in boxes if (t := written_text(b))]
        above = [
            t for t in tables if t.unit.y0 < label.y0 and t.kind.table in ("outcomes", "outputs") and t.groups
        ]
        if not texts or not above:
            continue
        group = above[-1].groups[-1]
        names = {c: b.text.strip() for c, b in group.names.items() if not b.blank}
        for row in ctx.sheet.rows(above[-1].kind.table):
            if all(row.get(c) == v for c, v in names.items()):
                row.values["根拠統計"] = "\n".join(texts)


def _read_unmeasured(ctx: Context) -> None:
    """Where no figure can be set: the reason and the goal in words, a row of ``outcomes`` of their own."""
    row = RowBuilder()
    for keys, column in (
        (labels.REASON_NOT_MEASURED, "定量的な目標が設定できない理由"),
        (labels.REASON_AND_GOAL, "定量的な目標が設定できない理由"),
        (labels.QUALITATIVE_GOAL, "定性的な成果目標"),
    ):
        for label in ctx.grid.find(lambda b, keys=keys: _matches(b, keys)):  # type: ignore[misc]
            label.placed = True
            boxes = beside_label(ctx.grid, label) or below_label(ctx.grid, label, rows=6)
            texts = [t for b in boxes if (t := written_text(b))]
            if texts:
                row.values[column] = "\n".join(texts)
                row.locator = row.locator or boxes[0].locator
    if row.values:
        ctx.add("outcomes", row.row())


def _matches(box: Box, keys: frozenset[str]) -> bool:
    """The label, or the same words with a stretch of years in them (「定性的な成果目標と27～29年度の達成状況・実績」)."""
    if box.key in keys:
        return True
    return keys is labels.QUALITATIVE_GOAL and bool(re.match(r"定性的な成果目標と.*達成状況", box.key))
