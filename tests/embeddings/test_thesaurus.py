"""Everyday expressions lead to the sheets' own; users lay a file of theirs over the shipped one."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from db.errors import InputError
from embeddings.grams import normalise
from embeddings.indexing import update_index
from embeddings.search import PassageSearch
from embeddings.thesaurus import VARIABLE, expand, load_thesaurus
from embeddings.words import words
from tests.embeddings.conftest import Stored
from tests.embeddings.search_sheets import sheet, sheets


def expanded(connection: sqlite3.Connection, question: str) -> dict[str, float]:
    return expand(connection, normalise(question), words(question))


def with_thesaurus(stored: Stored, thesaurus: dict[str, dict[str, float]]) -> sqlite3.Connection:
    connection = stored(sheets())
    update_index(connection, thesaurus=thesaurus)
    return connection


def test_an_expression_is_found_as_it_stands_and_by_its_words(stored: Stored) -> None:
    connection = with_thesaurus(stored, {"一者応札": {"札を入れたのが1社だけ": 1.0}})
    assert expanded(connection, "札を入れたのが1社だけだった契約")["一者応札"] == 1.0
    loose = expanded(connection, "札を1社だけが入れた契約")
    assert 0 < loose["一者応札"] < 1


def test_an_expression_of_many_meanings_says_less_of_each(stored: Stored) -> None:
    connection = with_thesaurus(
        stored,
        {"船舶": {"お船": 1.0}, "漁船": {"お船": 1.0}, "艦艇": {"お船": 1.0}, "航空機": {"飛行機": 1.0}},
    )
    assert expanded(connection, "お船の修理")["船舶"] < expanded(connection, "飛行機の修理")["航空機"]


def test_a_part_of_a_longer_expression_counts_less(stored: Stored) -> None:
    connection = with_thesaurus(stored, {"乳用牛": {"牛乳をとる牛": 1.0}, "飲用乳": {"牛乳": 1.0}})
    found = expanded(connection, "牛乳をとる牛の病気")
    assert found["飲用乳"] < found["乳用牛"]


def test_the_shipped_thesaurus_knows_the_forms_own_terms() -> None:
    shipped = load_thesaurus()
    assert "パパの育休" in shipped["男性の育児休業"] or any("パパ" in e for e in shipped.get("育児休業", {}))
    assert len(shipped) > 20_000


def test_a_user_s_file_is_laid_over_the_shipped_one(
    stored: Stored, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "類語.json"
    path.write_text(json.dumps({"遊休農地": ["ペンペン草ボーボーの畑"]}, ensure_ascii=False), "utf-8")
    monkeypatch.setenv(VARIABLE, str(path))
    connection = stored([*sheets(), sheet("農地の集積", 71, "農林水産省", "遊休農地の解消を進める。")])
    update_index(connection)
    assert PassageSearch(connection).search("ペンペン草ボーボーの畑をなくす")[0].sheet_key == "2024-RS-71"


@pytest.mark.parametrize("content", ["[1, 2]", "{", '{"船舶": 3}', '{"船舶": {"船": "たくさん"}}'])
def test_a_broken_file_is_said_in_one_line(
    indexed: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    path = tmp_path / "類語.json"
    path.write_text(content, "utf-8")
    monkeypatch.setenv(VARIABLE, str(path))
    with pytest.raises(InputError, match="類語の辞書"):
        update_index(indexed)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ない.json"))
    with pytest.raises(InputError, match=VARIABLE):
        update_index(indexed)
