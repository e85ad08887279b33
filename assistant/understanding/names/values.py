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
EXPENSE = FieldRef("expenses", "費目")

_SPECIAL = "特別会計"
_WORD = r"[一-鿿々ァ-ヺー・A-Za-z]{1,30}?"
_KINDS: tuple[tuple[re.Pattern[str], FieldRef], ...] = (
    (pattern(rf"{_WORD}(?:局|庁|官房|統括官|研究所|事務局|グループ)"), OFFICE),
    (pattern(rf"{_WORD}(?:課|室)"), SECTION),
    (pattern(rf"{_WORD}(?:勘定|{_SPECIAL})"), ACCOUNT),
    (pattern(rf"{_WORD}(?:費等?|負担金)"), MAIN_EXPENSE),
)
_SHORTEST = 3
_ANY_ITEM = pattern(r"費|料|手当|報酬|謝金|賃金|給与|税")
_OFTEN = 500
"""A 費目 counts as a word of its own where at least one in so many sheets that list any has it."""
_IS_SPENT_ON = pattern(r"(?:費|料|手当|報酬|謝金|賃金|給与|税)$")
_KIND_OF_PROJECT = pattern(r"(?:事業費|経費|対策費|推進費)$")
"""What projects are called by, and what their whole money is."""
_SPENDING = pattern(
    r"(?:に|へ)(?:は|も)?[^、。?]{0,16}?(?:使|かけ|かか|払|支出|費や|充て|投じ)"
    r"|(?:が|の|は)[^、。?]{0,14}?(?:多|高|大き|少な|小さ|低|最大|最多|最高|最小|トップ|ランキング|上位|[0-9一二三四五六七八九十百千]+(?:兆|億|万|千)*円)"
    r"|の(?:支出)?(?:合計|総額|総計|支出額|金額|額|支払)|を[^、。?]{0,6}?(?:使|支出|計上|支払|払)|(?:トップ|ランキング|上位|[がの]?(?:府省庁|省庁)(?:別|ごと))"
)
"""What is said behind a 費目 of the money spent on it."""
_CALLED_ITEM = pattern(r"費目(?:が|は|の|に|で)?「?$")
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

    def read_items(
        self, text: str, taken: Sequence[tuple[int, int]], fields: frozenset[str]
    ) -> list[ValueMention]:
        """費目 that money is said to be spent on (「旅費に…使っている」「印刷製本費の総額」), the longest first.

        fields  words that stand for a box of their own
        """
        out: list[ValueMention] = []
        ends = {b for _, b in taken}
        for item in self._items if _ANY_ITEM.search(text) else ():
            start = text.find(item)
            end = start + len(item)
            if start < 0 or item in fields or not _begins(text, start, ends):
                continue
            if any(a < end and start < b for a, b in [*taken, *((m.start, m.end) for m in out)]):
                continue
            if _CALLED_ITEM.search(text[:start]) or (
                _SPENDING.match(text, end) and not _KIND_OF_PROJECT.search(item)
            ):
                out.append(ValueMention(start, end, Filter(EXPENSE, "=", item)))
        return out

    @cached_property
    def _items(self) -> tuple[str, ...]:
        """費目 that many sheets have, the longest first."""
        sql = "SELECT 費目, count(DISTINCT sheet_key) FROM expenses WHERE 費目 IS NOT NULL GROUP BY 1"
        counted = {str(item): int(n) for item, n in self._connection.execute(sql)}
        sheets = self._connection.execute("SELECT count(DISTINCT sheet_key) FROM expenses").fetchone()[0]
        often = [item for item, n in counted.items() if n * _OFTEN >= sheets and _IS_SPENT_ON.search(item)]
        return tuple(sorted((x for x in often if len(x) > 1), key=lambda x: (-len(x), x)))

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
