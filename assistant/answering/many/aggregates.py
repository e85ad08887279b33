"""Operations count, sum and average over many sheets, alone or by group, and as a share of the whole."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import marks, quoted
from assistant.answering.many.measured import PROJECTS, RECIPIENTS, measures, substitute
from assistant.answering.many.publications import year_pairs
from assistant.answering.many.scope import (
    MINISTRY,
    POLICY_MINISTRY,
    SPOKEN_OF,
    Scope,
    partial_years,
    scope_of,
)
from assistant.answering.many.told import (
    describe_filters,
    field_label,
    grouped_notes,
    projects_that,
    scope_notes,
    scope_text,
)
from assistant.answering.many.unwritten import unknown_value, untold_by_any
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line
from assistant.formatting import fiscal_years, money, number, rate
from assistant.query import Average, FieldRef, Filter, Query, Years
from db.catalogue import MONEY, RATE

GROUP_LIMIT = 60
COUNT, SUM, AVERAGE = "count", "sum", "average"
ROWS = "rows"
"""How many rows of a list (contracts) there are, not how many projects have one."""
WITH_FIGURE = "with figure"
"""How many projects have the figure that is added."""


def aggregate(basis: Basis, query: Query) -> Result:
    """One figure over many sheets, or one a group."""
    operation = query.operation if query.operation in (SUM, AVERAGE) else ROWS if query.of_rows else COUNT
    if query.group_by is not None:
        query = replace(query, group_by=substitute(basis, query.group_by))
    measured = _measured(basis, query, operation)
    scope = replace(scope_of(basis, query, measured), rows=operation == ROWS)
    untold = untold_by_any(basis, query, scope)
    if untold is not None:
        return untold
    if query.group_by is not None:
        return grouped(basis, query, scope, operation)
    cell, statement = figure(basis, scope, operation)
    if cell is None:
        return _nothing(basis, scope)
    if operation == COUNT and not cell.value and scope.ministries and not scope.filters and not scope.matters:
        return _no_such_ministry(basis, scope)
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
    if scope.ministries and basis.data.has_policy_ministry:
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
    if scope.matters and operation == COUNT:
        named = _in_name(basis, scope)
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


def figure(basis: Basis, scope: Scope, operation: str) -> tuple[Cell | None, Statement]:
    """The count, sum or average of a scope as one cell; None where there is nothing to add."""
    source, parameters = scope.sql()
    expression = _expression(scope, operation)
    statement = Statement(
        f"SELECT {expression} AS {quoted(_name(basis, scope, operation))} {source}", parameters
    )
    value = basis.data.value(statement.sql, statement.parameters)
    if value is None or (operation == COUNT and scope.years and not _any_rows(basis, scope)):
        return None, statement
    return _cell(basis, scope, operation, value), statement


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
    return _cell(basis, scope, COUNT, 0)


def _in_name(basis: Basis, scope: Scope) -> Cell:
    """Of the projects about a matter those that have it in their name."""
    narrowed = replace(scope, spoken_of=("事業名",))
    cell, _ = figure(basis, narrowed, COUNT)
    return cell or _cell(basis, narrowed, COUNT, 0)


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


def _any_rows(basis: Basis, scope: Scope) -> bool:
    source, parameters = scope.without(filters=True).sql()
    return (
        basis.data.value(f"SELECT 1 {source} AND {scope.column} IS NOT NULL LIMIT 1", parameters) is not None
    )


def _expression(scope: Scope, operation: str) -> str:
    if operation == COUNT:
        return "count(DISTINCT s.sheet_key)"
    if operation == ROWS:
        return "count(t.id)"
    if operation == WITH_FIGURE:
        return f"count(DISTINCT CASE WHEN {scope.column} IS NOT NULL THEN s.sheet_key END)"
    return f"{'sum' if operation == SUM else 'avg'}({scope.column})"


def _name(basis: Basis, scope: Scope, operation: str) -> str:
    if operation in (COUNT, WITH_FIGURE):
        return "事業数"
    if operation == ROWS:
        return "契約の件数"
    return f"{field_label(basis, scope.main)}の{'合計' if operation == SUM else '平均'}"


def _cell(basis: Basis, scope: Scope, operation: str, value: float, by_year: bool = False) -> Cell:
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
    name = _name(basis, scope, operation)
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


def _share(
    basis: Basis, scope: Scope, operation: str, cells: list[Cell], sentences: list[str], statement: Statement
) -> tuple[list[Cell], list[str], Statement]:
    """Put the part of the whole before the figure it is made of."""
    narrowed = bool(scope.filters or scope.matters)
    whole_scope = scope.without(filters=True) if narrowed else scope.without(ministries=True)
    if operation == ROWS and narrowed:
        # of the contracts whose box is filled in at all
        filled = Filter(scope.main, "!=", None)
        whole, _ = figure(basis, replace(whole_scope, filters=(filled,)), ROWS)
    elif operation == COUNT and narrowed and scope.main.table != "sheets":
        # Of the projects that have the figure at all: one without it neither meets nor misses the condition.
        whole, _ = figure(basis, whole_scope, WITH_FIGURE)
    else:
        whole, _ = figure(basis, whole_scope, operation)
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


def grouped(basis: Basis, query: Query, scope: Scope, operation: str) -> Result:
    """One figure a group, largest first unless the query asks otherwise."""
    assert query.group_by is not None
    partly: tuple[int, ...] = ()
    if query.group_by.column == "年度":
        # years before the first publication stand only on the sheets of projects that went on
        partly = partial_years(basis, scope)
        if query.order is not None and len(partly) < len(scope.years):
            scope = replace(scope, years=tuple(pair for pair in scope.years if pair[1] not in partly))
            partly = ()
    expression, join_statement = _group_column(query.group_by, scope)
    scope = replace(scope, join=join_statement)
    source, parameters = scope.sql()
    value = _expression(scope, operation)
    by_year = query.group_by.column in ("年度", "公開年度")
    direction = "ASC" if query.order == "asc" else "DESC"
    order = "1" if by_year and query.order is None else f"2 {direction}, 1"
    group_name = field_label(basis, query.group_by)
    joiner = " AND " if " WHERE " in source else " WHERE "
    statement = Statement(
        f"SELECT {expression} AS {quoted(group_name)}, {value} AS {quoted(_name(basis, scope, operation))} {source}"
        f"{joiner}{expression} IS NOT NULL GROUP BY 1 ORDER BY {order} LIMIT {query.limit or GROUP_LIMIT}",
        parameters,
    )
    rows = [r for r in basis.data.rows(statement.sql, statement.parameters) if r[1] is not None]
    if query.nth is not None:
        rows = rows[query.nth - 1 : query.nth]
    if not rows:
        return _nothing(basis, scope)
    cells = [_group_cell(basis, scope, operation, group_name, r) for r in rows]
    unit = "年度は" if by_year else ""
    told = join([f"{_shown(r[0])}{unit} {c.text}" for r, c in zip(rows[:3], cells, strict=False)])
    high, low = ("高い", "低い") if cells[0].unit == "%" else ("多い", "少ない")
    verb = f"{low}順に" if query.order == "asc" else "" if by_year and query.order is None else f"{high}順に"
    if by_year and query.order is None and len(rows) > 3:
        # a course over the years is told by its ends and its height
        most = max(zip(rows, cells, strict=True), key=lambda pair: pair[1].value)
        told = (
            f"{rows[0][0]}年度の {cells[0].text} から{rows[-1][0]}年度の {cells[-1].text} まで次のとおりで、"
            f"最も多いのは{most[0][0]}年度の {most[1].text} "
        )
        rows = rows[:3]
    if query.nth is not None:
        verb = f"{low if query.order == 'asc' else high}順で{query.nth}番目が"
    of = f"{projects_that(basis, scope)}の" if scope.filters or scope.matters else ""
    sentence = f"{scope_text(basis, scope)}{of}{group_name}別の{cells[0].label}は、{verb}{told}{'など' if len(rows) > 3 else ''}です。"
    if query.limit == 1 and query.nth is None and query.order is not None and not by_year:
        way = low if query.order == "asc" else high
        sentence = f"{scope_text(basis, scope)}{of}{cells[0].label}が最も{way}{group_name}は、{told}です。"
    sentences = [sentence]
    shown = {c.fiscal_year for c in cells}
    partly = tuple(y for y in partly if y in shown)
    if partly:
        sentences.append(f"{fiscal_years(partly)}は、その後も続いた事業だけの額です。")
    return Result(
        sentences=sentences,
        cells=cells,
        statement=statement,
        years=scope.fiscal_years,
        notes=grouped_notes(basis, scope, group_name)
        if group_name == MINISTRY
        else scope_notes(basis, scope),
    )


def _group_column(ref: FieldRef, scope: Scope) -> tuple[str, Statement | None]:
    """SQL of the grouping column, and the join it needs."""
    column = quoted(ref.column)
    if ref.table == "sheets":
        return f"s.{column}", None
    if ref.table == scope.main.table and ref.item == scope.main.item:
        return f"t.{column}", None
    join = f"JOIN {quoted(ref.table)} g ON g.sheet_key = s.sheet_key"
    if ref.item is None:
        return f"g.{column}", Statement(join)
    return f"g.{column}", Statement(f"{join} AND g.項目 = ?", (ref.item,))


def _group_cell(basis: Basis, scope: Scope, operation: str, name: str, row: sqlite3.Row) -> Cell:
    cell = _cell(basis, scope, operation, row[1], by_year=name in ("年度", "公開年度"))
    cell.group = {name: row[0]}
    if name == "年度":
        cell.fiscal_year = row[0]
    return cell


def _shown(value: object) -> str:
    return one_line(str(value))


def _years_told(basis: Basis, scope: Scope) -> list[int]:
    """The years that the 府省庁 asked about do have the figure of, on the sheets that stand for each year."""
    pairs = year_pairs(basis, Query(question="", years=Years("all")), scope.main)
    if not pairs:
        return []
    source, parameters = replace(scope.without(filters=True), years=pairs, published=()).sql()
    sql = f"SELECT DISTINCT t.年度 {source} AND {scope.column} IS NOT NULL ORDER BY 1"
    return [int(r[0]) for r in basis.data.rows(sql, parameters)]


def _no_such_ministry(basis: Basis, scope: Scope) -> Result:
    """No sheet of the publication carries the 府省庁: an office may stand under its ministry there."""
    names = "・".join(one_line(m) for m in scope.ministries)
    wide = replace(scope, published=(), years=())
    rows = basis.data.rows(
        f"SELECT DISTINCT 公開年度 FROM sheets WHERE 府省庁 IN ({marks(wide.ministries)}) ORDER BY 1",
        wide.ministries,
    )
    years = tuple(r[0] for r in rows)
    when = f"{scope.published[0]}年度公開の" if len(scope.published) == 1 else ""
    told = f"その府省庁のシートがあるのは{fiscal_years(years)}の公開分です。" if years else ""
    cells = [Cell(label="公開年度", value=y, text=f"{y}年度") for y in (*scope.published[:1], *years)]
    sentence = f"{when}シートの「{MINISTRY}」の欄に{names}とあるものはありません（上の府省の名で載っていることがあります）。"
    return Result("no_answer", [s for s in (sentence, told) if s], cells)


def _nothing(basis: Basis, scope: Scope) -> Result:
    label = field_label(basis, scope.main)
    years = _years_told(basis, scope) if scope.years else []
    span = f"{years[0]}〜{years[-1]}" if len(years) > 1 else "".join(map(str, years))
    told = f"記載があるのは{span}年度です。" if years else ""
    sentence = f"{scope_text(basis, scope)}{label}の記載があるシートはありません。"
    cells = (
        [Cell(label="年度", value=y, text=f"{y}年度", fiscal_year=y) for y in (years[0], years[-1])]
        if years
        else []
    )
    return Result("no_answer", [s for s in (sentence, told) if s], cells)
