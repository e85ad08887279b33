"""Tables that run by year: budgets, outcomes, outputs and unit costs, their cells put under their heads."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from db.readers import form_labels as labels
from db.readers.sheet_grid import Box
from db.readers.sheet_printed.tokens import SIDE, Token, edges, in_column, take, under_heads
from db.text import fold, unwrap

_ROWS_OF_A_TABLE = 12
_BROKEN = {"単位当たり": "単位当たりコスト", "単位あたり": "単位当たりコスト"}
"""First lines of labels of rows that are broken over two lines."""
SIDE_LABELS = tuple(
    fold(label)
    for label in (
        "成果目標及び成果実績（アウトカム）",
        "成果目標及び成果実績（短期アウトカム）（中期アウトカム）（長期アウトカム）",
        "活動指標及び活動実績（アウトプット）",
        "活動目標及び活動実績（アウトプット）",
        "単位当たりコスト",
    )
)


def table_boxes(rows: list[list[Token]]) -> list[Box]:
    """The boxes of tables with a 単位 and years: their cells under the heads of their columns.

    What is used is taken out of ``rows``.
    """
    out: list[Box] = []
    kinds = [k.rows for k in labels.indicator_tables()]
    measures = frozenset(itertools.chain.from_iterable(kinds))
    for at, row in enumerate(rows):
        unit = next((t for t in row if t.key in labels.UNIT), None)
        if unit is None:
            continue
        years = _years_right_of(rows, at, unit)
        names = [t for t in row if t.x1 <= unit.x0 and t.key not in labels.UNIT and labels.is_label(t.text)]
        if len(years) < 3 or not names:
            continue
        out += _table(rows, at, unit, years, names, measures)
    return out


def budget_boxes(rows: list[list[Token]]) -> list[Box]:
    """The boxes of 予算額・執行額: years on a line, 当初予算 … 執行額 under them."""
    known = labels.budget_rows()
    out: list[Box] = []
    for at, row in enumerate(rows):
        heads = [t for t in row if labels.year_header(t.text, None) is not None]
        following = itertools.chain.from_iterable(rows[at + 1 : at + 3])
        if len(heads) < 4 or not any(known.get(t.key) == "当初予算" for t in following):
            continue
        spans = edges(heads)
        used = list(heads)
        out += [in_column(t, span, at, at + 1) for t, span in zip(heads, spans, strict=True)]
        for n in range(at + 1, min(at + 2 * _ROWS_OF_A_TABLE, len(rows))):
            if any(t.key in labels.BUDGET_ITEM_HEADERS for t in rows[n]):
                break
            fitting = [t for t in rows[n] if t.key in known and t.x0 < spans[0][0] + SIDE]
            label = fitting[-1] if fitting else None
            cells = under_heads([t for t in rows[n] if label and t.x0 >= label.x1], heads) if label else None
            if label is None or cells is None:
                continue
            out.append(Box(label.text, label.x0, n, spans[0][0], n + 1))
            used.append(label)
            for cell, span in zip(cells, spans, strict=True):
                if cell is not None:
                    out.append(in_column(cell, span, n, n + 1))
                    used.append(cell)
        take(rows, used)
    return out


def _years_right_of(rows: list[list[Token]], at: int, unit: Token) -> list[Token]:
    """Heads of the years' columns, those that stand a line or two higher or lower among them."""
    found: list[Token] = []
    for n in range(max(at - 2, 0), min(at + 3, len(rows))):
        for t in rows[n]:
            head = labels.year_header(t.text, None)
            is_head = head is not None or re.fullmatch(r"(平成|令和)?[\d元]+年度.{0,5}", fold(t.text))
            if t.x0 < unit.x1 or not is_head or (abs(n - at) > 1 and head is None):
                continue
            if not any(abs(t.cx - f.cx) < (t.x1 - t.x0) for f in found):
                found.append(t)
    return sorted(found, key=lambda t: t.x0)


def _table(
    rows: list[list[Token]],
    at: int,
    unit: Token,
    years: list[Token],
    names: list[Token],
    measures: frozenset[str],
) -> list[Box]:
    lines = _measure_rows(rows, at, names[0].x0, measures)
    if not lines:
        return []
    columns = edges([*names, Token("", unit.x0 - 2, unit.x0 - 1, at), unit, *years])
    *name_spans, row_span, unit_span = columns[: len(names) + 2]
    year_spans = columns[len(names) + 2 :]
    top = lines[0][0]
    out = [
        in_column(t, span, at, top) for t, span in zip([*names, unit], [*name_spans, unit_span], strict=True)
    ]
    for t, span in zip(years, year_spans, strict=True):
        word = _with_word_below(rows, t, span, top)
        out.append(Box(word, span[0], at, span[1], top))
    used: list[Token] = [*names, unit, *years]
    ends = [n for n, _ in lines[1:]] + [lines[-1][0] + 1]
    for (n, label), end in zip(lines, ends, strict=True):
        right = [t for t in rows[n] if t.x0 >= label.x0 and t is not label]
        cells = under_heads(right, [unit, *years])
        if cells is None:
            continue
        out.append(Box(_BROKEN.get(label.key, label.text), row_span[0], n, row_span[1], end))
        used.append(label)
        for cell, span in zip(cells, [unit_span, *year_spans], strict=True):
            if cell is not None:
                out.append(in_column(cell, span, n, end))
                used.append(cell)
    out += _names(rows, at, lines, names, name_spans, used)
    take(rows, used)
    return out


def _measure_rows(
    rows: list[list[Token]], at: int, left: float, measures: frozenset[str]
) -> list[tuple[int, Token]]:
    """(line, label) of 成果実績, 目標値 … under a head, to the next head."""
    found: list[tuple[int, Token]] = []
    for n in range(at + 1, min(at + 1 + _ROWS_OF_A_TABLE, len(rows))):
        if any(t.key in labels.UNIT for t in rows[n]) and not found:
            continue
        if any(t.key in labels.UNIT for t in rows[n]):
            break
        fitting = [t for t in rows[n] if t.x0 > left and (t.key in measures or t.key in _BROKEN)]
        if not fitting:
            continue
        label = fitting[-1]
        for m in (n, n + 1) if label.key in _BROKEN else (n,):
            if m < len(rows) and len([t for t in rows[m] if t.x0 >= label.x0 and t is not label]) >= 2:
                found.append((m, label))
                break
    return found


def _with_word_below(rows: list[list[Token]], head: Token, span: tuple[float, float], top: int) -> str:
    """「30年度」 with the 「活動見込」, 「目標最終年度」 with the year printed under it."""
    under = [(n, t) for n in range(head.line + 1, top) for t in rows[n] if span[0] <= t.cx < span[1]]
    expected = next(((n, t) for n, t in under if re.match("活動見込", fold(t.text))), None)
    if expected is not None:
        rows[expected[0]].remove(expected[1])
        return head.text + expected[1].text
    year = next(((n, t) for n, t in under if re.match(r"\d{1,4}(?!\S)", t.text)), None)
    if year is not None and re.search("目標", head.text):
        rows[year[0]].remove(year[1])
        return f"{head.text}({year[1].text.split()[0]}年度)"
    return head.text


def _names(
    rows: list[list[Token]],
    at: int,
    lines: list[tuple[int, Token]],
    names: list[Token],
    spans: list[tuple[float, float]],
    used: list[Token],
) -> list[Box]:
    """The words of goals and indicators left of the rows, a box for each group of rows and each column."""
    out: list[Box] = []
    first = at + 1
    seen: set[str] = set()
    group: list[int] = []
    groups: list[list[int]] = [group]
    for n, label in lines:
        if label.key in seen:
            seen, group = set(), []
            groups.append(group)
        seen.add(label.key)
        group.append(n)
    label_left = min(label.x0 for _, label in lines)
    begins = _beginnings(rows, range(first, lines[-1][0] + 1), spans, label_left)
    for g, members in enumerate(groups):
        last = members[-1] + (1 if g + 1 == len(groups) else 0)
        texts: list[list[tuple[int, str]]] = [[] for _ in names]
        for n in range(first, min(last + 1, len(rows))):
            if n > members[-1] and any(labels.is_label(t.text) and not _is_side_label(t) for t in rows[n]):
                break
            for t in list(rows[n]):
                if t.x0 >= label_left or any(t is u for u in used) or labels.is_note(t.text):
                    continue
                if _is_side_label(t) and t.x1 <= names[0].x0:
                    continue
                for column, part in _parted(t, begins):
                    if texts[column] and texts[column][-1][0] == n:
                        part = f"{texts[column].pop()[1]} {part}"
                    texts[column].append((n, part))
                used.append(t)
        for column, written in enumerate(texts):
            if written:
                x0, x1 = spans[column]
                out.append(Box(unwrap([t for _, t in written]), x0, members[0], x1, members[-1] + 1))
        first = members[-1] + 1
    return out


def _is_side_label(t: Token) -> bool:
    """A line of the label that stands left of a whole table."""
    folded = fold(t.text)
    return any(folded in label for label in SIDE_LABELS) or re.fullmatch(r"[^\W\d]", folded) is not None


def _beginnings(
    rows: list[list[Token]], lines: Iterable[int], spans: list[tuple[float, float]], right: float
) -> list[float]:
    """Where the words of each column begin: where most lines have a space before a word."""
    words = [
        t.x0 + m.start()
        for n in lines
        for t in rows[n]
        if t.x0 < right
        for m in re.finditer(r"(?<!\S)\S", t.text)
    ]
    out = [spans[0][0]]
    for x0, x1 in spans[1:]:
        near = [w for w in words if x0 - 2 * SIDE <= w < x1 and w > out[-1] + SIDE]
        out.append(max(near, key=lambda w: (sum(abs(w - v) <= 1 for v in near), -abs(w - x0)), default=x0))
    return out


def _parted(t: Token, begins: Sequence[float]) -> list[tuple[int, str]]:
    """(column, text) of a piece; one that runs over two columns is parted at its space."""
    for i in range(1, len(begins)):
        spaces = [m.start() for m in re.finditer(" ", t.text)]
        near = min(spaces, key=lambda s: abs(t.x0 + s + 1 - begins[i]), default=None)
        if near is not None and t.x0 < begins[i] - 2 and abs(t.x0 + near + 1 - begins[i]) <= SIDE:
            return [(i - 1, t.text[:near]), (i, t.text[near + 1 :])]
    return [(max((i for i, x in enumerate(begins) if t.x0 >= x - 2), default=0), t.text)]
