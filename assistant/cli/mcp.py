"""``reviewsheet mcp``: the sheets as tools for other assistants (Model Context Protocol)."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path
from db.errors import QuestionError

NOT_INSTALLED = "MCPの部品が入っていません。`pip install 'reviewsheet[mcp]'` で入れてください。"


@click.command(
    cls=JapaneseHelp,
    epilog="""\
道具: ask(質問する)、search(文章を探す)、sheet(1枚のシートを読む)、sql(読み取り専用のSELECT)
MCPに対応した相手の設定に書く例:
  {"mcpServers": {"reviewsheet": {"command": "reviewsheet", "args": ["mcp", "--db", "reviews.db"]}}}""",
)
@database_option
def mcp(database: Path | None) -> None:
    """ほかのAIアシスタントがシートを調べられるよう、標準入出力でMCPサーバーになる。"""
    try:
        from assistant.mcp.server import server
    except ImportError as error:
        if (error.name or "").split(".")[0] not in ("mcp", "pydantic"):
            raise
        raise QuestionError(NOT_INSTALLED) from error
    server(database_path(database)).run("stdio")
