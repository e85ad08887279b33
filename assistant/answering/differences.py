"""How far apart two figures are: the cells 増減, 増減率, 年度比, 差 and 倍率 that comparisons show."""

from __future__ import annotations

from dataclasses import replace

from assistant.answer import Cell
from assistant.answering import net_or_gross
from assistant.formatting import money, number, rate


def size(value: float, unit: str | None, in_millions: bool = False) -> tuple[str, str | None]:
    """A difference as people read it, without its sign, and its unit: between two rates it is ポイント."""
    size = abs(value)
    if unit == "円":
        return money(round(size), in_millions), "円"
    if unit == "%":
        return f"{size:,.1f} ポイント", "ポイント"
    return f"{number(size)}{unit or ''}", unit


def way(value: float) -> str:
    """「の増」 or 「の減」, nothing where nothing changed."""
    return " の増" if value > 0 else " の減" if value < 0 else ""


def change(before: Cell, now: Cell) -> Cell:
    """増減: the later figure less the earlier one, on the sheet of the later."""
    value = round(net_or_gross.size(now) - net_or_gross.size(before), 6)
    told, unit = size(value, now.unit, in_millions="百万円" in now.text)
    return Cell(
        label=f"{now.label}の増減",
        value=round(value) if unit == "円" else value,
        text=told + way(value),
        sheet=now.sheet,
        fiscal_year=now.fiscal_year,
        unit=unit,
        derived=f"増減 = {_shown(now)} − {_shown(before)}",
        group=now.group,
        source=now.source,
        url=now.url,
    )


def ratio(before: Cell, now: Cell) -> Cell | None:
    """年度比: the later figure in % of the earlier; None for rates, and where the earlier is 0."""
    if now.unit == "%" or not before.value:
        return None
    value = now.value / before.value * 100
    return Cell(
        label=f"{now.label}の{before.fiscal_year}年度比",
        value=round(value, 4),
        text=f"{rate(value)}（{value / 100:,.2f}倍）",
        sheet=now.sheet,
        fiscal_year=now.fiscal_year,
        unit="%",
        derived=f"{number(now.value)} ÷ {number(before.value)}",
        group=now.group,
        source=now.source,
        url=now.url,
    )


def growth(before: Cell, now: Cell) -> Cell | None:
    """増減率: by how many % the figure grew; None where ``ratio`` gives none."""
    against = ratio(before, now)
    if against is None:
        return None
    value = now.value / before.value * 100 - 100
    return replace(
        against,
        label=f"{now.label}の増減率",
        value=round(value, 4),
        text=f"{rate(abs(value))}{way(value)}",
        derived=f"({number(now.value)} − {number(before.value)}) ÷ {number(before.value)}",
    )


def gap(larger: Cell, smaller: Cell) -> Cell:
    """差: how much more one of two figures side by side is than the other."""
    value = larger.value - smaller.value
    told, unit = size(value, larger.unit)
    return Cell(
        label=f"{larger.label}の差",
        value=round(value, 4),
        text=told,
        unit=unit,
        fiscal_year=larger.fiscal_year,
        derived=f"差 = {_shown(larger)} − {_shown(smaller)}",
    )


def times(larger: Cell, smaller: Cell) -> Cell | None:
    """倍率: how many times the smaller the larger is; None for rates, and where the smaller is 0 or less."""
    if larger.unit == "%" or smaller.value <= 0:
        return None
    value = larger.value / smaller.value
    return Cell(
        label="倍率",
        value=round(value, 4),
        text=f"{value:,.2f}倍",
        unit="倍",
        derived=f"{number(larger.value)} ÷ {number(smaller.value)}",
    )


def _shown(cell: Cell) -> str:
    return number(round(net_or_gross.size(cell), 4))


def part(own: Cell, whole: Cell, label: str) -> Cell | None:
    """What part of another figure one is, in %; None where the other is 0."""
    if not whole.value:
        return None
    value = own.value / whole.value * 100
    return Cell(
        label=label,
        value=round(value, 4),
        text=rate(value),
        sheet=own.sheet,
        fiscal_year=whole.fiscal_year,
        unit="%",
        derived=f"{number(own.value)} ÷ {number(whole.value)}",
        group=own.group,
        source=own.source,
        url=own.url,
    )
