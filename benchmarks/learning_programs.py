"""The orders in which pdftotext and pdfminer give the boxes of a form, learned from PDFs whose drawn text is read.

    python benchmarks/learning_programs.py ../shared/data/sheets/forms/*.pdf

Beside each PDF stands its text in the order in which it was drawn (``.txt``), which the reader lays into boxes. The
PDF's characters come in that order, so each is known by its box; a program's text is the same characters, arranged
by their place. What comes first in it, and what behind it, is what ``learning_orders.py`` makes an order of.
"""

from __future__ import annotations

import difflib
import html
import re
import subprocess
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from learning_orders import HEADER, Shown, all_box_names, written
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LAParams, LTChar, LTContainer, LTPage, LTTextLine
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage

from db.readers.sheet_text import orders
from db.readers.sheet_text.lines import decode, read_lines
from db.readers.sheet_text.reader import placed_pages, published
from db.text import fold

Box = tuple[str, int]
"""A box's name and the number of its table, 0 for the template."""


def shown_by_programs(pdf: Path) -> dict[str, Shown]:
    """program → what its text of a PDF shows of the order it gives the boxes in."""
    year, drawn = _drawn(pdf.with_suffix(".txt"))
    pages = list(_pages(pdf))
    characters = [c for _, on_page in pages for c in on_page if c.get_text().strip()]
    box_of: dict[int, Box] = {}
    as_drawn = difflib.SequenceMatcher(
        None, [_plain(c.get_text()) for c in characters], [_plain(c) for c, _ in drawn], autojunk=False
    )
    for start, of_text, length in as_drawn.get_matching_blocks():
        for k in range(length):
            box = drawn[of_text + k][1]
            if box is not None:
                box_of[id(characters[start + k])] = box
    return {
        "pdftotext": Shown(year, [_order(page, box_of) for page in _by_pdftotext(pdf, pages)]),
        "pdfminer": Shown(year, [_order(_by_pdfminer(page), box_of) for page, _ in pages]),
    }


def _drawn(text_file: Path) -> tuple[int, list[tuple[str, Box | None]]]:
    """(公開年度, the characters of a text in the order of drawing with their boxes)."""
    text = decode(text_file.read_bytes())
    assert text is not None
    year = published(fold(text))
    assert year is not None
    slots = orders.order(year)
    out: list[tuple[str, Box | None]] = []
    for placed in placed_pages(read_lines(text), slots, year):
        for p in placed:
            box = None if p.slot is None else (slots[p.slot].name, p.instance)
            out += [(c, box) for c in p.piece.text if c.strip()]
    return year, out


def _plain(character: str) -> str:
    return unicodedata.normalize("NFKC", character)


def _pages(pdf: Path) -> Iterator[tuple[LTPage, list[LTChar]]]:
    """The pages with their characters in the order of drawing."""
    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=None)
    interpreter = PDFPageInterpreter(resources, device)
    with pdf.open("rb") as file:
        for page in PDFPage.get_pages(file):
            interpreter.process_page(page)
            layout = device.get_result()
            yield layout, list(_characters(layout))


def _characters(container: Iterable[object]) -> Iterator[LTChar]:
    for item in container:
        if isinstance(item, LTChar):
            yield item
        elif isinstance(item, LTContainer):
            yield from _characters(item)


def _by_pdfminer(page: LTPage) -> list[LTChar]:
    """The characters of a page as pdfminer arranges them."""
    page.analyze(LAParams())
    lines: list[LTTextLine] = []

    def gather(container: Iterable[object]) -> None:
        for item in container:
            if isinstance(item, LTTextLine):
                lines.append(item)
            elif isinstance(item, LTContainer):
                gather(item)

    gather(page)
    return [c for line in lines for c in line if isinstance(c, LTChar)]


def _by_pdftotext(pdf: Path, pages: Sequence[tuple[LTPage, list[LTChar]]]) -> list[list[LTChar]]:
    """The characters of each page as pdftotext arranges them."""
    out: list[list[LTChar]] = []
    made = subprocess.run(["pdftotext", "-bbox-layout", str(pdf), "-"], check=True, capture_output=True)
    for line in made.stdout.decode("utf-8").splitlines():
        if "<page " in line:
            out.append([])
        elif word := re.search(r"<word (.*)>(.*)</word>", line):
            x0, y0, x1, y1 = (
                float(re.findall(rf'{k}="([-\d.]+)"', word[1])[0]) for k in ("xMin", "yMin", "xMax", "yMax")
            )
            page, characters = pages[len(out) - 1]
            found = [
                c
                for c in characters
                if c.get_text().strip()
                and x0 - 0.5 <= (c.x0 + c.x1) / 2 <= x1 + 0.5
                and y0 - 0.5 <= page.height - (c.y0 + c.y1) / 2 <= y1 + 0.5
            ]
            upright = y1 - y0 > x1 - x0 and len(html.unescape(word[2])) > 1
            out[-1] += sorted(found, key=lambda c: -c.y0 if upright else c.x0)
    return out


def _order(characters: Sequence[LTChar], box_of: dict[int, Box]) -> list[list[str]]:
    """The names of a page's boxes in the order of its characters, those of the template first."""
    tables: dict[int, list[str]] = defaultdict(list)
    for c in characters:
        box = box_of.get(id(c))
        if box is not None and box[0] not in tables[box[1]]:
            tables[box[1]].append(box[0])
    return [tables[n] for n in sorted(tables)]


def main() -> None:
    """Write the orders of the programs."""
    folder = Path(orders.__file__).parent / "orders"
    shown = [shown_by_programs(Path(name)) for name in sys.argv[1:]]
    for program in orders.PROGRAMS:
        for year, names in all_box_names([s[program] for s in shown]).items():
            text = HEADER.format(
                year=year, source=f"{program} が取り出すテキスト", script=Path(__file__).name
            )
            (folder / f"{year}.{program}.txt").write_text(text + written(names), "utf-8")


if __name__ == "__main__":
    main()
