"""What may be kept of a text whose boxes come in an order nobody has seen: only what its labels vouch for.

Along a known order a value is placed by where it stands. Where the order is not known (a form year of which no
sheet was seen, or a program that gives a text in an order of its own), a place so found is a guess. There a value
is kept only where its label stands right before it, where it goes on a row so begun, where the words themselves
leave no doubt (会計区分, 実施方法 …) or where the sheet's own sums and rates confirm it. The rest is left over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from db.numbers import parse_number
from db.readers.sheet_text import orders
from db.readers.sheet_text.alignment import Placed
from db.readers.sheet_text.orders import Slot

_OF_THEMSELVES = frozenset(
    {
        orders.TITLE,
        orders.MINISTRY,
        orders.ACCOUNT,
        orders.MEANS,
        orders.FLOW,
        orders.BLOCK,
        orders.ROW_NUMBER,
    }
)
"""Kinds whose words are found nowhere else."""
_LEAST_TEXT = 30
"""A text shorter than this may belong to any box."""
_LEAST_RUN, _FAR = 3, 6
"""Boxes in the order they are known in, and how far from a label among them: then nine of ten stand right."""
_ROUNDING = Decimal("0.6")
_PARTS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等")


def supported(
    placed: Sequence[Placed], slots: tuple[Slot, ...], trusted: re.Pattern[str] | None = None
) -> list[Placed]:
    """The pieces of a page, those that nothing vouches for left over.

    ``trusted``: boxes the order itself vouches for, unless the sheet's arithmetic refutes them.
    """
    kept: set[int] = set()
    """positions in ``placed``"""
    for run in _runs(placed, slots):
        labels = [n for n, box in enumerate(run) if _is_label(placed[box[0]], slots)]
        for n, box in enumerate(run):
            near = min((abs(n - at) for at in labels), default=_FAR + 1)
            if (len(run) >= _LEAST_RUN and near <= _FAR) or _follows_its_label(placed, run, n, slots):
                kept.update(box)
    confirmed, refuted = _by_arithmetic(placed, slots)
    out = []
    for i, p in enumerate(placed):
        name = slots[p.slot].name if p.slot is not None else ""
        by_order = trusted is not None and trusted.match(name) is not None
        vouched = name in confirmed or (
            name not in refuted and (by_order or i in kept or _stands_for_itself(p, slots))
        )
        out.append(p if p.slot is None or vouched else replace(p, slot=None, instance=-1))
    return out


def _runs(placed: Sequence[Placed], slots: tuple[Slot, ...]) -> list[list[list[int]]]:
    """Boxes that stand here one behind the other as they do in the order; each with the positions of its pieces."""
    runs: list[list[list[int]]] = []
    before: Placed | None = None
    for i, p in enumerate(placed):
        if p.slot is None:
            continue
        if before is not None and before.slot == p.slot and before.instance == p.instance:
            runs[-1][-1].append(i)
        elif before is not None and before.slot is not None and p.slot == before.slot + 1:
            runs[-1].append([i])
        else:
            runs.append([[i]])
        before = p
    return runs


def _is_label(p: Placed, slots: tuple[Slot, ...]) -> bool:
    return p.slot is not None and slots[p.slot].kind in (orders.LABEL, orders.YEAR_LABEL)


def _follows_its_label(
    placed: Sequence[Placed], run: list[list[int]], n: int, slots: tuple[Slot, ...]
) -> bool:
    if n == 0:
        first = run[0][0]
        before = placed[first - 1] if first else None
    else:
        before = placed[run[n - 1][-1]]
    here = placed[run[n][0]]
    if before is None or before.slot is None or here.slot is None:
        return False
    return slots[before.slot].name in orders.label_of(slots[here.slot].name)


def _stands_for_itself(p: Placed, slots: tuple[Slot, ...]) -> bool:
    if p.slot is None:
        return False
    slot = slots[p.slot]
    if slot.kind in (orders.LABEL, orders.YEAR_LABEL, *_OF_THEMSELVES):
        return True
    return slot.name.startswith("explanations.") and len(p.piece.text) >= _LEAST_TEXT


def refuted(placed: Sequence[Placed], slots: tuple[Slot, ...]) -> set[str]:
    """Boxes of the budget whose figures do not add up."""
    return _by_arithmetic(placed, slots)[1]


def _by_arithmetic(placed: Sequence[Placed], slots: tuple[Slot, ...]) -> tuple[set[str], set[str]]:
    """Boxes of the budget that its arithmetic confirms, and those it refutes.

    計 is the sum of its parts, 執行率 is 執行額 ÷ 計.
    """
    figures: dict[str, Decimal] = {}
    for p in placed:
        if p.slot is not None and slots[p.slot].name.startswith("budgets.") and not slots[p.slot].repeated:
            value = parse_number(p.piece.text)
            if value is not None:
                figures.setdefault(slots[p.slot].name, value)
    confirmed: set[str] = set()
    refuted: set[str] = set()
    for j in range(4):
        parts = {n: v for name in _PARTS if (v := figures.get(n := f"budgets.{name}.{j}")) is not None}
        whole, use, share = (f"budgets.{name}.{j}" for name in ("計", "執行額", "執行率"))
        total, spent, rate = figures.get(whole), figures.get(use), figures.get(share)
        if total is not None and parts:
            adds_up = abs(sum(parts.values(), Decimal(0)) - total) <= 1
            if not adds_up:
                refuted |= {*parts, whole}
            elif total and len(parts) >= 2:
                confirmed |= {*parts, whole}
        if rate is not None and total is not None and spent is not None:
            if not total or abs(spent * 100 / total - rate) > _ROUNDING:
                refuted |= {use, share}
            elif rate != 100:
                confirmed |= {whole, use, share}
    return confirmed, refuted - confirmed
