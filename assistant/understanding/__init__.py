"""Reading a Japanese question as one typed query: words against the catalogue, the calendar and the loaded data."""

from __future__ import annotations

import sqlite3
from datetime import date

from assistant.query import Query, Refusal, ResultContext
from assistant.understanding.deciding import Situation, decide
from assistant.understanding.fields import lexicon
from assistant.understanding.ministries import Ministries
from assistant.understanding.normalise import normalise
from assistant.understanding.parsing import Parser
from assistant.understanding.projects import ProjectIndex
from assistant.understanding.subject import Subject, find_subject
from db.fiscal_years import fiscal_year_of


class Understanding:
    """Reads questions against one database. Names are read from it once, when the first question comes."""

    def __init__(self, connection: sqlite3.Connection, today: date | None = None) -> None:
        self._connection = connection
        self._today = today
        self._index: ProjectIndex | None = None
        self._parser: Parser | None = None

    def _load(self) -> tuple[Parser, ProjectIndex]:
        if self._parser is None or self._index is None:
            today = fiscal_year_of(self._today or date.today())
            newest = self._connection.execute("SELECT max(公開年度) FROM sheets").fetchone()[0] or today
            self._index = ProjectIndex(self._connection)
            self._parser = Parser(lexicon(), self._index, Ministries(self._connection), today, newest)
            years = self._connection.execute(
                "SELECT min(年度), max(年度) FROM budgets WHERE 執行額 IS NOT NULL OR 計 IS NOT NULL"
            ).fetchone()
            single = Subject("exact", (self._index.single,)) if self._index.single else None
            self._situation = Situation(single, *years)
        return self._parser, self._index

    def read(
        self, question: str, previous: Query | None = None, previous_result: ResultContext | None = None
    ) -> Query:
        """The query a question stands for; a follow-up edits ``previous``. Never raises for what was typed."""
        text = normalise(question).text
        if not any(ch.isalnum() for ch in text):
            return Query(question=question, refusal=Refusal("empty"))
        parser, index = self._load()
        p = parser.parse(question)
        subject = find_subject(p, index)
        return decide(p, subject, self._situation)
