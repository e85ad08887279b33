"""点検・評価: each item, its mark and the lines of its explanation."""

from __future__ import annotations

import re

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.tokens import MARKS, SIDE, Token, edges, in_column, is_upright
from db.text import unwrap


def evaluation_boxes(rows: list[list[Token]]) -> list[Box]:
    """The boxes of 事業所管部局による点検・改善: each item, its mark and the lines of its explanation."""
    out: list[Box] = []
    for at, row in enumerate(rows):
        text = next((t for t in row if t.key in labels.EVALUATION_TEXT_HEADER), None)
        mark = next((t for t in row if t.key in labels.EVALUATION_MARK_HEADER), None)
        item = next((t for t in row if t.key in labels.EVALUATION_ITEM_HEADER), None)
        if text is not None and mark is not None and item is not None:
            out += _items(rows, at, item, mark, text)
    return out


def _items(rows: list[list[Token]], at: int, item: Token, mark: Token, text: Token) -> list[Box]:
    spans = edges([item, mark, text])
    out = [in_column(t, span, at, at + 1) for t, span in zip((item, mark, text), spans, strict=True)]
    used: list[Token] = [item, mark, text]
    asked: list[tuple[int, int, str]] = []
    """(first line, last line, wording) of each item"""
    marks: dict[int, Token] = {}
    said: dict[int, Token] = {}
    end = len(rows)
    for n in range(at + 1, len(rows)):
        if any(labels.comment_labels().get(t.key) == "点検結果" or t.key == "所管府省名" for t in rows[n]):
            end = n
            break
    right = [t.x0 for n in range(at + 1, end) for t in rows[n] if len(t.text) >= 12 and t.x0 > mark.x0]
    edge = min(right, default=text.x0) - 1
    for n in range(at + 1, end):
        left = [t for t in rows[n] if t.x0 < mark.x0 - SIDE and not is_upright(t) and len(t.text) > 2]
        for t in rows[n]:
            if t.text in MARKS and mark.x0 - 12 <= t.x0 < edge:
                marks[n] = t
            elif t.x0 >= edge:
                said[n] = t if n not in said else Token(f"{said[n].text} {t.text}", said[n].x0, t.x1, n)
                used.append(t)
        if left:
            wording = "".join(t.text for t in left)
            before = asked[-1] if asked else None
            joined = before[2] + wording if before and before[1] >= n - 2 else ""
            if joined and labels.evaluation_item(wording) is None and labels.evaluation_item(joined):
                asked[-1] = (before[0] if before else n, n, joined)
            else:
                asked.append((n, n, wording))
            used += left
    known = [(a, b, w) for a, b, w in asked if labels.evaluation_item(w) is not None]
    blocks = _blocks(said)
    for first, last, wording in known:
        out.append(Box(wording, spans[0][0], first, spans[0][1], last + 1))
        its = next((marks[n] for n in range(first, last + 1) if n in marks), None)
        if its is not None:
            out.append(Box(its.text, spans[1][0], first, spans[1][1], last + 1))
            used.append(its)
        own = [b for b in blocks if b[0] <= last and b[1] >= first]
        others = [k for k in known if own and k[0] != first and own[0][0] <= k[1] and own[0][1] >= k[0]]
        if len(own) == 1 and not others:
            out.append(Box(own[0][2], spans[2][0], first, spans[2][1], last + 1))
    kept = {id(t) for t in used if t.x0 < edge or any(b[0] <= t.line <= b[1] for b in blocks)}
    for row in rows:
        row[:] = [t for t in row if id(t) not in kept]
    return out


def _blocks(said: dict[int, Token]) -> list[tuple[int, int, str]]:
    """(first line, last line, text) of what stands together: to an empty line, or where a sentence ends a line."""
    out: list[tuple[int, int, str]] = []
    lines: list[int] = []
    for n in sorted(said):
        ended = lines and (n > lines[-1] + 1 or re.search(r"[。．）)]$", said[lines[-1]].text))
        if ended:
            out.append((lines[0], lines[-1], unwrap([said[m].text for m in lines])))
            lines = []
        lines.append(n)
    if lines:
        out.append((lines[0], lines[-1], unwrap([said[m].text for m in lines])))
    return out
