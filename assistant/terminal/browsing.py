"""``/open`` at the prompt: the conversation in the browser, from a server that lives as long as the prompt."""

from __future__ import annotations

import re
import subprocess
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

MOST_QUESTIONS = 20
"""Questions of a conversation that an address may hold (the browser's own limit)."""


class Browsing:
    """A server of this database, started when a page is first wanted."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._server: subprocess.Popen[str] | None = None
        self._address: str | None = None

    def page(self, questions: Sequence[str]) -> str | None:
        """Address of a page with the conversation (the front page without questions); None where none can be served."""
        address = self._start()
        if address is None or not questions:
            return address and f"{address}/"
        return f"{address}/-/ask?" + urlencode([("q", q) for q in questions[-MOST_QUESTIONS:]]) + "#latest"

    def show(self, url: str) -> bool:
        """Open the browser; False where this machine has none."""
        try:
            return webbrowser.open(url)
        except webbrowser.Error:
            return False

    def close(self) -> None:
        """Stop the server."""
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=10)
            if self._server.stdout is not None:
                self._server.stdout.close()
            self._server = None

    def _start(self) -> str | None:
        if self._server is not None and self._server.poll() is None:
            return self._address
        command = [sys.executable, "-m", "assistant.cli", "serve", "--port", "0", "--db", str(self.database)]
        # A session of its own: Ctrl-C at the prompt must not reach it.
        self._server = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True
        )
        assert self._server.stdout is not None
        found = re.match(r"(http://\S+)/ ", self._server.stdout.readline())
        self._address = found.group(1) if found else None
        return self._address
