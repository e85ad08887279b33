"""A question over many sheets as a query: filters, rankings, counts, sums, averages, groups, comparisons.

What the question says is put together once (``said``) and shown to one reader after another, the narrower
first; the first that knows it makes the query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Filter, Query, Refusal
from assistant.understanding.many import expense_items, firsts, groups, orders, sides, totals
from assistant.understanding.many.conditions import unread_number
from assistant.understanding.many.excluding import unread_exception
from assistant.understanding.many.said import Said, said
from assistant.understanding.parsing import Parsed

TOPIC_WORDS = 2
_UNDONE = pattern(
    r"標準偏差|分散|最頻値|相関|平均年数|回帰|(?:事業|実施)期間[がは]|÷|平均より(?:も)?(?:高|低|多|少な|大き|小さ)(?:い|く)(?:です|の|か|[?]|$)|」で(?:終わ|始ま)る|(?:高|低|多|少な|大き|小さ)く(?:て|、)[^、。?]{0,12}(?:が|の)(?:高|低|多|少な|大き|小さ)|(?:その|[、。?])うち[^、。?]{0,30}(?:何件|いくつ|何割|何%|いくら)|一つずつ|1つずつ|1件ずつ|共通(?:する|の|している)事業|重複|分布|ばらつき|内訳|を(?:引く|引い|差し引|割る|割っ|掛け)|の差(?:額)?が(?:一番|最も|もっとも|大き|小さ)|乖離|開きが|で(?:終わ|始ま)る(?:事業名|名前|名称)"
)
"""What is not computed here: the mean in place of the median would answer something else."""
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
    undone = _UNDONE.search(m.p.text)
    words = undone.group() if undone else unread_number(m.p, m.filters)
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
    orders.ranked,
    sides.ministries_side_by_side,
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
