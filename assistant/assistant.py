"""The one assistant that terminal, web, JSON lines and Python call."""

from __future__ import annotations

import os
import sqlite3
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.answering import passages, run
from assistant.answering.basis import Basis
from assistant.answering.cells import CellMaker
from assistant.answering.data import Data
from assistant.answering.interpretation import interpretation
from assistant.answering.result import Result
from assistant.answering.similar import similar as similar_projects
from assistant.answering.suggestions import suggestions
from assistant.conversation import Conversation
from assistant.names import Names
from assistant.query import Query, ResultContext
from db.errors import QuestionError
from db.opening import open_database

if TYPE_CHECKING:
    from assistant.language_model import LanguageModel
    from assistant.understanding import Understanding

RERANK_VARIABLE = "REVIEWSHEET_RERANK"
MAX_QUESTION = 2_000
"""Characters of a question that are read; a longer one is refused rather than half understood."""
COMPLETIONS = 20


class Assistant:
    """Answers questions from one database, which it only reads.

    database  path of the SQLite file, or an open connection to one
    today     the day 今年度 and 去年 count from; the real day unless given
    model     rewords questions and answers (``assistant.language_model``); the one ``REVIEWSHEET_LLM`` names unless given
    check_same_thread  False where one assistant serves several threads, one at a time
    rerank    a cross-encoder that looks at the passages found again (default: REVIEWSHEET_RERANK, else none)

    Raises a ``db.errors.DatabaseError`` where the database cannot be used.
    """

    def __init__(
        self,
        database: str | Path | sqlite3.Connection,
        *,
        today: date | None = None,
        model: LanguageModel | None = None,
        check_same_thread: bool = True,
        rerank: str | None = None,
    ) -> None:
        self._names: Names | None = None
        if isinstance(database, sqlite3.Connection):
            self._connection = database
        else:
            self._connection = open_database(database, check_same_thread=check_same_thread)
        data = Data(self._connection, rerank or os.environ.get(RERANK_VARIABLE) or None)
        self._basis = Basis(data, CellMaker(data), today or date.today())
        self._understanding: Understanding | None = None
        self._model = model
        if model is None and os.environ.get("REVIEWSHEET_LLM"):
            from assistant.language_model import from_environment

            self._model = from_environment()

    @property
    def understanding(self) -> Understanding:
        """The reader of questions for this database, made when first needed."""
        if self._understanding is None:
            from assistant.understanding import Understanding

            self._understanding = Understanding(self._connection, self._basis.today, self._basis.data.bearing)
        return self._understanding

    def conversation(self, id: str | None = None) -> Conversation:
        """A new conversation; its id is what answers carry."""
        return Conversation(id)

    def ask(self, question: str, conversation: Conversation | None = None) -> Answer:
        """Answer a question. With a conversation, a follow-up edits the query of the turn before it."""
        if len(question) > MAX_QUESTION:
            raise QuestionError(
                f"質問が長すぎます（{len(question):,}文字）。{MAX_QUESTION:,}文字までにしてください。"
            )
        started = time.perf_counter()
        previous = conversation.previous if conversation else None
        previous_result = conversation.previous_result if conversation else None
        query = self.understanding.read(question, previous, previous_result)
        reworded = None
        if self._model is not None:
            query, reworded = self._with_model(self._model, query, previous, previous_result)
        read = time.perf_counter()
        result = run(self._basis, query)
        if conversation is not None:
            conversation.take(query, result)
        reading = self.understanding.describe(query)
        if reworded:
            reading = f"言い換え（言語モデル）=「{reworded}」 · {reading}"
        answer = self._answer(question, query, result, reading)
        if self._model is not None:
            answer.answer = self._model.rephrase(answer) or answer.answer
        answer.conversation = conversation.id if conversation else None
        done = time.perf_counter()
        answer.timing_ms = {
            "understanding": round((read - started) * 1000, 1),
            "answering": round((done - read) * 1000, 1),
            "total": round((done - started) * 1000, 1),
        }
        return answer

    def _with_model(
        self,
        model: LanguageModel,
        query: Query,
        previous: Query | None,
        previous_result: ResultContext | None,
    ) -> tuple[Query, str | None]:
        """The query, or one read from other words of the model where the question could not be read."""
        if query.refusal is not None and query.refusal.code in ("unresolved", "no_project"):
            reworded = model.question(query.question)
            if reworded:
                again = self.understanding.read(reworded, previous, previous_result)
                if again.refusal is None and again.operation != "none":
                    return replace(again, question=query.question), reworded
        elif query.operation == "search" and not query.projects and query.topic:
            terms = model.terms(query.topic)
            if terms:
                return replace(query, topic=f"{query.topic} {terms}"), terms
        return query, None

    def search(self, text: str, *, limit: int = 10) -> Answer:
        """Passages that match words, over all sheets, best first."""
        started = time.perf_counter()
        query = Query(question=text, operation="search", topic=text, limit=limit)
        result = passages.search_all(self._basis, query, limit)
        answer = self._answer(text, query, result, f"文章を探す: {text}")
        answer.timing_ms = {"total": round((time.perf_counter() - started) * 1000, 1)}
        return answer

    def similar(self, text: str, *, limit: int = 10) -> Answer:
        """Projects nearest to the one ``text`` names (its other years left out), or to what it describes."""
        started = time.perf_counter()
        named = self.understanding.read(f"{text}に似た事業").projects[:1]
        certain = tuple(p for p in named if p.score >= passages.CERTAIN)
        query = Query(question=text, operation="similar", projects=certain, similar_to=text, limit=limit)
        result = similar_projects(self._basis, query)
        subject = query.projects[0].name if query.projects else text
        answer = self._answer(text, query, result, f"似た事業を探す: {subject}")
        answer.timing_ms = {"total": round((time.perf_counter() - started) * 1000, 1)}
        return answer

    def complete(self, text: str) -> list[tuple[str, int, str]]:
        """Names that begin with the end of the text: (name, how many characters it replaces, what it is)."""
        if self._names is None:
            self._names = Names(self._connection)
        return self._names.complete(text, COMPLETIONS)

    def interrupt(self) -> None:
        """Stop the statement another thread is running for a question; the question then raises."""
        self._connection.interrupt()

    def _answer(self, question: str, query: Query, result: Result, reading: str) -> Answer:
        return Answer(
            question=question,
            status=result.status,
            answer=result.text,
            interpretation=interpretation(self._basis, query, result, reading),
            cells=result.cells,
            sql=result.statement.literal() if result.statement else None,
            suggestions=suggestions(self._basis, query, result),
        )
