"""What running a query gives: status, sentences, cells, and the SQL that shows the same figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from assistant.answer import Cell, Status
from assistant.query import FieldRef, ProjectRef

_PLACEHOLDER = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\?")


@dataclass(frozen=True, slots=True)
class Statement:
    """One read-only SELECT with bound parameters."""

    sql: str
    parameters: tuple[object, ...] = ()

    def literal(self) -> str:
        """The same SELECT with its parameters written as SQL literals, to be run by hand in Datasette."""
        values = iter(self.parameters)
        return _PLACEHOLDER.sub(
            lambda m: sql_literal(next(values)) if m.group() == "?" else m.group(), self.sql
        )


def sql_literal(value: object) -> str:
    """A value as an SQL literal; text is quoted, and characters SQL text cannot carry are left out."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("\0", "").replace("'", "''") + "'"


@dataclass(slots=True)
class Result:
    """The outcome of one query.

    years  fiscal years of the figures actually taken; projects  what the answer is about or lists, best first;
    notes  what was decided while answering and belongs in the reading (「2024年度公開のシート」).
    """

    status: Status = "answered"
    sentences: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    statement: Statement | None = None
    years: tuple[int, ...] = ()
    projects: tuple[ProjectRef, ...] = ()
    fields: tuple[FieldRef, ...] = ()
    notes: list[str] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The sentences as one text."""
        return "".join(self.sentences)
