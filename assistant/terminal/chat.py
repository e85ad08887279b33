"""The chat prompt: questions one after another, slash commands, history over sessions."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from assistant.answer import Answer
from assistant.terminal import render

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.assistant import Assistant

WELCOME = "質問をどうぞ。/help で使い方、/quit(または Ctrl-D)で終わります。"
HELP = """\
/help              この説明
/reset             会話を最初からにする(「最初から」でも同じ)
/sheet             いま話している事業のシートを一覧する
/sql               直前の答えを求めたSQLを表示する
/save ファイル     直前の答えを保存する(.csv はCSV、ほかはMarkdown)
/open              直前の答えをブラウザで見るためのコマンドとページを表示する
/db                データベースの中身を表示する
/quit              終わる"""


class Chat:
    """One conversation at the prompt. ``handle`` takes a line and returns False when it is time to leave."""

    def __init__(self, assistant: Assistant, database: Path, out: Console) -> None:
        self.assistant = assistant
        self.database = database
        self.out = out
        self.conversation = assistant.conversation("chat")
        self.last: Answer | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": lambda _: self.out.print(Text(HELP)),
            "/reset": self._reset,
            "/sheet": self._sheet,
            "/sql": self._sql,
            "/save": self._save,
            "/open": self._open,
            "/db": self._database,
        }

    @property
    def commands(self) -> list[str]:
        """The slash commands, for completion."""
        return [*self._commands, "/quit"]

    def handle(self, line: str) -> bool:
        """Answer a question or run a slash command."""
        line = line.strip()
        if not line:
            return True
        if line in ("/quit", "/exit"):
            return False
        if line.startswith("/"):
            name, _, rest = line.partition(" ")
            command = self._commands.get(name)
            if command is None:
                self.out.print(
                    Text(f"「{name}」というコマンドはありません。/help で一覧を見られます。", style="yellow")
                )
            else:
                command(rest.strip())
            return True
        self.last = self.assistant.ask(line, self.conversation)
        render.print_answer(self.last, self.out)
        return True

    def _reset(self, _: str) -> None:
        self.conversation.reset()
        self.last = None
        self.out.print(Text("会話を最初からにしました。"))

    def _sheet(self, _: str) -> None:
        project = (self.last.interpretation.get("project") if self.last else None) or {}
        if not project.get("事業名"):
            self.out.print(
                Text("まだ事業が決まっていません。事業名を含めて質問してください。", style="yellow")
            )
            return
        render.print_answer(
            self.assistant.ask(f"{project['事業名']}について教えて", self.conversation), self.out
        )

    def _sql(self, _: str) -> None:
        if self.last is None or not self.last.sql:
            self.out.print(Text("SQLで求めた答えがまだありません。", style="yellow"))
        else:
            self.out.print(Text(self.last.sql))

    def _save(self, target: str) -> None:
        if self.last is None:
            self.out.print(Text("保存する答えがまだありません。", style="yellow"))
            return
        if not target:
            self.out.print(Text("保存先を書いてください。例: /save answer.md", style="yellow"))
            return
        path = Path(target).expanduser()
        text = render.as_csv(self.last) if path.suffix.lower() == ".csv" else as_markdown(self.last)
        try:
            path.write_text(text, encoding="utf-8-sig" if path.suffix.lower() == ".csv" else "utf-8")
        except OSError as error:
            self.out.print(
                Text(f"{path} に書けません({error.strerror})。別の場所を指定してください。", style="yellow")
            )
            return
        self.out.print(Text(f"{path} に保存しました。"))

    def _open(self, _: str) -> None:
        url = next((c.url for c in self.last.cells if c.url), None) if self.last else None
        self.out.print(Text(f"別の端末で: reviewsheet serve --db {self.database}"))
        self.out.print(Text(f"ページ: http://127.0.0.1:8001{url or '/'}"))

    def _database(self, _: str) -> None:
        from assistant.cli.info import print_info

        print_info(self.database, self.out)


def as_markdown(answer: Answer) -> str:
    """The answer as a Markdown document: question, sentence, table of cells, sources, reading."""
    lines = [f"# {answer.question}", "", answer.answer, ""]
    if answer.cells:
        lines += ["| 事業 | 項目 | 年度 | 値 | 記載 |", "|---|---|---|---|---|"]
        for cell in answer.cells:
            sheet = cell.sheet or {}
            row = (
                sheet.get("事業名") or "、".join(str(v) for v in (cell.group or {}).values()),
                cell.label,
                cell.fiscal_year,
                cell.text,
                cell.derived or cell.as_printed,
            )
            lines.append("| " + " | ".join(_markdown_cell(v) for v in row) + " |")
        lines += ["", *(f"- {line}" for line in render.source_lines(answer.cells)), ""]
    lines.append(f"読み取り: {answer.interpretation.get('text', '')}")
    if answer.sql:
        lines += ["", "```sql", answer.sql, "```"]
    return "\n".join(lines) + "\n"


def _markdown_cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")


def run_chat(assistant: Assistant, database: Path) -> None:
    """Ask until the person leaves; without a terminal, one question a line."""
    out = render.console()
    chat = Chat(assistant, database, out)
    if not sys.stdin.isatty():
        for line in sys.stdin:
            if not chat.handle(line):
                return
            out.print()
        return
    out.print(Text(WELCOME, style="dim"))
    for line in _prompt(chat):
        try:
            if not chat.handle(line):
                return
        except KeyboardInterrupt:
            out.print(Text("答えるのをやめました。", style="yellow"))
        out.print()


def _prompt(chat: Chat) -> Iterator[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import FileHistory

    class NamesCompleter(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
            text = document.text_before_cursor
            if text.startswith("/"):
                for command in chat.commands:
                    if command.startswith(text):
                        yield Completion(command, start_position=-len(text))
                return
            for name, length in chat.assistant.complete(text):
                yield Completion(name, start_position=-length)

    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history_file())), completer=NamesCompleter(), complete_while_typing=False
    )
    while True:
        try:
            yield session.prompt("質問> ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def history_file() -> Path:
    """Where the questions of earlier sessions are kept ($XDG_STATE_HOME/reviewsheet/history)."""
    base = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    folder = base / "reviewsheet"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "history"
