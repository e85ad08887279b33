"""Paraphrases, widths, calendars, politeness and word order give the same query."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.query import Query
from assistant.understanding.words.normalise import normalise, squeeze
from db.catalogue import MONEY, RATE, Field, catalogue
from tests.assistant.understanding.conftest import Reader


def bare(q: Query) -> Query:
    """The query without its own wording."""
    return replace(q, question="", words=(), years=replace(q.years, as_said=""), topic="")


SAME = [
    [
        "離島航路の維持改善の2023年度の執行率は？",
        "離島航路の維持改善の令和5年度の執行率は？",
        "離島航路の維持改善のＲ５年度の執行率は?",
        "離島航路の維持改善の２０２３年度の執行率を教えてください",
        "2023年度の離島航路の維持改善の執行率を知りたいです",
        "離島航路の維持改善、令和五年度の執行率はどれくらい？",
        "「離島航路の維持改善」の執行率、2023年度は何％でしたか",
        "離島航路の維持改善って2023年度は予算の何割使ったの？",
    ],
    [
        "厚生労働省の事業は何件ありますか",
        "厚労省の事業は何件？",
        "厚労省の事業の数を教えて",
        "厚生労働省の事業は全部でいくつありますか",
    ],
    [
        "2023年度の執行率が3割未満の事業は何件？",
        "令和5年度に執行率が30％を下回った事業の数は？",
        "執行率が３割に満たなかった2023年度の事業は何件ありますか",
    ],
    [
        "厚労省の2023年度の執行額トップ3は？",
        "2023年度の執行額が大きい厚生労働省の事業を上位3つ",
        "令和5年度の厚労省の執行額ランキング上位3件を教えて",
    ],
]


@pytest.mark.parametrize("questions", SAME, ids=lambda q: q[0])
def test_paraphrases_are_read_alike(read: Reader, questions: list[str]) -> None:
    first, *others = (bare(read(q)) for q in questions)
    for question, other in zip(questions[1:], others, strict=True):
        assert other == first, question


def full_width(text: str) -> str:
    """ASCII letters, digits and marks as their full-width forms."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@pytest.mark.parametrize("questions", SAME, ids=lambda q: q[0])
def test_the_width_of_characters_changes_nothing(read: Reader, questions: list[str]) -> None:
    for question in questions:
        assert bare(read(full_width(question))) == bare(read(question))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_normalising_keeps_the_way_back(text: str) -> None:
    n = normalise(text)
    assert len(n.text) == len(n.origin)
    assert all(0 <= i < len(text) for i in n.origin)
    assert list(n.origin) == sorted(n.origin)
    assert unicodedata.is_normalized("NFKC", n.text) or len(n.text) > 0
    s = squeeze(n.text)
    assert len(s.text) == len(s.index)


NAME = "離島航路の維持改善"
YEARS = (
    "2023年度",
    "２０２３年度",
    "令和5年度",
    "令和五年度",
    "R5年度",
    "Ｒ５年度",
    "R5",
    "5年度",
    "2023年",
    "令和5年",
    "令5",
)
ASKED = (
    "{name}の{year}の{word}は？",
    "{year}の{name}の{word}は?",
    "{name}、{year}の{word}を教えてください",
    "{year}、{name}の{word}はいくらでしたか",
    "「{name}」の{word}、{year}は？",
    "{name}について、{year}の{word}を知りたいです。",
    "すみませんが、{name}の{year}の{word}を教えていただけますか",
    "{name} {year} {word}",
)
FIGURES = [
    f
    for f in catalogue().table("budgets").fields
    if f.kind in (MONEY, RATE) and f.words and f.column not in ("要求額", "比較用執行率")
]


@pytest.mark.parametrize("figure", FIGURES, ids=lambda f: f.column)
def test_calendar_politeness_and_word_order_change_nothing(read: Reader, figure: Field) -> None:
    expected = bare(read(ASKED[0].format(name=NAME, year=YEARS[0], word=figure.label)))
    assert [f.column for f in expected.fields] == [figure.column]
    assert expected.years.values == (2023,)
    for year in YEARS:
        for form in ASKED:
            question = form.format(name=NAME, year=year, word=figure.label)
            assert bare(read(question)) == expected, question
            assert bare(read(full_width(question))) == expected, question


COUNTED = (
    "{year}の{word}が{amount}の{ministry}の事業は何件？",
    "{ministry}の事業で{year}の{word}が{amount}のものは何件ありますか",
    "{year}に{word}が{amount}の事業は{ministry}に何件あるか教えて",
    "{ministry}で{year}の{word}が{amount}の事業の数は？",
)
AMOUNTS = (
    ("執行額", "1億円以上", ("一億円以上", "１億円以上", "100,000,000円以上", "1億以上")),
    ("執行額", "5000万円未満", ("五千万円未満", "５０００万円未満", "5千万円未満")),
    ("執行率", "3割未満", ("30%未満", "３０％未満", "三割未満", "30パーセント未満")),
    ("不用率", "半分を超える", ("50%を超える", "5割を超える", "五割を超える")),
)


@pytest.mark.parametrize(("word", "amount", "others"), AMOUNTS, ids=lambda x: str(x))
def test_amounts_in_any_notation_are_the_same_condition(
    read: Reader, word: str, amount: str, others: tuple[str, ...]
) -> None:
    first = COUNTED[0].format(year="2023年度", word=word, amount=amount, ministry="厚生労働省")
    expected = bare(read(first))
    assert expected.operation == "count"
    assert len(expected.filters) == 1
    for form in COUNTED:
        for said in (amount, *others):
            for ministry in ("厚生労働省", "厚労省"):
                for year in ("2023年度", "令和5年度", "R5年度"):
                    question = form.format(year=year, word=word, amount=said, ministry=ministry)
                    assert bare(read(question)) == expected, question
