"""The same figure of several years over many sheets, each year once, with the change from the first to the last."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import differences
from assistant.answering.basis import Basis
from assistant.answering.many import aggregates
from assistant.answering.many.measured import PROJECTS
from assistant.answering.many.scope import Scope, partial_years, scope_of
from assistant.answering.many.told import projects_that
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join
from assistant.formatting import fiscal_years
from assistant.query import FieldRef, Query, Years
from db.catalogue import RATE

YEAR = FieldRef("budgets", "年度")
PUBLISHED = FieldRef("sheets", "公開年度")


def side_by_side(basis: Basis, query: Query) -> Result:
    """Each year's sum (a rate: its average; no figure: the number of projects) and how far the last is from the first."""
    by_publication = query.group_by == PUBLISHED
    years = query.published if by_publication else query.years.values
    if not by_publication and query.years.kind == "latest":
        # 「3年前と比べて」: the latest year and the one so many years before it
        told_of = scope_of(basis, query, query.fields[0] if query.fields else None).fiscal_years
        years = (told_of[-1] - query.years.count + 1, told_of[-1]) if told_of else ()
    if query.years.to_latest:
        # 「2015年度と比べて」: that year and the latest one
        newest = scope_of(
            basis, replace(query, years=Years("latest")), query.fields[0] if query.fields else None
        )
        years = (*years, *newest.fiscal_years[-1:])
    operation = "count"
    if query.fields:
        ref = query.fields[0]
        kind = basis.data.catalogue.field(ref.table, ref.column).kind
        operation = "average" if kind == RATE else "sum"
    asked = replace(query, group_by=None, operation=operation)  # type: ignore[arg-type]
    found: list[tuple[int, Result]] = []
    missing: list[Result] = []
    for year in sorted(set(years)):
        one = (
            replace(asked, published=(year,))
            if by_publication
            else replace(asked, years=Years("given", (year,)))
        )
        result = aggregates.aggregate(basis, one)
        if result.status == "answered" and result.cells:
            found.append((year, result))
        else:
            missing.append(result)
    if not found:
        return missing[0] if missing else aggregates.aggregate(basis, asked)
    cells = [_of(year, result.cells[0], by_publication) for year, result in found]
    unit = "年度公開のシート" if by_publication else "年度"
    whose = "・".join(query.ministries)
    told = join([f"{year}{unit}では {c.text}" for (year, _), c in zip(found, cells, strict=True)])
    spoken = Scope(PROJECTS, filters=query.filters, matters=query.matters)
    of = projects_that(basis, spoken) if query.filters or query.matters else ""
    # 「…の事業数」, 「…の事業の計（予算額）の合計」
    of = of.removesuffix("事業") if cells[0].label == "事業数" else of and f"{of}の"
    sentences = [f"{f'{whose}の' if whose else ''}{of}{cells[0].label}は、{told}です。"]
    if len(cells) > 1:
        change = _change(cells[0], cells[-1], found[0][0], found[-1][0])
        cells = [*cells, *change]
        sentences.append(f"{found[0][0]}年度から{found[-1][0]}年度で {change[0].text}{_part(change)}です。")
    if query.fields and not by_publication:
        told_years = Years("given", tuple(year for year, _ in found))
        partly = partial_years(basis, scope_of(basis, replace(asked, years=told_years), query.fields[0]))
        if partly:
            sentences.append(f"{fiscal_years(partly)}は、その後も続いた事業だけの額です。")
    sentences += [m.sentences[0] for m in missing if m.sentences]
    second = [
        c for _, r in found for c in r.cells[1:] if c.group != cells[0].group and c.label == cells[0].label
    ]
    statements = [r.statement for _, r in found if r.statement is not None]
    return Result(
        sentences=sentences,
        cells=[*cells, *second],
        statement=_union(statements),
        years=tuple(y for y, _ in found) if not by_publication else (),
        notes=list(dict.fromkeys(n for _, r in found for n in r.notes)),
    )


def with_each_year(basis: Basis, query: Query, result: Result) -> Result:
    """A sum over several named years: what each of them gives goes after the total."""
    if (
        result.status != "answered"
        or query.group_by is not None
        or len(query.years.values) < 2
        or query.share
    ):
        return result
    each = side_by_side(basis, replace(query, group_by=YEAR))
    if each.status == "answered":
        result.cells += [c for c in each.cells if c.label == each.cells[0].label]
        result.sentences.append(each.sentences[0])
    return result


def _of(year: int, cell: Cell, by_publication: bool) -> Cell:
    name = "公開年度" if by_publication else "年度"
    return replace(
        cell, fiscal_year=None if by_publication else year, group={**(cell.group or {}), name: year}
    )


def _change(first: Cell, last: Cell, begin: int, end: int) -> list[Cell]:
    change = differences.change(first, last)
    change.derived = f"{change.derived}（{end}年度 − {begin}年度）"
    if not change.value:
        change.text += "（増減なし）"
    growth = differences.growth(first, last)
    if growth is None:
        return [change]
    growth.text = f"{growth.text}、{last.value / first.value:,.2f}倍"
    return [change, growth]


def _part(change: list[Cell]) -> str:
    return f"（{change[1].text}）" if len(change) > 1 else ""


def _union(statements: list[Statement]) -> Statement | None:
    if not statements:
        return None
    return Statement(
        " UNION ALL ".join(s.sql for s in statements), tuple(v for s in statements for v in s.parameters)
    )
