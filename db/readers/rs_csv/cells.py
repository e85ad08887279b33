"""Cells of RSシステム's CSV as values of catalogue fields: 円, %, Western years, 0/1 for TRUE and FALSE."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from db.catalogue import CODE, COUNT, FLAG, MONEY, NUMBER, RATE, YEAR, Field
from db.fiscal_years import parse_year
from db.numbers import parse_number
from db.sheet import Scalar
from db.text import DASHES, written

_TRUE = frozenset({"true", "t", "1", "○", "〇", "有", "はい", "yes"})
_FALSE = frozenset({"false", "f", "0", "無", "いいえ", "no"})
_LONGEST_BLANK_WORD = 12

CORPORATE_KINDS = {
    "101": "国の機関",
    "201": "地方公共団体",
    "301": "株式会社",
    "302": "有限会社",
    "303": "合名会社",
    "304": "合資会社",
    "305": "合同会社",
    "399": "その他の設立登記法人",
    "401": "外国会社等",
    "499": "その他",
}
"""国税庁法人番号公表サイトの法人種別コード。The CSV prints the code alone."""

NOT_ZERO = frozenset({"入札者数", "落札率"})
"""Where RSシステム prints 0 for "does not apply": no contract has 0 bidders or a rate of 0 %."""


class Reading(NamedTuple):
    """What a cell says: the value, what is printed where the value does not show it, and whether it was read."""

    value: Scalar
    printed: str | None = None
    understood: bool = True


NOTHING = Reading(None)


def cell_text(text: str) -> str | None:
    """The cell without surrounding white space and Excel's text mark ('), None where nothing is written."""
    t = text.strip()
    if not t:
        return None
    if t[0] == "'" and len(t) > 1:
        t = t[1:].strip()
    if len(t) > _LONGEST_BLANK_WORD and t[0] not in DASHES:
        return t
    return written(t)


def read_cell(field: Field, text: str, fraction: bool = False) -> Reading:
    """The value of a cell for a field. ``fraction``: a printed 1 means 100 %.

    A numeric field that holds no number gives value None, the text in ``printed`` and ``understood`` False.
    """
    t = cell_text(text)
    if t is None:
        return NOTHING
    kind = field.kind
    if kind in (MONEY, NUMBER, COUNT, RATE):
        return _numeric(field, t, fraction)
    if kind == YEAR:
        year = parse_year(t)
        return Reading(year) if year is not None else Reading(None, t, False)
    if kind == FLAG:
        flag = truth(t)
        return Reading(int(flag)) if flag is not None else Reading(None, t, False)
    if field.column == "法人種別" and t in CORPORATE_KINDS:
        return Reading(CORPORATE_KINDS[t], t)
    if kind == CODE and t.endswith(".0") and t[:-2].isdigit():
        return Reading(t[:-2], t)
    return Reading(t)


def truth(text: str) -> bool | None:
    """TRUE, t, 1 → True; FALSE, f, 0 → False; anything else → None."""
    t = text.strip().lower()
    if t in _TRUE:
        return True
    return False if t in _FALSE else None


def plain_number(text: str) -> Decimal | None:
    """The number of a cell; a fast way for the plain digits nearly all cells hold."""
    if text.isascii() and text.removeprefix("-").isdigit():
        return Decimal(text)
    return parse_number(text)


def _numeric(field: Field, text: str, fraction: bool) -> Reading:
    n = plain_number(text)
    if n is None:
        return Reading(None, text, False)
    if field.column in NOT_ZERO and n == 0:
        return Reading(None, text)
    if field.kind == RATE:
        in_percent = "%" in text or "％" in text
        rate = float(n * 100) if fraction and not in_percent else float(n)
        return Reading(rate, text if fraction and not in_percent else None)
    if field.kind in (MONEY, COUNT):
        whole = int(n.to_integral_value())
        return Reading(whole, None if whole == n else text)
    return Reading(int(n) if n == n.to_integral_value() else float(n))
