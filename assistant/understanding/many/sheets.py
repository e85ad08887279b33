"""A question over many sheets as a query: filters, rankings, counts, sums, averages, groups, comparisons.

What the question says is put together once (``said``) and shown to one reader after another, the narrower
first; the first that knows it makes the query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.query import Filter, Query, Refusal
from assistant.understanding.many import expense_items, firsts, groups, orders, sides, totals
from assistant.understanding.many.conditions import unread_number
from assistant.understanding.many.excluding import unread_exception
from assistant.understanding.many.said import Said, said
from assistant.understanding.parsing import Parsed

TOPIC_WORDS = 2
Reader = Callable[[Said], Query | None]


def over_many(
    p: Parsed,
    q: Query,
    amounts: list[Filter],
    filters: tuple[Filter, ...],
    in_many_names: Callable[[str], bool],
) -> Query | None:
    """The query of a question about no one project; None where it describes a matter to be searched for.

    amounts, filters  the conditions on amounts, and the others
    in_many_names     whether a word stands in the names of many projects
    """
    for whole in totals.WHOLE.finditer(p.text):
        p.claim(*whole.span(), "範囲：全体")
    m = said(p, q, tuple(amounts), filters, in_many_names)
    return _first(_WHATEVER_ELSE_IT_SAYS, m) or (None if _describes(m) else _first(_PLAIN, m))


def _first(readers: tuple[Reader, ...], m: Said) -> Query | None:
    return next((found for read in readers if (found := read(m)) is not None), None)


def _describes(m: Said) -> bool:
    """A sentence that says this much describes a matter; 件数 or トップ in it is part of that."""
    return len(m.content) > TOPIC_WORDS


def _not_computed(m: Said) -> Query | None:
    words = unread_number(m.p, m.filters)
    return m.refused(words) if words else None


def _ministry_without_sheets(m: Said) -> Query | None:
    """「会計検査院の指摘を受けた事業は何件」: left out, the number would be another's."""
    absent = next((x.name for x in m.p.ministries if not x.values), "")
    asked = {"count", "sum", "average", "rank", "share", "group"} & m.verbs
    return (
        replace(m.q, operation="none", refusal=Refusal("unknown_ministry", absent))
        if absent and asked
        else None
    )


def _exception_not_read(m: Said) -> Query | None:
    left_out = unread_exception(m.p)
    return m.refused(left_out) if left_out and (m.verbs or m.filters or m.q.ministries) else None


_WHATEVER_ELSE_IT_SAYS: tuple[Reader, ...] = (
    expense_items.items_in_order,
    expense_items.spent_on,
    orders.paid_of_a_form,
    groups.meeting,
    groups.parts,
    groups.place,
    firsts.added_up,
    firsts.of_each,
    _not_computed,
    groups.order_of_shares,
    totals.similar,
    totals.payers,
    orders.moved_most,
    sides.change_as_condition,
)
"""Readers that are asked however much the question says."""

_PLAIN: tuple[Reader, ...] = (
    _ministry_without_sheets,
    _exception_not_read,
    orders.years_that_met,
    sides.times_as_condition,
    sides.years_side_by_side,
    sides.than_last_year,
    totals.first_published,
    sides.kinds_side_by_side,
    sides.conditions_side_by_side,
    orders.year_of_most_projects,
    orders.best_year,
    sides.figure_against_figure,
    orders.paid_by_most,
    orders.contracts_counted,
    orders.contracts_in_order,
    orders.averages_in_order,
    orders.first_of_each_year,
    orders.with_years_added,
    sides.ministries_side_by_side,
    orders.ranked,
    totals.followed,
    sides.several_asked,
    totals.contracts_of,
    totals.averaged,
    totals.share,
    totals.counted,
    totals.grouped,
    totals.ministries_with,
    totals.ministries_about,
    totals.every_one_about,
    totals.of_a_matter,
    totals.summed,
    totals.paid,
    totals.state_of_execution,
    totals.total_of_office,
    totals.conditioned,
    totals.total_of_ministry,
    totals.projects_of_ministry,
)
