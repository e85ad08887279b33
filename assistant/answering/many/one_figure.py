"""One count, sum, average or median over many sheets, as a cell."""

from __future__ import annotations

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.many.medians import median
from assistant.answering.many.scope import Scope
from assistant.answering.many.told import describe_filters, field_label
from assistant.answering.result import Statement
from assistant.formatting import fiscal_years, money, number, rate
from assistant.query import Average
from db.catalogue import MONEY, RATE

COUNT, SUM, AVERAGE, MEDIAN = "count", "sum", "average", "median"
ROWS = "rows"
"""How many rows of a list (contracts) there are, not how many projects have one."""
WITH_FIGURE = "with figure"
"""How many projects have the figure that is added."""
_HOW = {SUM: "合計", AVERAGE: "平均", MEDIAN: "中央値"}


def figure(basis: Basis, scope: Scope, operation: str) -> tuple[Cell | None, Statement]:
    """The count, sum, average or median of a scope as one cell; None where there is nothing to add."""
    name = quoted(name_of(basis, scope, operation))
    if operation == MEDIAN:
        statement = median(scope, name)
    else:
        source, parameters = scope.sql()
        statement = Statement(f"SELECT {expression(scope, operation)} AS {name} {source}", parameters)
    value = basis.data.value(statement.sql, statement.parameters)
    if value is None or (operation == COUNT and scope.years and not _any_rows(basis, scope)):
        return None, statement
    return cell_of(basis, scope, operation, value), statement


def averages(basis: Basis, scope: Scope) -> list[Cell]:
    """The averages that conditions of the scope compare with, as cells of their own."""
    cells = []
    for f in scope.filters:
        if isinstance(f.value, Average):
            cell, _ = figure(basis, scope.averaged(f), AVERAGE)
            cells += [cell] if cell is not None else []
    return cells


def none_of(basis: Basis, scope: Scope) -> Cell:
    """The count of a scope that nothing is in: 0件."""
    return cell_of(basis, scope, COUNT, 0)


def _any_rows(basis: Basis, scope: Scope) -> bool:
    source, parameters = scope.without(filters=True).sql()
    return (
        basis.data.value(f"SELECT 1 {source} AND {scope.column} IS NOT NULL LIMIT 1", parameters) is not None
    )


def expression(scope: Scope, operation: str) -> str:
    """SQL of the count, sum or average over the rows of a scope."""
    if operation == COUNT:
        return "count(DISTINCT s.sheet_key)"
    if operation == ROWS:
        return "count(t.id)"
    if operation == WITH_FIGURE:
        return f"count(DISTINCT CASE WHEN {scope.column} IS NOT NULL THEN s.sheet_key END)"
    return f"{'sum' if operation == SUM else 'avg'}({scope.column})"


def name_of(basis: Basis, scope: Scope, operation: str) -> str:
    """What the figure is called: 「事業数」「執行額の合計」."""
    if operation in (COUNT, WITH_FIGURE):
        return "事業数"
    if operation == ROWS:
        return "契約の件数"
    return f"{field_label(basis, scope.main)}の{_HOW[operation]}"


def cell_of(basis: Basis, scope: Scope, operation: str, value: float, by_year: bool = False) -> Cell:
    """A figure of a scope as a cell; ``by_year``: of one of its years."""
    kind = basis.data.catalogue.field(scope.main.table, scope.main.column).kind
    if operation in (COUNT, WITH_FIGURE, ROWS):
        text, unit, value = f"{number(value)}件", "件", int(value)
    elif kind == MONEY:
        text, unit, value = money(value), "円", round(value)
    elif kind == RATE:
        text, unit, value = rate(value), "%", round(value, 4)
    else:
        text, unit = number(round(value, 4)), None
    words = "・".join(f"「{w}」" for w in scope.matters)
    if words and scope.spoken_of == ("事業名",):
        words = f"事業名に{words}"
    conditions = "、".join(x for x in (describe_filters(basis, scope.filters), words) if x)
    name = name_of(basis, scope, operation)
    several = fiscal_years(scope.fiscal_years) if len(scope.fiscal_years) > 1 and not by_year else ""
    how = [part for part in (several, conditions) if part]
    return Cell(
        label=name,
        value=value,
        text=text,
        fiscal_year=scope.fiscal_years[0] if len(scope.fiscal_years) == 1 else None,
        unit=unit,
        derived=f"{name}（{'、'.join(how)}）" if how else None,
        group={scope.ministry_column: "・".join(scope.ministries)} if scope.ministries else None,
        table=scope.main.table,
        column=scope.main.column,
    )
