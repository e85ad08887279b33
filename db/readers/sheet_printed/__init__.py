"""A sheet's text printed as the page looks: lines and places in them show where the boxes stand."""

from db.readers.sheet_printed.boxes import is_printed
from db.readers.sheet_printed.sheet import read_printed

__all__ = ["is_printed", "read_printed"]
