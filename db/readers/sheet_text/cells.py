"""The boxes of one sheet with what stands in them, gathered from the aligned pieces."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from db.readers.form_labels import is_note
from db.readers.sheet_text import orders
from db.readers.sheet_text.alignment import Placed
from db.readers.sheet_text.lines import Line
from db.readers.sheet_text.orders import Slot
from db.readers.sheet_text.wrapping import width
from db.text import is_blank, unwrap

_LIST_MARK = re.compile(r"[・○〇●◆◇□■※＊*【〔〈①-⑳⑴-⒇ⅰ-ⅹ]|[(（]?[0-9０-９]{1,2}[.．)）、]|[-－―][^-]")
_FULL_WIDTH_ENOUGH = 0.72


@dataclass(slots=True)
class Cell:
    """A box with its written lines.

    lines  (line number, text, opens a box of its own), in the order of the file
    """

    slot: Slot
    instance: int
    lines: list[tuple[int, str, bool]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text with its wrapping undone; a new line only where the cell itself begins one."""
        return join_lines([t for _, t, _ in self.lines])

    @property
    def line(self) -> int:
        """Number of its first line."""
        return self.lines[0][0]

    @property
    def locator(self) -> str:
        """「412行目」「412～415行目」."""
        last = self.lines[-1][0]
        return f"{self.line}行目" if last == self.line else f"{self.line}～{last}行目"

    @property
    def written(self) -> bool:
        """False for a dash, 該当なし and the like."""
        return not is_blank(self.text)

    def boxes(self) -> list[Cell]:
        """The cell parted where a blank line stands between its lines."""
        out: list[Cell] = []
        for line in self.lines:
            if line[2] or not out:
                out.append(Cell(self.slot, self.instance))
            out[-1].lines.append(line)
        return out


def join_lines(lines: Sequence[str]) -> str:
    """Undo the wrapping of a cell: a line break stays where a list begins or a line ends well before the edge."""
    if not lines:
        return ""
    widest = max(width(t) for t in lines)
    out, run = "", [lines[0]]
    for before, line in itertools.pairwise(lines):
        short = width(before) < widest * _FULL_WIDTH_ENOUGH and re.search(
            r"[。）)」】法条項]$", before.rstrip()
        )
        if (_LIST_MARK.match(line.lstrip("　 ")) and len(line) > 2) or short:
            out += unwrap(run) + "\n"
            run = [line]
        else:
            run.append(line)
    return out + unwrap(run)


def _after_space(p: Placed) -> bool:
    return p.start > 0 and p.line.text[p.start - 1] == " "


class Cells:
    """All boxes of a sheet by instance and name; instance 0 is the template itself."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, str], Cell] = {}
        self.left_over: list[tuple[Line, str]] = []
        self.instances = 1
        self.position: dict[str, int] = {}
        """box → its place in the template's order"""
        self._pages_of: dict[str, int] = {}
        self._order: list[Cell] = []
        self._left_of: dict[tuple[int, str], Cell] = {}
        self.unsure = False
        """True of a text without blank lines, which does not say where a box ends"""

    def beside(self, left: Cell, right: Cell) -> bool:
        """True where ``right`` is printed on the line of ``left``, next to it and after a space.

        A text extractor puts a space where the next box stands further right, and none where it jumps back.
        """
        return self._left_of.get((right.instance, right.slot.name)) is left

    def add_page(self, placed: Sequence[Placed], slots: tuple[Slot, ...]) -> None:
        """Take in the pieces of one page."""
        base = self.instances - 1
        self.position = {s.name: i for i, s in enumerate(slots) if not s.repeated}
        further: int | None = None
        extra: dict[tuple[int, str], int] = {}
        last: Cell | None = None
        for p in placed:
            self.unsure |= p.line.unsure
            if p.slot is None:
                if not (
                    orders.is_aside(p.piece.folded)
                    or p.piece.look in ("dash", "dashes")
                    or is_note(p.piece.text)
                ):
                    self.left_over.append((p.line, p.piece.text))
                continue
            slot = slots[p.slot]
            instance = 0 if p.instance == 0 else base + p.instance
            table = orders.group_of(slot.name)
            own = p.instance == 0 and table is not None and slot.kind != orders.LABEL
            if own and self._pages_of.setdefault(str(table), p.line.page) != p.line.page:
                # the template's own table, on a further page: its rows go on there
                if further is None:
                    further = base + 1 + max((q.instance for q in placed), default=0)
                instance = further
            self.instances = max(self.instances, instance + 1)
            key = (instance, slot.name)
            if last is not None and last.slot.name == slot.name and last.instance == extra.get(key, instance):
                self._append(last, p)
                continue
            cell = self._cells.get(key)
            if cell is not None and cell.written and slot.kind != orders.LABEL:
                if p.piece.look == "dash":
                    last = None
                    continue
                # the same box a second time: another table of the same shape
                group = orders.group_of(slot.name)
                if group is not None:
                    instance = self._spare_instance(slot.name)
                    extra[(key[0], slot.name)] = instance
                    key = (instance, slot.name)
                    cell = None
                elif slot.kind not in (orders.FLOW, orders.TEXT):
                    self.left_over.append((p.line, p.piece.text))
                    last = None
                    continue
            if cell is None or (not cell.written and slot.kind != orders.LABEL):
                cell = Cell(slot, instance)
                self._cells[key] = cell
                self._order.append(cell)
                if last is not None and last.lines[-1][0] == p.line.number and _after_space(p):
                    self._left_of[key] = last
            self._append(cell, p)
            last = cell

    def put(self, slot: Slot, lines: Sequence[Line]) -> None:
        """Let these lines be what stands in a box of the template."""
        cell = Cell(slot, 0, [(line.number, line.text, line.opens) for line in lines])
        self._cells[0, slot.name] = cell
        self._order = [c for c in self._order if (c.instance, c.slot.name) != (0, slot.name)] + [cell]

    def take_out(self, pattern: str) -> None:
        """Empty the boxes whose name fits a regular expression."""
        self._order = [c for c in self._order if not re.fullmatch(pattern, c.slot.name)]
        self._cells = {k: c for k, c in self._cells.items() if not re.fullmatch(pattern, c.slot.name)}

    def _append(self, cell: Cell, p: Placed) -> None:
        if cell.lines and not cell.written and cell.slot.kind != orders.LABEL:
            cell.lines.clear()
        if cell.lines and cell.lines[-1][0] == p.line.number:
            number, text, opens = cell.lines[-1]
            gap = " " if _after_space(p) else ""
            cell.lines[-1] = (number, text + gap + p.piece.text, opens)
        else:
            opens = (p.line.opens and not p.line.unsure) or p.start > 0 or not cell.lines
            cell.lines.append((p.line.number, p.piece.text, opens))

    def _spare_instance(self, name: str) -> int:
        for instance in range(self.instances):
            if (instance, name) not in self._cells and any(
                k[0] == instance and k[0] > 0 for k in self._cells
            ):
                return instance
        self.instances += 1
        return self.instances - 1

    def get(self, name: str, instance: int = 0) -> Cell | None:
        """A box by its name, None where nothing stands in it."""
        return self._cells.get((instance, name))

    def text(self, name: str, instance: int = 0) -> str | None:
        """What is written in a box; None for a dash or nothing."""
        cell = self.get(name, instance)
        return cell.text if cell is not None and cell.written else None

    def matching(self, pattern: str, instance: int | None = None) -> Iterator[Cell]:
        """Boxes whose name fits a regular expression, in the order of the file."""
        for cell in self._order:
            if (instance is None or cell.instance == instance) and re.fullmatch(pattern, cell.slot.name):
                yield cell

    def instances_of(self, table: str) -> list[int]:
        """The instances in which a value of a table stands, in the order of the file."""
        seen: list[int] = []
        for cell in self._order:
            holds = cell.slot.kind not in (orders.LABEL, orders.YEAR_LABEL)
            if holds and cell.slot.name.split(".")[0] == table and cell.instance not in seen:
                seen.append(cell.instance)
        return seen
