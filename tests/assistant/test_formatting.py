"""How figures are written for people."""

from __future__ import annotations

import pytest

from assistant.formatting import fiscal_year, fiscal_years, money, number, quantity, rate


@pytest.mark.parametrize(
    ("value", "in_millions", "text"),
    [
        (2_000_000, True, "2百万円（2,000,000円）"),
        (100_000, True, "0.1百万円（100,000円）"),
        (1_234_000_000, True, "12億3,400万円（1,234,000,000円）"),
        (2_000_000, False, "200万円（2,000,000円）"),
        (1_234_500_000_000, False, "1兆2,345億円（1,234,500,000,000円）"),
        (5_420_806_000, False, "約54億2,081万円（5,420,806,000円）"),
        (999_999_999_999, False, "約1兆円（999,999,999,999円）"),
        (99_999_999, False, "約1億円（99,999,999円）"),
        (-1_096_000_000, True, "-10億9,600万円（-1,096,000,000円）"),
        (3_000, False, "3,000円"),
        (0, False, "0円"),
    ],
)
def test_money_is_told_in_large_units_with_the_exact_amount(value, in_millions, text):
    assert money(value, in_millions) == text


def test_rates_have_one_decimal_and_never_hide_a_small_one():
    assert rate(50) == "50.0 %"
    assert rate(259_516.0) == "259,516.0 %"
    assert rate(0.012) == "0.012 %"
    assert rate(0) == "0.0 %"


def test_numbers_lose_idle_zeros_and_keep_their_unit():
    assert number(47.0) == "47"
    assert number(37.70) == "37.7"
    assert number(0.05) == "0.05"
    assert quantity(1770.0, "県") == "1,770県"
    assert quantity(93.5, "％") == "93.5 %"
    assert quantity(3, None) == "3"


def test_years_are_told_in_both_calendars_and_as_a_range():
    assert fiscal_year(2017) == "2017年度（平成29年度）"
    assert fiscal_years((2023, 2021, 2022)) == "2021〜2023年度"
    assert fiscal_years((2015, 2018)) == "2015・2018年度"
