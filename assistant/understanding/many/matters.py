"""The matter that many projects are about (「防災に関する事業は何件」): the words it is looked for by.

Words come from what was read as nothing else. A compound with hiragana in it (子育て支援, 食の安全, まちづくり) is one
word where the sheets speak of it so; cut at its hiragana it would be another matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Query, Refusal
from assistant.understanding.many.conditions import PAID
from assistant.understanding.many.said import CONTRACT_WORDS, CONTRACTED_IN, FISCAL_YEAR, PAYEE
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, is_generic, topic_of
from assistant.understanding.words import vocabulary

_QUOTE = pattern(r"[「『]([^」』]{1,40})[」』]")
_NO_MATTER = pattern(
    r"番目|番手|以[上下内外降前後]|未満|上回|下回|超過?|超え|同じ|同額|同率|同数|割り?込|最[大小高低多少新]|平均|中央|順位?|差額?|比[率較例]?|半[分数減]|倍[数率以]?[上下]?|除外?|連続|交互|両方|片方|逆転?|前後|推移|増減|増加|減少|増|減"
)
_LINK = (
    r"に(?:関する|関して|関わる|かかわる|係る|かかる|対する|ついての?|関係する|関連する|まつわる|向けた|取り組む)|"
    r"を(?:扱う|扱った|対象(?:とした|とする|に(?:した|する)?)?|目的(?:とした|とする)|支援する|行う|推進する|活用(?:した|する)|めぐる|含む|持つ|使(?:う|った))|"
    r"のための?|向けの?|関連(?:の|する)?|関係(?:の|する)?|系の?|などの?|とかの?|といった"
)
"""How a matter is tied to the projects about it."""
_TIE = pattern(rf"(?:対策|支援|推進|施策|政策|振興|分野)?(?:{_LINK})?")
_TAIL = pattern(
    rf"(?:{_LINK}|という|っていう|って|です|ます|(?:の)?事業|の|は|が|を|に|で|と|も|や|へ|から)+$"
)
_LEAD = pattern(r"^(?:における|において|の|は|が|を|に|で|と|も|や|って|への|からの)+(?![ぁ-ゖ])")
_JOINTS = pattern(r"の|と|や|及び|または|・")
_SAID_OF = pattern(
    r"した(?:金額|額|お金)|(?:へ|に)の?(?:支出|支払|払|委託|発注)|(?:による|の|型の?)?(?:随意|随契|一般競争|指名競争|契約|入札|落札)|ベースで|が(?!関|かか)|では|で(?!使|行|実施|支出|かか|困)|より|だけ"
)
_NUMBER = pattern(r"[0-9.]+")
_SINCE = pattern(r"[一-鿿](?:以降|以前|以来|以後|以上|以下|未満)$")
_PARTICLES = "のはがをにでとへもやかなだっ"
_RECIPIENT = pattern(r"大学|病院|研究所|協会|機構|組合|信用金庫|銀行|[一-鿿]{2,8}法人|協同組合")
_HOW = pattern(r"[一-鿿]的$")
_KIND = pattern(r"(?:対策|支援|推進|施策|政策|振興|分野|関連|関係)$")
_OF_A_FIELD = pattern(r"\x00(?:が|は|も)$")
_HIRAGANA = pattern(r"[ぁ-ゖ]")
_COMPOUND = pattern(r"^[ぁ-ゖ]{2,}[一-鿿ァ-ヺ]")
_NO_NOUN = pattern(
    r"(?:った|した|いた|えた|けた|れた|きた|する|いる|れる|える|ある|ない|たい|しい|きい|など|って|ては|では|には|での|への|から|まで|より|という|いう|され|れて|して|いて|えて)(?![ぁ-ゖ])|[たてるいくずばうをはがにで]$|うち|なか|ほか|あと|たち|それぞれ|いくつ|どれ|どの|どこ|なに|ところ|とき|もの$|こと$|ため|ほど|くらい|ずつ|だけ|事業|予算"
)
"""Endings of verbs, adjectives and particles: a phrase with one is a clause, no name of a matter."""
_IN_HIRAGANA = pattern(
    r"(?<![ぁ-ゖ一-鿿ァ-ヺ])(?P<word>[ぁ-ゖ]{2,8}?)(?=(?:の|に(?:関する|関係する|関連する|係る)|(?:関連|関係)の?)(?:国の)?(?:事業|予算|執行|経費|支出|費用))"
)

Spoken = Callable[[str], bool]
"""Whether any sheet's name, 目的 or 概要 has a phrase."""


def about_matter(p: Parsed, q: Query, spoken: Spoken) -> Query:
    """The matter as a condition on what the projects are called and for, which the reading shows."""
    over_years = q.operation == "trend" or (q.operation == "compare" and q.group_by == FISCAL_YEAR)
    if q.operation not in ("count", "sum", "average", "rank", "list") and not over_years:
        return q
    if (
        q.payees
        or q.refusal
        or q.place
        or (q.operation == "trend" and (q.of_years or not content_words(topic_of(p))))
    ):
        return q
    words = matter_words(p, spoken)
    if q.of_rows or any(f.table in CONTRACTED_IN for f in (*q.fields, *(c.field for c in q.filters))):
        words = [w for w in words if w not in CONTRACT_WORDS]
    if q.operation == "rank" and q.fields and all(f in (PAYEE, PAID) for f in q.fields):
        # 「支出額が一番大きい大学」: what kind of recipient is asked for
        words = [w for w in words if not _RECIPIENT.fullmatch(w)]
    # 「一時的に増えた」 says how
    words = [w for w in words if not _HOW.search(w) or not re.search(re.escape(w) + "[にな]", p.text)]
    words = [_spoken_part(w, spoken) for w in words if w != "実施"]
    relation = next((w for w in words if _NO_MATTER.fullmatch(w) or _SINCE.search(w)), "")
    if relation:
        # a word that sets things in relation was not understood: what is left would answer another question
        return replace(q, operation="none", refusal=Refusal("unresolved", relation))
    rest = p.remainder()
    words += [
        m.group(1) for m in _QUOTE.finditer(rest) if m.group(1).strip("\x00") and m.group(1) not in words
    ]
    matters = tuple(dict.fromkeys(w for w in words if w))
    loose = next(
        (w for w in matters if not (_of_projects(p.text, rest, w) or _within(p.text, rest, w, spoken))), ""
    )
    if loose:
        return replace(q, operation="none", refusal=Refusal("unresolved", loose))
    for w in matters:
        at = p.text.find(w)
        p.claim(at, at + len(w), f"条件：「{w}」", "weak")
        tie = _TIE.match(p.text, at + len(w))
        if tie:
            p.claim_around(*tie.span(), "条件：" + w + tie.group())
    if "compare" in p.verbs() and len(matters) > 1 and not q.beside:
        # 「農業の事業数と林業の事業数はどちらが多い」: each matter by itself
        each = tuple(replace(q, matters=(w,), topic="") for w in matters)
        return replace(each[0], beside=each[1:])
    beside = tuple(replace(b, matters=matters, topic="") for b in q.beside)
    return replace(q, matters=matters, topic="", beside=beside)


def matter_words(p: Parsed, spoken: Spoken) -> list[str]:
    """The words of the matter, from left to right."""
    plain = [
        related_to(_without_stem(p.text, w)) for w in content_words(topic_of(p)) if not _NUMBER.fullmatch(w)
    ]
    plain = [w for w in _with_first_kanji(p.text, plain, spoken) if len(w) > 1]
    plain = _side_by_side(p.text, plain, spoken)
    out: list[str] = []
    for chunk in re.split(r"[\x00、。?!「」『』()\s]+", p.remainder()):
        whole = _LEAD.sub("", _TAIL.sub("", chunk))
        if not whole or not vocabulary.CONTENT.search(vocabulary.STOPS.sub("", chunk)):
            continue
        parts = [x for x in _JOINTS.split(whole) if x]
        if all(content_words(x) == [x] for x in parts):
            continue
        for phrase in [whole] if _is_word(whole, spoken) else parts:
            if _is_word(phrase, spoken) or (_COMPOUND.match(phrase) and not _NO_NOUN.search(phrase)):
                out.append(phrase)
    in_hiragana = [
        m.group("word")
        for m in _IN_HIRAGANA.finditer(p.text)
        if not _NO_NOUN.search(m.group("word"))
        and spoken(m.group("word"))
        and not any(s.start < m.end("word") and m.start() < s.end for s in p.spans)
    ]
    kept = [w for w in plain if not any(w in phrase for phrase in out)]
    return [*out, *(w for w in in_hiragana if w not in out), *kept]


def _spoken_part(word: str, spoken: Spoken) -> str:
    """「物価高騰対策」 where the sheets speak of 物価高騰 alone."""
    part = _KIND.sub("", word)
    return part if part != word and len(part) > 1 and not spoken(word) and spoken(part) else word


def _with_first_kanji(text: str, words: list[str], spoken: Spoken) -> list[str]:
    """「サンゴ礁保全」 is サンゴ礁 and 保全, not サンゴ and 礁保全."""
    out = list(words)
    for i in range(len(out) - 1):
        first, second = out[i], out[i + 1]
        joined = first + second[0]
        odd = re.fullmatch(r"[ァ-ヺー]+", first) and re.fullmatch(r"[一-鿿]{3}", second)
        if odd and first + second in text and spoken(joined):
            out[i], out[i + 1] = joined, second[1:]
    return out


def _side_by_side(text: str, words: list[str], spoken: Spoken) -> list[str]:
    """「食品ロス」 is one word where the sheets speak of it so, in whatever scripts its parts are."""
    out: list[str] = []
    for word in words:
        joined = out[-1] + word if out else ""
        if joined and joined in text and spoken(joined):
            out[-1] = joined
        else:
            out.append(word)
    return out


def _without_stem(text: str, word: str) -> str:
    """「外国人材受」 of 外国人材受け入れ without the stem of the verb that its last kanji is."""
    after = text[text.find(word) + len(word) :][:1]
    stem = re.match(r"[ぁ-ゖ]", after) and after not in _PARTICLES and re.match(r"[一-鿿]", word[-1])
    return word[:-1] if stem else word


def _is_word(phrase: str, spoken: Spoken) -> bool:
    """A phrase with hiragana in it that some sheet has, and that means more than a polite word."""
    if len(phrase) < 2 or not _HIRAGANA.search(phrase) or not vocabulary.CONTENT.search(phrase):
        return False
    if _HIRAGANA.match(phrase[-1]) and not re.search(r"..[りみ]$|....[れえけ]$", phrase):
        return False
    if re.match(r"(?![おご])[ぁ-ゖ](?![ぁ-ゖ])", phrase):
        # the ending of a verb before it (「終わる予定」)
        return False
    if vocabulary.STOPS.fullmatch(phrase) or is_generic(phrase) or _NO_NOUN.search(phrase):
        return False
    return spoken(phrase)


def _of_projects(text: str, rest: str, word: str) -> bool:
    """Whether a word can be what projects are about: 「金額ベースで」「入札者が」「終了年度が未定」 say something else of them.

    rest  the text with what was read blanked out
    """
    places = [m.span() for m in re.finditer(re.escape(word), text)]
    return not places or any(
        not _SAID_OF.match(text, end) and not _OF_A_FIELD.search(rest[:start]) for start, end in places
    )


_WITHIN = pattern(r"で(?:は)?[、,]?(?=\x00)")


def _within(text: str, rest: str, word: str, spoken: Spoken) -> bool:
    """「農業で予算100億円以上の事業」: a matter said first, within which the projects are asked for."""
    for m in re.finditer(re.escape(word), text):
        first = m.start() == 0 or rest[m.start() - 1] in "\x00、の"
        if first and _WITHIN.match(rest, m.end()) and word not in CONTRACT_WORDS:
            return spoken(word)
    return False


def related_to(word: str) -> str:
    """「防災関連」 is about 防災."""
    return re.sub(r"(?:関連|関係|向)$", "", word)
