"""Characters and ruled lines of a scanned page, by 文字認識 (Tesseract), where it is installed (extra ``ocr``)."""

from __future__ import annotations

import os
import shutil
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from db.readers.sheet_pdf.cells import Cell, rule
from db.readers.sheet_pdf.page import Character, PageContent, PageError, Segment

DOTS_PER_INCH = 300
MAX_DOTS = 60_000_000
"""Of one page; an A3 page has some 17 million."""
SECONDS_A_PAGE = 120
_SCALE = DOTS_PER_INCH / 72
_DARK = 140
_LEAST_LINE = 18.0
"""Points; no stroke of a letter is as long."""
_LEAST_CONFIDENCE = 20
_RULES = frozenset("|｜¦―—_[]")
_BORDER, _SPACE, _STRIP = 3, 40, 12_000
"""Dots: a ruled line's half width; between the cells of a strip; a strip's height."""
_WITHIN_A_LINE, _TALLEST, _THIN = 5, 44, 8
"""Dots: free rows within a letter, the height of a line, of a dash or dot."""
_WIDE_GAP = 60
_LINE = 4
"""Tesseract's level of a line."""
"""What remains of ruled lines is taken for these."""

_THREADS = "OMP_THREAD_LIMIT"

Image = NDArray[np.uint8]


@cache
def is_installed() -> bool:
    """True where Tesseract, its Japanese data and pytesseract are there."""
    if shutil.which("tesseract") is None or find_spec("pytesseract") is None:
        return False
    import pytesseract

    return "jpn" in pytesseract.get_languages()


def recognise_page(page: pdfium.PdfPage) -> PageContent:
    """What stands on a scanned page, in points from its upper left corner; PageError where it takes too long."""
    width, height = page.get_size()
    if width * height * _SCALE**2 > MAX_DOTS:
        raise PageError("大きさが文字認識の上限を超えています")
    image: Image = page.render(scale=_SCALE, grayscale=True).to_numpy()
    image = image.reshape(image.shape[0], image.shape[1])
    dark = image < _DARK
    horizontal, rows = _runs(dark)
    vertical, columns = _runs(dark.T)
    clean: Image = np.where(rows | columns.T, np.uint8(255), image)
    content = PageContent(
        width,
        height,
        [],
        [Segment(a / _SCALE, y / _SCALE, b / _SCALE, y / _SCALE) for y, a, b in horizontal],
        [Segment(x / _SCALE, a / _SCALE, x / _SCALE, b / _SCALE) for x, a, b in vertical],
    )
    windows = [line for cell in rule(content).cells.values() for line in _lines(cell, clean)]
    _read_windows(clean, windows, content.characters)
    for w in windows:
        clean[w.top : w.bottom, w.left : w.right] = 255
    around = [part for line in _lines(Cell(0, 0, width, height), clean) for part in _parts(line, clean)]
    _read_windows(clean, around, content.characters)
    return content


@dataclass(frozen=True, slots=True)
class _Window:
    """A line of a cell in the image."""

    left: int
    top: int
    right: int
    bottom: int


def _lines(cell: Cell, image: Image) -> list[_Window]:
    """The lines of a cell, where its ink leaves rows of dots free."""
    x0, y0, x1, y1 = (round(v * _SCALE) for v in (cell.x0, cell.y0, cell.x1, cell.y1))
    left, top = x0 + _BORDER, y0 + _BORDER
    ink = image[top : y1 - _BORDER, left : x1 - _BORDER] < _DARK
    edges = np.diff(ink.any(axis=1).astype(np.int8), prepend=0, append=0)
    bands: list[list[int]] = []
    for a, b in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
        near = bands and a - bands[-1][1] <= _WITHIN_A_LINE
        if near and (b - bands[-1][0] <= _TALLEST or b - a < _THIN):
            bands[-1][1] = b
        else:
            bands.append([a, b])
    out = []
    for a, b in bands:
        across = np.flatnonzero(ink[a:b].any(axis=0))
        out.append(_Window(left + int(across[0]), top + a, left + int(across[-1]) + 1, top + b))
    return out


def _parts(line: _Window, image: Image) -> list[_Window]:
    """The texts of a line outside the cells, which wide gaps part."""
    ink = (image[line.top : line.bottom, line.left : line.right] < _DARK).any(axis=0)
    edges = np.diff(ink.astype(np.int8), prepend=0, append=0)
    out: list[_Window] = []
    for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        left, right = line.left + int(a), line.left + int(b)
        if out and left - out[-1].right <= _WIDE_GAP:
            out[-1] = replace(out[-1], right=right)
        else:
            out.append(_Window(left, line.top, right, line.bottom))
    return out


def _read_windows(image: Image, windows: list[_Window], out: list[Character]) -> None:
    """Recognise many cells at once: they are put under each other in strips, as the lines of one column."""
    strip: list[_Window] = []
    height = 0
    for w in [*windows, None]:
        if w is None or height + w.bottom - w.top + _SPACE > _STRIP:
            _read_strip(image, strip, out)
            strip, height = [], 0
        if w is not None:
            strip.append(w)
            height += w.bottom - w.top + _SPACE


def _read_strip(image: Image, windows: list[_Window], out: list[Character]) -> None:
    if not windows:
        return
    width = max(w.right - w.left for w in windows) + 2 * _SPACE
    tops = [_SPACE]
    for w in windows:
        tops.append(tops[-1] + w.bottom - w.top + _SPACE)
    strip = np.full((tops[-1], width), 255, np.uint8)
    for w, top in zip(windows, tops, strict=False):
        strip[top : top + w.bottom - w.top, _SPACE : _SPACE + w.right - w.left] = image[
            w.top : w.bottom, w.left : w.right
        ]
    reached = [0.0] * len(windows)
    for word in _words(strip):
        at = bisect_right(tops, word.top + word.height / 2) - 1
        if not 0 <= at < len(windows):
            continue
        w = windows[at]
        if word.left + word.width / 2 > _SPACE + w.right - w.left:
            continue  # where nothing is printed
        left = max(word.left + w.left - _SPACE, reached[at])
        reached[at] = max(left + 1.0, word.left + word.width + w.left - _SPACE)
        _add(word.text, left, reached[at], w, out)


def _runs(dark: NDArray[np.bool_]) -> tuple[list[tuple[float, int, int]], NDArray[np.bool_]]:
    """(lines along the first axis as (middle, from, to), the dots they cover)."""
    least = int(_LEAST_LINE * _SCALE)
    covered = np.zeros_like(dark)
    lines: list[list[int]] = []
    """first row, last row, from, to"""
    for y in np.flatnonzero(dark.sum(axis=1) >= least):
        edges = np.diff(dark[y].astype(np.int8), prepend=0, append=0)
        for a, b in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
            if b - a < least:
                continue
            covered[y, a:b] = True
            same = next(
                (line for line in reversed(lines[-200:]) if line[1] >= y - 2 and line[2] < b and a < line[3]),
                None,
            )
            if same is None:
                lines.append([int(y), int(y), int(a), int(b)])
            else:
                same[1], same[2], same[3] = int(y), min(same[2], int(a)), max(same[3], int(b))
    return [((first + last) / 2, a, b) for first, last, a, b in lines], covered


@dataclass(frozen=True, slots=True)
class _Word:
    """A word, in dots; ``top`` and ``height`` are its line's."""

    text: str
    left: int
    width: int
    top: int
    height: int


def _words(image: Image) -> Iterator[_Word]:
    """The words of an image of lines."""
    import pytesseract
    from PIL import Image as Pictures

    try:
        with _one_thread():
            found: dict[str, list[Any]] = pytesseract.image_to_data(
                Pictures.fromarray(image),
                lang="jpn",
                config=f"--psm 6 --dpi {DOTS_PER_INCH}",
                timeout=SECONDS_A_PAGE,
                output_type=pytesseract.Output.DICT,
            )
    except (RuntimeError, pytesseract.TesseractError) as error:
        raise PageError("文字認識に失敗しました") from error
    lines: dict[tuple[int, int, int], tuple[int, int]] = {}
    for n, level in enumerate(found["level"]):
        if level == _LINE:
            lines[_line_of(found, n)] = found["top"][n], found["height"][n]
    for n, word in enumerate(found["text"]):
        letters = "".join(ch for ch in word if not ch.isspace())
        if letters and float(found["conf"][n]) >= _LEAST_CONFIDENCE and not set(letters) <= _RULES:
            top, height = lines[_line_of(found, n)]
            yield _Word(letters, found["left"][n], found["width"][n], top, height)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Run Tesseract in one thread: its own four take twice as long where files are read side by side."""
    before = os.environ.get(_THREADS)
    if before is None:
        os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_THREADS]


def _line_of(found: dict[str, list[Any]], n: int) -> tuple[int, int, int]:
    return found["block_num"][n], found["par_num"][n], found["line_num"][n]


def _add(text: str, left: float, right: float, line: _Window, out: list[Character]) -> None:
    """The letters of a word, each an equal share of its width."""
    each = (right - left) / len(text) / _SCALE
    y0, y1 = line.top / _SCALE, line.bottom / _SCALE
    for i, ch in enumerate(text):
        x0 = left / _SCALE + i * each
        out.append(Character(ch, x0, y0, x0 + each, y1, y1, len(out)))
