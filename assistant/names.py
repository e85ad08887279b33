"""Names a question may hold — projects, ministries, fields — for completion at a prompt."""

from __future__ import annotations

import sqlite3
import unicodedata
from bisect import bisect_left

from db.catalogue import catalogue

LONGEST = 40
"""Characters before the cursor that may be the beginning of a name."""


class Names:
    """All names of one database, found by how they begin."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._kinds: dict[str, str] = {}
        for kind, sql in (
            ("事業", "SELECT DISTINCT 事業名 FROM sheets WHERE 事業名 IS NOT NULL"),
            ("府省庁", "SELECT DISTINCT 府省庁 FROM sheets WHERE 府省庁 IS NOT NULL"),
        ):
            self._kinds.update((" ".join(str(row[0]).split()), kind) for row in connection.execute(sql))
        for table in catalogue().tables:
            self._kinds.update((field.label, "項目") for field in table.fields if field.words)
        self._kinds.update((comment.label, "項目") for comment in catalogue().comments)
        self._sorted = sorted((_folded(name), name) for name in self._kinds)

    def complete(self, text: str, limit: int) -> list[tuple[str, int, str]]:
        """Names that begin with the end of the text: (name, characters it replaces, kind), best first.

        Japanese is written without spaces, so the longest end of the text that begins a name counts:
        「厚生労働省の執行」 is completed by 執行率 and 執行額.
        """
        for start in range(max(0, len(text) - LONGEST), len(text)):
            typed = text[start:]
            if typed.isspace() or not typed:
                continue
            found = self._beginning_with(_folded(typed), limit)
            if found:
                return [(name, len(typed), self._kinds[name]) for name in found]
        return []

    def _beginning_with(self, prefix: str, limit: int) -> list[str]:
        if not prefix:
            return []
        first = bisect_left(self._sorted, (prefix, ""))
        last = bisect_left(self._sorted, (prefix + "\U0010ffff", ""))
        names = [name for folded, name in self._sorted[first:last] if folded != prefix]
        # The shortest are the likeliest: fields and ministries stand before long names of projects.
        return sorted(names, key=lambda n: (len(n), n))[:limit]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
