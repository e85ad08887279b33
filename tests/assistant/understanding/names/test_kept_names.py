"""What is made of the names is kept in the database, and made anew where other sheets are loaded."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.cli.index import renew_index
from assistant.understanding.names.kept_names import kept_names
from assistant.understanding.names.projects import ProjectIndex
from assistant.understanding.words.normalise import squeeze
from db.loading import load, unload

QUESTION = "図書館の本を車で届ける事業の執行額は"


@pytest.fixture
def database(samples: Path, tmp_path: Path) -> Path:
    path = tmp_path / "reviews.db"
    load([samples / "rs"], path)
    renew_index(path)
    return path


@pytest.fixture
def connection(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database)
    yield connection
    connection.close()


def test_kept_names_find_what_names_made_anew_find(connection: sqlite3.Connection) -> None:
    assert kept_names(connection) is not None
    kept = ProjectIndex(connection)
    connection.execute("DELETE FROM _project_names")
    anew = ProjectIndex(connection)
    assert list(kept.projects) == list(anew.projects)
    assert (kept.own, kept.policy, kept.newest) == (anew.own, anew.policy, anew.newest)
    for project in anew.projects:
        text = squeeze(f"{project.name}の執行額は")
        assert kept.exact(text, lambda a, b: True) == anew.exact(text, lambda a, b: True)
        phrases = [project.name[2:], QUESTION]
        assert kept.nearest(phrases) == anew.nearest(phrases)


def test_names_of_other_sheets_are_made_anew(
    database: Path, samples: Path, connection: sqlite3.Connection
) -> None:
    before = len(ProjectIndex(connection).projects)
    load([samples / "sheets" / "sample-2018.xlsx"], database)
    assert kept_names(connection) is None
    assert len(ProjectIndex(connection).projects) > before
    renew_index(database)
    assert kept_names(connection) is not None
    assert len(ProjectIndex(connection).projects) > before


def test_a_database_that_cannot_be_written_is_read_without(database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(database, copy)
    with sqlite3.connect(copy) as writing:
        writing.execute("DROP TABLE _project_names")
    reading = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
    assert kept_names(reading) is None
    assert ProjectIndex(reading).projects
    reading.close()
    writing.close()


def test_no_sheets_leave_no_names(samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "reviews.db"
    load([samples / "sheets" / "sample-2018.xlsx"], path)
    unload(path, "sample-2018.xlsx")
    renew_index(path)
    connection = sqlite3.connect(path)
    assert list(ProjectIndex(connection).projects) == []
    connection.close()
