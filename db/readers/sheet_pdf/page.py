"""What stands on a PDF page: characters with their places and the ruled lines, through pdfium.

Coordinates are points from the page's upper left corner with the text upright, however the page is turned.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MAX_CHARACTERS = 60_000
MAX_OBJECTS = 60_000
"""On one page; a review sheet has some thousands of each."""
MAX_SIDE = 14_400.0
"""Points; no PDF page is larger."""
_OFF_PAGE = 10.0
_THIN = 2.5
"""A filled rectangle not thicker than this is a line."""
_STRAIGHT = 0.6
"""A line that leaves its direction by no more than this is horizontal or vertical."""
_LETTER, _BOX = 16.0, 7.0
"""Closed figures smaller than this rule nothing: outlines of letters, check boxes."""
_MAX_DEPTH = 4


class PageError(Exception):
    """A page that cannot be read; the text says why, in Japanese."""


@dataclass(slots=True)
class Character:
    """One character and its box.

    baseline  where its line runs (boxes differ between fonts of one line)
    index     its place in the page's content
    clip      the rectangle it is shown in, where one cuts its text off: the cell it belongs to
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    index: int
    clip: tuple[float, float, float, float] | None = None

    @property
    def cx(self) -> float:
        """Middle from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def cy(self) -> float:
        """Middle from top to bottom."""
        return (self.y0 + self.y1) / 2

    @property
    def place(self) -> tuple[float, float]:
        """A point in the cell the character belongs to: its middle, kept inside the clip."""
        if self.clip is None:
            return self.cx, self.cy
        left, top, right, bottom = self.clip
        x = min(max(self.cx, left + 0.5), max(right - 0.5, left + 0.5))
        y = min(max(self.cy, top + 0.5), max(bottom - 0.5, top + 0.5))
        return x, y


@dataclass(slots=True)
class Segment:
    """A ruled line: horizontal (y0 == y1) or vertical (x0 == x1)."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class PageContent:
    """Everything read from a page."""

    width: float
    height: float
    characters: list[Character]
    horizontal: list[Segment]
    vertical: list[Segment]


class _View:
    """From PDF space to what is read: origin upper left, the page turned so that its text stands upright."""

    def __init__(self, page: pdfium.PdfPage, rotation: int) -> None:
        left, bottom, right, top = page.get_cropbox()
        self.rotation = rotation
        self._left, self._bottom, self._right, self._top = left, bottom, right, top
        wide, high = right - left, top - bottom
        self.width, self.height = (high, wide) if self.rotation in (90, 270) else (wide, high)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of PDF space as seen."""
        if self.rotation == 90:
            return y - self._bottom, x - self._left
        if self.rotation == 180:
            return self._right - x, y - self._bottom
        if self.rotation == 270:
            return self._top - y, self._right - x
        return x - self._left, self._top - y

    def shows(self, x: float, y: float) -> bool:
        """True for a point on the page (or a little beside it); False for one no print shows, or no number."""
        across = -_OFF_PAGE <= x <= self.width + _OFF_PAGE
        return bool(across and -_OFF_PAGE <= y <= self.height + _OFF_PAGE)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A rectangle of PDF space as seen: left, top, right, bottom."""
        ax, ay = self.point(x0, y0)
        bx, by = self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def read_page(page: pdfium.PdfPage) -> PageContent:
    """Characters and ruled lines of a page; PageError where it holds more than any sheet does."""
    text = page.get_textpage()
    try:
        n = text.count_chars()
        if n > MAX_CHARACTERS:
            raise PageError(f"文字が{n:,}字あり、多すぎます")
        view = _View(page, _direction(text.raw, n))
        if not (0 < view.width <= MAX_SIDE and 0 < view.height <= MAX_SIDE):
            raise PageError("大きさが正しくありません")
        characters = _without_doubles(
            [c for c in _read_characters(text.raw, n, view) if view.shows(c.cx, c.cy)]
        )
    finally:
        text.close()
    horizontal: list[Segment] = []
    vertical: list[Segment] = []
    for line in _strokes(page.raw, view):
        x0, y0, x1, y1 = (min(max(v, -_OFF_PAGE), MAX_SIDE) for v in line)
        if not (view.shows((x0 + x1) / 2, (y0 + y1) / 2) or (view.shows(x0, y0) and view.shows(x1, y1))):
            continue
        if abs(y1 - y0) <= _STRAIGHT and abs(x1 - x0) > 0.2:
            y = (y0 + y1) / 2
            horizontal.append(Segment(min(x0, x1), y, max(x0, x1), y))
        elif abs(x1 - x0) <= _STRAIGHT and abs(y1 - y0) > 0.2:
            x = (x0 + x1) / 2
            vertical.append(Segment(x, min(y0, y1), x, max(y0, y1)))
    return PageContent(view.width, view.height, characters, horizontal, vertical)


def count_characters(page: pdfium.PdfPage) -> int:
    """How many characters a page has (a scanned page has none)."""
    text = page.get_textpage()
    try:
        return int(text.count_chars())
    finally:
        text.close()


def plain_text(page: pdfium.PdfPage) -> str:
    """The page's text in content order, for recognising a form."""
    text = page.get_textpage()
    try:
        n = text.count_chars()
        return str(text.get_text_range(0, min(n, 6_000))) if n > 0 else ""
    finally:
        text.close()


def _direction(text: raw.FPDF_TEXTPAGE, n: int) -> int:
    """The quarter turn (degrees, counterclockwise) most of the text is drawn in."""
    turns = [0, 0, 0, 0]
    for i in range(0, n, max(n // 200, 1)):
        angle = raw.FPDFText_GetCharAngle(text, i)
        if angle >= 0:
            turns[-round(angle / (math.pi / 2)) % 4] += 1  # pdfium counts clockwise
    return 90 * turns.index(max(turns))


def _read_characters(text: raw.FPDF_TEXTPAGE, n: int, view: _View) -> Iterator[Character]:
    rect = raw.FS_RECTF()
    origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
    clips = _Clips(view)
    high = ""
    for i in range(n):
        code = raw.FPDFText_GetUnicode(text, i)
        if code == 0 or raw.FPDFText_IsGenerated(text, i) == 1:
            continue
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        ch = chr(code)
        if high:
            ch, high = (high + ch).encode("utf-16", "surrogatepass").decode("utf-16", "replace"), ""
        if ch in "\r\n\x02\ufffe\uffff" or not raw.FPDFText_GetLooseCharBox(text, i, rect):
            continue
        x0, y0, x1, y1 = view.box(rect.left, rect.bottom, rect.right, rect.top)
        baseline = y1
        if raw.FPDFText_GetCharOrigin(text, i, origin_x, origin_y):
            baseline = view.point(origin_x.value, origin_y.value)[1]
        yield Character(ch, x0, y0, x1, y1, baseline, i, clips.of(raw.FPDFText_GetTextObject(text, i)))


class _Clips:
    """The rectangle each text object is cut off at, looked up once an object."""

    def __init__(self, view: _View) -> None:
        self._view = view
        self._known: dict[int, tuple[float, float, float, float] | None] = {}

    def of(self, obj: raw.FPDF_PAGEOBJECT) -> tuple[float, float, float, float] | None:
        """The clip of a text object as seen; None where there is none."""
        if not obj:
            return None
        address = ctypes.addressof(obj.contents)
        if address not in self._known:
            self._known[address] = self._read(obj)
        return self._known[address]

    def _read(self, obj: raw.FPDF_PAGEOBJECT) -> tuple[float, float, float, float] | None:
        path = raw.FPDFPageObj_GetClipPath(obj)
        count = raw.FPDFClipPath_CountPaths(path) if path else -1
        x, y = ctypes.c_float(), ctypes.c_float()
        clip: tuple[float, float, float, float] | None = None
        for p in range(min(max(count, 0), 16)):
            points = []
            for s in range(min(raw.FPDFClipPath_CountPathSegments(path, p), 64)):
                if raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(path, p, s), x, y):
                    points.append(self._view.point(x.value, y.value))
            if len(points) < 3:
                continue
            xs, ys = [q[0] for q in points], [q[1] for q in points]
            box = (min(xs), min(ys), max(xs), max(ys))
            if clip is not None:
                box = (max(box[0], clip[0]), max(box[1], clip[1]), min(box[2], clip[2]), min(box[3], clip[3]))
            clip = box
        return clip if clip is not None and clip[2] > clip[0] and clip[3] > clip[1] else None


def _without_doubles(characters: list[Character]) -> list[Character]:
    """Without the second print of a character that is made bold by printing it twice."""
    seen: dict[tuple[str, int, int], Character] = {}
    out: list[Character] = []
    for c in characters:
        near = 0.25 * max(c.y1 - c.y0, 1.0)
        cell = (round(c.x0 / 2), round(c.y0 / 2))
        twin = next(
            (
                o
                for dx in (-1, 0, 1)
                for dy in (-1, 0, 1)
                if (o := seen.get((c.text, cell[0] + dx, cell[1] + dy))) is not None
                and abs(o.x0 - c.x0) < near
                and abs(o.y0 - c.y0) < near
            ),
            None,
        )
        if twin is None or not c.text.strip():
            seen[(c.text, *cell)] = c
            out.append(c)
    return out


# ───────────────────────── ruled lines ─────────────────────────
_Point = tuple[float, float]
_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


def _product(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    A, B, C, D, E, F = outer
    return (
        a * A + b * C,
        a * B + b * D,
        c * A + d * C,
        c * B + d * D,
        e * A + f * C + E,
        e * B + f * D + F,
    )


def _strokes(page: raw.FPDF_PAGE, view: _View) -> Iterator[tuple[float, float, float, float]]:
    """End points of every drawn straight line, as seen."""
    n = raw.FPDFPage_CountObjects(page)
    if n > MAX_OBJECTS:
        raise PageError(f"描かれた要素が{n:,}個あり、多すぎます")
    objects = (raw.FPDFPage_GetObject(page, i) for i in range(n))
    for x0, y0, x1, y1 in _lines_of(objects, _IDENTITY, 0):
        ax, ay = view.point(x0, y0)
        bx, by = view.point(x1, y1)
        yield ax, ay, bx, by


def _lines_of(
    objects: Iterator[raw.FPDF_PAGEOBJECT], outer: _Matrix, depth: int
) -> Iterator[tuple[float, float, float, float]]:
    for obj in objects:
        kind = raw.FPDFPageObj_GetType(obj)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield from _lines_of_path(obj, _product(_matrix(obj), outer))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            n = raw.FPDFFormObj_CountObjects(obj)
            inside = (raw.FPDFFormObj_GetObject(obj, i) for i in range(min(n, MAX_OBJECTS)))
            yield from _lines_of(inside, _product(_matrix(obj), outer), depth + 1)


def _matrix(obj: raw.FPDF_PAGEOBJECT) -> _Matrix:
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(obj, m):
        return _IDENTITY
    return (m.a, m.b, m.c, m.d, m.e, m.f)


def _lines_of_path(obj: raw.FPDF_PAGEOBJECT, matrix: _Matrix) -> Iterator[tuple[float, float, float, float]]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(obj, fill, stroke)
    if not stroke.value and not fill.value:
        return
    if stroke.value and _invisible(obj):
        return
    for points in _subpaths(obj, matrix):
        drawn = [p for p in points if p is not None]
        if _is_ornament(points, drawn):
            continue
        if stroke.value:
            for a, b in pairwise(points):
                if a is not None and b is not None:
                    yield *a, *b
        elif len(drawn) == len(points):
            yield from _thin_fill(drawn)


def _is_ornament(points: list[_Point | None], drawn: list[_Point]) -> bool:
    """True for a small closed or curved figure: the outline of a letter, a check box, an arrow's head."""
    if len(points) < 4 or not drawn:
        return False
    wide = max(x for x, _ in drawn) - min(x for x, _ in drawn)
    high = max(y for _, y in drawn) - min(y for _, y in drawn)
    curved_or_jagged = len(drawn) < len(points) or len(points) > 5
    return max(wide, high) < (_LETTER if curved_or_jagged else _BOX)


def _invisible(obj: raw.FPDF_PAGEOBJECT) -> bool:
    """True for a white or wholly transparent line."""
    r, g, b, a = (ctypes.c_uint() for _ in range(4))
    if not raw.FPDFPageObj_GetStrokeColor(obj, r, g, b, a):
        return False
    return a.value == 0 or min(r.value, g.value, b.value) >= 254


def _subpaths(obj: raw.FPDF_PAGEOBJECT, matrix: _Matrix) -> list[list[_Point | None]]:
    """The points of each part of a path; None stands where a curve lies between two of them."""
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    out: list[list[_Point | None]] = []
    for i in range(min(raw.FPDFPath_CountSegments(obj), 20_000)):
        segment = raw.FPDFPath_GetPathSegment(obj, i)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        at = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_MOVETO or not out:
            out.append([at])
        elif kind == raw.FPDF_SEGMENT_LINETO:
            out[-1].append(at)
        else:
            out[-1] += [None, at]
        if raw.FPDFPathSegment_GetClose(segment) and out[-1][-1] != out[-1][0]:
            out[-1].append(out[-1][0])
    return out


def _thin_fill(points: list[_Point]) -> Iterator[tuple[float, float, float, float]]:
    """The line a thin filled rectangle draws; shading draws none."""
    if len(points) < 3:
        return
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
    if y1 - y0 <= _THIN and x1 - x0 > y1 - y0:
        y = (y0 + y1) / 2
        yield x0, y, x1, y
    elif x1 - x0 <= _THIN and y1 - y0 > x1 - x0:
        x = (x0 + x1) / 2
        yield x, y0, x, y1
