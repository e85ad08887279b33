"""Read .xls, .xlsb and .ods workbooks through calamine: values and merged cells, without number formats."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from db.readers.sheet_excel.cells import MAX_CELLS, MAX_MERGED, Worksheet
from db.readers.sheet_excel.number_format import displayed
from db.readers.sheet_excel.ooxml import WorkbookError

PROTECTED = "パスワードで保護されています。保護を外して保存し直してください"
MAX_AREA = 4_000_000
"""Cells of the written rectangle, empty ones included."""


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """Turn what calamine raises on a damaged file into a ``WorkbookError`` that says ``what``.

    Its parser may panic, which arrives as an exception outside ``Exception`` after a report on the process's
    standard error: the report is not for people, so it is kept from them.
    """
    said, silent = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(silent, 2)
        yield
    except PasswordError as error:
        raise WorkbookError(PROTECTED) from error
    except (CalamineError, ValueError, OSError, MemoryError, OverflowError) as error:
        raise WorkbookError(what) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise WorkbookError(what) from error
    finally:
        os.dup2(said, 2)
        os.close(said)
        os.close(silent)


class CalamineSource:
    """The worksheets of a workbook calamine reads."""

    def __init__(self, data: bytes) -> None:
        with _refusing("Excelブックが途中で切れているか壊れています"):
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))

    @property
    def sheet_names(self) -> list[str]:
        """Worksheet names in order, hidden ones too."""
        return list(self._book.sheet_names)

    def worksheet(self, index: int) -> Worksheet:
        """The worksheet at a position."""
        meta = self._book.sheets_metadata[index]
        sheet = Worksheet(meta.name, meta.visible != SheetVisibleEnum.Visible)
        with _refusing(f"シート「{meta.name}」が壊れています"):
            read = self._book.get_sheet_by_index(index)
            if read.start is None or read.end is None:
                return sheet
            top, left = read.start
            if read.height * read.width > MAX_AREA:
                raise WorkbookError(f"シート「{meta.name}」が大きすぎます")
            for r, row in enumerate(read.iter_rows()):
                for c, value in enumerate(row):
                    text = _displayed(value)
                    if text:
                        sheet.cells[r, c] = text
            merged = read.merged_cell_ranges or []
        _shift(sheet, top, left)
        if len(sheet.cells) > MAX_CELLS:
            raise WorkbookError(f"シート「{meta.name}」の書き込まれたセルが多すぎます")
        if len(merged) > MAX_MERGED:
            raise WorkbookError("結合したセルが多すぎます")
        sheet.merged = [(a[0], a[1], b[0], b[1]) for a, b in merged]
        return sheet


def _shift(sheet: Worksheet, top: int, left: int) -> None:
    """calamine versions differ in whether rows begin at the sheet's or at the written area's first row."""
    if not sheet.cells or (top == 0 and left == 0):
        return
    first_row, first_column = min(r for r, _ in sheet.cells), min(c for _, c in sheet.cells)
    down, right = (top if first_row < top else 0), (left if first_column < left else 0)
    if down or right:
        sheet.cells = {(r + down, c + right): text for (r, c), text in sheet.cells.items()}


def _displayed(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return displayed(float(value), "General")
    if isinstance(value, datetime | date):
        return f"{value.year}/{value.month}/{value.day}"
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value).replace("\r\n", "\n").replace("\r", "\n")
