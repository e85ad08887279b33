"""The one model every reader fills and the store writes: a sheet, its sections, their rows.

A section is named after its table in the catalogue (``budgets``, ``payees`` …) and a row's
keys are that table's columns, so a field is described once, in ``catalogue.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from db.errors import BrokenFileError

Scalar = int | float | str | bool | None

CERTAIN = "確実"
INFERRED = "推定"


@dataclass(slots=True)
class Row:
    """One row of a section.

    values   column → value: money in 円 (int), rates in % (float), years Western (int).
             What is not written is left out or None, never 0.
    locator  where it stands in the source, for people: 「412行目」「2ページ 左から3列目」「2-1 12行目」.
    printed  column → what the source prints, with its unit (「4百万円」), where it differs from the value.
    certain  False where the row was placed by inference (確度 推定).
    source   index into ``Sheet.sources`` (a project of RSシステム spans several files).
    places   column → where it stands, of the basic row of a sheet, whose fields stand all over the form.
    """

    values: dict[str, Scalar]
    locator: str = ""
    printed: dict[str, str] = field(default_factory=dict)
    certain: bool = True
    source: int = 0
    places: dict[str, str] = field(default_factory=dict)

    def get(self, column: str) -> Scalar:
        """The value of a column, None where nothing is written."""
        return self.values.get(column)


@dataclass(slots=True)
class Unplaced:
    """Something read that no field takes: kept and reported, never dropped."""

    text: str
    locator: str = ""
    source: int = 0


@dataclass(slots=True)
class Flag:
    """A value that looks wrong (執行率 > 100 %). It stays as printed and is listed in ``warnings``."""

    where: str
    what: str
    section: str = ""
    column: str = ""
    source: int = 0


@dataclass(slots=True)
class SourceFile:
    """A file (or one member of a zip) that sheets were read from.

    ``rows_read`` = ``rows_stored`` + ``rows_merged`` + ``rows_unplaced`` once the file has been read
    whole; a reader of tables (CSV, JSON lines, workbooks) counts its records, a reader of sheets counts
    written boxes or lines.
    """

    path: Path
    name: str
    sha256: str
    form: str
    published: str | None = None
    """ISO date the content stands for, where the source says so."""
    licence: str = ""
    part: str = ""
    """Which part of a sheet this file holds, where a form is published in several files (RSシステム: 「2-1」)."""
    rows_read: int = 0
    rows_stored: int = 0
    rows_merged: int = 0
    rows_unplaced: int = 0


@dataclass(slots=True)
class Sheet:
    """One 行政事業レビューシート, whatever form it was published in.

    form      "sheet-2018-text", "sheet-2018-excel", "sheet-2018-pdf", "rs-2024", "judgit-2018" …
    basic     the one row of table ``sheets`` (公開年度, 府省庁, 事業番号, 事業名 …)
    sections  table name → rows, in the order of the source
    parts     what each of several files says of the basic row, in the order of ``sources``; empty where one
              file holds the sheet. ``basic`` is made of them (``db.merging.basic_row``)
    """

    form: str
    basic: Row
    sources: list[SourceFile]
    sections: dict[str, list[Row]] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    parts: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        """「2018-総務省-0036」, for RSシステム 「2024-RS-698」 (contract: sheet_key).

        BrokenFileError where the sheet does not say which it is: it cannot be stored.
        """
        try:
            return sheet_key(self.basic.values)
        except ValueError as error:
            raise BrokenFileError(
                f"{self.sources[0].name}: {error}。シート全体が入っているか、表題の年度が読めるか確かめてください。"
            ) from error

    def add(self, section: str, row: Row) -> None:
        """Append a row to a section."""
        self.sections.setdefault(section, []).append(row)

    def rows(self, section: str) -> list[Row]:
        """Rows of a section, empty where the sheet has none."""
        return self.sections.get(section, [])

    def all_rows(self) -> Iterator[tuple[str, Row]]:
        """(section, row) over the whole sheet, the basic row first."""
        yield "sheets", self.basic
        for name, rows in self.sections.items():
            for row in rows:
                yield name, row


def sheet_key(basic: dict[str, Scalar]) -> str:
    """The key of a sheet from its basic values; ValueError where year or number is missing."""
    year = basic.get("公開年度")
    project_id = basic.get("予算事業ID")
    if year is None:
        raise ValueError("公開年度がありません")
    if project_id is not None:
        return f"{year}-RS-{project_id}"
    number, ministry = basic.get("事業番号"), basic.get("府省庁")
    if not number:
        number = basic.get("事業名")
    if not number or not ministry:
        raise ValueError("府省庁と事業番号がありません")
    return f"{year}-{ministry}-{number}"
