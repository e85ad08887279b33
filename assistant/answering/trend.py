"""Operation trend: a figure over all years, of one project or added over many."""

from __future__ import annotations

from dataclasses import replace

from assistant.answering import aggregates, figure_lookup
from assistant.answering.basis import Basis
from assistant.answering.figures import YEARLY
from assistant.answering.many import scope_of
from assistant.answering.result import Result
from assistant.answering.wording import project_name
from assistant.query import FieldRef, Query, Years
from db.catalogue import NUMERIC_KINDS, RATE

DEFAULT_FIELDS = (FieldRef("budgets", "計"), FieldRef("budgets", "執行額"), FieldRef("budgets", "執行率"))
EXECUTION_RATE = FieldRef("budgets", "執行率")
COMPARABLE = FieldRef("budgets", "比較用執行率")
BREAK = (
    "シートの計は繰越しを除いた額、RSシステムの計は除く前の額なので、執行率はそのまま続けて比べられません。"
    "続けて比べられるように比較用執行率も並べました。"
)


def best_years(basis: Basis, query: Query) -> Result:
    """「執行率が一番低い年度は?」 of one project: its years in the order of the figure."""
    ref = next((f for f in query.fields if f.table in YEARLY), FieldRef("budgets", "執行額"))
    found = figure_lookup.read(basis, replace(query, years=Years("all")), (ref,))
    if found.status != "answered":
        return found
    main = [c for c in found.cells if c.column == ref.column]
    main.sort(key=lambda c: c.value, reverse=query.order != "asc")
    kind = basis.data.catalogue.field(ref.table, ref.column).kind
    words = ("低い", "高い") if kind == RATE else ("小さい", "大きい")
    extreme = words[0] if query.order == "asc" else words[1]
    best = main[0]
    subject = project_name(basis.data, query.projects[0])
    found.sentences = [
        f"{subject}の{best.label}が最も{extreme}のは{best.fiscal_year}年度で、{best.text} です。"
    ]
    found.cells = main[: query.limit or len(main)]
    if len(found.cells) == 1:
        found.cells = main[:2]
    return found


def trend(basis: Basis, query: Query) -> Result:
    """Every year (or the years asked for) in order; a break between the kinds of source is stated."""
    years = (
        query.years
        if query.years.kind == "given" or query.years.count > 1
        else Years("all", as_said=query.years.as_said)
    )
    asked = replace(query, years=years)
    figures = tuple(
        f
        for f in query.fields
        if f.table in YEARLY and basis.data.catalogue.field(f.table, f.column).kind in NUMERIC_KINDS
    )
    if query.projects:
        return _project(basis, asked, figures or DEFAULT_FIELDS)
    return _many(basis, asked, figures[0] if figures else FieldRef("budgets", "執行額"))


def _project(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    table = fields[0].table
    same = tuple(f for f in fields if f.table == table)
    result = figure_lookup.read(basis, query, same)
    if result.status != "answered" or EXECUTION_RATE not in same:
        return result
    # An RS sheet has no 事業番号 of its own kind: 予算事業ID tells the two kinds of source apart.
    kinds = {(c.sheet or {}).get("予算事業ID") is not None for c in result.cells if c.column == "執行率"}
    if len(kinds) < 2:
        return result
    with_comparable = figure_lookup.read(basis, query, (*same, COMPARABLE))
    with_comparable.sentences = [*with_comparable.sentences[:1], BREAK]
    return with_comparable


def _many(basis: Basis, query: Query, ref: FieldRef) -> Result:
    kind = basis.data.catalogue.field(ref.table, ref.column).kind
    operation = aggregates.AVERAGE if kind == RATE else aggregates.SUM
    by_year = replace(query, group_by=FieldRef(ref.table, "年度"), order=None, limit=None)
    return aggregates.grouped(basis, by_year, scope_of(basis, by_year, ref), operation)
