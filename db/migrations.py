"""Numbered, append-only steps that bring a database to this version; ``PRAGMA user_version`` counts them.

A step once released is never changed: what the schema gains later is a further step at the end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from db import fulltext, schema

if TYPE_CHECKING:
    from sqlite_utils import Database


def _create_everything(database: Database) -> None:
    schema.create_tables(database)
    fulltext.create_indexes(database.conn)


MIGRATIONS: tuple[Callable[[Database], None], ...] = (_create_everything,)

VERSION = len(MIGRATIONS)


def version_of(connection: sqlite3.Connection) -> int:
    """How many steps a database has had."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def migrate(database: Database) -> None:
    """Run the steps a database has not had, in one transaction."""
    done = version_of(database.conn)
    if done >= VERSION:
        return
    with database.atomic():
        for step in MIGRATIONS[done:]:
            step(database)
        database.conn.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.conn.execute(f"PRAGMA user_version = {VERSION}")
