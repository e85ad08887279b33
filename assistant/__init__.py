"""Questions in Japanese answered from the sheets. ``from assistant import Assistant`` loads only when used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.answer import Answer, Cell
    from assistant.assistant import Assistant
    from assistant.conversation import Conversation

__all__ = ["Answer", "Assistant", "Cell", "Conversation"]

_HOMES = {
    "Answer": "assistant.answer",
    "Assistant": "assistant.assistant",
    "Cell": "assistant.answer",
    "Conversation": "assistant.conversation",
}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `import assistant` (and the command's --help) must stay fast.
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
