"""The chat as a transcript: what is typed and every character that is printed.

The transcript is kept in ``chat.txt``; where a change to it is meant, ``python -m
tests.assistant.terminal.test_transcript`` writes it anew.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from rich.console import Console

from assistant import Assistant
from assistant.terminal.chat import Chat
from db import load

ROOT = Path(__file__).resolve().parents[3]
TRANSCRIPT = Path(__file__).with_name("chat.txt")
TYPED = ["29年度の執行率は?", "前の年は?", "/sheet", "/sql", "/reset", "今日の東京の天気は?", "/quit"]
PROMPT = "質問> "
SECONDS = 20
READY = r"^質問>\s*\n\s*\S.*\s*\Z"
"""The screen ends with an empty prompt and the line under it."""


def transcript(database: Path) -> str:
    """The whole conversation as a person would see it, at a width of 90 columns."""
    out = io.StringIO()
    chat = Chat(
        Assistant(database, check_same_thread=False), database, Console(file=out, width=90, highlight=False)
    )
    for line in TYPED:
        out.write(f"{PROMPT}{line}\n")
        chat.handle(line)
        out.write("\n")
    chat.close()
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def test_the_conversation_is_printed_to_the_letter(sheet_db: Path) -> None:
    assert transcript(sheet_db) == TRANSCRIPT.read_text("utf-8")


@pytest.mark.tmux
def test_a_person_types_japanese_in_a_terminal(sheet_db: Path, tmp_path: Path) -> None:
    if shutil.which("tmux") is None:
        pytest.skip("tmux がない")
    terminal = Terminal(sheet_db, tmp_path)
    try:
        terminal.wait(READY)
        terminal.type("29年度の執行", "Tab")
        terminal.wait("執行率 .*項目")
        terminal.type("", "C-c")
        terminal.wait(READY)
        terminal.type("29年度の執行率は?", "Enter")
        screen = terminal.wait(r"\n質問>\s*\n(.*\n)*読み取り .*執行率")
        assert "50.0 %" in screen
        terminal.type("前の年は?", "Enter")
        assert "40.0 %" in terminal.wait(r"読み取り  .*2016年度.*\n(.*\n)*読み取り  .*2016年度")
        terminal.type("", "Up")
        terminal.wait(r"質問> 前の年は\?\s*\n\s*読み取り")
        terminal.type("", "C-c")
        terminal.wait(READY)
        terminal.type("", "C-d")
        terminal.wait_for_end()
    finally:
        terminal.close()
    assert "+29年度の執行率は?" in (tmp_path / "reviewsheet" / "history").read_text("utf-8")


class Terminal:
    """A terminal of its own in which the chat runs."""

    def __init__(self, database: Path, folder: Path) -> None:
        self.socket = str(folder / "tmux")
        environment = {
            "PYTHONPATH": str(ROOT),
            "XDG_STATE_HOME": str(folder),
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }
        command = [sys.executable, "-m", "assistant.cli", "chat", "--db", str(database)]
        words = ["env", *(f"{k}={v}" for k, v in environment.items()), *command]
        self._tmux("-f", os.devnull, "-u", "new-session", "-d", "-x", "100", "-y", "40", shlex.join(words))

    def _tmux(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["tmux", "-S", self.socket, *arguments], capture_output=True, text=True, check=False
        )

    def type(self, text: str, key: str) -> None:
        """Type the text, then press the key."""
        if text:
            self._tmux("send-keys", "-l", text)
        self._tmux("send-keys", key)

    def wait(self, pattern: str) -> str:
        """The screen as soon as it holds the pattern."""
        until = time.monotonic() + SECONDS
        while True:
            screen = self._tmux("capture-pane", "-p").stdout
            if re.search(pattern, screen, re.MULTILINE):
                return screen
            if time.monotonic() > until:
                pytest.fail(f"{pattern!r} was not shown:\n{screen}")
            time.sleep(0.1)

    def wait_for_end(self) -> None:
        """The program has left."""
        until = time.monotonic() + SECONDS
        while self._tmux("has-session").returncode == 0:
            if time.monotonic() > until:
                pytest.fail("the chat did not end")
            time.sleep(0.1)

    def close(self) -> None:
        """End the terminal."""
        self._tmux("kill-server")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.db"
        load([ROOT / "db" / "samples" / "sheets" / "sample-2018.txt"], path)
        TRANSCRIPT.write_text(transcript(path), "utf-8")
