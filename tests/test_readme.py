"""Every command of the README that needs no network works as written."""

import re
import shlex
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from assistant.cli import main
from tests.assistant.cli.conftest import Run, run  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SET_UP = ("make ", "sh .ci/", "bash .ci/", ".")
"""Commands that set the machine up: CI itself is the test of these."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def commands() -> list[list[str]]:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    wanted = [line for line in lines if line.strip() and not line.startswith(SET_UP)]
    return [shlex.split(line, comments=True) for line in wanted]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The databases that the README's commands make, as those commands make them."""
    folder = like_a_checkout(tmp_path_factory.mktemp("readme"))
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        for _, *arguments in commands():
            if arguments[0] == "load":
                with pytest.raises(SystemExit, match=r"^0$"):
                    main(arguments)
    return list(folder.glob("*.db"))


@pytest.fixture
def in_a_checkout(run: Run, loaded: list[Path], tmp_path: Path) -> Run:  # noqa: F811
    """The command in a directory like a checkout, where what the README loads is loaded."""
    like_a_checkout(tmp_path)
    for database in loaded:
        shutil.copy(database, tmp_path)
    return run


def like_a_checkout(folder: Path) -> Path:
    """Give a folder the samples of the project where a checkout has them."""
    (folder / "db").mkdir()
    (folder / "db" / "samples").symlink_to(ROOT / "db" / "samples")
    return folder


def test_the_commands_run_as_written(in_a_checkout: Run) -> None:
    seen = set()
    for program, *arguments in commands():
        assert program == "reviewsheet"
        if arguments[0] == "serve":
            continue
        done = in_a_checkout(*arguments)
        assert done.code == 0, (arguments, done.err)
        assert "Traceback" not in done.err
        seen.add(arguments[0])
    assert {"load", "info", "read", "ask", "search", "chat"} <= seen


@pytest.mark.slow
def test_serve_answers_in_the_browser(in_a_checkout: Run, tmp_path: Path) -> None:
    arguments = next(c[1:] for c in commands() if c[1] == "serve")
    arguments[arguments.index("--port") + 1] = "0"  # the README's own may be taken on this machine
    command = [sys.executable, "-u", "-m", "assistant.cli", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            found = re.match(r"(http://\S+)/ で公開しています", line)
            assert found is not None, line
            with urllib.request.urlopen(f"{found[1]}/-/ask", timeout=20) as page:
                assert page.status == 200
                assert "質問" in page.read().decode()
        finally:
            server.terminate()


def test_the_python_example_runs(in_a_checkout: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for block in blocks("python"):
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out.strip()
