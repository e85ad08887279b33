"""Texts that a program arranged anew, by where the boxes stand on the page (pdfminer, pdftotext without options).

Their boxes come in an order of their own, alike from sheet to sheet and year to year, but less strict than the
order of drawing: it bends with the length of the texts. So what is laid along it is kept only where the labels or
the sheet's arithmetic vouch for it, and lists are read by their cells (``rows``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from db.readers.sheet_text.alignment import COLUMNS, LIKE, agreement, align
from db.readers.sheet_text.basic import read_basic
from db.readers.sheet_text.cells import Cells
from db.readers.sheet_text.checks import NUMBERS_IN_PARTS
from db.readers.sheet_text.emission import Emission
from db.readers.sheet_text.lines import Line
from db.readers.sheet_text.orders import LABEL, Slot, slot
from db.readers.sheet_text.pieces import is_method
from db.readers.sheet_text.rows import Listed, deal, items_of, whole_rows
from db.readers.sheet_text.spending import fill_payee
from db.sheet import Row, Sheet, Unplaced
from db.text import fold, is_blank

Orders = Mapping[str, Mapping[int, tuple[Slot, ...]]]
"""program → form year → its boxes in the order that program gives them in"""

TRUSTED = re.compile(
    r"budgets\.|items\.|outcomes\.|outputs\.|unit_costs\.|past\.|marks\.|explanations\.|expenses\."
)
"""Boxes whose order such a program keeps, or of which the sheet's arithmetic tells whether it did."""
PAYEE_COLUMNS = COLUMNS["payees"]
_HEADS = fold(
    "支出先法人番号業務概要支出額（百万円）契約方式等入札者数（応募者数）落札率"
    "一者応札・一者応募又は競争性のない随意契約となった理由及び改善策（支出額10億円以上）計金額費目使途"
)
_FIRST_HEADS = frozenset({"支出先", "支払先", "支"})
_LIST, _AFTER_LIST = (
    fold("支出先上位10者リスト"),
    re.compile(r"ブロック.{0,2}|契約先|国庫債務負担行為等による契約先.*"),
)


def order_of(lines: Sequence[Line], orders: Orders, year: int) -> tuple[tuple[Slot, ...], float]:
    """(the order a text follows, how closely): that of the program whose first page it fits best."""
    found = []
    for by_year in orders.values():
        slots = by_year.get(year) or max(by_year.values(), key=lambda known: agreement(lines, known))
        found.append((slots, agreement(lines, slots)))
    first = [line for line in lines if line.page == lines[0].page]
    slots = max((s for s, _ in found), key=lambda s: align(first, s, Emission(s, year), prices=LIKE)[1])
    return slots, max(agrees for _, agrees in found)


def parted(lines: Sequence[Line], slots: tuple[Slot, ...]) -> list[Line]:
    """The lines, a label and what stands right under it without an empty line taken for boxes of their own."""
    wordings = {slot.label for slot in slots if slot.kind == LABEL and len(slot.label) > 1}
    alike = {part for w in wordings for part in (w[:n] for n in range(2, len(w) + 1))}
    out: list[Line] = []
    for n, line in enumerate(lines):
        folded, before = fold(line.text), fold(lines[n - 1].text) if n else ""
        begins = line.opens or not _is_piece(before, alike, wordings)
        label = folded in wordings and begins and not line.opens
        under = before in wordings and out[-1].opens and not _is_piece(folded, alike, wordings)
        out.append(replace(line, opens=True) if label or under else line)
    return out


def _is_piece(folded: str, beginnings: set[str], wordings: set[str]) -> bool:
    """True for a label or a piece of one that is broken over lines."""
    return folded in beginnings or (len(folded) > 2 and any(folded in w for w in wordings))


def place_basic(cells: Cells, lines: Sequence[Line], year: int) -> None:
    """Put the values of the basic box into their boxes, whatever stood there."""
    cells.take_out(r"basic\.(?!title).*")
    for column, values in read_basic(lines, year >= NUMBERS_IN_PARTS).items():
        if column == "事業番号":
            for n, value in enumerate(values):
                cells.put(slot(f"basic.事業番号.{n}"), value.lines)
        else:
            cells.put(slot(f"basic.{column}"), [line for value in values for line in value.lines])


def without_payees(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """(the lines but those of 支出先上位10者リスト, those lines)."""
    at = next((i for i, line in enumerate(lines) if fold(line.text) == _LIST), len(lines))
    heads = [i for i in range(at + 1, len(lines)) if _AFTER_LIST.fullmatch(fold(lines[i].text))]
    own = [i for i in heads if not fold(lines[i].text).startswith("国庫")]
    end = (own or heads or [len(lines)])[0]
    return [*lines[: at + 1], *lines[end:]], list(lines[at + 1 : end])


def add_payees(sheet: Sheet, lines: Sequence[Line]) -> None:
    """Table ``payees`` from the lines of its list; what found no place is left unplaced."""
    items = items_of(lines, _is_label, _FIRST_HEADS)
    blocks = deal(items, PAYEE_COLUMNS)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    placed: set[int] = set()
    for letter, block in zip(letters, blocks, strict=False):
        for listed in whole_rows(block, PAYEE_COLUMNS):
            row = _payee(letter, listed)
            if row is not None:
                sheet.add("payees", row)
                placed.update(id(item) for cell in listed.cells.values() for item in cell)
    for item in items:
        if id(item) not in placed and not item.heads and not is_blank(item.text):
            sheet.unplaced.append(Unplaced(item.text, f"{item.line.number}行目"))


def _payee(letter: str, listed: Listed) -> Row | None:
    if is_blank(listed.text("支出先")) or any(item.doubtful for item in listed.cells["支出先"]):
        return None
    numbers = sorted(item.line.number for cell in listed.cells.values() for item in cell)
    where = f"{numbers[0]}行目" if numbers[0] == numbers[-1] else f"{numbers[0]}～{numbers[-1]}行目"
    row = Row({"ブロック": letter, "番号": listed.number}, where, certain=False)
    found = {c: text for c in PAYEE_COLUMNS[1:] if not is_blank(text := listed.text(c))}
    fill_payee(row, found, "支出先", "支出額")
    return row


@cache
def _is_label(folded: str) -> bool:
    """True for a head of the list or a piece of one, and for a block's letter alone."""
    if re.fullmatch(r"[a-z]\.|国庫債務負担行為等による契約先.*|チェック", folded):
        return True
    return folded in _HEADS and not re.fullmatch(r"[\d-]+", folded) and not is_method(folded)
