"""``reviewsheet index``: the search index, renewed or made with another embedding model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path

if TYPE_CHECKING:
    from embeddings.indexing import IndexReport


@click.command(
    cls=JapaneseHelp,
    epilog="""\
例:
  reviewsheet index --db reviews.db
  reviewsheet index --model cl-nagoya/ruri-v3-130m
  REVIEWSHEET_THESAURUS=類語.json reviewsheet index""",
)
@database_option
@click.option(
    "--model",
    metavar="名前かフォルダー",
    default=None,
    help="この埋め込みモデル(sentence-transformers)で作り直す。同梱のモデルに戻すには default。",
)
def index(database: Path | None, model: str | None) -> None:
    """文章検索の索引を新しくする。読み込むと自動で作られるので、モデルや類語を変えたときに使う。"""
    report = renew_index(database_path(database), model)
    click.echo(
        f"文章 {report.passages:,} 件の索引ができました"
        f"(新しい文章 {report.added:,} 件、埋め込んだ文章 {report.embedded:,} 件、モデル {report.model})。"
    )


def renew_index(database: Path, model: str | None = None) -> IndexReport:
    """Bring the index of a database up to date, with progress on standard error."""
    from contextlib import closing

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from assistant.understanding.names.projects import ProjectIndex
    from db.opening import explained, open_database
    from db.reading_ahead import processors
    from embeddings.indexing import update_index

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    errors = Console(stderr=True, highlight=False)
    with (
        closing(open_database(database, read_only=False)) as connection,
        explained(database),
        Progress(*columns, console=errors, transient=True, disable=not sys.stderr.isatty()) as bar,
    ):
        task = bar.add_task("索引を作っています", total=None)

        def advance(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        report = update_index(connection, model=model, progress=advance, workers=min(processors(), 8))
        ProjectIndex(connection).keep()
        return report
