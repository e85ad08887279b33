"""計 is net of 翌年度への繰越し on sheets and gross in RSシステム: what an answer with figures of both has to say."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.answer import Cell

COLUMNS = frozenset({"計", "執行率", "不用率"})
"""Columns of ``budgets`` that are reckoned on different bases; 不用額 and 比較用執行率 mean the same in both."""
CARRIED = ("budgets", "翌年度へ繰越し")
RATES = {"執行率": "執行率", "不用率": "不用率"}
AMOUNTS = "シートの計は翌年度への繰越しを除いた額、RSシステムの計は除く前の額です。"


def is_rs(cell: Cell) -> bool:
    """Whether a cell is of RSシステム: 予算事業ID tells the two kinds of source apart."""
    return (cell.sheet or {}).get("予算事業ID") is not None


def size(cell: Cell) -> float:
    """The figure as it is weighed against others: sheets print what is carried over to the next year as a negative."""
    value: float = cell.value
    return abs(value) if (cell.table, cell.column) == CARRIED and not is_rs(cell) else value


def mixed(cells: Iterable[Cell]) -> str | None:
    """The sentence an answer with these cells needs; None where they are all of one kind of source, or mean the same."""
    told = [c for c in cells if c.table == "budgets" and c.column in COLUMNS]
    columns = {c.column for c in told if len({is_rs(o) for o in told if o.column == c.column}) > 1}
    rates = [name for column, name in RATES.items() if column in columns]
    if rates:
        return (
            "シートの計は繰越しを除いた額、RSシステムの計は除く前の額なので、"
            f"{'と'.join(rates)}はそのまま続けて比べられません。"
        )
    return AMOUNTS if columns else None
