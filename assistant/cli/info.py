"""``reviewsheet info``: what is loaded, how much, from where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.cli.help import JapaneseHelp
from assistant.cli.options import database_option, database_path, json_option

if TYPE_CHECKING:
    from rich.console import Console

MAX_MINISTRIES = 12
MAX_SOURCES = 30


@click.command(cls=JapaneseHelp, epilog="例:\n  reviewsheet info\n  reviewsheet info --db rs.db --json")
@database_option
@json_option
def info(database: Path | None, as_json: bool) -> None:
    """読み込んだものの一覧(年度、府省庁、表の行数、ファイルと行の突き合わせ)。"""
    path = database_path(database)
    if as_json:
        from db import info as contents

        click.echo(json.dumps(contents(path), ensure_ascii=False, indent=2))
        return
    from assistant.terminal.render import console, print_lines

    out = console()
    print_lines(lambda: print_info(path, out), out)


def print_info(database: Path, out: Console) -> None:
    """Print the contents of a database for people."""
    from rich.table import Table
    from rich.text import Text

    from db import info as contents

    found = contents(database)
    size = found["bytes"] / 1_000_000
    out.print(
        Text(
            f"{database}({size:,.1f} MB) シート {found['sheets']:,} 枚、事業 {found['projects']:,} 件",
            style="bold",
        )
    )
    if not found["sheets"]:
        out.print(Text("シートがありません。`reviewsheet load ファイル...` で読み込んでください。"))
        return
    parts = Table.grid(padding=(0, 2, 0, 0))
    parts.add_column(style="dim", no_wrap=True)
    parts.add_column(overflow="fold")
    for title, key in (("公開年度", "years"), ("様式", "forms"), ("府省庁", "ministries")):
        parts.add_row(title, Text(_counts(found[key])))
    rows = [t for t in found["tables"].values() if t["rows"]]
    parts.add_row("表の行数", Text("、".join(f"{t['label']} {t['rows']:,}" for t in rows)))
    notes = (("おかしく見える値", "warnings"), ("どの項目にも当てはまらなかった記載", "unplaced"))
    parts.add_row("注意", Text("、".join(f"{title} {found[key]:,} 件(表 {key})" for title, key in notes)))
    out.print(parts)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("ファイル", overflow="fold")
    table.add_column("読込日時", no_wrap=True)
    for name in ("シート", "読んだ件", "収めた件", "併合", "未配置"):
        table.add_column(name, justify="right")
    for source in found["sources"][:MAX_SOURCES]:
        counts = (source[c] for c in ("シート数", "読んだ行", "収めた行", "併合した行", "未配置の行"))
        table.add_row(
            Text(short_name(source["ファイル"])),
            source["読込日時"][:16].replace("T", " "),
            *(f"{n:,}" for n in counts),
        )
    out.print()
    out.print(table)
    if len(found["sources"]) > MAX_SOURCES:
        out.print(Text(f"ほか {len(found['sources']) - MAX_SOURCES} ファイル(--json ですべて見られます)"))
    for licence in dict.fromkeys(s["利用条件"] for s in found["sources"] if s["利用条件"]):
        out.print(Text(f"利用条件  {licence}", style="dim"))


def short_name(name: str) -> str:
    """A member's own name for 「archive.zip/member.csv」."""
    return name.rsplit("/", 1)[-1]


def _counts(counts: dict[str, Any]) -> str:
    shown = [f"{name} {count:,}" for name, count in list(counts.items())[:MAX_MINISTRIES]]
    more = len(counts) - MAX_MINISTRIES
    return "、".join(shown) + (f"、ほか {more}" if more > 0 else "")
