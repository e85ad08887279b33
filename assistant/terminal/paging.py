"""Long answers page by page: no pager need be installed, and the colours stay."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

MORE = "── 続きがあります(Enter・空白で次、q でやめる) "
KEPT_LINES = 2
"""Lines of a page left for the hint and the line before it."""


def print_paged(draw: Callable[[], None], out: Console, go_on: Callable[[], bool] | None = None) -> None:
    """Print what ``draw`` prints to ``out``; in a terminal one screen at a time.

    ``go_on`` asks whether to show the next page; by default a key is waited for.
    """
    if not out.is_terminal:
        draw()
        return
    with out.capture() as captured:
        draw()
    lines = captured.get().split("\n")
    page = max(5, out.size.height - KEPT_LINES)
    ask = go_on or _wait_for_key
    # A page that would leave only a line or two is not worth a key.
    while len(lines) > page + KEPT_LINES:
        out.file.write("\n".join(lines[:page]) + "\n")
        out.file.flush()
        lines = lines[page:]
        if not ask():
            out.print(Text(f"(残り {len(lines)} 行は表示していません)", style="dim"))
            return
    out.file.write("\n".join(lines))
    out.file.flush()


def _wait_for_key() -> bool:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys = KeyBindings()

    @keys.add("q")
    @keys.add("Q")
    @keys.add("c-c")
    @keys.add("c-d")
    @keys.add("escape", eager=True)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result="q")

    @keys.add("space")
    @keys.add("enter")
    @keys.add("pagedown")
    @keys.add("down")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(result="")

    session: PromptSession[str] = PromptSession(key_bindings=keys, erase_when_done=True)
    return session.prompt(MORE) == ""
