"""What is told of the years in which a figure met a condition, and of the place of a figure among the others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.trend import _ups_and_downs
from assistant.query import FieldRef, Filter, OtherFigure, Query, Years

SPENT = FieldRef("budgets", "執行額")
MINISTRY = "文部科学省"


def of_years(*conditions, **more):
    asked = Query("質問", "trend", ministries=(MINISTRY,), fields=(SPENT,), years=Years("all"))
    return replace(asked, of_years=conditions, **more)


@pytest.fixture
def by_year(many):
    """Total of a 府省庁 by year, of the years that every sheet tells."""
    return many(of_years(Filter(SPENT, ">=", 0))).cells


def test_years_with_more_than_the_year_before_come_first(many, by_year):
    result = many(of_years(Filter(SPENT, ">", OtherFigure(SPENT, -1))))
    totals = {c.fiscal_year: c.value for c in result.cells}
    grown = [y for y in sorted(totals) if y - 1 in totals and totals[y] > totals[y - 1]]
    assert grown
    assert [c.fiscal_year for c in result.cells[: len(grown)]] == grown
    assert set(totals) == {c.fiscal_year for c in by_year}
    assert "執行額の合計で比べました" in result.text


def test_the_first_year_alone_is_told(many, by_year):
    most = max(c.value for c in by_year)
    result = many(of_years(Filter(SPENT, ">=", most), order="asc", limit=1))
    assert result.cells[0].value == most
    assert "最初の年度" in result.text


def test_no_year_is_told_where_none_met_the_condition(many, by_year):
    most = max(c.value for c in by_year)
    assert "年度はありません" in many(of_years(Filter(SPENT, ">", most))).text


def test_a_project_whose_every_year_met_the_condition(many):
    project = many.project("2019-文部科学省-0012")
    asked = Query(
        "質問", "trend", (project,), Years("all"), fields=(SPENT,), filters=(Filter(SPENT, "!=", 0),)
    )
    text = many(asked).text
    assert "執行額がある" in text
    assert "すべての年度が当てはまります" in text


def test_a_course_that_fell_or_stood_still_is_not_said_to_have_risen(many):
    cells = many(Query("質問", "trend", fields=(SPENT,), years=Years("all"))).cells[:3]
    falling = [replace(c, value=v) for c, v in zip(cells, (3, 2, 2), strict=True)]
    assert "増えた年度はありません" in _ups_and_downs(falling)[0]


def test_a_year_is_set_beside_the_latest_one(many):
    project = many.project("2019-文部科学省-0012")
    years = Years("given", (2016,), to_latest=True)
    result = many(Query("質問", "compare", (project,), years, fields=(SPENT,)))
    latest, then = result.cells[:2]
    assert (then.fiscal_year, latest.fiscal_year) == (2016, max(result.years))


def test_whether_a_figure_is_much_is_its_place_and_its_course(many):
    project = many.project("2019-文部科学省-0012")
    year = Years("given", (2017,))
    result = many(Query("質問", "trend", (project,), year, fields=(SPENT,), place=True))
    assert any(c.label == "執行額の順位" and c.fiscal_year == 2017 for c in result.cells)
    assert {c.fiscal_year for c in result.cells if c.column == "執行額"} > {2017}


def test_what_two_publications_give_for_a_year_is_set_side_by_side(many):
    project = many.project("2019-文部科学省-0012")
    year = Years("given", (2017,))
    result = many(Query("質問", "lookup", (project,), year, published=(2018, 2019), fields=(SPENT,)))
    assert "2018年度公開のシートでは" in result.text
    assert "2019年度公開のシートでは" in result.text
    assert {c.sheet["公開年度"] for c in result.cells if c.column == "執行額"} == {2018, 2019}


def test_an_order_of_years_has_one_value_a_year(many):
    project = many.project("2019-文部科学省-0012")
    ordered = many(Query("質問", "rank", (project,), Years("all"), fields=(SPENT,), order="desc")).cells
    assert len({c.fiscal_year for c in ordered}) == len(ordered)


def test_a_sum_over_all_years_takes_those_that_every_sheet_tells(many, by_year):
    asked = Query("質問", "sum", ministries=(MINISTRY,), fields=(SPENT,), years=Years("all"))
    assert many(asked).cells[0].value == sum(c.value for c in by_year)
