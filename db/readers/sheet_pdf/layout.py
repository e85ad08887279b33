"""A PDF page as boxes for the grid: its cells with their text, and the lines that stand in no cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from db.readers.sheet_grid import Box
from db.readers.sheet_pdf.cells import Cell, rule
from db.readers.sheet_pdf.lines import cell_text, is_stacked, lines_of, stacked_text
from db.readers.sheet_pdf.page import Character, PageContent
from db.text import unwrap

_PAGE_NUMBER = re.compile(r"[-－―‐\s]*\d{1,4}\s*(?:[/／]\s*\d{1,4})?\s*(?:ページ|頁)?[-－―‐\s]*")
_BETWEEN_PAGES = 2.0
_CM = 72 / 2.54


@dataclass
class PageBoxes:
    """The boxes of one page, y from the top of its content."""

    boxes: list[Box]
    height: float
    character: float
    """Usual height of a character."""
    from_before: list[Box] = field(default_factory=list)
    """Cells that go on from the page before."""
    to_next: list[Box] = field(default_factory=list)
    """Cells that go on to the next page."""


def page_boxes(content: PageContent, number: int) -> PageBoxes:
    """The boxes of a page (``number`` from 1)."""
    ruling = rule(content)
    inside: dict[int, list[Character]] = {n: [] for n in ruling.cells}
    outside: dict[int, list[Character]] = {}
    for c in content.characters:
        region = ruling.region_at(*c.place) if ruling.xs else 0
        (inside[region] if region in inside else outside.setdefault(region, [])).append(c)
    cells = {n: _cell_box(ruling.cells[n], chars, number) for n, chars in inside.items()}
    boxes = list(cells.values())
    for chars in outside.values():
        boxes += _free_boxes(chars, number)
    sizes = sorted(c.y1 - c.y0 for c in content.characters if c.text.strip())
    size = min(max(sizes[len(sizes) // 2], 3.0), 40.0) if sizes else 8.0
    boxes = _without_page_number(boxes, content.height)
    top = min((b.y0 for b in boxes), default=0.0)
    for b in boxes:
        b.y0 -= top
        b.y1 -= top
    return PageBoxes(
        boxes,
        max((b.y1 for b in boxes), default=0.0),
        size,
        [cells[n] for n, c in ruling.cells.items() if c.open_top],
        [cells[n] for n, c in ruling.cells.items() if c.open_bottom],
    )


def _place(number: int, x: float, y: float) -> str:
    return f"{number}ページ 上から{y / _CM:.1f}cm 左から{x / _CM:.1f}cm"


def _cell_box(cell: Cell, characters: list[Character], number: int) -> Box:
    text = cell_text(characters, cell.x0 + 1.0, cell.x1 - 1.0)
    return Box(text, cell.x0, cell.y0, cell.x1, cell.y1, _place(number, cell.x0, cell.y0))


def _free_boxes(characters: list[Character], number: int) -> list[Box]:
    if is_stacked(characters):
        written = [c for c in characters if c.text.strip()]
        x0, y0 = min(c.x0 for c in written), min(c.y0 for c in written)
        x1, y1 = max(c.x1 for c in written), max(c.y1 for c in written)
        return [Box(stacked_text(characters), x0, y0, x1, y1, _place(number, x0, y0), free=True)]
    return [
        Box(
            line.text.strip(), line.x0, line.y0, line.x1, line.y1, _place(number, line.x0, line.y0), free=True
        )
        for line in lines_of(characters, split_at_gaps=True)
    ]


def _without_page_number(boxes: list[Box], height: float) -> list[Box]:
    """Without the running number in the page's margin."""
    return [
        b
        for b in boxes
        if not (b.free and (b.y0 > 0.93 * height or b.y1 < 0.05 * height) and _PAGE_NUMBER.fullmatch(b.text))
    ]


def stack(pages: Sequence[PageBoxes]) -> tuple[list[Box], float]:
    """(boxes of all pages one under another, usual height of a row); cells that a page break cut are one."""
    out: list[Box] = []
    y = 0.0
    before: PageBoxes | None = None
    for page in pages:
        joined = _join(before, page, y) if before is not None else {}
        for b in page.boxes:
            if b in joined:
                continue
            b.y0 += y
            b.y1 += y
            out.append(b)
        page.to_next = [joined.get(b, b) for b in page.to_next]
        y += page.height + _BETWEEN_PAGES
        before = page
    sizes = sorted(p.character for p in pages if p.boxes)
    return out, 1.5 * (sizes[len(sizes) // 2] if sizes else 8.0)


def _join(before: PageBoxes, page: PageBoxes, y: float) -> dict[Box, Box]:
    """Lengthen the cells of the page before by their rest on this one: rest → whole."""
    out: dict[Box, Box] = {}
    for rest in page.from_before:
        whole = next(
            (b for b in before.to_next if abs(b.x0 - rest.x0) < 3 and abs(b.x1 - rest.x1) < 3),
            None,
        )
        if whole is not None:
            whole.y1 = y + rest.y1
            whole.text = _joined_text(whole.text, rest.text)
            out[rest] = whole
    return out


def _joined_text(first: str, second: str) -> str:
    """The text of a cell cut by a page break; lines at the cut may be printed on both pages."""
    if not second or second in first:
        return first
    if not first or first in second:
        return second
    for n in range(min(len(first), len(second)), 3, -1):
        if first.endswith(second[:n]):
            return first + second[n:]
    return unwrap([first, second])
