"""Open a database of this program, and say in one line why one cannot be used."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from db import schema
from db.errors import (
    DatabaseError,
    DiskFullError,
    LockedDatabaseError,
    NewerDatabaseError,
    NoDatabaseError,
    NotOurDatabaseError,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

WAIT_SECONDS = 5.0
"""How long another program's lock is waited for."""


def open_database(
    path: str | Path, read_only: bool = True, check_same_thread: bool = True
) -> sqlite3.Connection:
    """A connection (rows are ``sqlite3.Row``) to an existing database of this program.

    NoDatabaseError, NotOurDatabaseError, NewerDatabaseError, LockedDatabaseError; with ``read_only`` nothing
    can be written through it.
    """
    path = Path(path)
    if not path.exists():
        raise NoDatabaseError(
            f"データベース {path} がありません。`reviewsheet load ファイル... --db {path}` で作ってください。"
        )
    if path.is_dir():
        raise NotOurDatabaseError(
            f"{path} はフォルダーです。データベースのファイルを --db で指定してください。"
        )
    with explained(path):
        connection = _connect(path, "ro" if read_only else "rw", check_same_thread)
        try:
            version = _check(connection, path)
            if version < _current_version():
                connection.close()
                _update(path)
                connection = _connect(path, "ro" if read_only else "rw", check_same_thread)
            if read_only:
                connection.execute("PRAGMA query_only = 1")
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_loading(path: str | Path) -> Database:
    """The database to load into, created where there is none and brought to this version.

    Transactions are the caller's. The journal stays on, so a crash leaves the file as it was.
    """
    from sqlite_utils import Database  # takes 0.3 s, which a question need not wait for

    path = Path(path)
    if path.exists():
        open_database(path, read_only=False).close()
    elif not path.parent.is_dir():
        raise NoDatabaseError(
            f"フォルダー {path.parent} がありません。--db に書き込める場所を指定してください。"
        )
    with explained(path):
        connection = _connect(path, "rwc", True)
        connection.execute("PRAGMA cache_size = -131072")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("PRAGMA synchronous = NORMAL")
        database = Database(connection, recursive_triggers=False, execute_plugins=False)
        try:
            _migrate(database)
        except BaseException:
            connection.close()
            raise
    return database


@contextmanager
def explained(path: str | Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors about ``path`` into one of ours, in one Japanese line."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error, path) from error
    except OSError as error:
        if error.errno == 28:
            raise _disk_full(path) from error
        raise


def _explain(error: sqlite3.Error, path: str | Path) -> DatabaseError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return LockedDatabaseError(
            f"データベース {path} はほかのプログラムが書き込み中です。終わってからもう一度実行してください。"
        )
    if "full" in text:
        return _disk_full(path)
    if "not a database" in text or "encrypted" in text:
        return NotOurDatabaseError(
            f"{path} はSQLiteのデータベースではありません。--db に別のファイルを指定してください。"
        )
    if "malformed" in text:
        return DatabaseError(f"データベース {path} は壊れています。別のファイルに読み込み直してください。")
    if "readonly" in text or "read-only" in text or "unable to open" in text:
        return DatabaseError(
            f"データベース {path} に書き込めません。ファイルとフォルダーの権限を確かめるか、--db で別の場所を指定してください。"
        )
    if "disk I/O" in text:
        return DatabaseError(
            f"データベース {path} の読み書きに失敗しました(ディスクのエラー)。空き容量とディスクを確かめてください。"
        )
    return DatabaseError(f"データベース {path} でエラーが起きました: {text}")


def _disk_full(path: str | Path) -> DiskFullError:
    return DiskFullError(
        f"ディスクに空きがなく、データベース {path} に書き込めません。空きを作ってからもう一度実行してください(元の内容は残っています)。"
    )


def _connect(path: Path, mode: str, check_same_thread: bool) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.resolve()))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, check_same_thread=check_same_thread)
    connection.row_factory = sqlite3.Row
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the database; an error of ours where it is not for this program."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != schema.APPLICATION_ID and tables:
        raise NotOurDatabaseError(
            f"{path} はreviewsheetのデータベースではありません。--db に別のファイルを指定してください。"
        )
    if version > _current_version():
        raise NewerDatabaseError(
            f"{path} は新しい版のreviewsheetで作られています(形式 {version}、この版は {_current_version()} まで)。reviewsheetを更新してください。"
        )
    return version


def _current_version() -> int:
    from db.migrations import VERSION

    return VERSION


def _update(path: Path) -> None:
    from sqlite_utils import Database

    connection = _connect(path, "rw", True)
    try:
        _migrate(Database(connection, recursive_triggers=False, execute_plugins=False))
    finally:
        connection.close()


def _migrate(database: Database) -> None:
    from db.migrations import migrate

    migrate(database)
