"""A question about one project as a query: a field, a trend, a comparison, a reason, a passage."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.counting import counted, stems
from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Refusal, Years
from assistant.understanding.many.conditions import BUDGET, EXECUTION_RATE, MONEY_OF, amount_filters
from assistant.understanding.many.said import DEFAULT_LIMIT
from assistant.understanding.names.projects import pairs_of
from assistant.understanding.one.premises import read_premise
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject, says_this, unsaid
from assistant.understanding.topics import claim_phrase, content_words, how_text, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import SPENT, has_year, is_figure, is_passage, kind_of, label_of
from assistant.understanding.words.normalise import name_key
from assistant.understanding.words.operations import OperationMention
from db.catalogue import CHOICE

MARK = FieldRef("evaluations", "評価")
OVERVIEW = FieldRef("sheets", "事業概要")
OUTLOOK = (
    FieldRef("comments", "本文", "改善の方向性"),
    FieldRef("comments", "本文", "所見を踏まえた改善点"),
)
"""Where a sheet says what becomes of its project."""
_RELATED = FieldRef("related", "関連事業名")
HOW = pattern(
    r"どうやって|どのように|どういう|どんな|何を|なにを|何に|どこまで|どう(?!なって|なった|なる|です|だった|でし)|どの(?!く|事業|府|省)"
)
_DESCRIBE = pattern(
    r"について(?:詳しく|くわしく)?(?:教え|おしえ|知り|説明|聞か)|とは(?:何|なに|どんな|どういう)?(?:です|だ|でしょう)?か?[?]?$|ってなに|って何(?:です)?か?[?]?$|(?:を|について)(?:まとめ|要約|紹介)|のこと(?:を|が)?(?:教え|知り)|(?:の)?(?:全体像|あらまし|プロフィール|サマリー?|要点)|を(?:詳しく|くわしく)?説明し"
)
_BEST_YEAR = pattern(
    r"(?:高|低|多|少な|大き|小さ|安|良|悪)(?:い|かった|くなった|な)?(?:の|年度?)(?:は|って|が)(?:何年|どの年|いつ|どれ|[?]|$)"
)
# the difference itself is asked, not the two figures
_GROWTH = pattern(
    r"何(?:%|パーセント|割)(?!ポイント)[^、。?]{0,8}(?:増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減率|伸び率|増加率|減少率"
)
_HOW_FAR = pattern(
    r"差(?!し)|違い|(?:いくら|どれ(?:だけ|くらい|ほど)|どの(?:くらい|ぐらい)|何(?:円|億|万|ポイント|%|割|倍))[^、。?]{0,8}(?:違|増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減(?:額|率)?|伸び率|増加[額率]|減少[額率]"
)
# in which years a figure was above or below an amount
_IN_WHICH_YEAR = pattern(
    r"(?:何|どの)年度?|いつ|(?:年度?|年)(?:は|が|って)(?:ある|あり|あった|いつ|どれ|何|[?]|$)|ことは?(?:ある|あり|あった)"
)
_OVERSPENT = pattern(r"予算(?:額)?(?:を|より)(?:も)?(?:超え|超過|上回|オーバー|多く使)[^、。?]{0,6}")
# the year in which a figure moved most: 「急に増えたのは何年度」
_STEP = pattern(
    r"(?:急に|急激に|大きく|大幅に|一番|いちばん|最も|もっとも|ぐっと|どっと|がくっと)?(?P<way>(?P<up>増え|増加し|伸び|上が|膨ら|跳ね上が|急増し)|(?P<down>減っ|減少し|下が|落ち|縮|急減し|激減し))[^、。?]{0,4}(?:のは|年度?(?:は|って)?)(?:いつ|何年度?|どの年度?|[?]|$)[^、。]{0,6}"
)
_LOW = pattern(r"低|少な|小さ|安|悪")
INDICATORS = ("outcomes", "outputs")
_COUNTABLE = frozenset({"payees", "expenses", "contracts", "outcomes", "outputs", "related"})
_FACT_ASKED = pattern(
    r"いつ|誰|だれ|どこ(?!まで)|いくら|幾ら|何円|なんぼ|何人|何歳|何時|何回|何件|いくつ(?!もり)"
)
# what is put in order where no field is named: 「一番高い契約は」
_CONTRACTS = frozenset({"契約", "契約先", "入札", "支出", "支出先", "相手先", "落札者", "受注者"})
# whether the project goes on
_GOES_ON = pattern(
    r"(?:もう|まだ|今後も|これからも|来年も|来年度も)?(?:やめ(?:る|た(?!ら)|ます)|打ち切|終わ(?:る|った|り|っちゃ)|続(?:く|き|け)|継続|なくな(?:る|った)|廃止)"
)
LAST_YEAR = FieldRef("sheets", "事業終了年度")
_OVER = pattern(
    r"(?:終わっ|終了し|なくなっ)(?:た|て(?:い|しま|る))|終わりまし|(?:今も|まだ|現在も)(?:続(?:いて|いた|きま)|継続して|あ(?:る|り)|やって)"
)
_OF_A_YEAR = pattern(r"年度?(?:は|って|です|でし|だ|$|[?])|いつ(?:です|でし|だ|$|[?])")
_WHICH = pattern(r"(?:どこの|何の|どの|どんな)(?P<of>[一-鿿])(?![一-鿿度年方])")
_AS_MARK = {"○": "○", "〇": "○", "◯": "○", "丸": "○", "×": "×", "✕": "×", "バツ": "×", "△": "△", "三角": "△"}
_MARKS = pattern(
    rf"(?P<of>(?:(?:{'|'.join(_AS_MARK)})[とやか、・]?)+)(?P<not>以外|で(?:は)?な|じゃな|が付いてな)?"
)
# 「やめたらどうなる」: what has not happened stands in no sheet
_SUPPOSED = pattern(r"(?:たら|れば|なければ)(?:どう(?:なる|なり)|何が|なにが|困)")
_ITEMS = pattern(
    r"[○×△](?:の|が付いた|がつ(?:い|く)た?|以外(?:の|は|に))(?:評価|項目|ところ|もの|$|[?]|は|に|が|あ)"
)
# whom a project is for, as a whole
_WHO_FOR = pattern(
    r"対象(?:者|と(?:な|し)|は|に|が)|(?:誰|だれ)(?:が|を|に|の)(?:ため|使え|使う|利用|受け|もら|対象|支援|助け|配|応募|申し込|出せ)"
)
# what may stand between a word and the figure that is asked of it
_BETWEEN = pattern(r"(?<=の)(?:(?:その|各)?年度?[のは]|\s)+$")
# what a project's whole money is called too
_MONEY_OF_ALL = pattern(r"補助金?|交付金|助成金|委託費|事業費|運営費|国費|公費|税金")
_OF_A_TIME = pattern(r"年|期|前|後|時|頃|間$|現在|最近|当時|今")
_PRICES = ("いくら", "幾ら", "何円", "なんぼ")


@dataclass(slots=True)
class One:
    """A question about one project, as its readers see it.

    figures  figure fields (where only growth or a sum is asked, the one that is of);  topic  what was not read;
    content  the words of it that carry meaning;  how  a how-word stands outside names and fields
    rank     the first word of order
    """

    p: Parsed
    q: Query
    subject: Subject
    verbs: set[str]
    figures: tuple[FieldRef, ...]
    topic: str
    content: list[str]
    how: bool
    rank: OperationMention | None

    @property
    def plain(self) -> bool:
        """Nothing but names, fields, years and operations is said, and no reason asked."""
        return not self.content and not self.q.reason

    @property
    def spans_years(self) -> bool:
        """Several years are meant."""
        years = self.q.years
        return len(years.values) > 1 or years.kind == "all" or years.count > 1

    @property
    def followed(self) -> bool:
        """Every year is meant, or those of a span."""
        years = self.q.years
        spanned = any(y.kind == "all" for y in self.p.years) and len(years.values) > 1
        return years.kind == "all" or spanned

    def refused(self, words: str) -> Query:
        """Words that stand for nothing on a sheet."""
        return replace(self.q, operation="none", refusal=Refusal("unresolved", words))


Reader = Callable[[One], Query | None]


def about_one(p: Parsed, q: Query, subject: Subject) -> Query:
    """The query of a question whose project is known: the first reader that knows it makes the query."""
    claim_phrase(p, subject.phrase, subject)
    topic = topic_of(p)
    # 「入札には何社来た」: a word of the asked field's own name says no more
    own = [label_of(f) for f in q.fields if not is_passage(f)]
    content = [w for w in content_words(topic) if not any(w in label for label in own)]
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
        how=bool(HOW.search(how_text(p))),
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


# ------------------------------------------------------------------ figures over the years


def _similar(m: One) -> Query | None:
    return replace(m.q, operation="similar") if "similar" in m.verbs and _RELATED not in m.q.fields else None


def _several_projects(m: One) -> Query | None:
    several = len(m.q.projects) > 1 and m.subject.certainty != "several"
    return replace(m.q, operation="compare") if several and m.figures and not m.content else None


def _total(m: One) -> Query | None:
    """「これまでの執行額の合計」「平均するといくら」; 「1件当たりいくら」 of a project is its 単位当たりコスト."""
    if not m.figures or not m.plain:
        return None
    if "sum" in m.verbs and m.spans_years:
        return replace(m.q, operation="sum")
    each = all("たり" in m.p.text[o.start : o.end] for o in m.p.operations if o.verb == "average")
    if "average" not in m.verbs or each or not has_year(m.figures[0]):
        return None
    years = m.q.years if m.q.years.kind == "given" or m.spans_years else Years("all")
    return replace(m.q, operation="average", fields=m.figures, years=years)


def _trend(m: One) -> Query | None:
    if m.followed and m.plain and not _STEP.search(m.p.text):
        return replace(m.q, operation="trend", fields=m.figures or m.q.fields or (BUDGET, SPENT))
    latest = (
        m.q.years.kind == "latest" and m.q.years.count > 1 and not ("compare" in m.verbs and how_far(m.p))
    )
    return replace(m.q, operation="trend") if latest and m.figures and not m.content else None


def _compared(m: One) -> Query | None:
    if "compare" not in m.verbs or not m.figures or m.q.reason or len(m.content) > 1:
        return None
    ago = max((y.count for y in m.p.years if y.kind == "before"), default=1)
    years = compared_years(m.q.years, ago)
    return replace(m.q, operation="compare", years=years, difference=how_far(m.p))


def _largest_step(m: One) -> Query | None:
    """「急に増えたのは何年度」."""
    step = None if m.q.reason else _STEP.search(m.p.text)
    if step is None or listed_words(m.content, step.group()):
        return None
    return replace(
        m.q,
        operation="compare",
        fields=(m.figures or (SPENT,))[:1],
        order="asc" if step.group("down") else "desc",
        premise=None,
        years=m.q.years if m.q.years.kind in ("given", "all") else Years("all"),
    )


def _years_that_met(m: One) -> Query | None:
    """「1,000億円を割ったのは何年度」."""
    met = _met(m.p) if not m.q.reason and _IN_WHICH_YEAR.search(m.p.text) else ()
    if not met or listed_words(m.content, "".join(x.group() for x in _OVERSPENT.finditer(m.p.text))):
        return None
    years = m.q.years if m.q.years.kind in ("given", "all") else Years("all")
    return replace(m.q, operation="trend", fields=(met[0].field,), filters=met, years=years)


# ------------------------------------------------------------------ orders and numbers


def _rows_in_order(m: One) -> Query | None:
    """「支出先の上位5者」「一番高い契約は」."""
    table = next((f.table for f in m.q.fields if f.table in MONEY_OF), None)
    if m.rank is None:
        return None
    content = m.content
    if content and _CONTRACTS.issuperset(content) and (table or not m.q.fields):
        content, table = [], table or "payees"
    if content or table is None:
        return None
    orders = [o.order for o in m.p.operations if o.verb == "rank"]
    limits = [o.limit for o in m.p.operations if o.verb == "rank" and o.limit]
    return replace(
        m.q,
        operation="rank",
        fields=(next((f for f in m.figures if f.table == table), MONEY_OF[table]),),
        order="asc" if "asc" in orders else "desc",
        limit=limits[0] if limits else DEFAULT_LIMIT,
    )


def _best_year(m: One) -> Query | None:
    """「執行率が一番高かった年度」; without a field the year in which most was spent."""
    figures = m.figures
    if m.rank and not m.q.fields and m.plain and _OF_A_YEAR.search(m.p.text):
        figures = (SPENT,)
    listed = any(f.table in MONEY_OF for f in m.q.fields)
    best = _BEST_YEAR.search(m.p.text)
    if not figures or not m.plain or listed or not (m.rank or best) or not has_year(figures[0]):
        return None
    if m.rank and m.rank.order:
        low = m.rank.order in ("asc", "worst")
    else:
        low = bool(best and _LOW.search(best.group()))
    order: Literal["asc", "desc"] = "asc" if low else "desc"
    return replace(m.q, operation="rank", fields=figures[:1], order=order, limit=1, years=Years("all"))


def _counted_rows(m: One) -> Query | None:
    """「支出先は何者」."""
    if "count" not in m.verbs or m.content:
        return None
    if any(f.table in INDICATORS and is_figure(f) for f in m.q.fields):
        return None
    return replace(m.q, operation="count") if _COUNTABLE & {f.table for f in m.q.fields} else None


def _sum_of_year(m: One) -> Query | None:
    if "sum" not in m.verbs or not m.figures or not m.plain:
        return None
    several = m.q.years.kind != "given" or len(m.q.years.values) > 1
    return replace(m.q, operation="sum" if several else "lookup")


def _reason(m: One) -> Query | None:
    if not m.q.reason:
        return None
    if m.figures and len(m.content) <= 1:
        return replace(m.q, operation="reason", topic=m.topic)
    return replace(
        m.q,
        operation="search" if m.content or not m.q.fields else "reason",
        topic=topic_of(m.p, with_fields=True),
    )


def _marked(m: One) -> Query | None:
    return by_mark(m.p, m.q)


# ------------------------------------------------------------------ no field is named


def _without_field(m: One) -> Query | None:
    """A fact of the project, a word of its texts, or the project as a whole."""
    if m.q.fields:
        return None
    unread = _unread(m.p)
    asks = _FACT_ASKED.search(m.p.text)
    if not m.content:
        found = _of_the_whole(m, asks, unread)
        if found is not None:
            return found
    heard = m.subject.certainty != "likely" or not unsaid(m.subject.phrase, m.subject.projects[0].name)
    if asks and not m.content and (asks.group() not in _PRICES or not heard):
        # who, when or where of the project as a whole is no box of the sheet
        return m.refused(asks.group())
    if asks and counted(m.p.text) is None and m.subject.certainty in ("likely", "several"):
        priced = heard and m.subject.certainty != "several" and asks.group() in _PRICES
        if len(m.content) <= 1 and not priced:
            return m.refused(asks.group())
    if asks and not m.content:
        years = m.q.years if m.q.years.kind != "none" else Years("latest")
        return replace(m.q, operation="lookup", fields=(BUDGET, SPENT), years=years)
    speaks = bool(m.content or vocabulary.VERB.search(unread))
    described = _DESCRIBE.search(m.p.text)
    if m.content or not (described or not (m.how or speaks)):
        return replace(m.q, operation="search", topic=m.topic or topic_of(m.p, with_fields=True))
    if not m.p.names and not says_this(m.p.text) and _says_something(m.p):
        # what is left of the question is no word of a sheet, and names no project
        return m.refused(m.p.text)
    beside = _beside_the_name(m.q, m.subject)
    if beside and not described:
        return replace(m.q, operation="search", topic=" ".join(beside))
    return replace(m.q, operation="describe")


def _of_the_whole(m: One, asks: re.Match[str] | None, unread: str) -> Query | None:
    """What is asked of the project as a whole: a number, whether it goes on, whom it is for."""
    if counted(m.p.text) is not None:
        if m.subject.certainty in ("likely", "several") and not stems(unread):
            # 「消費税は何パーセント」: a word that projects' names share, and a number of that matter itself
            return m.refused(m.subject.phrase or m.p.text)
        # 「何人が使った」: its texts have it or nothing has
        words = [*_beside_the_name(m.q, m.subject), *stems(unread)]
        return replace(m.q, operation="search", topic=" ".join(words))
    if _SUPPOSED.search(unread):
        return replace(m.q, operation="none", refusal=Refusal("not_a_field", "まだ起きていないこと"))
    if not asks and _OVER.search(unread):
        return replace(m.q, operation="lookup", fields=(LAST_YEAR,))
    if not asks and _GOES_ON.search(unread):
        return replace(m.q, operation="search", topic="終了 廃止 継続", fields=OUTLOOK)
    kind = _WHICH.search(m.p.text)
    if kind:
        return replace(m.q, operation="search", topic=kind.group("of"))
    if asks and _WHO_FOR.search(m.p.text):
        return replace(m.q, operation="search", topic="対象", fields=(OVERVIEW,))
    return None


# ------------------------------------------------------------------ fields


def _looked_up(m: One) -> Query | None:
    """「執行率は」「実施方法は委託?」: the boxes themselves."""
    passages = any(is_passage(f) for f in m.q.fields)
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
    _similar,
    _several_projects,
    _total,
    _trend,
    _largest_step,
    _compared,
    _years_that_met,
    _rows_in_order,
    _best_year,
    _counted_rows,
    _sum_of_year,
    _reason,
    _marked,
    _without_field,
    _looked_up,
    _searched,
)
"""Asked in this order; the last knows every question."""


def _met(p: Parsed) -> tuple[Filter, ...]:
    """Conditions on a year's figures: 「1,000億円を割った」「執行率が8割を下回った」「予算を超えて使った」."""
    stated = tuple(f for f, _ in amount_filters(p) if f.field.table == "budgets")
    over = (Filter(EXECUTION_RATE, ">", 100.0),) if _OVERSPENT.search(p.text) else ()
    return stated or over


def listed_words(content: Sequence[str], read: str) -> list[str]:
    """Words that carry meaning beyond what was read."""
    return [w for w in content if w not in read]


def _unread(p: Parsed) -> str:
    return p.remainder().replace("\x00", " ")


def _beside_the_name(q: Query, subject: Subject) -> list[str]:
    """Words of the phrase that names the project which its name has no part of (「〇〇事業のコンサル」)."""
    key = name_key(q.projects[0].name) if q.projects else ""
    words = [w for w in content_words(subject.phrase) if name_key(w) not in key]
    return [w for w in words if not any(pair in key for pair in pairs_of(name_key(w)))]


def by_mark(p: Parsed, q: Query) -> Query | None:
    """「×の評価は」「○以外の項目は」: the evaluation items with that mark; None where no mark is asked for."""
    marks = _MARKS.search(p.text) if MARK in q.fields or _ITEMS.search(p.text) else None
    if marks is None:
        return None
    wanted = tuple(_AS_MARK.get(x, x) for x in re.findall("|".join(_AS_MARK), marks.group("of")))
    condition = Filter(MARK, "!=" if marks.group("not") else "in", wanted)
    return replace(q, operation="lookup", fields=(MARK,), filters=(condition,), topic="")


def _says_something(p: Parsed) -> bool:
    rest = vocabulary.STOPS.sub("", p.remainder().replace("\x00", " "))
    return len(vocabulary.PARTICLES.sub("", rest)) >= 2


def compared_years(years: Years, ago: int = 1) -> Years:
    """The latest year and the one ``ago`` years before it, where none is named."""
    if years.kind == "latest" and years.count == 1:
        return replace(years, count=ago + 1)
    return years


def how_far(p: Parsed) -> Literal["", "amount", "growth", "ratio"]:
    """In which way the difference between two figures is asked."""
    if re.search(r"何倍|年度?比", p.text):
        return "ratio"
    if _GROWTH.search(p.text):
        return "growth"
    return "amount" if _HOW_FAR.search(p.text) else ""


def _blames(p: Parsed) -> bool:
    return bool(re.search(r"せい(?:で|です|だ|か|なの)|のは(?:どういう|なん|何)", p.text))


def asks_figure(p: Parsed, figures: tuple[FieldRef, ...]) -> bool:
    """The last figure word is what the sentence asks for: nothing but question words follow it."""
    mentions = [f for f in p.fields if f.field in figures]
    if not mentions:
        return False
    tail = vocabulary.STOPS.sub(" ", p.remainder()[mentions[-1].end :].replace("\x00", " "))
    says = content_words(tail) or vocabulary.VERB.search(tail)
    return not says and not HOW.search(p.text[mentions[-1].end :])


def part_of_the_figure(p: Parsed, q: Query, subject: Subject) -> str:
    """「利子補給金の要求額」: the word whose figure is asked, where it names no part of the project; "" if none.

    The figure of the whole project is no answer to it.
    """
    figures = tuple(f for f in q.fields if f.table == "budgets" and is_figure(f))
    first = next((f for f in p.fields if f.field in figures), None)
    if first is None or q.operation != "lookup" or subject.phrase:
        return ""
    before = _BETWEEN.sub("", p.remainder()[: first.start].replace("\x00", ""))
    word = next((w for w in content_words(before)[-1:] if before.endswith(w + "の")), "")
    if not word or _OF_A_TIME.search(word) or _MONEY_OF_ALL.fullmatch(word):
        return ""
    half = pairs_of(name_key(word))
    names = [name_key(x.name) for x in q.projects]
    return "" if any(2 * sum(x in n for x in half) >= len(half) for n in names) else word
