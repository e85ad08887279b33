"""Checks that list a value which looks wrong in ``warnings``; the value itself stays as printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db import corporate_numbers
from db.sheet import Row, Scalar

FIRST_YEAR, LAST_YEAR = 1868, 2100
"""Fiscal years outside these are misprints (JUDGIT! has target years beyond 4000)."""
YEAR_COLUMNS = ("年度", "事業開始年度", "事業終了年度")
TYPED_IN_YEN = 100
"""A block that received more than this many times what was spent was typed in 円 on a 百万円 sheet."""
_POOLED = "。計が0円なので、他の事業に一括して計上された予算から支出したと考えられます"
"""デジタル庁 and 内閣官房 pool the budget of information systems in one project and spend it in many."""
_PAID = {"payees": "支出額", "payee_contracts": "金額", "contracts": "契約額"}

Finding = tuple[str, str]
"""(column, what is wrong, in Japanese)."""


def check_row(table: str, values: Mapping[str, Scalar]) -> list[Finding]:
    """What looks wrong in one row, derived columns included."""
    found: list[Finding] = []
    if table == "budgets":
        _check_budget(values, found)
    for column in YEAR_COLUMNS:
        year = values.get(column)
        if isinstance(year, int) and not FIRST_YEAR <= year <= LAST_YEAR:
            found.append((column, f"{column}が {year} になっています"))
    number = values.get("法人番号")
    if table in _PAID and isinstance(number, str):
        if not corporate_numbers.is_valid(number):
            found.append(("法人番号", f"法人番号 {number} は13桁でないか、検査数字が合いません"))
        elif len(set(number)) == 1:
            # 9999999999999 stands where nobody knew the number, and its check digit happens to be right.
            found.append(("法人番号", f"法人番号 {number} は仮の番号です"))
    return found


def check_payees(budgets: Sequence[Row], payees: Sequence[Row]) -> list[Finding]:
    """Payees of a sheet that add up, within one block, to far more than the sheet ever spent."""
    spent = [v for row in budgets if isinstance(v := row.get("執行額"), int | float) and v > 0]
    blocks: dict[Scalar, float] = {}
    for row in payees:
        amount = row.get("支出額")
        if isinstance(amount, int | float):
            blocks[row.get("ブロック")] = blocks.get(row.get("ブロック"), 0) + amount
    if not spent or not blocks:
        return []
    block, total = max(blocks.items(), key=lambda item: item[1])
    if total <= TYPED_IN_YEN * max(spent):
        return []
    times = total / max(spent)
    what = (
        f"ブロック{block or ''}の支出額の合計が執行額の{times:,.0f}倍あります(円で記入された可能性があります)"
    )
    return [("支出額", what)]


def _check_budget(values: Mapping[str, Scalar], found: list[Finding]) -> None:
    rate = values.get("執行率")
    if isinstance(rate, int | float) and rate > 100:
        found.append(("執行率", f"執行率が100%を超えています({rate:,.1f}%)"))
    unused = values.get("不用額")
    if isinstance(unused, int | float) and unused < 0:
        why = _POOLED if values.get("計") == 0 else ""
        found.append(("不用額", f"不用額がマイナスになります({unused:,.0f}円){why}"))
