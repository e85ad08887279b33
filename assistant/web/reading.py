"""The reading of a question as chips a person can change: changing one asks a follow-up question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant.web.holdings import Holdings
from db.catalogue import catalogue
from db.fiscal_years import wareki

PROJECT, YEAR, FIELD, MINISTRY, CONDITION = "事業", "年度", "項目", "府省庁", "条件"
KINDS = (PROJECT, YEAR, FIELD, MINISTRY, CONDITION)
MINISTRY_FIELDS = ("府省庁", "政策所管府省庁")

OPERATIONS = {
    "lookup": "値を調べる",
    "reason": "理由を調べる",
    "search": "文章を探す",
    "list": "事業を並べる",
    "rank": "順位を付ける",
    "count": "数える",
    "sum": "合計する",
    "average": "平均する",
    "compare": "比べる",
    "trend": "推移を見る",
    "describe": "事業の説明",
    "similar": "似た事業を探す",
    "help": "使い方",
    "none": "読み取れない",
}
OPERATORS = {
    "=": "＝",
    "!=": "≠",
    "<": "＜",
    "<=": "≦",
    ">": "＞",
    ">=": "≧",
    "between": "の間",
    "contains": "に含む",
    "in": "のどれか",
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of the reading.

    value    what it is now, for people; empty where the question did not say
    choices  (value sent, shown) to choose from; empty where it is typed
    """

    kind: str
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    typed: str = ""
    carried_over: bool = False


def chips(interpretation: dict[str, Any], held: Holdings, asked_back: bool = False) -> list[Chip]:
    """The chips of an answer's reading, in the order people think of them.

    A question that could not be read has none, unless it was ``asked_back``: then they are how to answer.
    """
    operation = interpretation.get("operation")
    if operation in (None, "help", "none") and not asked_back:
        return []
    carried = set(interpretation.get("carried_over") or ())
    filters = interpretation.get("filters") or []
    project = interpretation.get("project") or {}
    years = interpretation.get("fiscal_years") or []
    fields = interpretation.get("fields") or []
    ministries = [f["value"] for f in filters if f["field"] in MINISTRY_FIELDS]
    out = [
        Chip(
            PROJECT,
            str(project.get("事業名") or ""),
            (),
            str(project.get("事業名") or ""),
            PROJECT in carried,
        )
    ]
    if held.years:
        out.append(Chip(YEAR, _years(years), _year_choices(held), carried_over=YEAR in carried))
    out.append(Chip(FIELD, "・".join(map(str, fields)), _field_choices(held), carried_over=FIELD in carried))
    if len(held.ministries) > 1:
        out.append(
            Chip(
                MINISTRY,
                "・".join(_value(v) for v in ministries),
                tuple((m, m) for m in held.ministries),
                carried_over=MINISTRY in carried,
            )
        )
    for condition in filters:
        if condition["field"] not in MINISTRY_FIELDS:
            text = f"{condition['field']} {OPERATORS.get(condition['op'], condition['op'])} {_value(condition['value'])}"
            out.append(Chip(CONDITION, text, (), text, CONDITION in carried))
    return out


def follow_up(kind: str, value: str) -> str | None:
    """The question that changes one chip; None where there is nothing to change."""
    value = value.strip()
    if kind not in KINDS or not value:
        return None
    if kind == YEAR and value.isdigit():
        return f"{value}年度は?"
    if kind == CONDITION:
        return f"{value}の事業は?"
    return f"{value}は?"


def _years(years: list[int]) -> str:
    ordered = sorted(years)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"{ordered[0]}〜{ordered[-1]}年度"
    return "・".join(f"{y}年度" for y in years)


def _year_choices(held: Holdings) -> tuple[tuple[str, str], ...]:
    return tuple((str(y), f"{y}年度（{wareki(y)}）") for y in reversed(held.years))


def _field_choices(held: Holdings) -> tuple[tuple[str, str], ...]:
    labels: dict[str, None] = {}
    for table in catalogue().tables:
        for field in table.fields:
            if field.words and (table.name, field.column) in held.filled:
                labels[field.label] = None
    if held.has("comments"):
        labels.update(dict.fromkeys(c.item for c in catalogue().comments))
    return tuple((label, label) for label in labels)


def _value(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "〜".join(_value(v) for v in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value)
