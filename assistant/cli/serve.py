"""``reviewsheet serve``: the database in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path


@click.command(cls=JapaneseHelp)
@database_option
@click.option("--host", default="127.0.0.1", metavar="ホスト", help="待ち受けるアドレス(既定: 127.0.0.1)。")
@click.option(
    "--port",
    default=8001,
    metavar="番号",
    help="待ち受けるポート(既定: 8001)。",
    type=click.IntRange(0, 65535),
)
@click.option("--open", "open_browser", is_flag=True, help="ブラウザを開く。")
def serve(database: Path | None, host: str, port: int, open_browser: bool) -> None:
    """データベースをDatasetteで読み取り専用に公開し、質問のページを付ける。"""
    from assistant.web.server import serve as serve_database

    serve_database(database_path(database), host=host, port=port, open_browser=open_browser)
