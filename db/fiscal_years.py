"""Fiscal years in any notation (平成29年度, H29, 令和元年度, 29年度, 2017) as Western years."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_LETTERS = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"}
_KANJI = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_YEAR = re.compile(r"(明治|大正|昭和|平成|令和|[MTSHR](?=[.\d元]))?\.?(\d{1,4}|元)(?:年度?|$)?")


def parse_year(text: str | None, near: int | None = None) -> int | None:
    """The Western year a cell prints, None where it prints none.

    ``near`` (the sheet's 公開年度) resolves a year without era: 29年度 on a sheet of 2018 is 2017, 2年度 on a
    sheet of 2021 is 2020. Without it a bare year under 100 is not read.
    """
    if not text:
        return None
    t = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    m = _YEAR.search(t)
    if not m:
        return None
    n = 1 if m.group(2) == "元" else int(m.group(2))
    if m.group(1):
        era = _LETTERS.get(m.group(1), m.group(1))
        return ERAS[era] + n
    if n >= 1800:
        return n
    if near is None or n == 0 or n > 99:
        return None
    return min((ERAS["平成"] + n, ERAS["令和"] + n), key=lambda y: abs(y - near))


def fiscal_year_of(day: date) -> int:
    """The fiscal year (April to March) a day belongs to."""
    return day.year if day.month >= 4 else day.year - 1


def wareki(year: int) -> str:
    """「令和5年度」 for 2023; the era the fiscal year begins in (2019 is 令和元年度, as sheets write it)."""
    for era in ("令和", "平成", "昭和", "大正", "明治"):
        n = year - ERAS[era]
        if n >= 1:
            return f"{era}{'元' if n == 1 else n}年度"
    return f"{year}年度"
