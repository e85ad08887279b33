"""``reviewsheet chat --jsonl``: one JSON question a line in, one JSON answer a line out, many conversations by id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TextIO

from assistant.answer import Answer
from assistant.conversation import Conversation
from db.errors import ReviewSheetError, fault_message

if TYPE_CHECKING:
    from assistant.assistant import Assistant

NOT_JSON = 'この行はJSONとして読めません。1行に1つ {"question": "…"} の形で書いてください。'
NO_QUESTION = 'この行には question（質問の文字列）がありません。{"question": "…"} の形で書いてください。'
RESET = "会話を最初からにしました。"


def run(
    lines: Iterable[str],
    output: TextIO,
    assistant: Assistant,
) -> list[Exception]:
    """Answer every line in order, flushing after each (contract: chat-jsonl.md).

    Lines with the same ``conversation`` share one conversation; a line without stands alone. A line that is
    no JSON object gets an answer of status ``no_answer`` that says so. Empty lines are passed over. A fault of this
    program is said in the answer and returned; the lines after it are answered.
    """
    conversations: dict[str, Conversation] = {}
    faults: list[Exception] = []
    for line in lines:
        if not line.strip():
            continue
        try:
            answer = _answer_line(line, assistant, conversations)
        except (ReviewSheetError, sqlite3.Error):
            raise
        except Exception as error:  # noqa: BLE001 - a fault is returned, and the next lines are answered
            faults.append(error)
            answer = _refused(line.strip(), fault_message(error))
        output.write(json.dumps(answer.to_dict(), ensure_ascii=False) + "\n")
        output.flush()
    return faults


def _answer_line(line: str, assistant: Assistant, conversations: dict[str, Conversation]) -> Answer:
    try:
        request: Any = json.loads(line)
    except ValueError:
        return _refused(line.strip(), NOT_JSON)
    if not isinstance(request, dict):
        return _refused(line.strip(), NOT_JSON)
    name = request.get("conversation")
    key = None if name is None else str(name)
    conversation = None
    if key is not None:
        conversation = conversations.setdefault(key, assistant.conversation(key))
    if request.get("reset") is True:
        if conversation is not None:
            conversation.reset()
        if "question" not in request:
            return _refused("", RESET, key)
    question = request.get("question")
    if not isinstance(question, str):
        return _refused("", NO_QUESTION, key)
    return assistant.ask(question, conversation)


def _refused(question: str, text: str, conversation: str | None = None) -> Answer:
    return Answer(
        question=question,
        status="no_answer",
        answer=text,
        interpretation={"operation": "none", "text": text},
        conversation=conversation,
    )
