"""「〜以外」「〜を除いて」: a condition turned round, a 府省庁 left out."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Filter
from assistant.understanding.parsing import Parsed

_LEFT_OUT = pattern(
    r"(?:(?:に関する|に係る|が所管する|が担当する|の)?(?:事業|もの|案件|分)?)?"
    r"(?:以外|を除(?:い(?:て|た)|き|く|け(?:ば|た)?|外(?:して|した|する|し)?)|は除(?:いて|き|く|外して?)|抜き|を抜(?:いて|き|いた)|を外(?:して|した)|でない|ではない|じゃない)"
)
_AND = pattern(r"(?:と|や|、|,|・|及び|および|か)?")
_OPPOSITE = {"=": "!=", "contains": "!=", "<": ">=", "<=": ">", ">": "<=", ">=": "<", "!=": "="}


def left_out(p: Parsed, start: int, end: int, before: int | None = None) -> bool:
    """Whether what stands from ``start`` to ``end`` is left out; the words that say so are read then.

    before  where the next of several of a kind begins (「防衛省と外務省以外」): it is left out where that one is
    """
    m = _LEFT_OUT.match(p.text, end)
    if m:
        p.claim(end, m.end(), "条件：" + p.text[start : m.end()])
        return True
    return before is not None and bool(_AND.fullmatch(p.text[end:before]))


def all_left_out(p: Parsed, spans: list[tuple[int, int]]) -> list[bool]:
    """For each of several stretches of a kind, in order, whether it is left out."""
    out = [False] * len(spans)
    for i in range(len(spans) - 1, -1, -1):
        start, end = spans[i]
        following = spans[i + 1][0] if i + 1 < len(spans) and out[i + 1] else None
        out[i] = left_out(p, start, end, following)
    return out


def turned_round(condition: Filter) -> Filter:
    """The condition that holds where this one does not; a range stays as it is."""
    op = _OPPOSITE.get(condition.op)
    return replace(condition, op=op) if op else condition  # type: ignore[arg-type]


def unread_exception(p: Parsed) -> str:
    """「〜以外」 said of something that was not read, "" where there is none: left out, the answer would be another's."""
    for m in re.finditer(r"以外(?!に)|を除(?:い|き|く|外)", p.text):
        if not any(s.start < m.end() and m.start() < s.end for s in p.spans):
            start = max(0, m.start() - 8)
            return p.text[start : m.end()].lstrip(" 、。の")
    return ""
