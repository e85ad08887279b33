"""What a question over many sheets measures: its field, whether that is a figure by year, and what stands in for it."""

from __future__ import annotations

from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.query import FieldRef, Filter, Query
from db.catalogue import NUMERIC_KINDS

PROJECTS = FieldRef("sheets", "事業名")
RECIPIENTS = ("payees", "payee_contracts", "contracts")
"""Lists of recipients that share columns (契約方式等, 入札者数, 落札率 …), in the order they are looked at."""


def substitute(basis: Basis, ref: FieldRef) -> FieldRef:
    """The same column of another list of recipients where the asked list has nothing (支出先 not loaded, contracts are)."""
    if ref.table not in RECIPIENTS or any_value(basis, ref):
        return ref
    for table in RECIPIENTS:
        if ref.column in basis.data.catalogue.table(table).columns:
            other = FieldRef(table, ref.column, ref.item)
            if any_value(basis, other):
                return other
    return ref


def any_value(basis: Basis, ref: FieldRef) -> bool:
    """Whether any loaded sheet has the field written."""
    where, values = f"{quoted(ref.column)} IS NOT NULL", []
    if ref.item is not None:
        where, values = f"{where} AND 項目 = ?", [ref.item]
    return basis.data.value(f"SELECT 1 FROM {quoted(ref.table)} WHERE {where} LIMIT 1", values) is not None


def main_field(basis: Basis, query: Query) -> FieldRef:
    """The field a question over many sheets measures: the named one, else the first condition's, else the project.

    A named column that a condition is on too is the condition's (「廃止と判定された事業」 is about one box's 判定), and
    a field that no sheet has written gives way to the condition.
    """
    if query.fields:
        named = query.fields[0]
        conditions = [f.field for f in query.filters if measures(f)]
        if any(f.field == named for f in query.filters if f.value is None):
            return conditions[0] if conditions else PROJECTS
        same = next((c for c in conditions if (c.table, c.column) == (named.table, named.column)), None)
        if same is not None:
            return same
        if conditions and not any_value(basis, substitute(basis, named)):
            return conditions[0]
        return named
    return next((f.field for f in query.filters if measures(f)), PROJECTS)


def measures(f: Filter) -> bool:
    """Whether a condition is on rows that are counted or shown: one on accounts, or that something is written at all,
    only picks projects."""
    return f.value is not None and f.field.table != "accounts"


def is_yearly(basis: Basis, ref: FieldRef) -> bool:
    """True where the field's table has one row a fiscal year."""
    return ref.table in ("budgets", "accounts", "outcomes", "outputs", "unit_costs", "budget_items") and (
        "年度" in basis.data.catalogue.table(ref.table).columns
    )


def is_figure(basis: Basis, ref: FieldRef) -> bool:
    """True where the field holds a number."""
    return basis.data.catalogue.field(ref.table, ref.column).kind in NUMERIC_KINDS
