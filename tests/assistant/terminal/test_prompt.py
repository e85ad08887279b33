"""The chat prompt: what is completed, what stands under it, what is kept, how answers are stopped and paged."""

from __future__ import annotations

import io
import sqlite3
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from assistant import Assistant
from assistant.terminal import prompt, stopping
from assistant.terminal.chat import COMMANDS, Chat
from assistant.terminal.paging import print_paged
from assistant.terminal.stopping import Stoppable


@pytest.fixture
def chat(sheet_db: Path) -> Iterator[Chat]:
    """A chat about the sample sheet, printing to a file."""
    out = Console(file=io.StringIO(), width=100, highlight=False)
    made = Chat(Assistant(sheet_db, check_same_thread=False), sheet_db, out)
    yield made
    made.close()


def printed(chat: Chat) -> str:
    return chat.out.file.getvalue()


def completions(chat: Chat, text: str) -> list[tuple[str, str]]:
    completer = prompt.QuestionCompleter(COMMANDS, chat.complete)
    found = completer.get_completions(Document(text), CompleteEvent())
    return [(text[: c.start_position or None] + c.text, c.display_meta_text) for c in found]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/sq", ("/sql", COMMANDS["/sql"])),
        ("2017年度の執行", ("2017年度の執行率", "項目")),
        ("総務", ("総務省", "府省庁")),
        ("窓口情報", ("窓口情報連携システム安全対策経費", "事業")),
    ],
)
def test_commands_and_names_are_completed(chat: Chat, typed: str, expected: tuple[str, str]) -> None:
    assert expected in completions(chat, typed)


def test_nothing_is_completed_where_nothing_fits(chat: Chat) -> None:
    assert completions(chat, "/x") == []
    assert completions(chat, "は?") == []


def test_an_empty_line_is_completed_by_what_can_be_asked_next(chat: Chat) -> None:
    assert completions(chat, "") == []
    chat.handle("29年度の執行率は?")
    assert chat.last is not None
    assert completions(chat, "") == [(s, "次に聞ける") for s in chat.last.suggestions]


def test_the_reading_of_the_last_question_stands_under_the_prompt(chat: Chat) -> None:
    assert "引き継がれます" in chat.under_the_prompt()
    chat.handle("29年度の執行率は?")
    assert chat.under_the_prompt().startswith("読み取り  ")
    assert "執行率" in chat.under_the_prompt()
    chat.handle("/reset")
    assert "引き継がれます" in chat.under_the_prompt()


def test_every_command_of_the_help_can_be_typed(chat: Chat) -> None:
    chat.handle("/help")
    for name in COMMANDS:
        assert name in printed(chat)
        if name not in ("/quit", "/open"):
            assert chat.handle(name)
    assert "というコマンドはありません" not in printed(chat)
    assert not chat.handle("/quit")


def test_open_shows_the_conversation_in_the_browser(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx.Response] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: bool(seen.append(httpx.get(url)) or True))
    chat.handle("29年度の執行率は?")
    chat.handle("前の年は?")
    chat.handle("/open")
    assert seen[0].status_code == 200
    assert "29年度の執行率は?" in seen[0].text
    assert "40.0 %" in seen[0].text
    assert "ブラウザで開きました" in printed(chat)


def test_without_a_browser_the_address_is_shown(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    chat.handle("/open")
    assert "ブラウザを開けません" in printed(chat)
    assert "http://127.0.0.1:" in printed(chat)


def test_questions_are_kept_over_sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with create_pipe_input() as keys:
        monkeypatch.setattr(prompt, "PromptSession", _session(keys))
        keys.send_text("執行率は?\n\x04")
        assert list(prompt.questions(_no_completion(), lambda: "")) == ["執行率は?"]
        keys.send_text("\x1b[A\n\x04")  # up arrow
        assert list(prompt.questions(_no_completion(), lambda: "")) == ["執行率は?"]


def test_ctrl_c_empties_the_line_and_ctrl_d_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    with create_pipe_input() as keys:
        monkeypatch.setattr(prompt, "PromptSession", _session(keys))
        keys.send_text("途中\x03執行額は?\n\x04")
        asked = list(prompt.questions(_no_completion(), lambda: "", InMemoryHistory()))
    assert asked == ["執行額は?"]


def test_a_home_that_cannot_be_written_to_is_no_reason_not_to_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reviewsheet").write_text("ファイルがフォルダーの場所にある")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with create_pipe_input() as keys:
        monkeypatch.setattr(prompt, "PromptSession", _session(keys))
        keys.send_text("執行額は?\n\x04")
        assert list(prompt.questions(_no_completion(), lambda: "")) == ["執行額は?"]


def test_ctrl_c_stops_a_statement_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    wait, presses = stopping.wait, iter([True])

    def pressed(futures: object, timeout: float) -> None:
        wait(futures, timeout)
        if next(presses, False):
            raise KeyboardInterrupt

    monkeypatch.setattr(stopping, "wait", pressed)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        Stoppable().run(lambda: connection.execute(endless).fetchall(), connection.interrupt)
    assert time.monotonic() - started < 5


def test_an_answer_that_was_stopped_leaves_the_conversation_where_it_was(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.handle("29年度の執行率は?")
    before = chat.conversation.previous

    def stopped(work: object, interrupt: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(chat.working, "run", stopped)
    with pytest.raises(KeyboardInterrupt):
        chat.handle("前の年は?")
    assert chat.conversation.previous is before
    assert chat.asked == ["29年度の執行率は?"]


def test_what_goes_wrong_in_an_answer_is_raised_at_the_prompt() -> None:
    def wrong() -> None:
        raise ValueError("わけ")

    with pytest.raises(ValueError, match="わけ"):
        Stoppable().run(wrong, lambda: None)


@pytest.mark.parametrize(("keys", "shown"), [([True, True, True], 25), ([True, False], 16), ([False], 8)])
def test_a_long_answer_is_shown_page_by_page(keys: list[bool], shown: int) -> None:
    out = Console(file=io.StringIO(), width=40, height=10, force_terminal=True, color_system=None)
    waiting = iter(keys)
    print_paged(lambda: out.print("\n".join(f"行{n}" for n in range(25))), out, lambda: next(waiting))
    text = out.file.getvalue()
    assert text.count("行") - text.count("行は表示していません") == shown


def test_a_short_answer_needs_no_key() -> None:
    out = Console(file=io.StringIO(), width=40, height=10, force_terminal=True, color_system=None)
    print_paged(lambda: out.print("行\n" * 7), out, lambda: pytest.fail("asked"))
    assert out.file.getvalue().count("行") == 7


def _no_completion() -> prompt.QuestionCompleter:
    return prompt.QuestionCompleter({}, lambda text: [])


def _session(keys: object) -> object:
    from prompt_toolkit import PromptSession

    return lambda **options: PromptSession(input=keys, output=DummyOutput(), **options)
