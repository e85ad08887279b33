"""What groups of projects (府省庁 …) have in all, set in relation: which meet a condition, how many there are, what part
of the whole each has, and in which place one stands."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.many.aggregates import prepared, whole_of
from assistant.answering.many.by_group import GROUP_LIMIT, by_group, group_cell
from assistant.answering.many.nothing import nothing
from assistant.answering.many.one_figure import COUNT, ROWS, WITH_FIGURE, name_of
from assistant.answering.many.scope import MINISTRY, Scope, compare
from assistant.answering.many.told import (
    describe_total,
    field_label,
    grouped_notes,
    projects_that,
    scope_notes,
    scope_text,
)
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line
from assistant.formatting import number, rate
from assistant.query import FieldRef, Query
from db.catalogue import RATE

TOLD = 3
"""Groups that a sentence names; all of them are in the cells."""
_COUNTED = (COUNT, ROWS, WITH_FIGURE)


def in_relation(basis: Basis, query: Query) -> Result:
    """Groups by a condition on what each has in all, by its part of the whole, or the place of some of them."""
    ready = prepared(basis, query)
    if isinstance(ready, Result):
        return ready
    query, scope, operation = ready
    if query.place:
        return _places(basis, query, scope, operation)
    if query.share:
        return _shares(basis, query, scope, operation)
    return _meeting(basis, query, scope, operation)


def _meeting(basis: Basis, query: Query, scope: Scope, operation: str) -> Result:
    """「予算の合計が1兆円を超える府省庁」「一者応札がある府省庁はいくつ」."""
    name, label, each = _each(basis, query, scope, operation)
    conditions, values = ["値 <> 0"], list[object]()
    if query.having:
        met = [compare("値", f) for f in query.having]
        conditions, values = [sql for sql, _ in met], [v for _, own in met for v in own]
    way = "ASC" if query.order == "asc" else "DESC"
    statement = Statement(
        f"SELECT 組 AS {quoted(name)}, 値 AS {quoted(label)} FROM ({each.sql}) WHERE {' AND '.join(conditions)}"
        f" ORDER BY 2 {way}, 1",
        (*each.parameters, *values),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    cells = [group_cell(basis, scope, operation, name, r) for r in rows]
    what = f"{scope_text(basis, scope)}{_condition(basis, query, scope, operation)}{name}"
    counted = Cell(
        label=f"{name}の数",
        value=len(rows),
        text=number(len(rows)),
        fiscal_year=scope.fiscal_years[0] if len(scope.fiscal_years) == 1 else None,
        derived=f"{what}の数",
    )
    answer = Result(statement=statement, years=scope.fiscal_years, notes=_notes(basis, scope, name))
    if not rows:
        return replace(answer, status="no_answer", sentences=[f"{what}はありません。"], cells=[counted])
    told = join([f"{one_line(str(r[0]))} {c.text}" for r, c in zip(rows[:TOLD], cells, strict=False)])
    order = "" if len(rows) == 1 else "少ない順に" if way == "ASC" else "多い順に"
    more = "など" if len(rows) > TOLD else ""
    return replace(
        answer,
        sentences=[f"{what}は {counted.text} あり、{order}{told}{more}です。"],
        cells=[counted, *cells] if query.of_groups else [*cells, counted],
    )


def _condition(basis: Basis, query: Query, scope: Scope, operation: str) -> str:
    """「計（予算額）の合計が1兆円を超える」「事業がある」."""
    label = name_of(basis, scope, operation)
    of = projects_that(basis, scope) if scope.filters or scope.matters else ""
    if not query.having:
        what = of or "事業"
        return f"{what.removesuffix('事業')}契約がある" if operation == ROWS else f"{what}がある"
    said = "、".join(describe_total(basis, f, "件" if operation in _COUNTED else "") for f in query.having)
    return f"{of}{'の' if of else ''}{label}{said}" + ("" if said.endswith("超える") else "の")


def _shares(basis: Basis, query: Query, scope: Scope, operation: str) -> Result:
    """「全体に占める割合が高い府省庁」; with a condition the part of each group that meets it (「随意契約の割合が高い府省庁」)."""
    name, label, part = _each(basis, query, scope, operation)
    of_each = bool(scope.filters or scope.matters)
    if of_each:
        _, _, whole = _each(basis, query, *whole_of(scope, operation))
        source = (
            f"SELECT w.組, coalesce(p.値, 0) AS 部分, w.値 AS 全体 FROM ({whole.sql}) w"
            f" LEFT JOIN ({part.sql}) p ON p.組 = w.組"
        )
        parameters = (*whole.parameters, *part.parameters)
    else:
        source = f"SELECT 組, 値 AS 部分, sum(値) OVER () AS 全体 FROM ({part.sql})"
        parameters = part.parameters
    way = "ASC" if query.order == "asc" else "DESC"
    share = f"{label}の割合"
    statement = Statement(
        f"SELECT 組 AS {quoted(name)}, 100.0 * 部分 / 全体 AS {quoted(share)}, 部分, 全体 FROM ({source})"
        f" WHERE 全体 > 0 AND 部分 IS NOT NULL ORDER BY 2 {way}, 3 DESC, 1 LIMIT {query.limit or GROUP_LIMIT}",
        parameters,
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    rows = rows[query.nth - 1 : query.nth] if query.nth is not None else rows
    if not rows:
        return nothing(basis, scope)
    of = f"{projects_that(basis, scope)}の" if of_each else ""
    if operation == ROWS:
        of = of.removesuffix("事業の") + "契約の"
    cells = [
        Cell(
            label=share,
            value=round(r[1], 4),
            text=rate(r[1]),
            unit="%",
            fiscal_year=scope.fiscal_years[0] if len(scope.fiscal_years) == 1 else None,
            derived=f"{of}{share} = {number(r['部分'])} ÷ {number(r['全体'])}",
            group={name: r[0]},
            table=scope.main.table,
            column=scope.main.column,
        )
        for r in rows
    ]
    told = join([f"{one_line(str(r[0]))} {c.text}" for r, c in zip(rows[:TOLD], cells, strict=False)])
    order = f"{'低い' if way == 'ASC' else '高い'}順に"
    if query.nth is not None:
        order = f"{order.removesuffix('に')}で{query.nth}番目が"
    more = "など" if len(rows) > TOLD else ""
    whole_said = f"その{name}の全体" if of_each else "全体"
    of = of.removesuffix("契約の") if operation == ROWS else of
    return Result(
        sentences=[
            f"{scope_text(basis, scope)}{of}{label}が{whole_said}に占める割合は、{order}{told}{more}です。"
        ],
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        notes=_notes(basis, scope, name),
    )


def _places(basis: Basis, query: Query, scope: Scope, operation: str) -> Result:
    """「防衛省は何位」: the place of each 府省庁 asked about among all of them."""
    asked = scope.ministries
    scope = replace(scope, ministries=())
    name, label, each = _each(basis, query, scope, operation)
    low = query.order == "asc"
    statement = Statement(
        f"SELECT 組 AS {quoted(name)}, 値, 順位, 数 FROM (SELECT 組, 値, count(*) OVER () AS 数,"
        f" rank() OVER (ORDER BY 値 {'ASC' if low else 'DESC'}) AS 順位 FROM ({each.sql}) WHERE 値 IS NOT NULL)"
        f" WHERE 組 IN ({marks(asked)}) OR 順位 = 1 ORDER BY 順位, 1",
        (*each.parameters, *asked),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    found = [r for r in rows if r[0] in asked]
    if not found:
        return nothing(basis, scope)
    way = _way(basis, scope.main, operation, low)
    year = scope.fiscal_years[0] if len(scope.fiscal_years) == 1 else None
    of = f"{projects_that(basis, scope)}の" if scope.filters or scope.matters else ""
    cells, sentences = [], []
    for r in found:
        figure = group_cell(basis, scope, operation, name, r)
        cells += [
            Cell(
                label=f"{label}の順位",
                value=r["順位"],
                text=f"{r['順位']}位",
                unit="位",
                fiscal_year=year,
                derived=f"{of}{label}の{way}順、{r['数']}の{name}の中",
                group={name: r[0]},
            ),
            figure,
        ]
        sentences.append(
            f"{scope_text(basis, scope)}{of}{label}の{way}順で、{one_line(str(r[0]))}は"
            f" {r['数']} の{name}のうち {r['順位']}位 です（{figure.text}）。"
        )
    first = next((r for r in rows if r["順位"] == 1 and r[0] not in asked), None)
    if first is not None:
        top = group_cell(basis, scope, operation, name, first)
        cells.append(top)
        sentences.append(f"1位は{one_line(str(first[0]))} {top.text} です。")
    cells.append(Cell(label=f"{name}の数", value=found[0]["数"], text=number(found[0]["数"])))
    return Result(
        sentences=sentences,
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        notes=_notes(basis, scope, name),
    )


def _way(basis: Basis, ref: FieldRef, operation: str, low: bool) -> str:
    """「多い」 of what is counted, 「高い」 of a rate, 「大きい」 of an amount; the other end where ``low``."""
    if operation in _COUNTED:
        return "少ない" if low else "多い"
    if basis.data.catalogue.field(ref.table, ref.column).kind == RATE:
        return "低い" if low else "高い"
    return "小さい" if low else "大きい"


def _each(basis: Basis, query: Query, scope: Scope, operation: str) -> tuple[str, str, Statement]:
    """What the groups are called, what is measured of each, and the SELECT of 組 and 値."""
    assert query.group_by is not None
    statement = by_group(query.group_by, scope, operation, "組", "値")
    return field_label(basis, query.group_by), name_of(basis, scope, operation), statement


def _notes(basis: Basis, scope: Scope, name: str) -> list[str]:
    return grouped_notes(basis, scope, name) if name == MINISTRY else scope_notes(basis, scope)
