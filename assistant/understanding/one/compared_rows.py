"""Rows of one project's lists that a question compares: a 目 with the year before, an indicator with what was aimed at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Refusal, Years
from assistant.understanding.many.conditions import BUDGET, MONEY_OF, REQUEST
from assistant.understanding.names.rows import NamedRow, RowNames
from assistant.understanding.one.lists import INITIAL
from assistant.understanding.one.over_years import how_far
from assistant.understanding.one.said import INDICATORS
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import content_words, topic_of
from assistant.understanding.words.fields import SPENT, is_figure
from assistant.understanding.words.normalise import name_key
from assistant.understanding.words.years import YearMention

LINE = FieldRef("budget_items", "金額")
_LINE_NAME = FieldRef("budget_items", "目")
_OF_LINES = frozenset({REQUEST, BUDGET, INITIAL})
"""Figures of the whole budget that may be said of a line of it."""
AIMS = {"outcomes": ("成果実績", "目標値"), "outputs": ("活動実績", "当初見込み")}

_RISES = r"増(?:え|や|加|額|し)|伸び|上積み|新し?く?(?:に|規に)?要求"
_FALLS = r"減(?:っ|り|る|ら|少|額|し)|削(?:ら|減|り)|落ち"
_MOVES = pattern(rf"{_RISES}|{_FALLS}|何倍|何割|増減|どう(?:なる|なった|変わ)|変わ(?:る|った)")
_RISE, _FALL = pattern(_RISES), pattern(_FALLS)
# 「来年度」 beside a sheet's own columns is the year it requests for, 「今年度」 the one before
_FROM_TODAY = pattern(r"来|今|本|当|翌|次|前|去|昨")
# 「人の数」「件数」: what is counted is no line of a budget
_A_NUMBER = pattern(r"[人者件回]の数|[人件回戸台校社本]数|何(?:億|千|百|万)*[人件回戸台校社本名]")
_AIMED = pattern(
    r"(?:目標|見込み?|計画|予定|想定)(?:値|数|額)?(?:の[^、。?]{0,6}?)?(?:"
    r"(?:を|に|より|も|は|には|まで|から)?[^、。?]{0,4}?(?:上回|下回|超え|超過|届|達し|達成|足り|及[びばん]|クリア|収ま|おさま|守|多[いかく]|少な)"
    r"|の?(?:何倍|何割|何%|何パーセント)|どおり|通り|比(?:は|で|$|[?]))"
    r"|達成[度率][^、。?]{0,4}?100(?:%|パーセント)(?:を|に|以上|未満|超)"
)
_EVERY_YEAR = pattern(
    r"年々|毎年|年度?(?:は|が|って)(?:ある|あり|あった|いつ)|何年度|どの年度?|各年|(?:った|えた|ない|かった)年度?(?:は|って|が|$|[?])"
)
_AIM_WORDS = frozenset(
    {
        "目標",
        "目標値",
        "見込",
        "見込み",
        "計画",
        "計画比",
        "予定",
        "想定",
        "達成",
        "達成率",
        "達成度",
        "切",
        "切った",
        "超え",
        "超えた",
        "実績",
        "届",
        "超過",
        "上回",
        "上回った",
        "下回",
        "下回った",
        "少な",
        "多",
        "多い",
        "今",
    }
)
_FEW = 6
_WHOLES = frozenset({SPENT, *_OF_LINES})
_PART = pattern(r"占め|何割|何%|何パーセント|割合|比率|何分の")
_WHOLE = pattern(
    r"予算|執行額|支出(?:額)?(?:全体)?(?:に占め|の(?:うち|何)|全体)|全体|総額|要求(?:額)?(?:に占め|の(?:うち|何))"
)
_TAKES_PART = pattern(r"に占める?(?P<of>[^、。?のは]{2,20})(?:の|は|が)")
_PART_WORDS = frozenset({"全体", "支出", "支出全体", "予算全体", "執行額全体", "占", "割合", "比率"})


def compared_row(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「旅費は来年度いくら増える」「論文の数は見込みを上回った?」; None where no row of a list is compared.

    fields  every field of the question, which ``q`` may have left out
    """
    if q.reason or len(q.projects) != 1 or q.operation == "none":
        return None
    part = _part_of_the_whole(p, q, fields, rows)
    if part is not None or q.payees:
        return part
    return _line(p, q, fields, rows) or _against_its_aim(p, q, fields, rows)


def _line(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「情報処理業務庁費は減る?」「一番増えている目は」."""
    if not _MOVES.search(p.text) or _A_NUMBER.search(p.text):
        return None
    if any(is_figure(f) and f not in _OF_LINES for f in fields):
        return None
    if any(f.table not in ("budgets", "budget_items") for f in fields):
        return None
    lines = _LINE_NAME in fields
    words = _own_words(p, ())
    found: NamedRow | None = None
    if words:
        found = rows.find(words, q.projects[0].sheet_keys, only=("budget_items",), whole=True)
    if (words and found is None) or not (lines or found):
        return None
    rises, falls = bool(_RISE.search(p.text)), bool(_FALL.search(p.text))
    ranked = next((o for o in p.operations if o.verb == "rank"), None)
    order: Literal["asc", "desc"] | None = None
    if lines and rises != falls:
        order = "desc" if rises else "asc"
    return replace(
        q,
        operation="compare",
        fields=(LINE,),
        filters=(found.condition,) if found else (),
        years=_years_of_columns(p),
        order=order,
        limit=(ranked.limit or 1) if ranked and order else None,
        difference=how_far(p),
        topic="",
    )


def _years_of_columns(p: Parsed) -> Years:
    """The years that are named outright: 「来年度」 is left to the columns of the sheet."""
    named: list[YearMention] = [
        y for y in p.years if y.kind == "given" and y.role == "figure" and not _FROM_TODAY.match(y.text)
    ]
    values = tuple(dict.fromkeys(v for y in named for v in y.years))
    return Years("given", values, as_said="・".join(y.text for y in named)) if values else Years("latest")


def _against_its_aim(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「処理日数は目標に収まった?」「登録戸数は目標の何倍?」: one indicator beside its aim."""
    said = _AIMED.search(p.text)
    if said is None or any(
        f.table not in (*INDICATORS, "evaluations") or (f.table == "evaluations" and not f.item)
        for f in fields
    ):
        return None
    words = _own_words(p, _AIM_WORDS)
    if not 1 <= len(words) <= _FEW:
        return None
    share = bool(re.search(r"割合|率", p.text))
    keys = q.projects[0].sheet_keys
    found = rows.find(words, keys, only=INDICATORS, share=share)
    if found is None:
        own = name_key(q.projects[0].name)
        rest = [w for w in words if name_key(w) not in own]
        found = rows.find(rest, keys, only=INDICATORS, share=share) if rest != words and rest else None
    if found is None:
        return None
    every = _EVERY_YEAR.search(p.text) and q.years.kind != "given"
    years = q.years if q.years.kind in ("given", "all") else Years("all" if every else "latest")
    return replace(
        q,
        operation="compare",
        fields=tuple(FieldRef(found.table, c) for c in AIMS[found.table]),
        filters=(Filter(found.condition.field, found.condition.op, found.condition.value),),
        years=years,
        difference="",
        order=None,
        limit=None,
        topic="",
    )


def _part_of_the_whole(p: Parsed, q: Query, fields: Sequence[FieldRef], rows: RowNames) -> Query | None:
    """「執行額に占める人件費の割合は」: the part that rows are of what was spent, or of the budget."""
    if not _PART.search(p.text) or not _WHOLE.search(p.text):
        return None
    if any(
        f.table not in ("budgets", *MONEY_OF) or (f.table == "budgets" and f not in _WHOLES) for f in fields
    ):
        return None
    words = [*q.payees, *_own_words(p, _PART_WORDS)]
    keys = q.projects[0].sheet_keys
    tried: list[tuple[str, ...]] = [("budget_items",)] if _OF_LINES & set(fields) else []
    if not {REQUEST, INITIAL} & set(fields):
        tried.append(("expenses", "payees", "contracts"))
    found = None
    if 1 <= len(words) <= _FEW:
        named = (rows.find(words, keys, only=only, whole=True) for only in tried)
        found = next((x for x in named if x is not None), None)
    taken = _TAKES_PART.search(p.text)
    if found is None:
        said = taken.group("of") if taken else ""
        return replace(q, operation="none", refusal=Refusal("unresolved", said)) if said else None
    whole = tuple(f for f in fields if f in _WHOLES)
    return replace(
        q,
        operation="lookup",
        fields=(MONEY_OF[found.table], *whole),
        filters=(found.condition,),
        payees=(),
        share=True,
        order=None,
        limit=None,
        topic="",
    )


def _own_words(p: Parsed, others: frozenset[str] | tuple[str, ...]) -> list[str]:
    """Words that nothing else was read as and that carry meaning."""
    return [w for w in content_words(topic_of(p)) if w not in others]
