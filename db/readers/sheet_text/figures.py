"""Budgets, budget items and the tables that run by year, made from the boxes of a sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations

from db.fiscal_years import parse_year
from db.numbers import MILLION, number, parse_number, percent, yen
from db.readers.sheet_text.cells import Cell, Cells
from db.readers.sheet_text.expectations import quotient, same_quotient
from db.sheet import Row, Scalar, Sheet

BUDGET_ROWS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等", "計", "執行額")
_MIDDLE, _FINAL = "中間目標", "目標最終年度"


def add_budgets(sheet: Sheet, cells: Cells, year: int) -> None:
    """Table ``budgets``: 年度 Y−3 … Y, and the request of Y+1 in a row of its own."""
    for column in range(4):
        row = Row({"年度": year - 3 + column})
        found: list[Cell] = []
        for name in BUDGET_ROWS:
            cell = cells.get(f"budgets.{name}.{column}")
            if cell is not None:
                found.append(cell)
                _money(row, name, cell)
        for name, target in (("執行率", "執行率"), ("割合", "当初予算＋補正予算に対する執行額の割合")):
            cell = cells.get(f"budgets.{name}.{column}")
            if cell is not None and cell.written:
                found.append(cell)
                _rate(row, target, cell)
        if len(row.values) > 1:
            row.locator = locate(found)
            sheet.add("budgets", row)
    asked = cells.get("budgets.計.4")
    if asked is None or not asked.written:
        asked = cells.get("budgets.当初予算.4")
    if asked is not None and asked.written:
        row = Row({"年度": year + 1}, asked.locator)
        _money(row, "要求額", asked)
        if len(row.values) > 1:
            sheet.add("budgets", row)


def add_budget_items(sheet: Sheet, cells: Cells, year: int) -> None:
    """Table ``budget_items``: 当初予算 of Y and 要求 of Y+1 for every 目.

    Where the amounts do not add up to the printed 計, their rows are inferred.
    """
    names = {c.slot.name.rsplit(".", 1)[1]: c for c in cells.matching(r"items\.目\.\d+") if c.written}
    for name, kind, of in (("当初", "当初予算", year), ("要求", "要求", year + 1)):
        amounts = {at: c for at in names if (c := cells.get(f"items.{name}.{at}")) is not None and c.written}
        written = [parse_number(c.text) for c in cells.matching(rf"items\.{name}\.\d+") if c.written]
        total = parse_number(cells.text(f"items.計.{name}"))
        added = sum((v for v in written if v is not None), Decimal(0))
        certain = total is None or (
            len(written) == len(amounts) and abs(added - total) <= max(1, len(written))
        )
        for at, amount in amounts.items():
            row = Row({"目": names[at].text, "年度": of, "種別": kind}, locate([names[at], amount]))
            row.certain = certain
            _money(row, "金額", amount)
            sheet.add("budget_items", row)


def add_outcomes(sheet: Sheet, cells: Cells, year: int) -> None:
    """Table ``outcomes``: a row for every goal and year; 中間目標 and 目標最終年度 in 年度の種別."""
    for i in cells.instances_of("outcomes"):
        head = _texts(cells, i, {"成果目標": "outcomes.成果目標", "成果指標": "outcomes.成果指標"})
        unit, rest = _unit(cells.text("outcomes.実績.単位", i), cells.text("outcomes.目標.単位", i))
        if rest:
            head["成果指標"] = rest + str(head.get("成果指標") or "")
        head |= _text("単位", unit) | _text("根拠統計", cells.text("outcomes.根拠統計", i))
        rows = []
        for j in range(5):
            row = Row(dict(head))
            found = []
            for name, column in (("実績", "成果実績"), ("目標", "目標値"), ("達成度", "達成度")):
                cell = cells.get(f"outcomes.{name}.{j}", i)
                if cell is not None and cell.written:
                    found.append(cell)
                    (_rate if column == "達成度" else _number)(row, column, cell)
            target = cells.text(f"outcomes.目標年.{j}", i) if j >= 3 else None
            if not found and target is None:
                continue
            if j < 3:
                row.values["年度"] = year - 3 + j
            else:
                row.values["年度の種別"] = (_MIDDLE, _FINAL)[j - 3]
                row.values["年度"] = parse_year(f"{target}年度", year) if target else None
            row.locator = locate(found) if found else ""
            rows.append(row)
        _add_or_head(sheet, "outcomes", rows, head, cells, i)


def add_outputs(sheet: Sheet, cells: Cells, year: int) -> None:
    """Table ``outputs``: a row for every indicator and year Y−3 … Y+1."""
    for i in cells.instances_of("outputs"):
        head = _texts(cells, i, {"活動内容": "outputs.活動目標", "活動指標": "outputs.活動指標"})
        unit, rest = _unit(cells.text("outputs.実績.単位", i), cells.text("outputs.見込み.単位", i))
        if rest:
            head["活動指標"] = rest + str(head.get("活動指標") or "")
        head |= _text("単位", unit)
        rows = []
        for j in range(5):
            row = Row({**head, "年度": year - 3 + j})
            found = []
            for name, column in (("実績", "活動実績"), ("見込み", "当初見込み")):
                cell = cells.get(f"outputs.{name}.{j}", i)
                if cell is not None and cell.written:
                    found.append(cell)
                    _number(row, column, cell)
            if found:
                row.locator = locate(found)
                rows.append(row)
        _add_or_head(sheet, "outputs", rows, head, cells, i)


def add_unit_costs(sheet: Sheet, cells: Cells, year: int) -> None:
    """Table ``unit_costs``: a row for every calculation and year Y−3 … Y."""
    for i in cells.instances_of("unit_costs"):
        head = _texts(cells, i, {"算出根拠": "unit_costs.算出根拠", "単位": "unit_costs.コスト.単位"})
        head |= _text("計算式の単位", cells.text("unit_costs.式.単位", i))
        rows = []
        costs = _costs(cells, i)
        formulas = _formulas(cells, i, costs)
        for j in range(4):
            row = Row({**head, "年度": year - 3 + j})
            found = []
            cost, formula = costs.get(j), formulas.get(j)
            if cost is not None and cost.written:
                found.append(cost)
                _number(row, "単位当たりコスト", cost)
            if formula is not None and formula.written:
                found.append(formula)
                row.values["計算式"] = formula.text
            if found:
                row.locator = locate(found)
                rows.append(row)
        _add_or_head(sheet, "unit_costs", rows, head, cells, i)


def _costs(cells: Cells, instance: int) -> dict[int, Cell]:
    """単位当たりコスト by year. Those printed side by side are of years that follow."""
    placed = _written(cells, "unit_costs.コスト", instance)

    def in_order(years: tuple[int, ...]) -> bool:
        found = list(zip(placed.values(), years, strict=True))
        return all(y == x + 1 for a, x in found for b, y in found if cells.beside(a, b))

    def fit(years: tuple[int, ...]) -> tuple[int, int]:
        # The fourth year is the sheet's own: its cost is only expected, and mostly left blank.
        return sum(x == y for x, y in zip(years, placed, strict=True)), sum(y < 3 for y in years)

    as_placed = tuple(placed)
    if in_order(as_placed):
        return placed
    best = max(filter(in_order, permutations(range(4), len(placed))), key=fit, default=as_placed)
    return dict(sorted(zip(best, placed.values(), strict=True), key=lambda item: item[0]))


def _formulas(cells: Cells, instance: int, costs: Mapping[int, Cell]) -> dict[int, Cell]:
    """計算式 by year. Where they give the unit costs of other years than they stand by, they follow the costs."""
    placed = _written(cells, "unit_costs.式", instance)
    amounts = {j: parse_number(c.text) for j, c in costs.items()}
    ratios = {j: quotient(c.text) for j, c in placed.items()}

    def fit(years: tuple[int, ...]) -> int:
        pairs = ((amounts.get(year), ratios[j]) for year, j in zip(years, placed, strict=True))
        return sum(c is not None and r is not None and same_quotient(c, r) for c, r in pairs)

    years = tuple(placed)
    best = max(permutations(range(4), len(years)), key=fit, default=years)
    if fit(best) <= fit(years):
        return placed
    return {year: placed[j] for year, j in zip(best, years, strict=True)}


def _written(cells: Cells, name: str, instance: int) -> dict[int, Cell]:
    found = {j: cells.get(f"{name}.{j}", instance) for j in range(4)}
    return {j: c for j, c in found.items() if c is not None and c.written}


def add_policy_indicators(sheet: Sheet, cells: Cells, year: int) -> None:
    """Table ``policies``: the indicator of the policy evaluation, a row a year."""
    head = _texts(cells, 0, {"政策": "policies.政策", "施策": "policies.施策", "測定指標": "policies.指標"})
    head |= _text("単位", cells.text("policies.実績.単位") or cells.text("policies.目標.単位"))
    if "測定指標" not in head:
        return
    rows = []
    for j in range(5):
        row = Row(dict(head))
        found = []
        for name, column in (("実績", "実績値"), ("目標", "目標値")):
            cell = cells.get(f"policies.{name}.{j}")
            if cell is not None and cell.written:
                found.append(cell)
                _number(row, column, cell)
        if not found:
            continue
        if j < 3:
            row.values["年度"] = year - 3 + j
        else:
            target = cells.text(f"policies.目標年.{j}")
            row.values["年度の種別"] = (_MIDDLE, "目標年度")[j - 3]
            row.values["年度"] = parse_year(f"{target}年度", year) if target else None
        row.locator = locate(found)
        rows.append(row)
    _add_or_head(sheet, "policies", rows, head, cells, 0)


def locate(found: list[Cell]) -> str:
    """「197～201行目」 for boxes close to each other, else the lines of each."""
    lines = sorted({c.line for c in found})
    if not lines:
        return ""
    if len(lines) == 1:
        return f"{lines[0]}行目"
    if lines[-1] - lines[0] <= 12:
        return f"{lines[0]}～{lines[-1]}行目"
    return "・".join(map(str, lines)) + "行目"


def _add_or_head(
    sheet: Sheet, section: str, rows: list[Row], head: dict[str, Scalar], cells: Cells, instance: int
) -> None:
    """Rows with figures; where none has any, one row that keeps the words."""
    if not rows and len(head) > (1 if "単位" in head else 0):
        found = [c for c in cells.matching(rf"{section}\.\D+", instance) if c.written]
        if found:
            rows = [Row(dict(head), locate(found))]
    for row in rows:
        row.values = {k: v for k, v in row.values.items() if v is not None}
        sheet.add(section, row)


def _unit(first: str | None, second: str | None) -> tuple[str | None, str]:
    """(the unit, what stood glued to it): both rows of a table print the same unit."""
    if first and second and first != second:
        if second.startswith(first):
            return first, second[len(first) :].strip()
        if first.startswith(second):
            return second, first[len(second) :].strip()
    return first or second, ""


def _texts(cells: Cells, instance: int, names: dict[str, str]) -> dict[str, Scalar]:
    out: dict[str, Scalar] = {}
    for column, name in names.items():
        out |= _text(column, cells.text(name, instance))
    return out


def _text(column: str, text: str | None) -> dict[str, Scalar]:
    return {column: text} if text else {}


def _money(row: Row, column: str, cell: Cell) -> None:
    if not cell.written:
        return
    text = re.sub(r"\s", "", cell.text)
    value = yen(text, MILLION)
    if value is not None:
        row.values[column] = value
    row.printed[column] = f"{text}百万円" if value is not None else text


def _rate(row: Row, column: str, cell: Cell) -> None:
    value = percent(cell.text)
    if value is not None:
        row.values[column] = value
    row.printed[column] = cell.text


def _number(row: Row, column: str, cell: Cell) -> None:
    value = number(cell.text)
    if value is not None:
        row.values[column] = value
    if value is None or str(value) != cell.text:
        row.printed[column] = cell.text
