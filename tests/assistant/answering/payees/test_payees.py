"""Who was paid, over projects: names matched loosely, money through several blocks counted once."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from assistant.answering.payees.names import _with_short, core_name, is_same
from assistant.query import FieldRef, Filter, Query, Years


def ask(asked, name, operation="list", **options):
    return asked(Query("質問", operation, payees=(name,), **options))


@pytest.mark.parametrize(
    "name", ["株式会社見本堂", "見本堂", "（株）見本堂", "㈱見本堂", "見本堂　ほか", "見本堂ほか3者"]
)
def test_a_name_is_the_same_with_and_without_its_corporate_form(name):
    assert core_name(name) == "見本堂"


def test_a_partner_of_a_joint_venture_is_the_same_a_longer_name_is_not():
    assert is_same("見本堂・例示社共同企業体", "見本堂")
    assert not is_same("見本堂プロダクツ", "見本堂")


def test_a_research_institute_is_the_same_by_its_short_name():
    assert core_name("株式会社見本総合研究所") == core_name("見本総研")


def test_money_passed_on_through_a_block_is_not_counted_twice(single):
    result = ask(single, "見本堂", "sum")
    total = next(c for c in result.cells if c.label == "支出額の合計")
    assert total.value == 6_000_000


def test_projects_are_listed_by_what_they_paid_contracts_beside(rs):
    result = ask(rs, "株式会社見本堂")
    assert [(c.sheet["事業名"], c.value) for c in result.cells if c.sheet] == [
        ("公民館端末管理経費", 25_000_000),
        ("避難放送設備の整備", 90_000_000),
    ]
    assert "2件" in result.text


def test_contracts_for_several_years_are_not_added_to_payments(rs):
    total = next(c for c in ask(rs, "見本堂").cells if c.label == "支出額の合計")
    assert total.value == 25_000_000


def test_contracts_of_a_recipient_are_counted_and_added_where_they_are_asked_for(rs):
    one_bid = Filter(FieldRef("contracts", "入札者数"), "=", 1)
    result = ask(rs, "見本堂", "count", of_rows=True, filters=(one_bid,))
    assert (result.cells[0].label, result.cells[0].value) == ("契約の件数", 1)
    result = ask(rs, "見本堂", "sum", fields=(FieldRef("contracts", "契約額"),))
    assert result.cells[0].value == 90_000_000
    two_bids = Filter(FieldRef("contracts", "入札者数"), "=", 2)
    assert ask(rs, "見本堂", "count", of_rows=True, filters=(two_bids,)).status == "no_answer"


def test_recipients_of_one_legal_form_are_ranked_alone(rs):
    asked = Query(
        "受け取った額が多い財団法人は", "rank", fields=(FieldRef("payees", "支出先"),), order="desc", limit=3
    )
    assert all("財団法人" in c.group["支出先"] for c in rs(asked).cells if c.unit == "円")


def test_a_named_year_takes_the_sheets_that_review_it(many):
    result = ask(many, "見本堂", years=Years("given", (2018,)))
    assert {c.sheet["公開年度"] for c in result.cells if c.sheet} == {2019}


def test_without_a_year_the_latest_publication_that_names_it_is_taken(many):
    result = ask(many, "端末整備")
    assert {c.sheet["公開年度"] for c in result.cells if c.sheet} == {2019}


def test_an_unknown_recipient_is_said_with_the_lists_looked_at(rs):
    result = ask(rs, "存在しない商会")
    assert result.status == "no_answer"
    assert "費目・使途" in result.text


def test_the_largest_recipients_are_ranked(single):
    result = single(Query("質問", "rank", fields=(FieldRef("payees", "支出先"),), order="desc", limit=1))
    assert result.cells[0].group == {"支出先": "株式会社見本堂"}
    assert result.cells[0].value == 6_000_000


def test_the_shown_sql_runs_by_itself(rs):
    result = ask(rs, "見本堂")
    assert {r["sheet_key"] for r in rs.shown(result)} == {"2024-RS-11", "2024-RS-21"}


def test_sheets_with_amounts_typed_in_yen_are_left_out_of_the_ranking(opened, single_path, tmp_path):
    path = tmp_path / "suspect.db"
    shutil.copy(single_path, path)
    with sqlite3.connect(path) as connection:
        connection.execute(
            "INSERT INTO warnings (sheet_key, 種類, 表, 列, 内容)"
            " SELECT DISTINCT sheet_key, '検査', 'payees', '支出額', '円で記入された可能性' FROM payees"
        )
    connection.close()
    asked = opened(path)
    result = asked(Query("質問", "rank", fields=(FieldRef("payees", "支出先"),), order="desc", limit=1))
    assert result.status == "no_answer"


NUMBER = FieldRef("payees", "法人番号")


def numbered(path, tmp_path, numbers):
    """The database with these 法人番号 beside recipients' names."""
    copy = Path(shutil.copy(path, tmp_path / "numbered.db"))
    connection = sqlite3.connect(copy)
    for name, number in numbers.items():
        connection.execute("UPDATE payees SET 法人番号 = ? WHERE 支出先 = ?", (number, name))
    connection.commit()
    connection.close()
    return copy


def test_the_number_of_a_recipient_is_told_of_the_very_name(opened, single_path, tmp_path):
    numbers = {"株式会社見本堂": "1020001071491", "端末整備株式会社": "7010401022916"}
    asked = opened(numbered(single_path, tmp_path, numbers))
    result = ask(asked, "見本堂", "lookup", fields=(NUMBER,))
    assert result.text == "支出先「株式会社見本堂」の法人番号は 1020001071491 です。"
    assert [c.value for c in result.cells] == ["1020001071491"]


def test_a_number_given_is_what_recipients_are_looked_up_by(opened, single_path, tmp_path):
    asked = opened(numbered(single_path, tmp_path, {"株式会社見本堂": "1020001071491"}))
    result = ask(asked, "1020001071491", "count", fields=(NUMBER,))
    assert (result.cells[0].label, result.cells[0].value) == ("事業数", 1)


def test_a_number_no_sheet_prints_is_said_so(single):
    result = ask(single, "見本堂", "lookup", fields=(NUMBER,))
    assert result.status == "no_answer"
    assert "記載がありません" in result.text


def test_what_a_recipient_got_in_the_last_years_is_added_up_over_all_of_them(many):
    result = ask(many, "見本堂", "sum", years=Years("latest", count=10))
    total, *each = [c for c in result.cells if c.label == "支出額の合計"]
    assert [c.fiscal_year for c in each] == [2017, 2018, 2023]
    assert total.value == sum(c.value for c in each)
    assert "2017・2018・2023年度の合計" in result.text


def test_a_name_with_its_abbreviation_is_the_same_recipient():
    names = ["国際観測機構（IOX）", "IOX（国際観測機構）", "国際観測機構附属研究所", "国際観測機構（東京）"]
    assert _with_short(names, core_name("国際観測機構")) == set(names[:2])


def test_several_abbreviations_tell_bodies_apart():
    names = ["国際観測機構（IOX）", "国際観測機構（IOCEF）"]
    assert _with_short(names, core_name("国際観測機構")) == set()


def test_a_name_that_katakana_go_on_with_is_no_joint_venture():
    assert not is_same(core_name("ＮＴＴデータ・カスタマサービス株式会社"), core_name("NTTデータ"))
    assert is_same(core_name("見本堂・ＮＴＴデータ共同企業体"), core_name("NTTデータ"))


def test_recipients_of_one_form_of_corporation_are_counted_by_how_sheets_write_it(rs):
    result = rs(
        Query("株式会社との契約は何件", "count", payees=("株式会社",), fields=(FieldRef("payees", "支出先"),))
    )
    assert result.cells[0].value == 1
    assert "（株）" in result.text
