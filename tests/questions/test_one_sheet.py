"""The project's own questions of one sheet each, and conversations about one.

Each file is in the form ``../shared/eval/grade.py`` reads, which also judges the answers here.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from assistant.cli.index import renew_index
from db.loading import load
from tests.questions.asking import assert_enough, misses, read

SHEETS = ("01", "02", "03", "04", "13", "14", "19", "23", "seed")


@pytest.fixture(scope="module")
def sheet_dbs(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A database of one sheet for each of SHEETS."""
    folder = tmp_path_factory.mktemp("sheets")
    made = {number: folder / f"{number}.db" for number in SHEETS}
    for number, database in made.items():
        name = "000_598a5cf6d878fb35.txt" if number == "seed" else f"forms/sheet_{number}.xlsx"
        load([realdata / "sheets" / name], database)
        renew_index(database)
    return made


def test_enough_questions_of_every_kind() -> None:
    sheets = [q for n in SHEETS for q in read(f"sheet_{n}.json")]
    dialogues = read("dialogues_sheet.json") + read("dialogues_rs.json")
    assert len(sheets) >= 60
    assert {q["kind"] for q in sheets} >= {"fig", "text", "reason", "derive", "none"}
    assert len(dialogues) >= 15
    assert len(read("all.json")) >= 60


@pytest.mark.realdata
def test_one_sheet(grade: ModuleType, sheet_dbs: dict[str, Path]) -> None:
    found = [misses(grade, database, f"sheet_{number}.json") for number, database in sheet_dbs.items()]
    wrong = [w for part, _ in found for w in part]
    assert_enough(wrong, sum(count for _, count in found))


@pytest.mark.realdata
def test_conversations_about_one_sheet(grade: ModuleType, sheet_dbs: dict[str, Path]) -> None:
    assert_enough(*misses(grade, sheet_dbs["seed"], "dialogues_sheet.json"))
