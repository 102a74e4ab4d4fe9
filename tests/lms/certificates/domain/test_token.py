import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates.domain.token import CONTEXT, LONGEST, BadToken, Claim, issue, read

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
CLAIM = Claim("渝-26-0001", "王小明", "土建施工员", "2026-05-09", "2028-05-08", 2)


def test_what_was_signed_is_read_again() -> None:
    assert read(issue(CLAIM, KEY), KEY.public_key()) == CLAIM


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_text_is_never_taken(place: int, change: int) -> None:
    text = bytearray(issue(CLAIM, KEY).encode())
    text[place % len(text)] ^= change
    try:
        found = read(text.decode("latin-1"), KEY.public_key())
    except BadToken:
        return
    assert found == CLAIM  # only where the last character of base64 has bits that mean nothing


def test_another_key_signs_nothing_here() -> None:
    with pytest.raises(BadToken, match="signature"):
        read(issue(CLAIM, Ed25519PrivateKey.from_private_bytes(bytes(32))), KEY.public_key())


def signed(body: bytes) -> str:
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (body, KEY.sign(CONTEXT + body)))


@pytest.mark.parametrize(
    "text",
    ["", ".", "a.b.c", "é.é", "A" * (LONGEST + 1), signed(b"{}"), signed(b"[]"), signed(json.dumps([2, *"abcdef"]).encode()),
     signed(json.dumps([1, *"abcde", "2"]).encode()), signed(b"\xff")],
)  # fmt: skip
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(BadToken):
        read(text, KEY.public_key())
