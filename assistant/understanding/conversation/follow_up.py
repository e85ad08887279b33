"""Follow-ups: a question that leaves something out takes it from the query before it.

The state of a conversation is the previous query and what its answer showed. A question that says everything
itself is not bent by what came before.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Refusal, ResultContext, Years
from assistant.understanding.conversation.afresh import asks_the_same, read_afresh, says_something
from assistant.understanding.conversation.choosing import Choice, chosen, says_no_more
from assistant.understanding.conversation.fields import field_edit, of_the_same_row, own_fields
from assistant.understanding.conversation.of_many import (
    edit_many,
    keeps_ministry,
    other_recipient,
    published_edit,
)
from assistant.understanding.conversation.one_project import edit_one
from assistant.understanding.conversation.orders import TOGETHER, order_said, order_span, turns_round
from assistant.understanding.conversation.pointed_at import of_the_ministry_shown, pointed_at
from assistant.understanding.conversation.rows import kept_rows, row_in_hand, row_of_list
from assistant.understanding.conversation.side_by_side import set_side_by_side
from assistant.understanding.conversation.years import own_years, read_bare_year, year_explained
from assistant.understanding.deciding import Situation, decide
from assistant.understanding.many.conditions import (
    BUDGET,
    EXECUTION_RATE,
    amount_filters,
    word_filters,
    year_filters,
)
from assistant.understanding.names.projects import Project, ProjectIndex
from assistant.understanding.one.premises import read_premise
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject, foreign
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words.fields import MINISTRY, SPENT, FieldMention, has_year, is_figure, kind_of
from assistant.understanding.words.normalise import name_key

_POINTS_BACK = pattern(
    r"その|それ|そこ|そっち|そちら|あれ|(?<!を)同じ|同様|さっき|先ほど|上の|前の(?!年)|^(?:では|じゃあ|じゃ|なら|だったら|ほかに|他に|あと|ちなみに|さらに)"
)
_AMONG = pattern(r"(?:その|この)(?:うち|中|なか)|それらの")
# 「台湾の知財の事業の目的は」: a project is named by what it is about
_OF_A_PROJECT = pattern(
    r"^(?P<name>[^、。?]{2,30}?)(?:の|に関する|という)?(?:事業|補助金|交付金|調査費|委託費)(?=の|は|って|、|で|に|を|が)"
)
# the answer just given is asked for again: where it stands, or more briefly
_AGAIN = pattern(
    r"^(?:それ|その|これ|今|今の|さっき|さっきの|この(?:数字|金額|答え)?)?(?:の|って|は)?(?:数字|金額|答え|話|記述)?(?:の|は|って)?(?:出典|ソース|出どころ|出所|典拠|どこに(?:書いて|載って|記載)|どのシート|何ページ|(?:もっと|もう少し)?(?:短く|簡潔に|手短に|簡単に)|一言で|ひとことで|もう一度|もう一回|要するに)"
)
_SCOPE = pattern(
    r"どの事業|どんな事業|事業(?:は|って)?(?:何件|いくつ|全部で)|何事業|事業数|全(?:体|事業|府省|省庁)|各(?:省|府省)|(?:府省庁|省庁|省)(?:別|ごと)|事業(?:を|で|の中で).{0,12}(?:教え|並べ|挙げ|一番|最も|トップ|上位)|(?:ほか|他|別)の事業|事業はどれ|事業はある|国全体|すべての|全ての|[いたるな]事業(?:は|を|って)"
)
# 「〇〇事業は?」「〇〇だとどう」
_THE_SAME_OF = pattern(r"(?:は|の(?:場合|ほう|方)(?:は|だと)?|だと(?:どう)?|なら)[?]?$|(?:は|なら|だと)どう")
# 「だいぶ増えたね、何倍?」
_REMARK = pattern(
    r"^(?:へえ|なるほど|ふーん)?[、,]?(?:だいぶ|ずいぶん|結構|けっこう|かなり|すごく)?(?:増え|減っ|上が|下が|多|少な|高|低)[^、。?]{0,5}[ねなよ][、。]"
)
_SAME_THING = pattern(r"^(?:では|じゃあ)?[、,]?(?:同じこと|同じ質問|同じの|それ)を")
_LIST_AGAIN = pattern(
    r"(?:さっき|先ほど|前|元|もと|最初)の(?:一覧|リスト|ランキング|順位|表)(?:を|に|へ|は)?(?:もう(?:一|1)度|戻[^、。?]{0,6}|見せ[^、。?]{0,6}|[?]?$)"
)
_MOVED = pattern(r"増え|増加|伸び|上が|減っ|減り|減少|下が|落ち")
_SEVERAL = 2
_EVERY_ROW = pattern(r"(?:全部|すべて|全て|全体)の")
_KIND_SAID = pattern(r"成果|活動|アウト")
_NAME = FieldRef("sheets", "事業名")
_OF_MANY = frozenset({"average", "sum", "count"})
_MANY = frozenset({"count", "sum", "average", "rank", "list", "compare", "trend"})
# 「違う、国費施設のほう」
_CORRECTED = pattern(
    r"^(?:(?:いや|いえ|いいえ|(?:違|ちが)(?:う|います|くて)|(?:そう|それ|そっち|そちら|そこ)?(?:じゃな(?:い|く)|ではな(?:い|く))(?:て)?|間違え(?:た|ました)|ごめん(?:なさい)?|すみません)(?:って|よ|ね|ん)?[、,。 ]*)+"
)


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
    corrected = _CORRECTED.match(p.text)
    if corrected:
        p.claim(*corrected.span(), "言い直し")
    remark = _REMARK.match(p.text)
    if remark and remark.end() < len(p.text):
        p.claim_around(remark.start(), remark.end(), "感想")
    again = _SAME_THING.match(p.text)
    if again:
        p.claim(*again.span(), "前の質問と同じこと")
    read_bare_year(p, previous, shown, situation)
    named = subject.certainty in ("exact", "sure", "likely", "several")
    if previous.refusal is not None and previous.refusal.code == "no_project":
        # asked which project is meant, the turn names it, or asks something else
        return _other_project(p, subject, previous, situation) if named else None
    if _AGAIN.search(p.text) and not content_words(topic_of(p)) and not p.years:
        carried = ("事業", "項目", "年度")
        return replace(previous, question=p.n.original, words=p.words(), carried_over=carried, ordinal=None)
    previous = of_the_ministry_shown(p, previous, shown)
    again_said = _LIST_AGAIN.search(p.text)
    listing = shown.listing if shown else None
    if again_said and listing is not None and not (p.names or p.ministries or p.years):
        p.claim_around(again_said.start(), again_said.end(), "前の一覧")
        return replace(listing, question=p.n.original, words=p.words(), carried_over=("項目",))
    read = (
        pointed_at(p, previous, shown, situation)
        or row_of_list(p, previous, shown, situation)
        or set_side_by_side(p, previous, shown)
        or other_recipient(p, previous, situation)
    )
    if read is not None:
        return read
    choice = chosen(p, subject, previous, shown)
    if isinstance(choice, Query):
        return replace(choice, question=p.n.original, words=p.words())
    if choice is not None:
        return _asked_of(p, choice, shown, index, situation)
    if named:
        return _other_project(p, subject, previous, situation)
    listing = shown.listing if shown else None
    if listing is not None and previous.order is None and turns_round(p):
        # 「逆に一番高いのは」「ワースト5は」 after one of a ranking: the ranking again
        previous = listing
    if subject.certainty == "unknown":
        return None
    if _new_question(p, previous, index, shown, situation):
        return None
    if p.ministries and len(previous.projects) == 1 and _OF_MANY & p.verbs():
        previous = _of_a_ministry(previous)
    query = _edited(p, previous, shown, index, situation)
    if query.refusal is None and asks_the_same(query, previous) and says_something(p, previous):
        # what the turn says was not read as an edit: the answer before is no answer to it
        return read_afresh(p, previous, _project_of(previous, index), situation)
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
    by_ministry = any(o.group == MINISTRY for o in p.operations)
    if p.fields and by_ministry and previous.ministries and previous.operation in ("list", "rank"):
        # 「2023年度の予算が一番多い省庁は?」 after one 府省庁's projects
        return not _POINTS_BACK.search(p.text)
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


def _of_a_ministry(previous: Query) -> Query:
    """「文化庁の平均は?」 after a project's figure: the figure of that 府省庁's projects."""
    given = previous.years.kind == "given" and len(previous.years.values) == 1
    years = previous.years if given else Years("latest")
    return replace(previous, projects=(), filters=(), operation="sum", years=years, order=None, limit=None)


def _asked_of(
    p: Parsed, choice: Choice, shown: ResultContext | None, index: ProjectIndex, situation: Situation
) -> Query:
    """What the turn asks of the project it chose."""
    if says_no_more(p):
        fields = ("項目",) if choice.alone.fields else ()
        years = ("年度",) if choice.alone.years.kind == "given" else ()
        query = replace(choice.alone, carried_over=("事業", *fields, *years))
    else:
        same = shown is not None and shown.projects == choice.base.projects
        seen = shown if shown is None or same else replace(shown, rows=(), before=())
        query = _edited(p, choice.base, seen, index, situation)
    return replace(query, question=p.n.original, words=p.words(), ordinal=choice.ordinal)


def _other_project(p: Parsed, subject: Subject, previous: Query, situation: Situation) -> Query | None:
    """「〇〇事業は?」 after a figure: the same figure of another project. Anything more is a question of its own."""
    asked_back = previous.refusal is not None
    query = decide(p, subject, situation)
    says_more = p.fields or p.reasons or p.verbs() or content_words(query.topic)
    if says_more or not previous.fields or not (asked_back or _THE_SAME_OF.search(p.text)):
        return None
    if previous.operation in ("search", "help", "describe", "count", "list", "rank"):
        return None
    if previous.operation == "none" and not asked_back:
        return None
    years = query.years if query.years.kind != "none" else previous.years
    kept = previous.operation in ("lookup", "reason", "trend", "compare")
    return replace(
        query,
        operation=previous.operation if kept else "lookup",
        fields=previous.fields,
        reason=previous.reason,
        years=years,
        carried_over=("項目",) if years is query.years else ("項目", "年度"),
    )


# ------------------------------------------------------------------ the edit


def _edited(
    p: Parsed, previous: Query, shown: ResultContext | None, index: ProjectIndex, situation: Situation
) -> Query:
    carried: list[str] = []
    if previous.projects:
        carried.append("事業")
    q = replace(
        previous, refusal=None, premise=None, words=(), ordinal=None, topic="", candidates=(), beside=()
    )
    q = _ministry_edit(p, q, previous, index, carried)
    if q.refusal is not None:
        return q
    conditioned = {m for _, m in amount_filters(p) if m is not None} if not previous.projects else set()
    own = own_fields(p, conditioned)
    verbs = p.verbs()
    fields, operation = field_edit(p, previous, own)
    if previous.projects and not _KIND_SAID.search(p.text):
        in_hand = [f.field.table for f in previous.filters] or [f.table for f in previous.fields]
        fields = of_the_same_row(fields, in_hand[0] if in_hand else "")
    years = own_years(p, previous, shown, fields, situation)
    if own or p.reasons:
        # the place in an order, the middle one … were asked of the figure before
        q = replace(q, place=False, median=False, added=False, of_each=False, having=())
    if not own and previous.fields and fields == previous.fields:
        carried.append("項目")
    if years == previous.years and years.kind == "given":
        carried.append("年度")
    q = replace(
        q, fields=fields, years=years, operation=operation or previous.operation, reason=bool(p.reasons)
    )
    q = published_edit(p, q, previous, shown)
    other_years = (q.years.kind == "given" and p.years) or (
        q.years.kind == "all" and q.years != previous.years
    )
    if q.projects and other_years and not any(map(has_year, q.fields)) and not own:
        # 「2022年度はどうだった」 after a text of the sheet
        figures = shown.figures if shown and shown.figures else (BUDGET, SPENT, EXECUTION_RATE)
        q = replace(q, fields=figures, operation="lookup")
    if p.years and not own and not p.reasons and previous.reason:
        figures = tuple(f for f in fields if is_figure(f))
        q = replace(q, operation="lookup" if figures else q.operation, fields=figures or fields)
    for said in (TOGETHER.search(p.text), order_said(p, previous) and order_span(p)):
        if said:
            p.claim(*said.span(), "集計：" + said.group())
    q = _filter_edit(p, q, previous, shown, carried)
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
        premise = read_premise(p, q.fields)
        moved = bool(_MOVED.search(p.text))
        q = replace(q, years=year_explained(q.years, previous, shown, moved), premise=premise)
    elif q.projects:
        q = edit_one(p, q, previous, own, leftover, shown, situation)
    else:
        q = edit_many(p, q, previous, own, verbs, shown)
    if not q.ministries and "府省庁" in carried:
        carried.remove("府省庁")
    return replace(q, carried_over=tuple(dict.fromkeys(carried)))


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


def _filter_edit(
    p: Parsed, q: Query, previous: Query, shown: ResultContext | None, carried: list[str]
) -> Query:
    if q.projects:
        row = row_in_hand(previous)
        chosen_row = row is not None and row.op == "=" and previous.operation == "lookup"
        few = len(shown.rows if shown else ()) < _SEVERAL
        ordered = order_said(p, previous) is not None and (chosen_row or few)
        among_all = ordered or _EVERY_ROW.search(p.text)
        return replace(q, filters=() if among_all else kept_rows(previous, q.fields))
    amounts = [_amount_in_hand(f, m, previous) for f, m in amount_filters(p)]
    worded = word_filters(p) if previous.operation in _MANY else []
    if worded:
        # 「そのうち一者応札は」: the words of a condition are no box that is asked for
        for f, start, end in worded:
            p.claim_around(start, end, f"条件：{f.field.column} {f.value}")
        inside = {m.field for m in p.fields for _, a, b in worded if m.start < b and a < m.end}
        q = replace(q, fields=tuple(x for x in q.fields if x not in inside) or previous.fields)
    added = (*amounts, *(f for f, _, _ in worded), *year_filters(p))
    among = bool(_AMONG.search(p.text))
    kept = tuple(f for f in previous.filters if f.field not in {a.field for a in added} or among)
    if (
        among
        and previous.operation == "rank"
        and previous.group_by is None
        and shown
        and len(shown.projects) > 1
    ):
        # 「その中で」 after the first five: of these five
        kept += (Filter(_NAME, "in", tuple(dict.fromkeys(x.name for x in shown.projects))),)
    if kept:
        carried.append("条件")
    return replace(q, filters=(*kept, *added))


def _amount_in_hand(f: Filter, mention: FieldMention | None, previous: Query) -> Filter:
    """「1000億円以上は?」 after 「当初予算が100億円以上」 speaks of that amount too."""
    if mention is not None or f.field not in (BUDGET, EXECUTION_RATE):
        return f
    kind = kind_of(f.field)
    same = next((b.field for b in previous.filters if kind_of(b.field) == kind), f.field)
    return replace(f, field=same)


def _project_of(q: Query, index: ProjectIndex) -> Project | None:
    if len(q.projects) != 1:
        return None
    keys = set(q.projects[0].sheet_keys)
    return next((x for x in index.projects if keys & set(x.sheet_keys)), None)


def _ministries_of(sheet_keys: tuple[str, ...], index: ProjectIndex) -> frozenset[str]:
    keys = set(sheet_keys)
    return next((x.ministries for x in index.projects if keys & set(x.sheet_keys)), frozenset())
