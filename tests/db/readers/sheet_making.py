"""Review sheets the tests make from the sample project, and the ways in which they are changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from db.readers.base import InputFile
from db.readers.sheet_excel import SheetExcelReader
from db.samples.build_sheets import FORMS, Cell, Form, lay_out, sample_project, workbook_bytes
from db.sheet import Sheet

NAME = "行政事業レビューシート"


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
    return [replace(c, top=c.top + high * (c.top >= at), bottom=c.bottom + high * (c.bottom >= at)) for c in cells]


def row_of(cells: Iterable[Cell], text: str) -> int:
    """The first row that holds a text."""
    return min(c.top for c in cells if _bare(c.value) == _bare(text))


def later_form(form: Form, **changes: Any) -> Form:
    """A form that differs in some points."""
    return replace(form, **changes)
