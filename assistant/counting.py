"""Numbers asked for with what they count (何人, 何件, 何か所), and the sentences that give one.

A passage answers 「何人」 only with a sentence that holds a number of people; which sentence that is, both the
refusing of a question and the ordering of passages have to know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.patterns import pattern
from db.fiscal_years import ERAS

_SAME: tuple[tuple[str, str], ...] = (
    ("人", "[人名]"),
    ("名", "[人名]"),
    ("社", "(?:社|者|企業)"),
    ("者", "[者社]"),
    ("か所", "(?:[かカヵヶケ箇個]所)"),
    ("か国", "(?:[かカヵヶケ箇]?国)"),
    ("自治体", "(?:自治体|市町村|市区町村|都道府県|団体)"),
    ("市町村", "(?:市区?町村|自治体|団体)"),
    ("都道府県", "(?:都道府県|県)"),
    ("割", "(?:割|[%％])"),
    ("パーセント", "(?:[%％]|パーセント)"),
)
COUNTER = (
    r"か所|か国|自治体|市町村|市区町村|都道府県|パーセント|ポイント|種類|団体|機関|施設|地域|地区|時間|日間|か月|週間|世帯|"
    r"[人名件社者回校本台隻頭戸棟枚個点日分便床店冊組倍割%便班駅港羽匹種名県市町村年基機両艇門局館園]"
)
"""What things are counted in, as a pattern."""
_ASKED = pattern(
    rf"何(?:億|千|百|万)*(?P<of>{COUNTER})(?!度|故|か(?:の|に|ら))(?:以?上)?|(?P<any>いくつ(?!もり))"
)
_PLACES = pattern(r"[カヵヶケ箇個](?=所)|[カヵヶケ箇](?=国)")
_WIDE = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)}
_SENTENCE = pattern(r"[^。\n]+。?")
_WORD = pattern(r"[一-鿿々〆ヶ]{2,}|[ァ-ヴー]{2,}|[A-Za-z0-9]{2,}|(?<!\S)[一-鿿](?!\S)")
_STEM = pattern(r"(?<![一-鿿])([一-鿿])(?![のはがをにでともへや]|まで|から|より)[ぁ-ゖ]")
# verbs that say nothing of what is counted
_PLAIN = frozenset("使行来出得受持取付有居入見言分知教書作当要増減上下変何今年度前後全多少大小高低")
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Counted:
    """「何人」: the words as said, and what a number of it looks like in a text."""

    said: str
    number: re.Pattern[str]


def counted(question: str) -> Counted | None:
    """What number the question asks for; None where it asks for none that is counted."""
    found = _ASKED.search(_PLACES.sub("か", question.translate(_WIDE)))
    if found is None:
        return None
    of = found.group("of")
    if of is None:
        return Counted(found.group(), pattern(r"[0-9][0-9,.]*[万億千]?(?![0-9年月]|度)[一-鿿ァ-ヺ]"))
    unit = dict(_SAME).get(of, re.escape(of))
    return Counted(found.group(), pattern(rf"[0-9][0-9,.]*[万億千百]?余?{unit}"))


def stems(question: str) -> list[str]:
    """Verbs of the question by their kanji that say what is counted (飛べる: 飛), those of being and doing left out."""
    said = _ASKED.sub(" ", question)
    return [s for s in dict.fromkeys(_STEM.findall(said)) if s not in _PLAIN]


def sentence_of(
    text: str, asked: Counted, topic: str, years: Iterable[int] = (), most: float = 1.0
) -> tuple[int, int] | None:
    """The stretch of a text that gives the number and speaks of every word; of the asked year where one does.

    topic  what the question says beside names and years; empty: any sentence with the number will do
    most   the part of the words that is enough
    """
    words = _WORD.findall(topic)
    if most < 1.0:
        # a verb may be another one where not all has to stand there (動いた: 稼働した)
        words = [w for w in words if len(w) > 1] or words
    plain = text.translate(_WIDE).lower()
    fitting = [
        m.span()
        for m in _SENTENCE.finditer(plain)
        if asked.number.search(m.group())
        and sum(_speaks(m.group(), w.lower()) for w in words) >= most * len(words)
    ]
    of_year = [s for s in fitting if any(w in plain[slice(*s)] for y in years for w in written(y))]
    return next(iter(of_year or fitting), None)


def _speaks(sentence: str, word: str) -> bool:
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return word in sentence or (bool(pairs) and sum(p in sentence for p in pairs) >= _HALF * len(pairs))


def written(year: int) -> tuple[str, ...]:
    """How texts write a fiscal year: 2023, 令和5, r5, 5年度."""
    n = year - ERAS["令和"]
    if n == 1:
        return (str(year), "令和元", "令和1", "r1")
    return (str(year), f"令和{n}", f"r{n}") if n > 0 else (str(year), f"平成{year - ERAS['平成']}")
