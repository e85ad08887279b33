"""How well a text is read whose sheet the orders of ``sheet_text/orders`` were not made from.

    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval
        each sheet's text, read with orders learned from the other sheets only
    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval --years
        each sheet's text, read with the orders of other form years only
    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval --extractors
        the same sheets' PDFs as other programs give their text (pdftotext, pdfminer.six, pypdfium2)

The order of a sheet's boxes is what the alignment finds with the orders as they are; the orders of a form year
are merged anew from the sheets of that year but the one read. A form year of which no other sheet is known is
read with the orders of the other years.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pypdfium2

from db.contract import sheet_as_json
from db.errors import ReviewSheetError
from db.readers.base import InputFile
from db.readers.sheet_text import orders
from db.readers.sheet_text.lines import decode, read_lines
from db.readers.sheet_text.orders import Slot
from db.readers.sheet_text.reader import SheetTextReader, placed_pages, published
from db.text import fold

Boxes = tuple[list[str], list[list[str]]]
"""Boxes of the template in their order, and of each table that comes again."""


def boxes(path: Path) -> tuple[int, Boxes]:
    """(公開年度, the order of boxes) a text shows when read with the orders as they are."""
    text = decode(path.read_bytes())
    assert text is not None
    year = published(fold(text))
    assert year is not None
    slots = orders.order(year)
    first: list[str] = []
    again: dict[tuple[int, int], list[str]] = defaultdict(list)
    for page, placed in enumerate(placed_pages(read_lines(text), slots, year)):
        for p in placed:
            if p.slot is None:
                continue
            slot = slots[p.slot]
            into = again[page, p.instance] if slot.repeated else first
            if slot.name not in into:
                into.append(slot.name)
    return year, (first, list(again.values()))


def merge(sequences: Iterable[Sequence[str]]) -> list[str]:
    """One order of several: what a sequence adds stands behind what it stands behind there."""
    out: list[str] = []
    for names in sequences:
        at = -1
        for name in names:
            if name in out:
                at = out.index(name)
            else:
                at += 1
                out.insert(at, name)
    return out


def learn(known: Sequence[Boxes], others: Sequence[Sequence[str]]) -> list[str]:
    """Names of an order: of the boxes of ``known`` sheets, then of what only other years' orders have.

    A table that comes again has the order of the template's own; only the heading of a payees' list stands
    elsewhere in it, so both places are kept (see ``orders.slots_of``).
    """
    templates = sorted((k[0] for k in known), key=len, reverse=True)
    tables = sorted((table for k in known for table in k[1]), key=len, reverse=True)
    heading = "payees.block"
    merged = merge([*templates, *tables, *others])
    again = [n for n in merge([*tables, *others]) if n == heading or n in merged]
    at = again.index(heading) if heading in again else -1
    behind = next((n for n in again[at + 1 :] if orders.group_of(n) == "payees"), None) if at >= 0 else None
    out = [f"-{n}" if n == heading else n for n in merged]
    if behind is not None:
        out.insert(out.index(behind), f"+{heading}")
    return out


def read(
    path: Path, learned: Mapping[int, tuple[Slot, ...]] | None = None
) -> tuple[dict[str, Any] | None, str]:
    """(the sheet as ``reviewsheet read --json`` gives it, what went wrong)."""
    try:
        sheets = list(SheetTextReader(learned).read([InputFile(path, path.name, path.read_bytes())]))
    except ReviewSheetError as error:
        return None, str(error)
    return sheet_as_json(sheets[0]), ""


def grade(grader: Any, sheet: dict[str, Any] | None, gold: dict[str, Any]) -> dict[str, list[int]]:
    """section → [found, written in truth, given]."""
    want = grader.gold_cells(gold, True)
    got = grader.read_cells(sheet, want, True) if sheet else {}
    out: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for key, value in want.items():
        if value is not None:
            out[key[0]][1] += 1
            out[key[0]][0] += key in got and grader.same(got[key], value, key[2])
    for key in got:
        out[key[0]][2] += 1
    return out


def line(name: str, found: Iterable[Sequence[int]]) -> str:
    """One line of a table."""
    ok, n, given = (sum(f[i] for f in found) for i in range(3)) if (found := list(found)) else (0, 0, 0)
    return f"{name:34} 再現率 {ok / max(n, 1):.3f}  適合率 {ok / max(given, 1):.3f}"


def extractions(pdf: Path, into: Path) -> dict[str, Path]:
    """name of the program → the text it makes of a PDF."""
    out: dict[str, Path] = {}
    if shutil.which("pdftotext"):
        for name, options in (
            ("pdftotext", []),
            ("pdftotext -layout", ["-layout"]),
            ("pdftotext -raw", ["-raw"]),
        ):
            out[name] = into / f"{pdf.stem}.{name.replace(' ', '')}.txt"
            subprocess.run(["pdftotext", *options, str(pdf), str(out[name])], check=True)
    try:
        from pdfminer.high_level import extract_text
    except ImportError:
        pass
    else:
        out["pdfminer.six"] = into / f"{pdf.stem}.pdfminer.txt"
        out["pdfminer.six"].write_text(extract_text(str(pdf)), "utf-8")
    out["pypdfium2"] = into / f"{pdf.stem}.pypdfium2.txt"
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]
    out["pypdfium2"].write_text("\f".join(pages), "utf-8")
    return out


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sheets", type=Path)
    parser.add_argument("grader", type=Path)
    parser.add_argument("--years", action="store_true", help="leave out all sheets of the form year")
    parser.add_argument("--extractors", action="store_true")
    parser.add_argument("--sections", action="store_true", help="each sheet's sections too")
    parser.add_argument("--keep", type=Path, help="folder for the texts made and the sheets read")
    a = parser.parse_args()
    sys.path.insert(0, str(a.grader))
    import grade_sheets

    if a.keep:
        a.keep.mkdir(parents=True, exist_ok=True)
    total: dict[str, list[list[int]]] = defaultdict(list)

    def report(
        name: str,
        path: Path,
        gold_path: Path,
        group: str,
        learned: Mapping[int, tuple[Slot, ...]] | None = None,
    ) -> None:
        began = time.perf_counter()
        sheet, error = read(path, learned)
        took = time.perf_counter() - began
        found = grade(grade_sheets, sheet, json.loads(gold_path.read_text("utf-8")))
        if a.keep:
            (a.keep / f"{name.replace(' ', '_')}.json").write_text(
                json.dumps([sheet], ensure_ascii=False, indent=1)
            )
        print(line(name, found.values()), f" {took:.1f}秒", error)
        if a.sections:
            for section, counts in found.items():
                print(line(f"    {section}", [counts]))
        total[group] += list(found.values())

    if a.extractors:
        into = a.keep or Path()
        for pdf in sorted(a.sheets.glob("forms/*.pdf")):
            for program, path in extractions(pdf, into).items():
                report(f"{pdf.stem} {program}", path, pdf.with_suffix(".gold.json"), program)
    else:
        paths = [*sorted(a.sheets.glob("forms/*.txt")), *sorted(a.sheets.glob("*.txt"))]
        seen = {path: boxes(path) for path in paths}
        for path in paths:
            by_year = {}
            left_out = seen[path][0] if a.years else None
            for year in orders.FORM_YEARS:
                known = [b for p, (y, b) in seen.items() if p != path and y == year != left_out]
                if known:
                    by_year[year] = known
            by_nearness = sorted(by_year, key=lambda y: -len(by_year[y]))
            merged = {y: merge(b[0] for b in by_year[y]) for y in by_nearness}
            learned = {y: learn(k, [merged[z] for z in by_nearness if z != y]) for y, k in by_year.items()}
            orders_of = {y: orders.slots_of(names) for y, names in learned.items()}
            report(path.stem, path, path.with_suffix(".gold.json"), "それぞれ除いて", orders_of)
    print()
    for group, counts in total.items():
        print(line(f"{group} 計", counts))


if __name__ == "__main__":
    main()
