"""Cells of Datasette's tables and query results as people read them: amounts, rates, years, links to pages."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from assistant.web.figures import exact_amount, grouped
from assistant.web.wording import BOOKKEEPING_TITLES, HIDDEN_TITLES
from db.catalogue import COUNT, FLAG, MONEY, NUMBER, RATE, YEAR, catalogue
from db.fiscal_years import wareki
from db.forms import form_label
from db.schema import PRINTED

SHEET_KEY = "sheet_key"
TABLE_NAMES = ("元の表", "表")
"""Columns that hold the name of a table."""
FORM, ROW_COUNTS = "様式", "表の行数"
DATES = ("読込日時", "基準日")
PAYEE_COLUMNS = ("支出先", "契約先")
CORPORATE_NUMBER = "法人番号"
MINISTRY = "府省庁"
MONEY_WORDS = ("金額", "額", "予算")
"""Endings of columns of a query (not of a table) whose numbers are 円."""
RATE_WORDS = ("率", "割合", "達成度")


def render(row: Any, value: Any, column: str, table: str | None, path: Any) -> Markup | None:
    """HTML of a cell, None where Datasette's own way will do.

    ``path`` makes a URL of a path under Datasette's base URL.
    """
    if value is None or value == "":
        return None
    if isinstance(value, dict):
        return _reference(value, column, path)
    if column == SHEET_KEY and isinstance(value, str):
        return Markup('<a class="key" href="{}">{}</a>').format(path(sheet_path(value)), value)
    if column == "事業名" and (key := _other(row, SHEET_KEY)):
        return link(path(sheet_path(_value(key))), str(value))
    if column == CORPORATE_NUMBER and isinstance(value, str) and value.isdigit():
        return link(path(payee_path(value)), value)
    if column in PAYEE_COLUMNS and isinstance(value, str):
        known = _other(row, CORPORATE_NUMBER)
        return link(path(payee_path(known if known and str(known).isdigit() else value)), value)
    if column in TABLE_NAMES and isinstance(value, str):
        return escape(table_title(value))
    if column == PRINTED and isinstance(value, str):
        return printed(value)
    if column == FORM and isinstance(value, str):
        return Markup('<span title="{}">{}</span>').format(value, form_label(value))
    if column == ROW_COUNTS and isinstance(value, str):
        return printed(value, table_title)
    if column in DATES and isinstance(value, str):
        return day(value)
    if column == MINISTRY and table == "sheets":
        return link(path(ministry_path(str(value))), str(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value, column_kind(table, column))
    return None


def day(value: str) -> Markup | None:
    """「2025年2月17日」 of an ISO date, the time with it on hover; None where it is none."""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return None
    return Markup('<time datetime="{}" title="{}">{}年{}月{}日</time>').format(
        value, value.replace("T", " "), when.year, when.month, when.day
    )


def printed(value: str, name: Callable[[str], str] = str) -> Markup | None:
    """「計: 4百万円」 of the JSON in column 記載, None where it is no such JSON; ``name`` names its keys."""
    try:
        parts = json.loads(value)
    except ValueError:
        return None
    if not isinstance(parts, dict):
        return None
    return escape(
        "、".join(f"{name(k)}: {v:,}" if isinstance(v, int) else f"{name(k)}: {v}" for k, v in parts.items())
    )


def number(value: float, kind: str | None) -> Markup | None:
    """A number by the kind of its field, None where it has none."""
    if kind == MONEY:
        return exact_amount(value)
    if kind == RATE:
        return Markup('<span class="rate">{}%</span>').format(grouped(round(value, 2)))
    if kind == YEAR:
        return Markup('<span title="{}">{}</span>').format(wareki(int(value)), int(value))
    if kind == FLAG:
        return Markup("{}").format("はい" if value else "いいえ")
    if kind in (NUMBER, COUNT):
        return escape(grouped(value))
    return None


@cache
def column_kind(table: str | None, column: str) -> str | None:
    """The kind of a column: the catalogue's, for a query's column by its name."""
    if table is not None:
        try:
            return catalogue().field(table, column).kind
        except KeyError:
            return None
    kinds = {f.kind for f in catalogue().fields() if f.column == column}
    if len(kinds) == 1:
        return kinds.pop()
    if column == "計" or column.endswith(MONEY_WORDS):
        return MONEY
    if column.endswith(RATE_WORDS):
        return RATE
    if column.endswith("年度"):
        return YEAR
    if column.endswith(("数", "件数")):
        return COUNT
    return None


def table_title(name: str) -> str:
    """The title of a table; the name itself for one of another program."""
    if name in BOOKKEEPING_TITLES:
        return BOOKKEEPING_TITLES[name][0]
    known = {t.name: t.label for t in catalogue().tables}
    return known.get(name) or HIDDEN_TITLES.get(name, name)


def sheet_path(key: str) -> str:
    """Path of a sheet's page."""
    return f"/-/sheet/{quote(key, safe='')}"


def ministry_path(name: str) -> str:
    """Path of a ministry's page."""
    return f"/-/ministry/{quote(name, safe='')}"


def payee_path(number_or_name: str) -> str:
    """Path of a recipient's page: by 法人番号 where there is one, else by name."""
    return f"/-/payee/{quote(str(number_or_name), safe='')}"


def link(href: str, text: str) -> Markup:
    """An anchor, text and address escaped."""
    return Markup('<a href="{}">{}</a>').format(href, text)


def _reference(value: dict[str, Any], column: str, path: Any) -> Markup | None:
    """A foreign key that Datasette has given its label: a sheet's leads to the sheet's page."""
    if column != SHEET_KEY:
        return None
    key, label = str(value["value"]), str(value["label"] or value["value"])
    return Markup('<a href="{}">{}</a> <small class="key">{}</small>').format(
        path(sheet_path(key)), label, key
    )


def _other(row: Any, column: str) -> Any:
    try:
        return row[column]
    except (KeyError, IndexError):  # a row of another table or of a query without that column
        return None


def _value(cell: Any) -> str:
    return str(cell["value"] if isinstance(cell, dict) else cell)
