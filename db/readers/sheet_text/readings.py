"""A page read along every known order: where the readings agree, a box is likely the form's own.

A form year nobody saw keeps most stretches of its neighbours' orders and moves them about. Along one of them a
moved stretch is misplaced; along others, and with jumps dear or cheap, it is misplaced elsewhere or not at all.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from db.readers.sheet_text import orders
from db.readers.sheet_text.alignment import KNOWN, LIKE, Placed, align
from db.readers.sheet_text.emission import Emission
from db.readers.sheet_text.lines import Line
from db.readers.sheet_text.orders import Slot
from db.readers.sheet_text.support import refuted, supported

_PRICES = (KNOWN, LIKE)
_COLUMN = re.compile(r"(payees\.(?!番号|支出額)\w+)\.(\d+)")
"""支出額 stands in the lists from the largest down; 番号 says its row itself."""


class Readings:
    """The readings of one sheet along several orders, each with jumps dear and cheap."""

    def __init__(self, known: Sequence[tuple[Slot, ...]], year: int) -> None:
        self._known = [(slots, Emission(slots, year)) for slots in known]
        self._enough = len(self._known) * len(_PRICES) / 2
        self._settled = _settled_columns(known)

    def agreed(
        self, placed: Sequence[Placed], lines: Sequence[Line], slots: tuple[Slot, ...]
    ) -> list[Placed]:
        """The pieces of a page: those that half of the readings place so, or that stand for themselves; else left over."""
        votes: Counter[tuple[int, int, int, str]] = Counter()
        for known, emission in self._known:
            for prices in _PRICES:
                votes.update(_places(align(lines, known, emission, prices=prices)[0], known))
        against = refuted(placed, slots)
        rows: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
        for p in placed:
            if p.slot is not None and (cell := _COLUMN.fullmatch(slots[p.slot].name)):
                rows[p.instance, cell[1]].add(cell[2])
        out = []
        for p, vouched in zip(placed, supported(placed, slots), strict=True):
            slot = slots[p.slot] if p.slot is not None else None
            if slot is None or slot.kind in (orders.LABEL, orders.YEAR_LABEL):
                kept = True
            elif slot.name.startswith("basic."):
                agrees = slot.kind != orders.CODE and votes[_key(p, slot)] >= self._enough
                kept = vouched.slot is not None or agrees
            else:
                cell = _COLUMN.fullmatch(slot.name)
                settled = cell is None or cell[1] in self._settled or len(rows[p.instance, cell[1]]) == 1
                kept = settled and slot.name not in against and votes[_key(p, slot)] >= self._enough
            out.append(p if kept else replace(p, slot=None, instance=-1))
        return out


def _settled_columns(known: Sequence[tuple[Slot, ...]]) -> set[str]:
    """Columns of 支出先上位10者リスト whose rows come in one sequence in every order; of others nobody can tell the row."""
    sequences: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for slots in known:
        rows: defaultdict[str, list[str]] = defaultdict(list)
        for slot in slots:
            cell = _COLUMN.fullmatch(slot.name)
            if cell and not slot.repeated and not slot.elsewhere:
                rows[cell[1]].append(cell[2])
        for column, found in rows.items():
            sequences[column].add(tuple(found))
    return {column for column, found in sequences.items() if len(found) == 1}


def _places(placed: Sequence[Placed], slots: tuple[Slot, ...]) -> set[tuple[int, int, int, str]]:
    return {_key(p, slots[p.slot]) for p in placed if p.slot is not None}


def _key(p: Placed, slot: Slot) -> tuple[int, int, int, str]:
    return p.line.number, p.start, p.end, slot.name
