"""Full-text search finds any substring of Japanese text, whatever its length."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import db
from db import fulltext
from db.loading import unload
from tests.db.store_making import rows, sheet, store

TEXT = "不用率が大きい理由は、旅費（ＡＩ活用）をル-タの更新で節約したため。"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One sheet with a few texts."""
    where = tmp_path_factory.mktemp("fulltext") / "reviews.db"
    made = sheet(
        basic={"事業名": "消防団の備え事業", "事業の目的": "住民の備えを高める。"},
        comments=[{"項目": "点検結果", "本文": TEXT}, {"項目": "備考", "本文": "旅の費用"}],
        payees=[{"支出先": "株式会社はりま防災", "業務概要": "研修会の運営"}],
        expenses=[{"費目": "旅費", "使途": "研修会等参加"}],
        budget_items=[{"目": "諸謝金"}],
        contracts=[{"契約先": "はりま測量"}],
    )
    store(where, made)
    return where


def found(path: Path, table: str, words: str) -> list[int]:
    """Rows of a table that hold every word."""
    query = fulltext.match_query(words)
    if query is None:
        return []
    sql = f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH ? ORDER BY rowid"
    return [r[0] for r in rows(path, sql, query)]


@pytest.mark.parametrize(
    "words",
    [
        "不用",
        "旅費",
        "不",
        "不用率が大きい理由",
        "AI",
        "ai",
        "ＡＩ",
        "ルータ",
        "ルーター"[:3],
        "不用　旅費",
        "節約 理由",
    ],
)
def test_substrings_in_any_width_and_case_are_found(path: Path, words: str) -> None:
    assert found(path, "comments", words) == [2]


@pytest.mark.parametrize("words", ["費旅", "不用 繰越", "サバ", "旅費節約"])
def test_what_does_not_stand_there_is_not_found(path: Path, words: str) -> None:
    assert found(path, "comments", words) == []


@pytest.mark.parametrize("words", ["", "  ", "「」", "*", '"', "%%"])
def test_a_query_without_a_word_finds_nothing_and_fails_nowhere(path: Path, words: str) -> None:
    assert fulltext.match_query(words) is None
    assert found(path, "comments", words) == []


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_query_is_a_syntax_error(path: Path, words: str) -> None:
    assert isinstance(found(path, "comments", words), list)


@given(st.integers(0, len(TEXT) - 1), st.integers(1, len(TEXT)))
@settings(max_examples=100, deadline=None)
def test_every_piece_of_a_text_finds_it(path: Path, start: int, length: int) -> None:
    piece = TEXT[start : start + length]
    # A piece that begins with the hyphen of ル-タ has lost the katakana that makes it a long-vowel mark.
    piece = piece.lstrip("-")
    if fulltext.match_query(piece) is not None:
        assert 2 in found(path, "comments", piece)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("sheets", "消防団"),
        ("sheets", "住民の備え"),
        ("sheets", "総務省"),
        ("comments", "住民の備え"),
        ("payees", "はりま"),
        ("payees", "研修会の運営"),
        ("expenses", "旅費"),
        ("budget_items", "諸謝金"),
        ("contracts", "測量"),
    ],
)
def test_every_indexed_table_is_searched(path: Path, table: str, words: str) -> None:
    hits = found(path, table, words)
    assert hits
    assert rows(path, f"SELECT count(*) FROM {table} WHERE rowid = ?", hits[0]) == [(1,)]


def test_a_replaced_or_unloaded_sheet_is_found_no_more(tmp_path: Path) -> None:
    path = tmp_path / "reviews.db"
    store(path, sheet(comments=[{"項目": "備考", "本文": "旧い文章"}], payees=[{"支出先": "旧い会社"}]))
    store(path, sheet(file="new.txt", comments=[{"項目": "備考", "本文": "新しい文章"}]))
    assert found(path, "comments", "旧い") == found(path, "payees", "旧い") == []
    assert found(path, "comments", "文章") == [r[0] for r in rows(path, "SELECT id FROM comments")]
    assert found(path, "sheets", "地域防災") == [r[0] for r in rows(path, "SELECT rowid FROM sheets")]
    unload(path, "new.txt")
    for table in fulltext.INDEXED:
        assert rows(path, f"SELECT count(*) FROM {table}_fts_docsize") == [(0,)], table


def test_the_indexes_hold_as_many_rows_as_their_tables(path: Path) -> None:
    connection = db.open_database(path)
    for table in fulltext.INDEXED:
        counts = connection.execute(
            f"SELECT (SELECT count(*) FROM {table}), (SELECT count(*) FROM {table}_fts_docsize)"
        ).fetchone()
        assert counts[0] == counts[1], table
    connection.close()


def test_every_indexed_column_is_one_of_the_catalogue() -> None:
    from db.catalogue import catalogue

    for table, columns in fulltext.INDEXED.items():
        assert set(columns) <= set(catalogue().table(table).columns)
