"""Every answer keeps to the published schema, and the schema to the contract it was made for."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from assistant import Assistant
from assistant.contract import answer_schema
from assistant.jsonl import run
from db.opening import open_database

QUESTIONS = [
    "避難放送設備の整備の2023年度の執行率は？",
    "避難放送設備の整備の不用額と不用率は？",
    "公民館端末管理経費の2025年度の要求が増えた理由は？",
    "公民館端末管理経費について教えて",
    "公民館端末管理経費の支出先は？",
    "公民館端末管理経費に似た事業は？",
    "漁港の復旧の執行額は？",
    "総務省の事業は何件ありますか",
    "2023年度の執行率が低い事業ワースト3",
    "執行率が5割未満の事業を教えて",
    "府省庁別の2023年度の執行額の合計は？",
    "2023年度の執行率の平均は？",
    "総務省と水産庁の執行額を比較して",
    "執行額の推移",
    "見本堂が受注している事業は？",
    "設備の据付けが遅れた事業は？",
    "どんなことが聞ける？",
    "今日の天気は？",
    "存在しない宇宙旅行支援事業の執行率は？",
    "",
    "'; DROP TABLE sheets; --",
]


SHARED = Path(__file__).resolve().parents[3] / "shared"


def schemas():
    yield pytest.param(answer_schema(), id="ours")
    path = SHARED / "contract" / "answer.schema.json"
    if path.exists():
        yield pytest.param(json.loads(path.read_text("utf-8")), id="shared")


@pytest.fixture(params=["single_path", "rs_path", "many_path"])
def assistant(request):
    connection = open_database(request.getfixturevalue(request.param))
    yield Assistant(connection, today=date(2024, 11, 1))
    connection.close()


@pytest.mark.parametrize("schema", schemas())
def test_every_answer_validates(assistant, schema):
    validator = Draft202012Validator(schema)
    output = io.StringIO()
    run([json.dumps({"question": q}) for q in QUESTIONS] + ["no json"], output, assistant)
    answers = [json.loads(line) for line in output.getvalue().splitlines()]
    assert len(answers) == len(QUESTIONS) + 1
    for answer in answers:
        errors = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(answer)]
        assert not errors, (answer["question"], errors)


def test_every_cell_of_a_sheet_says_where_it_came_from(assistant):
    for question in QUESTIONS:
        for cell in assistant.ask(question).cells:
            if cell.sheet is not None:
                assert cell.source is not None, question
                assert cell.source["file"], question
                assert cell.url, question


def test_no_cells_means_no_answer_but_for_help(assistant):
    for question in QUESTIONS:
        answer = assistant.ask(question)
        if answer.status == "answered" and answer.interpretation["operation"] != "help":
            assert answer.cells, question


def test_the_shown_sql_only_reads_and_runs(assistant):
    for question in QUESTIONS:
        answer = assistant.ask(question)
        if answer.sql:
            assert answer.sql.startswith("SELECT"), question
            assistant._basis.data.rows(answer.sql)
