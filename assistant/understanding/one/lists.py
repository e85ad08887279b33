"""Lists of one project as a question names them: rows in order, a block, a kind of row, another's related projects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from assistant.patterns import pattern
from assistant.query import FieldRef, Filter, Query, Years
from assistant.understanding.many.conditions import MONEY_OF, REQUEST, amount_filters
from assistant.understanding.many.said import DEFAULT_LIMIT
from assistant.understanding.names.rows import LISTS
from assistant.understanding.one.said import HOW, One
from assistant.understanding.parsing import Parsed
from assistant.understanding.topics import how_text
from assistant.understanding.words.fields import is_figure, kind_of
from db.catalogue import MONEY

RELATED = FieldRef("related", "関連事業名")
INITIAL = FieldRef("budgets", "当初予算")
# what is put in order where no field is named: 「一番高い契約は」
_CONTRACTS = frozenset({"契約", "契約先", "入札", "支出", "支出先", "相手先", "落札者", "受注者"})
BLOCK = pattern(r"ブロック\s*(?P<a>[A-Za-z])(?![A-Za-z])|(?<![A-Za-z])(?P<b>[A-Za-z])\s*ブロック")
_IN_BLOCKS = frozenset({"payees", "expenses", "contracts", "payee_contracts"})
_ON_WHAT = pattern(
    r"何に(?:対して|お金を|予算を)?(?:一番|いちばん|最も|もっとも)|(?:一番|いちばん|最も|もっとも)[^、。?]{0,8}何に"
)
_KIND_ASKED = pattern(
    r"(?:どういう|どういった|どんな|どのような)(?P<of>[一-鿿々ァ-ヺーA-Za-z]+)(?=[がにへはをの])"
)
_BESIDE_RELATED = pattern(r"(?:が|の)?(?:所管(?:する|の)|側の)?")
_FINAL = pattern(r"最終(?:的な|年度の)?目標|目標最終年度|最終年度")


def ordered_rows(m: One) -> Query | None:
    """「支出先の上位5者」「一番高い契約は」「Cブロックで一番多くもらったのは」."""
    table = next((f.table for f in m.q.fields if f.table in MONEY_OF), None)
    if m.rank is None:
        return None
    spent_most = _on_what(m)
    if spent_most is not None:
        return spent_most
    block = BLOCK.search(m.p.text)
    content = [w for w in m.content if not (block and w in block.group())]
    if content and _CONTRACTS.issuperset(content) and (table or not m.q.fields):
        content, table = [], table or "payees"
    if content or table is None:
        return None
    orders = [o.order for o in m.p.operations if o.verb == "rank"]
    limits = [o.limit for o in m.p.operations if o.verb == "rank" and o.limit]
    q = rows_in_order(
        m.q, table, "asc" if "asc" in orders else "desc", limits[0] if limits else DEFAULT_LIMIT
    )
    if block and table in _IN_BLOCKS:
        return replace(q, filters=(Filter(FieldRef(table, "ブロック"), "=", block_of(block)),))
    return q


def rows_in_order(q: Query, table: str, order: Literal["asc", "desc"], limit: int) -> Query:
    """The rows of a list by their figure, with the columns asked for beside it (「一番大きい支出先の法人番号は」)."""
    own = [f for f in q.fields if f.table == table]
    by = next((f for f in own if is_figure(f)), MONEY_OF[table])
    names = {x.name for x in LISTS if x.table == table}
    beside = tuple(f for f in own if f != by and f.column not in names)
    return replace(q, operation="rank", fields=(by, *beside), order=order, limit=limit)


def _on_what(m: One) -> Query | None:
    """「要求は何に一番使う」「何に一番お金を使った」: the largest line of the budget, or of what was spent."""
    if (
        m.content
        or not _ON_WHAT.search(m.p.text)
        or not all(f.table in ("budgets", "expenses") for f in m.q.fields)
    ):
        return None
    planned = next((f.column for f in m.q.fields if f in (REQUEST, INITIAL)), None)
    kind = {"要求額": "要求", "当初予算": "当初予算"}.get(planned or "")
    years = m.q.years if m.q.years.kind == "given" else Years("latest")
    filters = (Filter(FieldRef("budget_items", "種別"), "=", kind),) if kind else ()
    table = "budget_items" if kind else "expenses"
    return replace(
        m.q, operation="rank", fields=(MONEY_OF[table],), filters=filters, years=years, order="desc", limit=1
    )


def row_conditions(p: Parsed, fields: Sequence[FieldRef]) -> tuple[Filter, ...]:
    """「100万円以上の支出先」「落札率が95%以上の契約」: conditions on figures of the list that is asked for."""
    table = next((f.table for f in fields if f.table in MONEY_OF), None)
    if table is None:
        return ()
    found = []
    for condition, mention in amount_filters(p):
        own = condition.field.table == table
        if own or (mention is None and isinstance(condition.value, int | float | tuple)):
            money = kind_of(condition.field) == MONEY
            ref = condition.field if own else MONEY_OF[table] if money else None
            if ref is not None:
                found.append(replace(condition, field=ref))
    return tuple(found)


def block_of(said: re.Match[str]) -> str:
    """The letter of 「Cブロック」「ブロックC」."""
    return (said.group("a") or said.group("b")).upper()


def kind_asked(p: Parsed) -> str:
    """「どういう鉄道事業者がもらった」: the word of what kind the asked rows are; "" if there is none."""
    return " ".join(m.group("of") for m in _KIND_ASKED.finditer(p.text))


def asks_how(p: Parsed) -> bool:
    """A how-word outside names and fields; 「どんな内訳」 asks for the list, not how."""
    listed = {f.start for f in p.fields if f.field.table in MONEY_OF}
    kinds = [m.span() for m in _KIND_ASKED.finditer(p.text)] if listed else []
    return any(
        m.end() not in listed and not any(a <= m.start() < b for a, b in kinds)
        for m in HOW.finditer(how_text(p))
    )


_HOW_RELATED = {
    "子事業": "子事業",
    "親事業": "親事業",
    "統合先": "統合先",
    "統合元": "統合元",
    "統合された事業": "統合元",
    "統合した事業": "統合元",
    "分割先": "分割先",
    "分割元": "分割元",
}
"""Words of 関連事業名 that say in which relation (関連性) the projects stand."""


def whose_related(p: Parsed) -> Filter | None:
    """「厚労省の関連事業」「子事業」: related projects of one 府省庁, or in one relation."""
    how = next((_HOW_RELATED[f.text] for f in p.fields if f.field == RELATED and f.text in _HOW_RELATED), "")
    if how:
        return Filter(FieldRef("related", "関連性"), "=", how)
    at = next((f.start for f in p.fields if f.field == RELATED), -1)
    said = next((m for m in p.ministries if _BESIDE_RELATED.fullmatch(p.text[m.end : at])), None)
    return Filter(FieldRef("related", "所管府省名"), "=", said.name) if said else None


def final_aim(p: Parsed, fields: Sequence[FieldRef]) -> Filter | None:
    """「最終目標は」: the aim of the last year, which stands in a row of its own."""
    asked = FieldRef("outcomes", "目標値") in fields and _FINAL.search(p.text)
    return Filter(FieldRef("outcomes", "年度の種別"), "=", "目標最終年度") if asked else None
