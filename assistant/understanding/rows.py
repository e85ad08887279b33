"""Rows of a project's lists named in a question: 「旅費はいくら」 means the 費目 or 目 of that name."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.query import FieldRef, Filter
from assistant.understanding.normalise import name_key

_SHEETS = 3
# list, the column that names its rows, the figure of a row; the first that has the word is taken
_LISTS = (
    ("budget_items", "目", "金額"),
    ("expenses", "費目", "金額"),
    ("payees", "支出先", "支出額"),
    ("contracts", "契約先", "契約額"),
    ("outcomes", "成果指標", "成果実績"),
    ("outputs", "活動指標", "活動実績"),
)
_SPENT = ("expenses", "payees", "contracts", "budget_items", "outcomes", "outputs")


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A list's rows a word names: the figure asked for and the condition that picks them."""

    word: str
    figure: FieldRef
    condition: Filter


class RowNames:
    """Looks words up among the names of a project's rows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, words: Sequence[str], sheet_keys: Sequence[str], spent: bool = False) -> NamedRow | None:
        """The first list with a row whose name has all the words; ``spent`` prefers 費目 to 歳出予算目.

        A word the row does not have (逮捕された職員) asks for something else than the row's figure.
        """
        keys = tuple(sheet_keys[:_SHEETS])
        lists = sorted(_LISTS, key=lambda t: _SPENT.index(t[0])) if spent else _LISTS
        for table, column, figure in lists:
            marks = ",".join("?" * len(keys))
            sql = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE sheet_key IN ({marks}) LIMIT 500'
            names = [(r[0], name_key(r[0])) for r in self._connection.execute(sql, keys) if r[0]]
            asked = [name_key(w) for w in words]
            hit = next((n for n, k in names if k in asked), None) or next(
                (n for n, k in names if all(w in k for w in asked)), None
            )
            if hit is None or not all(w in name_key(hit) for w in asked):
                continue
            value = hit if name_key(hit) in asked or len(words) > 1 else words[0]
            return NamedRow(
                words[0], FieldRef(table, figure), Filter(FieldRef(table, column), "contains", value)
            )
        return None
