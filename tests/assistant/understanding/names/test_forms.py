"""Recipients told by their form of corporation: every one of that form is meant."""

from __future__ import annotations

import pytest

from tests.assistant.understanding.conftest import Reader


@pytest.mark.parametrize(
    ("question", "form", "operation"),
    [
        ("一般社団法人への支出がある事業は何件", "一般社団法人", "count"),
        ("株式会社と契約している事業の数", "株式会社", "count"),
        ("国立大学法人への支出額の合計", "国立大学法人", "sum"),
        ("独立行政法人への支出が多い府省庁", "独立行政法人", "sum"),
    ],
)
def test_a_form_alone_stands_for_all_its_recipients(
    read: Reader, question: str, form: str, operation: str
) -> None:
    q = read(question)
    assert (q.payees, q.operation) == ((form,), operation)


def test_the_one_of_a_form_that_got_most_is_asked(read: Reader) -> None:
    q = read("公益財団法人で一番多く受け取っているのは？")
    assert (q.operation, q.payees, [f.column for f in q.fields]) == ("rank", (), ["支出先", "支出額"])
