"""A sheet as ``reviewsheet read FILE... --json`` prints it."""

from __future__ import annotations

import re
from typing import Any

from db.catalogue import COUNT, FLAG, MONEY, NUMBER, RATE, Field, catalogue
from db.checks import check_sheet
from db.merging import disagreements
from db.numbers import parse_number
from db.schema import BASIC
from db.sheet import CERTAIN, INFERRED, Row, Sheet
from db.text import is_blank

_DIGITS = re.compile(r"\d+")
_FIGURES = frozenset({MONEY, RATE, NUMBER, COUNT})


def sheet_as_json(sheet: Sheet) -> dict[str, Any]:
    """The JSON object of one sheet: form, source, sheet, one list per section, unplaced, warnings.

    Money in 円, rates in %, years Western; None where nothing is written. Where a cell that takes a number
    prints something else, that text stands in its place. Sections without rows are empty lists.
    """
    first = sheet.sources[sheet.basic.source]
    out: dict[str, Any] = {
        "form": sheet.form,
        "source": {"file": first.name, "sha256": first.sha256},
        "sheet": _basic(sheet.basic),
    }
    if len(sheet.sources) > 1:
        out["sources"] = [{"file": s.name, "sha256": s.sha256} for s in sheet.sources]
    for table in catalogue().tables:
        if table.name == BASIC:
            continue
        rows = sheet.rows(table.name)
        if rows or table.name in _ALWAYS:
            out[table.name] = [_row(table.name, row) for row in rows]
    if sheet.unplaced:
        out["unplaced"] = [{"where": u.locator, "text": u.text} for u in sheet.unplaced]
    flags = (*sheet.flags, *check_sheet(sheet), *disagreements(sheet))
    out["warnings"] = [{"where": f.where, "what": f.what} for f in flags]
    return out


_ALWAYS = (
    "budgets",
    "budget_items",
    "outcomes",
    "outputs",
    "unit_costs",
    "evaluations",
    "comments",
    "past_numbers",
    "expenses",
    "payees",
    "contracts",
    "flows",
)
"""Sections the contract names: given even where they are empty."""


def _basic(row: Row) -> dict[str, Any]:
    values = {f.column: _value(f, row) for f in catalogue().table(BASIC).fields if f.column != "様式"}
    project = values.get("予算事業ID")
    if isinstance(project, str) and _DIGITS.fullmatch(project):
        values["予算事業ID"] = int(project)
    return values


def _row(name: str, row: Row) -> dict[str, Any]:
    table = catalogue().table(name)
    values = {f.column: v for f in table.fields if not f.derived and (v := _value(f, row)) is not None}
    if "確度" in table.columns and name == "evaluations":
        values["確度"] = row.get("確度") or (CERTAIN if row.certain else INFERRED)
    elif not row.certain:
        values["確度"] = INFERRED
    return values


def _value(field: Field, row: Row) -> Any:
    value = row.values.get(field.column)
    if value is None or value == "":
        # What is printed there but is no number (「別紙のとおり」) is still what the sheet says.
        printed = row.printed.get(field.column)
        says = field.kind in _FIGURES and not is_blank(printed) and parse_number(printed) is None
        return printed if says else None
    if field.kind == FLAG:
        return bool(value)
    return value
