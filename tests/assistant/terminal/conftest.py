"""A database of the sample sheet for the prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import load


@pytest.fixture(scope="session")
def sheet_db(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database holding only the sample sheet."""
    path = tmp_path_factory.mktemp("sheet") / "sheet.db"
    load([samples / "sheets" / "sample-2018.txt"], path)
    return path
