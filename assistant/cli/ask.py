"""``reviewsheet ask`` and ``reviewsheet chat``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path, json_option

EXIT_NO_ANSWER = 3
EXIT_CLARIFY = 4
EXIT_CODES = {"answered": 0, "no_answer": EXIT_NO_ANSWER, "clarify": EXIT_CLARIFY}


@click.command(
    cls=JapaneseHelp,
    epilog="""\
終了コード: 0 答えた、3 シートに答えがない、4 聞き返した
例:
  reviewsheet ask "29年度の執行率は?"
  reviewsheet ask --json "総務省の事業は何件ありますか"
  echo "不用率が大きい理由は?" | reviewsheet ask""",
)
@click.argument("question", metavar="[質問]...", nargs=-1)
@database_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="答えのセルをCSVで出力する。")
@click.option("--sql", "as_sql", is_flag=True, help="答えを求めたSQLを出力する。")
def ask(question: tuple[str, ...], database: Path | None, as_json: bool, as_csv: bool, as_sql: bool) -> int:
    """質問に、シートの記載だけで答える。質問がなければ標準入力から1行ずつ読む。"""
    from assistant import Assistant
    from assistant.terminal import render

    if sum((as_json, as_csv, as_sql)) > 1:
        raise click.UsageError("--json、--csv、--sql は一つだけ選んでください。")
    questions = [" ".join(question)] if question else _questions_from_stdin()
    assistant = Assistant(database_path(database))
    code = 0
    for number, text in enumerate(questions):
        with render.waiting():
            answer = assistant.ask(text)
        if as_json:
            click.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
        elif as_csv:
            click.echo(render.as_csv(answer, header=number == 0), nl=False)
        elif as_sql:
            click.echo(answer.sql or "")
        else:
            if number:
                click.echo()
            if len(questions) > 1:
                click.echo(f"問  {text}")
            render.print_answer(answer)
        code = max(code, EXIT_CODES[answer.status])
    return code


def _questions_from_stdin() -> list[str]:
    if sys.stdin.isatty():
        raise click.UsageError('質問を「"」で囲んで書くか、標準入力に流してください。')
    questions = [line.strip() for line in sys.stdin if line.strip()]
    if not questions:
        raise click.UsageError("標準入力に質問がありません。")
    return questions


@click.command(
    cls=JapaneseHelp,
    epilog="""\
入力欄では Tab で名前を補完し、Ctrl-C で答えるのをやめ、Ctrl-D で終わる。/help でコマンドの一覧。
例:
  reviewsheet chat
  reviewsheet chat --db rs.db
  reviewsheet chat --jsonl < questions.jsonl""",
)
@database_option
@click.option(
    "--jsonl",
    is_flag=True,
    help='1行1JSON({"question": "…", "conversation": "id"})を読み、1行1JSONで答える。',
)
def chat(database: Path | None, jsonl: bool) -> None:
    """続けて質問する。前の質問の事業・年度・項目を引き継ぐ。"""
    from assistant import Assistant

    # At the prompt an answer runs in a thread of its own, so that Ctrl-C can stop it.
    assistant = Assistant(database_path(database), check_same_thread=False)
    if jsonl:
        from assistant.jsonl import run

        for stream in (sys.stdin, sys.stdout):
            stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        faults = run(sys.stdin, sys.stdout, assistant)
        if faults:
            raise faults[0]
    else:
        from assistant.terminal.chat import run_chat

        run_chat(assistant, database_path(database))
