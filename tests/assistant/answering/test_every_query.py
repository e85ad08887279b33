"""Whatever query is read, there is an outcome that keeps to the contract."""

from __future__ import annotations

import itertools

import pytest
from jsonschema import Draft202012Validator

from assistant.answer import Answer
from assistant.answering.interpretation import interpretation
from assistant.contract import answer_schema
from assistant.query import FieldRef, Filter, Premise, Query, Refusal, Years
from db.catalogue import NUMERIC_KINDS, catalogue

OPERATIONS = ["lookup", "reason", "search", "list", "rank", "count", "sum", "average", "compare", "trend", "describe", "similar", "help", "none"]  # fmt: skip
YEARS = [Years(), Years("latest"), Years("all"), Years("given", (2023,)), Years("given", (1990, 2022))]
CODES = [
    "empty", "off_topic", "instruction", "unknown_project", "ambiguous_project", "year_out_of_range",
    "not_a_field", "not_yet_known", "unresolved", "reset", "no_previous", "no_project",
]  # fmt: skip
VALIDATOR = Draft202012Validator(answer_schema())


def check(asked, query):
    """The outcome validates and its SQL runs."""
    result = asked(query)
    answer = Answer(query.question, result.status, result.text, {}, result.cells)
    answer.interpretation = interpretation(asked.basis, query, result, "読み取り")
    errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(answer.to_dict())]
    assert not errors, (query, errors)
    assert result.text, query
    if result.statement is not None:
        asked.shown(result)
    return result


def every_field():
    """One reference for every field of the catalogue, and for the items of evaluations and comments."""
    for table in catalogue().tables:
        for field in table.fields:
            yield FieldRef(table.name, field.column)
    yield FieldRef("evaluations", "説明", catalogue().evaluations[0].item)
    yield FieldRef("comments", "本文", "点検結果")


@pytest.mark.parametrize("name", ["single", "rs", "many"])
def test_every_field_can_be_looked_up_of_a_project(request, name):
    asked = request.getfixturevalue(name)
    key = "2024-RS-11" if name == "rs" else "2018-文部科学省-0012"
    for field, years in itertools.product(every_field(), YEARS):
        check(asked, Query("質問", "lookup", projects=(asked.project(key),), fields=(field,), years=years))


def test_every_field_can_be_counted_ranked_and_grouped_over_many_sheets(many):
    for field in every_field():
        numeric = catalogue().field(field.table, field.column).kind in NUMERIC_KINDS
        for operation in (
            "count",
            "rank",
            "list",
            *(("sum", "average", "compare", "trend") if numeric else ()),
        ):
            check(many, Query("質問", operation, fields=(field,)))
        check(many, Query("質問", "count", group_by=field))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_an_outcome_with_and_without_project(many, operation):
    project = many.project("2024-RS-11")
    conditions = [
        (),
        (Filter(FieldRef("budgets", "執行率"), "between", (10.0, 90.0)),),
        (Filter(FieldRef("sheets", "府省庁"), "in", ("総務省", "水産庁")),),
        (Filter(FieldRef("evaluations", "評価"), "=", "○"), Filter(FieldRef("budgets", "計"), ">", 1)),
        (Filter(FieldRef("sheets", "事業終了年度"), "=", None),),
    ]
    for projects, filters, years, ministries in itertools.product(
        [(), (project,)], conditions, YEARS, [(), ("総務省",), ("総務省", "水産庁")]
    ):
        check(
            many,
            Query(
                "設備の整備",
                operation,
                projects=projects,
                filters=filters,
                years=years,
                ministries=ministries,
                fields=(FieldRef("budgets", "執行額"),),
                topic="設備の整備",
            ),
        )


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_has_its_own_words_and_no_figure(rs, code):
    result = check(rs, Query("質問", refusal=Refusal(code, "宇宙旅行", (rs.project("2024-RS-11"),))))
    assert result.status in ("no_answer", "clarify")
    assert all(c.column in (None, "事業名") for c in result.cells)


def test_a_premise_that_cannot_be_checked_is_let_be(rs):
    premise = Premise(FieldRef("outcomes", "達成度"), "down")
    check(rs, Query("質問", "reason", projects=(rs.project("2024-RS-11"),), premise=premise, reason=True))
