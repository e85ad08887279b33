"""A project chosen among those a conversation has spoken of: by its place, its name, as the other one, as the one before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.answer import Answer
from tests.assistant.understanding.conftest import TODAY

Talk = Callable[..., Answer]
TWINS = "港湾災害復旧等事業の2022年度の執行額は？"


@pytest.fixture
def talk(fictional_path: Path) -> Talk:
    """Asks the questions as one conversation and gives the answer to the last."""

    def asks(*questions: str) -> Answer:
        assistant = Assistant(fictional_path, today=TODAY)
        conversation = assistant.conversation()
        return [assistant.ask(q, conversation) for q in questions][-1]

    return asks


def about(answer: Answer) -> tuple[str, str, int | None, str | None]:
    """事業名, 府省庁, year and column of the first cell."""
    cell = answer.cells[0]
    sheet = cell.sheet or {}
    return sheet["事業名"], sheet["府省庁"], cell.fiscal_year, cell.column


def test_a_project_named_when_asked_which_is_asked_the_question_before(talk: Talk) -> None:
    assert talk("2022年度の執行額は？").status == "clarify"
    for name in ("図書館端末更新事業の", "図書館端末更新事業です", "図書館端末更新事業"):
        answer = talk("2022年度の執行額は？", name)
        assert about(answer) == ("図書館端末更新事業", "文部科学省", 2022, "執行額"), name


def test_what_is_no_project_is_a_question_of_its_own_when_asked_which(talk: Talk) -> None:
    assert talk("2022年度の執行額は？", "2021年度は？").status != "answered"


def test_words_of_a_name_choose_among_those_asked_back(talk: Talk) -> None:
    asked = "介護記録電子化推進事業の2022年度の執行額は？"
    assert about(talk(asked, "在宅のほう"))[0] == "介護記録電子化推進事業（在宅分）"
    assert about(talk(asked, "施設分の"))[:3] == ("介護記録電子化推進事業（施設分）", "厚生労働省", 2022)


def test_the_other_of_two_is_asked_the_same(talk: Talk) -> None:
    answer = talk(TWINS, "水産庁の", "もう一つのほうは？")
    assert about(answer) == ("港湾災害復旧等事業", "復興庁", 2022, "執行額")


def test_the_project_before_is_gone_back_to(talk: Talk) -> None:
    turns = ("離島航路の維持改善の2022年度の予算は？", "図書館端末更新事業は？")
    assert about(talk(*turns, "さっきの事業に戻って")) == ("離島航路の維持改善", "国土交通省", 2022, "計")
    assert about(talk(*turns, "さっきの事業に戻って", "執行額は？")) == (
        "離島航路の維持改善",
        "国土交通省",
        2022,
        "執行額",
    )
    assert about(talk(*turns, "前の事業の執行額は？"))[0] == "離島航路の維持改善"


def test_a_list_can_be_chosen_from_again_after_one_of_it_was_spoken_of(talk: Talk) -> None:
    turns = ("環境省の2023年度の執行額トップ3は？", "1位の予算は？", "2番目は？")
    first, second = talk(*turns[:2]), talk(*turns)
    assert about(first)[2:] == about(second)[2:] == (2023, "計")
    assert about(first)[0] != about(second)[0]
    assert talk(*turns, "図書館端末更新事業の目的は？", "3位の事業について教えて").status == "answered"


def test_the_next_of_an_order_is_told_where_only_the_first_was(talk: Talk) -> None:
    listed = [c.sheet["事業名"] for c in talk("環境省の2023年度の執行額トップ3は？").cells[:3] if c.sheet]
    best = "環境省で2023年度に執行額が一番大きい事業は？"
    assert about(talk(best, "2番目は？"))[0] == listed[1]
    assert about(talk(best, "その事業の予算は？", "2番目の事業は？"))[0] == listed[1]


def test_the_only_project_of_an_order_is_the_one_asked_about(talk: Talk) -> None:
    best = "環境省で2023年度に執行額が一番大きい事業は？"
    name = about(talk(best))[0]
    assert about(talk(best, "その事業の予算は？")) == (name, "環境省", 2023, "計")
    assert about(talk(best, "担当課は？"))[0] == name


def test_that_project_of_several_is_asked_back(talk: Talk) -> None:
    listed = "環境省の2023年度の執行額トップ3は？"
    assert talk(listed, "その事業の担当課は？").status == "clarify"
    assert talk(listed, "その事業の担当課は？", "2番目").cells[0].column == "担当課室"


def test_among_those_shown_only_they_are_put_in_order(talk: Talk) -> None:
    turns = ("厚生労働省の2023年度の執行額トップ2は？", "その中で執行額が一番小さいのは？")
    shown = [c.sheet["事業名"] for c in talk(turns[0]).cells[:2] if c.sheet]
    assert about(talk(*turns))[0] == shown[1]


def test_two_told_one_after_the_other_are_set_side_by_side(talk: Talk) -> None:
    turns = ("離島航路の維持改善の2022年度の執行額は？", "図書館端末更新事業は？", "どっちが多い？")
    assert {(c.sheet or {}).get("事業名") for c in talk(*turns).cells[:2]} == {
        "離島航路の維持改善",
        "図書館端末更新事業",
    }
    ministries = talk("環境省の2023年度の執行額の合計は？", "総務省は？", "差は？")
    assert [(c.group or {}).get("府省庁") for c in ministries.cells[:2]] == ["環境省", "総務省"]
    assert "差" in ministries.answer


def test_a_correction_chooses_the_other_name(talk: Talk) -> None:
    answer = talk(
        "介護記録電子化推進事業（施設分）の2022年度の執行額は？",
        "違う、介護記録電子化推進事業（在宅分）のほう",
    )
    assert about(answer) == ("介護記録電子化推進事業（在宅分）", "厚生労働省", 2022, "執行額")


def test_the_next_after_one_of_a_list_or_of_an_order(talk: Talk) -> None:
    listed = [c.sheet["事業名"] for c in talk("環境省の2023年度の執行額トップ3は？").cells[:3] if c.sheet]
    assert (
        about(talk("環境省の2023年度の執行額トップ3は？", "1番目の事業の予算は？", "その次は？"))[0]
        == listed[1]
    )
    best = "環境省で2023年度に執行額が一番大きい事業は？"
    assert about(talk(best, "その次は？"))[0] == listed[1]
    assert about(talk(best, "その次は？", "その次は？"))[0] == listed[2]


def test_a_ranking_is_turned_round_after_one_of_it_was_spoken_of(talk: Talk) -> None:
    best = "環境省で2023年度に執行額が一番大きい事業は？"
    least = about(talk("環境省で2023年度に執行額が一番小さい事業は？"))[0]
    assert about(talk(best, "その事業の担当課は？", "逆に一番小さいのは？"))[0] == least


def test_the_average_of_a_ministry_is_asked_after_one_of_its_projects(talk: Talk) -> None:
    answer = talk("湖沼水質改善対策費の2023年度の執行額は？", "環境省の平均は？")
    assert answer.cells[0].label == "執行額の平均"
    assert (answer.cells[0].group or {}).get("府省庁") == "環境省"


def test_projects_set_side_by_side_are_added_up(talk: Talk) -> None:
    turns = ("離島航路の維持改善の2022年度の執行額は？", "図書館端末更新事業は？", "どっちが多い？")
    each = [c.value for c in talk(*turns).cells if c.column == "執行額"]
    assert talk(*turns, "合わせるといくら？").cells[0].value == sum(each)


def test_a_ministry_is_gone_back_to_by_its_project(talk: Talk) -> None:
    turns = ("離島航路の維持改善の2023年度の執行額は？", "図書館端末更新事業は？", "2022年度は？")
    assert about(talk(*turns, "国交省に戻ると？"))[:3] == ("離島航路の維持改善", "国土交通省", 2022)
