"""Medians, places in an order, the first ones added up, and what 府省庁 have in all."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef, Filter, Query, Years

SPENT, RATE = FieldRef("budgets", "執行額"), FieldRef("budgets", "執行率")
MINISTRY = FieldRef("sheets", "府省庁")
IN_2023 = Years("given", (2023,))


def ask(asked, operation, *fields, **options):
    return asked(Query("上位2事業", operation, fields=fields, years=IN_2023, **options))


def told(result):
    return [(next(iter(c.group.values())), c.value) for c in result.cells if c.group]


def test_the_median_is_the_middle_one_of_the_figures(rs):
    result = ask(rs, "average", RATE, median=True)
    assert (result.cells[0].label, result.cells[0].value) == ("執行率の中央値", 60.0)
    assert rs.shown(result)[0][0] == 60.0


def test_the_median_of_an_even_number_is_the_mean_of_both_middle_ones(rs):
    result = ask(rs, "average", SPENT, median=True, ministries=("文部科学省", "総務省"))
    assert result.cells[0].value == 62_500_000


def test_each_ministry_has_its_median(rs):
    result = ask(rs, "average", SPENT, median=True, group_by=MINISTRY, order="desc", limit=2)
    assert told(result) == [("総務省", 95_000_000), ("文部科学省", 30_000_000)]


def test_a_ministry_stands_in_a_place_among_all(rs):
    result = ask(rs, "sum", SPENT, place=True, group_by=MINISTRY, order="desc", ministries=("復興庁",))
    assert (result.cells[0].value, result.cells[0].text) == (3, "3位")
    assert "1位は総務省" in result.text
    assert "5 の府省庁" in result.text


def test_a_project_stands_in_a_place_among_all_and_in_its_ministry(rs):
    project = rs.project("2024-RS-11")
    result = ask(rs, "rank", SPENT, place=True, order="desc", projects=(project,))
    places = {c.group["範囲"]: c.value for c in result.cells if c.label == "執行額の順位"}
    assert places == {"全府省庁": 2, "文部科学省": 1}


def test_the_first_ones_are_added_up_with_their_part_of_the_whole(rs):
    result = ask(rs, "sum", SPENT, added=True, order="desc", limit=2)
    assert result.cells[0].value == 125_000_000
    assert result.cells[1].value == pytest.approx(125 / 151 * 100, abs=1e-3)
    assert [c.value for c in result.cells[3:]] == [95_000_000, 30_000_000]


def test_their_part_stands_first_where_it_is_asked_for(rs):
    result = ask(rs, "sum", SPENT, added=True, share=True, order="desc", limit=2)
    assert result.cells[0].unit == "%"


def test_the_first_project_of_every_ministry_is_told(rs):
    result = ask(rs, "rank", SPENT, of_each=True, group_by=MINISTRY, order="desc", limit=1)
    assert told(result)[:2] == [("総務省", 95_000_000), ("文部科学省", 30_000_000)]
    assert len(result.cells) == 5


def test_a_condition_is_put_on_what_a_ministry_has_in_all(rs):
    more = Filter(SPENT, ">=", 16_000_000)
    result = ask(rs, "sum", SPENT, having=(more,), group_by=MINISTRY, order="desc")
    assert [name for name, _ in told(result)] == ["総務省", "文部科学省", "復興庁"]
    assert "の府省庁は 3 あり" in result.text


def test_how_many_ministries_meet_it_stands_first_where_it_is_asked_for(rs):
    one = Filter(MINISTRY, ">=", 1)
    result = ask(rs, "count", having=(one,), of_groups=True, group_by=MINISTRY)
    assert (result.cells[0].label, result.cells[0].value) == ("府省庁の数", 5)


def test_no_ministry_that_meets_it_is_said(rs):
    more = Filter(SPENT, ">", 10**12)
    result = ask(rs, "sum", SPENT, having=(more,), group_by=MINISTRY)
    assert (result.status, result.cells[0].value) == ("no_answer", 0)


def test_each_ministry_has_a_part_of_the_whole(rs):
    result = ask(rs, "sum", SPENT, share=True, group_by=MINISTRY, order="desc", limit=1)
    assert told(result) == [("総務省", pytest.approx(95 / 151 * 100, abs=1e-3))]


def test_with_a_condition_the_part_is_of_each_ministry(rs):
    low = Filter(RATE, "<", 50.0)
    result = ask(rs, "count", share=True, filters=(low,), group_by=MINISTRY, order="desc")
    assert told(result)[:2] == [("水産庁", 100.0), ("消防庁", 100.0)]
    assert told(result)[-1][1] == 0.0


def test_what_was_spent_on_an_item_is_added_up_by_project(rs):
    item = Filter(FieldRef("expenses", "費目"), "=", "役務費")
    result = ask(rs, "rank", FieldRef("expenses", "金額"), filters=(item,), order="desc", limit=2)
    assert [(c.sheet["事業名"], c.value) for c in result.cells if c.sheet] == [
        ("公民館端末管理経費", 20_000_000)
    ]
    assert "「費目・使途」から" in result.notes


def test_so_much_spent_on_an_item_counts_projects(rs):
    item, more = Filter(FieldRef("expenses", "費目"), "=", "役務費"), Filter(SPENT, ">", 20_000_000)
    result = ask(rs, "count", filters=(item,), having=(more,))
    assert (result.status, result.cells[0].value) == ("no_answer", 0)


def test_the_years_of_each_project_are_added_up_before_they_are_put_in_order(rs):
    years = Years("given", (2022, 2023))
    query = Query(
        "2年間の合計", "rank", fields=(SPENT,), years=years, years_added=True, order="desc", limit=2
    )
    result = rs(query)
    each = rs.basis.data.rows(
        "SELECT s.事業名, sum(b.執行額) FROM budgets b JOIN sheets s USING (sheet_key)"
        " WHERE b.年度 IN (2022, 2023) GROUP BY 1, s.sheet_key ORDER BY 2 DESC LIMIT 2"
    )
    assert [(c.sheet["事業名"], c.value) for c in result.cells] == [tuple(r) for r in each]
    assert result.cells[0].label == "執行額の合計"
