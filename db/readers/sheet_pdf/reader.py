"""Reader of the review sheet as PDF: one or many projects in a file, page by page, in bounded memory."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import pypdfium2 as pdfium

from db.errors import BrokenFileError, UnknownFormError
from db.readers.base import SHEET_LICENCE, InputFile, Progress, no_progress
from db.readers.sheet_grid import Grid, first_head, looks_like_sheet, read_sheet, split_projects
from db.readers.sheet_pdf import ocr
from db.readers.sheet_pdf.layout import PageBoxes, page_boxes, stack
from db.readers.sheet_pdf.ocr import recognise_page
from db.readers.sheet_pdf.page import PageContent, PageError, count_characters, plain_text, read_page
from db.sheet import INFERRED, Flag, Sheet, SourceFile

_LOOKED_AT = 3
_LABELS = ("事業名", "担当部局庁", "作成責任者", "会計区分", "予算額", "実施方法", "資金の流れ", "事業の目的")
_LEAST_CHARACTERS = 20
"""Fewer on the first pages are a scan's stamp or page number."""
_RECOGNISED = "文字認識（OCR）で読みました。読み違いや抜けがあるため、値は推定です。原本と照らしてください"
MAX_SCANNED_PAGES = 60
"""A page takes some seconds to recognise."""
MAX_PAGES_OF_A_PROJECT = 400
MAX_BOXES_OF_A_PROJECT = 60_000


class SheetPdfReader:
    """行政事業レビューシートのPDF（公開年度 2013–2023）."""

    name = "sheet-pdf"
    label = "行政事業レビューシート（PDF）"

    def recognises(self, file: InputFile) -> bool:
        """True for a PDF whose first pages are a review sheet's, and for one nobody can read.

        A damaged, locked or scanned PDF is accepted so that ``read`` says what is wrong with it.
        """
        if b"%PDF-" not in file.data[:1024]:
            return False
        try:
            pdf = pdfium.PdfDocument(file.data)
        except pdfium.PdfiumError:
            return True
        try:
            pages = min(len(pdf), _LOOKED_AT)
            text = "".join(plain_text(pdf[i]) for i in range(pages))
        except pdfium.PdfiumError:
            return True
        finally:
            pdf.close()
        return not text.strip() or _is_sheet_text(text)

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """Yield the sheets of each PDF; BrokenFileError for one that cannot be read."""
        for file in files:
            yield from self._read_file(file, progress)

    def _read_file(self, file: InputFile, progress: Progress) -> Iterator[Sheet]:
        pdf = _open(file)
        source = file.source(self.name, SHEET_LICENCE)
        try:
            found = False
            scanned = _is_scan(pdf, file)
            for pages in _by_project(pdf, file, progress, recognise_page if scanned else read_page):
                for sheet in _sheets(pages, file, source):
                    found = True
                    if scanned:
                        _infer(sheet)
                    yield sheet
            if not found:
                raise UnknownFormError(
                    f"{file.name}: 行政事業レビューシートの見出し（事業名、担当部局庁など）が見つかりません"
                )
        finally:
            pdf.close()


def _is_sheet_text(text: str) -> bool:
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = sum(word in plain for word in _LABELS)
    return ("行政事業レビューシート" in plain and found >= 3) or found >= 6


def _open(file: InputFile) -> pdfium.PdfDocument:
    try:
        pdf = pdfium.PdfDocument(file.data)
        pages = len(pdf)
    except pdfium.PdfiumError as error:
        if "assword" in str(error):
            raise BrokenFileError(
                f"{file.name}: パスワードで保護されたPDFです。保護を外して保存し直してください"
            ) from error
        raise BrokenFileError(f"{file.name}: PDFが途中で切れているか壊れています") from error
    if pages == 0:
        raise BrokenFileError(f"{file.name}: PDFにページがありません")
    return pdf


def _is_scan(pdf: pdfium.PdfDocument, file: InputFile) -> bool:
    """True where no page holds characters; BrokenFileError where they could not be recognised either."""
    try:
        characters = sum(count_characters(pdf[i]) for i in range(min(len(pdf), 5)))
    except pdfium.PdfiumError as error:
        raise BrokenFileError(f"{file.name}: PDFのページが壊れています") from error
    if characters >= _LEAST_CHARACTERS:
        return False
    if not ocr.is_installed():
        raise BrokenFileError(
            f"{file.name}: 文字の情報がないPDF（スキャン画像）です。"
            "pip install 'reviewsheet[ocr]' と tesseract-ocr-jpn を入れると文字認識（OCR）で読みます"
        )
    if len(pdf) > MAX_SCANNED_PAGES:
        raise BrokenFileError(
            f"{file.name}: スキャン画像の文字認識は{MAX_SCANNED_PAGES}ページまでです。分けて読み込んでください"
        )
    return True


def _infer(sheet: Sheet) -> None:
    """Mark what was recognised: letters may be wrong, and one that is missing leaves no trace."""
    for _, row in sheet.all_rows():
        row.certain = False
    for row in sheet.rows("evaluations"):
        row.values["確度"] = INFERRED
    sheet.flags.append(Flag("PDF全体", _RECOGNISED))


def _by_project(
    pdf: pdfium.PdfDocument,
    file: InputFile,
    progress: Progress,
    read: Callable[[pdfium.PdfPage], PageContent],
) -> Iterator[list[PageBoxes]]:
    """The pages of one project after another: a page with a title begins the next."""
    pages: list[PageBoxes] = []
    begun = False
    for i in range(len(pdf)):
        try:
            page = pdf[i]
            boxes = page_boxes(read(page), i + 1)
            page.close()
        except PageError as error:
            raise BrokenFileError(f"{file.name}: {i + 1}ページの{error}") from error
        except pdfium.PdfiumError as error:
            raise BrokenFileError(f"{file.name}: {i + 1}ページが壊れています") from error
        progress(1)
        if _begins_project(boxes):
            if begun:
                yield pages
                pages = []
            begun = True
        pages.append(boxes)
        if len(pages) > MAX_PAGES_OF_A_PROJECT or sum(len(p.boxes) for p in pages) > MAX_BOXES_OF_A_PROJECT:
            raise BrokenFileError(
                f"{file.name}: 1事業のシートとしては長すぎます（{i + 1}ページまで読みました）"
            )
    if pages:
        yield pages


def _begins_project(page: PageBoxes) -> bool:
    return first_head(Grid(page.boxes, 1.5 * page.character)) is not None


def _sheets(pages: list[PageBoxes], file: InputFile, source: SourceFile) -> Iterator[Sheet]:
    boxes, row = stack(pages)
    grid = Grid(boxes, row)
    if first_head(grid) is None and not looks_like_sheet(boxes):
        return
    for part, title in split_projects(grid):
        sheet = read_sheet(part, title, "sheet-0-pdf", source, file.name)
        source.form = sheet.form
        yield sheet
