"""``reviewsheet search``: passages of the sheets that match words."""

from __future__ import annotations

import json
from pathlib import Path

import click

from assistant.cli.ask import EXIT_CODES
from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path, json_option, said


@click.command(cls=JapaneseHelp, epilog='例:\n  reviewsheet search "一者応札 改善" --limit 20')
@click.argument("words", metavar="言葉...", nargs=-1, required=True, callback=said)
@database_option
@json_option
@click.option(
    "--limit", default=10, show_default=False, help="表示する件数(既定: 10)。", type=click.IntRange(1, 1000)
)
@click.option(
    "--rerank",
    metavar="名前かフォルダー",
    default=None,
    help="見つけた文章をこのモデル(CrossEncoder)で並べ替える。",
)
def search(
    words: tuple[str, ...], database: Path | None, as_json: bool, limit: int, rerank: str | None
) -> int:
    """シートの文章(点検結果、所見、理由、目的など)を探す。"""
    from assistant import Assistant
    from assistant.terminal import render

    answer = Assistant(database_path(database), rerank=rerank).search(" ".join(words), limit=limit)
    if as_json:
        click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        render.print_answer(answer)
    return EXIT_CODES[answer.status]
