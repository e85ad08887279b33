"""The command run inside the test process, on databases made from the samples."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.cli import main
from assistant.cli.index import renew_index
from db import load


@dataclass
class Outcome:
    """What a run of the command printed and how it ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run ``reviewsheet`` in an empty working directory; ``stdin`` is what is piped in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("REVIEWSHEET_DB", raising=False)

    def run_command(*arguments: str | Path, stdin: str = "") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(a) for a in arguments])
        printed = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), printed.out, printed.err)

    return run_command


@pytest.fixture(scope="session")
def sheet_db(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database holding only the sample sheet."""
    path = tmp_path_factory.mktemp("sheet") / "sheet.db"
    load([samples / "sheets" / "sample-2018.txt"], path)
    return path


@pytest.fixture(scope="session")
def rs_db(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database holding the sample projects of RSシステム, with the search index."""
    path = tmp_path_factory.mktemp("rs") / "rs.db"
    load([samples / "rs"], path)
    renew_index(path)
    return path
