"""A worksheet as the readers of workbooks hand it on, whatever the file's format."""

from __future__ import annotations

from dataclasses import dataclass, field

from db.readers.sheet_grid import Box

MAX_CELLS = 400_000
"""Written cells of one workbook; a review sheet has some hundreds."""
MAX_MERGED = 5_000
"""Merged ranges of one worksheet; a review sheet has some hundreds."""
MAX_MERGED_AREA = 2_000
"""Cells of one merged range."""


@dataclass
class Worksheet:
    """Texts as displayed, by (row, column) from 0; merged ranges as (top, left, bottom, right) inclusive."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    drawn: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    """Text boxes drawn over the cells: (top, left, bottom, right) in cells, text."""
    formulas_without_value: int = 0

    def boxes(self, from_row: float = 0.0, with_name: bool = True) -> list[Box]:
        """The worksheet as boxes, its first row at ``from_row``."""
        out: list[Box] = []
        prefix = f"{self.name}!" if with_name else ""
        covered: set[tuple[int, int]] = set()
        for top, left, bottom, right in self.merged:
            if (bottom - top + 1) * (right - left + 1) > MAX_MERGED_AREA:
                continue  # a whole column or sheet: its text stays in its first cell
            covered.update((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
            out.append(self._box(top, left, bottom, right, self.cells.get((top, left), ""), prefix, from_row))
        for (r, c), text in self.cells.items():
            if (r, c) not in covered and text.strip():
                out.append(self._box(r, c, r, c, text, prefix, from_row))
        for top_, left_, bottom_, right_, text in self.drawn:
            where = f"{prefix}{_address(int(top_), int(left_))}（図形）"
            out.append(
                Box(
                    text,
                    left_,
                    from_row + top_,
                    max(right_, left_ + 0.5),
                    from_row + max(bottom_, top_ + 0.5),
                    where,
                    True,
                )
            )
        return out

    def _box(
        self, top: int, left: int, bottom: int, right: int, text: str, prefix: str, from_row: float
    ) -> Box:
        hidden = all(r in self.hidden_rows for r in range(top, bottom + 1)) or all(
            c in self.hidden_columns for c in range(left, right + 1)
        )
        return Box(
            text,
            float(left),
            from_row + top,
            float(right + 1),
            from_row + bottom + 1,
            prefix + _address(top, left),
            hidden=hidden,
        )


def _address(row: int, column: int) -> str:
    letters = ""
    n = column + 1
    while n:
        n, rest = divmod(n - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"
