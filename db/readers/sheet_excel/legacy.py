"""Read .xls, .xlsb and .ods workbooks through calamine: values and merged cells, without number formats."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from db.readers.sheet_excel.cells import MAX_CELLS, MAX_MERGED, Worksheet
from db.readers.sheet_excel.number_format import displayed
from db.readers.sheet_excel.ooxml import WorkbookError

MAX_AREA = 4_000_000
"""Cells of the written rectangle, empty ones included."""


class CalamineSource:
    """The worksheets of a workbook calamine reads."""

    def __init__(self, data: bytes) -> None:
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        except PasswordError as error:
            raise WorkbookError("パスワードで保護されています。保護を外して保存し直してください") from error
        except (CalamineError, ValueError, OSError) as error:
            raise WorkbookError("Excelブックが途中で切れているか壊れています") from error

    @property
    def sheet_names(self) -> list[str]:
        """Worksheet names in order, hidden ones too."""
        return list(self._book.sheet_names)

    def worksheet(self, index: int) -> Worksheet:
        """The worksheet at a position."""
        meta = self._book.sheets_metadata[index]
        sheet = Worksheet(meta.name, meta.visible != SheetVisibleEnum.Visible)
        try:
            read = self._book.get_sheet_by_index(index)
        except (CalamineError, ValueError, OSError) as error:
            raise WorkbookError(f"シート「{meta.name}」が壊れています") from error
        if read.start is None or read.end is None:
            return sheet
        top, left = read.start
        if read.height * read.width > MAX_AREA:
            raise WorkbookError(f"シート「{meta.name}」が大きすぎます")
        for r, row in enumerate(read.iter_rows()):
            for c, value in enumerate(row):
                text = _displayed(value)
                if text:
                    # iter_rows begins at the first row and column of the sheet, not of what is written
                    sheet.cells[r, c] = text
        _shift(sheet, top, left, read.height)
        if len(sheet.cells) > MAX_CELLS:
            raise WorkbookError(f"シート「{meta.name}」の書き込まれたセルが多すぎます")
        merged = read.merged_cell_ranges or []
        if len(merged) > MAX_MERGED:
            raise WorkbookError("結合したセルが多すぎます")
        sheet.merged = [(a[0], a[1], b[0], b[1]) for a, b in merged]
        return sheet


def _shift(sheet: Worksheet, top: int, left: int, height: int) -> None:
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
