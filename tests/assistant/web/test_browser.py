"""The pages in a real browser: asking, following up, changing a chip, keyboard, phone, nothing from elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ROOT = Path(__file__).resolve().parents[3]
SHEET = "/-/sheet/2018-総務省-0036"
PAGES = (
    "/",
    "/-/ask",
    "/-/ask?q=不用率が大きい理由は%3F&sheet=2018-総務省-0036",
    "/-/ask?q=執行率は%3F",
    "/-/ask?q=食品の表示を調べる事業の執行率の推移は%3F&q=執行額は%3F",
    "/-/search?q=旅費",
    SHEET,
    "/-/ministry/厚生労働省",
    "/-/payee/1010001000001",
    "/reviews",
    "/reviews/budgets",
    "/reviews/comments?_search=不用",
    "/reviews/budgets/1",
    "/reviews/large_budgets",
    "/reviews?sql=select+年度,+sum(計)+as+計+from+budgets+group+by+年度",
)
SERVE = "import sys; from assistant.web.server import serve; serve(sys.argv[1], port=0)"


@pytest.fixture(scope="module")
def site(database: Path) -> Iterator[str]:
    """Address of a server of its own process."""
    with subprocess.Popen(
        [sys.executable, "-u", "-c", SERVE, str(database)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.match(r"(http://\S+)/ で公開しています", line)
        assert found is not None, line
        yield found.group(1)
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium as the system has it."""
    if CHROMIUM is None:
        pytest.skip("Chromium がない")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@contextmanager
def watched(browser: Any, site: str) -> Iterator[Any]:
    """A page that must not ask another host for anything nor write an error in the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP", base_url=site)
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("request", lambda r: None if r.url.startswith((site, "data:")) else troubles.append(r.url))
    opened.on("console", lambda m: troubles.append(m.text) if m.type == "error" else None)
    opened.on("pageerror", lambda e: troubles.append(str(e)))
    yield opened
    context.close()
    assert troubles == []


@pytest.fixture
def page(browser: Any, site: str) -> Iterator[Any]:
    """An empty page of its own for a test."""
    with watched(browser, site) as opened:
        yield opened


@pytest.fixture(scope="module", params=PAGES)
def shown(browser: Any, site: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Each of PAGES, opened once for the tests that only look at it."""
    with watched(browser, site) as opened:
        opened.goto(request.param)
        yield opened


def chip(page: Any, kind: str) -> Any:
    """The chip of one part of the reading."""
    return page.locator("details.chip", has=page.locator(".kind", has_text=re.compile(f"^{kind}$")))


def test_asking_and_following_up(page: Any) -> None:
    page.goto(SHEET)
    page.get_by_role("combobox", name="このシートについて質問する").fill("執行率は?")
    page.get_by_role("button", name="質問する").click()
    assert page.locator(".answer.answered").is_visible()
    page.get_by_role("combobox", name="続けて質問する").fill("2016年度は?")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=2016*")
    assert page.locator("h2.asked").inner_text() == "2016年度は?"
    assert "2016" in page.locator(".answer table.data").inner_text()
    assert page.locator(".earlier .asked").inner_text() == "執行率は?"


def test_an_address_can_be_shared(page: Any, browser: Any, site: str) -> None:
    page.goto("/-/ask?sheet=2018-総務省-0036&q=執行率は%3F&q=2016年度は%3F")
    said = page.locator(".sentence").inner_text()
    other = browser.new_context(base_url=site).new_page()
    other.goto(page.url)
    assert other.locator(".sentence").inner_text() == said
    other.context.close()


def test_changing_a_chip_changes_the_answer(page: Any) -> None:
    page.goto("/-/ask?sheet=2018-総務省-0036&q=執行率は%3F")
    chip(page, "年度").locator("summary").click()
    page.get_by_label("年度を変える").select_option("2016")
    page.get_by_role("button", name="変える").locator("visible=true").click()
    page.wait_for_url("**2016*")
    assert "2016" in page.locator(".sentence").inner_text()


def test_a_question_asked_back_is_answered_by_choosing_the_project(page: Any) -> None:
    page.goto("/-/ask?q=執行率は%3F")
    assert page.locator(".answer.clarify").is_visible()
    page.get_by_label("事業を変える").fill("食品の表示を調べる事業")
    page.get_by_role("button", name="変える").locator("visible=true").click()
    page.locator(".answer.answered").wait_for()
    assert "25.0 %" in page.locator(".sentence").inner_text()


def test_names_are_offered_while_typing(page: Any) -> None:
    page.goto("/-/ask")
    box = page.get_by_role("combobox", name="シートに質問する")
    with page.expect_response("**/-/names.json*"):
        box.press_sequentially("食品の表")
    page.wait_for_function("document.querySelectorAll('#names option').length > 0")
    assert page.locator("#names option").first.get_attribute("value") == "食品の表示を調べる事業"


def test_a_chip_is_changed_by_keyboard_alone(page: Any) -> None:
    page.goto("/-/ask?sheet=2018-総務省-0036&q=執行率は%3F")
    chip(page, "年度").locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.type("2016")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**2016*")
    assert "2016" in page.locator(".sentence").inner_text()


def test_escape_closes_a_chip_and_gives_the_focus_back(page: Any) -> None:
    page.goto("/-/ask?sheet=2018-総務省-0036&q=執行率は%3F")
    page.locator("details.chip summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.chip[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details.chip[open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_sheet_shows_its_chart_and_its_flow(page: Any) -> None:
    page.goto(SHEET)
    for name in ("予算・執行の推移。", "資金の流れ。"):
        box = page.get_by_role("img", name=re.compile("^" + name)).bounding_box()
        assert box is not None
        assert box["width"] > 200
        assert box["height"] > 60


def test_a_chart_wider_than_the_screen_begins_at_the_latest_year(page: Any) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/")
    box = page.locator(".chart .scroll").first
    scrolled = box.evaluate("e => [e.scrollLeft + e.clientWidth, e.scrollWidth]")
    assert scrolled[0] >= scrolled[1] - 1


def test_the_stock_search_box_finds_a_word_of_two_characters(page: Any) -> None:
    page.goto("/reviews/comments")
    page.get_by_label("言葉を含む行").fill("不用")
    page.get_by_role("button", name="表示する").click()
    assert "不用が生じた" in page.locator("table.rows-and-columns").inner_text()
    assert "「不用」を含む" in page.locator("main").inner_text()


def test_a_table_is_exported_as_csv(page: Any) -> None:
    page.goto("/reviews/payees")
    page.get_by_label("ファイルとして保存").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSVを取り出す").click()
    text = Path(download.value.path()).read_text("utf-8")
    assert "株式会社見本研修" in text
    assert "支出額" in text.splitlines()[0]


def test_the_menu_of_a_column_sorts_and_hides_by_keyboard_alone(page: Any) -> None:
    page.goto("/reviews/payees")
    page.get_by_role("button", name="支出先の操作").focus()
    page.keyboard.press("Enter")
    menu = page.locator(".column-menu")
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert menu.count() == 0
    page.keyboard.press("Enter")
    page.get_by_role("link", name="この列を隠す").press("Enter")
    page.wait_for_url("**_nocol=*")
    assert page.locator('th[data-column="支出先"]').count() == 0


def test_a_statement_runs_from_the_keyboard(page: Any) -> None:
    page.goto("/reviews#sql")
    page.locator("#sql-editor").fill("select 府省庁, count(*) as 件数 from sheets group by 府省庁")
    assert page.get_by_role("button", name="整形する").is_visible()
    page.locator("#sql-editor").press("Shift+Enter")
    page.wait_for_url("**sql=*")
    assert "厚生労働省" in page.locator("table.rows-and-columns").inner_text()


def test_the_keyboard_alone_reaches_the_question_box_and_the_answer(page: Any) -> None:
    page.goto(SHEET)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "question":
            break
    page.keyboard.insert_text("執行率は?")
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/ask*")
    assert page.evaluate("document.activeElement.id") == "latest"


def test_questions_are_answered_without_script(browser: Any, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=site)
    page = context.new_page()
    page.goto(SHEET)
    page.locator("#question").fill("不用率が大きい理由は?")
    page.get_by_role("button", name="質問する").click()
    assert page.locator(".answer mark").count() > 0
    chip(page, "年度").locator("summary").click()
    page.locator("details.chip[open] select").select_option("2016")
    page.locator("details.chip[open] button").click()
    assert page.locator("h2.asked").inner_text() == "2016年度は?"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_fault(shown: Any, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown.emulate_media(color_scheme=scheme)
    found = [
        (v["id"], v["impact"], [n["html"][:200] for n in v["nodes"][:3]])
        for v in axe.run(shown).response["violations"]
    ]
    assert found == []


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_scrolls_sideways(shown: Any, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 900})
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


def test_no_english_is_left_on_a_page(shown: Any) -> None:
    text = shown.evaluate(
        "(() => { const copy = document.body.cloneNode(true);"
        "copy.querySelectorAll('code, pre, textarea, script, .key, small').forEach(e => e.remove());"
        "return copy.innerText })()"
    )
    allowed = {
        "SQL", "SELECT", "CSV", "JSON", "RS", "Datasette", "KPI", "URL", "JUDGIT", "ID", "Excel", "PDF", "Shift",
        "Enter", "reviews", "LIKE", "NOT", "GLOB", "NULL", "txt", "csv", "MIME",
    }  # fmt: skip
    words = set(
        re.findall(r"[A-Za-z]{3,}", re.sub(r"rs-\d+|sheet-\d+-\w+|sha\S*|\d+-\w+\.txt|_RS_\S+", "", text))
    )
    assert words - allowed == set()
