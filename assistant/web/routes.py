"""Addresses of our pages."""

from __future__ import annotations

from typing import Any

from assistant.web import front, ministry_page, payee_page, questions, sheet_page

ROUTES: list[tuple[str, Any]] = [
    (r"^/$", front.front_page),
    (r"^/-/ask$", questions.ask_page),
    (r"^/-/ask\.json$", questions.ask_json),
    (r"^/-/names\.json$", questions.names_json),
    (r"^/-/search$", questions.search_page),
    (r"^/-/search\.json$", questions.search_json),
    (r"^/-/sheet/(?P<key>[^/]+)$", sheet_page.sheet_page),
    (r"^/-/ministry/(?P<name>[^/]+)$", ministry_page.ministry_page),
    (r"^/-/payee/(?P<key>[^/]+)$", payee_page.payee_page),
]
