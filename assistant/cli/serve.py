"""``reviewsheet serve``: the database in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path


@click.command(
    cls=JapaneseHelp,
    epilog="""\
例:
  reviewsheet serve --open
  reviewsheet serve --db rs.db --host 0.0.0.0 --port 8080 --immutable
  reviewsheet serve --write-config public""",
)
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
@click.option(
    "--immutable", is_flag=True, help="公開している間は誰も書き込まないファイルとして扱う(公開サーバー向け)。"
)
@click.option(
    "--setting",
    "settings",
    nargs=2,
    multiple=True,
    metavar="名前 値",
    help="Datasetteの設定を変える(例: --setting sql_time_limit_ms 5000)。",
)
@click.option(
    "--write-config",
    metavar="フォルダー",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    help="公開せずに、Datasetteの設定ファイル(metadata.yaml など)をここに書き出す。",
)
def serve(
    database: Path | None,
    host: str,
    port: int,
    open_browser: bool,
    immutable: bool,
    settings: tuple[tuple[str, str], ...],
    write_config: Path | None,
) -> None:
    """データベースをDatasetteで読み取り専用に公開し、質問のページを付ける。"""
    from assistant.web.server import chosen_settings, export
    from assistant.web.server import serve as serve_database

    chosen = chosen_settings(settings)
    if write_config is not None:
        for path in export(database_path(database), write_config, chosen):
            click.echo(f"{path} を書き出しました。")
        return
    serve_database(
        database_path(database),
        host=host,
        port=port,
        open_browser=open_browser,
        settings=chosen,
        immutable=immutable,
    )
