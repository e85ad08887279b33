"""What projects spent on one 費目: the rows of a sheet's 費目・使途 added up (「旅費に一番お金を使っている事業」)."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many import aggregates
from assistant.answering.many.scope import Scope, compare, scope_of
from assistant.answering.many.told import describe_total, field_label, projects_that, scope_notes, scope_text
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, sheet_name
from assistant.formatting import money, number
from assistant.query import FieldRef, Filter, Query

ITEM, AMOUNT = FieldRef("expenses", "費目"), FieldRef("expenses", "金額")
RANK_LIMIT = 10
LIST_LIMIT = 30
TOLD = 3


def item_of(query: Query) -> Filter | None:
    """The condition on 費目, None where there is none."""
    return next((f for f in query.filters if f.field == ITEM and f.op == "="), None)


def spent_on(basis: Basis, query: Query) -> Result:
    """Projects in the order of what they spent on a 費目, or its total, number of projects and groups."""
    in_order = query.operation in ("rank", "list") and query.group_by is None
    if in_order or query.having:
        result = _of_projects(basis, query)
    else:
        result = aggregates.aggregate(basis, query)
        if result.status == "answered" and query.group_by is None:
            result = _with_longer_names(basis, query, result)
    note = f"「{basis.data.catalogue.table('expenses').label}」から"
    return replace(result, notes=list(dict.fromkeys((note, *result.notes))))


def _with_longer_names(basis: Basis, query: Query, result: Result) -> Result:
    """The same figure with every 費目 that holds the word (旅費: 職員旅費, 委員等旅費), where that is another."""
    item = item_of(query)
    assert item is not None
    wide = replace(item, op="contains")
    other = aggregates.aggregate(
        basis, replace(query, filters=tuple(wide if f == item else f for f in query.filters))
    )
    if other.status != "answered" or other.cells[0].value == result.cells[0].value:
        return result
    cell = other.cells[0]
    sentence = (
        f"費目に「{item.value}」を含むもの（「{item.value}」だけでないもの）も入れると {cell.text} です。"
    )
    return replace(
        result,
        sentences=[*result.sentences, sentence],
        cells=[result.cells[0], cell, *result.cells[1:]],
    )


def _of_projects(basis: Basis, query: Query) -> Result:
    """One cell a project, its rows of the 費目 added up; ``having``: only those with so much in all."""
    scope = scope_of(basis, query, AMOUNT)
    label = field_label(basis, AMOUNT)
    each = _each_project(scope, query, label)
    way = "ASC" if query.order == "asc" else "DESC"
    limit = query.limit or (RANK_LIMIT if query.operation == "rank" else LIST_LIMIT)
    statement = Statement(f"{each.sql} ORDER BY 4 {way}, s.sheet_key LIMIT ?", (*each.parameters, limit))
    rows = basis.data.rows(statement.sql, statement.parameters)
    count = basis.data.value(f"SELECT count(*) FROM ({each.sql})", each.parameters)
    having = "、".join(label + describe_total(basis, f, "") for f in query.having)
    what = projects_that(basis, scope) + (f"で{having}のもの" if having else "")
    counted = Cell(label="事業数", value=count, text=f"{number(count)}件", unit="件", derived=f"{what}の数")
    where = scope_text(basis, scope)
    if not rows:
        return Result(
            "no_answer", [f"{where}{what}は、読み込んだシートにはありません。"], [counted], statement
        )
    if query.nth is not None:
        rows = rows[query.nth - 1 : query.nth]
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    cells = []
    for r in rows:
        first = basis.data.rows("SELECT * FROM expenses WHERE id = ?", (r["行"],))[0]
        cell = basis.cells.cell("expenses", first, "金額")
        if r["行数"] > 1:
            cell.value, cell.text, cell.as_printed = r[label], money(r[label]), None
            cell.derived = f"{r['行数']}行の金額の合計"
        cells.append(cell)
    told = join([f"「{sheet_name(c)}」 {c.text}" for c in cells[:TOLD]])
    more = "など" if len(cells) > TOLD else ""
    ways = "小さい" if way == "ASC" else "大きい"
    if query.operation in ("count", "list"):
        sentence = f"{where}{what}は {counted.text} あり、金額の{ways}順に{told}{more}です。"
    elif len(cells) == 1:
        place = f"{query.nth}番目に" if query.nth is not None and query.nth > 1 else "最も"
        sentence = f"{where}{what}のうち金額が{place}{ways}のは{told}です。"
    else:
        sentence = f"{where}{what}を金額の{ways}順に並べると、{told}{more}です。"
    return Result(
        sentences=[sentence],
        cells=[counted, *cells] if query.operation == "count" else [*cells, counted],
        statement=statement,
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows),
        fields=(AMOUNT,),
        notes=scope_notes(basis, scope),
    )


def _each_project(scope: Scope, query: Query, label: str) -> Statement:
    """The projects of a scope with what they spent, in no order."""
    source, parameters = scope.sql()
    met, values = ["sum(t.金額) IS NOT NULL"], list[object]()
    for f in query.having:
        condition, own = compare("sum(t.金額)", f)
        met.append(condition)
        values += own
    return Statement(
        f"SELECT s.sheet_key, s.府省庁, s.事業名, sum(t.金額) AS {quoted(label)}, count(*) AS 行数, min(t.id) AS 行"
        f" {source} GROUP BY s.sheet_key HAVING {' AND '.join(met)}",
        (*parameters, *values),
    )
