"""Questions that follow a figure or a count over the years, and the query each is read as."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef, OtherFigure, ResultContext, Years
from tests.assistant.understanding.conftest import Reader

PUBLISHED = FieldRef("sheets", "公開年度")
FISCAL_YEAR = FieldRef("budgets", "年度")


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("離島航路の維持改善の執行額の推移を2022年度から見せて", 2022, None),
        ("離島航路の維持改善の予算は2022年度以降どう変わった？", 2022, None),
        ("離島航路の維持改善の令和4年度までの執行額の推移", None, 2022),
        ("離島航路の維持改善の2022年度以降の執行額の合計", 2022, None),
    ],
)
def test_one_end_of_a_span_leaves_the_other_open(read: Reader, question, first, last):
    years = read(question).years
    assert (years.kind, years.first, years.last) == ("all", first, last)
    assert years.within(2022)


def test_a_year_with_kara_is_still_that_year_where_nothing_follows_the_years(read: Reader):
    assert read("離島航路の維持改善は2022年度からの繰越しはいくら").years.kind != "all"


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("離島航路の維持改善の執行額が急に増えたのは何年度？", "desc"),
        ("離島航路の維持改善の予算が前年より一番増えたのは何年度？", "desc"),
        ("離島航路の維持改善の予算が一番減ったのはいつ", "asc"),
    ],
)
def test_the_year_of_the_largest_step_is_asked(read: Reader, question, order):
    q = read(question)
    assert (q.operation, q.order, q.years) == ("compare", order, Years("all"))
    assert q.premise is None


@pytest.mark.parametrize(
    ("question", "column", "op", "value"),
    [
        ("離島航路の維持改善の執行額が1億円を割ったのは何年度から？", "執行額", "<", 100_000_000),
        ("離島航路の維持改善の執行率が8割を下回ったのはいつ", "執行率", "<", 80.0),
        ("離島航路の維持改善は予算を超えて使った年がある？", "執行率", ">", 100.0),
    ],
)
def test_years_in_which_a_figure_met_a_condition_are_asked(read: Reader, question, column, op, value):
    q = read(question)
    assert (q.operation, q.fields) == ("trend", (FieldRef("budgets", column),))
    assert [(f.op, f.value) for f in q.filters] == [(op, value)]


@pytest.mark.parametrize(
    ("question", "operation", "group"),
    [
        ("環境省の2021年度と2023年度の執行額を比べて", "compare", FISCAL_YEAR),
        ("環境省の執行額は2021年度から2023年度に何％増えた？", "compare", FISCAL_YEAR),
        ("環境省の事業数は2023年と2024年でどれだけ減った？", "compare", PUBLISHED),
        ("環境省の事業数の移り変わり", "count", PUBLISHED),
        ("環境省が初めてシートに出てくるのは何年？", "count", PUBLISHED),
        ("環境省の執行額が一番多かった年度は？", "rank", FISCAL_YEAR),
    ],
)
def test_totals_of_a_ministry_are_set_beside_each_other_by_year(read: Reader, question, operation, group):
    q = read(question)
    assert (q.operation, q.group_by, q.refusal) == (operation, group, None)


def test_a_year_said_after_its_name_is_the_year_of_publication(read: Reader):
    q = read("公開年度2024の離島航路の維持改善の要求額は？")
    assert q.published == (2024,)
    assert [f.column for f in q.fields] == ["要求額"]


def test_a_follow_up_takes_another_publication(read: Reader):
    q = read.turns("環境省の事業数は？", "2023年公開のシートでは？")
    assert (q.operation, q.ministries, q.published) == ("count", ("環境省",), (2023,))
    q = read.turns("環境省の事業数は？", "2023年公開のシートでは？", "前の年は？")
    assert q.published == (2022,)


def test_the_projects_asked_next_are_those_of_the_ministry_just_told(read: Reader):
    q = read.turns("環境省の事業数は？", "一番お金を使った事業は？")
    assert (q.operation, q.ministries) == ("rank", ("環境省",))
    assert read.turns("環境省の事業数は？", "国全体で一番お金を使った事業は？").ministries == ()


def test_years_in_number_follow_the_figure_just_told(read: Reader):
    q = read.turns("離島航路の維持改善の2022年度の執行額は？", "3年分並べて")
    assert (q.operation, q.years.count) == ("trend", 3)


def test_a_time_said_of_the_year_beside_it_is_no_matter(read: Reader):
    q = read("台風の年、令和4年度に環境省が使ったお金は全部でいくら")
    assert (q.operation, q.matters, q.years.values) == ("sum", (), (2022,))


@pytest.mark.parametrize(
    ("turn", "operation", "group"),
    [
        ("どれだけ増えた？", "compare", FISCAL_YEAR),
        ("一番多い年度は？", "rank", FISCAL_YEAR),
    ],
)
def test_a_ministrys_figure_is_followed_over_the_years(read: Reader, turn, operation, group):
    q = read.turns("環境省の2022年度の執行額の合計は？", turn, years=(2022,))
    assert (q.operation, q.group_by, q.ministries) == (operation, group, ("環境省",))


def test_a_count_is_followed_over_the_publications(read: Reader):
    q = read.turns("2024年公開のシートで環境省の事業は何件？", "推移は？")
    assert (q.operation, q.group_by, q.published) == ("count", PUBLISHED, ())


def test_how_much_a_figure_moved_between_two_years_is_a_condition(read: Reader):
    spent = FieldRef("budgets", "執行額")
    for question, op, other in (
        ("2021年度と2022年度で執行額が2倍以上になった環境省の事業は？", ">=", OtherFigure(spent, -1, 2.0)),
        ("2021年度から2023年度にかけて執行額が半減した事業は何件", "<=", OtherFigure(spent, -2, 0.5)),
        ("2023年度の執行額が前年度より3割以上減った事業は何件", "<=", OtherFigure(spent, -1, 0.7)),
    ):
        (f,) = read(question).filters
        assert (f.field, f.op, f.value) == (spent, op, other), question
    (f,) = read("執行率が前年度より10ポイント以上下がった事業は何件").filters
    assert (f.op, f.value) == ("<=", OtherFigure(FieldRef("budgets", "執行率"), -1, more=-10.0))


def test_projects_that_grew_between_two_years_are_counted_one_by_one(read: Reader):
    q = read("環境省で予算が増えた事業の件数（令和5→令和6年度の当初予算）")
    assert (q.operation, q.years.values) == ("count", (2024,))
    assert [(f.field.column, f.op, f.value) for f in q.filters] == [
        ("当初予算", ">", OtherFigure(FieldRef("budgets", "当初予算"), -1))
    ]


def test_the_two_years_just_told_are_set_against_each_other(read: Reader):
    first = read("離島航路の維持改善の2021年度の執行額は？")
    shown = ResultContext(first.projects, (2023,), first.fields, before=(2021,))
    told = read.understanding.read(
        "差はいくら？", read.turns("離島航路の維持改善の2023年度の執行額は？"), shown
    )
    assert (told.operation, told.years.values) == ("compare", (2021, 2023))
