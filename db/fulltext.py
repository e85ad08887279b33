"""Full-text search that finds any substring of Japanese text: text split into single characters.

SQLite's own tokenizers find no word inside a Japanese sentence (unicode61) or no word of two characters
(trigram). Here every character is a token, and a search word becomes a phrase of its characters, so 不用,
旅費 and any longer substring are found. Punctuation and white space are no tokens: they never stand in the
way. The index holds no text of its own (contentless), only positions.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

INDEXED: dict[str, tuple[str, ...]] = {
    "sheets": (
        "事業名",
        "府省庁",
        "政策所管府省庁",
        "担当部局庁",
        "担当課室",
        "根拠法令",
        "主要政策施策",
        "事業の目的",
        "現状・課題",
        "事業概要",
    ),
    "comments": ("本文",),
    "payees": ("支出先", "業務概要"),
    "expenses": ("支出先", "契約概要", "費目", "使途"),
    "contracts": ("契約先", "業務概要"),
    "budget_items": ("項", "目", "補足情報", "備考"),
}
"""Table → columns that its full-text index covers; the index is called ``<table>_fts``."""

_KANA_DASH = re.compile(r"(?<=[ァ-ヴー])[-‐‑‒–—―−－ｰ]")


def split_characters(text: str) -> str:
    """Text as it stands in the index: NFKC, lower case, characters separated by spaces.

    A hyphen after a katakana is the long-vowel mark (ル-タ is ルータ).
    """
    normal = unicodedata.normalize("NFKC", text).lower().replace("\0", " ")
    if not normal.isascii():
        normal = _KANA_DASH.sub("ー", normal)
    return " ".join(normal)


def match_query(text: str) -> str | None:
    """The FTS5 query that finds every white-space separated word of ``text``; None where it has no word."""
    phrases = []
    for word in unicodedata.normalize("NFKC", text).split():
        if any(ch.isalnum() for ch in word):
            phrases.append('"' + split_characters(word.replace('"', " ")) + '"')
    return " AND ".join(phrases) or None


def create_indexes(connection: sqlite3.Connection) -> None:
    """Create the full-text tables that are missing."""
    for table, columns in INDEXED.items():
        names = ", ".join(f'"{c}"' for c in columns)
        connection.execute(
            f'CREATE VIRTUAL TABLE IF NOT EXISTS "{table}_fts" USING fts5'
            f"({names}, content='', tokenize='unicode61 remove_diacritics 0')"
        )


def add_rows(connection: sqlite3.Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Index rows given as (rowid, column texts in the order of ``INDEXED``)."""
    columns = INDEXED[table]
    names = ", ".join(f'"{c}"' for c in columns)
    marks = ", ".join("?" * (len(columns) + 1))
    connection.executemany(f'INSERT INTO "{table}_fts" (rowid, {names}) VALUES ({marks})', _split(rows))


def remove_rows(connection: sqlite3.Connection, table: str, where: str, parameters: Sequence[object]) -> None:
    """Take rows of a base table out of its index; call it before the rows themselves are deleted."""
    columns = INDEXED[table]
    names = ", ".join(f'"{c}"' for c in columns)
    marks = ", ".join("?" * (len(columns) + 1))
    rows = connection.execute(f'SELECT rowid, {names} FROM "{table}" WHERE {where}', parameters).fetchall()
    connection.executemany(
        f'INSERT INTO "{table}_fts" ("{table}_fts", rowid, {names}) VALUES (\'delete\', {marks})',
        _split(tuple(r) for r in rows),
    )


def _split(rows: Iterable[Sequence[object]]) -> Iterator[tuple[object, ...]]:
    for rowid, *texts in rows:
        yield (rowid, *(split_characters(t) if isinstance(t, str) else None for t in texts))
