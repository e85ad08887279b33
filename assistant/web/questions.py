"""The 質問 page, the search page and their JSON (contract: answer.schema.json)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from assistant.web import errors, reading, site
from assistant.web.answers import arrange
from assistant.web.asking import MOST_TURNS
from assistant.web.holdings import Holdings
from db.errors import NoDatabaseError, QuestionError, ReviewSheetError

DEFAULT_HITS, MOST_HITS = 20, 200
MOST_NAMES = 10
ABOUT_A_SHEET = ("執行率の推移は?", "不用率が大きい理由は?", "改善の方向性は?", "支出先は?")
"""What people ask of a sheet; those it answers are offered on its page."""
SIMILAR, VECTORS = "似た事業は?", "_search_vectors"
"""A question every sheet answers where there are vectors: looked up only when it is asked, for it takes longest."""
SHORT_NAME = 16
"""Characters of a project's name that an example question may hold."""
NO_DATABASE = "行政事業レビューシートのデータベースがありません。`reviewsheet load ファイル...` で作り、それを公開してください。"


async def ask_page(datasette: Any, request: Any) -> Any:
    """``/-/ask?q=…&q=…``: the questions of one conversation in order, the last one answered in full."""
    from datasette import Response

    name, held = await _database(datasette, request)
    questions = _questions(request)
    about = request.args.get("sheet") or None
    if request.args.get("chip"):
        kind, value = request.args["chip"], request.args.get("to") or ""
        changed = reading.follow_up(kind, value)
        if request.args.get("instead") and questions and kind == reading.PROJECT and changed:
            # What was asked of no certain project is asked again of this one.
            questions[-1] = f"{value.strip()}の{questions[-1]}"
        elif changed:
            questions.append(changed)
        target = address(questions, about)
        return Response.redirect(datasette.urls.path(target) + "#latest")
    error, turns = None, []
    try:
        turns = await site.desk(datasette, name).ask(questions, about)
    except QuestionError as refused:
        error = str(refused)
    asked = [{"question": t.question, "shown": arrange(t.answer)} for t in turns]
    latest = turns[-1].answer if turns else None
    html = await datasette.render_template(
        ["ask.html"],
        {
            "database": name,
            "earlier": asked[:-1],
            "latest": asked[-1] if asked else None,
            "chips": reading.chips(latest["interpretation"], held, latest["status"] == "clarify")
            if latest
            else [],
            "operation": reading.OPERATIONS.get(latest["interpretation"].get("operation", ""), "")
            if latest
            else "",
            "questions": questions,
            "about": await sheet_title(datasette, name, about) if about else None,
            "about_key": about,
            "full": len(questions) >= MOST_TURNS,
            "error": error,
            "json_url": datasette.urls.path(address(questions, about, ".json")) if questions else None,
            "examples": [] if questions else await examples(datasette, name, held),
            "add": lambda question: datasette.urls.path(address([*questions, question], about)) + "#latest",
        },
        request=request,
        view_name="ask",
    )
    return Response.html(html, status=400 if error else 200)


async def ask_json(datasette: Any, request: Any) -> Any:
    """``/-/ask.json?q=…``: the answer to the last question."""
    try:
        name, _ = await _database(datasette, request)
        questions = _questions(request)
        if not questions:
            raise QuestionError("質問がありません。?q=質問 の形で書いてください。")
        turns = await site.desk(datasette, name).ask(questions, request.args.get("sheet") or None)
    except ReviewSheetError as error:
        return await errors.page(datasette, request, str(error), errors.status_of(error))
    return _json(datasette, turns[-1].answer)


async def search_page(datasette: Any, request: Any) -> Any:
    """``/-/search?q=…``: passages of the sheets."""
    from datasette import Response

    name, _ = await _database(datasette, request)
    words = (request.args.get("q") or "").strip()
    error, shown = None, None
    try:
        if words:
            shown = arrange(await site.desk(datasette, name).search(words, _limit(request)))
    except QuestionError as refused:
        error = str(refused)
    html = await datasette.render_template(
        ["search.html"],
        {"database": name, "words": words, "shown": shown, "error": error, "limit": _limit(request)},
        request=request,
        view_name="search",
    )
    return Response.html(html, status=400 if error else 200)


async def search_json(datasette: Any, request: Any) -> Any:
    """``/-/search.json?q=…&limit=20``: passages of the sheets as an answer of the contract."""
    try:
        name, _ = await _database(datasette, request)
        words = (request.args.get("q") or "").strip()
        if not words:
            raise QuestionError("探す言葉がありません。?q=言葉 の形で書いてください。")
        answer = await site.desk(datasette, name).search(words, _limit(request))
    except ReviewSheetError as error:
        return await errors.page(datasette, request, str(error), errors.status_of(error))
    return _json(datasette, answer)


async def names_json(datasette: Any, request: Any) -> Any:
    """``/-/names.json?q=…``: the text with its end completed to names of projects, ministries and fields."""
    try:
        name, _ = await _database(datasette, request)
        text = request.args.get("q") or ""
        completed = await site.desk(datasette, name).complete(text) if text.strip() else []
    except ReviewSheetError as error:
        return await errors.page(datasette, request, str(error), errors.status_of(error))
    return _json(datasette, {"q": text, "completions": completed[:MOST_NAMES]})


def address(questions: list[str], about: str | None = None, ending: str = "") -> str:
    """Path of a conversation: its questions in order."""
    pairs = [("sheet", about)] if about else []
    return f"/-/ask{ending}?" + urlencode(pairs + [("q", q) for q in questions])


async def sheet_title(datasette: Any, name: str, key: str) -> str | None:
    """「2018年度 総務省 0036 事業名」 of a sheet, None where there is none."""
    row = (
        await datasette.databases[name].execute(
            "SELECT 公開年度, 府省庁, 事業番号, 予算事業ID, 事業名 FROM sheets WHERE sheet_key = ?", (key,)
        )
    ).first()
    if row is None:
        return None
    number = row["事業番号"] or (f"予算事業ID {row['予算事業ID']}" if row["予算事業ID"] else "")
    return " ".join(str(p) for p in (f"{row['公開年度']}年度", row["府省庁"], number, row["事業名"]) if p)


async def examples(datasette: Any, name: str, held: Holdings) -> list[str]:
    """Questions that do have an answer in this database, worked out once for each state of it."""

    async def make() -> list[str]:
        found = []
        for question in await _candidates(datasette, name, held):
            turns = await site.desk(datasette, name).ask([question])
            if turns[-1].answer["status"] == "answered":
                found.append(question)
        return found

    result: list[str] = await site.kept(datasette, name, ("examples",), make)
    return result


async def examples_about(datasette: Any, name: str, held: Holdings, key: str) -> list[str]:
    """Questions about one sheet that do have an answer in it, and the projects like it where there is an index."""

    async def make() -> list[str]:
        desk = site.desk(datasette, name)
        asked = [(q, (await desk.ask([q], key))[-1].answer["status"]) for q in ABOUT_A_SHEET]
        return [q for q, status in asked if status == "answered"]

    result: list[str] = await site.kept(datasette, name, ("examples", key), make)
    if held.tables.get(VECTORS) and held.tables.get("projects", 0) > 1:
        return [*result, SIMILAR]
    return result


async def _candidates(datasette: Any, name: str, held: Holdings) -> list[str]:
    database = datasette.databases[name]
    out = []
    row = (
        await database.execute(
            "SELECT s.事業名 FROM budgets b JOIN sheets s ON s.sheet_key = b.sheet_key "
            "WHERE b.年度 = ? AND b.執行率 IS NOT NULL AND length(s.事業名) <= ? ORDER BY b.計 DESC LIMIT 1 OFFSET ?",
            (held.latest_settled, SHORT_NAME, min(40, held.tables.get("sheets", 1) // 4)),
        )
    ).first()
    project = row["事業名"] if row else None
    if held.tables.get("sheets") == 1:
        out += [
            "不用率が大きい理由は?",
            "執行率の推移は?",
            "改善の方向性は?",
            "支出先は?",
            "この事業の目的は?",
        ]
    else:
        if project:
            out += [f"{project}の執行率は?", f"{project}の目的は?"]
        out += [
            f"{held.latest_settled}年度の執行率が低い事業は?",
            "予算が最も大きい事業は?",
            "不用額が大きい事業は?",
        ]
        out += [f"{m}の事業は何件ありますか?" for m in list(held.ministries)[len(held.ministries) // 2 :][:1]]
        out += ["府省庁ごとの執行額の合計は?", "効率化の工夫をしている事業は?"]
    return out


async def _database(datasette: Any, request: Any) -> tuple[str, Holdings]:
    found = site.main_database(datasette)
    if found is None:
        raise NoDatabaseError(NO_DATABASE)
    await site.allow(datasette, request, found[0])
    return found


def _questions(request: Any) -> list[str]:
    return [q.strip() for q in request.args.getlist("q") if q.strip()]


def _limit(request: Any) -> int:
    text = request.args.get("limit") or ""
    if not text:
        return DEFAULT_HITS
    if not text.isdigit() or not 1 <= int(text) <= MOST_HITS:
        raise QuestionError(f"limit は1から{MOST_HITS}までの整数で指定してください。")
    return int(text)


def _json(datasette: Any, content: Any) -> Any:
    """A JSON response whose Japanese can be read as it is."""
    from datasette import Response

    headers = {}
    if datasette.cors:
        headers = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Link"}
    body = json.dumps(content, ensure_ascii=False)
    return Response(body, headers=headers, content_type="application/json; charset=utf-8")
