"""Amounts, rates and counts with their comparison."""

from __future__ import annotations

import pytest

from assistant.understanding.words.amounts import read_conditions
from assistant.understanding.words.normalise import normalise


@pytest.mark.parametrize(
    ("text", "unit", "op", "value"),
    [
        ("予算が1億円以上", "money", ">=", 100_000_000),
        ("予算が１億円以上", "money", ">=", 100_000_000),
        ("100億を超える事業", "money", ">", 10_000_000_000),
        ("1.5億円超", "money", ">", 150_000_000),
        ("1億5千万円以上", "money", ">=", 150_000_000),
        ("五億円以上", "money", ">=", 500_000_000),
        ("500万円以下", "money", "<=", 5_000_000),
        ("5千万円から1億円まで", "money", "between", (50_000_000, 100_000_000)),
        ("10億円〜20億円", "money", "between", (1_000_000_000, 2_000_000_000)),
        ("執行率が3割を切った", "rate", "<", 30),
        ("三割未満", "rate", "<", 30),
        ("80%以上", "rate", ">=", 80),
        ("８０％以上", "rate", ">=", 80),
        ("2割にも満たない", "rate", "<", 20),
        ("8割を超えた", "rate", ">", 80),
        ("7割台", "rate", "between", (70, 79.999)),
        ("半分以下", "rate", "<=", 50),
        ("10件以上", "count", ">=", 10),
    ],
)
def test_an_amount_is_read_with_its_comparison(text: str, unit: str, op: str, value: object) -> None:
    (condition,) = read_conditions(normalise(text).text)
    assert (condition.unit, condition.op, condition.value) == (unit, op, value)


def test_a_number_without_comparison_is_no_condition_by_itself() -> None:
    (condition,) = read_conditions("要求を1700万円増やす理由")
    assert condition.op is None
    assert condition.value == 17_000_000
