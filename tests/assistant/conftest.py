"""Small real databases of our own wording that the assistant is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from db.opening import open_for_loading
from db.sheet import Sheet
from embeddings.indexing import update_index
from tests.assistant.answer_sheets import rs_sheets, terminals
from tests.db.store_making import store


def write_database(path: Path, sheets: list[Sheet]) -> Path:
    """A database that holds the sheets, tied into projects and indexed."""
    database = open_for_loading(store(path, *sheets))
    update_index(database.conn)
    database.close()
    return path


@pytest.fixture(scope="session")
def single_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of one sheet."""
    return write_database(tmp_path_factory.mktemp("single") / "single.db", [terminals()])


@pytest.fixture(scope="session")
def many_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of sheets of 2018 and 2019 and of RSシステム 2024."""
    return write_database(
        tmp_path_factory.mktemp("many") / "many.db", [terminals(2018), terminals(2019), *rs_sheets()]
    )


@pytest.fixture(scope="session")
def rs_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of RSシステム 2024 alone."""
    return write_database(tmp_path_factory.mktemp("rs") / "rs.db", rs_sheets())
