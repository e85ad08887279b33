"""Lists of payees and contracts: rows by their printed number, cells by their count; on over the pages."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.columns import Columns, extents, whole_words
from db.readers.sheet_printed.tokens import WIDTH, Token, edges, in_column, take
from db.text import unwrap

_UNDER_A_HEAD = re.compile(r"[（(]|理由及び|名$")
_LINES_OF_HEADS = 6
_PAYEE_COLUMNS = 5
"""Heads that tell a list of payees."""


@dataclass(slots=True)
class OpenList:
    """The list being read, which goes on on the next page without its heads."""

    heads: list[Token] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """of the columns: 番号, then what each head names"""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """of the number, then of each head"""
    last: int = 0

    def begin(self, heads: list[Token], names: list[str]) -> None:
        """A list begins under these heads, which name these columns."""
        number = Token("", heads[0].x0 - 12, heads[0].x0 - 9, heads[0].line)
        self.heads, self.spans, self.last = heads, edges([number, *heads]), 0
        self.names = ["番号", *names]


def list_boxes(rows: list[list[Token]], going_on: OpenList) -> list[Box]:
    """The boxes of lists of payees and contracts: rows by their printed number, cells by their count."""
    out = _rows_of_list(rows, -1, going_on) if going_on.last else []
    for at, row in enumerate(rows):
        for columns, main in ((labels.payee_columns(), "支出先"), (labels.contract_columns(), "契約先")):
            if not any(columns.get(t.key) == main for t in row):
                continue
            named = [
                (name, h, p) for h, p in _heads(rows, at) if (name := labels.list_column(h.text, columns))
            ]
            names = [name for name, _, _ in named]
            if main in names and len(set(names)) == len(names) >= _PAYEE_COLUMNS:
                take(rows, itertools.chain.from_iterable(parts for _, _, parts in named))
                going_on.begin([h for _, h, _ in named], names)
                out += [
                    in_column(t, span, at, at + 1)
                    for t, span in zip(going_on.heads, going_on.spans[1:], strict=True)
                ]
                out += _rows_of_list(rows, at, going_on)
    return out


def _heads(rows: list[list[Token]], at: int) -> list[tuple[Token, list[Token]]]:
    """The heads of a list and their pieces: what stands under each other on its lines and those close by.

    A head alone in the middle of its box may stand a line lower than the others.
    """
    known = {**labels.payee_columns(), **labels.contract_columns()}
    found: list[list[Token]] = []
    for n in range(max(at - 3, 0), min(at + _LINES_OF_HEADS, len(rows))):
        if n > at and not rows[n]:
            break
        for t in rows[n]:
            over = [f for f in found if any(min(t.x1, u.x1) - max(t.x0, u.x0) > 0 for u in f)]
            if over and (n <= at or _UNDER_A_HEAD.match(t.text)):
                over[0].append(t)
            elif not over and (n <= at or labels.list_column(t.text, known)):
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
        if _ends_list(rows[n]):
            break
        number = re.match(r"\d{1,2}(?!\S)", first.text)
        if number and first.x0 < going_on.spans[1][1] and int(number[0]) == last + 1:
            numbered.append(n)
            last += 1
    found = extents(rows, at, numbered, _ends_list)
    chunk = [whole_words(rows[m]) for top, bottom in found for m in range(top, bottom + 1)]
    columns = Columns(going_on.names, going_on.spans, chunk)
    for n, (top, bottom) in zip(numbered, found, strict=True):
        lines = [cells for m in range(top, bottom + 1) if (cells := whole_words(rows[m]))]
        placed = columns.place(lines)
        if placed is None:
            # which cell is missing cannot be told, so the row is kept unplaced
            words = " ".join(t.text for cells in lines for t in cells)
            out.append(Box(words, WIDTH, n, WIDTH + 1, n + 1))
        for written, span in zip(placed or [], going_on.spans, strict=False):
            out.append(Box(unwrap([t.text for t in written]), span[0], n, span[1], n + 1))
        used += itertools.chain.from_iterable(rows[top : bottom + 1])
    going_on.last = last
    take(rows, used)
    return out


def _ends_list(row: list[Token]) -> bool:
    """True for the label of what comes next, or the heading of the next block alone on its line."""
    first = row[0].text
    return labels.is_label(first) or (labels.block_heading(first) is not None and len(row) == 1)
