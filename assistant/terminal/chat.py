"""The chat prompt: questions one after another, slash commands, history over sessions."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from assistant.answer import Answer
from assistant.terminal import render
from assistant.terminal.browsing import Browsing
from assistant.terminal.paging import print_paged
from assistant.terminal.stopping import Stoppable

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.assistant import Assistant

WELCOME = "質問をどうぞ。/help で使い方、Tab で名前の補完、/quit(または Ctrl-D)で終わります。"
COMMANDS = {
    "/help": "この説明",
    "/reset": "会話を最初からにする(「最初から」でも同じ)",
    "/sheet": "いま話している事業のシートを一覧する",
    "/sql": "直前の答えを求めたSQLを表示する",
    "/save": "直前の答えを保存する(/save 答え.md はMarkdown、/save 答え.csv はCSV)",
    "/open": "この会話をブラウザで開く",
    "/db": "データベースの中身を表示する",
    "/quit": "終わる",
}
"""Slash commands and what they do, in the order of /help."""
KEYS = "Tab 補完(空の行では次に聞けること) · ↑ 前の質問 · Ctrl-C 答えるのをやめる · Ctrl-D 終わる"
NOTHING_ASKED = "前の質問の事業・年度・項目は、次の質問に引き継がれます。"


class Chat:
    """One conversation at the prompt. ``handle`` takes a line and returns False when it is time to leave."""

    def __init__(self, assistant: Assistant, database: Path, out: Console) -> None:
        self.assistant = assistant
        self.database = database
        self.out = out
        self.conversation = assistant.conversation("chat")
        self.last: Answer | None = None
        self.asked: list[str] = []
        self.browsing = Browsing(database)
        self.working = Stoppable()
        self._commands: dict[str, Callable[[str], None]] = {
            "/help": self._help,
            "/reset": self._reset,
            "/sheet": self._sheet,
            "/sql": self._sql,
            "/save": self._save,
            "/open": self._open,
            "/db": self._database,
        }

    def close(self) -> None:
        """End what the chat started."""
        self.working.close()
        self.browsing.close()

    def under_the_prompt(self) -> str:
        """The reading of the last question: what the next one carries on from."""
        reading = self.last.interpretation.get("text") if self.last else None
        return f"読み取り  {reading}" if reading else NOTHING_ASKED

    def complete(self, text: str) -> list[tuple[str, int, str]]:
        """Names that begin with the end of the text; on an empty line, what can be asked next."""
        if not text.strip():
            return [
                (question, len(text), "次に聞ける")
                for question in (self.last.suggestions if self.last else ())
            ]
        return self.assistant.complete(text)

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
        self._answer(line)
        return True

    def _answer(self, question: str) -> None:
        before = (self.conversation.previous, self.conversation.previous_result)
        try:
            with render.waiting(self.out):
                self.last = self.working.run(
                    lambda: self.assistant.ask(question, self.conversation), self.assistant.interrupt
                )
        except KeyboardInterrupt:
            self.conversation.previous, self.conversation.previous_result = before
            raise
        self.asked.append(question)
        self._show(self.last)

    def _show(self, answer: Answer) -> None:
        print_paged(lambda: render.print_answer(answer, self.out), self.out)

    def _help(self, _: str) -> None:
        for name, meaning in COMMANDS.items():
            self.out.print(Text.assemble((f"{name:8}", "bold"), meaning))
        self.out.print(Text(KEYS, style="dim"))

    def _reset(self, _: str) -> None:
        self.conversation.reset()
        self.last = None
        self.asked.clear()
        self.out.print(Text("会話を最初からにしました。"))

    def _sheet(self, _: str) -> None:
        project = (self.last.interpretation.get("project") if self.last else None) or {}
        key = project.get("sheet_key")
        if not key:
            self.out.print(
                Text("まだ事業が決まっていません。事業名を含めて質問してください。", style="yellow")
            )
            return
        from assistant.terminal.sheets import print_sheets

        print_sheets(self.database, key, self.out)

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
        url = self.browsing.page(self.asked)
        if url is None:
            self.out.print(
                Text(
                    "ページを出せませんでした。別の端末で reviewsheet serve を試してください。",
                    style="yellow",
                )
            )
            return
        if self.browsing.show(url):
            self.out.print(Text("ブラウザで開きました(この対話を終えるまで見られます)。"))
        else:
            self.out.print(
                Text("ブラウザを開けません。次のアドレスを開いてください(この対話を終えるまで見られます)。")
            )
        self.out.print(Text(url, style="dim"), soft_wrap=True)

    def _database(self, _: str) -> None:
        from assistant.cli.info import print_info

        print_paged(lambda: print_info(self.database, self.out), self.out)


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
    try:
        if not sys.stdin.isatty():
            for line in sys.stdin:
                if not chat.handle(line):
                    return
                out.print()
            return
        from assistant.terminal.prompt import QuestionCompleter, questions

        out.print(Text(WELCOME, style="dim"))
        for line in questions(QuestionCompleter(COMMANDS, chat.complete), chat.under_the_prompt):
            try:
                if not chat.handle(line):
                    return
            except KeyboardInterrupt:
                out.print(Text("答えるのをやめました。", style="yellow"))
            out.print()
    finally:
        chat.close()
