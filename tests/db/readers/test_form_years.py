"""Form years nobody saw (2014, 2015, 2017, 2020, 2023 …) are read by what their labels say, in every medium."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from db.readers.base import InputFile
from db.readers.form_labels import is_label
from db.readers.sheet_pdf import SheetPdfReader
from db.readers.sheet_text import SheetTextReader
from db.samples.build_sheets import FORMS, Cell, Form, lay_out, sample_project
from db.samples.draw_pdf import pdf_bytes, print_out
from db.sheet import Sheet
from tests.db.readers.sheet_making import as_file, mapped, read_one, renamed
from tests.db.readers.test_sheet_printed import figures, printed_text, read_text

UNSEEN = {
    2014: replace(FORMS[2016], year=2014),
    2015: replace(FORMS[2016], year=2015),
    2017: replace(FORMS[2018], year=2017),
    2020: replace(FORMS[2019], year=2020),
    2023: replace(FORMS[2022], year=2023),
}
BUDGET = ("年度", "当初予算", "計", "執行額", "要求額")


def years_of(sheet: Sheet) -> set[int]:
    return {int(row.values["年度"]) for row in sheet.rows("budgets")}  # type: ignore[arg-type]


@pytest.mark.parametrize("form", UNSEEN.values(), ids=str)
def test_a_workbook_of_an_unseen_year_gives_its_own_years(form: Form) -> None:
    sheet = read_one(lay_out(sample_project(), form))
    assert sheet.basic.get("公開年度") == form.year
    assert years_of(sheet) == set(range(form.year - 3, form.year + 2))
    assert not sheet.flags
    assert not sheet.unplaced


@pytest.mark.parametrize("form", UNSEEN.values(), ids=str)
def test_its_pdf_and_its_text_say_the_same_figures(form: Form) -> None:
    cells = lay_out(sample_project(), form)
    whole = figures(read_one(cells), "budgets", *BUDGET)
    (pdf,) = SheetPdfReader().read([as_file(pdf_bytes(print_out(cells)), "見本.pdf")])
    assert figures(pdf, "budgets", *BUDGET) == whole
    assert figures(read_text(printed_text(cells)), "budgets", *BUDGET) == whole


@pytest.mark.parametrize("name", ["平成31年度", "令和元年度", "31年度", "元年度"])
def test_2019_is_one_year_whatever_it_is_called(name: str) -> None:
    def called(c: Cell) -> Cell:
        if isinstance(c.value, str) and c.style == "label":
            return replace(c, value=re.sub(r"(平成31|令和元|31|(?<![和\d])元)年度", name, c.value))
        return c

    cells = mapped(lay_out(sample_project(), FORMS[2019]), called)
    assert years_of(read_one(cells)) == {2016, 2017, 2018, 2019, 2020}


def test_unknown_labels_cost_their_fields_alone_and_are_named() -> None:
    cells = renamed(
        lay_out(sample_project(), UNSEEN[2017]),
        {"補正予算": "追加の額", "担当部局庁": "とりまとめ", "支出先上位１０者リスト": "お金を受け取った先"},
    )
    sheet = read_one(cells)
    plain = read_one(lay_out(sample_project(), UNSEEN[2017]))
    for section in ("budgets", "outcomes", "outputs", "unit_costs", "payees"):
        assert len(sheet.rows(section)) == len(plain.rows(section))
    assert figures(sheet, "budgets", "年度", "計", "執行額") == figures(
        plain, "budgets", "年度", "計", "執行額"
    )
    assert {"追加の額", "とりまとめ"} <= {u.text for u in sheet.unplaced}


def test_a_text_in_the_order_of_a_known_form_is_read_in_another_year(samples: Path) -> None:
    later = _a_year_later((samples / "sheets" / "sample-2018.txt").read_text("utf-8"))
    sheet = _read(later)
    assert sheet.basic.get("公開年度") == 2019
    assert years_of(sheet) == {2016, 2017, 2018, 2019, 2020}
    assert figures(sheet, "budgets", "年度", "計") >= {(2016, 5_000_000), (2018, 4_000_000)}


def test_a_text_in_an_unknown_order_gives_nothing_wrong_and_says_so(samples: Path) -> None:
    text = _a_year_later((samples / "sheets" / "sample-2018.txt").read_text("utf-8"))
    boxes = re.split(r"\n{2,}", text)
    title = next(n for n, box in enumerate(boxes) if "行政事業レビューシート" in box)
    mixed = [boxes[title], *boxes[::7], *(b for n, b in enumerate(boxes) if n % 7)]
    sheet = _read("\n\n".join(mixed))
    assert any("並び" in flag.what for flag in sheet.flags)
    known = {(2016, 5_000_000, 2_000_000), (2017, 5_000_000, 2_000_000), (2018, 4_000_000, 2_000_000)}
    for year, total, spent in figures(sheet, "budgets", "年度", "計", "執行額"):
        assert any(
            year == y and total in (t, None) and spent in (s, None)
            for y, t, s in known | {(2019, 4_000_000, None)}
        ) or (total is spent is None)
    assert sheet.unplaced


def test_a_text_whose_stretches_moved_keeps_what_the_known_orders_agree_on(samples: Path) -> None:
    text = _a_year_later((samples / "sheets" / "sample-2018.txt").read_text("utf-8"))
    boxes = re.split(r"\n{2,}", text)
    moved = [box for n in range(0, len(boxes), 6) for box in [*boxes[n + 3 : n + 6], *boxes[n : n + 3]]]
    sheet, whole = _read("\n\n".join(moved)), _read(text)
    assert all(not row.certain for _, row in sheet.all_rows())
    said = {t for r in sheet.rows("comments") if (t := r.get("本文"))}
    assert said & {r.get("本文") for r in whole.rows("comments")}


@pytest.mark.parametrize("years", ["25～27", "28～30", "29～令和元", "平成30～令和2"])
def test_the_label_of_qualitative_goals_names_other_years_every_year(years: str) -> None:
    assert is_label(f"定性的な成果目標と{years}年度の\n達成状況・実績")


def _a_year_later(text: str) -> str:
    """The sample's text with every year one later: 2019, a form year without an order of its own."""
    return re.sub(
        r"(?<!\d)(2[789]|3[01])(?=年度|・)|３０(?=年度)",
        lambda m: "３１" if m[0] == "３０" else str(int(m[0]) + 1),
        text,
    )


def _read(text: str) -> Sheet:
    file = InputFile(Path("見本.txt"), "見本.txt", text.encode())
    assert SheetTextReader().recognises(file)
    (sheet,) = SheetTextReader().read([file])
    return sheet
