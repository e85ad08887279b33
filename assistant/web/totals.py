"""Totals by ministry and by year. A project counts once a year: by the latest sheet that states the year."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.web.figures import short_yen

_LATEST = """
WITH 各事業 AS (
  SELECT b.*, s.府省庁, s.政策所管府省庁, s.様式, s.事業名, s.公開年度,
    coalesce(s.project_id, s.sheet_key) AS 事業, row_number() OVER (
    PARTITION BY coalesce(s.project_id, s.sheet_key), b.年度 ORDER BY s.公開年度 DESC
  ) AS 新しい順
  FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key
  WHERE b.計 IS NOT NULL AND {where}
)"""
_NET = "計 - iif(様式 LIKE 'rs-%', coalesce(翌年度へ繰越し, 0), 0)"
"""The budget an 執行額 can be compared with: RSシステム states it gross of what is carried over."""


_POOLED = "(計 <= 0 AND 執行額 > 0)"
"""Spent out of the budget of another project, which states the same money: デジタル庁 asks for the systems of all
ministries in one project and lists what each cost in others of 計 0; so does 厚生労働省 for 統合補助金."""
_COUNTED = f"(NOT coalesce({_POOLED}, 0) AND (執行額 IS NOT NULL OR NOT 実績あり))"
"""Rows that are summed: of a year that is over only those with an 執行額, so that both sums are of the same projects."""
UNEVEN_SHARE = 0.2
"""A project that makes this part of a year's budget and is missing in another year makes the years incomparable."""


@dataclass(frozen=True, slots=True)
class Total:
    """Sums of one ministry or year. ``rate`` is 執行額 ÷ (計 − 翌年度への繰越し) in %, over rows with an 執行額.

    pooled, pooled_spent         projects whose budget stands in another one, and their 執行額: not in the sums
    unsettled, unsettled_budget  projects without an 執行額 in a year that is over: not in the sums
    """

    name: Any
    projects: int
    budget: int | None
    spent: int | None
    unused: int | None
    rate: float | None
    pooled: int
    pooled_spent: int
    unsettled: int
    unsettled_budget: int


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
        f"""{_LATEST.format(where=f"({where})")}, 数える AS (
  SELECT *, max(執行額 IS NOT NULL) OVER (PARTITION BY 年度) AS 実績あり FROM 各事業 WHERE 新しい順 = 1
)
SELECT {group},
  count(*) FILTER (WHERE {_COUNTED} OR {_POOLED}),
  sum(計) FILTER (WHERE {_COUNTED}), sum(執行額) FILTER (WHERE {_COUNTED}), sum(不用額) FILTER (WHERE {_COUNTED}),
  100.0 * sum(執行額) FILTER (WHERE {_COUNTED})
    / nullif(sum(iif(執行額 IS NOT NULL, {_NET}, NULL)) FILTER (WHERE {_COUNTED}), 0),
  count(*) FILTER (WHERE {_POOLED}), coalesce(sum(執行額) FILTER (WHERE {_POOLED}), 0),
  count(*) FILTER (WHERE 執行額 IS NULL AND 実績あり),
  coalesce(sum(計) FILTER (WHERE 執行額 IS NULL AND 実績あり), 0)
FROM 数える WHERE {group} IS NOT NULL GROUP BY {group} ORDER BY {order}""",
        parameters,
    )
    return [Total(*r) for r in rows]


def notes(totals: Sequence[Total], year: int | None = None) -> list[str]:
    """What the sums leave out, in words; of one year (by ministry) or of many."""
    out = [
        "1つの事業は、その年度を記した最も新しいシートで1度だけ数えています。執行率は、繰越しを除いた予算に対する割合です。"
    ]
    pooled = sum(t.pooled for t in totals)
    if pooled:
        where = [str(t.name) for t in totals if t.pooled]
        named = f"（{'、'.join(where)}）" if year is not None else ""
        out.append(
            f"計が0円で執行額だけが書かれた{pooled:,}件{named}は、予算が別の事業にまとめて計上されたものとみられます。足すと"
            f"二重になるので、合計に入れていません（執行額{short_yen(sum(t.pooled_spent for t in totals))}）。"
        )
    unsettled = sum(t.unsettled for t in totals)
    if unsettled:
        out.append(
            f"終わった年度で執行額を記したシートがない{unsettled:,}件は、予算額の合計にも入れていません"
            f"（予算額{short_yen(sum(t.unsettled_budget for t in totals))}）。"
        )
    if any((t.unused or 0) < 0 or (t.rate or 0) > 100 for t in totals):
        out.append(
            "執行率が100%を超える、または不用額がマイナスになるのは、シートにそのように書かれた事業があるためです。"
        )
    return out


def uneven(connection: sqlite3.Connection) -> list[str]:
    """Notes on projects so large that a year without them cannot be compared with one that has them."""
    rows = connection.execute(
        f"""{_LATEST.format(where="b.執行額 IS NOT NULL")}, 数える AS (
  SELECT *, sum(計) OVER (PARTITION BY 年度) AS 年の計 FROM 各事業 WHERE 新しい順 = 1
)
SELECT max(事業名), min(年度), max(年度), max(計) FROM 数える
GROUP BY 事業 HAVING max(計 > ? * 年の計) AND max(年度) < (SELECT max(年度) FROM 数える)
ORDER BY max(計) DESC""",
        (UNEVEN_SHARE,),
    )
    return [
        f"{first}{f'〜{last}' if last != first else ''}年度の合計には「{' '.join(name.split())}」（最大{short_yen(amount)}）が"
        "入っています。その後の年度のシートにはないので、前後の年度はそのままでは比べられません。"
        for name, first, last, amount in rows
    ]


def largest(
    connection: sqlite3.Connection, column: str, year: int, ministry: str | None = None, limit: int = 10
) -> Sequence[dict[str, Any]]:
    """Projects of one year by a column of ``budgets``, the largest (執行率: the lowest) first."""
    if column not in ("計", "執行額", "不用額", "執行率", "翌年度へ繰越し"):
        raise ValueError(column)
    # 翌年度へ繰越し is negative on sheets, positive in RSシステム; a negative 不用額 is none.
    order = {"執行率": "執行率, 計 DESC", "翌年度へ繰越し": "abs(翌年度へ繰越し) DESC"}.get(
        column, f"{column} DESC"
    )
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
