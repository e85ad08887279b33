"""A figure against another: 「当初予算より執行額が多い」「前年度より執行率が下がった」「平均を上回る」 as conditions."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.query import Average, FieldRef, Filter, OtherFigure
from assistant.understanding.conditions import REQUEST
from assistant.understanding.fields import FieldMention, is_figure, kind_of
from assistant.understanding.parsing import Parsed
from db.catalogue import MONEY, RATE

_UP = r"多|大き|高|上回|超え|超過|オーバー|増え|増加|増し|上が|上昇|伸び|膨ら|改善"
_DOWN = r"少な|小さ|低|下回|割り込|割っ|届か|及ば|満た|減っ|減少|減り|下が|低下|落ち|縮小|悪化"
_COMPARED = re.compile(
    rf"[^、。?]{{0,20}}?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))[^、。?]{{0,8}}?(?=事業|もの|件|の?は|$|[、。?])"
)
_THAN = re.compile(r"(?:額|率)?(?:より(?:も)?|に比べ(?:て|ると)?|と比べ(?:て|ると)?|に対して)")
_OVER = re.compile(
    r"(?:額|率)?(?:を|に)[^、。?0-9]{0,14}?(?:(?P<up>上回|超え|超過|オーバー)|(?P<down>下回|割り込|割っ|届か|及ば|満た))"
)
_OF_THE_SHEET = re.compile(r"[来今本当翌次]")
_YEAR_BEFORE = re.compile(
    r"(?:前の?年度?|前年度?|昨年度?|去年度?|(?:(?:19|20)[0-9]{2}|(?:令和|平成|[RrHh])[0-9元]{1,2})年?度?)(?:の(?:それ|もの|額|実績|執行額|執行率|予算額?|値))?(?:より(?:も)?|から|に比べ(?:て|ると)?|と比べ(?:て|ると)?|比で)"
)
_AVERAGE = re.compile(
    r"(?P<of>(?:全体|全府省庁?|全省庁|全事業|府省庁全体|政府全体)の)?平均(?:値|額|的な[^、。?]{1,6})?(?:(?:を|より(?:も)?|に)[^、。?0-9]{0,6}?(?:(?P<up>多|大き|高|上回|超え)|(?P<down>少な|小さ|低|下回|届か|及ば|満た))(?:い|る|かった|った|え(?:る|た)|ない|なかった)?|(?P<least>以上)|(?P<most>以下)|(?P<below>未満))"
)


def figure_conditions(p: Parsed) -> tuple[list[Filter], set[FieldRef]]:
    """Conditions that set one figure against another, and the figures that are said only in them."""
    average = _against_average(p)
    if average:
        return average
    two = _against_other(p)
    if two:
        return two
    return _against_year_before(p) or ([], set())


def _comparable(p: Parsed) -> list[FieldMention]:
    return [
        f
        for f in p.fields
        if f.field.table == "budgets" and is_figure(f.field) and kind_of(f.field) in (MONEY, RATE)
    ]


def _against_average(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    m = _AVERAGE.search(p.text)
    mentions = _comparable(p)
    if m is None or not mentions:
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
        if shift:
            # 「来年度の要求額が今年度の当初予算より」: the years are those of the sheet, as both figures have them
            p.years = [y for y in p.years if not _OF_THE_SHEET.match(y.text)]
        start, end = min(base.end, other.end), max(said.end(), other.end)
        p.claim_around(start, end, "条件：" + p.text[start:end])
        condition = Filter(other.field, ">" if said.group("up") else "<", OtherFigure(base.field, shift))
        return [condition], {base.field, other.field}
    return None


def _against_year_before(p: Parsed) -> tuple[list[Filter], set[FieldRef]] | None:
    """「前年度より執行額が増えた事業は何件」; of two years named, the later against the earlier."""
    m = _YEAR_BEFORE.search(p.text)
    said = _COMPARED.match(p.text, m.end()) if m else None
    mentions = _comparable(p)
    if m is None or said is None or not mentions or "count" not in p.verbs():
        return None
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
    p.claim_around(*said.span(), "条件：" + said.group())
    condition = Filter(field, ">" if said.group("up") else "<", OtherFigure(field, shift))
    return [condition], {field}
