"""What a question takes for granted about a figure, checked against the figures before a reason is given."""

from __future__ import annotations

import operator
from collections.abc import Callable

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.figures import latest_years, rows_by_year, sheet_keys, written
from assistant.answering.result import Result, Statement
from assistant.answering.wording import project_name
from assistant.query import Premise, Query
from db.catalogue import RATE

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}
_ROUNDING = 0.51
"""A rate said in round numbers (「5割まで下がった」) holds where the figure rounds to it."""


_ABOUT = 0.3
"""「半分になった」 holds where the figure is by no more than this part of it off half of the one before."""


def contradiction(basis: Basis, query: Query) -> Result | None:
    """A ``no_answer`` with the figures where the premise does not hold; None where it holds or cannot be told."""
    premise = query.premise
    if premise is None or not query.projects or premise.field.table != "budgets":
        return None
    column = premise.field.column
    keys = sheet_keys(basis.data, query)
    by_year = rows_by_year(basis.data, "budgets", keys, [column]) if keys else {}
    years = list(query.years.values) if query.years.kind == "given" else latest_years(by_year, [column])
    if not years:
        return None
    year = max(years)
    now = written(by_year.get(year), column)
    before = written(by_year.get(year - 1), column)
    if not now:
        return None
    if _holds(premise, now[0][column], before[0][column] if before else None):
        return None
    rows = [*now[:1], *before[:1]]
    cells = [basis.cells.cell("budgets", r, column) for r in rows]
    statement = Statement(
        f'SELECT sheet_key, 年度, "{column}" FROM budgets WHERE id IN ({", ".join("?" * len(rows))})',
        tuple(r["id"] for r in rows),
    )
    return Result("no_answer", [_sentence(basis, query, premise, cells)], cells, statement, years=(year,))


def _holds(premise: Premise, now: float, before: float | None) -> bool:
    if premise.direction == "down" and before is not None and now >= before:
        return False
    if premise.direction == "up" and before is not None and now <= before:
        return False
    if premise.ratio is not None and before:
        return abs(now / before - premise.ratio) <= _ABOUT * premise.ratio
    if premise.op in COMPARE and premise.value is not None:
        if premise.op == "=":
            return abs(now - premise.value) <= max(_ROUNDING, abs(premise.value) * 0.05)
        slack = _ROUNDING if premise.op in ("<=", ">=") else 0.0
        shifted = now - slack if premise.op == "<=" else now + slack
        return COMPARE[premise.op](shifted, premise.value)
    return True


def _sentence(basis: Basis, query: Query, premise: Premise, cells: list[Cell]) -> str:
    subject = project_name(basis.data, query.projects[0])
    now = cells[0]
    label = now.label
    kind = basis.data.catalogue.field("budgets", premise.field.column).kind
    said = f"「{premise.as_said}」という前提は" if premise.as_said else "質問の前提は"
    if len(cells) > 1:
        before = cells[1]
        if now.text == before.text:
            return (
                f"{said}シートの数字と合いません。{subject}の{label}は、{before.fiscal_year}年度も"
                f"{now.fiscal_year}年度も {now.text} です。"
            )
        up, down = ("上がっています", "下がっています") if kind == RATE else ("増えています", "減っています")
        moved = up if now.value > before.value else down
        return (
            f"{said}シートの数字と合いません。{subject}の{label}は、{before.fiscal_year}年度の {before.text} から"
            f"{now.fiscal_year}年度の {now.text} へ{moved}。"
        )
    return f"{said}シートの数字と合いません。{subject}の{now.fiscal_year}年度の{label}は {now.text} です。"
