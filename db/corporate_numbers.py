"""法人番号: thirteen digits, the first a check digit (国税庁, 行政手続における特定の個人を識別するための番号の利用等に関する法律施行令第35条)."""

from __future__ import annotations

import re
import unicodedata


def clean(text: str | None) -> str | None:
    """The digits as printed, without spaces and hyphens; None where there is none."""
    if not text:
        return None
    digits = re.sub(r"[\s\-‐－ー―]", "", unicodedata.normalize("NFKC", text))
    return digits or None


def is_valid(number: str) -> bool:
    """Thirteen digits with a right check digit: 9 − (Σ digit × (1, 2, 1, 2 … from the right) mod 9)."""
    if not re.fullmatch(r"\d{13}", number):
        return False
    total = sum(int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(number[1:])))
    return int(number[0]) == 9 - total % 9
