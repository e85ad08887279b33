"""Numbers that name a project: 予算事業ID and 事業番号, after that word or in a form that nothing else has."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.patterns import pattern

_NUMBER = r"(?:20[0-9]{2}-[一-鿿ァ-ヺーぁ-ゖ]{1,6}-)?新?[0-9]{1,6}(?:-[0-9]{1,5})*(?![0-9年])"
_LABELLED = pattern(rf"(?:予算)?事業(?:ID|id|番号)(?:が|は|:|の|=)?\s*(?P<n>{_NUMBER})")
_BARE = pattern(
    r"(?<![0-9-])(?P<n>(?:20[0-9]{2}-[一-鿿ァ-ヺーぁ-ゖ]{1,6}-新?|新)[0-9]{2}-[0-9]{4})(?![0-9-])"
)


@dataclass(frozen=True, slots=True)
class Identifier:
    """「事業番号0123」「2022-厚労-21-0001」: the number as it stands, with the place of it and its word."""

    start: int
    end: int
    value: str


def read_identifiers(text: str) -> list[Identifier]:
    """Numbers of projects in a normalised question, from left to right."""
    found = [Identifier(*m.span(), m["n"]) for m in _LABELLED.finditer(text)]
    for m in _BARE.finditer(text):
        if not any(x.start < m.end() and m.start() < x.end for x in found):
            found.append(Identifier(*m.span(), m["n"]))
    return sorted(found, key=lambda x: x.start)
