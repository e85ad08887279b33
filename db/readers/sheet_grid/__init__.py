"""The review sheet as a grid of boxes, read by its labels: shared by the Excel and the PDF reader."""

from db.readers.sheet_grid.extract import first_head, read_sheet, split_projects
from db.readers.sheet_grid.grid import Box, Grid
from db.readers.sheet_grid.projects import is_continuation, looks_like_sheet

__all__ = ["Box", "Grid", "first_head", "is_continuation", "looks_like_sheet", "read_sheet", "split_projects"]
