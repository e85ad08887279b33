"""Rows of a sheet set out as its form prints them: years side by side, empty columns left out, places linked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from assistant.web.cells import CORPORATE_NUMBER, PAYEE_COLUMNS, payee_path
from assistant.web.figures import exact_yen, plain
from db.catalogue import FLAG, MONEY, TEXT, URL, YEAR, Field, Table, catalogue
from db.fiscal_years import wareki
from db.forms import form_label
from db.numbers import parse_number
from db.schema import LOCATOR, PRINTED

LONG = 60
COMPACT = 24
"""Characters a row may have to stay a table on a phone."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Makes cells of one database's rows."""

    urls: Any
    """Datasette's ``urls``."""
    database: str

    def path(self, path: str) -> str:
        """A path under Datasette's base URL."""
        return str(self.urls.path(path))

    def table_url(self, table: str) -> str:
        """Address of a table's page."""
        return str(self.urls.table(self.database, table))

    def value(self, table: Table, column: str, row: Mapping[str, Any]) -> Markup:
        """A value as people read it, the exact 円 and what the sheet prints on hover."""
        return shown_value(table.field(column), row[column], printed_of(row).get(column))

    def place(self, table: str, row: Mapping[str, Any]) -> Markup:
        """Where a row stands in its source, leading to the row itself."""
        return Markup('<a href="{}/{}">{}</a>').format(
            self.table_url(table), row["id"], row[LOCATOR] or "行を見る"
        )


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is: headings and rows; a cell is (html, CSS class)."""

    headings: list[str]
    rows: list[list[tuple[Markup, str]]]
    compact: bool = False
    """True where it fits a phone as a table."""


@dataclass(frozen=True, slots=True)
class Years:
    """Years side by side: (heading, 和暦 or kind) a column; (label, cells) a row; places a column."""

    columns: list[tuple[str, str]]
    rows: list[tuple[str, list[Markup]]]
    places: list[Markup]


def facts(
    basic: Mapping[str, Any], cells: Cells, places: Mapping[str, str | None]
) -> list[tuple[str, Markup, str]]:
    """The fields of 基本情報 that are filled: (label, value, place); ``places`` are of what stands elsewhere."""
    table = catalogue().table("sheets")
    own = basic[LOCATOR]
    return [
        (
            f.label,
            _with_era(f, basic[f.column], cells.value(table, f.column, basic)),
            (places.get(f.column, own) or "") if places else "",
        )
        for f in table.fields
        if basic.get(f.column) not in (None, "") and not (f.kind == FLAG and not basic[f.column])
    ]


def _with_era(field: Field, value: Any, shown: Markup) -> Markup:
    if field.kind != YEAR or not isinstance(value, int):
        return shown
    return shown + Markup(' <small class="era">{}</small>').format(wareki(value))


def grid(table: Table, rows: Sequence[Mapping[str, Any]], cells: Cells) -> Grid:
    """Rows as a table; columns no row fills are left out."""
    used = [f for f in table.fields if any(r[f.column] not in (None, "") for r in rows)]
    out = []
    for row in rows:
        line = []
        for field in used:
            line.append(
                (
                    _linked(field, row, cells.value(table, field.column, row), cells),
                    _class(field, row[field.column]),
                )
            )
        out.append([*line, (cells.place(table.name, row), "secondary")])
    widths = [max(len(plain(r[f.column], f.kind)) for r in rows) for f in used]
    return Grid([*(f.label for f in used), "出典の位置"], out, sum(widths) <= COMPACT)


def years_table(
    table: Table, rows: Sequence[Mapping[str, Any]], cells: Cells, columns: Sequence[str] | None = None
) -> Years:
    """Rows of several years with the years as columns, as the form has them."""
    ordered = sorted(rows, key=lambda r: (r["年度"] is None, r["年度"] or 0, r["id"]))
    fields = [
        f
        for f in table.fields
        if f.column not in ("年度", "年度の種別")
        and (columns is None or f.column in columns)
        and any(r[f.column] not in (None, "") for r in ordered)
    ]
    heads = []
    for row in ordered:
        kind = row.get("年度の種別") or ""
        year = row["年度"]
        heads.append(
            (f"{year}年度" if year is not None else (kind or "–"), kind or (wareki(year) if year else ""))
        )
    return Years(
        columns=heads,
        rows=[(f.label, [cells.value(table, f.column, r) for r in ordered]) for f in fields],
        places=[cells.place(table.name, r) for r in ordered],
    )


def shown_value(field: Field, value: Any, as_printed: str | None = None) -> Markup:
    """HTML of one value by its field."""
    if value is None or value == "":
        if as_printed and parse_number(as_printed) is None:
            # A column of figures may hold words the sheet prints in their place.
            return Markup('<span class="blank">{}</span>').format(as_printed)
        # 「0」 for a year that is not over is printed, but no figure.
        aside = Markup(' title="シートの記載: {}"').format(as_printed) if as_printed else Markup("")
        return Markup('<span class="blank"{}>–</span>').format(aside)
    if field.kind == URL:
        return _url(str(value))
    if field.kind == FLAG:
        return Markup("はい" if value else "いいえ")
    if field.column == "様式":
        return Markup('<span title="{}">{}</span>').format(value, form_label(str(value)))
    if isinstance(value, int | float):
        hover = [exact_yen(value)] if field.kind == MONEY else []
        hover += [f"シートの記載: {as_printed}"] if as_printed else []
        hover += [wareki(value)] if field.kind == YEAR and isinstance(value, int) else []
        text = plain(value, field.kind)
        if not hover:
            return Markup("{}").format(text)
        return Markup('<data value="{}" title="{}">{}</data>').format(value, "　".join(hover), text)
    return Markup('<span class="text">{}</span>').format(value)


def printed_of(row: Mapping[str, Any]) -> dict[str, str]:
    """Column → what the sheet prints, of one row."""
    raw = row.get(PRINTED)
    return json.loads(raw) if raw else {}


def _url(value: str) -> Markup:
    addresses = value.split()
    if all(a.startswith(("http://", "https://")) for a in addresses):
        return Markup(" ").join(
            Markup('<a href="{}" rel="noreferrer">{}</a>').format(a, a) for a in addresses
        )
    return Markup("{}").format(value)


def _linked(field: Field, row: Mapping[str, Any], cell: Markup, cells: Cells) -> Markup:
    if field.column in PAYEE_COLUMNS and row[field.column]:
        number = row.get(CORPORATE_NUMBER)
        key = str(number) if number and str(number).isdigit() else str(row[field.column])
        return Markup('<a href="{}">{}</a>').format(cells.path(payee_path(key)), cell)
    return cell


def _class(field: Field, value: Any) -> str:
    if isinstance(value, int | float) and field.kind != FLAG:
        return "number"
    if field.column in PAYEE_COLUMNS or field.column == "関連事業名":
        return "name"
    return "long" if field.kind == TEXT and isinstance(value, str) and len(value) > LONG else ""
