"""Review sheets the tests make from the sample project, and the ways in which they are changed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.utils import get_column_letter

from db.readers.base import InputFile
from db.readers.sheet_excel import SheetExcelReader
from db.samples.build_sheets import FORMS, Cell, lay_out, rule_cells, sample_project
from db.sheet import Sheet

NAME = "行政事業レビューシート"


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def workbook_bytes(sheets: Iterable[tuple[str, list[Cell]]]) -> bytes:
    """A bare workbook of worksheets and the hidden lists: values, formats and merged cells, no styles.

    (openpyxl makes the shipped sample; here a sheet must take milliseconds.)
    """
    strings: dict[str, int] = {}
    formats: dict[str, int] = {"General": 0}
    parts = {}
    named = [(n, c, "visible") for n, c in sheets] + [("入力規則等", rule_cells(), "hidden")]
    for i, (_, cells, _) in enumerate(named, 1):
        parts[f"xl/worksheets/sheet{i}.xml"] = _sheet_xml(cells, strings, formats)
    book = "".join(
        f'<sheet name="{escape(n)}" sheetId="{i}" state="{state}" r:id="rId{i}"/>'
        for i, (n, _, state) in enumerate(named, 1)
    )
    parts["xl/workbook.xml"] = f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{book}</sheets></workbook>'
    targets = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(named) + 1)
    )
    parts["xl/_rels/workbook.xml.rels"] = f"<Relationships {_PACKAGE}>{targets}</Relationships>"
    parts["_rels/.rels"] = (
        f'<Relationships {_PACKAGE}><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    items = "".join(f"<si><t>{escape(t)}</t></si>" for t in strings)
    parts["xl/sharedStrings.xml"] = f"<sst {_MAIN}>{items}</sst>"
    own = [(code, 163 + i) for code, i in formats.items() if i]
    codes = "".join(f'<numFmt numFmtId="{n}" formatCode="{escape(c, {chr(34): "&quot;"})}"/>' for c, n in own)
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{n}"/>' for _, n in own)
    parts["xl/styles.xml"] = (
        f"<styleSheet {_MAIN}><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def _sheet_xml(cells: Iterable[Cell], strings: dict[str, int], formats: dict[str, int]) -> str:
    lines: dict[int, dict[int, str]] = {}
    merged = []
    for c in cells:
        place = f"{get_column_letter(c.left)}{c.top}"
        if (c.top, c.left) != (c.bottom, c.right):
            merged.append(f'<mergeCell ref="{place}:{get_column_letter(c.right)}{c.bottom}"/>')
        style = formats.setdefault(c.number_format, len(formats))
        if isinstance(c.value, str):
            text = f'<c r="{place}" s="{style}" t="s"><v>{strings.setdefault(c.value, len(strings))}</v></c>'
        elif c.value is not None:
            text = f'<c r="{place}" s="{style}"><v>{c.value!r}</v></c>'
        else:
            continue
        lines.setdefault(c.top, {})[c.left] = text
    body = "".join(
        f'<row r="{r}">{"".join(t for _, t in sorted(row.items()))}</row>' for r, row in sorted(lines.items())
    )
    return (
        f"<worksheet {_MAIN}><sheetData>{body}</sheetData>"
        f'<mergeCells count="{len(merged)}">{"".join(merged)}</mergeCells></worksheet>'
    )


def as_file(data: bytes, name: str = "見本.xlsx") -> InputFile:
    """Bytes as an input file."""
    return InputFile(Path(name), name, data)


def read_cells(*sheets: list[Cell] | tuple[str, list[Cell]]) -> list[Sheet]:
    """What the Excel reader makes of worksheets with these cells."""
    named = [s if isinstance(s, tuple) else (f"{NAME}{i or ''}", s) for i, s in enumerate(sheets)]
    file = as_file(workbook_bytes(named))
    assert SheetExcelReader().recognises(file)
    return list(SheetExcelReader().read([file]))


def read_one(cells: list[Cell]) -> Sheet:
    """The one sheet in these cells."""
    (sheet,) = read_cells(cells)
    return sheet


def form_cells(year: int = 2018, **changes: Any) -> list[Cell]:
    """The sample project in the form of a year; ``changes`` replace entries of the project."""
    return lay_out({**sample_project(), **changes}, FORMS[year])


def content(sheet: Sheet, without: Iterable[str] = ()) -> dict[str, list[dict[str, Any]]]:
    """Everything a sheet says, without places: section → rows; white space in texts does not count."""
    out: dict[str, list[dict[str, Any]]] = {}
    for section, row in sheet.all_rows():
        if section not in without:
            out.setdefault(section, []).append({k: _bare(v) for k, v in row.values.items() if v is not None})
    return out


def _bare(value: Any) -> Any:
    return re.sub(r"\s", "", value) if isinstance(value, str) else value


def mapped(cells: Iterable[Cell], change: Callable[[Cell], Cell]) -> list[Cell]:
    """Every cell changed."""
    return [change(c) for c in cells]


def renamed(cells: Iterable[Cell], names: dict[str, str]) -> list[Cell]:
    """Labels written otherwise: compared without white space."""
    bare = {_bare(old): new for old, new in names.items()}
    found: set[str] = set()

    def change(c: Cell) -> Cell:
        key = _bare(c.value)
        if isinstance(key, str) and key in bare:
            found.add(key)
            return replace(c, value=bare[key])
        return c

    out = mapped(cells, change)
    assert found == set(bare), f"not on the sheet: {set(bare) - found}"
    return out


def with_blank_column(cells: Iterable[Cell], at: int, wide: int = 1) -> list[Cell]:
    """Columns inserted: what stands right of them moves, what spans them grows."""
    return [
        replace(c, left=c.left + wide * (c.left >= at), right=c.right + wide * (c.right >= at)) for c in cells
    ]


def with_blank_row(cells: Iterable[Cell], at: int, high: int = 1) -> list[Cell]:
    """Rows inserted."""
    return [
        replace(c, top=c.top + high * (c.top >= at), bottom=c.bottom + high * (c.bottom >= at)) for c in cells
    ]


def row_of(cells: Iterable[Cell], text: str) -> int:
    """The first row that holds a text."""
    return min(c.top for c in cells if _bare(c.value) == _bare(text))


def rows_of(sheet: Sheet, section: str, **wanted: Any) -> list[dict[str, Any]]:
    """Rows of a section whose values are the wanted ones."""
    return [r.values for r in sheet.rows(section) if all(r.get(k) == v for k, v in wanted.items())]


def saved(book: openpyxl.Workbook) -> bytes:
    """A workbook's file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(data: bytes, parts: dict[str, str | bytes]) -> bytes:
    """The zip with parts added or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


def part_of(data: bytes, name: str) -> str:
    """The text of one part of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode()
