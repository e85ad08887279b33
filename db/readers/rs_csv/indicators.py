"""3-1 目標・実績: アクティビティ, アウトプット and アウトカム with their figures of 2007–2060.

An indicator has up to four rows (1.目標年度, 2.目標値, 3.実績値, 4.達成率), each with one column a year. They
become one row a year; texts that are searched stand on the first of them only, so that they count once.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from db.catalogue import Field, catalogue
from db.readers.rs_csv.cells import cell_text, plain_number, truth
from db.readers.rs_csv.csv_file import RawRow
from db.readers.rs_csv.layout import FIGURE_KIND, INDICATOR_KIND, Column
from db.readers.rs_csv.part import Part
from db.sheet import Scalar

ACTIVITY, OUTPUT, OUTCOME = "アクティビティ", "アウトプット", "アウトカム"
TARGET_YEAR, TARGET, RESULT, RATE = "目標年度", "目標値", "実績値", "達成率"

_FIGURE_COLUMNS = {
    "outcomes": {TARGET: "目標値", RESULT: "成果実績", RATE: "達成度"},
    "outputs": {TARGET: "当初見込み", RESULT: "活動実績", RATE: "達成度"},
}
_YEAR_MARK = "年度の種別"


@dataclass(slots=True)
class _Indicator:
    """The rows of one indicator; ``figures`` holds the row of each kind of figure."""

    table: str
    rows: list[RawRow]
    values: dict[str, Scalar]
    printed: dict[str, str]
    figures: dict[str, RawRow] = field(default_factory=dict)


def indicators(part: Part) -> None:
    """3-1 → outcomes, outputs and reform_plans."""
    _reform_plans(part)
    columns = {
        table: [cf for cf in part.layout.of_table(table) if not _is_figure(table, cf[1])]
        for table in _FIGURE_COLUMNS
    }
    found: dict[tuple[object, ...], list[_Indicator]] = {}
    for row in part.rows:
        kind = part.text(row, INDICATOR_KIND)
        table = _table_of(kind)
        if table is None:
            if _says_something(part, row):
                part.leave_text(row, "種別の分からない目標・実績: " + _describe(part, row))
            continue
        values, printed = part.collect(row, columns[table])
        _leave_the_rest(part, row, table)
        key = (table, tuple(values.items()))
        figure = _figure_kind(part.text(row, FIGURE_KIND))
        if figure == "":
            part.leave_text(row, f"{FIGURE_KIND}の分からない行: " + _describe(part, row))
        _into(part, found.setdefault(key, []), _Indicator(table, [row], values, printed), row, figure)
    for same in found.values():
        for indicator in same:
            _write(part, indicator)


def _into(part: Part, same: list[_Indicator], fresh: _Indicator, row: RawRow, figure: str | None) -> None:
    """Put a row with the indicator of the same texts; a second, differing row of one kind opens another."""
    for indicator in same:
        before = indicator.figures.get(figure or "")
        if not figure or before is None or _year_cells(part, before) == _year_cells(part, row):
            if figure and before is None:
                indicator.rows.append(row)
                indicator.figures[figure] = row
            return
    if figure:
        fresh.figures[figure] = row
    same.append(fresh)


def _write(part: Part, indicator: _Indicator) -> None:
    table = catalogue().table(indicator.table)
    by_year: dict[int, tuple[dict[str, Scalar], dict[str, str], list[RawRow]]] = {}
    for figure, row in indicator.figures.items():
        for position, year in part.layout.years:
            text = cell_text(row.cells[position])
            if text is None:
                continue
            values, printed, rows = by_year.setdefault(year, ({}, {}, []))
            if figure == TARGET_YEAR:
                if truth(text) is False:
                    continue
                values[_YEAR_MARK] = TARGET_YEAR if plain_number(text) is not None or truth(text) else text
            else:
                column = table.field(_FIGURE_COLUMNS[indicator.table][figure])
                n = plain_number(text.rstrip("%％"))
                if n is None:
                    part.flag(row, f"「{text}」は{column.label}として読めません。", table.name, column.column)
                    printed[column.column] = text
                else:
                    whole = column.kind != "rate" and n == n.to_integral_value()
                    values[column.column] = int(n) if whole else float(n)
            rows.append(row)
    by_year = {year: found for year, found in by_year.items() if found[2]}
    passages = {f.column for f in table.fields if f.passage}
    later = {k: v for k, v in indicator.values.items() if k not in passages}
    if not by_year:
        part.add(table.name, indicator.values, indicator.rows[:1], indicator.printed)
    for i, year in enumerate(sorted(by_year)):
        values, printed, rows = by_year[year]
        _scale(values)
        texts = indicator.values if i == 0 else later
        part.add(table.name, {**texts, "年度": year, **values}, rows, {**indicator.printed, **printed})


def _scale(values: dict[str, Scalar]) -> None:
    """達成率 is printed in %; a release that printed the fraction shows it by its own 目標値 and 実績値."""
    rate = values.get("達成度")
    target = values.get("目標値", values.get("当初見込み"))
    result = values.get("成果実績", values.get("活動実績"))
    if not (isinstance(rate, float) and isinstance(target, int | float) and isinstance(result, int | float)):
        return
    if not (rate and target and result):
        return
    ratios = (result / target, target / result)
    if any(abs(rate - r) <= 0.01 * r for r in ratios) and not any(abs(rate - 100 * r) <= r for r in ratios):
        values["達成度"] = round(rate * 100, 6)


def _reform_plans(part: Part) -> None:
    columns = part.layout.of_table("reform_plans")
    seen = set()
    for row in part.rows:
        values, printed = part.collect(row, columns)
        content = tuple(values.items())
        if values and content not in seen:
            seen.add(content)
            part.add("reform_plans", values, [row], printed)


def _table_of(kind: str | None) -> str | None:
    if kind is None:
        return None
    if OUTCOME in kind:
        return "outcomes"
    return "outputs" if OUTPUT in kind or ACTIVITY in kind else None


def _figure_kind(text: str | None) -> str | None:
    """目標値, 実績値 …; None where the row says none (an activity), "" where it says another."""
    if text is None:
        return None
    return next((k for k in (TARGET_YEAR, TARGET, RESULT, RATE) if k in text), "")


def _is_figure(table: str, f: Field) -> bool:
    return f.column in _FIGURE_COLUMNS[table].values() or f.column in ("年度", _YEAR_MARK)


def _leave_the_rest(part: Part, row: RawRow, table: str) -> None:
    """Cells of columns that only the other table has (アウトカムの期間 on an アウトプット)."""
    rest: list[Column] = [
        c
        for c in part.layout.columns
        if c.fields
        and not any(f.table in (table, "reform_plans") for f in c.fields)
        and c.name != INDICATOR_KIND
        and cell_text(row.cells[c.position])
    ]
    if rest:
        part.leave(row, *rest)


def _says_something(part: Part, row: RawRow) -> bool:
    plans = {c.name for c, _ in part.layout.of_table("reform_plans")}
    named = any(cell_text(row.cells[c.position]) for c in part.layout.columns if c.name not in plans)
    return named or any(_year_cells(part, row))


def _year_cells(part: Part, row: RawRow) -> list[str]:
    return [row.cells[position].strip() for position, _ in part.layout.years]


def _describe(part: Part, row: RawRow) -> str:
    written = [(c.header, row.cells[c.position].strip()) for c in part.layout.columns]
    written += [(str(year), row.cells[position].strip()) for position, year in part.layout.years]
    return " / ".join(f"{name}: {text}" for name, text in written if text)
