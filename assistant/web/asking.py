"""Questions from the browser: they run in threads of their own, and a conversation is the list of its questions."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.web.holdings import version
from db.errors import QuestionError

if TYPE_CHECKING:
    from assistant.answer import Answer
    from assistant.assistant import Assistant
    from assistant.conversation import Conversation

THREADS = 2
WAIT_SECONDS = 5
WARMING = "何が聞けますか?"
MOST_TURNS = 20
"""Questions of one conversation; the address of a page can hold no more."""
LONGEST_QUESTION = 500
LONGEST_SEARCH = 200
REMEMBERED = 2_000
"""Turns kept, so that a reload, the back button or a follow-up asks nothing twice."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, its answer as the contract has it, and the state the next question edits."""

    question: str
    answer: dict[str, Any]
    state: Conversation


class Desk:
    """Answers questions about one database. One ``Assistant`` a thread, made anew when the file changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="question")
        self._local = threading.local()
        self._turns: OrderedDict[tuple[Any, ...], Turn] = OrderedDict()
        self._lock = threading.Lock()

    async def ask(self, questions: Sequence[str], about: str | None = None) -> list[Turn]:
        """Ask the questions in order as one conversation; ``about`` is the sheet_key it begins with.

        QuestionError where there are too many or one is too long, and what ``Assistant`` itself raises.
        """
        _check(questions)
        turns: list[Turn] = await self._run(self._ask, tuple(questions), about)
        return turns

    async def search(self, words: str, limit: int) -> dict[str, Any]:
        """Passages that match the words, as an answer of the contract."""
        if len(words) > LONGEST_SEARCH:
            raise QuestionError(f"探す言葉が長すぎます（{LONGEST_SEARCH}文字まで）。短くしてください。")
        answer: dict[str, Any] = await self._run(self._search, words, limit)
        return answer

    async def complete(self, text: str) -> list[str]:
        """The text with its end completed to names of the database, best first."""
        found: list[tuple[str, int, str]] = await self._run(self._complete, text[-LONGEST_SEARCH:])
        return [text[: len(text) - length] + name for name, length, _ in found]

    async def warm(self) -> None:
        """Load in every thread what its first question would otherwise wait for."""
        # Threads are started one a task: each task holds its thread until all have begun.
        together = threading.Barrier(THREADS)
        await asyncio.gather(*(self._run(self._warm, together) for _ in range(THREADS)))

    def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    def _warm(self, together: threading.Barrier) -> None:
        try:
            together.wait(timeout=WAIT_SECONDS)
        except threading.BrokenBarrierError:
            return  # A reader's question came first and has warmed the other thread.
        assistant = self._assistant()
        assistant.ask(WARMING)
        assistant.complete(WARMING)

    def _search(self, words: str, limit: int) -> dict[str, Any]:
        return self._assistant().search(words, limit=limit).to_dict()

    def _complete(self, text: str) -> list[tuple[str, int, str]]:
        return self._assistant().complete(text)

    def _ask(self, questions: tuple[str, ...], about: str | None) -> list[Turn]:
        state = version(self.path)
        assistant = self._assistant()
        turns: list[Turn] = []
        for count in range(1, len(questions) + 1):
            key = (state, about, questions[:count])
            turn = self._known(key)
            if turn is None:
                previous = turns[-1].state if turns else beginning(self.path, about)
                turn = _turn(assistant, questions[count - 1], previous)
                self._remember(key, turn)
            turns.append(turn)
        return turns

    def _known(self, key: tuple[Any, ...]) -> Turn | None:
        with self._lock:
            if key in self._turns:
                self._turns.move_to_end(key)
                return self._turns[key]
        return None

    def _remember(self, key: tuple[Any, ...], turn: Turn) -> None:
        with self._lock:
            self._turns[key] = turn
            while len(self._turns) > REMEMBERED:
                self._turns.popitem(last=False)

    def _assistant(self) -> Assistant:
        from assistant.assistant import Assistant

        state = version(self.path)
        if getattr(self._local, "state", None) != state:
            self._local.assistant = Assistant(self.path)
            self._local.state = state
        assistant: Assistant = self._local.assistant
        return assistant


def beginning(path: Path, about: str | None) -> Conversation:
    """A new conversation; where it is about a sheet, its project counts as already spoken of."""
    from assistant.conversation import Conversation
    from assistant.query import ProjectRef, Query
    from db.opening import open_database

    if about is None:
        return Conversation()
    connection = open_database(path)
    try:
        row = connection.execute(
            "SELECT 事業名, 府省庁, 公開年度, project_id FROM sheets WHERE sheet_key = ?", (about,)
        ).fetchone()
    finally:
        connection.close()
    if row is None:
        raise QuestionError(f"シート「{about}」はこのデータベースにありません。")
    project = ProjectRef(row["事業名"], row["府省庁"] or "", (about,), row["project_id"])
    return Conversation(
        previous=Query(
            question=row["事業名"], operation="describe", projects=(project,), published=(row["公開年度"],)
        )
    )


def _turn(assistant: Assistant, question: str, previous: Conversation) -> Turn:
    from assistant.conversation import Conversation

    state = Conversation(previous=previous.previous, previous_result=previous.previous_result)
    answer: Answer = assistant.ask(question, state)
    return Turn(question, answer.to_dict(), state)


def _check(questions: Sequence[str]) -> None:
    if len(questions) > MOST_TURNS:
        raise QuestionError(f"1つの会話は{MOST_TURNS}問までです。「新しい会話」から始め直してください。")
    for question in questions:
        if len(question) > LONGEST_QUESTION:
            raise QuestionError(f"質問が長すぎます（{LONGEST_QUESTION}文字まで）。短くしてください。")
