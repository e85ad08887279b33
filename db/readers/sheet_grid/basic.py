"""The first part of the sheet (基本情報) and every other field that is one label with one value."""

from __future__ import annotations

import re

from db.fiscal_years import parse_year
from db.readers import form_labels as labels
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box, Grid
from db.readers.sheet_grid.values import RowBuilder, checked_choices, written_text
from db.text import is_blank

_FROM_TO = re.compile(r"[~〜～]|から")


def beside_label(grid: Grid, label: Box) -> list[Box]:
    """The boxes that hold a label's value: to its right, up to the next label.

    Where the value's lines stand in rows of their own, all of them. Empty where nothing stands there.
    """
    first: Box | None = None
    for b in grid.right_of(label):
        if b.hidden:
            continue
        if not b.empty and labels.is_label(b.text) and not b.placed:
            break
        if not b.empty:
            first = b
            break
    if first is None:
        return []
    x0, x1 = first.x0, first.x1
    return [first] + [
        b
        for b in grid.between(label.y0, label.y1, x0 - grid.slack, x1 + grid.slack)
        if b is not first and not b.empty and not b.hidden and not labels.is_label(b.text)
    ]


def below_label(grid: Grid, label: Box, rows: float = 4) -> list[Box]:
    """The box under a label, where the label stands on top of its value (作成責任者)."""
    for b in grid.below(label, rows):
        if b.hidden or b.empty:
            continue
        return [] if labels.is_label(b.text) else [b]
    return []


def _value_boxes(grid: Grid, label: Box) -> list[Box]:
    boxes = beside_label(grid, label)
    if boxes:
        return boxes
    right = [b for b in grid.right_of(label) if not b.hidden]
    if not right or all(not b.empty and labels.is_label(b.text) for b in right[:1]):
        return below_label(grid, label)
    return []


def read_basic(ctx: Context, title: Box | None) -> None:
    """Fill the sheet's one row of table ``sheets``."""
    row = RowBuilder()
    if title is not None:
        row.locator = title.locator
        title.placed = True
    _read_number(ctx, row)
    known = labels.basic_labels()
    seen: set[str] = set()
    for label in ctx.grid.boxes:
        column = known.get(label.key)
        if column is None or label.hidden or column in seen or column == "事業番号":
            continue
        boxes = _value_boxes(ctx.grid, label)
        if not boxes and column in ("政策", "施策"):
            continue
        label.placed = True
        seen.add(column)
        if boxes:
            _put(ctx, row, column, boxes)
    row.values = {**ctx.sheet.basic.values, **row.values}
    ctx.sheet.basic = row.row()


def _put(ctx: Context, row: RowBuilder, column: str, boxes: list[Box]) -> None:
    parts = [text for b in boxes if (text := written_text(b)) is not None]
    if not parts:
        return
    text = "\n".join(parts)
    for said in ("事業開始年度", "事業終了年度") if column == labels.START_AND_END else (column,):
        row.places[said] = boxes[0].locator
    if column == labels.START_AND_END:
        _put_years(ctx, row, text)
    elif column in ("事業開始年度", "事業終了年度"):
        _put_year(ctx, row, column, text)
    elif column == "実施方法":
        row.values[column] = checked_choices(text)
        if row.values[column] != text:
            row.printed[column] = text
    else:
        row.values[column] = text
    if not row.locator:
        row.locator = boxes[0].locator


def _put_year(ctx: Context, row: RowBuilder, column: str, text: str) -> None:
    """An era year, 「終了予定なし」 or 「不明」; the words are kept as printed."""
    year = parse_year(text, ctx.year)
    row.printed[column] = text
    if year is not None:
        row.values[column] = year
    elif column == "事業終了年度" and re.search(r"予定な|なし|無し|未定", text):
        row.values["終了予定なし"] = True
    elif column == "事業開始年度" and "不明" in text:
        row.values["開始年度不明"] = True


def _put_years(ctx: Context, row: RowBuilder, text: str) -> None:
    """「平成18年度～平成27年度」「昭和62年度開始」「平成15年度／終了（予定）なし」."""
    parts = _FROM_TO.split(text.replace("\n", ""), maxsplit=1)
    if len(parts) == 1:
        parts = re.split(r"[・／/、]|開始", parts[0], maxsplit=1)
    _put_year(ctx, row, "事業開始年度", parts[0].strip())
    if len(parts) > 1 and not is_blank(parts[1]):
        _put_year(ctx, row, "事業終了年度", parts[1].strip())


def _read_number(ctx: Context, row: RowBuilder) -> None:
    """事業番号: one cell, or up to five joined by hyphens (2021 | 国交 | 20 | 0021)."""
    for label in ctx.grid.boxes:
        if not label.folded.startswith("事業番号") or label.hidden:
            continue
        own = re.fullmatch(r"事業番号[:\s]*([\w新-]+)", label.folded)
        parts = [own.group(1)] if own else []
        for b in [] if own else ctx.grid.right_of(label):
            if labels.is_label(b.text) or labels.read_title(b.text):
                break
            text = written_text(b)
            if text is not None:
                parts.append(text.strip("-‐－ 　"))
        label.placed = True
        if parts:
            row.values["事業番号"] = "-".join(parts)
            row.places["事業番号"] = label.locator
            row.locator = row.locator or label.locator
        return


def read_title(ctx: Context, title: Box) -> None:
    """公開年度 and 府省庁 from the title and what stands beside it."""
    read = labels.read_title(title.text)
    if read is None:
        return
    ctx.year = read.year
    ministry = read.ministry
    before = "".join(b.text for b in reversed(ctx.grid.left_of(title)) if not labels.is_label(b.text))
    if ctx.year is None and before:
        joined = labels.read_title(before + title.text)
        ctx.year = joined.year if joined else None
        for b in ctx.grid.left_of(title):
            b.placed = b.placed or not labels.is_label(b.text)
    if ministry is None:
        beside = []
        for b in ctx.grid.right_of(title):
            if labels.is_label(b.text) or b.key.startswith("事業番号"):
                break
            b.placed = True
            beside.append(b.text)
        name = re.sub(r"^[\s（(]+|[\s）)]+$", "", "".join(beside))
        if name and len(name) <= 30:
            ministry = name
    if ctx.year is not None:
        ctx.sheet.basic.values["公開年度"] = ctx.year
    if ministry:
        ctx.sheet.basic.values["府省庁"] = ministry
