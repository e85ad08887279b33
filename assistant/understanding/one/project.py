"""A question about one project as a query: a field, a trend, a comparison, a reason, a passage."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Years
from assistant.understanding.many.conditions import BUDGET, MONEY_OF
from assistant.understanding.names.projects import pairs_of
from assistant.understanding.one.lists import (
    RELATED,
    asks_how,
    final_aim,
    kind_asked,
    ordered_rows,
    row_conditions,
    whose_related,
)
from assistant.understanding.one.over_years import (
    best_year,
    compared,
    largest_step,
    one_of_another,
    sum_of_year,
    total,
    trend,
    years_that_met,
)
from assistant.understanding.one.premises import read_premise
from assistant.understanding.one.said import HOW, INDICATORS, One, Reader
from assistant.understanding.one.without_field import OUTLOOK, without_field
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.topics import claim_phrase, content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import SPENT, is_figure, is_passage, kind_of, label_of
from assistant.understanding.words.normalise import name_key
from db.catalogue import CHOICE, catalogue

MARK = FieldRef("evaluations", "評価")
_JUDGED = FieldRef("comments", "判定")
_JUDGEMENT_WORDS = 3
TEAM = FieldRef("comments", "本文", "行政事業レビュー推進チームの所見")
_ENDINGS = frozenset({"終了", "終わる", "終わった", "廃止", "中止", "打切", "統合", "縮小"})
_COUNTABLE = frozenset({"payees", "expenses", "contracts", "outcomes", "outputs", "related"})
_AS_MARK = {"○": "○", "〇": "○", "◯": "○", "丸": "○", "×": "×", "✕": "×", "バツ": "×", "△": "△", "三角": "△"}
_MARKS = pattern(
    rf"(?P<of>(?:(?:{'|'.join(_AS_MARK)})[とやか、・]?)+)(?P<not>以外|で(?:は)?な|じゃな|(?:が|の|を)?(?:付い|つい|付け)て(?:い)?な)?"
)
_ITEMS = pattern(
    r"[○×△](?:(?:が|の|を)?(?:付い|つい|付け)て(?:い)?な(?:い|かった)|の|が付いた|がつ(?:い|く)た?|(?:を)?付け(?:た|られた)|以外(?:の|は|に))(?:(?:点検|評価)?(?:の)?(?:評価|項目)|ところ|もの|$|[?]|は|に|が|あ)"
)
# what may stand between a word and the figure that is asked of it
_BETWEEN = pattern(r"(?<=の)(?:(?:その|各)?年度?[のは]|\s)+$")
# what a project's whole money is called too
_MONEY_OF_ALL = pattern(r"補助金?|交付金|助成金|委託費|事業費|運営費|国費|公費|税金")
_OF_A_TIME = pattern(r"年|期|前|後|時|頃|間$|現在|最近|当時|今")


def about_one(p: Parsed, q: Query, subject: Subject) -> Query:
    """The query of a question whose project is known: the first reader that knows it makes the query."""
    claim_phrase(p, subject.phrase, subject)
    topic = topic_of(p)
    # 「入札には何社来た」: a word of the asked field's own name says no more
    own = [label_of(f) for f in q.fields if not is_passage(f)]
    content = [w for w in content_words(topic) if not any(w in label for label in own)]
    if any(f.table in MONEY_OF for f in q.fields):
        content = [w for w in content if w not in kind_asked(p)]
    # what a topic takes for granted is no premise about a project that only sounds like it
    named = subject.certainty in ("exact", "sure") or not content
    one = One(
        p=p,
        q=replace(q, premise=read_premise(p, q.fields) if named and (q.reason or _blames(p)) else None),
        subject=subject,
        verbs=p.verbs(),
        figures=tuple(f for f in q.fields if is_figure(f)),
        topic=topic,
        content=content,
        how=asks_how(p),
        rank=next((o for o in p.operations if o.verb == "rank"), None),
    )
    _as_a_whole(one)
    return next(found for read in _READERS if (found := read(one)) is not None)


def _as_a_whole(m: One) -> None:
    """Where no field is named, what is added up of a project is what was spent, and what grows is its budget."""
    if m.q.fields or not m.plain:
        return
    years = m.q.years
    if {"sum", "average"} & m.verbs:
        m.figures = (SPENT,)
        m.q = replace(m.q, fields=m.figures, years=years if years.kind != "none" else Years("all"))
    elif "compare" in m.verbs and not m.followed and "similar" not in m.verbs:
        if len(years.values) > 1:
            # 「2015年度から2020年度で何倍になった」
            m.figures = (SPENT,)
            m.q = replace(m.q, fields=m.figures)
        elif m.subject.certainty != "several":
            # 「水俣病の対策費は減っている?」「前年からいくら増えた」
            m.figures = (BUDGET,)
            m.q = replace(m.q, fields=m.figures, years=years if years.kind != "none" else Years("latest"))


def _similar(m: One) -> Query | None:
    return replace(m.q, operation="similar") if "similar" in m.verbs and RELATED not in m.q.fields else None


def _several_projects(m: One) -> Query | None:
    several = len(m.q.projects) > 1 and m.subject.certainty != "several"
    return replace(m.q, operation="compare") if several and m.figures and not m.content else None


def _place(m: One) -> Query | None:
    """「次期戦闘機は執行額で何位」: where the project stands among all, or among those of its 府省庁."""
    said = next((o for o in m.p.operations if o.verb == "place"), None)
    if said is None:
        return None
    figures = tuple(f for f in m.figures if f.table == "budgets") or (BUDGET,)
    if not m.plain or m.q.years.kind == "all" or len(m.q.years.values) > 1:
        return m.refused(m.p.text[said.start : said.end])
    ranks = [o.order for o in m.p.operations if o.verb == "rank" and o.order]
    low = (said.order or (ranks[0] if ranks else "desc")) != "desc"
    years = m.q.years if m.q.years.kind != "none" else Years("latest")
    return replace(
        m.q,
        operation="rank",
        fields=figures[:1],
        place=True,
        order="asc" if low else "desc",
        years=years,
        premise=None,
        topic="",
    )


def _counted_rows(m: One) -> Query | None:
    """「支出先は何者」."""
    if "count" not in m.verbs or m.content:
        return None
    if any(f.table in INDICATORS and is_figure(f) for f in m.q.fields):
        return None
    whose = whose_related(m.p) if RELATED in m.q.fields else None
    filters = (whose,) if whose is not None else m.q.filters
    counts = _COUNTABLE & {f.table for f in m.q.fields}
    return replace(m.q, operation="count", filters=filters) if counts else None


def _added_up(m: One) -> Query | None:
    """「支出先の総額は」: the amounts of a list's rows in one sum."""
    table = next((f.table for f in m.q.fields if f.table in MONEY_OF), None)
    if "sum" not in m.verbs or m.content or m.figures or table is None or "count" in m.verbs:
        return None
    return replace(m.q, operation="sum", fields=(MONEY_OF[table],))


def _reason(m: One) -> Query | None:
    if not m.q.reason:
        return None
    box = next((f for f in m.q.fields if _is_a_reason(f)), None)
    if box is not None and not m.content:
        # the sheet has a box for this very reason
        return replace(m.q, operation="lookup", fields=(box,), reason=False, premise=None)
    if _ENDINGS.issuperset(m.content or (m.topic,)) and not m.figures:
        # 「なぜ終了するの」: what becomes of a project stands in boxes of their own
        return replace(m.q, operation="lookup", fields=(OUTLOOK[1], TEAM), reason=False, topic="")
    if m.figures and len(m.content) <= 1:
        return replace(m.q, operation="reason", topic=m.topic)
    return replace(
        m.q,
        operation="search" if m.content or not m.q.fields else "reason",
        topic=topic_of(m.p, with_fields=True) if m.content or not m.q.fields else "",
    )


def _is_a_reason(ref: FieldRef) -> bool:
    """A box that states a reason of its own (定量的な目標が設定できない理由), not that of a figure (主な増減理由)."""
    if ref.table == "evaluations" or "理由" not in label_of(ref):
        return False
    return ref.table != "comments" or not catalogue().comment(ref.item or "").explains


def _marked(m: One) -> Query | None:
    return by_mark(m.p, m.q)


def _looked_up(m: One) -> Query | None:
    """「執行率は」「実施方法は委託?」: the boxes themselves."""
    passages = any(is_passage(f) for f in m.q.fields)
    if m.q.fields == (_JUDGED,) and len(m.content) <= _JUDGEMENT_WORDS:
        # 「判定は「抜本的な改善」だった?」: the judgement says whether it is
        return replace(m.q, operation="lookup", topic="")
    if not m.content and RELATED in m.q.fields and (whose := whose_related(m.p)):
        return replace(m.q, operation="lookup", filters=(whose,))
    if not m.content and (limits := row_conditions(m.p, m.q.fields)):
        return replace(m.q, operation="lookup", filters=limits, years=Years("none"))
    if not m.content and (final := final_aim(m.p, m.q.fields)):
        return replace(m.q, operation="lookup", filters=(final,), years=Years("all"))
    if not m.content and not (m.how and (m.figures or m.q.fields == (MARK,)) and not passages):
        topic = topic_of(m.p, with_fields=True) if passages and m.how else ""
        return replace(m.q, operation="lookup", topic=topic)
    if len(m.content) <= 2 and all(kind_of(f) == CHOICE and f.table == "sheets" for f in m.q.fields):
        # the word beside the field is one of what may stand there
        return replace(m.q, operation="lookup")
    asked = m.figures or tuple(f for f in m.q.fields if f.table == "sheets")
    sure = m.subject.certainty == "exact" or not m.content or _nickname(m)
    if asked and sure and asks_figure(m.p, asked) and not passages:
        return replace(m.q, operation="lookup", topic=m.topic)
    return None


def _nickname(m: One) -> bool:
    """「F-REI 福島国際研究教育機構の予算」: the one word that was not read stands right before the name."""
    if len(m.content) != 1 or not m.p.names:
        return False
    start = min(m.p.plain(x.start, x.end)[0] for x in m.p.names)
    return m.p.text[:start].strip(" 、,のは").endswith(m.content[0])


def _searched(m: One) -> Query | None:
    """The passages that speak of what is asked beside the fields."""
    passages = tuple(f for f in m.q.fields if is_passage(f))
    return replace(m.q, operation="search", fields=passages, topic=topic_of(m.p, with_fields=True))


_READERS: tuple[Reader, ...] = (
    _place,
    _similar,
    _several_projects,
    total,
    years_that_met,
    trend,
    largest_step,
    one_of_another,
    compared,
    ordered_rows,
    best_year,
    _counted_rows,
    sum_of_year,
    _added_up,
    _reason,
    _marked,
    without_field,
    _looked_up,
    _searched,
)
"""Asked in this order; the last knows every question."""


def by_mark(p: Parsed, q: Query) -> Query | None:
    """「×の評価は」「○以外の項目は」: the evaluation items with that mark; None where no mark is asked for."""
    marks = _MARKS.search(p.text) if MARK in q.fields or _ITEMS.search(p.text) else None
    if marks is None:
        return None
    wanted = tuple(_AS_MARK.get(x, x) for x in re.findall("|".join(_AS_MARK), marks.group("of")))
    condition = Filter(MARK, "!=" if marks.group("not") else "in", wanted)
    return replace(q, operation="lookup", fields=(MARK,), filters=(condition,), topic="")


def _blames(p: Parsed) -> bool:
    return bool(re.search(r"せい(?:で|です|だ|か|なの|[?]?$)|のは(?:どういう|なん|何(?!年))", p.text))


def asks_figure(p: Parsed, figures: tuple[FieldRef, ...]) -> bool:
    """The last figure word is what the sentence asks for: nothing but question words follow it."""
    mentions = [f for f in p.fields if f.field in figures]
    if not mentions:
        return False
    tail = vocabulary.STOPS.sub(" ", p.remainder()[mentions[-1].end :].replace("\x00", " "))
    says = content_words(tail) or vocabulary.VERB.search(tail)
    return not says and not HOW.search(p.text[mentions[-1].end :])


_SPENT_ON = pattern(r"(?P<of>[一-鿿々ァ-ヺーA-Za-z]{2,})[にへ]")


def spent_on(said: str) -> list[str]:
    """What money went to by a word of spending that has it inside (「いくら事務費に使」)."""
    words = [m.group("of") for m in _SPENT_ON.finditer(said)]
    return [w for w in words if content_words(w) and not _OF_A_TIME.search(w)]


def part_of_the_figure(p: Parsed, q: Query, subject: Subject) -> str:
    """「利子補給金の要求額」「返済にいくら使った」: the word whose figure is asked, where it names no part of the project; "" if none.

    The figure of the whole project is no answer to it.
    """
    figures = tuple(f for f in q.fields if f.table == "budgets" and is_figure(f))
    first = next((f for f in p.fields if f.field in figures), None)
    if first is None or q.operation != "lookup" or subject.phrase:
        return ""
    before = _BETWEEN.sub("", p.remainder()[: first.start].replace("\x00", ""))
    ends = ("の", "に", "へ") if first.field == SPENT else ("の",)
    word = next((w for w in content_words(before)[-1:] if before.endswith(tuple(w + x for x in ends))), "")
    if first.field == SPENT:
        word = word or next(iter(spent_on(first.text)), "")
    if not word or _OF_A_TIME.search(word) or _MONEY_OF_ALL.fullmatch(word):
        return ""
    half = pairs_of(name_key(word))
    names = [name_key(x.name) for x in q.projects]
    return "" if any(2 * sum(x in n for x in half) >= len(half) for n in names) else word
