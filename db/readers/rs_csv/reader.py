"""The reader itself: gathers the files of a load and yields one sheet per 事業年度 and 予算事業ID."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from db.errors import BrokenFileError
from db.fiscal_years import parse_year
from db.merging import Part as Said
from db.merging import basic_row
from db.readers.base import InputFile, Progress, no_progress
from db.readers.rs_csv.cells import cell_text, plain_number
from db.readers.rs_csv.csv_file import AGAIN, CsvFile, RawRow, head_layout
from db.readers.rs_csv.layout import NAME, PROJECT_ID, SHEET_KIND, TITLES, YEAR, Layout, is_percent_header
from db.readers.rs_csv.part import Part, locator
from db.readers.rs_csv.sections import HANDLERS
from db.sheet import Flag, Row, Scalar, Sheet, SourceFile

LICENCE = "CC BY 4.0互換(公共データ利用規約) 内閣官房 行政事業レビュー見える化サイト(RSシステム)"
USUAL_KIND = "レビューシート"
PROGRESS_STEP = 1000

_OFFICE = ("部", "課", "室", "班", "係")
_COLUMN = {"局・庁": "担当部局庁", **dict.fromkeys(_OFFICE, "担当課室")}
"""Shared columns of the files that the catalogue calls otherwise."""
_ALWAYS_FRACTIONS = frozenset({"執行率"})
_BID_RATE = "落札率"
_SHORT = 40

Key = tuple[int, str]


@dataclass(slots=True)
class _Loaded:
    """A file that was read."""

    layout: Layout
    source: SourceFile
    fractions: frozenset[str] = _ALWAYS_FRACTIONS


@dataclass(slots=True)
class _Project:
    """What the files of a load hold of one project.

    parts  (index of the file, rows), in the order of the files
    named  for each of ``parts`` the rows that name the project, where the shared columns say something new:
           (row, texts in the order of ``Layout.identity``)
    """

    parts: list[tuple[int, list[RawRow]]] = field(default_factory=list)
    named: list[list[tuple[int, tuple[str, ...]]]] = field(default_factory=list)

    @property
    def files(self) -> tuple[int, ...]:
        """Indices of the files that hold it."""
        return tuple(index for index, _ in self.parts)


class RsCsvReader:
    """RSシステム's CSV: any subset of the fifteen files, of any years, in any order."""

    name = "rs-csv"
    label = "RSシステムCSV"

    def recognises(self, file: InputFile) -> bool:
        """True where the header is that of one of the fifteen files, whatever the file is called."""
        return head_layout(file) is not None

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """Yield the sheets in the order their projects first appear.

        All files are read before the first sheet is yielded. Raises BrokenFileError or MissingColumnError
        (``error.file`` names the file) for a file that cannot be read whole; no sheet has been yielded then.
        """
        opened = [CsvFile(file) for file in files]
        order = list(TITLES)
        # Of two publications of one file in a load the later counts.
        opened.sort(key=lambda f: f.file.dated or "", reverse=True)
        opened.sort(key=lambda f: order.index(f.layout.number))
        loaded: list[_Loaded] = []
        projects: dict[Key, _Project] = {}
        words: dict[str, str] = {}
        for csv_file in opened:
            loaded.append(_gather(csv_file, len(loaded), projects, words, progress))
        source_lists: dict[tuple[int, ...], list[SourceFile]] = {}
        for key in list(projects):
            yield _sheet(key, projects.pop(key), loaded, source_lists)


def _gather(
    csv_file: CsvFile, index: int, projects: dict[Key, _Project], words: dict[str, str], progress: Progress
) -> _Loaded:
    """Read the rows of a file into the projects they belong to."""
    columns = csv_file.layout
    source = csv_file.file.source("rs", LICENCE, published=csv_file.file.dated)
    source.part = columns.number
    result = _Loaded(columns, source)
    identity_at = [i for i, _ in columns.identity]
    names = [name for _, name in columns.identity]
    rest, width = columns.rest, columns.width
    keys: dict[tuple[str, ...], Key] = {}
    mine: dict[Key, list[RawRow]] = {}
    years: set[int] = set()
    unreported = 0
    for number, cells in csv_file.records():
        source.rows_read += 1
        unreported += 1
        if unreported == PROGRESS_STEP:
            progress(unreported)
            unreported = 0
        shared = tuple([cells[i] for i in identity_at])
        key = keys.get(shared)
        if key is None:
            key = keys[shared] = _key(csv_file, names, shared, number)
            if key not in mine:
                mine[key] = []
                project = projects.setdefault(key, _Project())
                project.parts.append((index, mine[key]))
                project.named.append([])
            projects[key].named[-1].append((number, tuple([words.setdefault(c, c) for c in shared])))
            years.add(key[0])
        rows = mine[key]
        kept = tuple([words.setdefault(c, c) if len(c) < _SHORT else c for c in [cells[i] for i in rest]])
        extra = tuple(c.strip() for c in cells[width:] if c.strip())
        rows.append(RawRow(number, kept, extra))
    progress(unreported)
    if len(years) == 1:
        source.form = f"rs-{years.pop()}"
    if _prints_fractions(columns, mine):
        result.fractions = _ALWAYS_FRACTIONS | {_BID_RATE}
    return result


def _key(csv_file: CsvFile, names: list[str], shared: tuple[str, ...], number: int) -> Key:
    cells = dict(zip(names, shared, strict=True))
    year = parse_year(cells[YEAR])
    text = cell_text(cells[PROJECT_ID])
    if year is None or text is None:
        missing = PROJECT_ID if text is None else YEAR
        raise BrokenFileError(
            f"{csv_file.file.name}: {number}行目に{missing}がありません。{AGAIN}", file=csv_file.file.name
        )
    n = plain_number(text)
    return year, str(int(n)) if n is not None and n == n.to_integral_value() else text


def _identity(
    columns: Layout, named: list[tuple[int, tuple[str, ...]]]
) -> tuple[dict[str, str], list[tuple[int, str, str]]]:
    """What the shared columns of one file say, and what its later rows contradict: (row, column, text)."""
    said: dict[str, str] = {}
    conflicts = []
    for number, texts in named:
        for (_, name), cell in zip(columns.identity, texts, strict=True):
            text = cell_text(cell)
            if text is None or said.setdefault(name, text) == text or name in (YEAR, PROJECT_ID):
                continue
            conflicts.append((number, name, text))
    return said, conflicts


def _prints_fractions(columns: Layout, rows: dict[Key, list[RawRow]]) -> bool:
    """Whether 落札率 of a file whose header gives no unit is printed as a fraction: no rate is above 1."""
    column = columns.named(_BID_RATE)
    if column is None or is_percent_header(column.header):
        return False
    found = [
        n
        for part in rows.values()
        for row in part
        if (text := cell_text(row.cells[column.position])) and (n := plain_number(text)) is not None and n > 0
    ]
    return bool(found) and max(found) <= 1


def _sheet(
    key: Key, project: _Project, loaded: list[_Loaded], source_lists: dict[tuple[int, ...], list[SourceFile]]
) -> Sheet:
    year, project_id = key
    files = project.files
    sources = source_lists.setdefault(files, [loaded[i].source for i in files])
    sheet = Sheet(f"rs-{year}", Row({"公開年度": year}), sources)
    parts: list[Part] = []
    by_number: dict[str, Part] = {}
    for local, ((index, rows), named) in enumerate(zip(project.parts, project.named, strict=True)):
        file = loaded[index]
        identity, conflicts = _identity(file.layout, named)
        place = locator(file.layout.number, [named[0][0]])
        basic = Row(_basic_values(year, project_id, identity), place, source=local)
        part = Part(sheet, file.layout, rows, basic, file.fractions)
        earlier = by_number.get(part.number)
        if earlier is None:
            by_number[part.number] = part
            HANDLERS[part.number](part)
            part.leave_unknown()
        else:
            _second_file(part, earlier)
        _report_identity(part, identity, conflicts)
        parts.append(part)
    sheet.parts = [part.basic for part in parts]
    said = [Said(i, part.basic, part.number) for i, part in enumerate(parts)]
    sheet.basic, _ = basic_row(said)
    for part, index in zip(parts, files, strict=True):
        part.count(loaded[index].source)
    return sheet


def _basic_values(year: int, project_id: str, identity: dict[str, str]) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {"公開年度": year, "予算事業ID": project_id, "事業名": identity.get(NAME)}
    for column in ("府省庁", "政策所管府省庁", "府省庁の建制順"):
        if column in identity:
            values[column] = identity[column]
    if "局・庁" in identity:
        values["担当部局庁"] = identity["局・庁"]
    office = "　".join(identity[name] for name in _OFFICE if name in identity)
    if office:
        values["担当課室"] = office
    return values


def _second_file(part: Part, earlier: Part) -> None:
    """Two files of one number hold the project: the first counts, repeats are merged, the rest is kept."""
    known = {row.cells for row in earlier.rows}
    differing = [row for row in part.rows if row.cells not in known and any(map(cell_text, row.cells))]
    columns = (*part.layout.columns, *part.layout.unknown)
    for row in differing:
        part.leave(row, *(c for c in columns if cell_text(row.cells[c.position])))
    if differing:
        name = part.sheet.sources[earlier.source].name
        part.flag(
            differing[0],
            f"同じ事業の{part.number}が2つのファイルにあり、内容が違います。{name}を採りました。",
        )


def _report_identity(part: Part, identity: dict[str, str], conflicts: list[tuple[int, str, str]]) -> None:
    kind = identity.get(SHEET_KIND, USUAL_KIND)
    if kind != USUAL_KIND:
        part.leave_text(part.rows[0], f"{SHEET_KIND}: {kind}")
    told = set()
    for number, name, text in conflicts:
        if name not in told:
            told.add(name)
            what = f"{name}が「{text}」で、同じファイルの上の行の「{identity[name]}」と違います。"
            part.sheet.flags.append(
                Flag(locator(part.number, [number]), what, "sheets", _COLUMN.get(name, name), part.source)
            )
