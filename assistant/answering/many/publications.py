"""Which publication a year is counted from.

A year's figure stands on several sheets of a project. Over many sheets one publication is taken for a year,
so that no project counts twice: the one reviewing the year, unless another holds far more of them.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.answering.basis import Basis
from assistant.answering.figures import preference
from assistant.answering.many.measured import is_figure
from assistant.query import FieldRef, Query, Years

ENOUGH = 0.5
"""A publication holding less than this part of the most that any holds does not stand for a whole year."""
BEGAN, ENDED = FieldRef("sheets", "事業開始年度"), FieldRef("sheets", "事業終了年度")
PUBLISHED = FieldRef("sheets", "公開年度")
STANDS_FOR = {"補正予算": "計", "前年度から繰越し": "計", "予備費等": "計", "翌年度へ繰越し": "執行額"}
"""Amounts that sheets leave blank where there is none: where they stand is told by another of the same year."""


def publications(basis: Basis, query: Query) -> tuple[int, ...]:
    """公開年度 to count sheets of: the named ones, the one named as a year, else the latest."""
    known = basis.data.publications
    if query.published:
        return tuple(query.published)
    if query.group_by == PUBLISHED and query.years.kind != "given":
        return tuple(sorted(known))
    if query.years.kind == "given":
        named = tuple(y for y in query.years.values if y in known)
        reviewing = tuple(y + 1 for y in query.years.values if y + 1 in known)
        if named or reviewing:
            return named or reviewing
    if basis.data.each_project_once:
        return ()
    told = _year_after(query)
    if told in known:
        return (told,)
    return (max(known),) if known else ()


def _year_after(query: Query) -> int:
    """The 公開年度 that tells which projects began or ended in a year: the one after it, while they still have a sheet."""
    years = [
        f.value
        for f in query.filters
        if f.field in (BEGAN, ENDED) and f.op == "=" and isinstance(f.value, int)
    ]
    return max(years) + 1 if years else 0


def year_pairs(basis: Basis, query: Query, main: FieldRef) -> tuple[tuple[int, int], ...]:
    """(公開年度, 年度) pairs to take; 公開年度 0 where publications need not be told apart. Empty where no year has any."""
    once = basis.data.each_project_once
    if once and query.years.kind == "given" and query.years.values:
        return tuple((0, y) for y in sorted(set(query.years.values)))
    coverage = _coverage(basis, query, main)
    by_year = _by_year(coverage)
    request = main.column == "要求額"
    years = _years(query, by_year)
    if query.years.kind not in ("given", "all") and not request:
        years = _years(query, _where_all_stand(basis, query, main, by_year))
    pairs = []
    for year in years:
        if year in by_year:
            pairs.append((0 if once else _publication(by_year[year], year, request), year))
        elif query.years.kind == "given":
            pairs.append((0, year))
    return tuple(pairs)


def _by_year(coverage: dict[tuple[int, int], int]) -> dict[int, dict[int, int]]:
    """年度 → 公開年度 → how many sheets have the figure."""
    by_year: dict[int, dict[int, int]] = {}
    for (published, year), count in coverage.items():
        by_year.setdefault(year, {})[published] = count
    return by_year


def _where_all_stand(
    basis: Basis, query: Query, main: FieldRef, by_year: dict[int, dict[int, int]]
) -> dict[int, dict[int, int]]:
    """Of the years the main figure has, those in which every further figure of the question stands too.

    「執行率が5割未満の事業を予算の大きい順に」 asks of a year that has both: the newest budget has no 執行率 yet.
    """
    others = {f.field for f in query.filters} | set(query.fields)
    for other in others - {main}:
        if other.table != main.table or other.column == "要求額" or not is_figure(basis, other):
            continue
        found = _years(replace(query, years=Years("latest")), _by_year(_coverage(basis, query, other)))
        newest = max(found, default=None)
        if newest is not None and any(y <= newest for y in by_year):
            by_year = {y: counts for y, counts in by_year.items() if y <= newest}
    return by_year


def _coverage(basis: Basis, query: Query, main: FieldRef) -> dict[tuple[int, int], int]:
    """Where the figures asked about stand; for the latest year only the newest whole publication is looked at."""
    data = basis.data
    column = STANDS_FOR.get(main.column, main.column) if main.table == "budgets" else main.column
    if query.years.kind == "given":
        return data.coverage(main.table, column, query.years.values, query.published)
    if query.published or query.years.kind == "all" or query.years.count > 1:
        return data.coverage(main.table, column, published=query.published)
    most = max(data.publications.values(), default=0)
    whole = [p for p, count in data.publications.items() if count >= ENOUGH * most]
    newest = data.coverage(main.table, column, published=whole[-1:])
    return newest or data.coverage(main.table, column)


def _years(query: Query, by_year: dict[int, dict[int, int]]) -> list[int]:
    if query.years.kind == "given" and query.years.values:
        return sorted(set(query.years.values))
    if not by_year:
        return []
    if query.years.kind == "all":
        return sorted(y for y in by_year if query.years.within(y))
    most = max(max(counts.values()) for counts in by_year.values())
    whole = [y for y, counts in by_year.items() if max(counts.values()) >= ENOUGH * most]
    return sorted(whole)[-max(1, query.years.count) :]


def _publication(counts: dict[int, int], year: int, request: bool) -> int:
    most = max(counts.values())
    whole = [p for p, n in counts.items() if n >= ENOUGH * most]
    return min(whole, key=lambda p: preference(p, year, request))
