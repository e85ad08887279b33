"""Questions over many sheets that count, add up, average, list or set side by side."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Operation, Query, Years
from assistant.understanding.many.conditions import BUDGET, PAID
from assistant.understanding.many.said import (
    ALL_MONEY,
    CONTRACTED,
    CONTRACTED_IN,
    PAYEE,
    PAYEE_NUMBER,
    PUBLISHED,
    WHICH_YEAR,
    Said,
    asks_how_much,
    direction,
    of_rows,
    or_latest,
)
from assistant.understanding.words.fields import MINISTRY, SPENT, is_figure, kind_of
from assistant.understanding.words.operations import standalone_limit
from db.catalogue import MONEY, RATE

WRITTEN = ("sheets", "comments", "evaluations")
"""Tables whose fields a sheet has written or not: counting by one counts the sheets that have it."""
IDENTITY = ("事業名", "府省庁", "政策所管府省庁", "公開年度", "事業番号", "予算事業ID")
"""Columns of ``sheets`` that every sheet has: naming one puts no condition on what is counted."""
WHOLE = pattern(r"国全体|政府全体|全体|全事業|すべての事業|全ての事業|全府省庁?|全省庁")
_PROJECTS = pattern(r"事業(?!者|所|主|体|場)")
_EACH_YEAR = pattern(r"それぞれ|どう(?:変わ|推移)|変化|各年|年ごと|年度ごと|別々に|年別|年度別")
_SPAN_AT_END = pattern(r"(?:から|〜|~)[^、。?]{2,9}年度?(?:まで|分)(?:を|の)?[?。]?$")
"""「観光関連の執行額を2015年度から2019年度まで」: every year of the span."""
_BY_AMOUNT = pattern(r"金額|額ベース|額の|契約額")
_FIRST_TIME = pattern(
    r"(?:初めて|はじめて|最初に)[^、。?]{0,14}(?:出|載|登場|現れ|作られ|公開)|(?:いつ|何年度?)から[^、。?]{0,8}(?:出て|載って|登場|シート|ある|あり)"
    r"|シート(?:は|が|って)[^、。?]{0,4}(?:いつ|何年度?)(?:の(?:分|もの))?から"
)
"""「デジタル庁が初めて出てくるのは」: the first 公開年度 that has any of its sheets."""
_CONTRACTED = pattern(r"契約(?:の)?(?:金額|総額|合計|額)|契約(?:し|を結)[^、。?]{0,6}(?:金額|総額|額|いくら)")
"""What contracts are for, not what was paid."""
_ENDS = pattern(
    r"(?:額)?(?:は|って|を)?(?:いくら|幾ら|何円|どのくらい|どれくらい|教えて)?[^、。?]{0,8}[?。]?"
)
_WHICH_OF_TWO = pattern(r"(?:どちら|どっち)(?:の(?:ほう|方))?が[^、。?]{0,12}")
"""「電通と博報堂はどちらが多く受け取っている」: what each got in all."""
_ASKS_MONEY = pattern(r"いくら|幾ら|何円|何億|総額|合計|金額")


def similar(m: Said) -> Query | None:
    """「…に似た事業」."""
    alike = "similar" in m.verbs
    return replace(m.q, operation="similar", similar_to=m.topic, topic=m.topic) if alike else None


def payers(m: Said) -> Query | None:
    """「どの府省庁が〇〇社に払っている」."""
    asked = m.q.payees and MINISTRY in (m.group, m.total) and "count" not in m.p.verbs()
    return _paid(m) if asked else None


def first_published(m: Said) -> Query | None:
    """「デジタル庁が初めて出てくるのは」."""
    first = _FIRST_TIME.search(m.p.text)
    if m.figures or m.content or not m.q.ministries or first is None:
        return None
    m.p.claim_around(*first.span(), "集計：" + first.group())
    return replace(m.q, operation="count", group_by=PUBLISHED, years=Years("none"))


def followed(m: Said) -> Query | None:
    """A figure of all projects over the years."""
    if not m.figures or (m.content and not m.of_a_matter):
        return None
    each = (len(m.q.years.values) > 1 or m.q.years.count > 1) and (
        _EACH_YEAR.search(m.p.text) or (m.content and _SPAN_AT_END.search(m.p.text))
    )
    every = (
        (m.q.years.kind == "all" or (m.content and m.q.years.count > 1))
        and m.group is None
        and m.rank is None
    )
    return replace(m.q, operation="trend", fields=m.figures) if each or every else None


def averaged(m: Said) -> Query | None:
    """「執行率の平均は」「執行額の平均と中央値」."""
    means = [v for v in ("average", "median") if v in m.verbs]
    if not means or not (m.figures or not m.content):
        return None
    if m.asked and not m.figures:
        # the average of something that is no figure
        return m.refused(next((f.text for f in m.p.fields if f.field == m.asked[0]), ""))
    # 「執行率が9割を超える事業の執行額の中央値」: of what no condition is on
    fields = tuple(f for f in m.figures if f not in m.filtered) or m.figures or (BUDGET,)
    q = replace(m.q, operation="average", fields=fields, years=or_latest(m.q, fields))
    each = [replace(q, median=mean == "median") for mean in means]
    return replace(each[0], beside=tuple(each[1:]))


def share(m: Said) -> Query | None:
    """「…の事業の割合は」「内閣府の予算は全体の何%」."""
    if "share" not in m.verbs or not (m.filters or m.q.ministries) or _is_rate_asked(m):
        return None
    contracts = any(f.field.table in CONTRACTED_IN for f in m.filters)
    if contracts and not m.money and _BY_AMOUNT.search(m.p.text):
        return replace(m.q, operation="sum", share=True, fields=(CONTRACTED,), years=or_latest(m.q, ()))
    measure = m.asked if any(is_figure(f) for f in m.asked) else ()
    if not measure and "sum" in m.verbs:
        # 「1兆円以上執行した事業の執行額の合計は全体の何%」
        measure = m.money[:1]
    return replace(
        m.q,
        operation="sum" if measure else "count",
        share=True,
        of_rows=not measure and of_rows(m),
        fields=measure,
        years=or_latest(m.q, m.q.fields),
    )


_HOW_MANY_THINGS = pattern(
    r"^(?!.*(?:事業|もの|シート|取組|取り組み|施策|補助金|交付金|関連|関係|契約))[^?]*いくつ"
)
_NOT_COUNTED = ("outcomes", "outputs", "unit_costs", "policies")


def counted(m: Said) -> Query | None:
    """「…の事業は何件」, in all, by year of publication, or by what is told apart."""
    if "count" not in m.verbs:
        return None
    ancient = next((y.text for y in m.p.years if y.kind == "ancient"), "")
    if m.vague or ancient:
        return m.refused(m.vague or ancient)
    unread = next((c.text for c in m.p.conditions if c.op is None and c.unit != "count"), "")
    if unread and not m.amounts:
        return m.refused(unread)
    unused = next((f for f in m.asked if f.table in _NOT_COUNTED and not m.filters), None)
    if unused is not None and m.group is None:
        # 「成果目標を達成できなかった事業の数」: nothing is known of them that could be counted
        return m.refused(next((f.text for f in m.p.fields if f.field == unused), ""))
    loose = [f for f in m.figures if f.table == "budgets" and f not in m.filtered and f != BUDGET]
    if loose and m.group is None and not {"sum", "average", "share"} & m.verbs:
        # a figure that no condition is put on: counted without it, the number would answer something else
        return m.refused(next((f.text for f in m.p.fields if f.field == loose[0]), ""))
    written = _written(m)
    filters = (*m.filters, *(Filter(f, "!=", None) for f in written))
    q = replace(m.q, filters=filters)
    about = m.topic if m.content else ""
    over_years = q.years.kind == "all" or len(q.years.values) > 1
    if not m.figures and not filters and m.group in (None, PUBLISHED) and over_years:
        # 「事業数の推移」: sheets are published once a year
        return replace(q, operation="count", group_by=PUBLISHED, order=None, topic=about)
    if not m.free and m.group is not None:
        return replace(
            q,
            operation="count",
            order=direction(m.fewest or m.says_low),
            limit=standalone_limit(m.p.text) or m.first,
            years=or_latest(q, q.fields),
            of_rows=of_rows(m),
        )
    topical = bool(m.content) and not (q.ministries or filters or q.payees)
    if m.content and not (filters or q.payees) and _HOW_MANY_THINGS.search(m.p.text):
        # 「会議室はいくつありますか」: not how many projects there are about them
        return m.refused(m.topic)
    if topical and not q.fields and not _PROJECTS.search(m.p.text):
        return None
    asked = tuple(f for f in m.asked if f not in written and not is_figure(f))
    return replace(
        q, operation="count", fields=asked, topic=about, years=or_latest(q, q.fields), of_rows=of_rows(m)
    )


def _written(m: Said) -> list[FieldRef]:
    """Boxes named without a value: the sheets that have them written are counted."""
    boxes = {(f.field.table, f.field.item) for f in m.filters if f.field.table != "sheets"}
    tables = {table for table, _ in boxes}
    return [
        f
        for f in m.asked
        if f.table in WRITTEN
        and not is_figure(f)
        and f.column not in IDENTITY
        and (f.table, f.item) not in boxes
        and not (f.item is None and f.table in tables)
    ]


def grouped(m: Said) -> Query | None:
    """「府省庁別の予算」「会計区分ごとに」."""
    if m.group is None:
        return None
    limit = standalone_limit(m.p.text)
    if not m.figures and "sum" not in m.verbs:
        return replace(m.q, operation="count", limit=limit, order="desc")
    fields = m.figures or (BUDGET,)
    operation: Operation = "average" if kind_of(fields[0]) == RATE else "sum"
    order = m.q.order or "desc"
    return replace(
        m.q, operation=operation, fields=fields, order=order, years=or_latest(m.q, fields), limit=limit
    )


_EVERY_ONE = pattern(
    r"(?:の|に関する|に係る|関連の?|関係の?)事業(?:の)?(?:一覧|リスト)|事業を(?:全部|すべて|全て)[^、。?]{0,2}(?:挙げ|教え|列挙|リスト|出し|並べ|見せ|知り)|事業(?:の)?(?:一覧|リスト)[^、。?]{0,6}$"
)


_HAS_SOME = pattern(r"(?:額)?(?:を|が|の)(?:使|執行|つ[いく]|付[いく]|出|あ(?:る|っ)|計上|もら|受け)")


def ministries_with(m: Said) -> Query | None:
    """「2017年度に予備費を使った省庁はどこ」: what each 府省庁 has of a figure, the most first, those without any left out."""
    figures = [f for f in m.p.fields if f.field in m.money and f.field.table == "budgets"]
    if m.total != MINISTRY or m.content or m.rank is not None or m.q.reason or len(figures) != 1:
        return None
    if {"count", "compare", "share"} & m.verbs or not _HAS_SOME.match(m.p.text, figures[0].end):
        return None
    ref = figures[0].field
    filters = (*(f for f in m.filters if f.field != ref), Filter(ref, "!=", 0))
    q = replace(m.q, operation="sum", fields=(ref,), filters=filters, group_by=MINISTRY, order="desc")
    return replace(q, years=or_latest(q, (ref,)))


def ministries_about(m: Said) -> Query | None:
    """「外国人材受け入れの事業を所管する省庁」: the 府省庁 that have projects about a matter, by how many."""
    if m.total != MINISTRY or not m.content or m.figures or m.rank is not None or m.q.reason or m.q.payees:
        return None
    if not _PROJECTS.search(m.p.text):
        return None
    return replace(m.q, operation="count", fields=(), group_by=MINISTRY, order="desc", topic="")


def every_one_about(m: Said) -> Query | None:
    """「サイバーセキュリティの事業を全部挙げて」: every project about the matter, not passages about it."""
    if not m.content or m.figures or m.q.reason or m.rank is not None or not _EVERY_ONE.search(m.p.text):
        return None
    return replace(m.q, operation="list", fields=(), limit=standalone_limit(m.p.text))


def of_a_matter(m: Said) -> Query | None:
    """「防災関連の予算はいくら」「北方領土関連の事業一覧」."""
    spent = ALL_MONEY.search(m.p.text)
    if spent is not None:
        added = m.money[:1] or ((SPENT,) if "使" in spent.group() else (BUDGET,))
        return replace(m.q, operation="sum", fields=added, years=or_latest(m.q, added))
    if not m.of_a_matter:
        return None
    if m.of_a_field and not m.verbs and m.figures and kind_of(m.figures[0]) == RATE:
        return replace(m.q, operation="average", fields=m.figures[:1], years=or_latest(m.q, m.figures))
    if asks_how_much(m.p.text) or (m.of_a_field and m.money and not m.verbs):
        added = m.money[:1] or (BUDGET,)
        return replace(m.q, operation="sum", fields=added, years=or_latest(m.q, added))
    if "list" in m.verbs and not m.figures:
        return replace(m.q, operation="list", limit=standalone_limit(m.p.text))
    return None


_SO_FAR = pattern(
    r"(?:これ|今|現在)まで(?:に|の|で)|(?:でき|発足し|設立され|設置され|始まっ|スタートし)て(?:から|以来)|(?:創設|発足|設立|設置)以来|全期間|全年度"
)


def summed(m: Said) -> Query | None:
    """「総務省の執行額の合計」."""
    if "sum" not in m.verbs or not (m.money or not m.content):
        return None
    if not (m.money or m.q.ministries or m.filters or m.q.payees):
        return None
    if not m.money and m.figures and kind_of(m.figures[0]) == RATE and not m.q.payees:
        # 「環境省全体の執行率は」: rates are not added up
        return replace(m.q, operation="average", fields=m.figures[:1], years=or_latest(m.q, m.figures))
    fields = tuple(f for f in m.money if f not in m.filtered) or m.money
    contracts = any(f.field.table in CONTRACTED_IN for f in m.filters)
    fields = fields or ((PAID,) if m.q.payees else (CONTRACTED,) if contracts else (BUDGET,))
    so_far = m.q.years.kind in ("none", "latest") and m.q.years.count == 1 and _SO_FAR.search(m.p.text)
    years = Years("all") if so_far and not m.q.payees else or_latest(m.q, fields)
    return replace(m.q, operation="sum", fields=fields, years=years)


def contracts_of(m: Said) -> Query | None:
    """「〇〇社が受注した契約は何件」."""
    return _paid(m) if m.q.payees and "count" in m.verbs and of_rows(m) else None


def paid(m: Said) -> Query | None:
    """「〇〇社はいくら受け取った」「〇〇社に払った事業」."""
    return _paid(m) if m.q.payees else None


def _paid(m: Said) -> Query:
    if MINISTRY in (m.group, m.total):
        rank = next((o for o in m.p.operations if o.verb == "rank"), None)
        order = direction(rank is not None and rank.order == "asc")
        limit = rank.limit if rank is not None else None
        return replace(m.q, operation="sum", fields=(PAID,), group_by=MINISTRY, order=order, limit=limit)
    best = next((o for o in m.p.operations if o.verb == "rank"), None)
    if best is not None and WHICH_YEAR.search(m.p.text):
        # 「パソナへの支払いが一番多かった年」
        order = direction(best.order in ("asc", "worst"))
        return replace(m.q, operation="rank", fields=(PAID,), order=order, years=Years("all"))
    if _CONTRACTED.search(m.p.text):
        return replace(m.q, operation="sum", fields=(CONTRACTED,))
    if "compare" in m.verbs and len(m.q.years.values) > 1 and "sum" not in m.verbs:
        # 「2018年度と2022年度でどちらの受取額が多い」
        return replace(m.q, operation="compare", fields=(PAID,))
    if "count" in m.verbs and of_rows(m):
        return replace(m.q, operation="count", fields=(PAYEE,), topic="", of_rows=True)
    which = len(m.q.payees) > 1 and _WHICH_OF_TWO.search(m.p.text)
    if which:
        m.p.claim_around(*which.span(), "集計：比べる")
    if which or _ASKS_MONEY.search(m.p.text) or any(kind_of(f) == MONEY for f in m.q.fields):
        return replace(m.q, operation="sum", fields=(PAID,))
    if m.q.fields == (PAYEE_NUMBER,):
        return replace(m.q, operation="lookup", topic="")
    return replace(m.q, operation="list", fields=(PAYEE,), topic="")


def total_of_office(m: Said) -> Query | None:
    """「資源エネルギー庁の予算は」「労災勘定の執行額」: of an office or an account the total, as of a 府省庁."""
    boxes = {v.condition.field for v in m.p.values}
    if not m.filters or any(f.field not in boxes for f in m.filters) or "list" in m.verbs or m.content:
        return None
    at_end = any(f.field in m.figures and _ENDS.fullmatch(m.p.text, f.end) for f in m.p.fields)
    if not at_end or m.q.reason or m.q.years.kind == "all":
        return None
    operation: Operation = "average" if kind_of(m.figures[0]) == RATE else "sum"
    return replace(m.q, operation=operation, fields=m.figures, years=or_latest(m.q, m.figures))


def conditioned(m: Said) -> Query | None:
    """「執行率が50%未満の事業」: every project that meets the conditions."""
    if not m.filters or not (not m.content or "list" in m.verbs):
        return None
    return replace(
        m.q,
        operation="list",
        fields=m.asked or _told_first(m),
        limit=standalone_limit(m.p.text),
        years=or_latest(m.q, m.q.fields),
        topic=m.topic if m.content else "",
    )


def _told_first(m: Said) -> tuple[FieldRef, ...]:
    """The fields of the conditions, those that are not just nothing first (「当初予算ゼロなのに執行額が10億円以上」)."""
    nothing = {f.field for f in m.filters if f.op == "=" and f.value == 0}
    return (*(f for f in m.q.fields if f not in nothing), *(f for f in m.q.fields if f in nothing))


def total_of_ministry(m: Said) -> Query | None:
    """「総務省の2023年度の執行額は」: the total (of a rate the average) of a 府省庁 or of all."""
    if not (m.q.ministries or WHOLE.search(m.p.text)) or not m.figures or m.content or m.q.reason:
        return None
    if m.q.years.kind == "all" or any(y.kind == "all" for y in m.p.years):
        return replace(m.q, operation="trend", fields=m.figures, years=or_latest(m.q, m.figures))
    return each_figure(m, m.figures)


_STATE = pattern(r"(?:予算)?(?:の)?執行(?:の)?(?:状況|実績|具合)|予算(?:の)?使用状況")
_OF_THE_STATE = (BUDGET, SPENT, FieldRef("budgets", "執行率"))


def state_of_execution(m: Said) -> Query | None:
    """「文部科学省の2023年度の予算執行状況」: what there was, what was spent, and the rate."""
    if not (m.q.ministries or WHOLE.search(m.p.text)) or not _STATE.search(m.p.text) or m.rank is not None:
        return None
    if {"count", "list", "compare", "share"} & m.verbs or m.filters or m.group is not None or m.q.reason:
        return None
    if any(w not in m.p.text[slice(*_span(_STATE, m.p.text))] for w in m.content):
        return None
    return each_figure(m, _OF_THE_STATE)


def _span(pattern: re.Pattern[str], text: str) -> tuple[int, int]:
    found = pattern.search(text)
    return found.span() if found else (0, 0)


def each_figure(m: Said, figures: tuple[FieldRef, ...]) -> Query:
    """The total (of a rate the average) of each figure, all of one year."""
    years = or_latest(m.q, figures)
    each = [
        replace(
            m.q,
            operation="average" if kind_of(f) == RATE else "sum",
            fields=(f, *(g for g in figures if g != f)),
            years=years,
        )
        for f in figures
    ]
    return replace(each[0], beside=tuple(each[1:]))


def projects_of_ministry(m: Said) -> Query | None:
    """「環境省の事業一覧」."""
    if not m.q.ministries or m.content or m.q.reason or not ("list" in m.verbs or not m.q.fields):
        return None
    return replace(m.q, operation="list", limit=standalone_limit(m.p.text))


def _is_rate_asked(m: Said) -> bool:
    """「…の執行率は」 at the end is a figure, not a share."""
    at_end = any(kind_of(f.field) == RATE and f.end >= len(m.p.text) - 12 for f in m.p.fields)
    return at_end and not m.p.conditions
