"""What an answer is: status, sentence, cells, reading, SQL (contract: answer.schema.json)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Status = Literal["answered", "no_answer", "clarify"]


@dataclass(slots=True)
class Cell:
    """One value of one sheet (or a figure computed over many), with where it stands.

    value in ``unit``: money 円, rates % (50 means 50 %), or the text itself. ``text`` is how a person reads it.
    """

    label: str
    value: Any
    text: str
    sheet: dict[str, Any] | None = None
    table: str | None = None
    row: Any = None
    column: str | None = None
    fiscal_year: int | None = None
    unit: str | None = None
    as_printed: str | None = None
    derived: str | None = None
    group: dict[str, Any] | None = None
    source: dict[str, str] | None = None
    url: str | None = None
    score: float | None = None
    highlights: list[list[int]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The cell as the contract has it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Answer:
    """An answer. Every figure or sentence shown to a person stands in ``cells``."""

    question: str
    status: Status
    answer: str
    interpretation: dict[str, Any]
    cells: list[Cell] = field(default_factory=list)
    conversation: str | None = None
    sql: str | None = None
    suggestions: list[str] = field(default_factory=list)
    timing_ms: dict[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The answer as JSON objects, in the contract's order."""
        return {
            "question": self.question,
            "conversation": self.conversation,
            "status": self.status,
            "answer": self.answer,
            "interpretation": self.interpretation,
            "cells": [cell.to_dict() for cell in self.cells],
            "sql": self.sql,
            "suggestions": self.suggestions,
            "timing_ms": self.timing_ms,
        }
