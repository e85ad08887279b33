"""The first ones of an order taken together (「上位10事業の合計」), and the first of every 府省庁 (「府省庁ごとに一番大きい事業」)."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Query
from assistant.understanding.many.orders import put_in_order
from assistant.understanding.many.said import Said, direction, lowest_first, or_latest
from assistant.understanding.words.fields import MINISTRY, kind_of
from db.catalogue import MONEY, RATE

_TOGETHER = pattern(r"合計|合算|総額|足[すし]|合わせ|あわせ|全体|占め|割合|何割|何(?:%|パーセント)|平均")
_PROJECTS = pattern(r"(?:事業|もの)(?!の?数|者|所|主|体|場|規模|費)")
_ONE_BY_ONE = pattern(r"(?:を|も)?(?:[1一](?:つ|件|事業))ずつ")
_OF_ITS_OWN_WHOLE = pattern(r"(?<=[、はがでの])(?:省|庁|府)(?:全体|内)(?:の|で)?")
_OF_MINISTRIES = pattern(r"(?:府省庁|省庁|省)(?:まで)?$")
_ONLY = pattern(r"だけ(?:で|の)?|のみ(?:で|の)?")


def added_up(m: Said) -> Query | None:
    """「執行額の上位10事業を合計すると」「上位10事業で全体の何割」: the first so many of an order added up."""
    best = next((o for o in m.p.operations if o.verb == "rank" and (o.limit or 0) > 1 and not o.nth), None)
    if best is None or not {"sum", "share", "average"} & m.verbs or m.q.payees or m.q.reason:
        return None
    after = m.p.text[best.end :]
    if not _TOGETHER.search(after) or not any(
        o.verb in ("sum", "share", "average") and o.start >= best.start for o in m.p.operations
    ):
        # 「執行額の合計が大きい上位5府省庁」 are not added up
        return None
    fields = tuple(f for f in m.figures if f not in m.filtered) or m.figures
    by = put_in_order(m, best, fields)
    whose = m.group or m.total
    if _OF_MINISTRIES.search(m.p.text[best.start : best.end]):
        whose = MINISTRY
    if kind_of(by) != MONEY or (whose is not None and whose.table != "sheets"):
        return m.refused(m.p.text[best.start : best.end])
    for whole in _OF_ITS_OWN_WHOLE.finditer(m.p.text):
        m.p.claim_around(*whole.span(), "範囲：全体")
    only = _ONLY.match(after)
    if only:
        m.p.claim(best.end + only.start(), best.end + only.end(), "集計：" + only.group())
    groups = whose if whose is not None and not _PROJECTS.search(m.p.text[best.start : best.end]) else None
    return replace(
        m.q,
        operation="average" if "average" in m.verbs else "sum",
        fields=(by,),
        added=True,
        share="share" in m.verbs,
        order=direction(lowest_first(best.order, by)),
        limit=best.limit,
        group_by=groups,
        years=or_latest(m.q, (by,)),
        topic="",
    )


def of_each(m: Said) -> Query | None:
    """「府省庁ごとに一番予算が大きい事業」「各省の執行率ワースト3の事業」: the first projects of every 府省庁."""
    apart = next((o for o in m.p.operations if o.verb == "group"), None)
    best = next((o for o in m.p.operations if o.verb == "rank"), None)
    if apart is None or best is None or m.q.payees or m.q.reason or {"count", "average", "sum"} & m.verbs:
        return None
    if m.group is None or m.group.table != "sheets" or not _PROJECTS.search(m.p.text[apart.end :]):
        return None
    for said in _ONE_BY_ONE.finditer(m.p.text):
        m.p.claim(*said.span(), "集計：" + said.group())
    fields = tuple(f for f in m.figures if f not in m.filtered) or m.figures
    by = put_in_order(m, best, fields)
    if by.table != "budgets" or kind_of(by) not in (MONEY, RATE):
        return m.refused(m.p.text[best.start : best.end])
    low = lowest_first(best.order, by)
    return replace(
        m.q,
        operation="rank",
        fields=(by,),
        of_each=True,
        group_by=m.group,
        order=direction(low),
        limit=best.limit or 1,
        years=or_latest(m.q, (by,)),
        topic="",
    )
