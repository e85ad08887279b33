"""点検結果, 改善の方向性 and 所見: the lines of each text, and the 判定 printed upright beside it."""

from __future__ import annotations

import re

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.tokens import WIDTH, Token, take
from db.text import unwrap

_BARS = frozenset({"行政事業レビュー推進チームの所見", "所見を踏まえた改善点"})
_BESIDE = {"点検結果": ("点検結果",), "改善の方向性": ("改善の方向性", "改善の", "方向性")}
_UPRIGHT = 4
"""Letters of an upright text that stand on a line: it runs over so many columns."""
_LIST_MARK = re.compile(r"[・○〇●◆◇□■※＊*【〔〈①-⑳]|[(（]?[0-9０-９]{1,2}[.．)）、]")


def comment_boxes(rows: list[list[Token]]) -> list[Box]:
    """The boxes of the comments of a page; what is used is taken out of ``rows``."""
    out = []
    known = labels.comment_labels()
    for at, row in enumerate(rows):
        bar = next((t for t in row if known.get(t.key) in _BARS), None)
        if bar is not None and len(row) == 1:
            out += _under_bar(rows, at, bar)
    return out + _beside_labels(rows)


def _under_bar(rows: list[list[Token]], at: int, bar: Token) -> list[Box]:
    """The 判定 left under a bar and the text right of it, down to the next label of the form."""
    end = at + 1
    while end < len(rows) and not any(labels.is_label(t.text) for t in rows[end]):
        end += 1
    under = [t for row in rows[at + 1 : end] for t in row]
    edge = min((t.x0 for t in under if len(t.text) > 2 * _UPRIGHT), default=bar.x0)
    upright = [t for t in under if len(t.text) <= _UPRIGHT and t.x1 <= edge + 1]
    judgement = labels.judgement_of_letters("".join(t.text for t in upright))
    if judgement is None:
        return []
    text = [t for t in under if not any(t is u for u in upright)]
    lines = sorted({t.line for t in under})
    y0, y1 = lines[0], lines[-1] + 1
    out = [Box(bar.text, 0.0, at, WIDTH, at + 1), Box(judgement, 0.0, y0, edge - 1, y1)]
    if text:
        out.append(Box(_paragraphs(text), edge - 1, y0, WIDTH, y1))
    take(rows, [bar, *under])
    return out


def _beside_labels(rows: list[list[Token]]) -> list[Box]:
    """点検結果 and 改善の方向性 where an empty line parts their texts."""
    out = []
    for item, wordings in _BESIDE.items():
        found = [t for row in rows for t in row if t.text in wordings and t.x0 < WIDTH / 8]
        lines = sorted({t.line for t in found})
        if not found or lines[-1] - lines[0] > 1:
            continue
        top, bottom = lines[0], lines[-1]
        while top > 0 and _goes_on(rows[top - 1]):
            top -= 1
        while bottom + 1 < len(rows) and _goes_on(rows[bottom + 1]):
            bottom += 1
        right = max(t.x1 for t in found)
        text = [t for row in rows[top : bottom + 1] for t in row if t.x0 >= right]
        others = [t for row in rows[top : bottom + 1] for t in row if t.x0 < right and len(t.text) > _UPRIGHT]
        if not text or any(t.text not in wordings for t in others):
            continue
        out.append(Box(item, 0.0, lines[0], right, lines[-1] + 1))
        out.append(Box(_paragraphs(text), right, lines[0], WIDTH, lines[-1] + 1))
        take(rows, [*found, *text])
    return out


def _goes_on(row: list[Token]) -> bool:
    """True for a line of text that no label or bar begins."""
    return any(len(t.text) > _UPRIGHT for t in row) and not any(labels.is_label(t.text) for t in row)


def _paragraphs(tokens: list[Token]) -> str:
    """The lines of a text joined; a mark of a list begins a new one."""
    lines: dict[int, str] = {}
    for t in sorted(tokens, key=lambda t: (t.line, t.x0)):
        lines[t.line] = f"{lines[t.line]} {t.text}" if t.line in lines else t.text
    parts: list[list[str]] = []
    for line in lines.values():
        if not parts or _LIST_MARK.match(line):
            parts.append([])
        parts[-1].append(line)
    return "\n".join(unwrap(p) for p in parts)
