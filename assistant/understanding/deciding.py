"""From what stands in a question to the one typed query."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from assistant.query import FieldRef, Filter, Operation, Query, Refusal, Years
from assistant.understanding import vocabulary
from assistant.understanding.conditions import (
    BUDGET,
    EXECUTION_RATE,
    MONEY_OF,
    PAID,
    amount_filters,
    presence_filters,
    word_filters,
    year_filters,
)
from assistant.understanding.fields import has_year, is_figure, is_passage, kind_of
from assistant.understanding.operations import OperationMention, standalone_limit
from assistant.understanding.parsing import Parsed
from assistant.understanding.payees import PayeeMention, read_payees
from assistant.understanding.premises import read_premise
from assistant.understanding.rows import RowNames
from assistant.understanding.subject import Subject
from assistant.understanding.years import YearMention
from db.catalogue import MONEY, RATE

REQUEST = FieldRef("budgets", "要求額")
INITIAL = FieldRef("budgets", "当初予算")
NUMBER = FieldRef("sheets", "事業番号")
PAST_NUMBER = FieldRef("past_numbers", "事業番号")
PAYEE = FieldRef("payees", "支出先")
MARK = FieldRef("evaluations", "評価")
DEFAULT_LIMIT = 10
_TOPIC_WORDS = 2
_NEXT = re.compile(r"翌年度|来年度|次年度|次の年度|翌年|来年|次の年")
_PAYING = re.compile(r"受注|支払|支出|委託|契約|発注|落札|請負|受託|交付|会社|企業|補助")
_MONEY_ASKED = re.compile(
    r"いくら|幾ら|何円|何万円|何億|何百万|何千|金額|予算|費用|額(?:は|を|が|$|[?])|いくつ|何件|何人|何回"
)
_SPENDING = re.compile(r"使っ|使わ|支出|払|執行|かかっ")
_HOW = re.compile(
    r"どうやって|どのように|どういう|どんな|何を|なにを|何に|どこまで|どう(?!なって|なった|なる|です|だった|でし)|どの(?!く|事業|府|省)"
)
_RANK_DEFAULT = {"desc": BUDGET, "asc": BUDGET}
_DESCRIBE = re.compile(
    r"について(?:詳しく|くわしく)?(?:教え|おしえ|知り|説明|聞か)|とは(?:何|なに|どんな|どういう)?(?:です|だ|でしょう)?か?[?]?$|ってなに|って何(?:です)?か?[?]?$|(?:を|について)(?:まとめ|要約|紹介)|のこと(?:を|が)?(?:教え|知り)|(?:の)?(?:全体像|あらまし|プロフィール|サマリー?|要点)|を(?:詳しく|くわしく)?説明し"
)
_OVER_MANY = re.compile(
    r"(?:事業|もの|シート)(?:は|って|が)[^、。?]{0,6}(?:何件|いくつ|どれ|ある|あり)|事業(?:の)?(?:数|件数|一覧|リスト)|どの事業(?!で)|"
    r"事業を[^、。?]{0,10}(?:教え|挙げ|並べ|探|列挙)|に(?:関する|関係する|関連する|かかわる|関わる)事業|(?:府省庁|省庁)(?:別|ごと)"
)
_YEAR_ON_YEAR = re.compile(
    r"(?:前年度?|前の年度?|昨年度?|去年)(?:の[^、。?]{1,6})?(?:より|から|と比べ|に比べ|比で)[^。?]{0,14}(?:増え|減っ|減少|増加|上が|下が|伸び|落ち|改善|悪化)[^、。?]{0,6}(?:事業|もの|府省庁|省庁)"
)
_NAMED = FieldRef("sheets", "事業名")
_WHOLE = re.compile(r"全体|国全体|全事業|すべての事業|全ての事業|全府省|政府全体|全省庁")


@dataclass(frozen=True, slots=True)
class Situation:
    """What the question is asked against: the only project where the database holds one, years with figures,
    whether a name is somebody's who was paid, and the rows of a project's lists."""

    single: Subject | None
    first_year: int | None
    last_year: int | None
    is_payee: Callable[[str], bool]
    rows: RowNames


def decide(p: Parsed, subject: Subject, situation: Situation) -> Query:
    """The query of a question that stands by itself."""
    if subject.certainty == "none" and situation.single is not None:
        subject = replace(situation.single, candidates=())
    if (
        subject.certainty in ("sure", "likely", "several", "unknown")
        and not p.names
        and _OVER_MANY.search(p.text)
    ):
        # 「…に関する事業は何件」 names a matter, however much it sounds like one project's name
        subject = Subject("none", (), subject.candidates)
    about = subject.projects if subject.certainty in ("exact", "sure", "likely", "several") else ()
    one = bool(about)
    worded = [] if one else word_filters(p)
    for f, start, end in worded:
        p.claim(start, end, f"条件：{f.field.column} {f.value}")
    payees = _payees(p, situation)
    for m in payees:
        p.claim(m.start, m.end, "支出先：" + m.name, "weak")
    fields = _fields(p)
    if worded:
        inside = {f.field for f in p.fields for _, a, b in worded if f.start < b and a < f.end}
        fields = tuple(f for f in fields if f not in inside)
    if any(y.text.startswith("来年") for y in p.years):
        # what next year's budget is to be stands in a sheet as the request
        fields = tuple(dict.fromkeys(REQUEST if f in (BUDGET, INITIAL) else f for f in fields))
    years, published = _years(p, fields)
    query = Query(
        question=p.n.original,
        projects=tuple(x.ref(_score(subject)) for x in about),
        years=years,
        published=published,
        fields=fields,
        ministries=tuple(dict.fromkeys(v for m in p.ministries for v in m.values if not m.policy)),
        payees=tuple(m.name for m in payees),
        reason=bool(p.reasons),
        candidates=() if one else subject.candidates,
    )
    policy = [v for m in p.ministries for v in m.values if m.policy]
    policy_filters = tuple(
        Filter(FieldRef("sheets", "政策所管府省庁"), "=", v) for v in dict.fromkeys(policy)
    )
    amounts = [*amount_filters(p), *presence_filters(p)]
    filters = (
        *policy_filters,
        *(f for f, _, _ in worded if not _asked_itself(p, f)),
        *year_filters(p),
    )
    many = None if one else _many(p, query, [f for f, _ in amounts], filters, situation)
    if many is not None:
        return _finish(p, _about_matter(p, many))
    if one:
        asked = _about_one(p, query, subject)
        asked = _named_row(p, asked, situation) or asked
        if subject.certainty == "several" and asked.operation != "search" and not asked.reason:
            refusal = Refusal(
                "ambiguous_project", subject.phrase, tuple(x.ref() for x in subject.projects[:12])
            )
            asked = replace(asked, refusal=refusal)
        return _finish(p, asked)
    return _finish(p, _about_none(p, query, subject))


# ------------------------------------------------------------------ pieces


def _score(subject: Subject) -> float:
    return {"exact": 1.0, "sure": 0.9, "likely": 0.7, "several": 0.6}.get(subject.certainty, 1.0)


def _payees(p: Parsed, situation: Situation) -> list[PayeeMention]:
    """Payees that the data has, in a sentence that says little else."""
    taken = [p.plain(m.start, m.end) for m in p.names]
    taken += [(m.start, m.end) for m in p.ministries] + [(y.start, y.end) for y in p.years]
    taken += [(f.start, f.end) for f in p.fields]
    found = read_payees(p.text, taken)
    words = content_words(topic_of(p))
    rest = [w for w in words if not any(w in m.name or m.name in w for m in found)]
    rest = [w for w in rest if not _PAYING.search(w)]
    if len(rest) > 1:
        return []
    return [m for m in found if m.certain or situation.is_payee(m.name)]


def _fields(p: Parsed) -> tuple[FieldRef, ...]:
    strong = [f for f in p.fields if not f.weak]
    kept = strong if any(is_figure(f.field) for f in strong) else p.fields
    if any(not f.weak for f in p.fields):
        kept = [f for f in kept if not f.weak or f.field.table != "budgets" or not strong]
    refs = tuple(dict.fromkeys(f.field for f in kept))
    if any(r.table == "evaluations" and r.item for r in refs):
        refs = tuple(r for r in refs if r != BUDGET)
    if FieldRef("budgets", "執行率") in refs and re.search(
        r"予算(?:に対して|のうち|の)[^、。?]{0,6}(?:何割|何%|何パーセント)", p.text
    ):
        refs = tuple(r for r in refs if r != BUDGET)
    if NUMBER in refs and any(y.kind == "given" and y.role == "figure" for y in p.years):
        refs = tuple(dict.fromkeys((PAST_NUMBER, *refs)))
    # a text named beside a figure is what is asked to be read (「要求が増えた分は何」)
    return (*(r for r in refs if is_passage(r)), *(r for r in refs if not is_passage(r)))


def _years(p: Parsed, fields: tuple[FieldRef, ...]) -> tuple[Years, tuple[int, ...]]:
    published = tuple(v for y in p.years if y.role == "published" for v in y.years)
    figures = [y for y in p.years if y.role == "figure"]
    given = tuple(dict.fromkeys(v for y in figures if y.kind == "given" for v in y.years))
    said = "・".join(y.text for y in figures)
    if REQUEST in fields:
        given, said = _request_years(p, given, published, said)
    compared = [o for o in p.operations if o.verb == "compare"]
    if given and any(re.match(r"前|去年|昨年", p.text[o.start :]) for o in compared):
        given = tuple(sorted({*given, min(given) - 1}))
    if given:
        return Years("given", given, as_said=said), published
    latest = [y for y in figures if y.kind == "latest"]
    if any(y.kind == "all" for y in figures) and not any(y.count > 1 for y in latest):
        return Years("all", as_said=said), published
    if latest:
        return Years("latest", count=max(y.count for y in latest), as_said=said), published
    if any(y.kind == "ancient" for y in figures):
        return Years("given", tuple(y for m in figures for y in m.years), as_said=said), published
    if any(has_year(f) and is_figure(f) for f in fields):
        return Years("latest"), published
    return Years("none"), published


def _request_years(
    p: Parsed, given: tuple[int, ...], published: tuple[int, ...], said: str
) -> tuple[tuple[int, ...], str]:
    """A request of year N made for 翌年度 belongs to N+1; 「来年度」 in a sheet is the year after the sheet's."""
    mentions = [f for f in p.fields if f.field == REQUEST]
    says_next = any(_NEXT.search(f.text) for f in mentions) or any(y.kind == "after" for y in p.years)
    coming = [y for y in p.years if y.text.startswith("来年")]
    if published and (says_next or coming):
        return tuple(v + 1 for v in published), said
    if coming:
        # 「来年度の要求」 without a sheet's year: the newest request there is
        return (), said
    if says_next and given:
        return tuple(v + 1 for v in given), said
    return given, said


def _asked_itself(p: Parsed, f: Filter) -> bool:
    """「随意契約の理由は」 asks about it; only a question over many sheets is narrowed by it."""
    return False


# ------------------------------------------------------------------ many sheets


def _many(
    p: Parsed,
    q: Query,
    amounts: list[Filter],
    filters: tuple[Filter, ...],
    situation: Situation,
) -> Query | None:
    verbs = p.verbs()
    all_filters = (*amounts, *filters)
    figure_fields = tuple(f for f in q.fields if is_figure(f) or f == PAYEE)
    filtered = {f.field for f in all_filters}
    asked = tuple(f for f in q.fields if f not in filtered)
    group = _group(p)
    q = replace(q, filters=all_filters, group_by=group, candidates=q.candidates)
    leftover = topic_of(p)
    if "similar" in verbs:
        return replace(q, operation="similar", similar_to=leftover, topic=leftover)
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    if rank is not None and "count" in verbs and not figure_fields:
        rank = None
    changed = _YEAR_ON_YEAR.search(p.text)
    if changed:
        # a condition between two years cannot be put as a filter: better said than left out
        return replace(q, operation="none", refusal=Refusal("unresolved", changed.group()))
    content = content_words(leftover)
    if len(content) > _TOPIC_WORDS:
        # a sentence that says this much describes a matter; 件数 or トップ in it is part of that
        return None
    if rank is not None and (figure_fields or group or not content):
        return _ranked(p, q, rank, figure_fields)
    if len(q.ministries) > 1 and "compare" in verbs and not content:
        return replace(
            q,
            operation="compare",
            fields=figure_fields or (BUDGET,),
            group_by=FieldRef("sheets", "府省庁"),
            years=_or_latest(q, figure_fields or (BUDGET,)),
        )
    if "average" in verbs and (figure_fields or not content):
        return replace(
            q,
            operation="average",
            fields=figure_fields or (BUDGET,),
            years=_or_latest(q, figure_fields or (BUDGET,)),
        )
    topical = bool(content) and not (q.ministries or all_filters or q.payees)
    if "share" in verbs and (all_filters or q.ministries) and not _is_rate_asked(p):
        measure = asked if any(is_figure(f) for f in asked) else ()
        return replace(
            q,
            operation="sum" if measure else "count",
            share=True,
            fields=measure,
            years=_or_latest(q, q.fields),
        )
    if "count" in verbs and not figure_fields and group is not None:
        return replace(q, operation="count", order="desc", limit=standalone_limit(p.text))
    if "count" in verbs and not (topical and not q.fields and "事業" not in p.text):
        return replace(
            q,
            operation="count",
            fields=tuple(f for f in asked if not is_figure(f)),
            topic=leftover if content else "",
            years=_or_latest(q, q.fields),
        )
    money = tuple(f for f in figure_fields if kind_of(f) == MONEY)
    if group is not None and (figure_fields or "sum" in verbs):
        fields = figure_fields or (BUDGET,)
        operation: Operation = "average" if kind_of(fields[0]) == RATE else "sum"
        return replace(
            q,
            operation=operation,
            fields=fields,
            order=q.order or "desc",
            years=_or_latest(q, fields),
            limit=standalone_limit(p.text),
        )
    if group is not None:
        return replace(q, operation="count", limit=standalone_limit(p.text), order="desc")
    if "sum" in verbs and (money or not content) and (money or q.ministries or all_filters or q.payees):
        fields = tuple(f for f in money if f not in filtered) or money or ((PAID,) if q.payees else (BUDGET,))
        return replace(q, operation="sum", fields=fields, years=_or_latest(q, fields))
    if q.payees:
        return _paid(p, q, leftover)
    if all_filters and (not content or "list" in verbs):
        return replace(
            q,
            operation="list",
            fields=asked or q.fields,
            limit=standalone_limit(p.text),
            years=_or_latest(q, q.fields),
            topic=leftover if content else "",
        )
    if (q.ministries or _WHOLE.search(p.text)) and figure_fields and not content and not q.reason:
        fields = figure_fields
        operation = "average" if kind_of(fields[0]) == RATE else "sum"
        if q.years.kind == "all" or any(y.kind == "all" for y in p.years):
            operation = "trend"
        return replace(q, operation=operation, fields=fields, years=_or_latest(q, fields))
    if q.ministries and not content and not q.reason and ("list" in verbs or not q.fields):
        return replace(q, operation="list", limit=standalone_limit(p.text))
    return None


def _about_matter(p: Parsed, q: Query) -> Query:
    """「防災に関する事業は何件」: the matter as a condition on the names of the projects, which the reading shows."""
    if q.operation not in ("count", "sum", "average", "rank", "list") or q.payees or q.refusal:
        return q
    words = [w for w in content_words(topic_of(p)) if not w.isdigit()]
    named = tuple(Filter(_NAMED, "contains", w) for w in words)
    return replace(q, filters=(*q.filters, *named), topic="")


def _ranked(p: Parsed, q: Query, rank: OperationMention, figures: tuple[FieldRef, ...]) -> Query:
    filtered = {f.field for f in q.filters}
    fields = tuple(f for f in figures if f not in filtered) or figures
    before = [m.field for m in p.fields if m.end <= rank.start and m.field in fields]
    by = (
        before[-1]
        if before
        else (
            fields[0]
            if fields
            else (PAID if q.payees or (q.group_by and q.group_by.table == "payees") else BUDGET)
        )
    )
    if by == PAYEE:
        by = PAID
    limits = [o.limit for o in p.operations if o.verb == "rank" and o.limit]
    limit = standalone_limit(p.text) or (max(limits) if limits else None)
    orders = [o.order for o in p.operations if o.verb == "rank" and o.order]
    way: Literal["asc", "desc"] = "desc"
    if "worst" in orders:
        way = "desc" if by.column in ("不用率", "不用額") else "asc"
    elif "asc" in orders or _says_low(p):
        way = "asc"
    group = q.group_by
    total = next((o.group for o in p.operations if o.verb == "total"), None)
    if group is None and total is not None and not re.search(r"事業", p.text[rank.end :]):
        group = total
    return replace(
        q,
        operation="rank",
        fields=(by, *(f for f in fields if f != by)),
        order=way,
        limit=limit or DEFAULT_LIMIT,
        group_by=group,
        years=_or_latest(q, (by,)),
    )


def _says_low(p: Parsed) -> bool:
    return bool(re.search(r"低い|少ない|小さい|低調|低かった|少なかった|低く|悪い|ワースト", p.text))


def _group(p: Parsed) -> FieldRef | None:
    grouped = next((o.group for o in p.operations if o.verb == "group"), None)
    return grouped


def _paid(p: Parsed, q: Query, leftover: str) -> Query:
    asks_money = bool(re.search(r"いくら|幾ら|何円|何億|総額|合計|金額", p.text)) or any(
        kind_of(f) == MONEY for f in q.fields
    )
    if asks_money:
        return replace(q, operation="sum", fields=(PAID,))
    return replace(q, operation="list", fields=(PAYEE,), topic="")


def _or_latest(q: Query, fields: tuple[FieldRef, ...]) -> Years:
    asked = (*fields, *(f.field for f in q.filters))
    needs = any(has_year(f) and is_figure(f) for f in asked)
    return Years("latest") if q.years.kind == "none" and needs else q.years


def _is_rate_asked(p: Parsed) -> bool:
    return any(kind_of(f.field) == RATE and f.end >= len(p.text) - 12 for f in p.fields) and not p.conditions


# ------------------------------------------------------------------ one project


def _about_one(p: Parsed, q: Query, subject: Subject) -> Query:
    verbs = p.verbs()
    release = subject.phrase
    claim_phrase(p, release, subject)
    figures = tuple(f for f in q.fields if is_figure(f))
    leftover = topic_of(p)
    content = content_words(leftover)
    how = bool(_HOW.search(how_text(p)))
    premise = read_premise(p, q.fields) if q.reason or _blames(p) else None
    q = replace(q, premise=premise)
    if "similar" in verbs:
        return replace(q, operation="similar")
    if len(q.projects) > 1 and subject.certainty != "several" and figures and not content:
        return replace(q, operation="compare")
    followed = q.years.kind == "all" or (any(y.kind == "all" for y in p.years) and len(q.years.values) > 1)
    if followed and not content and not q.reason:
        return replace(
            q, operation="trend", fields=figures or q.fields or (BUDGET, FieldRef("budgets", "執行額"))
        )
    if q.years.kind == "latest" and q.years.count > 1 and figures and not content:
        return replace(q, operation="trend")
    if "compare" in verbs and figures and not q.reason and len(content) <= 1:
        return replace(q, operation="compare", years=_compared_years(q))
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    listed = next((f.table for f in q.fields if f.table in MONEY_OF), None)
    if rank and not content and listed:
        orders = [o.order for o in p.operations if o.verb == "rank"]
        limits = [o.limit for o in p.operations if o.verb == "rank" and o.limit]
        return replace(
            q,
            operation="rank",
            fields=(MONEY_OF[listed],),
            order="asc" if "asc" in orders else "desc",
            limit=limits[0] if limits else DEFAULT_LIMIT,
        )
    tables = {f.table for f in q.fields}
    if (
        "count" in verbs
        and not content
        and tables & {"payees", "expenses", "contracts", "outcomes", "outputs", "related"}
    ):
        return replace(q, operation="count")
    if "sum" in verbs and figures and not content and not q.reason:
        return replace(q, operation="sum" if q.years.kind != "given" or len(q.years.values) > 1 else "lookup")
    if q.reason:
        if figures and len(content) <= 1:
            return replace(q, operation="reason", topic=leftover)
        return replace(
            q,
            operation="search" if content or not q.fields else "reason",
            topic=topic_of(p, with_fields=True),
        )
    if not q.fields:
        speaks = bool(content or vocabulary.VERB.search(p.remainder().replace("\x00", " ")))
        if not content and (_DESCRIBE.search(p.text) or not (how or speaks)):
            return replace(q, operation="describe")
        return replace(q, operation="search", topic=leftover or topic_of(p, with_fields=True))
    passages = [f for f in q.fields if is_passage(f)]
    if not content and not (how and (figures or q.fields == (MARK,)) and not passages):
        return replace(q, operation="lookup", topic=topic_of(p, with_fields=True) if passages and how else "")
    sure = subject.certainty == "exact" or not content
    if figures and sure and _asks_figure(p, figures) and not passages:
        return replace(q, operation="lookup", topic=leftover)
    return replace(q, operation="search", fields=tuple(passages), topic=topic_of(p, with_fields=True))


def _named_row(p: Parsed, q: Query, situation: Situation) -> Query | None:
    """「旅費はいくら」「〇〇法人への支出は」: a figure of the row of that name in one of the project's lists."""
    if q.reason or q.operation not in ("search", "lookup") or any(is_passage(f) for f in q.fields):
        return None
    words = [w for w in content_words(q.topic or topic_of(p)) if len(w) > 1]
    if not 1 <= len(words) <= _TOPIC_WORDS or not (_MONEY_ASKED.search(p.text) or q.operation == "lookup"):
        return None
    found = situation.rows.find(words, q.projects[0].sheet_keys, spent=bool(_SPENDING.search(p.text)))
    if found is None:
        return None
    years = q.years if q.years.kind != "none" else Years("latest")
    return replace(
        q, operation="lookup", fields=(found.figure,), filters=(found.condition,), years=years, topic=""
    )


def _compared_years(q: Query) -> Years:
    if q.years.kind == "latest" and q.years.count == 1:
        return replace(q.years, count=2)
    return q.years


def _blames(p: Parsed) -> bool:
    return bool(re.search(r"せい(?:で|です|だ|か|なの)|のは(?:どういう|なん|何)", p.text))


def _asks_figure(p: Parsed, figures: tuple[FieldRef, ...]) -> bool:
    """The last figure word is what the sentence asks for: nothing but question words follow it."""
    mentions = [f for f in p.fields if f.field in figures]
    if not mentions:
        return False
    tail = vocabulary.STOPS.sub(" ", p.remainder()[mentions[-1].end :].replace("\x00", " "))
    says = content_words(tail) or vocabulary.VERB.search(tail)
    return not says and not _HOW.search(p.text[mentions[-1].end :])


def claim_phrase(p: Parsed, phrase: str, subject: Subject) -> None:
    """Mark the phrase that names the project loosely as read."""
    if not phrase:
        return
    text = phrase.strip()
    at = p.text.find(text)
    if at < 0:
        return
    label = "事業：" + (subject.projects[0].name if subject.projects else text)
    p.claim(at, at + len(text), label, "weak" if subject.projects else "unresolved")


# ------------------------------------------------------------------ no project


def _about_none(p: Parsed, q: Query, subject: Subject) -> Query:
    leftover = topic_of(p)
    whole = topic_of(p, with_fields=True)
    if subject.certainty == "unknown":
        return replace(
            q,
            operation="none",
            topic=whole,
            refusal=Refusal("unknown_project", subject.phrase, subject.candidates[:5]),
        )
    content = content_words(leftover)
    figures = tuple(f for f in q.fields if is_figure(f))
    if not content:
        listed = [f for f in q.fields if f.table == "comments" and f.item]
        if listed and ("list" in p.verbs() or _OVER_MANY.search(p.text)):
            return replace(q, operation="search", fields=tuple(listed), topic=whole)
        if figures or q.fields:
            return replace(q, operation="none", refusal=Refusal("no_project", "", ()))
        return replace(q, operation="none", refusal=Refusal("unresolved", p.text))
    budget = tuple(f for f in figures if f.table == "budgets")
    if budget and not q.reason and len(content) <= _TOPIC_WORDS and _asks_figure(p, budget):
        # a figure belongs to a project: passages about the matter would be no answer
        refusal = Refusal("unknown_project", leftover, subject.candidates[:5])
        return replace(q, operation="none", topic=whole, refusal=refusal)
    passages = tuple(f for f in q.fields if is_passage(f))
    return replace(q, operation="search", fields=passages, topic=whole)


# ------------------------------------------------------------------ what is left


def topic_of(p: Parsed, with_fields: bool = False) -> str:
    """The question without names, years, 府省庁 and polite words; with its field words where asked."""
    keep = ("項目",) if with_fields else ()
    out = list(p.text)
    for s in p.spans:
        kind = (s.taken_as or "").split("：")[0]
        if kind in keep or (with_fields and kind == "条件"):
            continue
        out[s.start : s.end] = "\x00" * (s.end - s.start)
    text = "".join(out)
    text = vocabulary.STOPS.sub("\x00", text)
    parts = [x.strip(" 、。?!・のはがをにでとってもへ") for x in re.split(r"\x00+|[、。?!「」『』]", text)]
    return " ".join(x for x in parts if x and vocabulary.CONTENT.search(x))


def how_text(p: Parsed) -> str:
    """The text outside names and fields, where a how-word stands."""
    return p.remainder().replace("\x00", " ")


def content_words(text: str) -> list[str]:
    """Words that carry meaning: not generic, not a single kanji that is the stem of a verb."""
    out = []
    for m in vocabulary.CONTENT.finditer(text):
        word = m.group()
        if word in vocabulary.GENERIC or len(word) == 1 or word.isdigit():
            continue
        out.append(word)
    return out


def _finish(p: Parsed, q: Query) -> Query:
    for m in vocabulary.STOPS.finditer(p.remainder()):
        p.claim(m.start(), m.end(), None, "ignored")
    q = replace(q, words=p.words())
    return q if q.operation == "search" else replace(q, candidates=())


def relative_years(p: Parsed) -> list[YearMention]:
    """「前の年」「翌年度」: years that need another to count from."""
    return [y for y in p.years if y.kind in ("before", "after")]


__all__ = [
    "EXECUTION_RATE",
    "Situation",
    "claim_phrase",
    "content_words",
    "decide",
    "relative_years",
    "topic_of",
]
