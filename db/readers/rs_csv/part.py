"""The rows one file holds of one project, and the bookkeeping of what became of each row and cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from db.catalogue import RATE, Field
from db.readers.rs_csv.cells import Reading, cell_text, read_cell
from db.readers.rs_csv.csv_file import RawRow
from db.readers.rs_csv.layout import Column, Layout, is_percent_header
from db.sheet import Flag, Row, Scalar, Sheet, SourceFile, Unplaced

_ROW = re.compile(r"\d+")


def locator(number: str, rows: Iterable[int]) -> str:
    """「2-1 12行目」, 「2-1 12、14行目」 where a row of ours comes from several of the file."""
    return f"{number} {'、'.join(str(n) for n in sorted(set(rows)))}行目"


def numbers_in(place: str) -> list[int]:
    """The rows a locator names."""
    return [int(n) for n in _ROW.findall(place.partition(" ")[2].partition("(")[0])]


class Part:
    """The rows of one project in one file, being turned into rows of the sheet's sections.

    Every row of the file ends as stored (some row of the sheet has its locator), unplaced (something of it
    stands in ``sheet.unplaced`` and nothing elsewhere) or merged (it says nothing of its own: identity alone,
    or a repeat); ``count`` books that into the source.
    """

    def __init__(
        self,
        sheet: Sheet,
        layout: Layout,
        rows: list[RawRow],
        basic: Row,
        fractions: frozenset[str],
    ) -> None:
        self.sheet = sheet
        self.basic = basic
        self.layout = layout
        self.number = layout.number
        self.rows = rows
        self.source = basic.source
        self.fractions = fractions
        self._said: set[int] = set()
        self._stored: set[int] = set()
        self._unplaced: set[int] = set()

    @property
    def year(self) -> int:
        """事業年度 of the sheet."""
        year = self.sheet.basic.values["公開年度"]
        assert isinstance(year, int)
        return year

    def text(self, row: RawRow, name: str) -> str | None:
        """What a cell of the named column says, None where it is blank or the file lacks the column."""
        column = self.layout.named(name)
        return None if column is None else cell_text(row.cells[column.position])

    def read(self, row: RawRow, column: Column, field: Field) -> Reading:
        """The value of a cell; a number that is none is flagged and kept as printed."""
        text = row.cells[column.position]
        if not text:
            return Reading(None)
        fraction = (
            field.kind == RATE and column.name in self.fractions and not is_percent_header(column.header)
        )
        reading = read_cell(field, text, fraction)
        if not reading.understood:
            self.flag(
                row, f"「{reading.printed}」は{field.label}として読めません。", field.table, field.column
            )
        return reading

    def collect(
        self, row: RawRow, columns: Sequence[tuple[Column, Field]]
    ) -> tuple[dict[str, Scalar], dict[str, str]]:
        """(values, printed) of the non-blank cells of these columns.

        Two columns of one field (5-4 その他の契約): the higher flag, the first text; a second text that
        differs is kept as unplaced.
        """
        values: dict[str, Scalar] = {}
        printed: dict[str, str] = {}
        for column, field in columns:
            if not row.cells[column.position]:
                continue
            reading = self.read(row, column, field)
            name = field.column
            if reading.value is not None:
                before = values.get(name)
                if before is None or (isinstance(before, int) and before == 0):
                    values[name] = reading.value
                elif before != reading.value and reading.value != 0:
                    self.leave(row, column)
                    continue
            if reading.printed is not None:
                printed[name] = reading.printed
        return values, printed

    def add(
        self,
        table: str,
        values: dict[str, Scalar],
        rows: Iterable[RawRow],
        printed: dict[str, str] | None = None,
    ) -> Row:
        """Append a row to a section of the sheet and book the rows it comes from as stored."""
        numbers = [r.number for r in rows]
        row = Row(values, locator(self.number, numbers), printed or {}, source=self.source)
        self.sheet.add(table, row)
        self._stored.update(numbers)
        return row

    def stored(self, rows: Iterable[RawRow]) -> None:
        """Book rows as stored whose content went into a row made elsewhere."""
        self._stored.update(r.number for r in rows)

    def say(self, numbers: Iterable[int]) -> None:
        """Book rows whose content went into what this file says of the basic row, which they are the place of."""
        said = set(numbers)
        if said:
            self._said |= said
            self._stored |= said
            self.basic.locator = locator(self.number, self._said)

    def leave(self, row: RawRow, *columns: Column) -> None:
        """Keep cells no field takes: 「列名: 値」, one entry a row."""
        cells = [f"{c.header}: {row.cells[c.position].strip()}" for c in columns]
        self.leave_text(row, " / ".join(cells))

    def leave_text(self, row: RawRow, text: str) -> None:
        """Keep a text no field takes."""
        self.sheet.unplaced.append(Unplaced(text, locator(self.number, [row.number]), self.source))
        self._unplaced.add(row.number)

    def leave_unknown(self) -> None:
        """Keep the cells of columns the catalogue does not know, and cells beyond the last column."""
        if self.layout.unknown:
            for row in self.rows:
                written = [c for c in self.layout.unknown if cell_text(row.cells[c.position])]
                if written:
                    self.leave(row, *written)
        for row in self.rows:
            if row.extra:
                self.leave_text(row, f"見出しのない列: {' / '.join(row.extra)}")

    def flag(self, row: RawRow, what: str, table: str = "", column: str = "") -> None:
        """Note a value that looks wrong; it stays as printed."""
        self.sheet.flags.append(Flag(locator(self.number, [row.number]), what, table, column, self.source))

    def count(self, source: SourceFile) -> None:
        """Book every row into the source's counts."""
        for row in self.rows:
            if row.number in self._stored:
                source.rows_stored += 1
            elif row.number in self._unplaced:
                source.rows_unplaced += 1
            else:
                source.rows_merged += 1
