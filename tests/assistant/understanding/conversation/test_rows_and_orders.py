"""Rows of a list, years and orders that a follow-up takes from the turn before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answer import Answer
from tests.assistant.understanding.conftest import TODAY, Reader
from tests.assistant.understanding.test_questions import key, names

Talk = Callable[..., Answer]


@pytest.fixture
def talk(single_path: Path) -> Talk:
    """Asks the questions of the only sheet as one conversation and gives the answer to the last."""

    def asks(*questions: str) -> Answer:
        assistant = Assistant(single_path, today=TODAY)
        conversation = assistant.conversation()
        return [assistant.ask(q, conversation) for q in questions][-1]

    return asks


def values(answer: Answer, column: str) -> list[object]:
    """What the cells of a column say."""
    return [c.value for c in answer.cells if c.column == column]


def test_the_first_of_an_order_is_asked_for_another_column(talk: Talk) -> None:
    most = "一番多くもらった支出先は？"
    assert values(talk(most, "そこは何をしたの？"), "業務概要") == ["端末の点検"]
    assert talk(most, "その法人番号は？").status == "no_answer"
    assert values(talk("一番多くもらった支出先の業務概要は？"), "業務概要")[0] == "端末の点検"


def test_a_row_is_chosen_by_place_by_name_and_left_again(talk: Talk) -> None:
    listed = "支出先は？"
    assert values(talk(listed, "2番目は？"), "支出先") == ["端末整備株式会社"]
    assert values(talk(listed, "2番目は？", "最初の会社は？"), "支出先")[0] == "株式会社見本堂"
    assert len(values(talk(listed, "2番目は？", "ほかには？"), "支出先")) == len(
        values(talk(listed), "支出先")
    )
    assert values(talk(listed, "2番目は？", "執行率は？"), "執行率")


def test_another_row_is_asked_the_same_and_both_are_added(talk: Talk) -> None:
    turns = ("諸謝金はいくら？", "職員旅費は？")
    assert values(talk(*turns), "金額") == [9_000_000]
    assert values(talk(*turns, "合わせて"), "金額")[0] == 12_000_000
    assert values(talk(*turns, "一番大きい費目は？"), "目")[0] == "職員旅費"


def test_no_reason_is_taken_from_a_text_that_does_not_name_the_row(talk: Talk) -> None:
    assert talk("諸謝金はいくら？", "なぜ増えたの？").status == "no_answer"


def test_a_year_by_its_number_alone_is_the_one_nearest_to_the_last(talk: Talk, read: Reader) -> None:
    assert talk("平成29年度の執行額は？", "28年は？").cells[0].fiscal_year == 2016
    q = read.turns("離島航路の維持改善の令和4年度の執行額は？", "じゃあ3年は？", years=(2022,))
    assert q.years.values == (2021,)
    q = read.turns("離島航路の維持改善の2022年度の執行額は？", "23年だと？", years=(2022,))
    assert q.years.values == (2023,)


def test_a_figure_beside_the_latest_is_of_the_same_year(talk: Talk) -> None:
    assert [c.fiscal_year for c in talk("執行率は？", "予算は？").cells[:1]] == [2017]
    assert talk("予算は？").cells[0].fiscal_year == 2018


def test_a_target_is_that_of_the_indicator_just_told(talk: Talk) -> None:
    assert values(talk("活動実績は？", "目標は？"), "当初見込み") == [10]
    assert values(talk("活動実績は？", "成果のほうは？"), "成果実績") == [2]


def test_the_difference_is_of_the_two_years_told_though_why_was_asked_between(talk: Talk) -> None:
    answer = talk("2017年度の執行額は？", "前年は？", "なぜ減ったの？", "差は？")
    assert sorted({c.fiscal_year for c in answer.cells if c.column == "執行額"}) == [2016, 2017]


def test_the_reason_asked_after_an_order_of_years_is_that_years(talk: Talk) -> None:
    answer = talk("執行率が一番低いのは何年度？", "その理由は？")
    assert {c.fiscal_year for c in answer.cells if c.column == "執行率"} == {2017}


def test_an_adjective_alone_turns_an_order_round(read: Reader) -> None:
    ordered = "2023年度の執行額が多い省庁を3つ"
    for turned in ("逆に少ないのは？", "少ないほうは？", "逆は？", "下からだと？"):
        q = read.turns(ordered, turned)
        assert (q.operation, q.order, q.limit, q.group_by and q.group_by.column) == (
            "rank",
            "asc",
            3,
            "府省庁",
        ), turned


def test_rates_are_averaged_and_not_added_up(read: Reader) -> None:
    q = read.turns("環境省の2023年度の執行額の合計は？", "率にすると？")
    assert (q.operation, [key(f) for f in q.fields]) == ("average", ["執行率"])


def test_an_amount_alone_is_of_the_figure_before(read: Reader) -> None:
    q = read.turns("環境省で2023年度の執行額が1億円以上の事業は何件？", "そのうち10億円以上は？")
    assert [(f.field.column, f.value) for f in q.filters] == [("執行額", 10**8), ("執行額", 10**9)]
    q = read.turns("環境省で2023年度の執行額が1億円以上の事業は何件？", "全部でいくら？")
    assert (q.operation, [key(f) for f in q.fields], q.ministries) == ("sum", ["執行額"], ("環境省",))


def test_by_ministry_divides_the_figure_before(read: Reader) -> None:
    q = read.turns("環境省の2023年度の執行額の合計は？", "府省庁別に")
    assert ([key(f) for f in q.fields], q.group_by and q.group_by.column) == (["執行額"], "府省庁")


def test_a_year_after_a_text_asks_for_the_figures_of_that_year(read: Reader) -> None:
    q = read.turns("離島航路の維持改善の担当課は？", "2022年度はどうだった？")
    assert (names(q), q.operation, q.years.values) == (["離島航路の維持改善"], "lookup", (2022,))
    assert [key(f) for f in q.fields] == ["計", "執行額", "執行率"]


def test_an_amount_beside_another_is_of_the_same_year(talk: Talk) -> None:
    answer = talk("2017年度の執行額は？", "当初予算との差は？")
    assert {(c.column, c.fiscal_year) for c in answer.cells if c.column} == {
        ("執行額", 2017),
        ("当初予算", 2017),
    }


def test_a_bare_rate_is_that_of_the_amounts_before(read: Reader) -> None:
    q = read.turns("離島航路の維持改善の予算と執行額を年度別に", "率は？")
    assert ([key(f) for f in q.fields], q.years.kind) == (["執行率"], "all")


def test_from_a_year_on_is_followed_to_the_last(read: Reader) -> None:
    q = read.turns("離島航路の維持改善の執行額は？", "2021年度からどう変わった？")
    assert (q.operation, q.years.kind, q.years.first) == ("trend", "all", 2021)
    for apart in ("2021年度からどれだけ増えた？", "2021年度と比べると？"):
        q = read.turns("離島航路の維持改善の2023年度の執行額は？", apart, years=(2023,))
        assert (q.operation, q.years.values) == ("compare", (2021, 2023)), apart


def test_another_year_is_compared_with_the_one_told(read: Reader) -> None:
    q = read.turns("環境省の2023年度の執行額の合計は？", "2021年度と比べると？", years=(2023,))
    assert (q.operation, q.years.values) == ("compare", (2021, 2023))
    q = read.turns("環境省の2023年度の執行額の合計は？", "2021年度と比べると？", "一番増えた省庁は？")
    assert (q.operation, q.group_by and q.group_by.column, q.ministries, q.order) == (
        "compare",
        "府省庁",
        (),
        "desc",
    )


def test_still_further_back_is_the_year_before_the_one_told(read: Reader) -> None:
    asked = "離島航路の維持改善の2023年度の執行額は？"
    assert read.turns(asked, "さらに前は？", years=(2023,)).years.values == (2022,)


def test_a_turn_that_edits_nothing_is_read_of_the_project_or_said_not_to_be_understood(talk: Talk) -> None:
    assert talk("開始年度は？", "いまも続いてる？").cells[0].column == "事業終了年度"
    assert talk("2017年度の執行額は？", "壊れたらどうする？").status == "no_answer"
    assert (
        values(talk("2017年度の執行額は？", "壊れたらどうする？", "2016年度は？"), "執行額")[0] == 24_000_000
    )


def test_words_a_project_does_not_have_leave_the_conversation_where_it_was(talk: Talk) -> None:
    turns = ("諸謝金はいくら？", "潜水艦は？", "職員旅費は？")
    assert values(talk(*turns), "金額") == [9_000_000]


def test_which_row_grew_most_is_not_computed(talk: Talk) -> None:
    assert talk("費目の内訳は？", "一番増えたのはどれ？").status == "no_answer"


def test_a_request_is_of_its_own_year_whatever_year_was_told(talk: Talk) -> None:
    assert talk("2015年度の不用額は？", "要求額は？").cells[0].fiscal_year == 2019


def test_two_rows_told_one_after_the_other_are_put_in_order(talk: Talk) -> None:
    assert values(talk("諸謝金はいくら？", "職員旅費は？", "どちらが多い？"), "目") == ["職員旅費", "諸謝金"]


def test_a_correction_names_another_figure(read: Reader) -> None:
    for said in ("そうじゃなくて当初予算", "じゃなくて当初予算", "違う、当初予算"):
        q = read.turns("離島航路の維持改善の2022年度の執行額は？", said)
        assert (q.refusal, [key(f) for f in q.fields], q.years.values) == (None, ["当初予算"], (2022,)), said
