"""A project's figures over its years: 「推移は」「合計は」「前年からどれだけ増えた」「一番多かった年度は」."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from assistant.counting import COUNTER
from assistant.patterns import pattern
from assistant.query import Query, Years
from assistant.understanding.many.conditions import BUDGET, MONEY_OF
from assistant.understanding.many.said import lowest_first
from assistant.understanding.many.streaks import keeps_moving, read_moving
from assistant.understanding.met_years import met_years
from assistant.understanding.one.said import One, listed_words
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import SPENT, has_year, kind_of
from db.catalogue import MONEY

_BEST_YEAR = pattern(
    r"(?:高|低|多|少な|大き|小さ|安|良|悪)(?:い|かった|くなった|な)?(?:の|年度?)(?:は|って|が)(?:何年|どの年|いつ|どれ|[?]|$)"
)
# the difference itself is asked, not the two figures
_GROWTH = pattern(
    r"何(?:%|パーセント|割)(?!ポイント)[^、。?]{0,8}(?:増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減率|伸び率|増加率|減少率"
)
_HOW_FAR = pattern(
    rf"差(?!し)|違い|(?:いくら|どれ(?:だけ|くらい|ほど)|どの(?:くらい|ぐらい)|何(?:億|千|百|万)*(?:円|億|万|ポイント|%|割|倍|{COUNTER}))[^、。?]{{0,8}}(?:違|増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減(?:額|率)?|伸び率|増加[額率]|減少[額率]"
)
# the year in which a figure moved most: 「急に増えたのは何年度」
_STEP = pattern(
    r"(?:急に|急激に|大きく|大幅に|一番|いちばん|最も|もっとも|ぐっと|どっと|がくっと)?(?P<way>(?P<up>増え|増加し|伸び|上が|膨ら|跳ね上が|急増し)|(?P<down>減っ|減少し|下が|落ち|縮|急減し|激減し))[^、。?]{0,4}(?:のは|年度?(?:は|って)?)(?:いつ|何年度?|どの年度?|[?]|$)[^、。]{0,6}"
)
_PART_OF = pattern(
    r"の(?:約)?(?:何倍|何割|何(?:%|パーセント))(?:です|でし|だ|に(?:当|あ)た|[?。]|$)|割合|比率|[にと]対する"
)
_OF_FIRST = pattern(r"に(?:対する|対して|占める)[^、。?]*(?:割合|比率|比は|何(?:倍|割|%|パーセント))")
_TIMES_AS_MUCH = pattern(r"(?:約)?[0-9]+(?:\.[0-9]+)?倍(?:近く|以上|ほど|くらい)?に")
_LOW = pattern(r"低|少な|小さ|安|悪")
_OF_A_YEAR = pattern(r"年度?(?:は|って|です|でし|だ|$|[?])|いつ(?:です|でし|だ|$|[?])")


def total(m: One) -> Query | None:
    """「これまでの執行額の合計」「平均するといくら」; 「1件当たりいくら」 of a project is its 単位当たりコスト."""
    if not m.figures or not m.plain:
        return None
    if "sum" in m.verbs and m.spans_years:
        return replace(m.q, operation="sum")
    each = all("たり" in m.p.text[o.start : o.end] for o in m.p.operations if o.verb == "average")
    if "average" not in m.verbs or each or not has_year(m.figures[0]):
        return None
    years = m.q.years if m.q.years.kind == "given" or m.spans_years else Years("all")
    return replace(m.q, operation="average", fields=m.figures, years=years)


def trend(m: One) -> Query | None:
    kept = m.spans_years and keeps_moving(m.p.text)
    if (m.followed or kept) and m.plain and not _STEP.search(m.p.text):
        read_moving(m.p)
        moving = (BUDGET,) if "compare" in m.verbs or keeps_moving(m.p.text) else (BUDGET, SPENT)
        return replace(m.q, operation="trend", fields=m.figures or m.q.fields or moving)
    latest = (
        m.q.years.kind == "latest" and m.q.years.count > 1 and not ("compare" in m.verbs and how_far(m.p))
    )
    return replace(m.q, operation="trend") if latest and m.figures and not m.content else None


def one_of_another(m: One) -> Query | None:
    """「不用額は執行額の何%」「要求に対する予算の割合」: two amounts, the one as a part of the other."""
    said = _PART_OF.search(m.p.text)
    money = tuple(f for f in m.q.fields if f.table == "budgets" and kind_of(f) == MONEY)
    if said is None or len(money) != 2 or money != m.q.fields or m.q.reason or m.content:
        return None
    m.p.claim_around(*said.span(), "集計：" + said.group())
    # 「要求に対する予算の割合」: what the part is of is said first
    fields = money[::-1] if _OF_FIRST.search(m.p.text) else money
    return replace(m.q, operation="compare", fields=fields, difference="ratio", share=True)


def compared(m: One) -> Query | None:
    ago = max((y.count for y in m.p.years if y.kind == "before"), default=1)
    # 「最新の執行額と3年前の執行額」
    two = ago > 1 and any(y.kind == "latest" for y in m.p.years)
    if not ("compare" in m.verbs or two) or not m.figures or m.q.reason or len(m.content) > 1:
        return None
    years = compared_years(m.q.years, ago)
    if two and len(years.values) == 1:
        # the latest year that has the figure was found already
        years = replace(years, values=(years.values[0] - ago, *years.values))
    return replace(m.q, operation="compare", years=years, difference=how_far(m.p))


def largest_step(m: One) -> Query | None:
    """「急に増えたのは何年度」."""
    step = None if m.q.reason else _STEP.search(m.p.text)
    # 「3倍近くに跳ね上がったのは」: how far it jumped says no more than that it did
    if step is None or listed_words([w for w in m.content if not w.startswith("倍")], step.group()):
        return None
    for said in (step, *_TIMES_AS_MUCH.finditer(m.p.text)):
        m.p.claim_around(*said.span(), "集計：" + said.group())
    return replace(
        m.q,
        operation="compare",
        fields=(m.figures or (SPENT,))[:1],
        order="asc" if step.group("down") else "desc",
        premise=None,
        years=m.q.years if m.q.years.kind in ("given", "all") else Years("all"),
    )


def years_that_met(m: One) -> Query | None:
    """「1,000億円を割ったのは何年度」「補正予算が初めてついた年度」「2015年度以降1円も使っていないのは本当か」."""
    asked = None if m.q.reason else met_years(m.p, m.followed or keeps_moving(m.p.text))
    if asked is None or asked.unread(m.p, m.content):
        return None
    asked.claim(m.p)
    return replace(
        m.q,
        operation="trend",
        fields=(asked.conditions[0].field,),
        filters=asked.conditions,
        years=m.q.years if m.q.years.kind in ("given", "all") else Years("all"),
        premise=None,
        order=asked.order,
        limit=1 if asked.order else None,
    )


def best_year(m: One) -> Query | None:
    """「執行率が一番高かった年度」; without a field the year in which most was spent."""
    figures = m.figures
    if m.rank and not m.q.fields and m.plain and _OF_A_YEAR.search(m.p.text):
        figures = (SPENT,)
    listed = any(f.table in MONEY_OF for f in m.q.fields)
    best = _BEST_YEAR.search(m.p.text)
    if not figures or not m.plain or listed or not (m.rank or best) or not has_year(figures[0]):
        return None
    if m.rank and m.rank.order:
        low = lowest_first(m.rank.order, figures[0])
    else:
        low = bool(best and _LOW.search(best.group()))
    order: Literal["asc", "desc"] = "asc" if low else "desc"
    return replace(m.q, operation="rank", fields=figures[:1], order=order, limit=1, years=Years("all"))


def sum_of_year(m: One) -> Query | None:
    if "sum" not in m.verbs or not m.figures or not m.plain:
        return None
    several = m.q.years.kind != "given" or len(m.q.years.values) > 1
    return replace(m.q, operation="sum" if several else "lookup")


def compared_years(years: Years, ago: int = 1) -> Years:
    """The latest year and the one ``ago`` years before it, where none is named."""
    if years.kind == "latest" and years.count == 1:
        return replace(years, count=ago + 1)
    return years


def how_far(p: Parsed) -> Literal["", "amount", "growth", "ratio"]:
    """In which way the difference between two figures is asked."""
    if re.search(r"何倍|年度?比", p.text):
        return "ratio"
    if _GROWTH.search(p.text):
        return "growth"
    return "amount" if _HOW_FAR.search(p.text) else ""
