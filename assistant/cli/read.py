"""``reviewsheet read``: what a file holds, without loading it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import json_option

if TYPE_CHECKING:
    from rich.console import Console

    from db.sheet import Sheet

MAX_TEXT = 200


@click.command(
    cls=JapaneseHelp, epilog="例:\n  reviewsheet read 000123.txt\n  reviewsheet read 000123.pdf --json"
)
@click.argument("paths", metavar="ファイル...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
def read(paths: tuple[Path, ...], as_json: bool) -> None:
    """ファイルに書かれたシートを、データベースに入れずに読む。"""
    from db.readers import read_files

    if as_json:
        from db.contract import sheet_as_json

        _write_json_list(sheet_as_json(sheet) for sheet in read_files(paths))
        return
    from assistant.terminal.render import console

    out = console()
    for number, sheet in enumerate(read_files(paths)):
        if number:
            out.rule()
        print_sheet(sheet, out)


def _write_json_list(items: Iterable[object]) -> None:
    """A JSON list written item by item: a year of sheets does not fit on one line of memory."""
    first = True
    for item in items:
        click.echo("[" if first else ",", nl=False)
        click.echo(json.dumps(item, ensure_ascii=False), nl=False)
        first = False
    click.echo("[]" if first else "]")


def print_sheet(sheet: Sheet, out: Console) -> None:
    """One sheet by its sections, each field with its label, value and place."""
    from rich.table import Table
    from rich.text import Text

    from assistant.formatting import value_text
    from db.catalogue import catalogue

    basic = sheet.basic.values
    out.print(
        Text(f"{basic.get('事業名')}({basic.get('府省庁')}、{basic.get('公開年度')}年度)", style="bold")
    )
    out.print(Text(f"{sheet.key}  {sheet.form}  {sheet.sources[0].name}", style="dim"))
    by_table: dict[str, list[tuple[str, str, str]]] = {}
    for section, row in sheet.all_rows():
        cells = []
        for field in catalogue().table(section).fields:
            value = row.get(field.column)
            if value is not None:
                cells.append((field.label, value_text(value, field.kind)))
            elif row.printed.get(field.column):
                cells.append((field.label, row.printed[field.column]))
        text = "、".join(f"{label} {value}" for label, value in cells)
        by_table.setdefault(section, []).append((row.locator, text, "" if row.certain else "推定"))
    for section, rows in by_table.items():
        out.print()
        out.print(Text(catalogue().table(section).label, style="cyan"))
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 1))
        table.add_column(no_wrap=True, style="dim")
        table.add_column(overflow="fold")
        for locator, text, note in rows:
            shown = text if section == "sheets" or len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
            table.add_row(Text(locator), Text(f"{shown}{f'  ({note})' if note else ''}"))
        out.print(table)
    if sheet.unplaced:
        out.print()
        out.print(Text(f"どの項目にも当てはまらなかった記載 {len(sheet.unplaced)} 件", style="yellow"))
        for item in sheet.unplaced[:10]:
            out.print(Text(f"  {item.locator}  {item.text[:MAX_TEXT]}"))
    for flag in sheet.flags:
        out.print(Text(f"注意  {flag.where}: {flag.what}", style="yellow"))
