"""The grader that judges development and held-out questions alike."""

from __future__ import annotations

from types import ModuleType

import pytest

from tests.conftest import grader


@pytest.fixture(scope="session")
def grade() -> ModuleType:
    """The module that judges answers."""
    return grader("grade")
