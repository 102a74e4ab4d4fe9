"""Canonical JSON, base58, proofs and status lists, against known answers and an independent reading."""

import base64
import gzip
import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lms.certificates.domain.credential import LIST_BITS, base58, canonical, did_of, encoded_list, prove

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"Hello World!", "2NEpo7TZRRrLZSi2U"), (b"\0\0\x28\x7f\xb4\xcd", "11233QC4"), (b"", "")],
)
def test_base58_gives_the_known_answers(data: bytes, text: str) -> None:
    assert base58(data) == text  # draft-msporny-base58 section 5


def test_keys_are_sorted_by_utf_16_and_nothing_is_escaped_in_vain() -> None:
    value = {
        "\u20ac": 1,
        "\r": 2,
        "1": [True, None, "\u007f"],
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"): 3,
    }
    assert canonical(value).decode() == '{"\\r":2,"1":[true,null,"\u007f"],"\u20ac":1,"\U0001f600":3}'


def test_a_number_with_a_point_has_no_form_here() -> None:
    with pytest.raises(TypeError):
        canonical({"a": 1.5})


def from_base58(text: str) -> bytes:
    number = 0
    for character in text:
        number = number * 58 + ALPHABET.index(character)
    return number.to_bytes(64, "big")


def check(proved: dict[str, Any]) -> None:
    """As another implementation would: split, sort, hash, verify."""
    options = dict(proved["proof"])
    value = options.pop("proofValue")
    document = {name: part for name, part in proved.items() if name != "proof"}

    def hashed(part: object) -> bytes:
        return hashlib.sha256(
            json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        ).digest()

    KEY.public_key().verify(from_base58(value[1:]), hashed(options) + hashed(document))


def test_a_proof_is_verified_by_an_independent_reading_and_breaks_with_any_change() -> None:
    document = {"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x", "name": "施工员"}
    proved = prove(document, KEY, created="2026-11-28T00:00:00Z")
    check(proved)
    assert proved["proof"]["verificationMethod"].startswith(did_of(KEY.public_key()) + "#z6Mk")
    with pytest.raises(InvalidSignature):
        check({**proved, "name": "质量员"})


def test_a_status_list_has_a_bit_for_each_that_was_revoked() -> None:
    text = encoded_list([0, 9, LIST_BITS - 1])
    bits = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    assert len(bits) * 8 == LIST_BITS
    assert [i for i in range(LIST_BITS) if bits[i // 8] >> (7 - i % 8) & 1] == [0, 9, LIST_BITS - 1]
