"""Read-only access to the database for answering: rows, sheets, sources, warnings. Nothing here writes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.query import FieldRef, ProjectRef
from db.catalogue import Catalogue, CommentItem, Field, catalogue

if TYPE_CHECKING:
    from embeddings.search import PassageSearch

JUDGED_FROM = 5_000
"""Passages from which on a question can be told to be about none of them: what is learnt was learnt on many."""
MAX_PARAMETERS = 30_000
"""Fewer than the variables one SQLite statement may have (32,766)."""


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """The basic facts of a sheet that every cell of it carries."""

    sheet_key: str
    project_id: int | None
    published: int
    form: str
    ministry: str
    policy_ministry: str | None
    number: str | None
    rs_id: int | None
    name: str

    @property
    def is_rs(self) -> bool:
        """True for RSシステム, whose 計 is gross of 翌年度への繰越し; sheets and JUDGIT! are net of it."""
        return self.rs_id is not None

    def to_dict(self) -> dict[str, Any]:
        """The sheet as the contract has it."""
        return {
            "公開年度": self.published,
            "府省庁": self.ministry,
            "事業番号": self.number,
            "予算事業ID": self.rs_id,
            "事業名": self.name,
            "sheet_key": self.sheet_key,
        }


@dataclass(frozen=True, slots=True)
class Warning_:
    """A row of ``warnings``."""

    table: str
    row: str
    column: str
    place: str
    what: str


class Data:
    """One database, read only.

    ``connection`` must give rows by name (``sqlite3.Row``); it is set so here. ``rerank`` names a
    cross-encoder for the passage search.
    """

    def __init__(self, connection: sqlite3.Connection, rerank: str | None = None) -> None:
        self.connection = connection
        self._rerank = rerank
        self.connection.row_factory = sqlite3.Row
        self.catalogue: Catalogue = catalogue()
        self._sheets: dict[str, SheetInfo] = {}
        self._coverage: dict[tuple[object, ...], dict[tuple[int, int], int]] = {}

    @cached_property
    def search(self) -> PassageSearch:
        """Passage search over the same database, made when first needed."""
        from embeddings.search import PassageSearch

        return PassageSearch(self.connection, self._rerank)

    def bearing(self, topic: str) -> float | None:
        """How likely the sheets speak of a matter, from 0 to 1; None where too few are loaded to tell."""
        few = (
            self.value("SELECT count(*) FROM (SELECT 1 FROM comments LIMIT ?)", (JUDGED_FROM,)) < JUDGED_FROM
        )
        return None if few else self.search.bearing(topic)

    @cached_property
    def name(self) -> str:
        """Name Datasette gives the database: the file's stem, 「memory」 without a file."""
        file = next((r[2] for r in self.connection.execute("PRAGMA database_list") if r[1] == "main"), "")
        return Path(file).stem if file else "memory"

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[sqlite3.Row]:
        """All rows of a SELECT with bound parameters."""
        return self.connection.execute(sql, tuple(parameters)).fetchall()

    def value(self, sql: str, parameters: Sequence[object] = ()) -> Any:
        """First column of the first row, None where there is none."""
        row = self.connection.execute(sql, tuple(parameters)).fetchone()
        return None if row is None else row[0]

    def sheet(self, key: str) -> SheetInfo:
        """The sheet of a key; KeyError where there is none."""
        if key not in self._sheets:
            self.load_sheets([key])
        return self._sheets[key]

    def load_sheets(self, keys: Iterable[str]) -> None:
        """Fetch the basic facts of several sheets at once."""
        wanted = [k for k in dict.fromkeys(keys) if k not in self._sheets]
        for start in range(0, len(wanted), MAX_PARAMETERS):
            part = wanted[start : start + MAX_PARAMETERS]
            sql = (
                "SELECT sheet_key, project_id, 公開年度, 様式, 府省庁, 政策所管府省庁, 事業番号, 予算事業ID, 事業名"
                f" FROM sheets WHERE sheet_key IN ({marks(part)})"
            )
            for row in self.rows(sql, part):
                self._sheets[row["sheet_key"]] = SheetInfo(
                    sheet_key=row["sheet_key"],
                    project_id=row["project_id"],
                    published=row["公開年度"],
                    form=row["様式"] or "",
                    ministry=row["府省庁"] or "",
                    policy_ministry=row["政策所管府省庁"],
                    number=row["事業番号"],
                    rs_id=int(row["予算事業ID"]) if row["予算事業ID"] is not None else None,
                    name=row["事業名"] or "",
                )

    def project_of(self, key: str) -> ProjectRef:
        """The project a sheet belongs to, with all its sheets, newest first."""
        info = self.sheet(key)
        if info.project_id is None:
            return ProjectRef(info.name, info.ministry, (key,))
        keys = tuple(
            r[0]
            for r in self.rows(
                "SELECT sheet_key FROM sheets WHERE project_id = ? ORDER BY 公開年度 DESC, sheet_key",
                (info.project_id,),
            )
        )
        return ProjectRef(info.name, info.ministry, keys, info.project_id)

    @cached_property
    def sheet_count(self) -> int:
        """How many sheets are loaded."""
        return int(self.value("SELECT count(*) FROM sheets"))

    @cached_property
    def only_project(self) -> ProjectRef | None:
        """The project, where the database holds just one."""
        rows = self.rows(
            "SELECT sheet_key, project_id FROM sheets ORDER BY 公開年度 DESC, sheet_key LIMIT 200"
        )
        if not rows or len(rows) == 200:
            return None
        if len({r["project_id"] if r["project_id"] is not None else r["sheet_key"] for r in rows}) > 1:
            return None
        return self.project_of(rows[0]["sheet_key"])

    @cached_property
    def publications(self) -> dict[int, int]:
        """公開年度 → number of sheets, oldest first."""
        return {
            r[0]: r[1]
            for r in self.rows("SELECT 公開年度, count(*) FROM sheets GROUP BY 公開年度 ORDER BY 公開年度")
        }

    @cached_property
    def has_policy_ministry(self) -> bool:
        """True where some sheet has a 政策所管府省庁 of its own (RSシステム)."""
        sql = "SELECT 1 FROM sheets WHERE 政策所管府省庁 IS NOT NULL AND 政策所管府省庁 <> 府省庁 LIMIT 1"
        return self.value(sql) is not None

    @cached_property
    def policy_publications(self) -> frozenset[int]:
        """公開年度 of which sheets tell 政策所管府省庁."""
        sql = "SELECT DISTINCT 公開年度 FROM sheets WHERE 政策所管府省庁 IS NOT NULL"
        return frozenset(r[0] for r in self.rows(sql))

    @cached_property
    def sources(self) -> dict[int, str]:
        """Source id → file name as loaded."""
        return {r[0]: r[1] for r in self.rows("SELECT id, ファイル FROM sources")}

    def has_rows(self, table: str) -> bool:
        """True where the table holds anything."""
        return self.value(f"SELECT 1 FROM {quoted(table)} LIMIT 1") is not None

    def form_has(self, ref: FieldRef, keys: Sequence[str]) -> bool:
        """True where the published form of some of these sheets has the field, written or not."""
        return any(_form_has(self.catalogue, ref, self.sheet(k).form) for k in keys)

    def warnings(self, key: str) -> list[Warning_]:
        """Warnings about values of a sheet."""
        return [
            Warning_(r["表"] or "", r["行"] or "", r["列"] or "", r["場所"] or "", r["内容"] or "")
            for r in self.rows("SELECT 表, 行, 列, 場所, 内容 FROM warnings WHERE sheet_key = ?", (key,))
        ]

    def places(self, key: str) -> dict[tuple[str, str, str], tuple[int, str]]:
        """(table, row, column) → (source id, place) of what of a sheet stands elsewhere than its row does."""
        return {
            (r["表"], r["行"], r["列"]): (r["source_id"], r["位置"] or "")
            for r in self.rows(
                "SELECT 表, 行, 列, source_id, 位置 FROM cell_sources WHERE sheet_key = ?", (key,)
            )
        }

    def coverage(
        self, table: str, column: str, years: Sequence[int] = (), published: Sequence[int] = ()
    ) -> dict[tuple[int, int], int]:
        """(公開年度, 年度) → how many rows write the column, of these years and publications (empty: of all).

        A sheet's key begins with its 公開年度, so the sheets themselves need not be read.
        """
        at = (table, column, tuple(years), tuple(published))
        every = self._coverage.get((table, column, (), ()))
        if every is not None and at not in self._coverage:
            self._coverage[at] = {
                (p, y): count
                for (p, y), count in every.items()
                if (not years or y in years) and (not published or p in published)
            }
        if at not in self._coverage:
            where, parameters = f"{quoted(column)} IS NOT NULL AND 年度 IS NOT NULL", list[object]()
            if years:
                where += f" AND 年度 IN ({marks(years)})"
                parameters += years
            if published:
                ranges = " OR ".join("(sheet_key >= ? AND sheet_key < ?)" for _ in published)
                where += f" AND ({ranges})"
                parameters += [v for p in published for v in (f"{p}-", f"{p}.")]
            sql = (
                f"SELECT CAST(substr(sheet_key, 1, 4) AS INTEGER), 年度, count(*) FROM {quoted(table)}"
                f" WHERE {where} GROUP BY 1, 2"
            )
            self._coverage[at] = {(r[0], r[1]): r[2] for r in self.rows(sql, parameters)}
        return self._coverage[at]

    @cached_property
    def each_project_once(self) -> bool:
        """True where no project has two sheets, so that publications need not be told apart."""
        if len(self.publications) == 1:
            return True
        sql = "SELECT count(*) = count(DISTINCT coalesce(project_id, sheet_key)) FROM sheets"
        return bool(self.value(sql))


def printed_form(row: sqlite3.Row, column: str) -> str | None:
    """What the sheet prints for a column of a row, None where it is just the value."""
    if not row["記載"]:
        return None
    text = json.loads(row["記載"]).get(column)
    return None if text is None else str(text)


def _form_has(source: Catalogue, ref: FieldRef, form: str) -> bool:
    if ref.table == "evaluations":
        return form.startswith("sheet")
    entry: Field | CommentItem
    if ref.table == "comments":
        found = next((c for c in source.comments if c.item == ref.item), None)
        if found is None:
            return False
        entry, judgit = found, None
    else:
        entry = source.field(ref.table, ref.column)
        judgit = entry.judgit
    if form.startswith("rs"):
        return bool(entry.rs)
    if form.startswith("judgit"):
        return judgit is not None
    return bool(entry.labels)


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def marks(values: Sequence[object]) -> str:
    """「?, ?, ?」 for as many values."""
    return ", ".join("?" * len(values))
