"""The review sheet as PDF, read by its ruled cells and labels."""

from db.readers.sheet_pdf.reader import SheetPdfReader

__all__ = ["SheetPdfReader"]
