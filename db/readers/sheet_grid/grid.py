"""A sheet as boxes in the plane: what Excel cells and ruled PDF cells have in common.

x grows to the right, y downwards over all pages. Excel uses column and row indices as coordinates, PDF
points; nothing here depends on which: boxes are related by overlap alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from db.readers.form_labels import label_key
from db.text import fold, is_blank


@dataclass(eq=False)
class Box:
    """One cell (merged cells are one box), or one line of text that stands in no cell.

    text     as displayed, line breaks kept where they are meant
    locator  for people: 「シート名!AB12」「2ページ 上から3.1cm 左から2.0cm」
    free     True for text outside any ruled cell and for text boxes drawn over the cells
    hidden   True where the row or column is hidden: kept, but not part of the printed sheet
    placed   set by the extractor: this box's text went into the sheet (or is the form's own wording)
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    locator: str = ""
    free: bool = False
    hidden: bool = False
    placed: bool = field(default=False, repr=False)

    @cached_property
    def key(self) -> str:
        """The text as labels are compared."""
        return label_key(self.text)

    @cached_property
    def folded(self) -> str:
        """The text folded, brackets kept."""
        return fold(self.text)

    @property
    def blank(self) -> bool:
        """True where nothing is written, a dash included."""
        return is_blank(self.text)

    @property
    def empty(self) -> bool:
        """True where not even a dash is written."""
        return not self.text.strip()

    @property
    def cx(self) -> float:
        """Middle of the box from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        """Middle of the box from top to bottom."""
        return (self.y0 + self.y1) / 2

    def same_rows(self, other: Box) -> bool:
        """True where the two stand side by side: they share half the height of the lower one."""
        shared = min(self.y1, other.y1) - max(self.y0, other.y0)
        return shared >= 0.5 * min(self.y1 - self.y0, other.y1 - other.y0)

    def same_columns(self, other: Box) -> bool:
        """True where the two stand one above the other: they share half the width of the narrower one."""
        shared = min(self.x1, other.x1) - max(self.x0, other.x0)
        return shared >= 0.5 * min(self.x1 - self.x0, other.x1 - other.x0)


class Grid:
    """The boxes of one project's sheet, with the questions the extractor asks of them.

    ``row`` is the usual height of a row (1 in Excel, some 12 points in a PDF): what "near" is measured by.
    """

    def __init__(self, boxes: Iterable[Box], row: float) -> None:
        self.boxes = sorted(boxes, key=lambda b: (b.y0, b.x0))
        self.row = row
        self.slack = 0.12 * row
        self.bottom = max((b.y1 for b in self.boxes), default=0.0)
        """Where the last box ends."""
        self._bands: dict[int, list[Box]] = {}
        for box in self.boxes:
            for band in range(self._band(box.y0), self._band(box.y1) + 1):
                self._bands.setdefault(band, []).append(box)
        self._written = sorted(self._bands)

    def _band(self, y: float) -> int:
        return int(y // self.row)

    def between(self, y0: float, y1: float, x0: float = -1e9, x1: float = 1e9) -> Iterator[Box]:
        """Boxes whose middle lies in a rectangle, from top to bottom and left to right."""
        found: set[int] = set()
        out: list[Box] = []
        first = bisect_left(self._written, self._band(y0))
        last = bisect_right(self._written, self._band(min(y1, self.bottom)))
        for band in self._written[first:last]:
            for b in self._bands[band]:
                if id(b) not in found and y0 <= b.cy < y1 and x0 <= b.cx < x1:
                    found.add(id(b))
                    out.append(b)
        out.sort(key=lambda b: (b.y0, b.x0))
        return iter(out)

    def beside(self, box: Box) -> list[Box]:
        """Boxes that share rows with a box, itself left out, from left to right."""
        found: dict[int, Box] = {}
        for band in range(self._band(box.y0), self._band(box.y1) + 1):
            for b in self._bands.get(band, ()):
                if b is not box and b.same_rows(box):
                    found[id(b)] = b
        return sorted(found.values(), key=lambda b: (b.x0, b.y0))

    def right_of(self, box: Box) -> list[Box]:
        """Boxes right of a box in its rows, nearest first."""
        return [b for b in self.beside(box) if b.x0 >= box.x1 - self.slack or b.cx > box.x1]

    def left_of(self, box: Box) -> list[Box]:
        """Boxes left of a box in its rows, nearest first."""
        return [b for b in reversed(self.beside(box)) if b.x1 <= box.x0 + self.slack]

    def below(self, box: Box, limit: float) -> list[Box]:
        """Boxes under a box in its columns down to ``limit`` rows, nearest first."""
        return [
            b
            for b in self.between(box.y1 - self.slack, box.y1 + limit * self.row)
            if b is not box and b.y0 >= box.y1 - self.slack * 2 and b.same_columns(box)
        ]

    def above(self, box: Box, limit: float) -> list[Box]:
        """Boxes over a box in its columns up to ``limit`` rows, nearest first."""
        found = [
            b
            for b in self.between(box.y0 - limit * self.row, box.y0 + self.slack)
            if b is not box and b.y1 <= box.y0 + self.slack * 2 and b.same_columns(box)
        ]
        return sorted(found, key=lambda b: -b.y1)

    def at(self, x: float, y: float) -> Box | None:
        """The box that covers a point; a ruled cell goes before text without a cell."""
        covering = [b for b in self._bands.get(self._band(y), ()) if b.x0 <= x < b.x1 and b.y0 <= y < b.y1]
        return min(covering, key=lambda b: (b.free, (b.x1 - b.x0) * (b.y1 - b.y0)), default=None)

    def cross(self, head: Box, row: Box) -> Box | None:
        """The cell under a column's head in the row of another box.

        Where merged cells are unknown a value stands in the first cell of what was merged: then the boxes
        that start under the head are looked at, too.
        """
        hit = self.at(head.cx, row.cy)
        if hit is not None:
            return hit
        candidates = [
            b
            for b in self.beside(row)
            if head.x0 - self.slack <= b.x0 < head.x1 and b.x1 <= head.x1 + self.slack and b.cx < head.x1
        ]
        return candidates[0] if candidates else None

    def find(self, matches: Callable[[Box], bool], y0: float = -1.0, y1: float = 1e9) -> list[Box]:
        """Boxes that match, from top to bottom, within y0 ≤ middle < y1."""
        return [b for b in self.boxes if y0 <= b.cy < y1 and not b.hidden and matches(b)]
