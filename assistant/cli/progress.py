"""The progress of a load: files done, records read, how fast, about how long it will take yet."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn
from rich.text import Text

from assistant.cli.expecting import Work, expected
from db.loading import FileReport

QUIET_SECONDS = 1.5
"""After this long without a record read, what was read is being written."""
READING, WRITING, TYING = "読み取り中", "読み取った分を書き込み中", "事業ごとにまとめています"


class LoadProgress:
    """A bar on a terminal, nothing elsewhere. Its methods are what ``db.load`` calls."""

    def __init__(self, paths: Sequence[Path], out: Console, *, shown: bool) -> None:
        self._work: dict[str, Work] = expected(paths) if shown else {}
        self._records = 0
        self._files = 0
        self._bytes_a_record = 1.0
        self._last = self._started = time.monotonic()
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), _Pace(self))
        self._bar = Progress(*columns, console=out, transient=True, disable=not shown)
        total = sum(w.size for w in self._work.values())
        self._task = self._bar.add_task(READING, total=total or None)

    def __enter__(self) -> LoadProgress:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def begin(self, label: str, names: Sequence[str]) -> None:
        """Files of one form are about to be read."""
        what = Path(names[0]).name if len(names) == 1 else f"{label} {len(names)} ファイル"
        known = [self._work[n] for n in names if n in self._work]
        records = sum(w.records for w in known)
        self._bytes_a_record = sum(w.size for w in known) / records if records else 0.0
        self._last = time.monotonic()
        self._bar.update(self._task, description=what)

    def advance(self, count: int) -> None:
        """So many records were read."""
        self._records += count
        self._last = time.monotonic()
        self._bar.advance(self._task, count * self._bytes_a_record)

    def end(self, _: FileReport) -> None:
        """A file is done, whatever became of it. Until the next begins, sheets are tied to their projects."""
        self._files += 1
        self._bar.update(self._task, description=TYING)

    def pace(self, seconds_left: float | None) -> str:
        """「2 ファイル済み  5,400 件(毎秒 1,080 件、残り約 1分20秒)」, as far as it is known."""
        now = time.monotonic()
        done = f"{self._files} ファイル済み  " if self._files else ""
        if self._records and now - self._last > QUIET_SECONDS:
            return f"{done}{self._records:,} 件  {WRITING}"
        speed = self._records / max(now - self._started, 0.1)
        told = [f"毎秒 {speed:,.0f} 件"] if speed >= 1 else []
        if seconds_left:
            minutes, seconds = divmod(round(seconds_left), 60)
            told.append(f"残り約 {f'{minutes}分' if minutes else ''}{seconds}秒")
        return f"{done}{self._records:,} 件" + (f"({'、'.join(told)})" if told else "")


class _Pace(ProgressColumn):
    def __init__(self, progress: LoadProgress) -> None:
        super().__init__()
        self._progress = progress

    def render(self, task: Task) -> Text:
        return Text(self._progress.pace(task.time_remaining if task.total and not task.finished else None))
