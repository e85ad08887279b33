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
from db.readers.sheet_text.wrapping import is_broken
from db.sheet import Row, Sheet, Unplaced

_PARTS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等")
_RATE, _ACHIEVEMENT = Decimal("0.6"), Decimal("1.1")
"""How far a printed rate, in whole per cent, may be from the quotient."""
_LAST_DIGIT = Decimal("0.006")
_TWO_NUMBERS = re.compile(r"\d{3,4}-(新\d\d-)?\d{3,4}")
_SENTENCE = re.compile(r"[。）)」\]】]$|^.{,12}$")
_WITHIN_A_SENTENCE = re.compile(
    r"て[いお]|れ[てる]|であ|っ|し[てた]|さ[れせ]|た|を|が|の|に[係関対よ基つ]|は(?![い])|[、。，）)]"
)
_NOT_ENDED = re.compile(r"[のをにがはもとやでへ、・（「]$")
_NOT_INSPECTED = re.compile(r"外部有識者(による)?点検対象外。?")
NUMBERS_IN_PARTS = 2021
"""公開年度 from which a 事業番号 is printed as 「2021」「国交」「20」「0021」."""
_LACKING = 2


def leave_out_unvouched(sheet: Sheet) -> None:
    """Take out the rows that do not fit the sheet's own figures; their words stay among what is unplaced."""
    _keep(sheet, "budgets", _budget_fits)
    _keep(sheet, "outcomes", _outcome_fits)
    _keep(sheet, "unit_costs", _unit_cost_fits)
    leave_out_broken(sheet)
    if not _years_fit(sheet.rows("past_numbers")):
        _keep(sheet, "past_numbers", lambda row: False)


def leave_out_nameless(sheet: Sheet) -> None:
    """Take out payees whose name found no place: then their amounts may be their neighbours'."""
    _keep(sheet, "payees", lambda row: row.get("支出先") is not None)


def leave_out_broken(sheet: Sheet) -> None:
    """Take out what a text without blank lines breaks off or runs together.

    費目 that do not add up to what the first payee of their block got, 達成度 and unit costs that are not the quotients
    they should be, texts that begin or end within a sentence, a part of a 事業番号.
    """
    broken = {row.get("ブロック") for row in sheet.rows("expenses") if is_broken(_words(row, "費目", "使途"))}
    _keep(sheet, "expenses", lambda row: row.get("ブロック") not in broken)
    _keep(sheet, "expenses", _fitting_expenses(sheet))
    _keep(sheet, "outcomes", lambda row: _outcome_fits(row) or row.get("達成度") is None)
    _cut_not_inspected(sheet)
    _keep(sheet, "comments", lambda row: all(_is_whole_text(t) for t in _words(row, "本文")))
    _leave_out_part_of_number(sheet)
    _keep(sheet, "unit_costs", lambda row: _unit_cost_fits(row) or row.get("計算式") is None)
    _keep(sheet, "evaluations", lambda row: _is_sentence(str(row.get("説明") or "。")))


def _words(row: Row, *columns: str) -> list[str]:
    return [text for c in columns if isinstance(text := row.get(c), str)]


def _cut_not_inspected(sheet: Sheet) -> None:
    """「外部有識者点検対象外」 is all that stands in its box; what is run together with it is another's."""
    for row in sheet.rows("comments"):
        said = _NOT_INSPECTED.match(str(row.get("本文") or ""))
        if said is not None and said.group() != row.get("本文"):
            sheet.unplaced.append(Unplaced(str(row.get("本文"))[said.end() :], row.locator))
            row.values["本文"] = said.group()


def _is_whole_text(text: str) -> bool:
    return _WITHIN_A_SENTENCE.match(text) is None and _NOT_ENDED.search(text) is None


def _leave_out_part_of_number(sheet: Sheet) -> None:
    """From 2021 on a 事業番号 has several parts: one alone is not it."""
    number, year = sheet.basic.get("事業番号"), sheet.basic.get("公開年度")
    in_parts = isinstance(year, int) and year >= NUMBERS_IN_PARTS
    if in_parts and re.fullmatch(r"\d{1,4}", str(number)) and sheet.basic.get("事業名"):
        del sheet.basic.values["事業番号"]
        sheet.unplaced.append(Unplaced(str(number), sheet.basic.locator))


def _is_sentence(text: str) -> bool:
    return _SENTENCE.search(text) is not None and _WITHIN_A_SENTENCE.match(text) is None


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
