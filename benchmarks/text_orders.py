"""How well a text is read whose sheet the orders of ``sheet_text/orders`` were not made from.

    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval
        each sheet's text, read with orders learned from the other sheets only
    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval --one
        each sheet's text, read with the order of its form year learned from one other sheet of that year only
    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval --years
        each sheet's text, read with the orders of other form years only
    python benchmarks/text_orders.py ../shared/data/sheets ../shared/eval --extractors
        the same sheets' PDFs as other programs give their text (pdftotext, pdfminer.six, pypdfium2), with orders learned
        from the other sheets only (``--years``: of other form years only)

The orders are learned as ``learning_orders.py`` does. A form year of which no other sheet is known is read with the
orders of the other years.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from learning_orders import learn_all, shown
from learning_programs import shown_by_programs

from db.contract import sheet_as_json
from db.errors import ReviewSheetError
from db.readers.base import InputFile
from db.readers.sheet_text.arranged import Orders
from db.readers.sheet_text.orders import PROGRAMS, Slot
from db.readers.sheet_text.reader import SheetTextReader


def read(
    path: Path,
    learned: Mapping[int, tuple[Slot, ...]] | None = None,
    by_program: Orders | None = None,
) -> tuple[dict[str, Any] | None, str]:
    """(the sheet as ``reviewsheet read --json`` gives it, what went wrong)."""
    try:
        reader = SheetTextReader(learned, by_program)
        sheets = list(reader.read([InputFile(path, path.name, path.read_bytes())]))
    except ReviewSheetError as error:
        return None, str(error)
    return sheet_as_json(sheets[0]), ""


def grade(
    grader: Any, sheet: dict[str, Any] | None, gold: dict[str, Any]
) -> tuple[dict[str, list[int]], list[str]]:
    """(section → [found, written in truth, given], what was missed or given too much)."""
    want = grader.gold_cells(gold, True)
    got = grader.read_cells(sheet, want, True) if sheet else {}
    out: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    wrong = []
    for key, value in want.items():
        if value is not None:
            right = key in got and grader.same(got[key], value, key[2])
            out[key[0]][1] += 1
            out[key[0]][0] += right
            if not right:
                wrong.append(f"− {key} {str(value)[:50]!r}: {str(got.get(key))[:50]!r}")
    for key in got:
        out[key[0]][2] += 1
        if want.get(key) is None:
            wrong.append(f"+ {key}: {str(got[key])[:50]!r}")
    return out, wrong


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
    parser.add_argument("--one", action="store_true", help="learn a form year from one sheet only")
    parser.add_argument("--misses", action="store_true", help="each value missed, or given too much")
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
        by_program: Orders | None = None,
    ) -> None:
        began = time.perf_counter()
        sheet, error = read(path, learned, by_program)
        took = time.perf_counter() - began
        found, wrong = grade(grade_sheets, sheet, json.loads(gold_path.read_text("utf-8")))
        if a.keep:
            (a.keep / f"{name.replace(' ', '_')}.json").write_text(
                json.dumps([sheet], ensure_ascii=False, indent=1)
            )
        print(line(name, found.values()), f" {took:.1f}秒", error)
        if a.sections:
            for section, counts in found.items():
                print(line(f"    {section}", [counts]))
        for miss in wrong if a.misses else []:
            print("   ", miss)
        total[group] += list(found.values())

    if a.extractors:
        into = a.keep or Path(tempfile.mkdtemp(prefix="texts-"))
        pdfs = sorted(a.sheets.glob("forms/*.pdf"))
        arranged = {
            pdf: {"": shown(pdf.with_suffix(".txt")), **shown_by_programs(pdf)}
            for pdf in pdfs
            if pdf.with_suffix(".txt").exists()
        }
        for pdf in pdfs:
            gold_path = pdf.with_suffix(".gold.json")
            year = json.loads(gold_path.read_text("utf-8"))["sheet"]["公開年度"]
            of_others = [s for p, s in arranged.items() if p != pdf]
            if a.years:
                of_others = [s for s in of_others if all(shown.year != year for shown in s.values())]
            drawn, *by_program = (learn_all([s[program] for s in of_others]) for program in ("", *PROGRAMS))
            of_programs = dict(zip(PROGRAMS, by_program, strict=True))
            for program, path in extractions(pdf, into).items():
                report(f"{pdf.stem} {program}", path, gold_path, program, drawn, of_programs)
    else:
        paths = [*sorted(a.sheets.glob("forms/*.txt")), *sorted(a.sheets.glob("*.txt"))]
        seen = {path: shown(path) for path in paths}
        for path in paths:
            year = seen[path].year
            of_year = [p for p in paths if p != path and seen[p].year == year]
            others = [p for p in paths if seen[p].year != year]
            for known in [[p] for p in of_year] if a.one else [[] if a.years else of_year]:
                name = f"{path.stem} ({known[0].stem} から)" if a.one else path.stem
                group = f"{year}年" if known else "知らない年"
                report(
                    name,
                    path,
                    path.with_suffix(".gold.json"),
                    group,
                    learn_all([seen[p] for p in (*known, *others)]),
                )
    print()
    for group, counts in total.items():
        print(line(f"{group} 計", counts))


if __name__ == "__main__":
    main()
