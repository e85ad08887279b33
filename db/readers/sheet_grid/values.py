"""From the text of a box to a value of its field, keeping what was printed where the two differ."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal

from db.numbers import parse_number
from db.readers.sheet_grid.grid import Box
from db.sheet import Row, Scalar
from db.text import is_blank

UNIT_NAMES = {1_000_000: "百万円", 1_000: "千円", 100_000_000: "億円", 1: "円"}
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"})
_COUNT = re.compile(r"^([-+]?[\d,.]+)(者|社|件|人|名|箇所|か所|回|団体)$")
_BRACKETED = re.compile(r"\(([^()]*)\)")
_CHECKED = "■☑☒✓✔レ◼●"
_UNCHECKED = "□☐◻○"


def written_text(box: Box | None) -> str | None:
    """What a ministry wrote in a box, None for nothing, a dash or a formula's error; marks it as placed."""
    if box is None:
        return None
    box.placed = True
    text = box.text.strip()
    return None if is_blank(text) or text in _ERRORS else text


def plain_number(text: str) -> Decimal | None:
    """A number as sheets print it, a counter after it (３者) allowed."""
    n = parse_number(text)
    if n is None and (m := _COUNT.match(unicodedata.normalize("NFKC", text).strip())):
        n = parse_number(m.group(1))
    return n


def scalar(n: Decimal) -> int | float:
    """int where the number is whole."""
    return int(n) if n == n.to_integral_value() else float(n)


@dataclass
class Sum:
    """Printed amounts that should add up to a printed total, as far as rounding allows."""

    parts: list[int] = field(default_factory=list)
    slack: float = 0.0
    """Half of the last printed digit of every amount, together (円)."""

    def add(self, amount: int, box: Box, unit: int) -> None:
        """Count an amount in."""
        self.parts.append(amount)
        self.slack += _half_digit(box.text, unit)

    def meets(self, total: int, box: Box, unit: int) -> bool:
        """False where the parts cannot be rounded to the total; True where there are none to compare."""
        return not self.parts or abs(sum(self.parts) - total) <= self.slack + _half_digit(box.text, unit) + 1


def _half_digit(text: str, unit: int) -> float:
    decimals = re.search(r"\.(\d+)", unicodedata.normalize("NFKC", text))
    return 0.5 * unit * 0.1 ** (len(decimals.group(1)) if decimals else 0)


@dataclass
class RowBuilder:
    """Collects one row of a section: values, what was printed, and the first box they stand in."""

    values: dict[str, Scalar] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)
    locator: str = ""
    places: dict[str, str] = field(default_factory=dict)

    def _at(self, box: Box) -> None:
        if not self.locator:
            self.locator = box.locator

    def text(self, column: str, box: Box | None) -> str | None:
        """Put a text as it stands."""
        text = written_text(box)
        if text is not None and box is not None:
            self.values[column] = text
            self._at(box)
        return text

    def money(self, column: str, box: Box | None, unit: int) -> int | None:
        """Put an amount printed in ``unit`` 円; text that is no number is kept as printed."""
        text = written_text(box)
        if text is None or box is None:
            return None
        self._at(box)
        n = plain_number(text)
        if n is None:
            self.printed[column] = text
            return None
        own = re.search(r"(百万円|千円|億円|円)$", unicodedata.normalize("NFKC", text))
        if own is not None:
            unit = next(worth for worth, name in UNIT_NAMES.items() if name == own.group(1))
        amount = int((n * unit).to_integral_value())
        self.values[column] = amount
        self.printed[column] = text if own is not None else text + UNIT_NAMES[unit]
        return amount

    def number(self, column: str, box: Box | None, unit: str = "") -> int | float | None:
        """Put a plain number; ``unit`` (printed beside it) may also stand behind the figure."""
        text = written_text(box)
        if text is None or box is None:
            return None
        self._at(box)
        bare = unicodedata.normalize("NFKC", text).strip()
        if unit and bare.endswith(u := unicodedata.normalize("NFKC", unit).strip()):
            bare = bare[: -len(u)]
        n = plain_number(bare)
        if n is None:
            self.printed[column] = text
            return None
        value = scalar(n)
        self.values[column] = value
        if text != str(value):
            self.printed[column] = text
        return value

    def count(self, column: str, box: Box | None) -> int | None:
        """Put a whole number."""
        value = self.number(column, box)
        if isinstance(value, float):
            del self.values[column]
            self.printed[column] = str(value)
            return None
        return value

    def rate(
        self, column: str, box: Box | None, near: float | None = None, fraction: bool = False
    ) -> float | None:
        """Put a rate in %.

        A cell without a % sign may hold the fraction (0.97) behind a format that was lost: it is taken for
        one where ``near`` (the rate the other figures give) says so, or where ``fraction`` and it is at most 1.
        """
        text = written_text(box)
        if text is None or box is None:
            return None
        self._at(box)
        n = parse_number(text)
        if n is None:
            self.printed[column] = text
            return None
        value = float(n)
        if "%" not in unicodedata.normalize("NFKC", text) and (
            (near is not None and _is_fraction_of(value, near))
            or (near is None and fraction and 0 < value <= 1)
        ):
            value = float(n * 100)
            self.printed[column] = text
        else:
            self.printed[column] = text if text.endswith(("%", "％")) else f"{text}%"
        self.values[column] = value
        return value

    def row(self, certain: bool = True) -> Row:
        """The finished row."""
        return Row(self.values, self.locator, self.printed, certain, places=self.places)


def _is_fraction_of(value: float, near: float) -> bool:
    """True where 100 × value meets the expected rate and the value itself does not."""
    return abs(value * 100 - near) < max(1.0, 0.02 * abs(near)) < abs(value - near)


def checked_choices(text: str) -> str:
    """「■委託・請負　□補助」 → 「委託・請負」; several are joined by 、; text without check boxes as it stands."""
    if not any(mark in text for mark in "□☐◻■☑☒✓✔◼"):
        return text
    chosen = re.findall(rf"[{_CHECKED}]\s*([^{_CHECKED}{_UNCHECKED}]+)", text)
    return "、".join(part.strip(" 　、,\n") for part in chosen if part.strip(" 　、,\n"))


def split_brackets(text: str) -> tuple[str, str | None]:
    """「10\\n（12）」 → (「10」, 「12」): the figure and the one in brackets under it."""
    folded = unicodedata.normalize("NFKC", text)
    inner = _BRACKETED.search(folded)
    outer = _BRACKETED.sub("", folded).strip()
    return outer, inner.group(1).strip() if inner and outer else None
