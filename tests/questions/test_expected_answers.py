"""What the question files expect is computed again from the raw tables, apart from the program's own loader."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.kept_databases import kept
from tests.questions.asking import read
from tests.questions.raw_tables import raw_tables

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


@pytest.fixture
def raw(request: pytest.FixtureRequest, realdata: Path) -> Iterator[sqlite3.Connection]:
    """The published files in plain tables."""

    def make(database: Path) -> None:
        raw_tables(str(database), realdata).close()

    folder = request.config.cache.mkdir("databases")
    path = kept(folder, "raw", realdata, make, made_by=("tests/questions/raw_tables.py",))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


def test_what_is_expected_stands_in_the_raw_data(raw: sqlite3.Connection) -> None:
    for q in read("all.json") + read("years.json") + read("rs.json"):
        if "sql" in q:
            for row, alternatives in zip(raw.execute(q["sql"]).fetchall(), q["expect"], strict=True):
                assert _as_expected(row[0]) & set(alternatives), q["question"]


def _as_expected(value: object) -> set[str]:
    """The ways a value of the raw tables may be written in a question file."""
    if isinstance(value, str):
        return {value}
    assert isinstance(value, int | float)
    number = float(value)
    whole = {str(int(number))} if number == int(number) else set()
    return whole | {f"{number:.10g}", f"{number:.1f}", f"{number:.2f}", f"{number:.0f}"}
