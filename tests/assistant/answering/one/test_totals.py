"""What one project's figures come to over the years, beside other projects in the same database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.query import FieldRef, Filter, Query, Years
from tests.assistant.answer_sheets import MILLION

SPENT = FieldRef("budgets", "執行額")
RATE = FieldRef("budgets", "執行率")
RECIPIENT = FieldRef("payees", "支出先")


@pytest.fixture
def terminals(many):
    return many.project("2019-文部科学省-0012")


def test_a_sum_over_years_is_of_the_named_project_alone(many, terminals):
    result = many(Query("質問", "sum", (terminals,), Years("given", (2016, 2017, 2018)), fields=(SPENT,)))
    assert result.cells[0].value == (24 + 15 + 36) * MILLION
    assert many.shown(result)[0][0] == result.cells[0].value
    assert "公民館端末管理経費" in result.text
    assert "2016〜2018年度" in result.text


def test_a_year_that_several_sheets_tell_is_added_once(many, terminals):
    result = many(Query("質問", "sum", (terminals,), Years("latest"), fields=(SPENT,)))
    years = [c.fiscal_year for c in result.cells[1:]]
    assert len(years) == len(set(years))
    assert result.cells[0].value == sum(c.value for c in result.cells[1:])


def test_rates_are_averaged_and_mixed_sources_are_said(many, terminals):
    rs = many.project("2024-RS-11")
    both = replace(terminals, sheet_keys=(*rs.sheet_keys, *terminals.sheet_keys))
    result = many(Query("質問", "average", (both,), Years("all"), fields=(RATE,)))
    rates = [c.value for c in result.cells[1:]]
    assert result.cells[0].value == pytest.approx(sum(rates) / len(rates), abs=1e-3)
    assert "RSシステムの計は除く前の額" in result.text


def test_recipients_are_counted_on_one_sheet_and_which_is_said(many, terminals):
    result = many(Query("質問", "count", (terminals,), Years("given", (2018,)), fields=(RECIPIENT,)))
    assert result.cells[0].value == 3
    assert "2018年度公開のシート" in result.text
    assert many.shown(result)[0][0] == 3


def test_a_number_of_recipients_that_no_form_prints_is_counted(many, terminals):
    asked = Query(
        "質問", "lookup", (terminals,), Years("given", (2018,)), fields=(FieldRef("blocks", "支出先の数"),)
    )
    assert many(asked).cells[0].value == 3


def test_what_a_list_adds_up_to_is_told_with_its_rows(many, terminals):
    result = many(
        Query("質問", "sum", (terminals,), Years("given", (2018,)), fields=(FieldRef("payees", "支出額"),))
    )
    assert result.cells[0].value == 12 * MILLION
    assert many.shown(result)[0][0] == 12 * MILLION


def test_several_indicators_of_one_year_are_not_added(many, terminals):
    asked = Query(
        "質問", "sum", (terminals,), Years("given", (2017, 2018)), fields=(FieldRef("outputs", "活動実績"),)
    )
    result = many(asked)
    assert result.cells[0].value in (12, 24)


def test_the_year_of_the_largest_step_is_found(many, terminals):
    result = many(Query("質問", "compare", (terminals,), Years("all"), fields=(SPENT,), order="desc"))
    assert [c.fiscal_year for c in result.cells[:2]] == [2018, 2017]
    assert result.cells[2].value == 21 * MILLION


@pytest.mark.parametrize(("op", "value", "years"), [("<", 60.0, [2017]), (">", 100.0, [])])
def test_years_that_met_a_condition_lead_and_none_is_said(many, terminals, op, value, years):
    condition = (Filter(RATE, op, value),)
    result = many(Query("質問", "trend", (terminals,), Years("all"), fields=(RATE,), filters=condition))
    assert [c.fiscal_year for c in result.cells[: len(years)]] == years
    assert all(f"{y}年度（" in result.text for y in years)
    assert bool(years) != ("ありません" in result.text)


def test_another_years_sheet_gives_no_reason(many, terminals):
    """The sheets of 2018 and 2019 tell of 2017 and 2018; what RSシステム writes in 2024 is no reason for them."""
    rs = many.project("2024-RS-11")
    seed = many.project("2018-文部科学省-0012")
    both = replace(seed, sheet_keys=(*rs.sheet_keys, *seed.sheet_keys))
    result = many(Query("なぜ", "reason", (both,), Years("given", (2017,)), fields=(SPENT,), reason=True))
    assert all((c.sheet or {}).get("公開年度") != 2024 for c in result.cells)
