"""What the later forms say around the indicators: activities, why one leads to the next, decided KPIs, subsidy rates."""

from __future__ import annotations

import re

from db.readers import form_labels as labels
from db.readers.sheet_grid.basic import below_label, beside_label
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box
from db.readers.sheet_grid.values import RowBuilder, written_text
from db.text import is_blank

_PERIODS = ("短期", "中期", "長期", "初期")


def read_logic(ctx: Context) -> None:
    """Rows of ``outputs`` (アクティビティ), ``effects``, ``reform_plans``, ``subsidies``; 改革項目 of the KPIs."""
    _read_activities(ctx)
    _read_links(ctx)
    _read_single_stage(ctx)
    _read_plans(ctx)
    _read_subsidies(ctx)
    _read_reform_item(ctx)


def _said(ctx: Context, label: Box, below: bool = True) -> tuple[str, str] | None:
    """(text, place) a label names, None where nothing is written."""
    boxes = beside_label(ctx.grid, label) or (below_label(ctx.grid, label) if below else [])
    texts = [t for b in boxes if (t := written_text(b))]
    return ("\n".join(texts), boxes[0].locator) if texts else None


def _read_activities(ctx: Context) -> None:
    """活動内容（アクティビティ）: rows of their own, as in RSシステム."""
    for label in ctx.grid.find(lambda b: b.key in labels.ACTIVITY and not b.placed):
        label.placed = True
        said = _said(ctx, label)
        if said is not None:
            row = RowBuilder({"種別": "アクティビティ", "活動内容": said[0]}, {}, said[1])
            ctx.add("outputs", row.row())


def _read_links(ctx: Context) -> None:
    """「成果目標①-1の設定理由（アウトプットからのつながり）」."""
    for label in ctx.grid.find(lambda b: labels.LINK_REASON.match(b.folded) is not None):
        label.placed = True
        said = _said(ctx, label)
        m = labels.LINK_REASON.match(label.folded)
        if said is None or m is None:
            continue
        row = RowBuilder(locator=said[1])
        source = m.group(2) or ""
        if "アウトプット" in source:
            row.values["派生元種別"] = "アウトプット"
        elif "アウトカム" in source:
            row.values["派生元種別"] = "アウトカム"
            period = next((p for p in _PERIODS if p in source), None)
            if period is not None:
                row.values["派生元期間"] = period
        row.values["派生先種別"] = "アウトカム"
        if m.group(1):
            row.values["派生先番号"] = m.group(1)
        row.values["後続アウトカムへのつながり"] = said[0]
        ctx.add("effects", row.row())


def _read_single_stage(ctx: Context) -> None:
    for label in ctx.grid.find(lambda b: b.key in labels.SINGLE_STAGE_REASON):
        label.placed = True
        said = _said(ctx, label)
        if said is not None:
            ctx.add(
                "effects", RowBuilder({"アウトカムを複数段階で設定できない理由": said[0]}, {}, said[1]).row()
            )


def _read_plans(ctx: Context) -> None:
    """事業に関連するKPIが定められている閣議決定等: 名称, URL, 該当箇所 beside it."""
    for label in ctx.grid.find(lambda b: b.key in labels.REFORM_PLAN):
        label.placed = True
        row = RowBuilder()
        for b in ctx.grid.between(label.y0, label.y1, label.x1):
            column = labels.REFORM_PLAN_COLUMNS.get(b.key)
            if column is None or b.hidden:
                continue
            b.placed = True
            for value in beside_label(ctx.grid, b)[:1]:
                row.text(column, value)
        if row.values:
            ctx.add("reform_plans", row.row())


def _read_subsidies(ctx: Context) -> None:
    """補助率等: a line of heads with the values under them."""
    for head in ctx.grid.find(lambda b: labels.SUBSIDY_COLUMNS.get(b.key) == "補助率"):
        heads = {c: b for b in [head, *ctx.grid.beside(head)] if (c := labels.SUBSIDY_COLUMNS.get(b.key))}
        if len(heads) < 2:
            continue
        for b in [*heads.values(), *(b for b in ctx.grid.left_of(head) if b.key in labels.SUBSIDY_LABEL)]:
            b.placed = True
        end = head.y1
        for cell in ctx.grid.between(head.y1 - ctx.grid.slack, ctx.grid.bottom, head.x0, head.x1):
            inside = cell.x0 >= head.x0 - ctx.grid.slack and cell.x1 <= head.x1 + ctx.grid.slack
            if cell.hidden or not inside or cell.y0 > end + ctx.grid.row or _begins_other_part(ctx, cell):
                break
            end = max(end, cell.y1)
            row = RowBuilder()
            for column, column_head in heads.items():
                row.text(column, cell if column_head is head else ctx.grid.cross(column_head, cell))
            if row.values:
                ctx.add("subsidies", row.row())


def _begins_other_part(ctx: Context, cell: Box) -> bool:
    """True where the row of a cell bears a label of the form."""
    return any(
        not b.empty and b.key not in labels.SUBSIDY_LABEL and labels.is_label(b.text)
        for b in [cell, *ctx.grid.left_of(cell)]
    )


def _read_reform_item(ctx: Context) -> None:
    """改革項目 (取組事項) and its 分野, for the KPIs below or a row of their own."""
    for label in ctx.grid.find(lambda b: b.key in labels.REFORM_ITEM and not b.placed):
        label.placed = True
        row = RowBuilder()
        for b in ctx.grid.right_of(label):
            if b.key in labels.FIELD or b.folded.startswith("分野"):
                own = re.sub(r"^分野[:：]?", "", b.text.strip())
                b.placed = True
                if own and not is_blank(own):
                    row.values["分野"] = own
                    row.locator = row.locator or b.locator
            elif labels.is_label(b.text) and not b.empty:
                break
            elif (text := written_text(b)) is not None:
                column = "分野" if row.locator == "" and "分野" not in row.values else "改革項目"
                row.values[column] = text
                row.locator = row.locator or b.locator
        if not row.values:
            continue
        kpis = ctx.sheet.rows("reform_kpis")
        for kpi in kpis:
            kpi.values = {**row.values, **kpi.values}
        if not kpis:
            ctx.add("reform_kpis", row.row())
