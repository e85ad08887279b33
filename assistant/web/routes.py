"""Addresses of our pages."""

from __future__ import annotations

from typing import Any

from assistant.web import questions

ROUTES: list[tuple[str, Any]] = [
    (r"^/-/ask$", questions.ask_page),
    (r"^/-/ask\.json$", questions.ask_json),
    (r"^/-/search$", questions.search_page),
    (r"^/-/search\.json$", questions.search_json),
]
