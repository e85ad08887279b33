"""A question about one project as a query: a field, a trend, a comparison, a reason, a passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.counting import counted, stems
from assistant.query import FieldRef, Filter, Query, Refusal, Years
from assistant.understanding import vocabulary
from assistant.understanding.conditions import BUDGET, EXECUTION_RATE, MONEY_OF, amount_filters
from assistant.understanding.fields import has_year, is_figure, is_passage, kind_of
from assistant.understanding.many_said import DEFAULT_LIMIT
from assistant.understanding.normalise import name_key
from assistant.understanding.parsing import Parsed
from assistant.understanding.premises import read_premise
from assistant.understanding.projects import pairs_of
from assistant.understanding.subject import Subject, says_this, unsaid
from assistant.understanding.topics import claim_phrase, content_words, how_text, topic_of
from db.catalogue import CHOICE

SPENT = FieldRef("budgets", "執行額")
MARK = FieldRef("evaluations", "評価")
OVERVIEW = FieldRef("sheets", "事業概要")
OUTLOOK = (
    FieldRef("comments", "本文", "改善の方向性"),
    FieldRef("comments", "本文", "所見を踏まえた改善点"),
)
"""Where a sheet says what becomes of its project."""
_RELATED = FieldRef("related", "関連事業名")
HOW = re.compile(
    r"どうやって|どのように|どういう|どんな|何を|なにを|何に|どこまで|どう(?!なって|なった|なる|です|だった|でし)|どの(?!く|事業|府|省)"
)
_DESCRIBE = re.compile(
    r"について(?:詳しく|くわしく)?(?:教え|おしえ|知り|説明|聞か)|とは(?:何|なに|どんな|どういう)?(?:です|だ|でしょう)?か?[?]?$|ってなに|って何(?:です)?か?[?]?$|(?:を|について)(?:まとめ|要約|紹介)|のこと(?:を|が)?(?:教え|知り)|(?:の)?(?:全体像|あらまし|プロフィール|サマリー?|要点)|を(?:詳しく|くわしく)?説明し"
)
_BEST_YEAR = re.compile(
    r"(?:高|低|多|少な|大き|小さ|安|良|悪)(?:い|かった|くなった|な)?(?:の|年度?)(?:は|って|が)(?:何年|どの年|いつ|どれ|[?]|$)"
)
# the difference itself is asked, not the two figures
_GROWTH = re.compile(
    r"何(?:%|パーセント|割)(?!ポイント)[^、。?]{0,8}(?:増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減率|伸び率|増加率|減少率"
)
_HOW_FAR = re.compile(
    r"差(?!し)|違い|(?:いくら|どれ(?:だけ|くらい|ほど)|どの(?:くらい|ぐらい)|何(?:円|億|万|ポイント|%|割|倍))[^、。?]{0,8}(?:違|増|減|上が|下が|伸び|縮|上昇|低下|膨ら)|増減(?:額|率)?|伸び率|増加[額率]|減少[額率]"
)
# in which years a figure was above or below an amount
_IN_WHICH_YEAR = re.compile(
    r"(?:何|どの)年度?|いつ|(?:年度?|年)(?:は|が|って)(?:ある|あり|あった|いつ|どれ|何|[?]|$)|ことは?(?:ある|あり|あった)"
)
_OVERSPENT = re.compile(r"予算(?:額)?(?:を|より)(?:も)?(?:超え|超過|上回|オーバー|多く使)[^、。?]{0,6}")
# the year in which a figure moved most: 「急に増えたのは何年度」
_STEP = re.compile(
    r"(?:急に|急激に|大きく|大幅に|一番|いちばん|最も|もっとも|ぐっと|どっと|がくっと)?(?P<way>(?P<up>増え|増加し|伸び|上が|膨ら|跳ね上が|急増し)|(?P<down>減っ|減少し|下が|落ち|縮|急減し|激減し))[^、。?]{0,4}(?:のは|年度?(?:は|って)?)(?:いつ|何年度?|どの年度?|[?]|$)[^、。]{0,6}"
)
_LOW = re.compile(r"低|少な|小さ|安|悪")
INDICATORS = ("outcomes", "outputs")
_FACT_ASKED = re.compile(
    r"いつ|誰|だれ|どこ(?!まで)|いくら|幾ら|何円|なんぼ|何人|何歳|何時|何回|何件|いくつ(?!もり)"
)
# what is put in order where no field is named: 「一番高い契約は」
_CONTRACTS = frozenset({"契約", "契約先", "入札", "支出", "支出先", "相手先", "落札者", "受注者"})
# whether the project goes on
_GOES_ON = re.compile(
    r"(?:もう|まだ|今後も|これからも|来年も|来年度も)?(?:やめ(?:る|た(?!ら)|ます)|打ち切|終わ(?:る|った|り|っちゃ)|続(?:く|き|け)|継続|なくな(?:る|った)|廃止)"
)
LAST_YEAR = FieldRef("sheets", "事業終了年度")
_OVER = re.compile(
    r"(?:終わっ|終了し|なくなっ)(?:た|て(?:い|しま|る))|終わりまし|(?:今も|まだ|現在も)(?:続(?:いて|いた|きま)|継続して|あ(?:る|り)|やって)"
)
_OF_A_YEAR = re.compile(r"年度?(?:は|って|です|でし|だ|$|[?])|いつ(?:です|でし|だ|$|[?])")
_WHICH = re.compile(r"(?:どこの|何の|どの|どんな)(?P<of>[一-鿿])(?![一-鿿度年方])")
_AS_MARK = {"○": "○", "〇": "○", "◯": "○", "丸": "○", "×": "×", "✕": "×", "バツ": "×", "△": "△", "三角": "△"}
_MARKS = re.compile(
    rf"(?P<of>(?:(?:{'|'.join(_AS_MARK)})[とやか、・]?)+)(?P<not>以外|で(?:は)?な|じゃな|が付いてな)?"
)
# 「やめたらどうなる」: what has not happened stands in no sheet
_SUPPOSED = re.compile(r"(?:たら|れば|なければ)(?:どう(?:なる|なり)|何が|なにが|困)")
_ITEMS = re.compile(
    r"[○×△](?:の|が付いた|がつ(?:い|く)た?|以外(?:の|は|に))(?:評価|項目|ところ|もの|$|[?]|は|に|が|あ)"
)
# whom a project is for, as a whole
_WHO_FOR = re.compile(
    r"対象(?:者|と(?:な|し)|は|に|が)|(?:誰|だれ)(?:が|を|に|の)(?:ため|使え|使う|利用|受け|もら|対象|支援|助け|配|応募|申し込|出せ)"
)
_PRICES = ("いくら", "幾ら", "何円", "なんぼ")


def about_one(p: Parsed, q: Query, subject: Subject) -> Query:
    verbs = p.verbs()
    release = subject.phrase
    claim_phrase(p, release, subject)
    figures = tuple(f for f in q.fields if is_figure(f))
    leftover = topic_of(p)
    content = content_words(leftover)
    how = bool(HOW.search(how_text(p)))
    # what a topic takes for granted is no premise about a project that only sounds like it
    named = subject.certainty in ("exact", "sure") or not content_words(topic_of(p))
    premise = read_premise(p, q.fields) if named and (q.reason or _blames(p)) else None
    q = replace(q, premise=premise)
    if "similar" in verbs and _RELATED not in q.fields:
        return replace(q, operation="similar")
    if len(q.projects) > 1 and subject.certainty != "several" and figures and not content:
        return replace(q, operation="compare")
    if {"sum", "average"} & verbs and not q.fields and not content and not q.reason:
        # 「平均するといくら」 of a project as a whole: of what was spent on it
        figures = (SPENT,)
        q = replace(q, fields=figures, years=q.years if q.years.kind != "none" else Years("all"))
    spans_years = len(q.years.values) > 1 or q.years.kind == "all" or q.years.count > 1
    if "sum" in verbs and figures and not content and not q.reason and spans_years:
        return replace(q, operation="sum")
    # 「1件当たりいくら」 of a project is its 単位当たりコスト
    each = all("たり" in p.text[o.start : o.end] for o in p.operations if o.verb == "average")
    if "average" in verbs and not each and figures and not content and not q.reason and has_year(figures[0]):
        years = q.years if q.years.kind == "given" or spans_years else Years("all")
        return replace(q, operation="average", fields=figures, years=years)
    followed = q.years.kind == "all" or (any(y.kind == "all" for y in p.years) and len(q.years.values) > 1)
    if followed and not content and not q.reason and not _STEP.search(p.text):
        return replace(q, operation="trend", fields=figures or q.fields or (BUDGET, SPENT))
    if q.years.kind == "latest" and q.years.count > 1 and figures and not content:
        return replace(q, operation="trend")
    if "compare" in verbs and not q.fields and not content and not q.reason and len(q.years.values) > 1:
        # 「2015年度から2020年度で何倍になった」: what a project as a whole is compared by is what was spent on it
        return replace(q, operation="compare", fields=(SPENT,), difference=how_far(p))
    if (
        "compare" in verbs
        and not q.fields
        and not content
        and not q.reason
        and subject.certainty != "several"
    ):
        # 「水俣病の対策費は減っている?」「前年からいくら増えた」: what grows of a project as a whole is its budget
        figures = (BUDGET,)
        q = replace(q, fields=figures, years=q.years if q.years.kind != "none" else Years("latest"))
    if "compare" in verbs and figures and not q.reason and len(content) <= 1:
        ago = max((y.count for y in p.years if y.kind == "before"), default=1)
        return replace(q, operation="compare", years=compared_years(q.years, ago), difference=how_far(p))
    step = None if q.reason else _STEP.search(p.text)
    if step and not listed_words(content, step.group()):
        by = figures or (SPENT,)
        return replace(
            q,
            operation="compare",
            fields=by[:1],
            order="asc" if step.group("down") else "desc",
            premise=None,
            years=q.years if q.years.kind in ("given", "all") else Years("all"),
        )
    met = _met(p) if not q.reason and _IN_WHICH_YEAR.search(p.text) else ()
    if met and not listed_words(content, "".join(m.group() for m in _OVERSPENT.finditer(p.text))):
        years = q.years if q.years.kind in ("given", "all") else Years("all")
        return replace(q, operation="trend", fields=(met[0].field,), filters=met, years=years)
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    if rank and not q.fields and not content and not q.reason and _OF_A_YEAR.search(p.text):
        # 「一番多く使われた年度」 of a project as a whole
        figures = (SPENT,)
        q = replace(q, fields=figures)
    listed = next((f.table for f in q.fields if f.table in MONEY_OF), None)
    if rank and content and _CONTRACTS.issuperset(content) and (listed or not q.fields):
        content, listed = [], listed or "payees"
    if rank and not content and listed:
        orders = [o.order for o in p.operations if o.verb == "rank"]
        limits = [o.limit for o in p.operations if o.verb == "rank" and o.limit]
        own = next((f for f in figures if f.table == listed), MONEY_OF[listed])
        return replace(
            q,
            operation="rank",
            fields=(own,),
            order="asc" if "asc" in orders else "desc",
            limit=limits[0] if limits else DEFAULT_LIMIT,
        )
    best = _BEST_YEAR.search(p.text)
    if figures and not content and not listed and not q.reason and (rank or best) and has_year(figures[0]):
        low = (
            rank.order in ("asc", "worst")
            if rank and rank.order
            else bool(best and _LOW.search(best.group()))
        )
        return replace(
            q,
            operation="rank",
            fields=figures[:1],
            order="asc" if low else "desc",
            limit=1,
            years=Years("all"),
        )
    tables = {f.table for f in q.fields}
    if (
        "count" in verbs
        and not content
        and not any(f.table in INDICATORS and is_figure(f) for f in q.fields)
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
    marked = by_mark(p, q)
    if marked is not None:
        return marked
    if not q.fields:
        speaks = bool(content or vocabulary.VERB.search(p.remainder().replace("\x00", " ")))
        asks = _FACT_ASKED.search(p.text)
        number = counted(p.text)
        if number is not None and not content:
            # a number of the project as a whole (「何人が使った」): its texts have it or nothing has
            said = [*_beside_the_name(q, subject), *stems(_unread(p))]
            return replace(q, operation="search", topic=" ".join(said))
        supposed = _SUPPOSED.search(_unread(p))
        if supposed and not content:
            return replace(q, operation="none", refusal=Refusal("not_a_field", "まだ起きていないこと"))
        if not content and not asks and _OVER.search(_unread(p)):
            return replace(q, operation="lookup", fields=(LAST_YEAR,))
        if not content and not asks and _GOES_ON.search(_unread(p)):
            return replace(q, operation="search", topic="終了 廃止 継続", fields=OUTLOOK)
        kind = _WHICH.search(p.text)
        if kind and not content:
            return replace(q, operation="search", topic=kind.group("of"))
        if asks and not content and _WHO_FOR.search(p.text):
            return replace(q, operation="search", topic="対象", fields=(OVERVIEW,))
        heard = subject.certainty != "likely" or not unsaid(subject.phrase, subject.projects[0].name)
        if asks and not content and (asks.group() not in _PRICES or not heard):
            # who, when or where of the project as a whole is no box of the sheet
            return replace(q, operation="none", refusal=Refusal("unresolved", asks.group()))
        heard = heard and subject.certainty != "several" and asks is not None and asks.group() in _PRICES
        unsure = subject.certainty in ("likely", "several") and len(content) <= 1 and not heard
        if asks and number is None and unsure:
            return replace(q, operation="none", refusal=Refusal("unresolved", asks.group()))
        if asks and not content:
            years = q.years if q.years.kind != "none" else Years("latest")
            return replace(q, operation="lookup", fields=(BUDGET, SPENT), years=years)
        if not content and (_DESCRIBE.search(p.text) or not (how or speaks)):
            if not p.names and not says_this(p.text) and _says_something(p):
                # what is left of the question is no word of a sheet, and names no project
                return replace(q, operation="none", refusal=Refusal("unresolved", p.text))
            beside = _beside_the_name(q, subject)
            if beside and not _DESCRIBE.search(p.text):
                return replace(q, operation="search", topic=" ".join(beside))
            return replace(q, operation="describe")
        return replace(q, operation="search", topic=leftover or topic_of(p, with_fields=True))
    passages = [f for f in q.fields if is_passage(f)]
    if not content and not (how and (figures or q.fields == (MARK,)) and not passages):
        return replace(q, operation="lookup", topic=topic_of(p, with_fields=True) if passages and how else "")
    sure = subject.certainty == "exact" or not content
    if q.fields and len(content) <= 2 and all(kind_of(f) == CHOICE and f.table == "sheets" for f in q.fields):
        # 「実施方法は委託?」: the word beside the field is one of what may stand there
        return replace(q, operation="lookup")
    asked = figures or tuple(f for f in q.fields if f.table == "sheets")
    if asked and sure and asks_figure(p, asked) and not passages:
        return replace(q, operation="lookup", topic=leftover)
    return replace(q, operation="search", fields=tuple(passages), topic=topic_of(p, with_fields=True))


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
