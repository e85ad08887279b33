"""Load files into a database, and take them out again: atomic, idempotent, every file accounted for.

A file (RSシステム: all CSV files of a load, which belong together) is one transaction: it goes in whole or not
at all, and the others go in regardless. What is loaded already is known by the SHA-256 of its content before
anything is parsed.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import BrokenFileError, EmptyInputError, InputError
from db.opening import explained, open_database, open_for_loading
from db.projects import tie_projects
from db.readers import TOGETHER, nothing_found, readers, recognised
from db.readers.base import InputFile, Progress, Reader, no_progress
from db.readers.files import find_files
from db.reading_ahead import Fetch, Reading, in_order, too_deep
from db.removal import remove_sources
from db.sheet import Sheet, SourceFile
from db.store import SheetStore

if TYPE_CHECKING:
    from sqlite_utils import Database

LOADED, UNCHANGED, SKIPPED, FAILED = "loaded", "unchanged", "skipped", "failed"

OnFile = Callable[["FileReport"], None]
"""Called when it is known what became of a file."""
OnStart = Callable[[str, Sequence[str]], None]
"""Called with the form's label and the files' names when their reading begins."""


@dataclass(slots=True)
class FileReport:
    """What became of one file.

    status  LOADED; UNCHANGED (its content is loaded already); SKIPPED (no sheet, and nobody named the file);
            FAILED (``message`` says why; nothing of it was stored)
    Row counts are records of the file: read = stored + merged + unplaced.
    """

    name: str
    status: str
    form: str = ""
    message: str = ""
    error: InputError | None = None
    sheets: int = 0
    rows_read: int = 0
    rows_stored: int = 0
    rows_merged: int = 0
    rows_unplaced: int = 0
    replaced: dict[str, int] = field(default_factory=dict)
    """Files loaded before, of the same form, and how many of their sheets this file's replaced."""


@dataclass(slots=True)
class LoadReport:
    """What became of all files of a load."""

    database: Path
    files: list[FileReport] = field(default_factory=list)
    seconds: float = 0.0
    sheets_added: int = 0
    """Sheets in the database now, less sheets before."""
    warnings: int = 0
    """Values flagged in the sheets of this load."""

    def of(self, status: str) -> list[FileReport]:
        """The files of one status."""
        return [f for f in self.files if f.status == status]

    @property
    def failed(self) -> bool:
        """True where a file a person named could not be loaded."""
        return bool(self.of(FAILED))

    @property
    def rows_read(self) -> int:
        """Records read, over all files."""
        return sum(f.rows_read for f in self.files)


def load(
    paths: Sequence[str | Path],
    database: str | Path,
    *,
    progress: Progress = no_progress,
    on_file: OnFile | None = None,
    on_start: OnStart | None = None,
    again: bool = False,
    workers: int = 1,
) -> LoadReport:
    """Load files, folders and zips into a database, which is created where there is none.

    ``again`` loads a file anew although its content is loaded already. ``workers`` processes read files of one
    sheet ahead (1: everything here; with more, a script must be importable: ``if __name__ == "__main__"``);
    what is stored is the same. An InputError is raised only where
    nothing at all could be read; files that fail beside others are in the report. DatabaseError where the
    database cannot be written; it then is as it was.
    """
    started = time.monotonic()
    path = Path(database)
    report = LoadReport(path)
    existed = path.exists()

    def tell(file: FileReport) -> None:
        report.files.append(file)
        if on_file:
            on_file(file)

    with explained(path):
        target = open_for_loading(path)
        try:
            _Loading(target, tell, on_start, progress, again, workers).run(paths, report)
        finally:
            empty = not existed and not _count(target.conn, "sources")
            target.close()
            if empty:
                path.unlink()
    report.seconds = time.monotonic() - started
    if not report.of(LOADED) and not report.of(UNCHANGED):
        failed = report.of(FAILED)
        if len(failed) == 1 and len(report.files) == 1:
            raise failed[0].error or InputError(failed[0].message)
        if not failed:
            raise nothing_found(paths)
    return report


def unload(database: str | Path, name: str) -> list[str]:
    """Take out every source called ``name``, in the zip or of the form ``name``; returns their names.

    ``name`` may hold * and ?, or be a ``sources.id``. Sheets that other sources hold too stay, without what
    this source gave. InputError where nothing is called so.
    """
    path = Path(database)
    open_database(path).close()
    with explained(path):
        target = open_for_loading(path)
        try:
            sources = {
                r[0]: (r[1], r[2]) for r in target.conn.execute('SELECT id, "ファイル", "様式" FROM sources')
            }
            found = {i: file for i, (file, form) in sources.items() if _is_called(i, file, form, name)}
            if not found:
                loaded = [file for file, _ in sources.values()]
                listed = "、".join(loaded[:5]) + (" など" if len(loaded) > 5 else "")
                raise InputError(f"{name} は読み込まれていません(読み込み済み: {listed or 'なし'})。")
            with _transaction(target):
                remove_sources(target.conn, frozenset(found))
                tie_projects(target.conn)
            return list(found.values())
        finally:
            target.close()


def _is_called(source_id: int, file: str, form: str, name: str) -> bool:
    return name in (str(source_id), file, form) or file.startswith(f"{name}/") or fnmatchcase(file, name)


class _Loading:
    """One run of ``load``."""

    def __init__(
        self,
        target: Database,
        tell: OnFile,
        on_start: OnStart | None,
        progress: Progress,
        again: bool,
        workers: int,
    ) -> None:
        self.target = target
        self.tell = tell
        self.on_start = on_start
        self.progress = progress
        self.again = again
        self.workers = workers
        self.known = {r[0] for r in target.conn.execute("SELECT sha256 FROM sources")}
        self.changed = False

    def run(self, paths: Sequence[str | Path], report: LoadReport) -> None:
        before = _count(self.target.conn, "sheets")
        warned = _last_id(self.target.conn, "warnings")
        try:
            together: dict[str, list[InputFile]] = {}
            with closing(in_order(self._found(paths, report.database, together), self.workers)) as found:
                for item, fetch in found:
                    if isinstance(item, FileReport):
                        self.tell(item)
                    else:
                        self._load([item.file], item.reader, fetch)
            for reader in readers():
                if reader.name in together:
                    self._load(together[reader.name], reader)
        finally:
            # Also after Ctrl-C: the files that went in whole are there, and belong to projects.
            if self.changed:
                with _transaction(self.target):
                    tie_projects(self.target.conn)
                    _analyze(self.target.conn)
        report.sheets_added = _count(self.target.conn, "sheets") - before
        report.warnings = self.target.conn.execute(
            "SELECT count(*) FROM warnings WHERE id > ?", (warned,)
        ).fetchone()[0]

    def _found(
        self, paths: Sequence[str | Path], database: Path, together: dict[str, list[InputFile]]
    ) -> Iterator[FileReport | Reading]:
        """What is to be read, and what is to be said of the others; files read together go into ``together``."""
        for item, reader in recognised(find_files(paths, database)):
            if item.error or item.file is None:
                yield FileReport(item.name, FAILED, message=str(item.error), error=item.error)
            elif reader is None:
                what = "行政事業レビューシートではないため読みませんでした"
                yield FileReport(item.name, SKIPPED, message=what)
            elif not self._is_new(item.file):
                yield FileReport(item.name, UNCHANGED, reader.name, "同じ内容を読み込み済みです")
            elif reader.name in TOGETHER:
                together.setdefault(reader.name, []).append(item.file)
            else:
                yield Reading(item.file, reader)

    def _is_new(self, file: InputFile) -> bool:
        if file.sha256 not in self.known:
            self.known.add(file.sha256)
            return True
        return self.again

    def _load(self, files: list[InputFile], reader: Reader, fetch: Fetch | None = None) -> None:
        """Load files in one transaction; a file that cannot be used is left out and the others tried again.

        ``fetch`` gives what a process reads of the one file.
        """
        if self.on_start:
            self.on_start(reader.label, [f.name for f in files])
        while files:
            try:
                with _transaction(self.target):
                    reports = self._store(files, reader, fetch)
            except InputError as error:
                culprit = next((f for f in files if f.name == error.file), None)
                if len(files) == 1:
                    culprit = files[0]
                if culprit is None:
                    for file in files:
                        self.tell(FileReport(file.name, FAILED, reader.name, str(error), error))
                    return
                self.tell(FileReport(culprit.name, FAILED, reader.name, str(error), error))
                files = [f for f in files if f is not culprit]
            else:
                self.changed = True
                for report in reports:
                    self.tell(report)
                return

    def _store(self, files: list[InputFile], reader: Reader, fetch: Fetch | None) -> list[FileReport]:
        connection = self.target.conn
        if self.again:
            loaded: set[int] = set()
            for file in files:
                found = connection.execute("SELECT id FROM sources WHERE sha256 = ?", (file.sha256,))
                loaded |= {r[0] for r in found}
            remove_sources(connection, frozenset(loaded))
        store = SheetStore(connection)
        try:
            for sheet in self._sheets(files, reader, fetch):
                store.write(sheet)
            store.finish()
        except UnicodeEncodeError as error:
            name = files[0].name
            raise BrokenFileError(
                f"{name}: 文字として扱えないデータがあります(サロゲート)。ファイルを入手し直してください。",
                file=name,
            ) from error
        except RecursionError as error:
            raise too_deep(files[0], error) from error
        stored = {source.sha256: (source, source_id) for source, source_id in store.sources()}
        reports = []
        for file in files:
            if file.sha256 not in stored:
                if len(files) == 1:
                    raise EmptyInputError(f"{file.name}: シートがありません。", file=file.name)
                reports.append(FileReport(file.name, SKIPPED, reader.name, "シートがありません"))
                continue
            source, source_id = stored[file.sha256]
            reports.append(_report(source, store.sheets_of(source_id), store.replaced_by(source_id)))
        return reports

    def _sheets(self, files: list[InputFile], reader: Reader, fetch: Fetch | None) -> Iterator[Sheet]:
        if fetch is None:
            yield from reader.read(files, self.progress)
            return
        outcome = fetch()
        self.progress(outcome.records)
        if outcome.error:
            raise outcome.error
        yield from outcome.sheets


def _report(source: SourceFile, sheets: int, replaced: dict[str, int]) -> FileReport:
    return FileReport(
        source.name,
        LOADED,
        source.form,
        sheets=sheets,
        rows_read=source.rows_read,
        rows_stored=source.rows_stored,
        rows_merged=source.rows_merged,
        rows_unplaced=source.rows_unplaced,
        replaced=replaced,
    )


@contextmanager
def _transaction(target: Database) -> Iterator[None]:
    """A transaction that holds the write lock from its beginning, so that a long read is not made in vain."""
    connection = target.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise


def _count(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _last_id(connection: sqlite3.Connection, table: str) -> int:
    return int(connection.execute(f"SELECT coalesce(max(id), 0) FROM {table}").fetchone()[0])


def _analyze(connection: sqlite3.Connection) -> None:
    """Tell SQLite how large the tables are, from a sample, so that it picks good indexes."""
    connection.execute("PRAGMA analysis_limit = 1000")
    connection.execute("ANALYZE")
