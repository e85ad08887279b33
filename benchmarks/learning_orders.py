"""The order of a form year's boxes, learned from texts of that year and from the orders of other years.

A form's boxes have one order. A page of a text shows its own boxes in that order, then its second tables of a kind
in the same order, then the third ones; which boxes stand on a page differs from sheet to sheet. So every page and
every further table of it is a part of the one order, while boxes that never stood on one page may stand either way.
A box no sheet of the year had stands by the boxes it follows and precedes in another year's order; where these
two stand apart here, it may be by either.
"""

from __future__ import annotations

import itertools
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.readers.sheet_text import orders
from db.readers.sheet_text.alignment import COLUMNS
from db.readers.sheet_text.lines import decode, read_lines
from db.readers.sheet_text.orders import ELSEWHERE, Slot
from db.readers.sheet_text.reader import placed_pages, published
from db.text import fold

_OPTIONAL = ("outcomes", "qualitative", "outputs", "unit_costs", "contracts")
"""Tables a sheet of any year may have or not, labels and all."""
_PAST_ROW = re.compile(r"past\.([2-9])\.(\d)")
_ROWS = {"items": 12, "expenses": 12, "payees": 10, "contracts": 10, "related": 8}
"""Rows of the form's lists."""
_FURTHER_ROW = re.compile(r"(payees|items|expenses)\..*\.[1-9]\d*")
_COLUMN = re.compile(
    r"(items\.(?:目|当初|要求)\.|expenses\.(?:費目|使途|金額)\.[01]\.|(?:payees|contracts|related)\..*\.)0"
)
_HEADS = {"outcomes.根拠統計": "=根拠として用いた統計・データ名(出典)@outcomes"}
_FLOATING = re.compile(
    r"comments\.|=(点検結果|改善の方向性|外部有識者|行政事業レビュー推進|所見を踏まえた|備考)"
)
_BY_ROWS = ("contracts", "related")
"""Lists whose further rows stand one behind the other; of the others the columns do."""


@dataclass(slots=True)
class Shown:
    """What a text shows of its form year's order.

    year   公開年度
    pages  of every page the names of its boxes, those of the template first, then of each further table
    """

    year: int
    pages: list[list[list[str]]] = field(default_factory=list)


def shown(path: Path) -> Shown:
    """What a text shows when read with the orders as they are."""
    text = decode(path.read_bytes())
    assert text is not None
    year = published(fold(text))
    assert year is not None
    slots = orders.order(year)
    out = Shown(year)
    for placed in placed_pages(read_lines(text), slots, year):
        tables: dict[int, list[str]] = defaultdict(list)
        for p in placed:
            if p.slot is None:
                continue
            slot = slots[p.slot]
            names = tables[p.instance if slot.repeated else 0]
            if slot.name not in names:
                names.append(slot.name)
        out.pages.append([_sure(tables[i]) for i in sorted(tables)])
    return out


def _sure(names: list[str]) -> list[str]:
    """Without the rows of a list that goes on from another page: which rows they are is not sure."""
    if "payees.block" in names:
        return names
    return [n for n in names if not re.fullmatch(r"payees\..+\.\d+", n)]


def learn_all(known: Sequence[Shown]) -> dict[int, tuple[Slot, ...]]:
    """The orders of all form years, as the ``known`` texts alone tell them."""
    return {year: orders.slots_of(names) for year, names in all_box_names(known).items()}


def all_box_names(known: Sequence[Shown]) -> dict[int, list[str]]:
    """The names of the boxes in the order of each form year."""
    by_year: dict[int, list[Shown]] = defaultdict(list)
    for text in known:
        by_year[text.year].append(text)
    by_nearness = sorted(by_year, key=lambda y: -len(by_year[y]))
    seen = {year: one_order(by_year[year]) for year in by_nearness}
    return {
        year: box_names(by_year[year], seen[year], [seen[y] for y in by_nearness if y != year])
        for year in by_year
    }


def one_order(texts: Sequence[Shown]) -> list[str]:
    """The boxes of a year's texts in an order that agrees with every page, pages in their order where it may."""
    behind: dict[str, set[str]] = {}
    by_size = sorted(texts, key=lambda t: -sum(len(p[0]) for p in t.pages if p))
    parts = [page[0] for text in by_size for page in text.pages if page]
    parts += sorted(
        (names for text in texts for page in text.pages for names in page[1:]), key=len, reverse=True
    )
    for names in parts:
        for a, b in itertools.pairwise(names):
            if a not in _reached(behind, b):
                behind.setdefault(a, set()).add(b)
    names_in_turn = list(dict.fromkeys(n for part in parts for n in part))
    waiting: dict[str, int] = defaultdict(int)
    for followers in behind.values():
        for b in followers:
            waiting[b] += 1
    out: list[str] = []
    turn = {n: i for i, n in enumerate(names_in_turn)}
    ready = [n for n in names_in_turn if not waiting[n]]
    while ready:
        freed = [n for n in ready if out and n in behind.get(out[-1], ())]
        name = min(freed or ready, key=turn.__getitem__)
        ready.remove(name)
        out.append(name)
        for b in behind.get(name, ()):
            waiting[b] -= 1
            if not waiting[b]:
                ready.append(b)
    return out


def _reached(behind: Mapping[str, set[str]], start: str) -> set[str]:
    seen, open_ = {start}, [start]
    while open_:
        for b in behind.get(open_.pop(), ()):
            if b not in seen:
                seen.add(b)
                open_.append(b)
    return seen


def box_names(texts: Sequence[Shown], seen: Sequence[str], others: Sequence[Sequence[str]]) -> list[str]:
    """The names of an order as ``orders/*.txt`` list them: what was seen, and where else a box may stand."""
    names = [(n, False) for n in seen]
    pages = _pages(texts)
    year = texts[0].year
    for other in others:
        adopted = [n for n in other if n in seen or _may_stand(n, year, seen, other)]
        names = _completed(names, [n for n in adopted if n in seen or not _FURTHER_ROW.fullmatch(n)])
        names = _by_other_pages(names, adopted, pages)
    names = _with_rows(names, others)
    return [f"{ELSEWHERE}{n}" if elsewhere else n for n, elsewhere in names]


def _pages(texts: Iterable[Shown]) -> dict[str, set[tuple[int, int]]]:
    """box → the pages (text, page) it stood on."""
    out: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for t, text in enumerate(texts):
        for p, page in enumerate(text.pages):
            for names in page[:1]:
                for n in names:
                    out[n].add((t, p))
    return out


def _may_stand(name: str, year: int, seen: Sequence[str], other: Sequence[str]) -> bool:
    """True where a form of ``year`` may have a box only another year's order has: its labels are always printed."""
    if re.fullmatch(r"basic\.事業番号\.[1-9]", name):
        return False
    past = _PAST_ROW.match(name)
    if past and 2013 + 2 * int(past[1]) + (int(past[2]) >= 4) >= year:
        return False
    table = (
        name.split("@")[1].split(".")[0]
        if "@" in name
        else ""
        if name.startswith("=")
        else name.split(".")[0]
    )
    printed = [n for n in other if n.startswith("=") and "@" in n and n.split("@")[1].split(".")[0] == table]
    if table in _OPTIONAL and not any(n in seen for n in printed):
        return True
    if name.startswith("="):
        return False
    column = name.split(".")[1]
    own = [*orders.label_of(name), f"={column}@{table}", _HEADS.get(name, "")]
    own = [label for label in own if label in other]
    if own:
        return any(label in seen for label in own)
    if printed:
        return any(n in seen for n in printed)
    return any(n.split(".")[0] == table for n in seen)


Names = list[tuple[str, bool]]
"""Boxes in order; True where a box may stand elsewhere than where it was put."""


def _completed(names: Names, other: Sequence[str]) -> Names:
    """With the boxes only another order has."""
    out = list(names)
    known = {n for n, _ in out}
    runs: list[list[str]] = []
    before: str | None = None
    for n in other:
        if n in known:
            before = None
        elif before is None:
            runs.append([n])
            before = n
        else:
            runs[-1].append(n)
    for run in runs:
        first, last = other.index(run[0]), other.index(run[-1])
        ahead = other[first - 1] if first else None
        behind = other[last + 1] if last + 1 < len(other) else None
        at = _place(out, ahead) + 1 if ahead is not None else None
        before_at = _place(out, behind) if behind is not None else None
        if at is None:
            at = before_at if before_at is not None else len(out)
        elif before_at is not None and before_at != at:
            elsewhere = [(n, True) for n in run]
            if before_at > at:
                out[before_at:before_at] = elsewhere
            else:
                out[before_at:before_at] = elsewhere
                at += len(run)
        out[at:at] = [(n, False) for n in run]
    return out


def _place(names: Names, name: str) -> int:
    return next(i for i, (n, elsewhere) in enumerate(names) if n == name and not elsewhere)


def _by_other_pages(names: Names, other: Sequence[str], pages: Mapping[str, set[tuple[int, int]]]) -> Names:
    """With places of the comments among boxes they stand by elsewhere but never shared a page with here."""
    out = list(names)
    elsewhere = {n for n, again in names if again}
    shared = [n for n in other if pages.get(n)]
    for i, name in reversed(list(enumerate(shared))):
        if not _FLOATING.match(name) or name in elsewhere:
            continue
        before, behind = (
            next((n for n in side if pages[n].isdisjoint(pages[name])), None)
            for side in (reversed(shared[:i]), shared[i + 1 :])
        )
        if before is not None and behind is not None and not pages[before].isdisjoint(pages[behind]):
            at = _place(out, before) + 1
            out[at:at] = [(name, True)]
    return out


def _with_rows(names: Names, others: Sequence[Sequence[str]]) -> Names:
    """With all rows of the lists: a column's rows together, or the boxes of a row behind those of the row before.

    Within a column the rows come in the order another year has them in, if one does.
    """
    out = list(names)
    for table, rows in _ROWS.items():
        columns = dict.fromkeys(
            m[1]
            for n, elsewhere in out
            if not elsewhere and n.startswith(f"{table}.") and (m := _COLUMN.fullmatch(n))
        )
        known = {n for n, elsewhere in out if not elsewhere}
        for row in range(1, rows) if table in _BY_ROWS else ():
            missing = [n for c in COLUMNS[table] if (n := f"{table}.{c}.{row}") not in known]
            if missing:
                at = max(_place(out, n) for c in columns if (n := f"{c}{row - 1}") in known) + 1
                out[at:at] = [(n, False) for n in missing]
                known.update(missing)
        for c in columns if table not in _BY_ROWS else ():
            of_column = [f"{c}{row}" for row in range(rows)]
            orders_of = [[n for n in other if n in of_column] for other in others]
            column = max(orders_of, key=len, default=[])
            column += [n for n in of_column if n not in column]
            first = next(i for i, n in enumerate(column) if n in known)
            for n in reversed(column[:first]):
                at = _place(out, column[column.index(n) + 1])
                out[at:at] = [(n, False)]
            for before, n in zip(column[first:], column[first + 1 :], strict=False):
                if n not in known:
                    at = _place(out, before) + 1
                    out[at:at] = [(n, False)]
    return out


def written(names: Sequence[str]) -> str:
    """An order as ``orders/*.txt`` has it, runs of rows or columns in one line."""
    lines: list[str] = []
    run: list[str] = []
    for name in [*names, ""]:
        stem, _, number = name.rpartition(".")
        before, _, last = run[-1].rpartition(".") if run else ("", "", "")
        goes_on = (
            run and stem == before and number.isdigit() and last.isdigit() and int(number) == int(last) + 1
        )
        if not goes_on or name.startswith("="):
            if len(run) > 2:
                lines.append(f"{run[0]}..{last}")
            else:
                lines += run
            run = []
        run.append(name)
    return "\n".join(lines) + "\n"


HEADER = """# 公開年度 {year} の様式の{source}に現れる欄の順番。「=」は見出し(@ の後はその属する表)、ほかは値の欄。
# 「~」はそこにもありうる欄。benchmarks/{script} が、読めたシートの順番から作る。
"""


def main() -> None:
    """Write the orders of all form years as the given texts and the orders so far tell them."""
    folder = Path(orders.__file__).parent / "orders"
    texts = [shown(Path(name)) for name in sys.argv[1:]]
    for year, names in all_box_names(texts).items():
        (folder / f"{year}.txt").write_text(
            HEADER.format(year=year, source="PDF", script=Path(__file__).name) + written(names), "utf-8"
        )


if __name__ == "__main__":
    main()
