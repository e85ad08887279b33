"""An indicator's figure beside the one that was aimed at: 「目標を上回っている？」「見込みの何倍？」."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from assistant.answer import Cell
from assistant.answering import differences
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.figures import YearRows, rows_by_year, sheet_keys, wanted_years, written
from assistant.answering.one import figure_lookup, opinions
from assistant.answering.result import Result, Statement
from assistant.answering.wording import one_line, project_name
from assistant.query import FieldRef, Query

AIMS = {"outcomes": ("成果実績", "目標値"), "outputs": ("活動実績", "当初見込み")}
"""What was reached and what was aimed at, for each kind of indicator."""
TOLD = 3


def is_asked(query: Query) -> bool:
    """Whether a comparison is of what an indicator reached with what was aimed at."""
    table = query.fields[0].table if query.fields else ""
    return (
        len(query.projects) == 1
        and table in AIMS
        and {f.column for f in query.fields if f.table == table} == set(AIMS[table])
    )


def compare(basis: Basis, query: Query) -> Result:
    """Of every indicator meant, what it reached and the aim of that year (or of the final year), and their ratio."""
    table = query.fields[0].table
    actual, aim = AIMS[table]
    keys = sheet_keys(basis.data, query)
    by_year = rows_by_year(basis.data, table, keys, [actual, aim]) if keys else {}
    by_year = figure_lookup.passing(by_year, query.filters, table)
    name = figure_lookup.NAMES[table]
    subject = project_name(basis.data, query.projects[0])
    sentences: list[str] = []
    cells: list[Cell] = []
    shown: list[sqlite3.Row] = []
    for year in wanted_years(query.years, by_year, [actual]):
        for row in written(by_year.get(year), actual):
            aimed = _aim_of(row, by_year, year, name, aim)
            if aimed is None:
                continue
            made = _cells(basis, table, row, aimed, (actual, aim))
            cells += [c for c in made if c is not None]
            shown += [row, aimed]
            which = f"「{one_line(str(row[name]))}」の" if row[name] else ""
            sentences.append(f"{which}{_sentence(*made)}")
    if not sentences:
        judged = opinions.item_about(basis, query, {actual})
        return judged or figure_lookup.read(basis, query, (FieldRef(table, actual),))
    ids = tuple(dict.fromkeys(r["id"] for r in shown))
    statement = Statement(
        f'SELECT sheet_key, 年度, 年度の種別, "{name}", "{actual}", "{aim}" FROM {table}'
        f" WHERE id IN ({marks(ids)}) ORDER BY 年度, id",
        ids,
    )
    return Result(
        sentences=[f"{subject}の{s}" for s in sentences[-TOLD:]],
        cells=cells,
        statement=statement,
        years=tuple(sorted({r["年度"] for r in shown})),
    )


def _aim_of(
    row: sqlite3.Row, by_year: dict[int, YearRows], year: int, name: str, aim: str
) -> sqlite3.Row | None:
    """The row with the aim for what a row reached: itself, the same indicator's of that year, else of the last year."""
    if row[aim] is not None:
        return row
    same = [r for y in by_year for r in written(by_year[y], aim) if r[name] == row[name]]
    return next((r for r in same if r["年度"] == year), max(same, key=lambda r: r["年度"], default=None))


def _cells(
    basis: Basis, table: str, row: sqlite3.Row, aimed: sqlite3.Row, columns: Sequence[str]
) -> tuple[Cell, Cell, Cell | None]:
    """What was reached, the aim, and the first as a part of the second (None where the aim is 0)."""
    name = figure_lookup.NAMES[table]
    group = {name: one_line(str(row[name]))} if row[name] else None
    reached = basis.cells.cell(table, row, columns[0], group=group)
    wanted = basis.cells.cell(table, aimed, columns[1], group=group)
    ratio = differences.part(reached, wanted, f"{wanted.label}に対する{reached.label}")
    if ratio is not None:
        ratio.fiscal_year = reached.fiscal_year
        ratio.text = f"{ratio.text}（{ratio.value / 100:,.2f}倍）"
    return reached, wanted, ratio


def _sentence(reached: Cell, wanted: Cell, ratio: Cell | None) -> str:
    if reached.value == wanted.value:
        how = "と同じ"
    else:
        how = "を上回っています" if reached.value > wanted.value else "を下回っています"
    of = "" if wanted.fiscal_year == reached.fiscal_year else f"{wanted.fiscal_year}年度の"
    share = "" if ratio is None else f"（{wanted.label}の {ratio.text}）"
    end = "です" if how == "と同じ" else ""
    return (
        f"{reached.fiscal_year}年度の{reached.label}は {reached.text} で、"
        f"{of}{wanted.label} {wanted.text} {how}{share}{end}。"
    )
