"""Work that Ctrl-C stops: it runs in a thread of its own, so that a long statement does not hold the prompt."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

T = TypeVar("T")

CHECK_SECONDS = 0.05


class Stoppable:
    """One thread for all the work, since what answers a question may keep things that belong to its thread."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answer")

    def run(self, work: Callable[[], T], interrupt: Callable[[], None]) -> T:
        """The result of ``work``. On Ctrl-C ``interrupt`` is called until it has ended; then KeyboardInterrupt."""
        future = self._thread.submit(work)
        stopped = False
        while not future.done():
            try:
                if stopped:
                    interrupt()
                wait((future,), CHECK_SECONDS)
            except KeyboardInterrupt:
                stopped = True
        if stopped:
            raise KeyboardInterrupt
        return future.result()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)
