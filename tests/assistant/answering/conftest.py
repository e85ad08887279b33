"""Small real databases that the tests of answering ask."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from answer_sheets import rs_sheets, terminals

from assistant.answer import Cell
from assistant.answering import run
from assistant.answering.basis import Basis
from assistant.answering.cells import CellMaker
from assistant.answering.data import Data
from assistant.answering.result import Result
from assistant.query import ProjectRef, Query
from db.opening import open_database, open_for_loading
from db.projects import tie_projects
from db.sheet import Sheet
from db.store import SheetStore

TODAY = date(2024, 11, 1)


def write_database(path: Path, sheets: list[Sheet]) -> Path:
    """A database that holds the sheets, tied into projects."""
    database = open_for_loading(path)
    with database.atomic():
        store = SheetStore(database.conn)
        for sheet in sheets:
            store.write(sheet)
        store.finish()
        tie_projects(database.conn)
    database.close()
    return path


NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def numbers_from_nowhere(text: str, cells: list[Cell], query: Query) -> set[str]:
    """Numbers of a sentence that stand in no cell and were not in the question: there must be none."""
    told = [c.to_dict() for c in cells]
    known = " ".join(
        str(v)
        for c in told
        for v in (
            c["label"],
            c["value"],
            c["text"],
            c["as_printed"],
            c["derived"],
            c["fiscal_year"],
            c["group"],
            c["sheet"],
        )
    )
    asked = " ".join(
        str(v)
        for v in (query.question, query.years, query.payees, query.premise, query.refusal, query.filters)
    )
    names = " ".join(p.name for p in query.projects)
    return set(NUMBER.findall(text)) - set(NUMBER.findall(f"{known} {asked} {names}"))


class Asked:
    """Runs queries against one database; every answer is checked to hold no number from nowhere."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        data = Data(connection)
        self.basis = Basis(data, CellMaker(data), TODAY)

    def __call__(self, query: Query) -> Result:
        result = run(self.basis, query)
        assert not numbers_from_nowhere(result.text, result.cells, query)
        return result

    def project(self, key: str) -> ProjectRef:
        """The project a sheet belongs to."""
        return self.basis.data.project_of(key)

    def shown(self, result: Result) -> list[sqlite3.Row]:
        """The rows that the SQL shown with an answer gives."""
        assert result.statement is not None
        return self.basis.data.rows(result.statement.literal())


@pytest.fixture(scope="session")
def single_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of one sheet."""
    return write_database(tmp_path_factory.mktemp("single") / "single.db", [terminals()])


@pytest.fixture(scope="session")
def many_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of sheets of 2018 and 2019 and of RSシステム 2024."""
    return write_database(
        tmp_path_factory.mktemp("many") / "many.db", [terminals(2018), terminals(2019), *rs_sheets()]
    )


@pytest.fixture(scope="session")
def rs_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of RSシステム 2024 alone."""
    return write_database(tmp_path_factory.mktemp("rs") / "rs.db", rs_sheets())


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
