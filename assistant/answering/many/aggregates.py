"""Operations count, sum and average over many sheets, alone or by group, and as a share of the whole."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.many.by_group import grouped
from assistant.answering.many.measured import PROJECTS, RECIPIENTS, measures, substitute
from assistant.answering.many.nothing import no_such_ministry, nothing
from assistant.answering.many.one_figure import (
    AVERAGE,
    COUNT,
    MEDIAN,
    ROWS,
    SUM,
    WITH_FIGURE,
    averages,
    cell_of,
    figure,
    none_of,
)
from assistant.answering.many.scope import POLICY_MINISTRY, SPOKEN_OF, Scope, partial_years, scope_of
from assistant.answering.many.told import (
    describe_filters,
    projects_that,
    scope_notes,
    scope_text,
)
from assistant.answering.many.unwritten import unknown_value, untold_by_any
from assistant.answering.result import Result, Statement
from assistant.formatting import fiscal_years, number, rate
from assistant.query import FieldRef, Filter, Query


def aggregate(basis: Basis, query: Query) -> Result:
    """One figure over many sheets, or one a group."""
    ready = prepared(basis, query)
    if isinstance(ready, Result):
        return ready
    query, scope, operation = ready
    if query.group_by is not None:
        return grouped(basis, query, scope, operation)
    partly = partial_years(basis, scope) if query.years.kind == "all" else ()
    if partly and len(partly) < len(scope.years):
        # a year that only later sheets tell would be added in part
        scope = replace(scope, years=tuple(pair for pair in scope.years if pair[1] not in partly))
    if query.years.kind == "all" and scope.years:
        scope = _where_told(basis, scope)
    cell, statement = figure(basis, scope, operation)
    if cell is None:
        return nothing(basis, scope)
    if operation == COUNT and not cell.value and scope.ministries and not scope.filters and not scope.matters:
        return no_such_ministry(basis, scope)
    if operation == COUNT and not cell.value:
        nowhere = unknown_value(basis, scope)
        if nowhere is not None:
            words = describe_filters(basis, [nowhere])
            return Result(
                "no_answer",
                [f"{words}記載は、読み込んだシートにはありません（0件）。"],
                [none_of(basis, scope)],
            )
        if unspoken(basis, scope):
            return _never_spoken_of(basis, scope)
    cells = [cell]
    if scope.ministries and basis.data.has_policy_ministry and _all_tell_policy(basis, scope):
        cells += _by_policy_ministry(basis, scope, operation, cell)
    if operation == AVERAGE:
        cells += _overall(basis, scope)
    if operation == ROWS:
        projects, _ = figure(basis, scope, COUNT)
        cells += [projects] if projects else []
    elif operation != COUNT:
        counted, _ = figure(basis, scope, WITH_FIGURE)
        cells += [counted] if counted else []
    sentences = [_sentence(basis, scope, cell)]
    for average in averages(basis, scope):
        cells.append(average)
        sentences.append(f"{average.label}は {average.text} です。")
    if operation == ROWS and len(cells) > 1:
        sentences.append(f"その事業の数は {cells[-1].text} です。")
    if scope.matters and operation in (COUNT, SUM):
        named = _in_name(basis, scope, operation)
        cells.append(named)
        sentences.append(f"そのうち事業名にその言葉があるのは {named.text} です。")
    if len(cells) > 1 and POLICY_MINISTRY in (cells[1].group or {}):
        sentences.append(f"政策所管府省庁で数えると {cells[1].text} です。")
    if query.share:
        cells, sentences, statement = _share(basis, scope, operation, cells, sentences, statement)
    return Result(
        sentences=sentences,
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        notes=scope_notes(basis, scope),
    )


def prepared(basis: Basis, query: Query) -> tuple[Query, Scope, str] | Result:
    """The query with what stands in for a list that is not loaded, its scope and what is done with its figures; or
    why nothing can be counted or added."""
    operation = _operation(query)
    if query.group_by is not None:
        query = replace(query, group_by=substitute(basis, query.group_by))
    measured = _measured(basis, query, operation)
    scope = replace(scope_of(basis, query, measured), rows=operation == ROWS)
    untold = untold_by_any(basis, query, scope)
    return untold if untold is not None else (query, scope, operation)


def _operation(query: Query) -> str:
    if query.operation == "average" and query.median:
        return MEDIAN
    return query.operation if query.operation in (SUM, AVERAGE) else ROWS if query.of_rows else COUNT


def _measured(basis: Basis, query: Query, operation: str) -> FieldRef | None:
    """What is counted or added. Projects are counted unless a condition says of which rows."""
    if operation == ROWS:
        listed = next((f.field for f in query.filters if f.field.table in RECIPIENTS), None)
        return listed or FieldRef("contracts", "契約先")
    if operation != COUNT:
        return query.fields[0] if query.fields else FieldRef("budgets", "計")
    if query.group_by is not None and query.group_by.table in RECIPIENTS:
        return query.group_by
    condition = next((f.field for f in query.filters if measures(f)), None)
    if condition is not None or query.filters:
        return condition or PROJECTS
    named = query.fields[0] if query.fields else None
    return named if named is not None and named.table != "sheets" else PROJECTS


def _in_name(basis: Basis, scope: Scope, operation: str) -> Cell:
    """Of the projects about a matter those that have it in their name: how many, or their total."""
    narrowed = replace(scope, spoken_of=("事業名",))
    cell, _ = figure(basis, narrowed, operation)
    return cell or cell_of(basis, narrowed, operation, 0)


def unspoken(basis: Basis, scope: Scope) -> bool:
    """No loaded sheet at all speaks of the matter: a count of zero would be one of words that were perhaps misread."""
    if not scope.matters:
        return False
    source, parameters = Scope(main=PROJECTS, matters=scope.matters).sql()
    return basis.data.value(f"SELECT 1 {source} LIMIT 1", parameters) is None


def _never_spoken_of(basis: Basis, scope: Scope) -> Result:
    words = "".join(f"「{w}」" for w in scope.matters)
    where = "・".join(SPOKEN_OF)
    both = "のすべて" if len(scope.matters) > 1 else ""
    return Result(
        "no_answer",
        [f"{words}{both}が{where}に出てくる事業は、読み込んだシートにはありません（0件）。"],
        [none_of(basis, scope)],
    )


def _where_told(basis: Basis, scope: Scope) -> Scope:
    """The scope without the years in which none of its sheets has the figure (a 府省庁 that was not there yet)."""
    source, parameters = scope.sql()
    sql = f"SELECT DISTINCT t.年度 {source} AND {scope.column} IS NOT NULL"
    told = {r[0] for r in basis.data.rows(sql, parameters)}
    return replace(scope, years=tuple(pair for pair in scope.years if pair[1] in told) or scope.years)


def _all_tell_policy(basis: Basis, scope: Scope) -> bool:
    """Whether every publication counted tells 政策所管府省庁: by it the figure would be of those that do alone."""
    counted = {published for published, _ in scope.years if published} | set(scope.published)
    return counted <= basis.data.policy_publications


def _by_policy_ministry(basis: Basis, scope: Scope, operation: str, cell: Cell) -> list[Cell]:
    """The same figure by 政策所管府省庁, where some sheet carries one of these ministries there."""
    other, _ = figure(basis, scope.by(POLICY_MINISTRY), operation)
    return [other] if other is not None and other.value and other.value != cell.value else []


def _overall(basis: Basis, scope: Scope) -> list[Cell]:
    """For an average of 執行率 or 不用率: the rate of the sums, which large projects decide."""
    parts = {"執行率": "sum(t.執行額)", "不用率": "sum(t.不用額)"}
    if scope.main.table != "budgets" or scope.main.column not in parts:
        return []
    source, parameters = scope.sql()
    top = parts[scope.main.column]
    row = basis.data.rows(
        f"SELECT {top}, sum(t.計) {source} AND t.執行額 IS NOT NULL AND t.計 IS NOT NULL", parameters
    )[0]
    if not row[1]:
        return []
    value = row[0] / row[1] * 100
    return [
        Cell(
            label=f"全体の{scope.main.column}",
            value=round(value, 4),
            text=rate(value),
            fiscal_year=scope.fiscal_years[0] if len(scope.fiscal_years) == 1 else None,
            unit="%",
            derived=f"全体の{scope.main.column} = {number(row[0])} ÷ {number(row[1])}",
            group={scope.ministry_column: "・".join(scope.ministries)} if scope.ministries else None,
        )
    ]


def _sentence(basis: Basis, scope: Scope, cell: Cell) -> str:
    what = projects_that(basis, scope)
    if cell.label == "契約の件数":
        what = what.removesuffix("事業") + "契約"
    where = scope_text(basis, scope)
    if len(scope.fiscal_years) > 1:
        where += f"{fiscal_years(scope.fiscal_years)}の"
    if cell.label in ("事業数", "契約の件数"):
        return f"{where}{what}は {cell.text} です。"
    of = f"{what}の" if scope.filters or scope.matters else ""
    return f"{where}{of}{cell.label}は {cell.text} です。"


def whole_of(scope: Scope, operation: str) -> tuple[Scope, str]:
    """What a share is taken of: the scope without its conditions, else without its 府省庁, and what is done there."""
    if not (scope.filters or scope.matters):
        return scope.without(ministries=True), operation
    whole = scope.without(filters=True)
    if operation == ROWS:
        # of the contracts whose box is filled in at all
        return replace(whole, filters=(Filter(scope.main, "!=", None),)), ROWS
    if operation == COUNT and scope.main.table != "sheets":
        # of the projects that have the figure at all: one without it neither meets nor misses the condition
        return whole, WITH_FIGURE
    return whole, operation


def _share(
    basis: Basis, scope: Scope, operation: str, cells: list[Cell], sentences: list[str], statement: Statement
) -> tuple[list[Cell], list[str], Statement]:
    """Put the part of the whole before the figure it is made of."""
    whole, _ = figure(basis, *whole_of(scope, operation))
    if whole is None or not whole.value:
        return cells, sentences, statement
    part = cells[0]
    value = part.value / whole.value * 100
    label = f"{part.label}の割合"
    cell = Cell(
        label=label,
        value=round(value, 4),
        text=rate(value),
        fiscal_year=part.fiscal_year,
        unit="%",
        derived=f"割合 = {number(part.value)} ÷ {number(whole.value)}",
        group=part.group,
    )
    whole.label = f"全体の{whole.label}"
    sentence = f"{sentences[0][:-1]}で、全体の {whole.text} に占める割合は {cell.text} です。"
    sentence = sentence.replace("ですで、", "で、")
    return [cell, part, whole, *cells[1:]], [sentence], statement
