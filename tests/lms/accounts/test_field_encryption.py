"""Sealed numbers: readable with the key in their own row, useless anywhere else."""

import pytest
from pytest_django import Settings

from lms.accounts.field_encryption import Unreadable, blind_index, seal, unseal

NUMBER = "360426199101010071"


def test_a_sealed_number_is_read_again_in_its_own_row() -> None:
    assert unseal(seal(NUMBER, context="identity:1"), context="identity:1") == NUMBER
    assert unseal(memoryview(seal(NUMBER, context="identity:1")), context="identity:1") == NUMBER


def test_the_same_number_is_never_sealed_to_the_same_bytes() -> None:
    assert seal(NUMBER, context="identity:1") != seal(NUMBER, context="identity:1")


def test_a_number_copied_into_another_row_cannot_be_read() -> None:
    with pytest.raises(Unreadable):
        unseal(seal(NUMBER, context="identity:1"), context="identity:2")


@pytest.mark.parametrize("place", [0, 1, 12, 13, 20, -1])
def test_one_changed_byte_is_noticed(place: int) -> None:
    sealed = bytearray(seal(NUMBER, context="identity:1"))
    sealed[place] ^= 1
    with pytest.raises(Unreadable) as refused:
        unseal(bytes(sealed), context="identity:1")
    assert NUMBER not in str(refused.value)


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12)])
def test_what_is_too_short_to_be_sealed_is_said_to_be_so(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        unseal(sealed, context="identity:1")


def test_another_key_reads_nothing(settings: Settings) -> None:
    sealed = seal(NUMBER, context="identity:1")
    settings.FIELD_KEY = "b3RoZXItZmllbGQta2V5LW90aGVyLWZpZWxkLWtleTE="
    with pytest.raises(Unreadable):
        unseal(sealed, context="identity:1")


def test_a_key_of_the_wrong_length_is_refused(settings: Settings) -> None:
    settings.FIELD_KEY = "c2hvcnQ="
    with pytest.raises(Unreadable, match="32 bytes"):
        seal(NUMBER, context="identity:1")


def test_the_index_is_of_kind_number_and_key(settings: Settings) -> None:
    index = blind_index("resident_id", NUMBER)
    assert len(index) == 32
    assert index == blind_index("resident_id", NUMBER)
    assert index != blind_index("passport", NUMBER)
    settings.INDEX_KEY = "another"
    assert index != blind_index("resident_id", NUMBER)
