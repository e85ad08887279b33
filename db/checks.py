"""Checks that list a value which looks wrong in ``warnings``; the value itself stays as printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from db import corporate_numbers
from db.derived import GROSS, basis, derive
from db.sheet import Flag, Row, Scalar, Sheet

FIRST_YEAR, LAST_YEAR = 1868, 2100
"""Fiscal years outside these are misprints (JUDGIT! has target years beyond 4000)."""
YEAR_COLUMNS = ("年度", "事業開始年度", "事業終了年度")
TYPED_IN_YEN = 100
"""A block that received more than this many times what was spent was typed in 円 on a 百万円 sheet."""
_POOLED = "。計が0円なので、他の事業に一括して計上された予算から支出したと考えられます"
"""デジタル庁 and 内閣官房 pool the budget of information systems in one project and spend it in many."""

_ADDED = ("当初予算", "補正予算", "前年度から繰越し", "予備費等")
"""What 計 adds up; net of 翌年度へ繰越し on sheets, gross in RSシステム."""
CARRIED = "翌年度へ繰越し"
_ROUNDING = 500_000
"""円: sheets round each amount to 百万円; RSシステム prints 円."""
ACROSS = ("budgets", "accounts", "budget_items", "blocks", "payees")
"""Tables whose rows are compared with one another."""

Finding = tuple[str, str]
"""(column, what is wrong, in Japanese)."""


@dataclass(frozen=True, slots=True)
class Across:
    """What does not agree between rows of a sheet: the row it is told of (None: all of the table)."""

    table: str
    row: int | None
    column: str
    what: str


def check_row(table: str, values: Mapping[str, Scalar], form: str) -> list[Finding]:
    """What looks wrong in one row of a sheet of a form, derived columns included."""
    found: list[Finding] = []
    if table == "budgets":
        _check_budget(values, form, found)
    for column in YEAR_COLUMNS:
        year = values.get(column)
        if isinstance(year, int) and not FIRST_YEAR <= year <= LAST_YEAR:
            found.append((column, f"{column}が {year} になっています"))
    number = values.get("法人番号")
    if isinstance(number, str):
        if not corporate_numbers.is_valid(number):
            found.append(("法人番号", f"法人番号 {number} は13桁でないか、検査数字が合いません"))
        elif len(set(number)) == 1:
            # 9999999999999 stands where nobody knew the number, and its check digit happens to be right.
            found.append(("法人番号", f"法人番号 {number} は仮の番号です"))
    return found


def check_sheet(sheet: Sheet) -> list[Flag]:
    """All of these checks on a sheet that is in no database."""
    found = []
    for section, row in sheet.all_rows():
        values = row.values
        if section == "budgets":
            values = values | derive(values, sheet.form)
        for column, what in check_row(section, values, sheet.form):
            found.append(Flag(row.locator, what, section, column, row.source))
    numbered = {name: list(enumerate(sheet.rows(name))) for name in ACROSS}
    for one in check_across(numbered, sheet.form):
        row = sheet.rows(one.table)[one.row or 0]
        place = "" if one.row is None else row.locator
        found.append(Flag(place, one.what, one.table, one.column, row.source))
    return found


def check_across(rows: Mapping[str, Sequence[tuple[int, Row]]], form: str) -> list[Across]:
    """Sums that do not add up between the rows of a sheet: table → (id, row), for the tables of ``ACROSS``."""
    budgets = rows.get("budgets", ())
    return [
        *_payees_far_above_spending([r for _, r in budgets], [r for _, r in rows.get("payees", ())]),
        *_accounts(budgets, [r for _, r in rows.get("accounts", ())]),
        *_items(budgets, [r for _, r in rows.get("budget_items", ())], form),
        *_payees_of_blocks(rows.get("blocks", ()), [r for _, r in rows.get("payees", ())], form),
    ]


def _payees_far_above_spending(budgets: Sequence[Row], payees: Sequence[Row]) -> list[Across]:
    """Payees that add up, within one block, to far more than the sheet ever spent."""
    spent = [v for row in budgets if isinstance(v := row.get("執行額"), int | float) and v > 0]
    blocks = _summed(payees, ("ブロック",), "支出額")
    if not spent or not blocks:
        return []
    (block,), (total, _) = max(blocks.items(), key=lambda item: item[1][0])
    if total <= TYPED_IN_YEN * max(spent):
        return []
    times = total / max(spent)
    what = (
        f"ブロック{block or ''}の支出額の合計が執行額の{times:,.0f}倍あります(円で記入された可能性があります)"
    )
    return [Across("payees", None, "支出額", what)]


def _accounts(budgets: Sequence[tuple[int, Row]], accounts: Sequence[Row]) -> list[Across]:
    found = []
    for column, part in (("計", "歳出予算現額"), ("執行額", "執行額")):
        sums = _summed(accounts, ("年度",), part)
        for row_id, row in budgets:
            printed = row.get(column)
            total, _ = sums.get((row.get("年度"),), (None, 0))
            if isinstance(printed, int) and total is not None and printed != total:
                what = f"{_year(row.values)}{column}({_yen(printed)})が会計・勘定ごとの{part}の合計({_yen(total)})と合いません"
                found.append(Across("budgets", row_id, column, what))
    return found


def _items(budgets: Sequence[tuple[int, Row]], items: Sequence[Row], form: str) -> list[Across]:
    found = []
    sums = _summed(items, ("年度", "種別"), "金額")
    for column, kind in (("当初予算", "当初予算"), ("要求額", "要求")):
        for row_id, row in budgets:
            printed = row.get(column)
            total, count = sums.get((row.get("年度"), kind), (None, 0))
            if isinstance(printed, int) and total is not None and not _agree(printed, total, count, form):
                what = f"{_year(row.values)}{column}({_amount(printed, form)})が歳出予算目の金額の合計({_amount(total, form)})と合いません"
                found.append(Across("budgets", row_id, column, what))
    return found


def _payees_of_blocks(blocks: Sequence[tuple[int, Row]], payees: Sequence[Row], form: str) -> list[Across]:
    """Only more than the block's total is wrong: a list may name the largest recipients alone."""
    found = []
    sums = _summed(payees, ("ブロック",), "支出額")
    for row_id, row in blocks:
        printed = row.get("合計支出額")
        total, count = sums.get((row.get("ブロック"),), (None, 0))
        if (
            isinstance(printed, int)
            and total is not None
            and total > printed
            and not _agree(printed, total, count, form)
        ):
            what = (
                f"ブロック{row.get('ブロック') or ''}の合計支出額({_amount(printed, form)})を、"
                f"支出先の支出額の合計({_amount(total, form)})が超えています"
            )
            found.append(Across("blocks", row_id, "合計支出額", what))
    return found


def _summed(
    rows: Iterable[Row], by: Sequence[str], column: str
) -> dict[tuple[Scalar, ...], tuple[int | float, int]]:
    """Columns that rows share → the sum of a column, and how many amounts it adds."""
    sums: dict[tuple[Scalar, ...], tuple[int | float, int]] = {}
    for row in rows:
        amount = row.get(column)
        if isinstance(amount, int | float):
            key = tuple(row.get(c) for c in by)
            total, count = sums.get(key, (0, 0))
            sums[key] = (total + amount, count + 1)
    return sums


def _agree(printed: float, total: float, count: int, form: str) -> bool:
    """Whether a printed sum is that of so many amounts, each as round as the form prints it."""
    return abs(printed - total) <= (0 if basis(form) == GROSS else _ROUNDING * (count + 1))


def _amount(value: float, form: str) -> str:
    if basis(form) == GROSS:
        return _yen(value)
    return f"{value / 1_000_000:,.3f}".rstrip("0").rstrip(".") + "百万円"


def _year(values: Mapping[str, Scalar]) -> str:
    year = values.get("年度")
    return "" if year is None else f"{year}年度の"


def _yen(value: float) -> str:
    return f"{value:,.0f}円"


def _check_budget(values: Mapping[str, Scalar], form: str, found: list[Finding]) -> None:
    _check_total(values, form, found)
    _check_rate(values, form, found)
    rate = values.get("執行率")
    if isinstance(rate, int | float) and rate > 100:
        found.append(("執行率", f"執行率が100%を超えています({rate:,.1f}%)"))
    unused = values.get("不用額")
    if isinstance(unused, int | float) and unused < 0:
        why = _POOLED if values.get("計") == 0 else ""
        found.append(("不用額", f"不用額がマイナスになります({unused:,.0f}円){why}"))


def _check_total(values: Mapping[str, Scalar], form: str, found: list[Finding]) -> None:
    total = values.get("計")
    columns = _ADDED if basis(form) == GROSS else (*_ADDED, CARRIED)
    parts = [v for c in columns if isinstance(v := values.get(c), int | float)]
    if not isinstance(total, int | float) or not parts or _agree(total, sum(parts), len(parts), form):
        return
    what = f"{_year(values)}計({_amount(total, form)})が内訳の合計({_amount(sum(parts), form)})と合いません"
    if CARRIED in columns and values.get(CARRIED) is None and sum(parts) > total:
        what += "。翌年度へ繰越した額が書かれていないと考えられます"
    found.append(("計", what))


def _check_rate(values: Mapping[str, Scalar], form: str, found: list[Finding]) -> None:
    """A printed 執行率 that 執行額 and 計 do not give, however they were rounded."""
    total, spent, rate = values.get("計"), values.get("執行額"), values.get("執行率")
    if not (
        isinstance(total, int | float) and isinstance(spent, int | float) and isinstance(rate, int | float)
    ):
        return
    half = 0 if basis(form) == GROSS else _ROUNDING
    if total <= half:
        return
    low, high = 100 * (spent - half) / (total + half), 100 * (spent + half) / (total - half)
    if not low - 1 <= rate <= high + 1:
        found.append(
            ("執行率", f"{_year(values)}執行率({rate:g}%)が執行額÷計({100 * spent / total:.1f}%)と合いません")
        )
