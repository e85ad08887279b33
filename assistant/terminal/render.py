"""An answer as a person reads it in a terminal: sentence, cells, source, reading."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.answer import Answer, Cell

LONG_TEXT = 60
MAX_SOURCES = 5
MAX_PLACES = 3
HIGHLIGHT = "bold black on bright_yellow"
WIDE_BAR, NARROW_BAR, WIDE_TERMINAL = 20, 10, 110
FEWEST_BARS = 3
"""Figures of one kind that make a trend or a ranking."""


def console(width: int | None = None) -> Console:
    """A console on standard output; plain when piped or NO_COLOR is set."""
    piped = not sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=piped, width=width or (200 if piped else None))


def waiting(out: Console | None = None) -> AbstractContextManager[object]:
    """A sign in the terminal that an answer is being looked for; nothing in a file or a pipe."""
    out = out or console()
    return out.status("[dim]調べています…[/]", spinner_style="dim") if out.is_terminal else nullcontext()


def print_answer(answer: Answer, out: Console | None = None) -> None:
    """Print the four parts of an answer: sentence, cells, source, reading."""
    out = out or console()
    print_lines(lambda: _print_parts(answer, out), out)


def print_lines(draw: Callable[[], None], out: Console) -> None:
    """Print what ``draw`` prints to ``out``; a file or a pipe gets no blanks at the end of its lines."""
    if out.is_terminal:
        draw()
        return
    with out.capture() as captured:
        draw()
    out.file.write("\n".join(line.rstrip() for line in captured.get().split("\n")))


def _print_parts(answer: Answer, out: Console) -> None:
    out.print(Text(answer.answer, style="bold" if answer.status == "answered" else "yellow"))
    if answer.cells:
        out.print()
        figures, passages = split_cells(answer.cells)
        for cell in passages:
            _print_passage(cell, out)
        if figures:
            out.print(figure_table(figures, bar_width=_bar_width(out)))
        out.print()
        for line in source_lines(answer.cells):
            out.print(Text(line, style="dim"))
    for flag in unique(flag for cell in answer.cells for flag in cell.flags):
        out.print(f"[yellow]注意[/]  {escape(flag)}")
    reading = answer.interpretation.get("text")
    if reading:
        out.print(f"[dim]読み取り  {escape(reading)}[/]")
    if answer.suggestions:
        out.print(f"[dim]次に聞ける  {escape(' / '.join(answer.suggestions))}[/]")


def split_cells(cells: list[Cell]) -> tuple[list[Cell], list[Cell]]:
    """Cells that stand in a table, and cells that are passages of text to be read."""
    passages = [c for c in cells if isinstance(c.value, str) and len(c.text) > LONG_TEXT]
    return [c for c in cells if c not in passages], passages


def figure_table(cells: list[Cell], bar_width: int = 0) -> Table:
    """The table 事業・項目・年度・値・シートの記載; columns nothing fills are left out.

    With a ``bar_width`` what is a trend or a ranking is drawn as bars at the end of the lines.
    """
    drawn = bars(cells, bar_width) if bar_width else {}
    names = unique((cell.sheet or {}).get("事業名", "") for cell in cells)
    several = len(names) > 1
    grouped = any(cell.group for cell in cells)
    with_years = any(cell.fiscal_year is not None for cell in cells)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 1), header_style="dim")
    if several:
        table.add_column("事業", overflow="fold", max_width=44)
    if grouped:
        table.add_column("区分", overflow="fold")
    table.add_column("項目", overflow="fold", max_width=44)
    if with_years:
        table.add_column("年度", justify="right")
    table.add_column("値", overflow="fold", justify="left")
    table.add_column("シートの記載", overflow="fold", style="dim")
    if drawn:
        table.add_column("", no_wrap=True, min_width=bar_width)
    for number, cell in enumerate(cells):
        row: list[str | Text] = []
        if several:
            sheet = cell.sheet or {}
            row.append(
                Text(
                    " ".join(
                        filter(
                            None, (sheet.get("事業名"), f"({sheet['府省庁']})" if sheet.get("府省庁") else "")
                        )
                    )
                )
            )
        if grouped:
            row.append(Text("、".join(str(v) for v in (cell.group or {}).values())))
        row.append(Text(cell.label))
        if with_years:
            row.append(str(cell.fiscal_year) if cell.fiscal_year is not None else "–")
        row.append(highlighted(cell))
        row.append(Text(cell.derived or cell.as_printed or ""))
        if drawn:
            row.append(drawn.get(number, Text("")))
        table.add_row(*row)
    return table


def _bar_width(out: Console) -> int:
    """Columns for bars: none in a file, few where the terminal is narrow."""
    if not out.is_terminal:
        return 0
    return WIDE_BAR if out.width >= WIDE_TERMINAL else NARROW_BAR


def bars(cells: list[Cell], width: int) -> dict[int, Text]:
    """Bars of the figures that share the first figure's label and unit, by place; none where they are too few."""
    amounts = {
        n: c
        for n, c in enumerate(cells)
        if isinstance(c.value, int | float) and not isinstance(c.value, bool)
    }
    first = next(iter(amounts.values()), None)
    alike = {n: c for n, c in amounts.items() if first and (c.label, c.unit) == (first.label, first.unit)}
    largest = max((abs(c.value) for c in alike.values()), default=0)
    if len(alike) < FEWEST_BARS or not largest:
        return {}
    return {n: _bar(c.value / largest, width) for n, c in alike.items()}


def _bar(share: float, width: int) -> Text:
    eighths = round(abs(share) * width * 8)
    return Text("█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip(), style="red" if share < 0 else "blue")


def highlighted(cell: Cell) -> Text:
    """The cell's text with the answering words marked."""
    text = Text(cell.text)
    for start, end in cell.highlights:
        text.stylize(HIGHLIGHT if len(cell.text) > LONG_TEXT else "bold", start, end)
    return text


def source_lines(cells: Iterable[Cell]) -> list[str]:
    """「出典  2018年度 総務省 0036 …(….txt 412行目)」, one line a sheet."""
    sheets: dict[str, dict[str, list[str]]] = {}
    for cell in cells:
        sheet = cell.sheet
        if not sheet:
            continue
        number = sheet.get("事業番号") or (
            f"予算事業ID {sheet['予算事業ID']}" if sheet.get("予算事業ID") else ""
        )
        parts = (f"{sheet.get('公開年度')}年度", sheet.get("府省庁"), number, sheet.get("事業名"))
        files = sheets.setdefault(" ".join(str(p) for p in parts if p), {})
        if cell.source:
            # A member of an archive is known by its own name.
            file = cell.source.get("file", "").rsplit("/", 1)[-1]
            places = files.setdefault(file, [])
            if cell.source.get("locator") and cell.source["locator"] not in places:
                places.append(cell.source["locator"])
    out = []
    for head, files in list(sheets.items())[:MAX_SOURCES]:
        where = " / ".join(
            " ".join((f, "、".join(places[:MAX_PLACES]))).strip() for f, places in files.items()
        )
        out.append(f"出典  {head}" + (f"({where})" if where else ""))
    if len(sheets) > MAX_SOURCES:
        out.append(f"      ほか {len(sheets) - MAX_SOURCES} シート")
    return out


def as_csv(answer: Answer, header: bool = True) -> str:
    """The cells as CSV: 公開年度, 府省庁, 事業名, 項目, 年度, 値, 単位, 記載, ファイル, 位置, シートキー."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if header:
        writer.writerow(
            [
                "公開年度",
                "府省庁",
                "事業名",
                "項目",
                "年度",
                "値",
                "単位",
                "記載",
                "ファイル",
                "位置",
                "シートキー",
            ]
        )
    for cell in answer.cells:
        sheet, source = cell.sheet or {}, cell.source or {}
        group = "、".join(str(v) for v in (cell.group or {}).values())
        writer.writerow(
            [
                sheet.get("公開年度"),
                sheet.get("府省庁") or group,
                sheet.get("事業名"),
                cell.label,
                cell.fiscal_year,
                cell.value,
                cell.unit,
                cell.as_printed,
                source.get("file"),
                source.get("locator"),
                sheet.get("sheet_key"),
            ]
        )
    return out.getvalue()


def _print_passage(cell: Cell, out: Console) -> None:
    sheet = cell.sheet or {}
    head = " ".join(
        str(p)
        for p in (
            cell.label,
            f"{cell.fiscal_year}年度" if cell.fiscal_year else "",
            f"— {sheet['事業名']}({sheet.get('府省庁', '')})" if sheet.get("事業名") else "",
        )
        if p
    )
    out.print(Text(head, style="cyan"))
    out.print(Padding(highlighted(cell), (0, 0, 1, 2)))


def unique(values: Iterable[str]) -> list[str]:
    """The values in order, each once, blanks left out."""
    return list(dict.fromkeys(v for v in values if v))
