"""Reasons, premises, comparisons, trends, descriptions and passages of one project."""

from __future__ import annotations

from assistant.query import FieldRef, Premise, ProjectRef, Query, Years
from tests.assistant.answer_sheets import CHECKED, REASON, UNUSED

SEED, RS = "2018-文部科学省-0012", "2024-RS-11"
RATE = FieldRef("budgets", "執行率")
SPENT = FieldRef("budgets", "執行額")


def given(*years):
    return Years("given", years)


def ask(asked, operation, *fields, key=SEED, question="質問", **options):
    return asked(Query(question, operation, projects=(asked.project(key),), fields=fields, **options))


def test_the_reason_is_the_explaining_passage_and_then_the_figure(single):
    result = ask(single, "reason", RATE, years=given(2017), reason=True)
    assert result.cells[0].label == UNUSED
    start, end = result.cells[0].highlights[0]
    assert result.cells[0].text[start:end] == REASON
    assert f"「{REASON}」" in result.text
    assert (RATE.column, 37.5) in {(c.column, c.value) for c in result.cells}


def test_the_reason_named_by_its_item_brings_the_figure_it_explains(single):
    result = ask(single, "reason", FieldRef("evaluations", "説明", UNUSED), reason=True)
    assert any(c.label == "不用率" and c.fiscal_year == 2017 for c in result.cells)


def test_in_rs_a_request_is_explained_by_the_row_of_the_year_before(rs):
    request = FieldRef("budgets", "要求額")
    result = ask(rs, "reason", request, key=RS, question="要求が増えた理由は", years=given(2025), reason=True)
    assert result.cells[0].value == "端末の更新時期を迎えるための増。"


def test_in_rs_spending_is_explained_by_a_passage_that_names_it_and_a_cause(rs):
    result = ask(
        rs, "reason", RATE, key=RS, question="執行率が下がった理由は", years=given(2022), reason=True
    )
    assert result.cells[0].value == "前年度は入札の差金が生じ、執行率が下がったため。"


def test_a_false_premise_is_said_with_the_figures(rs):
    premise = Premise(RATE, "up", as_said="上がった")
    result = ask(rs, "reason", RATE, key=RS, years=given(2022), reason=True, premise=premise)
    assert result.status == "no_answer"
    assert "2021年度の 80.0 % から2022年度の 70.0 % へ下がっています" in result.text
    assert [c.value for c in result.cells] == [70.0, 80.0]


def test_a_premise_with_a_figure_is_checked_against_it(rs):
    below = Premise(RATE, "down", "<", 60.0, as_said="6割を切った")
    assert (
        ask(rs, "reason", RATE, key=RS, years=given(2022), reason=True, premise=below).status == "no_answer"
    )
    above = Premise(RATE, "down", "<", 75.0)
    assert ask(rs, "reason", RATE, key=RS, years=given(2022), reason=True, premise=above).status == "answered"


def test_a_figure_is_compared_with_the_year_before(rs):
    result = ask(rs, "compare", SPENT, key=RS, years=given(2023))
    assert [(c.fiscal_year, c.value) for c in result.cells[:3]] == [
        (2023, 30_000_000), (2022, 42_000_000), (2023, -12_000_000),
    ]  # fmt: skip
    assert result.cells[2].derived == "増減 = 30,000,000 − 42,000,000"
    assert "減りました" in result.text


def test_two_named_years_are_compared(rs):
    result = ask(rs, "compare", RATE, key=RS, years=given(2021, 2023))
    assert [c.value for c in result.cells[:2]] == [60.0, 80.0]


def test_a_year_that_cannot_be_compared_is_said(rs):
    result = ask(rs, "compare", SPENT, key=RS, years=given(2024))
    assert result.status == "no_answer"
    assert "まだ分かりません" in result.text


def test_projects_are_compared_in_a_year_both_have(rs):
    projects = (rs.project(RS), rs.project("2024-RS-31"))
    result = rs(Query("質問", "compare", projects=projects, fields=(SPENT,), years=Years("latest")))
    assert [(c.sheet["事業名"], c.value) for c in result.cells[:2]] == [
        ("公民館端末管理経費", 30_000_000),
        ("統計調査の実施", 95_000_000),
    ]
    assert "「統計調査の実施」（総務省）のほうが大きい" in result.text


def test_projects_are_compared_by_the_figures_of_one_table(rs):
    projects = (rs.project(RS), rs.project("2024-RS-31"))
    fields = (SPENT, FieldRef("unit_costs", "単位当たりコスト"))
    for order in (fields, fields[::-1]):
        result = rs(Query("質問", "compare", projects=projects, fields=order, years=Years("latest")))
        assert {c.table for c in result.cells[:2]} <= {order[0].table}


def test_a_trend_over_sheets_and_rs_says_where_rates_break(many):
    keys = (RS, "2019-文部科学省-0012", SEED)
    project = ProjectRef("公民館端末管理経費", "文部科学省", keys)
    result = many(Query("質問", "trend", projects=(project,), fields=(RATE,), years=Years("all")))
    assert [c.fiscal_year for c in result.cells if c.label == "執行率"] == [
        2015,
        2016,
        2017,
        2018,
        2021,
        2022,
        2023,
    ]
    assert any(c.label == "比較用執行率" for c in result.cells)
    assert "そのまま続けて比べられません" in result.text


def test_a_trend_within_one_kind_of_source_has_no_break(single):
    result = ask(single, "trend", RATE, years=Years("all"))
    assert not any(c.label == "比較用執行率" for c in result.cells)


def test_a_description_is_one_screen_of_the_project(single):
    result = ask(single, "describe")
    labels = [c.label for c in result.cells]
    assert labels[0] == "事業概要"
    assert {"執行率", "要求額", "支出先", "点検結果", "改善の方向性"} <= set(labels)


def test_a_passage_of_the_project_is_found_and_its_sentence_marked(single):
    result = ask(single, "search", question="端末の紛失はあったか", topic="端末の紛失")
    cell = result.cells[0]
    assert (cell.label, cell.value) == ("点検結果", CHECKED)
    start, end = cell.highlights[0]
    assert cell.text[start:end] == "端末の紛失は起きていない。"


def test_passages_of_all_projects_come_with_the_nearest_project_s_first(rs):
    result = rs(Query("設備の据付けの遅れ", "search", topic="設備の据付けの遅れ"))
    names = [c.sheet["事業名"] for c in result.cells]
    assert names[0] == "避難放送設備の整備"
    assert max(names.count(n) for n in names) <= 3
    assert len({c.text for c in result.cells}) == len(result.cells)


def test_similar_projects_leave_out_the_project_itself(rs):
    result = ask(rs, "similar", key="2024-RS-41")
    assert result.cells[0].sheet["sheet_key"] == "2024-RS-42"
    assert all(c.sheet["sheet_key"] != "2024-RS-41" for c in result.cells)


def test_a_lookup_without_project_asks_which_where_there_are_many(rs):
    result = rs(Query("執行率は?", "lookup", fields=(RATE,)))
    assert result.status == "clarify"


def test_a_lookup_without_project_takes_the_only_one(single):
    assert single(Query("執行率は?", "lookup", fields=(RATE,))).status == "answered"


def test_two_amounts_are_set_against_each_other(single):
    result = ask(single, "compare", FieldRef("budgets", "計"), SPENT, years=given(2017))
    difference, budget, spent = result.cells[:3]
    assert difference.value == budget.value - spent.value
    assert difference.derived
    assert "のほうが多い" in difference.text


def test_what_no_passage_names_is_not_told_of_it(rs):
    asked = "設備の据付けを請け負った会社の株主構成を教えて"
    assert rs(Query(asked, "search", topic="設備の据付け 会社の株主構成")).status == "no_answer"
    assert rs(Query("設備の据付けの事情を教えて", "search", topic="設備の据付けの事情")).status == "answered"


def test_the_noun_a_description_ends_in_is_not_asked_of_it(rs):
    told = "設備の据付けが遅れないようにする実験"
    assert rs(Query(told, "search", topic="設備の据付けが遅れない 実験")).status == "answered"
    asked = "設備の据付けをしている業界団体は"
    assert rs(Query(asked, "search", topic="設備の据付けをしている業界団体")).status == "no_answer"


def test_a_box_about_a_matter_that_none_of_its_passages_names_is_not_told(rs):
    box = FieldRef("comments", "本文", "点検結果")
    assert (
        rs(Query("ドローンの点検結果は？", "search", fields=(box,), topic="ドローン 点検結果")).status
        == "no_answer"
    )
