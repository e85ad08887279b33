"""The project's own questions and conversations over all projects: of RSシステム 2024, and of everything together.

Each file is in the form ``../shared/eval/grade.py`` reads, which also judges the answers here.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import ModuleType

import pytest

from assistant.cli.index import renew_index
from db.loading import load
from tests.kept_databases import kept
from tests.questions.asking import assert_enough, misses

READY = "REVIEWSHEET_EVERYTHING_DB"
"""Environment variable: a database of JUDGIT 2015–2023 and RS 2024 to use in place of loading one (two minutes)."""

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


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


def test_conversations_over_all_projects(grade: ModuleType, rs_db: Path) -> None:
    assert_enough(*misses(grade, rs_db, "dialogues_rs.json"))


def test_all_projects_of_one_year(grade: ModuleType, rs_db: Path) -> None:
    assert_enough(*misses(grade, rs_db, "rs.json"))


def test_everything_together(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "all.json"))


def test_figures_over_the_years(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "years.json"))


def test_conversations_over_the_years(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "dialogues_years.json"))


def test_conversations_over_everything(grade: ModuleType, everything: Path) -> None:
    assert_enough(*misses(grade, everything, "dialogues_all.json"))
