"""The review sheet as PDF: ruled cells, text positions, page breaks, turned and damaged files."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import BrokenFileError, InputError, UnknownFormError
from db.readers.base import InputFile
from db.readers.sheet_pdf import SheetPdfReader, ocr
from db.samples.build_sheets import FORMS, Cell, lay_out, sample_project
from db.samples.draw_pdf import HEIGHT, Page, Print, pdf_bytes, print_out
from db.sheet import Sheet
from tests.db.readers.conftest import Score
from tests.db.readers.other_forms import FORM_2013, FORM_2023, cells_of
from tests.db.readers.sheet_making import as_file, content, form_cells, read_one


def printed(cells: list[Cell], how: Print | None = None, rotate: int = 0) -> InputFile:
    """The cells printed as PDF."""
    return as_file(pdf_bytes(print_out(cells, how), rotate), "見本.pdf")


def read_pdf(file: InputFile) -> list[Sheet]:
    """What the PDF reader makes of a file it recognises."""
    assert SheetPdfReader().recognises(file)
    return list(SheetPdfReader().read([file]))


def said_of(data: bytes) -> str:
    """The one line that refuses a file."""
    with pytest.raises(InputError) as caught:
        list(SheetPdfReader().read([as_file(data, "見本.pdf")]))
    said = str(caught.value)
    assert said.startswith("見本.pdf: ")
    assert "\n" not in said
    return said


# ───────────────────────── what is read ─────────────────────────
def test_the_sample_pdf_says_what_the_workbook_says(samples: Path, plain: dict[str, Any]) -> None:
    path = samples / "sheets" / "sample-2018.pdf"
    (sheet,) = read_pdf(InputFile(path, path.name, path.read_bytes()))
    assert content(sheet) == plain
    assert sheet.form == "sheet-2018-pdf"
    assert not sheet.unplaced


def test_the_sample_is_what_its_writer_makes(samples: Path) -> None:
    made = pdf_bytes(print_out(lay_out(sample_project())))
    assert made == (samples / "sheets" / "sample-2018.pdf").read_bytes()


@pytest.mark.parametrize("year", sorted(FORMS))
def test_each_known_form_is_read_as_from_its_workbook(year: int) -> None:
    (sheet,) = read_pdf(printed(form_cells(year)))
    assert content(sheet) == content(read_one(form_cells(year)))
    assert not sheet.unplaced


@pytest.mark.parametrize("form", [FORM_2013, FORM_2023], ids=["2013", "2023"])
def test_forms_known_by_their_labels_alone_are_read_as_from_their_workbook(form: Any) -> None:
    (sheet,) = read_pdf(printed(cells_of(form)))
    assert content(sheet) == content(read_one(cells_of(form)))
    assert not sheet.unplaced


def test_a_value_says_its_page_and_place(samples: Path) -> None:
    path = samples / "sheets" / "sample-2018.pdf"
    (sheet,) = read_pdf(InputFile(path, path.name, path.read_bytes()))
    assert sheet.rows("budgets")[0].locator.startswith("1ページ 上から")
    assert sheet.rows("payees")[0].locator.startswith("3ページ 上から")
    assert sheet.sources[0].rows_read == sheet.sources[0].rows_stored


def test_wrapped_lines_are_joined_and_meant_breaks_are_kept() -> None:
    (sheet,) = read_pdf(printed(form_cells()))
    assert sheet.basic.get("事業概要") == sample_project()["overview"]
    assert "\n" not in str(sheet.basic.get("事業の目的"))
    assert sheet.basic.get("根拠法令") == "消防組織法第四条\n災害対策基本法第三条"


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_turned_pages_are_read_upright(plain: dict[str, Any], rotate: int) -> None:
    (sheet,) = read_pdf(printed(form_cells(), rotate=rotate))
    assert content(sheet) == plain


@pytest.mark.parametrize("size", [5.0, 8.0, 9.0])
def test_other_sizes_of_type_change_nothing(plain: dict[str, Any], size: float) -> None:
    (sheet,) = read_pdf(printed(form_cells(), Print(size=size)))
    assert content(sheet) == plain


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(st.integers(2, 125), min_size=1, max_size=4))
def test_a_page_break_at_any_row_changes_nothing(rows: list[int]) -> None:
    cells = form_cells()
    (sheet,) = read_pdf(printed(cells, Print(breaks=tuple(rows))))
    assert content(sheet) == content(read_one(cells))
    assert not sheet.unplaced


def test_two_projects_in_one_pdf_are_two_sheets(plain: dict[str, Any]) -> None:
    pages = print_out(form_cells()) + print_out(form_cells(number="9108"))
    one, two = read_pdf(as_file(pdf_bytes(pages), "見本.pdf"))
    assert content(one) == plain
    assert two.key == "2018-総務省-9108"
    assert content(two, without=["sheets"]) == content(one, without=["sheets"])


def test_text_before_the_first_sheet_is_kept_as_unplaced(plain: dict[str, Any]) -> None:
    cover = Page()
    cover.text(100, 300, 14, "行政事業レビュー関係資料")
    (sheet,) = read_pdf(as_file(pdf_bytes([cover, *print_out(form_cells())]), "見本.pdf"))
    assert content(sheet) == plain
    assert [u.text for u in sheet.unplaced] == ["行政事業レビュー関係資料"]


def test_page_numbers_in_the_margin_are_no_text(plain: dict[str, Any]) -> None:
    pages = print_out(form_cells())
    for i, page in enumerate(pages, 1):
        page.text(290, HEIGHT - 15, 8, f"{i} / {len(pages)}")
    (sheet,) = read_pdf(as_file(pdf_bytes(pages), "見本.pdf"))
    assert content(sheet) == plain
    assert not sheet.unplaced


def test_double_and_dashed_lines_rule_cells_as_plain_ones_do(plain: dict[str, Any]) -> None:
    pages = print_out(form_cells())
    for page in pages:
        page.operators = [line for op in page.operators for line in _dashed(op)]
    (sheet,) = read_pdf(as_file(pdf_bytes(pages), "見本.pdf"))
    assert content(sheet) == plain


def _dashed(operator: str) -> list[str]:
    """A ruled line as a row of dashes; other operators as they are."""
    words = operator.split()
    if len(words) != 7 or words[-1] != "S":
        return [operator]
    x0, y0, x1, y1 = (float(words[i]) for i in (0, 1, 3, 4))
    steps = max(int(max(abs(x1 - x0), abs(y1 - y0)) / 4), 1)
    at = [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps + 1)]
    return [
        f"{ax:.2f} {ay:.2f} m {ax + 0.7 * (bx - ax):.2f} {ay + 0.7 * (by - ay):.2f} l S"
        for (ax, ay), (bx, by) in itertools.pairwise(at)
    ] + [f"{x1 - 0.3 * (x1 > x0):.2f} {y1:.2f} m {x1:.2f} {y1 + 0.3 * (y0 > y1):.2f} l S"]


def test_lines_drawn_as_thin_filled_rectangles_rule_cells(plain: dict[str, Any]) -> None:
    pages = print_out(form_cells())
    for page in pages:
        page.operators = [_filled(op) for op in page.operators]
    (sheet,) = read_pdf(as_file(pdf_bytes(pages), "見本.pdf"))
    assert content(sheet) == plain


def _filled(operator: str) -> str:
    words = operator.split()
    if len(words) != 7 or words[-1] != "S":
        return operator
    x0, y0, x1, y1 = (float(words[i]) for i in (0, 1, 3, 4))
    wide, high = max(abs(x1 - x0), 0.7), max(abs(y1 - y0), 0.7)
    return f"{min(x0, x1) - 0.35:.2f} {min(y0, y1) - 0.35:.2f} {wide:.2f} {high:.2f} re f"


def test_shading_and_check_boxes_rule_nothing(plain: dict[str, Any]) -> None:
    pages = print_out(form_cells())
    for page in pages:
        for i in range(12):
            y = 60 + 60 * i
            page.operators.insert(0, f"0.9 g 60 {y} 300 17 re f 0 g")
            page.operators.append(f"150 {y} 6 6 re S")
            page.operators.append(f"400 {y} m 405 {y + 3} 406 {y + 4} 408 {y} c 406 {y - 3} l 400 {y} l S")
    (sheet,) = read_pdf(as_file(pdf_bytes(pages), "見本.pdf"))
    assert content(sheet) == plain


def test_bold_made_by_printing_twice_is_read_once(plain: dict[str, Any]) -> None:
    pages = print_out(form_cells())
    for page in pages:
        page.operators = [
            line
            for op in page.operators
            for line in ([op, "q 1 0 0 1 0.2 0 cm", op, "Q"] if op.startswith("BT") else [op])
        ]
    (sheet,) = read_pdf(as_file(pdf_bytes(pages), "見本.pdf"))
    assert content(sheet) == plain


# ───────────────────────── what cannot be read ─────────────────────────
def test_a_scanned_pdf_is_refused_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "is_installed", lambda: False)
    page = Page()
    page.line(50, 50, 500, 50)
    data = pdf_bytes([page] * 3)
    assert SheetPdfReader().recognises(as_file(data, "見本.pdf"))
    said = said_of(data)
    assert "スキャン画像" in said
    assert "reviewsheet[ocr]" in said


def scanned(data: bytes) -> bytes:
    """A PDF whose pages are pictures of another's."""
    pages = [page.render(scale=300 / 72).to_pil() for page in pdfium.PdfDocument(data)]
    if min(page.convert("L").getextrema()[0] for page in pages) > 100:
        pytest.skip("日本語の書体がなく、ページを描けない")
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=300, save_all=True, append_images=pages[1:])
    return out.getvalue()


@pytest.mark.slow
@pytest.mark.skipif(not ocr.is_installed(), reason="Tesseract と日本語のデータがない")
def test_a_scanned_pdf_is_read_where_characters_can_be_recognised(plain: dict[str, Any]) -> None:
    data = scanned(pdf_bytes(print_out(form_cells())[:1]))
    (sheet,) = read_pdf(as_file(data, "見本.pdf"))
    assert sheet.basic.get("公開年度") == 2018
    assert any("文字認識" in flag.what for flag in sheet.flags)
    assert not any(row.certain for _, row in sheet.all_rows())
    totals = {(row.get("年度"), row.get("計")) for row in sheet.rows("budgets") if row.get("計") is not None}
    assert totals
    assert totals <= {(row["年度"], row.get("計")) for row in plain["budgets"]}


@pytest.mark.skipif(not ocr.is_installed(), reason="Tesseract と日本語のデータがない")
def test_a_scan_of_very_many_pages_is_refused_before_it_is_recognised() -> None:
    page = Page()
    page.line(50, 50, 500, 50)
    assert "ページまで" in said_of(pdf_bytes([page] * 200))


def test_other_pdfs_are_not_recognised() -> None:
    page = Page()
    page.text(50, 80, 10, "会議の記録。行政事業レビューについて議論した。")
    data = pdf_bytes([page])
    assert not SheetPdfReader().recognises(as_file(data))
    with pytest.raises(UnknownFormError, match="見出し"):
        list(SheetPdfReader().read([as_file(data)]))
    assert not SheetPdfReader().recognises(as_file(b"no pdf at all"))


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.9])
def test_a_truncated_pdf_is_read_whole_or_refused(keep: float, plain: dict[str, Any]) -> None:
    data = printed(form_cells()).data
    cut = as_file(data[: int(len(data) * keep)], "見本.pdf")
    assert SheetPdfReader().recognises(cut)
    with pytest.raises(BrokenFileError, match=r"^見本\.pdf: "):
        list(SheetPdfReader().read([cut]))


def test_an_empty_pdf_shell_is_refused() -> None:
    assert "壊れて" in said_of(b"%PDF-1.5\n%%EOF\n") or "ページがありません" in said_of(b"%PDF-1.5\n%%EOF\n")


@settings(max_examples=40, deadline=None)
@given(places=st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 255)), min_size=1, max_size=10))
def test_flipped_bytes_are_read_or_refused_in_one_line(places: list[tuple[int, int]]) -> None:
    data = bytearray(_SAMPLE)
    for place, value in places:
        data[place % len(data)] = value
    reader, file = SheetPdfReader(), as_file(bytes(data), "見本.pdf")
    if not reader.recognises(file):
        return
    try:
        said = "" if list(reader.read([file])) else "nothing"
    except InputError as error:
        said = str(error)
    assert said == "" or said.startswith("見本.pdf: ")
    assert "\n" not in said


_SAMPLE = pdf_bytes(print_out(form_cells()))


@pytest.mark.slow
def test_a_pdf_of_five_thousand_pages_ends_in_bounded_time() -> None:
    empty = Page()
    empty.text(50, 60, 8, "資料")
    data = pdf_bytes([*print_out(form_cells()), *[empty] * 5_000])
    started = time.process_time()
    assert "長すぎます" in said_of(data)
    assert time.process_time() - started < 20


def test_many_projects_in_a_pdf_come_one_by_one() -> None:
    pages = [page for n in range(5) for page in print_out(form_cells(number=f"{9100 + n}"))]
    seen: list[int] = []
    sheets = SheetPdfReader().read([as_file(pdf_bytes(pages))], progress=seen.append)
    first = next(sheets)
    assert first.basic.get("事業番号") == "9100"
    assert sum(seen) < len(pages)
    assert [s.basic.get("事業番号") for s in sheets] == [f"{9100 + n}" for n in range(1, 5)]
    assert sum(seen) == len(pages)


# ───────────────────────── real sheets ─────────────────────────
@pytest.mark.realdata
def test_the_rebuilt_official_sheets_reach_the_figures_of_the_issue(score: Callable[..., Score]) -> None:
    def read(path: Path) -> Sheet:
        (sheet,) = read_pdf(InputFile(path, path.name, path.read_bytes()))
        assert not sheet.unplaced
        return sheet

    found = score(".pdf", read)
    assert found.right / found.wanted >= 0.995
    assert found.right / found.given >= 0.995


@pytest.mark.realdata
def test_a_pdf_takes_half_a_second_at_most(realdata: Path) -> None:
    files = [
        InputFile(p, p.name, p.read_bytes()) for p in sorted((realdata / "sheets" / "forms").glob("*.pdf"))
    ]
    started = time.process_time()
    sheets = list(SheetPdfReader().read(files))
    assert len(sheets) == len(files)
    assert (time.process_time() - started) / len(files) < 0.5
