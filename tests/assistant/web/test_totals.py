"""Totals of ministries and years, and of recipients: what is summed, what is left out, and that it is said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assistant.web import totals
from assistant.web.server import application
from db.opening import open_database
from db.sheet import Sheet
from tests.assistant.web.sheets import MILLION, printed_sheet, row, rs_sheet
from tests.db.store_making import store


def pooled(number: int, name: str, spent: float) -> Sheet:
    """A project of 計 0 whose money stands in another project of the ministry."""
    sheet = rs_sheet(number, "見本庁", name, 1, spent, 0, 0)
    for budget in sheet.rows("budgets"):
        budget.values |= {"執行率": None, "計": 0, "当初予算": 0}
        if budget.values.get("執行額"):
            budget.values["不用額"] = -int(budget.values["執行額"])
    return sheet


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """見本庁 with a project that holds the money of two others; 総務省 with one that is in no later sheet."""
    gone = printed_sheet(2018, "0099")
    gone.basic.values["事業名"] = "大きな基金の経理"
    for budget in gone.rows("budgets"):
        for column in ("計", "当初予算", "執行額"):
            if budget.values.get(column):
                budget.values[column] = int(budget.values[column]) * 1_000
    sheets = [
        printed_sheet(2018, "0036"),
        gone,
        rs_sheet(1, "見本庁", "全体をまとめた整備事業", 1_000, 700, 200, 100),
        pooled(2, "窓口の仕組みの整備", 300),
        pooled(3, "記録の仕組みの整備", 400),
        rs_sheet(4, "見本庁", "案内の放送", 10, 9, 0, 100),
    ]
    return store(tmp_path_factory.mktemp("totals") / "totals.db", *sheets)


def of(path: Path, name: str, year: int = 2023) -> totals.Total:
    connection = open_database(path)
    try:
        return next(t for t in totals.by_ministry(connection, year) if t.name == name)
    finally:
        connection.close()


def test_what_was_spent_out_of_another_projects_budget_is_not_counted_twice(path: Path) -> None:
    total = of(path, "見本庁")
    assert (total.budget, total.spent) == (1_010 * MILLION, 709 * MILLION)
    assert total.rate == pytest.approx(100 * 709 / 810)
    assert (total.pooled, total.pooled_spent) == (2, 700 * MILLION)
    assert total.projects == 4


def test_of_a_year_that_is_over_only_projects_with_an_amount_spent_are_summed(tmp_path: Path) -> None:
    settled, open_ = printed_sheet(2018, "0036"), printed_sheet(2017, "0050")
    open_.basic.values["事業名"] = "翌年のシートがない事業"
    connection = open_database(store(tmp_path / "x.db", settled, open_))
    (total,) = totals.by_ministry(connection, 2017)
    assert (total.budget, total.unsettled, total.unsettled_budget) == (4 * MILLION, 1, 5 * MILLION)
    (coming,) = (t for t in totals.by_year(connection) if t.name == 2018)
    assert (coming.budget, coming.spent, coming.unsettled) == (5 * MILLION, None, 0)
    connection.close()


def test_a_project_that_makes_years_incomparable_is_named(path: Path) -> None:
    connection = open_database(path)
    (note,) = totals.uneven(connection)
    connection.close()
    assert "2015〜2017年度" in note
    assert "「大きな基金の経理」（最大60億円）" in note


def test_a_negative_unused_amount_is_not_among_the_largest(path: Path) -> None:
    connection = open_database(path)
    ranked = totals.largest(connection, "不用額", 2023)
    connection.close()
    assert all(r["不用額"] > 0 for r in ranked[:2])
    assert [r["不用額"] for r in ranked] == sorted((r["不用額"] for r in ranked), reverse=True)


@pytest.mark.asyncio
@pytest.mark.parametrize("page", ["/", "/-/ministry/見本庁"])
async def test_what_is_left_out_of_the_sums_is_said_on_the_page(path: Path, page: str) -> None:
    html = (await application(path).client.get(page)).text
    assert re.search(r"計が0円で執行額だけが書かれた\d+件", html)
    assert "合計に入れていません" in html


@pytest.mark.asyncio
async def test_the_ready_list_of_ministries_agrees_with_the_front_page(path: Path) -> None:
    served = application(path)
    rows = (await served.client.get("/totals/ministry_totals.json", params={"_shape": "array"})).json()
    (agency,) = (r for r in rows if r["府省庁"] == "見本庁")
    total = of(path, "見本庁")
    assert (agency["計"], agency["執行額"], agency["不用額"]) == (total.budget, total.spent, total.unused)


async def payee(path: Path) -> Any:
    return (await application(path).client.get("/-/payee/1010001000001")).text


@pytest.mark.asyncio
async def test_an_amount_beyond_belief_is_shown_but_not_summed(tmp_path: Path) -> None:
    sheet = printed_sheet(2018, "0036")
    wrong = row(
        "92行目", ブロック="A", 支出先="株式会社見本研修", 法人番号="1010001000001", 支出額=900_000 * MILLION
    )
    sheet.add("payees", wrong)
    path = store(tmp_path / "unit.db", sheet)
    html = await payee(path)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
    assert "国から受け取った額の合計 1.5百万円" in text
    assert "2倍を超える支出額が1件" in text
    assert "9,000億円" in text
    assert "合計に入れない" in text
    rows = (await application(path).client.get("/unit/top_payees.json?_shape=array")).json()
    assert next(r for r in rows if r["法人番号"] == "1010001000001")["金額"] == 1_500_000


@pytest.mark.asyncio
async def test_many_payments_are_shown_page_by_page(tmp_path: Path) -> None:
    sheet = printed_sheet(2018, "0036")
    for number in range(150):
        sheet.add(
            "payees",
            row(
                f"{200 + number}行目",
                ブロック="A",
                番号=number + 2,
                支出先="株式会社見本研修",
                法人番号="1010001000001",
                支出額=100,
            ),
        )
    served = application(store(tmp_path / "many.db", sheet))
    first = (await served.client.get("/-/payee/1010001000001")).text
    second = (await served.client.get("/-/payee/1010001000001?page=2")).text
    assert first.count("行を見る") == 100
    assert second.count("行を見る") == 51
    assert "1 / 2ページ" in first
