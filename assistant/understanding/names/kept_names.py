"""What a ``ProjectIndex`` makes of all names, kept in the database so that no question waits for it to be made.

The table ``_project_names`` is written when the search index is renewed, after every load. It says which sources
it was made from; where that is not what is loaded now, or the table is not there, everything is made anew.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from typing import Any

FORMAT = "1"
"""Changes when what was kept before cannot be read any more."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS _project_names (part TEXT PRIMARY KEY NOT NULL, content BLOB NOT NULL) STRICT"
)


class KeptNames:
    """Parts by name: JSON texts and arrays of bytes, all of one moment however late they are asked for."""

    def __init__(self, parts: Mapping[str, bytes]) -> None:
        self._parts = parts

    def json(self, part: str) -> Any:
        """A part written as JSON; KeyError where there is none."""
        return json.loads(self._parts[part])

    def bytes(self, part: str) -> bytes:
        """A part as it was written; KeyError where there is none."""
        return self._parts[part]


def kept_names(connection: sqlite3.Connection) -> KeptNames | None:
    """What was kept of the names that are loaded now; None where nothing was, or of others."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = '_project_names'").fetchone():
        return None
    parts = {r[0]: bytes(r[1]) for r in connection.execute("SELECT part, content FROM _project_names")}
    return KeptNames(parts) if parts.get("made of") == _made_of(connection) else None


def keep_names(connection: sqlite3.Connection, parts: Mapping[str, bytes]) -> None:
    """Keep these parts of the names that are loaded now, in place of all that were."""
    connection.execute(_TABLE)
    connection.execute("DELETE FROM _project_names")
    connection.executemany(
        "INSERT INTO _project_names VALUES (?, ?)", [*parts.items(), ("made of", _made_of(connection))]
    )
    connection.commit()


def _made_of(connection: sqlite3.Connection) -> bytes:
    """A digest of the loaded sources and of how much they gave."""
    rows = connection.execute("SELECT id, sha256, 読込日時, シート数 FROM sources ORDER BY id").fetchall()
    count = connection.execute("SELECT count(*) FROM sheets").fetchone()[0]
    return hashlib.sha256(repr((FORMAT, count, [tuple(r) for r in rows])).encode()).hexdigest().encode()
