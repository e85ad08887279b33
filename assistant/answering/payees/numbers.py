"""「富士通株式会社の法人番号は?」: the number that stands beside each name of the recipient."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence

from assistant.answer import Cell
from assistant.answering.basis import Basis
from assistant.answering.data import quoted
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join
from assistant.query import Query

NUMBER = "法人番号"
MOST = 5
"""Names shown: companies whose names hold the asked one."""


def asked_for(query: Query) -> bool:
    """Whether the question is for the number alone, of a recipient that is not named by it."""
    told = any(name.isdigit() for name in query.payees)
    return not told and bool(query.fields) and all(f.column == NUMBER for f in query.fields)


def answer(
    basis: Basis,
    asked: str,
    rows: Sequence[sqlite3.Row],
    statement: Statement,
    core: Callable[[str], str],
) -> Result:
    """The numbers beside the names found (``rows`` with 支出先, 表 and id), of the very name where it stands.

    ``core`` gives a name without its corporate form. Where sheets print several numbers for a name, the most
    frequent counts. ``no_answer`` where none is written.
    """
    counts: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], Cell] = {}
    for row in rows:
        base = basis.data.rows(f"SELECT * FROM {quoted(row['表'])} WHERE id = ?", (row["id"],))[0]
        if base[NUMBER]:
            at = (row["支出先"], base[NUMBER])
            counts[at] += 1
            if at not in first:
                first[at] = basis.cells.cell(row["表"], base, NUMBER, group={"支出先": row["支出先"]})
    own = [at for at, _ in counts.most_common() if core(at[0]) == core(asked)]
    numbers: dict[str, str] = {}
    for name, number in own or [at for at, _ in counts.most_common()]:
        numbers.setdefault(name, number)
    if not numbers:
        return Result("no_answer", [f"支出先「{asked}」の{NUMBER}は、どのシートにも記載がありません。"])
    shown = dict(list(numbers.items())[: 1 if own else MOST])
    cells = [first[at] for at in shown.items()]
    (name, number), *more = shown.items()
    told = f"支出先「{name}」の{NUMBER}は {number}"
    if more:
        told += "、" + join([f"「{other}」は {its}" for other, its in more])
    warned = f"（{cells[0].flags[0]}）" if cells[0].flags else ""
    return Result(sentences=[f"{told} です{warned}。"], cells=cells, statement=statement)
