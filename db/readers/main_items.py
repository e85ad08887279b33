"""Reader of 行政事業レビューシートの主要事項のデータベース: one .xlsx a year, one row a sheet.

A column's name is a path joined by "-" (支出先上位１０者リスト-A.支払先-1-支出額（百万円）); the reader turns each
header into a place in the ``Sheet`` once and then streams the rows, so thousands of columns cost no memory.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from db.catalogue import MONEY, RATE, catalogue
from db.errors import BrokenFileError
from db.fiscal_years import parse_year
from db.numbers import MILLION, number, percent, yen
from db.readers.base import InputFile, Progress, no_progress
from db.sheet import Row, Scalar, Sheet, SourceFile, Unplaced
from db.text import is_blank, written

LICENCE = "政府標準利用規約(CC BY 4.0 互換) 内閣官房行政改革推進本部事務局"
MAX_UNPACKED = 4 << 30
SUSPICIOUS_SIZE, SUSPICIOUS_RATIO = 256 << 20, 300
"""A workbook over this size that shrank more than this many times is a bomb: a year's shrinks about 20 times."""
HEADER_ROWS = 5
"""How far down the header row is looked for."""
NEAR = 2018
"""Resolves a year without era in a header: the forms ran from 2014 to 2023."""

BUDGET_PARTS = ("当初予算", "補正予算", "前年度から繰越し", "翌年度へ繰越し", "予備費等", "計")
_SUFFIX = re.compile(r"-(\d{2})$")
_BLOCK = re.compile(r"^([A-Za-z]{1,2})\.支払先$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column's values go: a section, the row within it, and the column (or role) of that row."""

    section: str
    row: tuple[Any, ...]
    column: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the worksheet."""

    worksheet: str
    number: int

    def __str__(self) -> str:
        return f"{self.number}行目"

    def cell(self, index: int) -> str:
        """「主要事項!AB12」: the cell in the column of that index."""
        from openpyxl.utils import get_column_letter

        return f"{self.worksheet}!{get_column_letter(index + 1)}{self.number}"


class MainItemsReader:
    """The yearly 主要事項データベース workbook."""

    name = "main-items"
    label = "主要事項のデータベース"

    def recognises(self, file: InputFile) -> bool:
        """True for a workbook with a header row whose columns are paths of the sheet's form."""
        if file.data[:2] != b"PK":
            return False
        try:
            with _workbook(file) as workbook:
                return _find_header(workbook, file) is not None
        except BrokenFileError:
            return False

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """Yield a sheet a row; BrokenFileError where no year or no 府省庁 can be told."""
        for file in files:
            source = file.source("main-items", LICENCE)
            with _workbook(file) as workbook:
                found = _find_header(workbook, file)
                if found is None:
                    raise BrokenFileError(f"{file.name}: 見出しの行(事業番号、事業名 …)が見つかりません。")
                worksheet, header_row, header = found
                places = read_header(header)
                published = published_year(header)
                if published is None:
                    raise BrokenFileError(
                        f"{file.name}: 公開年度が見出しから分かりません(「○年度要求」の列がありません)。"
                    )
                rows = _rows(worksheet, file, header_row + 1)
                last: Sheet | None = None
                notes: list[Unplaced] = []
                for row_number, cells in enumerate(rows, header_row + 1):
                    if not any(c is not None for c in cells):
                        continue
                    source.rows_read += 1
                    progress(1)
                    sheet = _sheet(
                        cells, places, header, published, _Line(worksheet.title, row_number), source
                    )
                    if sheet is None:
                        notes.append(_note(file, cells, places, row_number))
                        source.rows_unplaced += 1
                        continue
                    source.rows_stored += 1
                    if last is not None:
                        yield last
                    last = sheet
                    last.unplaced += notes
                    notes.clear()
                if last is not None:
                    last.unplaced += notes
                    yield last


class _workbook:
    """The workbook opened for streaming; closed on leaving."""

    def __init__(self, file: InputFile) -> None:
        self._file = file

    def __enter__(self) -> Any:
        import openpyxl

        _refuse_bombs(self._file)
        try:
            self._book = openpyxl.load_workbook(io.BytesIO(self._file.data), read_only=True, data_only=True)
        except DAMAGE as error:
            raise _broken(self._file) from error
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()


DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
)
"""What openpyxl raises for a workbook whose parts are damaged (ParseError of xml.etree is a SyntaxError)."""


def _broken(file: InputFile) -> BrokenFileError:
    return BrokenFileError(
        f"{file.name}: Excelブックが途中で切れているか壊れています。入手し直してください。"
    )


def _refuse_bombs(file: InputFile) -> None:
    """Refuse a workbook that unpacks to more than any year's database, before openpyxl unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _broken(file) from error
    size, packed = sum(p.file_size for p in parts), max(len(file.data), 1)
    if size > MAX_UNPACKED or (size > SUSPICIOUS_SIZE and size / packed > SUSPICIOUS_RATIO):
        raise BrokenFileError(
            f"{file.name}: ブックの中身が大きすぎるため読みません(展開すると{size >> 20}MB)。"
        )


def _rows(worksheet: Any, file: InputFile, first: int, last: int | None = None) -> Iterator[tuple[Any, ...]]:
    """The values of a worksheet's rows; BrokenFileError where it breaks off."""
    rows = worksheet.iter_rows(min_row=first, max_row=last, values_only=True)
    while True:
        try:
            row = next(rows, None)
        except DAMAGE as error:
            raise _broken(file) from error
        if row is None:
            return
        yield row


def _find_header(workbook: Any, file: InputFile) -> tuple[Any, int, list[str]] | None:
    for worksheet in workbook.worksheets:
        for row_number, cells in enumerate(_rows(worksheet, file, 1, HEADER_ROWS), 1):
            header = [_clean(c) for c in cells]
            if any(h == "事業名" for h in header) and any(
                h.startswith("予算額・執行額") and "-" in h for h in header
            ):
                return worksheet, row_number, header
    return None


def _clean(cell: Any) -> str:
    return "" if cell is None else re.sub(r"\s", "", unicodedata.normalize("NFKC", str(cell)))


def published_year(header: list[str]) -> int | None:
    """公開年度: the year before the one whose budget is requested."""
    years = [
        parse_year(h.split("-")[1], NEAR) for h in header if h.startswith("予算額・執行額") and "要求" in h
    ]
    known = [y for y in years if y is not None]
    return min(known) - 1 if known else None


def read_header(header: list[str]) -> list[Place | None]:
    """The place of each column, None for a column no field takes. A repeated header is the next row."""
    seen: Counter[str] = Counter()
    places = []
    for name in header:
        suffix = _SUFFIX.search(name)
        path = name[: suffix.start()] if suffix else name
        seen[name] += 1
        places.append(_place(path.split("-"), int(suffix.group(1)) if suffix else seen[name] - 1))
    return places


def _place(path: list[str], index: int) -> Place | None:
    head = path[0]
    if head.startswith("予算額・執行額"):
        return _budget_place(path)
    if head.startswith("成果目標及び成果実績"):
        return _indicator_place("outcomes", path[1:], index)
    if head.startswith("活動指標及び活動実績"):
        return _indicator_place("outputs", path[1:], index)
    if head.startswith("支出先上位10者リスト") and len(path) >= 4:
        return _payee_place(path)
    if head.startswith("費目・使途") and len(path) >= 3:
        block = _BLOCK.match(path[1])
        column = _column("expenses", path[2])
        return Place("expenses", (block.group(1) if block else path[1], index), column) if column else None
    if head.startswith("国庫債務負担行為等") and len(path) >= 3:
        column = _column("contracts", path[2])
        return Place("contracts", (path[1],), column) if column else None
    if head == "事業番号":
        return Place("number", (), path[1] if len(path) > 1 else "1")
    return _text_place(path)


def _budget_place(path: list[str]) -> Place | None:
    if len(path) < 3:
        return None
    year = parse_year(path[1], NEAR)
    part = path[-1]
    if year is None:
        return None
    if "要求" in path[1]:
        return Place("budgets", (year,), "要求額") if part == "計" else None
    if part in (*BUDGET_PARTS, "執行額"):
        return Place("budgets", (year,), part)
    return Place("budgets", (year,), "執行率") if part.startswith("執行率") else None


def _indicator_place(section: str, path: list[str], index: int) -> Place | None:
    texts = {
        "定量的な成果目標": "成果目標",
        "成果目標": "成果目標",
        "成果指標": "成果指標",
        "活動指標": "活動指標",
    }
    if path and path[0] in texts:
        return Place(section, (index, None), texts[path[0]])
    if path and path[0] == "単位":
        return Place(section, (index, None), "単位")
    if len(path) < 2 or path[1] not in ("成果実績", "目標値", "達成度", "活動実績", "当初見込み"):
        return None
    if path[0].startswith("目標最終年度"):
        return Place(section, (index, "目標最終年度"), path[1])
    year = parse_year(path[0], NEAR)
    return Place(section, (index, year), path[1]) if year else None


def _payee_place(path: list[str]) -> Place | None:
    block = _BLOCK.match(path[1])
    column = _column("payees", "-".join(path[3:]))
    if block is None or column is None or not path[2].isdigit():
        return None
    return Place("payees", (block.group(1), int(path[2])), column)


def _text_place(path: list[str]) -> Place | None:
    name = path[-1]
    full = "-".join(path)
    for comment in catalogue().comments:
        labels = {_clean(label) for label in (comment.item, *comment.labels)}
        if path[0] in labels and len(path) > 1:
            return Place("comments", (comment.item,), "判定" if name == "判定" else "本文")
        if full in labels or (len(path) == 2 and path[0].startswith("事業所管部局") and name in labels):
            return Place("comments", (comment.item,), "本文")
    for f in catalogue().table("sheets").fields:
        if full in {_clean(label) for label in (f.column, *f.labels)} or full == {"府省庁": "府省"}.get(
            f.column
        ):
            return Place("sheets", (), f.column)
    # The label of a long box carries a hint in brackets (事業の目的（目指す姿を簡潔に…）) that differs by year.
    bare = re.sub(r"\(.*\)", "", full)
    for f in catalogue().table("sheets").fields:
        if bare != full and bare in {_clean(label) for label in (f.column, *f.labels)}:
            return Place("sheets", (), f.column)
    return None


def _column(section: str, label: str) -> str | None:
    bare = re.sub(r"\((百万円|%)\)$", "", label)
    for f in catalogue().table(section).fields:
        if {label, bare} & {_clean(name) for name in (f.column, *f.labels)}:
            return f.column
    return "理由及び改善策" if "理由及び改善策" in label else None


def _note(file: InputFile, cells: Sequence[Any], places: list[Place | None], number: int) -> Unplaced:
    """A row that is no project (a remark, units under the headings); a project without its name is refused."""
    written_there = [c for c in cells if c is not None and not is_blank(str(c))]
    filled = {
        place.column
        for place, cell in zip(places, cells, strict=False)
        if place is not None and place.section == "sheets" and cell is not None and not is_blank(str(cell))
    }
    if len(filled) > 1:
        raise BrokenFileError(
            f"{file.name}: {number}行目に事業名か府省庁がありません。行を確かめてください。"
        )
    return Unplaced(" / ".join(str(c).strip() for c in written_there), f"{number}行目")


def _sheet(
    cells: Sequence[Any],
    places: list[Place | None],
    header: list[str],
    published: int,
    line: _Line,
    source: SourceFile,
) -> Sheet | None:
    basic = Row({"公開年度": published}, str(line))
    numbers: dict[str, str] = {}
    groups: dict[tuple[str, tuple[Any, ...]], dict[str, str]] = {}
    first: dict[tuple[str, tuple[Any, ...]], int] = {}
    unplaced: list[Unplaced] = []
    for index, (place, name, cell) in enumerate(zip(places, header, cells, strict=False)):
        text = None if cell is None else str(cell).strip()
        if text is None or is_blank(text):
            continue
        if place is None:
            unplaced.append(Unplaced(f"{name}: {text}", line.cell(index)))
        elif place.section == "sheets":
            _set_basic(basic.values, place.column, text, published)
            basic.places[place.column] = line.cell(index)
        elif place.section == "number":
            numbers[place.column] = _plain(text)
            basic.places.setdefault("事業番号", line.cell(index))
        else:
            groups.setdefault((place.section, place.row), {})[place.column] = text
            first.setdefault((place.section, place.row), index)
    if numbers:
        basic.values["事業番号"] = _project_number([numbers[k] for k in sorted(numbers)])
    if not basic.get("事業名") or not basic.get("府省庁"):
        return None
    sheet = Sheet(f"main-items-{published}", basic, [source], unplaced=unplaced)
    _add_rows(sheet, groups, published, {key: line.cell(index) for key, index in first.items()})
    return sheet


def _project_number(parts: list[str]) -> str:
    """「新30-0036」, from 2021 「2021-国交-20-0021-1」: the number itself has four digits, also where a cell of
    figures has lost its zeros; a branch after it has not."""
    main = 3 if len(parts) > 3 else next((i for i, p in enumerate(parts) if p.isdecimal()), None)
    if main is not None and parts[main].isdecimal():
        parts[main] = parts[main].zfill(4)
    return "-".join(parts)


def _plain(text: str) -> str:
    """A number cell read as 36.0 is the 36 it shows."""
    return text[:-2] if re.fullmatch(r"\d+\.0", text) else text


def _set_basic(basic: dict[str, Scalar], column: str, text: str, published: int) -> None:
    if catalogue().field("sheets", column).kind != "year":
        basic[column] = text
    elif column == "事業終了年度" and "予定なし" in text:
        basic["終了予定なし"] = True
    else:
        basic[column] = parse_year(_plain(text), published)


def _add_rows(
    sheet: Sheet,
    groups: dict[tuple[str, tuple[Any, ...]], dict[str, str]],
    published: int,
    cells: dict[tuple[str, tuple[Any, ...]], str],
) -> None:
    shared = {
        (s, r[0]): texts for (s, r), texts in groups.items() if s in ("outcomes", "outputs") and r[1] is None
    }
    with_years = {(s, r[0]) for (s, r) in groups if s in ("outcomes", "outputs") and r[1] is not None}
    for (section, row), texts in groups.items():
        keys: dict[str, Scalar] = {}
        if section == "budgets":
            keys["年度"] = row[0]
        elif section in ("outcomes", "outputs"):
            if row[1] is None and (section, row[0]) in with_years:
                continue
            keys = dict(shared.get((section, row[0]), {}))
            if isinstance(row[1], int):
                keys["年度"] = row[1]
            elif row[1]:
                keys["年度の種別"] = row[1]
        elif section == "payees":
            keys = {"ブロック": row[0], "番号": row[1]}
        elif section == "expenses":
            keys["ブロック"] = row[0]
        elif section == "comments":
            keys["項目"] = row[0]
        filled = _row(section, keys, texts)
        filled.locator = cells[(section, row)]
        if section == "budgets" and isinstance(row[0], int) and row[0] >= published:
            filled.values.pop("執行額", None)
            filled.values.pop("執行率", None)
        sheet.add(section, filled)


def _row(section: str, keys: dict[str, Scalar], texts: dict[str, str]) -> Row:
    row = Row(dict(keys))
    for column, text in texts.items():
        kind = catalogue().field(section, column).kind
        value: Scalar
        if kind == MONEY:
            value = yen(text, MILLION)
            row.printed[column] = f"{_plain(text)}百万円" if value is not None else text
        elif kind == RATE:
            value = percent(text)
            row.printed[column] = text
        elif kind in ("number", "count"):
            value = number(text)
            if value is None:
                row.printed[column] = text
        else:
            value = written(_plain(text))
        if value is not None:
            row.values[column] = value
    if section == "budgets":
        _scale_rate(row)
    return row


def _scale_rate(row: Row) -> None:
    """A percent-formatted cell holds 0.98 for 98 %: the figures beside it tell which is meant."""
    rate, total, spent = row.get("執行率"), row.get("計"), row.get("執行額")
    if not isinstance(rate, float):
        return
    if isinstance(total, int) and isinstance(spent, int) and total > 0:
        expected = spent / total * 100
        fraction = abs(rate * 100 - expected) < abs(rate - expected)
    else:
        fraction = rate <= 1.5
    if fraction:
        row.values["執行率"] = round(rate * 100, 4)
