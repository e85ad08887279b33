"""A question over many sheets as a query: filters, rankings, counts, sums, averages, groups, comparisons."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from assistant.query import FieldRef, Filter, Operation, OtherFigure, Query, Refusal, Years
from assistant.understanding.conditions import BUDGET, PAID
from assistant.understanding.excluding import unread_exception
from assistant.understanding.fields import has_year, is_figure, kind_of
from assistant.understanding.operations import OperationMention, standalone_limit
from assistant.understanding.over_years import between_years
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, how_text, topic_of
from db.catalogue import MONEY, RATE

PAYEE = FieldRef("payees", "支出先")
PAYERS = FieldRef("sheets", "府省庁")
SPENT = FieldRef("budgets", "執行額")
LISTED = tuple(
    FieldRef(*x)
    for x in (
        ("contracts", "契約先"),
        ("payees", "支出先"),
        ("expenses", "費目"),
        ("outcomes", "成果指標"),
        ("outputs", "活動指標"),
        ("related", "関連事業名"),
        ("laws", "法令名"),
        ("plans", "計画通知名"),
    )
)
"""What names the rows of each list."""
LONG_TEXTS = ("事業の目的", "現状・課題", "事業概要")
PUBLISHED = FieldRef("sheets", "公開年度")
FISCAL_YEAR = FieldRef("budgets", "年度")
DEFAULT_LIMIT = 10
TOPIC_WORDS = 2
WRITTEN = ("sheets", "comments", "evaluations")
"""Tables whose fields a sheet has written or not: counting by one counts the sheets that have it."""
IDENTITY = ("事業名", "府省庁", "政策所管府省庁", "公開年度", "事業番号", "予算事業ID")
"""Columns of ``sheets`` that every sheet has: naming one puts no condition on what is counted."""
_PROJECTS = re.compile(r"事業(?!者|所|主|体|場)")
_YEAR_ON_YEAR = re.compile(
    r"(?:前年度?|前の年度?|昨年度?|去年)(?:の[^、。?]{1,6})?(?:より|から|と比べ|に比べ|比で)[^。?]{0,14}(?:増え|減っ|減少|増加|上が|下が|伸び|落ち|改善|悪化)[^、。?]{0,6}(?:事業|もの|府省庁|省庁)"
)
_MOVED_MOST = re.compile(
    r"(?:前年度?|前の年度?|昨年度?|去年|年度)(?:[^、。?]{0,12})(?:より|から|と比べ|に比べ|比で|にかけて|までに|で)[^。?]{0,16}?(?:(?P<up>増え|増加|上が|伸び|膨ら|改善)|(?P<down>減っ|減少|下が|落ち|縮|悪化))"
)
_GREW_MOST = re.compile(
    r"(?:一番|いちばん|最も|もっとも)[^、。?]{0,8}?(?:(?P<up>増(?:え|加|や|額)|伸び|膨ら)|(?P<down>減(?:っ|少|ら|額)|落ち込|縮))"
)
_THAN = re.compile(r"(?:より(?:も)?|に比べて|と比べて)")
_RELATED = re.compile(
    r"([一-鿿ァ-ヺーA-Za-z0-9]{2,20}?)(?:関連|関係)(?:の|する)?(?=予算|執行|事業|支出|経費|お金|費用|当初|補正|要求|不用)"
)
_QUOTE = re.compile(r"[「『]([^」』]{1,40})[」』]")
_UNDONE = re.compile(
    r"中央値|標準偏差|分散|最頻値|相関|平均年数|回帰|(?:事業|実施)期間[がは]|を(?:引く|引い|差し引|割る|割っ|掛け)"
)
"""What is not computed here: the mean in place of the median would answer something else."""
_NO_MATTER = re.compile(
    r"番目|番手|以[上下内外降前後]|未満|上回|下回|超過?|超え|同じ|同額|同率|同数|割り?込|最[大小高低多少新]|平均|中央|順位?|差額?|比[率較例]?|半[分数減]|倍[数率]?|除外?|連続|交互|両方|片方|逆転?|前後|推移|増減|増加|減少|増|減"
)
_NUMBER_OF = re.compile(r"(?:先|者|社|相手)(?:の数|数|の件数)?(?:が|は)[^、。?]{0,6}(?:多|少な)")
_EACH_YEAR = re.compile(r"それぞれ|どう(?:変わ|推移)|変化|各年|年ごと|年度ごと|別々に|年別|年度別")
_MORE_PROJECTS = re.compile(r"事業(?:の数|数)?(?:が|は)(?:多|少な)")
_OF_PROJECTS = re.compile(r"[^、。?]{0,3}(?:もの|事業|補助金|交付金)(?:は|って|を|から|を?教|$|[?]|\d)")
_WHICH_YEAR = re.compile(
    r"何年度?(?!間)|どの年度?|いつ|(?:高|低|多|少な|大き|小さ)(?:い|かった)(?:年度?)(?=は|って|が|を|と|の|、|[?]|$)"
)
_FIRST_TIME = re.compile(
    r"(?:初めて|はじめて|最初に)[^、。?]{0,14}(?:出|載|登場|現れ|作られ|公開)|(?:いつ|何年度?)から[^、。?]{0,8}(?:出て|載って|登場|シート|ある|あり)"
)
"""「デジタル庁が初めて出てくるのは」: the first 公開年度 that has any of its sheets."""
_OF_CONTRACTS = ("payees", "payee_contracts", "contracts")
_CONTRACT_WORDS = frozenset(
    {"契約", "入札", "応札", "応募", "落札", "支出", "支払", "委託", "相手方", "契約方式"}
)
"""Beside a condition on contracts these name its rows, not a matter."""
_TIMES = re.compile(
    r"(?:[0-9.]+|[一二三四五六七八九十]+|数)倍(?:以上|超|を超え|に|近く)|半分(?:以下|未満|に)"
)
"""A change between two years as a condition on each project."""
_WHOLE = re.compile(r"国全体|政府全体|全体|全事業|すべての事業|全ての事業|全府省|全省庁")


def over_many(
    p: Parsed,
    q: Query,
    amounts: list[Filter],
    filters: tuple[Filter, ...],
) -> Query | None:
    verbs = p.verbs()
    all_filters = (*amounts, *filters)
    figure_fields = tuple(f for f in q.fields if is_figure(f) or f == PAYEE)
    filtered = {f.field for f in all_filters}
    asked = tuple(f for f in q.fields if f not in filtered)
    group = _group(p)
    q = replace(q, filters=all_filters, group_by=group, candidates=q.candidates)
    for m in _WHOLE.finditer(p.text):
        p.claim(*m.span(), "範囲：全体")
    undone = _UNDONE.search(p.text)
    if undone:
        return replace(q, operation="none", refusal=Refusal("unresolved", undone.group()))
    leftover = topic_of(p)
    if "similar" in verbs:
        return replace(q, operation="similar", similar_to=leftover, topic=leftover)
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    first = rank.limit if rank is not None else None
    fewest = rank is not None and rank.order == "asc"
    total = next((o.group for o in p.operations if o.verb == "total"), None)
    if rank is not None and "count" in verbs and not set(figure_fields) - filtered and _listed(q) is None:
        if group is None and total is not None:
            # 「事業数が一番多い府省庁は」
            group = total
            q = replace(q, group_by=group)
        rank = None
    if (
        rank is not None
        and _is_how_many(p, rank)
        and not set(figure_fields) - filtered
        and (all_filters or asked)
    ):
        # 「随意契約が多い府省庁」 puts them in order by how many, not by the money of what is counted
        group = group or total
        if group is not None:
            q = replace(q, group_by=group)
            verbs |= {"count"}
            rank = None
    if rank is not None and "share" in verbs and all_filters and not figure_fields:
        # 「随意契約の割合が高い府省庁」: no part of a whole is put in order
        return replace(q, operation="none", refusal=Refusal("unresolved", "割合"))
    if q.payees and PAYERS in (group, total) and "count" not in p.verbs():
        return _paid(p, q, leftover)
    moved = _MOVED_MOST.search(p.text) or _GREW_MOST.search(p.text)
    if moved and any(f.column == "要求額" for f in figure_fields):
        # a request is of another year than the budget it would have grown from
        return replace(q, operation="none", refusal=Refusal("unresolved", moved.group()))
    if moved and (group or total) is not None and len(q.ministries) < 2:
        # how much a 府省庁 as a whole moved is not put in order: its projects would be another answer
        return replace(q, operation="none", refusal=Refusal("unresolved", moved.group()))
    if moved and (rank is not None or "list" in verbs) and "count" not in verbs:
        by = next((f for f in figure_fields if f.table == "budgets"), SPENT)
        return replace(
            q,
            operation="compare",
            fields=(by,),
            order="asc" if moved.group("down") else "desc",
            limit=next((o.limit for o in p.operations if o.limit), None) or standalone_limit(p.text),
            years=_or_latest_pair(q),
        )
    changed = _YEAR_ON_YEAR.search(p.text)
    if changed and not any(isinstance(f.value, OtherFigure) for f in all_filters):
        # a condition between two years cannot be put as a filter: better said than left out
        return replace(q, operation="none", refusal=Refusal("unresolved", changed.group()))
    content = content_words(leftover)
    if len(content) > TOPIC_WORDS:
        # a sentence that says this much describes a matter; 件数 or トップ in it is part of that
        return None
    left_out = unread_exception(p)
    if left_out and (verbs or all_filters or q.ministries):
        return replace(q, operation="none", refusal=Refusal("unresolved", left_out))
    if figure_fields and _TIMES.search(p.text) and len(q.years.values) > 1 and not q.reason:
        # cannot be put as a filter: better said than left out
        return replace(q, operation="none", refusal=Refusal("unresolved", _TIMES.search(p.text).group()))  # type: ignore[union-attr]
    apart = between_years(p, q, figure_fields) if not content else None
    if apart is not None:
        return apart
    if not figure_fields and not content and q.ministries and _FIRST_TIME.search(p.text):
        return replace(q, operation="count", group_by=PUBLISHED, years=Years("none"))
    if rank is not None and group is None and total is None and not content and _WHICH_YEAR.search(p.text):
        # 「一番多かった年度は」: the years are put in order, not the projects
        years = q.years if q.years.kind == "all" or len(q.years.values) > 1 else Years("all")
        return replace(
            q,
            operation="rank",
            fields=figure_fields[:1] or (SPENT,),
            group_by=FISCAL_YEAR,
            order="asc" if rank.order in ("asc", "worst") else "desc",
            years=years,
        )
    against = next((f for f in p.fields if _THAN.match(p.text, f.end) and f.field in figure_fields), None)
    if against is not None and len(figure_fields) > 1 and len(q.ministries) < 2:
        # one figure of each project against another cannot be put as a filter: better said than left out
        return replace(q, operation="none", refusal=Refusal("unresolved", f"{against.text}より"))
    if rank is not None and "average" in verbs and (group or total):
        averaged = figure_fields or (BUDGET,)
        return replace(
            q,
            operation="average",
            fields=averaged,
            group_by=group or total,
            order="asc" if rank.order in ("asc", "worst") else "desc",
            limit=rank.limit or standalone_limit(p.text),
            years=or_latest(q, averaged),
        )
    if rank is not None and (figure_fields or group or not content or _OF_PROJECTS.match(p.text, rank.end)):
        return _ranked(p, q, rank, figure_fields)
    if len(q.ministries) > 1 and "compare" in verbs and not content:
        numbers = "count" in verbs or _MORE_PROJECTS.search(p.text)
        compared = figure_fields or (() if numbers else (BUDGET,))
        return replace(
            q,
            operation="compare",
            fields=compared,
            group_by=FieldRef("sheets", "府省庁"),
            years=or_latest(q, compared),
        )
    if len(q.ministries) > 1 and "compare" in verbs and not figure_fields and asks_how_much(p.text):
        # 「環境省と経産省で脱炭素に使う額はどちらが多い」: the matter is put as a condition
        return replace(
            q, operation="sum", fields=(BUDGET,), group_by=FieldRef("sheets", "府省庁"), order="desc",
            years=or_latest(q, (BUDGET,)),
        )  # fmt: skip
    if len(q.years.values) > 1 and figure_fields and not content and _EACH_YEAR.search(p.text):
        return replace(q, operation="trend", fields=figure_fields)
    if q.years.kind == "all" and figure_fields and not content and group is None and rank is None:
        return replace(q, operation="trend", fields=figure_fields)
    if "average" in verbs and (figure_fields or not content):
        return replace(
            q,
            operation="average",
            fields=figure_fields or (BUDGET,),
            years=or_latest(q, figure_fields or (BUDGET,)),
        )
    topical = bool(content) and not (q.ministries or all_filters or q.payees)
    if "share" in verbs and (all_filters or q.ministries) and not _is_rate_asked(p):
        measure = asked if any(is_figure(f) for f in asked) else ()
        return replace(
            q,
            operation="sum" if measure else "count",
            share=True,
            fields=measure,
            years=or_latest(q, q.fields),
        )
    unread = next((c.text for c in p.conditions if c.op is None and c.unit != "count"), "")
    if "count" in verbs and unread and not amounts:
        return replace(q, operation="none", refusal=Refusal("unresolved", unread))
    loose = [f for f in figure_fields if f.table == "budgets" and f not in filtered and f != BUDGET]
    if "count" in verbs and loose and group is None and not {"sum", "average", "share"} & verbs:
        # a figure that no condition is put on: counted without it, the number would answer something else
        named = next((f.text for f in p.fields if f.field == loose[0]), "")
        return replace(q, operation="none", refusal=Refusal("unresolved", named))
    if "count" in verbs:
        # a box named without a value: the sheets that have it written are counted
        boxes = {(f.field.table, f.field.item) for f in all_filters if f.field.table != "sheets"}
        written = [
            f
            for f in asked
            if f.table in WRITTEN
            and not is_figure(f)
            and f.column not in IDENTITY
            and (f.table, f.item) not in boxes
            and not (f.item is None and f.table in {table for table, _ in boxes})
        ]
        all_filters = (*all_filters, *(Filter(f, "!=", None) for f in written))
        asked = tuple(f for f in asked if f not in written)
        q = replace(q, filters=all_filters)
    followed = q.years.kind == "all" or len(q.years.values) > 1
    if "count" in verbs and not figure_fields and not all_filters and group in (None, PUBLISHED) and followed:
        # 「事業数の推移」: sheets are published once a year
        return replace(
            q, operation="count", group_by=PUBLISHED, order=None, topic=leftover if content else ""
        )
    if "count" in verbs and not set(figure_fields) - filtered and group is not None:
        return replace(
            q,
            operation="count",
            order="asc" if fewest or _says_low(p) else "desc",
            limit=standalone_limit(p.text) or first,
            years=or_latest(q, q.fields),
        )
    if "count" in verbs and not (topical and not q.fields and not _PROJECTS.search(p.text)):
        return replace(
            q,
            operation="count",
            fields=tuple(f for f in asked if not is_figure(f)),
            topic=leftover if content else "",
            years=or_latest(q, q.fields),
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
            years=or_latest(q, fields),
            limit=standalone_limit(p.text),
        )
    if group is not None:
        return replace(q, operation="count", limit=standalone_limit(p.text), order="desc")
    related = _RELATED.search(p.text)
    if related and asks_how_much(p.text):
        added = money[:1] or (BUDGET,)
        return replace(q, operation="sum", fields=added, years=or_latest(q, added))
    if related and "list" in verbs and not figure_fields:
        return replace(q, operation="list", limit=standalone_limit(p.text))
    if "sum" in verbs and (money or not content) and (money or q.ministries or all_filters or q.payees):
        fields = tuple(f for f in money if f not in filtered) or money or ((PAID,) if q.payees else (BUDGET,))
        return replace(q, operation="sum", fields=fields, years=or_latest(q, fields))
    if q.payees:
        return _paid(p, q, leftover)
    if all_filters and (not content or "list" in verbs):
        return replace(
            q,
            operation="list",
            fields=asked or q.fields,
            limit=standalone_limit(p.text),
            years=or_latest(q, q.fields),
            topic=leftover if content else "",
        )
    if (q.ministries or _WHOLE.search(p.text)) and figure_fields and not content and not q.reason:
        fields = figure_fields
        operation = "average" if kind_of(fields[0]) == RATE else "sum"
        if q.years.kind == "all" or any(y.kind == "all" for y in p.years):
            operation = "trend"
        return replace(q, operation=operation, fields=fields, years=or_latest(q, fields))
    if q.ministries and not content and not q.reason and ("list" in verbs or not q.fields):
        return replace(q, operation="list", limit=standalone_limit(p.text))
    return None


def about_matter(p: Parsed, q: Query) -> Query:
    """「防災に関する事業は何件」: the matter as a condition on what the projects are called and for, which the reading shows."""
    if q.operation not in ("count", "sum", "average", "rank", "list") or q.payees or q.refusal:
        return q
    words = [related_to(w) for w in content_words(topic_of(p)) if not w.isdigit()]
    if any(f.table in _OF_CONTRACTS for f in (*q.fields, *(c.field for c in q.filters))):
        words = [w for w in words if w not in _CONTRACT_WORDS]
    words = [w for w in words if w != "実施"]
    relation = next((w for w in words if _NO_MATTER.fullmatch(w)), "")
    if relation:
        # a word that sets things in relation was not understood: what is left would answer another question
        return replace(q, operation="none", refusal=Refusal("unresolved", relation))
    rest = p.remainder()
    words += [
        m.group(1) for m in _QUOTE.finditer(rest) if m.group(1).strip("\x00") and m.group(1) not in words
    ]
    return replace(q, matters=tuple(dict.fromkeys(w for w in words if w)), topic="")


def related_to(word: str) -> str:
    """「防災関連」 is about 防災."""
    return re.sub(r"(?:関連|関係)$", "", word)


def is_related(text: str) -> bool:
    """「防災関連の予算」: whatever has to do with a matter, not one project."""
    return bool(_RELATED.search(text))


def asks_how_much(text: str) -> bool:
    """「いくら」「総額」 or nothing but 「〜の予算は」."""
    return bool(
        re.search(
            r"いくら|幾ら|総額|合計|どのくらい|どれくらい|どれだけ|何億|何兆|使(?:う|っている|われている)?(?:額|お金|金額)|(?:予算額?|執行額|金額)を?(?:教え|知り)|(?:予算額?|執行額|支出|経費|費用)(?:は|って)?[?]?$",
            text,
        )
    )


def _ranked(p: Parsed, q: Query, rank: OperationMention, figures: tuple[FieldRef, ...]) -> Query:
    filtered = {f.field for f in q.filters}
    fields = tuple(f for f in figures if f not in filtered) or figures
    before = [m.field for m in p.fields if m.end <= rank.start and m.field in fields]
    if not figures and q.group_by is None and not any(o.verb == "total" for o in p.operations):
        listed = _listed(q)
        if listed is not None:
            fields = (listed,)
        elif any(f.table not in ("sheets", "projects") or f.column in LONG_TEXTS for f in q.fields):
            # 「点検結果が一番長い」: no order of that kind is known
            return replace(q, operation="none", refusal=Refusal("unresolved", p.text))
    # 「一番予算がついている事業の執行率」: the field right behind a bare superlative is what it puts in order
    behind = next((m.field for m in p.fields if m.start == rank.end and is_figure(m.field)), None)
    by = (
        rank.by
        if rank.by is not None
        else behind
        if behind is not None
        else before[-1]
        if before
        else (
            fields[0]
            if fields
            else (PAID if q.payees or (q.group_by and q.group_by.table == "payees") else BUDGET)
        )
    )
    if by == PAYEE and not _NUMBER_OF.search(p.text):
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
    ends = {o.order for o in p.operations if o.verb == "rank" and o.limit == 1}
    if {"asc", "desc"} <= ends:
        # 「一番高い省庁と一番低い省庁」: all of them in order show both ends; projects are asked for one end at a time
        group = group or total
        if group is None:
            return replace(q, operation="none", refusal=Refusal("unresolved", p.text[rank.start : rank.end]))
        return replace(
            q, operation="rank", fields=(by,), order="desc", group_by=group, years=or_latest(q, (by,))
        )
    if group is None and total is not None and not re.search(r"事業", p.text[rank.end :]):
        group = total
    return replace(
        q,
        operation="rank",
        fields=(
            by,
            *(f for f in fields if f != by),
            *(f for f in q.fields if f not in fields and f not in filtered),
        ),
        order=way,
        limit=limit or DEFAULT_LIMIT,
        nth=rank.nth,
        by_number=by in LISTED,
        group_by=group,
        years=or_latest(q, (by,)),
    )


def _is_how_many(p: Parsed, rank: OperationMention) -> bool:
    return bool(re.search(r"多|少な", p.text[rank.start : rank.end]))


def _listed(q: Query) -> FieldRef | None:
    """What names the rows of a list that the question speaks of: projects are put in the order of how many they have."""
    return next((f for f in q.fields if f in LISTED), None)


def _says_low(p: Parsed) -> bool:
    return bool(re.search(r"低い|少ない|小さい|低調|低かった|少なかった|低く|悪い|ワースト", how_text(p)))


def _group(p: Parsed) -> FieldRef | None:
    grouped = next((o.group for o in p.operations if o.verb == "group"), None)
    return grouped


def _paid(p: Parsed, q: Query, leftover: str) -> Query:
    grouped = next((o.group for o in p.operations if o.verb in ("group", "total")), None)
    if grouped == PAYERS:
        rank = next((o for o in p.operations if o.verb == "rank"), None)
        order: Literal["asc", "desc"] = "asc" if rank is not None and rank.order == "asc" else "desc"
        limit = rank.limit if rank is not None else None
        return replace(q, operation="sum", fields=(PAID,), group_by=grouped, order=order, limit=limit)
    asks_money = bool(re.search(r"いくら|幾ら|何円|何億|総額|合計|金額", p.text)) or any(
        kind_of(f) == MONEY for f in q.fields
    )
    if asks_money:
        return replace(q, operation="sum", fields=(PAID,))
    return replace(q, operation="list", fields=(PAYEE,), topic="")


def _or_latest_pair(q: Query) -> Years:
    return Years("latest") if q.years.kind in ("none", "latest") else q.years


def or_latest(q: Query, fields: tuple[FieldRef, ...]) -> Years:
    asked = (*fields, *(f.field for f in q.filters))
    needs = any(has_year(f) and is_figure(f) for f in asked)
    return Years("latest") if q.years.kind == "none" and needs else q.years


def _is_rate_asked(p: Parsed) -> bool:
    return any(kind_of(f.field) == RATE and f.end >= len(p.text) - 12 for f in p.fields) and not p.conditions
