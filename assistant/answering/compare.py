"""Operation compare: a figure of two years, of several projects, of several 府省庁, or the change over all projects."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import differences, net_or_gross
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.figures import (
    YEARLY,
    YearRows,
    latest_years,
    not_yet_known,
    rows_by_year,
    sheet_keys,
    wanted_years,
    written,
    years_with,
)
from assistant.answering.many import by_group, growth, one_figure
from assistant.answering.many.scope import scope_of
from assistant.answering.many.told import field_label, scope_notes, scope_text
from assistant.answering.one import attainment, budget_lines, figure_lookup
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, project_name, sheet_name
from assistant.formatting import fiscal_years
from assistant.query import FieldRef, Query
from db.catalogue import MONEY, NUMERIC_KINDS, RATE

DEFAULT_FIELD = FieldRef("budgets", "執行額")
REQUEST = FieldRef("budgets", "要求額")
INITIAL = FieldRef("budgets", "当初予算")
CHANGE_LIMIT = 10
_WHOLE = 100
"""What a whole is in %: what is more is told as a multiple too."""


def compare(basis: Basis, query: Query) -> Result:
    """Figures side by side, and their difference with its formula."""
    if budget_lines.is_asked(query):
        return budget_lines.compare(basis, query)
    if attainment.is_asked(query):
        return attainment.compare(basis, query)
    ref = next((f for f in query.fields if _is_figure(basis, f)), DEFAULT_FIELD)
    if len(query.projects) > 1:
        return _projects(basis, query, ref)
    if query.projects:
        both = _two_amounts(basis, query) or _request_and_budget(basis, query, ref)
        return _amounts(basis, query, *both) if both else _years(basis, query, ref)
    if query.group_by is not None and query.order is not None and ref.table == "budgets":
        return growth.by_group(basis, query, ref)
    if len(query.ministries) > 1 and query.order is None:
        return _ministries(basis, query, ref)
    return changes(basis, query, ref)


def _is_figure(basis: Basis, ref: FieldRef) -> bool:
    return ref.table in YEARLY and basis.data.catalogue.field(ref.table, ref.column).kind in NUMERIC_KINDS


def _two_amounts(basis: Basis, query: Query) -> tuple[FieldRef, FieldRef] | None:
    """「要求額は当初予算と比べて」: two amounts of ``budgets`` set against each other, as said."""
    money = [
        f
        for f in query.fields
        if f.table == "budgets" and basis.data.catalogue.field(f.table, f.column).kind == MONEY
    ]
    return (money[0], money[1]) if len(money) == 2 == len(query.fields) else None


def _request_and_budget(basis: Basis, query: Query, ref: FieldRef) -> tuple[FieldRef, FieldRef] | None:
    """「来年度の要求は増えた」 where only one request is written: it is set against the 当初予算 it follows."""
    if ref != REQUEST or (query.years.kind == "given" and not query.years.to_latest):
        return None
    keys = sheet_keys(basis.data, query)
    by_year = rows_by_year(basis.data, ref.table, keys, [ref.column]) if keys else {}
    return (REQUEST, INITIAL) if len(years_with(by_year, ref.column)) == 1 else None


def _amounts(basis: Basis, query: Query, first: FieldRef, second: FieldRef) -> Result:
    """One amount less another: of the year asked for, a request being for the year after the budget it follows."""
    keys = sheet_keys(basis.data, query)
    cells, rows = [], []
    both = {
        ref: rows_by_year(basis.data, ref.table, keys, [ref.column]) if keys else {}
        for ref in (first, second)
    }
    in_both = set.intersection(*(set(years_with(found, ref.column)) for ref, found in both.items()))
    requested = "要求額" in (first.column, second.column)
    if not in_both and not requested and query.years.kind != "given":
        # no year has both: each is told of the years it stands for
        years = tuple(sorted({y for ref, found in both.items() for y in years_with(found, ref.column)}))
        asked = replace(query, years=replace(query.years, kind="given", values=years))
        return figure_lookup.read(basis, asked, (first, second))
    for ref, by_year in both.items():
        known = years_with(by_year, ref.column)
        if in_both and "要求額" not in (first.column, second.column) and query.years.kind != "given":
            # one year for both: the newest budget has no 執行額 yet
            known = tuple(y for y in known if y in in_both)
        wanted = _year_of(ref, first, second, query, known)
        if wanted is None:
            return figure_lookup.read(basis, query, (first, second))
        row = written(by_year[wanted], ref.column)[0]
        rows.append(row)
        cells.append(basis.cells.cell(ref.table, row, ref.column))
    change = differences.change(cells[1], cells[0])
    change.label = f"{cells[0].label}と{cells[1].label}の差"
    if change.value and "要求額" not in (first.column, second.column):
        size = change.text.removesuffix(" の増").removesuffix(" の減")
        change.text = f"{size}（{cells[0 if change.value > 0 else 1].label}のほうが多い）"
    subject = project_name(basis.data, query.projects[0])
    sentence = (
        f"{subject}の{cells[0].fiscal_year}年度の{cells[0].label}は {cells[0].text}、"
        f"{cells[1].fiscal_year}年度の{cells[1].label}は {cells[1].text} で、差は {change.text} です。"
    )
    own, whole = cells
    share = differences.part(own, whole, f"{whole.label}に対する{own.label}")
    if query.difference not in ("ratio", "growth"):
        share = None
    if share is not None:
        if abs(share.value) >= _WHOLE:
            share.text = f"{share.text}（{share.value / 100:,.2f}倍）"
        sentence += f"{own.label}は{whole.label}の {share.text} です。"
    columns = ", ".join(quoted(f.column) for f in dict.fromkeys((first, second)))
    statement = Statement(
        f"SELECT sheet_key, 年度, {columns} FROM budgets WHERE id IN (?, ?) ORDER BY 年度",
        (rows[0]["id"], rows[1]["id"]),
    )
    years = tuple(sorted({c.fiscal_year for c in cells if c.fiscal_year is not None}))
    first_cells = [change, *cells] if share is None else [share, *cells, change]
    return Result(sentences=[sentence], cells=first_cells, statement=statement, years=years)


def _year_of(
    ref: FieldRef, first: FieldRef, second: FieldRef, query: Query, known: Sequence[int]
) -> int | None:
    """The year of one of two amounts: the named one, else the latest; beside a request the year before it."""
    if not known:
        return None
    requested = "要求額" in (first.column, second.column) and first.column != second.column
    step = 0 if not requested else 1 if ref.column == "要求額" else -1
    if query.years.kind == "given":
        named = query.years.values
        if len(named) == 2:
            # 「30年度の予算と29年度の執行額」: each with its own year
            named = named if ref == first else (named[1], named[0])
        tried = [y + s for y in named for s in (0, step)]
        return next((y for y in tried if y in known), None)
    return max(known)


def _years(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """One project: the asked year against the year before it, or the two years named."""
    keys = sheet_keys(basis.data, query)
    by_year = rows_by_year(basis.data, ref.table, keys, [ref.column]) if keys else {}
    by_year = figure_lookup.passing(by_year, query.filters, ref.table)
    years = wanted_years(query.years, by_year, [ref.column])
    if query.years.to_latest:
        later = {y: rows for y, rows in by_year.items() if y > years[-1]}
        years += latest_years(later, [ref.column]) or [years[-1] + 1]
    if query.order is not None:
        years = _largest_step(years, by_year, ref, query.order)
    if len(years) == 1:
        years = [years[0] - 1, years[0]]
    pair = [y for y in (years[0], years[-1]) if written(by_year.get(y), ref.column)] if years else []
    if len(pair) < 2:
        return _one_missing(basis, query, ref, by_year, years)
    before_row, now_row = (written(by_year[y], ref.column)[0] for y in pair)
    now, before = (
        basis.cells.cell(ref.table, now_row, ref.column),
        basis.cells.cell(ref.table, before_row, ref.column),
    )
    change = differences.change(before, now)
    beside = [c for c in (differences.ratio(before, now), differences.growth(before, now)) if c is not None]
    cells = [now, before, change, *beside]
    if query.difference == "amount":
        cells = [change, now, before, *beside]
    elif query.difference == "growth":
        cells = [*reversed(beside), now, before, change]
    elif query.difference == "ratio":
        cells = [*beside, now, before, change]
    size = {"growth": beside[-1:], "ratio": beside[:1]}.get(query.difference, [])
    for year in years[1:-1]:
        cells += [basis.cells.cell(ref.table, r, ref.column) for r in written(by_year.get(year), ref.column)]
    moved = _moved(now, before)
    subject = project_name(basis.data, query.projects[0])
    sentence = (
        f"{subject}の{now.fiscal_year}年度の{now.label}は {now.text} で、"
        f"{before.fiscal_year}年度の {before.text} {moved}{f'（{change.text}）' if now.value != before.value else ''}。"
    )
    sentence += "".join(f"{c.label}は {c.text} です。" for c in size)
    statement = Statement(
        f"SELECT sheet_key, 年度, {quoted(ref.column)} FROM {quoted(ref.table)} WHERE id IN (?, ?) ORDER BY 年度",
        (before_row["id"], now_row["id"]),
    )
    result = Result(sentences=[sentence], cells=cells, statement=statement, years=tuple(pair))
    if broken := net_or_gross.mixed((now, before)):
        result.sentences.append(broken)
    return result


def _largest_step(years: Sequence[int], by_year: dict[int, YearRows], ref: FieldRef, order: str) -> list[int]:
    """The two neighbouring years between which a figure rose most ("desc") or fell most ("asc")."""
    steps = {
        year: written(by_year[year], ref.column)[0][ref.column]
        - written(by_year[year - 1], ref.column)[0][ref.column]
        for year in years
        if written(by_year.get(year), ref.column) and written(by_year.get(year - 1), ref.column)
    }
    if not steps:
        return list(years)
    way = max if order == "desc" else min
    best = way(steps, key=lambda y: steps[y])
    return [best - 1, best]


def _one_missing(basis: Basis, query: Query, ref: FieldRef, by_year, years: Sequence[int]) -> Result:  # type: ignore[no-untyped-def]
    subject = project_name(basis.data, query.projects[0])
    label = field_label(basis, ref)
    missing = [y for y in years if not written(by_year.get(y), ref.column)]
    present = [y for y in years if y not in missing]
    if any(not_yet_known(by_year.get(y), ref.column) for y in missing):
        why = "はまだ分かりません"
    else:
        why = "は記載がありません"
    known = years_with(by_year, ref.column)
    told = f"記載があるのは{fiscal_years(known)}です。" if known else ""
    cells = [
        basis.cells.cell(ref.table, r, ref.column)
        for y in present
        for r in written(by_year.get(y), ref.column)
    ]
    cells += [basis.cells.cell(ref.table, by_year[y].rows[0], "年度", text=f"{y}年度") for y in known]
    return Result(
        "no_answer",
        [
            s
            for s in (f"{subject}の{fiscal_years(tuple(missing))}の{label}{why}ので、比べられません。", told)
            if s
        ],
        cells,
    )


def _moved(now: Cell, before: Cell) -> str:
    if now.value == before.value:
        return "から変わっていません"
    up, down = ("上がりました", "下がりました") if now.unit == "%" else ("増えました", "減りました")
    return f"から{up if net_or_gross.size(now) > net_or_gross.size(before) else down}"


def _projects(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """The same figures of several projects, the same year for all where none is named."""
    figures = tuple(f for f in query.fields if _is_figure(basis, f)) or (ref,)
    # One table at a time: the rows of another (単位当たりコスト beside 計) have columns of their own.
    fields = tuple(f for f in figures if f.table == figures[0].table)
    ref = ref if ref.table == fields[0].table else fields[0]
    years = query.years
    if years.kind != "given":
        common: set[int] | None = None
        for project in query.projects:
            by_year = rows_by_year(basis.data, ref.table, project.sheet_keys, [f.column for f in fields])
            have = set(years_with(by_year, ref.column))
            common = have if common is None else common & have
        if common and years.kind != "all":
            years = replace(years, kind="given", values=tuple(sorted(common)[-max(1, years.count) :]))
    results = [
        figure_lookup.read(basis, replace(query, projects=(p,), years=years), fields) for p in query.projects
    ]
    found = [r for r in results if r.status == "answered"]
    if not found:
        return results[0]
    heads = [r.cells[: len(fields)] for r in found]
    cells = [c for head in heads for c in head] + [c for r in found for c in r.cells[len(fields) :]]
    sentences = [r.sentences[0] for r in results][:3]
    if len(found) == len(results) == 2 and len(fields) == 1:
        a, b = heads[0][0], heads[1][0]
        if a.value != b.value:
            larger = query.projects[0] if a.value > b.value else query.projects[1]
            more = "高い" if a.unit == "%" else "大きい"
            apart = differences.gap(*((a, b) if a.value > b.value else (b, a)))
            cells.insert(len(heads) * len(fields), apart)
            sentences.append(
                f"{a.label}は{project_name(basis.data, larger)}のほうが{more}、差は {apart.text} です。"
            )
    statement = _union([r.statement for r in found if r.statement is not None])
    years_taken = tuple(sorted({y for r in found for y in r.years}))
    return Result(sentences=sentences[:3], cells=cells, statement=statement, years=years_taken)


def _union(statements: Sequence[Statement]) -> Statement | None:
    """One SELECT for several of the same shape; the first where shapes differ."""
    shapes = {s.sql.split(" FROM ")[0] for s in statements}
    if len(shapes) != 1:
        return statements[0] if statements else None
    return Statement(
        " UNION ALL ".join(f"SELECT * FROM ({s.sql})" for s in statements),
        tuple(v for s in statements for v in s.parameters),
    )


def _ministries(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """The sum (a rate: the average; no figure named: the number of projects) of each ministry named."""
    kind = basis.data.catalogue.field(ref.table, ref.column).kind
    operation = one_figure.AVERAGE if kind == RATE else one_figure.SUM
    main: FieldRef | None = ref
    if not query.fields:
        operation, main = one_figure.COUNT, FieldRef("sheets", "事業名")
    result = by_group.grouped(
        basis, replace(query, group_by=FieldRef("sheets", "府省庁")), scope_of(basis, query, main), operation
    )
    return _with_difference(result) if len(result.cells) == len(query.ministries) == 2 else result


def _with_difference(result: Result) -> Result:
    """Two 府省庁 with how far apart they are, and how many times the smaller the larger is."""
    larger, smaller = sorted(result.cells, key=lambda c: -c.value)
    gap, times = differences.gap(larger, smaller), differences.times(larger, smaller)
    result.cells = [*result.cells, gap]
    result.sentences = [*result.sentences, f"差は {gap.text} です。"]
    if times is not None:
        result.cells.append(times)
        result.sentences.append(f"多いほうは少ないほうの {times.text} です。")
    return result


def changes(basis: Basis, query: Query, ref: FieldRef) -> Result:
    """Over all projects: those whose figure changed most against the year before."""
    scope = scope_of(basis, replace(query, fields=(ref,)), ref)
    if len(scope.years) > 1 and query.years.kind != "all":
        first, last = scope.years[0], scope.years[-1]
    elif scope.years:
        last = scope.years[-1]
        first = (last[0], last[1] - 1)
    else:
        return Result("no_answer", [f"{field_label(basis, ref)}の記載があるシートがありません。"])
    scope = replace(
        scope,
        years=(last,),
        join=Statement("JOIN budgets p ON p.sheet_key = s.sheet_key AND p.年度 = ?", (first[1],)),
    )
    if ref.table != "budgets":
        return Result(
            "no_answer", [f"{field_label(basis, ref)}の増減は、すべての事業を通しては比べられません。"]
        )
    source, parameters = scope.sql()
    column = quoted(ref.column)
    direction = "ASC" if query.order == "asc" else "DESC"
    ratio = query.difference == "growth" and basis.data.catalogue.field(ref.table, ref.column).kind == MONEY
    difference = f"t.{column} - p.{column}"
    if ratio:
        difference = f"CASE WHEN p.{column} > 0 THEN 100.0 * t.{column} / p.{column} - 100 END"
    rest = f"{source} AND {difference} IS NOT NULL ORDER BY {difference} {direction}, s.sheet_key LIMIT ?"
    limit = query.limit or CHANGE_LIMIT
    rows = basis.data.rows(f"SELECT t.*, p.{column} AS 前の値 {rest}", (*parameters, limit))
    if not rows:
        return Result(
            "no_answer",
            [f"{scope_text(basis, scope)}{field_label(basis, ref)}を前の年度と比べられる事業はありません。"],
            [one_figure.none_of(basis, scope)],
        )
    basis.data.load_sheets(r["sheet_key"] for r in rows)
    cells = [_change_cell(basis, ref, r, first[1], ratio) for r in rows]
    told = join([f"「{sheet_name(c)}」 {c.text}" for c in cells[:3]])
    way = "減った" if query.order == "asc" else "増えた"
    if cells[0].unit == "ポイント":
        way = "下がった" if query.order == "asc" else "上がった"
    how = "の率で見て最も" if ratio else "最も"
    sentence = f"{scope_text(basis, scope)}{field_label(basis, ref)}が{first[1]}年度から{how}{way}事業は、{told}{'など' if len(cells) > 3 else ''}です。"
    statement = Statement(
        f"SELECT s.sheet_key, s.府省庁, s.事業名, t.年度, t.{column}, p.{column} AS 前の値, {difference} AS 増減 {rest}",
        (*parameters, limit),
    )
    return Result(
        sentences=[sentence],
        cells=cells,
        statement=statement,
        years=(first[1], last[1]),
        projects=tuple(basis.data.project_of(r["sheet_key"]) for r in rows),
        fields=(ref,),
        notes=scope_notes(basis, scope),
    )


def _change_cell(
    basis: Basis, ref: FieldRef, row: sqlite3.Row, before_year: int, ratio: bool = False
) -> Cell:
    now = basis.cells.cell(ref.table, row, ref.column)
    before = Cell(label=now.label, value=row["前の値"], text="", fiscal_year=before_year, unit=now.unit)
    cell = (differences.growth(before, now) if ratio else None) or differences.change(before, now)
    cell.derived = f"{cell.derived}（{now.fiscal_year}年度 − {before_year}年度）"
    return cell
