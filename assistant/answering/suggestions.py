"""What can be asked next: follow-ups whose answers are known to stand in the sheets."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.result import Result
from assistant.query import ProjectRef, Query

LIMIT = 3
COMMENTS = (
    ("改善の方向性", "改善の方向性は?"),
    ("行政事業レビュー推進チームの所見", "推進チームの所見は?"),
    ("点検結果", "点検結果は?"),
)


def suggestions(basis: Basis, query: Query, result: Result) -> list[str]:
    """Up to three follow-up questions, in the conversation's own short form."""
    if result.suggestions:
        return result.suggestions
    if query.projects and query.refusal is None:
        return _about_project(basis, query, result, query.projects[0])[:LIMIT]
    if result.status == "answered" and result.projects:
        return [f"{result.projects[0].name}の概要は?"]
    if result.status == "answered" and query.ministries and query.operation in ("count", "sum", "average"):
        return _other_ministry(basis, query)
    return []


def _about_project(basis: Basis, query: Query, result: Result, project: ProjectRef) -> list[str]:
    keys = project.sheet_keys
    out: list[str] = []
    asked = {f.column for f in query.fields} | {f.item for f in query.fields}
    year = max(result.years) if result.years else None
    column = next((f.column for f in query.fields if f.table == "budgets"), None)
    if column and year and _has_figure(basis, keys, column, year - 1) and len(result.years) == 1:
        out.append(f"{year - 1}年度は?")
    if not query.reason and column in ("執行率", "執行額", "不用率", "不用額") and _has_reason(basis, keys):
        out.append("その理由は?")
    for item, question in COMMENTS:
        if item not in asked and _has_comment(basis, keys, item):
            out.append(question)
    if "支出先" not in asked and _has_payees(basis, keys):
        out.append("支出先は?")
    if "執行率" not in asked and _has_figure(basis, keys, "執行率", None):
        out.append("執行率の推移は?")
    return out


def _has_figure(basis: Basis, keys: Sequence[str], column: str, year: int | None) -> bool:
    when, values = ("", []) if year is None else (" AND 年度 = ?", [year])
    sql = f'SELECT 1 FROM budgets WHERE sheet_key IN ({marks(keys)}) AND "{column}" IS NOT NULL{when} LIMIT 1'
    return basis.data.value(sql, [*keys, *values]) is not None


def _has_reason(basis: Basis, keys: Sequence[str]) -> bool:
    items = [e.item for e in basis.data.catalogue.evaluations if "執行率" in e.explains]
    sql = f"SELECT 1 FROM evaluations WHERE sheet_key IN ({marks(keys)}) AND 項目 IN ({marks(items)}) AND 説明 IS NOT NULL LIMIT 1"
    if basis.data.value(sql, [*keys, *items]) is not None:
        return True
    return _has_comment(basis, keys, "主な増減理由")


def _has_comment(basis: Basis, keys: Sequence[str], item: str) -> bool:
    sql = (
        f"SELECT 1 FROM comments WHERE sheet_key IN ({marks(keys)}) AND 項目 = ? AND 本文 IS NOT NULL LIMIT 1"
    )
    return basis.data.value(sql, [*keys, item]) is not None


def _has_payees(basis: Basis, keys: Sequence[str]) -> bool:
    for table in ("payees", "expenses"):
        sql = f"SELECT 1 FROM {table} WHERE sheet_key IN ({marks(keys)}) AND 支出先 IS NOT NULL LIMIT 1"
        if basis.data.value(sql, keys) is not None:
            return True
    return False


def _other_ministry(basis: Basis, query: Query) -> list[str]:
    sql = (
        f"SELECT 府省庁 FROM sheets WHERE 府省庁 NOT IN ({marks(query.ministries)})"
        " GROUP BY 府省庁 ORDER BY count(*) DESC LIMIT 1"
    )
    name = basis.data.value(sql, query.ministries)
    return [f"{name}は?"] if name else []
