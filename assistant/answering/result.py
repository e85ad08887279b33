"""What running a query gives: status, sentences, cells, and the SQL that shows the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.answer import Cell, Status
from assistant.patterns import pattern
from assistant.query import FieldRef, ProjectRef

_PLACEHOLDER = pattern(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\?")


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

    def with_others(self, others: Sequence[Result]) -> Result:
        """This and what else the sentence asked of the same sheets: every sentence, the asked figures first.

        The status is the best of all: what has no answer says so in its sentence.
        """
        every = [self, *others]
        if len(every) == 1:
            return self
        answered = [r for r in every if r.status == "answered"]
        apart = all(r.cells and r.cells[0].sheet is None for r in answered) and not any(
            len({str(c.group) for c in r.cells if c.unit == r.cells[0].unit}) > 2 for r in answered
        )
        heads = [c for r in answered for c in r.cells[:1]] if apart else []
        rest = [c for r in every for c in r.cells[1 if apart and r in answered else 0 :]]
        return replace(
            self,
            status="answered" if answered else self.status,
            sentences=[s for r in every for s in r.sentences],
            cells=[*heads, *rest],
            years=tuple(sorted({y for r in every for y in r.years})),
            notes=list(dict.fromkeys(n for r in every for n in r.notes)),
        )
