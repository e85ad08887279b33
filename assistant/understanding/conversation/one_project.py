"""A follow-up about the project in hand: another figure or text of it, a trend, a comparison, an order of its years."""

from __future__ import annotations

from dataclasses import replace

from assistant.counting import counted
from assistant.patterns import pattern
from assistant.query import FieldRef, Query, Refusal, ResultContext, Years
from assistant.understanding.conversation.fields import IS_IT_MUCH, MORE, RESPONDED
from assistant.understanding.conversation.orders import TOGETHER, order_said
from assistant.understanding.conversation.rows import what_for
from assistant.understanding.conversation.years import two_years
from assistant.understanding.deciding import Situation
from assistant.understanding.many.conditions import BUDGET, MONEY_OF
from assistant.understanding.many.said import DEFAULT_LIMIT
from assistant.understanding.one.lists import rows_in_order
from assistant.understanding.one.named_rows import named_row
from assistant.understanding.one.over_years import how_far
from assistant.understanding.one.project import by_mark
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import SPENT, has_year, is_figure, is_passage, kind_of
from db.catalogue import COUNT

_MOVED = pattern(r"増え|増加|伸び|減っ|減り|減少")
_WITH_IT = pattern(
    r"(?:額)?(?:との(?:差|違い|比較|開き)|と(?:は)?(?:比べ|比較)|より(?:も)?[^、。?]{0,4}?(?:多|少な|大き|小さ))"
)
_DIFFERENCE = pattern(r"^(?:その|二つの|2つの)?(?:差|違い|差額)(?:は|って|を)")
_BY_HOW_MUCH = pattern(
    r"(?:増え|減っ|上が|下が|伸び|落ち)[^、。?]{0,6}[、。]?(?:どれ(?:くらい|ぐらい|だけ)|いくら|何(?:円|人|件|%|ポイント))"
)
_YEAR_BEFORE = pattern(r"前の?年|前年|去年|昨年")


def edit_one(
    p: Parsed,
    q: Query,
    previous: Query,
    own: tuple[FieldRef, ...],
    leftover: str,
    shown: ResultContext | None,
    situation: Situation,
) -> Query:
    """A follow-up about the project in hand."""
    content = content_words(leftover)
    verbs = p.verbs()
    figures = tuple(f for f in q.fields if is_figure(f))
    marked = by_mark(p, q)
    if marked is not None:
        return marked
    if q.fields == (RESPONDED,) and RESPONDED not in previous.fields and not own:
        return replace(q, operation="lookup")
    if not own and q.filters and vocabulary.WHAT_FOR.search(p.text):
        # 「そこは何をしたの」 after a recipient
        return replace(q, operation="lookup", fields=what_for(q.filters[0].field))
    number = counted(p.text) is not None and not own and all(is_passage(f) for f in q.fields)
    if (content or number) and not own:
        asked = replace(q, operation="search", topic=leftover, fields=(), filters=())
        row = named_row(p, asked, (), situation.rows)
        if (
            row is not None
            and not p.years
            and not ({f.table for f in previous.fields} & {f.table for f in row.fields})
        ):
            # the year told of another figure is not that of the list
            row = replace(row, years=Years("latest"))
        return row or asked
    if content and any(is_passage(f) for f in own):
        return replace(q, operation="search", topic=topic_of(p, with_fields=True))
    against = _against_another(p, q, previous, own)
    if against is not None:
        return against
    if "similar" in verbs:
        return replace(q, operation="similar", fields=(), years=Years("none"))
    if MORE.search(p.text) and not own:
        return replace(q, operation="describe", topic=previous.topic)
    if IS_IT_MUCH.search(p.text) and figures and has_year(figures[0]):
        if figures[0].table == "budgets" and situation.single is None:
            return replace(q, operation="trend", fields=figures, place=True)
        return replace(q, operation="trend", fields=figures, years=Years("all"))
    if "average" in verbs and figures and has_year(figures[0]):
        years = q.years if p.years or len(q.years.values) > 1 else Years("all")
        return replace(q, operation="average", fields=figures, years=years)
    if "count" in verbs and q.fields and q.fields[0].table in MONEY_OF and kind_of(q.fields[0]) != COUNT:
        return replace(q, operation="count", filters=(), order=None, limit=None)
    adds = bool(TOGETHER.search(p.text)) or "sum" in verbs
    listed = previous.fields[0].table if previous.fields else ""
    if adds and not figures and listed in MONEY_OF:
        # 「全部の費目を足すと」 after one of them
        return replace(q, operation="sum", fields=(MONEY_OF[listed],), order=None, limit=None)
    if adds and figures:
        return replace(
            q,
            operation="sum",
            order=None,
            limit=None,
            years=q.years if p.years or len(q.projects) > 1 or not has_year(figures[0]) else Years("all"),
        )
    order = order_said(p, previous)
    if order is not None and _MOVED.search(p.text):
        # which row, or which year, moved most
        if not figures or not has_year(figures[0]) or figures[0].table in MONEY_OF:
            return replace(q, operation="none", refusal=Refusal("unresolved", p.text))
        return replace(
            q, operation="compare", fields=figures[:1], order=order.way, limit=None, years=Years("all")
        )
    if order is not None and figures and has_year(figures[0]) and figures[0].table not in MONEY_OF:
        return replace(
            q,
            operation="rank",
            fields=figures[:1],
            order=order.way,
            limit=1,
            years=Years("all"),
        )
    if q.years.kind == "all" or (q.years.kind == "latest" and q.years.count > 1):
        return replace(q, operation="trend", fields=figures or (BUDGET, SPENT))
    if ("compare" in verbs or _DIFFERENCE.match(p.text) or _BY_HOW_MUCH.search(p.text)) and figures:
        years = two_years(q.years, shown, bool(_YEAR_BEFORE.search(p.text)))
        return replace(q, operation="compare", years=years, difference=how_far(p))
    if order is not None and q.fields and q.fields[0].table in MONEY_OF:
        return rows_in_order(q, q.fields[0].table, order.way, order.limit or q.limit or DEFAULT_LIMIT)
    if (
        q.operation
        in ("search", "none", "help", "trend", "compare", "sum", "count", "rank", "reason", "similar")
        and q.fields
    ):
        return replace(q, operation="lookup")
    if not q.fields and q.operation in ("none", "help"):
        return replace(q, operation="describe")
    return q


def _against_another(p: Parsed, q: Query, previous: Query, own: tuple[FieldRef, ...]) -> Query | None:
    """「当初予算との差は?」 after an amount: the two amounts of the same year."""
    said = [f for f in p.fields if f.field in own and _WITH_IT.match(p.text, f.end)]
    before = [f for f in previous.fields if is_figure(f) and f.table == "budgets" and f not in own]
    if not said or any(f.table != "budgets" or not is_figure(f) for f in own):
        return None
    if len(own) == 2:
        # 「予算より何円多く使った?」
        return replace(q, operation="compare", fields=own, difference=how_far(p) or "amount")
    if len(own) != 1 or not before or p.years:
        return None
    years = q.years if q.years.kind == "given" else previous.years
    difference = how_far(p) or "amount"
    return replace(q, operation="compare", fields=(before[0], own[0]), years=years, difference=difference)
