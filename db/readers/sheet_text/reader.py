"""Reads the text extracted from a sheet's PDF, whose boxes come in scrambled order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from db.errors import BrokenFileError
from db.fiscal_years import parse_year
from db.readers.base import SHEET_LICENCE, InputFile, Progress, no_progress
from db.readers.sheet_printed import is_printed, read_printed
from db.readers.sheet_text import arranged, figures, spending, words
from db.readers.sheet_text.alignment import KNOWN, LIKE, Placed, Prices, agreement, align
from db.readers.sheet_text.cells import Cells
from db.readers.sheet_text.checks import (
    leave_out_broken,
    leave_out_nameless,
    leave_out_unvouched,
    settle_unit_cost_years,
)
from db.readers.sheet_text.emission import Emission
from db.readers.sheet_text.expectations import expect
from db.readers.sheet_text.lines import Line, decode, read_lines, with_judgements
from db.readers.sheet_text.orders import FORM_YEARS, PROGRAMS, Slot, order
from db.readers.sheet_text.readings import Readings
from db.readers.sheet_text.support import supported
from db.sheet import INFERRED, Flag, Row, Sheet, Unplaced
from db.text import fold

_LABELS = (
    "事業番号",
    "事業名",
    "担当部局庁",
    "会計区分",
    "根拠法令",
    "事業の目的",
    "事業概要",
    "実施方法",
    "当初予算",
    "執行額",
    "執行率",
    "成果目標",
    "活動指標",
    "資金の流れ",
    "点検結果",
    "支出先",
    "費目・使途",
)
_ENOUGH = 6
MAX_LINES, MAX_LINE = 8_000, 5_000
"""Laying a line along an order takes some milliseconds."""
_AGREES, _AGREES_CLOSELY = 0.33, 0.6
"""Texts in the order of their form reach 0.48 and more, in another year's up to 0.42, in another program's 0.25 and
less (see ``agreement``). A form year nobody saw is read along an order it follows as closely as its own."""
_IN_NO_ORDER = 0.2
"""Programs that arrange the text anew (pdfminer, plain pdftotext) leave 0.16 and less of any form's order, sheets of
another year 0.26 and more. Of the orders such programs give, whatever the year, their texts follow 0.5 and more."""
_UNKNOWN_ORDER = (
    "欄の並びが知られている様式のものと違うため、見出しや合計から確かめられる値だけを読みました。"
    "残りは未配置です。元のPDFかExcelを読み込むと全部読めます。"
)
_ARRANGED = (
    "プログラムが欄を紙面の位置で並べ替えたテキスト(pdfminer や、-layout を付けない pdftotext など)なので、"
    "値はすべて推定で、見出しや合計から確かめられないものは未配置です。元のPDFかExcelを読み込むと全部読めます。"
)
_NO_BOXES = (
    "欄の境を示す空行がないテキストなので、支出先や成果目標などの表の行の組み合わせは推定で、歳出予算目は読みません。"
    "元のPDFかExcelを読み込むと確かに読めます。"
)
_LISTS = ("expenses", "payees", "contracts", "comments", "evaluations", "outcomes", "outputs", "unit_costs")
_TITLE = re.compile(r"((?:平成|令和)[\d元]+年度)行政事業レビュ-シ-ト")


class SheetTextReader:
    """A sheet as plain text (UTF-8, Shift_JIS or UTF-16), as a PDF's text extraction gives it."""

    name = "sheet-text"
    label = "シートのテキスト"

    def __init__(
        self,
        orders: Mapping[int, tuple[Slot, ...]] | None = None,
        by_program: arranged.Orders | None = None,
    ) -> None:
        """``orders``: the boxes of each form year in their order, ``by_program``: as a program arranges them.

        Those of ``orders/*.txt`` unless given.
        """
        self._orders = orders
        self._by_program = by_program

    def recognises(self, file: InputFile) -> bool:
        """True for a text with the title of a sheet and enough of its labels, not for CSV or JSON."""
        text = decode(file.data)
        if (
            text is None
            or text.lstrip()[:1] in ("{", "[", "<")
            or file.suffix in (".csv", ".json", ".ndjson")
        ):
            return False
        folded = fold(text[:200_000])
        if published(folded) is None:
            return False
        return sum(fold(label) in folded for label in _LABELS) >= _ENOUGH

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """One sheet a file; of a text printed as the pages look, every sheet in it."""
        for file in files:
            text = decode(file.data)
            if text is None:
                raise BrokenFileError(f"{file.name}: 文字コードが読めません。UTF-8 で保存し直してください。")
            _refuse_too_long(text, file)
            printed = (
                read_printed(text, file, file.source("sheet-text", SHEET_LICENCE)) if is_printed(text) else []
            )
            yield from printed or [self._read(file, text)]
            progress(1)

    def _read(self, file: InputFile, text: str) -> Sheet:
        lines = read_lines(text)
        year = published(fold(text))
        if year is None:
            raise BrokenFileError(
                f"{file.name}: 「平成○年度行政事業レビューシート」の年度が見つかりません。表題のあるファイルを指定してください。"
            )
        orders = self._orders or {known: order(known) for known in FORM_YEARS}
        slots = (
            orders[year]
            if year in orders
            else max(orders.values(), key=lambda known: agreement(lines, known))
        )
        agrees = agreement(lines, slots)
        payees: list[Line] = []
        if is_arranged := agrees < _IN_NO_ORDER:
            slots, agrees = arranged.order_of(lines, self._by_program or _by_program(), year)
            if agrees < _AGREES:
                raise BrokenFileError(
                    f"{file.name}: 欄の並びが知られているどのプログラムの取り出すテキストとも違うので、値を取り違えずに"
                    "読むことができません。元のPDFかExcelを読み込むか、pdftotext -layout で取り出し直してください。"
                )
            lines, payees = arranged.without_payees(lines)
            lines = with_judgements(arranged.parted(lines, slots))
        elif any(line.unsure for line in lines):
            lines = with_judgements(lines)
        known = not is_arranged and agrees >= (_AGREES if year in orders else _AGREES_CLOSELY)
        cells = Cells()
        readings = None if known or is_arranged else Readings(list(orders.values()), year)
        for placed in placed_pages(lines, slots, year, LIKE if readings else KNOWN):
            if readings is not None:
                page = [line for line in lines if placed and line.page == placed[0].line.page]
                placed = readings.agreed(placed, page, slots)
            elif is_arranged:
                placed = supported(placed, slots, arranged.TRUSTED)
            cells.add_page(placed, slots)
        if is_arranged:
            arranged.place_basic(cells, lines, year)
        form = f"sheet-{year}-text"
        sheet = Sheet(form, words.basic_row(cells, year), [file.source(form, SHEET_LICENCE)])
        if not sheet.basic.get("府省庁") or not (sheet.basic.get("事業番号") or sheet.basic.get("事業名")):
            raise BrokenFileError(
                f"{file.name}: 府省庁と事業番号・事業名が読み取れません。シート全体のテキストか確かめ、"
                "PDFがあればPDFのまま読み込むか、pdftotext -layout で取り出し直してください。"
            )
        figures.add_budgets(sheet, cells, year)
        figures.add_budget_items(sheet, cells, year)
        figures.add_outcomes(sheet, cells, year)
        figures.add_outputs(sheet, cells, year)
        figures.add_unit_costs(sheet, cells, year)
        figures.add_policy_indicators(sheet, cells, year)
        words.add_evaluations(sheet, cells)
        words.add_related(sheet, cells)
        words.add_comments(sheet, cells)
        words.add_remarks(sheet, cells)
        words.add_past_numbers(sheet, cells)
        spending.add_flows(sheet, cells)
        spending.add_expenses(sheet, cells)
        if is_arranged:
            arranged.add_payees(sheet, payees)
        else:
            spending.add_payees(sheet, cells)
        spending.add_contracts(sheet, cells)
        if is_arranged or cells.unsure:
            settle_unit_cost_years(sheet)
            leave_out_broken(sheet)
        if is_arranged or (cells.unsure and not known):
            leave_out_unvouched(sheet)
            leave_out_nameless(sheet)
        for line, left in cells.left_over:
            sheet.unplaced.append(Unplaced(left, f"{line.number}行目"))
        if any(line.unsure for line in lines):
            _infer_rows(sheet)
        if not known:
            for _, row in sheet.all_rows():
                row.certain = False
            for row in sheet.rows("evaluations"):
                row.values["確度"] = INFERRED
            _leave_out(sheet, "expenses", [row for row in sheet.rows("expenses") if row.get("使途") is None])
            sheet.flags.append(Flag("テキスト全体", _ARRANGED if is_arranged else _UNKNOWN_ORDER))
        source = sheet.sources[0]
        source.rows_read = len(lines)
        source.rows_unplaced = len({line.number for line, _ in cells.left_over})
        source.rows_stored = source.rows_read - source.rows_unplaced
        return sheet


@cache
def _by_program() -> arranged.Orders:
    return {p: {year: order(year, p) for year in FORM_YEARS} for p in PROGRAMS}


def _refuse_too_long(text: str, file: InputFile) -> None:
    """A sheet's text has some thousand lines, none longer than a page is wide."""
    lines = text.splitlines()
    if len(lines) > MAX_LINES or max(map(len, lines), default=0) > MAX_LINE:
        raise BrokenFileError(
            f"{file.name}: 1事業のシートのテキストとしては長すぎます({MAX_LINES:,}行、1行{MAX_LINE:,}字まで)。"
        )


def _infer_rows(sheet: Sheet) -> None:
    """In a text without blank lines nothing says where a cell of a list ends: what stands in its row is inferred.

    The names of 歳出予算目 run over lines, and no sum tells where one ends: they are left out.
    """
    for section in _LISTS:
        for row in sheet.rows(section):
            row.certain = False
    _leave_out(sheet, "budget_items", sheet.rows("budget_items"))
    sheet.flags.append(Flag("テキスト全体", _NO_BOXES))


def _leave_out(sheet: Sheet, section: str, rows: list[Row]) -> None:
    """Keep the words of rows that cannot be trusted among what is unplaced."""
    for row in rows:
        words = [v for v in row.values.values() if isinstance(v, str)] + [*row.printed.values()]
        sheet.unplaced.append(Unplaced(" ".join(words), row.locator))
    left_out = {id(row) for row in rows}
    sheet.sections[section] = [row for row in sheet.rows(section) if id(row) not in left_out]


def published(folded: str) -> int | None:
    """公開年度 from the title, which may be broken over lines."""
    return next((parse_year(m[1]) for m in _TITLE.finditer(folded)), None)


def placed_pages(
    lines: Sequence[Line], slots: tuple[Slot, ...], year: int, prices: Prices = KNOWN
) -> Iterator[list[Placed]]:
    """The pieces of every page in their boxes. What a first reading shows is expected of a second."""
    emission = Emission(slots, year)
    for page in sorted({line.page for line in lines}):
        on_page = [line for line in lines if line.page == page]
        placed, _ = align(on_page, slots, emission, prices=prices)
        expected = expect(placed, slots)
        if expected:
            again, _ = align(on_page, slots, emission, expected.absent, expected.values, prices)
            if expected.values and not expected.met_better_by(expect(again, slots)):
                # the sheet's figures do not add up: then they say nothing of where they stand
                again, _ = align(on_page, slots, emission, expected.absent, prices=prices)
            placed = again
        yield placed
