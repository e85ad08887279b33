"""The sample sheet as its workbook says it, and what is read of real sheets scored."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from db.contract import sheet_as_json
from db.sheet import Sheet
from tests.conftest import grader
from tests.db.readers.sheet_making import content, form_cells, read_one


@pytest.fixture(scope="session")
def plain() -> dict[str, list[dict[str, Any]]]:
    """Everything the workbook of the sample project says, to compare other ways of printing it with."""
    return content(read_one(form_cells()))


@dataclass
class Score:
    """How many values of real sheets there are, how many were given, and how many of those are right."""

    wanted: int = 0
    given: int = 0
    right: int = 0


@pytest.fixture(scope="session")
def score(realdata: Path) -> Callable[..., Score]:
    """Scores what is read of the real sheets in one form of file: ``score(".pdf", read)``.

    ``read`` gives the sheet of a file. With ``text_only`` the values that no text of a sheet holds do not count.
    """
    grade = grader("grade_sheets")

    def count(suffix: str, read: Callable[[Path], Sheet], text_only: bool = False) -> Score:
        total = Score()
        for path in sorted((realdata / "sheets" / "forms").glob(f"*{suffix}")):
            gold = json.loads(path.with_suffix(".gold.json").read_text("utf-8"))
            want = grade.gold_cells(gold, text_only)
            got = grade.read_cells(sheet_as_json(read(path)), want, text_only)
            written = {k: v for k, v in want.items() if v is not None}
            total.wanted += len(written)
            total.given += len(got)
            total.right += sum(k in got and grade.same(got[k], v, k[2]) for k, v in written.items())
        assert total.wanted > 1000
        return total

    return count
