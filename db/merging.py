"""One sheet held by sources of different forms: the richer form's rows stand, the poorer fills their gaps.

Rows are matched by what identifies them on the sheet (a budget row by its 年度, an evaluation by its 項目).
Where both print something and it differs, the richer stands and the difference is listed. Rows of the
poorer form that match nothing stay out of the tables, except where the richer has no such section at all, or
the section's key is sure (a fiscal year's budget).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from db.catalogue import MONEY, NUMERIC_KINDS, RATE, catalogue
from db.forms import form_label
from db.schema import BASIC
from db.sheet import Flag, Row, Scalar, Sheet, SourceFile, Unplaced
from db.text import fold

RICHEST_FIRST = ("excel", "pdf", "text", "main-items", "judgit")
"""Words in the names of forms, the form that holds most of a sheet first."""

ROW_KEYS: dict[str, tuple[str, ...]] = {
    "budgets": ("年度",),
    "budget_items": ("年度", "種別", "目"),
    "outcomes": ("成果指標", "年度", "年度の種別"),
    "outputs": ("活動指標", "年度", "年度の種別"),
    "unit_costs": ("算出根拠", "年度", "年度の種別"),
    "policies": ("政策", "施策", "測定指標", "年度"),
    "evaluations": ("項目",),
    "comments": ("項目", "年度"),
    "past_numbers": ("年度", "事業番号"),
    "payees": ("ブロック", "支出先", "業務概要"),
    "expenses": ("ブロック", "費目", "使途"),
    "contracts": ("ブロック", "契約先", "業務概要"),
    "flows": ("支出元", "支出先ブロック"),
    "blocks": ("ブロック",),
}
"""What identifies a row of a section among the rows of one sheet; all columns where not listed."""

YEAR_KIND, CERTAINTY = "年度の種別", "確度"
SURE_KEYS = frozenset({"budgets"})
"""Sections whose unmatched rows of a poorer form are added."""

_MONEY_TOLERANCE = 500_000
"""円: forms round to 百万円."""
_RATE_TOLERANCE = 0.5
"""%: sheets print whole percents."""
_PART = re.compile(r"(?:^|/)(\d+-\d+)_RS")
_WORDS = re.compile(r"[\s、]+")
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Part:
    """What one source says about the basic row of a sheet; ``name`` is the part of the sheet it holds (「2-1」)."""

    source_id: int
    row: Row
    name: str = ""


@dataclass(slots=True)
class Layer:
    """All that the sources of one form say about one sheet; ``Row.source`` is a ``sources.id`` here."""

    form: str
    parts: list[Part]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)

    def without(self, source_ids: frozenset[int]) -> Layer:
        """The layer with some sources taken out."""
        return Layer(
            self.form,
            [p for p in self.parts if p.source_id not in source_ids],
            {name: [r for r in rows if r.source not in source_ids] for name, rows in self.rows.items()},
            [u for u in self.unplaced if u.source not in source_ids],
            [f for f in self.flags if f.source not in source_ids],
        )


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its source and the place in it."""

    source_id: int
    locator: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two sources of one sheet that print different things, or rows only the poorer one has."""

    section: str
    column: str
    what: str
    source_id: int
    row: Row | None = None
    where: str = ""


@dataclass(slots=True)
class Merged:
    """The sheet as it stands in the tables.

    places  where the columns of the basic row stand
    filled  id() of a row of ``rows`` → where its columns stand that another source filled
    """

    form: str
    basic: Row
    places: dict[str, Place]
    rows: dict[str, list[Row]]
    differences: list[Difference]
    filled: dict[int, dict[str, Place]] = field(default_factory=dict)


def rank(form: str) -> int:
    """Place of a form among ``RICHEST_FIRST``: smaller is richer."""
    return next((i for i, word in enumerate(RICHEST_FIRST) if word in form), 0)


def part_of(source: SourceFile) -> str:
    """Which part of a sheet a file holds (RSシステム: 「2-1」), from the reader or the official file name."""
    if source.part:
        return source.part
    found = _PART.search(source.name)
    return found.group(1) if found else ""


def said_of_basic(sheet: Sheet, ids: Sequence[int]) -> list[Part]:
    """What each source of a sheet says of its basic row; ``ids`` are their ``sources.id``."""
    names = [part_of(s) for s in sheet.sources]
    rows = sheet.parts or [sheet.basic]
    for row in rows:
        row.values.setdefault("様式", sheet.form)
    return [
        Part(
            ids[row.source],
            Row(row.values, row.locator, row.printed, source=ids[row.source], places=row.places),
            names[row.source],
        )
        for row in rows
    ]


def basic_row(parts: list[Part]) -> tuple[Row, dict[str, Place]]:
    """The basic row the parts of one form make, and where each of its columns stands.

    The parts say it in the order of their names, whichever was loaded first: what the first says counts. The
    row itself stands where most of what only one part can say does.
    """
    ordered = sorted(parts, key=lambda p: (p.name, p.source_id))
    owner = max(ordered, key=lambda p: len((p.row.values.keys() | p.row.printed.keys()) - shared_columns()))
    basic = Row({}, owner.row.locator, {}, source=owner.source_id)
    places: dict[str, Place] = {}
    for part in ordered:
        for column in {**part.row.values, **part.row.printed}:
            value, printed = part.row.values.get(column), part.row.printed.get(column)
            if column in places or (value is None and printed is None):
                continue
            if value is not None:
                basic.values[column] = value
            if printed is not None:
                basic.printed[column] = printed
            same = value is not None and owner.row.values.get(column) == value
            said = owner if same else part
            places[column] = Place(said.source_id, said.row.places.get(column, said.row.locator))
    return basic, places


def disagreements(sheet: Sheet) -> list[Flag]:
    """Where the files that hold a sheet contradict each other about its basic row."""
    parts = said_of_basic(sheet, range(len(sheet.sources)))
    found = contradictions(parts, sheet.basic)
    return [Flag(d.where, d.what, BASIC, d.column, d.source_id) for d in found]


def contradictions(parts: list[Part], basic: Row) -> list[Difference]:
    """What parts of one form say of the basic row against what counts: each column of a part once.

    5-2 prints the ministry where other files print its agency (国土交通省 for 国土交通省　観光庁, 文部科学省
    for 文化庁), and some files leave offices out: that is no contradiction.
    """
    found = []
    for part in sorted(parts, key=lambda p: (p.name, p.source_id)):
        for column, theirs in part.row.values.items():
            ours = basic.values.get(column)
            if column == "様式" or ours is None or theirs is None or ours == theirs:
                continue
            if isinstance(ours, str) and (
                set(_WORDS.split(str(theirs))) <= set(_WORDS.split(ours))
                or (column == "府省庁" and theirs == basic.values.get("政策所管府省庁"))
            ):
                continue
            label = catalogue().field(BASIC, column).label
            what = (
                f"{part.name or 'ほかのファイル'}({part.row.locator})では{label}が「{theirs}」になっています"
            )
            found.append(Difference(BASIC, column, what, part.source_id, where=part.row.locator))
    return found


@cache
def shared_columns() -> frozenset[str]:
    """Columns of the basic row that every file of a form holds (the 13 shared columns of RSシステム)."""
    fields = catalogue().table(BASIC).fields
    shared = {f.column for f in fields if any(name.startswith("*:") for name in f.rs)}
    return frozenset(shared | {"公開年度", "様式"})


def merge(layers: list[Layer]) -> Merged:
    """Merge the layers of one sheet, at least one, in any order."""
    ordered = sorted(layers, key=lambda layer: (rank(layer.form), layer.form))
    first = ordered[0]
    basic, places = basic_row(first.parts)
    merged = Merged(
        first.form,
        basic,
        places,
        {name: [_copy(r) for r in rows] for name, rows in first.rows.items() if rows},
        [],
    )
    for layer in ordered:
        merged.differences += contradictions(layer.parts, basic_row(layer.parts)[0])
    for layer in ordered[1:]:
        poorer, poorer_places = basic_row(layer.parts)
        for column, place in poorer_places.items():
            poorer.source = place.source_id
            if column == "様式":
                continue
            if _fill(BASIC, column, basic, poorer, layer.form, merged.differences):
                places[column] = place
        for name, rows in layer.rows.items():
            if rows:
                _merge_section(name, rows, layer.form, merged)
    return merged


def _merge_section(name: str, poorer: list[Row], form: str, merged: Merged) -> None:
    richer = merged.rows.get(name)
    if not richer:
        merged.rows[name] = [_copy(r) for r in poorer]
        return
    rows = [part for row in poorer for part in _apart(name, row)]
    columns = _key_columns(name)
    pairs, unmatched = _paired(name, rows, richer, columns)
    if YEAR_KIND in columns and unmatched:
        # What kind of year it is (活動見込) some forms do not say.
        taken = {id(twin) for _, twin in pairs}
        free = [row for row in richer if id(row) not in taken and row.get("年度") is not None]
        more, unmatched = _paired(name, unmatched, free, columns - {YEAR_KIND})
        pairs += more
    for row, twin in pairs:
        _fill_row(name, twin, row, form, merged)
    if name in SURE_KEYS:
        richer += [_copy(r) for r in unmatched]
    elif unmatched:
        label = catalogue().table(name).label
        what = f"{form_label(form)} にだけある{label}の行が {len(unmatched)} 行あります(表には入れていません)"
        merged.differences.append(Difference(name, "", what, unmatched[0].source))


def _paired(
    name: str, poorer: Sequence[Row], richer: Sequence[Row], columns: frozenset[str]
) -> tuple[list[tuple[Row, Row]], list[Row]]:
    """Rows with the row of the richer form that these columns say is the same, and the rows without one."""
    waiting: dict[tuple[Scalar, ...], list[Row]] = {}
    for row in richer:
        waiting.setdefault(_key(name, row, columns), []).append(row)
    pairs, unmatched = [], []
    for row in poorer:
        twins = waiting.get(_key(name, row, columns))
        if twins:
            pairs.append((row, twins.pop(0)))
        else:
            unmatched.append(row)
    return pairs, unmatched


def _apart(name: str, row: Row) -> list[Row]:
    """A row that joins several 事業番号 of one year, as the rows of one number each that other forms have."""
    numbers = str(row.get("事業番号") or "").split("、")
    if name != "past_numbers" or len(numbers) < 2:
        return [row]
    return [replace(row, values={**row.values, "事業番号": number}) for number in numbers]


def _fill_row(name: str, richer: Row, poorer: Row, form: str, merged: Merged) -> None:
    """Fill the gaps of a row; one filled by inference is inferred. How sure a row is, is no value of the sheet."""
    for column in {**poorer.values, **poorer.printed}:
        if column != CERTAINTY and _fill(name, column, richer, poorer, form, merged.differences):
            merged.filled.setdefault(id(richer), {})[column] = Place(poorer.source, poorer.locator)
            if not poorer.certain:
                richer.certain = False
                richer.values.pop(CERTAINTY, None)


def _fill(
    section: str, column: str, richer: Row, poorer: Row, form: str, differences: list[Difference]
) -> bool:
    """Fill a gap of ``richer``; True where it was one and is filled. A difference is noted."""
    theirs, ours = poorer.values.get(column), richer.values.get(column)
    if ours is None and column not in richer.printed:
        if theirs is not None:
            richer.values[column] = theirs
        if column in poorer.printed:
            richer.printed[column] = poorer.printed[column]
        return theirs is not None or column in poorer.printed
    if theirs is not None and ours is not None and not _same(section, column, ours, theirs):
        label = catalogue().field(section, column).label
        what = f"{form_label(form)} では{label}が「{poorer.printed.get(column) or theirs}」になっています"
        row = None if section == BASIC else richer
        differences.append(Difference(section, column, what, poorer.source, row))
    return False


def _same(section: str, column: str, ours: Scalar, theirs: Scalar) -> bool:
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        kind = catalogue().field(section, column).kind
        tolerance = {MONEY: _MONEY_TOLERANCE, RATE: _RATE_TOLERANCE}.get(kind, 1e-6)
        return abs(ours - theirs) <= tolerance
    return _bare(ours) == _bare(theirs)


def _bare(value: Scalar) -> str:
    return _PUNCTUATION.sub("", fold(str(value)))


def _key_columns(name: str) -> frozenset[str]:
    table = catalogue().table(name)
    return frozenset(ROW_KEYS.get(name) or (f.column for f in table.fields if not f.derived))


def _key(name: str, row: Row, columns: frozenset[str]) -> tuple[Scalar, ...]:
    table = catalogue().table(name)
    return tuple(
        v if f.kind in NUMERIC_KINDS or v is None else _bare(v)
        for f in map(table.field, sorted(columns))
        for v in (row.values.get(f.column),)
    )


def _copy(row: Row) -> Row:
    return Row(dict(row.values), row.locator, dict(row.printed), row.certain, row.source)
