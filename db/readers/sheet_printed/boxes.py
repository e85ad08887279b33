"""A text printed as the page looks (``pdftotext -layout``) as boxes in the plane, for the grid's questions.

What several spaces part are boxes of their own; lines of one cell that stand under each other are joined. In
tables, where a column moves a few places from line to line, the cells of a row are put under the heads of their
columns by their number.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.comments import comment_boxes
from db.readers.sheet_printed.evaluations import evaluation_boxes
from db.readers.sheet_printed.expenses import expense_boxes
from db.readers.sheet_printed.lists import OpenList, list_boxes
from db.readers.sheet_printed.tables import budget_boxes, table_boxes
from db.readers.sheet_printed.tokens import CENTRED, FIGURE, MARKS, SIDE, WIDTH, Token, is_upright, tokens
from db.text import unwrap

_WIDE_GAP = re.compile(r"\S {3,}\S")
_PRINTED = 0.2
"""Share of lines with wide gaps from which a text is taken to be printed as the page looks."""
_BETWEEN_PAGES = 2


def is_printed(text: str) -> bool:
    """True for a text whose lines hold several boxes with gaps between, as the page shows them."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > 20 and sum(_WIDE_GAP.search(line) is not None for line in lines) > _PRINTED * len(
        lines
    )


def printed_boxes(text: str) -> list[Box]:
    """The boxes of a text; y is the line, x the place in it; located by line (from 1)."""
    out: list[Box] = []
    below, number = 0.0, 0
    going_on = OpenList()
    for page in text.replace("\r\n", "\n").split("\f"):
        lines = page.split("\n")
        rows = [tokens(line, n) for n, line in enumerate(lines)]
        boxes = [
            *budget_boxes(rows),
            *table_boxes(rows),
            *evaluation_boxes(rows),
            *comment_boxes(rows),
            *expense_boxes(rows),
            *list_boxes(rows, going_on),
        ]
        boxes += _widened(_joined(itertools.chain.from_iterable(rows)))
        for box in boxes:
            first = number + int(box.y0) + 1
            last = number + max(int(box.y1 - 0.01), int(box.y0)) + 1
            box.locator = f"{first}行目" if first == last else f"{first}～{last}行目"
            box.y0 += below
            box.y1 += below
        out += boxes
        below += len(lines) + _BETWEEN_PAGES
        number += len(lines) - 1
    return out


def _joined(tokens: Iterable[Token]) -> list[Box]:
    """Boxes of the lines that stand under each other in one cell."""
    out: list[Box] = []
    labelled: set[int] = set()
    ordered = sorted(tokens, key=lambda t: (t.line, t.x0))
    figures: dict[int, float] = {}
    valued: set[int] = set()
    """pieces right beside a label on their line"""
    left: Token | None = None
    for t in ordered:
        if left is not None and left.line == t.line and labels.is_label(left.text):
            valued.add(id(t))
        left = t
        if labels.is_label(t.text):
            labelled.add(t.line)
        if re.search(r"\d", t.text) and FIGURE.fullmatch(t.text):
            figures[t.line] = max(figures.get(t.line, 0), t.x0)
    for t in ordered:
        if is_upright(t) and id(t) not in valued:
            continue
        upper = None
        for box in reversed(out):
            if box.y1 < t.line:
                break
            shared = min(box.x1, t.x1) - max(box.x0, t.x0)
            own = min(figures.get(t.line, -1), figures.get(t.line - 1, -1)) > max(box.x1, t.x1)
            if box.y1 == t.line and not own and shared >= 0.6 * max(min(box.x1 - box.x0, t.x1 - t.x0), 1):
                upper = box
                break
        if upper is not None and _goes_on(
            upper.text, t.text, id(t) in valued or (t.line in labelled and t.line - 1 in labelled)
        ):
            upper.text += "\n" + t.text
            upper.x0, upper.x1, upper.y1 = min(upper.x0, t.x0), max(upper.x1, t.x1), t.line + 1
        else:
            out.append(Box(t.text, t.x0, t.line, t.x1, t.line + 1))
    for box in out:
        box.text = unwrap(box.text.split("\n"))
    return out


def _goes_on(above: str, below: str, own_label: bool) -> bool:
    """True where a line under another is of the same cell."""
    whole, last = "".join(above.split("\n")), above.split("\n")[-1]
    if last in MARKS or below in MARKS or FIGURE.fullmatch(last) or FIGURE.fullmatch(below):
        return False
    if labels.is_label(whole + below):
        return True
    if labels.is_label(whole) or labels.is_label(below) or (own_label and len(last) < 40):
        return False
    if labels.year_header(whole, None) is not None or labels.year_header(below, None) is not None:
        return False
    opened = sum(whole.count(b) for b in "（(") > sum(whole.count(b) for b in "）)")
    rest_of_a_word = len(last) >= 6 and re.fullmatch(r"[^\W\d]+[。）)]?", below) is not None
    return min(len(last), len(below)) > 3 or opened or rest_of_a_word


def _widened(boxes: list[Box]) -> list[Box]:
    """Boxes that reach into the gaps beside them."""
    rows: dict[int, list[Box]] = {}
    for box in boxes:
        for n in range(int(box.y0), int(box.y1)):
            rows.setdefault(n, []).append(box)
    spans = []
    for box in boxes:
        left, right = box.x0 - SIDE, box.x1 + SIDE
        for n in range(int(box.y0), int(box.y1)):
            for other in rows[n]:
                if other.x1 <= box.x0:
                    left = max(left, (other.x1 + box.x0) / 2)
                elif other.x0 >= box.x1:
                    right = min(right, (other.x0 + box.x1) / 2)
        spans.append((left, right))
    for box, (left, right) in zip(boxes, spans, strict=True):
        alone = all(rows[n] == [box] for n in range(int(box.y0), int(box.y1)))
        box.x0, box.x1 = (
            (0.0, WIDTH) if alone and box.x0 > CENTRED and labels.is_label(box.text) else (left, right)
        )
    return boxes
