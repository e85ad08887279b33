"""The command ``reviewsheet``: it reads arguments, calls the library and prints; it holds no logic of its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from assistant.cli.help import JapaneseGroup, usage_message
from db.errors import ReviewSheetError, fault_message, system_message

EXIT_ERROR = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

EXAMPLES = """\
使い方の例:
  reviewsheet load 2018-0036.txt rs2024/          シートやCSVのzipを読み込む
  reviewsheet "不用率が大きい理由は?"             質問する(ask と同じ)
  reviewsheet chat                                 続けて質問する
  reviewsheet search "研修会 効率化"               文章を探す
  reviewsheet serve                                ブラウザで見る(Datasette)
"""

COMMANDS = {
    "load": "assistant.cli.load:load",
    "unload": "assistant.cli.load:unload",
    "read": "assistant.cli.read:read",
    "info": "assistant.cli.info:info",
    "ask": "assistant.cli.ask:ask",
    "chat": "assistant.cli.ask:chat",
    "search": "assistant.cli.search:search",
    "similar": "assistant.cli.similar:similar",
    "index": "assistant.cli.index:index",
    "serve": "assistant.cli.serve:serve",
    "mcp": "assistant.cli.mcp:mcp",
    "completion": "assistant.cli.completion:completion",
    "demo": "assistant.cli.demo:demo",
}


@click.group(
    cls=JapaneseGroup,
    commands_by_path=COMMANDS,
    default_command="ask",
    invoke_without_command=True,
    epilog=EXAMPLES,
)
@click.version_option(
    package_name="reviewsheet",
    prog_name="reviewsheet",
    message="%(prog)s %(version)s",
    help="版を表示して終わる。",
)
@click.option("--traceback", is_flag=True, help="エラーのとき、原因を調べるための詳細も表示する。")
@click.pass_context
def cli(context: click.Context, traceback: bool) -> None:
    """行政事業レビューシートを1つのSQLiteファイルに読み込み、日本語で質問する。"""
    context.ensure_object(dict)["traceback"] = traceback
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and leave with its exit code: 0, 1 (error), 2 (usage), 3 (no answer), 4 (asks back)."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    show_traceback = "--traceback" in arguments
    # --traceback is accepted anywhere on the line, so that it can be added to a command that has just failed.
    arguments = [a for a in arguments if a != "--traceback"]
    try:
        result = cli.main(args=arguments, prog_name="reviewsheet", standalone_mode=False, obj={})
    except click.UsageError as error:
        _fail(usage_message(error), EXIT_USAGE)
    except click.Abort:
        _fail("中断しました。", EXIT_INTERRUPTED)
    except KeyboardInterrupt:
        if show_traceback:
            raise
        _fail("中断しました。", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: that is no error of ours.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_ERROR)
    except ReviewSheetError as error:
        if show_traceback:
            raise
        _fail(str(error), EXIT_ERROR)
    except Exception as error:
        # a fault of this program: said in one line like any other error, and shown whole on demand
        if show_traceback:
            raise
        told = system_message(error) if isinstance(error, OSError) else None
        _fail(told or fault_message(error), EXIT_ERROR)
    sys.exit(result if isinstance(result, int) else 0)


def _fail(message: str, code: int) -> None:
    click.echo(f"reviewsheet: {message}", err=True)
    sys.exit(code)
