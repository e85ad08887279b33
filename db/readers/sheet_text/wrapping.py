"""Where the cells of a column end in a text without blank lines: a cell's lines are full but for its last."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from db.readers.sheet_text.pieces import is_company
from db.text import fold, is_blank

_FULL, _ENDS_FULL = 0.82, 0.9
"""A line narrower than this share of its column does not go on; one wider may, and mostly does."""
_SHORT_GOES_ON, _FULL_ENDS, _ODD_NAME = 3.0, 0.8, 0.6
_DOUBT, _ODD = 0.5, 2.5
_NEVER = 1e9
MAX_LINES = 120
"""A column's lines on a page."""
_BEGINS_NOT = re.compile(r"[（(）)、。，ーっゃゅょァィゥェォッャュョ々」』のをが]|に[係関対よ基つ]")
_TWO_NAMES = re.compile(r"(会社|協議会|機構|組合|法人).*[^はがをにのと、・]\1$")
_SHORT, _HEAD = 4, 6
_ENDS_NOT = re.compile(r"[（(「『・、，]$")
_ENDS = re.compile(
    r"(会社|法人|機構|センター|協会|協議会|組合|大学|公社|公庫|財団|銀行|研究所|都|道|府|県|市|町|村|省|庁|局|[）)])$"
)
_OF_WORDS = frozenset({"支出先", "契約先", "業務概要", "契約方式等", "理由"})
_NAMES = frozenset({"支出先", "契約先"})


def width(text: str) -> int:
    """The width of a text in half characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def is_broken(texts: Sequence[str]) -> bool:
    """True where one of these texts plainly begins or ends within a phrase, or holds two cells."""
    return any(
        _BEGINS_NOT.match(text)
        or _ENDS_NOT.search(text)
        or _TWO_NAMES.search(text)
        or (len(text) > _SHORT and text[: len(text) // 2] * 2 == text)
        or (len(text) > 2 * _HEAD and text[:_HEAD] in text[_HEAD:])
        for text in texts
    )


def cell_lengths(lines: Sequence[str], cells: int, column: str) -> list[int] | None:
    """How many of a column's lines each of its cells has, from the first to the last.

    None where there are fewer lines than cells, where no way looks likely or another would be hardly worse.
    """
    if not cells <= len(lines) <= MAX_LINES or (len(lines) > cells and column not in _OF_WORDS):
        return None
    if len(lines) == cells:
        return [1] * cells
    widest = max(map(width, lines))

    def price(first: int, end: int) -> float:
        part = lines[first:end]
        if any(is_blank(line) for line in part) and len(part) > 1:
            return _NEVER
        cost = _SHORT_GOES_ON * sum(width(line) < _FULL * widest for line in part[:-1])
        if column == "契約方式等":
            cost = sum(not line.startswith(("（", "(")) for line in part[1:]) * _SHORT_GOES_ON
        elif width(part[-1]) > _ENDS_FULL * widest and end < len(lines):
            cost += _FULL_ENDS
        if first and _BEGINS_NOT.match(part[0]):
            cost += _SHORT_GOES_ON
        whole = "".join(part)
        if column in _NAMES and not (_ENDS.search(whole) or is_company(fold(whole)) or len(part) == 1):
            cost += _ODD_NAME
        return cost

    @cache
    def best(first: int, left: int) -> list[tuple[float, tuple[int, ...]]]:
        """The two cheapest ways to part the lines from ``first`` on into ``left`` cells."""
        if not left:
            return [(0.0, ())] if first == len(lines) else []
        ways = [
            (price(first, end) + cost, (end - first, *lengths))
            for end in range(first + 1, len(lines) - left + 2)
            for cost, lengths in best(end, left - 1)
        ]
        return heapq.nsmallest(2, ways)

    ways = best(0, cells)
    if not ways or ways[0][0] >= _ODD or (len(ways) > 1 and ways[1][0] - ways[0][0] < _DOUBT):
        return None
    return list(ways[0][1])
