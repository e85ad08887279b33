"""``reviewsheet similar``: projects whose texts mean nearly what a project's do."""

from __future__ import annotations

import json
from pathlib import Path

import click

from assistant.cli.ask import EXIT_CODES
from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path, json_option, said


@click.command(
    cls=JapaneseHelp,
    epilog="""\
例:
  reviewsheet similar 地域おこし協力隊
  reviewsheet similar "空き家を直して移住者に貸す取り組み" --limit 20""",
)
@click.argument("words", metavar="事業名か説明...", nargs=-1, required=True, callback=said)
@database_option
@json_option
@click.option("--limit", default=10, help="表示する件数(既定: 10)。", type=click.IntRange(1, 1000))
def similar(words: tuple[str, ...], database: Path | None, as_json: bool, limit: int) -> int:
    """ある事業(または説明)に目的や中身が近い事業を、年度と府省庁をまたいで探す。"""
    from assistant import Assistant
    from assistant.terminal import render

    answer = Assistant(database_path(database)).similar(" ".join(words), limit=limit)
    if as_json:
        click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
    else:
        render.print_answer(answer)
    return EXIT_CODES[answer.status]
