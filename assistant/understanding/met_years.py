"""Which years are asked for: those in which a figure met a condition, of a project or of a 府省庁 as a whole.

「1,000億円を割ったのは何年度」「前年度より減った年は」「補正予算が初めてついた年度」「何年連続で増えている」.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Operator, OtherFigure
from assistant.understanding.many.conditions import BUDGET, EXECUTION_RATE, amount_filters
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import SPENT, has_year, is_figure, kind_of
from assistant.understanding.words.operations import number
from db.catalogue import MONEY

_WHICH = pattern(
    r"(?:何|どの)年度?(?!間|前)|いつ|(?:年度?|年)(?:は|が|って)(?:ある|あり|あった|いつ|どれ|何|[?]|$)|ことは?(?:ある|あり|あった|[?]|$)"
    r"|(?:た|る|の|な)年度?(?=は|って|を|が|と|に|、|[?。]|$)"
)
"""「何年度」「いつ」「…た年度は」: years are the answer."""
_OVERSPENT = pattern(
    r"予算(?:額)?(?:(?:を|より)(?:も)?(?:超え|超過|上回|オーバー|多く使)|オーバー)[^、。?]{0,6}?(?=年|の(?:は|が)|こと|[?。]|$)"
)
_FIRST = pattern(r"初めて|はじめて|最初に|最初の年")
_LAST = pattern(r"最後(?:に|の年)|直近で|いちばん最近")
_YEAR_BEFORE = r"(?:前年度?|前の年度?|昨年度?|去年|前回|[1一]年前)"
_BEFORE = pattern(rf"{_YEAR_BEFORE}[^、。?]{{0,4}}")
_UP = r"増え|増加|増額|増や|伸び|上が|上昇|改善|[良よ]くな|膨ら|高ま|高くな|多くな|上回|多かった|多い|高かった|高い|回復"
_DOWN = r"減っ|減少|減額|減ら|減り|下が|低下|落ち|悪化|悪くな|下回|割り込|縮|少なかった|少ない|少なくな|低かった|低い|低くな"
_PART = pattern(
    rf"{_YEAR_BEFORE}(?:の実績)?の?(?:約)?(?P<size>半分|[0-9]+(?:\.[0-9]+)?倍|[一二三四五六七八九]倍|[0-9一二三四五六七八九]割)"
    r"(?P<side>以下|未満|以上|より(?:も)?(?:多|少な|高|低)|を?超え|を?上回|を?下回|を?割|も|に)[^、。?]{0,12}?(?=年|の(?:は|が)|こと|[?。]|$)"
)
"""「前の年の半分以下になった年」「前年度の2倍以上に増えたのは」."""
_THAN = pattern(
    rf"{_YEAR_BEFORE}(?:の(?:実績|額|水準))?(?:より(?:も)?|から|と比べ(?:て|ると)?|に比べ(?:て|ると)?|比で|を)[^、。?]{{0,8}}?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[^、。?]{{0,6}}"
)
_MOVED = pattern(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:た|て(?:い)?る|し(?:た|ている)|った|なった)年度?(?!間)"
)
"""「執行率が良くなった年」: beside the year before."""
_FELL_SHORT = pattern(rf"{_YEAR_BEFORE}割れ[^、。?]{{0,4}}?(?=年|の(?:は|が)|[?。]|$)")
"""「前年割れした年」."""
_FRACTION = pattern(
    r"(?:約)?(?P<of>[0-9]{1,2}|[二三四五六七八九十])分の(?:1|一)(?P<side>以下|未満|を?下回|を?割|に)[^、。?]{0,12}?(?=年|の(?:は|が)|こと|[?。]|$)"
)
"""「5分の1に減った年度」."""
_REACHED = pattern(
    r"(?:の大台)?[にへを]?(?:乗[っせ]|のっ|入っ|突入|達し|届[いく]|超え)[^、。?]{0,3}?(?=年|の(?:は|が|って)|こと|[?。]|$)"
)
"""「4兆円台に乗ったのは」: the amount was read as one that the year has."""
_PERIOD = pattern(r"期間|時期")
_THAN_A_YEAR = pattern(r"\s*(?:より|から|と比べ|に比べ|比で|を(?:上|下)回)")
_BY = pattern(
    rf"(?:(?P<tenths>[0-9]+(?:\.[0-9]+)?|[一二三四五六七八九])割|(?P<percent>[0-9]+(?:\.[0-9]+)?)(?:%|パーセント)|(?P<points>[0-9]+(?:\.[0-9]+)?)ポイント)(?P<over>以上|を?超えて?|超)?(?:も)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[^、。?]{{0,6}}"
)
"""「前の年より1割以上減った年」「10ポイント以上下がった」."""
_BY_AMOUNT = pattern(rf"(?:も)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[^、。?]{{0,6}}")
_IN_A_ROW = pattern(
    rf"何(?:年度?)?(?:間)?(?:連続|続けて|続き)[^、。?]{{0,4}}?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[^、。?]{{0,8}}"
)
_THERE = pattern(
    r"(?:額)?(?:が|は|を|の)?(?:初めて|はじめて|最初に|最後に)?(?:つ[いく]|付[いく]|あっ|ある|あり|計上|措置|組まれ|積まれ|認められ|出た|出て|発生|生じ|使われ|使った|執行さ)[^、。?]{0,5}?(?=年|期間|こと|の(?:は|が|って)|[?。]|$)"
)
"""「補正予算がついた年度」「執行があったのは」: the amount is not nothing."""
_USED = pattern(r"(?:お金が|予算が)?(?:使われ|執行され|支出され)た(?=年|の(?:は|が))")
_NOT_SPENT = pattern(
    r"(?:執行|支出)が(?:ゼロ|0|無|な[いか]|行われな)[^、。?]{0,5}?(?=年|こと|の(?:は|が|って)|[?。]|$)"
)
_SPENDING = pattern(r"(?:執行|支出)(?=(?:が|の)(?:あ|行われ))")
_ALL_ALONG = pattern(r"ずっと|一貫して|一度も|連続して")
_STEEPEST = pattern(
    r"一番|いちばん|最も|もっとも|最大|急に|急激|大きく|大幅|ピーク|一気に|ぐっと|どっと|がくっと"
)


@dataclass(frozen=True, slots=True)
class MetYears:
    """Conditions on a year's figure; ``said``: the stretches that say so; ``end``: only the first or the last such year."""

    conditions: tuple[Filter, ...]
    said: tuple[tuple[int, int], ...]
    end: Literal["first", "last", ""] = ""

    @property
    def order(self) -> Literal["asc", "desc"] | None:
        """The order of a query that stands for ``end``: with limit 1 the first or the last year."""
        return {"first": "asc", "last": "desc"}.get(self.end)  # type: ignore[return-value]

    def unread(self, p: Parsed, content: Sequence[str]) -> list[str]:
        """Words that carry meaning beyond what was read."""
        read = " ".join(p.text[a:b] for a, b in self.said)
        return [w for w in content if w not in read]

    def claim(self, p: Parsed) -> None:
        """Mark what was read."""
        for start, end in self.said:
            p.claim_around(start, end, "年度の条件：" + p.text[start:end])


def met_years(p: Parsed, over_years: bool = False) -> MetYears | None:
    """What is asked of the years; None where no years are, or no condition is put on them.

    over_years  a span of years is named, so that 「2015年度以降1円も使っていない」 is asked of each of them
    """
    row = _IN_A_ROW.search(p.text)
    which = _WHICH.search(p.text)
    if not (which or row or over_years):
        return None
    conditions, *said = _conditions(p, row)
    if not conditions:
        return None
    first, last = _FIRST.search(p.text), _LAST.search(p.text)
    end: Literal["first", "last", ""] = "first" if first else "last" if last else ""
    beside = (first, last, which, _ALL_ALONG.search(p.text), _PERIOD.search(p.text))
    spans = tuple(m.span() for m in (*said, *beside) if m is not None)
    return MetYears(conditions, spans, end)


Found = tuple[tuple[Filter, ...], re.Match[str] | None, re.Match[str] | None]
"""Conditions with the words that were read for them."""
_NONE: Found = ((), None, None)


def _conditions(p: Parsed, row: re.Match[str] | None) -> Found:
    ref = _figure(p)
    by, before = _BY.search(p.text), _BEFORE.search(p.text)
    if by:
        return (Filter(ref, *_by_so_much(by, ref)),), by, before
    amount = next(
        ((c, m) for c in p.conditions if c.unit == "money" and (m := _BY_AMOUNT.match(p.text, c.end))), None
    )
    if amount is not None:
        c, moved = amount
        if isinstance(c.value, tuple):
            return _NONE
        up, beyond = bool(moved.group("up")), c.op == ">"
        other = OtherFigure(ref, -1, more=c.value if up else -c.value)
        p.claim(c.start, c.end, "条件：" + c.text)
        return (
            (Filter(ref, (">" if beyond else ">=") if up else ("<" if beyond else "<="), other),),
            moved,
            before,
        )
    stated = tuple(f for f, _ in amount_filters(p) if f.field.table == "budgets")
    if stated:
        reached = (_REACHED.match(p.text, c.end) for c in p.conditions)
        return stated, next((m for m in reached if m), None), None
    over = _OVERSPENT.search(p.text)
    if over:
        return (Filter(EXECUTION_RATE, ">", 100.0),), over, None
    part = _PART.search(p.text)
    if part:
        size, side = _times(part.group("size")), part.group("side")
        return (Filter(ref, _side(side, size), OtherFigure(ref, -1, size)),), part, None
    fraction = _FRACTION.search(p.text)
    if fraction:
        size = 1 / number(fraction.group("of"))
        return (
            (Filter(ref, _side(fraction.group("side"), size), OtherFigure(ref, -1, size)),),
            fraction,
            before,
        )
    short = _FELL_SHORT.search(p.text)
    if short:
        return (Filter(ref, "<", OtherFigure(ref, -1)),), short, None
    steepest = _STEEPEST.search(p.text) or any(
        _THAN_A_YEAR.match(p.text, y.end) for y in p.years if y.kind == "given"
    )
    moved_ = None if steepest else row or _THAN.search(p.text) or _MOVED.search(p.text)
    if moved_:
        return (Filter(ref, ">" if moved_.group("up") else "<", OtherFigure(ref, -1)),), moved_, before
    return _NONE if _STEEPEST.search(p.text) else _there(p)


def _by_so_much(m: re.Match[str], ref: FieldRef) -> tuple[Operator, OtherFigure]:
    """At least (or by more than) a part of the year before's, of a rate so many points."""
    up, beyond = bool(m.group("up")), "超" in (m.group("over") or "")
    if m.group("points"):
        points = float(m.group("points"))
        other = OtherFigure(ref, -1, more=points if up else -points)
    else:
        said = m.group("tenths") or m.group("percent")
        size = float(said) if said.replace(".", "").isdigit() else float(number(said))
        part = size / (10 if m.group("tenths") else 100)
        other = OtherFigure(ref, -1, round(1 + part if up else 1 - part, 6))
    return ((">" if beyond else ">=") if up else ("<" if beyond else "<="), other)


def _figure(p: Parsed) -> FieldRef:
    """The yearly figure that is asked about; without one what grows is the budget."""
    return next((f.field for f in p.fields if _by_year(f.field)), BUDGET)


def _by_year(ref: FieldRef) -> bool:
    return ref.table == "budgets" and is_figure(ref) and has_year(ref)


def _there(p: Parsed) -> Found:
    for f in p.fields:
        there = _THERE.match(p.text, f.end) if _by_year(f.field) and kind_of(f.field) == MONEY else None
        if there:
            return (Filter(f.field, "!=", 0),), there, None
    used = _USED.search(p.text)
    if used:
        return (Filter(SPENT, "!=", 0),), used, None
    unspent = _NOT_SPENT.search(p.text)
    if unspent:
        return (Filter(SPENT, "=", 0),), unspent, None
    spent = _SPENDING.search(p.text)
    there = _THERE.match(p.text, spent.end()) if spent else None
    return ((Filter(SPENT, "!=", 0),), spent, there) if spent and there else _NONE


def _times(size: str) -> float:
    if size == "半分":
        return 0.5
    n = size[:-1]
    value = float(n) if re.fullmatch(r"[0-9.]+", n) else float(number(n))
    return value / 10 if size.endswith("割") else value


def _side(side: str, size: float) -> Operator:
    """「以下」「を超え」 as an operator; 「2倍に」 is at least that much, 「半分に」 at most."""
    if side.startswith(("以下",)):
        return "<="
    if side.startswith("以上"):
        return ">="
    if re.search(r"未満|下回|割|少な|低", side):
        return "<"
    if re.search(r"超え|上回|多|高", side):
        return ">"
    return ">=" if size >= 1 else "<="
