"""Counting, adding, ranking and grouping over many sheets."""

from __future__ import annotations

import pytest

from assistant.query import Average, FieldRef, Filter, OtherFigure, Query, Years


def budget(column):
    return FieldRef("budgets", column)


def given(*years):
    return Years("given", years)


def ask(asked, operation, *fields, **options):
    return asked(Query("質問", operation, fields=fields, **options))


def test_projects_of_a_ministry_are_counted_by_both_columns_and_it_is_said(rs):
    result = ask(rs, "count", ministries=("総務省",))
    assert [(c.value, list(c.group)) for c in result.cells] == [(1, ["府省庁"]), (2, ["政策所管府省庁"])]
    assert "政策所管府省庁で数えると 2件" in result.text
    assert any("府省庁" in n for n in result.notes)


def test_an_agency_is_counted_by_its_own_column_alone(rs):
    result = ask(rs, "count", ministries=("消防庁",))
    assert [c.value for c in result.cells] == [1]


def test_a_condition_counts_the_projects_that_meet_it_in_that_year(rs):
    low = Filter(budget("執行率"), "<", 50.0)
    result = ask(rs, "count", filters=(low,), years=given(2023))
    assert result.cells[0].value == 2
    assert "執行率が50.0 %未満" in result.cells[0].derived
    assert rs.shown(result)[0][0] == 2


def test_a_year_nobody_has_figures_for_is_no_count_of_zero(rs):
    low = Filter(budget("執行率"), "<", 50.0)
    result = ask(rs, "count", filters=(low,), years=given(2030))
    assert result.status == "no_answer"
    assert "2030年度" in result.text


def test_a_sum_says_over_how_many_projects(rs):
    result = ask(rs, "sum", budget("執行額"), years=given(2023), ministries=("総務省", "消防庁"))
    assert (result.cells[0].value, result.cells[0].unit) == (101_000_000, "円")
    assert result.cells[-1].text == "2件"
    assert rs.shown(result)[0][0] == 101_000_000


def test_an_average_of_rates_comes_with_the_rate_of_the_sums(rs):
    result = ask(rs, "average", budget("執行率"), years=given(2023))
    assert result.cells[0].value == pytest.approx((60 + 20 + 95 + 40 + 200) / 5)
    overall = next(c for c in result.cells if c.label == "全体の執行率")
    assert overall.value == pytest.approx(151 / 198 * 100, abs=1e-3)


def test_a_share_is_taken_of_the_projects_that_have_the_figure(rs):
    low = Filter(budget("執行率"), "<", 50.0)
    result = ask(rs, "count", filters=(low,), years=given(2023), share=True)
    assert result.cells[0].value == 40.0
    assert result.cells[0].derived == "割合 = 2 ÷ 5"


def test_a_share_of_a_ministry_is_taken_of_all(rs):
    result = ask(rs, "sum", budget("執行額"), years=given(2023), ministries=("総務省",), share=True)
    assert result.cells[0].value == pytest.approx(95 / 151 * 100, abs=1e-3)


def test_the_highest_figures_come_in_order_one_cell_a_project(rs):
    result = ask(rs, "rank", budget("執行額"), years=given(2023), order="desc", limit=2)
    assert [(c.sheet["事業名"], c.value) for c in result.cells] == [
        ("統計調査の実施", 95_000_000),
        ("公民館端末管理経費", 30_000_000),
    ]
    assert [r["執行額"] for r in rs.shown(result)] == [95_000_000, 30_000_000]
    assert [p.name for p in result.projects] == ["統計調査の実施", "公民館端末管理経費"]


def test_the_lowest_rate_leaves_out_what_is_not_yet_known(rs):
    result = ask(rs, "rank", budget("執行率"), order="asc", limit=1)
    assert (result.cells[0].value, result.years) == (20.0, (2023,))


def test_a_list_by_a_condition_ends_with_how_many_there_are(rs):
    high = Filter(budget("執行率"), ">=", 60.0)
    result = ask(rs, "list", filters=(high,), years=given(2023))
    assert [c.sheet["事業名"] for c in result.cells[:-1]] == [
        "漁港の復旧",
        "統計調査の実施",
        "公民館端末管理経費",
    ]
    assert result.cells[-1].text == "3件"


def test_a_list_by_a_basic_field_names_the_projects(rs):
    special = Filter(FieldRef("sheets", "会計区分"), "contains", "特別会計")
    result = ask(rs, "list", filters=(special,))
    assert [c.sheet["府省庁"] for c in result.cells if c.sheet] == ["復興庁"]


def test_a_condition_on_bidders_falls_to_the_contracts_where_no_payees_are_loaded(rs):
    single = Filter(FieldRef("payees", "入札者数"), "=", 1)
    result = ask(rs, "list", filters=(single,))
    assert [c.sheet["事業名"] for c in result.cells if c.sheet] == ["避難放送設備の整備"]


def test_groups_are_ordered_by_their_sums(rs):
    result = ask(
        rs,
        "sum",
        budget("執行額"),
        years=given(2023),
        group_by=FieldRef("sheets", "府省庁"),
        limit=2,
        order="desc",
    )
    assert [(c.group["府省庁"], c.value) for c in result.cells] == [
        ("総務省", 95_000_000),
        ("文部科学省", 30_000_000),
    ]


def test_projects_are_grouped_by_a_basic_field(rs):
    result = ask(rs, "count", group_by=FieldRef("sheets", "会計区分"))
    assert {c.group["会計区分"]: c.value for c in result.cells} == {"一般会計": 4, "特別会計": 1}


def test_each_project_counts_once_where_several_sheets_hold_the_year(many):
    result = ask(many, "sum", budget("執行額"), years=given(2016))
    assert result.cells[0].value == 24_000_000
    assert any("2018年度公開" in n for n in result.notes)


def test_projects_are_counted_in_the_latest_publication(many):
    assert ask(many, "count").cells[0].value == 5
    assert ask(many, "count", published=(2019,)).cells[0].value == 1


def test_a_named_year_of_publication_is_the_one_counted(many):
    assert ask(many, "count", years=given(2018)).cells[0].value == 1


def test_the_course_over_the_years_is_added_up_a_year(rs):
    result = ask(rs, "trend", budget("執行額"), years=Years("all"))
    assert [(c.fiscal_year, c.value) for c in result.cells] == [
        (2021, 40_000_000), (2022, 161_000_000), (2023, 151_000_000),
    ]  # fmt: skip


def test_ministries_are_put_side_by_side(rs):
    result = ask(rs, "compare", budget("執行額"), years=given(2023), ministries=("総務省", "水産庁"))
    assert [(c.group["府省庁"], c.value) for c in result.cells[:2]] == [
        ("総務省", 95_000_000),
        ("水産庁", 4_000_000),
    ]
    assert [(c.unit, c.value) for c in result.cells[2:]] == [("円", 91_000_000), ("倍", 23.75)]


def test_the_largest_changes_over_all_projects(rs):
    result = ask(rs, "compare", budget("執行額"), years=given(2023), order="asc", limit=1)
    assert (result.cells[0].sheet["事業名"], result.cells[0].value) == ("避難放送設備の整備", -14_000_000)
    assert rs.shown(result)[0]["増減"] == -14_000_000


def test_nothing_that_meets_a_condition_is_said(rs):
    none = Filter(budget("執行率"), ">", 500.0)
    assert ask(rs, "list", filters=(none,), years=given(2023)).status == "no_answer"


def test_ranked_projects_are_given_their_reasons_where_asked(rs):
    result = ask(rs, "rank", budget("執行率"), years=given(2022), order="asc", limit=2, reason=True)
    assert [(c.label, c.value) for c in result.cells[:2]] == [
        ("執行率", 70.0),
        ("主な増減理由", "前年度は入札の差金が生じ、執行率が下がったため。"),
    ]


def test_projects_about_a_matter_are_counted_by_name_purpose_and_overview(rs):
    result = rs(Query("質問", "count", matters=("端末",)))
    whole, named = result.cells[:2]
    assert whole.label == named.label == "事業数"
    assert whole.value >= named.value >= 1
    assert "事業名・事業の目的・事業概要" in result.text


def test_the_latest_year_is_one_in_which_all_the_figures_stand(rs):
    """The newest budget has no 執行率 yet: put in order by the budget, the condition would find nobody."""
    low = Filter(budget("執行率"), "<", 50.0)
    result = ask(rs, "rank", budget("計"), filters=(low,), years=Years("latest"), order="desc", limit=10)
    assert {c.fiscal_year for c in result.cells} == {2023}
    assert len(result.cells) == 2


def test_sheets_without_a_text_are_those_that_lack_it_not_those_that_have_an_empty_row(rs):
    text = FieldRef("comments", "本文", "点検結果")
    every = ask(rs, "count").cells[0].value
    written = ask(rs, "count", filters=(Filter(text, "!=", None),)).cells[0].value
    unwritten = ask(rs, "count", filters=(Filter(text, "=", None),)).cells[0].value
    assert 0 < written < every
    assert written + unwritten == every


def test_a_box_that_no_sheet_has_is_no_count_of_zero(rs):
    marks = FieldRef("evaluations", "評価", "不用率が大きい場合、その理由は妥当か。")
    assert ask(rs, "count", filters=(Filter(marks, "!=", None),)).status == "no_answer"


def test_what_else_is_asked_of_the_highest_is_told_with_it(rs):
    """「一番予算の大きい事業の目的と執行率」."""
    purpose = FieldRef("comments", "本文", "点検結果")
    result = ask(
        rs, "rank", budget("計"), budget("執行率"), purpose, years=given(2023), order="desc", limit=1
    )
    first, *further = result.cells
    assert first.column == "計"
    assert "執行率" in {c.column for c in further}
    assert {c.sheet["sheet_key"] for c in further} == {first.sheet["sheet_key"]}
    assert len(result.sentences) == 2


def test_a_figure_is_compared_with_another_of_the_same_project(rs):
    above = Filter(budget("執行額"), ">", OtherFigure(budget("計")))
    result = ask(rs, "count", filters=(above,), years=given(2023))
    assert result.cells[0].value == 1
    assert "執行額が計（予算額）を超える" in result.text
    assert rs.shown(result)[0][0] == 1


def test_a_figure_is_compared_with_that_of_the_year_before(rs):
    less = Filter(budget("執行額"), "<", OtherFigure(budget("執行額"), -1))
    result = ask(rs, "count", filters=(less,), years=given(2023))
    assert result.cells[0].value == 3
    assert "前年度の執行額" in result.text


def test_the_average_compared_with_is_shown(rs):
    above = Filter(budget("執行率"), ">", Average())
    result = ask(rs, "count", filters=(above,), years=given(2023))
    assert [(c.label, c.value) for c in result.cells] == [("事業数", 2), ("執行率の平均", 83.0)]
    assert "執行率の平均は 83.0 % です" in result.text


def test_the_average_is_of_the_ministries_asked_about_or_of_all(rs):
    own = Filter(budget("執行率"), ">=", Average())
    whole = Filter(budget("執行率"), ">=", Average(whole=True))
    options = {"years": given(2023), "ministries": ("文部科学省",)}
    assert ask(rs, "count", filters=(own,), **options).cells[0].value == 1
    assert ask(rs, "count", filters=(whole,), **options).cells[0].value == 0


def test_what_is_left_out_is_not_counted(rs):
    other = Filter(FieldRef("sheets", "府省庁"), "!=", "文部科学省")
    special = Filter(FieldRef("sheets", "会計区分"), "!=", "一般会計")
    assert ask(rs, "count", filters=(other,)).cells[0].value == 4
    assert ask(rs, "count", filters=(special,)).cells[0].value == 1


def test_one_place_of_the_order_is_shown_alone(rs):
    result = ask(rs, "rank", budget("執行額"), years=given(2023), order="desc", limit=2, nth=2)
    assert [c.value for c in result.cells] == [30_000_000]
    assert "2番目に大きい" in result.text
    beyond = ask(rs, "rank", budget("執行額"), years=given(2023), order="desc", limit=9, nth=9)
    assert beyond.status == "no_answer"


def test_where_every_project_has_nothing_none_has_the_most(rs):
    result = ask(rs, "rank", budget("翌年度へ繰越し"), years=given(2021), order="desc", limit=1)
    assert result.cells[0].value == 0
    assert "ありません" in result.text


def test_projects_are_put_in_the_order_of_how_many_names_a_list_has(rs):
    result = ask(rs, "rank", FieldRef("expenses", "費目"), order="desc", limit=1, by_number=True)
    assert [(c.sheet["事業名"], c.value) for c in result.cells] == [("公民館端末管理経費", 2)]
    assert rs.shown(result)[0]["費目の数"] == 2


def test_counts_by_publication_take_every_publication_in_order(many):
    result = ask(many, "count", ministries=("文部科学省",), group_by=FieldRef("sheets", "公開年度"))
    assert [c.group["公開年度"] for c in result.cells] == [2018, 2019, 2024]


def test_a_course_over_the_years_names_its_ends_its_height_and_years_told_only_in_part(many):
    result = ask(many, "trend", budget("執行額"), ministries=("文部科学省",), years=Years("all"))
    assert "最も多いのは" in result.text
    assert "2015・2016" in result.text
    assert "その後も続いた事業だけの額" in result.text


def test_years_told_only_in_part_are_put_in_no_order(many):
    by_year = FieldRef("budgets", "年度")
    result = ask(
        many,
        "rank",
        budget("執行額"),
        ministries=("文部科学省",),
        years=Years("all"),
        group_by=by_year,
        order="asc",
    )
    assert 2015 not in [c.fiscal_year for c in result.cells]


def test_a_count_says_whose_years_sheets_it_counts(many):
    assert "2024年度公開のシート" in ask(many, "count").text


def test_an_office_that_no_sheet_of_the_publication_names_is_no_count_of_zero(many):
    result = ask(many, "count", ministries=("消防庁",), published=(2019,))
    assert result.status == "no_answer"
    assert "2024年度の公開分" in result.text


def test_growth_of_groups_is_the_growth_of_their_sums(rs):
    result = ask(
        rs,
        "compare",
        budget("計"),
        years=given(2022, 2023),
        group_by=FieldRef("sheets", "府省庁"),
        order="desc",
    )
    assert result.status == "answered"
    assert [c.group["府省庁"] for c in result.cells]
    shown = rs.shown(result)
    assert [row[3] for row in shown] == sorted((row[3] for row in shown), reverse=True)
    assert [c.value for c in result.cells] == [row[3] for row in shown]


def test_a_condition_on_a_year_no_sheet_tells_is_no_count_of_zero(rs):
    fell = Filter(budget("執行額"), "<", OtherFigure(budget("執行額"), -9), shift=-8)
    result = ask(rs, "count", filters=(fell,), years=given(2023))
    assert result.status == "no_answer"
    assert "2015年度" in result.text


def test_a_condition_on_the_year_before_is_on_the_same_project(rs):
    low = (Filter(budget("計"), ">", 0), Filter(budget("計"), ">", 0, shift=-1))
    both = ask(rs, "count", filters=low, years=given(2023)).cells[0].value
    one = ask(rs, "count", filters=low[:1], years=given(2023)).cells[0].value
    assert 0 < both < one


def test_what_else_is_asked_of_the_same_sheets_follows(rs):
    added = Query("質問", "sum", fields=(budget("執行額"),), years=given(2023))
    result = ask(rs, "count", beside=(added,))
    assert [c.unit for c in result.cells[:2]] == ["件", "円"]
    assert len(result.sentences) == 2


def test_a_matter_no_sheet_speaks_of_is_no_count_of_zero(rs):
    assert ask(rs, "count", matters=("宇宙遊泳",)).status == "no_answer"
