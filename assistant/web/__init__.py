"""The browser face: a Datasette plugin with pages of its own, Japanese templates and a question page."""

from __future__ import annotations

import sqlite3
from typing import Any
from weakref import WeakKeyDictionary

from datasette import hookimpl
from markupsafe import Markup

from assistant.web import cells, errors, metadata, search, security, site, templating
from assistant.web.queries import canned_queries as ready_questions
from assistant.web.routes import ROUTES

_metadata: WeakKeyDictionary[Any, tuple[Any, dict[str, Any]]] = WeakKeyDictionary()


@hookimpl
def get_metadata(datasette: Any, key: str | None, database: str | None, table: str | None) -> dict[str, Any]:
    """Titles, descriptions, sorts, facets and labels from the catalogue, for databases of ours."""
    found = site.databases(datasette)
    if not found:
        return {}
    # Made once; the copies are shallow, and deep enough for what Datasette writes into.
    made = _metadata.get(datasette)
    if made is None or made[0] != found:
        made = (found, metadata.metadata(found))
        _metadata[datasette] = made
    top = dict(made[1])
    top["databases"] = {
        name: {
            **{k: v for k, v in content.items() if k != "queries"},
            "tables": {t: dict(m) for t, m in content["tables"].items()},
        }
        for name, content in top["databases"].items()
    }
    return top


@hookimpl
def canned_queries(datasette: Any, database: str) -> dict[str, Any]:
    """The ready-made questions a database can answer."""
    held = site.databases(datasette).get(database)
    return ready_questions(held) if held else {}


@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection, database: str, datasette: Any) -> None:
    """Search by substrings: Datasette's own ``escape_fts`` was registered before, so ours stays."""
    if database in site.databases(datasette):
        search.prepare(conn)


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages; they come before Datasette's own."""
    return ROUTES


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Any
) -> Markup | None:
    """Readable figures, links to the pages of sheets, ministries and recipients."""
    if database not in site.databases(datasette):
        return None
    return cells.render(row, value, column, table, datasette.urls.path)


@hookimpl
def prepare_jinja2_environment(env: Any, datasette: Any) -> None:
    """Filters and functions the templates use."""
    templating.prepare(env, datasette)


@hookimpl
def asgi_wrapper() -> Any:
    """Security headers on every response."""
    return security.with_security_headers


@hookimpl(hookwrapper=True)
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """Errors in Japanese. Ours alone: Datasette's handler prints a trace of every page that is not found."""
    outcome = yield
    outcome.force_result([errors.response(datasette, request, exception)])


@hookimpl(tryfirst=True)
def forbidden(datasette: Any, request: Any, message: str) -> Any:
    """403 in Japanese."""
    return errors.page(datasette, request, message, 403)
