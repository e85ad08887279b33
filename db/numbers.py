"""Numbers as sheets print them: ▲1,206、１．８百万円、40%、0.83058."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from db.text import is_blank

MILLION = 1_000_000
LARGEST = 2**63 - 1
"""What a column of the database holds; a larger figure is a misprint and stays as it is printed."""
_SIGNS = str.maketrans({"▲": "-", "△": "-", "−": "-", "‐": "-", "–": "-", "―": "-"})
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")


def parse_number(text: str | None) -> Decimal | None:
    """The number a cell prints, None where nothing or no plain number is written.

    Full-width digits, thousands separators, ▲ and △ for minus, ¥, %, 円 and 百万円 suffixes are read; the
    unit is not applied. A figure beyond ``LARGEST`` is no number.
    """
    if text is None or is_blank(text):
        return None
    t = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    t = re.sub(r"[\s,、，¥￥]", "", t)
    t = re.sub(r"(百万円|千円|億円|円|%|％)$", "", t)
    if t.startswith("(") and t.endswith(")"):
        t = t[1:-1]
    if not _NUMBER.fullmatch(t):
        return None
    try:
        value = Decimal(t)
    except InvalidOperation:
        return None
    return value if abs(value) <= LARGEST else None


def yen(text: str | None, unit: int = 1) -> int | None:
    """An amount in 円; ``unit`` is what one of the printed number is worth (``MILLION`` on sheets).

    None too where the amount is beyond ``LARGEST``.
    """
    n = parse_number(text)
    if n is None or abs(n * unit) > LARGEST:
        return None
    return int((n * unit).to_integral_value())


def percent(text: str | None, fraction: bool = False) -> float | None:
    """A rate in %; ``fraction`` where 1 means 100 % (RSシステム)."""
    n = parse_number(text)
    return None if n is None else float(n * 100 if fraction else n)


def number(text: str | None) -> int | float | None:
    """A plain number: int where it is whole, else float; None where there is none."""
    n = parse_number(text)
    if n is None:
        return None
    return int(n) if n == n.to_integral_value() else float(n)
