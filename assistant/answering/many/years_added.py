"""Projects in the order of what several years have together (「3年間の執行額の合計が一番大きい事業」)."""

from __future__ import annotations

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many.nothing import nothing
from assistant.answering.many.scope import scope_of
from assistant.answering.many.told import field_label, projects_that, scope_notes, scope_text
from assistant.answering.many.unwritten import untold_by_any
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, sheet_name
from assistant.formatting import fiscal_years, money
from assistant.query import Query

RANK_LIMIT = 10
TOLD = 3


def rank(basis: Basis, query: Query) -> Result:
    """One cell a project: its years of the figure added up, each year once."""
    scope = scope_of(basis, query)
    untold = untold_by_any(basis, query, scope)
    if untold is not None:
        return untold
    label = f"{field_label(basis, scope.main)}の合計"
    source, parameters = scope.sql()
    joiner = " AND " if " WHERE " in source else " WHERE "
    way = "ASC" if query.order == "asc" else "DESC"
    statement = Statement(
        f"SELECT max(s.sheet_key) AS sheet_key, s.府省庁, s.事業名, sum({scope.column}) AS {quoted(label)},"
        f" count(DISTINCT t.年度) AS 年数 {source}{joiner}{scope.column} IS NOT NULL"
        f" GROUP BY coalesce(s.project_id, s.sheet_key) ORDER BY 4 {way}, 1 LIMIT ?",
        (*parameters, query.limit or RANK_LIMIT),
    )
    rows = basis.data.rows(statement.sql, statement.parameters)
    rows = rows[query.nth - 1 : query.nth] if query.nth is not None else rows
    if not rows:
        return nothing(basis, scope)
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    years = fiscal_years(scope.fiscal_years)
    cells = [
        Cell(
            label=label,
            value=r[label],
            text=money(r[label]),
            sheet=basis.data.sheet(r["sheet_key"]).to_dict(),
            unit="円",
            derived=f"{years}のうち記載のある{r['年数']}年度分の合計",
        )
        for r in rows
    ]
    told = join([f"「{sheet_name(c)}」 {c.text}" for c in cells[:TOLD]])
    how = "小さい" if way == "ASC" else "大きい"
    place = f"{query.nth}番目に" if query.nth is not None and query.nth > 1 else "最も"
    order = f"が{place}{how}のは" if len(cells) == 1 else f"を{how}順に並べると、"
    more = "など" if len(cells) > TOLD else ""
    sentence = f"{scope_text(basis, scope)}{projects_that(basis, scope)}のうち{years}の{label}{order}{told}{more}です。"
    return Result(
        sentences=[sentence],
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows),
        fields=(scope.main,),
        notes=scope_notes(basis, scope),
    )
