"""Figures of one project by fiscal year: 執行率, 成果実績, 単位当たりコスト … with what they are read beside."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from assistant.answer import Cell
from assistant.answering import net_or_gross
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.figures import (
    YearRows,
    not_yet_known,
    rows_by_year,
    sheet_keys,
    wanted_years,
    written,
    years_with,
)
from assistant.answering.result import Result, Statement
from assistant.answering.wording import figure, join, project_name
from assistant.formatting import fiscal_years
from assistant.query import FieldRef, Filter, Query
from db.catalogue import TEXT

COMPANIONS: dict[str, tuple[str, ...]] = {
    "budgets.執行率": ("計", "執行額"),
    "budgets.執行額": ("計", "執行率"),
    "budgets.不用額": ("計", "執行額", "翌年度へ繰越し"),
    "budgets.不用率": ("計", "執行額", "翌年度へ繰越し", "執行率"),
    "budgets.比較用執行率": ("計", "執行額", "翌年度へ繰越し", "執行率"),
    "budgets.計": ("当初予算", "補正予算"),
    "budgets.当初予算": ("計",),
    "budgets.補正予算": ("当初予算",),
    "budgets.当初予算＋補正予算に対する執行額の割合": ("当初予算", "補正予算", "執行額"),
    "outcomes.成果実績": ("目標値", "達成度", "成果指標"),
    "outcomes.目標値": ("成果実績", "達成度", "成果指標"),
    "outcomes.達成度": ("成果実績", "目標値", "成果指標"),
    "outputs.活動実績": ("当初見込み", "活動指標"),
    "outputs.当初見込み": ("活動実績", "活動指標"),
    "unit_costs.単位当たりコスト": ("計算式", "算出根拠"),
    "reform_kpis.成果実績": ("目標値", "達成度", "KPI"),
    "policies.実績値": ("目標値", "測定指標"),
    "policies.目標値": ("実績値", "測定指標"),
}
"""Columns shown after the asked figure because it is read beside them."""

NAMES = {
    "outcomes": "成果指標",
    "outputs": "活動指標",
    "unit_costs": "算出根拠",
    "reform_kpis": "KPI",
    "policies": "測定指標",
    "accounts": "会計",
}
"""Column that tells the rows of one year apart."""

OTHER_INDICATOR = {
    "outcomes.成果実績": FieldRef("outputs", "活動実績"),
    "outcomes.目標値": FieldRef("outputs", "当初見込み"),
    "outputs.活動実績": FieldRef("outcomes", "成果実績"),
    "outputs.当初見込み": FieldRef("outcomes", "目標値"),
}
"""What is meant where a project has only the other kind of indicator."""

MAX_WITH_COMPANIONS = 2
"""More figures than this are a table of their own, which others would only make harder to read."""

_CLOSE = 0.005
"""Two sheets' figures of one year that differ by less than this part are the same but for rounding."""


def read(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    """Cells for the asked columns and years, then what explains them; ``no_answer`` says which years exist."""
    keys = sheet_keys(basis.data, query)
    fields = _written_instead(basis, fields, keys)
    table = fields[0].table
    columns = [f.column for f in fields]
    by_year = rows_by_year(basis.data, table, keys, columns) if keys else {}
    by_year = passing(by_year, query.filters, table)
    years = wanted_years(query.years, by_year, columns)
    main: list[Cell] = []
    beside: list[Cell] = []
    taken: list[YearRows] = []
    for year in years:
        rows = by_year.get(year)
        made = [
            basis.cells.cell(table, r, c, group=_group(table, r, rows))
            for c in columns
            for r in written(rows, c)
        ]
        if not made or rows is None:
            continue
        main += made
        taken.append(rows)
        if len(years) * len(columns) <= MAX_WITH_COMPANIONS:
            beside += _companions(basis, table, columns, rows)
        beside += _differing(basis, table, columns, rows)
        beside += _request_reason(basis, columns, rows)
    if not main:
        return _missing(basis, query, table, columns, by_year, years, keys)
    if len(columns) == 1 and len(taken) == 1:
        sentences = [_one(basis, query, main, beside)]
    else:
        sentences = _several(basis, query, main, columns)
    broken = net_or_gross.mixed(main)
    if broken:
        sentences.append(broken)
    if len(query.published) > 1 and len(columns) == len(taken) == 1 and table == "budgets":
        told, each = _by_publication(basis, columns[0], taken[0])
        sentences += told
        beside = [c for c in beside if c.column != columns[0]] + each
    unknown = [y for y in years if y not in {r.year for r in taken}]
    if unknown:
        sentences.append(
            f"{fiscal_years(tuple(unknown))}の{_labels(basis, table, columns)}は記載がありません。"
        )
    return Result(
        sentences=sentences,
        cells=main + beside,
        statement=_statement(table, columns, beside, taken),
        years=tuple(r.year for r in taken),
    )


def _written_instead(basis: Basis, fields: tuple[FieldRef, ...], keys: Sequence[str]) -> tuple[FieldRef, ...]:
    """「実績」 of a project that sets no 成果指標 is that of its 活動指標, and the other way round."""
    if not keys or not all(f.key in OTHER_INDICATOR for f in fields):
        return fields
    wanted = f"sheet_key IN ({marks(keys)}) AND 年度 IS NOT NULL"
    for own in (fields, tuple(OTHER_INDICATOR[f.key] for f in fields)):
        columns = " OR ".join(f"{quoted(f.column)} IS NOT NULL" for f in own)
        sql = f"SELECT 1 FROM {quoted(own[0].table)} WHERE {wanted} AND ({columns}) LIMIT 1"
        if basis.data.value(sql, list(keys)) is not None:
            return own
    return fields


def passing(by_year: dict[int, YearRows], filters: Sequence[Filter], table: str) -> dict[int, YearRows]:
    """The years with rows that pass the conditions on columns of this table, and those rows."""
    kept = {y: _filtered(rows, filters, table) for y, rows in by_year.items()}
    return {y: rows for y, rows in kept.items() if rows.rows}


def _meets(value: object, condition: Filter) -> bool:
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.op == "contains":
        return any(str(w) in str(value or "") for w in wanted)
    return value in wanted


def _filtered(rows: YearRows, filters: Sequence[Filter], table: str) -> YearRows:
    """Rows that pass the query's conditions on columns of this table (a 目, an indicator)."""
    own = [f for f in filters if f.field.table == table and f.op in ("contains", "=")]
    if not own:
        return rows

    def passes(row: sqlite3.Row) -> bool:
        return all(_meets(row[f.field.column], f) for f in own)

    return YearRows(rows.year, rows.sheet_key, tuple(r for r in rows.rows if passes(r)), rows.others)


def _group(table: str, row: sqlite3.Row, rows: YearRows | None) -> dict[str, str] | None:
    """Which indicator a figure is of, where one year has several."""
    name = NAMES.get(table)
    if name is None or rows is None or len({r[name] for r in rows.rows}) < 2 or row[name] is None:
        return None
    return {name: str(row[name])}


def _companions(basis: Basis, table: str, columns: Sequence[str], rows: YearRows) -> list[Cell]:
    wanted = [c for column in columns for c in COMPANIONS.get(f"{table}.{column}", ()) if c not in columns]
    cells, seen = [], set()
    for column in dict.fromkeys(wanted):
        for row in written(rows, column):
            text_once = (
                basis.data.catalogue.field(table, column).kind == TEXT and (column, row[column]) in seen
            )
            seen.add((column, row[column]))
            if not text_once:
                cells.append(basis.cells.cell(table, row, column, group=_group(table, row, rows)))
    return cells


def _request_reason(basis: Basis, columns: Sequence[str], rows: YearRows) -> list[Cell]:
    """主な増減理由 printed beside a request: in RSシステム in the row of the year before the one requested for."""
    if "要求額" not in columns:
        return []
    found = basis.data.rows(
        "SELECT * FROM comments WHERE sheet_key = ? AND 項目 = ? AND 年度 = ? AND 本文 IS NOT NULL ORDER BY id",
        (rows.sheet_key, "主な増減理由", rows.year - 1),
    )
    return [basis.cells.cell("comments", r, "本文") for r in found]


def _differing(basis: Basis, table: str, columns: Sequence[str], rows: YearRows) -> list[Cell]:
    """The same year's figure of other sheets, where it is another figure by more than rounding."""
    if table != "budgets":
        return []
    cells = []
    for column in columns:
        mine = written(rows, column)
        if not mine:
            continue
        for row in rows.others:
            other, own = row[column], mine[0][column]
            if other is not None and abs(other - own) > max(abs(own) * _CLOSE, 1e-9):
                cell = basis.cells.cell(table, row, column)
                cell.flags.append(
                    f"{cell.fiscal_year}年度の{cell.label}の {cell.text} は、{row['公開年度']}年度公開のシートの値です。"
                )
                cells.append(cell)
    return cells


def _by_publication(basis: Basis, column: str, rows: YearRows) -> tuple[list[str], list[Cell]]:
    """「2019年度公開のシートと2020年度公開のシートで同じか」: what each publication gives for the year."""
    found = {r["公開年度"]: r for r in (*rows.rows, *rows.others) if r[column] is not None}
    if len(found) < 2:
        return [], []
    cells = {p: basis.cells.cell("budgets", found[p], column) for p in sorted(found)}
    told = join([f"{p}年度公開のシートでは {c.text}" for p, c in cells.items()])
    same = len({c.value for c in cells.values()}) == 1
    return [f"{told} で、{'同じです' if same else '違います'}。"], list(cells.values())[1:]


def _one(basis: Basis, query: Query, main: list[Cell], beside: list[Cell]) -> str:
    cell = main[0]
    subject = project_name(basis.data, query.projects[0])
    year = f"{cell.fiscal_year}年度の" if cell.fiscal_year is not None else ""
    if len(main) > 1 and cell.group:
        told = join([f"{next(iter((c.group or {}).values()))}が{c.text}" for c in main[:3]])
        return f"{subject}の{year}{cell.label}は、{told}{'など' if len(main) > 3 else ''}です。"
    also = [
        figure(c) for c in beside if c.fiscal_year == cell.fiscal_year and len(c.text) <= 40 and not c.flags
    ][:3]
    note = f"（{join(also)}）" if also else ""
    return f"{subject}の{year}{cell.label}は {cell.text} です{note}。"


def _several(basis: Basis, query: Query, main: list[Cell], columns: Sequence[str]) -> list[str]:
    subject = project_name(basis.data, query.projects[0])
    if len(main) <= 4:
        told = join([f"{c.fiscal_year}年度の{c.label}は {c.text}" for c in main])
        return [f"{subject}の{told}です。"]
    labels = join([str(label) for label in dict.fromkeys(c.label for c in main)], "と")
    first, last = main[0], main[-1]
    years = fiscal_years(tuple(c.fiscal_year for c in main if c.fiscal_year is not None))
    if len(columns) > 1:
        return [f"{subject}の{labels}を年度ごとに並べました（{years}）。"]
    return [
        f"{subject}の{labels}は、{first.fiscal_year}年度の {first.text} から"
        f"{last.fiscal_year}年度の {last.text} まで次のとおりです（{years}）。"
    ]


def _labels(basis: Basis, table: str, columns: Sequence[str]) -> str:
    return join([basis.data.catalogue.field(table, c).label for c in columns], "と")


def _missing(
    basis: Basis,
    query: Query,
    table: str,
    columns: Sequence[str],
    by_year: dict[int, YearRows],
    years: Sequence[int],
    keys: Sequence[str],
) -> Result:
    """Say why there is no figure: not yet known, no such year, nothing written, or no such field on this form."""
    subject = project_name(basis.data, query.projects[0])
    labels = _labels(basis, table, columns)
    asked = f"{fiscal_years(tuple(years))}の" if years else ""
    known = years_with(by_year, columns[0])
    cells = _year_cells(basis, table, by_year, known)
    told = f"記載があるのは{fiscal_years(known)}です。" if known else ""
    if years and all(not_yet_known(by_year.get(y), columns[0]) for y in years):
        sentence = f"{subject}の{asked}{labels}はまだ分かりません。シートが作られた時点で年度が終わっていないためです。"
    elif years and not any(y in by_year for y in years):
        sentence = f"{subject}のシートには{asked}{labels}がありません。"
    elif not keys or basis.data.form_has(FieldRef(table, columns[0]), keys):
        sentence = f"{subject}の{asked}{labels}の欄には記載がありません。"
    else:
        sentence = f"{subject}のシートの様式には{labels}の欄がないか、読み込んだファイルに含まれていません。"
    return Result("no_answer", [s for s in (sentence, told) if s], cells, years=known)


def _year_cells(basis: Basis, table: str, by_year: dict[int, YearRows], years: Sequence[int]) -> list[Cell]:
    """The years that do have the figure, without the figure itself."""
    return [basis.cells.cell(table, by_year[y].rows[0], "年度", text=f"{y}年度") for y in years]


def _statement(
    table: str, columns: Sequence[str], beside: Sequence[Cell], taken: Sequence[YearRows]
) -> Statement:
    shown = dict.fromkeys([*columns, *(str(c.column) for c in beside)])
    name = [NAMES[table]] if table in NAMES else []
    names = ", ".join(quoted(c) for c in dict.fromkeys(["sheet_key", "年度", *name, *shown]))
    if len({t.sheet_key for t in taken}) == 1:
        years = [t.year for t in taken]
        return Statement(
            f"SELECT {names} FROM {quoted(table)} WHERE sheet_key = ? AND 年度 IN ({marks(years)}) ORDER BY 年度, id",
            (taken[0].sheet_key, *years),
        )
    pairs = ", ".join("(?, ?)" for _ in taken)
    return Statement(
        f"SELECT {names} FROM {quoted(table)} WHERE (sheet_key, 年度) IN (VALUES {pairs}) ORDER BY 年度, id",
        tuple(v for t in taken for v in (t.sheet_key, t.year)),
    )
