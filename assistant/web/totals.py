"""Totals by ministry and by year. A project counts once a year: by the latest sheet that states the year."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LATEST = """
WITH 各事業 AS (
  SELECT b.*, s.府省庁, s.政策所管府省庁, s.様式, s.事業名, s.公開年度, row_number() OVER (
    PARTITION BY coalesce(s.project_id, s.sheet_key), b.年度 ORDER BY s.公開年度 DESC
  ) AS 新しい順
  FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key
  WHERE b.計 IS NOT NULL AND {where}
)"""
_NET = "計 - iif(様式 LIKE 'rs-%', coalesce(翌年度へ繰越し, 0), 0)"
"""The budget an 執行額 can be compared with: RSシステム states it gross of what is carried over."""


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of one ministry or year. ``rate`` is 執行額 ÷ (計 − 翌年度への繰越し) in %, over rows with an 執行額."""

    name: Any
    projects: int
    budget: int | None
    spent: int | None
    unused: int | None
    rate: float | None


def by_ministry(connection: sqlite3.Connection, year: int) -> list[Total]:
    """Totals of one year, the largest budget first."""
    return _totals(connection, "府省庁", "b.年度 = :year", {"year": year}, "3 DESC")


def by_year(connection: sqlite3.Connection, ministry: str | None = None) -> list[Total]:
    """Totals of every year, oldest first; of one ministry where it is given."""
    return _totals(
        connection, "年度", ":ministry IS NULL OR s.府省庁 = :ministry", {"ministry": ministry}, "1"
    )


def _totals(
    connection: sqlite3.Connection, group: str, where: str, parameters: Mapping[str, Any], order: str
) -> list[Total]:
    rows = connection.execute(
        f"""{_LATEST.format(where=f"({where})")}
SELECT {group}, count(*), sum(計), sum(執行額), sum(不用額),
  100.0 * sum(執行額) / nullif(sum(iif(執行額 IS NOT NULL, {_NET}, NULL)), 0)
FROM 各事業 WHERE 新しい順 = 1 AND {group} IS NOT NULL GROUP BY {group} ORDER BY {order}""",
        parameters,
    )
    return [Total(*r) for r in rows]


def largest(
    connection: sqlite3.Connection, column: str, year: int, ministry: str | None = None, limit: int = 10
) -> Sequence[dict[str, Any]]:
    """Projects of one year by a column of ``budgets``, the largest (執行率: the lowest) first."""
    if column not in ("計", "執行額", "不用額", "執行率", "翌年度へ繰越し"):
        raise ValueError(column)
    order = "執行率, 計 DESC" if column == "執行率" else f"abs({column}) DESC"
    # A rate says little of a small sum: of projects below 1億円 it is left out, unless all are.
    floor = "AND (計 >= 100000000 OR (SELECT max(計) FROM 各事業) < 100000000)" if column == "執行率" else ""
    cursor = connection.execute(
        f"""{_LATEST.format(where="b.年度 = :year AND (:ministry IS NULL OR s.府省庁 = :ministry)")}
SELECT sheet_key, 事業名, 府省庁, 計, 執行額, 執行率, 不用額, 翌年度へ繰越し FROM 各事業
WHERE 新しい順 = 1 AND {column} IS NOT NULL {floor} ORDER BY {order} LIMIT :limit""",
        {"year": year, "ministry": ministry, "limit": limit},
    )
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, r, strict=True)) for r in cursor]
