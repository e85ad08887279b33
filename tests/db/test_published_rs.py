"""RSシステム 2024 as published: every row of the thirteen files is in the database, where it says."""

from __future__ import annotations

import re
import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.contents import unreconciled
from db.loading import LOADED, UNCHANGED, load
from db.opening import open_database
from db.schema import section_names
from tests.conftest import Published

pytestmark = [pytest.mark.realdata, pytest.mark.slow]

BRIGADE = "消防団等地域防災力の充実強化"


@pytest.fixture
def connection(published: Published) -> Iterator[sqlite3.Connection]:
    """The database, read only."""
    opened = open_database(published.path)
    yield opened
    opened.close()


def test_every_file_goes_in_within_a_minute_and_is_accounted_for(
    published: Published, connection: sqlite3.Connection
) -> None:
    assert [f.status for f in published.report.files] == [LOADED] * 13
    assert published.report.rows_read == 240_942
    assert published.seconds < 60
    for file in published.report.files:
        assert file.rows_read == file.rows_stored + file.rows_merged, file.name
        assert file.rows_unplaced == 0, file.name
    assert unreconciled(connection) == []
    assert count(connection, "sheets") == 5664
    assert count(connection, "unplaced") == 0


def count(connection: sqlite3.Connection, table: str, condition: str = "1") -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0])


def test_the_same_files_again_change_nothing(published: Published, tmp_path: Path, realdata: Path) -> None:
    path = Path(shutil.copy(published.path, tmp_path / "rs.db"))
    before = path.read_bytes()
    began = time.process_time()
    again = load([realdata / "rs2024"], path)
    assert [f.status for f in again.files] == [UNCHANGED] * 13
    assert time.process_time() - began < 15
    assert path.read_bytes() == before


def test_a_stored_row_of_a_file_is_one_that_some_row_of_the_database_stands_in(
    connection: sqlite3.Connection,
) -> None:
    stored = dict(connection.execute('SELECT id, "収めた行" FROM sources').fetchall())
    found: dict[int, set[int]] = {source: set() for source in stored}
    for table in (*section_names(), "sheets", "cell_sources"):
        for source, place in connection.execute(f'SELECT source_id, "位置" FROM "{table}"'):
            found[source].update(int(n) for n in re.findall(r"\d+", place.split(" ", 1)[1]))
    assert {source: len(numbers) for source, numbers in found.items()} == stored


def test_no_row_is_counted_twice_and_nothing_is_doubtful_but_what_is_printed(
    connection: sqlite3.Connection,
) -> None:
    assert count(connection, "accounts") == 19_457
    assert count(connection, "contracts") == 4_149
    # Total rows, one request each for 2025, one for a 2022 without a row.
    assert count(connection, "budgets") == 18_524 + 5_664 + 1
    flags = connection.execute('SELECT "種類", "列", count(*) FROM warnings GROUP BY 1, 2').fetchall()
    assert [tuple(f) for f in flags] == [
        ("検査", "不用額", 666),
        ("検査", "執行率", 355),
        ("検査", "法人番号", 8),
    ]


def test_figures_of_two_projects_are_as_published(connection: sqlite3.Connection) -> None:
    query = "SELECT b.* FROM budgets b JOIN sheets s USING (sheet_key) WHERE 事業名 = ? AND 年度 = ?"
    assert connection.execute(query, ("河川改修事業", 2022)).fetchone()["執行率"] == 63.542
    (row,) = connection.execute(query, (BRIGADE, 2023))
    published = {
        "当初予算": 753_526_000,
        "補正予算": 2_269_342_000,
        "前年度から繰越し": 2_397_938_000,
        "予備費等": 0,
        "計": 5_420_806_000,
        "執行額": 2_253_234_000,
        "執行率": 41.566,
        "翌年度へ繰越し": 2_863_708_000,
        "要求額": 831_622_000,
    }
    assert {column: row[column] for column in published} == published
