"""Years in which a figure met a condition, of a project and of a 府省庁 as a whole, and a year set beside the latest."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef, OtherFigure, Years
from tests.assistant.understanding.conftest import Reader

PUBLISHED = FieldRef("sheets", "公開年度")
FISCAL_YEAR = FieldRef("budgets", "年度")
PAYERS = FieldRef("sheets", "府省庁")


def budgets(column: str) -> FieldRef:
    return FieldRef("budgets", column)


@pytest.mark.parametrize(
    ("question", "column", "op", "value", "order"),
    [
        ("離島航路の維持改善に初めて予算がついたのは何年度", "計", "!=", 0, "asc"),
        ("離島航路の維持改善の最後に執行があったのは何年度ですか", "執行額", "!=", 0, "desc"),
        ("離島航路の維持改善で補正がついた年度は", "補正予算", "!=", 0, None),
        ("離島航路の維持改善が5百万円以上かかった年度", "執行額", ">=", 5_000_000, None),
        ("離島航路の維持改善は2022年度以降1円も使っていないのは本当ですか", "執行額", "=", 0, None),
        ("離島航路の維持改善の執行額が初めて1億円を超えたのは何年度か", "執行額", ">", 100_000_000, "asc"),
        ("離島航路の維持改善に補正予算がついたことは？", "補正予算", "!=", 0, None),
        ("離島航路の維持改善で執行がゼロの年度はどれ", "執行額", "=", 0, None),
        ("離島航路の維持改善で予算オーバーした年を全部", "執行率", ">", 100.0, None),
        ("離島航路の維持改善の予算がついていた期間は何年度から何年度まで", "計", "!=", 0, None),
    ],
)
def test_years_of_a_project_that_met_a_condition(read: Reader, question, column, op, value, order):
    q = read(question)
    assert (q.operation, q.fields, q.order) == ("trend", (budgets(column),), order)
    assert [(f.op, f.value) for f in q.filters] == [(op, value)]
    assert q.limit == (1 if order else None)


@pytest.mark.parametrize(
    ("question", "op", "times"),
    [
        ("離島航路の維持改善の執行額が前の年の半分以下になった年度は", "<=", 0.5),
        ("離島航路の維持改善の執行額が前年度の2倍に増えた年は", ">=", 2.0),
        ("離島航路の維持改善の執行額が前年度より減った年度は？", "<", 1.0),
        ("離島航路の維持改善の執行額が前年割れした年は？", "<", 1.0),
        ("離島航路の維持改善の執行額が5分の1に減った年度は", "<=", 0.2),
        ("離島航路の維持改善の執行額は何年連続で増えている？", ">", 1.0),
    ],
)
def test_years_are_set_beside_the_year_before(read: Reader, question, op, times):
    (condition,) = read(question).filters
    assert condition.op == op
    assert condition.value == OtherFigure(budgets("執行額"), -1, times)


@pytest.mark.parametrize(
    ("question", "column", "op"),
    [
        ("環境省の執行率が良くなった年はいつ？", "執行率", ">"),
        ("外務省の当初予算が前年度より減った年度は？", "当初予算", "<"),
        ("防衛省の執行額は何年連続で減っている？", "執行額", "<"),
    ],
)
def test_years_in_which_a_ministrys_total_moved(read: Reader, question, column, op):
    q = read(question)
    assert (q.operation, q.fields, q.filters, q.refusal) == ("trend", (budgets(column),), (), None)
    assert [(f.op, f.value) for f in q.of_years] == [(op, OtherFigure(budgets(column), -1))]


def test_the_first_year_in_which_a_ministrys_total_passed_an_amount(read: Reader):
    q = read("環境省の執行額が初めて100億円を超えたのは何年度？")
    assert [(f.op, f.value) for f in q.of_years] == [(">", 10_000_000_000)]
    assert (q.filters, q.order, q.limit) == ((), "asc", 1)


def test_what_holds_of_projects_is_no_condition_on_a_year(read: Reader):
    assert read("環境省で執行額が100億円を超えた事業は何件").of_years == ()


@pytest.mark.parametrize(
    "question",
    [
        "離島航路の維持改善の執行額は2021年度と比べて増えた？",
        "離島航路の維持改善の執行額はいまと2021年度とでいくら違う？",
        "離島航路の維持改善の執行額は2021年度からどれだけ増えた？",
        "環境省の執行額は2021年度に比べてどう変わった？",
    ],
)
def test_a_year_compared_with_is_set_beside_the_latest(read: Reader, question):
    q = read(question)
    assert (q.operation, q.years.values, q.years.to_latest) == ("compare", (2021,), True)


def test_two_years_named_are_those_compared(read: Reader):
    assert not read("離島航路の維持改善の執行額は2021年度と比べて2023年度はどう変わった？").years.to_latest


def test_years_are_put_in_order_by_an_adjective_alone(read: Reader):
    q = read("環境省の不用額が多かった年を3つ")
    assert (q.operation, q.group_by, q.order, q.limit) == ("rank", FISCAL_YEAR, "desc", 3)


def test_projects_are_put_in_order_in_each_year(read: Reader):
    q = read("2021年度から2023年度まで毎年、執行額が一番多い事業は何か")
    assert [x.years for x in (q, *q.beside)] == [Years("given", (y,)) for y in (2021, 2022, 2023)]
    assert {(x.operation, x.order, x.limit) for x in (q, *q.beside)} == {("rank", "desc", 1)}


def test_the_amount_an_evaluation_item_is_about_is_put_in_order(read: Reader):
    q = read("2023年度に一番予算を余らせた府省庁")
    assert (q.operation, q.fields[0], q.group_by) == ("rank", budgets("不用額"), PAYERS)


def test_ministries_that_have_some_of_a_figure_are_listed(read: Reader):
    q = read("2023年度に予備費を使った省庁はどこ？")
    assert (q.operation, q.group_by, q.fields) == ("sum", PAYERS, (budgets("予備費等"),))
    assert [(f.op, f.value) for f in q.filters] == [("!=", 0)]


@pytest.mark.parametrize(
    "question",
    [
        "どの年度のシートが入っていますか",
        "何年度のデータがありますか",
        "いつからいつまでのデータが入ってるの？",
        "シートは何年度公開のものから読み込まれていますか",
    ],
)
def test_what_is_loaded_is_told_by_publication(read: Reader, question):
    q = read(question)
    assert (q.operation, q.group_by) == ("count", PUBLISHED)


@pytest.mark.parametrize(
    "question",
    [
        "2024年に公表された離島航路の維持改善のシートでは2022年度の執行額はいくら",
        "2024年公開の離島航路の維持改善のシートにある2022年度の執行額",
    ],
)
def test_the_year_of_publication_stands_apart_from_the_word_sheet(read: Reader, question):
    q = read(question)
    assert (q.published, q.years.values) == ((2024,), (2022,))
    assert [x.name for x in q.projects] == ["離島航路の維持改善"]


def test_what_is_spent_each_year_is_an_amount(read: Reader):
    assert read("離島航路の維持改善は毎年どれくらい使ってる？").fields == (budgets("執行額"),)


def test_a_kind_of_corporation_is_no_ones_name(read: Reader):
    q = read("2023年度に受け取った額が最も大きかった株式会社は？")
    assert (q.operation, q.projects, q.payees, q.refusal) == ("rank", (), (), None)


@pytest.mark.parametrize(
    ("question", "op", "other"),
    [
        ("環境省の予算が前の年より1割以上減った年度はある？", "<=", OtherFigure(budgets("計"), -1, 0.9)),
        (
            "環境省の執行率が前年度より5ポイント以上下がった年は",
            "<=",
            OtherFigure(budgets("執行率"), -1, more=-5.0),
        ),
        ("環境省の予算が前年度より10億円以上増えた年度は", ">=", OtherFigure(budgets("計"), -1, more=1e9)),
    ],
)
def test_years_in_which_a_total_moved_by_so_much(read: Reader, question, op, other):
    q = read(question)
    assert [(f.op, f.value) for f in q.of_years] == [(op, other)]
    assert (q.filters, q.refusal) == ((), None)


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("離島航路の維持改善は2021年度から2023年度まではずっと減っていた？", "trend"),
        ("離島航路の維持改善の当初予算はずっとゼロ？", "trend"),
        ("離島航路の維持改善って一番お金がかからなかったのは何年度？", "rank"),
        ("離島航路の維持改善の予算が3倍近くに跳ね上がったのは何年度？", "compare"),
        ("離島航路の維持改善がコロナの2021年度に使った額", "lookup"),
    ],
)
def test_everyday_words_about_the_years_of_a_project(read: Reader, question, operation):
    q = read(question)
    assert (q.operation, q.refusal) == (operation, None)


def test_what_costs_least_is_the_low_end(read: Reader):
    assert read("離島航路の維持改善って一番お金がかからなかったのは何年度？").order == "asc"


def test_all_years_of_a_ministry_are_added_up(read: Reader):
    q = read("デジタル庁ができてから今までに使った総額は")
    assert (q.operation, q.years.kind, q.fields) == ("sum", "all", (budgets("執行額"),))


def test_two_ministries_are_set_side_by_side_in_each_year(read: Reader):
    q = read("環境省と外務省の執行額の差は2021年度と2023年度でどう変わった")
    assert [x.years.values for x in (q, *q.beside)] == [(2021,), (2023,)]


def test_the_first_year_of_an_amount_that_was_reached(read: Reader):
    q = read("環境省の当初予算が初めて4兆円台に乗ったのはいつ")
    assert (q.refusal, q.order, q.limit) == (None, "asc", 1)
    assert [f.value for f in q.of_years] == [(4_000_000_000_000, 4_999_999_999_999)]


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("環境省の不用額、ワースト3の年度は？", "desc"),
        ("環境省の執行率、ワースト3の年度は？", "asc"),
        ("環境省の執行額、トップ3の年度は？", "desc"),
    ],
)
def test_the_first_years_of_an_order(read: Reader, question, order):
    q = read(question)
    assert (q.operation, q.group_by, q.order, q.limit) == ("rank", FISCAL_YEAR, order, 3)


def test_the_year_in_which_least_was_spent(read: Reader):
    q = read("環境省が一番お金を使わなかった年度")
    assert (q.operation, q.fields, q.order, q.refusal) == ("rank", (budgets("執行額"),), "asc", None)


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("離島航路の維持改善の執行額は右肩上がりだった？", "trend"),
        ("離島航路の維持改善は毎年減額補正されている？", "trend"),
        ("離島航路の維持改善の過去の執行額を古い順に全部", "trend"),
        ("離島航路の維持改善の執行額、2021年度が過去最高って本当？", "rank"),
    ],
)
def test_all_years_of_a_project(read: Reader, question, operation):
    q = read(question)
    assert (q.operation, q.years.kind, q.refusal) == (operation, "all", None)


def test_two_ministries_in_each_of_two_years(read: Reader):
    q = read("外務省と防衛省の執行額、2021年度と2022年度それぞれいくら")
    assert [x.years.values for x in (q, *q.beside)] == [(2021,), (2022,)]


def test_projects_of_which_much_was_added(read: Reader):
    q = read("2022年度に補正予算が多くついた事業を5つ")
    assert (q.operation, q.fields[0], q.order, q.limit) == ("rank", budgets("補正予算"), "desc", 5)


def test_recipients_over_a_span_of_years(read: Reader):
    q = read("株式会社電通に2021年度から2023年度の間に払った総額")
    assert (q.operation, q.years.values, q.refusal) == ("sum", (2021, 2022, 2023), None)
