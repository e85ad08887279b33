"""Read an .xlsx/.xlsm workbook's cells as displayed: values, number formats, merged and hidden cells, text boxes.

Only these parts are read, streamed through expat within limits, so that a damaged or hostile file costs
bounded time and memory. (openpyxl drops the text boxes in which 資金の流れ is drawn and takes a second a sheet.)
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from db.readers.files import ZIP_ERRORS
from db.readers.sheet_excel.cells import MAX_CELLS, MAX_MERGED, Worksheet
from db.readers.sheet_excel.number_format import BUILT_IN, displayed

MAX_PART = 64 * 1024 * 1024
"""Unpacked size of one part of the workbook."""
MAX_PARTS = 4_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class WorkbookError(Exception):
    """The workbook cannot be read; the text says why, in Japanese, without naming the file."""


class _Parser:
    """expat with local names, refusing document types (entity bombs)."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] = lambda name: None,
        text: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = lambda name, attrs: start(
            name.rpartition(":")[2],
            {k.rpartition(":")[2] if k.startswith("r:") else k: v for k, v in attrs.items()},
        )
        self._parser.EndElementHandler = lambda name: end(name.rpartition(":")[2])
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = self._refuse

    @staticmethod
    def _refuse(*_: object) -> None:
        raise WorkbookError("XMLに文書型宣言があるため、安全のため読みません")

    def feed(self, data: bytes) -> None:
        """Parse a whole part."""
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            raise WorkbookError(f"ブックの中身（XML）が壊れています（{error.lineno}行目）") from error


class OoxmlWorkbook:
    """An open workbook: the names and states of its worksheets, and each worksheet on demand."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise WorkbookError("Excelブックが途中で切れているか壊れています") from error
        if len(self._zip.infolist()) > MAX_PARTS:
            raise WorkbookError("ブックの部品が多すぎます")
        self._names = {i.filename.lstrip("/").lower(): i for i in self._zip.infolist()}
        self.date1904 = False
        self._sheets: list[tuple[str, bool, str]] = []
        root = self._relations("")
        self._book = next(
            (t for kind, t in root.values() if kind.endswith("/officeDocument")), "xl/workbook.xml"
        )
        self._read_book()
        self._formats = self._read_styles()
        self._strings: list[str] | None = None
        self._cells = 0

    @property
    def sheet_names(self) -> list[str]:
        """Worksheet names in order, hidden ones too."""
        return [name for name, _, _ in self._sheets]

    def _part(self, name: str) -> bytes | None:
        info = self._names.get(name.lstrip("/").lower())
        if info is None:
            return None
        if info.file_size > MAX_PART:
            raise WorkbookError(f"ブックの中身が大きすぎます（展開すると{info.file_size // 1024 // 1024}MB）")
        try:
            with self._zip.open(info) as part:
                data = part.read(MAX_PART + 1)
        except ZIP_ERRORS as error:
            raise WorkbookError("Excelブックの中身が壊れています") from error
        if len(data) > MAX_PART:
            raise WorkbookError("ブックの中身が大きすぎます")
        return data

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """id → (type, target part) of a part's relations."""
        folder, base = posixpath.split(part)
        data = self._part(posixpath.join(folder, "_rels", f"{base}.rels"))
        out: dict[str, tuple[str, str]] = {}
        if data is None:
            return out

        def start(name: str, attrs: dict[str, str]) -> None:
            if name == "Relationship" and attrs.get("TargetMode") != "External":
                target = attrs.get("Target", "")
                full = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(posixpath.join(folder, target))
                )
                out[attrs.get("Id", "")] = (attrs.get("Type", ""), full)

        _Parser(start).feed(data)
        return out

    def _read_book(self) -> None:
        data = self._part(self._book)
        if data is None:
            raise WorkbookError("Excelブックの目次（workbook.xml）がありません")
        relations = self._relations(self._book)

        def start(name: str, attrs: dict[str, str]) -> None:
            if name == "sheet":
                kind, target = relations.get(attrs.get("id", ""), ("", ""))
                if kind.endswith("/worksheet") or not kind:
                    hidden = attrs.get("state", "visible") != "visible"
                    self._sheets.append((attrs.get("name", ""), hidden, target))
            elif name == "workbookPr":
                self.date1904 = attrs.get("date1904") in ("1", "true")

        _Parser(start).feed(data)

    def _read_styles(self) -> list[str]:
        """Number format code of each cell style."""
        folder = posixpath.dirname(self._book)
        data = self._part(posixpath.join(folder, "styles.xml"))
        if data is None:
            return []
        codes = dict(BUILT_IN)
        styles: list[str] = []
        inside: list[str] = []

        def start(name: str, attrs: dict[str, str]) -> None:
            if name == "numFmt":
                codes[int(attrs.get("numFmtId", "0"))] = attrs.get("formatCode", "General")
            elif name == "xf" and inside and inside[-1] == "cellXfs":
                styles.append(codes.get(int(attrs.get("numFmtId", "0")), "General"))
            elif name in ("cellXfs", "cellStyleXfs"):
                inside.append(name)

        def end(name: str) -> None:
            if inside and name == inside[-1]:
                inside.pop()

        _guarded(_Parser(start, end), data)
        return styles

    def _shared(self) -> list[str]:
        if self._strings is None:
            folder = posixpath.dirname(self._book)
            self._strings = _strings(self._part(posixpath.join(folder, "sharedStrings.xml")))
        return self._strings

    def worksheet(self, index: int) -> Worksheet:
        """The worksheet at a position; WorkbookError where it is damaged or too large."""
        name, hidden, target = self._sheets[index]
        sheet = Worksheet(name, hidden)
        data = self._part(target)
        if data is None:
            return sheet
        reader = _SheetReader(sheet, self._shared(), self._formats, self.date1904, MAX_CELLS - self._cells)
        _guarded(_Parser(reader.start, reader.end, reader.text), data)
        self._cells += len(sheet.cells)
        for kind, part in self._relations(target).values():
            if kind.endswith("/drawing") and (drawing := self._part(part)) is not None:
                reader_of_drawing = _DrawingReader(sheet)
                _guarded(
                    _Parser(reader_of_drawing.start, reader_of_drawing.end, reader_of_drawing.text), drawing
                )
        return sheet


def _guarded(parser: _Parser, data: bytes) -> None:
    """Parse; a part whose numbers are no numbers is damaged."""
    try:
        parser.feed(data)
    except (ValueError, OverflowError) as error:
        raise WorkbookError("ブックの中身（XML）が壊れています") from error


def _strings(data: bytes | None) -> list[str]:
    """The shared strings; the reading aids (ruby) that Excel keeps beside them are left out."""
    out: list[str] = []
    if data is None:
        return out
    parts: list[str] = []
    state = {"text": False, "ruby": False}

    def start(name: str, attrs: dict[str, str]) -> None:
        if name == "si":
            parts.clear()
        elif name == "rPh":
            state["ruby"] = True
        elif name == "t":
            state["text"] = not state["ruby"]

    def end(name: str) -> None:
        if name == "t":
            state["text"] = False
        elif name == "rPh":
            state["ruby"] = False
        elif name == "si":
            out.append(_unescaped("".join(parts)))

    def text(data: str) -> None:
        if state["text"]:
            parts.append(data)

    _Parser(start, end, text).feed(data)
    return out


def _unescaped(text: str) -> str:
    if "_x" in text:
        text = _ESCAPED.sub(lambda m: chr(int(m.group(1), 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _position(reference: str) -> tuple[int, int] | None:
    m = _REFERENCE.fullmatch(reference)
    if m is None:
        return None
    column = 0
    for letter in m.group(1):
        column = column * 26 + ord(letter) - 64
    return int(m.group(2)) - 1, column - 1


class _SheetReader:
    """Fills a ``Worksheet`` from the events of its XML."""

    def __init__(
        self, sheet: Worksheet, strings: list[str], formats: list[str], date1904: bool, room: int
    ) -> None:
        self._sheet, self._strings, self._formats, self._date1904 = sheet, strings, formats, date1904
        self._room = room
        self._row, self._column = -1, -1
        self._type, self._style = "n", 0
        self._value: list[str] = []
        self._formula: list[str] = []
        self._into: list[str] | None = None
        self._ruby = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "c":
            at = _position(attrs.get("r", ""))
            if at is not None:
                self._row, self._column = at
            else:
                self._column += 1
            self._type, self._style = attrs.get("t", "n"), int(attrs.get("s", "0"))
            self._value, self._formula = [], []
        elif name == "v" or (name == "t" and not self._ruby):
            self._into = self._value
        elif name == "f":
            self._into = self._formula
            self._formula.append("")
        elif name == "rPh":
            self._ruby = True
        elif name == "row":
            self._row = int(attrs["r"]) - 1 if "r" in attrs else self._row + 1
            self._column = -1
            if attrs.get("hidden") in ("1", "true") or attrs.get("ht") == "0":
                self._sheet.hidden_rows.add(self._row)
        elif name == "col":
            if attrs.get("hidden") in ("1", "true"):
                last = min(int(attrs.get("max", "0")), 16_384)
                self._sheet.hidden_columns.update(range(int(attrs.get("min", "1")) - 1, last))
        elif name == "mergeCell":
            ends = [_position(p) for p in attrs.get("ref", "").split(":")]
            if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
                self._sheet.merged.append((*ends[0], *ends[1]))
                if len(self._sheet.merged) > MAX_MERGED:
                    raise WorkbookError("結合したセルが多すぎます")

    def text(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self._into = None
        elif name == "rPh":
            self._ruby = False
        elif name == "c":
            text = self._displayed()
            if text and text.strip():
                self._sheet.cells[self._row, self._column] = text
                if len(self._sheet.cells) > self._room:
                    raise WorkbookError("書き込まれたセルが多すぎます")

    def _displayed(self) -> str:
        raw = "".join(self._value)
        if not raw:
            if self._formula and self._type not in ("s", "inlineStr"):
                self._sheet.formulas_without_value += 1
                return "=" + "".join(self._formula)
            return ""
        if self._type == "s":
            n = int(raw)
            return self._strings[n] if 0 <= n < len(self._strings) else ""
        if self._type in ("str", "inlineStr"):
            return _unescaped(raw)
        if self._type == "b":
            return "TRUE" if raw == "1" else "FALSE"
        if self._type in ("e", "d"):
            return raw
        code = self._formats[self._style] if 0 <= self._style < len(self._formats) else "General"
        return displayed(float(raw), code, self._date1904)


class _DrawingReader:
    """Adds the text boxes of a drawing to a worksheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._corner: dict[str, float] = {}
        self._which = ""
        self._field = ""
        self._fallback = 0
        self._shapes: list[tuple[list[float], list[str]]] = []
        self._paragraph: list[str] = []
        self._transform: list[float] | None = None
        self._text = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "Fallback":
            self._fallback += 1
        if self._fallback:
            return
        if name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"):
            self._corner, self._shapes = {}, []
        elif name in ("from", "to"):
            self._which = name
        elif name in ("row", "col"):
            self._field = f"{self._which}.{name}"
        elif name == "sp":
            self._shapes.append(([], []))
        elif name in ("off", "ext") and self._shapes and not self._shapes[-1][0][2:]:
            where = self._shapes[-1][0]
            keys = ("x", "y") if name == "off" else ("cx", "cy")
            if all(k in attrs for k in keys):
                where.extend(float(attrs[k]) for k in keys)
        elif name == "p":
            self._paragraph = []
        elif name == "t":
            self._text = True
        elif name == "br":
            self._paragraph.append("\n")

    def text(self, data: str) -> None:
        if self._fallback:
            return
        if self._text:
            self._paragraph.append(data)
        elif self._field and data.strip():
            self._corner[self._field] = float(data)

    def end(self, name: str) -> None:
        if name == "Fallback":
            self._fallback -= 1
        elif name in ("row", "col"):
            self._field = ""
        elif name == "t":
            self._text = False
        elif name == "p" and self._shapes:
            self._shapes[-1][1].append("".join(self._paragraph))
        elif name in ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor"):
            self._place()

    def _place(self) -> None:
        """Give each shape of an anchor its share of the anchored cells."""
        top, left = self._corner.get("from.row", 0.0), self._corner.get("from.col", 0.0)
        bottom, right = self._corner.get("to.row", top + 1) + 1, self._corner.get("to.col", left + 4) + 1
        known = [w for w, _ in self._shapes if len(w) == 4]
        x0, y0 = min((w[0] for w in known), default=0.0), min((w[1] for w in known), default=0.0)
        wide = max((w[0] + w[2] for w in known), default=1.0) - x0 or 1.0
        high = max((w[1] + w[3] for w in known), default=1.0) - y0 or 1.0
        for where, lines in self._shapes:
            text = "\n".join(line for line in lines if line.strip())
            if not text.strip():
                continue
            if len(self._shapes) == 1 or len(where) != 4:
                self._sheet.drawn.append((top, left, bottom, right, text))
                continue
            self._sheet.drawn.append(
                (
                    top + (where[1] - y0) / high * (bottom - top),
                    left + (where[0] - x0) / wide * (right - left),
                    top + (where[1] + where[3] - y0) / high * (bottom - top),
                    left + (where[0] + where[2] - x0) / wide * (right - left),
                    text,
                )
            )
