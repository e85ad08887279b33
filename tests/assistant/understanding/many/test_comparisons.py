"""Figures against figures, what is left out, places in an order, and values of boxes as conditions."""

from __future__ import annotations

import pytest

from assistant.query import Average, FieldRef, OtherFigure
from tests.assistant.understanding.conftest import Reader


def budget(column: str) -> FieldRef:
    return FieldRef("budgets", column)


AGAINST = [
    ("2023年度に当初予算より執行額のほうが多い事業は何件？", "執行額", ">", OtherFigure(budget("当初予算"))),
    ("令和5年度に執行額が当初予算を上回った事業は何件", "執行額", ">", OtherFigure(budget("当初予算"))),
    ("2023年度、当初予算を執行額が下回った事業の数", "執行額", "<", OtherFigure(budget("当初予算"))),
    ("来年度の要求額が今年度の当初予算より多い事業は何件？", "要求額", ">", OtherFigure(budget("当初予算"), -1)),
    ("2023年度の執行率が前年度より下がった事業は何件？", "執行率", "<", OtherFigure(budget("執行率"), -1)),
    ("2021年度から2023年度にかけて執行額が増えた事業は何件？", "執行額", ">", OtherFigure(budget("執行額"), -2)),
    ("去年より予算が倍以上になった事業", "計", ">=", OtherFigure(budget("計"), -1, 2.0)),
    ("環境省の執行率の平均を上回る環境省の事業は何件", "執行率", ">", Average()),
    ("執行率が全体の平均より低い事業を教えて", "執行率", "<", Average(whole=True)),
]  # fmt: skip


@pytest.mark.parametrize(("question", "field", "op", "value"), AGAINST)
def test_one_figure_is_a_condition_on_another(
    read: Reader, question: str, field: str, op: str, value: object
) -> None:
    q = read(question)
    assert q.refusal is None
    (condition,) = q.filters
    assert (condition.field.column, condition.op, condition.value) == (field, op, value)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("去年より予算が減った事業", "asc"),
        ("予算が前年度より増えた事業", "desc"),
        ("前年度より予算が伸びた事業は", "desc"),
    ],
)
def test_projects_that_grew_or_shrank_are_told_with_what_moved_most_first(
    read: Reader, question: str, order: str
) -> None:
    q = read(question)
    assert (q.refusal, q.operation, q.order) == (None, "compare", order)


def test_of_two_years_compared_the_later_is_asked(read: Reader) -> None:
    assert read("2021年度から2023年度にかけて執行額が増えた事業は何件？").years.values == (2023,)


LEFT_OUT = [
    ("環境省以外の2023年度の執行額の合計は", ("環境省",)),
    ("厚生労働省を除いて2023年度の執行額が大きい順に3つ", ("厚生労働省",)),
    ("環境省と文科省以外の事業は何件", ("環境省", "文部科学省")),
]


@pytest.mark.parametrize(("question", "ministries"), LEFT_OUT)
def test_a_ministry_can_be_left_out(read: Reader, question: str, ministries: tuple[str, ...]) -> None:
    q = read(question)
    assert (q.ministries, q.refusal) == ((), None)
    assert [(f.field.column, f.op, f.value) for f in q.filters] == [("府省庁", "!=", m) for m in ministries]


def test_a_kind_of_account_can_be_left_out(read: Reader) -> None:
    (condition,) = read("一般会計以外の事業は何件？").filters
    assert (condition.field.column, condition.op, condition.value) == ("会計区分", "!=", "一般会計")


PLACES = [
    ("環境省で2023年度の執行額が2番目に大きい事業は？", "desc", 2),
    ("執行率が低いほうから3番目の事業", "asc", 3),
    ("2023年度の執行額で第4位の事業は？", "desc", 4),
]


@pytest.mark.parametrize(("question", "order", "nth"), PLACES)
def test_one_place_of_an_order_is_asked(read: Reader, question: str, order: str, nth: int) -> None:
    q = read(question)
    assert (q.operation, q.order, q.nth) == ("rank", order, nth)


def test_projects_that_go_on_have_a_later_end_or_none(read: Reader) -> None:
    (condition,) = read("2026年度以降も続く事業は何件？").filters
    assert (condition.field.column, condition.op, condition.value) == ("事業終了年度", ">=", 2026)
    assert condition.open_ended


def test_a_section_is_known_from_the_sheets(read: Reader) -> None:
    (condition,) = read("見本課の事業は何件？").filters
    assert (condition.field.column, condition.op, condition.value) == ("担当課室", "contains", "見本課")
    assert not [f for f in read("架空課の事業は何件？").filters if f.field.column == "担当課室"]


def test_names_in_a_list_are_counted_to_put_projects_in_order(read: Reader) -> None:
    q = read("契約先の数が一番多い事業はどれ？")
    assert (q.operation, q.by_number, [f.column for f in q.fields]) == ("rank", True, ["支出先"])


def test_the_average_of_a_project_is_over_its_years(read: Reader) -> None:
    q = read("離島航路の維持改善の執行額の平均は？")
    assert (q.operation, q.years.kind) == ("average", "all")
    assert read("離島航路の維持改善の2021年度から2023年度の平均執行率").years.values == (2021, 2022, 2023)


@pytest.mark.parametrize(
    ("question", "difference"),
    [
        ("離島航路の維持改善の2021年度と2023年度の執行額の差は？", "amount"),
        ("離島航路の維持改善の執行額は前年度から何％増えた？", "growth"),
        ("離島航路の維持改善の2023年度の執行額は2022年度の何倍？", "ratio"),
        ("離島航路の維持改善の2023年度の執行額は前年度と比べて増えた？", ""),
    ],
)
def test_how_far_two_figures_are_apart_is_told_from_whether(
    read: Reader, question: str, difference: str
) -> None:
    q = read(question)
    assert (q.operation, q.difference) == ("compare", difference)


def test_a_year_of_two_digits_may_be_a_western_one(read: Reader) -> None:
    assert read("離島航路の維持改善の23年度の執行額は").years.values == (2023,)
    assert read("離島航路の維持改善の5年度の執行額は").years.values == (2023,)


BEGUN = [
    ("令和3年度から始まった環境省の事業は何件", "=", 2021),
    ("昭和に始まった事業は何件", "between", (1926, 1988)),
]


@pytest.mark.parametrize(("question", "op", "value"), BEGUN)
def test_projects_begin_in_a_year_or_an_era(read: Reader, question: str, op: str, value: object) -> None:
    (condition,) = read(question).filters
    assert (condition.field.column, condition.op, condition.value) == ("事業開始年度", op, value)


def test_both_kinds_of_account_are_two_conditions(read: Reader) -> None:
    found = read("一般会計と特別会計の両方を使っている事業は何件").filters
    assert [(f.field.column, f.value) for f in found] == [("会計区分", "一般会計"), ("会計区分", "特別会計")]


def test_a_part_of_the_whole_names_no_project(read: Reader) -> None:
    q = read("環境省の2023年度の執行額は政府全体の何割？")
    assert (q.share, q.projects, q.ministries) == (True, (), ("環境省",))


def test_a_ministry_is_asked_for_before_the_year_too(read: Reader) -> None:
    q = read("不用額が一番多い府省庁は？2022年度で")
    assert q.group_by == FieldRef("sheets", "府省庁")


def test_two_kinds_of_projects_are_set_side_by_side(read: Reader) -> None:
    q = read("直接実施の事業と補助の事業、どっちが多い？")
    assert [[f.value for f in x.filters] for x in (q, *q.beside)] == [["直接実施"], ["補助"]]
    q = read("環境省の執行率70%以上の事業数と70%未満の事業数")
    assert [[f.op for f in x.filters] for x in (q, *q.beside)] == [[">="], ["<"]]
    q = read("農業の事業数と林業の事業数はどちらが多いですか")
    assert [x.matters for x in (q, *q.beside)] == [("農業",), ("林業",)]


def test_ministries_are_told_apart_where_each_is_asked_for(read: Reader) -> None:
    q = read("環境省と法務省の2023年度の執行額をそれぞれ")
    assert (q.operation, q.ministries) == ("compare", ("環境省", "法務省"))


def test_recipients_are_put_in_order_by_how_many_projects_paid_them(read: Reader) -> None:
    q = read("支出先として一番多くの事業に登場する会社は？")
    assert (q.operation, q.by_number, q.group_by) == ("rank", True, FieldRef("payees", "支出先"))


@pytest.mark.parametrize(
    "question",
    [
        "会計検査院の指摘を受けた事業の件数",
        "最も評判のよい府省庁は何位？",
        "成果目標を達成できなかった事業の数",
        "文科省の事業で執行率が一度も50％を超えなかったもの",
        "金額ベースで大きな事業は何件",
    ],
)
def test_what_was_not_read_is_not_left_out(read: Reader, question: str) -> None:
    assert read(question).refusal is not None


def test_contracts_are_put_in_order_by_what_they_are_for(read: Reader) -> None:
    for question in ("防衛省の契約で金額が大きいトップ3の契約先", "契約額の大きい随意契約を上位５件"):
        q = read(question)
        assert (q.operation, q.order, q.fields) == ("rank", "desc", (FieldRef("contracts", "契約額"),)), (
            question
        )


def test_money_of_contracts_is_what_they_are_for(read: Reader) -> None:
    for question in ("防衛省の随意契約の合計金額は？", "デジタル庁が一者応札だった契約の金額の合計"):
        assert read(question).fields == (FieldRef("contracts", "契約額"),), question


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("少額随契の件数", "随意契約（少額）"),
        ("公募による随意契約は何件？", "随意契約（公募）"),
        ("総合評価の一般競争入札は何件", "総合評価"),
    ],
)
def test_kinds_of_contracts_are_conditions(read: Reader, question: str, value: str) -> None:
    assert value in [f.value for f in read(question).filters]


def test_what_a_ministry_kept_doing_is_no_condition_on_its_projects(read: Reader) -> None:
    assert read("予算が増え続けている府省庁は？").refusal is not None


def test_until_a_year_is_the_year_it_ends_in(read: Reader) -> None:
    (f,) = read("2030年度まで続く予定の事業は何件？").filters
    assert (f.field.column, f.op, f.value, f.open_ended) == ("事業終了年度", "=", 2030, False)


def test_an_amount_against_a_part_of_another(read: Reader) -> None:
    (f,) = read("繰越額が予算の半分以上を占める事業は何件？（2023年度）").filters
    assert (f.field.column, f.op, f.value) == (
        "翌年度へ繰越し", ">=", OtherFigure(FieldRef("budgets", "計"), 0, 0.5),
    )  # fmt: skip


def test_ministries_that_have_projects_about_a_matter(read: Reader) -> None:
    q = read("里山の生物調査の事業を所管する省庁")
    assert (q.operation, q.group_by) == ("count", FieldRef("sheets", "府省庁"))
    assert q.matters


def test_what_was_spent_on_a_matter_is_added_up(read: Reader) -> None:
    q = read("里山に使われた2023年度の金額")
    assert (q.operation, [f.column for f in q.fields], q.matters) == ("sum", ["執行額"], ("里山",))


@pytest.mark.parametrize(
    "question",
    [
        "執行率の分布を見せて",
    ],
)
def test_what_is_not_computed_is_refused(read: Reader, question: str) -> None:
    assert read(question).refusal is not None


def test_a_box_of_a_contract_is_written_or_not(read: Reader) -> None:
    (f,) = read("法人番号が記載されていない契約は何件").filters
    assert (f.field.column, f.op, f.value) == ("法人番号", "=", None)
    (f,) = read("落札率が記載された契約の件数は？").filters
    assert (f.field.column, f.op, f.value) == ("落札率", "!=", None)


def test_several_figures_of_a_ministry_are_each_told(read: Reader) -> None:
    q = read("環境省の2023年度の予算現額・執行額・執行率を教えて")
    assert [(x.operation, x.fields[0].column) for x in (q, *q.beside)] == [
        ("sum", "計"), ("sum", "執行額"), ("average", "執行率"),
    ]  # fmt: skip
    q = read("環境省の2023年度予算執行状況を教えて")
    assert [x.fields[0].column for x in (q, *q.beside)] == ["計", "執行額", "執行率"]


def test_a_ministry_against_itself_some_years_ago(read: Reader) -> None:
    q = read("防衛省予算は3年前と比べて何倍？")
    assert (q.operation, q.years.kind, q.years.count) == ("compare", "latest", 4)


def test_a_question_after_a_question(read: Reader) -> None:
    q = read("里山に関して、いくつの事業がありますか。また2024年度の予算総額はいくらですか。")
    assert [x.operation for x in (q, *q.beside)] == ["count", "sum"]


@pytest.mark.parametrize(
    "question",
    [
        "要求額の合計が当初予算の合計より大きい省庁",
        "総合評価の契約は何件でそのうち一者応札は何件",
        "事業名に「補助金」も「交付金」も含まない事業は何件",
    ],
)
def test_what_asks_for_more_than_is_read_is_refused(read: Reader, question: str) -> None:
    assert read(question).refusal is not None


@pytest.mark.parametrize(
    ("question", "column", "op", "value"),
    [
        ("補助率1/2の事業の数", "補助率", "contains", "1/2"),
        ("会計区分が特別会計だけの事業は何件", "会計区分", "=", "特別会計"),
        ("災害対策基本法を根拠とする事業は何件ですか", "根拠法令", "contains", "災害対策基本法"),
        ("事業概要にAIと書いてある事業の数", "事業概要", "contains", "AI"),
    ],
)
def test_what_a_box_holds_is_a_condition(
    read: Reader, question: str, column: str, op: str, value: str
) -> None:
    assert [(f.field.column, f.op, f.value) for f in read(question).filters] == [(column, op, value)]


def test_a_number_that_was_not_read_is_not_left_out(read: Reader) -> None:
    assert read("第3期の計画に関する事業は何件").refusal is not None
    assert read("執行率が高い順に環境省の事業を5つ見せてください").limit == 5


def test_the_money_said_to_be_used_is_put_in_order(read: Reader) -> None:
    assert read("予備費を一番使ったのはどの省？2022年度").fields[0].column == "予備費等"


@pytest.mark.parametrize(
    "question",
    [
        "環境省の執行率の平均は全省庁の平均より高いですか",
        "執行率ワースト10の事業の平均執行率",
        "執行率が低くて予算が大きい事業は？",
        "地方自治体への支出が多い事業",
        "2023年度の執行額トップ3と2022年度の執行額トップ3",
    ],
)
def test_two_things_at_once_are_not_answered_by_one(read: Reader, question: str) -> None:
    assert read(question).refusal is not None


def test_contracts_of_a_ministry_are_about_no_matter(read: Reader) -> None:
    q = read("国土交通省の契約件数は？")
    assert (q.of_rows, q.matters) == (True, ())


@pytest.mark.parametrize(
    ("question", "op"),
    [
        ("環境省で執行率が前年より良くなった事業は何件？（2023年度）", ">"),
        ("令和5年度に執行率が悪化した環境省の事業の数", "<"),
        ("環境省の事業で執行率が改善したものを挙げて", ">"),
    ],
)
def test_a_figure_that_got_better_or_worse_did_so_since_the_year_before(
    read: Reader, question: str, op: str
) -> None:
    q = read(question)
    (condition,) = q.filters
    assert (condition.op, condition.value) == (op, OtherFigure(budget("執行率"), -1))
    assert q.operation in ("count", "list")


def test_two_figures_each_said_with_its_own_year_are_compared_over_them(read: Reader) -> None:
    q = read("2025年度要求額が2024年度当初予算の2倍以上の事業は何件")
    (condition,) = q.filters
    assert (q.operation, q.years.values) == ("count", (2025,))
    assert condition.value == OtherFigure(budget("当初予算"), -1, 2.0)


@pytest.mark.parametrize(
    ("question", "value"),
    [("開始年度が昭和の事業はいくつ", (1926, 1988)), ("令和に始まった事業は何件", 2019)],
)
def test_an_era_is_a_condition_on_when_projects_began(read: Reader, question: str, value: object) -> None:
    (condition,) = read(question).filters
    assert (condition.field.column, condition.value) == ("事業開始年度", value)


def test_projects_of_two_eras_are_counted_side_by_side(read: Reader) -> None:
    q = read("平成に始まった事業と令和に始まった事業、どちらが多い？")
    assert [[f.value for f in x.filters] for x in (q, *q.beside)] == [[(1989, 2018)], [2019]]


def test_a_budget_that_is_there_but_was_not_used_is_two_conditions(read: Reader) -> None:
    q = read("2023年度に予算はあるのに1円も使わなかった事業は何件")
    assert {(f.field.column, f.op) for f in q.filters} == {("計", ">"), ("執行額", "=")}


def test_a_contingency_that_was_used_is_more_than_nothing(read: Reader) -> None:
    assert [f.op for f in read("2023年度に予備費を使った事業は何件？").filters] == [">"]
