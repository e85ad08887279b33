"""Read files in processes of their own, ahead of what is being stored.

A sheet in Excel, PDF or text costs a tenth of a second to a second of reading and a hundredth of storing, and
ministries publish them by the hundred. The workers only read; what they read is handed over in the order the
files were found in, so a database is the same whatever the number of workers.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TypeVar

from db.errors import BrokenFileError, InputError
from db.readers import readers
from db.readers.base import InputFile, Reader
from db.sheet import Sheet

T = TypeVar("T")

FEWEST = 6
"""Files under which starting processes (half a second each) costs more than it saves."""
LARGEST = 32 << 20
"""Bytes of a file that is still handed to a process; a larger one is read where it is stored."""
AHEAD = 3
"""Files for each worker that are found before the first of them is stored."""
APART = frozenset({"sheet-excel", "sheet-pdf", "sheet-text"})
"""Readers of one file and few sheets, which may be read apart. The others yield thousands from one file."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What reading a file gave: its sheets and the records counted on the way, or the error."""

    sheets: tuple[Sheet, ...] = ()
    records: int = 0
    error: InputError | None = None


Fetch = Callable[[], Outcome]
"""Gives what came of a file, waiting until it is read."""


@dataclass(slots=True, eq=False)
class Reading:
    """A file that is to be read, whether a process was told to, and what came of it once it did."""

    file: InputFile
    reader: Reader
    handed_over: bool = False
    outcome: Outcome | None = None


def processors() -> int:
    """Processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_order(
    items: Iterable[T | Reading], workers: int, fewest: int = FEWEST
) -> Generator[tuple[T | Reading, Fetch | None], None, None]:
    """Every item in its order; a ``Reading`` that a process reads comes with what waits for its outcome.

    It comes with None where it is to be read by the one who asked: with one worker, under ``fewest`` files, or
    where no process is given such a file. No more than AHEAD files a worker are held. The processes end when
    the iterator does, is closed or is interrupted.
    """
    held: deque[T | Reading] = deque()
    crew = _Crew(workers)
    try:
        for item in items:
            held.append(item)
            if workers < 2 or (isinstance(item, Reading) and not _can_be_sent(item)):
                # It takes long and holds much: what was found before it is done first, and it next.
                most = 0
            elif crew.started:
                most = AHEAD * workers
                crew.add([item])
            else:
                most = len(held)
                if sum(isinstance(i, Reading) for i in held) >= fewest:
                    crew.add(held)
            while len(held) > most or (held and not isinstance(held[0], Reading)):
                yield _next(held, crew)
                crew.work()
        while held:
            yield _next(held, crew)
    finally:
        crew.stop()


def _can_be_sent(item: object) -> bool:
    return isinstance(item, Reading) and item.reader.name in APART and len(item.file.data) <= LARGEST


def _next(held: deque[T | Reading], crew: _Crew) -> tuple[T | Reading, Fetch | None]:
    item = held.popleft()
    if isinstance(item, Reading) and item.handed_over:
        return item, partial(crew.outcome, item)
    return item, None


@dataclass(slots=True, eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    reading: Reading | None = None


@dataclass(slots=True)
class _Crew:
    """The processes: each has one file at a time, the others wait here."""

    size: int
    workers: list[_Worker] = field(default_factory=list)
    queue: deque[Reading] = field(default_factory=deque)

    @property
    def started(self) -> bool:
        """Whether there are processes."""
        return bool(self.workers)

    def add(self, items: Iterable[object]) -> None:
        """Put what can be read by a process at the end of the queue."""
        for item in items:
            if isinstance(item, Reading) and _can_be_sent(item):
                item.handed_over = True
                self.queue.append(item)
        self.work()

    def work(self) -> None:
        """Take in what is done, without waiting, and give the idle something to do."""
        self._take_in(timeout=0)
        while self.queue:
            idle = next((w for w in self.workers if w.reading is None), None)
            if idle is None and len(self.workers) < self.size:
                idle = _start()
                self.workers.append(idle)
            if idle is None:
                return
            idle.reading = self.queue.popleft()
            try:
                idle.connection.send((idle.reading.reader.name, idle.reading.file))
            except OSError:
                self._lost(idle)

    def outcome(self, reading: Reading) -> Outcome:
        """What came of a file that was added; waits until it is read."""
        self.work()
        while reading.outcome is None:
            self._take_in(timeout=None)
            self.work()
        return reading.outcome

    def _take_in(self, timeout: float | None) -> None:
        busy = {w.connection: w for w in self.workers if w.reading is not None}
        for ready in wait(list(busy), timeout) if busy else ():
            worker = busy[ready]  # type: ignore[index]
            try:
                outcome = worker.connection.recv()
            except (EOFError, OSError):
                self._lost(worker)
            else:
                if worker.reading is not None:
                    worker.reading.outcome = outcome
                worker.reading = None

    def _lost(self, worker: _Worker) -> None:
        """A process that ended while it read: the file it read is to blame, the others go on."""
        self.workers.remove(worker)
        worker.connection.close()
        worker.process.join()
        if worker.reading is not None:
            name = worker.reading.file.name
            what = "読み取りの途中で処理が止まりました。壊れていないか確かめ、入手し直してください。"
            worker.reading.outcome = Outcome(error=BrokenFileError(f"{name}: {what}", file=name))

    def stop(self) -> None:
        """End every process, whatever it is doing."""
        self.queue.clear()
        for worker in self.workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self.workers:
            worker.process.join()
        self.workers.clear()


def _start() -> _Worker:
    # Started afresh, not forked: the database is open here.
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there,), daemon=True)
    with _interrupts_held():
        process.start()
    there.close()
    return _Worker(process, here)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Ctrl-C goes to every process of the terminal; the workers, which inherit this, leave it to their parent."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(connection: Connection) -> None:
    """What a process does: read the files it is sent until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    by_name = {reader.name: reader for reader in readers()}
    while True:
        try:
            name, file = connection.recv()
        except (EOFError, OSError):
            return
        outcome = read_whole(file, by_name[name])
        try:
            connection.send(outcome)
        except OSError:
            return


def read_whole(file: InputFile, reader: Reader) -> Outcome:
    """Every sheet of a file, or why it cannot be read."""
    records = 0

    def count(more: int) -> None:
        nonlocal records
        records += more

    try:
        return Outcome(tuple(reader.read([file], count)), records)
    except InputError as error:
        return Outcome(records=records, error=error)
    except RecursionError as error:
        return Outcome(records=records, error=too_deep(file, error))


def too_deep(file: InputFile, cause: RecursionError) -> InputError:
    """The error of a file whose nesting no reader follows."""
    error = BrokenFileError(f"{file.name}: 入れ子が深すぎて読めません。", file=file.name)
    error.__cause__ = cause
    return error
