"""Places in an order, the first ones taken together, medians, and conditions on what 府省庁 have in all."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef
from tests.assistant.understanding.conftest import Reader

MINISTRY = FieldRef("sheets", "府省庁")


@pytest.mark.parametrize(
    ("question", "operation", "value", "of_groups"),
    [
        ("2023年度の執行額の合計が1億円を超える府省庁は？", "sum", 1e8, False),
        ("事業が2件以上ある府省庁を全部挙げて", "count", 2, False),
        ("事業の数が50件以下の府省庁はいくつ？", "count", 50, True),
        ("平均執行率が8割未満だった省庁", "average", 80, False),
    ],
)
def test_a_condition_right_before_the_ministries_is_put_on_what_each_has_in_all(
    read: Reader, question: str, operation: str, value: float, of_groups: bool
) -> None:
    q = read(question)
    assert (q.operation, q.group_by, q.of_groups, q.filters) == (operation, MINISTRY, of_groups, ())
    assert [f.value for f in q.having] == [value]


def test_a_condition_on_projects_stays_one_where_their_ministries_are_counted(read: Reader) -> None:
    q = read("2023年度の執行率が5割未満の事業がある府省庁はいくつ")
    assert (q.of_groups, q.having, [f.value for f in q.filters]) == (True, (), [50])


@pytest.mark.parametrize(
    ("question", "order"),
    [("2023年度の執行額で環境省は何位？", "desc"), ("執行率の低い順に並べると環境省は何番目", "asc")],
)
def test_the_place_of_a_ministry_is_asked(read: Reader, question: str, order: str) -> None:
    q = read(question)
    assert (q.place, q.group_by, q.order, q.ministries) == (True, MINISTRY, order, ("環境省",))


@pytest.mark.parametrize(
    "question",
    ["湖沼水質改善対策費は環境省の中で何番目に予算が大きい？", "湖沼水質改善対策費の予算額は何位ですか"],
)
def test_the_place_of_a_project_is_asked(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.place, [p.name for p in q.projects]) == (True, ["湖沼水質改善対策費"])


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("2023年度執行額の上位10事業を合計するといくら？", False),
        ("2023年度の執行額、上位3事業で全体の何割？", True),
    ],
)
def test_the_first_ones_of_an_order_are_added_up(read: Reader, question: str, share: bool) -> None:
    q = read(question)
    assert (q.operation, q.added, q.share, q.order) == ("sum", True, share, "desc")


def test_ministries_with_the_largest_sums_are_not_added_up(read: Reader) -> None:
    q = read("2023年度の執行額の合計が大きい上位3府省庁")
    assert (q.added, q.group_by, q.limit) == (False, MINISTRY, 3)


@pytest.mark.parametrize(
    "question",
    [
        "府省庁ごとに一番予算が大きい事業",
        "各府省庁で一番予算の大きい事業を一つずつ",
        "各省庁で2023年度の執行率が最も低い事業は何",
    ],
)
def test_the_first_project_of_every_ministry_is_asked(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.of_each, q.group_by, q.limit) == ("rank", True, MINISTRY, 1)


@pytest.mark.parametrize(
    "question", ["2024年度当初予算の府省庁別構成比を教えて", "2023年度の執行額、全体に占める割合が高い府省庁"]
)
def test_the_part_of_each_ministry_is_asked(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.share, q.group_by) == ("sum", True, MINISTRY)


def test_a_part_without_a_whole_is_not_guessed(read: Reader) -> None:
    assert read("補正予算の割合が一番大きい省庁").refusal is not None


def test_mean_and_median_are_asked_together(read: Reader) -> None:
    q = read("2024年度当初予算の平均と中央値は")
    assert [(x.operation, x.median) for x in (q, *q.beside)] == [("average", False), ("average", True)]


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("印刷製本費に一番お金を使っている事業は？", "rank"),
        ("印刷製本費を使っている事業は何件ありますか", "count"),
        ("印刷製本費の総額はいくら", "sum"),
        ("印刷製本費の合計が大きい府省庁トップ3", "sum"),
        ("印刷製本費の支出額が大きい府省庁を3つ", "sum"),
    ],
)
def test_what_many_projects_spent_on_an_item_is_asked(read: Reader, question: str, operation: str) -> None:
    q = read(question)
    assert (q.operation, q.refusal, q.matters) == (operation, None, ())
    assert [(f.field.column, f.op, f.value) for f in q.filters] == [("費目", "=", "印刷製本費")]


def test_a_condition_on_what_was_spent_on_an_item_is_on_its_total(read: Reader) -> None:
    q = read("印刷製本費が100万円以上の事業は何件")
    assert ([f.field.column for f in q.filters], [f.value for f in q.having]) == (["費目"], [1e6])


def test_the_items_themselves_are_put_in_order(read: Reader) -> None:
    q = read("一番多く使われている費目は何")
    assert (q.operation, q.group_by, q.limit) == ("sum", FieldRef("expenses", "費目"), 1)


@pytest.mark.parametrize(
    ("question", "ministries"),
    [
        ("環境省の事業は何件で、そのうち2023年度の執行率が5割未満は何件？", ("環境省",)),
        ("2023年度の執行率が5割未満の事業は何件あって、うち環境省はいくつ", ("環境省",)),
    ],
)
def test_what_is_asked_of_those_is_asked_beside_them(
    read: Reader, question: str, ministries: tuple[str, ...]
) -> None:
    q = read(question)
    (of_those,) = q.beside
    assert (q.operation, of_those.operation, of_those.ministries) == ("count", "count", ministries)
    assert [f.value for f in of_those.filters] == [50]


def test_of_those_can_be_asked_as_a_part(read: Reader) -> None:
    q = read("環境省の事業は何件ですか。そのうち2023年度の執行率が5割未満は何割ですか")
    assert [x.share for x in (q, *q.beside)] == [False, True]


def test_the_first_ministries_are_added_up_as_ministries(read: Reader) -> None:
    q = read("執行額の多い上位3省庁で全体の何割を占めますか。2023年度です")
    assert (q.added, q.share, q.group_by, q.limit) == (True, True, MINISTRY, 3)


def test_so_many_contracts_are_a_condition_on_what_a_ministry_has(read: Reader) -> None:
    q = read("一者応札が50件以上ある府省庁")
    assert (q.of_rows, [f.value for f in q.having], [f.value for f in q.filters]) == (True, [50], [1])


def test_a_year_in_which_most_projects_began_is_asked_of_all_projects(read: Reader) -> None:
    q = read("事業開始年度が一番多いのは何年度？")
    assert (q.operation, q.group_by, q.limit) == ("count", FieldRef("sheets", "事業開始年度"), 1)


def test_a_condition_on_the_year_before_stands_beside_one_on_the_year_asked(read: Reader) -> None:
    q = read("前年度の執行率が9割以上だったのに2023年度は5割未満に落ちた事業は何件")
    assert [(f.shift, f.value) for f in q.filters] == [(-1, 90), (0, 50)]


@pytest.mark.parametrize(
    "question", ["環境省から委託を受けた会社トップ5", "国立研究開発法人の中で受け取った額が最も多いのはどこ"]
)
def test_recipients_of_a_kind_are_put_in_order_by_what_they_got(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.payees, [f.column for f in q.fields]) == ("rank", (), ["支出先", "支出額"])


@pytest.mark.parametrize(
    "question",
    [
        "2021年度から2023年度まで3年間の執行額を合わせると一番大きい事業は？",
        "過去3年の執行額の合計が大きい事業トップ3",
    ],
)
def test_what_several_years_have_together_puts_projects_in_order(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.years_added, q.order, q.refusal) == ("rank", True, "desc", None)


def test_a_median_is_of_the_figure_that_no_condition_is_on(read: Reader) -> None:
    q = read("執行率が9割を超える事業の2023年度執行額の中央値")
    assert (q.median, [f.column for f in q.fields][:1]) == (True, ["執行額"])


def test_an_amount_of_those_that_meet_a_condition_on_it_is_a_part_of_the_whole_amount(read: Reader) -> None:
    q = read("2023年度に1億円以上執行した事業の執行額合計は全体の何％")
    assert (q.operation, q.share, [f.column for f in q.fields]) == ("sum", True, ["執行額"])


def test_a_part_of_contracts_is_not_taken_for_a_rate_of_execution(read: Reader) -> None:
    assert read("随意契約が8割を超える府省庁").refusal is not None


def test_an_order_of_recipients_that_is_not_known_is_looked_for_in_no_passage(read: Reader) -> None:
    assert read("支出先企業の利益率が高い順に3社").refusal is not None
