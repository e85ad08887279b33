"""What a question about one project says, put together once for those who read it (``project``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.patterns import pattern
from assistant.query import FieldRef, Query, Refusal
from assistant.understanding.parsing import Parsed
from assistant.understanding.subject import Subject
from assistant.understanding.words.operations import OperationMention

HOW = pattern(
    r"どうやって|どのように|どういう|どんな|何を|なにを|何に|どこまで|どう(?!なって|なった|なる|です|だった|でし)|どの(?!く|事業|府|省)"
)
INDICATORS = ("outcomes", "outputs")


@dataclass(slots=True)
class One:
    """A question about one project, as its readers see it.

    figures  figure fields (where only growth or a sum is asked, the one that is of);  topic  what was not read;
    content  the words of it that carry meaning;  how  a how-word stands outside names and fields
    rank     the first word of order
    """

    p: Parsed
    q: Query
    subject: Subject
    verbs: set[str]
    figures: tuple[FieldRef, ...]
    topic: str
    content: list[str]
    how: bool
    rank: OperationMention | None

    @property
    def plain(self) -> bool:
        """Nothing but names, fields, years and operations is said, and no reason asked."""
        return not self.content and not self.q.reason

    @property
    def spans_years(self) -> bool:
        """Several years are meant."""
        years = self.q.years
        return len(years.values) > 1 or years.kind == "all" or years.count > 1

    @property
    def followed(self) -> bool:
        """Every year is meant, or those of a span."""
        years = self.q.years
        spanned = any(y.kind == "all" for y in self.p.years) and len(years.values) > 1
        return years.kind == "all" or spanned

    def refused(self, words: str) -> Query:
        """Words that stand for nothing on a sheet."""
        return replace(self.q, operation="none", refusal=Refusal("unresolved", words))


Reader = Callable[[One], Query | None]


def listed_words(content: Sequence[str], read: str) -> list[str]:
    """Words that carry meaning beyond what was read."""
    return [w for w in content if w not in read]
