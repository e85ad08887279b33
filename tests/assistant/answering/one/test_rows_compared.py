"""Rows of one project's lists: a line of the budget beside the year before, an indicator beside its aim, a part of the whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant
from db.opening import open_database
from db.sheet import Row, Sheet
from tests.assistant.answer_sheets import MILLION, rs_project, rs_sheets, terminals
from tests.assistant.conftest import write_database

GOAL = "成果実績は成果目標に見合ったものとなっているか。"
ITEMS = {"諸謝金": 4, "職員旅費": 5, "端末借料": 26}
"""The 目 of the request, in 百万円; 諸謝金 3 and 職員旅費 9 stand in the 当初予算."""


def sheet() -> Sheet:
    """公民館端末管理経費 with a request by 目, its 費目, recipients of several forms and related projects."""
    made = terminals()
    for name, amount in ITEMS.items():
        values = {"目": name, "年度": 2019, "種別": "要求", "金額": amount * MILLION}
        made.add("budget_items", Row(values, locator="31行目", printed={"金額": f"{amount}百万円"}))
    lent = {"成果目標": "貸出を増やす", "成果指標": "端末の貸出件数", "単位": "件"}
    for year, count in ((2015, 80), (2016, 120), (2017, 150)):
        made.add("outcomes", Row({**lent, "年度": year, "成果実績": count, "目標値": 100}))
    final = {**lent, "年度": 2023, "年度の種別": "目標最終年度", "目標値": 200}
    made.add("outcomes", Row(final))
    made.add(
        "evaluations", Row({"区分": "事業の有効性", "項目": GOAL, "評価": "△", "説明": "貸出が伸びた。"})
    )
    for name, use, amount in (("人件費", "相談員の給与", 3), ("役務費", "端末の点検", 7)):
        made.add(
            "expenses",
            Row(
                {
                    "ブロック": "A",
                    "費目": name,
                    "使途": use,
                    "金額": amount * MILLION,
                    "支出先": "株式会社見本堂",
                }
            ),
        )
    for number, (name, work, amount) in enumerate(
        (("特定非営利活動法人見本の会", "説明会の手伝い", 2), ("個人A", "講師の謝金", 1)), 2
    ):
        values = {
            "ブロック": "B",
            "番号": number,
            "支出先": name,
            "業務概要": work,
            "支出額": amount * MILLION,
        }
        made.add("payees", Row(values))
    for ministry, name, how in (
        ("総務省", "地域端末の普及", "統合元"),
        ("厚生労働省", "見守り端末の貸出", "子事業"),
        ("厚生労働省", "見守り端末の点検", "子事業"),
    ):
        made.add("related", Row({"所管府省名": ministry, "関連事業名": name, "関連性": how}))
    return made


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    path: Path = write_database(tmp_path_factory.mktemp("compared") / "one.db", [sheet()])
    connection = open_database(path)
    yield Assistant(connection, today=date(2024, 11, 1))
    connection.close()


def test_a_line_of_the_request_is_set_against_the_budget_before_it(asked):
    answer = asked.ask("職員旅費は来年度減る?")
    assert answer.cells[0].value == -4 * MILLION
    assert answer.cells[0].derived == "増減 = 5,000,000 − 9,000,000"
    assert {(c.fiscal_year, c.value) for c in answer.cells[1:3]} == {(2019, 5 * MILLION), (2018, 9 * MILLION)}


def test_the_line_that_grows_most_is_the_one_with_the_largest_difference(asked):
    answer = asked.ask("31年度要求で一番増えている目は?")
    assert "最も増えるのは「端末借料」" in answer.answer
    assert answer.cells[0].value == 26 * MILLION
    assert "記載なし" in answer.answer


def test_lines_that_grow_and_lines_that_shrink_are_told_apart(asked):
    told = asked.ask("31年度の要求で増えた目と減った目を教えて").answer
    assert "増えるのは「端末借料」" in told
    assert "「諸謝金」" in told
    assert "減るのは「職員旅費」" in told


def test_how_many_times_the_year_before_a_line_is_asked(asked):
    assert "0.56倍" in asked.ask("職員旅費の31年度要求は前年度の何倍?").answer


def test_what_the_request_goes_to_most_is_a_line_of_it(asked):
    answer = asked.ask("31年度の要求は何に一番使う?")
    assert answer.cells[0].value == "端末借料"


def test_an_indicator_is_set_against_its_own_aim(asked):
    answer = asked.ask("29年度の貸出件数は目標を上回った?")
    assert [c.value for c in answer.cells[:3]] == [150, 100, 150.0]
    assert "上回っています" in answer.answer
    assert "紛失" not in answer.answer


def test_an_aim_that_is_missed_is_said_to_be_missed(asked):
    assert "下回っています" in asked.ask("27年度の貸出件数は目標に届いた?").answer


def test_the_last_year_has_an_aim_of_its_own(asked):
    answer = asked.ask("貸出件数の最終目標は?")
    assert (answer.cells[0].value, answer.cells[0].fiscal_year) == (200, 2023)


def test_the_year_said_after_which_is_compared_is_the_one_to_count_from(asked):
    answer = asked.ask("貸出件数は27年度と比べてどれくらい増えた?")
    assert answer.cells[0].value == 70
    assert {c.fiscal_year for c in answer.cells[:3]} == {2015, 2017}


def test_the_part_of_what_was_spent_is_computed_of_the_year_the_lists_are_of(asked):
    answer = asked.ask("執行額に占める人件費の割合は?")
    assert answer.cells[0].value == 20.0
    assert answer.cells[-1].fiscal_year == 2017


def test_the_part_that_nobody_known_takes_is_refused_by_that_name(asked):
    answer = asked.ask("予算額に占める桜工業の割合は?")
    assert answer.status == "no_answer"
    assert "桜工業" in answer.answer


def test_recipients_of_one_form_are_all_told(asked):
    assert "特定非営利活動法人見本の会" in asked.ask("NPOはいくらもらっている?").answer
    assert "個人A" in asked.ask("個人に払った分はある?").answer


def test_the_largest_of_a_block_is_of_that_block(asked):
    answer = asked.ask("Bブロックで一番多くもらったのは?")
    assert "見本堂" in answer.answer
    assert answer.cells[0].value != "株式会社見本堂"


def test_what_kind_of_recipients_there_are_is_answered_by_all_of_them(asked):
    answer = asked.ask("どういう会社がお金をもらってるの?")
    assert len([c for c in answer.cells if c.column == "支出先"]) >= 4


def test_a_related_project_is_that_of_the_ministry_named_with_it(asked):
    told = asked.ask("厚労省の関連事業は?").answer
    assert "見守り端末の貸出" in told
    assert "地域端末の普及" not in told


def test_related_projects_are_those_in_the_relation_that_is_named(asked):
    told = asked.ask("子事業を全部教えて").answer
    assert "見守り端末の点検" in told
    assert "地域端末の普及" not in told
    assert asked.ask("子事業はいくつある?").cells[0].value == 2


def test_two_words_of_a_row_pick_that_row(asked):
    answer = asked.ask("見本堂の人件費はいくら?")
    assert answer.cells[0].value == 3 * MILLION
    assert "役務費" not in answer.answer


def test_a_rate_that_got_better_is_set_beside_the_year_before(asked):
    assert "下がりました" in asked.ask("執行率は改善した?").answer


def test_the_mark_asked_beside_a_goal_is_that_of_its_item(asked):
    answer = asked.ask("成果目標は達成できてるの？評価は")
    assert any(c.column == "評価" and c.value == "△" for c in answer.cells)
    assert "競争性" not in answer.answer


def test_every_item_with_a_mark_is_told(asked):
    answer = asked.ask("△がついた点検項目を全部教えて")
    assert [c.label for c in answer.cells] == [GOAL]


def test_money_for_something_that_no_list_has_is_not_the_whole_budget(asked):
    answer = asked.ask("広報にいくら使ってるの")
    assert answer.status == "no_answer"


def test_years_in_which_not_half_of_the_budget_was_used(asked):
    told = asked.ask("予算の半分も使えていない年はあった?").answer
    assert "2017年度" in told
    assert "2015年度（" not in told


def test_recipients_between_two_amounts_are_those_alone(asked):
    answer = asked.ask("100万円以上500万円未満の支出先は?")
    amounts = {c.value for c in answer.cells if c.column == "支出先"}
    assert amounts == {"端末整備株式会社", "見本堂", "特定非営利活動法人見本の会", "個人A"}


def test_all_that_recipients_got_is_one_sum(asked):
    assert asked.ask("支出先の総額は?").cells[0].value == 15 * MILLION


def test_two_amounts_in_two_clauses_are_both_told(asked):
    told = asked.ask("29年度の執行額はいくらで、いくら余った?").answer
    assert "15百万円" in told
    assert "25百万円" in told


def test_the_whole_in_one_word_is_what_the_project_does(asked):
    assert "端末の点検と利用者への説明会" in asked.ask("この事業を一言でまとめると?").answer


def test_a_number_of_places_is_not_one_of_things(asked):
    answer = asked.ask("端末の貸出は何都道府県で?")
    assert answer.status == "no_answer" or answer.cells[0].value != 150


def test_an_amount_said_of_the_asked_figure_is_answered_by_it(asked):
    answer = asked.ask("29年度の執行率が40%というのは本当?")
    assert answer.cells[0].value == 37.5


def test_a_reason_that_no_text_gives_is_not_made_of_the_next_best_passage(tmp_path):
    made = rs_project(31, "山小屋改修事業", "環境省", {2022: (50_000_000, 0, 20_000_000)})
    made.add("comments", Row({"項目": "点検結果", "本文": "改修の説明会には多くの登山者が集まった。"}))
    connection = open_database(write_database(tmp_path / "rs.db", [made, *rs_sheets()]))
    answer = Assistant(connection, today=date(2024, 11, 1)).ask(
        "山小屋改修事業の2022年度の執行率が低い理由は"
    )
    connection.close()
    assert answer.status == "no_answer"
    assert "説明会" not in answer.answer


def test_recipients_of_work_said_as_a_noun_are_told(asked):
    answer = asked.ask("説明会を手伝ったのは？")
    assert "見本の会" in answer.answer, answer.answer


def test_where_no_line_moves_that_way_the_lines_that_move_are_told(asked):
    answer = asked.ask("職員旅費は前年度より減る？")
    assert "の減" in answer.answer, answer.answer


def test_one_amount_is_told_as_a_part_of_the_other(asked):
    answer = asked.ask("不用額は当初予算の何％？")
    assert "不用額は当初予算の" in answer.answer, answer.answer


def test_what_a_recipient_got_in_all_is_said_in_one_word(asked):
    answer = asked.ask("見本の会の受取総額は")
    assert "2百万円" in answer.answer, answer.answer


def test_a_place_among_no_others_is_none(asked):
    answer = asked.ask("予算は何位？")
    assert answer.status == "no_answer", answer.answer
