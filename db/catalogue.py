"""The catalogue: every table and field, read once from ``catalogue.toml``.

Loader, schema, Datasette labels, question understanding and documentation all read this; nothing
about a field is written twice.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

MONEY, RATE, NUMBER, COUNT, YEAR = "money", "rate", "number", "count", "year"
TEXT, CHOICE, CODE, URL, FLAG = "text", "choice", "code", "url", "flag"

KINDS = (MONEY, RATE, NUMBER, COUNT, YEAR, TEXT, CHOICE, CODE, URL, FLAG)
NUMERIC_KINDS = frozenset({MONEY, RATE, NUMBER, COUNT, YEAR, FLAG})

SQL_TYPES = {
    MONEY: "INTEGER",
    RATE: "REAL",
    NUMBER: "REAL",
    COUNT: "INTEGER",
    YEAR: "INTEGER",
    FLAG: "INTEGER",
    TEXT: "TEXT",
    CHOICE: "TEXT",
    CODE: "TEXT",
    URL: "TEXT",
}
UNITS = {MONEY: "円", RATE: "%", YEAR: "年度"}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of one table. ``kind`` is one of ``KINDS``; money is 円, rates are %, years Western."""

    table: str
    column: str
    kind: str
    label: str
    labels: tuple[str, ...] = ()
    rs: tuple[str, ...] = ()
    judgit: str | None = None
    words: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    derived: str | None = None
    passage: bool = False
    facet: bool = False
    description: str = ""

    @property
    def sql_type(self) -> str:
        """Type of the SQLite column."""
        return SQL_TYPES[self.kind]

    @property
    def unit(self) -> str | None:
        """Unit of the stored value, None where the row says it or there is none."""
        return UNITS.get(self.kind)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a section of the sheet."""

    name: str
    label: str
    section: str
    description: str
    fields: tuple[Field, ...]
    order: str | None = None

    def field(self, column: str) -> Field:
        """The field of a column; KeyError where the table has none."""
        for f in self.fields:
            if f.column == column:
                return f
        raise KeyError(f"{self.name}.{column}")

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(f.column for f in self.fields)


@dataclass(frozen=True, slots=True)
class EvaluationItem:
    """An item of 事業所管部局による点検・改善: a row of table ``evaluations``."""

    section: str
    item: str
    words: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    """Columns whose figures this item's explanation gives the reason for."""
    share_with: str | None = None
    """The item above, whose explanation box this one shares on the sheet."""


@dataclass(frozen=True, slots=True)
class CommentItem:
    """A free-text box of the sheet: a row of table ``comments``."""

    item: str
    label: str
    labels: tuple[str, ...] = ()
    rs: tuple[str, ...] = ()
    judgement: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    explains: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All tables, evaluation items and comment items."""

    tables: tuple[Table, ...]
    evaluations: tuple[EvaluationItem, ...]
    comments: tuple[CommentItem, ...]
    _by_name: dict[str, Table] = field(repr=False, default_factory=dict)

    def table(self, name: str) -> Table:
        """A table by its ASCII name; KeyError where there is none."""
        return self._by_name[name]

    def field(self, table: str, column: str) -> Field:
        """A field by table and column."""
        return self._by_name[table].field(column)

    def fields(self) -> tuple[Field, ...]:
        """Every field of every table."""
        return tuple(f for t in self.tables for f in t.fields)

    def comment(self, item: str) -> CommentItem:
        """A comment item by its name."""
        return next(c for c in self.comments if c.item == item)

    def rs_columns(self) -> dict[str, tuple[Field | CommentItem, ...]]:
        """「ファイル番号:列名」 of RSシステム → what it fills."""
        out: dict[str, tuple[Field | CommentItem, ...]] = {}
        for f in self.fields():
            for name in f.rs:
                out[name] = (*out.get(name, ()), f)
        for c in self.comments:
            for name in (*c.rs, *c.judgement, *c.year):
                out[name] = (*out.get(name, ()), c)
        return out


@cache
def catalogue() -> Catalogue:
    """The catalogue of this version, read once."""
    raw = tomllib.loads(resources.files("db").joinpath("catalogue.toml").read_text("utf-8"))
    tables = tuple(_table(t) for t in raw["table"])
    return Catalogue(
        tables=tables,
        evaluations=tuple(EvaluationItem(**_tuples(e)) for e in raw["evaluation"]),
        comments=tuple(CommentItem(**{"label": c["item"], **_tuples(c)}) for c in raw["comment"]),
        _by_name={t.name: t for t in tables},
    )


def _table(raw: dict) -> Table:  # type: ignore[type-arg]
    fields = tuple(
        Field(**{"table": raw["name"], "label": f["column"], **_tuples(f)}) for f in raw.get("field", [])
    )
    for f in fields:
        if f.kind not in KINDS:
            raise ValueError(f"{f.table}.{f.column}: kind {f.kind}")
    return Table(
        name=raw["name"],
        label=raw["label"],
        section=raw["section"],
        description=raw["description"],
        fields=fields,
        order=raw.get("order"),
    )


def _tuples(raw: dict) -> dict:  # type: ignore[type-arg]
    return {k: tuple(v) if isinstance(v, list) else v for k, v in raw.items()}
