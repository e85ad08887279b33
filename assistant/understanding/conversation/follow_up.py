"""Follow-ups: a question that leaves something out takes it from the query before it.

The state of a conversation is the previous query and what its answer showed. A question that says everything
itself is not bent by what came before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.counting import counted
from assistant.patterns import pattern
from assistant.query import FieldRef, Query, Refusal, ResultContext, Years
from assistant.understanding.asked_years import relative_years
from assistant.understanding.conversation.fields import (
    IS_IT_MUCH,
    RESPONDED,
    field_edit,
    of_the_same_row,
    own_fields,
)
from assistant.understanding.conversation.of_many import (
    keeps_ministry,
    other_recipient,
    over_years_edit,
    published_edit,
)
from assistant.understanding.deciding import MINISTRY, Situation, decide, first_year
from assistant.understanding.many.conditions import BUDGET, MONEY_OF, REQUEST, amount_filters, year_filters
from assistant.understanding.many.said import DEFAULT_LIMIT
from assistant.understanding.names.projects import Project, ProjectIndex
from assistant.understanding.one.named_rows import named_row
from assistant.understanding.one.over_years import how_far
from assistant.understanding.one.premises import read_premise
from assistant.understanding.one.project import by_mark
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject, foreign
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import SPENT, has_year, is_figure, is_passage, kind_of
from assistant.understanding.words.normalise import name_key
from assistant.understanding.words.operations import number, standalone_limit
from assistant.understanding.words.years import YearMention
from db.catalogue import MONEY, RATE

_N = r"(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,2})"
_LISTED = r"(?:事業|もの|やつ|ほう|会社|支出先|企業|団体|法人|契約|人|費目)"
_ORDINAL = pattern(
    rf"(?:第)?{_N}(?:番目|つ目|個目|件目|位|番)(?:の|は|に|を|が|って|$|[?])|(?P<first>(?:一番)?(?:最初|先頭|上|トップ)の{_LISTED})|(?P<last>(?:最後|一番下|最下位)の{_LISTED})"
)
_POINTS_BACK = pattern(
    r"その|それ|そこ|そっち|そちら|あれ|(?<!を)同じ|同様|さっき|先ほど|上の|前の(?!年)|^(?:では|じゃあ|じゃ|なら|だったら|ほかに|他に|あと|ちなみに|さらに)"
)
_AMONG = pattern(r"(?:その|この)(?:うち|中|なか)|それらの")
_MORE = pattern(
    r"(?:もっと|もう少し|さらに|より)?(?:詳しく|くわしく|詳細(?:を|に|は)?|細かく|全文|全部読|続き)"
)
_OTHERS = pattern(r"(?:ほか|他|それ以外)に?(?:は|も)?(?:ある|あり|何|どれ|$|[?])")
_TOGETHER = pattern(
    r"全部で|ぜんぶで|合計(?:する|で|は|だ|$)|合わせ(?:て|ると)|あわせ(?:て|ると)|足す|足し|トータル|総額"
)
_BACKWARDS = pattern(r"さかのぼ|遡|それ以前|もっと前|過去(?:は|の|に|$)|以前は")
# 「台湾の知財の事業の目的は」: a project is named by what it is about
_OF_A_PROJECT = pattern(
    r"^(?P<name>[^、。?]{2,30}?)(?:の|に関する|という)?(?:事業|補助金|交付金|調査費|委託費)(?=の|は|って|、|で|に|を|が)"
)
# the first of a ranking just shown
_THAT_ONE = pattern(
    r"^(?:それ|そこ|その(?:会社|契約|支出先|企業|人|相手|団体|法人|費目|業者|入札)?)(?=は|って|の|に|が|を|$|[?])"
)
# the answer just given is asked for again: where it stands, or more briefly
_AGAIN = pattern(
    r"^(?:それ|その|これ|今|今の|さっき|さっきの|この(?:数字|金額|答え)?)?(?:の|って|は)?(?:数字|金額|答え|話|記述)?(?:の|は|って)?(?:出典|ソース|出どころ|出所|典拠|どこに(?:書いて|載って|記載)|どのシート|何ページ|(?:もっと|もう少し)?(?:短く|簡潔に|手短に|簡単に)|一言で|ひとことで|もう一度|もう一回|要するに)"
)
_SCOPE = pattern(
    r"どの事業|どんな事業|事業(?:は|って)?(?:何件|いくつ|全部で)|何事業|事業数|全(?:体|事業|府省|省庁)|各(?:省|府省)|(?:府省庁|省庁|省)(?:別|ごと)|事業(?:を|で|の中で).{0,12}(?:教え|並べ|挙げ|一番|最も|トップ|上位)|(?:ほか|他|別)の事業|事業はどれ|事業はある|国全体|すべての|全ての|[いたるな]事業(?:は|を|って)"
)
_SAME_YEAR = pattern(r"(?:その|同じ|この)(?:年度?|時|とき)(?=の|は|に|で|、|だけ|$|[?])")
_DIFFERENCE = pattern(r"^(?:その|二つの|2つの)?(?:差|違い|差額)(?:は|って|を)")
_YEAR_BEFORE = pattern(r"前の?年|前年|去年|昨年")
_MANY = frozenset({"count", "sum", "average", "rank", "list", "compare", "trend"})


def follow_up(
    p: Parsed,
    subject: Subject,
    previous: Query,
    shown: ResultContext | None,
    index: ProjectIndex,
    situation: Situation,
) -> Query | None:
    """The previous query edited by this question; None where the question stands by itself."""
    if previous.operation == "none" and not previous.projects and previous.refusal is None:
        return None
    if _AGAIN.search(p.text) and not content_words(topic_of(p)) and not p.years:
        return replace(
            previous,
            question=p.n.original,
            words=p.words(),
            carried_over=("事業", "項目", "年度"),
            ordinal=None,
        )
    if shown is not None and shown.rows and previous.operation == "rank" and _THAT_ONE.search(p.text):
        chosen = _row(p, previous, shown, 1)
        if chosen is not None:
            return chosen
    ordinal = _ordinal(p, previous, shown, situation)
    if ordinal is not None:
        return ordinal
    recipient = other_recipient(p, previous, situation)
    if recipient is not None:
        return recipient
    if subject.certainty in ("exact", "sure", "likely", "several"):
        return _other_project(p, subject, previous, situation)
    if subject.certainty == "unknown":
        return None
    if _new_question(p, previous, index, shown, situation):
        return None
    query = _edited(p, previous, shown, index, situation)
    asked_back = previous.refusal
    if asked_back is not None and asked_back.code == "ambiguous_project" and len(query.projects) > 1:
        query = replace(query, refusal=asked_back)
    return replace(query, question=p.n.original, refusal=query.refusal, words=p.words())


# ------------------------------------------------------------------ what kind of turn this is


def _new_question(
    p: Parsed, previous: Query, index: ProjectIndex, shown: ResultContext | None, situation: Situation
) -> bool:
    """Whether the question says all it needs: its scope, or a matter the project before knows nothing of."""
    if _AMONG.search(p.text):
        return False
    verbs = p.verbs() - {"list"}
    if "similar" in verbs and previous.projects:
        return False
    content = content_words(topic_of(p))
    groups = [(o.start, o.end) for o in p.operations if o.verb == "group"]
    # 「府省庁別に」 says how to divide what was asked, no field of its own
    said = [f for f in p.fields if not any(a < f.end and f.start < b for a, b in groups)]
    same_scope = not p.ministries and (not said or keeps_ministry(p, previous, content))
    if _SCOPE.search(p.text) and not (previous.operation in _MANY and same_scope):
        return True
    if p.ministries and (p.fields or "count" in verbs or "list" in p.verbs()):
        return True
    if previous.projects and _project_of(previous, index):
        if not content:
            return False
        project = _project_of(previous, index)
        assert project is not None
        about = _OF_A_PROJECT.search(p.text)
        if about and situation.single is None and not _POINTS_BACK.search(p.text):
            named, key = content_words(about.group("name")), name_key(project.name)
            if named and not any(name_key(w) in key for w in named):
                return True
        if _POINTS_BACK.search(p.text) or situation.single is not None:
            return False
        return bool(p.ministries) or foreign(project, [topic_of(p)], index)
    return bool(content) and not _POINTS_BACK.search(p.text)


def _ordinal(p: Parsed, previous: Query, shown: ResultContext | None, situation: Situation) -> Query | None:
    """「2番目の事業は?」「3位の執行率は?」."""
    m = _ORDINAL.search(p.text)
    if not m or "rank" in {o.verb for o in p.operations if o.limit and o.limit > 1}:
        return None
    if p.names or p.ministries:
        return None
    listed = shown.projects if shown else ()
    row = _row_of(p, m, previous, shown)
    if row is not None:
        return row
    if not listed:
        back = bool(re.match(rf"^(?:では|じゃあ)?[、,]?(?:第)?{_N}(?:番目|つ目|個目|件目|位)", p.text))
        return (
            Query(p.n.original, refusal=Refusal("no_previous", m.group()), words=p.words()) if back else None
        )
    n = len(listed) if m.group("last") else 1 if m.group("first") else number(m.group("n"))
    if not 1 <= n <= len(listed):
        return Query(p.n.original, refusal=Refusal("no_previous", m.group()), words=p.words(), ordinal=n)
    p.claim(m.start(), m.end(), f"{n}番目：{listed[n - 1].name}")
    fields = own_fields(p)
    years = _own_years(p, previous, shown, fields, situation)
    base = Query(
        p.n.original, projects=(listed[n - 1],), fields=fields, years=years, ordinal=n, reason=bool(p.reasons)
    )
    topic = topic_of(p)
    back = previous.refusal is not None and previous.refusal.code == "ambiguous_project"
    if back and previous.fields and not (fields or base.reason or content_words(topic)):
        # chosen among what was asked back: the question is the one before
        chosen = replace(previous, question=p.n.original, projects=(listed[n - 1],), refusal=None, ordinal=n)
        return replace(chosen, words=p.words(), carried_over=("項目",))
    if base.reason:
        kept = fields or tuple(f for f in previous.fields if is_figure(f))
        base = replace(base, operation="reason", fields=kept, topic=topic)
    elif fields:
        base = replace(base, operation="lookup")
    elif content_words(topic):
        base = replace(base, operation="search", topic=topic)
    else:
        base = replace(base, operation="describe")
    return replace(
        base,
        words=p.words(),
        carried_over=("事業", *(("年度",) if years == previous.years and years.kind == "given" else ())),
    )


def _row_of(p: Parsed, m: re.Match[str], previous: Query, shown: ResultContext | None) -> Query | None:
    """「2番目は?」 after a list of one project (支出先, 費目): that row."""
    if shown is None or not shown.rows or len(previous.projects) != 1 or "事業" in m.group():
        return None
    n = len(shown.rows) if m.group("last") else 1 if m.group("first") else number(m.group("n"))
    if not 1 <= n <= len(shown.rows):
        return Query(p.n.original, refusal=Refusal("no_previous", m.group()), words=p.words(), ordinal=n)
    p.claim(m.start(), m.end(), f"{n}番目：{shown.rows[n - 1].value}")
    return _row(p, previous, shown, n)


def _row(p: Parsed, previous: Query, shown: ResultContext, n: int) -> Query | None:
    """What is asked of the ``n``-th row of the list just shown."""
    row = shown.rows[n - 1]
    fields = tuple(f for f in own_fields(p) if f.table == row.field.table)
    if not fields and vocabulary.WHAT_FOR.search(p.text):
        fields = _what_for(row.field)
    return replace(
        previous,
        question=p.n.original,
        operation="lookup",
        fields=fields or (row.field,),
        filters=(row,),
        topic="",
        reason=False,
        order=None,
        limit=None,
        ordinal=n,
        words=p.words(),
        carried_over=("事業",),
    )


def _what_for(name: FieldRef) -> tuple[FieldRef, ...]:
    """The column that says what a recipient was paid for."""
    column = "使途" if name.table == "expenses" else "業務概要"
    return (FieldRef(name.table, column),)


def _other_project(p: Parsed, subject: Subject, previous: Query, situation: Situation) -> Query | None:
    """「〇〇事業は?」 after a figure: the same figure of another project. Anything more is a question of its own."""
    query = decide(p, subject, situation)
    if (
        p.fields
        or p.reasons
        or p.verbs()
        or content_words(query.topic)
        or previous.operation in ("search", "none", "help", "describe")
    ):
        return None
    if not re.search(
        r"(?:は|の(?:場合|ほう|方)(?:は|だと)?|だと(?:どう)?|なら)[?]?$|(?:は|なら|だと)どう", p.text
    ):
        return None
    if previous.operation in ("count", "list", "rank") or not previous.fields:
        return None
    years = query.years if query.years.kind != "none" else previous.years
    carried = ("項目",) if years is query.years else ("項目", "年度")
    return replace(
        query,
        operation=previous.operation
        if previous.operation in ("lookup", "reason", "trend", "compare")
        else "lookup",
        fields=previous.fields,
        reason=previous.reason,
        years=years,
        carried_over=carried,
    )


# ------------------------------------------------------------------ the edit


def _edited(
    p: Parsed, previous: Query, shown: ResultContext | None, index: ProjectIndex, situation: Situation
) -> Query:
    carried: list[str] = []
    if previous.projects:
        carried.append("事業")
    q = replace(previous, refusal=None, premise=None, words=(), ordinal=None, topic="", candidates=())
    q = _ministry_edit(p, q, previous, index, carried)
    if q.refusal is not None:
        return q
    conditioned = {m for _, m in amount_filters(p) if m is not None} if not previous.projects else set()
    own = own_fields(p, conditioned)
    verbs = p.verbs()
    fields, operation = field_edit(p, previous, own)
    if previous.projects and previous.filters:
        fields = of_the_same_row(fields, previous.filters[0].field.table)
    years = _own_years(p, previous, shown, fields, situation)
    if not own and previous.fields and fields == previous.fields:
        carried.append("項目")
    if years == previous.years and years.kind == "given":
        carried.append("年度")
    q = replace(
        q, fields=fields, years=years, operation=operation or previous.operation, reason=bool(p.reasons)
    )
    q = published_edit(p, q, previous, shown)
    if p.years and not own and not p.reasons and previous.reason:
        figures = tuple(f for f in fields if is_figure(f))
        q = replace(q, operation="lookup" if figures else q.operation, fields=figures or fields)
    q = _filter_edit(p, q, previous, carried)
    leftover = topic_of(p)
    content = content_words(leftover)
    found = shown.projects[:1] if shown and previous.operation == "search" and not q.projects else ()
    if found and not content and not verbs and (p.reasons or own):
        # after a search 「その理由は」 and 「予算額は」 are asked of the project that was found first
        q = replace(q, projects=found)
        carried += ["事業", "話題"] if not own else ["事業"]
    if p.reasons and q.projects == found and found and not own:
        q = replace(q, operation="search", topic=previous.topic)
    elif p.reasons:
        figures = tuple(f for f in fields if is_figure(f)) or fields
        q = replace(
            q, operation="reason" if figures else "search", fields=figures, topic=leftover if content else ""
        )
        q = replace(q, years=_fixed(q.years, shown), premise=read_premise(p, q.fields))
    elif q.projects:
        q = _one_edit(p, q, previous, own, leftover, shown, situation)
    else:
        q = _many_edit(p, q, previous, own, verbs, shown)
    if not q.ministries and "府省庁" in carried:
        carried.remove("府省庁")
    return replace(q, carried_over=tuple(dict.fromkeys(carried)))


def _own_years(
    p: Parsed,
    previous: Query,
    shown: ResultContext | None,
    fields: tuple[FieldRef, ...],
    situation: Situation,
) -> Years:
    figures = [y for y in p.years if y.role == "figure"]
    given = tuple(dict.fromkeys(v for y in figures if y.kind == "given" for v in y.years))
    said = "・".join(y.text for y in figures)
    coming = [y.text for y in figures] + [f.text for f in p.fields if f.field == REQUEST]
    if REQUEST in fields and any(text.startswith("来年") for text in coming):
        # next year's request is the newest there is, whatever year was asked about before
        return Years("latest", as_said=said)
    step = _from_today(figures)
    if given and step and situation.last_year and min(given) > situation.last_year:
        # 「去年は?」 of sheets that end before it: the year before the one just shown
        taken = _taken(previous, shown)
        given = ((min(taken) if step < 0 else max(taken)) + step,) if taken else given
    if given:
        return Years("given", given, as_said=said)
    if _BACKWARDS.search(p.text) or any(y.kind == "all" for y in figures):
        return Years("all", as_said=said)
    first = next((y for y in figures if y.kind == "first"), None)
    if first is not None and len(previous.projects) == 1:
        return first_year(first, Years("latest"), previous.projects[0].sheet_keys, situation)
    taken = _taken(previous, shown)
    moved = relative_years(p)
    if moved and taken:
        step = moved[0].count if moved[0].kind == "after" else -moved[0].count
        return Years("given", ((max(taken) if step > 0 else min(taken)) + step,), as_said=said)
    if taken and (same := _SAME_YEAR.search(p.text)):
        # of years in an order the first is the one that was asked for
        return Years("given", taken[:1], as_said=same.group())
    latest = [y for y in figures if y.kind == "latest"]
    if latest:
        return Years("latest", count=latest[0].count, as_said=said)
    yearly = any(has_year(f) and is_figure(f) for f in fields)
    if previous.years.kind == "none" and yearly:
        return Years("latest")
    if previous.years.kind != "given" and not yearly:
        return Years("none")
    return previous.years


def _from_today(figures: Sequence[YearMention]) -> int:
    """−1 for 「去年」 and 1 for 「来年」 said by themselves, else 0."""
    said = figures[0].text if len(figures) == 1 else ""
    return -1 if re.match(r"去年|昨年", said) else 1 if said.startswith("来年") else 0


def _taken(previous: Query, shown: ResultContext | None) -> tuple[int, ...]:
    if shown and shown.fiscal_years:
        return shown.fiscal_years
    return previous.years.values


def _fixed(years: Years, shown: ResultContext | None) -> Years:
    """「その理由は?」 asks about the year just shown."""
    if years.kind == "latest" and shown and shown.fiscal_years:
        return Years("given", tuple(sorted(shown.fiscal_years)), as_said=years.as_said)
    return years


def _ministry_edit(p: Parsed, q: Query, previous: Query, index: ProjectIndex, carried: list[str]) -> Query:
    named = tuple(dict.fromkeys(v for m in p.ministries for v in m.values))
    if not p.ministries:
        if previous.ministries and not previous.projects:
            carried.append("府省庁")
        return q
    wanted = frozenset(named)
    if previous.refusal is not None and previous.refusal.code == "ambiguous_project":
        chosen = tuple(c for c in previous.refusal.candidates if _ministries_of(c.sheet_keys, index) & wanted)
        if chosen:
            return replace(q, projects=chosen, ministries=named)
    project = _project_of(previous, index)
    if project is not None:
        twins = tuple(x for x in index.projects if x.name == project.name and x.ministries & wanted)
        if twins:
            carried[:] = [c for c in carried if c != "事業"] + ["事業名"]
            return replace(q, projects=tuple(x.ref() for x in twins), ministries=named)
        return replace(
            q,
            projects=(),
            ministries=named,
            refusal=Refusal("unknown_project", f"{project.name}（{p.ministries[0].name}）", (project.ref(),)),
        )
    # of one 府省庁 there is nothing to tell apart
    alone = len(named) == 1 and q.group_by == MINISTRY
    return replace(q, ministries=named, group_by=None if alone else q.group_by)


def _filter_edit(p: Parsed, q: Query, previous: Query, carried: list[str]) -> Query:
    if q.projects:
        return q
    added = (*(f for f, _ in amount_filters(p)), *year_filters(p))
    kept = tuple(
        f for f in previous.filters if f.field not in {a.field for a in added} or _AMONG.search(p.text)
    )
    if kept:
        carried.append("条件")
    return replace(q, filters=(*kept, *added))


def _one_edit(
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
        return replace(q, operation="lookup", fields=_what_for(q.filters[0].field))
    number = counted(p.text) is not None and not own and all(is_passage(f) for f in q.fields)
    if (content or number) and not own:
        asked = replace(q, operation="search", topic=leftover, fields=(), filters=())
        return named_row(p, asked, (), situation.rows) or asked
    if content and any(is_passage(f) for f in own):
        return replace(q, operation="search", topic=topic_of(p, with_fields=True))
    if "similar" in verbs:
        return replace(q, operation="similar", fields=(), years=Years("none"))
    if _MORE.search(p.text) and not own:
        return replace(q, operation="describe", topic=previous.topic)
    if IS_IT_MUCH.search(p.text) and figures and has_year(figures[0]):
        return replace(q, operation="trend", fields=figures, years=Years("all"))
    if "average" in verbs and figures and has_year(figures[0]):
        return replace(q, operation="average", fields=figures, years=q.years if p.years else Years("all"))
    if _TOGETHER.search(p.text) and figures:
        return replace(
            q,
            operation="sum",
            years=q.years if p.years else Years("all") if has_year(figures[0]) else q.years,
        )
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    if rank is not None and figures and has_year(figures[0]) and figures[0].table not in MONEY_OF:
        return replace(
            q,
            operation="rank",
            fields=figures[:1],
            order="asc" if rank.order in ("asc", "worst") else "desc",
            limit=1,
            years=Years("all"),
        )
    if q.years.kind == "all" or (q.years.kind == "latest" and q.years.count > 1):
        return replace(q, operation="trend", fields=figures or (BUDGET, SPENT))
    if ("compare" in verbs or _DIFFERENCE.match(p.text)) and figures:
        years = _pair(q.years, shown, bool(_YEAR_BEFORE.search(p.text)))
        return replace(q, operation="compare", years=years, difference=how_far(p))
    if rank is not None and q.fields and q.fields[0].table in MONEY_OF:
        return replace(
            q,
            operation="rank",
            fields=figures[:1] or (MONEY_OF[q.fields[0].table],),
            order="asc" if rank.order == "asc" else "desc",
            limit=rank.limit or DEFAULT_LIMIT,
        )
    if "count" in verbs and q.fields and q.fields[0].table in MONEY_OF:
        return replace(q, operation="count")
    if (
        q.operation
        in ("search", "none", "help", "trend", "compare", "sum", "count", "rank", "reason", "similar")
        and q.fields
    ):
        return replace(q, operation="lookup")
    if not q.fields and q.operation in ("none", "help"):
        return replace(q, operation="describe")
    return q


def _pair(years: Years, shown: ResultContext | None, year_before: bool) -> Years:
    """The two years of 「差は?」「何倍になった?」: the two just told, else the year told and the one before it."""
    two = {*shown.before, *shown.fiscal_years} if shown and not year_before else set()
    if len(two) == 2 and set(years.values) <= two:
        return Years("given", tuple(sorted(two)))
    if years.kind == "given" and len(years.values) == 1:
        return replace(years, values=(years.values[0] - 1, years.values[0]))
    if years.kind == "latest":
        if shown and shown.fiscal_years:
            return Years("given", (max(shown.fiscal_years) - 1, max(shown.fiscal_years)))
        return replace(years, count=2)
    return years


def _many_edit(
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
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    group = next((o.group for o in p.operations if o.verb == "group"), None)
    limit = standalone_limit(p.text)
    if group is not None:
        ministries = () if group.column in ("府省庁", "政策所管府省庁") and not p.ministries else q.ministries
        q = replace(q, group_by=group, order="desc", limit=limit, ministries=ministries)
        return replace(
            q, operation=q.operation if q.operation in ("count", "sum", "average", "rank") else "sum"
        )
    if rank is not None:
        by = tuple(f for f in q.fields if is_figure(f)) or (BUDGET,)
        way = previous.order or "desc"
        if rank.order in ("asc", "desc"):
            way = "asc" if rank.order == "asc" else "desc"
        years = Years("latest") if q.years.kind == "none" else q.years
        return replace(
            q,
            operation="rank",
            fields=by,
            order=way,
            limit=rank.limit or limit or DEFAULT_LIMIT,
            years=years,
        )
    if "average" in verbs:
        return replace(q, operation="average")
    if "count" in verbs:
        return replace(q, operation="count", fields=tuple(f for f in own if not is_figure(f)))
    if _TOGETHER.search(p.text) and q.payees:
        return replace(q, operation="sum")
    if _TOGETHER.search(p.text) and not p.ministries:
        if previous.operation == "count" and not own:
            return replace(q, ministries=())
        money = tuple(f for f in q.fields if kind_of(f) == MONEY)
        # a list made by an amount is added up by that amount
        money = money or tuple(f.field for f in q.filters if kind_of(f.field) == MONEY)[:1]
        return replace(q, operation="sum", fields=money or (BUDGET,))
    if own and previous.operation in ("count", "list") and any(is_figure(f) for f in own):
        kind = kind_of(own[0])
        return replace(q, operation="average" if kind == RATE else "sum", fields=own)
    if own and previous.operation in ("sum", "average"):
        return replace(q, operation="average" if kind_of(own[0]) == RATE else "sum", fields=own)
    if ("list" in verbs or re.search(r"どれ|どの事業|何(?:です|$|\?)", p.text)) and previous.operation in (
        "count",
        "sum",
        "average",
    ):
        return replace(q, operation="list", limit=limit)
    if q.years.kind == "all":
        return replace(q, operation="trend")
    return q


def _project_of(q: Query, index: ProjectIndex) -> Project | None:
    if len(q.projects) != 1:
        return None
    keys = set(q.projects[0].sheet_keys)
    return next((x for x in index.projects if keys & set(x.sheet_keys)), None)


def _ministries_of(sheet_keys: tuple[str, ...], index: ProjectIndex) -> frozenset[str]:
    keys = set(sheet_keys)
    return next((x.ministries for x in index.projects if keys & set(x.sheet_keys)), frozenset())
