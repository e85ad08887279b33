"""Values of the loaded sheets' boxes named in a question: a bureau or section, a 勘定, a special account, a 主要経費.

A question over many sheets names them without their box (「医政局の事業」「労災勘定の事業」); what a word is, the loaded
data says. A word no sheet has there stays what it was.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter
from assistant.understanding.words.normalise import KANJI, KATAKANA, script

OFFICE, SECTION = FieldRef("sheets", "担当部局庁"), FieldRef("sheets", "担当課室")
ACCOUNT, MAIN_EXPENSE = FieldRef("accounts", "勘定"), FieldRef("sheets", "主要経費")
ACCOUNT_KIND = FieldRef("sheets", "会計区分")

_SPECIAL = "特別会計"
_WORD = r"[一-鿿々ァ-ヺー・A-Za-z]{1,30}?"
_KINDS: tuple[tuple[re.Pattern[str], FieldRef], ...] = (
    (pattern(rf"{_WORD}(?:局|庁|官房|統括官|研究所|事務局|グループ)"), OFFICE),
    (pattern(rf"{_WORD}(?:課|室)"), SECTION),
    (pattern(rf"{_WORD}(?:勘定|{_SPECIAL})"), ACCOUNT),
    (pattern(rf"{_WORD}(?:費等?|負担金)"), MAIN_EXPENSE),
)
_SHORTEST = 3
# what may follow a value that ends in a kanji
_AFTER = pattern(r"所管|担当|関係|全体|合計|分(?:の|だけ)|以外|別|計上|予算|執行")


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A value of the question and the condition it puts."""

    start: int
    end: int
    condition: Filter


class BoxValues:
    """Looks words up among what is written in the boxes. Each word that may be one is looked for once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[tuple[FieldRef, str], bool] = {}

    def read(self, text: str, taken: Sequence[tuple[int, int]]) -> list[ValueMention]:
        """Values from left to right outside ``taken``; the longest word that stands in a box counts."""
        out: list[ValueMention] = []
        for wording, ref in _KINDS:
            for start, end in _candidates(wording, text, taken):
                if any(m.start < end and start < m.end for m in out):
                    continue
                condition = self._condition(ref, text[start:end])
                if condition is not None:
                    out.append(ValueMention(start, end, condition))
        return sorted(out, key=lambda m: m.start)

    def _condition(self, ref: FieldRef, word: str) -> Filter | None:
        if ref == MAIN_EXPENSE:
            return Filter(ref, "contains", word) if word in self._main_expenses else None
        if ref == ACCOUNT:
            inner = word.removesuffix(_SPECIAL)
            if not inner:
                return None
            if self._stands("accounts", "coalesce(会計, '') || coalesce(勘定, '')", inner):
                return Filter(ACCOUNT, "contains", inner)
            known = self._stands("sheets", "会計区分", word)
            return Filter(ACCOUNT_KIND, "contains", word) if known else None
        return Filter(ref, "contains", word) if self._stands("sheets", ref.column, word) else None

    def _stands(self, table: str, expression: str, word: str) -> bool:
        at = (FieldRef(table, expression), word)
        if at not in self._known:
            sql = f'SELECT 1 FROM "{table}" WHERE instr({expression}, ?) > 0 LIMIT 1'
            self._known[at] = self._connection.execute(sql, (word,)).fetchone() is not None
        return self._known[at]

    @cached_property
    def _main_expenses(self) -> frozenset[str]:
        rows = self._connection.execute("SELECT DISTINCT 主要経費 FROM sheets WHERE 主要経費 IS NOT NULL")
        return frozenset(part.strip() for (text,) in rows for part in re.split(r"[、\n]", text))


def _candidates(
    pattern: re.Pattern[str], text: str, taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Stretches that end as the pattern does and stand by themselves in the text."""
    out: list[tuple[int, int]] = []
    ends = {b for _, b in taken}
    at = 0
    while (m := pattern.search(text, at)) is not None:
        start, end = m.span()
        at = start + 1
        if any(a < end and start < b for a, b in taken):
            continue
        if end - start < _SHORTEST or not _begins(text, start, ends) or not _stops(text, end):
            continue
        out.append((start, end))
    return out


def _begins(text: str, start: int, ends: set[int]) -> bool:
    return start == 0 or start in ends or not _joined(text[start - 1], text[start])


def _stops(text: str, end: int) -> bool:
    return end >= len(text) or not _joined(text[end - 1], text[end]) or bool(_AFTER.match(text, end))


def _joined(a: str, b: str) -> bool:
    return (script(a) == script(b) and script(a) in (KANJI, KATAKANA)) or "・" in (a, b)
