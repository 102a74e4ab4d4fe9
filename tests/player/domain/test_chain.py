"""The chain of beats: known answers, and that every word of a beat is sealed."""

import hmac
from dataclasses import replace
from hashlib import sha256
from uuid import UUID

import pytest

from player.domain.chain import first_mac, next_mac, text_of
from player.domain.heartbeat import Beat

KEY = bytes(range(32))
SESSION = UUID("0b6c7a52-3d0e-4f6e-9a1c-5f8f3c2b1a00")
BEAT = Beat(seq=42, position_ms=763_000, playing=True, stretch=31, idle_ms=4_000)


def test_the_text_is_that_of_the_protocol_page() -> None:
    assert text_of(BEAT) == "beat|42|763000|100|1|1|1|0|0|31|4000"


def test_the_chain_is_hmac_over_the_one_before_and_the_text() -> None:
    begin = hmac.new(KEY, b"zhuxue watch 2 0b6c7a52-3d0e-4f6e-9a1c-5f8f3c2b1a00", sha256).digest()
    assert first_mac(KEY, SESSION) == begin
    assert next_mac(KEY, begin, BEAT) == hmac.new(KEY, begin + text_of(BEAT).encode(), sha256).digest()


@pytest.mark.parametrize(
    "other",
    [
        replace(BEAT, seq=43),
        replace(BEAT, position_ms=763_001),
        replace(BEAT, playing=False),
        replace(BEAT, visible=False),
        replace(BEAT, focused=False),
        replace(BEAT, seeking=True),
        replace(BEAT, leaving=True),
        replace(BEAT, rate_percent=99),
        replace(BEAT, stretch=30),
        replace(BEAT, idle_ms=0),
    ],
)
def test_every_word_of_a_beat_is_sealed(other: Beat) -> None:
    begin = first_mac(KEY, SESSION)
    assert next_mac(KEY, begin, other) != next_mac(KEY, begin, BEAT)


def test_the_mac_is_not_part_of_what_it_seals() -> None:
    assert next_mac(KEY, b"\0" * 32, replace(BEAT, mac=b"x")) == next_mac(KEY, b"\0" * 32, BEAT)
