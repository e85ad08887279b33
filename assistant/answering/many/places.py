"""「何位」: the place of a project in the order of a figure, among all projects and among those of its 府省庁."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.many.measured import is_yearly
from assistant.answering.many.scope import Scope, scope_of
from assistant.answering.many.told import field_label, scope_notes
from assistant.answering.result import Result, Statement
from assistant.answering.wording import one_line, project_name
from assistant.formatting import number
from assistant.query import FieldRef, ProjectRef, Query
from db.catalogue import RATE

_BUDGET = FieldRef("budgets", "計")


def place(basis: Basis, query: Query) -> Result:
    """The place of each project asked about; the ring that is asked for (所管の府省庁, or all) stands first."""
    main = query.fields[0] if query.fields else _BUDGET
    results = [_of_project(basis, query, project, main) for project in query.projects]
    return results[0].with_others(results[1:])


def _of_project(basis: Basis, query: Query, project: ProjectRef, main: FieldRef) -> Result:
    whole = scope_of(basis, replace(query, projects=(), ministries=()), main)
    if not is_yearly(basis, main) or not whole.years:
        return Result("no_answer", [f"{field_label(basis, main)}の順位は、分かりません。"])
    ministry = basis.data.sheet(project.sheet_keys[0]).ministry
    within = replace(whole, ministries=(ministry,))
    rings = [within, whole] if query.ministries else [whole, within]
    low = query.order == "asc"
    label = field_label(basis, main)
    statement, first = _ranked(basis, rings[0], project, low)
    other = _ranked(basis, rings[1], project, low)[1]
    if first is None or other is None:
        years = "・".join(str(y) for y in whole.fiscal_years)
        return Result(
            "no_answer",
            [f"{project_name(basis.data, project)}の{years}年度の{label}は、シートに記載がありません。"],
        )
    if query.operation == "rank" and first["数"] == other["数"] == 1:
        return Result(
            "no_answer",
            [
                f"{project_name(basis.data, project)}のほかに{whole.fiscal_years[0]}年度の{label}を比べられる事業がないため、順位はお答えできません。"
            ],
        )
    rated = basis.data.catalogue.field(main.table, main.column).kind == RATE
    way = ("低い" if low else "高い") if rated else ("小さい" if low else "大きい")
    key = first["sheet_key"]
    row = basis.data.rows(f"SELECT * FROM {quoted(main.table)} WHERE id = ?", (first["id"],))[0]
    figure = basis.cells.cell(main.table, row, main.column)
    year = whole.fiscal_years[0]
    cells, said = [], []
    for ring, r in zip(rings, (first, other), strict=True):
        among = one_line(ministry) if ring.ministries else "全府省庁"
        cells.append(
            Cell(
                label=f"{label}の順位",
                value=r["順位"],
                text=f"{r['順位']:,}位",
                sheet=basis.data.sheet(key).to_dict(),
                unit="位",
                fiscal_year=year,
                derived=f"{year}年度の{label}の{way}順、{among}の{number(r['数'])}事業の中",
                group={"範囲": among},
            )
        )
        same = f"、同じ値がほかに{number(r['同じ'] - 1)}事業" if r["同じ"] > 1 else ""
        said.append(f"{among}の {number(r['数'])}件 のうち {cells[-1].text}{same}")
        cells.append(
            Cell(label="事業数", value=r["数"], text=f"{number(r['数'])}件", unit="件", group={"範囲": among})
        )
    # the figure stands beside its place
    cells.insert(1, figure)
    sentence = f"{project_name(basis.data, project)}の{year}年度の{label}は {figure.text} で、{way}順に{'、'.join(said)} です。"
    return Result(
        sentences=[sentence],
        cells=cells,
        statement=statement,
        years=whole.fiscal_years,
        projects=(project,),
        fields=(main,),
        notes=scope_notes(basis, rings[0]),
    )


def _ranked(
    basis: Basis, scope: Scope, project: ProjectRef, low: bool
) -> tuple[Statement, sqlite3.Row | None]:
    """The project's own row of the scope with its 順位, the 数 of rows it stands among, and those of the 同じ value."""
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    statement = Statement(
        "SELECT sheet_key, id, 値, 順位, 数, 同じ FROM (SELECT s.sheet_key, t.id, "
        f"{scope.column} AS 値, rank() OVER (ORDER BY {scope.column} {'ASC' if low else 'DESC'}) AS 順位,"
        f" count(*) OVER () AS 数, count(*) OVER (PARTITION BY {scope.column}) AS 同じ"
        f" {source}{joiner}{scope.column} IS NOT NULL) WHERE sheet_key IN ({marks(project.sheet_keys)})",
        (*parameters, *project.sheet_keys),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    return statement, rows[0] if rows else None
