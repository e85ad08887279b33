"""From a grid of boxes to sheets: the parts of the form in order, then what no field took."""

from __future__ import annotations

from collections.abc import Iterable

from db.readers import form_labels as labels
from db.readers.sheet_grid import basic, budgets, indicators, logic, payments, review
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box, Grid
from db.readers.sheet_grid.projects import Head, find_heads
from db.sheet import Row, Sheet, SourceFile, Unplaced

MINISTRY_UNKNOWN = "府省庁不明"


def split_projects(grid: Grid) -> list[tuple[Grid, Box | None]]:
    """One grid a project with its title box; a grid without any title is one project without title."""
    heads = find_heads(grid)
    if not heads:
        return [(grid, None)]
    out: list[tuple[Grid, Box | None]] = []
    for i, head in enumerate(heads):
        first = -1.0 if i == 0 else head.start
        end = heads[i + 1].start if i + 1 < len(heads) else grid.bottom + 1
        out.append((Grid([b for b in grid.boxes if first <= b.y0 < end - grid.slack], grid.row), head.title))
    return out


def first_head(grid: Grid) -> Head | None:
    """The first title on a grid, None where a grid (a page, a worksheet) begins no project."""
    heads = find_heads(grid)
    return heads[0] if heads else None


def read_sheet(grid: Grid, title: Box | None, form: str, source: SourceFile, name: str = "") -> Sheet:
    """One project's boxes as a ``Sheet`` (form "sheet-2018-excel"); counts its boxes into ``source``.

    ``name`` is what else may tell the 府省庁 (file and worksheet name) where the title does not.
    """
    sheet = Sheet(form=form, basic=Row({}), sources=[source])
    ctx = Context(grid, sheet)
    if title is not None:
        basic.read_title(ctx, title)
    _settle_year(ctx)
    basic.read_basic(ctx, title)
    budgets.read_budgets(ctx)
    budgets.read_budget_items(ctx)
    indicators.read_indicators(ctx)
    logic.read_logic(ctx)
    review.read_related(ctx)
    review.read_evaluations(ctx)
    review.read_remarks(ctx)
    review.read_past_numbers(ctx, payments.flow_start(ctx))
    payments.read_expenses(ctx)
    payments.read_payees(ctx)
    payments.read_contracts(ctx)
    payments.read_flows(ctx)
    review.read_comments(ctx)
    _settle_ministry(ctx, name)
    year = sheet.basic.get("公開年度")
    sheet.form = form.replace("-0-", f"-{year or 0}-")
    _keep_unplaced(ctx)
    _count(grid.boxes, source)
    return sheet


def _settle_year(ctx: Context) -> None:
    if ctx.year is not None:
        return
    ctx.year = budgets.guess_year(ctx)
    if ctx.year is not None:
        ctx.sheet.basic.values["公開年度"] = ctx.year
        ctx.flag(
            "表題",
            f"表題から公開年度が読めないため、予算の年度から{ctx.year}年度としました",
            "sheets",
            "公開年度",
        )
    else:
        ctx.flag("表題", "公開年度が読み取れません", "sheets", "公開年度")


def _settle_ministry(ctx: Context, name: str) -> None:
    """府省庁 from elsewhere where the title has none: the drawing, the number, the file's name."""
    values = ctx.sheet.basic.values
    if values.get("府省庁"):
        return
    flows = [r.get("支出元") for r in ctx.sheet.rows("flows") if isinstance(r.get("支出元"), str)]
    number = str(values.get("事業番号") or "")
    found = next((str(f) for f in flows), None) or labels.ministry_in(number) or labels.ministry_in(name)
    values["府省庁"] = found or MINISTRY_UNKNOWN
    said = f"{found}としました" if found else "不明としました"
    ctx.flag("表題", f"表題に府省庁がないため、{said}", "sheets", "府省庁")


def _keep_unplaced(ctx: Context) -> None:
    """What no field took is kept, with its place; the form's own wording and blanks are not missed."""
    for b in ctx.grid.boxes:
        if not b.placed and not _is_form_wording(ctx, b):
            where = b.locator + ("（非表示）" if b.hidden else "")
            ctx.sheet.unplaced.append(Unplaced(b.text.strip(), where))
        else:
            b.placed = True


def _is_form_wording(ctx: Context, box: Box) -> bool:
    if box.blank or labels.is_note(box.text) or labels.is_label(box.text):
        return True
    heading = labels.block_heading(box.text)
    if heading is not None and not heading[1]:
        return True
    return labels.year_header(box.text, ctx.year) is not None or labels.past_year(box.text) is not None


def _count(boxes: Iterable[Box], source: SourceFile) -> None:
    written = [b for b in boxes if not b.empty]
    unplaced = sum(not b.placed for b in written)
    source.rows_read += len(written)
    source.rows_stored += len(written) - unplaced
    source.rows_unplaced += unplaced
