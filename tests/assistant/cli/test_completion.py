"""Shell completion: the script of every shell, and what it completes."""

import os
import subprocess
import sys

import pytest

from assistant.cli.completion import SHELLS
from tests.assistant.cli.conftest import Run


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_is_printed_for_the_shell(run: Run, shell: str) -> None:
    done = run("completion", shell)
    assert done.code == 0
    assert "_REVIEWSHEET_COMPLETE" in done.out


def test_another_shell_is_refused_in_one_line(run: Run) -> None:
    done = run("completion", "tcsh")
    assert done.code == 2
    assert "bash・zsh・fish のどれか" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "expected"),
    [("reviewsheet sea", "search"), ("reviewsheet ask --c", "--csv"), ("reviewsheet completion z", "zsh")],
)
def test_commands_options_and_choices_are_completed(line: str, expected: str) -> None:
    environment = {
        **os.environ,
        "_REVIEWSHEET_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "assistant.cli"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [f"plain,{expected}"]
