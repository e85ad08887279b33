"""Characters to text: the lines of a cell, stacked (vertical) text, wrapped lines joined again."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from db.readers.sheet_pdf.page import Character
from db.text import unwrap

_BULLET = re.compile(
    r"^[\s　]*([・･●○◯◎■□◆◇※☆★▪➢→⇒①-⑳❶-❿Ⅰ-Ⅻⅰ-ⅻ〇]|[（(][0-9０-９ア-ンa-zａ-ｚⅠ-Ⅻ①-⑳一二三四五六七八九十]{1,2}[)）]"
    r"|[0-9０-９]{1,2}[.．、)）](?![0-9０-９])|【|〔|－[^0-9０-９]|-[^0-9])"
)
_VOICING = re.compile(r"(?<![ｦ-ﾝ])([ﾞﾟ])\n?([ｦ-ﾝ])")
_OPENING = "（「『【〔［(["


@dataclass(slots=True)
class Line:
    """One printed line."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    first_index: int
    size: float


def is_stacked(characters: list[Character]) -> bool:
    """True for text written downwards: most characters stand under the one before them."""
    written = sorted((c for c in characters if c.text.strip()), key=lambda c: c.index)
    if len(written) < 2:
        return False
    down = across = 0
    for a, b in itertools.pairwise(written):
        dx, dy = abs(b.cx - a.cx), abs(b.baseline - a.baseline)
        size = max(a.y1 - a.y0, a.x1 - a.x0, 1.0)
        if dx < 0.35 * size and dy > 0.35 * size:
            down += 1
        elif dy < 0.35 * size:
            across += 1
    return down > across and down >= len(written) / 2 - 1


def stacked_text(characters: list[Character]) -> str:
    """Stacked text in the order it was set, which is its reading order."""
    return "".join(c.text for c in sorted(characters, key=lambda c: c.index)).strip()


def lines_of(characters: list[Character], split_at_gaps: bool = False) -> list[Line]:
    """Characters as printed lines from top to bottom; with ``split_at_gaps`` a wide gap ends a line."""
    rows: list[list[Character]] = []
    for c in sorted(characters, key=lambda c: (c.baseline, c.x0)):
        row = next((r for r in reversed(rows[-4:]) if _same_line(r, c)), None)
        if row is None:
            rows.append([c])
        else:
            row.append(c)
    out = [line for row in rows for line in _split(_in_order(row), split_at_gaps)]
    return sorted(out, key=lambda line: (line.y0, line.x0))


def _in_order(row: list[Character]) -> list[Character]:
    """A line's characters from left to right; as they were set where that is left to right, too.

    (Half-width voicing marks lie over the letter before them: their boxes alone would put them first.)
    """
    as_set = sorted(row, key=lambda c: c.index)
    if all(b.cx > a.x0 - 0.1 * (a.y1 - a.y0) for a, b in itertools.pairwise(as_set)):
        return as_set
    return sorted(row, key=lambda c: (c.x0, c.index))


def _same_line(row: list[Character], c: Character) -> bool:
    last = row[-1]
    return abs(last.baseline - c.baseline) < 0.4 * min(max(last.y1 - last.y0, 1.0), max(c.y1 - c.y0, 1.0))


def _split(row: list[Character], at_gaps: bool) -> list[Line]:
    parts: list[list[Character]] = []
    for c in row:
        if not c.text.strip() and not parts:
            continue
        if (parts and at_gaps and c.x0 - _written_end(parts[-1]) > 1.5 * max(c.y1 - c.y0, 1.0)) or not parts:
            parts.append([])
        parts[-1].append(c)
    return [line for part in parts if (line := _line(part)) is not None]


def _written_end(part: list[Character]) -> float:
    return max((c.x1 for c in part if c.text.strip()), default=part[0].x0 if part else 0.0)


def _line(part: list[Character]) -> Line | None:
    written = [c for c in part if c.text.strip()]
    if not written:
        return None
    text = ""
    before: Character | None = None
    for c in part:
        size = max(c.y1 - c.y0, 1.0)
        if before is not None and c.text.strip() and text[-1:].strip() and c.x0 - before.x1 > 0.6 * size:
            text += " "
        text += c.text
        before = c
    sizes = sorted(c.y1 - c.y0 for c in written)
    return Line(
        text.rstrip(),
        written[0].x0,
        min(c.y0 for c in written),
        max(c.x1 for c in written),
        max(c.y1 for c in written),
        min(c.index for c in written),
        sizes[len(sizes) // 2],
    )


def cell_text(characters: list[Character], left: float, right: float) -> str:
    """The text of a cell from ``left`` to ``right``: lines that were only wrapped are joined again.

    A line break is meant where the next line's beginning would still have fitted, or where it begins with a
    bullet or a number.
    """
    if is_stacked(characters):
        return stacked_text(characters)
    lines = lines_of(characters)
    paragraphs: list[list[str]] = []
    for i, line in enumerate(lines):
        if i == 0 or _begins_paragraph(lines[i - 1], line, right - left):
            paragraphs.append([])
        paragraphs[-1].append(line.text)
    # a half-width voicing mark may have been set before its letter
    return _VOICING.sub(r"\2\1", "\n".join(unwrap(p) for p in paragraphs)).strip()


def _begins_paragraph(before: Line, line: Line, width: float) -> bool:
    room = width - (before.x1 - before.x0)
    first_word = re.match(r"[\x21-\x7e]+|.", line.text.strip())
    word = first_word.group(0) if first_word else ""
    needed = len(word) * 0.55 * line.size if word.isascii() else line.size
    if _BULLET.match(line.text) and not before.text.rstrip().endswith(tuple(_OPENING)):
        return room > 1.5 * line.size or before.text.rstrip()[-1:] in "。．）)：:"
    return room > needed + 2.4 * line.size
