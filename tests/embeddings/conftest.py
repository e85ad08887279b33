"""Small databases of our own wording that are searched, and small models that tests build themselves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.opening import open_for_loading
from db.projects import tie_projects
from db.sheet import Sheet
from db.store import SheetStore
from embeddings.indexing import update_index
from tests.embeddings.search_sheets import sheets

Stored = Callable[[list[Sheet]], sqlite3.Connection]


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[Stored]:
    """Writes sheets into a new database, not yet indexed; its connection can be written through."""
    open_databases = []

    def store(what: list[Sheet]) -> sqlite3.Connection:
        database = open_for_loading(tmp_path / f"{len(open_databases)}.db")
        add(database.conn, what)
        open_databases.append(database)
        return database.conn

    yield store
    for database in open_databases:
        database.close()


def add(connection: sqlite3.Connection, what: list[Sheet]) -> None:
    """Write sheets into an open database and tie them into projects."""
    connection.execute("BEGIN")
    store = SheetStore(connection)
    for sheet in what:
        store.write(sheet)
    store.finish()
    tie_projects(connection)
    connection.commit()


@pytest.fixture(scope="session")
def indexed_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the search sheets, indexed; copy it before writing."""
    path = tmp_path_factory.mktemp("indexed") / "indexed.db"
    database = open_for_loading(path)
    add(database.conn, sheets())
    update_index(database.conn)
    database.close()
    return path


@pytest.fixture
def indexed(indexed_path: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The search sheets, indexed; the connection can be written through."""
    database = open_for_loading(shutil.copy(indexed_path, tmp_path / "indexed.db"))
    yield database.conn
    database.close()


@pytest.fixture(scope="session")
def tiny_transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer model of our own making, saved as sentence-transformers does, with prompts."""
    from tests.embeddings.tiny_models import sentence_model

    return sentence_model(tmp_path_factory.mktemp("model") / "tiny", seed=1)
