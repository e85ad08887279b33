"""Ruled lines to cells: every rectangle closed by lines is a cell, whatever cells were merged to make it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from db.readers.sheet_pdf.page import PageContent, Segment

_SAME_LINE = 2.0
"""Lines nearer than this are one (double and thick borders)."""
_GAP = 3.6
"""A dashed line's gaps are no wider than this."""
_REACH = 2.2
"""A line may end this much short of the one it meets."""
MAX_ELEMENTS = 2_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """A closed rectangle.

    ``open_top`` and ``open_bottom`` tell that the page's edge, not a line, ends it there: a merged cell
    that goes on from the page before or to the next.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    open_top: bool = False
    open_bottom: bool = False


@dataclass
class Ruling:
    """The cells of a page, and which region any point lies in (for text outside the cells)."""

    xs: list[float]
    ys: list[float]
    region: npt.NDArray[np.int32]
    cells: dict[int, Cell]

    def region_at(self, x: float, y: float) -> int:
        """Number of the region a point lies in; 0 is outside every line."""
        i, j = bisect_right(self.ys, y), bisect_right(self.xs, x)
        return int(self.region[i, j])


def rule(content: PageContent) -> Ruling:
    """Find the cells of a page."""
    drawn = [(s.y0, s.x0, s.x1) for s in content.horizontal]
    ys, rows = _tracks(drawn + _page_edges(content.vertical))
    xs, columns = _tracks([(s.x0, s.y0, s.y1) for s in content.vertical])
    if len(ys) * len(xs) > MAX_ELEMENTS:
        return Ruling([], [], np.zeros((1, 1), np.int32), {})
    across = _covered(rows, xs)
    down = _covered(columns, ys)
    region = _regions(across, down, len(ys) + 1, len(xs) + 1)
    cells = _cells(region, xs, ys)
    if ys:
        cells = {n: _with_open_ends(cell, drawn, ys[0], ys[-1]) for n, cell in cells.items()}
    return Ruling(xs, ys, region, cells)


def _page_edges(vertical: list[Segment]) -> list[tuple[float, float, float]]:
    """Where the vertical lines end at the page's foot (or begin at its head), a line that closes the cells."""
    out: list[tuple[float, float, float]] = []
    if not vertical:
        return out
    for edge in (min(s.y0 for s in vertical), max(s.y1 for s in vertical)):
        reaching = [s.x0 for s in vertical if s.y0 <= edge + _SAME_LINE and s.y1 >= edge - _SAME_LINE]
        if len(reaching) > 1:
            out.append((edge, min(reaching), max(reaching)))
    return out


def _with_open_ends(cell: Cell, drawn: list[tuple[float, float, float]], first: float, last: float) -> Cell:
    def ruled(y: float) -> bool:
        reach = sum(
            max(0.0, min(end, cell.x1) - max(start, cell.x0))
            for place, start, end in drawn
            if abs(place - y) <= 1.5 * _SAME_LINE
        )
        return reach >= 0.5 * (cell.x1 - cell.x0)

    return replace(
        cell,
        open_top=cell.y0 <= first + _SAME_LINE and not ruled(cell.y0),
        open_bottom=cell.y1 >= last - _SAME_LINE and not ruled(cell.y1),
    )


_Track = list[tuple[float, float]]


def _tracks(lines: list[tuple[float, float, float]]) -> tuple[list[float], list[_Track]]:
    """Lines by their place: near ones fall together, their stretches are joined over small gaps."""
    places: list[float] = []
    tracks: list[_Track] = []
    lines = sorted(lines)
    first = 0.0
    for place, start, end in lines:
        if not places or place - first > _SAME_LINE:
            places.append(place)
            tracks.append([])
            first = place
        tracks[-1].append((start, end))
    return places, [_joined(t) for t in tracks]


def _joined(stretches: _Track) -> _Track:
    out: _Track = []
    for start, end in sorted(stretches):
        if out and start - out[-1][1] <= _GAP:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _covered(tracks: list[_Track], marks: list[float]) -> npt.NDArray[np.bool_]:
    """covered[t, k]: track t is drawn between mark k-1 and mark k (0 and the last lie outside the marks)."""
    out = np.zeros((len(tracks), len(marks) + 1), np.bool_)
    if len(marks) < 2:
        return out
    starts, ends = np.array(marks[:-1]), np.array(marks[1:])
    slack = np.minimum(_REACH, 0.45 * (ends - starts))
    for t, stretches in enumerate(tracks):
        for start, end in stretches:
            out[t, 1:-1] |= (start <= starts + slack) & (end >= ends - slack)
    return out


def _regions(
    across: npt.NDArray[np.bool_], down: npt.NDArray[np.bool_], rows: int, columns: int
) -> npt.NDArray[np.int32]:
    """Number each element of the plane by the region it is connected to; the outside is 0."""
    region = np.full((rows, columns), -1, np.int32)
    number = 0
    for i in range(rows):
        for j in range(columns):
            if region[i, j] >= 0:
                continue
            region[i, j] = number
            todo = [(i, j)]
            while todo:
                r, c = todo.pop()
                if r > 0 and region[r - 1, c] < 0 and not across[r - 1, c]:
                    region[r - 1, c] = number
                    todo.append((r - 1, c))
                if r + 1 < rows and region[r + 1, c] < 0 and not across[r, c]:
                    region[r + 1, c] = number
                    todo.append((r + 1, c))
                if c > 0 and region[r, c - 1] < 0 and not down[c - 1, r]:
                    region[r, c - 1] = number
                    todo.append((r, c - 1))
                if c + 1 < columns and region[r, c + 1] < 0 and not down[c, r]:
                    region[r, c + 1] = number
                    todo.append((r, c + 1))
            number += 1
    return region


def _cells(region: npt.NDArray[np.int32], xs: list[float], ys: list[float]) -> dict[int, Cell]:
    """Regions that are whole rectangles."""
    out: dict[int, Cell] = {}
    if len(xs) < 2 or len(ys) < 2:
        return out
    inner = region[1:-1, 1:-1]
    order = np.argsort(inner, axis=None, kind="stable")
    flat = inner.ravel()[order]
    starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
    for start, end in zip(starts, [*starts[1:], len(flat)], strict=True):
        number = int(flat[start])
        if number == 0:
            continue
        r, c = np.unravel_index(order[start:end], inner.shape)
        top, bottom, left, right = int(r.min()), int(r.max()), int(c.min()), int(c.max())
        if (bottom - top + 1) * (right - left + 1) == end - start:
            out[number] = Cell(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
    return out
