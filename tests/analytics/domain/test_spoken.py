"""A hash in characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain.spoken import CHARACTERS, heard, spoken


def test_each_byte_has_one_character() -> None:
    assert len(CHARACTERS) == len(set(CHARACTERS)) == 256


def test_known_bytes_in_characters() -> None:
    assert spoken(bytes([0, 1, 2, 3, 255])) == ("天地玄黄", "临")
    assert heard("天地玄黄 临") == bytes([0, 1, 2, 3, 255])


@given(st.binary(max_size=64))
def test_what_is_spoken_is_heard(data: bytes) -> None:
    assert heard(" ".join(spoken(data))) == data


def test_a_character_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        heard("天x")
