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
CACHE_KIB = 512 * 1024
"""A load keeps what it writes in memory up to this, and only then shuts readers out before it is done."""


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
    mode = "ro" if read_only else "rw"
    with explained(path):
        if read_only and _left_half_written(path):
            _roll_back(path)
        connection = _connect(path, mode, check_same_thread)
        try:
            if not _is_ours(connection, path):
                raise NoDatabaseError(
                    f"{path} は空のファイルです。`reviewsheet load ファイル... --db {path}` で読み込んでください。"
                )
            if _is_older(connection):
                connection.close()
                _bring_up_to_date(path)
                connection = _connect(path, mode, check_same_thread)
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
    if path.is_dir():
        raise NotOurDatabaseError(
            f"{path} はフォルダーです。データベースのファイルを --db で指定してください。"
        )
    if not path.parent.is_dir():
        raise NoDatabaseError(
            f"フォルダー {path.parent} がありません。--db に書き込める場所を指定してください。"
        )
    with explained(path):
        connection = _connect(path, "rwc", True)
        try:
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA synchronous = NORMAL")
            if not _is_ours(connection, path) or _is_older(connection):
                _update(path)
        except BaseException:
            connection.close()
            raise
    return Database(connection, recursive_triggers=False, execute_plugins=False)


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
            f"データベース {path} に書き込めません。ファイルとフォルダーの権限を確かめるか、"
            "--db で別の場所を指定してください。"
        )
    if "disk I/O" in text:
        return DatabaseError(
            f"データベース {path} の読み書きに失敗しました(ディスクのエラー)。"
            "空き容量とディスクを確かめてください。"
        )
    return DatabaseError(f"データベース {path} でエラーが起きました: {text}")


def _disk_full(path: str | Path) -> DiskFullError:
    return DiskFullError(
        f"ディスクに空きがなく、データベース {path} に書き込めません。"
        "空きを作ってからもう一度実行してください(元の内容は残っています)。"
    )


def _connect(path: Path, mode: str, check_same_thread: bool) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.resolve()))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, check_same_thread=check_same_thread)
    connection.row_factory = sqlite3.Row
    return connection


def _left_half_written(path: Path) -> bool:
    """True where a program that was killed left its journal: a writer must roll it back before it is read."""
    return path.with_name(path.name + "-journal").exists()


def _roll_back(path: Path) -> None:
    connection = _connect(path, "rw", True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    finally:
        connection.close()


def _is_ours(connection: sqlite3.Connection, path: Path) -> bool:
    """False where the file is empty; an error of ours where it is another program's or a newer version's."""
    from db.migrations import VERSION

    application = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != schema.APPLICATION_ID and tables:
        raise NotOurDatabaseError(
            f"{path} はreviewsheetのデータベースではありません。--db に別のファイルを指定してください。"
        )
    if version > VERSION:
        raise NewerDatabaseError(
            f"{path} は新しい版のreviewsheetで作られています(形式 {version}、この版は {VERSION} まで)。"
            "reviewsheetを更新してください。"
        )
    return bool(tables)


def _is_older(connection: sqlite3.Connection) -> bool:
    """True where migrations or columns the catalogue has gained are still to come."""
    from db.migrations import VERSION, version_of

    if version_of(connection) < VERSION:
        return True
    columns = connection.execute(
        "SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
    )
    return not schema.all_columns() <= {(r[0], r[1]) for r in columns}


def _bring_up_to_date(path: Path) -> None:
    """Update a database that was opened to be read."""
    try:
        _update(path)
    except sqlite3.OperationalError as error:
        if "readonly" not in str(error) and "unable to open" not in str(error):
            raise
        raise DatabaseError(
            f"データベース {path} は以前の版のreviewsheetで作られていて、使うには新しくする必要がありますが、"
            "書き込めません。書き込める場所に写してから使ってください。"
        ) from error


def _update(path: Path) -> None:
    from sqlite_utils import Database

    from db.migrations import migrate

    connection = _connect(path, "rw", True)
    try:
        migrate(Database(connection, recursive_triggers=False, execute_plugins=False))
    finally:
        connection.close()
