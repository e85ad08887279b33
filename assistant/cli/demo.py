"""``reviewsheet demo``: the main job on the samples that come with the program."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from assistant.cli.help import JapaneseHelp

ONE_SHEET_QUESTION = "不用率が大きい理由は?"
MANY_PROJECTS_QUESTION = "2023年度の執行率が低い事業を5つ教えて"


@click.command(cls=JapaneseHelp, epilog="例:\n  reviewsheet demo\n  reviewsheet demo --folder デモ")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False, readable=False),
    default=Path(".demo"),
    metavar="フォルダー",
    help="データベースを置くフォルダー(既定: .demo)。",
)
def demo(folder: Path) -> None:
    """同梱の見本を読み込み、質問してみせる。"""
    from assistant import Assistant
    from assistant.cli.load import load_and_report
    from assistant.terminal import render

    out = render.console()
    folder.mkdir(parents=True, exist_ok=True)
    with resources.as_file(resources.files("db").joinpath("samples")) as samples:
        for title, paths, database, question in (
            (
                "1. シート1枚(テキスト)を読み込み、質問する",
                samples / "sheets" / "sample-2018.txt",
                "sheet.db",
                ONE_SHEET_QUESTION,
            ),
            (
                "2. 多くの事業(RSシステムのCSV)を読み込み、質問する",
                samples / "rs",
                "rs.db",
                MANY_PROJECTS_QUESTION,
            ),
        ):
            path = folder / database
            out.print(f"── {title}", style="bold")
            out.print(f"$ reviewsheet load {paths.name} --db {path}", style="dim")
            load_and_report([paths], path)
            out.print(f'\n$ reviewsheet ask "{question}" --db {path}\n', style="dim")
            render.print_answer(Assistant(path).ask(question), out)
            out.print()
    out.print("── 次は", style="bold")
    out.print(f"質問を続ける      reviewsheet chat --db {folder / 'rs.db'}")
    out.print(f"ブラウザで見る    reviewsheet serve --db {folder / 'rs.db'}")
    out.print("本物を読み込む    README の「シートを読み込む」")
