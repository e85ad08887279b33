"""Of rows read from a text in an order of its own: those that the sheet's own figures vouch for.

計 is the sum of its parts, 執行率 is 執行額 ÷ 計, 達成度 is 成果実績 ÷ 目標値, a unit cost is the value of its 計算式, the
費目 of a block add up to what its first payee got. A row that does not fit stands in the wrong place, and what nothing
can be held against is not vouched for: both are left unplaced.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal

from db.numbers import MILLION, parse_number
from db.readers.sheet_text.expectations import quotient
from db.sheet import Row, Sheet, Unplaced

_PARTS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等")
_RATE, _ACHIEVEMENT = Decimal("0.6"), Decimal("1.1")
"""How far a printed rate, in whole per cent, may be from the quotient."""
_LAST_DIGIT = Decimal("0.006")
_TWO_NUMBERS = re.compile(r"\d{3,4}-(新\d\d-)?\d{3,4}")
_SENTENCE = re.compile(r"[。）)」\]】]$|^.{,12}$")
_LACKING = 2


def leave_out_unvouched(sheet: Sheet) -> None:
    """Take out the rows that do not fit the sheet's own figures; their words stay among what is unplaced."""
    _keep(sheet, "budgets", _budget_fits)
    _keep(sheet, "outcomes", _outcome_fits)
    _keep(sheet, "unit_costs", _unit_cost_fits)
    leave_out_broken(sheet)
    if not _years_fit(sheet.rows("past_numbers")):
        _keep(sheet, "past_numbers", lambda row: False)


def leave_out_broken(sheet: Sheet) -> None:
    """Take out what a text without blank lines breaks off or runs together.

    費目 that do not add up to what the first payee of their block got, unit costs that are not the value of their
    計算式, explanations that end within a sentence.
    """
    _keep(sheet, "expenses", _fitting_expenses(sheet))
    _keep(sheet, "unit_costs", lambda row: _unit_cost_fits(row) or row.get("計算式") is None)
    _keep(sheet, "evaluations", lambda row: _SENTENCE.search(str(row.get("説明") or "。")) is not None)


def settle_unit_cost_years(sheet: Sheet) -> None:
    """Put unit costs under the years whose 執行額 (計, where none is printed) their 計算式 divide.

    Nothing is moved unless that tells the year of every row of a table, each another.
    """
    years: dict[Decimal, int] = {}
    for budget in sheet.rows("budgets"):
        of, spent = budget.get("年度"), _decimal(budget, "執行額") or _decimal(budget, "計")
        if isinstance(of, int) and spent:
            years[spent] = -1 if spent in years else of
    tables: dict[object, list[Row]] = defaultdict(list)
    for row in sheet.rows("unit_costs"):
        tables[row.get("算出根拠")].append(row)
    for rows in tables.values():
        divided = [parse_number(re.split("[/／]", str(row.get("計算式")))[0]) for row in rows]
        found = [years.get(n * MILLION, -1) if n is not None else -1 for n in divided]
        if len(rows) > 1 and len(set(found)) == len(rows) and -1 not in found:
            for row, of in zip(rows, found, strict=True):
                row.values["年度"] = of
            rows.sort(key=lambda row: int(row.values["年度"] or 0))


def _keep(sheet: Sheet, section: str, fits: Callable[[Row], bool]) -> None:
    rows = sheet.rows(section)
    kept = [row for row in rows if fits(row)]
    for row in rows:
        if not any(row is k for k in kept):
            words = [v for v in row.values.values() if isinstance(v, str)] + [*row.printed.values()]
            sheet.unplaced.append(Unplaced(" ".join(words), row.locator))
    if rows:
        sheet.sections[section] = kept


def _decimal(row: Row, column: str) -> Decimal | None:
    value = row.get(column)
    return Decimal(str(value)) if isinstance(value, int | float) else None


def _known(values: Iterable[Decimal | None]) -> list[Decimal]:
    return [v for v in values if v is not None]


def _budget_fits(row: Row) -> bool:
    """A year whose parts add up; what was spent is left out where no rate confirms it."""
    whole, spent, rate = (_decimal(row, c) for c in ("計", "執行額", "執行率"))
    parts = _known(_decimal(row, c) for c in _PARTS)
    if whole is None:
        return _decimal(row, "要求額") is not None
    if not parts or abs(sum(parts, Decimal(0)) - whole) > MILLION * len(parts):
        return False
    confirmed = rate is not None and spent is not None and whole and abs(spent * 100 / whole - rate) <= _RATE
    if not confirmed:
        for column in ("執行額", "執行率"):
            row.values.pop(column, None)
            row.printed.pop(column, None)
    return True


def _outcome_fits(row: Row) -> bool:
    """A year whose 達成度 is the quotient of its figures, or the inverse one where less is better."""
    done, goal, rate = (_decimal(row, c) for c in ("成果実績", "目標値", "達成度"))
    if done is None or goal is None or rate is None:
        return not _known((done, goal, rate))
    return any(b and abs(a * 100 / b - rate) <= _ACHIEVEMENT for a, b in ((done, goal), (goal, done)))


def _unit_cost_fits(row: Row) -> bool:
    """A year whose unit cost is the value of its 計算式."""
    cost, formula = _decimal(row, "単位当たりコスト"), row.get("計算式")
    ratio = quotient(formula) if isinstance(formula, str) else None
    return cost is not None and ratio is not None and abs(cost - ratio) <= abs(ratio) / 50 + _LAST_DIGIT


def _fitting_expenses(sheet: Sheet) -> Callable[[Row], bool]:
    """Whether the block of a row adds up to what its first payee got."""
    added: dict[object, Decimal] = defaultdict(Decimal)
    for row in sheet.rows("expenses"):
        added[row.get("ブロック")] += _decimal(row, "金額") or 0
    first = {
        row.get("ブロック"): _decimal(row, "支出額") for row in sheet.rows("payees") if row.get("番号") == 1
    }

    def fits(row: Row) -> bool:
        paid = first.get(row.get("ブロック"))
        return (
            paid is not None
            and row.get("使途") is not None
            and abs(added[row.get("ブロック")] - paid) <= MILLION
        )

    return fits


def _years_fit(rows: list[Row]) -> bool:
    """False where numbers of two years were taken for one, or several years between have none."""
    if any(_TWO_NUMBERS.fullmatch(str(row.get("事業番号"))) for row in rows):
        return False
    years = {int(y) for row in rows if isinstance(y := row.get("年度"), int)}
    return not years or len(set(range(min(years), max(years) + 1)) - years) < _LACKING
