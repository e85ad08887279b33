"""The assistant as a whole: questions in Japanese in, answers out; conversations; JSON lines."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date

import pytest

from assistant import Assistant
from assistant.jsonl import run
from db.errors import NoDatabaseError, QuestionError
from db.opening import open_database
from tests.assistant.told import numbers_from_nowhere

TODAY = date(2024, 11, 1)


@pytest.fixture
def single(single_path):
    connection = open_database(single_path)
    yield Assistant(connection, today=TODAY)
    connection.close()


@pytest.fixture
def rs(rs_path):
    connection = open_database(rs_path)
    yield Assistant(connection, today=TODAY)
    connection.close()


def lines(assistant, *requests):
    """The answers to JSON lines."""
    output = io.StringIO()
    run([r if isinstance(r, str) else json.dumps(r) for r in requests], output, assistant)
    return [json.loads(line) for line in output.getvalue().splitlines()]


def test_a_figure_is_answered_with_its_reading(single):
    answer = single.ask("29年度の執行率は？")
    assert answer.status == "answered"
    assert answer.cells[0].value == 37.5
    assert answer.interpretation["fiscal_years"] == [2017]
    assert answer.interpretation["fields"] == ["執行率"]
    assert answer.interpretation["project"]["事業名"] == "公民館端末管理経費"
    assert answer.interpretation["text"]
    assert answer.timing_ms["total"] > 0


def test_a_follow_up_edits_the_query_of_the_turn_before(single):
    talk = single.conversation("c1")
    assert single.ask("29年度の執行率は？", talk).cells[0].value == 37.5
    answer = single.ask("28年度は？", talk)
    assert answer.cells[0].value == 60.0
    assert answer.conversation == "c1"
    assert answer.interpretation["carried_over"]


def test_a_refused_question_leaves_the_conversation_where_it_was(rs):
    talk = rs.conversation("c1")
    rs.ask("避難放送設備の整備の2023年度の執行率は？", talk)
    assert rs.ask("こんにちは", talk).status == "no_answer"
    assert rs.ask("2022年度は？", talk).cells[0].value == 100.0


def test_reset_forgets_the_conversation(rs):
    talk = rs.conversation("c1")
    rs.ask("避難放送設備の整備の2023年度の執行率は？", talk)
    talk.reset()
    assert rs.ask("2022年度は？", talk).status != "answered"


def test_the_shown_sql_gives_the_same_figure(rs, rs_path):
    answer = rs.ask("総務省の2023年度の執行額の合計は？")
    connection = open_database(rs_path)
    assert connection.execute(answer.sql).fetchone()[0] == answer.cells[0].value
    connection.close()


@pytest.mark.parametrize(
    "question",
    [
        "避難放送設備の整備の2023年度の執行率は？",
        "避難放送設備の整備の点検結果は？",
        "2023年度の執行額が大きい事業トップ3は？",
        "府省庁別の2023年度の執行額の合計は？",
        "執行率が5割未満の事業は何件？",
        "公民館端末管理経費の執行額は前年度と比べて増えた？",
        "公民館端末管理経費について教えて",
        "公民館端末管理経費の執行率の推移",
        "見本堂が受注している事業は？",
        "公民館端末管理経費の2040年度の執行率は？",
        "公民館端末管理経費の2024年度の執行額は？",
        "どんなことが聞ける？",
        "今日の天気は？",
    ],
)
def test_no_number_of_an_answer_comes_from_nowhere(rs, question):
    answer = rs.ask(question)
    assert not numbers_from_nowhere(answer.answer, answer.cells, question)
    assert answer.answer


def test_the_suggested_questions_have_an_answer(rs):
    talk = rs.conversation("c1")
    first = rs.ask("公民館端末管理経費の2023年度の執行率は？", talk)
    assert first.suggestions
    for question in first.suggestions:
        again = rs.conversation("c2")
        rs.ask("公民館端末管理経費の2023年度の執行率は？", again)
        assert rs.ask(question, again).status == "answered", question


def test_the_examples_of_help_have_an_answer(rs):
    help_ = rs.ask("どんなことが聞ける？")
    assert help_.interpretation["operation"] == "help"
    for question in help_.suggestions:
        assert rs.ask(question).status == "answered", question


def test_search_lists_passages_that_hold_the_words(rs):
    answer = rs.search("据付け", limit=3)
    assert answer.interpretation["operation"] == "search"
    assert answer.cells[0].value == "設備の据付けが遅れた。"


def test_project_names_are_completed(rs):
    assert rs.complete("避難放送") == [("避難放送設備の整備", 4, "事業")]
    assert rs.complete("総務省の統計調") == [("統計調査の実施", 3, "事業")]
    assert rs.complete("") == []
    assert rs.complete("  ") == []


def test_ministries_and_fields_are_completed_wherever_they_begin(rs):
    assert ("総務省", 2, "府省庁") in rs.complete("2023年度の総務")
    assert [name for name, *_ in rs.complete("総務省の執行")] == ["執行率", "執行額"]


def test_a_question_longer_than_can_be_read_is_refused(rs):
    with pytest.raises(QuestionError, match="長すぎます"):
        rs.ask("あ" * 2001)


def test_a_missing_database_is_said_before_any_question(tmp_path):
    with pytest.raises(NoDatabaseError):
        Assistant(tmp_path / "none.db")


def test_importing_the_package_loads_nothing_heavy():
    code = "import sys, assistant; print([m for m in ('numpy', 'sudachipy', 'sentence_transformers', 'torch') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_lines_of_one_conversation_share_it_and_others_do_not(rs):
    first, second, third = lines(
        rs,
        {"question": "避難放送設備の整備の2023年度の執行率は？", "conversation": "a"},
        {"question": "2022年度は？", "conversation": "a"},
        {"question": "2022年度は？"},
    )
    assert (first["cells"][0]["value"], first["conversation"]) == (20.0, "a")
    assert second["cells"][0]["value"] == 100.0
    assert third["status"] != "answered"


def test_a_line_can_reset_its_conversation(rs):
    answers = lines(
        rs,
        {"question": "避難放送設備の整備の2023年度の執行率は？", "conversation": "a"},
        {"conversation": "a", "reset": True},
        {"question": "2022年度は？", "conversation": "a"},
    )
    assert "最初から" in answers[1]["answer"]
    assert answers[2]["status"] != "answered"


def test_a_line_that_is_no_json_is_answered_and_the_program_goes_on(rs):
    answers = lines(rs, "{not json", "[1]", '{"conversation": "a"}', {"question": "総務省の事業は何件？"})
    assert [a["status"] for a in answers] == ["no_answer", "no_answer", "no_answer", "answered"]
    assert "JSON" in answers[0]["answer"]
    assert "question" in answers[2]["answer"]


def test_words_that_are_searched_for_are_shown_as_such_and_not_as_unknown(rs):
    answer = rs.ask("放送設備の据付けが遅れたのはどの事業？")
    assert answer.status == "answered"
    assert answer.interpretation["operation"] == "search"
    taken = {w["as"] for w in answer.interpretation["words"] if w["match"] == "weak"}
    assert "探す言葉" in taken
    assert all(w["match"] != "unresolved" for w in answer.interpretation["words"])


def test_after_a_search_the_reason_and_a_figure_are_asked_of_the_project_found_first(rs):
    for follow_up, field in (("その理由は？", None), ("執行額は？", "執行額")):
        conversation = rs.conversation()
        first = rs.ask("放送設備の据付けが遅れたのはどの事業？", conversation)
        answer = rs.ask(follow_up, conversation)
        assert answer.status == "answered"
        assert answer.interpretation["project"]["事業名"] == first.cells[0].sheet["事業名"]
        assert "事業" in answer.interpretation["carried_over"]
        assert field is None or answer.interpretation["fields"] == [field]
