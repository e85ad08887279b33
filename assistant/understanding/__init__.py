"""Reading a Japanese question as one typed query: words against the catalogue, the calendar and the loaded data."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.query import ProjectRef, Query, Refusal, ResultContext
from assistant.understanding import of_those, refusing
from assistant.understanding.accounting import unread
from assistant.understanding.conversation.follow_up import follow_up
from assistant.understanding.deciding import Situation, decide
from assistant.understanding.describing import describe_query
from assistant.understanding.grounding import Grounding
from assistant.understanding.many.conditions import word_filters
from assistant.understanding.names.ministries import Ministries
from assistant.understanding.names.payees import PayeeNames
from assistant.understanding.names.projects import ProjectIndex
from assistant.understanding.names.rows import RowNames
from assistant.understanding.names.values import BoxValues
from assistant.understanding.parsing import Parsed, Parser
from assistant.understanding.subject import Subject, abbreviates, find_subject
from assistant.understanding.topics import content_words
from assistant.understanding.words.fields import lexicon
from assistant.understanding.words.normalise import name_key, normalise
from db.fiscal_years import fiscal_year_of
from db.fulltext import split_characters

FIELD_OF_POLICY = 20
"""Names of so many sheets have a word that is a field of policy."""


class Understanding:
    """Reads questions against one database. Names are read from it once, when the first question comes."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        today: date | None = None,
        bearing: Callable[[str], float | None] | None = None,
    ) -> None:
        """``bearing`` says how likely the sheets speak of a matter, from 0 to 1; None where it cannot tell."""
        self._connection = connection
        self._bearing = bearing or (lambda topic: None)
        self._today = today
        self._index: ProjectIndex | None = None
        self._parser: Parser | None = None
        self._grounding: Grounding | None = None

    def _load(self) -> tuple[Parser, ProjectIndex]:
        if self._parser is None or self._index is None:
            today = fiscal_year_of(self._today or date.today())
            self._index = ProjectIndex(self._connection)
            ministries = Ministries(self._index.own, self._index.policy)
            self._parser = Parser(
                lexicon(),
                self._index,
                ministries,
                BoxValues(self._connection),
                today,
                self._index.newest or today,
            )
            first, last = (self._year_with_figures(order) for order in ("ASC", "DESC"))
            single = Subject("exact", (self._index.single,)) if self._index.single else None
            self._situation = Situation(
                today,
                single,
                first,
                last,
                PayeeNames(self._connection).__contains__,
                self._has_figure,
                self._first_year_of,
                RowNames(self._connection),
                lru_cache(maxsize=4096)(self._speaks_of),
                lru_cache(maxsize=1024)(self._in_many_names),
                lru_cache(maxsize=1024)(self._projects_with),
                lru_cache(maxsize=1024)(self._index.spelled_out),
            )
            self._grounding = Grounding(self._connection)
        return self._parser, self._index

    def _year_with_figures(self, order: str) -> int | None:
        """The first or last fiscal year that any budget is of; years of requests alone do not count."""
        row = self._connection.execute(
            "SELECT 年度 FROM budgets WHERE 計 IS NOT NULL AND 年度 IS NOT NULL "
            f"ORDER BY 年度 {order} LIMIT 1"
        ).fetchone()
        return row[0] if row else None

    def _has_figure(self, sheet_keys: Sequence[str], column: str, years: Sequence[int]) -> bool:
        """Whether one of the sheets has the column of ``budgets`` written for one of the years."""
        keys, values = (",".join("?" * len(x)) for x in (sheet_keys, years))
        sql = f'SELECT 1 FROM budgets WHERE sheet_key IN ({keys}) AND 年度 IN ({values}) AND "{column}" IS NOT NULL LIMIT 1'
        return self._connection.execute(sql, (*sheet_keys, *years)).fetchone() is not None

    def _speaks_of(self, phrase: str) -> bool:
        """Whether a sheet's name, 目的 or 概要 has the phrase."""
        return self._projects_of(phrase, "{事業名 事業の目的 事業概要}", 1) > 0

    def _in_many_names(self, word: str) -> bool:
        """Whether the word stands in the names of so many projects that it is a field of policy (農業, 観光)."""
        return self._projects_of(word, "事業名", FIELD_OF_POLICY) == FIELD_OF_POLICY

    def _projects_with(self, word: str) -> tuple[int, int]:
        """How many projects have the word in their names, and in their names, 目的 or 概要; counted up to ``FIELD_OF_POLICY``."""
        named = self._projects_of(word, "事業名", FIELD_OF_POLICY)
        return named, self._projects_of(word, "{事業名 事業の目的 事業概要}", FIELD_OF_POLICY)

    def _projects_of(self, phrase: str, columns: str, most: int) -> int:
        """How many projects, whatever number of sheets they have, say the phrase in one of the columns; up to ``most``."""
        characters = split_characters(phrase).replace('"', " ")
        if not any(c.isalnum() for c in characters):
            return 0
        sql = (
            "SELECT count(*) FROM (SELECT DISTINCT coalesce(s.project_id, s.sheet_key) FROM sheets_fts f"
            " JOIN sheets s ON s.rowid = f.rowid WHERE f.sheets_fts MATCH ? LIMIT ?)"
        )
        return int(self._connection.execute(sql, (f'{columns} : "{characters}"', most)).fetchone()[0])

    def _first_year_of(self, sheet_keys: Sequence[str], began: bool) -> int | None:
        """The year in which a project began, or the first its sheets have a budget of; None where it is not written."""
        marks = ",".join("?" * len(sheet_keys))
        sql = f"SELECT min(年度) FROM budgets WHERE sheet_key IN ({marks}) AND 計 IS NOT NULL"
        if began:
            sql = f"SELECT 事業開始年度 FROM sheets WHERE sheet_key IN ({marks}) ORDER BY 事業開始年度 IS NULL, 公開年度 DESC"
        row = self._connection.execute(sql, tuple(sheet_keys)).fetchone()
        return None if row is None or row[0] is None else int(row[0])

    def _evaluated(self, projects: Sequence[ProjectRef], item: str) -> bool:
        """Whether a sheet of the projects has an evaluation item written."""
        keys = [k for x in projects for k in x.sheet_keys]
        sql = (
            f"SELECT 1 FROM evaluations WHERE sheet_key IN ({','.join('?' * len(keys))}) AND 項目 = ? LIMIT 1"
        )
        return bool(keys) and self._connection.execute(sql, (*keys, item)).fetchone() is not None

    def read(
        self, question: str, previous: Query | None = None, previous_result: ResultContext | None = None
    ) -> Query:
        """The query a question stands for; a follow-up edits ``previous``. Never raises for what was typed."""
        early = refusing.before_reading(question, normalise(question).text)
        if early is not None:
            return early
        parser, index = self._load()
        both = self._of_those(question) if previous is None else None
        if both is not None:
            return both
        p = parser.parse(question)
        subject = find_subject(p, index)
        if refusing.chit_chat(p, subject):
            return Query(question=question, refusal=Refusal("off_topic", "chit_chat"), words=p.words())
        if previous is not None:
            edited = follow_up(p, subject, previous, previous_result, index, self._situation)
            if edited is not None:
                return self._checked(p, subject, edited)
            if previous.operation != "none" or previous.projects:
                # what the attempt claimed belongs to the old question
                p = parser.parse(question)
                subject = find_subject(p, index)
        query = decide(p, subject, self._situation)
        return self._checked(p, subject, query)

    def _describes(self, word: str) -> bool:
        """Whether a word tells of the only project there is: its texts have it, or its name in a longer form."""
        assert self._index is not None
        assert self._index.single is not None
        key, name = name_key(word), name_key(self._index.single.name)
        return bool(key) and (key in self._index.texts(self._index.single) or abbreviates(key, name))

    def _of_those(self, question: str) -> Query | None:
        """A question that goes on with 「そのうち…」 as one query; None for any other."""
        halves = of_those.halves(question)
        if halves is None:
            return None
        parser, index = self._load()
        first = self.read(halves[0])
        p = parser.parse(halves[1])
        for f, start, end in word_filters(p):
            # 「そのうち一般会計は」 names a condition, no project
            p.claim_around(start, end, f"条件：{f.field.column} {f.value}")
        second = follow_up(p, find_subject(p, index), first, None, index, self._situation)
        return of_those.joined(question, first, second)

    def _checked(self, p: Parsed, subject: Subject, query: Query) -> Query:
        """The query, refused where no sheet answers it."""
        if query.refusal is not None and query.refusal.code != "unresolved":
            return query
        if subject.certainty == "none" and self._situation.single is not None:
            subject = self._situation.single
        assert self._index is not None
        assert self._grounding is not None
        single = self._situation.single
        refusal = (
            refusing.not_on_a_sheet(p, subject, self._index, query)
            or query.refusal
            or refusing.out_of_range(p, query, self._situation)
            or refusing.unanswerable_of(query, subject, self._index, self._evaluated)
            or refusing.off_topic(query, self._grounding, self._bearing)
        )
        if refusal is None:
            refusal = unread(p, query, self._describes if single is not None else None)
            if refusal is not None and self._said_in_texts(query, subject, refusal.detail):
                # 「組織改編で予算はどう変わった」: no figure is of it, but the project's texts speak of it
                return replace(query, operation="search", topic=p.text, fields=(), filters=(), order=None)
        return replace(query, refusal=refusal) if refusal else query

    def _said_in_texts(self, query: Query, subject: Subject, words: str) -> bool:
        """Whether the texts of the one project asked about have one of the words."""
        if (
            len(query.projects) != 1
            or len(subject.projects) != 1
            or subject.certainty not in ("exact", "sure")
        ):
            return False
        assert self._index is not None
        texts = self._index.texts(subject.projects[0])
        return any(len(w) > 1 and name_key(w) in texts for w in content_words(words))

    def describe(self, query: Query) -> str:
        """The reading in one Japanese line: 「事業=… · 項目=… · 年度=…」."""
        _, index = self._load()
        return describe_query(query, index.single is not None)
