"""What a question over many sheets counts by and no loaded sheet has: better said than counted as nothing."""

from __future__ import annotations

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many.measured import any_value, is_yearly, substitute
from assistant.answering.many.scope import SPOKEN_OF, Scope, compare
from assistant.answering.many.told import field_label
from assistant.answering.result import Result
from assistant.query import FieldRef, Filter, OtherFigure, Query

_EVERY_SHEET = ("sheets", "projects", "budgets", "accounts")
"""Tables that every publication fills."""


def untold_by_any(basis: Basis, query: Query, scope: Scope) -> Result | None:
    """Why no loaded sheet tells what is counted, listed or compared; None where some do."""
    if is_yearly(basis, scope.main) and not scope.years:
        return Result("no_answer", [f"{field_label(basis, scope.main)}の記載があるシートがありません。"])
    missing = _never_written(basis, query, scope.main)
    if missing is not None:
        return Result("no_answer", [f"{field_label(basis, missing)}の記載があるシートがありません。"])
    absent = _unwritten_in(basis, scope)
    if absent is not None:
        label = field_label(basis, absent)
        return Result("no_answer", [f"その公開年度のシートには{label}の記載がないので、分かりません。"])
    untold = _untold_year(basis, scope)
    if untold is None:
        return None
    ref, year = untold
    told = f"読み込んだシートには{year}年度の{field_label(basis, ref)}の記載がないので、そこまでさかのぼっては比べられません。"
    return Result("no_answer", [told], [Cell(label="年度", value=year, text=f"{year}年度", fiscal_year=year)])


def _never_written(basis: Basis, query: Query, main: FieldRef) -> FieldRef | None:
    """The field that is counted, or whose being written is a condition, where no loaded sheet has it at all."""
    asked = [main, *(f.field for f in query.filters if f.value is None)]
    return next((ref for ref in asked if not any_value(basis, substitute(basis, ref))), None)


def unknown_value(basis: Basis, scope: Scope) -> Filter | None:
    """A condition on a box that no loaded sheet fills in so (実施方法「委託」 in RSシステム): no count of zero."""
    for f in scope.filters:
        if f.op != "contains" or f.field.column in SPOKEN_OF:
            continue
        condition, values = compare(f"x.{quoted(f.field.column)}", f)
        if f.field.item is not None:
            condition, values = f"{condition} AND x.項目 = ?", [*values, f.field.item]
        sql = f"SELECT 1 FROM {quoted(f.field.table)} x WHERE {condition} LIMIT 1"
        if basis.data.value(sql, values) is None:
            return f
    return None


def _untold_year(basis: Basis, scope: Scope) -> tuple[FieldRef, int] | None:
    """The figure and the year that a condition compares with and no loaded sheet tells: no count of zero."""
    for f in scope.filters:
        other = f.value if isinstance(f.value, OtherFigure) else None
        asked = [(f.field, f.shift)] if f.shift else []
        asked += [(other.field, other.shift)] if other is not None and other.shift else []
        for ref, shift in asked:
            for year in scope.fiscal_years:
                sql = f"SELECT 1 FROM {quoted(ref.table)} WHERE 年度 = ? AND {quoted(ref.column)} IS NOT NULL LIMIT 1"
                if basis.data.value(sql, (year + shift,)) is None:
                    return ref, year + shift
    return None


def _unwritten_in(basis: Basis, scope: Scope) -> FieldRef | None:
    """The box a condition is on that none of the publications counted has written (JUDGIT! holds no 所見 and no 入札者数):
    no count of zero."""
    for ref in (f.field for f in scope.filters if f.field.table not in _EVERY_SHEET):
        where, values = f"{quoted(ref.column)} IS NOT NULL", list[object]()
        if ref.item is not None:
            where, values = f"{where} AND 項目 = ?", [ref.item]
        ranges = " OR ".join("(sheet_key >= ? AND sheet_key < ?)" for _ in scope.published)
        values += [v for p in scope.published for v in (f"{p}-", f"{p}.")]
        sql = f"SELECT 1 FROM {quoted(ref.table)} WHERE {where} AND ({ranges}) LIMIT 1"
        if scope.published and basis.data.value(sql, values) is None:
            return ref
    return None
