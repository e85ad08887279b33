"""The lines of a project's budget (歳出予算目) of one year beside those before: a request beside the 当初予算 it follows."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Cell
from assistant.answering import differences
from assistant.answering.basis import Basis
from assistant.answering.data import marks
from assistant.answering.figures import text_sheets
from assistant.answering.result import Result, Statement
from assistant.answering.wording import join, one_line, project_name
from assistant.formatting import money
from assistant.query import Filter, Query

INITIAL, REQUESTED = "当初予算", "要求"
TOLD = 3
"""Lines told in the sentence of those that rise, and of those that fall."""


@dataclass(frozen=True, slots=True)
class Line:
    """A 目 with its amount before and after; one of them is None for a line that is new or dropped."""

    name: str
    before: sqlite3.Row | None
    after: sqlite3.Row | None

    @property
    def change(self) -> int:
        """円; what does not stand there counts as nothing."""
        return (self.after["金額"] if self.after else 0) - (self.before["金額"] if self.before else 0)


def is_asked(query: Query) -> bool:
    """Whether a comparison is of the lines of one project's budget."""
    return len(query.projects) == 1 and any(f.table == "budget_items" for f in query.fields)


def compare(basis: Basis, query: Query) -> Result:
    """Each line's two amounts and their difference; in the order of the difference where one is asked for."""
    subject = project_name(basis.data, query.projects[0])
    for key in text_sheets(basis.data, query):
        rows = basis.data.rows(
            "SELECT *, coalesce(目, 補足情報) AS 名称 FROM budget_items WHERE sheet_key = ?"
            " AND 種別 IN (?, ?) AND 金額 IS NOT NULL AND coalesce(目, 補足情報) IS NOT NULL ORDER BY id",
            (key, INITIAL, REQUESTED),
        )
        columns = _columns(query, rows)
        if columns is None:
            continue
        lines = _lines(rows, *columns, [f for f in query.filters if f.field.table == "budget_items"])
        if lines:
            return _told(basis, query, lines, columns, subject)
    return Result(
        "no_answer", [f"{subject}のシートには、比べられる2つの年度の歳出予算目の金額が見つかりませんでした。"]
    )


Column = tuple[int, str]
"""A year and the kind of amount (当初予算, 要求) that a line's row is of."""


def _columns(query: Query, rows: Sequence[sqlite3.Row]) -> tuple[Column, Column] | None:
    """The two columns to compare: a request and the 当初予算 of the year before it, else 当初予算 of two years."""
    known = {(r["年度"], r["種別"]) for r in rows}
    given = query.years.values if query.years.kind == "given" else ()
    requested = [y for y, kind in known if kind == REQUESTED and (not given or {y, y - 1} & set(given))]
    for year in sorted(requested, reverse=True):
        pair = ((year - 1, INITIAL), (year, REQUESTED))
        if set(pair) <= known:
            return pair
    initial = [y for y, kind in known if kind == INITIAL and (not given or y in given)]
    if not initial:
        return None
    last, first = max(initial), min(initial) if len(given) > 1 else max(initial) - 1
    pair = ((first, INITIAL), (last, INITIAL))
    return pair if set(pair) <= known and first != last else None


def _lines(
    rows: Sequence[sqlite3.Row], before: Column, after: Column, conditions: Sequence[Filter]
) -> list[Line]:
    found: dict[tuple[str, str | None], dict[Column, sqlite3.Row]] = {}
    for row in rows:
        at = (row["年度"], row["種別"])
        if at in (before, after) and all(_meets(row, f) for f in conditions):
            found.setdefault((row["名称"], row["項"]), {}).setdefault(at, row)
    return [Line(one_line(name), own.get(before), own.get(after)) for (name, _), own in found.items()]


def _meets(row: sqlite3.Row, condition: Filter) -> bool:
    wanted = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    text = str(row["名称"])
    return any(str(w) in text if condition.op == "contains" else str(w) == text for w in wanted)


def _told(
    basis: Basis, query: Query, lines: list[Line], columns: tuple[Column, Column], subject: str
) -> Result:
    if query.order is not None:
        way = 1 if query.order == "desc" else -1
        lines = [x for x in lines if x.change * way > 0] or lines
        lines.sort(key=lambda x: -x.change * way)
    cells = [c for x in lines for c in _cells(basis, x, columns)]
    rows = [r for x in lines for r in (x.before, x.after) if r is not None]
    statement = Statement(
        f"SELECT 年度, 種別, 項, 目, 補足情報, 金額 FROM budget_items WHERE id IN ({marks(rows)}) ORDER BY 目, 年度",
        tuple(r["id"] for r in rows),
    )
    return Result(
        sentences=[_sentence(basis, query, lines, columns, subject)],
        cells=cells,
        statement=statement,
        years=tuple(sorted({columns[0][0], columns[1][0]})),
    )


def _cells(basis: Basis, line: Line, columns: tuple[Column, Column]) -> list[Cell]:
    """The difference first, then the amounts it is of, then the one as a multiple of the other."""
    before, after = (
        _amount(basis, line, row, column)
        for row, column in zip((line.before, line.after), columns, strict=True)
    )
    change = differences.change(before, after)
    change.label = f"{line.name}の増減"
    change.text = _change(basis, line)
    ratio = differences.ratio(before, after) if line.after is not None else None
    stated = [cell for cell in (after, before) if cell.row is not None]
    return [change, *stated, *([ratio] if ratio is not None else [])]


def _amount(basis: Basis, line: Line, row: sqlite3.Row | None, column: Column) -> Cell:
    """The amount of a line in a column; 0 that stands nowhere for a line the column does not have."""
    group = {"目": line.name}
    if row is not None:
        text = f"{row['種別']} {_money(basis, row, row['金額'])}"
        return basis.cells.cell("budget_items", row, "金額", text=text, group=group)
    other = line.before or line.after
    assert other is not None  # a line has one of them
    stated = basis.cells.cell("budget_items", other, "金額", group=group)
    return replace(stated, value=0, text="記載なし", row=None, fiscal_year=column[0])


def _money(basis: Basis, row: sqlite3.Row, amount: int) -> str:
    return money(amount, not basis.data.sheet(row["sheet_key"]).is_rs)


def _change(basis: Basis, line: Line) -> str:
    row = line.after or line.before
    assert row is not None  # a line has one of them
    if not line.change:
        return "増減なし"
    return f"{_money(basis, row, abs(line.change))} の{'増' if line.change > 0 else '減'}"


def _sentence(
    basis: Basis, query: Query, lines: Sequence[Line], columns: tuple[Column, Column], subject: str
) -> str:
    (year, kind), (later, later_kind) = columns
    when = f"{later}年度の{later_kind}を{year}年度の{kind}と比べると"
    if len(lines) == 1 or query.limit == 1:
        line = lines[0]
        most = "" if query.order is None else "最も"
        how = f"、{most}増える" if line.change > 0 else f"、{most}減る"
        lead = (
            f"{when}{how}のは「{line.name}」で、" if most and line.change else f"{when}、「{line.name}」は "
        )
        return f"{subject}の{lead}{_step(basis, query, line)}です。"
    rising = sorted((x for x in lines if x.change > 0), key=lambda x: -x.change)
    falling = sorted((x for x in lines if x.change < 0), key=lambda x: x.change)
    one_way = rising if query.order == "desc" else falling if query.order == "asc" else ()
    told = [
        f"{way}のは{join([f'「{x.name}」（{_change(basis, x)}）' for x in own[:TOLD]])}{'など' if len(own) > TOLD else ''}"
        for way, own in (("増える", rising), ("減る", falling))
        if own and (not one_way or own is one_way)
    ]
    none = (
        {"desc": "増える目はなく、", "asc": "減る目はなく、"}.get(query.order or "", "")
        if not one_way and told
        else ""
    )
    return f"{subject}の{when}、{none}{join(told) or '増減のある歳出予算目はありません'}です。".replace(
        "ありませんです。", "ありません。"
    )


def _step(basis: Basis, query: Query, line: Line) -> str:
    """「1.3百万円から1.9百万円で、0.6百万円 の増（1.46倍）」."""
    before, after = (
        _money(basis, r, r["金額"]) if r is not None else "記載なし" for r in (line.before, line.after)
    )
    times = ""
    if query.difference in ("ratio", "growth") and line.before is not None and line.after is not None:
        share = line.after["金額"] / line.before["金額"] if line.before["金額"] else None
        times = f"（{share:,.2f}倍）" if share is not None else ""
    return f"{before}から{after}で、{_change(basis, line)}{times}"
