"""Makes small RSシステム CSV files for tests: rows are written as 「列名 → セル」."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from db.readers.base import InputFile
from db.readers.rs_csv import RsCsvReader
from db.sheet import Sheet, SourceFile

Cells = Mapping[str, object]

SHARED: dict[str, object] = {
    "シート種別": "レビューシート",
    "事業年度": 2024,
    "予算事業ID": 7,
    "事業名": "竹林の手入れを広げる事業",
    "府省庁の建制順": 21,
    "政策所管府省庁": "農林水産省",
    "府省庁": "林野庁",
    "局・庁": "森林整備部",
    "部": "",
    "課": "森林利用課",
    "室": "山村振興室",
    "班": "",
    "係": "",
}


def csv_text(rows: Sequence[Cells], header: Sequence[str] = (), shared: Cells = SHARED) -> str:
    """A CSV of the shared columns and those of ``header`` (or of the rows), CRLF line ends."""
    own = list(header) or list(dict.fromkeys(name for row in rows for name in row if name not in shared))
    names = [*shared, *own]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        cells = {**shared, **row}
        writer.writerow([cells.get(name, "") for name in names])
    return out.getvalue()


def as_file(
    content: str | bytes, name: str = "名前からは分からない.csv", encoding: str = "utf-8-sig"
) -> InputFile:
    """A file with that content."""
    data = content if isinstance(content, bytes) else content.encode(encoding)
    return InputFile(Path(name), name, data)


def made(rows: Sequence[Cells], header: Sequence[str] = ()) -> InputFile:
    """A file of those rows."""
    return as_file(csv_text(rows, header))


def read(*files: InputFile) -> list[Sheet]:
    """The sheets of the files."""
    return list(RsCsvReader().read(files))


def read_one(*files: InputFile) -> Sheet:
    """The only sheet of the files; also checks that every row of them is accounted for."""
    (sheet,) = read(*files)
    for source in sheet.sources:
        assert adds_up(source)
    return sheet


def adds_up(source: SourceFile) -> bool:
    """Rows read = stored + merged + unplaced."""
    return source.rows_read == source.rows_stored + source.rows_merged + source.rows_unplaced


def counts(source: SourceFile) -> tuple[int, int, int, int]:
    """Rows (read, stored, merged, unplaced)."""
    return source.rows_read, source.rows_stored, source.rows_merged, source.rows_unplaced


def values(sheet: Sheet, section: str) -> list[dict[str, object]]:
    """The values of a section's rows."""
    return [dict(row.values) for row in sheet.rows(section)]


TOTALS = {
    "当初予算（合計）": 120,
    "補正予算（合計）": -5,
    "前年度からの繰越し（合計）": 30,
    "予備費等（合計）": 0,
    "計（歳出予算現額合計）": 145,
    "執行額（合計）": 100,
    "執行率": 0.68966,
    "翌年度への繰越し(合計）": 40,
    "翌年度要求額（合計）": "150.0",
}
ACCOUNT = {"会計区分": "一般会計", "会計": "一般会計", "当初予算": 120, "歳出予算現額": 145, "執行額": 100}


def budget(year: int, **more: object) -> dict[str, object]:
    """The row of 2-1 with the totals of a year."""
    return {"予算年度": year, **TOTALS, **more}
