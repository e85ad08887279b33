"""Queries run against the small databases, every answer checked to hold no number from nowhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.answering import run
from assistant.answering.basis import Basis
from assistant.answering.cells import CellMaker
from assistant.answering.data import Data
from assistant.answering.result import Result
from assistant.query import ProjectRef, Query
from db.opening import open_database
from tests.assistant.told import numbers_from_nowhere

TODAY = date(2024, 11, 1)


class Asked:
    """Runs queries against one database; every answer is checked to hold no number from nowhere."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        data = Data(connection)
        self.basis = Basis(data, CellMaker(data), TODAY)

    def __call__(self, query: Query) -> Result:
        result = run(self.basis, query)
        asked = (
            query.question,
            query.years,
            query.payees,
            query.premise,
            query.refusal,
            query.filters,
            query.of_years,
            query.fields,
            query.group_by,
            query.nth,
        )
        names = [p.name for p in query.projects]
        assert not numbers_from_nowhere(result.text, result.cells, f"{asked} {names}")
        return result

    def project(self, key: str) -> ProjectRef:
        """The project a sheet belongs to."""
        return self.basis.data.project_of(key)

    def shown(self, result: Result) -> list[sqlite3.Row]:
        """The rows that the SQL shown with an answer gives."""
        assert result.statement is not None
        return self.basis.data.rows(result.statement.literal())


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Asked]]:
    """Opens databases and closes them after the test."""
    connections = []

    def opener(path: Path) -> Asked:
        connection = open_database(path)
        connections.append(connection)
        return Asked(connection)

    yield opener
    for connection in connections:
        connection.close()


@pytest.fixture
def single(opened: Callable[[Path], Asked], single_path: Path) -> Asked:
    """The database of one sheet."""
    return opened(single_path)


@pytest.fixture
def many(opened: Callable[[Path], Asked], many_path: Path) -> Asked:
    """The database of several forms."""
    return opened(many_path)


@pytest.fixture
def rs(opened: Callable[[Path], Asked], rs_path: Path) -> Asked:
    """The database of RSシステム 2024."""
    return opened(rs_path)
