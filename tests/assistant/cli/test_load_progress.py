"""What is expected of a load before it begins, and what its progress tells."""

import gzip
import io
from pathlib import Path

import pytest
from rich.console import Console

from assistant.cli import progress
from assistant.cli.expecting import expected
from assistant.cli.progress import LoadProgress
from db import load


def test_records_are_counted_from_the_beginning_of_each_file(samples: Path, tmp_path: Path) -> None:
    lines = tmp_path / "a.ndjson.gz"
    lines.write_bytes(gzip.compress(b'{"a": 1}\n' * 100_000))
    work = expected([lines, samples / "sheets" / "sample-2018.txt"])
    assert work["a.ndjson.gz"].records == pytest.approx(100_000, rel=0.01)
    assert work["a.ndjson.gz"].size == 900_000
    assert work["sample-2018.txt"].records == 1


def test_files_are_known_by_the_names_the_load_gives_them(samples: Path, tmp_path: Path) -> None:
    begun: list[str] = []
    load(
        [samples / "rs", samples / "sheets" / "sample-2018.txt"],
        tmp_path / "x.db",
        on_start=lambda _, names: begun.extend(names),
    )
    assert set(begun) <= set(expected([samples / "rs", samples / "sheets" / "sample-2018.txt"]))


def test_a_file_that_cannot_be_read_leaves_the_work_unknown(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 broken")
    assert expected([tmp_path / "broken.zip"]) == {}
    assert expected([tmp_path / "missing"]) == {}


def test_the_progress_tells_files_records_pace_and_time_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    file = tmp_path / "a.ndjson"
    file.write_text("{}\n" * 10_000)
    told = LoadProgress([file], Console(file=io.StringIO(), force_terminal=True), shown=True)
    told.begin("JUDGIT!", ["a.ndjson"])
    now = 2.0
    told.advance(5_000)
    assert told.pace(80.0) == "5,000 件(毎秒 2,500 件、残り約 1分20秒)"
    now = 10.0
    assert told.pace(80.0) == "5,000 件  読み取った分を書き込み中"
    assert told.pace(None).startswith("5,000 件")
