"""Amounts, rates and counts with their comparison in a question (1億円以上, 3割を切った, 100件未満)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.patterns import pattern

Unit = Literal["money", "rate", "count"]
Op = Literal["=", "<", "<=", ">", ">=", "between"]

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")}
_SCALE = {"十": 10, "百": 100, "千": 1_000}

_NUM = r"(?:[0-9][0-9,]*(?:\.[0-9]+)?|[〇一二三四五六七八九十百千]+)"
_MONEY = rf"(?:(?:{_NUM}(?:十|百|千)?兆)?(?:{_NUM}(?:十|百|千)?億)?(?:{_NUM}(?:十|百|千)?万)?(?:{_NUM}(?:百万|千万|千|百)?)?円|(?:{_NUM}(?:十|百|千)?[万億兆])+|{_NUM}百万円?|{_NUM}千万円?)"
_RATE = rf"(?:{_NUM}(?:%|パーセント|割(?:{_NUM}分)?|分の{_NUM}))"
_COUNT = rf"(?:{_NUM}(?:件|者|社|人|か所|箇所|ヶ所|回|事業|つ))"
_VALUE = pattern(
    rf"(?P<money>{_MONEY})|(?P<rate>{_RATE})|(?P<half>半分|半数|半額|5割がた)|(?P<count>{_COUNT})|(?P<zero>ゼロ|零)"
)

_AFTER: tuple[tuple[str, Op], ...] = (
    (r"以上|を上回らない程度(?!)|以上の|に達し", ">="),
    (r"以下|以内|まで(?:しか)?", "<="),
    (r"未満|に(?:も)?満たな|に(?:も)?(?:届か(?:な|ず)|届いてい?な)|に及ばな|を?(?:下回|割り込|割っ|割ら|割る|切っ|切る|切り)|より(?:も)?(?:少な|低|小さ|下)|弱(?=[のは])|足らず|も(?:使え|使わ|使い切|執行でき|執行し|執行され|消化でき|消化し)[^、。?]{0,6}?な|に達し(?:な|て(?:い)?な)", "<"),
    (r"を?(?:超え|越え|超(?![え過])|オーバー|上回)|より(?:も)?(?:多|高|大き|上)|強(?=[のは])|余り?の|でも(?=つ|付|あ|使|支|計上)", ">"),
    (r"ちょうど|ぴったり|きっかり|丁度", "="),
)  # fmt: skip
_AFTER_RE = pattern(r"\s*(?:" + "|".join(f"(?P<a{i}>{p})" for i, (p, _) in enumerate(_AFTER)) + ")")
_JOIN = pattern(r"(?:以上|から|〜|より|-|を超え(?:て)?)(?:の)?[、,]?")
_NOT_A_YEN = pattern(
    r"(?:1|一)円も(?:使わ(?:れ)?|使って|執行(?:さ?れ|し)|支出(?:さ?れ|し))(?:て)?(?:い)?な(?:い|かった|く)"
)
_BAND = pattern(r"台")


@dataclass(frozen=True, slots=True)
class Condition:
    """A number of the question with its comparison.

    unit   "money" (value in 円), "rate" (value in %), "count".
    op     None where the question only names the number.
    value  a number, or a pair for "between".
    bare   the number alone, for reading 「…が3割」 as an equality.
    """

    start: int
    end: int
    unit: Unit
    op: Op | None
    value: float | tuple[float, float]
    text: str
    relative: bool = False
    """「半分」: half of something, which is 50 % only where a rate is meant."""
    spent: bool = False
    """「1円も使わなかった」: said of what was spent, whatever field is named."""


def read_conditions(text: str) -> list[Condition]:
    """Every number with a unit, from left to right, with the comparison written around it."""
    values = [m for m in _VALUE.finditer(text) if not _inside_word(text, m)]
    out: list[Condition] = []
    skip = False
    nothing = _NOT_A_YEN.search(text)
    if nothing:
        values = [m for m in values if not nothing.start() <= m.start() < nothing.end()]
        out.append(Condition(nothing.start(), nothing.end(), "money", "=", 0.0, nothing.group(), spent=True))
    for i, m in enumerate(values):
        if skip:
            skip = False
            continue
        unit = _unit(m)
        nxt = values[i + 1] if i + 1 < len(values) else None
        if nxt and _JOIN.fullmatch(text[m.end() : nxt.start()]):
            second = _unit(nxt)
            op_after = _AFTER_RE.match(text, nxt.end())
            if second == unit:
                low, high = _number(m, unit), _number(nxt, unit)
                end = op_after.end() if op_after else nxt.end()
                end = _tail(text, end, r"の間|まで")
                if _comparison(text, nxt.end())[0] == "<":
                    # 「10億円以上100億円未満」 leaves the upper end out
                    middle = nxt.start()
                    out.append(Condition(m.start(), middle, unit, ">=", low, text[m.start() : middle]))
                    out.append(Condition(middle, end, unit, "<", high, text[middle:end]))
                    skip = True
                    continue
                out.append(Condition(m.start(), end, unit, "between", (low, high), text[m.start() : end]))
                skip = True
                continue
        op, end = _comparison(text, m.end())
        value = _number(m, unit)
        if op is None and _BAND.match(text, m.end()) and unit != "count":
            # 「8割台」「100億円台」: up to the next figure of the same length
            top = value + 10 ** (len(str(int(value))) - 1) - 1
            if unit == "rate":
                # 「70%台」 reaches to 80, 「1%台」「75%台」 to the next %
                top = value + (9.999 if value and value % 10 == 0 else 0.999)
            out.append(Condition(m.start(), m.end() + 1, unit, "between", (value, top), m.group() + "台"))
            continue
        out.append(
            Condition(
                m.start(), end, unit, op, value, text[m.start() : end], relative=m.group("half") is not None
            )
        )
    return out


def _comparison(text: str, pos: int) -> tuple[Op | None, int]:
    m = _AFTER_RE.match(text, pos)
    if not m:
        return None, pos
    op = _AFTER[int((m.lastgroup or "a0")[1:])][1]
    return op, m.end()


def _tail(text: str, end: int, pattern: str) -> int:
    m = re.compile(pattern).match(text, end)
    return m.end() if m else end


def _unit(m: re.Match[str]) -> Unit:
    if m.group("money"):
        return "money"
    if m.group("rate") or m.group("half"):
        return "rate"
    if m.group("zero"):
        # 「執行額ゼロ」「執行率がゼロ」: what is nothing says of which kind it is
        said = re.search(
            r"(?:(?P<rate>率|割合)|(?P<money>額|予算|金|費|残|繰り?越し?))(?:が|は|も)?(?:ずっと|毎年度?|すべて|全部)?$",
            m.string[: m.start()],
        )
        return "count" if said is None else "rate" if said.group("rate") else "money"
    return "count"


def _inside_word(text: str, m: re.Match[str]) -> bool:
    """第3回 and B5つ are no amounts, and 一つ/1つ alone is none either."""
    before = text[m.start() - 1] if m.start() else ""
    if before in "第約" and before == "第":
        return True
    if m.group("zero") and not re.match(
        r"(?:円|%|件|の|で|だ|$|に|な|と|か|[?。])", text[m.end() : m.end() + 1] or "の"
    ):
        return True
    return bool(before) and before.isascii() and before.isalnum()


def _number(m: re.Match[str], unit: Unit) -> float:
    t = m.group().replace(",", "")
    if m.group("half"):
        return 50.0
    if m.group("zero"):
        return 0.0
    if unit == "money":
        return _money(t.removesuffix("円"))
    if unit == "rate":
        if "分の" in t:
            bottom, _, top = t.partition("分の")
            return 100.0 * _plain(top) / max(_plain(bottom), 1.0)
        m2 = re.fullmatch(rf"({_NUM})割(?:({_NUM})分)?", t)
        if m2:
            return _plain(m2.group(1)) * 10 + (_plain(m2.group(2)) if m2.group(2) else 0.0)
        return _plain(re.sub(r"%|パーセント", "", t))
    return _plain(re.sub(r"[^0-9.〇一二三四五六七八九十百千]", "", t))


def _money(t: str) -> float:
    total, rest = 0.0, t
    for word, size in (("兆", 10**12), ("億", 10**8), ("万", 10**4)):
        head, sep, tail = rest.partition(word)
        if sep:
            total += (_plain(head) if head else 1.0) * size
            rest = tail
    return total + (_plain(rest) if rest else 0.0)


def _plain(t: str) -> float:
    """「1,500」「五千」「2千」「1.5」 as a number; 「百」 alone is 100."""
    if not t:
        return 0.0
    if re.fullmatch(r"[0-9.]+", t):
        return float(t)
    if all(c in _DIGITS for c in t):
        return float("".join(str(_DIGITS[c]) for c in t))
    total, current = 0.0, ""
    for c in t:
        if c in _SCALE:
            total += (_plain(current) if current else 1.0) * _SCALE[c]
            current = ""
        else:
            current += c
    return total + (_plain(current) if current else 0.0)
