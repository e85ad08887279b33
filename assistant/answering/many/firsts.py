"""The first ones of an order taken together (「上位10事業の合計」), and the first of every group (「府省庁ごとに一番大きい事業」)."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many import ranking
from assistant.answering.many.measured import is_yearly
from assistant.answering.many.nothing import nothing
from assistant.answering.many.one_figure import AVERAGE, SUM, cell_of, figure
from assistant.answering.many.scope import MINISTRY, scope_of
from assistant.answering.many.told import (
    field_label,
    grouped_notes,
    projects_that,
    scope_notes,
    scope_text,
)
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, sheet_name
from assistant.formatting import number, rate
from assistant.query import Query
from db.catalogue import RATE

TOLD = 3


def added(basis: Basis, query: Query) -> Result:
    """「上位10事業の合計」「上位10事業で全体の何割」: the first ``limit`` projects or groups added up, and their part of the whole."""
    listed = ranking.rank(basis, replace(query, operation="rank", share=False, added=False))
    if listed.status != "answered":
        return listed
    label = listed.cells[0].label
    ones = [c for c in listed.cells if c.label == label][: query.limit]
    scope = scope_of(basis, query)
    whole, _ = figure(basis, scope, SUM)
    if whole is None:
        return listed
    averaged = query.operation == "average"
    kind = field_label(basis, query.group_by) if query.group_by is not None else "事業"
    side = f"{'下位' if query.order == 'asc' else '上位'}{len(ones)}{kind}"
    total = sum(c.value for c in ones)
    both = cell_of(basis, scope, AVERAGE if averaged else SUM, total / len(ones) if averaged else total)
    way = "小さい" if query.order == "asc" else "大きい"
    of = f"{projects_that(basis, scope)}のうち" if scope.filters or scope.matters else ""
    both.derived = f"{of}{field_label(basis, scope.main)}が{way}順の{side}の{both.label}"
    both.label = f"{side}の{both.label}"
    said = f"{scope_text(basis, scope)}{of}{field_label(basis, scope.main)}が{way}{side}の{'平均' if averaged else '合計'}は {both.text} "
    cells = [both]
    if whole.value and not averaged:
        part = total / whole.value * 100
        whole.label = f"全体の{whole.label}"
        share = Cell(
            label=f"{both.label}の割合",
            value=round(part, 4),
            text=rate(part),
            fiscal_year=both.fiscal_year,
            unit="%",
            derived=f"割合 = {number(total)} ÷ {number(whole.value)}",
            group=both.group,
        )
        cells = [share, both, whole] if query.share else [both, share, whole]
        said += f"で、全体の {whole.text} に占める割合は {share.text} "
    names = [sheet_name(c) or one_line(str(next(iter((c.group or {"": ""}).values())))) for c in ones[:TOLD]]
    more = "など" if len(ones) > TOLD else ""
    return replace(
        listed,
        sentences=[f"{said}です。", f"{side}は、{join([f'「{n}」' for n in names])}{more}です。"],
        cells=[*cells, *ones],
    )


def of_each(basis: Basis, query: Query) -> Result:
    """The first ``limit`` projects of every 府省庁 (or other column of ``sheets``) in the order of a figure."""
    assert query.group_by is not None
    scope = scope_of(basis, query)
    label = field_label(basis, scope.main)
    if not is_yearly(basis, scope.main) or not scope.years:
        return Result("no_answer", [f"{label}の記載があるシートがありません。"])
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    way = "ASC" if query.order == "asc" else "DESC"
    group = f"s.{quoted(query.group_by.column)}"
    name = field_label(basis, query.group_by)
    statement = Statement(
        f"SELECT * FROM (SELECT t.*, {group} AS 組, s.事業名, {scope.column} AS 値, row_number() OVER"
        f" (PARTITION BY {group} ORDER BY {scope.column} {way}, s.sheet_key) AS 番 {source}{joiner}"
        f"{scope.column} IS NOT NULL AND {group} IS NOT NULL) WHERE 番 <= ?"
        f" ORDER BY max(値) OVER (PARTITION BY 組) {way}, 組, 番",
        (*parameters, query.limit or 1),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    if not rows:
        return nothing(basis, scope)
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    cells = [basis.cells.cell(scope.main.table, r, scope.main.column, group={name: r["組"]}) for r in rows]
    rated = basis.data.catalogue.field(scope.main.table, scope.main.column).kind == RATE
    ways = ("低い", "高い") if rated else ("小さい", "大きい")
    how = ways[0] if way == "ASC" else ways[1]
    told = join(
        [
            f"{one_line(str(r['組']))}「{sheet_name(c)}」 {c.text}"
            for r, c in zip(rows[:TOLD], cells, strict=False)
        ]
    )
    most = f"{how}順に{query.limit}件まで" if (query.limit or 1) > 1 else f"最も{how}もの"
    more = "など" if len(rows) > TOLD else ""
    what = projects_that(basis, scope)
    return Result(
        sentences=[
            f"{scope_text(basis, scope)}{what}のうち{label}が{most}は、{name}ごとに{told}{more}です。"
        ],
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows),
        fields=(scope.main,),
        notes=grouped_notes(basis, scope, name) if name == MINISTRY else scope_notes(basis, scope),
    )
