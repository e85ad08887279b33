"""Years set side by side over many sheets, recipients over years, and what is said of a course of years."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from assistant.answering.many.over_years import PUBLISHED, YEAR
from assistant.query import FieldRef, Filter, ProjectRef, Query, Years

SPENT = FieldRef("budgets", "執行額")
RATE = FieldRef("budgets", "執行率")
MINISTRY = FieldRef("sheets", "府省庁")
PROJECT = ProjectRef(
    "公民館端末管理経費", "文部科学省", ("2024-RS-11", "2019-文部科学省-0012", "2018-文部科学省-0012")
)
"""A project with sheets of the old form and of RSシステム."""


def given(*years):
    return Years("given", years)


def test_two_years_of_a_ministry_are_told_apart_and_not_added(many):
    result = many(
        Query(
            "質問",
            "compare",
            fields=(SPENT,),
            ministries=("文部科学省",),
            years=given(2016, 2017),
            group_by=YEAR,
        )
    )
    first, last, change, growth = result.cells[:4]
    assert (first.fiscal_year, last.fiscal_year) == (2016, 2017)
    assert change.value == last.value - first.value
    assert growth.unit == "%"
    assert result.years == (2016, 2017)


def test_a_year_without_figures_is_said_beside_the_other(many):
    result = many(Query("質問", "compare", fields=(SPENT,), years=given(1990, 2017), group_by=YEAR))
    assert [c.fiscal_year for c in result.cells[:1]] == [2017]
    assert "1990年度" in result.text


def test_projects_of_two_publications_are_counted_each(many):
    published = tuple(sorted(many.basis.data.publications))[:2]
    result = many(Query("質問", "compare", published=published, group_by=PUBLISHED))
    assert [(c.group["公開年度"], c.unit) for c in result.cells[:2]] == [(p, "件") for p in published]


def test_a_sum_over_several_years_tells_each_as_well(many):
    result = many(Query("質問", "sum", fields=(SPENT,), years=given(2016, 2017)))
    each = [
        c.value for c in result.cells if c.fiscal_year in (2016, 2017) and c.label == result.cells[0].label
    ]
    assert sum(each[-2:]) == result.cells[0].value


def test_a_condition_is_counted_in_each_year(many):
    low = Filter(RATE, "<", 50.0)
    result = many(Query("質問", "compare", filters=(low,), years=given(2016, 2017), group_by=YEAR))
    assert "執行率が50.0 %未満の事業数" in result.text


def test_a_recipient_over_the_years_is_told_once_a_year(many):
    result = many(Query("質問", "trend", payees=("見本堂",), years=Years("all")))
    years = [c.fiscal_year for c in result.cells if c.group and "年度" in c.group]
    assert years == sorted(set(years))


def test_a_recipient_is_told_by_the_ministries_that_paid(rs):
    result = rs(Query("質問", "sum", payees=("見本堂",), group_by=MINISTRY))
    assert [c.group["府省庁"] for c in result.cells]
    assert "支払った府省庁は" in result.text


def test_of_two_recipients_it_is_said_who_got_more(single):
    result = single(Query("質問", "sum", payees=("見本堂", "端末整備")))
    first, second, apart = result.cells
    assert [c.group["支出先"] for c in (first, second)] == ["見本堂", "端末整備"]
    assert apart.value == first.value - second.value
    assert "最も多いのは「見本堂」" in result.text


def test_a_course_of_years_lists_each_once_with_its_ends_and_its_sources(many):
    result = many(Query("質問", "trend", projects=(PROJECT,), fields=(SPENT,), years=Years("all")))
    years = [c.fiscal_year for c in result.cells if c.column == "執行額"]
    assert years == sorted(set(years))
    assert "最も大きいのは" in result.text
    assert "RSシステムの値です" in result.text


def test_a_box_of_another_year_is_not_given_for_the_asked_one(many):
    check = FieldRef("comments", "本文", "点検結果")
    result = many(Query("質問", "lookup", projects=(PROJECT,), fields=(check,), years=given(1995)))
    assert result.status == "no_answer"
    assert "1995年度の「点検結果」の記載がありません" in result.text


def test_a_figure_that_was_warned_of_is_told_with_the_warning(rs):
    result = rs(
        Query("質問", "lookup", projects=(rs.project("2024-RS-42"),), fields=(RATE,), years=given(2023))
    )
    assert "100%を超えています" in result.text


def test_what_is_carried_over_is_ordered_by_its_size_whatever_its_sign(many):
    carried = FieldRef("budgets", "翌年度へ繰越し")
    low = many(Query("質問", "rank", fields=(carried,), order="asc", years=given(2023)))
    assert [abs(c.value) for c in low.cells] == sorted(abs(c.value) for c in low.cells)


def test_a_box_that_no_sheet_of_a_publication_has_is_no_count_of_zero(many):
    judged = Filter(FieldRef("comments", "判定", "行政事業レビュー推進チームの所見"), "contains", "終了")
    result = many(Query("質問", "count", filters=(judged,), published=(1999,)))
    assert result.status == "no_answer"


@pytest.mark.parametrize(
    ("operation", "order"), [("lookup", None), ("trend", None), ("rank", "asc"), ("compare", None)]
)
@pytest.mark.parametrize(
    ("field", "says"),
    [
        (RATE, "執行率はそのまま続けて比べられません"),
        (FieldRef("budgets", "計"), "RSシステムの計は除く前の額です"),
    ],
)
def test_figures_of_sheets_and_of_rs_side_by_side_are_told_to_mean_different_things(
    many, operation, order, field, says
):
    years = given(2018, 2023) if operation == "compare" else given(2016, 2017, 2018, 2023)
    result = many(Query("質問", operation, projects=(PROJECT,), fields=(field,), years=years, order=order))
    assert result.status == "answered"
    assert says in result.text
    assert result.text.count("シートの計は") == 1


def test_figures_of_one_kind_of_source_are_told_without_it(many):
    for operation in ("lookup", "trend"):
        query = Query("質問", operation, projects=(PROJECT,), fields=(RATE,), years=given(2015, 2016, 2017))
        assert "比べられません" not in many(query).text


def test_a_ministry_without_the_figure_is_not_the_lowest(opened, many_path, tmp_path):
    copy = tmp_path / "copy.db"
    shutil.copy(many_path, copy)
    connection = sqlite3.connect(copy)
    with connection:
        connection.execute(
            "UPDATE budgets SET 執行率 = NULL WHERE sheet_key IN (SELECT sheet_key FROM sheets WHERE 府省庁 = '文部科学省')"
        )
        told = connection.execute(
            "SELECT s.府省庁, b.年度 FROM budgets b JOIN sheets s USING (sheet_key)"
            " WHERE b.執行率 IS NOT NULL AND s.公開年度 = b.年度 + 1"
        ).fetchall()
    connection.close()
    (ministry, year) = told[0]
    query = Query("質問", "rank", fields=(RATE,), years=given(year), group_by=MINISTRY, order="asc", limit=1)
    lowest = opened(copy)(query)
    assert (lowest.status, lowest.cells[0].group) == ("answered", {"府省庁": ministry})
