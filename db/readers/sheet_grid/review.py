"""The third part of the sheet: evaluation items, 関連事業, 所見 and other free texts, 指摘事項, past numbers."""

from __future__ import annotations

import re

from db.fiscal_years import parse_year
from db.readers import form_labels as labels
from db.readers.sheet_grid.basic import beside_label
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box
from db.readers.sheet_grid.values import RowBuilder, written_text
from db.sheet import Row
from db.text import fold, is_blank

_BARS_WITH_JUDGEMENT = ("行政事業レビュー推進チームの所見", "所見を踏まえた改善点")


# ───────────────────────── 評価項目 ─────────────────────────
def read_evaluations(ctx: Context) -> None:
    """Rows of table ``evaluations``: each item with its mark and its explanation.

    An explanation box that several items share goes to the first of them.
    """
    grid = ctx.grid
    heads = [
        h for b in grid.find(lambda b: b.key in labels.EVALUATION_TEXT_HEADER) if (h := _head_row(ctx, b))
    ]
    found: set[int] = set()
    for item_head, mark_head, text_head in heads:
        for head in (item_head, mark_head, text_head):
            head.placed = True
        for box in grid.between(text_head.y1, grid.bottom + 1, -1e9, mark_head.x0):
            if _ends_items(box):
                break
            if _is_item(box, item_head) and id(box) not in found:
                found.add(id(box))
                _add_item(ctx, box, grid.cross(mark_head, box), grid.cross(text_head, box))
    for box in grid.find(lambda b: id(b) not in found and labels.evaluation_item(b.text) is not None):
        if not heads or not any(fold(r.values["項目"]) == box.folded for r in _string_items(ctx)):  # type: ignore[arg-type]
            right = [b for b in grid.right_of(box) if not b.hidden]
            _add_item(ctx, box, right[0] if right else None, right[1] if len(right) > 1 else None)


def _string_items(ctx: Context) -> list[Row]:
    return [r for r in ctx.sheet.rows("evaluations") if isinstance(r.values["項目"], str)]


def _head_row(ctx: Context, text_head: Box) -> tuple[Box, Box, Box] | None:
    left = ctx.grid.left_of(text_head)
    mark = next((b for b in left if b.key in labels.EVALUATION_MARK_HEADER), None)
    item = next((b for b in left if b.key in labels.EVALUATION_ITEM_HEADER), None)
    return (item, mark, text_head) if mark is not None and item is not None else None


def _ends_items(box: Box) -> bool:
    item = labels.comment_labels().get(box.key)
    return item in ("点検結果", "改善の方向性", "外部有識者の所見", "行政事業レビュー推進チームの所見")


def _is_item(box: Box, head: Box) -> bool:
    if box.hidden or box.empty or box.placed or box.key in labels.RELATED_COLUMNS:
        return False
    if labels.evaluation_item(box.text) is not None:
        return True
    wide = box.x1 - box.x0 >= 0.6 * (head.x1 - head.x0)
    return wide and box.same_columns(head) and len(box.folded) >= 12 and not labels.is_label(box.text)


def _add_item(ctx: Context, box: Box, mark: Box | None, explanation: Box | None) -> None:
    item, known = labels.official_item(box.text)
    box.placed = True
    row = RowBuilder(locator=box.locator)
    row.values["区分"] = _section_of(ctx, box) or (known.section if known else None)
    row.values["項目"] = item
    if mark is not None and not mark.empty:
        mark.placed = True
        row.values["評価"] = labels.evaluation_mark(mark.text)
        if row.values["評価"] != mark.text.strip():
            row.printed["評価"] = mark.text.strip()
    if explanation is not None and not explanation.placed and explanation is not mark:
        text = written_text(explanation)
        if text is not None:
            row.values["説明"] = text
            row.locator = explanation.locator
    row.values["確度"] = "確実"
    if known is None:
        ctx.flag(box.locator, f"評価項目「{item[:30]}」は項目一覧にありません", "evaluations", "項目")
    ctx.add("evaluations", row.row())


def _section_of(ctx: Context, box: Box) -> str | None:
    """The part an item stands in, by the label left of it; a stacked label may come in any order of letters."""
    for b in ctx.grid.left_of(box):
        for section in labels.EVALUATION_SECTIONS:
            if sorted(labels.label_key(section)) == sorted(b.key):
                b.placed = True
                return section
    return None


# ───────────────────────── 関連事業 ─────────────────────────
def read_related(ctx: Context) -> None:
    """Rows of table ``related``: the lines under 所管府省名, 事業番号, 事業名."""
    for head in ctx.grid.find(lambda b: labels.RELATED_COLUMNS.get(b.key) == "所管府省名"):
        heads = {
            labels.RELATED_COLUMNS[b.key]: b for b in ctx.grid.beside(head) if b.key in labels.RELATED_COLUMNS
        }
        heads["所管府省名"] = head
        name = heads.get("関連事業名")
        if name is None:
            continue
        for b in heads.values():
            b.placed = True
        end = head.y1
        for cell in ctx.grid.between(head.y1 - ctx.grid.slack, ctx.grid.bottom, name.x0, name.x1):
            if cell.hidden or cell.y0 > end + 2 * ctx.grid.row or labels.is_label(cell.text):
                break
            if cell.x0 < name.x0 - ctx.grid.slack or cell.x1 > name.x1 + ctx.grid.slack:
                break
            if cell.y0 < head.y1 - ctx.grid.slack:
                continue
            end = max(end, cell.y1)
            row = RowBuilder()
            for column, column_head in heads.items():
                row.text(column, cell if column_head is name else ctx.grid.cross(column_head, cell))
            if row.values:
                ctx.add("related", row.row())


# ───────────────────────── 所見など ─────────────────────────
def read_comments(ctx: Context) -> None:
    """Rows of table ``comments``: boxes named left of their text, and bars with their text beneath."""
    known = labels.comment_labels()
    bars = [b for b in ctx.grid.boxes if b.key in known and not b.hidden and not b.placed]
    seen: set[str] = set()
    for label in bars:
        item = known[label.key]
        boxes = _beside(ctx, label)
        if not boxes:
            boxes = _beneath(ctx, label)
        if item in seen and not boxes:
            continue
        label.placed = True
        if boxes:
            seen.add(item)
            _add_comment(ctx, item, boxes)


def _beside(ctx: Context, label: Box) -> list[Box]:
    """Text right of a label; a bar over the whole width has none."""
    return [b for b in beside_label(ctx.grid, label) if not b.placed]


def _beneath(ctx: Context, bar: Box) -> list[Box]:
    """The boxes between a bar and the next label of the form under it."""
    grid = ctx.grid
    out: list[Box] = []
    for b in grid.between(bar.y1 - grid.slack, grid.bottom + 1, bar.x0 - grid.slack, bar.x1 + grid.slack):
        if b.hidden or b is bar:
            continue
        if not b.empty and (_is_bar(b) or b.y0 > bar.y1 + 60 * grid.row):
            break
        if not b.empty and not b.placed and not labels.is_note(b.text):
            out.append(b)
    return out


def _is_bar(box: Box) -> bool:
    return labels.is_label(box.text) or box.key in labels.PAST_NUMBERS_BAR or box.key in labels.FLOW_LABEL


def _add_comment(ctx: Context, item: str, boxes: list[Box]) -> None:
    judgement: str | None = None
    if item in _BARS_WITH_JUDGEMENT and len(boxes) > 1 and _narrower(boxes[0], boxes[1]):
        judgement = written_text(boxes[0])
        boxes = boxes[1:]
    elif item in _BARS_WITH_JUDGEMENT and len(boxes) == 1 and boxes[0].folded in _judgements():
        judgement, boxes = written_text(boxes[0]), []
    texts = [t for b in boxes if (t := written_text(b)) is not None]
    if not texts and judgement is None:
        return
    official = {"項目": item, "判定": judgement, "本文": "\n".join(texts) or None}
    where = boxes[0].locator if boxes else ""
    ctx.add("comments", Row({k: v for k, v in official.items() if v is not None}, where))


def _narrower(first: Box, second: Box) -> bool:
    return (
        first.same_rows(second)
        and first.x1 <= second.x0 + 1e-6 + 0.2 * (second.x1 - second.x0)
        and (len(first.folded) <= 20)
    )


def _judgements() -> frozenset[str]:
    return frozenset(fold(j) for j in labels.JUDGEMENTS)


# ───────────────────────── 指摘事項 ─────────────────────────
def read_remarks(ctx: Context) -> None:
    """Rows of table ``remarks``: what the 公開プロセス or 秋のレビュー found, other findings, and the answers."""
    row = RowBuilder({"種類": "過去に受けた指摘事項"})
    other = RowBuilder({"種類": "その他の指摘事項"})
    for keys, target, column in (
        (labels.REMARK_REVIEW, row, "内容"),
        (labels.REMARK_ANSWER, row, "対応状況"),
        (labels.REMARK_OTHER, other, "内容"),
        (labels.REMARK_OTHER_ANSWER, other, "対応状況"),
    ):
        for label in ctx.grid.find(lambda b, keys=keys: b.key in keys and not b.placed):  # type: ignore[misc]
            label.placed = True
            texts: list[str] = []
            for b in ctx.grid.right_of(label):
                if b.hidden or b.empty:
                    continue
                if labels.is_label(b.text):
                    break
                text = written_text(b)
                year = labels.year_header(b.text, ctx.year)
                if text and year and year.year and not texts:
                    target.values["年度"] = year.year
                elif text:
                    texts.append(text)
                    target.locator = target.locator or b.locator
            if texts:
                target.values[column] = "\n".join(texts)
    for built in (row, other):
        if len(built.values) > 1:
            ctx.add("remarks", built.row())


# ───────────────────────── 過去の事業番号 ─────────────────────────
def read_past_numbers(ctx: Context, end: float) -> None:
    """Rows of table ``past_numbers``: after each year up to the next, 府省庁 (where written) and the numbers."""
    for bar in ctx.grid.find(lambda b: b.key in labels.PAST_NUMBERS_BAR, 0.0, end):
        bar.placed = True
        year: Box | None = None
        parts: list[Box] = []
        cells = [
            b
            for b in ctx.grid.between(bar.y1 - ctx.grid.slack, end)
            if not b.hidden and b.y0 >= bar.y1 - 2 * ctx.grid.slack
        ]
        for b in _row_by_row(ctx, cells):
            if labels.past_year(b.text) is not None:
                _add_past(ctx, year, parts)
                year, parts = b, []
            elif labels.is_label(b.text) and not b.empty:
                break
            elif not b.empty:
                parts.append(b)
        _add_past(ctx, year, parts)


def _row_by_row(ctx: Context, boxes: list[Box]) -> list[Box]:
    """Boxes in reading order where the tops of one row may differ a little."""
    out: list[Box] = []
    row: list[Box] = []
    for b in sorted(boxes, key=lambda b: (b.cy, b.x0)):
        if row and b.cy > row[0].cy + 0.5 * max(ctx.grid.row, row[0].y1 - row[0].y0) * 0.8:
            out += sorted(row, key=lambda b: b.x0)
            row = []
        row.append(b)
    return out + sorted(row, key=lambda b: b.x0)


def _add_past(ctx: Context, year: Box | None, parts: list[Box]) -> None:
    if year is None:
        return
    year.placed = True
    ministry: str | None = None
    numbers: list[str] = []
    where = year.locator
    for b in parts:
        text = written_text(b)
        if text is None:
            continue
        if ministry is None and not numbers and labels.is_ministry(text):
            ministry = text
            continue
        where = b.locator if not numbers else where
        numbers.append(text)
    if not numbers:
        return
    # a prefix such as 新30 stands in a cell of its own before the number
    joined = (
        "-".join(numbers) if len(numbers) > 1 and all(len(n) <= 8 for n in numbers) else "、".join(numbers)
    )
    for number in re.split(r"[、，\n]", joined):
        if is_blank(number):
            continue
        values: dict[str, object] = {"年度": labels.past_year(year.text) or parse_year(year.text, ctx.year)}
        if ministry:
            values["府省庁"] = ministry
        values["事業番号"] = number.strip()
        ctx.add("past_numbers", Row(values, where))  # type: ignore[arg-type]
