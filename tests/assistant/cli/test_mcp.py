"""The MCP server, called by the SDK's own client: in the same process and as a program of its own."""

from __future__ import annotations

import json
import os
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from assistant.cli import main

pytest.importorskip("mcp")

from mcp import Client, StdioServerParameters

from assistant.mcp import library
from assistant.mcp.server import server

ROOT = Path(__file__).resolve().parents[3]
SHEET = "2018-総務省-0901"


async def call(database: Path, tool: str, **arguments: Any) -> tuple[bool, Any]:
    """(is it an error, what came back) of one tool."""
    async with Client(server(database)) as client:
        result = await client.call_tool(tool, arguments)
    return bool(result.is_error), result.structured_content or result.content[0].text


@pytest.mark.asyncio
async def test_the_tools_are_named_described_and_read_only(sheet_db: Path) -> None:
    async with Client(server(sheet_db)) as client:
        tools = {t.name: t for t in (await client.list_tools()).tools}
    assert set(tools) == {"ask", "search", "sheet", "sql"}
    assert all(t.description and t.annotations.read_only_hint for t in tools.values())


@pytest.mark.asyncio
async def test_a_question_is_answered_by_the_contract(sheet_db: Path) -> None:
    failed, answer = await call(sheet_db, "ask", question="29年度の執行率は?")
    assert not failed
    contract = json.loads(resources.files("assistant").joinpath("contract/answer.schema.json").read_text())
    jsonschema.validate(answer, contract)
    assert answer["cells"][0]["value"] == 50.0
    assert answer["cells"][0]["source"]["locator"]


@pytest.mark.asyncio
async def test_questions_of_one_conversation_follow_one_another(sheet_db: Path) -> None:
    async with Client(server(sheet_db)) as client:
        await client.call_tool("ask", {"question": "29年度の執行率は?", "conversation": "a"})
        followed = await client.call_tool("ask", {"question": "前の年は?", "conversation": "a"})
        alone = await client.call_tool("ask", {"question": "前の年は?"})
    assert followed.structured_content["cells"][0]["value"] == 40.0
    assert followed.structured_content["interpretation"]["carried_over"]
    assert not alone.structured_content["interpretation"].get("carried_over")


@pytest.mark.asyncio
async def test_passages_are_found_with_their_place(sheet_db: Path) -> None:
    _, answer = await call(sheet_db, "search", words="旅費", limit=3)
    assert 1 <= len(answer["cells"]) <= 3
    assert all(c["source"]["locator"] for c in answer["cells"])


@pytest.mark.asyncio
async def test_a_sheet_is_read_whole_or_one_table_of_it(sheet_db: Path) -> None:
    _, whole = await call(sheet_db, "sheet", sheet_key=SHEET)
    assert {"sheets", "budgets", "evaluations"} <= set(whole["tables"])
    _, one = await call(sheet_db, "sheet", sheet_key=SHEET, table="budgets")
    assert set(one["tables"]) == {"budgets"}
    row = next(r for r in one["tables"]["budgets"]["rows"] if r.get("年度") == 2017)
    assert row["執行額"] == 2_000_000
    assert "行目" in row["source"]["locator"]


@pytest.mark.asyncio
async def test_what_another_file_of_a_sheet_prints_is_told_with_that_file(rs_db: Path) -> None:
    _, found = await call(rs_db, "sheet", sheet_key="2024-RS-9001", table="sheets")
    (basic,) = found["tables"]["sheets"]["rows"]
    assert basic["source"]["locator"].startswith("1-2 ")
    assert basic["sources"]["作成責任者"]["locator"].startswith("1-1 ")
    assert basic["sources"]["作成責任者"]["file"].startswith("1-1_RS_2024")
    assert "事業の目的" not in basic["sources"]


@pytest.mark.asyncio
async def test_a_statement_reads_and_counts(sheet_db: Path) -> None:
    _, result = await call(sheet_db, "sql", statement="SELECT 年度, 執行額 FROM budgets WHERE 年度 = 2017")
    assert result == {"columns": ["年度", "執行額"], "rows": [[2017, 2_000_000]], "truncated": False}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("sql", {"statement": "DELETE FROM budgets"}, "SELECT文だけ"),
        ("sql", {"statement": "ATTACH DATABASE 'x.db' AS x"}, "SELECT文だけ"),
        ("sql", {"statement": "PRAGMA table_info(sheets)"}, "SELECT文だけ"),
        ("sql", {"statement": "SELECT 1; SELECT 2"}, "1つずつ"),
        ("sql", {"statement": "SELECT ない列 FROM sheets"}, "SQLを実行できません"),
        ("sheet", {"sheet_key": "9999-x"}, "このデータベースにありません"),
        ("sheet", {"sheet_key": SHEET, "table": "x"}, "という表はありません"),
        ("search", {"words": " "}, "探す言葉がありません"),
    ],
)
async def test_what_cannot_be_done_is_said_in_one_line(
    sheet_db: Path, tool: str, arguments: dict[str, Any], words: str
) -> None:
    failed, told = await call(sheet_db, tool, **arguments)
    assert failed
    assert words in told
    assert "\n" not in told


@pytest.mark.asyncio
async def test_a_statement_that_takes_too_long_is_stopped(
    sheet_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "SECONDS", 0.1)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    failed, told = await call(sheet_db, "sql", statement=endless)
    assert failed
    assert "終わらなかった" in told


@pytest.mark.asyncio
async def test_the_command_speaks_over_standard_input_and_output(sheet_db: Path) -> None:
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assistant.cli", "mcp", "--db", str(sheet_db)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    async with Client(program) as client:
        result = await client.call_tool("ask", {"question": "29年度の執行率は?"})
    assert result.structured_content["cells"][0]["value"] == 50.0


def test_without_the_sdk_one_line_says_what_to_install(
    sheet_db: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "assistant.mcp.server")
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    with pytest.raises(SystemExit) as ended:
        main(["mcp", "--db", str(sheet_db)])
    assert ended.value.code == 1
    told = capsys.readouterr().err
    assert "pip install 'reviewsheet[mcp]'" in told
    assert told.count("\n") == 1
