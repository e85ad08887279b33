"""Operation trend: a figure over all years, of one project or added over many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.answer import Cell
from assistant.answering import net_or_gross, years_that
from assistant.answering.basis import Basis
from assistant.answering.figures import YEARLY
from assistant.answering.many import by_group, one_figure
from assistant.answering.many.scope import scope_of
from assistant.answering.many.told import scope_text
from assistant.answering.one import figure_lookup
from assistant.answering.result import Result
from assistant.answering.wording import project_name
from assistant.formatting import fiscal_years
from assistant.query import FieldRef, Query, Years
from db.catalogue import NUMERIC_KINDS, RATE

DEFAULT_FIELDS = (FieldRef("budgets", "計"), FieldRef("budgets", "執行額"), FieldRef("budgets", "執行率"))
EXECUTION_RATE = FieldRef("budgets", "執行率")
COMPARABLE = FieldRef("budgets", "比較用執行率")
TOLD_FROM = 3
"""Years from which on the course of a figure is told in words."""
COMPARABLE_TOO = "続けて比べられるように比較用執行率も並べました。"


def best_years(basis: Basis, query: Query) -> Result:
    """「執行率が一番低い年度は?」 of one project: its years in the order of the figure."""
    ref = next((f for f in query.fields if f.table in YEARLY), FieldRef("budgets", "執行額"))
    found = figure_lookup.read(basis, replace(query, years=Years("all")), (ref,))
    if found.status != "answered":
        return found
    each: dict[int | None, Cell] = {}
    for cell in found.cells:
        if cell.column == ref.column:
            # what another sheet gives for the year is no year of its own
            each.setdefault(cell.fiscal_year, cell)
    main = list(each.values())
    main.sort(key=net_or_gross.size, reverse=query.order != "asc")
    kind = basis.data.catalogue.field(ref.table, ref.column).kind
    words = ("低い", "高い") if kind == RATE else ("小さい", "大きい")
    extreme = words[0] if query.order == "asc" else words[1]
    best = main[0]
    subject = project_name(basis.data, query.projects[0])
    found.sentences = [
        f"{subject}の{best.label}が最も{extreme}のは{best.fiscal_year}年度で、{best.text} です。",
        *([broken] if (broken := net_or_gross.mixed(main)) else []),
    ]
    found.cells = main[: query.limit or len(main)]
    found.years = tuple(c.fiscal_year for c in found.cells if c.fiscal_year is not None)
    if len(found.cells) == 1:
        found.cells = main[:2]
    return found


def trend(basis: Basis, query: Query) -> Result:
    """Every year (or the years asked for) in order; a break between the kinds of source is stated."""
    years = (
        query.years
        if query.years.kind in ("given", "all") or query.years.count > 1
        else Years("all", as_said=query.years.as_said)
    )
    asked = replace(query, years=years)
    figures = tuple(
        f
        for f in query.fields
        if f.table in YEARLY and basis.data.catalogue.field(f.table, f.column).kind in NUMERIC_KINDS
    )
    if query.projects and figures and any(f.field == figures[0] for f in query.filters):
        return _years_that(basis, asked, figures[0])
    if query.projects:
        return _project(basis, asked, figures or DEFAULT_FIELDS)
    return _many(basis, asked, figures[0] if figures else FieldRef("budgets", "執行額"))


def _years_that(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """The years in which a project's figure met a condition (「1,000億円を割った年」)."""
    found = figure_lookup.read(basis, replace(query, filters=()), (ref,))
    if found.status != "answered":
        return found
    main = [c for c in found.cells if c.column == ref.column and c.group is None]
    subject = project_name(basis.data, query.projects[0])
    found.sentences, found.cells = years_that.tell(basis, query, query.filters, subject, main)
    broken = net_or_gross.mixed(found.cells)
    found.sentences += [broken] if broken else []
    return found


def _project(basis: Basis, query: Query, fields: tuple[FieldRef, ...]) -> Result:
    table = fields[0].table
    same = tuple(f for f in fields if f.table == table)
    result = figure_lookup.read(basis, query, same)
    if result.status != "answered":
        return result
    _each_year_once(result)
    main = [c for c in result.cells if c.column == same[0].column and c.group is None]
    told = _ups_and_downs(main) if len(same) == 1 else []
    if len({net_or_gross.is_rs(c) for c in main}) < 2:
        result.sentences += told
        return result
    told += [_sources(main)]
    broken = net_or_gross.mixed(result.cells)
    if broken and EXECUTION_RATE in same:
        result = figure_lookup.read(basis, query, (*same, COMPARABLE))
        _each_year_once(result)
        broken += COMPARABLE_TOO
    told += [broken] if broken else []
    result.sentences = [*result.sentences[:1], *told]
    return result


def _each_year_once(result: Result) -> None:
    """What another sheet gives for a year is said of the year's cell, not listed as a second one."""
    kept: dict[tuple[object, ...], Cell] = {}
    for cell in result.cells:
        at = (cell.column, cell.fiscal_year, *(cell.group or {}).items())
        first = kept.setdefault(at, cell)
        if first is not cell:
            published = (cell.sheet or {}).get("公開年度")
            first.flags.append(
                f"{cell.fiscal_year}年度の{cell.label}は、{published}年度公開のシートでは {cell.text} です。"
            )
    result.cells = list(kept.values())


def _sources(cells: Sequence[Cell]) -> str:
    """Which years stand on the sheets as published and which in RSシステム, where one list holds both."""
    sheets, system = ([c for c in cells if net_or_gross.is_rs(c) is rs] for rs in (False, True))
    of = [
        fiscal_years(tuple(sorted({c.fiscal_year for c in part if c.fiscal_year})))
        for part in (sheets, system)
    ]
    return f"{of[0]}は各年度のシート、{of[1]}はRSシステムの値です。"


def _ups_and_downs(cells: Sequence[Cell]) -> list[str]:
    """The largest and the smallest, and whether the figure went one way all the time: of three years or more, each told once."""
    years = [c.fiscal_year for c in cells]
    if len(cells) < TOLD_FROM or len(set(years)) < len(years):
        return []
    values = [net_or_gross.size(c) for c in cells]
    if len(set(values)) == 1:
        return ["この間の値は変わっていません。"]
    rate_ = cells[0].unit == "%"
    up, down, most, least = (
        ("上がって", "下がって", "高い", "低い") if rate_ else ("増えて", "減って", "大きい", "小さい")
    )
    went_up, went_down = (w.removesuffix("て") + "た" for w in (up, down))
    top, bottom = (pick(cells, key=net_or_gross.size) for pick in (max, min))
    steps = [b - a for a, b in pairwise(values)]
    rose, fell = any(s > 0 for s in steps), any(s < 0 for s in steps)
    if all(steps) and not (rose and fell):
        way = f"毎年度{up if rose else down}います"
    elif rose and fell:
        way = f"{went_up}年度も{went_down}年度もあります"
    else:
        way = f"{went_down if rose else went_up}年度はありません"
    return [
        f"最も{most}のは{top.fiscal_year}年度の {top.text}、最も{least}のは{bottom.fiscal_year}年度の {bottom.text} で、{way}。"
    ]


def _many(basis: Basis, query: Query, ref: FieldRef) -> Result:
    kind = basis.data.catalogue.field(ref.table, ref.column).kind
    operation = one_figure.AVERAGE if kind == RATE else one_figure.SUM
    # in an order the years that only some sheets tell are left out
    by_year = replace(
        query,
        group_by=FieldRef(ref.table, "年度"),
        order="asc" if query.of_years else None,
        limit=None,
    )
    result = by_group.grouped(basis, by_year, scope_of(basis, by_year, ref), operation)
    if not query.of_years or result.status != "answered":
        return result
    subject = scope_text(basis, scope_of(basis, query, ref)).removesuffix("の") or "全体"
    label = result.cells[0].label
    sentences, cells = years_that.tell(basis, query, query.of_years, subject, result.cells)
    return replace(result, sentences=[*sentences, f"{label}で比べました。"], cells=cells)
