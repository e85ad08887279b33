"""The review sheet in the ministries' Excel form (.xlsx, .xlsm, .xls), read by its labels."""

from db.readers.sheet_excel.reader import SheetExcelReader

__all__ = ["SheetExcelReader"]
