"""A text printed as the page looks, line by line: what several spaces part, and where it stands.

A line is a row, a place in it a column.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.text import DASHES, fold

_TOKEN = re.compile(r"\S+(?: \S+)*")
_LETTERS_APART = re.compile(
    r"(?<!\S)(?:"
    + "|".join(
        r"\s{0,14}".join(label)
        for label in (
            "支出先",
            "法人番号",
            "業務概要",
            "支出額",
            "契約先",
            "契約額",
            "費目",
            "使途",
            "金額",
            "項目",
            "評価",
        )
    )
    + r")(?!\S)"
)
FIGURE = re.compile(rf"[▲△{re.escape(DASHES)}]?\s?[\d,.]*[%％]?")
MARKS = frozenset("○〇◯△×✕◎有無") | frozenset(DASHES)
SIDE = 6
"""Places a box may reach into the gap beside it: heads and values stand in the middle of their cells."""
_LONG = 20
_TITLE_OF_OFFICE = re.compile(r"(?:長|官|参事|補佐)$|(?:長|官) [^ ]+$")
EDGE, CENTRED = 16, 20
WIDTH = 200.0
"""Of a bar that stands alone on its line."""
_SIDE_NOTES = tuple(
    fold(note)
    for note in (
        "費目・使途（「資金の流れ」においてブロックごとに最大の金額が支出されている者について記載する。"
        "費目と使途の双方で実情が分かるように記載）",
        "資金の流れ（資金の受け取り先が何を行っているかについて補足する）（単位：百万円）",
    )
)


@dataclass(slots=True)
class Token:
    text: str
    x0: float
    x1: float
    line: int

    @property
    def key(self) -> str:
        return labels.label_key(self.text)

    @property
    def cx(self) -> float:
        return (self.x0 + self.x1) / 2


def tokens(line: str, number: int) -> list[Token]:
    """What several spaces part; a label printed with its letters apart (支 出 先) is one."""
    found = [
        Token(re.sub(r"\s", "", m[0]), m.start(), m.end(), number) for m in _LETTERS_APART.finditer(line)
    ]
    for t in found:
        line = line[: int(t.x0)] + " " * int(t.x1 - t.x0) + line[int(t.x1) :]
    found += [_without_side_note(Token(m[0], m.start(), m.end(), number)) for m in _TOKEN.finditer(line)]
    return _run_on(sorted((t for t in found if not _is_side_note(t)), key=lambda t: t.x0))


def _run_on(tokens: list[Token]) -> list[Token]:
    """Words of one text with wide spaces in it are one: a long line goes on, 作成責任者 is the last on its line."""
    out: list[Token] = []
    for t in tokens:
        before = out[-1] if out else None
        words = not (FIGURE.fullmatch(t.text) or t.text in MARKS or labels.is_label(t.text))
        of_text = before is not None and len(before.text) >= _LONG and t.x0 - before.x1 <= SIDE
        titled = before is not None and _TITLE_OF_OFFICE.search(before.text) and t.x0 - before.x1 <= 2 * SIDE
        if before is not None and words and (of_text or titled) and not labels.is_label(before.text):
            out[-1] = Token(f"{before.text} {t.text}", before.x0, t.x1, t.line)
        else:
            out.append(t)
    return out


def _is_side_note(t: Token) -> bool:
    """A line of the form's own words that stand left of the drawing and of 費目・使途."""
    folded = fold(t.text)
    return t.x0 < CENTRED and len(folded) > 2 and any(folded in note for note in _SIDE_NOTES)


def _without_side_note(t: Token) -> Token:
    """What stands close behind a line of the form's own words."""
    note, _, rest = t.text.partition(" ")
    if rest and _is_side_note(Token(note, t.x0, t.x0 + len(note), t.line)):
        return Token(rest, t.x0 + len(note) + 1, t.x1, t.line)
    return t


def is_upright(t: Token) -> bool:
    """A letter of an upright label at the left edge."""
    short = t.x0 < EDGE and len(t.text) <= 2 and t.text not in MARKS
    return short and not re.search(r"[\dA-ZＡ-Ｚ]", t.text) and not labels.is_label(t.text)


def take(rows: list[list[Token]], used: Iterable[Token]) -> None:
    taken = {id(t) for t in used}
    for row in rows:
        row[:] = [t for t in row if id(t) not in taken]


def edges(heads: Sequence[Token]) -> list[tuple[float, float]]:
    """Where each head's column begins and ends: in the middle between heads."""
    ordered = list(heads)
    middles = [(a.x1 + b.x0) / 2 for a, b in itertools.pairwise(ordered)]
    starts = [ordered[0].x0 - SIDE, *middles]
    return list(zip(starts, [*middles, ordered[-1].x1 + SIDE], strict=True))


def under_heads(cells: list[Token], heads: list[Token]) -> list[Token | None] | None:
    """The cell under each head: by number where there are as many, else by place where that leaves no doubt."""
    if len(cells) == len(heads):
        return list(cells)
    if len(cells) > len(heads):
        return None
    out: list[Token | None] = [None] * len(heads)
    for cell in cells:
        near = min(range(len(heads)), key=lambda i: abs(heads[i].cx - cell.cx))
        gap = min((abs(heads[near].cx - h.cx) for i, h in enumerate(heads) if i != near), default=1e9)
        if out[near] is not None or abs(heads[near].cx - cell.cx) > 0.4 * gap:
            return None
        out[near] = cell
    return out


def in_column(t: Token, span: tuple[float, float], y0: float, y1: float) -> Box:
    return Box(t.text, span[0], y0, span[1], y1)
