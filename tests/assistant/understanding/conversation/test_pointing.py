"""What a follow-up points at without naming it: a row of the list told, the first 府省庁 of an order, the other years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answer import Answer
from tests.assistant.understanding.conftest import TODAY

Talk = Callable[..., Answer]


def talker(path: Path) -> Talk:
    """Asks the questions as one conversation and gives the answer to the last."""

    def asks(*questions: str) -> Answer:
        assistant = Assistant(path, today=TODAY)
        conversation = assistant.conversation()
        return [assistant.ask(q, conversation) for q in questions][-1]

    return asks


@pytest.fixture
def talk(single_path: Path) -> Talk:
    """Talks about the only sheet."""
    return talker(single_path)


@pytest.fixture
def talk_of_many(fictional_path: Path) -> Talk:
    """Talks about the fictional projects."""
    return talker(fictional_path)


def values(answer: Answer, column: str) -> list[object]:
    """What the cells of a column say."""
    return [c.value for c in answer.cells if c.column == column]


def test_a_row_of_the_list_just_told_is_named(talk: Talk) -> None:
    assert values(talk("支出先は？", "端末整備はいくら？"), "支出先") == ["端末整備株式会社"]
    assert values(talk("支出先は？", "端末整備は？", "見本堂は？"), "支出先")[0] == "株式会社見本堂"
    assert talk("支出先は？", "端末整備は？", "執行率は？").cells[0].column == "執行率"


def test_the_other_years_are_those_of_the_figure_told_last(talk: Talk) -> None:
    answer = talk("2017年度の執行額は？", "担当課は？", "他の年は？")
    assert len({c.fiscal_year for c in answer.cells if c.column == "執行額"}) > 1


def test_the_first_ministry_of_an_order_is_pointed_at(talk_of_many: Talk) -> None:
    first = talk_of_many("2022年度の執行額が多い省庁は？")
    name = (first.cells[0].group or {})["府省庁"]
    answer = talk_of_many("2022年度の執行額が多い省庁は？", "その省で一番大きい事業は？")
    assert {(c.sheet or {})["府省庁"] for c in answer.cells if c.sheet} == {name}
    place = talk_of_many("2022年度の執行額が多い省庁は？", f"{name}は何位？")
    assert place.cells[0].value == 1
    alone = talk_of_many("2022年度の執行額が多い省庁は？", f"{name}は何位？", "その金額は？")
    assert alone.cells[0].value == first.cells[0].value


def test_recipients_of_a_name_are_put_in_order(talk: Talk) -> None:
    answer = talk("端末整備への支出が多い順に")
    assert values(answer, "支出先") == ["端末整備株式会社"]


def test_the_one_above_and_the_list_again(talk_of_many: Talk) -> None:
    ranking = "2022年度の執行額が大きい事業を3つ"
    shown = [(c.sheet or {})["事業名"] for c in talk_of_many(ranking).cells[:3]]
    third = talk_of_many(ranking, "3位の担当課は？", "一つ上の事業は？")
    assert (third.cells[0].sheet or {})["事業名"] == shown[1]
    again = talk_of_many(ranking, "3位の担当課は？", "さっきの一覧をもう一度")
    assert [(c.sheet or {})["事業名"] for c in again.cells[:3]] == shown


def test_a_rate_is_asked_of_the_years_just_compared(talk: Talk) -> None:
    answer = talk("2016年度の執行額は？", "2017年度は？", "率は上がった？")
    assert answer.cells[0].column == "執行率"


def test_whether_a_figure_moves_is_told_of_its_years(talk: Talk) -> None:
    answer = talk("執行率は？", "下がってるの？")
    assert len({c.fiscal_year for c in answer.cells if c.column == "執行率"}) > 1


def test_one_ministry_is_set_beside_another(talk_of_many: Talk) -> None:
    first = talk_of_many("2022年度の執行額が多い省庁は？")
    names = [(c.group or {})["府省庁"] for c in first.cells[:2]]
    answer = talk_of_many(f"{names[0]}の2022年度の執行額の合計は？", f"{names[1]}と比べて")
    assert [(c.group or {}).get("府省庁") for c in answer.cells[:2]] == names
