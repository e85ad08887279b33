"""The text extraction of a review sheet's PDF: boxes in scrambled order, put back into the form."""

from db.readers.sheet_text.reader import SheetTextReader

__all__ = ["SheetTextReader"]
