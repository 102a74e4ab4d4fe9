"""Keys and IVs from one master key."""

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given
from hypothesis import strategies as st

from player.domain.stretch_keys import (
    decrypt_segment,
    encrypt_segment,
    segment_iv,
    stretch_count,
    stretch_key,
    stretch_of,
)

MASTER = bytes(range(32))


def test_keys_are_these_for_ever() -> None:
    """Golden values: a change here would turn every published video into noise."""
    assert stretch_key(MASTER, 0).hex() == "2fa133d12966caa9d28ebb4cecbdb1a5"
    assert stretch_key(MASTER, 1).hex() == "5b282401808f5c423d05b4bab6affdb1"
    assert segment_iv(MASTER, code="360", segment=0).hex() == "fcbb698486ae739f045bbbe7242804a1"


def test_no_key_or_iv_comes_twice() -> None:
    keys = {stretch_key(MASTER, n) for n in range(200)}
    ivs = {segment_iv(MASTER, code=code, segment=n) for code in ("360", "540", "720", "slides") for n in range(200)}
    assert len(keys | ivs) == 1000


def test_the_iv_of_slides_is_this_for_ever() -> None:
    assert segment_iv(MASTER, code="slides", segment=0).hex() == "d2711a4749b23fba7f287146a2c57a85"


@pytest.mark.parametrize("bad", ["", "../720", "three hundred", "slides\n", "１", "123456789"])
def test_what_is_no_code_has_no_iv(bad: str) -> None:
    with pytest.raises(ValueError, match="1 to 8"):
        segment_iv(MASTER, code=bad, segment=0)


def test_another_master_key_gives_other_keys() -> None:
    assert stretch_key(MASTER, 0) != stretch_key(bytes(32), 0)


def test_a_short_master_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        stretch_key(b"short", 0)


@given(st.binary(max_size=600), st.integers(0, 50))
def test_a_segment_opens_with_the_key_of_its_stretch_and_its_own_iv(plain: bytes, number: int) -> None:
    sealed = encrypt_segment(MASTER, code="540", segment=number, plain=plain)
    key, iv = stretch_key(MASTER, number // 6), segment_iv(MASTER, code="540", segment=number)
    decryptor = Cipher(algorithms.AES128(key), modes.CBC(iv)).decryptor()
    unpadder = PKCS7(128).unpadder()
    padded = decryptor.update(sealed) + decryptor.finalize()
    assert unpadder.update(padded) + unpadder.finalize() == plain
    assert len(sealed) % 16 == 0
    assert len(sealed) > len(plain)
    assert decrypt_segment(MASTER, code="540", segment=number, sealed=sealed) == plain


def test_six_segments_are_a_stretch_and_the_last_has_what_is_left() -> None:
    assert [stretch_of(n) for n in (0, 5, 6, 11, 12)] == [0, 0, 1, 1, 2]
    assert [stretch_count(n) for n in (1, 6, 7, 12, 13)] == [1, 1, 2, 2, 3]


@given(st.integers(1, 10_000))
def test_every_segment_belongs_to_a_stretch_that_there_is(segments: int) -> None:
    assert {stretch_of(n) for n in range(segments)} == set(range(stretch_count(segments)))
