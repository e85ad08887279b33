"""Write sheets into the tables, replace what a newer publication holds, take a source out again.

All of it runs inside the caller's transaction. ``sheet_parts`` says which source contributed what to a
sheet's basic row; a sheet that sources of different forms hold keeps all their rows in ``layer_rows`` and is
rebuilt from them whenever one comes or goes (``db.merging``).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

from db import checks, merging
from db.catalogue import catalogue
from db.derived import derive
from db.errors import InputError
from db.merging import Layer, Part, Place, part_of, said_of_basic
from db.row_buffer import RowBuffer
from db.schema import BASIC, Layout, layout, section_names
from db.sheet import CERTAIN, INFERRED, Flag, Row, Scalar, Sheet, SourceFile, Unplaced
from db.stored import (
    CHECKED,
    COMPARED,
    MERGED,
    READ,
    delete_basic_passages,
    delete_comparisons,
    delete_rows,
    delete_sheet,
    read_layers,
    read_parts,
    read_rows,
    remaining_parts,
    settle_sources,
)

_LARGEST = 2**63 - 1


class OlderPublicationError(InputError):
    """A file that stands for an earlier date than what is loaded already."""


class SheetStore:
    """Writes the sheets of one unit of loading (a file, or all files that are read together).

    ``connection`` is in a transaction. Call ``write`` for every sheet, then ``finish``.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.duplicates: list[str] = []
        self._buffer = RowBuffer(connection)
        self._sources: dict[int, tuple[SourceFile, int]] = {}
        self._sheets: Counter[int] = Counter()
        self._written: set[str] = set()
        self._disturbed: set[int] = set()
        self._replaced: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._incomplete: dict[str, str] = {}

    # ── sheets in ──────────────────────────────────────────────────────────────────────────────

    def write(self, sheet: Sheet) -> str:
        """Store one sheet; returns its key (a second sheet of the same key in one unit gets 「…-2」)."""
        ids = [self._source_id(s) for s in sheet.sources]
        key = self._unused_key(sheet)
        self._sheets.update(ids)
        parts = self.connection.execute(
            'SELECT p.source_id, p."様式", s."部分", s."基準日", s."ファイル" FROM sheet_parts p'
            " JOIN sources s ON s.id = p.source_id WHERE p.sheet_key = ?",
            (key,),
        ).fetchall()
        self._written.add(key)
        if not parts:
            self._insert_new(key, sheet, ids)
        elif all(p["様式"] == sheet.form for p in parts):
            self._replace_same_form(key, sheet, ids, parts)
        else:
            self._add_layer(key, sheet, ids, parts)
        self._buffer.write_if_full()
        return key

    def finish(self) -> None:
        """Write what is buffered, the counts of the sources, and drop sources that hold nothing any more."""
        self._buffer.write()
        for key, form in self._incomplete.items():
            # What was written is one part of the sheet: its rows are compared with those of the others.
            delete_comparisons(self.connection, key)
            rows = {name: read_rows(self.connection, key, name) for name in checks.ACROSS}
            self._check_across(key, form, rows, _same_id)
        self._buffer.write()
        for source, source_id in self._sources.values():
            self.connection.execute(
                'UPDATE sources SET "シート数" = ?, "読んだ行" = ?, "収めた行" = ?, "併合した行" = ?,'
                ' "未配置の行" = ?, "表の行数" = ? WHERE id = ?',
                (
                    self._sheets[source_id],
                    source.rows_read,
                    source.rows_stored,
                    source.rows_merged,
                    source.rows_unplaced,
                    _json(dict(sorted(self._buffer.rows_of(source_id).items()))),
                    source_id,
                ),
            )
        settle_sources(self.connection, self._disturbed)
        self._buffer.keep_ids()

    def sources(self) -> list[tuple[SourceFile, int]]:
        """The files stored so far, each with its ``sources.id``."""
        return list(self._sources.values())

    def sheets_of(self, source_id: int) -> int:
        """How many sheets a source contributed to."""
        return self._sheets[source_id]

    def replaced_by(self, source_id: int) -> dict[str, int]:
        """Files whose sheets (or parts of sheets) a source replaced, and how many."""
        return dict(self._replaced[source_id])

    def _unused_key(self, sheet: Sheet) -> str:
        key, n = sheet.key, 1
        while key in self._written:
            n += 1
            key = f"{sheet.key}-{n}"
        if n > 1:
            self.duplicates.append(sheet.key)
            what = f"同じ番号のシートが1つのファイルに複数あるため「{key}」として収めました"
            sheet.flags.append(Flag(sheet.basic.locator, what, source=sheet.basic.source))
        return key

    def _source_id(self, source: SourceFile) -> int:
        known = self._sources.get(id(source))
        if known:
            return known[1]
        cursor = self.connection.execute(
            'INSERT INTO sources ("ファイル", "様式", "部分", sha256, "読込日時", "基準日", "利用条件")'
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                source.name,
                source.form,
                part_of(source) or None,
                source.sha256,
                datetime.now(UTC).astimezone().isoformat(timespec="seconds"),
                source.published,
                source.licence or None,
            ),
        )
        source_id = int(cursor.lastrowid or 0)
        self._sources[id(source)] = (source, source_id)
        return source_id

    def _insert_new(self, key: str, sheet: Sheet, ids: Sequence[int]) -> None:
        self._insert_parts_of_basic(key, sheet.form, said_of_basic(sheet, ids))
        self._insert_sections_and_notes(key, sheet, ids)

    def _insert_sections_and_notes(self, key: str, sheet: Sheet, ids: Sequence[int]) -> None:
        located = self._insert_sections(key, sheet.form, sheet.sections, ids.__getitem__)
        places = _places(sheet.sections, located) if sheet.flags else {}
        self._insert_notes(key, sheet.unplaced, sheet.flags, ids.__getitem__, places)

    def _replace_same_form(
        self, key: str, sheet: Sheet, ids: Sequence[int], existing: Sequence[sqlite3.Row]
    ) -> None:
        replaced = self._superseded(sheet, existing)
        self._disturbed |= replaced
        old_parts = read_parts(self.connection, key, sheet.form)
        if replaced:
            marks = ", ".join("?" * len(replaced))
            delete_rows(
                self.connection, f"sheet_key = ? AND source_id IN ({marks})", [key, *sorted(replaced)]
            )
        parts = remaining_parts(old_parts, replaced) + said_of_basic(sheet, ids)
        self._rewrite_basic(key, sheet.form, parts)
        self._insert_sections_and_notes(key, sheet, ids)
        self._incomplete[key] = sheet.form

    def _superseded(self, sheet: Sheet, existing: Sequence[sqlite3.Row]) -> set[int]:
        """Sources of the same form and part, which this sheet replaces."""
        replaced = set()
        for source in sheet.sources:
            for old in existing:
                if old["様式"] != sheet.form or (old["部分"] or "") != part_of(source):
                    continue
                if source.published and old["基準日"] and source.published < old["基準日"]:
                    raise OlderPublicationError(
                        f"{source.name}: より新しい公開分({old['ファイル']}、{old['基準日']})が入っています。"
                        "古い方を入れるには、先に reviewsheet unload で取り除いてください。",
                        file=source.name,
                    )
                replaced.add(int(old["source_id"]))
                self._replaced[self._source_id(source)][old["ファイル"]] += 1
        return replaced

    # ── sheets of several forms ────────────────────────────────────────────────────────────────

    def _add_layer(self, key: str, sheet: Sheet, ids: Sequence[int], existing: Sequence[sqlite3.Row]) -> None:
        replaced = frozenset(self._superseded(sheet, existing))
        self._disturbed |= {int(p["source_id"]) for p in existing}
        layers = [layer.without(replaced) for layer in read_layers(self.connection, key)]
        layers = [layer for layer in layers if layer.parts]
        new = _as_layer(sheet, ids)
        same = next((layer for layer in layers if layer.form == sheet.form), None)
        if same:
            same.parts += new.parts
            for name, rows in new.rows.items():
                same.rows.setdefault(name, []).extend(rows)
            same.unplaced += new.unplaced
            same.flags += new.flags
        else:
            layers.append(new)
        self.rebuild(key, layers)

    def rebuild(self, key: str, layers: list[Layer]) -> None:
        """Write a sheet anew from its layers: the merged rows, and the layers where there are several."""
        merged = merging.merge(layers)
        old = self.connection.execute(
            "SELECT rowid, project_id FROM sheets WHERE sheet_key = ?", (key,)
        ).fetchone()
        delete_rows(self.connection, "sheet_key = ?", [key])
        delete_sheet(self.connection, key)
        self._insert_basic(key, merged.basic, merged.places, *(tuple(old) if old else ()))
        several = len(layers) > 1
        for layer in layers:
            self._insert_parts(key, layer.form, layer.parts, merged.basic)
        located = self._insert_sections(key, merged.form, merged.rows, _same_id, merged.filled)
        places = _places(merged.rows, located)
        for layer in layers:
            self._insert_notes(key, layer.unplaced, layer.flags, _same_id, places)
            if several:
                self._insert_layer(key, layer)
        self._insert_differences(key, merged.differences, merged.basic.locator, located)

    def _insert_differences(
        self,
        key: str,
        differences: Iterable[merging.Difference],
        locator: str,
        located: Mapping[int, int],
    ) -> None:
        for difference in differences:
            row_id: int | str | None = located.get(id(difference.row)) if difference.row else None
            if difference.section == BASIC:
                row_id = key
            where = difference.where or (difference.row.locator if difference.row else locator)
            self._warn(
                key,
                MERGED,
                difference.section,
                row_id,
                difference.column,
                where,
                difference.what,
                difference.source_id,
            )

    def _insert_layer(self, key: str, layer: Layer) -> None:
        for name, rows in layer.rows.items():
            for row in rows:
                content = {"v": _written(row.values), "p": row.printed, "l": row.locator, "c": row.certain}
                self._buffer.append(
                    "layer_rows",
                    (self._buffer.new_id("layer_rows"), key, row.source, layer.form, name, _json(content)),
                    row.source,
                )

    # ── rows ───────────────────────────────────────────────────────────────────────────────────

    def _insert_basic(
        self,
        key: str,
        basic: Row,
        places: Mapping[str, Place],
        rowid: int | None = None,
        project_id: int | None = None,
    ) -> None:
        plan = layout(BASIC)
        values, printed = _fit(plan, basic)
        rowid = rowid or self._buffer.new_id(BASIC)
        locator = basic.locator or None
        self._buffer.append(BASIC, (rowid, key, project_id, *values, basic.source, locator, printed))
        own = Place(basic.source, basic.locator)
        self._insert_places(key, BASIC, key, own, places)
        for column in plan.passages:
            text = values[plan.position[column]]
            if isinstance(text, str):
                label = catalogue().field(BASIC, column).label
                self._passage(key, label, text, (BASIC, key, column), places.get(column, own))
        for column, what in checks.check_row(BASIC, basic.values, ""):
            place = places.get(column, own)
            self._warn(key, CHECKED, BASIC, key, column, place.locator, what, place.source_id)

    def _insert_places(
        self, key: str, table: str, row: int | str, own: Place, places: Mapping[str, Place]
    ) -> None:
        """Record where the columns of a row stand that do not stand where the row does."""
        for column, place in places.items():
            if place != own and column != "様式":
                self._buffer.append(
                    "cell_sources",
                    (
                        self._buffer.new_id("cell_sources"),
                        key,
                        table,
                        str(row),
                        column,
                        place.source_id,
                        place.locator or None,
                    ),
                )

    def rewrite_basic(self, key: str, form: str, gone: frozenset[int]) -> None:
        """Recompute the basic row of a sheet without some of its sources, at least one of which stays."""
        self._rewrite_basic(key, form, remaining_parts(read_parts(self.connection, key, form), gone))
        self._incomplete[key] = form

    def _rewrite_basic(self, key: str, form: str, parts: list[Part]) -> None:
        """Recompute the basic row of a sheet from its parts; its rowid and project stay."""
        old = self.connection.execute(
            "SELECT rowid, project_id FROM sheets WHERE sheet_key = ?", (key,)
        ).fetchone()
        delete_basic_passages(self.connection, key)
        delete_sheet(self.connection, key)
        self._insert_parts_of_basic(key, form, parts, *tuple(old))
        self._disturbed |= {p.source_id for p in parts}

    def _insert_parts_of_basic(
        self,
        key: str,
        form: str,
        parts: list[Part],
        rowid: int | None = None,
        project_id: int | None = None,
    ) -> None:
        """The basic row that the parts of one form make, what each says, and where they disagree."""
        basic, places = merging.basic_row(parts)
        self._insert_basic(key, basic, places, rowid, project_id)
        self._insert_parts(key, form, parts, basic)
        self._insert_differences(key, merging.contradictions(parts, basic), basic.locator, {})

    def _insert_parts(self, key: str, form: str, parts: list[Part], live: Row) -> None:
        """Record what each part contributed: the names of its columns where the live row says the same."""
        for part in parts:
            row = part.row
            values: str | None
            printed = None
            if row.values == live.values and row.printed == live.printed:
                values = None
            elif all(live.values.get(c) == v for c, v in row.values.items()) and all(
                live.printed.get(c) == p for c, p in row.printed.items()
            ):
                values = _json(sorted({*row.values, *row.printed}))
            else:
                values = _json(dict(sorted(row.values.items())))
                printed = _json(dict(sorted(row.printed.items()))) if row.printed else None
            self._buffer.append(
                "sheet_parts",
                (
                    key,
                    part.source_id,
                    form,
                    values,
                    printed,
                    row.locator or None,
                    _json(dict(sorted(row.places.items()))) if row.places else None,
                ),
            )

    def _insert_sections(
        self,
        key: str,
        form: str,
        sections: Mapping[str, list[Row]],
        source_id: Callable[[int], int],
        filled: Mapping[int, Mapping[str, Place]] | None = None,
    ) -> dict[int, int]:
        """Insert rows of all sections; returns id() of each Row → its id in the table.

        ``filled`` says where columns stand that a source other than the row's filled.
        """
        located: dict[int, int] = {}
        for name, rows in sections.items():
            if name not in _SECTIONS:
                raise ValueError(f"{name} という表は項目一覧にありません")
            plan = layout(name)
            for row in rows:
                places = (filled or {}).get(id(row), {})
                located[id(row)] = self._insert_row(key, form, plan, row, source_id(row.source), places)
        self._check_across(
            key,
            form,
            {name: [(located[id(row)], row) for row in sections.get(name, ())] for name in checks.ACROSS},
            source_id,
        )
        return located

    def _check_across(
        self,
        key: str,
        form: str,
        rows: Mapping[str, Sequence[tuple[int, Row]]],
        source_id: Callable[[int], int],
    ) -> None:
        """Warn of sums that do not add up; ``rows`` are (id, row) by table."""
        for one in checks.check_across(rows, form):
            row = next(r for i, r in rows[one.table] if one.row in (None, i))
            place = "" if one.row is None else row.locator
            self._warn(key, COMPARED, one.table, one.row, one.column, place, one.what, source_id(row.source))

    def _insert_row(
        self, key: str, form: str, plan: Layout, row: Row, source_id: int, places: Mapping[str, Place]
    ) -> int:
        name = plan.table
        if name == "budgets":
            row = Row(row.values | derive(row.values, form), row.locator, row.printed, row.certain)
        values, printed = _fit(plan, row)
        row_id = self._buffer.new_id(name)
        locator = row.locator or None
        self._buffer.append(name, (row_id, key, *values, source_id, locator, printed), source_id)
        own = Place(source_id, row.locator)
        self._insert_places(key, name, row_id, own, places)
        for column in plan.passages:
            text = values[plan.position[column]]
            if isinstance(text, str):
                item = row.values.get("項目") if name == "evaluations" else None
                self._passage(
                    key,
                    str(item or catalogue().field(name, column).label),
                    text,
                    (name, str(row_id), column),
                    places.get(column, own),
                    row.values.get("年度"),
                    row.certain,
                )
        for column, what in checks.check_row(name, row.values, form):
            place = places.get(column, own)
            self._warn(key, CHECKED, name, row_id, column, place.locator, what, place.source_id)
        return row_id

    def _passage(
        self,
        key: str,
        item: str,
        text: str,
        origin: tuple[str, str, str],
        place: Place,
        year: Scalar = None,
        certain: bool = True,
    ) -> None:
        """Copy a text into ``comments``, where it is searched."""
        year = year if isinstance(year, int) else None
        certainty = CERTAIN if certain else INFERRED
        columns = (item, year, None, text, certainty, *origin)
        row = (self._buffer.new_id("comments"), key, *columns, place.source_id, place.locator or None, None)
        self._buffer.append("comments", row, place.source_id)

    def _insert_notes(
        self,
        key: str,
        unplaced: Iterable[Unplaced],
        flags: Iterable[Flag],
        source_id: Callable[[int], int],
        places: Mapping[tuple[str, str], int | None],
    ) -> None:
        for piece in unplaced:
            source = source_id(piece.source)
            row = (self._buffer.new_id("unplaced"), key, piece.text, piece.locator or None, source)
            self._buffer.append("unplaced", row, source)
        for flag in flags:
            row_id = key if flag.section == BASIC else places.get((flag.section, flag.where))
            source = source_id(flag.source)
            self._warn(key, READ, flag.section, row_id, flag.column, flag.where, flag.what, source)

    def _warn(
        self,
        key: str,
        kind: str,
        table: str,
        row: int | str | None,
        column: str,
        where: str,
        what: str,
        source_id: int,
    ) -> None:
        row_text = None if row is None else str(row)
        values = (kind, table or None, row_text, column or None, where or None, what, source_id)
        self._buffer.append("warnings", (self._buffer.new_id("warnings"), key, *values))


def _as_layer(sheet: Sheet, ids: Sequence[int]) -> Layer:
    def moved(row: Row) -> Row:
        return Row(row.values, row.locator, row.printed, row.certain, ids[row.source])

    return Layer(
        sheet.form,
        said_of_basic(sheet, ids),
        {name: [moved(r) for r in rows] for name, rows in sheet.sections.items()},
        [Unplaced(u.text, u.locator, ids[u.source]) for u in sheet.unplaced],
        [Flag(f.where, f.what, f.section, f.column, ids[f.source]) for f in sheet.flags],
    )


def _places(
    sections: Mapping[str, list[Row]], located: Mapping[int, int]
) -> dict[tuple[str, str], int | None]:
    """(section, locator) → id of the row that stands there alone; None where several do."""
    places: dict[tuple[str, str], int | None] = {}
    for name, rows in sections.items():
        for row in rows:
            place = (name, row.locator)
            places[place] = None if place in places else located[id(row)]
    return places


def _same_id(source_id: int) -> int:
    return source_id


def _fit(plan: Layout, row: Row) -> tuple[list[Scalar], str | None]:
    """A row's values in the order of the table's columns, and its printed texts as JSON.

    Text in a column of numbers is kept as printed only; an unknown column is an error of the reader.
    """
    values: list[Scalar] = [None] * len(plan.columns)
    printed = row.printed
    for column, value in row.values.items():
        if value is None or value == "":
            continue
        place = plan.position.get(column)
        if place is None:
            raise ValueError(f"{plan.table} に {column} という列はありません")
        if column in plan.numeric:
            if type(value) is float and column in plan.whole:
                value = int(value) if value.is_integer() else str(value)
            if type(value) is str or (type(value) is int and not -_LARGEST <= value <= _LARGEST):
                printed = {column: str(value), **printed}
                continue
        values[place] = value
    if not row.certain:
        place = plan.position.get("確度")
        if place is None:
            printed = {**printed, "確度": INFERRED}
        else:
            values[place] = values[place] or INFERRED
    elif plan.table in ("evaluations", "comments"):
        values[plan.position["確度"]] = values[plan.position["確度"]] or CERTAIN
    return values, _json(printed) if printed else None


def _written(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {column: value for column, value in values.items() if value is not None and value != ""}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


_SECTIONS = frozenset(section_names())
