"""What recipients were paid, set side by side: over the years, by the 府省庁 that paid, one recipient against another."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import differences
from assistant.answering.basis import Basis
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line
from assistant.formatting import fiscal_years, money, rate
from assistant.query import FieldRef, Query

MINISTRY = FieldRef("sheets", "府省庁")
TOLD = 5
"""Groups that a sentence names; all of them are in the cells."""
_TOTAL = "支出額の合計"
PAYMENT = "支出"

Rows = Sequence[sqlite3.Row]


def by_year(basis: Basis, query: Query, asked: str, rows: Rows, statement: Statement) -> Result | None:
    """The amount of each fiscal year (the sheet published the year after tells it); None where only one year is told."""
    paid: dict[int, list[sqlite3.Row]] = {}
    for row in rows:
        if row["種類"] == PAYMENT:
            paid.setdefault(basis.data.sheet(row["sheet_key"]).published - 1, []).append(row)
    wanted = query.years.values if query.years.kind == "given" else ()
    if len(set(wanted) | set(paid)) < 2:
        return None
    paid = {y: r for y, r in paid.items() if query.years.within(y)}
    years = sorted(paid)
    cells = [_cell(basis, asked, paid[y], {"年度": y}, y) for y in years]
    told = join([f"{c.fiscal_year}年度は {c.text}" for c in cells])
    sentences = [f"「{asked}」が府省庁から直接受け取った額は、{told}です。"]
    if query.operation == "rank" and len(cells) > 1:
        low = query.order == "asc"
        cells.sort(key=lambda c: c.value, reverse=not low)
        best = f"{cells[0].fiscal_year}年度で、{cells[0].text} です。"
        sentences = [f"「{asked}」が府省庁から直接受け取った額が最も{'少ない' if low else '多い'}のは{best}"]
    missing = [y for y in wanted if y not in paid]
    if query.operation == "sum":
        every = [r for y in years for r in paid[y]]
        total = _cell(basis, asked, every, {}, None)
        cells.insert(0, total)
        what = f"「{asked}」が府省庁から直接受け取った額の{fiscal_years(tuple(years))}の合計は {total.text} です。"
        sentences = [what, f"年度ごとには、{told}です。"] if len(years) > 1 else sentences
        if missing:
            sentences.append(f"{fiscal_years(tuple(missing))}は支出先に「{asked}」とあるシートがありません。")
    elif missing:
        sentences.append(f"{'・'.join(map(str, missing))}年度は支出先に「{asked}」とあるシートがありません。")
    elif wanted and len(cells) > 1:
        first, last = cells[0], cells[-1]
        change, part = differences.change(first, last), differences.ratio(first, last)
        change.text += f"（{rate(part.value)}）" if part else ""
        cells = [*cells, change]
        sentences.append(f"{first.fiscal_year}年度から{last.fiscal_year}年度で {change.text} です。")
    return Result(
        sentences=sentences, cells=cells, statement=_sum_by(statement, "公開年度"), years=tuple(years)
    )


def by_ministry(basis: Basis, query: Query, asked: str, rows: Rows, statement: Statement) -> Result:
    """The amount each 府省庁 paid, largest first."""
    paid: dict[str, list[sqlite3.Row]] = {}
    for row in rows:
        if row["種類"] == PAYMENT:
            paid.setdefault(basis.data.sheet(row["sheet_key"]).ministry, []).append(row)
    names = sorted(paid, key=lambda n: -_direct(paid[n]))
    if query.order == "asc":
        names.reverse()
    told_of = {basis.data.sheet(r["sheet_key"]).published - 1 for rows_ in paid.values() for r in rows_}
    year = told_of.pop() if len(told_of) == 1 else None
    cells = [_cell(basis, asked, paid[n], {"府省庁": n}, year) for n in names[: query.limit]]
    told = join([f"{one_line(str((c.group or {})['府省庁']))} {c.text}" for c in cells[:TOLD]])
    more = f"など（全{len(names)}府省庁）" if len(cells) > TOLD else ""
    way = "少ない" if query.order == "asc" else "多い"
    if len(cells) == 1 < len(names):
        sentence = f"「{asked}」に支払った額が最も{way}府省庁は、{told}です。"
    else:
        sentence = f"「{asked}」に支払った府省庁は、{way}順に{told}{more}です。"
    sentence = f"{year}年度に{sentence}" if year else sentence
    return Result(sentences=[sentence], cells=cells, statement=_sum_by(statement, "府省庁"))


def against(results: Sequence[tuple[str, Result]]) -> Result:
    """Several recipients: the total of each, and which got more."""
    # what was asked for stands first: what was paid, or what contracts are for
    first_of = next((r.cells[0].label for _, r in results if r.cells and r.cells[0].unit), _TOTAL)
    totals = [next((c for c in r.cells if c.label == first_of), None) for _, r in results]
    found = [c for c in totals if c is not None]
    if len(found) < len(results):
        missing = [name for (name, _), c in zip(results, totals, strict=True) if c is None]
        told = "、".join(f"「{n}」" for n in missing)
        first = next((r for (_, r), c in zip(results, totals, strict=True) if c is None))
        return replace(
            first,
            status="no_answer",
            sentences=[*first.sentences[:1], f"{told}の額がないので比べられません。"],
        )
    told = join([f"「{name}」は {c.text}" for (name, _), c in zip(results, found, strict=True)])
    what = "府省庁から直接受け取った額の合計" if first_of == _TOTAL else first_of
    sentences = [f"{what}は、{told}です。"]
    most = max(found, key=lambda c: c.value)
    if sum(c.value == most.value for c in found) == 1:
        sentences.append(f"最も多いのは「{(most.group or {})['支出先']}」です。")
    cells = list(found)
    if len(found) == 2:
        gap = differences.gap(*sorted(found, key=lambda c: -c.value))
        cells.append(gap)
        sentences.append(f"差は {gap.text} です。")
    notes = list(dict.fromkeys(n for _, r in results for n in r.notes))
    statement = next((r.statement for _, r in results if r.statement), None)
    return Result(sentences=sentences, cells=cells, statement=statement, notes=notes)


def _direct(rows: Rows) -> float:
    return sum(r["直接の額"] or 0 for r in rows)


def _cell(basis: Basis, asked: str, rows: Rows, group: dict[str, object], year: int | None) -> Cell:
    value = _direct(rows)
    in_millions = not any(basis.data.sheet(r["sheet_key"]).is_rs for r in rows)
    return Cell(
        label=_TOTAL,
        value=value,
        text=money(value, in_millions),
        unit="円",
        fiscal_year=year,
        derived=f"{len({r['sheet_key'] for r in rows})}事業で府省庁から直接支出されたブロックの額の合計",
        group={"支出先": asked, **group},
        table="payees",
        column="支出額",
    )


def _sum_by(statement: Statement, column: str) -> Statement:
    return Statement(
        f"SELECT s.{column}, sum(x.直接の額) AS 支出額の合計, count(*) AS 事業数 FROM ({statement.sql}) x"
        f" JOIN sheets s ON s.sheet_key = x.sheet_key WHERE x.種類 = '支出' GROUP BY 1 ORDER BY 1",
        statement.parameters,
    )
