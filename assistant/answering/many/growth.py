"""Which groups of projects (府省庁 …) grew or shrank most between two years: the sums of both years, by group."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import differences
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many.scope import Scope, scope_of
from assistant.answering.many.told import field_label, grouped_notes, projects_that
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line
from assistant.formatting import number, rate
from assistant.query import FieldRef, Query, Years
from db.catalogue import RATE

LIMIT = 10


def by_group(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """Groups in the order of how much their total (of a rate the average) moved; ``difference`` "growth": in %."""
    assert query.group_by is not None
    scope = two_years(basis, query, ref)
    label = field_label(basis, ref)
    if scope is None:
        return Result("no_answer", [f"{label}を2つの年度で比べられるシートがありません。"])
    first, last = scope.fiscal_years[0], scope.fiscal_years[-1]
    averaged = basis.data.catalogue.field(ref.table, ref.column).kind == RATE
    ratio = query.difference == "growth" and not averaged
    name = field_label(basis, query.group_by)
    column, total = quoted(ref.column), "avg" if averaged else "sum"
    now, before = (f"{total}(CASE WHEN t.年度 = {int(y)} THEN t.{column} END)" for y in (last, first))
    moved = f"(100.0 * ({now}) / ({before}) - 100)" if ratio else f"(({now}) - ({before}))"
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    group = f"s.{quoted(query.group_by.column)}"
    direction = "ASC" if query.order == "asc" else "DESC"
    statement = Statement(
        f"SELECT {group} AS {quoted(name)}, {before} AS 前, {now} AS 後, {moved} AS 増減 {source}"
        f"{joiner}{group} IS NOT NULL GROUP BY 1 HAVING {moved} IS NOT NULL"
        f" ORDER BY 4 {direction}, 1 LIMIT {query.limit or LIMIT}",
        parameters,
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    if not rows:
        return Result("no_answer", [f"{first}年度と{last}年度の{label}を比べられる{name}はありません。"])
    cells = []
    for r in rows:
        text, unit = _told(r["増減"], ratio, averaged)
        cells.append(
            Cell(
                label=f"{label}の増減率" if ratio else f"{label}の増減",
                value=round(r["増減"], 4),
                text=text,
                unit=unit,
                fiscal_year=last,
                derived=f"{last}年度 {number(round(r['後'], 4))} と {first}年度 {number(round(r['前'], 4))} から",
                group={name: r[name]},
            )
        )
    told = join([f"{one_line(str(c.group[name]))} {c.text}" for c in cells[:3] if c.group])
    way = (
        ("下がった" if averaged else "減った")
        if query.order == "asc"
        else "上がった"
        if averaged
        else "増えた"
    )
    how = "の率で見て最も" if ratio else "最も"
    of = f"{projects_that(basis, scope)}の" if scope.filters or scope.matters else ""
    what = f"{of}{label}の{'平均' if averaged else '合計'}が{first}年度から{last}年度に{how}{way}{name}"
    sentence = f"{what}は、{told}{'など' if len(cells) > 3 else ''}です。"
    return Result(
        sentences=[sentence],
        cells=cells,
        statement=statement,
        years=(first, last),
        fields=(ref,),
        notes=grouped_notes(basis, scope, name),
    )


def two_years(basis: Basis, query: Query, ref: FieldRef) -> Scope | None:
    """The scope of the two years that are compared: the first and the last asked about, else the latest and the one before."""
    scope = scope_of(basis, replace(query, fields=(ref,)), ref)
    if not scope.years:
        return None
    if len(scope.years) == 1:
        year = scope.fiscal_years[0]
        given = replace(query, fields=(ref,), years=Years("given", (year - 1, year)))
        scope = scope_of(basis, given, ref)
    if len(scope.years) < 2:
        return None
    return replace(scope, years=(scope.years[0], scope.years[-1]))


def _told(value: float, ratio: bool, averaged: bool) -> tuple[str, str | None]:
    if ratio:
        return f"{rate(abs(value))}{differences.way(value)}", "%"
    told, unit = differences.size(value, "%" if averaged else "円")
    return told + differences.way(value), unit
