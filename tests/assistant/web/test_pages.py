"""The pages of sheets, ministries and recipients, and the front page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from assistant.cli.load import load_and_report
from assistant.web import flow
from assistant.web.charts import Column, Series, line_chart, years_chart
from assistant.web.figures import exact_yen, percent, short_yen
from assistant.web.server import application
from assistant.web.sheet_page import arrange, read_sheet
from assistant.web.wording import message
from db.catalogue import catalogue
from db.forms import form_label
from db.loading import load
from db.opening import open_database
from tests.assistant.web.sheets import printed_sheet, row, rs_sheet, sample_sheets
from tests.db.store_making import store

SHEET = "/-/sheet/2018-総務省-0036"


async def page(datasette: Any, path: str, status: int = 200) -> str:
    response = await datasette.client.get(path)
    assert response.status_code == status, response.text
    return str(response.text)


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.mark.asyncio
async def test_a_sheet_shows_the_parts_of_the_form_in_order(datasette: Any) -> None:
    html = await page(datasette, SHEET)
    titles = re.findall(r'<h2 id="[^"]+">([^<]+)</h2>', html)
    assert titles == ["基本情報", "予算額・執行額", "成果・活動", "点検・評価", "資金の流れ・支出先", "出典"]
    for text in (
        "窓口の職員が安全に手続きを扱えるようにすること。",
        "会場を近くの庁舎に替えて旅費を減らした",
        "事業内容の一部改善",
        "株式会社見本研修",
        "会場までの旅費",
        "0032-2",
        "どの欄か分からない記載",
        "2018-0036.txt",
    ):
        assert text in html


@pytest.mark.asyncio
async def test_amounts_on_a_sheet_are_short_with_the_exact_yen_and_the_printed_words_on_hover(
    datasette: Any,
) -> None:
    html = await page(datasette, SHEET)
    assert '<data value="2000000" title="2,000,000円　シートの記載: 2百万円">2百万円</data>' in html


@pytest.mark.asyncio
async def test_every_place_in_the_source_leads_to_its_row(datasette: Any) -> None:
    html = await page(datasette, SHEET)
    found = re.search(r'<a href="(/reviews/payees/\d+)">90行目</a>', html)
    assert found is not None
    assert "見本研修" in await page(datasette, found.group(1))


@pytest.mark.asyncio
async def test_the_row_of_a_sheet_names_the_files_that_print_its_other_fields(
    tmp_path: Path, samples: Path
) -> None:
    path = tmp_path / "rs.db"
    load([samples / "rs"], path)
    served = application(path)
    row = await page(served, "/rs/sheets/2024-RS-9001")
    assert re.search(r'<li>作成責任者 .*<a href="/rs/sources/1">1-1_RS_2024[^<]+</a> 1-1 \d+行目', row)
    sheet = await page(served, "/-/sheet/2024-RS-9001")
    assert re.search(r"<dt>作成責任者</dt><dd>.*<small class=\"secondary\">1-1 \d+行目</small>", sheet)


@pytest.mark.asyncio
async def test_other_years_of_a_project_are_one_click_away_and_in_the_chart(datasette: Any) -> None:
    html = await page(datasette, SHEET)
    other = re.search(r'<a href="/-/sheet/2019-[^"]+" title="([^"]+)">2019年度</a>', html)
    assert other is not None
    assert other.group(1).startswith("事業名と府省庁が同じ（確度 0.97、2018年度公開のシート 2018-")
    chart = re.search(r'aria-label="予算・執行の推移。([^"]+)"', html)
    assert chart is not None
    assert re.findall(r"(\d{4})年度 予算額", chart.group(1)) == ["2015", "2016", "2017", "2018", "2019"]


@pytest.mark.asyncio
async def test_the_flow_of_money_is_drawn_and_told(datasette: Any) -> None:
    html = await page(datasette, SHEET)
    assert "資金の流れ。総務省からA 研修会社 1.5百万円、研修会社からB 講師の派遣元 400,000円" in html
    assert '<ul class="flow-list">' in html


@pytest.mark.asyncio
async def test_a_question_box_on_a_sheet_asks_about_that_sheet(datasette: Any) -> None:
    html = await page(datasette, SHEET)
    assert '<input type="hidden" name="sheet" value="2018-総務省-0036">' in html


@pytest.mark.asyncio
async def test_questions_offered_on_a_sheet_have_answers_in_it(datasette: Any) -> None:
    html = await page(datasette, SHEET)
    links = re.findall(r'<li><a href="(/-/ask\?sheet=[^"]+)#latest">', html)
    assert links
    for link in links:
        assert 'class="answer answered"' in await page(datasette, link.replace("&amp;", "&"))


@pytest.mark.asyncio
async def test_projects_like_the_one_of_a_sheet_are_a_click_away_where_there_is_an_index(
    samples: Path, tmp_path: Path
) -> None:
    path = tmp_path / "rs.db"
    load_and_report([samples / "rs"], path)
    served = application(path)
    connection = open_database(path)
    key = connection.execute("SELECT min(sheet_key) FROM sheets").fetchone()[0]
    connection.close()
    html = await page(served, f"/-/sheet/{key}")
    found = re.search(r'<a href="(/-/ask\?[^"]+)#latest">似た事業は\?</a>', html)
    assert found is not None
    assert 'class="answer answered"' in await page(served, found.group(1).replace("&amp;", "&"))


@pytest.mark.asyncio
async def test_a_sheet_that_is_not_there_is_said_so(datasette: Any) -> None:
    assert "「2018-総務省-9999」はこのデータベースにありません" in await page(
        datasette, "/-/sheet/2018-総務省-9999", 404
    )


@pytest.mark.asyncio
async def test_names_with_markup_stay_text_on_our_pages(datasette: Any) -> None:
    for path in ("/-/sheet/2024-RS-103", "/-/ministry/国土交通省　観光庁", "/-/payee/3010001000003"):
        html = await page(datasette, path)
        assert "<試験>" not in html
        assert "&lt;試験&gt;" in html


def test_every_table_with_rows_stands_on_the_page_of_its_sheet(tmp_path: Path) -> None:
    from assistant.web.printed import Cells

    sheet = printed_sheet(2018, "0036")
    for table in catalogue().tables:
        if table.name != "sheets" and not sheet.rows(table.name):
            column = next(f.column for f in table.fields if f.kind in ("text", "choice"))
            sheet.add(table.name, row("110行目", **{column: f"{table.name}の見本の記載"}))
    path = store(tmp_path / "full.db", sheet)
    served = application(path)
    connection = open_database(path)
    rows = read_sheet(connection, "2018-総務省-0036")
    assert rows is not None
    shown = {b.get("table") for p in arrange(rows, Cells(served.urls, "full"))["parts"] for b in p.blocks}
    assert shown >= {t.name for t in catalogue().tables} - {"sheets"}


@pytest.mark.asyncio
async def test_a_ministry_shows_its_totals_and_its_sheets_largest_first(datasette: Any) -> None:
    text = text_of(await page(datasette, "/-/ministry/厚生労働省"))
    assert "2023年度 令和5年度 2 50.8億円" in text
    assert text.index("地域の見守り活動支援事業") < text.index("食品の表示を調べる事業")


@pytest.mark.asyncio
async def test_a_ministry_that_is_not_there_is_said_so(datasette: Any) -> None:
    assert "トップの一覧から選んでください" in await page(datasette, "/-/ministry/存在しない省", 404)


@pytest.mark.asyncio
async def test_a_recipient_is_found_by_number_and_by_name(datasette: Any) -> None:
    for path in ("/-/payee/1010001000001", "/-/payee/株式会社見本研修"):
        assert "<h1>株式会社見本研修</h1>" in await page(datasette, path)
    assert "名前で探してください" in await page(datasette, "/-/payee/9999999999999", 404)


@pytest.mark.asyncio
async def test_what_came_by_way_of_another_recipient_is_not_added_to_what_the_state_paid(
    datasette: Any,
) -> None:
    text = text_of(await page(datasette, "/-/payee/2010001000002"))
    assert "国から受け取った額の合計 0円" in text
    assert "ほかの支出先を経て受け取った額 800,000円" in text


@pytest.mark.asyncio
async def test_a_year_that_two_sheets_of_a_project_state_counts_once_for_a_recipient(tmp_path: Path) -> None:
    first, second = printed_sheet(2018, "0036"), printed_sheet(2019, "0040")
    for sheet in (first, second):
        for payee in sheet.rows("payees"):
            payee.values["年度"] = 2017
    served = application(store(tmp_path / "twice.db", first, second))
    text = text_of(await page(served, "/-/payee/1010001000001"))
    assert "国から受け取った額の合計 1.5百万円" in text


@pytest.mark.asyncio
async def test_expenses_stand_in_for_a_list_of_recipients_only_where_there_is_none(datasette: Any) -> None:
    text = text_of(await page(datasette, "/-/payee/1010001000001"))
    # 1.5百万円 twice on printed sheets (their expenses name no one), 9百万円 three times in RSシステム.
    assert "国から受け取った額の合計 30百万円" in text


@pytest.mark.asyncio
async def test_the_front_page_says_what_is_loaded_and_ranks_projects(datasette: Any) -> None:
    html = await page(datasette, "/")
    text = text_of(html)
    assert "シート 5枚" in text
    assert "事業 4" in text
    assert "2018–2024" in text
    assert "予算の大きい事業" in text
    assert re.search(r'<a href="/-/ministry/[^"]+">厚生労働省</a>', html)


@pytest.mark.asyncio
async def test_examples_on_the_front_page_have_answers(datasette: Any) -> None:
    html = await page(datasette, "/")
    links = re.findall(r'<li><a href="(/-/ask\?[^"]+)">', html)
    assert links
    for link in links:
        assert 'class="answer answered"' in await page(datasette, link.replace("&amp;", "&"))


@pytest.mark.asyncio
async def test_a_sheet_alone_in_its_database_has_pages_too(tmp_path: Path) -> None:
    served = application(store(tmp_path / "one.db", printed_sheet(2018, "0036")))
    for path in ("/", SHEET, "/-/ministry/総務省", "/one", "/-/ask"):
        await page(served, path)


@pytest.mark.asyncio
async def test_an_empty_database_has_a_front_page(tmp_path: Path) -> None:
    served = application(store(tmp_path / "empty.db"))
    for path in ("/", "/empty", "/-/search"):
        await page(served, path)


@pytest.mark.asyncio
async def test_pages_follow_a_base_url(database: Path) -> None:
    served = application(database, {"base_url": "/reviewsheet/"})
    html = await page(served, "/-/sheet/2024-RS-101")
    for address in re.findall(r'(?:href|action|src)="(/[^"]*)"', html):
        assert address.startswith("/reviewsheet/"), address


def test_money_is_said_as_people_say_it() -> None:
    assert [short_yen(v) for v in (None, 0, 123_456, 4_000_000, 1_800_000, 163_900_000, 5_420_806_000, 1_234_500_000_000, 2_000_000_000_000, -1_096_000_000)] == [
        "–", "0円", "123,456円", "4百万円", "1.8百万円", "1.6億円", "54.2億円", "1兆2,345億円", "2兆円", "▲11億円",
    ]  # fmt: skip
    assert exact_yen(-1_096_000_000) == "▲1,096,000,000円"


def test_a_very_small_rate_is_not_shown_as_nothing() -> None:
    assert [percent(v) for v in (None, 0.0, 0.012, 50.0, 83.058, 259_516.0)] == [
        "–", "0%", "0.012%", "50%", "83.1%", "259,516%",
    ]  # fmt: skip


def test_a_chart_leaves_out_what_is_not_known_and_says_every_value() -> None:
    chart = years_chart(
        [Column(2022, {"計": 5, "執行額": 4}, 80.0), Column(2023, {"計": 6, "執行額": None})], "推移"
    )
    assert chart.count("<rect") == 3
    assert "2023年度 計 6円、執行額 –" in chart
    assert years_chart([], "推移") == ""


def test_a_line_needs_two_years() -> None:
    assert line_chart([Series("点数", None, [(2020, 3, "3")])], "推移") == ""
    assert "<polyline" in line_chart([Series("点数", None, [(2020, -3, "▲3"), (2021, 3, "3")])], "推移")


def test_money_that_goes_round_in_a_ring_is_drawn_once() -> None:
    rows = [
        {
            "支出元ブロック": None,
            "支出元": "省",
            "支出先ブロック": "A",
            "支出先名": "甲",
            "補足情報": None,
            "金額": 5,
        },
        {
            "支出元ブロック": "A",
            "支出元": "甲",
            "支出先ブロック": "B",
            "支出先名": "乙",
            "補足情報": None,
            "金額": None,
        },
        {
            "支出元ブロック": "B",
            "支出元": "乙",
            "支出先ブロック": "A",
            "支出先名": "甲",
            "補足情報": None,
            "金額": None,
        },
        {
            "支出元ブロック": "Z",
            "支出元": "丙",
            "支出先ブロック": "C",
            "支出先名": "丁",
            "補足情報": None,
            "金額": None,
        },
    ]
    made = flow.build("省", rows, [], [{"ブロック": "B", "支出額": 3}])
    assert made is not None
    told = Markup(flow.listing(made)).striptags()
    assert told.count("乙") == 1
    assert "（記載された支出先の計）" in told
    assert "丁" in told
    assert flow.drawing(made).count('class="box') == 5


def test_what_money_was_spent_on_tells_the_amount_of_a_block_that_states_none() -> None:
    rows = [
        {
            "支出元ブロック": None,
            "支出元": "省",
            "支出先ブロック": code,
            "支出先名": name,
            "補足情報": None,
            "金額": None,
        }
        for code, name in (("A", "甲"), ("B", "乙"))
    ]
    expenses = [{"ブロック": "A", "金額": 3_000_000}, {"ブロック": "A", "金額": 1_000_000}]
    made = flow.build("省", rows, [], [], expenses)
    assert made is not None
    told = Markup(flow.listing(made)).striptags()
    assert "A 甲 4百万円 （記載された費目・使途の計）" in told
    assert "B 乙" in told


def test_known_english_messages_are_japanese_and_unknown_ones_stay() -> None:
    assert message("no such column: x") == "「x」という列はありません。列の名前を確かめてください。"
    assert message("something new") == "something new"


def test_forms_have_japanese_names() -> None:
    assert form_label("rs-2024") == "RSシステム（2024年度）"
    assert form_label("judgit") == "JUDGIT!"
    assert form_label("sheet-2018-text") == "シート（2018年度様式、テキスト）"
    assert {form_label(s.form) for s in [*sample_sheets(), rs_sheet(1, "省", "名", 1, 1, 0, 1)]} >= {
        "RSシステム（2024年度）"
    }
