"""What the MCP tools do, read-only: ask, search, read a sheet, run a SELECT."""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.web.holdings import version
from assistant.web.search import prepare
from db.catalogue import catalogue
from db.errors import QuestionError
from db.opening import open_database
from db.schema import BASIC, LOCATOR

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.conversation import Conversation

MOST_CONVERSATIONS = 200
MOST_HITS = 100
MOST_ROWS = 500
"""Rows of one statement that are returned."""
ROWS_A_TABLE = 40
"""Rows of one table of a sheet that are given where no table is named."""
SECONDS = 5.0
"""How long one statement may run."""
STEPS = 10_000

_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)


class Library:
    """What the tools do, on one database, which may be loaded anew in between.

    Questions are answered one at a time in one thread, whichever thread a tool is called in.

    The errors of ``db.opening.open_database`` where the database cannot be used.
    """

    def __init__(self, database: str | Path) -> None:
        self.path = Path(database)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="question")
        self._conversations: OrderedDict[str, Conversation] = OrderedDict()
        self._state: tuple[int, ...] | None = None
        self._thread.submit(self._assistant).result()

    def ask(self, question: str, conversation: str | None = None) -> dict[str, Any]:
        """The answer by the contract; questions with the same ``conversation`` follow one another."""
        return self._thread.submit(self._ask, question, conversation).result()

    def search(self, words: str, limit: int = 10) -> dict[str, Any]:
        """Passages that match the words, as an answer by the contract."""
        if not words.strip():
            raise QuestionError("探す言葉がありません。")
        if not 1 <= limit <= MOST_HITS:
            raise QuestionError(f"limit は1から{MOST_HITS}までの整数で指定してください。")
        return self._thread.submit(lambda: self._assistant().search(words, limit=limit).to_dict()).result()

    def sheet(self, sheet_key: str, table: str | None = None) -> dict[str, Any]:
        """The rows of one sheet by table, each with its file and place; of one table all, else the first ones.

        QuestionError where there is no such sheet or table.
        """
        tables = {t.name: t for t in catalogue().tables}
        if table is not None and table not in tables:
            raise QuestionError(f"「{table}」という表はありません。使えるのは {'、'.join(tables)} です。")
        connection = open_database(self.path)
        try:
            basic = _rows(connection, "SELECT * FROM sheets WHERE sheet_key = ?", sheet_key)
            if not basic:
                raise QuestionError(
                    f"シート「{sheet_key}」はこのデータベースにありません。ask か search で探してください。"
                )
            files = dict(connection.execute("SELECT id, ファイル FROM sources").fetchall())
            elsewhere: dict[tuple[str, str], dict[str, tuple[int, str | None]]] = {}
            for name, row, column, source_id, place in connection.execute(
                "SELECT 表, 行, 列, source_id, 位置 FROM cell_sources WHERE sheet_key = ?", (sheet_key,)
            ):
                elsewhere.setdefault((name, row), {})[column] = (source_id, place)
            out: dict[str, Any] = {"sheet_key": sheet_key, "url": f"/-/sheet/{sheet_key}", "tables": {}}
            for name, known in tables.items():
                if table is not None and name != table:
                    continue
                rows = (
                    basic
                    if name == BASIC
                    else _rows(connection, f"SELECT * FROM {name} WHERE sheet_key = ? ORDER BY id", sheet_key)
                )
                if rows:
                    kept = rows if table is not None else rows[:ROWS_A_TABLE]
                    columns = [f.column for f in known.fields]
                    out["tables"][name] = {
                        "title": known.label,
                        "count": len(rows),
                        "rows": [
                            _told(
                                row, columns, files, elsewhere.get((name, str(row.get("id", sheet_key))), {})
                            )
                            for row in kept
                        ],
                    }
            return out
        finally:
            connection.close()

    def sql(self, statement: str) -> dict[str, Any]:
        """Columns and rows of one SELECT. QuestionError where it is none, takes too long, or cannot be run."""
        connection = open_database(self.path)
        try:
            prepare(connection)
            connection.row_factory = None
            connection.set_authorizer(
                lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
            )
            until = time.monotonic() + SECONDS
            connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
            try:
                cursor = connection.execute(statement)
                rows = cursor.fetchmany(MOST_ROWS + 1)
            except sqlite3.Error as error:
                raise QuestionError(_why(error)) from error
            return {
                "columns": [d[0] for d in cursor.description or ()],
                "rows": [[_plain(v) for v in row] for row in rows[:MOST_ROWS]],
                "truncated": len(rows) > MOST_ROWS,
            }
        finally:
            connection.close()

    def _ask(self, question: str, conversation: str | None) -> dict[str, Any]:
        assistant = self._assistant()
        known = None if conversation is None else self._conversation(assistant, conversation)
        return assistant.ask(question, known).to_dict()

    def _assistant(self) -> Assistant:
        from assistant.assistant import Assistant

        state = version(self.path)
        if self._state != state:
            self._current = Assistant(self.path)
            self._state = state
            self._conversations.clear()
        return self._current

    def _conversation(self, assistant: Assistant, key: str) -> Conversation:
        known = self._conversations.setdefault(key, assistant.conversation(key))
        self._conversations.move_to_end(key)
        while len(self._conversations) > MOST_CONVERSATIONS:
            self._conversations.popitem(last=False)
        return known


def _rows(connection: sqlite3.Connection, sql: str, key: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, (key,))
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def _told(
    row: Mapping[str, Any],
    columns: list[str],
    files: Mapping[int, str],
    elsewhere: Mapping[str, tuple[int, str | None]],
) -> dict[str, Any]:
    """The filled fields of a row and where it stands; ``sources`` where some stand in other files."""

    def place(source_id: int, locator: str | None) -> dict[str, str]:
        source = {"file": files.get(source_id, ""), "locator": locator or ""}
        return {k: v for k, v in source.items() if v}

    out = {c: row[c] for c in columns if row[c] is not None and row[c] != ""}
    out["source"] = place(row["source_id"], row.get(LOCATOR))
    if elsewhere:
        out["sources"] = {c: place(*elsewhere[c]) for c in columns if c in elsewhere}
    return out


def _why(error: sqlite3.Error) -> str:
    text = str(error)
    if "interrupted" in text:
        return f"{SECONDS:.0f}秒で終わらなかったので止めました。条件を加えるか、件数を絞ってください。"
    if "not authorized" in text or "prohibited" in text or "readonly" in text:
        return "実行できるのは SELECT文だけです(書き込み、PRAGMA、ATTACH はできません)。"
    if "one statement" in text:
        return "SELECT文は1つずつ実行してください。"
    return f"SQLを実行できません({text})。"


def _plain(value: Any) -> Any:
    return f"({len(value)}バイト)" if isinstance(value, bytes) else value
