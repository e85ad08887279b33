"""The 質問 page, the search page and their JSON."""

from __future__ import annotations

import asyncio
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest

from assistant.cli.load import load_and_report
from assistant.web import reading, site
from assistant.web.answers import arrange
from assistant.web.asking import LONGEST_QUESTION, MOST_TURNS, Desk
from assistant.web.holdings import holdings
from assistant.web.server import application
from assistant.web.templating import highlighted
from db.errors import QuestionError

SHEET = "2018-総務省-0036"


async def ask(datasette: Any, *questions: str, sheet: str | None = None, ending: str = "") -> Any:
    parameters: dict[str, Any] = {"q": list(questions)}
    if sheet:
        parameters["sheet"] = sheet
    return await datasette.client.get(f"/-/ask{ending}", params=parameters)


@pytest.mark.asyncio
async def test_an_answer_has_its_sentence_cells_reading_and_source(datasette: Any) -> None:
    response = await ask(datasette, "不用率が大きい理由は?", sheet=SHEET)
    assert response.status_code == 200
    html = response.text
    assert 'class="answer answered"' in html
    assert "旅費を減らしたため" in html
    assert '<section class="reading"' in html
    assert "2018-0036.txt" in html
    assert "/-/sheet/2018-" in html


@pytest.mark.asyncio
async def test_the_words_that_answer_are_marked(datasette: Any) -> None:
    html = (await ask(datasette, "不用率が大きい理由は?", sheet=SHEET)).text
    assert "<mark>" in html


@pytest.mark.asyncio
async def test_a_conversation_is_in_the_address_and_its_follow_up_is_understood(datasette: Any) -> None:
    html = (await ask(datasette, "執行率は?", "2016年度は?", sheet=SHEET)).text
    assert '<span class="asked">執行率は?</span>' in html
    assert '<h2 class="asked">2016年度は?</h2>' in html
    assert re.findall(r'<input type="hidden" name="q" value="([^"]+)">', html)[-2:] == [
        "執行率は?",
        "2016年度は?",
    ]
    answer = (await ask(datasette, "執行率は?", "2016年度は?", sheet=SHEET, ending=".json")).json()
    assert (answer["status"], answer["cells"][0]["label"], answer["cells"][0]["fiscal_year"]) == (
        "answered",
        "執行率",
        2016,
    )


@pytest.mark.asyncio
async def test_reloading_asks_nothing_twice(datasette: Any) -> None:
    desk = site.desk(datasette, "reviews")
    first = await desk.ask(["執行率は?", "前の年は?"], SHEET)
    second = await desk.ask(["執行率は?", "前の年は?"], SHEET)
    assert [a is b for a, b in zip(first, second, strict=True)] == [True, True]
    assert (await desk.ask(["執行率は?"], SHEET))[0] is first[0]


@pytest.mark.asyncio
async def test_two_readers_do_not_share_a_conversation(datasette: Any) -> None:
    one = (await ask(datasette, "食品の表示を調べる事業の執行率は?", "執行額は?", ending=".json")).json()
    other = (await ask(datasette, "地域の見守り活動支援事業の執行率は?", "執行額は?", ending=".json")).json()
    assert one["cells"][0]["sheet"]["事業名"] == "食品の表示を調べる事業"
    assert other["cells"][0]["sheet"]["事業名"] == "地域の見守り活動支援事業"


@pytest.mark.asyncio
async def test_the_sql_of_an_answer_opens_in_datasette_and_gives_the_same_figure(datasette: Any) -> None:
    response = await ask(datasette, "執行率は?", sheet=SHEET)
    answer = (await ask(datasette, "執行率は?", sheet=SHEET, ending=".json")).json()
    found = re.search(r'<a href="(/reviews\?sql=[^"]+)">SQLの画面で開く</a>', response.text)
    assert found is not None
    result = await datasette.client.get(
        found.group(1).replace("&amp;", "&").replace("/reviews?", "/reviews.json?")
    )
    assert result.status_code == 200
    assert any(answer["cells"][0]["value"] in row for row in result.json()["rows"])


@pytest.mark.asyncio
async def test_questions_are_escaped(datasette: Any) -> None:
    for path in ("/-/ask", "/-/search"):
        html = (await datasette.client.get(path, params={"q": '<script>alert("1")</script>'})).text
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


@pytest.mark.asyncio
async def test_the_api_answers_by_the_contract(datasette: Any) -> None:
    contract = resources.files("assistant").joinpath("contract/answer.schema.json").read_text("utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(contract))
    for response in (
        await ask(datasette, "不用率が大きい理由は?", sheet=SHEET, ending=".json"),
        await ask(datasette, "月の裏側には何がありますか?", ending=".json"),
        await datasette.client.get("/-/search.json", params={"q": "旅費"}),
    ):
        assert response.headers["content-type"].startswith("application/json")
        validator.validate(response.json())


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/-/ask.json", "質問がありません"),
        ("/-/ask.json?q=" + "あ" * (LONGEST_QUESTION + 1), "質問が長すぎます"),
        ("/-/ask.json?" + "&".join(["q=は?"] * (MOST_TURNS + 1)), "1つの会話は"),
        ("/-/ask.json?q=目的は?&sheet=none", "シート「none」はこのデータベースにありません"),
        ("/-/search.json", "探す言葉がありません"),
        ("/-/search.json?q=旅費&limit=0", "limit は1から"),
        ("/-/search.json?q=旅費&limit=abc", "limit は1から"),
    ],
)
async def test_what_the_api_cannot_take_is_refused_with_one_line(
    datasette: Any, path: str, words: str
) -> None:
    response = await datasette.client.get(path)
    assert response.status_code == 400
    assert words in response.json()["error"]
    assert "\n" not in response.json()["error"]


@pytest.mark.asyncio
async def test_a_question_that_is_too_long_is_said_so_on_the_page(datasette: Any) -> None:
    response = await ask(datasette, "あ" * (LONGEST_QUESTION + 1))
    assert response.status_code == 400
    assert '<p class="message error" role="alert">質問が長すぎます' in response.text


@pytest.mark.asyncio
async def test_the_search_page_lists_passages_with_their_sheets(datasette: Any) -> None:
    html = (await datasette.client.get("/-/search", params={"q": "旅費 教材"})).text
    assert "映像の教材を取り入れ" in html
    assert re.search(r"/-/sheet/201[89]-", html)


@pytest.mark.asyncio
async def test_many_readers_may_search_and_ask_at_once(samples: Path, tmp_path: Path) -> None:
    path = tmp_path / "rs.db"
    load_and_report([samples / "rs"], path)
    served = application(path)
    found = await asyncio.gather(
        *(served.client.get("/-/search.json", params={"q": f"研修の改善 {n}"}) for n in range(20)),
        *(served.client.get("/-/ask.json", params={"q": f"旅費を{n}割減らした理由は?"}) for n in range(20)),
    )
    assert {response.status_code for response in found} == {200}
    for one in served.databases.values():
        one.close()


@pytest.mark.asyncio
async def test_changing_a_chip_asks_the_follow_up_it_stands_for(datasette: Any) -> None:
    response = await datasette.client.get(
        "/-/ask", params={"sheet": SHEET, "q": "執行率は?", "chip": "年度", "to": "2016"}
    )
    assert response.status_code == 302
    target = urlsplit(response.headers["location"])
    assert parse_qs(target.query) == {"sheet": [SHEET], "q": ["執行率は?", "2016年度は?"]}
    html = (await datasette.client.get(f"{target.path}?{target.query}")).text
    assert re.search(r'<span class="kind">年度</span> 2016年度', html)


@pytest.mark.asyncio
async def test_a_question_asked_back_is_answered_by_its_chip(datasette: Any) -> None:
    html = (await ask(datasette, "執行率は?")).text
    assert 'class="answer clarify"' in html
    assert '<input type="hidden" name="instead" value="1">' in html
    response = await datasette.client.get(
        "/-/ask", params={"q": "執行率は?", "chip": "事業", "to": "食品の表示を調べる事業", "instead": "1"}
    )
    target = urlsplit(response.headers["location"])
    assert parse_qs(target.query) == {"q": ["食品の表示を調べる事業の執行率は?"]}
    assert 'class="answer answered"' in (await datasette.client.get(f"{target.path}?{target.query}")).text


@pytest.mark.asyncio
async def test_names_are_completed_wherever_they_begin(datasette: Any) -> None:
    response = await datasette.client.get("/-/names.json", params={"q": "厚生労働省の執行"})
    assert response.json()["completions"] == ["厚生労働省の執行率", "厚生労働省の執行額"]
    assert (await datasette.client.get("/-/names.json")).json()["completions"] == []


@pytest.mark.asyncio
async def test_a_chip_that_is_none_changes_nothing(datasette: Any) -> None:
    response = await datasette.client.get("/-/ask", params={"q": "執行率は?", "chip": "なにか", "to": "2016"})
    assert parse_qs(urlsplit(response.headers["location"]).query) == {"q": ["執行率は?"]}


def test_chips_follow_the_reading(database: Path) -> None:
    held = holdings(database)
    assert held is not None
    chips = reading.chips(
        {
            "operation": "list",
            "project": None,
            "fiscal_years": [2023],
            "fields": ["執行率"],
            "filters": [
                {"field": "府省庁", "op": "=", "value": "総務省"},
                {"field": "執行率", "op": "<=", "value": 50},
            ],
            "carried_over": ["年度"],
        },
        held,
    )
    assert [(c.kind, c.value, c.carried_over) for c in chips] == [
        ("事業", "", False),
        ("年度", "2023年度", True),
        ("項目", "執行率", False),
        ("府省庁", "総務省", False),
        ("条件", "執行率 ≦ 50", False),
    ]
    assert ("2023", "2023年度（令和5年度）") in chips[1].choices
    assert ("不用額", "不用額") in chips[2].choices
    assert reading.chips({"operation": "none"}, held) == []


def test_years_in_a_row_are_told_as_a_span(database: Path) -> None:
    held = holdings(database)
    assert held is not None
    read = {"operation": "trend", "fiscal_years": [2023, 2021, 2022], "fields": ["執行率"]}
    assert reading.chips(read, held)[1].value == "2021〜2023年度"


def test_marks_are_clipped_to_the_text_and_never_overlap() -> None:
    assert highlighted("<b>旅費</b>", [[3, 5]]) == "&lt;b&gt;<mark>旅費</mark>&lt;/b&gt;"
    assert (
        highlighted("あいう", [[-2, 1], [0, 2], [2, 99]]) == "<mark>あ</mark><mark>い</mark><mark>う</mark>"
    )
    assert highlighted("あいう", None) == "あいう"


def test_a_ranking_gets_bars_and_a_trend_a_line() -> None:
    def cell(name: str, value: int, year: int | None = None) -> dict[str, Any]:
        return {
            "label": "執行額", "value": value, "text": f"{value}円", "unit": "円", "fiscal_year": year,
            "sheet": {"sheet_key": name, "事業名": name}, "group": None,
        }  # fmt: skip

    ranking = arrange({"cells": [cell("甲", 3), cell("乙", 2), cell("丙", 1)]})
    assert [(b.label, b.value) for b in ranking.bars] == [("甲", 3), ("乙", 2), ("丙", 1)]
    trend = arrange({"cells": [cell("甲", 3, 2022), cell("甲", 2, 2021), cell("甲", 1, 2020)]})
    (line,) = trend.series
    assert [p[0] for p in line.points] == [2020, 2021, 2022]
    assert trend.bars == []


def test_items_of_one_unit_are_drawn_as_lines_beside_each_other_and_a_covered_line_is_left_out() -> None:
    def cells(label: str, unit: str, *values: float) -> list[dict[str, Any]]:
        return [
            {
                "label": label, "value": v, "text": f"{v}", "unit": unit, "fiscal_year": 2020 + n,
                "sheet": {"sheet_key": "甲", "事業名": "甲"}, "group": None,
            }
            for n, v in enumerate(values)
        ]  # fmt: skip

    shown = arrange(
        {
            "cells": [
                *cells("執行率", "%", 50, 60, 70),
                *cells("比較用執行率", "%", 55, 65, 75),
                *cells("同じ率", "%", 50, 60, 70),
                *cells("執行額", "円", 5, 6, 7),
                *cells("二年だけ", "%", 1, 2),
            ]
        }
    )
    assert [s.label for s in shown.series] == ["執行率", "比較用執行率"]


def test_of_a_year_that_several_sheets_state_the_latest_is_drawn() -> None:
    def cell(published: int, year: int, value: float, key: str = "") -> dict[str, Any]:
        sheet = {"sheet_key": key or f"{published}-甲", "事業名": "甲", "公開年度": published}
        return {
            "label": "執行率", "value": value, "text": f"{value}", "unit": "%", "fiscal_year": year,
            "sheet": sheet, "group": None,
        }  # fmt: skip

    stated = [cell(2022, 2019, 1), cell(2022, 2020, 2), cell(2022, 2021, 3)]
    (line,) = arrange({"cells": [cell(2023, 2021, 9), *stated]}).series
    assert [value for _, value, _ in line.points] == [1, 2, 9]
    assert arrange({"cells": [*stated, cell(2022, 2021, 4)]}).series == []


def test_a_desk_sees_that_its_database_was_loaded_again(database: Path, tmp_path: Path) -> None:
    import asyncio
    import shutil

    from tests.assistant.web.sheets import printed_sheet
    from tests.db.store_making import store

    path = Path(shutil.copy(database, tmp_path / "copy.db"))

    async def both() -> tuple[Any, Any]:
        desk = Desk(path)
        before = (await desk.ask(["事業は何件?"]))[0].answer
        store(path, printed_sheet(2020, "0050"))
        after = (await desk.ask(["事業は何件?"]))[0].answer
        desk.close()
        return before, after

    before, after = asyncio.run(both())
    assert before is not after


def test_a_conversation_about_no_sheet_of_the_database_is_refused(database: Path) -> None:
    from assistant.web.asking import beginning

    with pytest.raises(QuestionError, match="このデータベースにありません"):
        beginning(database, "9999-x")
