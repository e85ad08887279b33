"""What a why-question takes for granted about a figure (「なぜ下がった」「7割を割り込んだ原因」)."""

from __future__ import annotations

from assistant.patterns import pattern
from assistant.query import FieldRef, Premise
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import kind_of
from db.catalogue import MONEY, NUMBER, RATE

_DOWN = pattern(
    r"下が|さが(?:っ|る)|落ち|低下|減(?:っ|り|少|る)|下落|悪化|急落|急減|激減|縮(?:ま|小)|落ち込|ダウン|割り込|目減り|低迷し|半減|削(?:ら|減)"
)
_UP = pattern(
    r"上が|あが(?:っ|る)|増え|増加|増(?:し|大|額)|伸び|上昇|急増|改善し|高まっ|膨らん|膨ら|跳ね上|アップ|倍増|持ち直|回復"
)
# beside last year's; 「予算を下回った」 is no fall
_BELOW = pattern(
    r"(?P<year>前年度?|前の年度?|去年|昨年度?)(?:の実績)?(?:を|より)(?:大きく|大幅に|やや|少し)?(?P<way>下回|上回)"
)
_SPENT_ALL = pattern(
    r"使い切(?:っ|り|る)|(?:予算|全額|満額)(?:を)?(?:全部|すべて|全て|全額|丸ごと)?(?:使っ|執行し)た|満額(?:を)?執行|消化しき|使い果た"
)
_ALL = 99.0
_HALF = pattern(
    r"(?:前年度?|前の年度?|去年|昨年度?)(?:の)?(?:約|ほぼ)?(?P<n>半分|[0-9一二三四五六七八九]分の[0-9一二三四五六七八九]|[0-9一二三四五六七八九](?:\.[0-9])?(?:倍|割))"
)
_REACHED = pattern(r"まで(?:に|も)?(?:大きく|急に|一気に)?(?P<way>下が|落ち|減|低下|上が|増え|伸び|上昇)")
_TO = pattern(
    r"(?:程度|前後|台|ほど)?に(?:まで)?(?:大きく|急に|一気に)?(?P<way>下が|落ち|減|低下|下落|縮|上が|増え|伸び|上昇)"
)
_WAS = pattern(
    r"(?:だった|である|になった|となった|に終わ|しか|にとどま|に留ま|(?:も)?(?:つ[いく]|付[いく]|計上さ|あった|使[っわ]|余っ|残っ|出た|生じ))"
)
_NOTHING = pattern(r"(?:ゼロ|零)に(?=な|さ|減|まで)")
_SHARE_OF = {"執行額": "執行率", "不用額": "不用率"}
_KANJI = {c: i for i, c in enumerate("〇一二三四五六七八九")}
# a request is compared with another year's budget, so what 増えた means for it is not checked
_CHECKED = frozenset(
    {
        "執行率",
        "執行額",
        "不用率",
        "不用額",
        "計",
        "当初予算",
        "補正予算",
        "翌年度へ繰越し",
        "前年度から繰越し",
    }
)


def read_premise(p: Parsed, fields: tuple[FieldRef, ...]) -> Premise | None:
    """The premise about the figure named in the question; None where none is made or none can be checked."""
    figures = [f for f in fields if f.table == "budgets" and f.column in _CHECKED]
    figures = [f for f in figures if kind_of(f) in (MONEY, RATE, NUMBER)]
    if not figures:
        return None
    ref = figures[0]
    half = _HALF.search(p.text)
    if half:
        ratio = _ratio(half.group("n"))
        return Premise(ref, "down" if ratio < 1 else "up", as_said=half.group(), ratio=ratio)
    spent_all = _SPENT_ALL.search(p.text)
    if spent_all:
        return Premise(FieldRef("budgets", "執行率"), "none", ">=", _ALL, spent_all.group())
    mention = next((f for f in p.fields if f.field == ref), None)
    tail = p.text[mention.start if mention else 0 :]
    down, up = _DOWN.search(tail), _UP.search(tail)
    below = _BELOW.search(tail)
    way = None
    if below:
        way = "down" if below.group("way") == "下回" else "up"
    elif down or up:
        way = "down" if down and (not up or down.start() < up.start()) else "up"
    nothing = _NOTHING.search(tail)
    if nothing:
        return Premise(ref, "none", "=", 0.0, nothing.group())
    for c in p.conditions:
        if isinstance(c.value, tuple) or c.unit == "count":
            continue
        if (c.unit == "rate") != (kind_of(ref) == RATE):
            # 「執行額が予算の半分」: a part of the budget is a rate, 「執行率が1億円」 is nothing
            share = _SHARE_OF.get(ref.column) if c.unit == "rate" else None
            if share is None:
                continue
            return Premise(FieldRef("budgets", share), "none", c.op or "=", c.value, c.text)
        reached = (
            _REACHED.match(p.text, p.text.find("まで", c.start)) if "まで" in p.text[c.start :] else None
        )
        if reached and reached.start() <= c.end:
            falls = reached.group("way") in ("下が", "落ち", "減", "低下")
            return Premise(ref, "down" if falls else "up", "<=" if falls else ">=", c.value, c.text)
        fell = _TO.match(p.text, c.end) if c.op is None else None
        if fell:
            rose = fell.group("way") in ("上が", "増え", "伸び", "上昇")
            return Premise(ref, "up" if rose else "down", "=", c.value, c.text)
        if c.op is None and _WAS.match(p.text, c.end):
            return Premise(ref, "none", "=", c.value, c.text)
        if c.op in ("<", "<=", ">", ">="):
            return Premise(ref, "none", c.op, c.value, c.text)
    if way is None:
        return None
    said = below.group() if below else down.group() if way == "down" and down else up.group() if up else ""
    return Premise(ref, way, as_said=said)  # type: ignore[arg-type]


def _ratio(text: str) -> float:
    if text == "半分":
        return 0.5
    if "分の" in text:
        bottom, _, top = text.partition("分の")
        return _digit(top) / max(_digit(bottom), 1.0)
    value = _digit(text[:-1])
    return value / 10 if text.endswith("割") else value


def _digit(text: str) -> float:
    return float(_KANJI[text]) if text in _KANJI else float(text)
