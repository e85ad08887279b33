"""Whether a question that sounds like one project's name asks of many projects about a matter."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.patterns import pattern
from assistant.understanding.many.conditions import CONTRACT_LISTS, word_filters
from assistant.understanding.many.orders import AMONG_SUCH, OF_A_FORM
from assistant.understanding.many.said import ALL_MONEY, is_related
from assistant.understanding.many.totals import WHOLE
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import MINISTRY, is_figure
from assistant.understanding.words.operations import WHO_DOES

_OF_ALL_OF_THEM = pattern(
    r"の事業に(?:使|かけ|かか|投じ|支出)|(?:の|する|した|った|を行う|ている)事業の[^、。?]{0,16}(?:予算|執行|当初|補正|不用|繰越|要求)[^、。?]{0,4}の?(?:合計|総額|平均|総計|トータル)"
)
_OF_THEM = pattern(
    r"(?:事業|もの)(?:は|が|って|を|の)?[、]?(?:全部で|全体で)?(?:何件|何個|いくつ|何事業|の?件数|の?数)"
)
_THE_ONE = pattern(r"[^、。?]{0,3}(?:もの|事業)(?:は|って|を|から|を?教|$|[?]|\d)")
_ENDS_RELATED = pattern(r"(?:に(?:関する|係る|かかる)|関連|関係)$")
OVER_MANY = pattern(
    r"(?:事業|もの|シート)(?:は|って|が)[^、。?]{0,6}(?:何件(?!に(?!な))|いくつ|どれ|ある|あり)|事業(?:の)?(?:数|件数|一覧|リスト)|どの事業(?!で)|"
    r"事業を[^、。?]{0,10}(?:教え|挙げ|並べ|探|列挙)|に(?:関する|関係する|関連する|かかわる|関わる)事業|(?:関連|関係)(?:で|の)[^、。?]{0,20}(?:事業|もの)(?:は|って|を|$|[?])|(?:府省庁|省庁)(?:別|ごと)|"
    r"事業を(?:所管|担当|実施)(?:する|している)(?:府省庁|省庁|役所|省)|の事業で(?:は)?[^、。?]{0,4}(?:一番|最も|もっとも|いちばん)|の事業で(?:は)?[^、。?]{0,16}(?:大き|多|高|低|少な|小さ)(?:い|かった)(?:の|もの)|事業の(?:中|うち)で|"
    r"どの(?:省|府省|省庁|府省庁|役所)(?:が|に|で)|(?:府省庁|省庁)の数"
)
# 「外国人の学生が国内で働けるようにする事業は?」: a project described by what it does, not called by its name
_DESCRIBED = pattern(
    r"(?:[うくすつぬむるぐぶ]|った|んだ|[いきぎしちにびみりけせてねべめれ]た|ない)(?:事業|取組|取り組み|補助金?|制度|施策)"
    r"(?:は|って|とは|は?(?:どれ|何|なに|ある|あり)[^、。?]{0,6})?[?。]?$"
)
_THOSE = pattern(r"(?:事業|もの|プロジェクト)(?:は|って|を)?[^、。?]{0,8}[?。]?$")


def in_full_name(p: Parsed) -> bool:
    """A project's name stands in the question as it is."""
    return any(m.whole for m in p.names)


def _puts_projects_in_order(p: Parsed) -> bool:
    """「自治体向け補助金で一番大きいもの」: of several, whatever project the words before sound like."""
    ranks = [o for o in p.operations if o.verb == "rank"]
    return any(
        _THE_ONE.match(p.text, o.end) or re.search(r"もの|事業", p.text[o.start : o.end]) for o in ranks
    )


def names_a_matter(p: Parsed, subject: Subject) -> bool:
    """What a project's name resembles is a matter that many projects are about."""
    if _one_of_such(p):
        return True
    if subject.certainty == "none" or in_full_name(p) or (subject.certainty == "exact" and not p.names):
        return False
    related = is_related(p.text) and all(
        _ENDS_RELATED.search(p.text[slice(*p.plain(m.start, m.end))]) for m in p.names
    )
    of_many = not p.names and (_puts_projects_in_order(p) or _asks_for_those(p) or _counts_contracts(p))
    described = subject.certainty == "likely" and bool(_DESCRIBED.search(p.text))
    return _speaks_of_many(p) or related or of_many or described


_THAT_IS_MOST = pattern(r"(?:の|もの|事業|拠出金|補助金)(?:は|って|を)")


def _one_of_such(p: Parsed) -> bool:
    """「国際機関への拠出金で一番高いのは」: the largest of a kind, though one project is called by just these words."""
    ranks = [o for o in p.operations if o.verb == "rank"]
    if ranks and not in_full_name(p) and OF_A_FORM.search(p.text):
        # 「国立研究開発法人の中で受け取った額が最も多いのは」: of recipients
        return True
    rows = any(f.field.table in CONTRACT_LISTS for f in p.fields)
    for m in p.names if ranks and not rows else ():
        start, end = p.plain(m.start, m.end)
        such = AMONG_SUCH.search(p.text, start)
        if such and such.start() < end < such.end():
            return any(o.start > end and _THAT_IS_MOST.match(p.text, o.end) for o in ranks)
    return False


_A_WORD = pattern(r"[一-鿿々ァ-ヺーA-Za-z0-9ぁ-ゖ]{2,12}")
_A_BODY = pattern(
    r"(?:大学|機構|会社|法人|協会|研究所|銀行|省|庁|局|府|県|市|委員会|センター|事業|プログラム|計画|制度)$"
)
_SPOKEN_OF_BY, _NAMED_BY = 5, 3
"""A word is a matter of many where so many projects speak of it and so many are named after it."""


def matter_of_figure(p: Parsed, subject: Subject, speaks: Callable[[str], tuple[int, int]]) -> str:
    """「半導体の予算は2024年度いくら」: the one word whose money is asked, where it is a matter of several projects; "" else.

    speaks  how many projects have a word in their names, and in their names, 目的 or 概要
    """
    figures = [f for f in p.fields if f.field.table == "budgets" and is_figure(f.field)]
    plain = p.verbs() <= {"sum", "average"} and not (p.reasons or p.conditions or p.values or p.held)
    if in_full_name(p) or not figures or len(figures) < len(p.fields) or not plain:
        return ""
    if any(y.kind not in ("given", "latest") or y.role != "figure" for y in p.years):
        return ""
    out = list(p.text)
    read = [(y.start, y.end) for y in p.years] + [(m.start, m.end) for m in p.ministries]
    read += [(f.start, f.end) for f in p.fields] + [(o.start, o.end) for o in p.operations]
    for start, end in read:
        out[start:end] = "\x00" * (end - start)
    text = "".join(out)
    first = min(f.start for f in figures)
    word = re.sub(r"^[\x00の、,\s]+|[\x00の、,\s]+$", "", text[:first])
    after = vocabulary.STOPS.sub(" ", text[first:].replace("\x00", " "))
    if not _A_WORD.fullmatch(word) or _A_BODY.search(word) or content_words(after):
        return ""
    if content_words(word) != [word] or vocabulary.STOPS.fullmatch(word):
        return ""
    named, spoken = speaks(word)
    guessed = subject.certainty not in ("none", "unknown")
    return word if spoken >= _SPOKEN_OF_BY and (named >= _NAMED_BY or not guessed) else ""


def _counts_contracts(p: Parsed) -> bool:
    """「総合評価の契約は何件」: a kind of contract, whatever project is called so."""
    return "count" in p.verbs() and any(f.field.table in CONTRACT_LISTS for f, _, _ in word_filters(p))


def _asks_for_those(p: Parsed) -> bool:
    """「人材育成の事業で予算10億円以上のもの」, 「子育て支援に一番予算を使っている省」: a condition, or 府省庁, over many."""
    if any(o.group == MINISTRY for o in p.operations):
        return True
    return any(c.op is not None and c.unit != "count" for c in p.conditions) and bool(_THOSE.search(p.text))


def _speaks_of_many(p: Parsed) -> bool:
    """The sentence asks of many projects, whatever one of them is called."""
    if any(x.search(p.text) for x in (OVER_MANY, ALL_MONEY, _OF_ALL_OF_THEM)):
        return True
    if any(c.op is not None and c.unit != "count" for c in p.conditions) and (
        "count" in p.verbs() and _OF_THEM.search(p.text)
    ):
        # 「執行率が3割に満たないもの、何件」
        return True
    if WHO_DOES.search(p.text):
        return True
    whole = WHOLE.search(p.text)
    # 「政府全体の2023年度の不用額は」: nothing else is named
    return bool(whole and p.fields and not content_words(topic_of(p).replace(whole.group(), " ")))
