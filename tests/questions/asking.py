"""Asking the questions of a file of this folder and judging the answers."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

from assistant import Assistant

HERE = Path(__file__).parent
TODAY = date(2025, 6, 1)
ENOUGH = 0.95


def read(name: str) -> list[dict[str, Any]]:
    """The questions of a file of this folder."""
    questions: list[dict[str, Any]] = json.loads((HERE / name).read_text("utf-8"))
    return questions


def misses(grade: ModuleType, database: Path, name: str) -> tuple[list[str], int]:
    """The questions of a file answered wrongly, and how many were asked."""
    assistant = Assistant(database, today=TODAY)
    conversations: dict[str, Any] = {}
    wrong: list[str] = []
    asked = 0
    for question, conversation, judge in grade.turns(HERE / name):
        held = conversations.setdefault(conversation, assistant.conversation()) if conversation else None
        answer = json.loads(json.dumps(assistant.ask(question, held).to_dict(), ensure_ascii=False))
        for ok, detail in judge(answer).values():
            asked += 1
            if not ok:
                wrong.append(f"{question} → {detail}")
    return wrong, asked


def assert_enough(wrong: list[str], asked: int) -> None:
    """All but a few of the questions are answered rightly."""
    assert len(wrong) <= (1 - ENOUGH) * asked, "\n".join(wrong)
