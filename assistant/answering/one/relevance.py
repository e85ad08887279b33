"""Which of a project's passages answers a question: what the search finds, weighed by where reasons and opinions stand.

The sheet has a box for each kind of opinion, so a box the question names is worth more than another, a
review box more than the description of the project, and 主な増減理由 of the asked year more than of another.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answering.basis import Basis
from assistant.answering.figures import ACTUALS
from assistant.patterns import pattern
from assistant.query import FieldRef, Query
from db.text import fold

if TYPE_CHECKING:
    from embeddings.search import Hit

LIMIT = 400
"""Passages of a project that are weighed: more than a sheet has."""

DESCRIPTIONS = frozenset(
    {
        "事業の目的",
        "事業概要",
        "現状・課題",
        "後続アウトカムへのつながり",
        "アウトカムを複数段階で設定できない理由",
        "備考",
    }
)
"""What a project is, not what was said of it in the review."""
DESCRIPTION = 0.6
NAMED = 2.5
"""The box the question names."""
HINTED = 1.3
"""A box one of whose words the catalogue lists is in the question."""
OF_THE_YEAR, NEAR_THE_YEAR, OF_ANOTHER = 3.0, 1.2, 0.5
"""A box written for the year that explains the asked figure, for the asked year itself, for another year."""
MOVED = 1.5
"""主な増減理由, where the question is about an amount that rises or falls."""
WHOLE_WORD, LONG = 2.0, 4
"""A passage that has a long word of the question as it is said, where few others have it; and what long is."""
FEW = 0.25
"""The share of a project's passages that is few."""

CHANGES = frozenset({"主な増減理由", "その他特記事項"})
_MOVES = pattern(r"増(え|や|額|加|し)|減(る|ら|っ|額|少|り)|上が|下が|要求|やめ|取りやめ|見送")
_WORD = pattern(r"[一-鿿々〆ヶ]{2,}|[ァ-ヴー]{2,}|[a-z0-9]{2,}")
_OPEN = pattern(r"どう|どの|どん|なぜ|なん|何|どれ|理由|わけ|訳|意味|狙い|ねらい")
"""Open questions are put in words of the asker's own, and may be answered in none of them."""
_ASKED_OF = pattern(
    r"(?:[のな、]|(?:る|った|ている)(?=[^、。?]*(?:は|って|[をが](?:教え|見せ|知り|示し)[^、。?]*)[?]?$))"
    r"(?P<head>[一-鿿々]{2,8}|[ァ-ヴー]{3,10})(?:は|って|を(?:教え|見せ|知り|示し)[^、。?]*|が知り[^、。?]*)?[?]?$"
)
"""What is asked of something else, at the end of a question (「会社の株主構成を教えて」); after a verb a bare noun only says
what the matter is (「お互い使えるようにする実験」)."""
_OPEN_HEAD = pattern(
    r"理由|原因|訳|背景|事情|経緯|意味|意義|狙い|目的|中身|内容|概要|状況|状態|現状|様子|見方|見解|意見|評価|注文|結論|所見|指摘|方針|方向|方策|対策|対応|対処|工夫|改善|反省|問題|課題|弱点|欠点|論点|効果|成果|"
    r"結果|実績|見通|見込|予定|計画|方法|やり方|進め方|手段|手順|仕組|根拠|論拠|影響|特徴|違い|役割|使い道|用途|点検|説明|理屈|考え|必要性|有効性|効率性|妥当性|変化|動き|流れ|関係|位置|扱い|取組|活動|事業|予算|手立|先行き|行方|条件|基準|範囲|対象"
)
"""Heads that are put in words of the asker's own, and are answered in none of them."""
LOOKED_AT = 3
"""How many of the best passages are looked at for a word of the question."""
_REQUEST = pattern(r"要求")


def relevant(
    basis: Basis,
    query: Query,
    keys: Sequence[str],
    text: str = "",
    factors: Mapping[str, float] | None = None,
) -> list[Hit]:
    """Passages of these sheets, best first; ``score`` is the weighed one.

    text     what to search for in place of the question's topic
    factors  項目 → what a passage there is worth more, besides the weights above
    """
    hits = basis.data.search.search(text or _wanted(query), limit=LIMIT, sheet_keys=keys)
    named = named_items(query)
    hinted = hinted_items(basis, query.question)
    weights = dict(factors or {})
    best = max((h.score for h in hits), default=0.0)
    holding = _holding(query, hits)
    weighed = [
        replace(
            h,
            score=math.exp(h.score - best)
            * _weight(query, h, named, hinted)
            * weights.get(h.item, 1.0)
            * (WHOLE_WORD if h.comment_id in holding else 1.0),
        )
        for h in hits
    ]
    return sorted(weighed, key=lambda h: (-h.score, h.comment_id))


def _holding(query: Query, hits: Sequence[Hit]) -> set[int]:
    """The passages that have a long word of the topic whole (土地活用済), where it is one of few of the project's."""
    found: set[int] = set()
    for word in {w for w in _WORD.findall(fold(query.topic)) if len(w) >= LONG}:
        having = [h.comment_id for h in hits if word in fold(h.text)]
        if len(having) <= max(1, FEW * len(hits)):
            found.update(having)
    return found


def _wanted(query: Query) -> str:
    """Within a project what is left of the question beside names and years is worth most: it is said twice."""
    if not query.topic or query.topic in query.question:
        return query.question
    return f"{query.topic} {query.question}"


def speaks_of(basis: Basis, query: Query, hits: Sequence[Hit]) -> bool:
    """False where the question is about words that none of the best passages has, and names no box or field.

    A project always has a nearest passage; that it shares not one word with what was asked is no answer.
    """
    words = set(_WORD.findall(fold(query.topic)))
    if not words or query.fields or query.reason or hinted_items(basis, query.question):
        return True
    if _MOVES.search(query.question) or _OPEN.search(query.question):
        return True
    best = " ".join(fold(f"{h.item} {h.text}") for h in hits[:LOOKED_AT])
    return any(_half_stands(word, best) for word in words)


def unheard_head(query: Query, hits: Sequence[Hit]) -> str:
    """What a question asks of something, where it is no open word (理由, 中身) and none of the best passages has it
    (「株主構成」); "" else."""
    asked = _ASKED_OF.search(fold(query.question))
    if asked is None or _OPEN_HEAD.search(asked.group("head")):
        return ""
    best = " ".join(fold(f"{h.item} {h.text}") for h in hits[:LOOKED_AT])
    return "" if _half_stands(asked.group("head"), best) else asked.group("head")


def _half_stands(word: str, text: str) -> bool:
    """The word stands in the text, or half of its pairs of characters do (応札者 for 応札)."""
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return word in text or 2 * sum(p in text for p in pairs) > len(pairs)


def named_items(query: Query) -> frozenset[str]:
    """Boxes the question names, as they are called in ``comments``."""
    items = {f.item for f in query.fields if f.table in ("comments", "evaluations") and f.item}
    for ref in query.fields:
        if ref.table == "remarks":
            items |= {"指摘事項の内容", "指摘事項への対応状況"}
        if ref == FieldRef("sheets", ref.column) and ref.column in DESCRIPTIONS:
            items.add(ref.column)
    return frozenset(items)


def unheard_matter(query: Query, hits: Sequence[Hit]) -> bool:
    """「ドローンの点検結果」: a box is asked about one word, and none of the best passages has it."""
    words = _matter(query) if named_items(query) else []
    return len(words) == 1 and not any(_half_stands(words[0], fold(h.text)) for h in hits)


def _matter(query: Query) -> list[str]:
    """Words of the topic besides those that name a box."""
    boxes = [fold(box) for box in named_items(query)]
    said = [w for part in query.topic.split() for w in _WORD.findall(fold(part))]
    return [w for w in dict.fromkeys(said) if not any(w in box for box in boxes)]


def hinted_items(basis: Basis, question: str) -> frozenset[str]:
    """Boxes one of whose words the question holds."""
    return frozenset(
        c.item for c in basis.data.catalogue.comments if any(word in question for word in c.words)
    )


def _weight(query: Query, hit: Hit, named: frozenset[str], hinted: frozenset[str]) -> float:
    weight = 1.0
    if hit.item in named:
        weight *= NAMED
    elif hit.item in hinted:
        weight *= HINTED
    elif hit.item in DESCRIPTIONS:
        weight *= DESCRIPTION
    if hit.item in CHANGES:
        weight *= _year_weight(query, hit.fiscal_year)
        if _MOVES.search(query.question):
            weight *= MOVED
    return weight


def _year_weight(query: Query, year: int | None) -> float:
    """A request for year N+1 is explained in the row of N; how N was spent, in the row of N+1 or N."""
    if query.years.kind != "given" or not query.years.values or year is None:
        return 1.0
    asked = set(query.years.values)
    columns = {f.column for f in query.fields}
    explained = bool(columns & ACTUALS) or any(f.table == "evaluations" for f in query.fields)
    actual = explained and not _REQUEST.search(query.question)
    explaining = {y + 1 for y in asked} if actual else {y - 1 for y in asked}
    if year in explaining:
        return OF_THE_YEAR
    return NEAR_THE_YEAR if year in asked else OF_ANOTHER
