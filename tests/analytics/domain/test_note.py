"""Signed notes: what a key has signed is accepted, and nothing else is; the examples of the public specifications."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from analytics.domain import note
from analytics.domain.ed25519 import verify_ed25519
from analytics.domain.note import BadNote, Checkpoint, Signature, VerifierKey

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEY = VerifierKey("log.example/one", PRIVATE.public_key().public_bytes_raw())
WITNESS_KEY = VerifierKey("witness.example/w", WITNESS.public_key().public_bytes_raw(), note.COSIGNATURE)
HEAD = Checkpoint("log.example/one", 7, bytes(32))

# RFC 8032 §7.1, tests 1 to 3: public key, message, signature.
KNOWN = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


def signed(head: Checkpoint = HEAD, private: Ed25519PrivateKey = PRIVATE, key: VerifierKey = KEY) -> str:
    return note.joined(head.text, [Signature(key.name, key.id, private.sign(head.text.encode()))])


@pytest.mark.parametrize(("public", "message", "signature"), KNOWN)
def test_the_known_signatures(public: str, message: str, signature: str) -> None:
    key, text, value = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert verify_ed25519(key, text, value)
    assert not verify_ed25519(key, text + b"x", value)
    order = 2**252 + 27742317777372353535851937790883648493
    shifted = value[:32] + (int.from_bytes(value[32:], "little") + order).to_bytes(32, "little")
    assert not verify_ed25519(key, text, shifted), "the same signature in a second form"


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_garbage_is_no_signature_and_raises_nothing(key: bytes, message: bytes, signature: bytes) -> None:
    assert verify_ed25519(key, message, signature) is False
    assert verify_ed25519(key[:32].ljust(32, b"\0"), message, signature[:64].ljust(64, b"\0")) in {True, False}


@given(st.binary(max_size=200), st.integers(0, 95), st.integers(0, 7))
def test_our_verifier_agrees_with_the_library(message: bytes, at: int, bit: int) -> None:
    public, signature = KEY.public, PRIVATE.sign(message)
    assert verify_ed25519(public, message, signature)
    both = bytearray(public + signature)
    both[at] ^= 1 << bit
    assert not verify_ed25519(bytes(both[:32]), message, bytes(both[32:]))


def test_the_example_of_the_specification_is_read() -> None:
    text = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo"
        "+zyWE+xeMcTOAYQ8=\n"
    )
    parsed = note.parse_note(text)
    head = note.parse_checkpoint(parsed.text)
    assert (head.origin, head.size, head.text) == ("example.com/behind-the-sofa", 20852163, parsed.text)
    assert parsed.signatures[0].key_id.hex() == "033de0ae" and len(parsed.signatures[0].value) == 64
    assert note.joined(parsed.text, parsed.signatures) == text


def test_a_key_in_one_line() -> None:
    assert note.parse_key(KEY.text) == KEY
    assert note.parse_key(WITNESS_KEY.text) == WITNESS_KEY
    # The key that the documentation of Go's sumdb prints.
    known = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert note.parse_key(known).text == known
    for wrong in ("", "a+b", "a+00000000+AA==", KEY.text.replace("log", "lag"), KEY.text + "A", f"+{KEY.text}"):
        with pytest.raises(BadNote):
            note.parse_key(wrong)


def test_a_signed_head_is_opened_by_its_key_alone() -> None:
    assert note.opened(signed(), [KEY]) == HEAD
    with pytest.raises(BadNote, match="no signature by a known key"):
        note.opened(signed(), [])
    with pytest.raises(BadNote, match="no signature by a known key"):
        note.opened(signed(), [VerifierKey("log.example/one", WITNESS_KEY.public)])
    with pytest.raises(BadNote, match="forged"):
        note.opened(signed().replace("\n7\n", "\n8\n"), [KEY])
    with pytest.raises(BadNote, match="signed by the key of"):
        note.opened(signed(Checkpoint("log.example/two", 7, bytes(32))), [KEY])


def test_unknown_signatures_are_passed_over_but_a_bad_known_one_is_not() -> None:
    other = Signature("stranger.example", b"abcd", b"anything")
    assert note.opened(signed() + other.line, [KEY]) == HEAD
    bad = Signature(KEY.name, KEY.id, bytes(64))
    with pytest.raises(BadNote, match="forged"):
        note.opened(signed() + bad.line, [KEY])


@pytest.mark.parametrize(
    "text",
    ["", "a\n1\n", "a\n01\n{root}\n", "a\n-1\n{root}\n", "a\n1\nxx\n", "a\n1\n{root}", "\n1\n{root}\n", "a\n1_0\n{root}\n",
     "a\n1\n{root}\n\nb\n", "a\n99999999999999999999999\n{root}\n", "a\n٣\n{root}\n"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        note.parse_checkpoint(text.replace("{root}", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="))


@given(st.text(max_size=300))
def test_any_text_is_a_note_or_refused(text: str) -> None:
    try:
        note.opened(text, [KEY])
    except BadNote:
        return
    raise AssertionError("nobody signed this")


def test_a_cosignature_tells_when_and_is_checked() -> None:
    value = (1_700_000_000).to_bytes(8, "big") + WITNESS.sign(note.cosigned_text(HEAD.text, 1_700_000_000))
    line = Signature(WITNESS_KEY.name, WITNESS_KEY.id, value)
    assert note.cosigned_at(HEAD.text, note.parse_signature(line.line), WITNESS_KEY) == 1_700_000_000
    earlier = Signature(line.name, line.key_id, (1_600_000_000).to_bytes(8, "big") + value[8:])
    with pytest.raises(BadNote, match="forged cosignature"):
        note.cosigned_at(HEAD.text, earlier, WITNESS_KEY)
    with pytest.raises(BadNote, match="not by this witness"):
        note.cosigned_at(HEAD.text, line, VerifierKey("other", WITNESS_KEY.public, note.COSIGNATURE))
