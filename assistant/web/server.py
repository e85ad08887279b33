"""``reviewsheet serve``: the database in Datasette, read-only, on this machine."""

from __future__ import annotations

import asyncio
import socket
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.web import site
from assistant.web.holdings import holdings
from assistant.web.metadata import SETTINGS, write_configuration
from db.errors import NotOurDatabaseError, QuestionError
from db.opening import open_database

BACKLOG = 128


def application(database: str | Path, settings: dict[str, Any] | None = None, immutable: bool = False) -> Any:
    """A ``Datasette`` that serves one database of this program.

    ``immutable`` is for a file that nothing writes to while it is served. The errors of
    ``db.opening.open_database`` where the database cannot be used.
    """
    from datasette.app import Datasette

    path = Path(database)
    open_database(path).close()
    register()
    files = {"immutables": [str(path)]} if immutable else {"files": [str(path)]}
    return Datasette(**files, settings={**SETTINGS, **(settings or {})})


def chosen_settings(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Settings of Datasette given as words; QuestionError for a name it has not or a value it cannot take."""
    from datasette.app import DEFAULT_SETTINGS
    from datasette.utils import value_as_boolean

    chosen: dict[str, Any] = {}
    for name, value in pairs:
        if name not in DEFAULT_SETTINGS:
            raise QuestionError(
                f"「{name}」というDatasetteの設定はありません。使えるのは {'、'.join(DEFAULT_SETTINGS)} です。"
            )
        default = DEFAULT_SETTINGS[name]
        try:
            if isinstance(default, bool):
                chosen[name] = value_as_boolean(value)
            else:
                chosen[name] = int(value) if isinstance(default, int) else value
        except ValueError as error:
            kind = "on か off" if isinstance(default, bool) else "整数"
            raise QuestionError(
                f"設定 {name} には{kind}を指定してください(「{value}」は使えません)。"
            ) from error
    return chosen


def export(database: str | Path, folder: Path, settings: Mapping[str, Any]) -> list[Path]:
    """Write the files a Datasette of one's own needs to serve the database; returns their paths."""
    path = Path(database)
    open_database(path).close()
    held = holdings(path)
    if held is None:
        raise NotOurDatabaseError(
            f"{path} にはシートの表がありません。`reviewsheet load` で作り直してください。"
        )
    return write_configuration(held, folder, settings=settings)


def register() -> None:
    """Make Datasette use this package where it was not installed as a distribution (its entry point)."""
    from datasette.plugins import pm

    import assistant.web

    if not pm.is_registered(assistant.web):
        pm.register(assistant.web, name="reviewsheet")


def serve(
    database: str | Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    open_browser: bool = False,
    settings: dict[str, Any] | None = None,
    immutable: bool = False,
) -> None:
    """Serve a database until Ctrl-C. Port 0 takes any free one.

    QuestionError where the address cannot be used, and the errors of ``application``.
    """
    datasette = application(database, settings, immutable)
    listener = _listen(host, port)
    try:
        asyncio.run(_serve(datasette, listener, host, open_browser))
    finally:
        listener.close()


async def _serve(datasette: Any, listener: socket.socket, host: str, open_browser: bool) -> None:
    import click
    import uvicorn

    await datasette.invoke_startup()
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{listener.getsockname()[1]}/"
    click.echo(f"{url} で公開しています（読み取り専用）。終わるときは Ctrl-C を押してください。")
    if open_browser:
        webbrowser.open(url)
    configuration = uvicorn.Config(
        datasette.app(), log_level="warning", lifespan="on", timeout_graceful_shutdown=3
    )
    warming = asyncio.create_task(_warm(datasette))
    try:
        await uvicorn.Server(configuration).serve(sockets=[listener])
    finally:
        warming.cancel()
        site.close(datasette)


async def _warm(datasette: Any) -> None:
    """Work out in the background what the first reader would otherwise wait for."""
    found = site.main_database(datasette)
    if found is not None:
        await site.desk(datasette, found[0]).warm()
        await datasette.client.get("/")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise QuestionError(
            f"{host} の {port} 番では待ち受けられません（{_reason(error)}）。--host か --port を変えてください。"
        ) from error
    return listener


def _reason(error: OSError) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return "ほかのプログラムが使っています"
    if error.errno == errno.EACCES:
        return "使う権限がありません"
    return "アドレスが正しくありません"
