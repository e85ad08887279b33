"""What a conversation remembers: the query as it was read, and what its answer showed."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.query import Query, ResultContext


@dataclass(slots=True)
class Conversation:
    """State between the turns of one conversation. A follow-up edits ``previous``; ``reset`` forgets both."""

    id: str | None = None
    previous: Query | None = None
    previous_result: ResultContext | None = None

    def reset(self) -> None:
        """Forget the earlier turns (「最初から」)."""
        self.previous = None
        self.previous_result = None

    def remember(self, query: Query, result: ResultContext) -> None:
        """Take a turn's reading and what its answer showed as the state the next turn edits."""
        self.previous = query
        self.previous_result = result
