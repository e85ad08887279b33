"""A small database of our own wording, and Datasette on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.web.server import application
from tests.assistant.web.sheets import sample_sheets
from tests.db.store_making import store


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of one project as sheets, and three projects as RSシステム publishes them."""
    return store(tmp_path_factory.mktemp("web") / "reviews.db", *sample_sheets())


@pytest.fixture
def datasette(database: Path) -> Iterator[Any]:
    """Datasette serving the database, as ``reviewsheet serve`` does."""
    served = application(database)
    yield served
    for one in served.databases.values():
        one.close()
