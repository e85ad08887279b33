"""The fourth part of the sheet: 資金の流れ, 費目・使途, 支出先上位10者リスト, 国庫債務負担行為等."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from db.numbers import parse_number
from db.readers import form_labels as labels
from db.readers.sheet_grid.context import Context
from db.readers.sheet_grid.grid import Box
from db.readers.sheet_grid.values import RowBuilder, Sum, plain_number
from db.sheet import Row
from db.text import is_blank

_AMOUNT = re.compile(r"([▲△-]?[\d,.]+)\s*(百万円|千円|億円|円)")
_COUNT = re.compile(r"\(?(?:全|計|他|ほか)?\s*(\d+)\s*(?:者|社|団体|機関|法人|名|人|件|都道府県|市町村)\)?")


# ───────────────────────── 資金の流れ ─────────────────────────
@dataclass(slots=True)
class _Block:
    """One box of the drawing."""

    letter: str
    name: str
    box: Box
    amount: int | None
    printed: str
    count: int | None = None
    role: str = ""
    method: str = ""


def flow_start(ctx: Context) -> float:
    """Where 資金の流れ begins; the end of the grid where there is none."""
    found = ctx.grid.find(lambda b: b.key in labels.FLOW_LABEL)
    inside = ctx.grid.find(lambda b: bool(re.match(r"※?(平成|令和|20)?[\d元]+年度実績を記入", b.folded)))
    tops = [b.y0 for b in [*found[:1], *inside[:1]]]
    return min(tops, default=ctx.grid.bottom + 1)


def read_flows(ctx: Context) -> None:
    """Rows of ``blocks`` and ``flows`` from the drawing of boxes.

    The arrows of the drawing are not in the cells: who pays whom is said only where amounts leave one
    reading, and marked as inferred (``certain`` False) unless there is a single block.
    """
    top = flow_start(ctx)
    end = min(
        (
            b.y0
            for b in ctx.grid.boxes
            if b.y0 > top and (b.key.startswith("費目使途") or b.key == "使途" or b.key in labels.PAYEES_BAR)
        ),
        default=ctx.grid.bottom + 1,
    )
    boxes = [
        b
        for b in ctx.grid.between(top - ctx.grid.slack, end - ctx.grid.slack)
        if not b.hidden and not b.empty and b.key not in labels.FLOW_LABEL and not labels.is_note(b.text)
    ]
    texts = _joined_lines(ctx, [b for b in boxes if not b.placed])
    payer: tuple[str, Box, int | None] | None = None
    blocks: list[_Block] = []
    notes: list[tuple[str, list[Box]]] = []
    for text, members in texts:
        block = _read_block(text, members)
        if block is not None:
            blocks.append(block)
        elif payer is None and not blocks and labels.is_ministry(_without_amount(_first_line(text))):
            payer = (_without_amount(_first_line(text)), members[0], _amount(text)[0])
        else:
            notes.append((text, members))
            continue
        for b in members:
            b.placed = True
    _attach_notes(ctx, blocks, notes)
    _emit_flows(ctx, payer, blocks)


def _joined_lines(ctx: Context, boxes: list[Box]) -> list[tuple[str, list[Box]]]:
    """Texts of the drawing; lines without a cell that stand close under one another are one text."""
    out: list[tuple[str, list[Box]]] = []
    for b in boxes:
        if out and b.free and (last := out[-1][1][-1]).free and _continues(ctx, out[-1][0], last, b):
            out[-1] = (out[-1][0] + "\n" + b.text.strip(), [*out[-1][1], b])
        else:
            out.append((b.text.strip(), [b]))
    return out


def _continues(ctx: Context, text: str, last: Box, b: Box) -> bool:
    """An open bracket is carried on, and so is the text of a box whose amount is still to come."""
    if not (last.y0 < b.y0 and b.y0 - last.y1 < 0.6 * ctx.grid.row and b.same_columns(last)):
        return False
    opened = sum(text.count(c) for c in "〔【［（") - sum(text.count(c) for c in "〕】］）")
    if opened > 0:
        return True
    starts_new = re.match(r"[〔【［(（]", b.text.strip()) or labels.block_heading(b.text.split("\n")[0])
    return not starts_new and _amount(text)[0] is None and _amount(b.text)[0] is not None


def _read_block(text: str, members: list[Box]) -> _Block | None:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if not lines:
        return None
    head = labels.block_heading(lines[0])
    if head is None or (len(lines) == 1 and not head[1]):
        return None
    amount, printed = _amount(text)
    rest = " ".join([head[1], *lines[1:]]).strip() if head[1] else " ".join(lines[1:])
    count = _COUNT.search(unicodedata.normalize("NFKC", rest))
    return _Block(
        head[0], _without_amount(rest), members[0], amount, printed, int(count.group(1)) if count else None
    )


def _without_amount(text: str) -> str:
    """The name in a box, in its own characters, without the amount and the number of payees."""
    out = re.sub(r"[▲△\-－]?[\d０-９,，.．]+\s*(百万円|千円|億円|円)", "", text)
    out = re.sub(
        r"[（(]\s*(全|計)?\s*[\d０-９]+\s*(者|社|団体|機関|法人|名|人|件|都道府県|市町村)\s*[）)]", "", out
    )
    out = re.sub(r"[\s　]*(ほか|他)[\s　]*$", "", out.strip())
    return re.sub(r"[ \t]+", " ", out).strip(" 　、")


def _amount(text: str) -> tuple[int | None, str]:
    """(円, as printed) of the amount in a box."""
    folded = unicodedata.normalize("NFKC", text)
    m = _AMOUNT.search(folded)
    if m is None:
        return None, ""
    n = parse_number(m.group(1))
    if n is None:
        return None, ""
    return int((n * labels.money_unit(m.group(2))).to_integral_value()), m.group(0)


def _first_line(text: str) -> str:
    return text.split("\n")[0].strip()


def _attach_notes(ctx: Context, blocks: list[_Block], notes: list[tuple[str, list[Box]]]) -> None:
    """〔…〕 under a box is what the payee does, 【…】 over it how it was chosen; other lines under a box, too."""
    for text, members in notes:
        first = members[0]
        over = [b for b in blocks if b.box.y0 > first.y0 and _near_columns(b.box, first)]
        under = [b for b in blocks if b.box.y0 < first.y0 and _near_columns(b.box, first)]
        if re.match(r"[【［]", text) and over:
            block = min(over, key=lambda b: b.box.y0 - first.y0)
            block.method = "、".join(t for t in (block.method, text.strip("【】［］ 　")) if t)
        elif under:
            block = max(under, key=lambda b: b.box.y0)
            if first.y0 - block.box.y1 > 6 * ctx.grid.row:
                continue
            said = re.sub(r"^[〔［(（]|[〕］)）]$", "", text.strip()).strip()
            block.role = "\n".join(t for t in (block.role, said) if t)
        else:
            continue
        for b in members:
            b.placed = True


def _near_columns(a: Box, b: Box) -> bool:
    return min(a.x1, b.x1) > max(a.x0, b.x0)


def _emit_flows(ctx: Context, payer: tuple[str, Box, int | None] | None, blocks: list[_Block]) -> None:
    source = payer[0] if payer else ctx.sheet.basic.get("府省庁")
    parents = _parents(payer[2] if payer else None, blocks)
    by_letter = {b.letter: b for b in blocks}
    for block in blocks:
        values: dict[str, object] = {"ブロック": block.letter, "ブロック名": block.name or None}
        printed: dict[str, str] = {}
        if block.count is not None:
            values["支出先の数"] = block.count
        if block.role and not is_blank(block.role):
            values["役割"] = block.role
        if block.amount is not None:
            values["合計支出額"] = block.amount
            printed["合計支出額"] = block.printed
        kept = {k: v for k, v in values.items() if v is not None}
        ctx.add("blocks", Row(kept, block.box.locator, printed))  # type: ignore[arg-type]
        flow: dict[str, object] = {"支出先ブロック": block.letter, "支出先名": block.name or None}
        parent = parents.get(block.letter)
        if parent == "":
            flow = {"支出元": source, "担当組織からの支出": True, **flow}
        elif parent:
            flow = {
                "支出元ブロック": parent,
                "支出元": by_letter[parent].name,
                "担当組織からの支出": False,
                **flow,
            }
        if block.method and not is_blank(block.method):
            flow["補足情報"] = block.method
        if block.amount is not None:
            flow["金額"] = block.amount
        kept = {k: v for k, v in flow.items() if v is not None}
        certain = len(blocks) == 1
        money = {"金額": block.printed} if block.amount is not None else {}
        ctx.add("flows", Row(kept, block.box.locator, money, certain))  # type: ignore[arg-type]


def _parents(paid: int | None, blocks: list[_Block]) -> dict[str, str]:
    """letter → letter of the block it is paid by, "" for the ministry; blocks nobody can tell are left out.

    Read from the amounts: all blocks together are what the ministry paid, or the first passes all it got on
    to the others.
    """
    if len(blocks) == 1:
        return {blocks[0].letter: ""}
    amounts = [b.amount for b in blocks]
    if paid is None or not amounts or any(a is None for a in amounts):
        return {}
    known = [a for a in amounts if a is not None]
    slack = 1_000_000 * max(1, len(blocks) // 2)
    if abs(sum(known) - paid) <= slack:
        return {b.letter: "" for b in blocks}
    if abs(known[0] - paid) <= slack and abs(sum(known[1:]) - known[0]) <= slack:
        return {blocks[0].letter: "", **{b.letter: blocks[0].letter for b in blocks[1:]}}
    return {}


# ───────────────────────── 費目・使途 ─────────────────────────
def read_expenses(ctx: Context) -> None:
    """Rows of ``expenses``: the blocks stand side by side, each under a title 「A.株式会社…」."""
    grid = ctx.grid
    uses = grid.find(lambda b: labels.EXPENSE_COLUMNS.get(b.key) == "使途")
    for use in uses:
        item = next((b for b in grid.left_of(use) if labels.EXPENSE_COLUMNS.get(b.key) == "費目"), None)
        amount = next((b for b in grid.right_of(use) if labels.EXPENSE_COLUMNS.get(b.key) == "金額"), None)
        if item is None or amount is None:
            continue
        end = min((u.y0 for u in uses if u.y0 > use.y1), default=grid.bottom + 1)
        _read_expense_block(ctx, item, use, amount, end)


def _read_expense_block(ctx: Context, item: Box, use: Box, amount: Box, end: float) -> None:
    grid = ctx.grid
    title = _block_title(ctx, item, amount)
    for b in (item, use, amount, *([title[2]] if title else [])):
        b.placed = True
    letter, payee = (title[0], title[1]) if title else ("", "")
    unit = labels.money_unit(amount.text)
    sums = Sum()
    cells = [
        b
        for b in grid.between(item.y1 - grid.slack, end, item.x0 - grid.slack, amount.x1 + grid.slack)
        if not b.hidden and b.y0 >= use.y1 - 2 * grid.slack
    ]
    for line in _lines(cells):
        in_item, in_use, in_amount = (
            next((b for b in line if b.same_columns(h)), None) or grid.cross(h, line[0])
            for h in (item, use, amount)
        )
        written = [b for b in line if not b.empty]
        if in_item is not None and in_item.key in labels.TOTAL:
            in_item.placed = True
            row = RowBuilder()
            total = row.money("金額", in_amount, unit)
            if in_use is not None and in_use.empty:
                in_use.placed = True
            if total is not None and in_amount is not None and not sums.meets(total, in_amount, unit):
                parts = sum(sums.parts)
                what = f"費目・使途（{letter}）の計 {total:,}円が内訳の合計 {parts:,}円と一致しません"
                ctx.flag(row.locator, what, "expenses", "金額")
            break
        if any(
            labels.block_heading(b.text) and not b.same_columns(use) and b.x1 - b.x0 > use.x1 - use.x0
            for b in written
        ):
            break
        if any(labels.is_label(b.text) and b.key not in labels.TOTAL for b in written if b is not in_item):
            break
        row = RowBuilder()
        kind, purpose = row.text("費目", in_item), row.text("使途", in_use)
        value = row.money("金額", in_amount, unit)
        if kind is None and purpose is None and value is None:
            continue
        if value is not None and in_amount is not None:
            sums.add(value, in_amount, unit)
        head = {"ブロック": letter or None, "支出先": payee or None}
        row.values = {**{k: v for k, v in head.items() if v}, **row.values}
        ctx.add("expenses", row.row())


def _lines(cells: list[Box]) -> list[list[Box]]:
    """Cells by rows: a row is as high as its lowest cell, a cell over several rows belongs to its first."""
    out: list[list[Box]] = []
    for b in sorted(cells, key=lambda b: (b.y0, b.x0)):
        if out and any(b.same_rows(o) and abs(b.y0 - o.y0) < 0.5 * (o.y1 - o.y0) for o in out[-1]):
            out[-1].append(b)
        else:
            out.append([b])
    return out


def _block_title(ctx: Context, item: Box, amount: Box) -> tuple[str, str, Box] | None:
    """(letter, name, box) over the three headers."""
    grid = ctx.grid
    span = Box("", item.x0, item.y0, amount.x1, item.y1)
    for b in sorted(
        (
            b
            for b in grid.between(
                item.y0 - 3 * grid.row, item.y0 + grid.slack, item.x0 - grid.slack, amount.x1 + grid.slack
            )
        ),
        key=lambda b: -b.y1,
    ):
        if b.empty or b.hidden or not b.same_columns(span):
            continue
        head = labels.block_heading(b.text)
        if head is not None:
            return head[0], head[1], b
        if not labels.is_label(b.text) and not b.blank and not labels.is_note(b.text):
            return "", b.text.strip(), b
    return None


# ───────────────────────── 支出先・契約先のリスト ─────────────────────────
def read_payees(ctx: Context) -> None:
    """Rows of ``payees``: every list under a header 支出先 … 支出額, each with its block letter."""
    columns = labels.payee_columns()
    heads = [
        h
        for b in ctx.grid.find(lambda b: columns.get(b.key) == "支出先")
        if "支出額" in (h := _list_heads(ctx, b, columns))
    ]
    last = ""
    for i, head in enumerate(heads):
        end = min((h["支出先"].y0 for h in heads[i + 1 :]), default=_contracts_top(ctx))
        letter, box, payee = _list_letter(ctx, head["支出先"], heads[i - 1]["支出先"] if i else None, last)
        if box is not None:
            box.placed = True
        last = letter or last
        if payee and not is_blank(payee):
            head["支出先"].placed = True
        _read_list(ctx, "payees", "支出先", head, end, letter)


def read_contracts(ctx: Context) -> None:
    """Rows of ``contracts``: 国庫債務負担行為等による契約先上位10者リスト."""
    columns = labels.contract_columns()
    for b in ctx.grid.find(lambda b: columns.get(b.key) == "契約先"):
        head = _list_heads(ctx, b, columns)
        if "契約額" in head:
            _read_list(ctx, "contracts", "契約先", head, ctx.grid.bottom + 1, "")


def _contracts_top(ctx: Context) -> float:
    found = ctx.grid.find(
        lambda b: b.key in labels.CONTRACTS_BAR or labels.contract_columns().get(b.key) == "契約先"
    )
    return min((b.y0 for b in found), default=ctx.grid.bottom + 1)


def _list_heads(ctx: Context, main: Box, columns: dict[str, str]) -> dict[str, Box]:
    out: dict[str, Box] = {}
    for b in [main, *ctx.grid.beside(main)]:
        column = labels.list_column(b.text, columns)
        if column is not None and not b.hidden:
            out.setdefault(column, b)
    return out


def _list_letter(ctx: Context, main: Box, before: Box | None, last: str) -> tuple[str, Box | None, str]:
    """The block a list belongs to: the heading 「A.」 over it, else the letter after the last one."""
    grid = ctx.grid
    top = max(main.y0 - 4 * grid.row, before.y1 if before else -1.0)
    for b in sorted(grid.between(top, main.y0 + grid.slack), key=lambda b: -b.y1):
        head = labels.block_heading(b.text)
        if head is not None and not b.hidden and b.y1 <= main.y0 + 2 * grid.slack + 1e-6:
            return head[0], b, head[1]
    return (chr(ord(last) + 1) if len(last) == 1 and last < "Z" else last if last else "A"), None, ""


def _read_list(ctx: Context, table: str, main: str, heads: dict[str, Box], end: float, letter: str) -> None:
    grid, head = ctx.grid, heads[main]
    for b in heads.values():
        b.placed = True
    money = "支出額" if table == "payees" else "契約額"
    unit = labels.money_unit(heads[money].text)
    left = min(h.x0 for h in heads.values())
    running = 0
    bottom = head.y1
    for cell in grid.between(head.y1 - grid.slack, end, head.x0 - grid.slack, head.x1 + grid.slack):
        if cell.hidden or cell.y0 < head.y1 - 2 * grid.slack or not cell.same_columns(head):
            continue
        if cell.y0 > bottom + 30 * grid.row or (not cell.empty and labels.is_label(cell.text)):
            break
        if labels.block_heading(cell.text) and (cell.free or cell.x0 < head.x0 - grid.slack):
            break
        bottom = max(bottom, cell.y1)
        for line in _contract_lines(ctx, cell, heads, money):
            row = RowBuilder()
            for column, column_head in heads.items():
                box = cell if column == main else grid.cross(column_head, line)
                _put_list_value(row, column, box, unit, money)
            number = _printed_number(ctx, line, left)
            if not row.values.keys() - {"ブロック"} and not row.printed:
                continue
            running += 1
            if table == "payees":
                values = {"ブロック": letter or None, "番号": number if number is not None else running}
                row.values = {**{k: v for k, v in values.items() if v is not None}, **row.values}
            ctx.add(table, row.row())


def _contract_lines(ctx: Context, cell: Box, heads: dict[str, Box], money: str) -> list[Box]:
    """One line, or several where a payee's cell spans several amounts."""
    head = heads[money]
    inside = [
        b
        for b in ctx.grid.between(cell.y0, cell.y1, head.x0, head.x1)
        if not b.hidden and not b.empty and b.y1 - b.y0 < 0.75 * (cell.y1 - cell.y0)
    ]
    return inside if len(inside) > 1 else [cell]


def _put_list_value(row: RowBuilder, column: str, box: Box | None, unit: int, money: str) -> None:
    if column == money:
        row.money(column, box, unit)
    elif column == "入札者数":
        row.count(column, box)
    elif column == "落札率":
        row.rate(column, box, fraction=True)
    elif column == "法人番号":
        text = row.text(column, box)
        if text is not None:
            row.values[column] = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
            if row.values[column] != text:
                row.printed[column] = text
    else:
        row.text(column, box)


def _printed_number(ctx: Context, line: Box, left: float) -> int | None:
    """The running number printed left of a line."""
    for b in ctx.grid.left_of(line):
        if b.cx < left + ctx.grid.slack and not b.empty:
            n = plain_number(b.text)
            if n is not None and n == n.to_integral_value() and 0 < n < 1000:
                b.placed = True
                return int(n)
            return None
    return None
