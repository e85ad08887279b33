"""Passages are found by what is meant, each once, with the sentence that answers marked."""

from __future__ import annotations

import sqlite3

import pytest

from db.errors import InputError
from embeddings import passage_index
from embeddings.indexing import update_index
from embeddings.search import PassageSearch
from tests.embeddings.conftest import Stored, add
from tests.embeddings.search_sheets import BOILERPLATE, LEAVE_REVIEW, sheet, sheets


def test_everyday_words_find_the_officialese(indexed: sqlite3.Connection) -> None:
    first = PassageSearch(indexed).search("パパの育休を広めるサイトを見る人が減ったのは?")[0]
    assert first.text == LEAVE_REVIEW


def test_the_sentence_that_answers_is_marked(indexed: sqlite3.Connection) -> None:
    first = PassageSearch(indexed).search("啓発サイトの閲覧件数が見込みを下回ったのは")[0]
    (span,) = first.highlights
    assert first.text[slice(*span)] == "閲覧件数は活動実績が見込みを下回った。"


def test_within_named_sheets_only_their_passages_are_ranked(indexed: sqlite3.Connection) -> None:
    hits = PassageSearch(indexed).search("改善はどうする", sheet_keys=["2024-RS-12"])
    assert {h.sheet_key for h in hits} == {"2024-RS-12"}
    assert hits[0].item == "改善の方向性"


def test_another_year_than_the_one_asked_counts_less(indexed: sqlite3.Connection) -> None:
    hits = PassageSearch(indexed).search(
        "令和4年度に増減した理由は", sheet_keys=["2024-RS-21"], items=["主な増減理由"]
    )
    assert [h.fiscal_year for h in hits] == [2022, 2023]


def test_filters_leave_only_what_they_name(indexed: sqlite3.Connection) -> None:
    search = PassageSearch(indexed)
    hits = search.search("予算の執行", ministries=["農林水産省"])
    assert hits
    assert {h.sheet_key for h in hits} <= {"2024-RS-21", "2024-RS-22"}
    assert {h.item for h in search.search("研修", items=["点検結果"])} == {"点検結果"}
    assert {h.sheet_key for h in search.search("在外公館", published=[2024]) if "31" in h.sheet_key} == {
        "2024-RS-31"
    }


@pytest.mark.parametrize("foreign", ["zzz", "qwxj", "ヌヴァヴュ"])
def test_words_no_sheet_holds_in_any_wording_find_nothing(indexed: sqlite3.Connection, foreign: str) -> None:
    search = PassageSearch(indexed)
    assert search.search(foreign) == []
    assert search.similar(to_text=foreign) == []


def test_what_was_asked_before_changes_no_result(
    indexed: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = ["在外公館の警備員を増やす", "シカによる森の被害", "農道の補修", "在外公館の警備員の研修"]
    alone = [PassageSearch(indexed).search(question) for question in questions]
    monkeypatch.setattr(passage_index, "_LISTS_KEPT", 20)
    asked_often = PassageSearch(indexed)
    assert [asked_often.search(question) for question in questions] == alone


def test_a_text_repeated_over_projects_stands_once(indexed: sqlite3.Connection) -> None:
    hits = PassageSearch(indexed).search("適切な予算の執行に努める", limit=20)
    assert [h.text for h in hits].count(BOILERPLATE) == 1


def test_a_text_repeated_over_years_is_shown_from_the_newest_sheet(indexed: sqlite3.Connection) -> None:
    hits = [h for h in PassageSearch(indexed).search("大使館を守る人を増やす") if "公館" in h.text]
    assert [h.sheet_key for h in hits] == ["2025-RS-31"]


def test_one_project_does_not_fill_the_page(stored: Stored) -> None:
    boxes = [("点検結果", f"農道の補修を{n}箇所で行い、農道の補修が進んだ。") for n in range(8)]
    connection = stored([sheet("農道補修", 51, "農林水産省", "農道の補修を行う。", *boxes), *sheets()])
    update_index(connection)
    hits = PassageSearch(connection).search("農道の補修", limit=6)
    assert sum(h.sheet_key == "2024-RS-51" for h in hits) == 3


@pytest.mark.parametrize("nothing", ["", "   ", "？！。、", "\0\x1f", "…‥—"])
def test_a_question_without_a_word_finds_nothing(indexed: sqlite3.Connection, nothing: str) -> None:
    assert PassageSearch(indexed).search(nothing) == []


def test_a_very_long_question_is_read_to_its_limit(indexed: sqlite3.Connection) -> None:
    assert PassageSearch(indexed).search("獣害" * 50_000)[0].sheet_key == "2024-RS-22"


def test_another_language_gets_a_list_and_no_error(indexed: sqlite3.Connection) -> None:
    assert isinstance(
        PassageSearch(indexed).search("What was spent on coastal protection? Привет 안녕"), list
    )


def test_a_small_database_without_an_index_is_searched_all_the_same(stored: Stored) -> None:
    assert PassageSearch(stored(sheets())).search("シカによる森の被害")[0].sheet_key == "2024-RS-22"


def test_a_large_database_without_a_current_index_says_what_to_do(
    indexed: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("embeddings.search.SMALL", 3)
    add(indexed, [sheet("空き家の活用", 61, "国土交通省", "空き家を改修する。")])
    with pytest.raises(InputError, match="reviewsheet index"):
        PassageSearch(indexed).search("空き家")


def test_similar_projects_leave_out_the_project_and_its_other_years(indexed: sqlite3.Connection) -> None:
    found = PassageSearch(indexed).similar(to_sheets=["2024-RS-31", "2025-RS-31"])
    assert found
    assert not {s.sheet_key for s in found} & {"2024-RS-31", "2025-RS-31"}
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)


def test_a_description_finds_the_project_it_is_like(indexed: sqlite3.Connection) -> None:
    assert PassageSearch(indexed).similar(to_text="お寺や神社の火事を防ぐ")[0].sheet_key == "2024-RS-41"
    assert PassageSearch(indexed).similar(to_text="  ") == []
