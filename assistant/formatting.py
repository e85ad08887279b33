"""How figures are written for people: 50.0 %, 2百万円（2,000,000円）, 1兆2,345億円（…円）, 2017年度（平成29年度）."""

from __future__ import annotations

from db.catalogue import FLAG, MONEY, RATE, YEAR
from db.fiscal_years import wareki

MILLION = 1_000_000
_TEN_THOUSAND, _HUNDRED_MILLION, _TRILLION = 10**4, 10**8, 10**12


def number(value: float) -> str:
    """A plain number with thousands separators and no idle zeros: 1,770 / 37.7 / 0.05."""
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}"
    return f"{value:,.10g}" if abs(value) < 1 else f"{value:,.4f}".rstrip("0").rstrip(".")


def yen(value: int) -> str:
    """The exact amount: 2,000,000円."""
    return f"{value:,}円"


def money(value: float, in_millions: bool = False) -> str:
    """An amount as people read it, the exact 円 in brackets.

    Below 1億円 an amount whose sheet prints 百万円 keeps that unit (「2百万円（2,000,000円）」). Others are
    told in 兆・億・万 with at most two units; 約 stands before what was rounded.
    """
    exact = round(value)
    size = abs(exact)
    if size < _TEN_THOUSAND:
        return yen(exact)
    sign = "-" if exact < 0 else ""
    if in_millions and size < _HUNDRED_MILLION:
        return f"{sign}{number(size / MILLION)}百万円（{yen(exact)}）"
    unit = _HUNDRED_MILLION if size >= _TRILLION - _HUNDRED_MILLION // 2 else _TEN_THOUSAND
    units = (size + unit // 2) // unit
    about = "" if units * unit == size else "約"
    rounded = units * unit
    high, low = divmod(rounded, _TRILLION if unit == _HUNDRED_MILLION else _HUNDRED_MILLION)
    names = ("兆", "億") if unit == _HUNDRED_MILLION else ("億", "万")
    body = f"{high:,}{names[0]}" if high else ""
    body += f"{low // unit:,}{names[1]}" if low else ""
    return f"{about}{sign}{body}円（{yen(exact)}）"


def rate(value: float) -> str:
    """A rate in %: 50.0 %; two significant digits where one decimal would show 0.0 %."""
    if value and abs(value) < 0.05:
        return f"{value:.2g} %"
    return f"{value:,.1f} %"


def fiscal_year(year: int) -> str:
    """2017年度（平成29年度）."""
    return f"{year}年度（{wareki(year)}）"


def fiscal_years(years: tuple[int, ...]) -> str:
    """「2021〜2024年度」 for consecutive years, else 「2015・2018年度」."""
    if not years:
        return ""
    ordered = sorted(set(years))
    if len(ordered) > 2 and ordered[-1] - ordered[0] == len(ordered) - 1:
        return f"{ordered[0]}〜{ordered[-1]}年度"
    return "・".join(str(y) for y in ordered) + "年度"


def quantity(value: float, unit: str | None) -> str:
    """A number with the unit written beside it on the sheet: 47県, 37.7千円, 93 %."""
    if unit is None or unit == "":
        return number(value)
    if unit in ("%", "％"):
        return f"{number(value)} %"
    if unit == "円":
        return money(value)
    return f"{number(value)}{unit}"


def value_text(value: object, kind: str, unit: str | None = None) -> str:
    """A stored value of a field of ``kind`` (``db.catalogue.KINDS``) as people read it."""
    if isinstance(value, bool) or (kind == FLAG and isinstance(value, int)):
        return "はい" if value else "いいえ"
    if not isinstance(value, int | float):
        return str(value)
    if kind == MONEY:
        return money(value)
    if kind == RATE:
        return rate(value)
    if kind == YEAR:
        return fiscal_year(int(value))
    return quantity(value, unit)
