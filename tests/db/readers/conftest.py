"""The sample sheet as its workbook says it, and the grader of sheets."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from tests.conftest import grader
from tests.db.readers.sheet_making import content, form_cells, read_one


@pytest.fixture(scope="session")
def plain() -> dict[str, list[dict[str, Any]]]:
    """Everything the workbook of the sample project says, to compare other ways of printing it with."""
    return content(read_one(form_cells()))


@pytest.fixture(scope="session")
def grade() -> ModuleType:
    """The module that grades what is read of a real sheet."""
    return grader("grade_sheets")
