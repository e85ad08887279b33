"""Lays the pieces of a text along the order of a form's boxes: which piece stands in which box.

A Viterbi search over the cuts of every line. From one piece to the next the box moves on in the order
(boxes skipped cost a little each, at most ``Prices.far``), stays (a cell of several lines), enters a repeatable
group anew, or jumps (``Prices.jump``: the text does not follow the order here). A piece that fits nowhere is left
over for a price, so nothing is forced into a box and nothing is lost.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

import numpy as np
from numpy.typing import NDArray

from db.numbers import parse_number
from db.readers.sheet_text import orders
from db.readers.sheet_text.emission import Emission, Scores
from db.readers.sheet_text.lines import Line
from db.readers.sheet_text.orders import Slot
from db.readers.sheet_text.pieces import Piece, cuts, piece
from db.text import fold

_SKIP_ROW = (0.4, 0.2, 0.06, 0.03, 0.005)
"""a table's first rows are written, its last ones seldom"""
_ABSENT, _EXPECTED, _UNEXPECTED = 2.5, 1.2, 0.6
_BACKWARDS, _TOUCHING, _LABELLED = 2.0, 0.3, 0.15
_WITHIN_LIST, _WITHIN_TABLE, _WITHIN_HEADS, _TO_ROW_NUMBER = 2.1, 3.2, 2.0, 1.1
"""to another box of the table; a list's heads and its row numbers tell themselves"""
_ELSEWHERE = 0.4
"""a box at its other place"""
_OTHER_TABLE, _FURTHER_ROW, _ROW_UNNUMBERED, _MID_COLUMN = 0.06, 1.0, 1.5, 0.35
_GLUED, _GLUED_FIGURE, _GLUED_DASH, _LATIN_WORDS = 0.4, 0.8, 0.05, 0.9
_GLUED_DIGITS, _GLUED_DECIMAL = 1.3, 2.2
_PIECE = 0.25
_UNSURE, _UNSURE_WRAP = -0.6, -0.1
"""for going on in a cell where no blank lines tell its end; dearer where the line before looks complete"""
_WRAPPING = re.compile(r"[^\d\W].{5,}[^。）)」\d%％]$")
_WRAPPED = re.compile(r"[^\d・（(【〔○]")
_LEFT_OVER, _LEFT_OVER_LETTER, _LEFT_OVER_DASH = 1.6, 0.03, 0.5
_ASIDE = 0.4
_WALL = 1e6
_STAY, _MOVE, _NEW, _LEFT = 0, 1, 2, 3

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Prices:
    """What it costs to leave the order.

    skip_label, skip_value  a box passed over
    far                     at most for boxes passed over ahead
    enter                   a table anew
    jump                    to any box
    """

    skip_label: float
    skip_value: float
    far: float
    enter: float
    jump: float


KNOWN = Prices(skip_label=0.22, skip_value=0.10, far=2.6, enter=3.0, jump=5.5)
"""Along the order of the sheet's own form year."""
LIKE = Prices(skip_label=0.6, skip_value=0.6, far=2.6, enter=3.0, jump=2.8)
"""Along another year's order, which agrees in stretches: boxes that follow each other there mostly do here."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A piece in its box.

    slot      index into the order, None for a piece left over
    instance  0 for the template itself, counted up with every repeated group entered
    line      the line it stands on, ``start`` and ``end`` where on it
    """

    piece: Piece
    slot: int | None
    instance: int
    line: Line
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    scores: Scores
    back: Ints
    """box before, per box"""
    move: NDArray[np.int8]
    line: int
    end: int
    choice: list[tuple[int, Piece, int]]
    """(node, piece, start on the line) it may come from; ``which`` says which one won"""
    which: NDArray[np.int8]


def _price_left_over(p: Piece, line: Line) -> float:
    in_line = len(p.folded) == 1 and not line.opens and line.text.startswith(p.text)
    upright = len(p.folded) >= 3 or len(p.text) == len(line.text) or in_line
    if orders.is_aside(p.folded) and upright:
        return -_ASIDE
    if p.look == "dash":
        return _LEFT_OVER_DASH
    return _LEFT_OVER * (1 + min(p.text.count(" "), 6)) + _LEFT_OVER_LETTER * min(len(p.text), 40)


@cache
def _skip_cost(slot: Slot, prices: Prices) -> float:
    if slot.elsewhere:
        return 0.0
    if slot.kind == orders.LABEL:
        return prices.skip_label
    row = re.fullmatch(r"(?:items|expenses|payees|contracts|related)\..*?(\.1)?\.(\d+)", slot.name)
    if row is None:
        return prices.skip_value
    right = row[1] is not None and slot.name.startswith("expenses")
    return _SKIP_ROW[min(int(row[2]), len(_SKIP_ROW) - 1)] * (0.4 if right else 1.0)


COLUMNS = {
    "payees": (
        "番号",
        "支出先",
        "法人番号",
        "業務概要",
        "支出額",
        "契約方式等",
        "入札者数",
        "落札率",
        "理由",
    ),
    "contracts": (
        "番号",
        "ブロック",
        "契約先",
        "法人番号",
        "業務概要",
        "契約額",
        "契約方式等",
        "入札者数",
        "落札率",
        "理由",
    ),
    "related": ("府省", "番号", "名"),
    "expenses": ("費目.0", "使途.0", "金額.0", "費目.1", "使途.1", "金額.1"),
}
"""Columns of the lists from left to right."""
_HEADS = ("成果目標", "活動目標", "成果指標", "活動指標", "算出根拠", "指標")


@cache
def _price_within_table(slot: Slot) -> float:
    """What a jump to a box of the same table costs: little in lists, whose columns tell themselves apart."""
    if re.fullmatch("=.*@payees", slot.name):
        return _WITHIN_HEADS
    if re.match(
        r"(payees\.(block|支出先)|expenses\.block|=|basic|marks|explanations|past|comments|contracts)",
        slot.name,
    ):
        return _WALL
    if slot.name.startswith("payees.番号"):
        return _TO_ROW_NUMBER
    return _WITHIN_LIST if re.match(r"payees|expenses|items", slot.name) else _WITHIN_TABLE


@cache
def _rows_and_columns(slots: tuple[Slot, ...]) -> tuple[Ints, Ints]:
    """A number of the table or row a box stands in and its column from the left; −1 where that says nothing."""
    names: dict[str, int] = {}
    row, column = np.full(len(slots), -1), np.full(len(slots), -1)
    for i, s in enumerate(slots):
        found = re.fullmatch(
            r"(budgets|outcomes|outputs|unit_costs|policies|kpi\d)\.([^.]+)(?:\.(\d|単位))?", s.name
        )
        listed = re.fullmatch(r"(payees|contracts|related|expenses)\.(.+)\.\d+", s.name)
        item = re.fullmatch(r"(=項目|marks\.|explanations\.)\d+", s.name)
        if found and found[2] != "目標年":
            row[i] = names.setdefault(f"{found[1]} {s.repeated}", len(names))
            at = found[3]
            column[i] = (
                _HEADS.index(found[2]) if found[2] in _HEADS else 10 if at == "単位" else 11 + int(at or 0)
            )
        elif listed and listed[2] in COLUMNS[listed[1]]:
            row[i] = names.setdefault(f"{listed[1]} {s.repeated}", len(names))
            column[i] = COLUMNS[listed[1]].index(listed[2])
        elif item:
            row[i] = names.setdefault("evaluations", len(names))
            column[i] = ("=項目", "marks.", "explanations.").index(item[1])
    return row, column


@cache
def _tables(slots: tuple[Slot, ...]) -> Ints:
    """A number for the table a box belongs to."""
    names: dict[str, int] = {}
    heads = [s.name.split("@")[1] if "@" in s.name else s.name.split(".")[0] for s in slots]
    return np.array([names.setdefault(h.split(".")[0], len(names)) for h in heads])


@cache
def _row_above(slots: tuple[Slot, ...]) -> Ints:
    """The box of the row above where it stands right before in the order, else −1."""
    out = np.full(len(slots), -1)
    for i in range(1, len(slots)):
        here, before = (
            re.fullmatch(r"((?:items|expenses|payees)\..*\.)(\d+)", s.name) for s in (slots[i], slots[i - 1])
        )
        if here and before and here[1] == before[1] and int(here[2]) == int(before[2]) + 1:
            out[i] = i - 1
    return out


@cache
def _label_places(slots: tuple[Slot, ...]) -> Ints:
    """Where a value's own label stands in the order, −1 where it has none."""
    at = {s.name: i for i, s in enumerate(slots) if not s.repeated}
    out = np.full(len(slots), -1)
    for i, s in enumerate(slots):
        if not s.repeated:
            out[i] = next((at[label] for label in orders.label_of(s.name) if label in at), -1)
    return out


def _price_of_cut(line: str, start: int) -> float:
    """What it costs to begin a piece here: nothing at a space, little between dashes, most within digits."""
    if start == 0:
        return 0.0
    before, after = line[start - 1], line[start]
    if before == " ":
        earlier = line[:start].rstrip()[-1:]
        latin = earlier.isascii() and earlier.isalpha() and after.isascii() and after.isalpha()
        return _LATIN_WORDS if latin else 0.0
    if before.isdigit() and after.isdigit():
        chunk = line[line.rfind(" ", 0, start) + 1 :].split(" ")[0]
        return _GLUED_DECIMAL if chunk.count(".") == 1 else _GLUED_DIGITS
    if before.isdigit() or after.isdigit():
        return _GLUED_FIGURE
    return _GLUED_DASH if after in "-‐" or before in "-‐" else _GLUED


def align(
    lines: Sequence[Line],
    slots: tuple[Slot, ...],
    emission: Emission,
    absent: Sequence[int] = (),
    values: Mapping[int, Set[Decimal]] | None = None,
    prices: Prices = KNOWN,
) -> tuple[list[Placed], float]:
    """The pieces of one page in their boxes, and the score of the whole (higher is better).

    ``absent`` are boxes the page is known not to have, ``values`` figures that are expected in a box.
    """
    on_page = emission.for_page("".join(line.text for line in lines))
    on_page[list(absent)] -= _ABSENT
    search = _Search(slots, emission, on_page, values or {}, prices)
    for line in lines:
        search.read(line)
    return search.result(lines), search.best


def agreement(lines: Sequence[Line], slots: tuple[Slot, ...]) -> float:
    """Share of labels (lines of their own) that stand in a text right behind the one they follow in the order."""
    labels = [s.label for s in slots if s.kind == orders.LABEL and not s.repeated and not s.elsewhere]
    at = {label: i for i, label in enumerate(labels) if labels.count(label) == 1}
    found = [at[folded] for line in lines if (folded := fold(line.text)) in at]
    return sum(0 < b - a <= 2 for a, b in itertools.pairwise(found)) / max(len(found) - 1, 1)


class _Search:
    def __init__(
        self,
        slots: tuple[Slot, ...],
        emission: Emission,
        on_page: Scores,
        values: Mapping[int, Set[Decimal]],
        prices: Prices,
    ) -> None:
        self._prices = prices
        self._emission = emission
        self._on_page = on_page - _ELSEWHERE * np.array([s.elsewhere for s in slots])
        self._values = values
        n = len(slots)
        skip = np.array([_skip_cost(s, prices) for s in slots])
        self._in_group = np.array([s.repeated for s in slots])
        wall = np.zeros(n)
        wall[np.flatnonzero(np.diff(self._in_group.astype(np.int8))) + 1] = _WALL
        self._wall = np.cumsum(wall)
        self._upto = np.cumsum(skip + wall)
        """cost of all boxes up to and with this one; ``_before`` up to but without it"""
        self._before = self._upto - skip
        first = np.zeros(n)
        tables = [orders.group_of(slot.name) if slot.repeated else "" for slot in slots]
        for table in set(tables):
            of_table = np.array([t == table for t in tables])
            upto_here = np.cumsum(np.where(of_table, skip, 0.0)) - skip
            first[of_table] = np.minimum(upto_here[of_table], prices.far)
        self._first = first
        """cost of the boxes of the same table before this one"""
        self._row, self._column = _rows_and_columns(slots)
        names: dict[tuple[int, bool], int] = {}
        self._table, self._above = _tables(slots), _row_above(slots)
        self._label = _label_places(slots)
        self._whole_table = np.array(
            [
                names.setdefault((int(t), s.repeated), len(names))
                for t, s in zip(self._table, slots, strict=True)
            ]
        )
        self._by_table = np.argsort(self._whole_table, kind="stable")
        self._table_sizes = np.bincount(self._whole_table)
        self._table_starts = np.concatenate([[0], np.cumsum(self._table_sizes)[:-1]])
        self._within = np.array([_price_within_table(s) for s in slots])
        listed = [re.fullmatch(r"contracts\.(?!番号).*\.(\d)", s.name) for s in slots]
        numbers = [re.fullmatch(r"contracts\.番号\.(\d)", s.name) for s in slots]
        self._list_row = np.array([int(m[1]) if m else -1 for m in listed])
        self._list_row_or_number = np.array(
            [int(m[1]) if (m := a or b) else -1 for a, b in zip(listed, numbers, strict=True)]
        )
        further = [re.fullmatch(r"(contracts|related)\..*\.[1-9]", s.name) is not None for s in slots]
        self._from_other_table = np.where(further, _FURTHER_ROW, _OTHER_TABLE)
        entry = np.where(self._in_group, -prices.enter - first, -np.minimum(first, prices.far))
        opening = _Node(
            scores=entry,
            back=np.full(n, -1),
            move=np.full(n, _NEW, np.int8),
            line=-1,
            end=0,
            choice=[],
            which=np.zeros(n, np.int8),
        )
        self._nodes = [opening]
        self._previous = np.maximum(np.arange(n) - 1, 0)
        self._first_repeated = np.diff(self._in_group.astype(np.int8), prepend=0) == 1
        self._lines: list[Line] = []
        self._line = -1
        self._n = n
        self._arange = np.arange(n)

    @property
    def best(self) -> float:
        """Score of the best way found so far."""
        return float(self._nodes[-1].scores.max())

    def read(self, line: Line) -> None:
        """Go on over one line, by every way of cutting it."""
        self._line += 1
        self._lines.append(line)
        at = cuts(line.text)
        opening = len(self._nodes) - 1
        node_at = {0: opening}
        for end in range(1, len(at)):
            starts = [
                s for s in range(end) if s in node_at and (end - s <= 8 or s == 0 or end == len(at) - 1)
            ]
            found: list[tuple[Scores, Ints, NDArray[np.int8], int, Piece, int]] = []
            for s in starts:
                p = piece(line.text[at[s] : at[end]])
                if not p.text:
                    continue
                scores, back, move = self._step(node_at[s], p, line, at[s])
                scores = scores - _price_of_cut(line.text, at[s])
                found.append((scores, back, move, node_at[s], p, at[s]))
            if not found:
                continue
            stacked = np.stack([f[0] for f in found])
            which = stacked.argmax(axis=0)
            pick = (which, self._arange)
            self._nodes.append(
                _Node(
                    scores=stacked[pick],
                    back=np.stack([f[1] for f in found])[pick],
                    move=np.stack([f[2] for f in found])[pick],
                    line=self._line,
                    end=at[end],
                    choice=[(f[3], f[4], f[5]) for f in found],
                    which=which.astype(np.int8),
                )
            )
            node_at[end] = len(self._nodes) - 1

    def _step(self, node: int, p: Piece, line: Line, start: int) -> tuple[Scores, Ints, NDArray[np.int8]]:
        e = self._emission.scores(p) + self._on_page
        if self._values and p.look in ("number", "percent"):
            figure = parse_number(p.text)
            for box, expected in self._values.items():
                e[box] += _EXPECTED if figure in expected else -_UNEXPECTED
        v = self._nodes[node].scores
        opens_line = start == 0
        in_box = opens_line and not line.opens
        if node == 0:
            moved, back, move = v + e - _PIECE, np.full(self._n, -1), np.full(self._n, _NEW, np.int8)
            left = v - _price_left_over(p, line)
            stay = left > moved
            return (
                np.where(stay, left, moved),
                np.where(stay, self._arange, back),
                np.where(stay, np.int8(_LEFT), move),
            )
        # on in the order
        reach = v + self._upto
        run = np.maximum.accumulate(reach)
        argrun = np.maximum.accumulate(np.where(reach >= run, self._arange, 0))
        on = np.concatenate([[-np.inf], run[:-1]]) - self._before
        on_from = np.concatenate([[0], argrun[:-1]])
        # far ahead in the template
        walled = v + self._wall
        ahead = np.maximum.accumulate(walled)
        ahead_arg = np.maximum.accumulate(np.where(walled >= ahead, self._arange, 0))
        far = np.concatenate([[-np.inf], ahead[:-1]]) - self._wall - self._prices.far
        far_from = np.concatenate([[0], ahead_arg[:-1]])
        labelled = np.where(self._label >= 0, v[self._label] - _LABELLED, -np.inf)
        next_to = np.concatenate([[-np.inf], v[:-1]]) - np.where(self._first_repeated, _WALL, 0.0)
        spaced = None if opens_line else line.text[start - 1] == " "
        best, back = np.full(self._n, -np.inf), np.zeros(self._n, dtype=np.int64)
        for reached, came_from in (
            (on, on_from),
            (next_to, self._previous),
            (far, far_from),
            (labelled, np.maximum(self._label, 0)),
            self._within_table(v),
        ):
            candidate = reached - self._price_of_step(came_from, spaced)
            take = candidate > best
            best, back = np.where(take, candidate, best), np.where(take, came_from, back)
        move = np.full(self._n, _MOVE, np.int8)
        # a group anew, or a jump
        top = int(v.argmax())
        anew = v[top] - np.where(self._in_group, self._prices.enter + self._first, self._prices.jump)
        take = anew > best
        best, back = np.where(take, anew, best), np.where(take, top, back)
        move = np.where(take, np.int8(_NEW), move)
        if in_box and len(p.folded) > 3:
            words = self._emission.is_text
            best = best - np.where(words & words[back], 0.6, 0.0)
        # stay in the cell
        bonus = 0.9 if in_box else -0.3 if not opens_line else self._over_a_break(line)
        lenient = self._emission.is_label | self._emission.is_flow
        stay = np.where(self._emission.continues, v + np.where(lenient, max(bonus, -0.2), bonus), -np.inf)
        if p.look == "dash":
            stay = np.full(self._n, -np.inf)
        take = stay > best
        best, back = np.where(take, stay, best), np.where(take, self._arange, back)
        move = np.where(take, np.int8(_STAY), move)
        best = best + e - _PIECE
        # left over
        left = v - _price_left_over(p, line)
        take = left > best
        best, back = np.where(take, left, best), np.where(take, self._arange, back)
        move = np.where(take, np.int8(_LEFT), move)
        return best, back, move

    def _within_table(self, v: Scores) -> tuple[Scores, Ints]:
        """To any other box of the same table, where its boxes come in an order of their own."""
        sorted_v = v[self._by_table]
        best = np.maximum.reduceat(sorted_v, self._table_starts)
        where = np.maximum.reduceat(
            np.where(sorted_v >= np.repeat(best, self._table_sizes), self._by_table, -1), self._table_starts
        )
        reached = best[self._whole_table] - self._within
        return reached, where[self._whole_table]

    def _price_of_step(self, back: Ints, spaced: bool | None) -> Scores:
        """What moving from ``back`` costs besides the boxes skipped.

        ``spaced`` is None at the beginning of a line. Side by side on one line, a space says that the text goes
        on to the right, none that it goes back to the left.
        """
        price = np.where(self._table[back] != self._table, self._from_other_table, 0.0)
        price += np.where(
            (self._list_row >= 1) & (self._list_row_or_number[back] != self._list_row), _ROW_UNNUMBERED, 0.0
        )
        price += np.where((self._above >= 0) & (back != self._above), _MID_COLUMN, 0.0)
        if spaced is not None:
            same_row = (self._row >= 0) & (self._row[back] == self._row)
            wrong = self._column[back] > self._column if spaced else self._column[back] < self._column
            price += np.where(same_row & wrong, _BACKWARDS if spaced else _TOUCHING, 0.0)
        return price

    def _over_a_break(self, line: Line) -> float:
        """How likely a cell goes on behind a blank line: likelier where a full line breaks off in a sentence.

        In a text without blank lines it is left to what the line says.
        """
        before = self._lines[self._line - 1] if self._line else None
        if line.unsure:
            wraps = before is not None and _WRAPPING.search(before.text) and _WRAPPED.match(line.text)
            return _UNSURE_WRAP if wraps else _UNSURE
        broken_off = before is not None and len(before.text) >= 20 and before.text[-1] not in "。）)」"
        return -0.5 if broken_off else -1.1

    def result(self, lines: Sequence[Line]) -> list[Placed]:
        """The best way, from first piece to last."""
        at = len(self._nodes) - 1
        slot = int(self._nodes[at].scores.argmax())
        steps: list[tuple[Piece, int | None, int, bool, int, int]] = []
        while at > 0:
            node = self._nodes[at]
            came_from, p, start = node.choice[int(node.which[slot])]
            move = int(node.move[slot])
            steps.append((p, None if move == _LEFT else slot, node.line, move == _NEW, start, node.end))
            before = int(node.back[slot])
            at = came_from
            if before < 0:
                break
            slot = before
        steps.reverse()
        out: list[Placed] = []
        instance = 0
        current = 0
        for p, where, line, anew, start, end in steps:
            if anew and where is not None:
                if self._in_group[where]:
                    instance += 1
                    current = instance
                else:
                    current = 0
            out.append(Placed(p, where, current if where is not None else -1, lines[line], start, end))
        return out
