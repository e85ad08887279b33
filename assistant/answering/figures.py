"""Which row of which sheet gives a project's figure of a year, and what to say where there is none.

The same year stands on several sheets of a project. The sheet published the year after is the one that
reviews it, so its figure is taken first; a request stands on the sheet published the year before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answering.data import Data, marks, quoted
from assistant.query import Query, Years

ACTUALS = frozenset(
    {"執行額", "執行率", "当初予算＋補正予算に対する執行額の割合", "不用額", "不用率", "比較用執行率"}
)
"""Columns of ``budgets`` that are not known before the year is over."""

YEARLY = ("budgets", "accounts", "outcomes", "outputs", "unit_costs", "reform_kpis", "policies")
"""Tables whose rows are the figures of one year."""


@dataclass(frozen=True, slots=True)
class YearRows:
    """The rows of one sheet for one year; ``others`` the same year's rows of the project's other sheets."""

    year: int
    sheet_key: str
    rows: tuple[sqlite3.Row, ...]
    others: tuple[sqlite3.Row, ...] = ()


def preference(published: int, year: int, request: bool = False) -> int:
    """How far a sheet published in ``published`` is from being the one for a figure of ``year``; 0 is best."""
    if request:
        return abs(published - (year - 1))
    if published > year:
        return published - year - 1
    return 1000 + year - published


def rows_by_year(
    data: Data, table: str, keys: Sequence[str], columns: Sequence[str], published: Sequence[int] = ()
) -> dict[int, YearRows]:
    """Year → the rows that give these columns, of the sheet to be preferred; planned years included.

    ``columns``: a sheet is preferred where its rows have the most of them written. ``published`` limits the
    sheets to those of these 公開年度.
    """
    where, parameters = f"t.sheet_key IN ({marks(keys)}) AND t.年度 IS NOT NULL", list[object](keys)
    if published:
        where += f" AND s.公開年度 IN ({marks(published)})"
        parameters += published
    found = data.rows(
        f"SELECT t.*, s.公開年度 AS 公開年度 FROM {quoted(table)} t JOIN sheets s ON s.sheet_key = t.sheet_key"
        f" WHERE {where} ORDER BY t.年度, s.公開年度, t.id",
        parameters,
    )
    data.load_sheets(r["sheet_key"] for r in found)
    request = tuple(columns) == ("要求額",)
    by_year: dict[int, dict[str, list[sqlite3.Row]]] = {}
    for row in found:
        by_year.setdefault(row["年度"], {}).setdefault(row["sheet_key"], []).append(row)
    out = {}
    for year, sheets in by_year.items():
        best = min(
            sheets,
            key=lambda k: (
                -sum(any(r[c] is not None for r in sheets[k]) for c in columns),
                preference(sheets[k][0]["公開年度"], year, request),
            ),
        )
        out[year] = YearRows(
            year, best, tuple(sheets[best]), tuple(r for k, rows in sheets.items() if k != best for r in rows)
        )
    return out


def written(rows: YearRows | None, column: str) -> list[sqlite3.Row]:
    """The rows that have the column written."""
    return [] if rows is None else [r for r in rows.rows if r[column] is not None]


def latest_years(by_year: dict[int, YearRows], columns: Sequence[str], count: int = 1) -> list[int]:
    """The latest years with every column written (else with any), in order; plans and targets do not count."""

    def actual(year: int, column: str) -> bool:
        return any(not _is_plan(r) for r in written(by_year[year], column))

    complete = [y for y in by_year if all(actual(y, c) for c in columns)]
    partial = [y for y in by_year if any(actual(y, c) for c in columns)]
    any_row = [y for y in by_year if any(written(by_year[y], c) for c in columns)]
    return sorted(complete or partial or any_row)[-count:]


def _is_plan(row: sqlite3.Row) -> bool:
    return "年度の種別" in row.keys() and bool(row["年度の種別"])  # noqa: SIM118 - a Row iterates over values


def wanted_years(years: Years, by_year: dict[int, YearRows], columns: Sequence[str]) -> list[int]:
    """The years a query asks for, oldest first: given ones as they are, else those with figures."""
    if years.kind == "given" and years.values:
        return sorted(set(years.values))
    if years.kind == "all":
        return sorted(y for y in by_year if years.within(y) and any(written(by_year[y], c) for c in columns))
    return latest_years(by_year, columns, max(1, years.count))


def years_with(by_year: dict[int, YearRows], column: str) -> tuple[int, ...]:
    """Years for which the column is written."""
    return tuple(sorted(y for y in by_year if written(by_year[y], column)))


def not_yet_known(rows: YearRows | None, column: str) -> bool:
    """True where the year was not over when its only sheets were made, so an actual figure cannot stand there."""
    if rows is None or column not in ACTUALS or written(rows, column):
        return False
    return all(r["公開年度"] <= rows.year for r in (*rows.rows, *rows.others))


def sheet_keys(data: Data, query: Query) -> tuple[str, ...]:
    """The sheets of the query's project that it asks about, newest first."""
    project = query.projects[0]
    data.load_sheets(project.sheet_keys)
    if not query.published:
        return project.sheet_keys
    return tuple(k for k in project.sheet_keys if data.sheet(k).published in query.published)


def text_sheets(data: Data, query: Query) -> list[str]:
    """Sheets to read a text from, best first: of the year asked for (by 公開年度, else the one reviewing it)."""
    keys = list(sheet_keys(data, query))
    if query.years.kind != "given" or not query.years.values:
        return keys
    wanted = query.years.values

    def distance(key: str) -> tuple[int, int]:
        published = data.sheet(key).published
        return min((0 if published == y else 1 if published == y + 1 else 2) for y in wanted), -published

    return sorted(keys, key=distance)
