"""One figure a group (府省庁, 会計区分, 年度 …) over many sheets."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many.medians import median_by
from assistant.answering.many.nothing import nothing
from assistant.answering.many.one_figure import MEDIAN, cell_of, expression, name_of
from assistant.answering.many.scope import MINISTRY, Scope, partial_years
from assistant.answering.many.told import field_label, grouped_notes, projects_that, scope_notes, scope_text
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line
from assistant.formatting import fiscal_years
from assistant.query import FieldRef, Query

GROUP_LIMIT = 60


def grouped(basis: Basis, query: Query, scope: Scope, operation: str) -> Result:
    """One figure a group, largest first unless the query asks otherwise."""
    assert query.group_by is not None
    partly: tuple[int, ...] = ()
    if query.group_by.column == "年度":
        # years before the first publication stand only on the sheets of projects that went on
        partly = partial_years(basis, scope)
        if query.order is not None and len(partly) < len(scope.years):
            scope = replace(scope, years=tuple(pair for pair in scope.years if pair[1] not in partly))
            partly = ()
    by_year = query.group_by.column in ("年度", "公開年度")
    direction = "ASC" if query.order == "asc" else "DESC"
    group_name, name = field_label(basis, query.group_by), name_of(basis, scope, operation)
    # a group without the figure has no place in an order
    order = "1" if by_year and query.order is None else f"{quoted(name)} IS NULL, 2 {direction}, 1"
    each = by_group(query.group_by, scope, operation, group_name, name)
    statement = Statement(f"{each.sql} ORDER BY {order} LIMIT {query.limit or GROUP_LIMIT}", each.parameters)
    rows = [r for r in basis.data.rows(statement.sql, statement.parameters) if r[1] is not None]
    if query.nth is not None:
        rows = rows[query.nth - 1 : query.nth]
    if not rows:
        return nothing(basis, scope)
    cells = [group_cell(basis, scope, operation, group_name, r) for r in rows]
    unit = "年度は" if by_year else ""
    told = join([f"{_shown(r[0])}{unit} {c.text}" for r, c in zip(rows[:3], cells, strict=False)])
    high, low = ("高い", "低い") if cells[0].unit == "%" else ("多い", "少ない")
    verb = f"{low}順に" if query.order == "asc" else "" if by_year and query.order is None else f"{high}順に"
    if by_year and query.order is None and len(rows) > 3:
        # a course over the years is told by its ends and its height
        most = max(zip(rows, cells, strict=True), key=lambda pair: pair[1].value)
        told = (
            f"{rows[0][0]}年度の {cells[0].text} から{rows[-1][0]}年度の {cells[-1].text} まで次のとおりで、"
            f"最も多いのは{most[0][0]}年度の {most[1].text} "
        )
        rows = rows[:3]
    if query.nth is not None:
        verb = f"{low if query.order == 'asc' else high}順で{query.nth}番目が"
    of = f"{projects_that(basis, scope)}の" if scope.filters or scope.matters else ""
    sentence = f"{scope_text(basis, scope)}{of}{group_name}別の{cells[0].label}は、{verb}{told}{'など' if len(rows) > 3 else ''}です。"
    if query.limit == 1 and query.nth is None and query.order is not None and not by_year:
        way = low if query.order == "asc" else high
        sentence = f"{scope_text(basis, scope)}{of}{cells[0].label}が最も{way}{group_name}は、{told}です。"
    sentences = [sentence]
    shown = {c.fiscal_year for c in cells}
    partly = tuple(y for y in partly if y in shown)
    if partly:
        sentences.append(f"{fiscal_years(partly)}は、その後も続いた事業だけの額です。")
    return Result(
        sentences=sentences,
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        notes=grouped_notes(basis, scope, group_name)
        if group_name == MINISTRY
        else scope_notes(basis, scope),
    )


def by_group(ref: FieldRef, scope: Scope, operation: str, group: str, value: str) -> Statement:
    """A SELECT of two columns called ``group`` and ``value``: one row a group, in no order."""
    column, join_statement = _group_column(ref, scope)
    scope = replace(scope, join=join_statement)
    if operation == MEDIAN:
        return median_by(scope, column, quoted(group), quoted(value))
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    return Statement(
        f"SELECT {column} AS {quoted(group)}, {expression(scope, operation)} AS {quoted(value)} {source}"
        f"{joiner}{column} IS NOT NULL GROUP BY 1",
        parameters,
    )


def _group_column(ref: FieldRef, scope: Scope) -> tuple[str, Statement | None]:
    """SQL of the grouping column, and the join it needs."""
    column = quoted(ref.column)
    if ref.table == "sheets":
        return f"s.{column}", None
    if ref.table == scope.main.table and ref.item == scope.main.item:
        return f"t.{column}", None
    join = f"JOIN {quoted(ref.table)} g ON g.sheet_key = s.sheet_key"
    if ref.item is None:
        return f"g.{column}", Statement(join)
    return f"g.{column}", Statement(f"{join} AND g.項目 = ?", (ref.item,))


def group_cell(
    basis: Basis, scope: Scope, operation: str, name: str, row: sqlite3.Row | Sequence[Any]
) -> Cell:
    """The figure of one group: ``row`` holds the group and the figure."""
    cell = cell_of(basis, scope, operation, row[1], by_year=name in ("年度", "公開年度"))
    cell.group = {name: row[0]}
    if name == "年度":
        cell.fiscal_year = row[0]
    return cell


def _shown(value: object) -> str:
    return one_line(str(value))
