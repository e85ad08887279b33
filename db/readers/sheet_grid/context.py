"""What the parts of the extractor share while they read one project's sheet."""

from __future__ import annotations

from dataclasses import dataclass

from db.readers.sheet_grid.grid import Grid
from db.sheet import Flag, Row, Sheet


@dataclass
class Context:
    """The grid being read, the sheet being filled, and its 公開年度 (None until known)."""

    grid: Grid
    sheet: Sheet
    year: int | None = None

    def add(self, table: str, row: Row) -> None:
        """Append a row to a section."""
        self.sheet.add(table, row)

    def flag(self, where: str, what: str, section: str = "", column: str = "") -> None:
        """Note something that looks wrong; nothing is changed."""
        self.sheet.flags.append(Flag(where=where, what=what, section=section, column=column))
