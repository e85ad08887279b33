"""Follow-ups to what was told of many sheets: another publication, another recipient, the same 府省庁's projects."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from assistant.patterns import pattern
from assistant.query import FieldRef, Query, ResultContext, Years
from assistant.understanding.asked_years import relative_years
from assistant.understanding.conversation.fields import IS_IT_MUCH
from assistant.understanding.conversation.orders import TOGETHER, order_said
from assistant.understanding.deciding import Situation
from assistant.understanding.many.conditions import BUDGET, PAID
from assistant.understanding.many.said import DEFAULT_LIMIT
from assistant.understanding.names.payees import core_name
from assistant.understanding.one.over_years import how_far
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import MINISTRY, SPENT, is_figure, kind_of
from assistant.understanding.words.operations import standalone_limit
from db.catalogue import MONEY, RATE

_WHOLE = pattern(r"全体|全府省|政府|全省庁|すべて|全て|全事業|国全部|どの(?:府省庁|省庁|省)")
_ANOTHER = pattern(
    r"^(?:では|じゃあ|じゃ|なら)?[、,]?(?P<name>[^、。?!]{2,30}?)(?:の(?:場合|ほう|方))?(?:は|だと|なら)(?:どう)?[?]?$"
)

_YEAR_BEFORE = pattern(r"前の?年|前年|去年|昨年")
_ADDED = pattern(r"も(?:入れ|含め|加え|足し|一緒に|あわせ|合わせ|並べ)[てると]*")
_AGAINST = pattern(r"(?:と|に)(?:比べ|比較)[^、。?]{0,6}")
_OTHER_MINISTRIES = pattern(r"(?:ほか|他|別|それ以外)の(?:府省庁|府省|省庁|省|役所)")

_OTHERS = pattern(r"(?:ほか|他|それ以外)に?(?:は|も)?(?:ある|あり|何|どれ|$|[?])")
_WHICH_ONES = pattern(r"内訳|中身|どれ|どの事業|何(?:です|$|\?)|具体的に|どんな(?:事業|もの|の)")
_WHICH_PROJECTS = pattern(r"(?:どの|どんな|何の)事業|事業(?:別|ごと)")
_PUBLICATION = pattern(r"公開|シート")
_WHICH_PLACE = pattern(r"何(?:位|番目)")
_MONEY_SAID = pattern(r"いくら|幾ら|何円|何億|何兆|金額")
_PUBLISHED = FieldRef("sheets", "公開年度")
_YEAR = FieldRef("budgets", "年度")
_MOVED = pattern(r"増え|増加|伸び|上が|(?P<down>減っ|減り|減少|下が|落ち)")
_WHICH_YEAR = pattern(r"何年度?(?!間)|どの年度?|いつ|(?:高|低|多|少な|大き|小さ)(?:い|かった)年度?")


def keeps_ministry(p: Parsed, previous: Query, content: list[str]) -> bool:
    """「一番お金を使った事業は?」 after one 府省庁's figures asks among its projects, unless a year or the whole is named."""
    given = any(y.kind == "given" for y in p.years)
    grouped = any(o.verb in ("group", "total") for o in p.operations)
    return bool(previous.ministries) and not (given or grouped or content or _WHOLE.search(p.text))


def other_recipient(p: Parsed, previous: Query, situation: Situation) -> Query | None:
    """「博報堂は?」 after what a recipient got."""
    said = _ANOTHER.match(p.text) if previous.payees else None
    if said is None or p.fields or p.ministries or p.years or p.verbs():
        return None
    name = core_name(said.group("name"))
    if not situation.is_payee(name):
        return None
    p.claim(*said.span("name"), "支出先：" + name)
    return replace(
        previous,
        question=p.n.original,
        payees=(name,),
        topic="",
        words=p.words(),
        carried_over=("項目", "年度"),
    )


def published_edit(p: Parsed, q: Query, previous: Query, shown: ResultContext | None) -> Query:
    """「2023年公開のシートでは?」; 「前の年は?」 after a count of one publication's sheets."""
    named = tuple(v for y in p.years if y.role == "published" for v in y.years)
    if named:
        return replace(q, published=named)
    if q.years.kind == "given" and q.years != previous.years:
        return replace(q, published=())
    moved = relative_years(p)
    counted = previous.published or (shown.published if shown else ())
    if moved and counted and (_PUBLICATION.search(p.text) or not (shown and shown.fiscal_years)):
        step = 1 if moved[0].kind == "after" else -1
        return replace(q, published=((max(counted) if step > 0 else min(counted)) + step,))
    return q


def figures_of(p: Parsed) -> bool:
    """Whether the turn names a figure of its own."""
    return any(is_figure(f.field) for f in p.fields)


def over_years_edit(p: Parsed, q: Query, previous: Query, shown: ResultContext | None) -> Query | None:
    """「推移は?」「どれだけ増えた?」「一番多かった年度は?」「どの省から一番多い?」 after a figure or a count over many sheets."""
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    grouped = next((o.group for o in p.operations if o.verb in ("group", "total")), None)
    order: Literal["asc", "desc"] = "asc" if rank and rank.order in ("asc", "worst") else "desc"
    if q.payees and grouped == MINISTRY:
        return replace(q, operation="sum", group_by=MINISTRY, order=order, limit=None)
    if q.payees and q.years.kind == "all" and previous.group_by == MINISTRY:
        # 「推移は?」 after who paid: over the years again
        return replace(q, operation="trend", fields=(PAID,), group_by=None, order=None, limit=None)
    if (
        rank is not None
        and rank.limit
        and previous.operation == "count"
        and previous.group_by
        and not figures_of(p)
    ):
        # 「上位3つだけ」 after numbers by 府省庁
        return replace(q, operation="count", order=order, limit=rank.limit)
    one_before = len(previous.ministries) == 1 and previous.operation in ("sum", "count", "average")
    if added := _ADDED.search(p.text) or (_AGAINST.search(p.text) if one_before and not p.years else None):
        both = tuple(dict.fromkeys((*previous.ministries, *q.ministries)))
        if len(both) > len(previous.ministries) > 0 and not previous.projects and not q.payees:
            p.claim_around(added.start(), added.end(), "府省庁：" + "・".join(both))
            fields = q.fields if previous.operation != "count" else ()
            return replace(
                q, operation="compare", ministries=both, fields=fields, group_by=MINISTRY, limit=None
            )
    one = len(previous.ministries) == 1 and previous.operation in ("sum", "count", "average")
    if (
        one
        and not (p.ministries or previous.payees or previous.projects)
        and (_OTHER_MINISTRIES.search(p.text) or IS_IT_MUCH.search(p.text))
    ):
        # beside those of the others a figure shows whether it is large
        return replace(q, group_by=MINISTRY, ministries=(), order=order, limit=None)
    if previous.payees or previous.filters or previous.projects:
        return None
    figures = tuple(f for f in q.fields if is_figure(f))
    counted = previous.operation == "count" and not figures
    if q.years.kind == "all" and counted:
        return replace(
            q, operation="count", group_by=_PUBLISHED, published=(), years=Years("none"), order=None
        )
    moved = _MOVED.search(p.text) if grouped == MINISTRY and not counted else None
    if rank is not None and moved is not None:
        # 「一番増えた省庁は?」 after two years side by side
        p.claim_around(moved.start(), moved.end() + 1, "集計：増減")
        way: Literal["asc", "desc"] = "asc" if moved.group("down") else "desc"
        by = figures[:1] or (SPENT,)
        return replace(
            q,
            operation="compare",
            fields=by,
            group_by=MINISTRY,
            ministries=(),
            order=way,
            limit=rank.limit,
        )
    if rank is not None and grouped is None and _WHICH_YEAR.search(p.text):
        by = figures[:1] or (SPENT,)
        return replace(
            q, operation="rank", fields=by, group_by=_YEAR, order=order, years=Years("all"), limit=None
        )
    if rank is not None and grouped is None and q.group_by in (_PUBLISHED, _YEAR):
        # 「その中で一番…」 after the years: of the projects again
        years = q.years if q.years.kind == "given" else Years("latest")
        by = figures[:1] or (SPENT,)
        limit = rank.limit or None
        return replace(q, operation="rank", fields=by, group_by=None, order=order, years=years, limit=limit)
    if "compare" in p.verbs() and not p.ministries and len(previous.ministries) < 2:
        at = shown.fiscal_years if shown else ()
        if counted:
            # 「2022年度の事業数は?」 is of the sheets published then
            at = (shown.published if shown else ()) or q.published or q.years.values
        named = q.years.values if q.years.kind == "given" and q.years != previous.years else ()
        told = shown.before if shown and not _YEAR_BEFORE.search(p.text) else ()
        other = named if named and named != at else told
        if len(other) == len(at) == 1 and not counted:
            # 「2020年度と比べると」, or 「どれくらい増えた」 after two years one by one
            at = tuple(sorted({*other, *at}))
        span = q.years.values if len(q.years.values) > 1 else (min(at) - 1, max(at)) if len(at) == 1 else at
        if len(span) < 2:
            return None
        if counted:
            return replace(
                q, operation="compare", fields=(), group_by=_PUBLISHED, published=span, years=Years("none")
            )
        years = Years("given", tuple(span))
        return replace(
            q,
            operation="compare",
            fields=figures[:1] or (SPENT,),
            group_by=_YEAR,
            years=years,
            difference=how_far(p),
        )
    return None


def edit_many(
    p: Parsed,
    q: Query,
    previous: Query,
    own: tuple[FieldRef, ...],
    verbs: set[str],
    shown: ResultContext | None,
) -> Query:
    """A follow-up to a figure over many sheets."""
    if _OTHERS.search(p.text):
        return replace(q, limit=(previous.limit or DEFAULT_LIMIT) * 2)
    told = over_years_edit(p, q, previous, shown)
    if told is not None:
        return told
    if previous.group_by in (_YEAR, _PUBLISHED) and q.years.kind == "given" and len(q.years.values) == 1:
        # 「その年の事業数は」 after the years in an order
        operation = "sum" if previous.operation == "rank" else q.operation
        q = replace(q, operation=operation, group_by=None, order=None, limit=None)
    if _WHICH_ONES.search(p.text) and all(f.table == "budget_items" for f in own):
        # 「内訳を一覧で」 of what was counted are the projects
        own, q = (), replace(q, fields=previous.fields)
    told_last = shown.figures[:1] if shown else ()
    order = order_said(p, previous)
    group = next((o.group for o in p.operations if o.verb == "group"), None)
    limit = standalone_limit(p.text)
    if group is not None:
        ministries = () if group.column in ("府省庁", "政策所管府省庁") and not p.ministries else q.ministries
        q = replace(q, group_by=group, order="desc", limit=limit, ministries=ministries)
        return replace(
            q, operation=q.operation if q.operation in ("count", "sum", "average", "rank") else "sum"
        )
    which_place = _WHICH_PLACE.search(p.text)
    if which_place and p.ministries and previous.group_by == MINISTRY:
        # 「防衛省は何位?」 after the first three
        p.claim(which_place.start(), which_place.end(), "集計：順位")
        kept = previous.operation if previous.operation in ("count", "average") else "sum"
        return replace(
            q, operation=kept, group_by=MINISTRY, order=previous.order, limit=None, nth=None, place=True
        )
    total = next((o.group for o in p.operations if o.verb == "total"), None)
    if order is not None and total == MINISTRY and previous.operation in ("count", "sum", "average"):
        # 「一番多いのはどの省?」 after one 府省庁's figure
        return replace(q, group_by=MINISTRY, ministries=(), order=order.way, limit=order.limit)
    if order is not None and q.payees and "事業" in p.text:
        # 「最大の事業は」 after which 府省庁 paid
        return replace(q, operation="rank", fields=(PAID,), group_by=None, order=order.way, limit=order.limit)
    if order is not None and previous.operation in ("count", "sum", "average") and previous.group_by:
        # 「逆に少ないのは」 after what each 府省庁 comes to
        return replace(q, order=order.way, limit=order.limit)
    if order is not None:
        by = tuple(f for f in q.fields if is_figure(f)) or told_last or (BUDGET,)
        years = Years("latest") if q.years.kind == "none" else q.years
        nth = next((o.nth for o in p.operations if o.verb == "rank"), None)
        limit = 1 if q.nth and order.limit == q.nth and not nth else order.limit or DEFAULT_LIMIT
        return replace(q, operation="rank", fields=by, order=order.way, limit=limit, nth=nth, years=years)
    if "average" in verbs:
        return replace(q, operation="average", fields=q.fields or told_last)
    if "count" in verbs:
        return replace(q, operation="count", fields=tuple(f for f in own if not is_figure(f)))
    adds = bool(TOGETHER.search(p.text)) or "sum" in verbs
    if adds and q.payees:
        return replace(q, operation="sum")
    if adds and not p.ministries:
        if (
            previous.operation == "count"
            and not own
            and not _MONEY_SAID.search(p.text)
            and TOGETHER.search(p.text)
        ):
            return replace(q, ministries=())
        said = own if own or previous.operation not in ("count", "list") else ()
        money = tuple(f for f in (said or previous.fields) if kind_of(f) == MONEY)
        # a list made by an amount is added up by that amount
        money = money or tuple(f.field for f in q.filters if kind_of(f.field) == MONEY)[:1]
        return replace(q, operation="sum", fields=money or (BUDGET,))
    if own and previous.operation in ("count", "list") and any(is_figure(f) for f in own):
        kind = kind_of(own[0])
        return replace(q, operation="average" if kind == RATE else "sum", fields=own)
    if q.fields and (own or q.fields != previous.fields) and previous.operation in ("sum", "average"):
        # 「率にすると」: rates are not added up
        return replace(q, operation="average" if kind_of(q.fields[0]) == RATE else "sum")
    if q.payees and _WHICH_PROJECTS.search(p.text):
        # 「どの事業から?」 after which 府省庁 paid
        return replace(q, operation="sum", fields=(PAID,), group_by=None, order=None, limit=None)
    if ("list" in verbs or _WHICH_ONES.search(p.text)) and previous.operation in (
        "count",
        "sum",
        "average",
    ):
        return replace(q, operation="list", limit=limit)
    if previous.operation == "rank" and previous.group_by == _YEAR and p.ministries and not (p.years or own):
        # 「警察庁だと?」 after the years in an order
        return q
    if q.years.kind == "all" or (len(q.years.values) > 1 and q.years != previous.years and not verbs):
        return replace(q, operation="trend")
    return q
