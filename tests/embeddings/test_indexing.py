"""The index follows the passages: what is new is read, what is gone is taken out, an interruption loses nothing."""

from __future__ import annotations

import sqlite3

import pytest

from embeddings.indexing import update_index
from embeddings.passage_index import PassageIndex, is_current
from embeddings.search import PassageSearch
from tests.embeddings.conftest import Stored, add
from tests.embeddings.search_sheets import sheet, sheets

NEW = ("空き家の活用", 61, "国土交通省", "空き家を改修し、移住者の住まいにする。")


def test_the_second_run_has_nothing_to_do(indexed: sqlite3.Connection) -> None:
    report = update_index(indexed)
    assert (report.added, report.removed, report.embedded) == (0, 0, 0)


def test_only_new_passages_are_read_and_embedded(indexed: sqlite3.Connection) -> None:
    add(indexed, [sheet(*NEW)])
    assert not is_current(indexed)
    report = update_index(indexed)
    assert (report.added, report.embedded) == (1, 1)
    assert is_current(indexed)


def test_an_index_renewed_equals_one_made_at_once(stored: Stored) -> None:
    step_by_step, at_once = stored(sheets()[:3]), stored([*sheets(), sheet(*NEW)])
    update_index(step_by_step)
    add(step_by_step, [sheet(*NEW), *sheets()[3:]])
    update_index(step_by_step)
    update_index(at_once)
    for query in ("空き家に住む人", "工事費が増えた", "消火設備"):
        found = [
            [(h.sheet_key, h.item, round(h.score, 4)) for h in PassageSearch(c).search(query)]
            for c in (step_by_step, at_once)
        ]
        assert found[0] == found[1]


def test_passages_that_are_gone_are_found_no_more(indexed: sqlite3.Connection) -> None:
    indexed.execute("DELETE FROM comments WHERE sheet_key = '2024-RS-22'")
    indexed.commit()
    report = update_index(indexed)
    assert report.removed == 2
    assert all(h.sheet_key != "2024-RS-22" for h in PassageSearch(indexed).search("シカの捕獲", limit=50))


def test_a_database_without_passages_has_an_empty_index(stored: Stored) -> None:
    connection = stored([])
    assert update_index(connection).passages == 0
    assert PassageSearch(connection).search("予算") == []
    assert PassageSearch(connection).similar(to_text="予算") == []


def test_an_interrupted_run_leaves_the_index_as_it_was(
    indexed: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(indexed, [sheet(*NEW)])
    before = PassageIndex(indexed).comment_ids.tolist()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("embeddings.indexing._renew_names", interrupt)
        with pytest.raises(KeyboardInterrupt):
            update_index(indexed)
    assert PassageIndex(indexed).comment_ids.tolist() == before
    assert update_index(indexed).added == 1


def test_many_passages_are_read_by_several_processes_with_the_same_result(
    stored: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.indexing._PARALLEL_FROM", 1)
    monkeypatch.setattr("embeddings.indexing._CHUNK", 4)
    together, alone = stored(sheets()), stored(sheets())
    update_index(together, workers=2)
    update_index(alone)
    read = "SELECT arm, term, entries FROM _search_terms ORDER BY arm, term"
    assert together.execute(read).fetchall() == alone.execute(read).fetchall()
