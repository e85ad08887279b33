"""Answering: a typed query in, cells and sentences out. Read-only SQL and search; no cells, no sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answering import compare, helping, passages, refusals, similar, telling, trend
from assistant.answering.basis import Basis
from assistant.answering.figures import YEARLY
from assistant.answering.many import (
    aggregates,
    expense_items,
    firsts,
    groups,
    over_years,
    places,
    ranking,
    years_added,
)
from assistant.answering.one import (
    describe,
    listing,
    lookup,
    opinions,
    parts,
    premise,
    ranked_rows,
    reason,
    totals,
)
from assistant.answering.payees import paid, top
from assistant.answering.result import Result
from assistant.query import FieldRef, Query, Years

Operation = Callable[[Basis, Query], Result]

WITH_PROJECT: dict[str, Operation] = {
    "lookup": lookup.lookup,
    "reason": reason.reason,
    "describe": describe.describe,
}
"""Operations that are about one project."""

OPERATIONS: dict[str, Operation] = {
    "search": opinions.search,
    "list": ranking.rank,
    "rank": ranking.rank,
    "count": aggregates.aggregate,
    "sum": aggregates.aggregate,
    "average": aggregates.aggregate,
    "compare": compare.compare,
    "trend": trend.trend,
    "similar": similar.similar,
    "help": helping.help_,
}

TOTALS = ("sum", "average", "count")
"""Operations that one project's own years or rows answer, where the database holds more than one."""


def run(basis: Basis, query: Query) -> Result:
    """Answer one query. Every query has an outcome: what cannot be answered says why."""
    result = telling.in_full(basis, query, _run(basis, query))
    return result.with_others([telling.in_full(basis, q, _run(basis, q)) for q in query.beside])


def _run(basis: Basis, query: Query) -> Result:
    if basis.data.sheet_count == 0:
        return helping.help_(basis, query)
    if query.refusal is not None:
        return refusals.refuse(basis, query)
    if query.payees and query.operation != "search":
        return paid.payees(basis, query)
    if query.premise is not None and query.projects:
        wrong = premise.contradiction(basis, query)
        if wrong is not None:
            return wrong
    if query.place and query.projects:
        placed = places.place(basis, query)
        if query.operation != "trend":
            return placed
        # 「それって多いの」: beside the others of its year, and beside its own other years
        return placed.with_others([trend.trend(basis, replace(query, place=False, years=Years("all")))])
    if query.operation in WITH_PROJECT:
        return _about_project(basis, query)
    rows = bool(query.fields) and query.fields[0].table in (*listing.AMOUNT, "related")
    apart = rows or basis.data.only_project is None or query.operation == "average"
    if query.operation in TOTALS and len(query.projects) == 1 and apart:
        return totals.totals(basis, query)
    if query.operation in ("sum", "average") and len(query.projects) > 1:
        return totals.of_several(basis, query)
    if query.operation == "rank" and len(query.projects) == 1:
        if query.fields and query.fields[0].table in listing.AMOUNT:
            return ranked_rows.ranked(basis, query)
        return trend.best_years(basis, query)
    if _asks_for_recipients(query):
        return top.top(basis, query)
    operation = _of_an_order(query) or OPERATIONS.get(query.operation)
    if operation is None:
        return refusals.refuse(basis, replace(query, refusal=refusals.UNRESOLVED))
    if query.operation == "compare" and query.group_by in (over_years.YEAR, over_years.PUBLISHED):
        return over_years.side_by_side(basis, query)
    result = operation(basis, query)
    return over_years.with_each_year(basis, query, result) if query.operation == "sum" else result


def _about_project(basis: Basis, query: Query) -> Result:
    """Lookup, reason and description need a project: the only one, the one named, or the question back."""
    if not query.projects and basis.data.only_project is not None:
        query = replace(query, projects=(basis.data.only_project,))
    if not query.projects:
        if query.operation == "reason" or query.topic:
            return passages.search(basis, query)
        return refusals.refuse(basis, replace(query, refusal=refusals.WHICH))
    if len(query.projects) > 1:
        if query.operation == "lookup" and query.fields and not any(f.table in YEARLY for f in query.fields):
            # 「いつから?」 of projects of one name is told of each
            each = [_about_project(basis, replace(query, projects=(x,))) for x in query.projects]
            return each[0].with_others(each[1:])
        return compare.compare(basis, replace(query, operation="compare"))
    if query.operation == "lookup" and not query.fields:
        return passages.search(basis, query) if query.topic else describe.describe(basis, query)
    if query.reason and query.operation == "lookup":
        return reason.reason(basis, query)
    if query.operation == "lookup" and parts.is_asked(query):
        return parts.part(basis, query)
    return WITH_PROJECT[query.operation](basis, query)


def _of_an_order(query: Query) -> Operation | None:
    """What is made of groups or of the first ones of an order, beyond telling them one by one."""
    if query.added:
        return firsts.added
    if query.years_added:
        return years_added.rank
    if expense_items.item_of(query) is not None and not query.projects:
        return expense_items.spent_on
    if query.group_by is None:
        return None
    if query.of_each:
        return firsts.of_each
    in_relation = query.having or query.of_groups or query.place or query.share
    return groups.in_relation if in_relation else None


def _asks_for_recipients(query: Query) -> bool:
    """「一番お金を受け取った会社は?」 over many projects: recipients are ranked, not projects."""
    recipients = {FieldRef("payees", "支出先"), FieldRef("payees", "支出額")}
    return (
        query.operation == "rank"
        and query.group_by in (None, FieldRef("payees", "支出先"))
        and (not query.by_number or query.group_by is not None)
        and not query.projects
        and bool(query.fields)
        and set(query.fields) <= recipients
    )
