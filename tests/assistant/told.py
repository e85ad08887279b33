"""What every answer must keep to: no number that is not in a cell."""

from __future__ import annotations

import re

from assistant.answer import Cell

NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def numbers_from_nowhere(text: str, cells: list[Cell], asked: str) -> set[str]:
    """Numbers of a sentence that stand in no cell and were not in the question: there must be none."""
    told = [c.to_dict() for c in cells]
    columns = ("label", "value", "text", "as_printed", "derived", "fiscal_year", "group", "sheet", "flags")
    known = " ".join(str(c[name]) for c in told for name in columns)
    return set(NUMBER.findall(text)) - set(NUMBER.findall(f"{known} {asked}"))
