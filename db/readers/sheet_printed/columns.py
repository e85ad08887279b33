"""Which column of a list the cells of a row stand in: by what they look like, their order and their place.

A line moves a few places with the words that stand on it, and the words of one cell stand on several lines of
their own. So no line has all the cells of its row at the places of their heads; but from left to right they are
in the columns' order, and a 法人番号, an amount or a way of contracting says what it is.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Callable, Sequence

from db.readers.sheet_printed.tokens import Token
from db.text import DASHES

_NEVER = 1e6
_METHOD = re.compile(
    r"[（(]?(一般|指名|随意|競争|総合評価|最低価格|少額|企画競争|公募|不落|その他|補助金|運営費|交付)"
)
AMOUNT = re.compile(r"[▲△]?\d[\d,.]*(?:百万円|千円|円)?")
_PLACES = 8.0
"""A cell this far from where its column is expected costs as much as one that looks unlike its column."""
_FAR = 3.0
_UNSURE = 0.7
"""Where another column would be hardly worse, nothing is placed."""


def whole_words(row: list[Token]) -> list[Token]:
    """The cells of a list's row; a 法人番号 or figure with only one space beside it stands for itself."""
    out: list[Token] = []
    for t in row:
        at = t.x0
        run: list[str] = []
        begun = at
        for word in t.text.split(" "):
            alone = re.fullmatch(r"\d{13}|[\d,.]+[%％]?", word) is not None
            if alone and run:
                out.append(Token(" ".join(run), begun, at - 1, t.line))
                run = []
            if not run:
                begun = at
            run.append(word)
            at += len(word) + 1
            if alone:
                out.append(Token(word, begun, at - 1, t.line))
                run = []
        if run:
            out.append(Token(" ".join(run), begun, at - 1, t.line))
    return out


def extents(
    rows: list[list[Token]], at: int, numbered: list[int], ends: Callable[[list[Token]], bool]
) -> list[tuple[int, int]]:
    """First and last line of each row whose number (or amount) stands on a line of ``numbered``: what stands
    between empty lines, the number in its middle.

    Where rows follow each other without an empty line, each reaches as far below its number as above it.
    """
    out: list[tuple[int, int]] = []
    for i, n in enumerate(numbered):
        above = out[-1][1] if out else at
        after = numbered[i + 1] if i + 1 < len(numbered) else len(rows)
        top = n
        while top - 1 > above and rows[top - 1]:
            top -= 1
        bottom = n
        while bottom + 1 < after and rows[bottom + 1] and not ends(rows[bottom + 1]):
            bottom += 1
        if bottom + 1 == after:
            bottom = min(bottom, max(n + (n - top), n))
        out.append((top, bottom))
    return out


class Columns:
    """The columns of a list: their names, and where their cells stand on a page's lines.

    ``names``: 番号, 支出先 …; ``spans``: where the heads stand; ``lines``: all lines of the list on this page.
    """

    def __init__(
        self, names: Sequence[str], spans: Sequence[tuple[float, float]], lines: Sequence[Sequence[Token]]
    ) -> None:
        self._names = names
        self._at = [(a + b) / 2 for a, b in spans]
        whole = [
            cells
            for cells in lines
            if len(cells) == len(names)
            and all(_unlike(c.text, name) < _NEVER for c, name in zip(cells, names, strict=True))
        ]
        if whole:
            self._at = [statistics.median(cells[i].cx for cells in whole) for i in range(len(names))]

    def place(self, lines: Sequence[Sequence[Token]]) -> list[list[Token]] | None:
        """The cells of a row (its lines from top to bottom) by column; None where a place is in doubt."""
        found: list[list[Token]] = [[] for _ in self._names]
        for cells in sorted(lines, key=lambda cells: -len(cells)):
            columns = self._line(cells, found)
            if columns is None:
                return None
            for cell, column in zip(cells, columns, strict=True):
                found[column].append(cell)
        if any(
            len(written) > 1 for written, name in zip(found, self._names, strict=True) if name in _FIGURES
        ):
            return None
        return [sorted(written, key=lambda t: t.line) for written in found]

    def _line(self, cells: Sequence[Token], found: Sequence[Sequence[Token]]) -> list[int] | None:
        """The column of each cell of a line, rising; None where another way would be hardly worse."""
        if len(cells) > len(self._names):
            return None
        costs = [
            [self._cost(cell, column, found[column]) for column in range(len(self._names))] for cell in cells
        ]
        best, columns = _rising(costs)
        if best >= _NEVER:
            return None
        for i, column in enumerate(columns):
            others = [list(row) for row in costs]
            others[i][column] = _NEVER
            if _rising(others)[0] - best < _UNSURE:
                return None
        return columns

    def _cost(self, cell: Token, column: int, found: Sequence[Token]) -> float:
        cost = _unlike(cell.text, self._names[column])
        if cost >= _NEVER:
            return _NEVER
        if any(min(cell.x1, t.x1) - max(cell.x0, t.x0) > 0 for t in found):
            return cost - 1.0
        at = statistics.fmean(t.cx for t in found) if found else self._at[column]
        return cost + min(abs(cell.cx - at) / _PLACES, _FAR)


def _rising(costs: Sequence[Sequence[float]]) -> tuple[float, list[int]]:
    """The cheapest way to give each row of ``costs`` a column right of the one before: (cost, columns)."""
    width = len(costs[0])
    best: list[tuple[float, list[int]]] = [(0.0, [])] * (width + 1)
    for row in costs:
        upto: list[tuple[float, list[int]]] = [(_NEVER * len(costs), [])]
        for column in range(width):
            here = (best[column][0] + row[column], [*best[column][1], column])
            upto.append(min(here, upto[-1], key=lambda way: way[0]))
        best = upto
    return best[-1]


_FIGURES = frozenset({"番号", "法人番号", "支出額", "契約額", "金額", "入札者数", "落札率"})
_AMOUNTS = frozenset({"支出額", "契約額", "金額"})
_NAMES = frozenset({"支出先", "契約先", "業務概要", "費目", "使途"})


def _unlike(text: str, name: str) -> float:
    """What it costs to take a cell for one of a column."""
    if text in DASHES:
        return {"番号": _NEVER, "支出先": 2.0, "契約先": 1.0, "業務概要": 1.0}.get(name, 0.0)
    if re.fullmatch(r"\d{13}", text):
        return 0.0 if name == "法人番号" else _NEVER
    if re.fullmatch(r"[\d,.]+[%％]", text):
        return 0.0 if name == "落札率" else 2.0 if name in _NAMES else _NEVER
    if AMOUNT.fullmatch(text):
        small = re.fullmatch(r"\d{1,3}", text) is not None
        if name in _AMOUNTS:
            return 0.0
        if name in ("番号", "入札者数"):
            return 0.0 if small else _NEVER
        return {"落札率": 1.0, "法人番号": 2.0}.get(name, 3.0 if name in _NAMES else _NEVER)
    if name in _FIGURES:
        return _NEVER
    if name == "ブロック":
        return 0.0 if re.fullmatch(r"[A-ZＡ-Ｚa-z]{1,2}", text) else _NEVER
    method = _METHOD.match(text) is not None
    if name == "契約方式等":
        return 0.0 if method else 2.0
    return 1.5 if method else 0.5 if name not in _NAMES else 0.0
