"""Numbers that name a project are read whole, and their parts as nothing else."""

from __future__ import annotations

import pytest

from assistant.understanding.words.identifiers import read_identifiers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("予算事業ID 1006の執行率は", "1006"),
        ("事業番号0123は何の事業", "0123"),
        ("事業番号2022-厚労-21-0001の執行率は", "2022-厚労-21-0001"),
        ("2022-こども-新23-0001の予算は", "2022-こども-新23-0001"),
        ("新31-0024の予算は", "新31-0024"),
    ],
)
def test_a_number_is_read_in_every_published_form(text: str, value: str) -> None:
    assert [x.value for x in read_identifiers(text)] == [value]


@pytest.mark.parametrize(
    "text", ["事業番号の2018年度の値", "2022-2023年度の執行率", "予算は2022-23年でどう変わった"]
)
def test_a_year_is_no_number_of_a_project(text: str) -> None:
    assert read_identifiers(text) == []
