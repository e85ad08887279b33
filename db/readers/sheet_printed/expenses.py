"""費目・使途: two blocks side by side, a row for each amount."""

from __future__ import annotations

import re

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.columns import AMOUNT, Columns, extents, whole_words
from db.readers.sheet_printed.tokens import Token, edges, in_column, take
from db.text import fold, unwrap

_NAMES = ("費目", "使途", "金額")
_UNIT = re.compile(r"(金額)?\((百万円|千円|円)|金額$")
_LINES_OF_A_BLOCK = 40


def expense_boxes(rows: list[list[Token]]) -> list[Box]:
    """The boxes of 費目・使途 on a page: heads with the blocks' titles over them, then their rows."""
    out: list[Box] = []
    for at, row in enumerate(rows):
        heads = [t for t in row if labels.EXPENSE_COLUMNS.get(t.key) in ("費目", "使途")]
        kinds = [labels.EXPENSE_COLUMNS[t.key] for t in heads]
        amounts = [t for t in row if _UNIT.match(fold(t.text))]
        if kinds not in (["費目", "使途"], ["費目", "使途"] * 2) or 2 * len(amounts) != len(kinds):
            continue
        ordered = sorted([*heads, *amounts], key=lambda t: t.x0)
        if [labels.EXPENSE_COLUMNS.get(t.key, "金額") for t in ordered] == [*_NAMES] * len(amounts):
            out += _block(rows, at, ordered)
    return out


def _block(rows: list[list[Token]], at: int, heads: list[Token]) -> list[Box]:
    spans = edges(heads)
    halves = range(0, len(heads), len(_NAMES))
    out = []
    for head, span, name in zip(heads, spans, _NAMES * len(halves), strict=True):
        unit = f"({head.text.strip('（）()')})" if name == "金額" and "円" in head.text else ""
        out.append(Box(name + unit, span[0], at, span[1], at + 1))
    used = list(heads)
    for n in range(max(at - 2, 0), at):
        titles = [t for t in rows[n] if labels.block_heading(t.text) is not None]
        for t in titles:
            half = next((h for h in halves if spans[h][0] <= t.cx < spans[h + 2][1]), None)
            if half is not None:
                out.append(in_column(t, (spans[half][0], spans[half + 2][1]), n, n + 1))
                used.append(t)
        used += [t for t in rows[n] if _UNIT.match(fold(t.text))]
    used += [t for t in rows[at + 1] if _UNIT.match(fold(t.text))] if at + 1 < len(rows) else []
    take(rows, used)
    first = spans[0][0] - 2
    lines = [[t for t in whole_words(row) if t.x1 > first] for row in rows]
    end = min(at + _LINES_OF_A_BLOCK, len(rows))
    numbered: list[int] = []
    for n in range(at + 1, end):
        if any(labels.is_label(t.text) and t.key not in labels.TOTAL for t in lines[n]):
            break
        figures = [t for t in lines[n] if AMOUNT.fullmatch(t.text) and _half_of(t, spans) is not None]
        if figures and not (numbered and _same_row(lines, numbered[-1], n, spans)):
            numbered.append(n)
        if any(t.key in labels.TOTAL for t in lines[n]):
            break
    found = extents(lines, at, numbered, lambda row: any(labels.is_label(t.text) for t in row))
    columns = Columns(
        _NAMES * len(halves), spans, [lines[m] for top, bottom in found for m in range(top, bottom + 1)]
    )
    for n, (top, bottom) in zip(numbered, found, strict=True):
        placed = columns.place([lines[m] for m in range(top, bottom + 1) if lines[m]])
        for written, span in zip(placed or [], spans, strict=False):
            if written:
                out.append(Box(unwrap([t.text for t in written]), span[0], n, span[1], n + 1))
        if placed is not None:
            for m in range(top, bottom + 1):
                rows[m][:] = [t for t in rows[m] if t.x1 <= first]
    return out


def _half_of(t: Token, spans: list[tuple[float, float]]) -> int | None:
    """Which block's amount a figure is by its place, None where it is none."""
    return next((i for i in range(2, len(spans), 3) if spans[i][0] - 4 <= t.cx < spans[i][1] + 4), None)


def _same_row(lines: list[list[Token]], n: int, m: int, spans: list[tuple[float, float]]) -> bool:
    """True where the figures of two lines, with nothing empty between, are of different blocks."""
    halves = [
        {h for t in lines[k] if AMOUNT.fullmatch(t.text) and (h := _half_of(t, spans)) is not None}
        for k in (n, m)
    ]
    return not halves[0] & halves[1] and all(lines[k] for k in range(n, m))
