"""A small database of our own wording, and Datasette on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.web.server import application
from db.opening import open_for_loading
from db.projects import tie_projects
from db.sheet import Sheet
from db.store import SheetStore
from tests.assistant.web.sheets import sample_sheets


def write_database(path: Path, sheets: list[Sheet]) -> Path:
    """A database that holds the sheets."""
    database = open_for_loading(path)
    with database.atomic():
        store = SheetStore(database.conn)
        for sheet in sheets:
            store.write(sheet)
        store.finish()
        tie_projects(database.conn)
    database.close()
    return path


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of one project as sheets, and three projects as RSシステム publishes them."""
    return write_database(tmp_path_factory.mktemp("web") / "reviews.db", sample_sheets())


@pytest.fixture
def datasette(database: Path) -> Iterator[Any]:
    """Datasette serving the database, as ``reviewsheet serve`` does."""
    served = application(database)
    yield served
    for one in served.databases.values():
        one.close()
