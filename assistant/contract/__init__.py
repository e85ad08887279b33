"""The published form of an answer: ``answer.schema.json`` (JSON Schema 2020-12)."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def answer_schema() -> dict[str, Any]:
    """The schema every answer of ``ask --json``, ``chat --jsonl``, the web API and ``Answer.to_dict`` keeps to."""
    text = resources.files("assistant.contract").joinpath("answer.schema.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
