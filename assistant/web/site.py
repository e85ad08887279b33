"""The databases of this program among those Datasette serves, and what the pages keep about them."""

from __future__ import annotations

import hashlib
import time
from functools import cache, lru_cache
from importlib import resources
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from assistant.web.asking import Desk
from assistant.web.holdings import Holdings, holdings, version

_desks: WeakKeyDictionary[Any, dict[str, Desk]] = WeakKeyDictionary()
LOOKED_AGAIN = 1.0
"""Seconds after which a database file is looked at again: a page asks hundreds of times what it holds."""

_found: WeakKeyDictionary[Any, tuple[float, dict[str, Holdings]]] = WeakKeyDictionary()
_kept: WeakKeyDictionary[Any, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def databases(datasette: Any) -> dict[str, Holdings]:
    """Databases of this program by the name Datasette gives them, in its order."""
    known = _found.get(datasette)
    now = time.monotonic()
    if known is not None and now - known[0] < LOOKED_AGAIN:
        return known[1]
    found = {}
    for name, database in datasette.databases.items():
        held = holdings(database.path)
        if held is not None:
            found[name] = held
    _found[datasette] = (now, found)
    return found


def main_database(datasette: Any) -> tuple[str, Holdings] | None:
    """The database the front page and the questions are about: the first of ours; None where there is none."""
    return next(iter(databases(datasette).items()), None)


def desk(datasette: Any, name: str) -> Desk:
    """Where questions about a database are answered."""
    desks = _desks.setdefault(datasette, {})
    if name not in desks:
        desks[name] = Desk(Path(datasette.databases[name].path))
    return desks[name]


def close(datasette: Any) -> None:
    """Stop what answers questions for this Datasette."""
    for one in _desks.pop(datasette, {}).values():
        one.close()


async def kept(datasette: Any, name: str, what: tuple[Any, ...], make: Any) -> Any:
    """What ``await make()`` gives, worked out once for each state of the database file."""
    state = version(Path(datasette.databases[name].path))
    store = _kept.setdefault(datasette, {})
    key = (name, *what)
    known = store.get(key)
    if known is None or known[0] != state:
        known = (state, await make())
        if len(store) > 1_000:
            store.clear()
        store[key] = known
    return known[1]


async def allow(datasette: Any, request: Any, name: str) -> None:
    """Forbidden where this reader may not see the database: our routes check for themselves."""
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])


@lru_cache(maxsize=8)
def _plugin_name(names: tuple[tuple[str, str | None], ...]) -> str:
    static = str(resources.files("assistant.web") / "static")
    return next((name for name, path in names if path == static), "reviewsheet")


def asset(datasette: Any, name: str) -> str:
    """URL of one of our static files; it changes with the file's content."""
    from datasette.plugins import get_plugins

    plugin = _plugin_name(tuple((p["name"], p["static_path"]) for p in get_plugins()))
    return f"{datasette.urls.static_plugins(plugin, name)}?v={_digest(name)}"


@cache
def _digest(name: str) -> str:
    content = (resources.files("assistant.web") / "static" / name).read_bytes()
    return hashlib.sha256(content).hexdigest()[:8]
