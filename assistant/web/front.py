"""The front page: what is loaded, a question box, examples with answers, rankings, ministries with totals."""

from __future__ import annotations

import sqlite3
from typing import Any

from assistant.web import questions, search, site, totals
from assistant.web.cells import ministry_path, payee_path, sheet_path
from assistant.web.charts import Bar, Column, bar_list, years_chart
from assistant.web.figures import percent, short_yen
from assistant.web.holdings import Holdings
from assistant.web.queries import canned_queries

RANKINGS = (
    ("計", "予算の大きい事業", "large_budgets", short_yen),
    ("不用額", "不用額の大きい事業", "large_unused", short_yen),
    ("執行率", "執行率の低い事業", "low_execution_rate", percent),
    ("翌年度へ繰越し", "繰越しの大きい事業", "large_carry_over", short_yen),
)
RANKED = 8
PAYEES = "top_payees"
"""The ready-made list of recipients, whose first ones stand beside the rankings."""


async def front_page(datasette: Any, request: Any) -> Any:
    """``/``; Datasette's own list of databases where none is ours."""
    from datasette import Response
    from datasette.views.index import IndexView

    found = site.main_database(datasette)
    if found is None:
        return await IndexView(datasette).get(_with_format(request))
    name, held = found
    await site.allow(datasette, request, name)

    async def make() -> dict[str, Any]:
        result: dict[str, Any] = await datasette.databases[name].execute_fn(
            lambda connection: read_front(connection, held)
        )
        return result

    figures = await site.kept(datasette, name, ("front",), make)
    html = await datasette.render_template(
        ["front.html"],
        {
            "database": name,
            "held": held,
            **figures,
            "rankings": _rankings(figures, datasette),
            "ministry_url": lambda ministry: datasette.urls.path(ministry_path(ministry)),
            "examples": await questions.examples(datasette, name, held),
            "ask_url": lambda question: datasette.urls.path(questions.address([question])) + "#latest",
        },
        request=request,
        view_name="front",
    )
    return Response.html(html)


def read_front(connection: sqlite3.Connection, held: Holdings) -> dict[str, Any]:
    """The figures of the front page."""
    year = held.latest_settled
    ranked, ministries = {}, []
    if year is not None:
        ministries = totals.by_ministry(connection, year)
        for column, *_ in RANKINGS:
            if held.has("budgets", column):
                ranked[column] = totals.largest(connection, column, year, limit=RANKED)
    years = totals.by_year(connection)
    return {
        "year": year,
        "ministries": ministries,
        "notes": totals.notes(ministries, year),
        "uneven": totals.uneven(connection),
        "ranked": ranked,
        "payees": _payees(connection, held),
        "published": held.published[-1] if held.published else None,
        "projects": connection.execute(
            "SELECT count(DISTINCT coalesce(project_id, sheet_key)) FROM sheets"
        ).fetchone()[0],
        "passages": held.tables.get("comments", 0),
        "chart": years_chart(
            [Column(t.name, {"予算額（計）": t.budget, "執行額": t.spent}, t.rate) for t in years],
            "年度ごとの予算額・執行額の合計",
        )
        if len(years) > 1
        else "",
    }


def _payees(connection: sqlite3.Connection, held: Holdings) -> list[dict[str, Any]]:
    """Who received most by the sheets of the latest 公開年度: the first rows of the ready-made list."""
    ready = canned_queries(held).get(PAYEES)
    if ready is None:
        return []
    search.prepare(connection)
    cursor = connection.execute(ready["sql"], {"公開年度": "", "府省庁": ""})
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(RANKED)]


def _rankings(figures: dict[str, Any], datasette: Any) -> list[dict[str, Any]]:
    out = []
    for column, title, query, write in RANKINGS:
        rows = figures["ranked"].get(column) or []
        if len(rows) < 2:
            continue
        bars = [
            Bar(r["事業名"], r[column], write(r[column]), datasette.urls.path(sheet_path(r["sheet_key"])))
            for r in rows
        ]
        out.append(
            {
                "title": title,
                "query": query,
                "html": bar_list(bars, title, 100 if column == "執行率" else None),
            }
        )
    if len(figures["payees"]) > 1:
        bars = [
            Bar(r["支出先"], r["金額"], short_yen(r["金額"]), datasette.urls.path(payee_path(r["法人番号"])))
            for r in figures["payees"]
            if r["金額"]
        ]
        title = f"受け取った額の多い支出先（{figures['published']}年度公開のシート）"
        out.append({"title": title, "query": PAYEES, "html": bar_list(bars, title)})
    return out


def _with_format(request: Any) -> Any:
    request.scope = {**request.scope, "url_route": {"kwargs": {"format": None}}}
    return request
