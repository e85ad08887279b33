"""A ministry: its totals over the years, its projects by budget and execution rate, its sheets by year."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import unquote, urlencode

from assistant.web import errors, site, totals
from assistant.web.charts import Column, years_chart
from assistant.web.holdings import Holdings
from assistant.web.questions import NO_DATABASE
from db.errors import NoDatabaseError

PROJECTS_A_PAGE = 100


async def ministry_page(datasette: Any, request: Any) -> Any:
    """``/-/ministry/<府省庁>?year=…&page=…``."""
    from datasette import Response
    from datasette.utils import tilde_decode

    found = site.main_database(datasette)
    if found is None:
        raise NoDatabaseError(NO_DATABASE)
    name, held = found
    await site.allow(datasette, request, name)
    raw = request.url_vars["name"]
    ministry = unquote(raw) if "%" in raw else tilde_decode(raw)
    if ministry not in held.ministries:
        return await errors.page(
            datasette,
            request,
            f"「{ministry}」のシートはこのデータベースにありません。トップの一覧から選んでください。",
            404,
        )
    year = _number(request.args.get("year"), held.published[-1] if held.published else 0)
    page = max(1, _number(request.args.get("page"), 1))

    async def make() -> dict[str, Any]:
        made: dict[str, Any] = await datasette.databases[name].execute_fn(
            lambda connection: read_ministry(connection, held, ministry, year, page)
        )
        return made

    content = await site.kept(datasette, name, ("ministry", ministry, year, page), make)
    html = await datasette.render_template(
        ["ministry.html"],
        {
            "database": name,
            "ministry": ministry,
            "published": year,
            "page_number": page,
            **content,
            "sheets_url": f"{datasette.urls.table(name, 'sheets')}?{urlencode({'府省庁': ministry})}",
        },
        request=request,
        view_name="ministry",
    )
    return Response.html(html)


def read_ministry(
    connection: sqlite3.Connection, held: Holdings, ministry: str, year: int, page: int
) -> dict[str, Any]:
    """Totals over the years and one page of the ministry's sheets of one 公開年度, the largest budget first."""
    years = totals.by_year(connection, ministry)
    published = [
        (y, n)
        for y, n in connection.execute(
            "SELECT 公開年度, count(*) FROM sheets WHERE 府省庁 = ? GROUP BY 公開年度 ORDER BY 公開年度",
            (ministry,),
        )
    ]
    count = dict(published).get(year, 0)
    cursor = connection.execute(
        """
WITH 最新 AS (
  SELECT b.sheet_key, b.年度, b.計, b.執行額, b.執行率, row_number() OVER (
    PARTITION BY b.sheet_key ORDER BY b.執行額 IS NULL, b.年度 DESC
  ) AS 順
  FROM sheets s JOIN budgets b ON b.sheet_key = s.sheet_key
  WHERE s.府省庁 = :ministry AND s.公開年度 = :year AND b.計 IS NOT NULL
)
SELECT s.sheet_key, s.事業名, s.担当部局庁, b.年度, b.計, b.執行額, b.執行率
FROM sheets s LEFT JOIN 最新 b ON b.sheet_key = s.sheet_key AND b.順 = 1
WHERE s.府省庁 = :ministry AND s.公開年度 = :year
ORDER BY b.計 IS NULL, b.計 DESC, s.事業名 LIMIT :limit OFFSET :offset""",
        {
            "ministry": ministry,
            "year": year,
            "limit": PROJECTS_A_PAGE,
            "offset": (page - 1) * PROJECTS_A_PAGE,
        },
    )
    names = [d[0] for d in cursor.description]
    related = [m for m in held.ministries if m != ministry and _related(m, ministry)]
    return {
        "totals": years,
        "notes": totals.notes(years),
        "chart": years_chart(
            [Column(t.name, {"予算額（計）": t.budget, "執行額": t.spent}, t.rate) for t in years],
            f"{ministry}の予算額・執行額の合計",
        ),
        "years": published,
        "count": count,
        "pages": -(-count // PROJECTS_A_PAGE),
        "projects": [dict(zip(names, r, strict=True)) for r in cursor],
        "related": related,
    }


def _related(one: str, other: str) -> bool:
    """国土交通省 and 国土交通省　観光庁: a ministry and an agency of its own are separate in the sheets."""
    return one.startswith(f"{other}　") or other.startswith(f"{one}　")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise
