"""Operations rank and list over many sheets: one cell a project, ordered by the figure asked about."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import aggregates, listing, reason
from assistant.answering.basis import Basis
from assistant.answering.lookup import lookup
from assistant.answering.many import (
    POLICY_MINISTRY,
    PROJECTS,
    Scope,
    field_label,
    is_yearly,
    projects_that,
    scope_notes,
    scope_of,
    scope_text,
)
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, sheet_name
from assistant.query import Query
from db.catalogue import NUMERIC_KINDS, RATE, TEXT, YEAR

RANK_LIMIT = 10
LIST_LIMIT = 30
REASONED = 5
"""So many projects at most are given their reasons, so that the list can still be read."""


def rank(basis: Basis, query: Query) -> Result:
    """The projects with the highest or lowest figure, or every project that meets the conditions."""
    if query.group_by is not None:
        measured = query.fields[0] if query.fields else None
        operation = aggregates.SUM if measured is not None and _numeric(basis, query) else aggregates.COUNT
        if measured is not None and basis.data.catalogue.field(measured.table, measured.column).kind == RATE:
            operation = aggregates.AVERAGE
        scope = scope_of(basis, query, measured)
        return aggregates.grouped(basis, query, scope, operation)
    scope = scope_of(basis, query)
    if is_yearly(basis, scope.main) and not scope.years:
        return Result("no_answer", [f"{field_label(basis, scope.main)}の記載があるシートがありません。"])
    direction = _direction(basis, query, scope)
    limit = query.limit or (RANK_LIMIT if query.operation == "rank" else LIST_LIMIT)
    rows = _rows(basis, scope, direction, limit)
    if not rows:
        if scope.ministries and basis.data.has_policy_ministry:
            scope = scope.by(POLICY_MINISTRY)
            rows = _rows(basis, scope, direction, limit)
        if not rows:
            return _none(basis, scope)
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    cells = [_cell(basis, scope, r) for r in rows]
    counted, _ = (
        aggregates.figure(basis, scope, aggregates.COUNT) if query.operation == "list" else (None, None)
    )
    sentence = _sentence(basis, query, scope, cells, direction, counted)
    sentences = [sentence]
    if query.reason and len(rows) <= REASONED:
        cells = _with_reasons(basis, query, scope, cells)
    elif len(rows) <= REASONED:
        cells, told = _with_further_fields(basis, query, scope, cells)
        sentences += told[:1] if len(rows) == 1 else []
    if counted is not None:
        cells.append(counted)
    return Result(
        sentences=sentences,
        cells=cells,
        statement=_statement(scope, direction, limit),
        years=scope.fiscal_years,
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows[:LIST_LIMIT]),
        fields=(scope.main,) if scope.main != PROJECTS else (),
        notes=scope_notes(basis, scope),
    )


def _with_reasons(basis: Basis, query: Query, scope: Scope, cells: list[Cell]) -> list[Cell]:
    """「ワースト3とその理由」: after each figure the passage of its own sheet that explains it, where there is one."""
    out = []
    for cell in cells:
        out.append(cell)
        key = (cell.sheet or {}).get("sheet_key")
        if key is None:
            continue
        years = replace(query.years, kind="given", values=scope.fiscal_years)
        project = basis.data.project_of(key)
        one = replace(query, projects=(project,), fields=(scope.main,), years=years, topic="")
        out += reason.explanations(basis, one)[:1]
    return out


def _with_further_fields(
    basis: Basis, query: Query, scope: Scope, cells: list[Cell]
) -> tuple[list[Cell], list[str]]:
    """「一番予算の大きい事業の目的」: after each figure what else is asked of its project, and the sentences that say it."""
    conditions = {f.field for f in query.filters}
    further = tuple(f for f in query.fields if f != scope.main and f not in conditions and f != PROJECTS)
    if not further:
        return cells, []
    out, sentences = [], []
    for cell in cells:
        out.append(cell)
        key = (cell.sheet or {}).get("sheet_key")
        if key is None:
            continue
        years = replace(query.years, kind="given", values=scope.fiscal_years) if scope.years else query.years
        one = replace(
            query,
            operation="lookup",
            projects=(basis.data.project_of(key),),
            fields=further,
            years=years,
            filters=(),
            order=None,
            limit=None,
            topic="",
        )
        found = lookup(basis, one)
        if found.status == "answered":
            out += found.cells if len(cells) == 1 else found.cells[: len(further)]
            sentences += found.sentences
    return out, sentences


def _numeric(basis: Basis, query: Query) -> bool:
    ref = query.fields[0]
    return basis.data.catalogue.field(ref.table, ref.column).kind in NUMERIC_KINDS


def _direction(basis: Basis, query: Query, scope: Scope) -> str | None:
    """ASC or DESC by the main field; a list of a condition 「〜未満」 begins with the lowest. None: as loaded."""
    if query.order is not None:
        return "ASC" if query.order == "asc" else "DESC"
    kind = basis.data.catalogue.field(scope.main.table, scope.main.column).kind
    if kind not in NUMERIC_KINDS or kind == YEAR:
        return "DESC" if query.operation == "rank" else None
    below = any(f.field == scope.main and f.op in ("<", "<=") for f in scope.filters)
    return "ASC" if below else "DESC"


def _order(scope: Scope, direction: str | None) -> str:
    return f"{scope.column} {direction}, s.sheet_key" if direction else "s.府省庁の建制順, s.sheet_key"


def _rows(basis: Basis, scope: Scope, direction: str | None, limit: int) -> list[sqlite3.Row]:
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    alias = "s" if scope.main.table == "sheets" else "t"
    distinct = " GROUP BY s.sheet_key" if _one_a_project(scope) else ""
    return basis.data.rows(
        f"SELECT {alias}.* {source}{joiner}{scope.column} IS NOT NULL{distinct}"
        f" ORDER BY {_order(scope, direction)} LIMIT ?",
        (*parameters, limit),
    )


def _one_a_project(scope: Scope) -> bool:
    """A list of projects by a condition on a table of many rows a sheet shows each project once."""
    return bool(scope.filters) and scope.main.table not in ("sheets", "budgets")


def _statement(scope: Scope, direction: str | None, limit: int) -> Statement:
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    shown = ["s.sheet_key", "s.府省庁", "s.事業名"]
    if scope.years:
        shown.append("t.年度")
    if scope.main != PROJECTS:
        shown.append(scope.column)
    distinct = " GROUP BY s.sheet_key" if _one_a_project(scope) else ""
    return Statement(
        f"SELECT {', '.join(shown)} {source}{joiner}{scope.column} IS NOT NULL{distinct}"
        f" ORDER BY {_order(scope, direction)} LIMIT ?",
        (*parameters, limit),
    )


def _cell(basis: Basis, scope: Scope, row: sqlite3.Row) -> Cell:
    table, column = scope.main.table, scope.main.column
    if table in listing.AMOUNT:
        return listing.row_cell(basis, table, row, column)
    return basis.cells.cell(table, row, column)


def _sentence(
    basis: Basis, query: Query, scope: Scope, cells: list[Cell], direction: str | None, counted: Cell | None
) -> str:
    what = projects_that(basis, scope)
    where = scope_text(basis, scope)
    label = field_label(basis, scope.main)
    if scope.main == PROJECTS:
        told = join([f"「{one_line(c.text)}」" for c in cells[:3]])
    elif basis.data.catalogue.field(scope.main.table, scope.main.column).kind == TEXT:
        told = join([f"「{sheet_name(c)}」" for c in cells[:3]])
    else:
        told = join([f"「{sheet_name(c)}」 {c.text}" for c in cells[:3]])
    more = "など" if len(cells) > 3 else ""
    if query.operation == "list" and counted is not None:
        return f"{where}{what}は {counted.text} あり、{told}{more}です。"
    if len(cells) == 1:
        extreme = "最も小さい" if direction == "ASC" else "最も大きい"
        kind = basis.data.catalogue.field(scope.main.table, scope.main.column).kind
        if kind == YEAR:
            extreme = "最も早い" if direction == "ASC" else "最も新しい"
        if kind == RATE:
            extreme = "最も低い" if direction == "ASC" else "最も高い"
        return f"{where}{label}が{extreme}{what}は{told}です。"
    way = "小さい" if direction == "ASC" else "大きい"
    if basis.data.catalogue.field(scope.main.table, scope.main.column).kind == YEAR:
        way = "早い" if direction == "ASC" else "新しい"
    return f"{where}{what}を{label}の{way}順に並べると、{told}{more}です。"


def _none(basis: Basis, scope: Scope) -> Result:
    what = (
        projects_that(basis, scope)
        if scope.filters or scope.matters
        else f"{field_label(basis, scope.main)}の記載がある事業"
    )
    return Result(
        "no_answer",
        [f"{scope_text(basis, scope)}{what}は、読み込んだシートにはありません。"],
        [aggregates.none_of(basis, scope)],
        years=scope.fiscal_years,
    )
