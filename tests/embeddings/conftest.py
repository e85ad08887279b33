"""Small databases of our own wording that are searched, and small models that tests build themselves."""

from __future__ import annotations

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


@pytest.fixture
def indexed(stored: Stored) -> sqlite3.Connection:
    """The search sheets, indexed."""
    connection = stored(sheets())
    update_index(connection)
    return connection


@pytest.fixture(scope="session")
def tiny_transformer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer model of our own making, saved as sentence-transformers does, with prompts."""
    from tests.embeddings.tiny_models import sentence_model

    return sentence_model(tmp_path_factory.mktemp("model") / "tiny", seed=1)
