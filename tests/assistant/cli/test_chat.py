"""The chat as a transcript: what is typed, what is printed, what is kept."""

import json
import webbrowser
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from tests.assistant.cli.conftest import Run


def test_a_conversation_carries_the_question_on(run: Run, sheet_db: Path) -> None:
    done = run("chat", "--db", sheet_db, stdin="29年度の執行率は?\n前の年は?\n/quit\n28年度の計は?\n")
    assert done.code == 0
    assert "50.0 %" in done.out
    assert "40.0 %" in done.out
    assert "28年度の計" not in done.out


def test_slash_commands(run: Run, sheet_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    lines = [
        "/sql",
        "29年度の執行率は?",
        "/sql",
        "/save a.md",
        "/save a.csv",
        "/sheet",
        "/db",
        "/open",
        "/x",
        "/reset",
    ]
    done = run("chat", "--db", sheet_db, stdin="\n".join(lines) + "\n")
    assert "SQLで求めた答えがまだありません" in done.out
    assert "SELECT" in done.out
    assert "# 29年度の執行率は?" in (tmp_path / "a.md").read_text("utf-8")
    assert "執行率" in (tmp_path / "a.csv").read_text("utf-8-sig")
    assert "シート 1 枚" in done.out
    assert "/-/ask?q=29" in done.out
    assert "「/x」というコマンドはありません" in done.out
    assert "最初からにしました" in done.out


def test_a_fault_of_the_program_is_said_in_one_line_and_the_next_is_answered(
    run: Run, sheet_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Assistant.ask

    def faulty(self: Assistant, question: str, *more: object) -> object:
        if "執行額" in question:
            raise KeyError("budgets.活動実績")
        return asked(self, question, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(Assistant, "ask", faulty)
    text = '{"question": "27年度の執行額は?"}\n{"question": "29年度の執行率は?"}\n'
    done = run("chat", "--jsonl", "--db", sheet_db, stdin=text)
    answers = [json.loads(x) for x in done.out.splitlines()]
    assert [a["status"] for a in answers] == ["no_answer", "answered"]
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert "--traceback" in done.err
    single = run("ask", "--db", sheet_db, "27年度の執行額は?")
    assert (single.code, single.err.count("\n")) == (1, 1)


def test_json_lines_keep_conversations_apart(run: Run, sheet_db: Path) -> None:
    lines = [
        {"question": "29年度の執行率は?", "conversation": "a"},
        {"question": "27年度の執行額は?", "conversation": "b"},
        {"question": "前の年は?", "conversation": "a"},
    ]
    text = "\n".join(json.dumps(x, ensure_ascii=False) for x in lines) + "\n{broken\n"
    answers = [json.loads(x) for x in run("chat", "--jsonl", "--db", sheet_db, stdin=text).out.splitlines()]
    assert [a["conversation"] for a in answers[:3]] == ["a", "b", "a"]
    assert answers[2]["cells"][0]["value"] == 40.0
    assert answers[3]["status"] == "no_answer"
