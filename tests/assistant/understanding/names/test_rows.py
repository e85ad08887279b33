"""Rows of a project's lists, found by all that is said of them."""

from __future__ import annotations

import sqlite3

import pytest

from assistant.query import FieldRef
from assistant.understanding.names.rows import NamedRow, RowNames

KEY = "2018-見本省-0001"


@pytest.fixture
def rows() -> RowNames:
    """Lists of one sheet."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        "CREATE TABLE budget_items(sheet_key, 目, 金額);"
        "CREATE TABLE expenses(sheet_key, 費目, 使途, 支出先, 金額);"
        "CREATE TABLE payees(sheet_key, 支出先, 業務概要, 支出額);"
        "CREATE TABLE contracts(sheet_key, 契約先, 業務概要, 契約額);"
        "CREATE TABLE indirect_costs(sheet_key, 項目, 金額);"
        "CREATE TABLE outcomes(sheet_key, 成果指標, 成果目標, 単位, 成果実績, 目標値);"
        "CREATE TABLE outputs(sheet_key, 活動指標, 活動内容, 単位, 活動実績, 当初見込み);"
        "CREATE TABLE comments(sheet_key, 本文);"
    )

    def add(table: str, *values: object) -> None:
        marks = ", ".join("?" * (len(values) + 1))
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", (KEY, *values))

    add("budget_items", "職員旅費", 1)
    add("budget_items", "諸謝金", 1)
    add("expenses", "旅費", "研修会への出張", "見本市", 1)
    add("payees", "株式会社みほん印刷", "命令書の印刷", 1)
    add("payees", "国際見本連合", "分担金", 1)
    add("contracts", "株式会社みほん印刷", "命令書の印刷", 1)
    add("outcomes", "関係が安定していると認識している当事者の割合", "安定", "％", 90, 85)
    add("outcomes", "登録された住宅の戸数", "登録を増やす", "戸", None, None)
    add("outputs", "論文の公表数", None, "件", 40, 32)
    add("comments", "国際見本連合（ＫＭＲ）の分担金を負担する。")
    return RowNames(connection)


def find(rows: RowNames, *words: str, **options: object) -> NamedRow | None:
    return rows.find(words, (KEY,), **options)  # type: ignore[arg-type]


def test_a_name_is_found_without_the_kind_of_corporation(rows: RowNames) -> None:
    found = find(rows, "みほん印刷")
    assert found is not None
    assert found.figure == FieldRef("payees", "支出額")


def test_the_list_the_question_speaks_of_is_preferred(rows: RowNames) -> None:
    found = find(rows, "みほん印刷", prefer=("contracts",))
    assert found is not None
    assert found.table == "contracts"


def test_the_head_of_a_word_names_a_short_row(rows: RowNames) -> None:
    found = find(rows, "職員", "出張旅費")
    assert found is not None
    assert found.condition.value == "職員旅費"


def test_an_indicator_is_found_by_words_it_has_in_another_order(rows: RowNames) -> None:
    found = find(rows, "当事者", "安定", share=True)
    assert found is not None
    assert found.table == "outcomes"


def test_an_abbreviation_of_the_sheet_is_the_name_it_shortens(rows: RowNames) -> None:
    found = find(rows, "KMR")
    assert found is not None
    assert found.condition.value == "国際見本連合"


@pytest.mark.parametrize("words", [("逮捕", "職員"), ("特許",), ("登録", "住宅")])
def test_a_word_that_no_written_row_has_finds_nothing(rows: RowNames, words: tuple[str, ...]) -> None:
    assert find(rows, *words) is None
