"""The grader that judges development and held-out questions alike."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.conftest import SHARED


@pytest.fixture(scope="session")
def grade() -> ModuleType:
    """The module ``../shared/eval/grade.py``."""
    path = SHARED / "eval" / "grade.py"
    if not path.is_file():
        pytest.skip("採点器(../shared/eval)がない")
    spec = importlib.util.spec_from_file_location("grade", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
