"""Looking up fields of one project: figures by year, texts, evaluation items, lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.query import FieldRef, Filter, Query, Years
from tests.assistant.answer_sheets import SELECTION, SINGLE_BID, UNUSED


def budget(column):
    return FieldRef("budgets", column)


def given(*years):
    return Years("given", years)


def lookup(asked, *fields, key="2018-文部科学省-0012", **options):
    return asked(Query("質問", "lookup", projects=(asked.project(key),), fields=fields, **options))


def test_the_asked_figure_comes_first_with_its_year_unit_print_and_place(single):
    cell = lookup(single, budget("執行率"), years=given(2016)).cells[0]
    assert (cell.label, cell.value, cell.unit, cell.fiscal_year) == ("執行率", 60.0, "%", 2016)
    assert (cell.text, cell.as_printed) == ("60.0 %", "60%")
    assert cell.source == {"file": "2018-0012.txt", "locator": "20行目"}
    assert cell.url == f"/single/budgets/{cell.row}"
    assert cell.sheet["sheet_key"] == "2018-文部科学省-0012"


def test_what_a_figure_is_read_beside_follows_it(single):
    result = lookup(single, budget("執行率"), years=given(2016))
    assert [c.label for c in result.cells] == ["執行率", "計（予算額）", "執行額"]
    assert "2016年度の執行率は 60.0 % です" in result.text


def test_a_text_stands_beside_a_figure_where_more_is_asked_than_how_much(single):
    query = Query(
        "", "lookup", projects=(single.project("2018-文部科学省-0012"),), fields=(budget("不用額"),)
    )
    much = single(replace(query, question="不用額はいくら？"))
    more = single(replace(query, question="旅費の不用額は今後減らせそうなの？"))
    assert {c.table for c in much.cells} == {"budgets"}
    assert more.cells[0].label == "不用額"
    assert more.cells[1].table != "budgets"


def test_without_a_year_the_latest_year_with_the_figure_is_taken(single):
    assert lookup(single, budget("執行額")).cells[0].fiscal_year == 2017
    assert lookup(single, budget("当初予算")).cells[0].fiscal_year == 2018
    assert lookup(single, budget("要求額")).cells[0].fiscal_year == 2019


def test_a_planned_year_is_not_the_latest_actual_one(single):
    assert lookup(single, FieldRef("outputs", "当初見込み")).cells[0].fiscal_year == 2017


def test_several_fields_are_laid_out_year_by_year(single):
    result = lookup(single, budget("計"), budget("執行額"), years=Years("all"))
    assert [(c.fiscal_year, c.column) for c in result.cells[:4]] == [
        (2015, "計"), (2015, "執行額"), (2016, "計"), (2016, "執行額"),
    ]  # fmt: skip


def test_a_derived_rate_shows_its_formula_net_on_sheets(single):
    cell = lookup(single, budget("不用率"), years=given(2017)).cells[0]
    assert cell.value == 62.5
    assert cell.derived == "不用率 = (40 − 15) ÷ 40（百万円）"


def test_a_derived_amount_takes_the_carry_over_off_in_rs(rs):
    cell = lookup(rs, budget("不用額"), key="2024-RS-11", years=given(2023)).cells[0]
    assert cell.value == 15_000_000
    assert cell.derived == "不用額 = 50,000,000 − 30,000,000 − 5,000,000（円）"


def test_the_sheet_that_reviews_a_year_gives_its_figure(many):
    result = lookup(many, budget("執行額"), years=given(2016))
    assert result.cells[0].sheet["公開年度"] == 2018


def test_this_years_spending_is_not_yet_known(single):
    result = lookup(single, budget("執行額"), years=given(2018))
    assert result.status == "no_answer"
    assert "まだ分かりません" in result.text
    assert [c.value for c in result.cells] == [2015, 2016, 2017]


def test_a_year_without_figures_is_said_with_the_years_that_have_some(single):
    result = lookup(single, budget("執行率"), years=given(2003))
    assert result.status == "no_answer"
    assert "2003年度の執行率がありません" in result.text
    assert "2015〜2017年度" in result.text


def test_a_figure_with_a_unit_of_its_own_keeps_it(single):
    assert (
        lookup(single, FieldRef("unit_costs", "単位当たりコスト"), years=given(2017)).cells[0].text
        == "12.5千円"
    )
    assert lookup(single, FieldRef("outputs", "活動実績"), years=given(2017)).cells[0].text == "12回"


def test_a_warning_about_the_value_stands_with_it(rs):
    cell = lookup(rs, budget("執行率"), key="2024-RS-42", years=given(2023)).cells[0]
    assert cell.value == 200.0
    assert cell.flags == ["執行率が100%を超えています(200.0%)"]


def test_a_basic_field_comes_with_what_it_is_read_together_with(single):
    result = lookup(single, FieldRef("sheets", "担当部局庁"))
    assert [c.text for c in result.cells] == ["社会教育局", "端末管理課", "文部科学省"]


def test_no_planned_end_is_an_answer(single):
    result = lookup(single, FieldRef("sheets", "事業終了年度"))
    assert result.status == "answered"
    assert result.cells[0].text == "終了予定なし"


def test_an_empty_box_is_told_from_a_box_the_form_does_not_have(single, rs):
    assert "記載がありません" in lookup(single, FieldRef("sheets", "関係する計画通知等")).text
    assert "様式にはありません" in lookup(single, FieldRef("sheets", "事業区分")).text
    assert "様式には" in lookup(rs, FieldRef("unit_costs", "単位当たりコスト"), key="2024-RS-11").text


def test_an_evaluation_item_gives_explanation_and_mark(single):
    result = lookup(single, FieldRef("evaluations", "説明", UNUSED))
    assert [c.column for c in result.cells] == ["説明", "評価"]
    assert result.cells[0].label == UNUSED
    assert "推定" in result.cells[0].flags[0]


def test_an_item_without_its_own_explanation_takes_the_shared_box(single):
    result = lookup(single, FieldRef("evaluations", "評価", SINGLE_BID))
    assert result.cells[0].text == "無"
    assert result.cells[1].label == SELECTION
    assert "共通" in result.cells[1].flags[-1]


def test_all_marks_are_listed_where_no_item_is_named(single):
    assert [c.text for c in lookup(single, FieldRef("evaluations", "評価")).cells] == ["○", "無", "○", "‐"]


def test_a_comment_comes_with_its_judgement(single):
    result = lookup(single, FieldRef("comments", "本文", "行政事業レビュー推進チームの所見"))
    assert [c.text for c in result.cells[:2]] == ["旅費の見積りを改めること。", "事業内容の一部改善"]
    assert "「旅費の見積りを改めること。」" in result.text


def test_recipients_are_listed_with_what_they_got(single):
    result = lookup(single, FieldRef("payees", "支出先"))
    assert result.cells[0].value == "株式会社見本堂"
    assert result.cells[0].text == "株式会社見本堂 6百万円（6,000,000円）"


def test_where_the_list_of_recipients_is_empty_the_expenses_name_them_once_each(rs):
    result = lookup(rs, FieldRef("payees", "支出先"), key="2024-RS-11")
    assert [c.text for c in result.cells] == ["株式会社見本堂 2,500万円（25,000,000円）"]
    assert result.cells[0].table == "expenses"


def test_budget_items_are_narrowed_by_the_item_asked_for(single):
    item = Filter(FieldRef("budget_items", "目"), "contains", "旅費")
    result = lookup(single, FieldRef("budget_items", "金額"), filters=(item,))
    assert [c.value for c in result.cells if c.column == "金額"] == [9_000_000]


def test_an_old_number_is_found_in_the_list_of_former_sheets_numbers(single):
    old = lookup(single, FieldRef("sheets", "旧事業番号"))
    assert old.status == "answered"
    assert {c.table for c in old.cells} == {"past_numbers"}


def test_past_numbers_are_one_cell_a_year(single):
    result = lookup(single, FieldRef("past_numbers", "事業番号"))
    assert [(c.fiscal_year, c.text) for c in result.cells] == [(2016, "0012"), (2017, "0014")]


@pytest.mark.parametrize(
    ("field", "year"),
    [("執行率", 2017), ("不用率", 2016), ("計", 2018)],
)
def test_the_shown_sql_gives_the_same_figure(single, field, year):
    result = lookup(single, budget(field), years=given(year))
    assert single.shown(result)[0][field] == result.cells[0].value


def test_several_tables_are_answered_together(single):
    result = lookup(single, budget("執行額"), FieldRef("sheets", "担当課室"))
    assert {c.label for c in result.cells[:2]} == {"執行額", "担当課室"}


def test_whether_a_goal_was_met_is_told_by_the_texts_where_no_indicators_are_loaded(rs):
    reached = FieldRef("outcomes", "達成度")
    question = Query("避難放送設備の整備、目標は達成できた？", "lookup", fields=(reached,))
    result = rs(replace(question, projects=(rs.project("2024-RS-21"),)))
    assert result.status == "answered"
    assert result.cells[0].label == "目標年度における効果測定に関する評価"
    assert "達成度の欄がないか" in result.text
    of_a_year = replace(question, projects=(rs.project("2024-RS-21"),), years=given(2022))
    assert rs(of_a_year).status == "no_answer", "the passage names no year"
    silent = rs(replace(question, projects=(rs.project("2024-RS-11"),)))
    assert silent.status == "no_answer"


def test_a_remark_that_is_asked_for_is_found_among_the_findings_where_no_remarks_are_loaded(rs):
    remark = FieldRef("remarks", "内容")
    asked = Query("避難放送設備の整備、何が指摘された？", "lookup", fields=(remark,))
    result = rs(replace(asked, projects=(rs.project("2024-RS-21"),)))
    assert result.status == "answered"
    assert "指摘事項の内容の記載がありません" in result.text
