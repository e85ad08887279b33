"""Draws the cells of a review sheet as PDF: ruled cells, wrapped text, page breaks, as a print-out of the workbook.

The characters refer to the standard Japanese font every viewer substitutes, so nothing is embedded and a
sheet stays small. ``python -m db.samples.draw_pdf`` writes the sample.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from db.samples.build_sheets import Cell, lay_out, sample_project

WIDTH, HEIGHT = 595.0, 842.0
MARGIN = 36.0
RULED = frozenset({"value", "label", "figure", "bar", "item", "mark", "stacked", "drawn"})
_LEFT_ALIGNED = frozenset({"value", "item", "note"})


def shown(cell: Cell) -> str:
    """A cell's value as the sheet prints it."""
    v = cell.value
    if v is None or isinstance(v, str):
        return v or ""
    if "%" in cell.number_format:
        return f"{100 * v:.{1 if '.' in cell.number_format else 0}f}%"
    if "#" in cell.number_format:
        text = f"{abs(v):,.{1 if '.' in cell.number_format else 0}f}"
        return ("▲" if v < 0 else "") + text
    return str(v)


def _wide(ch: str) -> bool:
    return unicodedata.east_asian_width(ch) in "WFA" and not "｡" <= ch <= "ﾟ"


def _length(text: str, size: float) -> float:
    return sum(size if _wide(c) else size / 2 for c in text)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """A text's lines in a column of a width."""
    out: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for ch in paragraph:
            if line and _length(line + ch, size) > width:
                out.append(line)
                line = ""
            line += ch
        out.append(line)
    return out


@dataclass
class Page:
    """Drawing operators of one page."""

    operators: list[str] = field(default_factory=list)

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """A ruled line; y from the page's top."""
        self.operators.append(f"{x0:.2f} {HEIGHT - y0:.2f} m {x1:.2f} {HEIGHT - y1:.2f} l S")

    def clip(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Show what follows in a rectangle only, up to ``unclip``."""
        self.operators.append(f"q {x0:.2f} {HEIGHT - y1:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re W n")

    def unclip(self) -> None:
        """End what ``clip`` began."""
        self.operators.append("Q")

    def text(self, x: float, y: float, size: float, text: str) -> None:
        """A line of text whose baseline is ``y`` under the page's top."""
        code = text.encode("utf-16-be", "replace").hex()
        self.operators.append(f"BT /F1 {size:.2f} Tf {x:.2f} {HEIGHT - y:.2f} Td <{code}> Tj ET")


@dataclass(frozen=True)
class Print:
    """How a sheet is printed."""

    size: float = 6.5
    column: float = 10.4
    breaks: tuple[int, ...] = ()
    """Rows that begin a page besides those a page's end forces."""


def print_out(cells: Sequence[Cell], how: Print | None = None) -> list[Page]:
    """The pages of a sheet."""
    how = how or Print()
    rows = max((c.bottom for c in cells), default=0)
    heights = _row_heights(cells, how, rows)
    starts = [1]
    y = 0.0
    for row in range(1, rows + 1):
        if y and (y + heights[row] > HEIGHT - 2 * MARGIN or row in how.breaks):
            starts.append(row)
            y = 0.0
        y += heights[row]
    pages = []
    for first, after in zip(starts, [*starts[1:], rows + 1], strict=True):
        page = Page()
        tops = {first: MARGIN}
        for row in range(first, after):
            tops[row + 1] = tops[row] + heights[row]
        for c in cells:
            if c.top < after and c.bottom >= first:
                _draw(page, c, tops, first, after - 1, how)
        pages.append(page)
    return pages


def _row_heights(cells: Iterable[Cell], how: Print, rows: int) -> list[float]:
    heights = [how.size * 1.8] * (rows + 2)
    for c in cells:
        if c.style == "stacked":
            need = min(len(shown(c)), 6) * how.size * 1.15 + 4
        elif c.right - c.left <= 1:
            continue
        else:
            lines = wrapped(shown(c), how.size, (c.right - c.left + 1) * how.column - 3)
            need = len(lines) * how.size * 1.25 + 4
        spread = need / (c.bottom - c.top + 1)
        for row in range(c.top, c.bottom + 1):
            heights[row] = max(heights[row], min(spread, HEIGHT - 2 * MARGIN))
    return heights


def _draw(page: Page, c: Cell, tops: dict[int, float], first: int, last: int, how: Print) -> None:
    x0, x1 = MARGIN + (c.left - 1) * how.column, MARGIN + c.right * how.column
    y0, y1 = tops[max(c.top, first)], tops[min(c.bottom, last) + 1]
    if c.style in RULED:
        page.line(x0, y0, x0, y1)
        page.line(x1, y0, x1, y1)
        if c.top >= first:
            page.line(x0, y0, x1, y0)
        if c.bottom <= last:
            page.line(x0, y1, x1, y1)
    text = shown(c)
    if not text.strip() or c.top < first:
        return
    page.clip(x0, y0, x1, y1)
    if c.style == "stacked" or (c.style == "label" and c.right - c.left == 1 and len(text) > 2):
        _stacked(page, text, x0, y0, y1, how.size)
    else:
        _horizontal(page, c, text, (x0, y0, x1, y1), how.size)
    page.unclip()


def _horizontal(page: Page, c: Cell, text: str, box: tuple[float, float, float, float], size: float) -> None:
    x0, y0, x1, y1 = box
    lines = wrapped(text, size, x1 - x0 - 3)
    step = size * 1.25
    y = (y0 + y1) / 2 - step * len(lines) / 2 + size
    for line in lines:
        x = x0 + 1.5 if c.style in _LEFT_ALIGNED else (x0 + x1) / 2 - _length(line, size) / 2
        page.text(x, y, size, line)
        y += step


def _stacked(page: Page, text: str, x0: float, y0: float, y1: float, size: float) -> None:
    """Text set downwards, in columns from left to right."""
    step = size * 1.15
    high = max(int((y1 - y0 - 2) / step), 1)
    for i, ch in enumerate(text.replace("\n", "")):
        column, line = divmod(i, high)
        page.text(x0 + 1.5 + column * size * 1.2, y0 + size + line * step, size, ch)


_TURNED = {0: "", 90: "0 1 -1 0 842 0 cm", 180: "-1 0 0 -1 595 842 cm", 270: "0 -1 1 0 0 595 cm"}


def pdf_bytes(pages: Sequence[Page], rotate: int = 0) -> bytes:
    """A PDF of the pages, the same byte for byte every time.

    With ``rotate`` the content lies on its side and the page says to turn it, as scanners and printers do.
    """
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5 /Encoding /UniJIS-UCS2-HW-H"
        b" /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /DW 1000 /W [231 632 500]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
        b"<< /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922]"
        b" /ItalicAngle 0 /Ascent 752 /Descent -221 /CapHeight 709 /StemV 114 >>",
    ]
    kids = []
    for page in pages:
        content = zlib.compress("\n".join(["0.5 w", _TURNED[rotate], *page.operators]).encode("ascii"), 9)
        objects.append(
            b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(content) + content + b"\nendstream"
        )
        kids.append(len(objects) + 1)
        turned = b" /Rotate %d" % rotate if rotate else b""
        media = b"842 595" if rotate in (90, 270) else b"595 842"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents %d 0 R%s"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (media, len(objects), turned)
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % k for k in kids),
    )
    out = bytearray(b"%PDF-1.5\n%\xe6\x97\xa5\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def main() -> None:
    """Write the sample PDF."""
    path = Path(__file__).parent / "sheets" / "sample-2018.pdf"
    path.write_bytes(pdf_bytes(print_out(lay_out(sample_project()))))


if __name__ == "__main__":
    main()
