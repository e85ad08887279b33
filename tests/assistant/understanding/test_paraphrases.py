"""Paraphrases, widths, calendars, politeness and word order give the same query."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.query import Query
from assistant.understanding.normalise import normalise, squeeze
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
