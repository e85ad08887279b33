"""A sheet as people know it: the sections of the form in order, charts, marks, the flow of money, sources."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from markupsafe import Markup

from assistant.web import errors, flow, site
from assistant.web.charts import Column, Series, line_chart, years_chart
from assistant.web.figures import plain
from assistant.web.printed import Cells, Grid, Years, facts, grid, years_table
from assistant.web.questions import NO_DATABASE, address, examples_about, sheet_title
from db.catalogue import Table, catalogue
from db.errors import NoDatabaseError

MOST_ROWS = 40
"""Rows of one table shown; the rest is a click away."""
MOST_CHARTS = 6
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("basic", "基本情報", ("offices", "laws", "plans", "subsidies")),
    ("budget", "予算額・執行額", ("budgets", "accounts", "budget_items")),
    (
        "results",
        "成果・活動",
        ("effects", "outcomes", "outputs", "unit_costs", "policies", "reform_kpis", "reform_plans"),
    ),
    (
        "review",
        "点検・評価",
        ("evaluations", "comments", "remarks", "reflections", "related", "past_numbers"),
    ),
    (
        "payees",
        "資金の流れ・支出先",
        ("flows", "blocks", "payees", "payee_contracts", "expenses", "contracts", "indirect_costs"),
    ),
)
"""The parts of the form in order: (anchor, title, tables)."""
SECTION_OF = {"政策評価": "results", "関連事業": "review", "基本情報": "basic", "予算・執行": "budget"}
"""Part of the form a table goes to that ``SECTIONS`` does not name, by its section in the catalogue."""
MARKS = {"○": "good", "◎": "good", "△": "fair", "×": "poor", "有": "fair", "無": "good"}

INDICATORS = {
    "outcomes": (("番号", "期間", "成果目標", "成果指標", "単位"), ("成果実績", "目標値", "達成度")),
    "outputs": (("番号", "活動内容", "活動指標", "単位"), ("活動実績", "当初見込み", "達成度")),
    "unit_costs": (("算出根拠", "単位"), ("単位当たりコスト", "計算式")),
    "reform_kpis": (("改革項目", "分野", "階層", "KPI", "単位"), ("成果実績", "目標値", "達成度")),
    "policies": (("番号", "政策所管府省庁", "政策", "施策", "測定指標", "単位"), ("実績値", "目標値")),
}
"""Tables whose rows are values of an indicator by year: (what names the indicator, its values)."""


@dataclass(slots=True)
class Part:
    """One part of the page."""

    anchor: str
    title: str
    blocks: list[dict[str, Any]] = field(default_factory=list)


async def sheet_page(datasette: Any, request: Any) -> Any:
    """``/-/sheet/<sheet_key>``."""
    from datasette import Response
    from datasette.utils import tilde_decode

    found = site.main_database(datasette)
    if found is None:
        raise NoDatabaseError(NO_DATABASE)
    name, held = found
    await site.allow(datasette, request, name)
    raw = request.url_vars["key"]
    key = unquote(raw) if "%" in raw else tilde_decode(raw)
    rows = await datasette.databases[name].execute_fn(lambda connection: read_sheet(connection, key))
    if rows is None:
        return await errors.page(
            datasette,
            request,
            f"シート「{key}」はこのデータベースにありません。一覧か質問から探してください。",
            404,
        )
    page = arrange(rows, Cells(datasette.urls, name))
    html = await datasette.render_template(
        ["sheet.html"],
        {
            "database": name,
            "key": key,
            "sheet": rows.basic,
            "title": await sheet_title(datasette, name, key),
            "examples": [
                (q, datasette.urls.path(address([q], key)) + "#latest")
                for q in await examples_about(datasette, name, held, key)
            ],
            **page,
        },
        request=request,
        view_name="sheet",
    )
    return Response.html(html)


@dataclass(frozen=True, slots=True)
class SheetRows:
    """All rows of one sheet: tables by name, how many each has, its other years, its project's figures."""

    basic: Mapping[str, Any]
    tables: dict[str, list[dict[str, Any]]]
    counts: dict[str, int]
    others: list[dict[str, Any]]
    budgets: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    places: dict[str, str | None]
    """Column of the basic row → where it stands, where that is not where the row does."""


def read_sheet(connection: sqlite3.Connection, key: str) -> SheetRows | None:
    """Every row of a sheet; None where there is no such sheet."""

    def all_rows(sql: str, *parameters: Any) -> list[dict[str, Any]]:
        cursor = connection.execute(sql, parameters)
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, r, strict=True)) for r in cursor]

    sheets = all_rows("SELECT * FROM sheets WHERE sheet_key = ?", key)
    if not sheets:
        return None
    basic = sheets[0]
    tables, counts = {}, {}
    for table in (*(t.name for t in catalogue().tables if t.name != "sheets"), "warnings", "unplaced"):
        where = f'FROM "{table}" WHERE sheet_key = ?'
        if table == "comments":
            # Copies of texts that stand in another table are shown there.
            where += ' AND "元の表" IS NULL'
        rows = all_rows(f"SELECT * {where} ORDER BY id LIMIT 2000", key)
        if rows:
            tables[table] = rows
            counts[table] = len(rows)
            if len(rows) == 2000:
                counts[table] = all_rows(f"SELECT count(*) AS n {where}", key)[0]["n"]
    others = [basic]
    if basic["project_id"] is not None:
        others = all_rows(
            "SELECT s.sheet_key, s.公開年度, s.様式, s.府省庁, s.事業番号, s.事業名, t.規則, t.確度, t.根拠"
            " FROM sheets s LEFT JOIN project_ties t ON t.sheet_key = s.sheet_key"
            " WHERE s.project_id = ? ORDER BY s.公開年度, s.sheet_key",
            basic["project_id"],
        )
    marks = ", ".join("?" * len(others))
    budgets = all_rows(
        f"SELECT b.*, s.公開年度, s.様式 FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key WHERE b.sheet_key IN ({marks})",
        *(o["sheet_key"] for o in others),
    )
    sources = all_rows(
        "SELECT DISTINCT s.* FROM sources s WHERE s.id IN (SELECT source_id FROM sheet_parts WHERE sheet_key = ?) OR s.id = ? ORDER BY s.id",
        key,
        basic["source_id"],
    )
    places = all_rows(
        "SELECT 列, 位置 FROM cell_sources WHERE sheet_key = ? AND 表 = 'sheets' AND 行 = ?", key, key
    )
    return SheetRows(basic, tables, counts, others, budgets, sources, {p["列"]: p["位置"] for p in places})


def arrange(rows: SheetRows, cells: Cells) -> dict[str, Any]:
    """What the template needs of a sheet."""
    parts = [Part(anchor, title) for anchor, title, _ in SECTIONS]
    by_anchor = {p.anchor: p for p in parts}
    by_anchor["basic"].blocks.append(
        {"kind": "facts", "title": "", "rows": facts(rows.basic, cells, rows.places)}
    )
    chart = budget_chart(rows)
    if chart:
        by_anchor["budget"].blocks.append(
            {"kind": "chart", "title": "予算・執行の推移", "html": chart, "note": _chart_note(rows)}
        )
    drawn = flow.build(
        str(rows.basic["府省庁"] or "国"),
        rows.tables.get("flows", []),
        rows.tables.get("blocks", []),
        rows.tables.get("payees", []),
        rows.tables.get("expenses", []),
    )
    if drawn is not None:
        by_anchor["payees"].blocks.append(
            {
                "kind": "flow",
                "title": "資金の流れ",
                "html": flow.drawing(drawn) if drawn.drawable else Markup(""),
                "list": flow.listing(drawn),
            }
        )
    for anchor, table in _in_order():
        if table.name in rows.tables:
            block = _block(table, rows, cells)
            if table.name == "flows" and drawn is not None:
                block = {**block, "folded": True, "title": "資金の流れの記載"}
            by_anchor[anchor].blocks.append(block)
    return {
        "parts": [p for p in parts if p.blocks],
        "others": rows.others,
        "flags": rows.tables.get("warnings", []),
        "unplaced": rows.tables.get("unplaced", []),
        "sources": rows.sources,
        "evaluation_marks": _mark_counts(rows.tables.get("evaluations", [])),
        "headline": _headline(rows),
    }


def budget_chart(rows: SheetRows) -> Markup:
    """計, 執行額 and 比較用執行率 of every year any sheet of the project states, from the latest sheet that does."""
    best: dict[int, dict[str, Any]] = {}
    for row in sorted(rows.budgets, key=lambda r: (r["公開年度"], r["執行額"] is not None)):
        year = row["年度"]
        if year is None or row["計"] is None:
            continue
        known = best.get(year)
        if known is None or row["執行額"] is not None or known["執行額"] is None:
            best[year] = row
    return years_chart(
        [
            Column(year, {"予算額（計）": row["計"], "執行額": row["執行額"]}, _comparable(row))
            for year, row in sorted(best.items())
        ],
        "予算・執行の推移",
        "比較用執行率",
    )


def _comparable(row: Mapping[str, Any]) -> float | None:
    comparable: float | None = row["比較用執行率"]
    printed: float | None = row["執行率"]
    return printed if comparable is None else comparable


def _chart_note(rows: SheetRows) -> str:
    note = "比較用執行率は、繰越しを除いた予算に対する割合（シートとRSシステムを通して比べられる値）。"
    if len(rows.others) > 1:
        note += f"この事業の{len(rows.others)}枚のシートから、年度ごとに最も新しいシートの値。"
    return note


def _in_order() -> list[tuple[str, Table]]:
    named = [(anchor, name) for anchor, _, names in SECTIONS for name in names]
    placed = {name for _, name in named}
    rest = [
        (SECTION_OF.get(t.section, "review"), t.name)
        for t in catalogue().tables
        if t.name not in placed and t.name != "sheets"
    ]
    return [(anchor, catalogue().table(name)) for anchor, name in (*named, *rest) if _exists(name)]


def _exists(name: str) -> bool:
    return any(t.name == name for t in catalogue().tables)


def _block(table: Table, rows: SheetRows, cells: Cells) -> dict[str, Any]:
    data = rows.tables[table.name]
    block: dict[str, Any] = {
        "title": table.label,
        "table": table.name,
        "count": rows.counts[table.name],
        "more": f"{cells.table_url(table.name)}?{urlencode({'sheet_key': rows.basic['sheet_key']})}",
    }
    if table.name == "budgets":
        return {**block, "kind": "years", "years": years_table(table, data, cells)}
    if table.name == "evaluations":
        return {**block, "kind": "evaluations", "rows": [_evaluation(r, cells) for r in data]}
    if table.name == "comments":
        return {**block, "kind": "comments", "rows": [_comment(r, cells) for r in data]}
    if table.name in INDICATORS and any(r["年度"] is not None for r in data):
        return {**block, "kind": "indicators", "rows": _indicators(table, data, cells)}
    shown: Grid = grid(table, data[:MOST_ROWS], cells)
    return {
        **block,
        "kind": "grid",
        "grid": shown,
        "hidden": rows.counts[table.name] - min(len(data), MOST_ROWS),
    }


def _evaluation(row: Mapping[str, Any], cells: Cells) -> dict[str, Any]:
    mark = row["評価"]
    return {
        "group": row["区分"],
        "item": row["項目"],
        "mark": mark,
        "kind": MARKS.get(str(mark), "none"),
        "text": row["説明"],
        "inferred": row["確度"] == "推定",
        "place": cells.place("evaluations", row),
    }


def _comment(row: Mapping[str, Any], cells: Cells) -> dict[str, Any]:
    known = {c.item: c.label for c in catalogue().comments}
    return {
        "item": known.get(row["項目"], row["項目"]),
        "year": row["年度"],
        "judgement": row["判定"],
        "text": row["本文"],
        "inferred": row["確度"] == "推定",
        "place": cells.place("comments", row),
    }


def _indicators(table: Table, data: Sequence[Mapping[str, Any]], cells: Cells) -> list[dict[str, Any]]:
    """Rows of one indicator together: what it is, its values by year, a line where there are enough."""
    names, values = INDICATORS[table.name]
    grouped: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in data:
        grouped.setdefault(tuple(row[n] for n in names), []).append(row)
    out: list[dict[str, Any]] = []
    for key, rows in grouped.items():
        others = [f for f in table.fields if f.column not in (*names, *values, "年度", "年度の種別")]
        details = [
            (f.label, cells.value(table, f.column, row))
            for f in others
            for row in _first_of_each(rows, f.column)
        ]
        named = [
            (table.field(n).label, plain(v)) for n, v in zip(names, key, strict=True) if v not in (None, "")
        ]
        shown: Years = years_table(table, [r for r in rows if r["年度"] is not None], cells, values)
        out.append(
            {
                "named": named,
                "years": shown,
                "details": details,
                "chart": _chart(table, rows, values, len(out)),
            }
        )
    return out


def _first_of_each(rows: Sequence[Mapping[str, Any]], column: str) -> list[Mapping[str, Any]]:
    first: dict[Any, Mapping[str, Any]] = {}
    for row in rows:
        if row[column] not in (None, ""):
            first.setdefault(row[column], row)
    return list(first.values())


def _chart(table: Table, rows: Sequence[Mapping[str, Any]], values: Sequence[str], before: int) -> Markup:
    if before >= MOST_CHARTS:
        return Markup("")
    series = []
    for column in values[:2]:
        points = {
            r["年度"]: (r["年度"], r[column], plain(r[column]))
            for r in rows
            if r["年度"] is not None and isinstance(r[column], int | float)
        }
        if len(points) > 1:
            series.append(Series(table.field(column).label, rows[0].get("単位"), sorted(points.values())))
    name = next(
        (
            str(r[c])
            for c in ("成果指標", "活動指標", "測定指標", "KPI", "算出根拠")
            for r in rows
            if r.get(c)
        ),
        table.label,
    )
    return line_chart(series, f"{name[:40]}の推移") if series else Markup("")


def _mark_counts(evaluations: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    counts: dict[str, int] = {}
    for row in evaluations:
        if row["評価"]:
            counts[str(row["評価"])] = counts.get(str(row["評価"]), 0) + 1
    return [(mark, MARKS.get(mark, "none"), n) for mark, n in sorted(counts.items(), key=lambda p: -p[1])]


def _headline(rows: SheetRows) -> dict[str, Any] | None:
    """The figures of the latest year with an 執行額."""
    spent = [r for r in rows.tables.get("budgets", []) if r["執行額"] is not None and r["年度"] is not None]
    return max(spent, key=lambda r: r["年度"]) if spent else None
