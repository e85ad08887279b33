"""Questions that set what 府省庁 have in all in relation: 「予算の合計が1兆円を超える府省庁」「防衛省は何位」「構成比」."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Operation, Query
from assistant.understanding.many.conditions import BUDGET
from assistant.understanding.many.said import CONTRACTED_IN, Said, direction, of_rows, or_latest
from assistant.understanding.many.totals import WHOLE
from assistant.understanding.words.amounts import Condition
from assistant.understanding.words.fields import MINISTRY, kind_of
from db.catalogue import RATE

_MINISTRIES = r"(?:府省庁|省庁|府省|役所|省(?=は|が|を|って|の名|$|[?]))"
_MEETS = pattern(rf"[ぁ-ゖ]{{0,7}}(?P<whose>{_MINISTRIES})")
"""What stands between a condition and the 府省庁 it is put on: 「100件以上[ある府省庁]」."""
_HOW_MANY = pattern(
    rf"いくつの{_MINISTRIES}|{_MINISTRIES}(?:は|が|って|も)?(?:全部で|全体で)?(?:いくつ|何個|何(?:府省庁|省庁|府省|省))"
    rf"(?:ある|あり|存在)?|{_MINISTRIES}の?数(?=は|を|って|$|[?])"
)
_PROJECTS = pattern(r"事業(?!者|所|主|体|場|規模|費)")
_NUMBER_OF_PROJECTS = pattern(r"事業(?:の)?(?:数|件数)|件数")
_AMONG_ALL = pattern(
    r"全?(?:府省庁|省庁|府省)の?(?:中|うち)(?:で(?:は)?)?|全(?:府省庁|省庁|府省)(?:で(?:は)?)?"
)
_PARTS = pattern(r"構成比率?|構成割合|内訳|シェア")


def meeting(m: Said) -> Query | None:
    """「予算の合計が1兆円を超える府省庁」「事業が100件以上ある府省庁はいくつ」: a condition on what each has in all."""
    chain = _conditions_on_groups(m)
    how_many = _HOW_MANY.search(m.p.text)
    if not (chain or how_many) or m.q.payees or m.q.ministries or m.q.reason:
        return None
    if "share" in m.verbs or "median" in m.verbs:
        return m.refused(m.p.text[chain[0].start : chain[-1].end] if chain else "割合") if chain else None
    having: list[Filter] = []
    filters = list(m.filters)
    operation: Operation = "count"
    measured: tuple[FieldRef, ...] = ()
    for c in chain:
        met = next(
            (f for f in m.amounts if f.op == (c.op or "=") and f.value == c.value and f in filters), None
        )
        if c.unit == "count":
            if (
                c.op is None
                or not c.text.startswith(tuple("0123456789"))
                or ("件" not in c.text and met is not None)
            ):
                # 「入札者数が5者以上の…」 is of each contract
                return None
            filters = [f for f in filters if f is not met]
            having.append(Filter(MINISTRY, c.op, c.value))
            m.p.claim(c.start, c.end, "条件：" + c.text)
            continue
        if met is None:
            return None
        if c.unit == "rate" and len(filters) > 1 and not any(kind_of(f.field) == RATE for f in m.p.fields):
            # 「随意契約が8割を超える府省庁」 speaks of a part, not of 執行率
            return m.refused(c.text)
        filters.remove(met)
        having.append(met)
        measured = (met.field,)
        mean = kind_of(met.field) == RATE or "average" in m.verbs
        operation = "average" if mean else "sum"
    whose = _MEETS.match(m.p.text, chain[-1].end) if chain else None
    if whose:
        m.p.claim_around(*whose.span("whose"), "集計：府省庁")
    if how_many:
        m.p.claim_around(*how_many.span(), "集計：府省庁の数")
    q = replace(m.q, filters=tuple(filters))
    contracts = any(f.field.table in CONTRACTED_IN for f in filters)
    for said in _PROJECTS.finditer(m.p.text[: chain[-1].end] if chain else ""):
        m.p.claim(*said.span(), "集計：事業")
    return replace(
        q,
        operation=operation,
        fields=measured,
        group_by=MINISTRY,
        having=tuple(having),
        of_groups=how_many is not None,
        of_rows=operation == "count" and contracts and of_rows(m),
        order=direction(bool(having) and having[0].op in ("<", "<=")),
        years=or_latest(q, measured),
        topic="",
    )


def _conditions_on_groups(m: Said) -> list[Condition]:
    """The condition right before 「府省庁」, with the one that begins its range (「100億円以上1兆円未満の府省庁」)."""
    found = [c for c in m.p.conditions if c.op is not None]
    last = next((c for c in found if _MEETS.match(m.p.text, c.end)), None)
    if last is None:
        return []
    return [*(c for c in found if c.end == last.start and c.unit == last.unit), last]


def parts(m: Said) -> Query | None:
    """「全体に占める割合が高い府省庁」「府省庁別の構成比」「随意契約の割合が高い府省庁」."""
    whose = m.group or m.total
    said = _PARTS.search(m.p.text)
    if whose is None or whose.table != "sheets" or not (said or "share" in m.verbs):
        return None
    if m.q.payees or m.q.ministries or m.q.reason or any(kind_of(f) == RATE for f in m.free):
        return None
    if any(
        c.unit == "rate" and f.value == c.value
        for c in m.p.conditions
        for f in m.amounts
        if _of_a_share(m, c)
    ):
        # 「割合が5割を超える府省庁」
        return m.refused("割合")
    money = tuple(f for f in m.money if f not in m.filtered)[:1]
    if not m.filters and not said and not WHOLE.search(m.p.text):
        # 「補正予算の割合が大きい省庁」: of all 補正予算, or of its own budget
        return m.refused("割合")
    if said:
        m.p.claim_around(*said.span(), "集計：" + said.group())
    measured = money or (() if m.filters or _NUMBER_OF_PROJECTS.search(m.p.text) else (BUDGET,))
    rank = m.rank or next((o for o in m.p.operations if o.verb == "rank"), None)
    return replace(
        m.q,
        operation="sum" if measured else "count",
        share=True,
        fields=measured,
        group_by=whose,
        order=direction(rank is not None and rank.order in ("asc", "worst")),
        limit=m.limit,
        nth=rank.nth if rank else None,
        of_rows=not measured and of_rows(m),
        years=or_latest(m.q, measured),
    )


def _of_a_share(m: Said, c: Condition) -> bool:
    before = m.p.text[: c.start]
    return before.endswith(("割合が", "割合は", "比率が", "シェアが", "率が")) and not any(
        f.end <= c.start and kind_of(f.field) == RATE for f in m.p.fields
    )


def place(m: Said) -> Query | None:
    """「防衛省は何位」「予算の多い順に並べると環境省は何番目」: where a 府省庁 stands among all of them."""
    said = next((o for o in m.p.operations if o.verb == "place"), None)
    if said is None:
        return None
    words = m.p.text[said.start : said.end]
    for among in _AMONG_ALL.finditer(m.p.text):
        m.p.claim_around(*among.span(), "範囲：全体")
    content = [w for w in m.content if not _AMONG_ALL.search(w)]
    if not m.q.ministries or m.q.payees or content or m.q.reason:
        return m.refused(words)
    counts = "count" in m.verbs or bool(_NUMBER_OF_PROJECTS.search(m.p.text))
    figures = tuple(f for f in m.figures if f not in m.filtered and f.table == "budgets")[:1]
    measured = () if counts or (m.filters and not figures) else figures or (BUDGET,)
    operation: Operation = "count"
    if measured:
        mean = kind_of(measured[0]) == RATE or "average" in m.verbs
        operation = "average" if mean else "sum"
    ranks = [o.order for o in m.p.operations if o.verb == "rank" and o.order]
    order = said.order or (ranks[0] if ranks else None)
    return replace(
        m.q,
        operation=operation,
        fields=measured,
        group_by=MINISTRY,
        place=True,
        order=direction(order in ("asc", "worst")),
        of_rows=not measured and of_rows(m),
        years=or_latest(m.q, measured),
        topic="",
    )


def order_of_shares(m: Said) -> Query | None:
    """An order of shares that no reader before knew (「一般競争の割合が高い順に会社を」)."""
    rates = [f for f in m.figures if kind_of(f) == RATE and f not in m.filtered]
    ordered = m.rank is not None and "share" in m.verbs and not rates
    whose = m.group or m.total
    if ordered and WHOLE.search(m.p.text):
        return m.refused("割合")
    return m.refused("割合") if ordered and (whose is not None or (m.filters and not m.figures)) else None
