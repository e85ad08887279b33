"""What a first reading of a page lets one expect of a second: which rows a table has, which figures add up.

A list prints its row numbers and a table its 費目, so rows it does not have need no boxes. Figures of a form
depend on each other (計 is the sum of its parts, 執行率 is 執行額 ÷ 計, the unit cost its 計算式): where a first
reading does not fit, the value that would is preferred the second time, if the text has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from db.numbers import parse_number
from db.readers.sheet_text.alignment import Placed
from db.readers.sheet_text.orders import Slot

_PARTS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等")
_KEYS = (
    (r"payees\.番号\.(\d+)", r"payees\.(?!block).*\.(\d+)"),
    (r"items\.目\.(\d+)", r"items\.(?:当初|要求|目)\.(\d+)"),
    (r"expenses\.費目\.0\.(\d+)", r"expenses\.(?:使途|金額|費目)\.0\.(\d+)"),
    (r"expenses\.費目\.1\.(\d+)", r"expenses\.(?:使途|金額|費目)\.1\.(\d+)"),
    (r"contracts\.番号\.(\d+)", r"contracts\..*\.(\d+)"),
)


@dataclass(slots=True)
class Expectations:
    """absent  boxes of rows the page does not have; values  box → figures that would fit there.

    unmet  how many equations of the form the figures do not meet
    known  how many figures of the budget there are
    """

    absent: list[int] = field(default_factory=list)
    values: dict[int, set[Decimal]] = field(default_factory=dict)
    unmet: int = 0
    known: int = 0

    def __bool__(self) -> bool:
        return bool(self.absent or self.values)

    def met_better_by(self, again: Expectations) -> bool:
        """True where a reading after this one meets more equations, and not by losing their figures."""
        return again.unmet + max(0, self.known - again.known) < self.unmet


def expect(placed: Sequence[Placed], slots: tuple[Slot, ...]) -> Expectations:
    """Expectations of a page from its first reading."""
    out = Expectations()
    _rows(placed, slots, out)
    at: dict[str, list[int]] = {}
    for i, s in enumerate(slots):
        if not s.repeated:
            at.setdefault(s.name, []).append(i)
    figures = _figures(placed, slots)
    unmet = set()
    for equation, name, value in _fitting(figures):
        unmet.add(equation)
        for i in at.get(name, ()):
            out.values.setdefault(i, set()).add(value)
    out.unmet = len(unmet)
    out.known = sum(name.startswith("budgets.") for name in figures)
    return out


def _rows(placed: Sequence[Placed], slots: tuple[Slot, ...], out: Expectations) -> None:
    for key, of in _KEYS:
        for repeated in (False, True):
            rows = set()
            for p in placed:
                if p.slot is None or slots[p.slot].repeated != repeated:
                    continue
                found = re.fullmatch(key, slots[p.slot].name)
                if found and p.piece.look != "dash":
                    rows.add(int(found[1]))
            if not rows:
                continue
            rows = set(range(min(rows), max(rows) + 1))
            for i, s in enumerate(slots):
                row = re.fullmatch(of, s.name) if s.repeated == repeated else None
                if row and int(row[1]) not in rows:
                    out.absent.append(i)


def _figures(placed: Sequence[Placed], slots: tuple[Slot, ...]) -> dict[str, Decimal]:
    out: dict[str, Decimal] = {}
    for p in placed:
        if p.slot is None or slots[p.slot].repeated:
            continue
        name = slots[p.slot].name
        value = parse_number(p.piece.text) if p.piece.look in ("number", "percent") else None
        if value is not None:
            out.setdefault(name, value)
        elif p.piece.look == "formula" and (ratio := quotient(p.piece.text)) is not None:
            out.setdefault(name, ratio)
    return out


def quotient(formula: str) -> Decimal | None:
    """The value of 「1,770/47」, None where it is no plain division."""
    parts = [parse_number(part) for part in re.split(r"[/／]", formula)]
    if len(parts) != 2 or parts[0] is None or not parts[1]:
        return None
    return parts[0] / parts[1]


def _fitting(figures: dict[str, Decimal]) -> Iterator[tuple[str, str, Decimal]]:
    """(equation, box, value that would make it hold) for equations that do not."""
    for j in range(5):
        parts = {name: figures.get(f"budgets.{name}.{j}") for name in _PARTS}
        total, spent, rate = (figures.get(f"budgets.{name}.{j}") for name in ("計", "執行額", "執行率"))
        known = [v for v in parts.values() if v is not None]
        added = sum(known, Decimal(0))
        equation = f"計.{j}"
        if total is None and known:
            yield equation, f"budgets.計.{j}", added
        elif total is not None and abs(total - added) > max(1, len(known)):
            yield equation, f"budgets.計.{j}", added
            for name, value in parts.items():
                yield equation, f"budgets.{name}.{j}", total - added + (value or 0)
        if rate and total is None and spent is not None:
            yield f"執行率.{j}", f"budgets.計.{j}", (spent * 100 / rate).quantize(Decimal(1))
        if rate is not None and total and spent is not None and abs(spent * 100 / total - rate) > 1:
            yield f"執行率.{j}", f"budgets.執行率.{j}", (spent * 100 / total).quantize(Decimal(1))
    for item, budget in (("当初", "当初予算.3"), ("要求", "計.4"), ("要求", "当初予算.4")):
        whole = figures.get(f"budgets.{budget}")
        if whole is not None and figures.get(f"items.計.{item}") not in (whole, None):
            yield f"items.{item}", f"items.計.{item}", whole
    costs = [c for j in range(4) if (c := figures.get(f"unit_costs.コスト.{j}")) is not None]
    ratios = {j: r for j in range(4) if (r := figures.get(f"unit_costs.式.{j}")) is not None}
    for j, ratio in ratios.items():
        if not any(same_quotient(cost, ratio) for cost in costs):
            for digits in ("1", "0.1", "0.01"):
                yield f"コスト.{j}", f"unit_costs.コスト.{j}", ratio.quantize(Decimal(digits))


def same_quotient(cost: Decimal, ratio: Decimal) -> bool:
    """True where a printed unit cost is the value of its 計算式, rounded."""
    return abs(cost - ratio) <= max(abs(ratio) / 50, Decimal("0.06"))
