"""A question about one project that names no box: a fact of it, a word of its texts, or the project as a whole."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.counting import counted, stems
from assistant.patterns import pattern
from assistant.query import FieldRef, Query, Refusal, Years
from assistant.understanding.many.conditions import BUDGET
from assistant.understanding.names.projects import pairs_of
from assistant.understanding.one.said import One
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject, says_this, unsaid
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words import vocabulary
from assistant.understanding.words.fields import SPENT
from assistant.understanding.words.normalise import name_key

OVERVIEW = FieldRef("sheets", "事業概要")
OUTLOOK = (
    FieldRef("comments", "本文", "改善の方向性"),
    FieldRef("comments", "本文", "所見を踏まえた改善点"),
)
"""Where a sheet says what becomes of its project."""
_DESCRIBE = pattern(
    r"について(?:詳しく|くわしく)?(?:教え|おしえ|知り|説明|聞か)|とは(?:何|なに|どんな|どういう)?(?:です|だ|でしょう)?か?[?]?$|ってなに|って何(?:です)?か?[?]?$|(?:を|について)(?:まとめ|要約|紹介)|一言で|ひとことで|要約すると|要するに|のこと(?:を|が)?(?:教え|知り)|(?:の)?(?:全体像|あらまし|プロフィール|サマリー?|要点)|を(?:詳しく|くわしく)?説明し"
)
_FACT_ASKED = pattern(
    r"いつ|誰|だれ|どこ(?!まで)|いくら|幾ら|何円|なんぼ|何人|何歳|何時|何回|何件|いくつ(?!もり)"
)
# whether the project goes on
_GOES_ON = pattern(
    r"(?:もう|まだ|今後も|これからも|来年も|来年度も)?(?:やめ(?:る|た(?!ら)|ます)|打ち切|終わ(?:る|った|り|っちゃ)|続(?:く|き|け)|継続|なくな(?:る|った)|廃止)"
)
LAST_YEAR = FieldRef("sheets", "事業終了年度")
_OVER = pattern(
    r"(?:終わっ|終了し|なくなっ)(?:た|て(?:い|しま|る))|終わりまし|(?:今も|いまも|まだ|現在も)(?:続(?:いて|いた|きま)|継続して|あ(?:る|り)|やって)"
)
_WHICH = pattern(r"(?:どこの|何の|どの|どんな)(?P<of>[一-鿿])(?![一-鿿度年方])")
# 「やめたらどうなる」: what has not happened stands in no sheet
_SUPPOSED = pattern(r"(?:たら|れば|なければ)(?:どう(?:なる|なり)|何が|なにが|困)")
# whom a project is for, as a whole
_WHO_FOR = pattern(
    r"対象(?:者|と(?:な|し)|は|に|が)|(?:誰|だれ)(?:が|を|に|の)(?:ため|使え|使う|利用|受け|もら|対象|支援|助け|配|応募|申し込|出せ)"
)
_PRICES = ("いくら", "幾ら", "何円", "なんぼ")


def without_field(m: One) -> Query | None:
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


def _unread(p: Parsed) -> str:
    return p.remainder().replace("\x00", " ")


def _beside_the_name(q: Query, subject: Subject) -> list[str]:
    """Words of the phrase that names the project which its name has no part of (「〇〇事業のコンサル」)."""
    key = name_key(q.projects[0].name) if q.projects else ""
    words = [w for w in content_words(subject.phrase) if name_key(w) not in key]
    return [w for w in words if not any(pair in key for pair in pairs_of(name_key(w)))]


def _says_something(p: Parsed) -> bool:
    rest = vocabulary.STOPS.sub("", p.remainder().replace("\x00", " "))
    return len(vocabulary.PARTICLES.sub("", rest)) >= 2
