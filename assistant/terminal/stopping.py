"""Work that Ctrl-C stops: it runs in a thread of its own, so that a long statement does not hold the prompt."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

CHECK_SECONDS = 0.05


def stoppable(work: Callable[[], T], interrupt: Callable[[], None]) -> T:
    """The result of ``work``. On Ctrl-C ``interrupt`` is called until it has ended; then KeyboardInterrupt."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            failed.append(error)

    thread = threading.Thread(target=run, name="answer", daemon=True)
    thread.start()
    stopped = False
    while thread.is_alive():
        try:
            if stopped:
                interrupt()
            thread.join(CHECK_SECONDS)
        except KeyboardInterrupt:
            stopped = True
    if stopped:
        raise KeyboardInterrupt
    if failed:
        raise failed[0]
    return done[0]
