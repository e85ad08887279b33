"""The order or the total a follow-up asks for of what was told: 「逆に少ないのは」「上位3つだけ」「全部で」."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from assistant.patterns import pattern
from assistant.query import Query
from assistant.understanding.conversation.fields import IS_IT_MUCH
from assistant.understanding.parsing import Parsed
from assistant.understanding.words.operations import standalone_limit

UNUSED = ("不用率", "不用額")
"""Figures whose bad end is the high one."""
TOGETHER = pattern(
    r"全部で|ぜんぶで|合計(?:する|で|は|だ|$)|合わせ(?:て|ると)|あわせ(?:て|ると)|足す|足し|トータル|総額|総計|(?:全員|みんな)で"
)
_LEADS = r"^(?:では|じゃあ|じゃ|で|逆に|反対に|一方で?|今度は|[、,])*(?:一番|いちばん|最も|もっとも)?"
_ADJECTIVE = pattern(
    rf"{_LEADS}(?:(?P<low>少な|低|小さ|安|短|悪)|(?P<high>多|高|大き|長|良|い|よ))(?:い|かった)(?:ほう|方|順|もの|ところ|の|年度?|省庁?|府省庁|事業|会社)?(?:は|から|だと|って|を|が|なら|で|[?]|$)"
)
_MOST = pattern(r"一番|いちばん|最も|もっとも")
_TURNED = pattern(r"^(?:では|じゃあ|じゃ|その)?[、,]?(?:逆|反対)(?:に|は|だと|の順|から|[?]|$)")
_FROM_BELOW = pattern(r"^(?:では|じゃあ|逆に)?[、,]?下から")


@dataclass(frozen=True, slots=True)
class Order:
    """Which end comes first, and how many are asked for (None where the turn does not say)."""

    way: Literal["asc", "desc"]
    limit: int | None = None


def turns_round(p: Parsed) -> bool:
    """Whether the turn speaks of an order told before (「逆に…」「ワースト5は」), naming nothing to put in order itself."""
    if p.fields or p.names or p.ministries or p.years:
        return False
    several = any(o.verb == "rank" and o.limit and o.limit > 1 for o in p.operations)
    return several or bool(_TURNED.search(p.text) or _FROM_BELOW.search(p.text))


def order_span(p: Parsed) -> re.Match[str] | None:
    """The adjective that says an order by itself."""
    return _ADJECTIVE.search(p.text)


def order_said(p: Parsed, previous: Query) -> Order | None:
    """The order this turn asks for; after an order an adjective alone says another (「少ないのは」「逆は?」)."""
    limit = standalone_limit(p.text)
    before: Literal["asc", "desc"] = previous.order or "desc"
    rank = next((o for o in p.operations if o.verb == "rank"), None)
    if rank is not None:
        way = before
        if rank.order in ("asc", "desc"):
            way = "asc" if rank.order == "asc" else "desc"
        elif rank.order == "worst" and previous.fields:
            way = "desc" if previous.fields[0].column in UNUSED else "asc"
        as_many = previous.limit if previous.order and (previous.limit or 0) > 1 else None
        return Order(way, rank.limit or limit or as_many)
    said = _ADJECTIVE.search(p.text)
    superlative = said is not None and bool(_MOST.search(said.group()))
    if (previous.order is None and not superlative) or IS_IT_MUCH.search(p.text):
        return None
    if said is not None:
        return Order(
            "asc" if said.group("low") else "desc", limit or previous.limit or (1 if superlative else None)
        )
    if _FROM_BELOW.search(p.text):
        return Order("asc", limit or previous.limit)
    if _TURNED.search(p.text):
        return Order("desc" if before == "asc" else "asc", limit or previous.limit)
    return None
