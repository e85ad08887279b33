"""How figures are written for a Japanese reader: 円・百万円・億円, %, years with their era, sizes."""

from __future__ import annotations

from markupsafe import Markup, escape

from db.catalogue import MONEY, RATE, YEAR
from db.fiscal_years import wareki

HUNDRED_MILLION = 100_000_000
MILLION = 1_000_000
TRILLION = 1_000_000_000_000
NOTHING = "–"
"""Shown where nothing is written."""


def grouped(value: float) -> str:
    """A number with 桁区切り and ▲ for minus, whole where it is whole: 1,234  ▲0.5."""
    sign = "▲" if value < 0 else ""
    size = abs(value)
    if isinstance(size, float) and not size.is_integer():
        return sign + f"{size:,.4f}".rstrip("0").rstrip(".")
    return f"{sign}{int(size):,}"


def exact_yen(value: float) -> str:
    """An amount to the 円: 「1,234,567円」."""
    return f"{grouped(round(value))}円"


def short_yen(value: float | None) -> str:
    """An amount as people say it: 「1兆2,345億円」「54.2億円」「4百万円」「123,456円」; – for None."""
    if value is None:
        return NOTHING
    sign, size = ("▲" if value < 0 else ""), abs(value)
    if size >= TRILLION:
        trillions, rest = divmod(round(size / HUNDRED_MILLION), 10_000)
        return f"{sign}{trillions:,}兆{rest:,}億円" if rest else f"{sign}{trillions:,}兆円"
    if size >= HUNDRED_MILLION:
        return f"{sign}{_one_decimal(size / HUNDRED_MILLION)}億円"
    if size >= MILLION:
        return f"{sign}{_one_decimal(size / MILLION)}百万円"
    return exact_yen(value)


def _one_decimal(value: float) -> str:
    text = f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"
    return text.removesuffix(".0")


def percent(value: float | None) -> str:
    """A rate with one decimal: 「83.1%」, a very small one with two digits: 「0.012%」; – for None."""
    if value is None:
        return NOTHING
    if value and abs(value) < 0.05:
        return f"{'▲' if value < 0 else ''}{abs(value):.2g}%"
    return f"{grouped(round(value, 1))}%"


def plain(value: object, kind: str | None = None, unit: str | None = None) -> str:
    """A value as text, by the kind of its field (``db.catalogue``)."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if kind == MONEY:
        return short_yen(value)
    if kind == RATE:
        return percent(value)
    if kind == YEAR:
        return f"{value:.0f}年度"
    return grouped(value) + (unit or "")


def yen(value: float | None) -> Markup:
    """``short_yen`` with the exact amount on hover, machine-readable."""
    if value is None:
        return Markup('<span class="blank">–</span>')
    return Markup('<data class="yen" value="{}" title="{}">{}</data>').format(
        value, exact_yen(value), short_yen(value)
    )


def exact_amount(value: float) -> Markup:
    """The exact amount in 円 with 桁区切り, in 百万円・億円 on hover: for the cells of tables."""
    return Markup('<data class="yen" value="{}" title="{}">{}円</data>').format(
        value, short_yen(value), grouped(round(value))
    )


def figure(value: object, kind: str | None = None, unit: str | None = None) -> Markup:
    """``plain`` as HTML: money with the exact 円 on hover, years with their era."""
    if value is None or value == "":
        return Markup('<span class="blank">–</span>')
    if isinstance(value, int | float) and not isinstance(value, bool):
        if kind == MONEY:
            return yen(value)
        if kind == YEAR:
            return Markup('<span title="{}">{}</span>').format(wareki(int(value)), plain(value, kind))
    return escape(plain(value, kind, unit))
