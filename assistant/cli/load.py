"""``reviewsheet load`` and ``reviewsheet unload``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.index import renew_index
from assistant.cli.options import database_option, database_path

if TYPE_CHECKING:
    from rich.console import Console

    from db.loading import LoadReport

MAX_UNCHANGED_SHOWN = 5


@click.command(
    cls=JapaneseHelp,
    epilog="""\
例:
  reviewsheet load 000123.txt
  reviewsheet load 2018/ rs2024/*.zip --db reviews.db""",
)
@click.argument(
    "paths", metavar="パス...", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)
@database_option
@click.option("--again", is_flag=True, help="同じ内容を読み込み済みでも、もう一度読み込む。")
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1, 64),
    help="シートのファイルを並べて読むプロセスの数(省略すると使えるCPUの数。1なら並べない)。",
)
def load(paths: tuple[Path, ...], database: Path | None, again: bool, workers: int | None) -> int:
    """シートのファイル・フォルダー・zipを読み込む。形式は中身から見分ける。"""
    report = load_and_report(paths, database_path(database), again=again, workers=workers)
    return 1 if report.failed else 0


@click.command(
    cls=JapaneseHelp, epilog="例:\n  reviewsheet unload 000123.txt\n  reviewsheet unload rs2024.zip"
)
@click.argument("name", metavar="ファイル名")
@database_option
def unload(name: str, database: Path | None) -> None:
    """読み込んだファイルの内容を取り除く(名前は reviewsheet info で見られる)。"""
    from db.loading import unload as take_out

    path = database_path(database)
    for removed in take_out(path, name):
        click.echo(f"取り除きました: {removed}")
    renew_index(path)


def load_and_report(
    paths: Sequence[Path], database: Path, again: bool = False, workers: int | None = None
) -> LoadReport:
    """Load with a progress bar on standard error and a summary on standard output."""
    from rich.console import Console

    from assistant.cli.progress import LoadProgress
    from assistant.terminal.render import console
    from db.loading import LOADED
    from db.loading import load as load_files
    from db.reading_ahead import processors

    errors = Console(stderr=True, highlight=False)
    with LoadProgress(paths, errors, shown=sys.stderr.isatty()) as progress:
        report = load_files(
            paths,
            database,
            progress=progress.advance,
            on_file=progress.end,
            on_start=progress.begin,
            again=again,
            workers=workers or processors(),
        )
    if report.of(LOADED):
        renew_index(database)
    print_report(report, console(), errors)
    return report


def print_report(report: LoadReport, out: Console, errors: Console) -> None:
    """The summary: a line a file that went in, what did not go in, totals."""
    from rich.table import Table
    from rich.text import Text

    from assistant.cli.info import short_name
    from db.loading import FAILED, LOADED, SKIPPED, UNCHANGED

    loaded = report.of(LOADED)
    if loaded:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 1), header_style="dim")
        table.add_column("ファイル", overflow="fold")
        for name in ("シート", "読んだ件", "収めた件", "併合", "未配置"):
            table.add_column(name, justify="right")
        for file in loaded:
            counts = (file.sheets, file.rows_read, file.rows_stored, file.rows_merged, file.rows_unplaced)
            table.add_row(Text(short_name(file.name)), *(f"{n:,}" for n in counts))
        out.print(table)
    for file in loaded:
        for old, count in file.replaced.items():
            told = (
                f"{short_name(file.name)} の {count:,} 枚が、{short_name(old)} の同じシートに代わりました。"
            )
            out.print(Text(f"入れ替え  {told}"), soft_wrap=True)
    unchanged = report.of(UNCHANGED)
    for file in unchanged[:MAX_UNCHANGED_SHOWN]:
        out.print(Text(f"変更なし  {file.name}"))
    if len(unchanged) > MAX_UNCHANGED_SHOWN:
        out.print(Text(f"変更なし  ほか {len(unchanged) - MAX_UNCHANGED_SHOWN} ファイル"))
    for file in report.of(SKIPPED):
        errors.print(Text(f"読まずに飛ばしました  {file.name}: {file.message}", style="dim"), soft_wrap=True)
    for file in report.of(FAILED):
        errors.print(Text(f"読み込めませんでした  {file.message}", style="red"), soft_wrap=True)
    total = f"{len(loaded)} ファイルを {report.database} に読み込みました(シート {report.sheets_added:+,}、{report.seconds:.1f} 秒)。"
    if report.failed:
        total += f"読み込めなかったファイルが {len(report.of(FAILED))} あります。"
    if report.warnings:
        total += f"おかしく見える値 {report.warnings:,} 件を表 warnings に記しました。"
    out.print(Text(total if loaded or report.failed else f"{report.database} に変更はありません。"))
