"""Follow-ups edit the query before them; a full question is not bent by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from tests.assistant.understanding.conftest import TODAY, Reader
from tests.assistant.understanding.test_questions import key, names

RATE = "離島航路の維持改善の2022年度の執行率は？"


def test_another_year(read: Reader) -> None:
    q = read.turns(RATE, "2021年度は？")
    assert (q.operation, names(q), q.years.values, [key(f) for f in q.fields]) == (
        "lookup",
        ["離島航路の維持改善"],
        (2021,),
        ["執行率"],
    )
    assert q.carried_over == ("事業", "項目")


def test_the_year_before_counts_from_the_year_shown(read: Reader) -> None:
    assert read.turns(RATE, "前の年は？", years=(2022,)).years.values == (2021,)
    assert read.turns(RATE, "その前の年は？", years=(2022,)).years.values == (2021,)
    assert read.turns("離島航路の維持改善の執行率は？", "翌年度は？", years=(2023,)).years.values == (2024,)


def test_another_field_keeps_project_and_year(read: Reader) -> None:
    q = read.turns(RATE, "執行額は？")
    assert (names(q), q.years.values, [key(f) for f in q.fields]) == (
        ["離島航路の維持改善"],
        (2022,),
        ["執行額"],
    )


def test_why_keeps_the_figure(read: Reader) -> None:
    for why in ("その理由は？", "なぜ低いの？", "どうして？", "原因は何ですか"):
        q = read.turns(RATE, why)
        assert (q.operation, q.reason, names(q), [key(f) for f in q.fields]) == (
            "reason",
            True,
            ["離島航路の維持改善"],
            ["執行率"],
        ), why


def test_a_year_after_why_asks_for_the_figure_again(read: Reader) -> None:
    q = read.turns(RATE, "なぜ低いの？", "2021年度は？")
    assert (q.operation, q.reason, q.years.values) == ("lookup", False, (2021,))


def test_another_ministry(read: Reader) -> None:
    q = read.turns("総務省の事業は何件ある？", "環境省は？")
    assert (q.operation, q.ministries) == ("count", ("環境省",))
    q = read.turns("厚労省の2023年度の執行額の合計は？", "では文科省は？")
    assert (q.operation, q.ministries, q.years.values) == ("sum", ("文部科学省",), (2023,))


def test_the_other_ministrys_project_of_the_same_name(read: Reader) -> None:
    q = read.turns("復興庁の港湾災害復旧等事業の2022年度の執行額は？", "では水産庁のほうで")
    assert [(p.name, p.ministry) for p in q.projects] == [("港湾災害復旧等事業", "水産庁")]
    assert (q.years.values, [key(f) for f in q.fields]) == ((2022,), ["執行額"])


def test_how_much_after_who_was_paid(read: Reader) -> None:
    q = read.turns("離島航路の維持改善の支出先を教えて", "いくら？")
    assert [key(f) for f in q.fields] == ["支出額"]
    assert names(q) == ["離島航路の維持改善"]


def test_where_it_belongs_after_a_figure(read: Reader) -> None:
    q = read.turns(RATE, "担当はどこ？")
    assert (q.operation, [key(f) for f in q.fields]) == ("lookup", ["担当課室"])


def test_an_amount_as_a_rate_and_back(read: Reader) -> None:
    q = read.turns("離島航路の維持改善の2022年度の不用額は？", "率にすると？")
    assert ([key(f) for f in q.fields], q.years.values) == (["不用率"], (2022,))
    q = read.turns(RATE, "金額にすると？")
    assert [key(f) for f in q.fields] == ["執行額"]


def test_the_second_of_the_list(read: Reader) -> None:
    listed = ("里山生物調査に必要な経費", "湖沼水質改善対策費")
    q = read.turns("環境省の2023年度の執行額トップ3は？", "2番目の事業は？", projects=listed)
    assert (q.ordinal, names(q), q.operation) == (2, ["湖沼水質改善対策費"], "describe")
    q = read.turns("環境省の2023年度の執行額トップ3は？", "1位の執行率は？", projects=listed)
    assert (names(q), q.operation, q.years.values) == (["里山生物調査に必要な経費"], "lookup", (2023,))


def test_the_second_of_no_list_is_told_apart(read: Reader) -> None:
    q = read.turns(RATE, "2番目の事業は？")
    assert q.refusal is not None
    assert q.refusal.code == "no_previous"


def test_back_over_the_years(read: Reader) -> None:
    q = read.turns(RATE, "さかのぼって教えて")
    assert (q.operation, q.years.kind, [key(f) for f in q.fields]) == ("trend", "all", ["執行率"])


def test_in_all(read: Reader) -> None:
    assert read.turns("離島航路の維持改善の2022年度の執行額は？", "全部で？").operation == "sum"
    assert read.turns("総務省の事業は何件ある？", "全部で？").ministries == ()


def test_more_of_the_same(read: Reader) -> None:
    q = read.turns("離島航路の維持改善の点検結果は？", "もっと詳しく")
    assert (q.operation, names(q)) == ("describe", ["離島航路の維持改善"])


def test_another_project_with_the_same_figure(read: Reader) -> None:
    q = read.turns(RATE, "図書館端末更新事業は？")
    assert (names(q), q.years.values, [key(f) for f in q.fields]) == (
        ["図書館端末更新事業"],
        (2022,),
        ["執行率"],
    )


def test_a_matter_is_searched_in_the_project_in_hand(read: Reader) -> None:
    q = read.turns(RATE, "待合所の整備はどうなった？")
    assert (q.operation, names(q)) == ("search", ["離島航路の維持改善"])


def test_a_narrower_condition_among_the_found(read: Reader) -> None:
    q = read.turns("環境省の事業は何件ある？", "そのうち執行率が5割未満は？")
    assert (q.operation, q.ministries) == ("count", ("環境省",))
    assert [(f.field.column, f.op, f.value) for f in q.filters] == [("執行率", "<", 50.0)]


def test_a_full_question_is_not_bent_by_the_one_before(read: Reader) -> None:
    q = read.turns(RATE, "総務省の事業は何件ありますか")
    assert (q.operation, q.projects, q.years.kind, q.carried_over) == ("count", (), "none", ())
    q = read.turns("総務省の事業は何件ある？", "図書館端末更新事業の2023年度の執行額は？")
    assert (q.ministries, names(q), q.carried_over) == ((), ["図書館端末更新事業"], ())
    q = read.turns(RATE, "府省庁別に2023年度の執行額を多い順に3つ並べて")
    assert (q.operation, q.projects) == ("rank", ())


def test_from_the_beginning_clears_the_conversation(read: Reader) -> None:
    q = read.turns(RATE, "最初から")
    assert q.refusal is not None
    assert q.refusal.code == "reset"
    assert not q.projects


def test_turns_about_the_only_sheet(read_single: Reader) -> None:
    q = read_single.turns("29年度の執行率は？", "その理由は？", "前の年は？", years=(2017,))
    assert (q.operation, q.years.values, [key(f) for f in q.fields]) == ("lookup", (2016,), ["執行率"])
    q = read_single.turns("支出先を教えて", "いくら？", "何のための支出？")
    assert [key(f) for f in q.fields] == ["業務概要"]


@pytest.mark.parametrize("choice", ["水産庁のほうで", "2番目のほう"])
def test_what_was_asked_back_is_chosen_in_the_next_turn(fictional_path: Path, choice: str) -> None:
    assistant = Assistant(fictional_path, today=TODAY)
    talk = assistant.conversation()
    asked_back = assistant.ask("港湾災害復旧等事業の2022年度の執行額は？", talk)
    assert asked_back.status == "clarify"
    names = [(c.sheet or {}).get("府省庁") for c in asked_back.cells]
    answer = assistant.ask(choice, talk)
    assert answer.status == "answered"
    cell = answer.cells[0]
    assert (cell.column, cell.fiscal_year) == ("執行額", 2022)
    assert (cell.sheet or {}).get("府省庁") == ("水産庁" if "水産庁" in choice else names[1])


def test_which_projects_are_low_is_asked_of_all_of_them(read: Reader) -> None:
    q = read.turns(RATE, "2023年度の執行率が低い事業は？")
    assert (q.operation, q.projects, q.carried_over) == ("rank", (), ())


def test_whether_a_figure_is_much_is_seen_beside_the_others(read: Reader) -> None:
    q = read.turns("環境省の2023年度の執行額の合計は？", "それって多いの？")
    assert (q.operation, q.group_by and q.group_by.column, q.ministries) == ("sum", "府省庁", ())
    q = read.turns("離島航路の維持改善の執行額は？", "多いほうなの？")
    assert (q.operation, q.place) == ("trend", True)


def test_a_ministry_added_to_another_is_set_beside_it(read: Reader) -> None:
    q = read.turns("環境省の2023年度の執行額の合計は？", "総務省も入れて")
    assert (q.operation, q.ministries) == ("compare", ("環境省", "総務省"))


def test_two_years_before_and_the_same_year(read: Reader) -> None:
    asked = "離島航路の維持改善の2023年度の執行額は？"
    assert read.turns(asked, "前々年度は？", years=(2023,)).years.values == (2021,)
    assert read.turns(asked, "2年前は？", years=(2023,)).years.values == (2021,)
    assert read.turns(asked, "その年の当初予算は？", years=(2023,)).years.values == (2023,)


def test_a_count_of_one_publication_is_set_beside_the_one_before(read: Reader) -> None:
    q = read.turns("環境省の2024年度の事業数は？", "前年度と比べると？")
    assert (q.operation, q.published) == ("compare", (2023, 2024))
