"""The order in which files come and go does not matter: the database says the same either way."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import db
from db.contents import unreconciled
from db.loading import load, unload
from tests.db.store_making import content, rows

SOURCES = (
    'SELECT "ファイル", "様式", "部分", sha256, "基準日", "利用条件", "シート数", "読んだ行", "収めた行",'
    ' "併合した行", "未配置の行", "表の行数" FROM sources ORDER BY 1'
)


def state(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What the database says, its sources' counts and its ties included, whatever ids the rows got."""
    connection = db.open_database(path)
    assert unreconciled(connection) == []
    connection.close()
    ties = rows(path, 'SELECT sheet_key, "規則", "確度", "根拠" FROM project_ties ORDER BY 1')
    return {**content(path), "sources": rows(path, SOURCES), "project_ties": ties}


@pytest.fixture
def zips(samples: Path) -> list[Path]:
    """The fifteen files of RSシステム."""
    return sorted((samples / "rs").glob("*.zip"))


@pytest.mark.parametrize("seed", range(3))
def test_rs_files_make_the_same_database_at_once_and_one_after_the_other(
    tmp_path: Path, zips: list[Path], seed: int
) -> None:
    at_once, path = tmp_path / "at_once.db", tmp_path / "reviews.db"
    load(zips, at_once)
    order = random.Random(seed).sample(zips, len(zips))
    for one in order:
        load([one], path)
    assert state(path) == state(at_once)
    gone, staying = order[:7], order[7:]
    for one in gone:
        unload(path, one.name)
    never = tmp_path / "never.db"
    load(staying, never)
    assert state(path) == state(never)


def test_each_rs_file_alone_makes_sheets(tmp_path: Path, zips: list[Path]) -> None:
    for one in zips:
        path = tmp_path / f"{one.name[:3]}.db"
        load([one], path)
        assert state(path)["sheets"], one.name
        assert rows(path, 'SELECT count(*) FROM sheets WHERE "事業名" IS NULL OR "府省庁" IS NULL') == [(0,)]
