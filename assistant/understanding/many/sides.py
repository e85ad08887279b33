"""Questions over many sheets that set things side by side: years, 府省庁, kinds of projects, several figures at once."""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Operation, OtherFigure, Query, Years
from assistant.understanding.many.conditions import BUDGET
from assistant.understanding.many.orders import MOST_YEARS
from assistant.understanding.many.over_years import between_years
from assistant.understanding.many.said import (
    CONTRACTED,
    CONTRACTED_IN,
    FISCAL_YEAR,
    WHICH_IS_MORE,
    Said,
    asks_how_much,
    of_rows,
    or_latest,
)
from assistant.understanding.many.totals import WHOLE
from assistant.understanding.words.fields import MINISTRY, kind_of
from assistant.understanding.words.operations import standalone_limit
from db.catalogue import RATE

_YEAR_ON_YEAR = pattern(
    r"(?:前年度?|前の年度?|昨年度?|去年)(?:の[^、。?]{1,6})?(?:より|から|と比べ|に比べ|比で)[^。?]{0,14}(?:増え|減っ|減少|増加|上が|下が|伸び|落ち|改善|悪化)[^、。?]{0,6}(?:事業|もの|府省庁|省庁)"
)
_THAN_LAST_YEAR = pattern(
    r"(?:前年度?|前の年度?|昨年度?|去年)(?:の[^、。?]{1,6})?(?:より(?:も)?|から|と比べ(?:て|ると)?|に比べ(?:て|ると)?|と比較して|比で?)"
)
_EVERY_YEAR = pattern(r"毎年|年々|一貫して|ずっと")
_IS_MOVING = pattern(r"(?:増え|減っ|伸び|上が|下が)(?:っ)?て(?:い)?(?:る|ます)(?:の|ん)?(?:です)?か?[?。]?$")
_TIMES = pattern(r"(?:[0-9.]+|[一二三四五六七八九十]+|数)倍(?:以上|超|を超え|に|近く)|半分(?:以下|未満|に)")
"""A change between two years as a condition on each project."""
_BEGAN, _ENDED = FieldRef("sheets", "事業開始年度"), FieldRef("sheets", "事業終了年度")
_THAN = pattern(r"(?:より(?:も)?|に比べて|と比べて)")
_MORE_PROJECTS = pattern(r"事業(?:の数|数)?(?:が|は)(?:多|少な)")
_HAS_MORE = pattern(r"(?:多|大き|高|少な|小さ|低)い[?。]?$")
_IN_EACH_YEAR = pattern(r"どう(?:変わ|違)|それぞれ|年度?ごと|毎年|各年度?|推移")
_EACH_OF_THEM = pattern(r"それぞれ|各々|おのおの|別々に")
_ORDER_OF_ALL = pattern(r"(?:い|かった)順(?:に|で)[^、。?0-9]{0,8}$")
"""「国交省と経産省と農水省で執行額が大きい順に並べて」: the 府省庁 themselves."""
_TOGETHER = pattern(r"合計|合わせ|あわせ|合算|足し|足す|トータル|総額|総計|全部で|全体|割合|占め|平均")
_PROJECTS = pattern(r"事業(?!者|所|主|体|場|規模)")
_AMOUNT = pattern(r"いくら|幾ら|総額|金額|何億|何兆")


def change_as_condition(m: Said) -> Query | None:
    """A condition between two years that could not be put as a filter: better said than left out."""
    changed = _YEAR_ON_YEAR.search(m.p.text)
    if changed is None or any(isinstance(f.value, OtherFigure) for f in m.filters):
        return None
    return m.refused(changed.group())


def times_as_condition(m: Said) -> Query | None:
    """「2倍以上になった事業」 cannot be put as a filter."""
    times = _TIMES.search(m.p.text)
    if times is None or not m.figures or len(m.q.years.values) < 2 or m.q.reason:
        return None
    return m.refused(times.group())


def figure_against_figure(m: Said) -> Query | None:
    """One figure of each project against another that was not put as a filter."""
    against = next((f for f in m.p.fields if _THAN.match(m.p.text, f.end) and f.field in m.figures), None)
    if against is None or len(m.figures) < 2 or len(m.q.ministries) > 1:
        return None
    return m.refused(f"{against.text}より")


def years_side_by_side(m: Said) -> Query | None:
    """「2019年度から2020年度で何%増えた」 of a 府省庁 or of all."""
    return None if m.content and not m.of_a_matter else between_years(m.p, m.q, m.figures)


def than_last_year(m: Said) -> Query | None:
    """「防衛省の予算は去年より増えた？」「特許庁の予算は増えているか」: the newest year of a 府省庁, or of all, beside the one before."""
    said = _THAN_LAST_YEAR.search(m.p.text) or (_IS_MOVING.search(m.p.text) if m.q.ministries else None)
    if said is None or m.content or m.rank is not None or m.group is not None or m.q.payees:
        return None
    if not (m.figures or m.q.ministries or m.filters or m.amounts or WHOLE.search(m.p.text)):
        # 「前年と比べると」 says of nothing what it compares
        return None
    figures = [f for f in m.figures if f.table == "budgets" and f not in m.filtered] or [BUDGET]
    # 「2016年度から毎年増えていますか」 is of all those years
    if m.q.years.kind in ("given", "all") or _EVERY_YEAR.search(m.p.text) or {"count", "list"} & m.verbs:
        return None
    m.p.claim_around(said.start(), said.end(), "集計：前の年度と比べる")
    years = Years("latest", count=2)
    return replace(m.q, operation="compare", fields=tuple(figures[:1]), group_by=FISCAL_YEAR, years=years)


def ministries_side_by_side(m: Said) -> Query | None:
    """「国交省と農水省、どっちの予算が大きい」; of a matter its projects' money is added up by 府省庁."""
    apart = (
        "compare" in m.verbs
        or any(x.search(m.p.text) for x in (_EACH_OF_THEM, WHICH_IS_MORE))
        or not _TOGETHER.search(m.p.text)
    ) and not ("list" in m.verbs and "count" not in m.verbs and not m.figures)
    in_order = WHICH_IS_MORE.search(m.p.text) or (
        m.rank is not None and _ORDER_OF_ALL.search(m.p.text) and not _PROJECTS.search(m.p.text)
    )
    if len(m.q.ministries) < 2 or not apart or (m.rank is not None and not in_order):
        return None
    more = WHICH_IS_MORE.search(m.p.text) or _HAS_MORE.search(m.p.text)
    if more:
        m.p.claim_around(more.start(), more.end(), "集計：比べる")
    if not m.content:
        contracts = any(f.field.table in CONTRACTED_IN for f in m.filters) and not m.money
        numbers = "count" in m.verbs or contracts or _MORE_PROJECTS.search(m.p.text)
        asked = tuple(f for f in m.figures if f not in m.filtered)
        compared = asked or (() if numbers else m.figures or (BUDGET,))
        years = or_latest(m.q, compared)
        if 1 < len(years.values) <= MOST_YEARS and compared and _IN_EACH_YEAR.search(m.p.text):
            each = [
                replace(
                    m.q,
                    operation="compare",
                    fields=compared,
                    group_by=MINISTRY,
                    years=replace(years, values=(y,)),
                )
                for y in years.values
            ]
            return replace(each[0], beside=tuple(each[1:]))
        if not compared and of_rows(m):
            return replace(m.q, operation="count", fields=(), group_by=MINISTRY, order="desc", of_rows=True)
        return replace(m.q, operation="compare", fields=compared, group_by=MINISTRY, years=years)
    if len(m.money) != len(m.figures) or not (m.money or asks_how_much(m.p.text)):
        return None
    fields = m.money[:1] or (BUDGET,)
    years = or_latest(m.q, fields)
    return replace(m.q, operation="sum", fields=fields, group_by=MINISTRY, order="desc", years=years)


def kinds_side_by_side(m: Said) -> Query | None:
    """「直接実施の事業と補助の事業、どっちが多い」: one count, or one total of the figure asked about, for each of two values."""
    if "compare" not in m.verbs or m.content or len(m.filters) < 2:
        return None
    began = [f for f in m.filters if f.field in (_BEGAN, _ENDED)]
    boxes = began if len(began) == 2 else [f for f in m.filters if f.op == "contains"]
    others = tuple(f for f in m.filters if f not in boxes)
    if len(boxes) != 2 or boxes[0].field != boxes[1].field or m.rank is not None:
        return None
    averaged = "average" in m.verbs and bool(m.figures)
    operation: Operation = "average" if averaged else "sum" if m.money else "count"
    fields = m.figures[:1] if averaged else m.money[:1]
    each = [
        replace(
            m.q,
            operation=operation,
            fields=fields,
            filters=(*others, f),
            years=or_latest(m.q, fields),
            of_rows=operation == "count" and of_rows(m),
        )
        for f in boxes
    ]
    return replace(each[0], beside=(each[1],))


def conditions_side_by_side(m: Said) -> Query | None:
    """「70%以上の事業数と70%未満の事業数」: conditions on a figure that no project meets together, each by itself."""
    two = [f for f in m.amounts if isinstance(f.value, int | float) and not f.shift]
    if "count" not in m.verbs or m.rank is not None or m.group is not None:
        return None
    pair = next(
        (
            (a, b)
            for a in two
            for b in two
            if a.field == b.field and a.op in (">", ">=") and b.op in ("<", "<=") and b.value <= a.value  # type: ignore[operator]
        ),
        None,
    )
    if pair is None:
        return None
    others = tuple(f for f in m.filters if f not in pair)
    said = sorted(pair, key=lambda f: m.filters.index(f))
    each = [
        replace(m.q, operation="count", fields=(), filters=(*others, f), years=or_latest(m.q, (f.field,)))
        for f in said
    ]
    return replace(each[0], beside=(each[1],))


def several_asked(m: Said) -> Query | None:
    """「何件あって、予算は合計いくら」「予算と執行額の合計」: the same sheets are counted, added up and averaged."""
    figures = tuple(f for f in m.money if f.table in ("budgets", "contracts") and f not in m.filtered)
    contracts = any(f.field.table in CONTRACTED_IN for f in m.filters)
    how_much = "sum" in m.verbs or (("count" in m.verbs or m.q.ministries) and asks_how_much(m.p.text))
    totals: list[Operation] = ["sum"] if how_much and (figures or _AMOUNT.search(m.p.text)) else []
    totals += ["average"] if "average" in m.verbs else []
    # 「入札者数の平均は何者」: the number is the figure's own
    inside = any(
        f.start <= o.start and o.end <= f.end for f in m.p.fields for o in m.p.operations if o.verb == "count"
    )
    counted = "count" in m.verbs and m.group is not None
    if (
        m.total is not None
        and not counted
        and (m.amounts or _THAN.search(m.p.text))
        and not _PROJECTS.search(m.p.text)
    ):
        # 「要求額の合計が当初予算の合計より大きい省庁」: no condition is put on what a 府省庁 has in all
        return m.refused(next((m.p.text[o.start : o.end] for o in m.p.operations if o.verb == "total"), ""))
    counts = "count" in m.verbs and m.rank is None and not inside
    if m.rank is not None or "share" in m.verbs or not totals or m.q.payees:
        return None
    conditioned = tuple(f.field for f in m.amounts if f.field in m.money)
    money = CONTRACTED if contracts else BUDGET
    measured = figures or conditioned[:1] or ((money,) if counts or len(totals) > 1 else ())
    rates = tuple(f for f in m.figures if f.table == "budgets" and kind_of(f) == RATE and f not in m.filtered)
    if counts + len(totals) * len(measured) + len(rates) < 2:
        return None
    if m.group is not None and m.group.table != "sheets":
        return None
    plain = replace(m.q, order="desc" if m.group else None, limit=standalone_limit(m.p.text))
    asked = [
        replace(
            plain,
            operation=op,
            fields=(f, *(g for g in measured if g != f)),
            years=or_latest(m.q, measured),
        )
        for f in measured
        for op in totals
    ]
    # 「不用額の総額と不用率」: rates are averaged, not added up
    asked += [replace(plain, operation="average", fields=(f,), years=or_latest(m.q, (f,))) for f in rates]
    if counts:
        counted_as = replace(plain, operation="count", fields=(), years=or_latest(m.q, ()))
        asked.insert(0, replace(counted_as, of_rows=contracts and of_rows(m)))
    return replace(asked[0], beside=tuple(asked[1:]))
