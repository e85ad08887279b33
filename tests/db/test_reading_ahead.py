"""Files read by several processes: the same database, in the same order, whatever happens to a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from db import reading_ahead
from db.loading import FAILED, LOADED, SKIPPED, UNCHANGED, load
from db.readers.base import InputFile, Progress, no_progress
from db.sheet import Sheet
from tests.db.store_making import everything, judgit_file, judgit_record, rows

SHEETS = Path(__file__).resolve().parents[2] / "db" / "samples" / "sheets"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seven sheets in Excel and text, a damaged one, one that is no sheet, one twice and a file of JUDGIT!."""
    inside = tmp_path / "シート"
    inside.mkdir()
    workbook, text = (SHEETS / f"sample-2018{ending}" for ending in (".xlsx", ".txt"))
    for n in range(6):
        copy = inside / f"a{n}.xlsx"
        copy.write_bytes(workbook.read_bytes())
        with zipfile.ZipFile(copy, "a") as archive:
            archive.comment = f"{n}".encode()
    (inside / "b1.txt").write_bytes(text.read_bytes())
    (inside / "b3-again.txt").write_bytes(text.read_bytes())
    (inside / "b4-broken.xlsx").write_bytes(workbook.read_bytes()[:3000])
    (inside / "b5-note.md").write_text("読み方の覚え書き", "utf-8")
    judgit_file(inside / "b6.ndjson", judgit_record("0001"), judgit_record("0002"))
    return inside


def test_one_and_several_processes_make_the_same_database(tmp_path: Path, folder: Path) -> None:
    counted = [0, 0]
    reports = []
    for n, workers in enumerate((1, 3)):

        def count(more: int, n: int = n) -> None:
            counted[n] += more

        reports.append(load([folder], tmp_path / f"{workers}.db", workers=workers, progress=count))
    one, several = reports
    assert [(f.name, f.status, f.message) for f in several.files] == [
        (f.name, f.status, f.message) for f in one.files
    ]
    assert {f.status for f in several.files} == {LOADED, UNCHANGED, SKIPPED, FAILED}
    assert counted[0] == counted[1] > 0
    assert everything(tmp_path / "1.db") == everything(tmp_path / "3.db")


def test_a_few_files_start_no_process(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_ahead, "_start", lambda: pytest.fail("a process was started"))
    report = load([folder / "a0.xlsx", folder / "b1.txt"], tmp_path / "few.db", workers=4)
    assert len(report.of(LOADED)) == 2


class Stopping:
    """A reader whose process ends in the middle of one file, as a fault in a library would end it."""

    name, label = "sheet-text", "止まる様式"

    def recognises(self, file: InputFile) -> bool:
        """Every file is its."""
        return True

    def read(self, files: Sequence[InputFile], progress: Progress = no_progress) -> Iterator[Sheet]:
        """End the process where the file says so."""
        if files[0].data == b"stop":
            os._exit(7)
        yield from ()


def test_a_process_that_ends_costs_its_own_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    # A spawned process imports the readers anew, so the stand-in is put in by what it runs.
    monkeypatch.setattr(reading_ahead, "_work", _work_stopping)
    items = [
        reading_ahead.Reading(InputFile(Path(n), n, b"stop" if n == "c" else n.encode()), Stopping())
        for n in "abcdefgh"
    ]
    found = []
    for item, fetch in reading_ahead.in_order(items, workers=2, fewest=2):
        assert isinstance(item, reading_ahead.Reading)
        assert fetch is not None
        found.append((item.file.name, fetch().error))
    assert [name for name, _ in found] == list("abcdefgh")
    (error,) = (error for _, error in found if error)
    assert error.file == "c"
    assert str(error).startswith("c: 読み取りの途中で処理が止まりました。")


def _work_stopping(connection: object) -> None:
    reading_ahead.readers = lambda: (Stopping(),)  # type: ignore[assignment]
    reading_ahead._work(connection)  # type: ignore[arg-type]


def test_ctrl_c_ends_the_processes_without_a_word_from_them(tmp_path: Path, folder: Path) -> None:
    program = f"""
        import signal, time
        from multiprocessing import active_children
        from db.loading import load
        def wait(report):
            print("stored", flush=True)
            time.sleep(60)
        if __name__ == "__main__":
            # Tests that run in the background of a shell inherit that they do not hear Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            try:
                load([{str(folder)!r}], {str(tmp_path / "stopped.db")!r}, workers=2, on_file=wait)
            except KeyboardInterrupt:
                print("stopped", active_children(), flush=True)
    """
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(program), "utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "stored\n"
        time.sleep(0.5)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (out, err) == ("stopped []\n", "")
    assert rows(tmp_path / "stopped.db", "SELECT count(*) FROM sources") == [(1,)]
