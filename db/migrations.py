"""Numbered, append-only steps that bring a database to this version; ``PRAGMA user_version`` counts them.

A step once released is never changed: what else the schema needs is a further step at the end. Columns and
tables that the catalogue gains need no step: they are added to every database that lacks them.
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
    """Run the steps a database has not had, and add what the catalogue has gained, in one transaction.

    It holds the write lock from its beginning: of several programs that open an older database at once, one
    brings it up to date and the others wait for it.
    """
    connection = database.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        steps = MIGRATIONS[version_of(connection) :]
        for step in steps:
            step(database)
        if steps != (_create_everything,):
            _create_everything(database)
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise
