"""One section of a sheet printed for people, as its form sets it out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from assistant.formatting import value_text
from db.catalogue import FLAG, MONEY, RATE, TEXT, YEAR, Field, Table, catalogue
from db.schema import BASIC

if TYPE_CHECKING:
    from rich.console import Console

    from db.sheet import Row

YEAR_COLUMN = "年度"
MOST_IN_A_CELL = 24
"""Characters of a text that may stand in a table."""
SIDE_BY_SIDE = frozenset({"budgets"})
"""Sections whose years are columns, as on the form."""


def print_section(name: str, rows: Sequence[Row], out: Console) -> None:
    """The title of the section, and its rows: years side by side, or texts with what belongs to them, or a table."""
    table = catalogue().table(name)
    out.print()
    out.print(Text(table.label, style="bold cyan"))
    if name == BASIC:
        out.print(_facts([(f.label, _shown(f, rows[0])) for f in _filled(table, rows)], rows[0].locator))
    elif name in SIDE_BY_SIDE:
        out.print(_years(table, rows))
    else:
        # What is short in every row stands in a table, what is long gets lines of its own.
        long = [
            f
            for f in table.fields
            if f.kind == TEXT and any(len(_shown(f, row)) > MOST_IN_A_CELL for row in rows)
        ]
        for texts, together in _groups(long, rows):
            _print_group(table, long, texts, together, out)


def _groups(long: Sequence[Field], rows: Sequence[Row]) -> Iterator[tuple[tuple[str, ...], list[Row]]]:
    """Rows that share their texts (the years of one indicator): (texts, rows)."""
    for texts, together in groupby(rows, lambda row: tuple(_shown(f, row) for f in long)):
        yield texts, list(together)


def _print_group(
    table: Table, long: Sequence[Field], texts: tuple[str, ...], rows: list[Row], out: Console
) -> None:
    short = [f for f in _filled(table, rows) if f not in long]
    written = [(f.label, text) for f, text in zip(long, texts, strict=True) if text]
    if len(rows) == 1 and written:
        head = "  ".join(_shown(f, rows[0]) for f in short)
        out.print(
            Padding(_facts([(head, "")] if head else [], rows[0].locator, _note(rows[0])), (0, 0, 0, 1))
        )
        for label, text in written:
            shown = text if len(written) == 1 else f"{label}: {text}"
            out.print(Padding(Text(shown), (0, 0, 0, 3)))
        return
    for label, text in written:
        out.print(Padding(Text(f"{label}: {text}"), (0, 0, 0, 1)))
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 1), header_style="dim")
    for field in short:
        grid.add_column(
            field.label, overflow="fold", justify="right" if field.kind in (MONEY, RATE) else "left"
        )
    grid.add_column("位置", overflow="fold", style="dim")
    for row in rows:
        grid.add_row(*(Text(_shown(f, row)) for f in short), Text(row.locator + _note(row)))
    out.print(grid)


def _years(table: Table, rows: Sequence[Row]) -> Grid:
    grid = Grid(box=None, pad_edge=False, padding=(0, 2, 0, 1), header_style="dim")
    grid.add_column("", overflow="fold")
    for row in rows:
        grid.add_column(f"{row.get(YEAR_COLUMN) or '–'}年度", justify="right", overflow="fold")
    for field in _filled(table, rows):
        if field.column != YEAR_COLUMN:
            grid.add_row(Text(field.label), *(Text(_shown(field, row) or "–") for row in rows))
    grid.add_row(Text("位置", style="dim"), *(Text(row.locator, style="dim") for row in rows))
    return grid


def _facts(pairs: Sequence[tuple[str, str]], locator: str, note: str = "") -> Grid:
    grid = Grid(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 1))
    grid.add_column(overflow="fold", style="dim" if any(text for _, text in pairs) else "bold")
    grid.add_column(overflow="fold")
    for label, text in pairs:
        grid.add_row(Text(label), Text(text or locator + note, style="" if text else "dim"))
    if not pairs or pairs[0][1]:
        grid.add_row(Text("位置", style="dim"), Text(locator + note, style="dim"))
    return grid


def _filled(table: Table, rows: Sequence[Row]) -> list[Field]:
    # 推定 stands beside the place of its row.
    return [f for f in table.fields if f.column != "確度" and any(_shown(f, row) for row in rows)]


def _shown(field: Field, row: Row) -> str:
    value = row.get(field.column)
    if value is None or (field.kind == FLAG and not value):
        return row.printed.get(field.column) or ""
    text = value_text(value, field.kind)
    # The exact 円 and the 和暦 stand in brackets: a table has room for one of the two.
    return text.split("（")[0] if field.kind in (MONEY, YEAR) else text


def _note(row: Row) -> str:
    return "" if row.certain else " (推定)"
