"""The sheets for other assistants: an MCP server with the tools ask, search, sheet and sql, all read-only.

Needs the official SDK (the extra ``mcp``); nothing else of this program imports this module.
"""

# No postponed annotations: the SDK reads those of the tools, which are made inside ``server``.

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from assistant.mcp.library import MOST_HITS, MOST_ROWS, ROWS_A_TABLE, SECONDS, Library
from db.catalogue import catalogue
from db.errors import ReviewSheetError

NAME = "reviewsheet"
INSTRUCTIONS = """\
日本の行政事業レビューシート(国の事業の予算・執行・成果・評価・支出先)に、シートの記載だけで答えます。
金額は円、率は%、年度は西暦です。値を引くときは、答えのセルの source(ファイルと位置)と sheet(公開年度・府省庁・事業名)を
出典として示してください。status が no_answer ならシートに書かれておらず、clarify なら聞き返しています(推測で補わないこと)。"""

_ASK = (
    "行政事業レビューシートに日本語で質問し、シートの記載だけからの答えを、出典付きのセルと読み取りとともに受け取る。"
    "答えの形は answer.schema.json のとおり。"
)
_SEARCH = "シートの文章(点検結果、所見、理由、目的、課題など)から、言葉を含む箇所を出典付きで探す。"
_SHEET = f"1枚のシートの全項目を、表ごとに、ファイルと位置を付けて読む。行の多い表は初めの{ROWS_A_TABLE}行。"


def server(database: str | Path) -> MCPServer:
    """The MCP server of one database."""
    library = Library(database)
    made = MCPServer(NAME, title="行政事業レビューシート", instructions=INSTRUCTIONS, log_level="WARNING")
    read_only = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)

    def told(call: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
        try:
            return call(*arguments)
        except ReviewSheetError as error:
            raise ToolError(str(error)) from error

    @made.tool(title="質問する", annotations=read_only, description=_ASK)
    def ask(
        question: Annotated[str, Field(description="日本語の質問。例: 2023年度の執行率が低い事業は?")],
        conversation: Annotated[
            str | None, Field(description="同じ名前の質問は前の質問の事業・年度・項目を引き継ぐ")
        ] = None,
    ) -> dict[str, Any]:
        return told(library.ask, question, conversation)

    @made.tool(title="文章を探す", annotations=read_only, description=_SEARCH)
    def search(
        words: Annotated[str, Field(description="探す言葉。空白で区切る")],
        limit: Annotated[int, Field(description=f"件数(1〜{MOST_HITS})", ge=1, le=MOST_HITS)] = 10,
    ) -> dict[str, Any]:
        return told(library.search, words, limit)

    @made.tool(title="シートを読む", annotations=read_only, description=_SHEET)
    def sheet(
        sheet_key: Annotated[str, Field(description="シートの識別子。例: 2018-総務省-0036、2024-RS-698")],
        table: Annotated[str | None, Field(description="1つの表の全行を読むときの表の名前")] = None,
    ) -> dict[str, Any]:
        return told(library.sheet, sheet_key, table)

    @made.tool(title="SQLで調べる", annotations=read_only, description=_sql_description())
    def sql(
        statement: Annotated[str, Field(description="SELECT文を1つ(SQLite)")],
    ) -> dict[str, Any]:
        return told(library.sql, statement)

    return made


def _sql_description() -> str:
    tables = "、".join(f"{t.name}({t.label})" for t in catalogue().tables)
    return (
        f"データベースを読み取り専用のSELECT文で調べる({MOST_ROWS}行、{SECONDS:.0f}秒まで)。表: {tables}。"
        "列は日本語で、SELECT sql FROM sqlite_schema WHERE name = '表' で見られる。どの表もシートの識別子 sheet_key を持つ。"
        "1つの事業が複数の公開年度のシートに同じ年度の値を持つので、合計するときは事業(project_id)と年度ごとに最も新しい"
        "公開年度の行だけを数える。"
    )
