"""``reviewsheet read``: what a file holds, without loading it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import json_option

if TYPE_CHECKING:
    from rich.console import Console

    from db.sheet import Row, Sheet

MAX_TEXT = 200
MAX_UNPLACED = 10


@click.command(
    cls=JapaneseHelp, epilog="例:\n  reviewsheet read 000123.txt\n  reviewsheet read 000123.pdf --json"
)
@click.argument(
    "paths", metavar="ファイル...", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False)
)
@json_option
def read(paths: tuple[Path, ...], as_json: bool) -> None:
    """ファイルに書かれたシートを、データベースに入れずに読む。"""
    from db.readers import read_files

    if as_json:
        from db.contract import sheet_as_json

        _write_json_list(sheet_as_json(sheet) for sheet in read_files(paths))
        return
    from assistant.terminal.render import console, print_lines

    out = console()
    for number, sheet in enumerate(read_files(paths)):
        if number:
            out.rule()
        print_lines(partial(print_sheet, sheet, out), out)


def _write_json_list(items: Iterable[object]) -> None:
    """A JSON list written item by item: a year of sheets does not fit on one line of memory."""
    first = True
    for item in items:
        click.echo("[" if first else ",", nl=False)
        click.echo(json.dumps(item, ensure_ascii=False), nl=False)
        first = False
    click.echo("[]" if first else "]")


def print_sheet(sheet: Sheet, out: Console) -> None:
    """One sheet by its sections: the years side by side, texts under their item, each with its place."""
    from rich.text import Text

    from assistant.cli.sections import print_section
    from db.checks import check_sheet
    from db.merging import disagreements

    basic = sheet.basic.values
    out.print(
        Text(f"{basic.get('事業名')}({basic.get('府省庁')}、{basic.get('公開年度')}年度)", style="bold")
    )
    out.print(Text(f"{sheet.key}  {sheet.form}  {sheet.sources[0].name}", style="dim"))
    by_table: dict[str, list[Row]] = {}
    for section, row in sheet.all_rows():
        by_table.setdefault(section, []).append(row)
    for section, rows in by_table.items():
        print_section(section, rows, out)
    if sheet.unplaced:
        out.print()
        out.print(Text(f"どの項目にも当てはまらなかった記載 {len(sheet.unplaced)} 件", style="yellow"))
        for item in sheet.unplaced[:MAX_UNPLACED]:
            out.print(Text(f"  {item.locator}  {item.text[:MAX_TEXT]}"))
        if len(sheet.unplaced) > MAX_UNPLACED:
            out.print(Text(f"  ほか {len(sheet.unplaced) - MAX_UNPLACED} 件", style="dim"))
    for flag in (*sheet.flags, *check_sheet(sheet), *disagreements(sheet)):
        out.print(Text(f"注意  {flag.where}: {flag.what}", style="yellow"))
