"""Lists of payees and contracts: rows by their printed number, cells by their count; on over the pages."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.tokens import WIDTH, Token, edges, in_column, take, under_heads
from db.text import unwrap

_UNDER_A_HEAD = re.compile(r"[（(]|理由及び|名$")
_PAYEE_COLUMNS = 5
"""Heads that tell a list of payees."""


@dataclass(slots=True)
class OpenList:
    """The list being read, which goes on on the next page without its heads."""

    heads: list[Token] = field(default_factory=list)
    spans: list[tuple[float, float]] = field(default_factory=list)
    """of the number, then of each head"""
    last: int = 0

    def begin(self, heads: list[Token]) -> None:
        number = Token("", heads[0].x0 - 12, heads[0].x0 - 9, heads[0].line)
        self.heads, self.spans, self.last = heads, edges([number, *heads]), 0


def list_boxes(rows: list[list[Token]], going_on: OpenList) -> list[Box]:
    """The boxes of lists of payees and contracts: rows by their printed number, cells by their count."""
    out = _rows_of_list(rows, -1, going_on) if going_on.last else []
    for at, row in enumerate(rows):
        for columns, main in ((labels.payee_columns(), "支出先"), (labels.contract_columns(), "契約先")):
            if not any(columns.get(t.key) == main for t in row):
                continue
            heads = [
                (h, parts) for h, parts in _heads(rows, at) if labels.list_column(h.text, columns) is not None
            ]
            named = {labels.list_column(h.text, columns) for h, _ in heads}
            if main in named and len(named) == len(heads) >= _PAYEE_COLUMNS:
                take(rows, itertools.chain.from_iterable(parts for _, parts in heads))
                going_on.begin([h for h, _ in heads])
                out += [
                    in_column(t, span, at, at + 1)
                    for t, span in zip(going_on.heads, going_on.spans[1:], strict=True)
                ]
                out += _rows_of_list(rows, at, going_on)
    return out


def _heads(rows: list[list[Token]], at: int) -> list[tuple[Token, list[Token]]]:
    """The heads of a list and their pieces: what stands under each other on its lines and those close by."""
    found: list[list[Token]] = []
    for n in range(max(at - 3, 0), min(at + 4, len(rows))):
        for t in rows[n]:
            over = [f for f in found if any(min(t.x1, u.x1) - max(t.x0, u.x0) > 0 for u in f)]
            if over and (n <= at or _UNDER_A_HEAD.match(t.text)):
                over[0].append(t)
            elif n <= at and not over:
                found.append([t])
    joined = [
        (Token("".join(t.text for t in f), min(t.x0 for t in f), max(t.x1 for t in f), at), f) for f in found
    ]
    return sorted(joined, key=lambda head: head[0].x0)


def _rows_of_list(rows: list[list[Token]], at: int, going_on: OpenList) -> list[Box]:
    """The rows under the heads on line ``at`` (−1: from the top of a page), as far as their numbers go on."""
    out: list[Box] = []
    used: list[Token] = []
    numbered: list[int] = []
    last = going_on.last
    for n in range(at + 1, len(rows)):
        if not rows[n]:
            continue
        first = rows[n][0]
        if labels.is_label(first.text) or (labels.block_heading(first.text) and len(rows[n]) == 1):
            break
        number = re.match(r"\d{1,2}(?!\S)", first.text)
        if number and first.x0 < going_on.spans[1][1] and int(number[0]) == last + 1:
            numbered.append(n)
            last += 1
    for i, n in enumerate(numbered):
        cells = _cells_of_row(rows[n])
        if len(cells) < len(going_on.spans):
            placed = under_heads(cells, [Token("", a, b, n) for a, b in going_on.spans])
            cells = [c or Token("", *span, n) for c, span in zip(placed or [], going_on.spans, strict=False)]
        if len(cells) != len(going_on.spans):
            # a cell is missing on this line: which one cannot be told, so the row is kept unplaced
            out.append(Box(" ".join(t.text for t in rows[n]), WIDTH, n, WIDTH + 1, n + 1))
            used += rows[n]
            continue
        before = numbered[i - 1] if i else at
        top, bottom = _extent(rows, n, before, numbered[i + 1] if i + 1 < len(numbered) else None)
        texts = [[(n, c.text)] for c in cells]
        for m in range(top, bottom + 1):
            for t in _cells_of_row(rows[m]) if m != n else ():
                over = [c for c, cell in enumerate(cells) if min(cell.x1, t.x1) - max(cell.x0, t.x0) > 0]
                if len(over) == 1 and over[0] > 0:
                    texts[over[0]].append((m, t.text))
                    used += [u for u in rows[m] if u.x0 <= t.x0 < u.x1]
        for written, span in zip(texts, going_on.spans, strict=True):
            out.append(Box(unwrap([t for _, t in sorted(written)]), span[0], n, span[1], n + 1))
        used += rows[n]
    going_on.last = last
    take(rows, used)
    return out


def _cells_of_row(row: list[Token]) -> list[Token]:
    """The cells of a list's row; a 法人番号 or figure with only one space beside it stands for itself."""
    out: list[Token] = []
    for t in row:
        at = t.x0
        run: list[str] = []
        begun = at
        for word in t.text.split(" "):
            alone = re.fullmatch(r"\d{13}|[\d,.]+[%％]?", word) is not None
            if alone and run:
                out.append(Token(" ".join(run), begun, at - 1, t.line))
                run = []
            if not run:
                begun = at
            run.append(word)
            at += len(word) + 1
            if alone:
                out.append(Token(word, begun, at - 1, t.line))
                run = []
        if run:
            out.append(Token(" ".join(run), begun, at - 1, t.line))
    return out


def _extent(rows: list[list[Token]], n: int, before: int, after: int | None) -> tuple[int, int]:
    """First and last line of a row whose number stands on line ``n``: to an empty line, or halfway to the next."""
    top = n
    while top - 1 > before and rows[top - 1] and (top - 1 - before) > (n - top + 1):
        top -= 1
    bottom = n
    end = after if after is not None else min(n + 6, len(rows))
    while (
        bottom + 1 < end
        and rows[bottom + 1]
        and (end - bottom - 1) >= (bottom + 1 - n if after is not None else 0)
    ):
        bottom += 1
    return top, bottom
