"""Datasette on a database of review sheets: Japanese, searchable, read-only, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from assistant.web.holdings import holdings
from assistant.web.metadata import metadata, write_configuration
from assistant.web.queries import QUESTIONS
from db.catalogue import catalogue
from db.errors import NoDatabaseError, NotOurDatabaseError

pytestmark = pytest.mark.asyncio


async def page(datasette: Any, path: str, status: int = 200) -> str:
    response = await datasette.client.get(path)
    assert response.status_code == status, response.text
    return str(response.text)


@pytest.mark.parametrize("word", ["不用", "旅費", "旅", "会場を近くの庁舎に替えて", "不用 旅費"])
async def test_the_search_box_finds_words_of_any_length_in_comments(datasette: Any, word: str) -> None:
    response = await datasette.client.get(
        "/reviews/comments.json", params={"_search": word, "_shape": "array"}
    )
    assert any("不用が生じた" in row["本文"] for row in response.json())


@pytest.mark.parametrize(
    ("table", "word", "column", "value"),
    [
        ("sheets", "研修", "事業名", "住民の手続きを安全にする研修事業"),
        ("sheets", "案内板", "事業名", "旅の案内板<試験>&整備事業"),
        ("payees", "見本研", "支出先", "株式会社見本研修"),
        ("payees", "講師", "業務概要", "講師の派遣"),
        ("expenses", "旅費", "費目", "旅費"),
    ],
)
async def test_the_search_box_finds_substrings_in_sheets_payees_and_expenses(
    datasette: Any, table: str, word: str, column: str, value: str
) -> None:
    response = await datasette.client.get(
        f"/reviews/{table}.json", params={"_search": word, "_shape": "array"}
    )
    assert value in {row[column] for row in response.json()}


async def test_a_search_without_a_word_finds_nothing_and_is_no_error(datasette: Any) -> None:
    response = await datasette.client.get(
        "/reviews/comments.json", params={"_search": "？！", "_shape": "array"}
    )
    assert (response.status_code, response.json()) == (200, [])


async def test_tables_have_japanese_titles_descriptions_and_default_sorts(datasette: Any) -> None:
    html = await page(datasette, "/reviews/budgets")
    assert "<h1>予算額・執行額</h1>" in html
    assert "会計ごとの内訳は 「会計別の予算・執行」 にあり" in html
    assert "執行額 の大きい順" in html


async def test_a_sheet_is_named_where_another_table_refers_to_it(datasette: Any) -> None:
    html = await page(datasette, "/reviews/payees")
    assert re.search(r'<a href="/-/sheet/2018-[^"]+">住民の手続きを安全にする研修事業</a>', html)
    assert "2018-0036.txt" in html


async def test_amounts_are_grouped_with_their_unit_and_short_form_on_hover(datasette: Any) -> None:
    html = await page(datasette, "/reviews/contracts")
    assert '<data class="yen" value="23400000" title="23.4百万円">23,400,000円</data>' in html


async def test_what_the_sheet_prints_is_readable_in_the_table(datasette: Any) -> None:
    html = await page(datasette, "/reviews/budgets?_sort=id")
    assert "計: 4百万円、執行額: 2百万円、執行率: 50%" in html


async def test_names_with_markup_are_escaped_everywhere(datasette: Any) -> None:
    for path in (
        "/reviews/sheets",
        "/reviews/large_budgets",
        "/reviews/budgets",
        "/reviews/sheets?_facet=事業名",
    ):
        html = await page(datasette, path)
        assert "<試験>" not in html
        assert "&lt;試験&gt;" in html


async def test_columns_no_row_fills_are_left_out_of_the_table_but_not_of_its_export(datasette: Any) -> None:
    html = await page(datasette, "/reviews/payees")
    assert 'data-column="所在地"' not in html
    csv = await page(datasette, "/reviews/payees.csv")
    assert "所在地" in csv.splitlines()[0]


async def test_internal_tables_are_hidden(datasette: Any) -> None:
    response = await datasette.client.get("/reviews.json")
    hidden = {t["name"] for t in response.json()["tables"] if t["hidden"]}
    assert {"comments_fts", "sheet_parts", "layer_rows", "row_ids"} <= hidden
    assert not hidden & {t.name for t in catalogue().tables}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.name)
async def test_a_ready_made_question_runs_without_parameters(
    datasette: Any, database: Path, question: Any
) -> None:
    held = holdings(database)
    assert held is not None
    if not question.possible(held):
        pytest.skip("見本のデータでは答えられない")
    response = await datasette.client.get(f"/reviews/{question.name}.json?_shape=array")
    assert response.status_code == 200, response.text
    html = await page(datasette, f"/reviews/{question.name}")
    assert question.title in html


async def test_a_project_stated_by_several_sheets_is_counted_once(datasette: Any) -> None:
    response = await datasette.client.get(
        "/reviews/ministry_totals.json", params={"年度": "2017", "_shape": "array"}
    )
    assert [(r["府省庁"], r["事業数"]) for r in response.json()] == [("総務省", 1)]


async def test_the_lowest_execution_rate_comes_first_and_small_budgets_can_be_let_in(datasette: Any) -> None:
    response = await datasette.client.get(
        "/reviews/low_execution_rate.json", params={"予算の下限_百万円": "1", "_shape": "array"}
    )
    assert next(r["事業名"] for r in response.json()) == "食品の表示を調べる事業"
    response = await datasette.client.get("/reviews/low_execution_rate.json?_shape=array")
    assert "食品の表示を調べる事業" not in {r["事業名"] for r in response.json()}


async def test_recipients_are_found_by_part_of_their_name_or_number(datasette: Any) -> None:
    for word in ("見本研", "1010001000001"):
        response = await datasette.client.get(
            "/reviews/payee_search.json", params={"名前": word, "_shape": "array"}
        )
        assert {r["法人番号"] for r in response.json()} == {"1010001000001"}


async def test_a_contract_with_one_bidder_is_listed(datasette: Any) -> None:
    response = await datasette.client.get("/reviews/single_bid.json?_shape=array")
    assert {"株式会社見本研修", "見本協同組合"} == {r["支出先"] for r in response.json()}


async def test_a_ready_made_question_offers_the_years_and_ministries_there_are(datasette: Any) -> None:
    html = await page(datasette, "/reviews/large_budgets")
    assert '<option value="2023">2023年度（令和5年度）</option>' in html
    assert '<option value="国土交通省　観光庁">' in html


async def test_questions_the_files_cannot_answer_are_not_offered(database: Path, tmp_path: Path) -> None:
    from tests.assistant.web.sheets import rs_sheet
    from tests.db.store_making import store

    bare = rs_sheet(1, "総務省", "小さな事業", 5, 4, 0, 90.0)
    bare.sections = {"budgets": bare.sections["budgets"]}
    held = holdings(store(tmp_path / "bare.db", bare))
    assert held is not None
    offered = {q.name for q in QUESTIONS if q.possible(held)}
    assert {"large_budgets", "ministry_totals"} <= offered
    assert not offered & {"payee_search", "single_bid", "judgements", "low_achievement"}


async def test_results_with_a_figure_get_a_chart(datasette: Any) -> None:
    assert '<figure class="bars">' in await page(datasette, "/reviews/large_budgets")
    trend = await page(datasette, "/reviews/execution_trend")
    assert "<polyline" in trend
    assert "比較用執行率の推移。" in trend


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/nowhere", 404, "このデータベースはありません。"),
        ("/reviews/nowhere", 404, "この表はありません。"),
        ("/reviews/budgets/999999", 404, "この行はありません。"),
        ("/reviews/budgets?_sort=nothing", 500, "「nothing」では並べ替えられません"),
        ("/reviews?sql=delete+from+sheets", 400, "実行できるのは SELECT だけです"),
        ("/reviews?sql=select+*+from+nowhere", 400, "「nowhere」という表はありません"),
        ("/-/sheet/9999-x", 404, "見つかりません"),
    ],
)
async def test_errors_are_said_in_japanese(datasette: Any, path: str, status: int, words: str) -> None:
    html = await page(datasette, path, status)
    assert words in html
    assert '<html lang="ja">' in html


async def test_an_error_of_the_api_is_json(datasette: Any) -> None:
    response = await datasette.client.get("/reviews/nowhere.json")
    assert response.status_code == 404
    assert response.json()["error"] == "この表はありません。"


async def test_a_query_that_takes_too_long_is_stopped_with_one_line(database: Path) -> None:
    from assistant.web.server import application

    served = application(database, {"sql_time_limit_ms": 20})
    sql = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"
    response = await served.client.get("/reviews", params={"sql": sql})
    assert response.status_code == 400
    assert "時間がかかりすぎた" in response.text
    assert "<script>" not in response.text


async def test_every_response_carries_the_security_headers(datasette: Any) -> None:
    for path in ("/reviews", "/reviews/budgets.json", "/nowhere", "/-/static/app.css"):
        response = await datasette.client.get(path)
        assert "default-src 'none'" in response.headers["content-security-policy"]
        assert response.headers["x-content-type-options"] == "nosniff"
        assert len(response.headers.get_list("referrer-policy")) == 1


async def test_pages_load_nothing_from_another_host_and_hold_no_inline_script_or_style(
    datasette: Any,
) -> None:
    for path in ("/reviews", "/reviews/budgets", "/reviews/budgets/1", "/reviews/large_budgets", "/-/search"):
        html = await page(datasette, path)
        for address in re.findall(
            r'(?:src|href)="([^"]+)"', re.sub(r'<a [^>]*>|<link rel="alternate"[^>]*>', "", html)
        ):
            assert address.startswith("/"), (path, address)
        assert not re.search(r"<style|\sstyle=|<script>|\son[a-z]+=", html), path


async def test_static_files_are_served(datasette: Any) -> None:
    html = await page(datasette, "/reviews")
    for address in re.findall(r'"(/-/static[^"]+)"', html):
        assert (await datasette.client.get(address)).status_code == 200


async def test_a_database_of_another_program_is_left_as_datasette_shows_it(tmp_path: Path) -> None:
    import sqlite3

    from datasette.app import Datasette

    from assistant.web.server import register

    register()
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("create table budgets (id integer primary key, 計 integer)")
    connection.execute("insert into budgets values (1, 5000000)")
    connection.commit()
    connection.close()
    other = Datasette([str(path)])
    html = await page(other, "/other/budgets")
    assert "<h1>budgets</h1>" in html
    assert "<data" not in html
    assert (await other.client.get("/")).status_code == 200
    assert (await other.client.get("/-/ask")).status_code == 404


async def test_serving_what_is_not_there_or_not_ours_is_refused(tmp_path: Path) -> None:
    from assistant.web.server import application

    with pytest.raises(NoDatabaseError):
        application(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("シート" * 1000, "utf-8")
    with pytest.raises(NotOurDatabaseError):
        application(tmp_path / "text.db")


async def test_the_configuration_for_publishing_names_every_question_for_both_versions(
    database: Path, tmp_path: Path
) -> None:
    held = holdings(database)
    assert held is not None
    for path in write_configuration(held, tmp_path):
        if path.suffix != ".yaml":
            continue
        written = yaml.safe_load(path.read_text("utf-8"))
        assert set(written["databases"]["reviews"]["queries"]) == {
            q.name for q in QUESTIONS if q.possible(held)
        }
    assert {p.name for p in tmp_path.iterdir()} == {"metadata.yaml", "datasette.yaml", "settings.json"}


async def test_no_table_has_units_which_datasette_cannot_show(database: Path) -> None:
    held = holdings(database)
    assert held is not None
    assert all(
        "units" not in t for t in metadata({"reviews": held})["databases"]["reviews"]["tables"].values()
    )
