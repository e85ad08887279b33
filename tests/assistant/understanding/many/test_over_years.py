"""Questions that set years, recipients or 府省庁 side by side, and the query each is read as."""

from __future__ import annotations

import pytest

from assistant.query import FieldRef
from assistant.understanding.many.said import FISCAL_YEAR, PUBLISHED
from assistant.understanding.names.payees import read_payees, several_names
from tests.assistant.understanding.conftest import Reader


@pytest.mark.parametrize(
    "question",
    [
        "環境省の執行額は2021年度と2023年度でどう違う",
        "環境省の執行額は2021年度から2023年度にかけて何％増えた？",
        "環境省の執行額、2021年度と2023年度を比べて",
        "コロナ前の2021年度とコロナ後の2023年度で環境省の執行額はどう変わった？",
    ],
)
def test_two_years_of_a_ministry_are_compared(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.group_by, q.fields) == ("compare", FISCAL_YEAR, (FieldRef("budgets", "執行額"),))
    assert (q.years.values[0], q.years.values[-1]) == (2021, 2023)


@pytest.mark.parametrize(
    "question", ["環境省の執行額は前年度より増えた？", "環境省の執行額は去年と比べてどう？"]
)
def test_the_newest_year_of_a_ministry_is_set_beside_the_one_before(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.operation, q.group_by, q.fields) == ("compare", FISCAL_YEAR, (FieldRef("budgets", "執行額"),))
    assert (q.years.kind, q.years.count) == ("latest", 2)


def test_sheets_of_two_publications_are_counted_each(read: Reader) -> None:
    q = read("環境省の事業数は2022年公開と2024年公開でどちらが多い")
    assert (q.operation, q.group_by, q.published) == ("compare", PUBLISHED, (2022, 2024))


def test_a_sum_over_years_stays_one_sum(read: Reader) -> None:
    assert read("環境省の2021年度と2022年度の執行額の合計").operation == "sum"


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("離島航路の維持改善は2021年度から2023年度で何倍になった？", "compare"),
        ("離島航路の維持改善は平均するといくら？", "average"),
        ("離島航路の維持改善の執行額のピークは何年度？", "rank"),
        ("コロナ前の2021年度とコロナ後の2023年度で離島航路の維持改善はどう変わった？", "compare"),
    ],
)
def test_years_of_a_project_as_a_whole_are_those_of_what_was_spent(
    read: Reader, question: str, operation: str
) -> None:
    q = read(question)
    assert (q.operation, q.fields) == (operation, (FieldRef("budgets", "執行額"),))


def test_the_ministries_that_paid_a_recipient_are_grouped(read: Reader) -> None:
    q = read("みほん印刷に支払った府省庁はどこ")
    assert (q.payees, q.group_by) == (("みほん印刷",), FieldRef("sheets", "府省庁"))


def test_two_recipients_joined_by_a_particle_are_two() -> None:
    (mention,) = read_payees("見本堂と例示社では2019年度にどちらが多く受け取った?", [])
    assert [m.name for m in several_names(mention)] == ["見本堂", "例示社"]


def test_so_many_years_ago_is_compared_with_the_latest(read: Reader) -> None:
    q = read("離島航路の維持改善の執行額は3年前と比べて増えた？")
    assert (q.operation, q.years.kind, q.years.count) == ("compare", "latest", 4)


def test_whether_a_project_is_over_is_told_by_its_last_year(read: Reader) -> None:
    q = read("離島航路の維持改善はもう終わった？")
    assert (q.operation, q.fields) == ("lookup", (FieldRef("sheets", "事業終了年度"),))


def test_a_word_said_to_stand_in_the_name_is_looked_for_there(read: Reader) -> None:
    q = read("図書館という言葉が名前に入る事業の2023年度の執行額合計は")
    (condition,) = q.filters
    assert (condition.field, condition.value) == (FieldRef("sheets", "事業名"), "図書館")


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("離島航路の維持改善に国はこれまでいくら使ってきた？", "sum"),
        ("離島航路の維持改善が一番多く使われた年度", "rank"),
        ("離島航路の維持改善の執行額の変化を年度順に", "trend"),
    ],
)
def test_everyday_words_for_all_the_years_of_a_project(read: Reader, question: str, operation: str) -> None:
    q = read(question)
    assert (q.operation, [f.column for f in q.fields]) == (operation, ["執行額"])


def test_which_ministry_has_more_projects_is_no_question_of_money(read: Reader) -> None:
    q = read("環境省と外務省、事業が多いのはどちら")
    assert (q.operation, q.fields) == ("compare", ())


def test_so_many_years_are_taken_together_or_followed(read: Reader) -> None:
    q = read("離島航路の維持改善、3年で合計いくら使った")
    assert (q.operation, q.years.kind, q.years.count) == ("sum", "latest", 3)
    assert read("離島航路の維持改善の最初の年の予算は").years.values == (2021,)


def test_a_judgement_is_of_the_year_its_sheet_was_published_in(read: Reader) -> None:
    q = read("2023年度に廃止と判定された事業")
    assert (q.published, q.years.kind) == ((2023,), "none")


def test_the_year_in_which_most_was_paid_is_asked_of_a_recipient(read: Reader) -> None:
    q = read("株式会社みほん印刷への支払いが一番多かった年度は？")
    assert (q.operation, q.payees, q.years.kind) == ("rank", ("みほん印刷",), "all")


@pytest.mark.parametrize("question", ["見本堂株式会社の法人番号は？", "株式会社見本堂の法人番号を教えて"])
def test_the_number_of_a_recipient_is_asked_for(read: Reader, question: str) -> None:
    q = read(question)
    assert (q.payees, q.fields) == (("見本堂",), (FieldRef("payees", "法人番号"),))


def test_whom_was_paid_is_told_by_the_verb(read: Reader) -> None:
    q = read("みほん印刷に支払った事業")
    assert (q.operation, q.payees, q.projects) == ("list", ("みほん印刷",), ())
