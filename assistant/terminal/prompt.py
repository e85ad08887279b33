"""The line a question is typed at: history over sessions, completion by Tab, the reading under it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.styles import Style

PROMPT = "質問> "
STYLE = Style.from_dict({"bottom-toolbar": "noreverse", "hint": "ansibrightblack"})


class QuestionCompleter(Completer):
    """Slash commands at the beginning of a line, names of the database anywhere else."""

    def __init__(
        self, commands: dict[str, str], complete: Callable[[str], list[tuple[str, int, str]]]
    ) -> None:
        self._commands = commands
        self._complete = complete

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """What may stand at the cursor."""
        text = document.text_before_cursor
        if text.startswith("/"):
            for command, meaning in self._commands.items():
                if command.startswith(text):
                    yield Completion(command, start_position=-len(text), display_meta=meaning)
            return
        for name, length, kind in self._complete(text):
            yield Completion(name, start_position=-length, display_meta=kind)


def questions(
    completer: Completer, under: Callable[[], str], history: History | None = None
) -> Iterator[str]:
    """Lines a person types, until Ctrl-D. Ctrl-C empties the line; ``under`` is the text below it."""

    def toolbar() -> StyleAndTextTuples:
        return [("class:hint", under())]

    session: PromptSession[str] = PromptSession(
        history=history or _history(),
        completer=completer,
        complete_while_typing=False,
        bottom_toolbar=toolbar,
        style=STYLE,
    )
    while True:
        try:
            yield session.prompt(PROMPT)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _history() -> History:
    file = history_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8"):
            return FileHistory(str(file))
    except OSError:
        # A home that cannot be written to is no reason not to ask.
        return InMemoryHistory()


def history_file() -> Path:
    """Where the questions of earlier sessions are kept ($XDG_STATE_HOME/reviewsheet/history)."""
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return base / "reviewsheet" / "history"
