"""Where the money went: the drawing of 資金の流れ, 費目・使途, 支出先 and 国庫債務負担行為等, from the boxes of a sheet."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from db.corporate_numbers import clean
from db.numbers import MILLION, number, parse_number, percent, yen
from db.readers.form_labels import block_heading
from db.readers.sheet_text.alignment import COLUMNS
from db.readers.sheet_text.cells import Cell, Cells, join_lines
from db.readers.sheet_text.figures import locate
from db.readers.sheet_text.pieces import is_ministry
from db.readers.sheet_text.wrapping import cell_lengths, is_broken
from db.sheet import Row, Sheet
from db.text import fold, is_blank

_AMOUNT = re.compile(r"([▲△]?[\d,.]+)(百万円|千円|億円|円)")
_UNITS = {"百万円": MILLION, "千円": 1_000, "億円": 100_000_000, "円": 1}
_NAME_AND_NUMBER = re.compile(r"(\D.*?)\s*(\d{13})(?!\d)\s*(.*)")
"""A payee with its 法人番号 and what it did, taken for one name."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


# ───────────────────────── 資金の流れ ─────────────────────────
@dataclass(slots=True)
class _Box:
    letter: str
    name: str
    line: int
    amount: int | None = None
    printed: str = ""
    roles: list[str] = field(default_factory=list)
    manner: str = ""


def add_flows(sheet: Sheet, cells: Cells) -> None:
    """Tables ``flows`` and ``blocks``, from the texts of the drawing.

    The arrows are no text. A block whose money is what the boxes before it passed on is taken to be paid by
    the first of them, the others by the ministry; both are inferred.
    """
    origin, boxes = _boxes(cells)
    if not boxes:
        return
    ministry = origin.name if origin else str(sheet.basic.get("府省庁") or "")
    total = origin.amount if origin else None
    for n, box in enumerate(boxes):
        payer = _payer(boxes, n, total)
        row = Row(
            {
                "支出元": ministry,
                "担当組織からの支出": True,
                "支出先ブロック": box.letter,
                "支出先名": box.name,
            }
        )
        if payer is not None:
            row.values |= {"支出元": payer.name, "支出元ブロック": payer.letter, "担当組織からの支出": False}
        row.certain = n == 0
        row.locator = f"{box.line}行目"
        if box.amount is not None:
            row.values["金額"] = box.amount
            row.printed["金額"] = box.printed
        if box.manner:
            row.values["補足情報"] = box.manner
        sheet.add("flows", row)
        block = Row({"ブロック": box.letter, "ブロック名": box.name}, row.locator)
        count = re.search(r"全(\d+)者", unicodedata.normalize("NFKC", box.name))
        if count:
            block.values["支出先の数"] = int(count[1])
        if box.amount is not None:
            block.values["合計支出額"] = box.amount
            block.printed["合計支出額"] = box.printed
        if box.roles:
            block.values["役割"] = "、".join(box.roles)
        sheet.add("blocks", block)


def _boxes(cells: Cells) -> tuple[_Box | None, list[_Box]]:
    origin: _Box | None = None
    boxes: list[_Box] = []
    manner = ""
    cell = cells.get("flow")
    if cell is None:
        return None, []
    for part in cell.boxes():
        texts = [t for _, t, _ in part.lines]
        joined = join_lines(texts)
        plain = unicodedata.normalize("NFKC", joined).replace("\n", "")
        first = texts[0].strip("　 ")
        heading = block_heading(first)
        amount = _AMOUNT.search(re.sub(r"\s", "", plain))
        if heading is not None and (len(first) > 1 or first in _LETTERS or fold(first).upper() in _LETTERS):
            name = _AMOUNT.sub("", re.sub(r"\s", "", heading[1]))
            rest = join_lines([t for t in texts[1:] if not _AMOUNT.fullmatch(_tight(t))])
            box = _Box(heading[0].upper(), name + _AMOUNT.sub("", _tight(rest)) if rest else name, part.line)
            box.manner, manner = manner, ""
            boxes.append(box)
            if amount:
                box.amount, box.printed = _amount(amount)
        elif re.match(r"[〔\[(]", plain) and boxes:
            boxes[-1].roles.append(joined.strip("〔〕[]()（） 　"))
        elif plain.startswith("【"):
            manner = joined.strip("【】")
            if boxes and not boxes[-1].manner and len(boxes) > 1:
                boxes[-1].manner, manner = manner, ""
        elif origin is None and is_ministry(fold(first)):
            origin = _Box("", first, part.line)
            if amount:
                origin.amount, origin.printed = _amount(amount)
        elif boxes and amount and boxes[-1].amount is None:
            boxes[-1].amount, boxes[-1].printed = _amount(amount)
            name = re.sub(r"[▲△]?[\d０-９,.，．]+\s*(百万円|千円|億円|円)", "", joined).strip()
            boxes[-1].name = (boxes[-1].name + name) if name else boxes[-1].name
        elif boxes:
            boxes[-1].roles.append(joined)
    return origin, boxes


def _tight(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def _amount(found: re.Match[str]) -> tuple[int | None, str]:
    return yen(found[1], _UNITS[found[2]]), found[0]


def _payer(boxes: list[_Box], n: int, total: int | None) -> _Box | None:
    """The block a block is paid by, None for the ministry itself."""
    if n == 0:
        return None
    first, box = boxes[0], boxes[n]
    direct = sum(b.amount or 0 for b in boxes[: n + 1])
    if total is None or first.amount is None or box.amount is None:
        return None
    if direct > total * 1.02 + MILLION and first.amount >= box.amount:
        return first
    return None


# ───────────────────────── 費目・使途 ─────────────────────────
def add_expenses(sheet: Sheet, cells: Cells) -> None:
    """Table ``expenses``. Two blocks stand side by side; their rows are told apart by number and by sums."""
    letter = 0
    for i in cells.instances_of("expenses"):
        halves = [_half(cells, i, side) for side in (0, 1)]
        _part_rows(cells, halves)
        for half in halves:
            name = half.name or _LETTERS[letter % 26]
            letter = _LETTERS.index(name[0]) + 1 if name[0] in _LETTERS else letter + 1
            for n, item in enumerate(half.items):
                row = Row({"ブロック": name, "費目": item.text}, item.locator)
                if half.payee:
                    row.values["支出先"] = half.payee
                use = half.uses[n] if n < len(half.uses) else None
                if use is not None and use.written:
                    row.values["使途"] = use.text
                amount = half.amounts[n] if n < len(half.amounts) else None
                if amount is not None and amount.written:
                    value = yen(amount.text, MILLION)
                    if value is not None:
                        row.values["金額"] = value
                    row.printed["金額"] = f"{amount.text}百万円"
                sheet.add("expenses", row)


@dataclass(slots=True)
class _Half:
    name: str
    payee: str
    items: list[Cell]
    uses: list[Cell | None]
    amounts: list[Cell | None]
    total: str | None


def _half(cells: Cells, instance: int, side: int) -> _Half:
    heading = cells.get(f"expenses.block.{side}", instance)
    read = block_heading(heading.text) if heading is not None else None
    return _Half(
        name=read[0] if read else "",
        payee=read[1].strip() if read else "",
        items=_split(cells, instance, f"費目.{side}"),
        uses=list(_split(cells, instance, f"使途.{side}")),
        amounts=list(_split(cells, instance, f"金額.{side}")),
        total=cells.text(f"expenses.計.{side}", instance),
    )


def _split(cells: Cells, instance: int, column: str) -> list[Cell]:
    out: list[Cell] = []
    for cell in cells.matching(rf"expenses\.{re.escape(column)}\.\d+", instance):
        out += cell.boxes() if cell.written else []
    return out


def _part_rows(cells: Cells, halves: list[_Half]) -> None:
    """Give each half as many uses and amounts as it has 費目.

    The texts come in the template's order, so where there are as many as 費目 in all, each is known by its place;
    else amounts are dealt out so that they add up to the 計 of their half.
    """
    left, right = halves
    counts = (len(left.items), len(right.items))
    for column in ("使途", "金額"):
        name = "uses" if column == "使途" else "amounts"
        found = sorted(
            (c for half in halves for c in getattr(half, name) if c is not None), key=lambda c: c.line
        )
        if len(found) != sum(counts):
            continue
        places = [(side, row) for side in (0, 1) for row in range(counts[side])]
        places.sort(key=lambda at: cells.position.get(f"expenses.{column}.{at[0]}.{at[1]}", 0))
        dealt: list[list[Cell | None]] = [[None] * counts[0], [None] * counts[1]]
        for (side, row), cell in zip(places, found, strict=True):
            dealt[side][row] = cell
        setattr(left, name, dealt[0])
        setattr(right, name, dealt[1])
    amounts = sorted((c for half in halves for c in half.amounts if c is not None), key=lambda c: c.line)
    if len(amounts) != sum(counts) or (_adds_up(left) and _adds_up(right)):
        return
    for start in range(len(amounts) - counts[0] + 1):
        chosen = amounts[start : start + counts[0]]
        others = [c for c in amounts if c not in chosen]
        if _sums_to(chosen, left.total) and _sums_to(others, right.total):
            left.amounts, right.amounts = list(chosen), list(others)
            return


def _adds_up(half: _Half) -> bool:
    return len(half.amounts) == len(half.items) and _sums_to(half.amounts, half.total)


def _sums_to(cells: Sequence[Cell | None], total: str | None) -> bool:
    values = [parse_number(c.text) for c in cells if c is not None]
    whole = parse_number(total) or Decimal(0)
    given = sum((v for v in values if v is not None), Decimal(0))
    step = Decimal(1) if whole == int(whole) else Decimal("0.1")
    return abs(given - whole) <= max(1, len(values)) * step


# ───────────────────────── 支出先・契約先 ─────────────────────────
_MAIN = frozenset({"支出先", "支出額", "契約先", "契約額"})
_PAYEE_COLUMNS, _CONTRACT_COLUMNS = COLUMNS["payees"][1:], COLUMNS["contracts"][1:]


def add_payees(sheet: Sheet, cells: Cells) -> None:
    """Table ``payees``, block by block."""
    blocks: dict[str, list[Row]] = {}
    last = ""
    for i in cells.instances_of("payees"):
        rows = _list_rows(cells, i, "payees", _PAYEE_COLUMNS)
        if not rows:
            continue
        heading = cells.get("payees.block", i)
        read = block_heading(heading.text) if heading is not None else None
        if read:
            letter = read[0].upper()
        elif last and min(rows) > 1:
            letter = last
        else:
            letter = _next_letter(blocks)
        last = letter
        for number_in_list, found in sorted(rows.items()):
            row = Row({"ブロック": letter, "番号": number_in_list}, locate([next(iter(found.values()))]))
            fill_payee(row, _texts(found), "支出先", "支出額")
            blocks.setdefault(letter, []).append(row)
    for letter in sorted(blocks, key=lambda x: (len(x), x)):
        for row in sorted(blocks[letter], key=lambda r: int(r.values["番号"] or 0)):
            sheet.add("payees", row)


def add_contracts(sheet: Sheet, cells: Cells) -> None:
    """Table ``contracts``: 国庫債務負担行為等による契約先上位10者リスト."""
    for i in cells.instances_of("contracts"):
        for _, found in sorted(_list_rows(cells, i, "contracts", _CONTRACT_COLUMNS).items()):
            if "契約先" not in found:
                continue
            row = Row({}, locate([found["契約先"]]))
            if "ブロック" in found:
                row.values["ブロック"] = fold(found["ブロック"].text).upper()
            fill_payee(row, _texts(found), "契約先", "契約額")
            sheet.add("contracts", row)


def _next_letter(blocks: dict[str, list[Row]]) -> str:
    return next((c for c in _LETTERS if c not in blocks), "Z")


def _list_rows(
    cells: Cells, instance: int, table: str, columns: tuple[str, ...]
) -> dict[int, dict[str, Cell]]:
    """番号 → column → box, for the rows that name somebody or an amount."""
    by_column: dict[str, dict[int, Cell]] = {}
    for cell in cells.matching(rf"{table}\.\D+\.\d+", instance):
        _, column, row = cell.slot.name.split(".")
        by_column.setdefault(column, {})[int(row)] = cell
    numbered = sorted(by_column.get("番号", {}))
    if table == "payees":
        by_column = {
            column: _in_rows(cells, f"{table}.{column}", found, numbered)
            for column, found in by_column.items()
        }
    if cells.unsure and table == "payees":
        words = [
            cell.text for c in ("支出先", "業務概要", "契約方式等") for cell in by_column.get(c, {}).values()
        ]
        if is_broken(words):
            # fewer or more 番号 than rows stand here: whose cells these are cannot be told
            return {}
    names = by_column.get("支出先" if table == "payees" else "契約先", {})
    rows: dict[int, dict[str, Cell]] = {}
    for column in columns:
        for at, cell in by_column.get(column, {}).items():
            if cells.unsure and at not in (numbered or names):
                continue
            if cell.written and (at in names or not names):
                rows.setdefault(at + 1, {})[column] = cell
    if cells.unsure:
        return {n: row for n, row in rows.items() if not row.keys().isdisjoint(_MAIN)}
    return rows


def _in_rows(cells: Cells, column: str, found: dict[int, Cell], numbered: list[int]) -> dict[int, Cell]:
    """The boxes of a column by the rows whose 番号 is printed.

    A column's boxes come in the template's order, so where there are as many as rows, each is known by its place.
    """
    boxes = sorted(
        (part for cell in found.values() for part in (cell.boxes() if cell.written else [cell])),
        key=lambda part: part.line,
    )
    if cells.unsure:
        boxes = _by_width(boxes, max(len(numbered), 1), column.partition(".")[2])
        if not boxes or not numbered:
            return dict(zip(found, boxes, strict=False))
    if len(boxes) != len(numbered):
        boxes = [part for part in boxes if part.written]
    if not numbered or len(boxes) != len(numbered):
        return found
    rows = sorted(numbered, key=lambda at: cells.position.get(f"{column}.{at}", at))
    return dict(zip(rows, boxes, strict=True))


def _by_width(boxes: Sequence[Cell], rows: int, column: str) -> list[Cell]:
    """The boxes of a column whose ends no blank lines tell, parted by the width of their lines; none in doubt."""
    lines = [line for box in boxes for line in box.lines]
    lengths = cell_lengths([text for _, text, _ in lines], rows, column)
    if lengths is None:
        return []
    ends = [0, *itertools.accumulate(lengths)]
    return [Cell(boxes[0].slot, boxes[0].instance, lines[a:b]) for a, b in itertools.pairwise(ends)]


def _texts(found: Mapping[str, Cell]) -> dict[str, str]:
    return {column: cell.text for column, cell in found.items()}


def fill_payee(row: Row, found: Mapping[str, str], name: str, amount: str) -> None:
    """Put what stands in the columns of a list's row into a row of ``payees`` or ``contracts``."""
    for column in (name, "業務概要", "契約方式等"):
        if column in found:
            row.values[column] = found[column].replace("\n", "")
    if "法人番号" in found:
        row.values["法人番号"] = clean(found["法人番号"])
    run_together = _NAME_AND_NUMBER.fullmatch(str(row.values.get(name) or ""))
    if run_together is not None:
        row.values[name] = run_together[1]
        row.values.setdefault("法人番号", clean(run_together[2]))
        if run_together[3]:
            row.values.setdefault("業務概要", run_together[3])
        row.certain = False
    if amount in found:
        text = found[amount]
        value = yen(text, MILLION)
        if value is not None:
            row.values[amount] = value
        row.printed[amount] = f"{text}百万円"
    if "入札者数" in found:
        bidders = number(found["入札者数"])
        if bidders is not None:
            row.values["入札者数"] = bidders
    if "落札率" in found:
        share = percent(found["落札率"])
        if share is not None:
            row.values["落札率"] = share
        row.printed["落札率"] = found["落札率"]
    if "理由" in found and not is_blank(found["理由"]):
        row.values["理由及び改善策"] = found["理由"]
