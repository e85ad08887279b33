"""Fixtures every package's tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on real data are skipped where the data is not there (a fresh clone has none)."""
    if (SHARED / "data").is_dir():
        return
    skip = pytest.mark.skip(reason="実データ(../shared/data)がない")
    for item in items:
        if item.get_closest_marker("realdata"):
            item.add_marker(skip)


@pytest.fixture(scope="session")
def realdata() -> Path:
    """The folder of real data beside the checkout."""
    if not (SHARED / "data").is_dir():
        pytest.skip("実データ(../shared/data)がない")
    return SHARED / "data"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample sheets that come with the project."""
    return ROOT / "db" / "samples"
