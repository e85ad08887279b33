"""What helps to read a table or a query result: which columns to show, a chart of the first figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from assistant.web.cells import column_kind
from assistant.web.charts import Bar, Series, bar_list, line_chart
from assistant.web.figures import plain
from assistant.web.holdings import Holdings
from db.catalogue import COUNT, MONEY, NUMBER, RATE
from db.fiscal_years import wareki

LEAST_ROWS, MOST_BARS = 3, 15
NAMES = ("事業名", "支出先", "契約先", "府省庁", "判定", "費目", "年度", "公開年度")
"""Columns whose values name the rows of a result, best first."""
ALWAYS = frozenset({"id", "rowid", "Link", "sheet_key"})
YEAR_PARAMETERS, SETTLED_PARAMETERS = ("公開年度",), ("年度",)


def shown_columns(held: Holdings | None, table: str, columns: Sequence[dict[str, Any]]) -> list[str]:
    """Columns of a table page worth showing: those that any row of the table fills."""
    names = [c["name"] for c in columns]
    if held is None or table not in held.tables:
        return names
    return [n for n in names if n in ALWAYS or (table, n) in held.filled]


def result_chart(columns: Sequence[str], rows: Sequence[Any]) -> Markup:
    """A chart of a query result with a name (or year) column and a figure; empty where it has none."""
    if len(rows) < LEAST_ROWS:
        return Markup("")
    years = [c for c in columns if c in ("年度", "公開年度") and _distinct(rows, columns, c)]
    order = (RATE, MONEY, NUMBER, COUNT) if years else (MONEY, RATE, NUMBER, COUNT)
    figures = [c for c in columns if _any_number(rows, columns, c)]
    figure = next((c for kind in order for c in figures if column_kind(None, c) == kind), None)
    if figure is None:
        return Markup("")
    kind = column_kind(None, figure)
    at = list(columns).index(figure)
    if years:
        of_year = list(columns).index(years[0])
        points = sorted(
            (int(r[of_year]), r[at], plain(r[at], kind))
            for r in rows
            if _is_number(r[at]) and r[of_year] is not None
        )
        unit = "円" if kind == MONEY else None
        return (
            line_chart([Series(figure, unit, points)], f"{figure}の推移")
            if len(points) >= LEAST_ROWS
            else Markup("")
        )
    name = next((c for c in (*NAMES, *columns) if c in columns and _any_text(rows, columns, c)), None)
    if name is None:
        return Markup("")
    named = list(columns).index(name)
    bars = [
        Bar(str(r[named]), r[at], plain(r[at], kind))
        for r in rows[:MOST_BARS]
        if _is_number(r[at]) and r[named]
    ]
    if len(bars) < LEAST_ROWS:
        return Markup("")
    whole = max(100.0, *(b.value for b in bars)) if kind == RATE else None
    return bar_list(bars, f"{figure}（上から{len(bars)}件）", whole)


def parameter_choices(held: Holdings | None, name: str) -> list[tuple[str, str]]:
    """What a parameter of a ready-made question can be chosen from: (value, shown); empty where it is typed."""
    if held is None:
        return []
    if name in YEAR_PARAMETERS:
        return [(str(y), f"{y}年度（{wareki(y)}）") for y in reversed(held.published)]
    if name in SETTLED_PARAMETERS:
        return [(str(y), f"{y}年度（{wareki(y)}）") for y in reversed(held.years)]
    if name == "府省庁":
        return [(m, m) for m in held.ministries]
    return []


def parameter_label(name: str) -> str:
    """「予算の下限_百万円」 → 「予算の下限（百万円）」."""
    head, _, unit = name.partition("_")
    return f"{head}（{unit}）" if unit else head


def cell_class(value: Any) -> str:
    """CSS class of a cell of a query result, by its value."""
    if value is None or value == "":
        return "type-none"
    if _is_number(value):
        return "type-int"
    return "type-str long" if isinstance(value, str) and len(value) > 40 else "type-str"


def tables_in_order(tables: Sequence[dict[str, Any]], held: Holdings | None) -> list[dict[str, Any]]:
    """Tables in the order of the sheet's form, the book-keeping ones after them."""
    from db.catalogue import catalogue

    if held is None:
        return list(tables)
    order = {t.name: i for i, t in enumerate(catalogue().tables)}
    return sorted(tables, key=lambda t: (t["hidden"], order.get(t["name"], len(order)), t["name"]))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _any_number(rows: Sequence[Any], columns: Sequence[str], column: str) -> bool:
    at = list(columns).index(column)
    return any(_is_number(r[at]) for r in rows)


def _any_text(rows: Sequence[Any], columns: Sequence[str], column: str) -> bool:
    at = list(columns).index(column)
    return any(isinstance(r[at], str) and r[at] for r in rows)


def _distinct(rows: Sequence[Any], columns: Sequence[str], column: str) -> bool:
    at = list(columns).index(column)
    values = [r[at] for r in rows if r[at] is not None]
    return len(values) == len(set(values)) and all(_is_number(v) for v in values)
