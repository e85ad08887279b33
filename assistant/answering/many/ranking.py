"""Operations rank and list over many sheets: one cell a project, ordered by the figure asked about."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many import by_group, one_figure
from assistant.answering.many.measured import PROJECTS, RECIPIENTS, is_figure
from assistant.answering.many.publications import publications
from assistant.answering.many.scope import POLICY_MINISTRY, Scope, scope_of
from assistant.answering.many.told import field_label, projects_that, scope_notes, scope_text
from assistant.answering.many.unwritten import untold_by_any
from assistant.answering.one import listing, reason
from assistant.answering.one.lookup import lookup
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, sheet_name
from assistant.formatting import number
from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query
from db.catalogue import MONEY, NUMERIC_KINDS, RATE, TEXT, YEAR

RANK_LIMIT = 10
LIST_LIMIT = 30
REASONED = 5
_PROJECTS_ASKED = pattern(r"事業(?!者|所|主|体|場|規模)")
"""So many projects at most are given their reasons, so that the list can still be read."""


def rank(basis: Basis, query: Query) -> Result:
    """The projects with the highest or lowest figure, or every project that meets the conditions."""
    if query.group_by is not None:
        measured = query.fields[0] if query.fields else None
        operation = (
            one_figure.SUM if measured is not None and is_figure(basis, measured) else one_figure.COUNT
        )
        if measured is not None and basis.data.catalogue.field(measured.table, measured.column).kind == RATE:
            operation = one_figure.AVERAGE
        scope = scope_of(basis, query, measured)
        return by_group.grouped(basis, query, scope, operation)
    if query.by_number:
        return _by_number(basis, query)
    scope = scope_of(basis, query)
    untold = untold_by_any(basis, query, scope)
    if untold is not None:
        return untold
    direction = _direction(basis, query, scope)
    limit = query.limit or (RANK_LIMIT if query.operation == "rank" else LIST_LIMIT)
    one_each = _one_a_project(query, scope)
    rows = _rows(basis, scope, direction, limit, one_each)
    if not rows:
        if scope.ministries and basis.data.has_policy_ministry:
            scope = scope.by(POLICY_MINISTRY)
            rows = _rows(basis, scope, direction, limit, one_each)
        if not rows:
            return _none(basis, scope)
    if query.nth is not None:
        if len(rows) < query.nth:
            return _too_few(basis, query, scope, len(rows))
        rows = rows[query.nth - 1 : query.nth]
    if query.operation == "rank" and direction == "DESC" and _all_nothing(basis, scope, rows[0]):
        return _nothing_anywhere(basis, scope)
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    cells = [_cell(basis, scope, r) for r in rows]
    counted, _ = (
        one_figure.figure(basis, scope, one_figure.COUNT) if query.operation == "list" else (None, None)
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
    cells += one_figure.averages(basis, scope)
    return Result(
        sentences=sentences,
        cells=cells,
        statement=_statement(scope, direction, limit, one_each),
        years=scope.fiscal_years,
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows[:LIST_LIMIT]),
        fields=(scope.main,) if scope.main != PROJECTS else (),
        notes=scope_notes(basis, scope),
    )


def _by_number(basis: Basis, query: Query) -> Result:
    """The projects whose list has the most names (契約先, 成果指標 …), each name counted once."""
    asked = query.fields[0]
    tried = ((asked.table, asked.column), *listing.INSTEAD.get(asked.key, ()))
    main = next((FieldRef(t, c) for t, c in tried if basis.data.has_rows(t)), asked)
    scope = replace(
        scope_of(basis, query, PROJECTS), main=main, years=(), published=publications(basis, query)
    )
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    label = field_label(basis, main)
    name = "契約の件数" if query.of_rows else f"{label}の数"
    counted = "*" if query.of_rows else f"DISTINCT {scope.column}"
    way = "ASC" if query.order == "asc" else "DESC"
    limit = query.limit or RANK_LIMIT
    statement = Statement(
        f"SELECT s.sheet_key, s.府省庁, s.事業名, count({counted}) AS {quoted(name)} {source}"
        f"{joiner}{scope.column} IS NOT NULL GROUP BY s.sheet_key ORDER BY 4 {way}, s.sheet_key LIMIT ?",
        (*parameters, limit),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    if query.nth is not None:
        rows = rows[query.nth - 1 : query.nth]
    if not rows:
        return _none(basis, scope)
    table = basis.data.catalogue.table(main.table)
    cells = [
        Cell(
            label=name,
            value=r[name],
            text=f"{number(r[name])}件",
            sheet=basis.data.sheet(r["sheet_key"]).to_dict(),
            unit="件",
            derived=f"「{table.label}」の行の数"
            if query.of_rows
            else f"「{table.label}」に名前のある{label}",
        )
        for r in rows
    ]
    return Result(
        sentences=[_sentence(basis, query, scope, cells, way, None)],
        cells=cells,
        statement=statement,
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows),
        fields=(main,),
        notes=list(dict.fromkeys((f"「{table.label}」から", *scope_notes(basis, scope)))),
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


def _rows(basis: Basis, scope: Scope, direction: str | None, limit: int, one_each: bool) -> list[sqlite3.Row]:
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    alias = "s" if scope.main.table == "sheets" else "t"
    distinct = " GROUP BY s.sheet_key" if one_each else ""
    # of the rows of a project the one that stands first in the order
    first = f", {'min' if direction == 'ASC' else 'max'}({scope.column})" if one_each and direction else ""
    return basis.data.rows(
        f"SELECT {alias}.*{first} {source}{joiner}{scope.column} IS NOT NULL{distinct}"
        f" ORDER BY {_order(scope, direction)} LIMIT ?",
        (*parameters, limit),
    )


def _one_a_project(query: Query, scope: Scope) -> bool:
    """A list of projects by a condition on a table of many rows a sheet shows each project once; contracts that are put
    in order are told one by one."""
    if (
        query.operation == "rank"
        and scope.main.table in RECIPIENTS
        and not _PROJECTS_ASKED.search(query.question)
    ):
        return False
    return bool(scope.filters) and scope.main.table not in ("sheets", "budgets")


def _statement(scope: Scope, direction: str | None, limit: int, one_each: bool) -> Statement:
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    shown = ["s.sheet_key", "s.府省庁", "s.事業名"]
    if scope.years:
        shown.append("t.年度")
    if scope.main != PROJECTS:
        shown.append(scope.column)
    distinct = " GROUP BY s.sheet_key" if one_each else ""
    if one_each and direction and scope.main != PROJECTS:
        shown[-1] = f"{'min' if direction == 'ASC' else 'max'}({scope.column})"
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
    label = cells[0].label if query.by_number else field_label(basis, scope.main)
    if scope.main == PROJECTS:
        told = join([f"「{one_line(c.text)}」" for c in cells[:3]])
    elif not query.by_number and basis.data.catalogue.field(scope.main.table, scope.main.column).kind == TEXT:
        told = join([f"「{sheet_name(c)}」" for c in cells[:3]])
    else:
        told = join([f"「{sheet_name(c)}」 {c.text}" for c in cells[:3]])
    more = "など" if len(cells) > 3 else ""
    if query.operation == "list" and counted is not None:
        return f"{where}{what}は {counted.text} あり、{told}{more}です。"
    if len(cells) == 1:
        kind = basis.data.catalogue.field(scope.main.table, scope.main.column).kind
        low, high = ("低い", "高い") if kind == RATE else ("小さい", "大きい")
        low, high = ("早い", "新しい") if kind == YEAR else (low, high)
        low, high = ("少ない", "多い") if query.by_number else (low, high)
        place = f"{query.nth}番目に" if query.nth is not None and query.nth > 1 else "最も"
        return f"{where}{label}が{place}{low if direction == 'ASC' else high}{what}は{told}です。"
    ways = ("少ない", "多い") if query.by_number else ("小さい", "大きい")
    if basis.data.catalogue.field(scope.main.table, scope.main.column).kind == YEAR:
        ways = ("早い", "新しい")
    way = ways[0] if direction == "ASC" else ways[1]
    return f"{where}{what}を{label}の{way}順に並べると、{told}{more}です。"


def _all_nothing(basis: Basis, scope: Scope, first: sqlite3.Row) -> bool:
    """The largest amount is 0: no project has any, and none of them is the one with the most."""
    kind = basis.data.catalogue.field(scope.main.table, scope.main.column).kind
    return kind == MONEY and first[scope.main.column] == 0


def _nothing_anywhere(basis: Basis, scope: Scope) -> Result:
    label = field_label(basis, scope.main)
    has = Filter(scope.main, ">", 0)
    return Result(
        sentences=[
            f"{scope_text(basis, scope)}{label}がある{projects_that(basis, scope)}はありません（0円か記載なし）。"
        ],
        cells=[one_figure.none_of(basis, replace(scope, filters=(*scope.filters, has)))],
        statement=None,
        years=scope.fiscal_years,
        fields=(scope.main,),
        notes=scope_notes(basis, scope),
    )


def _too_few(basis: Basis, query: Query, scope: Scope, count: int) -> Result:
    """「50番目に大きい」 of fewer projects."""
    label = field_label(basis, scope.main)
    sentence = f"{scope_text(basis, scope)}{label}の記載がある{projects_that(basis, scope)}は {count}件 で、{query.nth}番目はありません。"
    counted = one_figure.none_of(basis, scope)
    counted.value, counted.text = count, f"{count}件"
    return Result("no_answer", [sentence], [counted], years=scope.fiscal_years)


def _none(basis: Basis, scope: Scope) -> Result:
    if scope.published and not set(scope.published) & set(basis.data.publications):
        return Result(
            "no_answer", [f"{'・'.join(map(str, scope.published))}年度公開のシートは読み込まれていません。"]
        )
    what = (
        projects_that(basis, scope)
        if scope.filters or scope.matters
        else f"{field_label(basis, scope.main)}の記載がある事業"
    )
    return Result(
        "no_answer",
        [f"{scope_text(basis, scope)}{what}は、読み込んだシートにはありません。"],
        [one_figure.none_of(basis, scope)],
        years=scope.fiscal_years,
    )
