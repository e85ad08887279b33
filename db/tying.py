"""One project over the years: which sheets of different 公開年度 are of the same project, and how we know.

Sheets of two years are tied one to one, the surest rule first; a sheet left over is tried against the year
after. No rule ties two sheets of the same year, so a project never has two sheets in one year.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from db.text import fold

SAME_ID = "予算事業IDが同じ"
OLD_NUMBER = "旧事業番号"
JUDGIT_ID = "JUDGIT!の事業IDが同じ"
PAST_NUMBER = "関連する過去のレビューシートの事業番号"
SAME_NAME = "事業名と府省庁が同じ"
SAME_NAME_FIGURES = "事業名と府省庁が同じ(予算で同名の事業を区別)"
MOVED = "事業名が同じで府省庁が違う(予算が一致)"
RENAMED = "事業名が似ていて府省庁が同じ(予算が一致)"
MOSTLY = "事業名が似ていて府省庁と開始年度が同じ(予算の多くが一致)"
FIGURES = "府省庁と開始年度が同じ(予算が一致、事業名は違う)"
FIRST = "この事業の最初のシート"

CONFIDENCE = {
    SAME_ID: 1.0,
    OLD_NUMBER: 0.99,
    JUDGIT_ID: 0.98,
    PAST_NUMBER: 0.97,
    SAME_NAME: 0.97,
    SAME_NAME_FIGURES: 0.95,
    MOVED: 0.9,
    RENAMED: 0.85,
    MOSTLY: 0.85,
    FIGURES: 0.8,
    FIRST: 1.0,
}
MAX_GAP = 2
"""Years a project may be without a sheet and still be found again by its name."""
SIMILAR = 0.6
"""Least likeness of two names (difflib ratio) that agreeing budgets can make one project of."""
CONTAINED = 6
"""Letters of a name that stands in another's (「〇〇事業(うち××補助金)」) and so is like it."""
MOST = 4
"""Figures that must agree, and be more than those that do not, where the names are alike."""
NEARLY_SAME, FEW = 0.9, 2
"""Likeness of names that only a letter or a note parts, for which so many agreeing figures are enough."""
NEARLY_ALL, STRAY, VALUES = 6, 1, 3
"""Where the names are not: figures that must agree, that may not, and different amounts among those that do."""
MILLION = 1_000_000

Figures = Mapping[int, tuple[int | None, int | None, int | None]]
"""Year → 当初予算, 計, 執行額 in 円."""


_NOTE = re.compile(r"\(((?:[^()]|\([^()]*\))*)\)")
_FORMER = re.compile(r"(?:旧名?|旧事業名|前年度|旧称)\s*[::]?\s*[「『]?([^」』]+)")


def _bare(name: str) -> str:
    return re.sub(r"[・「」『』()\[\]【】、,。./\s]", "", name)


@dataclass(slots=False)
class SheetFacts:
    """What the rules look at. ``past`` are the numbers of the sheets the sheet itself names (year, number)."""

    key: str
    year: int
    ministries: tuple[str, ...]
    name: str
    number: str | None = None
    project_number: str | None = None
    judgit_id: str | None = None
    old_number: str | None = None
    start: int | None = None
    past: tuple[tuple[int, str], ...] = ()
    figures: Figures = field(default_factory=dict)

    @cached_property
    def folded(self) -> str:
        """The name for comparing: width, dashes, brackets and punctuation do not count."""
        return _bare(fold(self.name))

    @cached_property
    def called(self) -> frozenset[str]:
        """What it is called: its name, that without notes in brackets, and the former name a note tells."""
        notes = _NOTE.findall(fold(self.name))
        former = [m.group(1) for note in notes if (m := _FORMER.search(note))]
        names = {self.folded, _bare(_NOTE.sub("", fold(self.name))), *map(_bare, former)}
        return frozenset(n for n in names if len(n) >= CONTAINED) or frozenset({self.folded})

    @cached_property
    def ministry_set(self) -> frozenset[str]:
        """府省庁 and 政策所管府省庁, an agency with its ministry apart (国土交通省　観光庁)."""
        return frozenset(part for m in self.ministries for part in re.split(r"\s+", m) if part)


@dataclass(frozen=True, slots=True)
class Tie:
    """A sheet and the project it belongs to (a number from 1): the rule that tied it, how sure that is (1 is
    surest), and what the rule found in this sheet and the one before, in Japanese."""

    key: str
    project: int
    rule: str
    confidence: float
    evidence: str = ""


def tie(sheets: Sequence[SheetFacts]) -> list[Tie]:
    """The ties of all sheets, oldest first; every sheet has exactly one."""
    by_year: dict[int, list[SheetFacts]] = defaultdict(list)
    for sheet in sheets:
        by_year[sheet.year].append(sheet)
    years = sorted(by_year)
    successor: dict[str, tuple[SheetFacts, str]] = {}
    taken: set[str] = set()
    for gap in range(1, MAX_GAP + 1):
        for year in years:
            older = [s for s in by_year[year] if s.key not in successor]
            newer = [s for s in by_year.get(year + gap, []) if s.key not in taken]
            for a, b, rule in _match(older, newer):
                successor[a.key] = (b, rule)
                taken.add(b.key)
    return _number(sorted(sheets, key=lambda s: (s.year, s.key)), successor, taken)


def _number(
    sheets: Iterable[SheetFacts], successor: Mapping[str, tuple[SheetFacts, str]], taken: set[str]
) -> list[Tie]:
    ties = []
    number = 0
    for sheet in sheets:
        if sheet.key in taken:
            continue
        number += 1
        ties.append(Tie(sheet.key, number, FIRST, CONFIDENCE[FIRST]))
        current = sheet
        while current.key in successor:
            before = current
            current, rule = successor[before.key]
            ties.append(Tie(current.key, number, rule, CONFIDENCE[rule], evidence(before, current, rule)))
    return ties


def evidence(a: SheetFacts, b: SheetFacts, rule: str) -> str:
    """What ties sheet ``b`` to the older ``a``: the number, the names where they differ, the figures."""
    number = {
        SAME_ID: f"予算事業ID {b.project_number}",
        OLD_NUMBER: f"旧事業番号 {b.old_number}",
        JUDGIT_ID: f"事業ID {b.judgit_id}",
        PAST_NUMBER: f"{a.year}年度の事業番号 {a.number}",
    }.get(rule)
    found = [f"{a.year}年度公開のシート {a.key}", *([number] if number else [])]
    if a.folded != b.folded:
        found.append(f"事業名「{a.name}」→「{b.name}」")
    if not a.ministry_set & b.ministry_set:
        found.append(f"府省庁「{a.ministries[0]}」→「{b.ministries[0]}」")
    agreed, differing = compared(a, b)
    if agreed or differing:
        differs = f"、{differing}件が不一致" if differing else ""
        found.append(f"両方のシートにある予算額・執行額のうち{len(agreed)}件が一致{differs}")
    return "、".join(found)


def _match(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts, str]]:
    used_old: set[str] = set()
    used_new: set[str] = set()

    def free(
        pairs: Iterable[tuple[SheetFacts, SheetFacts]], rule: str
    ) -> Iterable[tuple[SheetFacts, SheetFacts, str]]:
        for a, b in pairs:
            if a.key not in used_old and b.key not in used_new:
                used_old.add(a.key)
                used_new.add(b.key)
                yield a, b, rule

    for rule, pairs in _RULES:
        rest_old = [s for s in older if s.key not in used_old]
        rest_new = [s for s in newer if s.key not in used_new]
        yield from free(pairs(rest_old, rest_new), rule)


def _by_key(
    older: list[SheetFacts],
    newer: list[SheetFacts],
    old_key: Callable[[SheetFacts], object],
    new_key: Callable[[SheetFacts], object],
) -> Iterable[tuple[list[SheetFacts], list[SheetFacts]]]:
    groups: dict[object, tuple[list[SheetFacts], list[SheetFacts]]] = defaultdict(lambda: ([], []))
    for side, sheets, key in ((0, older, old_key), (1, newer, new_key)):
        for sheet in sheets:
            value = key(sheet)
            if value is not None:
                groups[value][side].append(sheet)
    return [g for g in groups.values() if g[0] and g[1]]


def _same_id(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    for a, b in _by_key(older, newer, lambda s: s.project_number, lambda s: s.project_number):
        yield a[0], b[0]


def _old_number(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    # RSシステム gives a few projects the number of another: there the name is in the year before, with another
    # number, and the budgets of the two differ.
    named = {(s.folded, m) for s in older for m in s.ministry_set}
    for a, b in _by_key(older, newer, lambda s: _digits(s.number), lambda s: _digits(s.old_number)):
        if len(a) == len(b) == 1 and not (
            a[0].folded != b[0].folded
            and any((b[0].folded, m) in named for m in b[0].ministry_set)
            and agreement(a[0], b[0]) < 0
        ):
            yield a[0], b[0]


def _digits(number: str | None) -> str | None:
    """A 事業番号 for comparing: 2023-文科-22-0130, 「2023 - 文科 - 22 - 0130」 and 2023文科220130 are one."""
    if not number:
        return None
    return re.sub(r"[^0-9a-z\u3040-\u9fff]", "", fold(number)) or None


def _judgit_id(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    # JUDGIT! gives some projects of 2019 the ID of another: there name, beginning and budgets all differ.
    for a, b in _by_key(older, newer, lambda s: s.judgit_id, lambda s: s.judgit_id):
        if len(a) == len(b) == 1 and not (
            a[0].start != b[0].start and likeness(a[0], b[0]) < SIMILAR and agreement(a[0], b[0]) < 0
        ):
            yield a[0], b[0]


def _past_number(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    # JUDGIT! gives some past numbers under a wrong year, so the number alone is not enough: the name or the
    # budgets must agree too.
    index = defaultdict(list)
    for a in older:
        if a.number:
            index[(a.year, a.number)].append(a)
    for b in newer:
        for year, number in b.past:
            for a in index.get((year, number), ()):
                if a.ministry_set & b.ministry_set and (a.folded == b.folded or agreement(a, b) > 0):
                    yield a, b


def _same_name(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    for a, b in _named_groups(older, newer):
        if len(a) == len(b) == 1:
            yield a[0], b[0]


def _same_name_figures(
    older: list[SheetFacts], newer: list[SheetFacts]
) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    for a, b in _named_groups(older, newer):
        yield from _best_by_figures(a, b)


def _named_groups(
    older: list[SheetFacts], newer: list[SheetFacts]
) -> Iterable[tuple[list[SheetFacts], list[SheetFacts]]]:
    for a, b in _by_key(older, newer, lambda s: s.folded, lambda s: s.folded):
        for ministry in sorted(frozenset().union(*(s.ministry_set for s in a))):
            old = [s for s in a if ministry in s.ministry_set]
            new = [s for s in b if ministry in s.ministry_set]
            if old and new:
                yield old, new


def _moved(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    for a, b in _by_key(older, newer, lambda s: s.folded, lambda s: s.folded):
        yield from _best_by_figures(a, b)


def _renamed(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    pairs = []
    for a, b in _same_mark(older, newer):
        if agreement(a, b) >= 2 and (alike := likeness(a, b)) >= SIMILAR:
            pairs.append((alike, a, b))
    for _, a, b in sorted(pairs, key=lambda p: (-p[0], p[1].key, p[2].key)):
        yield a, b


def _mostly(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    # RSシステム and the last sheet before a change print some figures anew (補正, 繰越し), so that a few differ.
    pairs = []
    for a, b in _same_mark(older, newer):
        agreed, differing = compared(a, b)
        if a.start is None or a.start != b.start or len(agreed) < FEW:
            continue
        alike = likeness(a, b)
        if alike >= NEARLY_SAME or (alike >= SIMILAR and len(agreed) >= max(MOST, differing + 1)):
            pairs.append((alike, len(agreed) - differing, a, b))
    for *_, a, b in sorted(pairs, key=lambda p: (-p[0], -p[1], p[2].key, p[3].key)):
        yield a, b


def _figures(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    # Only where no other sheet fits either of the two.
    pairs = []
    for a, b in _same_mark(older, newer):
        agreed, differing = compared(a, b, least=10 * MILLION)
        if (
            a.start is not None
            and a.start == b.start
            and len(agreed) >= NEARLY_ALL
            and differing <= STRAY
            and len(set(agreed)) >= VALUES
        ):
            pairs.append((a, b))
    fits = Counter(s.key for pair in pairs for s in pair)
    for a, b in pairs:
        if fits[a.key] == fits[b.key] == 1:
            yield a, b


def _same_mark(older: list[SheetFacts], newer: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    """Pairs under one ministry that have a year's 当初予算 in common."""
    index: dict[tuple[int, int], list[SheetFacts]] = defaultdict(list)
    for b in newer:
        for mark in _marks(b):
            index[mark].append(b)
    for a in older:
        for b in {b.key: b for mark in _marks(a) for b in index.get(mark, ())}.values():
            if a.ministry_set & b.ministry_set:
                yield a, b


def likeness(a: SheetFacts, b: SheetFacts) -> float:
    """How alike two sheets' names are, 0 to 1: of all they are called, the two most alike; 1 where one holds the other."""
    best = 0.0
    for x in a.called:
        for y in b.called:
            if (len(x) >= CONTAINED and x in y) or (len(y) >= CONTAINED and y in x):
                return 1.0
            best = max(best, SequenceMatcher(None, x, y).ratio())
    return best


def _marks(sheet: SheetFacts) -> set[tuple[int, int]]:
    """(year, 当初予算 in 百万円): what two sheets of one project have in common whatever their names."""
    return {
        (year, round(initial / MILLION))
        for year, (initial, _, _) in sheet.figures.items()
        if initial is not None and initial >= MILLION
    }


def _best_by_figures(a: list[SheetFacts], b: list[SheetFacts]) -> Iterable[tuple[SheetFacts, SheetFacts]]:
    pairs = [(score, x, y) for x in a for y in b if (score := agreement(x, y)) > 0]
    for _, x, y in sorted(pairs, key=lambda p: (-p[0], p[1].key, p[2].key)):
        yield x, y


def agreement(a: SheetFacts, b: SheetFacts) -> int:
    """How many figures of years both sheets tell of agree, less three for each that does not."""
    agreed, differing = compared(a, b)
    return len(agreed) - 3 * differing


def compared(a: SheetFacts, b: SheetFacts, least: int = MILLION) -> tuple[list[int], int]:
    """The figures (円) of years both sheets tell of that agree, and how many do not.

    Sheets print 百万円 and RSシステム 円, so figures agree when they differ by less than 1.5 百万円 or 0.1 %.
    Zeros and figures under ``least`` prove nothing and are left out.
    """
    agreed: list[int] = []
    differing = 0
    for year in a.figures.keys() & b.figures.keys():
        for x, y in zip(a.figures[year], b.figures[year], strict=True):
            if x is None or y is None or min(abs(x), abs(y)) < least:
                continue
            if abs(x - y) < max(1.5 * MILLION, 0.001 * abs(x)):
                agreed.append(x)
            else:
                differing += 1
    return agreed, differing


_RULES: tuple[
    tuple[str, Callable[[list[SheetFacts], list[SheetFacts]], Iterable[tuple[SheetFacts, SheetFacts]]]], ...
] = (
    (SAME_ID, _same_id),
    (OLD_NUMBER, _old_number),
    (JUDGIT_ID, _judgit_id),
    (PAST_NUMBER, _past_number),
    (SAME_NAME, _same_name),
    (SAME_NAME_FIGURES, _same_name_figures),
    (MOVED, _moved),
    (RENAMED, _renamed),
    (MOSTLY, _mostly),
    (FIGURES, _figures),
)
