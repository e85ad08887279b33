"""Fixtures every package's tests share."""

from __future__ import annotations

import importlib.util
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from db.loading import LoadReport, load

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
LARGE = ("tests/db/test_published_rs.py", "tests/questions/test_all_projects.py")
"""Tests on the whole of the real data. They are begun first, and in one process, which loads it once."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Where several processes share the tests out, each takes one file after another."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            return LARGE[0] if file in LARGE else file

    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Large tests come first; those on real data are skipped where it is not there (a fresh clone has none)."""
    items.sort(key=lambda item: not item.nodeid.startswith(LARGE))
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


def grader(name: str) -> ModuleType:
    """A module of ``../shared/eval``; the test is skipped where it is not there."""
    path = SHARED / "eval" / f"{name}.py"
    if not path.is_file():
        pytest.skip("採点器(../shared/eval)がない")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True)
class Published:
    """The thirteen files of RSシステム 2024 in a database without the search index; copy it before writing.

    seconds  processor time the load took
    """

    path: Path
    report: LoadReport
    seconds: float


@pytest.fixture(scope="session")
def published(realdata: Path, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """RSシステム 2024 as published, loaded once for all tests that need it."""
    path = tmp_path_factory.mktemp("published") / "rs.db"
    began = time.process_time()
    report = load([realdata / "rs2024"], path)
    return Published(path, report, time.process_time() - began)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample sheets that come with the project."""
    return ROOT / "db" / "samples"
