"""What holds year after year: 「3年連続で執行率が5割未満」「過去3年で減り続けている」「毎年増えている」 as conditions.

A figure that moved the same way so many times stands in one year more than it moved; where the question gives years
over which it kept moving (「過去3年で減り続けている」), it stands in these years.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, OtherFigure
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import FieldMention, has_year, is_figure
from assistant.understanding.words.operations import number

_IN_A_ROW = pattern(
    r"(?:(?:過去|直近|最近|ここ|この)の?)?(?P<n>[0-9]{1,2}|[二三四五六七八九十])(?:か|ヶ|ヵ|カ|箇)?(?:年度?(?:間)?(?:連続|続けて|つづけて|続き|とも)|連続)(?:して|で|の)?"
    r"|毎年度?|年々|連続して|続けて(?=[増減上下伸落])|一貫して|ずっと"
)
_MOVED = pattern(
    r"(?:(?P<up>増|伸び|上が|上昇|膨ら|改善)|(?P<down>減|下が|低下|落ち|縮小|悪化|縮ん))[加額少り]?[ぁ-ん]{0,3}(?P<kept>続け|続い|続く|つづけ)?[ぁ-ん]*"
    r"|右肩(?:(?P<up2>上が)|(?P<down2>下が))り(?:[のでにが](?:続[くい][ぁ-ん]*)?)?"
)
_OF_PROJECTS = pattern(r"事業(?!費|者|所)|もの|案件|何件")
_BETWEEN = pattern(r"[^。?0-9]{0,16}")
_TWO_STEPS = 2
"""「減り続けている」 without a number: over the three years whose figures a sheet of the present form has."""


def streaks(p: Parsed, others: list[Filter]) -> list[Filter]:
    """The conditions of the question, with those of years before where it says that something holds year after year.

    Every condition is on the year asked about or, by ``shift``, on a year before it.
    """
    if any(o.verb in ("group", "total") for o in p.operations) or not _OF_PROJECTS.search(p.text):
        # what holds of a 府省庁 as a whole is no condition on its projects
        return others
    row = _IN_A_ROW.search(p.text)
    moved = _moved(p, row)
    mention = _figure_of(p, moved.start()) if moved else None
    if moved is not None and mention is not None:
        steps = _steps(p, row)
        up = moved.group("up") or moved.group("up2")
        _read(p, *moved.span())
        if row is not None:
            _read(p, *row.span())
        kept = [f for f in others if f.field != mention.field or not isinstance(f.value, OtherFigure)]
        moves = [
            Filter(mention.field, ">" if up else "<", OtherFigure(mention.field, -i - 1), shift=-i)
            for i in range(steps)
        ]
        return [*kept, *moves]
    if row is None or not row.group("n"):
        return others
    yearly = [f for f in others if _by_year(f.field)]
    if yearly:
        _until_the_last(p)
        _read(p, *row.span())
    return [*others, *(replace(f, shift=-i) for i in range(1, number(row.group("n"))) for f in yearly)]


def keeps_moving(text: str) -> bool:
    """「毎年増えている」「減り続けている」: more than one step is meant."""
    return _IN_A_ROW.search(text) is not None or any(m.group("kept") for m in _MOVED.finditer(text))


def read_moving(p: Parsed) -> None:
    """Mark what says that a figure moved, or stood still, year after year: its course tells it."""
    for wording in (_IN_A_ROW, _MOVED):
        for m in wording.finditer(p.text):
            p.claim_around(*m.span(), "推移：" + m.group())


def _moved(p: Parsed, row: re.Match[str] | None) -> re.Match[str] | None:
    """The words that say a figure moved the same way again and again."""
    for m in _MOVED.finditer(p.text):
        if m.group("kept") or m.group("up2") or m.group("down2"):
            return m
        if row is not None and row.end() <= m.start() and _BETWEEN.fullmatch(p.text[row.end() : m.start()]):
            return m
    return None


def _steps(p: Parsed, row: re.Match[str] | None) -> int:
    """How many times the figure moved."""
    if row is not None and row.group("n"):
        _until_the_last(p)
        return number(row.group("n"))
    for y in list(p.years):
        if y.kind == "latest" and y.count > 1:
            p.years.remove(y)
            return y.count - 1
    return _until_the_last(p) or _TWO_STEPS


def _until_the_last(p: Parsed) -> int:
    """Of 「2021年度から2023年度まで」 the last year is the one asked about; how many steps lead to it."""
    for i, y in enumerate(p.years):
        if y.kind == "given" and y.role == "figure":
            p.years[i] = replace(y, years=(max(y.years),), op="=", side="")
            return len(y.years) - 1
    return 0


def _figure_of(p: Parsed, at: int) -> FieldMention | None:
    """The figure that moved: the last one said before, else the first behind."""
    figures = [f for f in p.fields if _by_year(f.field)]
    before = [f for f in figures if f.end <= at + 1]
    return before[-1] if before else figures[0] if figures else None


def _by_year(ref: FieldRef) -> bool:
    return ref.table == "budgets" and is_figure(ref) and has_year(ref)


def _read(p: Parsed, start: int, end: int) -> None:
    """Mark the words as read; operations and years within them are part of them."""
    p.operations = [
        o for o in p.operations if not (start <= o.start and o.end <= end and o.verb == "compare")
    ]
    p.years = [y for y in p.years if not (y.start < end and start < y.end and y.kind in ("latest", "all"))]
    p.claim_around(start, end, "条件：" + p.text[start:end])
