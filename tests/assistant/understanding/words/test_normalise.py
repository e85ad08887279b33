"""What is said short is compared as the names of projects have it in full."""

from __future__ import annotations

from assistant.understanding.words.normalise import normalise, spelled_out, squeeze


def test_what_is_said_short_is_spelled_out_at_the_place_it_was_said() -> None:
    said = squeeze(normalise("国連分担金の執行率").text)
    full = spelled_out(said)
    assert full is not None
    assert full.text == "国際連合分担金の執行率"
    assert full.index[:5] == (0, 0, 1, 1, 2)


def test_what_is_said_in_full_stays_as_it_is() -> None:
    assert spelled_out(squeeze("国際連合分担金")) is None
