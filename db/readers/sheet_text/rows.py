"""The rows of a list in a text that a program arranged by place: row by row, column by column, or both by turns.

Whichever way a page is cut, the cells of a column come from top to bottom, and each cell says what it may be: a
法人番号, an amount, a way of contracting, a dash, words. So the cells are dealt out to the columns one after the
other, the next of a column always to its next row, such that the rows come out whole and the way from cell to cell
is one down a column or along a row as often as can be. A beam search finds the cheapest such deal.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from db.readers.sheet_text import pieces
from db.readers.sheet_text.lines import Line
from db.readers.sheet_text.wrapping import width
from db.text import fold, unwrap

_NEVER = 1e9
_BEAM = 60
MAX_ITEMS = 4_000
"""Cells of more blocks than a sheet has; dealing a cell takes a millisecond."""
_DOWN, _ALONG, _NEXT_ROW, _TOP, _OVER, _BACK = 0.1, 0.0, 0.2, 0.4, 1.0, 1.6
"""one down the column; along the row; to the row's next; the next column's top, this one being full; further right; further left"""
_MISSING, _COLUMN_UNUSED = 1.5, 0.6
_UNNUMBERED, _NUMBERS_LATER, _NUMBER_LEFT_OVER = 2.0, 0.3, 0.8
_LEFT_OVER, _UNUSED_HEAD = 3.0, 4.0
_TURN = 0.2
_GOES_ON, _NEW_WITHOUT_OPENING, _GOES_ON_OPENING, _BACK_INTO = 0.0, 0.9, 2.2, 1.6
_CORPORATE = re.compile(r"\d{13}")
_ROW_NUMBER = re.compile(r"\d{1,2}")
_LEGAL = re.compile(
    r"^(株式|有限|合同|合資)会社|(会社|法人|機構|センター|協会|協議会|組合|大学|公社|公庫|財団|事務局|研究所|都|道|府|県|市|町|村|[）)])$|^.{2,4}法人"
)
"""How the names of companies and bodies begin or end."""
_MOST_LINES, _DOUBT = 6, 0.35
_WIDEST, _NARROWER = 0.97, 0.8
"""few lines are wider than their column; 支出先 is that much narrower than 業務概要 on the forms"""
_WORDS = frozenset({"支出先", "契約先", "業務概要", "契約方式等", "理由"})


@dataclass(frozen=True, slots=True)
class Item:
    """What may be a cell of a list or a line of one.

    opens  True where a blank line stands before it
    """

    text: str
    line: Line
    opens: bool
    heads: bool = False
    """the head of the first column: a block may begin here"""
    column: str = ""
    """the only column it may stand in"""
    doubtful: bool = False
    """True where it may stand in another as well"""


@dataclass(slots=True)
class Listed:
    """A row of a list: column → its lines, in the order of the text."""

    number: int
    cells: dict[str, list[Item]] = field(default_factory=dict)

    def text(self, column: str) -> str:
        """What stands in a cell, its wrapping undone; "" where nothing does."""
        return unwrap([item.text for item in self.cells.get(column, [])])


@dataclass(slots=True)
class _State:
    cost: float
    counts: tuple[int, ...]
    """rows of each column that are dealt out"""
    row: int
    column: int
    before: _State | None
    move: tuple[int, int, int] | None
    """(block, row, column) of the item; None where it is left over"""
    block: int
    down: bool | None = None
    """True where the last step was down a column, False along a row"""


def items_of(lines: Sequence[Line], is_label: Callable[[str], bool], heads: frozenset[str]) -> list[Item]:
    """The items of a list's lines; figures and 法人番号 with a space beside them stand for themselves."""
    blocks: list[list[list[Item]]] = [[]]
    for line in lines:
        if line.opens and blocks[-1]:
            blocks.append([])
        blocks[-1].append([Item(t, line, False) for t in _parts(line.text) if _written(t, is_label, heads)])
    widths = _widths(blocks)
    out: list[Item] = []
    named = False
    for block in blocks:
        items = _untangled([line for line in block if line], widths, named)
        named = all(_words(item.text) and not _METHOD.match(item.text) for item in items) and bool(items)
        for n, item in enumerate(items):
            out.append(replace(item, opens=n == 0 or item.opens, heads=fold(item.text) in heads))
    return out


def _written(text: str, is_label: Callable[[str], bool], heads: frozenset[str]) -> bool:
    folded = fold(text)
    return bool(folded) and (folded in heads or not is_label(folded))


def _widths(blocks: Sequence[Sequence[Sequence[Item]]]) -> tuple[float, float]:
    """How wide the lines of 支出先 and of 業務概要, the widest column, are at most, in half characters."""
    lines = itertools.chain.from_iterable(itertools.chain.from_iterable(blocks))
    widths = sorted(width(item.text) for item in lines if _words(item.text))
    widest = widths[int(len(widths) * _WIDEST)] if widths else 0
    return _NARROWER * widest, widest


def _untangled(block: Sequence[Sequence[Item]], widths: tuple[float, float], named: bool) -> list[Item]:
    """The items of a block in which the lines of a name and of what was done stand by turns around a 法人番号.

    Of all ways to deal its lines out, that in which every line but the last of a cell is full. Where another is
    hardly worse, the words are doubtful. ``named``: a block of words stands before, which may be the name.
    """
    flat = list(itertools.chain.from_iterable(block))
    at = [n for n, line in enumerate(block) if any(_CORPORATE.fullmatch(item.text) for item in line)]
    if len(at) != 1 or len(flat) == 1:
        return flat
    line = block[at[0]]
    n = next(n for n, item in enumerate(line) if _CORPORATE.fullmatch(item.text))
    around = [item for m, other in enumerate(block) if m != at[0] for item in other]
    numbers = [item for item in around if _ROW_NUMBER.fullmatch(item.text)]
    around = [item for item in around if not _ROW_NUMBER.fullmatch(item.text)]
    if len(around) > _MOST_LINES or len(numbers) > 1 or any(not _words(i.text) for i in around):
        return flat
    ways = []
    for sides in itertools.product((0, 1), repeat=len(around)):
        cells: tuple[list[Item], list[Item]] = (list(line[:n]), list(line[n + 1 :]))
        for side, item in zip(sides, around, strict=True):
            cells[side].append(item)
        ordered = [sorted(cell, key=lambda item: item.line.number) for cell in cells]
        price = sum(map(_price_of_cell, ordered, widths, (0, 1)))
        price += (0.0 if named else 1.5) * (not ordered[0]) + (1.5 if named else 0.0) * bool(ordered[0])
        price += _price_of_places(
            [[item.line.number - line[n].line.number for item in cell] for cell in ordered]
        )
        ways.append((price, ordered))
    ways.sort(key=lambda way: way[0])
    doubtful = len(ways) > 1 and ways[1][0] - ways[0][0] < _DOUBT
    name, done = ways[0][1]
    return [
        *(replace(i, opens=True) for i in numbers[:1]),
        *(replace(i, column="支出先", opens=m == 0, doubtful=doubtful) for m, i in enumerate(name)),
        replace(line[n], opens=True),
        *(replace(i, column="業務概要", opens=m == 0, doubtful=doubtful) for m, i in enumerate(done)),
    ]


def _price_of_cell(cell: Sequence[Item], widest: float, side: int) -> float:
    """How little the lines of a name (side 0) or of what was done (1) look like lines of one cell."""
    if not cell:
        return 1.5 * side
    lacking = sum(max(0.0, 0.8 - width(item.text) / max(widest, 1)) for item in cell[:-1])
    over = sum(width(item.text) > widest + 3 for item in cell)
    odd = 0.0 if side == 1 or _LEGAL.search(unwrap([item.text for item in cell])) else 0.5
    return 4.0 * lacking + 1.5 * over + odd


def _price_of_places(cells: Sequence[Sequence[int]]) -> float:
    """How little two cells look centred on the line of their number; their lines' places above (−) and below it."""
    off = [sum(at > 0 for at in cell) - sum(at < 0 for at in cell) for cell in cells]
    uncentred = sum(max(0, abs(d) - (0 in cell)) for d, cell in zip(off, cells, strict=True))
    return 0.6 * uncentred + 0.4 * (abs(off[0] - off[1]) if all(0 in cell for cell in cells) else 0)


def _words(text: str) -> bool:
    return not re.fullmatch(r"[\d,.▲△%％-]+", text)


def _parts(text: str) -> list[str]:
    out: list[str] = []
    apart = True
    for word in text.split(" "):
        alone = re.fullmatch(r"\d{13}|\d{1,2}|[▲△]?[\d,.]+[%％]?|-", word) is not None
        if alone or apart:
            out.append(word)
        else:
            out[-1] += f" {word}"
        apart = alone
    return out


def deal(items: Sequence[Item], columns: Sequence[str]) -> list[list[Listed]]:
    """The rows of each block; ``columns`` from left to right, 番号 the first.

    A block begins with a 番号 1 or behind its heads, whichever leaves fewer gaps.
    """
    if len(items) > MAX_ITEMS:
        return []
    ways = [_dealt(items, columns, by_heads) for by_heads in (False, True)]
    _, best = min(ways, key=lambda way: way[0])
    return _blocks(best, items, columns)


def whole_rows(block: Sequence[Listed], columns: Sequence[str]) -> list[Listed]:
    """The rows of a block in which nothing lacks, as far as nothing lacks in those before either.

    Where a row lacks a cell, those behind it may have their neighbours'; and so may the one before it.
    """
    used = {c for c in columns[1:] if 2 * sum(c in row.cells for row in block) >= len(block)}
    numbered = any(columns[0] in row.cells for row in block)
    out: list[Listed] = []
    for row in block:
        if not used <= row.cells.keys() or (numbered and columns[0] not in row.cells):
            return out[:-1]
        out.append(row)
    return out


def _dealt(items: Sequence[Item], columns: Sequence[str], by_heads: bool) -> tuple[float, _State]:
    states = [_State(0.0, (0,) * len(columns), -1, -1, None, None, -1)]
    most = 99
    for n, item in enumerate(items):
        if item.heads and by_heads:
            most = _most_rows(items[n + 1 :])
        unlike = [_unlike(item.text, name) if item.column in ("", name) else _NEVER for name in columns]
        found: dict[tuple[object, ...], _State] = {}
        for state in states:
            for new in _moves(state, item, unlike, columns, by_heads, most):
                key = (new.counts, new.row, new.column, new.block, new.down)
                if key not in found or new.cost < found[key].cost:
                    found[key] = new
        states = sorted(found.values(), key=lambda s: s.cost)[:_BEAM]
    best = min(states, key=lambda s: s.cost + _gaps(s.counts))
    return best.cost + _gaps(best.counts), best


def _most_rows(items: Sequence[Item]) -> int:
    """Rows a block may have: as its numbers count on, or as many as it has 法人番号 or ways of contracting."""
    chain = corporate = methods = 0
    for item in itertools.takewhile(lambda item: not item.heads, items):
        chain += item.text == str(chain + 1)
        corporate += re.fullmatch(r"\d{13}", item.text) is not None
        methods += item.opens and _METHOD.match(item.text) is not None
    return max(chain, corporate, methods)


def _moves(
    state: _State, item: Item, unlike: Sequence[float], columns: Sequence[str], by_heads: bool, most: int
) -> list[_State]:
    begun = state.block >= 0
    gaps = _gaps(state.counts) if begun else 0.0
    if item.heads:
        stay = _State(state.cost, state.counts, state.row, state.column, state, None, state.block)
        if not by_heads or (begun and not any(state.counts)):
            return [stay]
        none = (0,) * len(columns)
        stay.cost += _UNUSED_HEAD if begun else 0.0
        return [stay, _State(state.cost + gaps, none, -1, -1, state, None, state.block + 1)]
    number = re.fullmatch(r"\d[\d,.]*", item.text) is not None
    left_over = _NUMBER_LEFT_OVER if number and by_heads else _LEFT_OVER
    out = [_State(state.cost + left_over, state.counts, state.row, state.column, state, None, state.block)]
    if item.text == "1" and not by_heads:
        counts = (1, *(0 for _ in columns[1:]))
        out.append(_State(state.cost + gaps, counts, 0, 0, state, (state.block + 1, 0, 0), state.block + 1))
    if not begun:
        return out
    words = _words(item.text)
    for column, name in enumerate(columns):
        if unlike[column] >= _NEVER:
            continue
        count = state.counts[column]
        for row in {count, max(count, state.row)}:
            if column == 0 and item.text != str(row + 1):
                continue
            if row >= most or (column > 0 and row > max(state.counts)):
                continue
            cost = state.cost + unlike[column] + _way(state, row, column) + _MISSING * (row - count)
            if column > 0 and row >= state.counts[0]:
                later = by_heads and not state.counts[0]
                cost += _UNNUMBERED if row == max(state.counts) and not later else _NUMBERS_LATER
            if not item.opens and words:
                cost += _NEW_WITHOUT_OPENING
            if re.match(r"[（(]", item.text) and name == "契約方式等":
                cost += 2.0
            counts = (*state.counts[:column], row + 1, *state.counts[column + 1 :])
            down = True if column == state.column else False if row == state.row else state.down
            if down != state.down and state.down is not None:
                cost += _TURN
            out.append(
                _State(cost, counts, row, column, state, (state.block, row, column), state.block, down)
            )
        if words and name in _WORDS and count:
            here = column == state.column and count - 1 == state.row
            if here:
                cost = _GOES_ON_OPENING if item.opens else _GOES_ON
            elif count - 1 == state.row and not item.opens:
                cost = _BACK_INTO
            else:
                continue
            out.append(
                _State(
                    state.cost + cost + 0.3 * unlike[column],
                    state.counts,
                    count - 1,
                    column,
                    state,
                    (state.block, count - 1, column),
                    state.block,
                    state.down,
                )
            )
    return out


def _way(state: _State, row: int, column: int) -> float:
    if column == state.column:
        return _DOWN if row == state.row + 1 else _BACK
    if row == state.row:
        return _ALONG if column == state.column + 1 else _OVER if column > state.column else _BACK
    if row == state.row + 1 and column < state.column:
        return _NEXT_ROW
    if column == state.column + 1 and row < state.row:
        return _TOP
    return _OVER if column > state.column else _BACK


def _gaps(counts: tuple[int, ...]) -> float:
    rows = max(counts)
    return sum(_COLUMN_UNUSED if count == 0 else _MISSING * (rows - count) for count in counts)


def _blocks(state: _State, items: Sequence[Item], columns: Sequence[str]) -> list[list[Listed]]:
    moves: list[tuple[int, int, int] | None] = []
    at: _State | None = state
    while at is not None and at.before is not None:
        moves.append(at.move)
        at = at.before
    moves.reverse()
    blocks: list[dict[int, Listed]] = []
    for item, move in zip(items, moves, strict=True):
        if move is None:
            continue
        block, row, column = move
        while len(blocks) <= block:
            blocks.append({})
        listed = blocks[block].setdefault(row, Listed(row + 1))
        listed.cells.setdefault(columns[column], []).append(item)
    return [[rows[n] for n in sorted(rows)] for rows in blocks]


_METHOD = re.compile(
    r"[（(]?(一般|指名|随意|競争|総合評価|最低価格|少額|企画競争|公募|不落|その他|補助金|運営費|交付|国庫債務)"
)
_AMOUNTS = frozenset({"支出額", "契約額", "金額"})


def _unlike(text: str, name: str) -> float:
    """What it costs to take a text for a cell of a column."""
    folded = fold(text)
    if folded == "-":
        return {"番号": _NEVER, "支出先": 2.5, "契約先": 1.0, "支出額": 1.5}.get(name, 0.0)
    if re.fullmatch(r"\d{13}", folded):
        return 0.0 if name == "法人番号" else _NEVER
    if re.fullmatch(r"[\d,.]+%", folded):
        return 0.0 if name == "落札率" else _NEVER
    if re.fullmatch(r"[▲△]?\d[\d,.]*", folded):
        if name in _AMOUNTS:
            return 0.0
        if name in ("番号", "入札者数"):
            return 0.0 if re.fullmatch(r"\d{1,3}", folded) else _NEVER
        return {"落札率": 1.0}.get(name, _NEVER)
    if name in ("番号", "法人番号", "入札者数", "落札率") or name in _AMOUNTS:
        return _NEVER
    if name == "ブロック":
        return 0.0 if re.fullmatch(r"[a-z]{1,2}", folded) else _NEVER
    if name == "契約方式等":
        return 0.0 if _METHOD.match(text) and len(folded) <= 24 else 2.5
    if name == "理由":
        return 0.5 if re.search(r"改善|ため|理由|見直|応札|公告|随意|唯一|競争", folded) else 2.0
    cost = 1.0 if _METHOD.match(text) and len(folded) <= 14 else 0.0
    if name in ("支出先", "契約先"):
        return cost + (0.0 if pieces.is_company(folded) or len(folded) <= 6 else 0.3)
    return cost + 0.2 * pieces.is_company(folded)
