"""The project's own questions: one sheet each, a conversation, and everything loaded together.

Each file is in the form ``../shared/eval/grade.py`` reads, which also judges the answers here. What all.json
expects is computed again from the raw tables (``raw_tables.py``), apart from the program's own loader.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from assistant import Assistant
from assistant.cli.index import renew_index
from db.loading import load
from tests.conftest import SHARED
from tests.kept_databases import kept
from tests.questions.raw_tables import raw_tables

HERE = Path(__file__).parent
TODAY = date(2025, 6, 1)
ENOUGH = 0.95
READY = "REVIEWSHEET_EVERYTHING_DB"
"""Environment variable: a database of JUDGIT 2015–2023 and RS 2024 to use in place of loading one (two minutes)."""
SHEETS = ("01", "02", "03", "04", "13", "14", "19", "23", "seed")

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def grade() -> ModuleType:
    """The grader that judges development and held-out questions alike."""
    path = SHARED / "eval" / "grade.py"
    if not path.is_file():
        pytest.skip("採点器(../shared/eval)がない")
    spec = importlib.util.spec_from_file_location("grade", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def sheet_db(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A database of one sheet, by the number of its form."""
    folder = tmp_path_factory.mktemp("sheets")

    def make(number: str) -> Path:
        database = folder / f"{number}.db"
        if not database.exists():
            name = "000_598a5cf6d878fb35.txt" if number == "seed" else f"forms/sheet_{number}.xlsx"
            load([realdata / "sheets" / name], database)
            renew_index(database)
        return database

    return make


@pytest.fixture(scope="module")
def rs_db(request: pytest.FixtureRequest, realdata: Path) -> Path:
    """RS 2024 as published, with the search index."""

    def make(database: Path) -> None:
        shutil.copy(request.getfixturevalue("published").path, database)
        renew_index(database)

    return kept(request.config.cache.mkdir("databases"), "rs", realdata / "rs2024", make)


@pytest.fixture(scope="module")
def everything(request: pytest.FixtureRequest, realdata: Path) -> Path:
    """JUDGIT 2015–2023 and RS 2024 in one database."""
    if os.environ.get(READY):
        return Path(os.environ[READY])

    def make(database: Path) -> None:
        shutil.copy(request.getfixturevalue("rs_db"), database)
        load([realdata / "judgit"], database)
        renew_index(database)

    return kept(request.config.cache.mkdir("databases"), "everything", realdata, make)


def read(name: str) -> list[dict[str, Any]]:
    """The questions of a file of this folder."""
    questions: list[dict[str, Any]] = json.loads((HERE / name).read_text("utf-8"))
    return questions


def misses(grade: ModuleType, database: Path, name: str) -> tuple[list[str], int]:
    """The questions of a file answered wrongly, and how many were asked."""
    assistant = Assistant(database, today=TODAY)
    conversations: dict[str, Any] = {}
    wrong: list[str] = []
    asked = 0
    for question, conversation, judge in grade.turns(HERE / name):
        held = conversations.setdefault(conversation, assistant.conversation()) if conversation else None
        answer = json.loads(json.dumps(assistant.ask(question, held).to_dict(), ensure_ascii=False))
        for ok, detail in judge(answer).values():
            asked += 1
            if not ok:
                wrong.append(f"{question} → {detail}")
    return wrong, asked


def assert_enough(wrong: list[str], asked: int) -> None:
    """All but a few of the questions are answered rightly."""
    assert len(wrong) <= (1 - ENOUGH) * asked, "\n".join(wrong)


def test_enough_questions_of_every_kind() -> None:
    sheets = [q for n in SHEETS for q in read(f"sheet_{n}.json")]
    dialogues = read("dialogues_sheet.json") + read("dialogues_rs.json")
    assert len(sheets) >= 60
    assert {q["kind"] for q in sheets} >= {"fig", "text", "reason", "derive", "none"}
    assert len(dialogues) >= 15
    assert len(read("all.json")) >= 60


def test_one_sheet(grade: ModuleType, sheet_db: Callable[[str], Path]) -> None:
    found = [misses(grade, sheet_db(n), f"sheet_{n}.json") for n in SHEETS]
    wrong = [w for part, _ in found for w in part]
    assert_enough(wrong, sum(count for _, count in found))


def test_conversations_about_one_sheet(grade: ModuleType, sheet_db: Callable[[str], Path]) -> None:
    assert_enough(*misses(grade, sheet_db("seed"), "dialogues_sheet.json"))


@pytest.mark.slow
def test_conversations_over_all_projects(grade: ModuleType, rs_db: Path) -> None:
    assert_enough(*misses(grade, rs_db, "dialogues_rs.json"))


@pytest.mark.slow
def test_all_projects_of_one_year(grade: ModuleType, rs_db: Path) -> None:
    assert_enough(*misses(grade, rs_db, "rs.json"))


@pytest.mark.slow
def test_everything_together(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "all.json"))


@pytest.mark.slow
def test_figures_over_the_years(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "years.json"))


@pytest.mark.slow
def test_conversations_over_the_years(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "dialogues_years.json"))


@pytest.mark.slow
def test_conversations_over_everything(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "dialogues_all.json"))


@pytest.fixture
def raw(request: pytest.FixtureRequest, realdata: Path) -> Iterator[sqlite3.Connection]:
    """The published files in plain tables, apart from the program's own loader."""

    def make(database: Path) -> None:
        raw_tables(str(database), realdata).close()

    folder = request.config.cache.mkdir("databases")
    path = kept(folder, "raw", realdata, make, made_by=("tests/questions/raw_tables.py",))
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        yield connection


@pytest.mark.slow
def test_what_is_expected_stands_in_the_raw_data(raw: sqlite3.Connection) -> None:
    for q in read("all.json") + read("years.json") + read("rs.json"):
        if "sql" in q:
            for row, alternatives in zip(raw.execute(q["sql"]).fetchall(), q["expect"], strict=True):
                assert _as_expected(row[0]) & set(alternatives), q["question"]


def _as_expected(value: object) -> set[str]:
    """The ways a value of the raw tables may be written in a question file."""
    if isinstance(value, str):
        return {value}
    assert isinstance(value, int | float)
    number = float(value)
    whole = {str(int(number))} if number == int(number) else set()
    return whole | {f"{number:.10g}", f"{number:.1f}", f"{number:.2f}", f"{number:.0f}"}
