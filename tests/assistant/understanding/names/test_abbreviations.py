"""Words of a few kanji that names are shortened to."""

from __future__ import annotations

import pytest

from assistant.understanding.names.abbreviations import written_out
from tests.assistant.understanding.conftest import Reader

NAMES = [
    "国立医薬品食品衛生研究所基盤的研究費",
    "国立感染症研究所基盤的研究費",
    "独立行政法人国立高等専門学校機構運営費",
    "国立研究開発法人土木研究所（運営費交付金）",
    "先端半導体の国内生産",
    "外国人学生数の調査",
]


@pytest.mark.parametrize(
    ("word", "stretch"),
    [
        ("国立衛研", "国立医薬品食品衛生研究"),
        ("高専機構", "高等専門学校機構"),
        ("土研", "土木研究"),
        ("先生", ""),
        ("学生数", ""),
        ("水研", ""),
    ],
)
def test_an_abbreviation_takes_the_beginnings_of_the_words_of_a_name(word: str, stretch: str) -> None:
    assert written_out(word, NAMES) == stretch


def test_what_several_names_may_be_shortened_to_is_none_of_them() -> None:
    assert written_out("産研", ["産業技術研究の推進", "産学連携研究の支援"]) == ""


def test_an_abbreviation_alone_names_no_project(read: Reader) -> None:
    assert read("次の湖研セで勝つのはどの党？").projects == ()


def test_a_project_called_by_an_abbreviation_of_its_body_is_found(read: Reader) -> None:
    q = read("湖研センターの運営に必要な経費の点検結果は？")
    assert [p.name for p in q.projects] == ["独立行政法人湖沼研究センターの運営に必要な経費"]
