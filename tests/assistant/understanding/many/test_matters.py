"""The words a matter is looked for by."""

from __future__ import annotations

import pytest

from assistant.understanding.many.matters import matter_words
from assistant.understanding.many.of_many import matter_of_figure
from assistant.understanding.subject import Subject
from assistant.understanding.topics import is_generic
from tests.assistant.understanding.conftest import Reader

SPOKEN = ("子育て支援", "食の安全", "いじめ", "まちづくり", "ひとり親", "見守り", "受けた", "出し")


def words(read: Reader, question: str) -> list[str]:
    parser, _ = read.understanding._load()
    return matter_words(parser.parse(question), SPOKEN.__contains__)


@pytest.mark.parametrize(
    ("question", "matter"),
    [
        ("子育て支援に関する事業は何件", ["子育て支援"]),
        ("食の安全に関する事業は何件ありますか", ["食の安全"]),
        ("いじめに関する事業の数", ["いじめ"]),
        ("まちづくり関連の予算総額は", ["まちづくり"]),
        ("防災と減災の事業は何件", ["防災", "減災"]),
    ],
)
def test_a_compound_the_sheets_speak_of_is_one_word(read: Reader, question: str, matter: list[str]) -> None:
    assert words(read, question) == matter


def test_a_compound_no_sheet_speaks_of_is_not_cut_at_its_hiragana(read: Reader) -> None:
    assert words(read, "がん対策の事業数を教えて") == ["がん対策"]


@pytest.mark.parametrize("question", ["書面点検を受けた事業は何件", "府省庁ごとに出し、上位3つだけ"])
def test_a_verb_is_no_matter(read: Reader, question: str) -> None:
    assert not {"受けた", "出し"} & set(words(read, question))


def test_what_one_project_is_called_like_is_a_matter_where_many_are_asked_for(read: Reader) -> None:
    for question in (
        "図書館端末にかかる予算の総額を知りたい（令和6年度）",
        "図書館の事業で執行率が3割に満たないもの、何件？",
        "介護記録電子化の事業の令和5年度の執行額の合計",
    ):
        q = read(question)
        assert not q.projects, question
        assert q.matters


def test_one_word_that_several_projects_speak_of_is_a_matter_and_no_one_project(read: Reader) -> None:
    parser, _ = read.understanding._load()
    unsure = Subject("likely", ())
    for question in ("図書館の予算は2024年度いくら", "図書館の2023年度の執行額は？"):
        assert matter_of_figure(parser.parse(question), unsure, lambda word: (3, 5)) == "図書館"
        assert matter_of_figure(parser.parse(question), unsure, lambda word: (1, 9)) == ""


@pytest.mark.parametrize(
    "question",
    ["図書館の整備の予算は", "図書館の予算が減った理由は", "図書館の契約方式は", "図書館の予算の推移"],
)
def test_what_says_more_than_a_word_and_a_figure_is_no_such_matter(read: Reader, question: str) -> None:
    parser, _ = read.understanding._load()
    assert matter_of_figure(parser.parse(question), Subject("likely", ()), lambda word: (3, 5)) == ""


def test_a_matter_said_first_narrows_the_projects_that_are_asked_for(read: Reader) -> None:
    q = read("観測で2023年度の執行額が1億円未満の事業は何件")
    assert (q.operation, q.matters, q.refusal) == ("count", ("観測",), None)


def test_two_nouns_of_one_kanji_are_a_word_of_their_own() -> None:
    assert not is_generic("国際機関")
    assert is_generic("補助制度")
