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

from db.numbers import MILLION
from db.readers.sheet_text.expectations import quotient, same_quotient
from db.sheet import Row, Sheet, Unplaced

_PARTS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等")
_RATE, _ACHIEVEMENT = Decimal("0.6"), Decimal("1.1")
"""How far a printed rate, in whole per cent, may be from the quotient."""
_TWO_NUMBERS = re.compile(r"\d{3,4}-(新\d\d-)?\d{3,4}")
_LACKING = 2


def leave_out_unvouched(sheet: Sheet) -> None:
    """Take out the rows that do not fit the sheet's own figures; their words stay among what is unplaced."""
    _keep(sheet, "budgets", _budget_fits)
    _keep(sheet, "outcomes", _outcome_fits)
    _keep(sheet, "unit_costs", _unit_cost_fits)
    _keep(sheet, "expenses", _fitting_expenses(sheet))
    if not _years_fit(sheet.rows("past_numbers")):
        _keep(sheet, "past_numbers", lambda row: False)


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
    return cost is not None and ratio is not None and same_quotient(cost, ratio)


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
