"""Fields of the catalogue in a question: official labels, everyday words, evaluation and comment items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from assistant.patterns import pattern
from assistant.query import FieldRef
from assistant.understanding.words.normalise import KANJI, fold_text, script, word_may_end
from db.catalogue import MONEY, NUMBER, RATE, Catalogue, Field, catalogue

SPENT = FieldRef("budgets", "執行額")
MINISTRY = FieldRef("sheets", "府省庁")
GAP = "…"
_GAP_PATTERN = r"(?:(?!を含|を除|も含|後の)[^、。?!「」\n]){0,8}?"
_WEAK_LEADS = ("いくら", "どれ", "どの", "何に", "幾ら")
_TRAILERS = (
    "額",
    "率",
    "等",
    "など",
    "欄",
    "面",
    "値",
    "数",
    "分",
    "合計",
    "総額",
    "総計",
    "平均",
    "推移",
    "順",
    "割合",
    "増減",
    "最大",
    "最小",
    "最高",
    "最低",
    "上位",
    "下位",
    "比較",
    "別",
)
_LEADERS = (
    "合計",
    "総",
    "平均",
    "年間",
    "各",
    "実際",
    "最大",
    "最高",
    "最低",
    "合算",
    "件数",
    "人数",
    "回数",
    "日数",
    "事業別",
)
_MAIN_TABLES = ("budgets", "sheets", "comments", "evaluations", "payees", "outcomes", "outputs", "unit_costs")


@dataclass(frozen=True, slots=True)
class FieldMention:
    """A field word in the question. ``weak`` where a field named outright takes precedence (「いくら付いた」)."""

    start: int
    end: int
    field: FieldRef
    text: str
    weak: bool = False


@cache
def _with_gaps(parts: tuple[str, ...]) -> re.Pattern[str]:
    return pattern(_GAP_PATTERN.join(map(re.escape, parts)))


@dataclass(frozen=True, slots=True)
class _Entry:
    word: str
    field: FieldRef
    weak: bool


class FieldLexicon:
    """Every word of the catalogue with the field it stands for; where two fields share a word, the first wins."""

    def __init__(self, source: Catalogue) -> None:
        self.catalogue = source
        entries: dict[str, FieldRef] = {}
        gaps: dict[str, FieldRef] = {}
        for word, ref in _words(source):
            # NFKC would turn the gap's mark into full stops
            key = GAP.join(fold_text(part).lower() for part in word.split(GAP))
            (gaps if GAP in key else entries).setdefault(key, ref)
        self._by_first: dict[str, list[_Entry]] = {}
        for word, ref in entries.items():
            self._by_first.setdefault(word[0], []).append(_Entry(word, ref, word.startswith(_WEAK_LEADS)))
        for group in self._by_first.values():
            group.sort(key=lambda e: -len(e.word))
        self._gaps = [
            (tuple(word.split(GAP)), ref, word.startswith(_WEAK_LEADS)) for word, ref in gaps.items()
        ]
        self.words = frozenset(entries)

    def begins(self, text: str, at: int) -> bool:
        """Whether a field word begins there."""
        lower = text[at : at + 24].lower()
        return bool(lower) and any(lower.startswith(e.word) for e in self._by_first.get(lower[0], ()))

    def read(
        self,
        text: str,
        taken: list[tuple[int, int]] | None = None,
        beside: Sequence[tuple[int, int]] = (),
    ) -> list[FieldMention]:
        """Field words from left to right, the longest first; ``taken`` spans are left alone.

        Spans of ``beside`` were read as something too, so that a word may end there (「来年度」 before 「要求額」).

        A kanji or katakana word counts only where it does not continue a longer word that is no field itself
        (「評価」 is not read in 「評価委員会」).
        """
        lower = text.lower()
        free = _free(len(lower), taken or [])
        found: list[FieldMention] = []
        for parts, ref, weak in self._gaps:
            # A pattern costs more to make than all it is compared with here: most questions need none of them.
            if not all(part in lower for part in parts):
                continue
            pattern = _with_gaps(parts)
            m = pattern.search(lower)
            while m:
                if free[m.start()] and free[m.end() - 1]:
                    found.append(FieldMention(m.start(), m.end(), ref, text[m.start() : m.end()], weak))
                # one that begins inside this one may be the free one (「2021年度の1件当たり」)
                m = pattern.search(lower, m.start() + 1)
        for i, ch in enumerate(lower):
            for entry in self._by_first.get(ch, ()):
                end = i + len(entry.word)
                if lower.startswith(entry.word, i) and all(free[i:end]):
                    found.append(FieldMention(i, end, entry.field, text[i:end], entry.weak))
        found.sort(key=lambda f: (-(f.end - f.start), f.start))
        around = [*(taken or []), *beside]
        while True:
            chosen = _longest(found, free)
            kept = self._delimited(lower, chosen, around)
            if len(kept) == len(chosen):
                return sorted(kept, key=lambda f: f.start)
            # 「目標は何」 in 「目標は何点」 is no word, 「目標」 in it is
            found = [f for f in found if f not in chosen or f in kept]

    def _delimited(
        self, text: str, chosen: list[FieldMention], taken: list[tuple[int, int]]
    ) -> list[FieldMention]:
        """Drop words that are part of a longer word; a neighbour that is itself read is no such part."""
        kept = chosen
        while True:
            starts = {s for s, _ in taken} | {f.start for f in kept}
            ends = {e for _, e in taken} | {f.end for f in kept}
            ok = [f for f in kept if _bounded(text, f, starts, ends)]
            if len(ok) == len(kept):
                return ok
            kept = ok


def _longest(found: Sequence[FieldMention], free: list[bool]) -> list[FieldMention]:
    """Of mentions in the order of their length those that no longer one overlaps."""
    chosen: list[FieldMention] = []
    used = [not f for f in free]
    for f in found:
        if not any(used[f.start : f.end]):
            chosen.append(f)
            used[f.start : f.end] = [True] * (f.end - f.start)
    return chosen


def _bounded(text: str, f: FieldMention, starts: set[int], ends: set[int]) -> bool:
    left = f.start == 0 or f.start in ends or word_may_end(text[f.start - 1], text[f.start])
    # 「防災関連予算」
    left = left or text.endswith(("関連", "関係"), 0, f.start)
    left = left or any(_leads(text, f.start - len(w), f.start, w, ends) for w in _LEADERS)
    if not left:
        return False
    if f.end >= len(text) or f.end in starts or word_may_end(text[f.end - 1], text[f.end]):
        return True
    for trailer in _TRAILERS:
        stop = f.end + len(trailer)
        if text.startswith(trailer, f.end) and (
            stop >= len(text) or stop in starts or word_may_end(text[stop - 1], text[stop])
        ):
            return True
    return False


def _leads(text: str, start: int, end: int, word: str, ends: set[int]) -> bool:
    alone = start == 0 or start in ends or (start > 0 and word_may_end(text[start - 1], word[0]))
    return start >= 0 and text[start:end] == word and alone


def _free(length: int, taken: list[tuple[int, int]]) -> list[bool]:
    free = [True] * length
    for start, end in taken:
        for i in range(max(0, start), min(length, end)):
            free[i] = False
    return free


def _words(source: Catalogue) -> list[tuple[str, FieldRef]]:
    """Words in order of precedence: words of the main tables, of the others, labels, then 「表の列」."""
    out: list[tuple[str, FieldRef]] = []
    for e in source.evaluations:
        ref = FieldRef("evaluations", "説明", e.item)
        out += [(w, ref) for w in (e.item, *e.words, *e.labels)]
    for c in source.comments:
        ref = FieldRef("comments", "本文", c.item)
        out += [(w, ref) for w in (c.item, c.label, *c.words, *c.labels)]
    tables = sorted(source.tables, key=lambda t: t.name not in _MAIN_TABLES)
    fields = [f for t in tables for f in t.fields]
    out += [(w, _ref(f)) for f in fields for w in f.words]
    times: dict[str, int] = {}
    for f in fields:
        times[f.column] = times.get(f.column, 0) + 1
    for f in fields:
        if f.label != f.column:
            out.append((f.label, _ref(f)))
        if times[f.column] == 1 and len(f.column) > 2:
            out.append((f.column, _ref(f)))
    for t in source.tables:
        for name in _called(t.label):
            for f in t.fields:
                out += [(f"{name}の{f.column}", _ref(f)), (f"{name}{f.column}", _ref(f))]
                out += [(f"{name}の{f.label}", _ref(f))]
    return [(w, ref) for w, ref in out if len(w) > 1 or _alone(w)]


def _called(label: str) -> tuple[str, ...]:
    """What a table is called: its label, and both parts of 「成果目標及び成果実績（アウトカム）」."""
    outer, bracket, inner = label.partition("（")
    return (label, outer, inner.rstrip("）")) if bracket else (label,)


def _alone(word: str) -> bool:
    return script(word) == KANJI


def _ref(f: Field) -> FieldRef:
    return FieldRef(f.table, f.column)


@cache
def lexicon() -> FieldLexicon:
    """The lexicon of this version's catalogue."""
    return FieldLexicon(catalogue())


def kind_of(ref: FieldRef) -> str:
    """Kind of a field (``db.catalogue.KINDS``)."""
    return catalogue().field(ref.table, ref.column).kind


def is_figure(ref: FieldRef) -> bool:
    """True for money, rates and plain numbers of a table with years or amounts."""
    return kind_of(ref) in (MONEY, RATE, NUMBER)


def is_passage(ref: FieldRef) -> bool:
    """True for a free text that is searched (comments, explanations, 目的, 概要 …)."""
    return ref.table == "comments" or catalogue().field(ref.table, ref.column).passage


def label_of(ref: FieldRef) -> str:
    """The official label as people know it: the item for a comment or evaluation, else the field's label."""
    if ref.item:
        if ref.table == "comments":
            return catalogue().comment(ref.item).label
        return ref.item
    return catalogue().field(ref.table, ref.column).label


def has_year(ref: FieldRef) -> bool:
    """True where the field's table has a row per fiscal year."""
    return "年度" in catalogue().table(ref.table).columns
