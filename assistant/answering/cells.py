"""Cells: one value of one sheet with its label, text, what was printed, where it stands, and its warnings."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.answer import Cell
from assistant.answering.data import Data, SheetInfo, Warning_, printed_form
from assistant.formatting import fiscal_year, money, number, quantity, rate
from db.catalogue import MONEY, NUMERIC_KINDS, RATE, YEAR, Field

_URL_SAFE = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")

_COMPUTED = frozenset({"不用額", "不用率", "比較用執行率"})
_COMPUTED_FROM = ("計", "執行額")
"""Columns of ``budgets`` that are computed, and what from: a warning about these is about those too."""

NOT_WRITTEN = "記載なし"
NEGATIVE_RATE = "率がマイナスです。シートの記載のままの値です。"
YES, NO = "はい", "いいえ"


def tilde_encode(text: str) -> str:
    """Text as Datasette writes it in a path: safe ASCII as it is, a space as +, other bytes as ~XX."""
    out = []
    for ch in text:
        if ch in _URL_SAFE:
            out.append(ch)
        elif ch == " ":
            out.append("+")
        else:
            out.extend(f"~{byte:02X}" for byte in ch.encode("utf-8"))
    return "".join(out)


class CellMaker:
    """Makes cells from rows of the database (``SELECT *`` of a catalogue table)."""

    def __init__(self, data: Data) -> None:
        self._data = data
        self._warnings: dict[str, list[Warning_]] = {}
        self._places: dict[str, Mapping[tuple[str, str, str], tuple[int, str]]] = {}

    def cell(
        self,
        table: str,
        row: sqlite3.Row,
        column: str,
        *,
        text: str | None = None,
        highlights: Sequence[tuple[int, int]] = (),
        score: float | None = None,
        group: dict[str, Any] | None = None,
    ) -> Cell:
        """The value of one column of a row. ``text`` replaces how it is told to a person."""
        info = self._data.sheet(row["sheet_key"])
        field = self._data.catalogue.field(table, column)
        value = row[column]
        told = value_text(field, row, info)
        return Cell(
            label=self.label(table, row, field),
            value=told if value is None and told != NOT_WRITTEN else value,
            text=told if text is None else text,
            sheet=info.to_dict(),
            table=table,
            row=row["sheet_key"] if table == "sheets" else row["id"],
            column=column,
            fiscal_year=self._year(table, row),
            unit=unit_of(field, row),
            as_printed=as_printed(field, row),
            derived=formula(row, column, info) if table == "budgets" else None,
            group=group,
            source=self.source(table, row, column),
            url=self.url(table, row["sheet_key"] if table == "sheets" else row["id"]),
            score=score,
            highlights=[[a, b] for a, b in highlights],
            flags=self.flags(table, row, column),
        )

    def label(self, table: str, row: sqlite3.Row, field: Field) -> str:
        """The official label: for evaluations and comments the item's."""
        if table == "evaluations" and row["項目"]:
            return str(row["項目"])
        if table == "comments":
            return item_label(self._data, row["項目"])
        return field.label

    def url(self, table: str, key: object) -> str:
        """Path of the row's Datasette page."""
        return f"/{tilde_encode(self._data.name)}/{tilde_encode(table)}/{tilde_encode(str(key))}"

    def source(self, table: str, row: sqlite3.Row, column: str) -> dict[str, str]:
        """File and place a value was read from: its row's, unless another file filled the column."""
        key = row["sheet_key"]
        if key not in self._places:
            self._places[key] = self._data.places(key)
        own = (row["source_id"], row["位置"] or "")
        source_id, place = self._places[key].get((table, self._identity(table, row), column), own)
        return {"file": self._data.sources.get(source_id, ""), "locator": place}

    def flags(self, table: str, row: sqlite3.Row, column: str) -> list[str]:
        """Warnings about this value; a warning without row or column is about every one of its table."""
        key = row["sheet_key"]
        if key not in self._warnings:
            self._warnings[key] = self._data.warnings(key)
        identity = self._identity(table, row)
        columns = {"", column, *(_COMPUTED_FROM if column in _COMPUTED and table == "budgets" else ())}
        own = [
            w.what
            for w in self._warnings[key]
            if w.table == table
            and w.column in columns
            and (w.row == identity or (not w.row and w.place in ("", row["位置"])))
        ]
        if self._data.catalogue.field(table, column).kind == RATE and (row[column] or 0) < 0:
            own.append(NEGATIVE_RATE)
        return list(dict.fromkeys(own))

    def _identity(self, table: str, row: sqlite3.Row) -> str:
        return str(row["sheet_key"] if table == "sheets" else row["id"])

    def _year(self, table: str, row: sqlite3.Row) -> int | None:
        if table != "sheets" and "年度" in row.keys():  # noqa: SIM118 - a Row iterates over values
            year = row["年度"]
            return None if year is None else int(year)
        return None


def item_label(data: Data, item: str | None) -> str:
    """Official label of a comment item; the item's own words where the catalogue has none."""
    for comment in data.catalogue.comments:
        if comment.item == item:
            return comment.label
    return item or ""


def unit_of(field: Field, row: sqlite3.Row) -> str | None:
    """The unit of the stored value: the kind's, else the one written beside it."""
    if field.unit is not None:
        return field.unit
    if field.kind in NUMERIC_KINDS and "単位" in row.keys():  # noqa: SIM118
        return None if row["単位"] is None else str(row["単位"])
    return None


def value_text(field: Field, row: sqlite3.Row, info: SheetInfo) -> str:
    """The value as a person reads it; 「記載なし」 where nothing is written."""
    value = row[field.column]
    if field.table == "sheets":
        if field.column == "事業終了年度" and value is None and row["終了予定なし"]:
            return "終了予定なし"
        if field.column == "事業開始年度" and value is None and row["開始年度不明"]:
            return "不明"
    if value is None:
        return NOT_WRITTEN
    if field.kind == MONEY:
        return money(value, in_millions=not info.is_rs)
    if field.kind == RATE:
        return rate(value)
    if field.kind == YEAR:
        return fiscal_year(value)
    if field.kind == "flag":
        return YES if value else NO
    if field.kind in NUMERIC_KINDS:
        return quantity(value, unit_of(field, row))
    return str(value)


def as_printed(field: Field, row: sqlite3.Row) -> str | None:
    """What the sheet prints: kept from reading, else the figure with its unit; None for plain text."""
    printed = printed_form(row, field.column)
    if printed is not None:
        return printed
    value = row[field.column]
    if value is None or field.kind not in NUMERIC_KINDS or field.derived:
        return None
    if field.kind == MONEY:
        return f"{value:,}円"
    if field.kind == RATE:
        return f"{number(value)}%"
    if field.kind == YEAR:
        return str(value)
    return f"{number(value)}{unit_of(field, row) or ''}"


def formula(row: sqlite3.Row, column: str, info: SheetInfo) -> str | None:
    """The formula with its figures for a derived column of ``budgets``; None for what is printed.

    Net on sheets (計 is net of 翌年度へ繰越し), gross in RSシステム; figures in 百万円 or 円 as printed there.
    """
    if column not in _COMPUTED or row[column] is None:
        return None
    total, spent = row["計"], row["執行額"]
    carried = (row["翌年度へ繰越し"] or 0) if info.is_rs else 0
    unit = 1 if info.is_rs else 1_000_000
    a, b, c = (number(v / unit) for v in (total, spent, carried))
    minus = f" − {c}" if carried else ""
    name = "円" if info.is_rs else "百万円"
    if column == "不用額":
        return f"不用額 = {a} − {b}{minus}（{name}）"
    if column == "不用率":
        return f"不用率 = ({a} − {b}{minus}) ÷ {a}（{name}）"
    below = f"({a}{minus})" if carried else a
    return f"比較用執行率 = {b} ÷ {below}（{name}）"
