"""Error pages: what went wrong, in Japanese, as HTML or JSON."""

from __future__ import annotations

import html
import re
import sys
import traceback
from typing import Any

from assistant.web.wording import TITLES, message
from db.errors import LockedDatabaseError, NoDatabaseError, QuestionError, ReviewSheetError

SQL_TOOK_TOO_LONG = "時間がかかりすぎたので止めました。条件を絞るか、並べ替えや件数の内訳を減らしてください。"


async def response(datasette: Any, request: Any, exception: Exception) -> Any:
    """The response to an exception no view caught."""
    from datasette.utils.asgi import Base400
    from datasette.views.base import DatasetteError

    if isinstance(exception, ReviewSheetError):
        return await page(datasette, request, str(exception), status_of(exception))
    if isinstance(exception, Base400):
        text = str(exception.args[0]) if exception.args else ""
        return await page(datasette, request, text, exception.status)
    if isinstance(exception, DatasetteError):
        return await _datasette_error(datasette, request, exception)
    # Not foreseen: the reader gets one line, whoever runs the server gets the trace.
    traceback.print_exception(exception, file=sys.stderr)
    return await page(
        datasette,
        request,
        "サーバーの中で誤りが起きました。もう一度試し、続くときは管理者に知らせてください。",
        500,
    )


def status_of(error: ReviewSheetError) -> int:
    """HTTP status of an error of ours."""
    if isinstance(error, QuestionError):
        return 400
    if isinstance(error, LockedDatabaseError):
        return 503
    return 404 if isinstance(error, NoDatabaseError) else 500


async def page(
    datasette: Any, request: Any, text: str, status: int, title: str | None = None, sql: str | None = None
) -> Any:
    """An error page, or its JSON where JSON was asked for. ``text`` may be Datasette's English."""
    from datasette import Response

    japanese = message(text)
    if request.path.split("?")[0].endswith(".json"):
        body = {"ok": False, "error": japanese, "status": status, "title": title or TITLES.get(status)}
        return Response.json(body, status=status)
    body_html = await datasette.render_template(
        ["error.html"],
        {"status": status, "title": title or TITLES.get(status, TITLES[500]), "error": japanese, "sql": sql},
        request=request,
        view_name="error",
    )
    return Response.html(body_html, status=status)


async def _datasette_error(datasette: Any, request: Any, error: Any) -> Any:
    if error.title == "SQL Interrupted":
        sql = re.search(r"<textarea[^>]*>(.*?)</textarea>", error.message, re.DOTALL)
        return await page(
            datasette,
            request,
            SQL_TOOK_TOO_LONG,
            error.status,
            "時間がかかりすぎました",
            html.unescape(sql.group(1)) if sql else None,
        )
    title = "このSQLは実行できません" if error.title == "Invalid SQL" else None
    return await page(datasette, request, str(error.message), error.status, title)
