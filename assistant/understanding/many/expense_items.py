"""What many projects spent on one 費目: 「旅費に一番お金を使っている事業」「印刷製本費の総額」「一番使われている費目」."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Query
from assistant.understanding.many.conditions import BUDGET, PAID
from assistant.understanding.many.said import DEFAULT_LIMIT, Said, asks_how_much, direction
from assistant.understanding.names.values import EXPENSE
from assistant.understanding.words.fields import SPENT

AMOUNT = FieldRef("expenses", "金額")
_MONEY = (SPENT, PAID, BUDGET, AMOUNT)
"""What may be said of the money beside a 費目; another figure asks something else of its projects."""
_ITEMS_ASKED = pattern(r"費目(?=は|って|を|が|の?(?:トップ|上位|ランキング)|[?]|$)")


def spent_on(m: Said) -> Query | None:
    """Projects, their number, 府省庁 or the total of one 費目."""
    if not any(f.field == EXPENSE for f in m.filters) or m.q.payees or m.q.reason:
        return None
    if any(f not in _MONEY for f in m.figures) or "average" in m.verbs or "share" in m.verbs:
        return None
    # 「人件費の支出額」: what was spent on it is its amount in the list
    m.p.fields = [replace(f, field=AMOUNT) if f.field in _MONEY else f for f in m.p.fields]
    # 「借料及び損料が1億円以上の事業」: of what was spent on it, not of the budget
    having = tuple(f for f in m.amounts if f.field in _MONEY)
    filters = tuple(f for f in m.filters if f not in having)
    best = next((o for o in m.p.operations if o.verb == "rank"), None)
    whose = m.group or m.total
    q = replace(m.q, filters=filters, having=having, fields=(AMOUNT,), topic="")
    low = best is not None and best.order in ("asc", "worst")
    if whose is not None:
        nth = best.nth if best else None
        if having or whose.table != "sheets":
            return m.refused(next((c.text for c in m.p.conditions if c.op), ""))
        return replace(q, operation="sum", group_by=whose, order=direction(low), limit=m.limit, nth=nth)
    if "count" in m.verbs:
        return replace(q, operation="count", fields=())
    if best is not None:
        return replace(
            q, operation="rank", order=direction(low), limit=m.limit or DEFAULT_LIMIT, nth=best.nth
        )
    if "sum" in m.verbs or (asks_how_much(m.p.text) and "list" not in m.verbs and not having):
        return replace(q, operation="sum")
    return replace(q, operation="list", order="desc", limit=m.limit)


def items_in_order(m: Said) -> Query | None:
    """「一番多く使われている費目は」「費目別の金額の合計」: the 費目 themselves by what was spent on each."""
    asked = m.group == EXPENSE or (m.rank is not None and _ITEMS_ASKED.search(m.p.text))
    if not asked or m.q.payees or m.content or any(f not in _MONEY for f in m.free if f != EXPENSE):
        return None
    best = next((o for o in m.p.operations if o.verb == "rank"), None)
    if "count" in m.p.verbs():
        return None
    return replace(
        m.q,
        operation="sum",
        fields=(AMOUNT,),
        filters=tuple(f for f in m.filters if f.field != EXPENSE),
        group_by=EXPENSE,
        order=direction(best is not None and best.order in ("asc", "worst")),
        limit=m.limit,
        nth=best.nth if best else None,
        topic="",
    )
