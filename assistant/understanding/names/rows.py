"""Rows of a project's lists named in a question: 「旅費はいくら」 means the 費目 or 目 of that name.

A row is meant where its name and what stands beside it account for every word of the question that is read as
nothing else; a word the row does not have (逮捕された職員) asks for something else than the row's figure.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter
from assistant.understanding.names.payees import core_name
from assistant.understanding.names.projects import pairs_of
from assistant.understanding.words.normalise import name_key, word_may_end

_SHEETS = 3
_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class List:
    """A list of a sheet: the column that names its rows, what else tells them apart, and the figure of a row."""

    table: str
    name: str
    beside: tuple[str, ...]
    figure: str
    plan: str = ""
    """The figure that was aimed at, where there is one: a row has this or ``figure`` written."""


LISTS = (
    List("budget_items", "目", (), "金額"),
    List("expenses", "費目", ("使途", "支出先"), "金額"),
    List("payees", "支出先", ("業務概要",), "支出額"),
    List("contracts", "契約先", ("業務概要",), "契約額"),
    List("indirect_costs", "項目", (), "金額"),
    List("outcomes", "成果指標", ("成果目標", "単位"), "成果実績", "目標値"),
    List("outputs", "活動指標", ("活動内容", "単位"), "活動実績", "当初見込み"),
)
"""In the order they are taken where several fit alike."""

_SHORTENED = pattern(
    r"(?P<full>[一-鿿ァ-ヺー＝・]{3,30})[（(](?:以下[、,]?)?「?(?P<short>[A-ZＡ-Ｚ]{2,8})」?[）)]"
)
_WHOLE, _PART, _BESIDE = 1.0, 0.8, 0.5
_HALF = 0.5
_PREFERRED, _OTHER_UNIT, _ITS_UNIT = 1.5, 0.8, 1.3
_SHARES = ("％", "%", "割合")
_SHORT_NAME = 8
_TAIL = 3
_KINDS_OF_UNITS = (
    pattern(r"^[人名]$|人|名|者"),
    pattern(r"県|市町村|自治体|団体|地域|都市"),
    pattern(r"日|時間|か月|月"),
)
"""Units that count one kind of thing."""
_NAMED, _NAMED_ALONE = 4, 3
"""So many characters of a recipient's name tell it from other words: anywhere, and where it is a word by itself."""


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A list's rows that words name: the list, its figure and the condition that picks them."""

    table: str
    figure: FieldRef
    condition: Filter
    beside: Filter | None = None
    """What else picks them, where two of the words stand in two columns (「三菱総研の再委託費」)."""


class RowNames:
    """Looks words up among the names of a project's rows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(
        self,
        words: Sequence[str],
        sheet_keys: Sequence[str],
        prefer: Sequence[str] = (),
        only: Sequence[str] = (),
        share: bool = False,
        whole: bool = False,
        unit: str = "",
    ) -> NamedRow | None:
        """The rows that account for all the words best; lists of ``prefer`` win where several do.

        only   lists to look in, all where it is empty
        whole  a row has to have every word as it is said, and one in its name
        unit   what is counted (人, 件): an indicator counted in it wins over others
        share  a part of a whole is asked for: of indicators those in % are meant, else those that count
        """
        keys = tuple(sheet_keys[:_SHEETS])
        asked = [k for k in (name_key(core_name(w)) for w in words) if k]
        asked_in_full: list[str] | None = None
        if any(w.isascii() and w.isalpha() for w in asked):
            full = self._abbreviations(keys)
            longer = [full.get(w, w) for w in asked]
            if longer != asked:
                asked_in_full = longer
        best: tuple[float, List, int, tuple[str | None, ...]] | None = None
        if not asked:
            return None
        for listed in LISTS:
            if only and listed.table not in only:
                continue
            for row in self._rows(listed, keys):
                if listed.plan and row[-1] and not _is_counted_in(unit, row):
                    # 47県 is no number of people, nor 3点 one of 県
                    continue
                found = _fit(asked, row) or (_fit(asked_in_full, row) if asked_in_full else None)
                if whole and found and not _stands_there(asked_in_full or asked, listed, row):
                    continue
                if found is None:
                    continue
                score, at = found
                score *= _PREFERRED if listed.table in prefer else 1.0
                if listed.plan and share != (row[-1] in _SHARES):
                    score *= _OTHER_UNIT
                if listed.plan and unit and unit in (row[-1] or ""):
                    score *= _ITS_UNIT
                if best is None or score > best[0]:
                    best = (score, listed, at, row)
        if best is None:
            return self._by_tail(asked, keys, only or prefer or ("budget_items",)) if whole else None
        _, listed, at, row = best
        column = (listed.name, *listed.beside)[at]
        return NamedRow(
            listed.table,
            FieldRef(listed.table, listed.figure),
            Filter(FieldRef(listed.table, column), "contains", _said(words, row[at] or "")),
            _beside(asked, listed, at, row),
        )

    def _by_tail(self, words: Sequence[str], keys: tuple[str, ...], only: Sequence[str]) -> NamedRow | None:
        """「利子補給金」 for 「〇〇業務補給金」: the one row of a list whose name ends as the word does."""
        if len(words) != 1 or len(words[0]) <= _TAIL:
            return None
        for listed in (x for x in LISTS if x.table in only):
            names = {row[0] or "" for row in self._rows(listed, keys)}
            fitting = [n for n in names if name_key(n).endswith(words[0][-_TAIL:])]
            if len(fitting) == 1:
                condition = Filter(FieldRef(listed.table, listed.name), "=", fitting[0])
                return NamedRow(listed.table, FieldRef(listed.table, listed.figure), condition)
        return None

    def working(self, words: Sequence[str], sheet_keys: Sequence[str]) -> Filter | None:
        """What recipients were paid for, where every word stands in it (「印刷を頼んだのはどこ」)."""
        asked = [k for k in map(name_key, words) if k]
        keys = tuple(sheet_keys[:_SHEETS])
        for table, column in (("payees", "業務概要"), ("expenses", "契約概要"), ("expenses", "使途")):
            works = self._written(table, column, keys)
            fitting = tuple(sorted(x for x in works if asked and all(w in name_key(x) for w in asked)))
            if fitting:
                return Filter(FieldRef(table, column), "=", fitting)
        return None

    def called(self, words: Sequence[str], sheet_keys: Sequence[str]) -> Filter | None:
        """Recipients whose names have one of the words, of 支出先 or where that is empty of 費目・使途; None where none has."""
        keys = tuple(sheet_keys[:_SHEETS])
        for table in ("payees", "expenses"):
            names = self._written(table, "支出先", keys)
            if names:
                fitting = tuple(sorted(n for n in names if any(w in n for w in words)))
                return Filter(FieldRef(table, "支出先"), "=", fitting) if fitting else None
        return None

    def _written(self, table: str, column: str, keys: tuple[str, ...]) -> list[str]:
        """Every text of a column of the sheets, each once."""
        sql = (
            f'SELECT DISTINCT "{column}" FROM "{table}" WHERE sheet_key IN ({",".join("?" * len(keys))})'
            f' AND "{column}" IS NOT NULL LIMIT {_ROWS}'
        )
        return [str(row[0]) for row in self._connection.execute(sql, keys)]

    def paid(self, text: str, sheet_keys: Sequence[str]) -> list[tuple[int, int, str]]:
        """Recipients of the sheets whose names, without their corporate form, stand in a text: (start, end, name)."""
        keys = tuple(sheet_keys[:_SHEETS])
        lists = [x for x in LISTS if x.name in ("支出先", "契約先")]
        names = {str(row[0]) for x in lists for row in self._rows(x, keys)}
        # where no file with the 支出先 is loaded, those of 費目・使途
        spent = next(x for x in LISTS if x.table == "expenses")
        names = names or {str(row[2]) for row in self._rows(spent, keys) if row[2]}
        lower = text.lower()
        found: list[tuple[int, int, str]] = []
        for name in sorted(names, key=len, reverse=True):
            core = core_name(unicodedata.normalize("NFKC", name)).strip().lower()
            at = lower.find(core) if len(core) >= _NAMED_ALONE else -1
            if at >= 0 and len(core) < _NAMED and not _is_word(lower, at, at + len(core)):
                continue
            if at >= 0 and not any(a < at + len(core) and at < b for a, b, _ in found):
                found.append((at, at + len(core), text[at : at + len(core)]))
        return sorted(found)

    def has(self, conditions: Sequence[Filter], sheet_keys: Sequence[str]) -> bool:
        """Whether a recipient of the sheets meets all conditions (``=`` and contains, on columns of ``payees``)."""
        keys = tuple(sheet_keys[:_SHEETS])
        tests = [
            f'instr("{f.field.column}", ?) > 0' if f.op == "contains" else f'"{f.field.column}" = ?'
            for f in conditions
        ]
        sql = (
            f"SELECT 1 FROM payees WHERE sheet_key IN ({','.join('?' * len(keys))})"
            f" AND {' AND '.join(tests)} LIMIT 1"
        )
        values = [f.value for f in conditions]
        return self._connection.execute(sql, (*keys, *values)).fetchone() is not None

    def _abbreviations(self, keys: tuple[str, ...]) -> dict[str, str]:
        """What the sheets' texts shorten: 「万国郵便連合（ＵＰＵ）」 → upu: 万国郵便連合."""
        marks = ",".join("?" * len(keys))
        sql = f"SELECT 本文 FROM comments WHERE sheet_key IN ({marks}) AND 本文 IS NOT NULL LIMIT {_ROWS}"
        found: dict[str, str] = {}
        for (text,) in self._connection.execute(sql, keys):
            for m in _SHORTENED.finditer(text):
                found.setdefault(name_key(m.group("short")), name_key(m.group("full")))
        return found

    def _rows(self, listed: List, keys: tuple[str, ...]) -> list[tuple[str | None, ...]]:
        columns = ", ".join(f'"{c}"' for c in (listed.name, *listed.beside))
        marks = ",".join("?" * len(keys))
        written = (
            f' AND ("{listed.figure}" IS NOT NULL OR "{listed.plan}" IS NOT NULL)' if listed.plan else ""
        )
        sql = (
            f'SELECT DISTINCT {columns} FROM "{listed.table}"'
            f" WHERE sheet_key IN ({marks}){written} LIMIT {_ROWS}"
        )
        return [tuple(r) for r in self._connection.execute(sql, keys) if r[0]]


def _is_counted_in(unit: str, row: tuple[str | None, ...]) -> bool:
    """Whether an indicator may give a number of what is counted; 件 and 回 stand for many units, people and places do not."""
    kind = next((k for k in _KINDS_OF_UNITS if k.search(unit)), None)
    return kind is None or kind.search(row[-1] or "") is not None


def _is_word(text: str, start: int, end: int) -> bool:
    """The stretch is no part of a longer word."""
    left = start == 0 or word_may_end(text[start - 1], text[start])
    return left and (end >= len(text) or word_may_end(text[end - 1], text[end]))


def _stands_there(words: list[str], listed: List, row: tuple[str | None, ...]) -> bool:
    """Every word stands in the row as said, one of them in its name; what money went for (使途), and to whom, names a row too."""
    keys = [name_key(x or "") for x in row]
    names = keys if listed.table == "expenses" else keys[:1]
    return all(any(w in k for k in keys) for w in words) and any(w in k for k in names for w in words)


def _said(words: Sequence[str], value: str) -> str:
    """What rows are to contain: the word itself where it stands in the name as said, else the whole name."""
    return words[0] if len(words) == 1 and words[0] in value else value


def _beside(words: Sequence[str], listed: List, at: int, row: tuple[str | None, ...]) -> Filter | None:
    """The condition on a second column of a row that has one of the words, which the first has nothing of."""
    if listed.plan:
        return None
    keys = [name_key(text) if text else "" for text in row]
    for word in words:
        if _share(word, keys[at]) > 0.0:
            continue
        for i, key in enumerate(keys):
            if i != at and (word in key or (key[:2] == word[:2] and _in_order(word, key))):
                column = (listed.name, *listed.beside)[i]
                return Filter(FieldRef(listed.table, column), "=", row[i])
    return None


def _in_order(word: str, key: str) -> bool:
    """「三菱総研」 for 「三菱総合研究所」: the characters of the word stand in the name in their order."""
    rest = iter(key)
    return all(ch in rest for ch in word)


def _fit(words: list[str], row: tuple[str | None, ...]) -> tuple[float, int] | None:
    """How well a row accounts for all the words, and which of its columns does most; None where one is left over."""
    keys = [name_key(text) if text else "" for text in row]
    shares = [0.0] * len(keys)
    total = 0.0
    for word in words:
        marks = [_share(word, key) * (1.0 if i == 0 else _BESIDE) for i, key in enumerate(keys)]
        at = max(range(len(marks)), key=marks.__getitem__)
        if marks[at] <= 0.0:
            return None
        shares[at] += marks[at] * len(word)
        total += marks[at] * len(word)
    at = max(range(len(shares)), key=shares.__getitem__)
    said = sum(map(len, words))
    # of two rows that both have the words, the shorter name says less that was not asked
    return total / said + 0.3 * min(said / (len(keys[0]) or 1), 1.0), at


def _share(word: str, key: str) -> float:
    if not key:
        return 0.0
    if word == key or word == name_key(core_name(key)):
        return _WHOLE
    if word in key:
        return _PART
    if len(key) <= _SHORT_NAME and len(word) > 2 and word[-2:] == key[-2:]:
        # 「出張旅費」 for 「職員旅費」: the head of the word is the head of the name
        return _BESIDE
    pairs = pairs_of(word)
    got = sum(p in key for p in pairs) / len(pairs) if pairs else 0.0
    return _PART * got if got >= _HALF and len(word) > 2 else 0.0
