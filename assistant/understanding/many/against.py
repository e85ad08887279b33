"""A figure against another: 「当初予算より執行額が多い」「前年度より執行率が下がった」「平均を上回る」 as conditions."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.patterns import pattern
from assistant.query import Average, FieldRef, Filter, OtherFigure
from assistant.understanding.many.conditions import BUDGET, REQUEST
from assistant.understanding.many.streaks import keeps_moving
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.fields import FieldMention, is_figure, kind_of
from assistant.understanding.words.operations import number
from db.catalogue import MONEY, RATE

_UP = r"多|大き|高|上回|超え|超過|オーバー|増え|増加|増し|上が|上昇|伸び|膨ら|改善|良く|よくな"
_DOWN = r"少な|小さ|低|下回|割り込|割っ|届か|及ば|満た|減っ|減少|減り|下が|低下|落ち|縮小|悪化|悪くな"
_COMPARED = pattern(
    rf"(?:(?:(?:19|20)[0-9]{{2}}|(?:令和|平成)[0-9元]{{1,2}})年度?)?[^、。?0-9]{{0,20}}?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[^、。?]{{0,8}}?(?=事業|もの|件|の?は|$|[、。?])"
)
_THAN = pattern(r"(?:額|率)?(?:より(?:も)?|に比べ(?:て|ると)?|と比べ(?:て|ると)?|に対して)")
_OVER = pattern(
    r"(?:額|率)?(?:を|に)[^、。?0-9]{0,14}?(?:(?P<up>上回|超え|超過|オーバー)|(?P<down>下回|割り込|割っ|届か|及ば|満た))"
)
_OF_THE_SHEET = pattern(r"[来今本当翌次]")
_YEAR_BEFORE = pattern(
    r"(?:前の?年度?|前年度?|昨年度?|去年度?|(?:(?:19|20)[0-9]{2}|(?:令和|平成|[RrHh])[0-9元]{1,2})年?度?)(?:の(?:それ|もの|額|実績|執行額|執行率|予算額?|値))?(?:より(?:も)?|から|に比べ(?:て|ると)?|と(?:比べ|比較し)(?:て|ると)?|比で)"
)
_AVERAGE = pattern(
    r"(?P<of>(?:全体|全府省庁?|全省庁|全事業|府省庁全体|政府全体)の)?平均(?:値|額|的な[^、。?]{1,6})?(?:(?:を|より(?:も)?|に)[^、。?0-9]{0,6}?(?:(?P<up>多|大き|高|上回|超え)|(?P<down>少な|小さ|低|下回|届か|及ば|満た))(?:い|る|かった|った|え(?:る|た)|ない|なかった)?|(?P<least>以上)|(?P<most>以下)|(?P<below>未満))"
)


_ASKED = pattern(r"(?:の|です|でしょう)*か?[?]?$")
"""「平均より高いですか」 asks what 「平均より高い事業」 says."""


def figure_conditions(p: Parsed) -> tuple[list[Filter], set[FieldRef]]:
    """Conditions that set one figure against another, and the figures that are said only in them."""
    average = _against_average(p)
    if average:
        return average
    two = _against_other(p)
    if two:
        return two
    return (
        _part_of_other(p)
        or _by_how_much(p)
        or _against_year_before(p)
        or _between_two_years(p)
        or _since_year_before(p)
        or ([], set())
    )


def _comparable(p: Parsed) -> list[FieldMention]:
    return [
        f
        for f in p.fields
        if f.field.table == "budgets" and is_figure(f.field) and kind_of(f.field) in (MONEY, RATE)
    ]


def _against_average(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    m = _AVERAGE.search(p.text)
    mentions = _comparable(p)
    if m is None or not mentions or _ASKED.match(p.text, m.end()):
        return None
    nearest = min(mentions, key=lambda f: (f.start >= m.end(), abs(f.end - m.start())))
    op = (
        ">"
        if m.group("up")
        else "<"
        if m.group("down") or m.group("below")
        else ">="
        if m.group("least")
        else "<="
    )
    p.operations = [o for o in p.operations if not (o.start < m.end() and m.start() < o.end)]
    p.claim_around(*m.span(), "条件：" + m.group())
    condition = Filter(nearest.field, op, Average(whole=bool(m.group("of"))))  # type: ignore[arg-type]
    return [condition], {f.field for f in mentions if f.field == nearest.field}


def _against_other(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「AよりBが多い」「AがBを上回る」「BをAが上回る」, of figures of one kind."""
    mentions = _comparable(p)
    for base in mentions:
        than, over = _THAN.match(p.text, base.end), _OVER.match(p.text, base.end)
        said = _COMPARED.match(p.text, than.end()) if than else over
        if said is None:
            continue
        others = [f for f in mentions if f.field != base.field and kind_of(f.field) == kind_of(base.field)]
        others = [f for f in others if f.start < said.end()]
        if not others:
            continue
        other = min(others, key=lambda f: min(abs(f.start - base.end), abs(base.start - f.end)))
        shift = 0
        if other.field == REQUEST:
            shift = -1
        elif base.field == REQUEST:
            shift = 1
        apart = years_of_each(p, other, base)
        if apart is not None:
            shift = apart
        elif shift:
            # 「来年度の要求額が今年度の当初予算より」: the years are those of the sheet, as both figures have them
            p.years = [y for y in p.years if not _OF_THE_SHEET.match(y.text)]
        start, end = min(base.end, other.end), max(said.end(), other.end)
        p.claim_around(start, end, "条件：" + p.text[start:end])
        condition = Filter(other.field, ">" if said.group("up") else "<", OtherFigure(base.field, shift))
        return [condition], {base.field, other.field}
    return None


_NUM = r"(?:[0-9]+(?:\.[0-9]+)?|[一二三四五六七八九十]+)"
_HOW_MUCH = pattern(
    rf"(?:(?P<times>{_NUM})倍(?P<more>以上|超|を超え)?|(?P<half>半分|半額|2分の1|二分の一)(?P<less>以下|未満|を切)?|(?P<double>倍増|(?<![何数0-9.一二三四五六七八九十])倍(?:以上|に))|(?P<halved>半減)"
    rf"|(?P<part>{_NUM})(?P<unit>割|%|パーセント|ポイント)(?P<cmp>以上|超|を超え|以下|未満)?[てもの]{{0,2}}(?:(?P<up>増|伸び|上が|膨ら)|(?P<down>減|下が|落ち|縮)))"
    r"(?:[^、。?]{0,14}?)(?=事業|もの|件|の?は|$|[、。?])"
)
_MOVED = pattern(
    r"(?:(?P<up>増え|増加|増し|伸び|上が|上昇|膨ら|改善)|(?P<down>減っ|減少|減り|下が|低下|落ち|縮小|悪化))[^、。?]{0,8}?(?=事業|もの)"
)


_PART_OF = pattern(
    rf"(?:額)?の(?:(?P<half>半分|半額)|(?P<n>{_NUM})(?P<unit>割|%|パーセント|倍))(?P<cmp>以上|以下|未満|を超え(?:る|た)?|超|を下回(?:る|った)?|に(?:も)?満た(?:な(?:い|かった)|ず)|に(?:も)?届か(?:な(?:い|かった)|ず)|を割(?:る|った))"
)


def _part_of_other(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「繰越額が予算の半分以上を占める事業」: one amount against a part of another of the same year."""
    mentions = [f for f in _comparable(p) if kind_of(f.field) == MONEY]
    for base in mentions:
        said = _PART_OF.match(p.text, base.end)
        others = [f for f in mentions if f.end <= base.start and f.field != base.field]
        if said is None or not others:
            continue
        factor = 0.5
        if said.group("n"):
            factor = _plain(said.group("n")) * {"割": 0.1, "倍": 1.0}.get(said.group("unit"), 0.01)
        op = {"以上": ">=", "以下": "<=", "未満": "<"}.get(said.group("cmp")) or (
            "<" if re.search(r"下回|満た|届か|割", said.group("cmp")) else ">"
        )
        p.conditions = [x for x in p.conditions if not (x.start < said.end() and said.start() < x.end)]
        p.operations = [o for o in p.operations if o.verb != "share"]
        p.claim_around(base.end, said.end(), "条件：" + said.group())
        shift = years_of_each(p, others[-1], base) or 0
        other = OtherFigure(base.field, shift, round(factor, 6))
        return [Filter(others[-1].field, op, other)], {others[-1].field, base.field}  # type: ignore[arg-type]
    return None


def _by_how_much(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「前年度の2倍以上になった事業」「3割以上減った事業」「半減した事業」: a figure against a part or a multiple of another year's."""
    said = _HOW_MUCH.search(p.text)
    points = said is not None and said.group("unit") == "ポイント"
    mentions = [f for f in _comparable(p) if kind_of(f.field) == (RATE if points else MONEY)]
    if said is None or not (
        {"count", "list", "share"} & p.verbs() or re.match(r"事業|もの", p.text[said.end() :])
    ):
        return None
    if said.group("part") or _CAME_TO.search(said.group()):
        # 「3割以上減った」 is no rate of anything else, whether it can be read or not
        p.conditions = [c for c in p.conditions if not (c.start < said.end() and said.start() < c.end)]
    before = [f for f in mentions if f.end <= said.start()]
    years = {v for y in p.years if y.kind == "given" and y.role == "figure" for v in y.years}
    if not (
        _YEAR_BEFORE_OF.search(p.text)
        or len(years) > 1
        or _CAME_TO.search(said.group())
        or said.group("part")
    ):
        # 「半分に届いていない」 is no change from another year
        return None
    if not before or said.group("cmp") in ("以下", "未満"):
        return None
    factor, more, op = _factor(said)
    shift = _shift_of_years(p)
    p.operations = [
        o for o in p.operations if not (said.start() <= o.start < said.end() and o.verb == "compare")
    ]
    base = _YEAR_BEFORE_OF.search(p.text)
    if base:
        p.claim_around(*base.span(), "条件：" + base.group())
        # 「去年より」 is the year before the newest, as 「前年度より」 is
        p.years = [y for y in p.years if not (y.start < base.end() and base.start() < y.end)]
        p.operations = [
            o for o in p.operations if not (base.start() <= o.start < base.end() and o.verb == "compare")
        ]
    p.claim_around(*said.span(), "条件：" + said.group())
    condition = Filter(before[-1].field, op, OtherFigure(before[-1].field, shift, factor, more))  # type: ignore[arg-type]
    return [condition], {before[-1].field}


_YEAR_BEFORE_OF = pattern(
    r"(?:前の?年度?|前年度?|昨年度?|去年度?)(?:の|より(?:も)?|から|に比べ(?:て|ると)?|と比べ(?:て|ると)?|比(?:で)?)"
)


_CAME_TO = pattern(r"になった|になって|となった|に減|に増|倍増|半減|減った|増えた")


def _factor(said: re.Match[str]) -> tuple[float, float, str]:
    """How many times the other year's figure, how much more than it, and which side of that is meant."""
    if said.group("double") or said.group("halved"):
        return (2.0, 0.0, ">=") if said.group("double") else (0.5, 0.0, "<=")
    if said.group("half"):
        return 0.5, 0.0, "<" if said.group("less") in ("未満", "を切") else "<="
    if said.group("times"):
        return _plain(said.group("times")), 0.0, ">" if said.group("more") in ("超", "を超え") else ">="
    over = said.group("cmp") in ("超", "を超え")
    up, number_said = bool(said.group("up")), _plain(said.group("part"))
    op = (">" if over else ">=") if up else "<" if over else "<="
    if said.group("unit") == "ポイント":
        return 1.0, number_said if up else -number_said, op
    part = number_said / (10 if said.group("unit") == "割" else 100)
    return round(1 + part if up else 1 - part, 6), 0.0, op


def _plain(text: str) -> float:
    return float(text) if text[0].isascii() else float(number(text))


def _shift_of_years(p: Parsed) -> int:
    """From the last of two years named to the first (「2021年度から2023年度」: −2); the last is then the one asked about."""
    given = [y for y in p.years if y.kind == "given" and y.role == "figure"]
    years = sorted({v for y in given for v in y.years})
    if len(years) < 2:
        return -1
    p.years = [y for y in p.years if y not in given] + [
        replace(given[-1], years=(years[-1],), op="=", side="")
    ]
    return years[0] - years[-1]


def _between_two_years(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「令和5年度から令和6年度に予算が増えた事業は何件」: the later of two years against the earlier, project by project."""
    mentions = _comparable(p)
    given = [y for y in p.years if y.kind == "given" and y.role == "figure"]
    if not mentions or "count" not in p.verbs() or len({v for y in given for v in y.years}) < 2:
        return None
    if any(o.verb in ("rank", "group", "total") for o in p.operations) or keeps_moving(p.text):
        return None
    moved = _MOVED.search(p.text)
    if moved is None or any(c.op and c.start < moved.end() and moved.start() < c.end for c in p.conditions):
        return None
    shift = _shift_of_years(p)
    p.operations = [
        o for o in p.operations if not (moved.start() <= o.start < moved.end() and o.verb == "compare")
    ]
    p.claim_around(*moved.span(), "条件：" + moved.group())
    field = next((f.field for f in mentions if f.field != BUDGET), mentions[0].field)
    return [Filter(field, ">" if moved.group("up") else "<", OtherFigure(field, shift))], {
        f.field for f in mentions
    }


_MORE_OR_LESS = pattern(r"(?:多|少な|高|低|大き|小さ)(?:い|かった)|上回|下回")
_PROJECT = r"(?:[一-鿿]{2,10}(?:省|庁|府|委員会|官房)の)?(?:事業|もの)"


def _against_year_before(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「前年度より執行額が増えた事業は何件」; of two years named, the later against the earlier."""
    m = _YEAR_BEFORE.search(p.text)
    said = _COMPARED.match(p.text, m.end()) if m else None
    mentions = _comparable(p)
    if m is None or said is None or not mentions or keeps_moving(p.text):
        return None
    if "count" not in p.verbs() and not (
        _MORE_OR_LESS.search(said.group()) and re.match(_PROJECT, p.text[said.end() :])
    ):
        return None
    p.operations = [
        o
        for o in p.operations
        if not (o.start < said.end() and m.start() <= o.start and o.verb in ("rank", "compare"))
    ]
    shift = -1
    earlier = [y for y in p.years if m.start() <= y.start < m.end()]
    given = [y for y in earlier if y.kind == "given" and re.match(r"[^去昨]", y.text)]
    if given:
        first = given[0].years[0]
        later = [v for y in p.years if y.kind == "given" and y.role == "figure" for v in y.years if v > first]
        if not later:
            return None
        shift = first - max(later)
        p.years.append(replace(given[0], years=(max(later),)))
    p.years = [y for y in p.years if y not in earlier]
    field = mentions[0].field
    p.claim_around(*m.span(), "条件：" + m.group())
    # what stands between is read by others, or is said to be unread
    way = said.start(said.lastgroup or 0)
    p.claim_around(way, said.end(), "条件：" + said.group())
    condition = Filter(field, ">" if said.group("up") else "<", OtherFigure(field, shift))
    return [condition], {field}


_SINCE = pattern(
    r"(?:額|率)?(?:が|の)(?:[^、。?0-9]{0,4}?)(?:(?P<up>増え|増加し|伸び|上が|上昇し|膨ら|改善し|良くな|よくな)|(?P<down>減っ|減少し|減ら|下が|低下し|落ち|縮小し|悪化し|悪くな))(?:っ)?(?:て(?:い)?る|た|ている)(?=(?:[一-鿿]{2,10}(?:省|庁|府|委員会|官房)の)?(?:事業|もの))"
)


def _since_year_before(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「令和5年度に執行率が悪化した事業の数」: a figure that moved, without saying since when, did so since the year before."""
    given = {v for y in p.years if y.kind == "given" and y.role == "figure" for v in y.years}
    if len(given) > 1 or keeps_moving(p.text) or not {"count", "list"} & p.verbs():
        return None
    if _YEAR_BEFORE_OF.search(p.text):
        return None
    if any(o.verb in ("rank", "group", "total") for o in p.operations):
        return None
    for mention in _comparable(p):
        said = _SINCE.match(p.text, mention.end)
        if said is None:
            continue
        p.operations = [
            o for o in p.operations if not (said.start() <= o.start < said.end() and o.verb == "compare")
        ]
        p.claim_around(*said.span(), "条件：前年度より" + said.group())
        way = ">" if said.group("up") else "<"
        return [Filter(mention.field, way, OtherFigure(mention.field, -1))], {mention.field}  # type: ignore[arg-type]
    return None


_OWN_YEAR = pattern(r"の?\Z")


def years_of_each(p: Parsed, other: FieldMention, base: FieldMention) -> int | None:
    """How many years the base stands after the other where each figure is said with its own year (「2025年度要求額が
    2024年度当初予算の2倍以上」): the question is then of the other's year. None where they are not."""
    given = [y for y in p.years if y.kind == "given" and y.role == "figure" and len(y.years) == 1]
    given = [y for y in given if not _OF_THE_SHEET.match(y.text)]
    own = {
        f: next((y for y in given if _OWN_YEAR.match(p.text[y.end : f.start])), None) for f in (other, base)
    }
    first, second = own[other], own[base]
    if first is None or second is None:
        return None
    p.years = [y for y in p.years if y is not second]
    return second.years[0] - first.years[0]
